/* SPDX-License-Identifier: Apache-2.0
 *
 * package.json (npm, package.json(5)): installed packages below node_modules, and applications elsewhere.
 *
 * A package is what has a name and a version. Where npm puts packages (node_modules/NAME, node_modules/@SCOPE/NAME) a file
 * that lacks one of them is still a package, since Node.js loads it by its folder: the folder names it, and without a
 * version it is not scanned. There, and for applications, a file that is no JSON is an error. Deeper in a package lie files
 * that only look like package.json (marks of module kinds, broken samples in tests): those are no packages, and a broken
 * one is only told.
 * Limits: package-manifest-bytes, json-depth, json-nodes. */
#include "package/json_input.h"
#include "package/lines.h"
#include "package/registry.h"

struct state {
    struct dw_whole_file whole;
    DW_VECTOR(struct dw_slice) depends;
};

static bool wants(struct dw_slice path)
{
    return dw_path_has_tail(path, "package.json");
}

static bool wants_name(struct dw_slice name)
{
    return dw_slice_is(name, "package.json");
}

static void *open_file(const struct dw_reader_file *file, struct dw_error *error)
{
    struct state *state = dw_alloc(1, sizeof(*state));
    if (!dw_whole_file_open(&state->whole, file, DW_LIMIT_PACKAGE_MANIFEST, error)) {
        free(state);
        return NULL;
    }
    return state;
}

static bool feed(void *context, struct dw_slice bytes, struct dw_error *error)
{
    return dw_whole_file_feed(&((struct state *)context)->whole, bytes, error);
}

enum position { APPLICATION, INSTALLED, DEEPER };

/* Where PATH stands; for INSTALLED, *NAME is the package's name by its folder. */
static enum position find_position(struct dw_slice path, struct dw_slice *name)
{
    struct dw_slice folder = dw_path_parent(path), base = dw_path_base(folder), above = dw_path_parent(folder);
    struct dw_slice scope = dw_path_base(above);
    *name = base;
    if (base.len > 0 && base.at[0] != '.') {
        if (dw_slice_is(scope, "node_modules") && base.at[0] != '@')
            return INSTALLED;
        if (scope.len > 1 && scope.at[0] == '@' && dw_slice_is(dw_path_base(dw_path_parent(above)), "node_modules")) {
            *name = dw_slice_make(scope.at, (size_t)(base.at + base.len - scope.at)); /* "@scope/name" */
            return INSTALLED;
        }
    }
    bool more = true;
    for (struct dw_slice rest = folder, part; dw_slice_split(&rest, '/', &more, &part);)
        if (dw_slice_is(part, "node_modules"))
            return DEEPER;
    return APPLICATION;
}

/* The keys of OBJECT that are not in EXCEPT: npm lists optional dependencies in both tables. */
static void add_keys(struct state *state, json_t *object, const json_t *except)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        if (json_object_get(except, key) == NULL)
            *dw_vector_push(&state->depends) = dw_slice_of(key);
    }
}

/* "license": "MIT", or the old {"type": "MIT"}, or "licenses": [{"type": …}, …], which leave a choice. */
static struct dw_slice read_license(struct dw_arena *arena, const json_t *manifest)
{
    json_t *license = json_object_get(manifest, "license"), *licenses = json_object_get(manifest, "licenses");
    if (license == NULL)
        license = licenses;
    if (json_is_object(license))
        return dw_json_input_member(license, "type");
    if (!json_is_array(license))
        return dw_json_input_text(license);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    for (size_t i = 0; i < json_array_size(license); i++) {
        const json_t *one = json_array_get(license, i);
        struct dw_slice name = json_is_object(one) ? dw_json_input_member(one, "type") : dw_json_input_text(one);
        if (name.len == 0)
            continue;
        if (text.len > 0)
            dw_buffer_append_string(&text, " OR ");
        dw_buffer_append(&text, name);
    }
    return dw_arena_copy(arena, dw_buffer_slice(&text));
}

/* "author": "Name <mail> (url)", or {"name", "email", "url"}. */
static struct dw_slice read_author(struct dw_arena *arena, const json_t *manifest)
{
    const json_t *author = json_object_get(manifest, "author");
    if (!json_is_object(author))
        return dw_json_input_text(author);
    struct dw_slice name = dw_json_input_member(author, "name"), mail = dw_json_input_member(author, "email");
    if (name.len == 0 || mail.len == 0)
        return name.len > 0 ? name : mail;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_buffer_append(&text, name);
    dw_buffer_append_string(&text, " <");
    dw_buffer_append(&text, mail);
    dw_buffer_append_byte(&text, '>');
    return dw_arena_copy(arena, dw_buffer_slice(&text));
}

static bool finish(void *context, struct dw_error *error)
{
    struct state *state = context;
    const struct dw_reader_file *file = state->whole.file;
    const struct dw_fact_sink *sink = file->sink;
    struct dw_slice folder_name;
    enum position position = find_position(file->path, &folder_name);
    struct dw_error problem = DW_ERROR_INIT;
    DW_CLEANUP(dw_json_input_free)
    json_t *manifest = dw_json_input_parse(dw_whole_file_bytes(&state->whole), false, file->limits, &problem);
    if (manifest != NULL && !json_is_object(manifest))
        dw_fail(&problem, DW_ERROR_INPUT, "not a JSON object");
    if (problem.kind != DW_ERROR_NONE) {
        if (position != DEEPER || problem.kind != DW_ERROR_INPUT)
            return dw_fail(error, problem.kind, "%s", problem.text);
        sink->note(sink->context, DW_NOTE_INFORMATION,
                   dw_arena_printf(file->arena, "not a package, since it is %s", problem.text));
        return true;
    }
    struct dw_package package = {
        .type = DW_PACKAGE_NPM,
        .evidence = DW_EVIDENCE_INSTALLED,
        .name = dw_json_input_member(manifest, "name"),
        .version = dw_json_input_member(manifest, "version"),
        .license = read_license(file->arena, manifest),
        .supplier = read_author(file->arena, manifest),
        .checksum = dw_json_input_integrity(file->arena, dw_json_input_member(manifest, "_integrity")),
        .path = file->path,
        .layer = -1,
    };
    if (package.name.len == 0 || package.version.len == 0) {
        if (position != INSTALLED)
            return true;
        if (package.name.len == 0)
            package.name = folder_name;
        if (package.version.len == 0)
            package.flags |= DW_PACKAGE_NO_VERSION;
    }
    json_t *dependencies = json_object_get(manifest, "dependencies");
    add_keys(state, dependencies, NULL);
    add_keys(state, json_object_get(manifest, "optionalDependencies"), dependencies);
    package.depends = state->depends.at;
    package.depend_count = state->depends.len;
    sink->package(sink->context, &package);
    return true;
}

static void close_file(void *context)
{
    struct state *state = context;
    dw_whole_file_close(&state->whole);
    dw_vector_free(&state->depends);
    free(state);
}

const struct dw_package_reader dw_reader_node_package = {
    .name = "npm-package",
    .version = 1,
    .wants = wants,
    .wants_name = wants_name,
    .open = open_file,
    .feed = feed,
    .finish = finish,
    .close = close_file,
};
