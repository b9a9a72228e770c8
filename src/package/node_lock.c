/* SPDX-License-Identifier: Apache-2.0
 *
 * npm's lock files, lockfileVersion 1 to 3 (npm, package-lock.json(5)): package-lock.json and npm-shrinkwrap.json of a
 * project, and node_modules/.package-lock.json, which npm writes of the tree that it installed. Lock files below
 * node_modules are no project's: npm installs what the project's own says.
 *
 * Evidence is LOCK: what would be installed. Package.path is the lock file's, but for the hidden lock file it is the
 * package.json of the place that the entry speaks of: an entry counts only if that is there, and adds its checksum and its
 * development mark to what was read from it.
 * A key that stands twice is refused: one of two packages would be lost.
 * Limits: lock-file-bytes, json-depth, json-nodes. */
#include "package/json_input.h"
#include "package/lines.h"
#include "package/registry.h"

#include "base/map.h"

struct entry {
    struct dw_package package;
    DW_VECTOR(struct dw_slice) depends;
};

struct state {
    struct dw_whole_file whole;
    bool hidden;
    DW_VECTOR(struct entry) entries;
    struct dw_map by_key; /* name and version, and path of the hidden lock file -> index in entries */
};

static bool below_node_modules(struct dw_slice folder)
{
    bool more = true;
    for (struct dw_slice part; dw_slice_split(&folder, '/', &more, &part);)
        if (dw_slice_is(part, "node_modules"))
            return true;
    return false;
}

static bool is_hidden_lock(struct dw_slice path)
{
    return dw_path_has_tail(path, "node_modules/.package-lock.json");
}

static bool wants(struct dw_slice path)
{
    struct dw_slice name = dw_path_base(path);
    if (dw_slice_is(name, "package-lock.json") || dw_slice_is(name, "npm-shrinkwrap.json"))
        return !below_node_modules(dw_path_parent(path));
    return is_hidden_lock(path);
}

static bool wants_name(struct dw_slice name)
{
    return dw_slice_is(name, "package-lock.json") || dw_slice_is(name, "npm-shrinkwrap.json") ||
           dw_slice_is(name, ".package-lock.json");
}

static void *open_file(const struct dw_reader_file *file, struct dw_error *error)
{
    struct state *state = dw_alloc(1, sizeof(*state));
    if (!dw_whole_file_open(&state->whole, file, DW_LIMIT_LOCK_FILE, error)) {
        free(state);
        return NULL;
    }
    state->hidden = is_hidden_lock(file->path);
    return state;
}

static bool feed(void *context, struct dw_slice bytes, struct dw_error *error)
{
    return dw_whole_file_feed(&((struct state *)context)->whole, bytes, error);
}

/* A new entry, or the one that is there already for the same name, version and path: one package then, for development
 * only if all of its places are. */
static void add_entry(struct state *state, const struct dw_package *package, json_t *const *depends, size_t tables)
{
    struct dw_arena *arena = state->whole.file->arena;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer key = {0};
    const struct dw_slice parts[] = {package->name, package->version, package->path};
    for (size_t i = 0; i < (state->hidden ? 3 : 2); i++) {
        dw_buffer_printf(&key, "%zu:", parts[i].len);
        dw_buffer_append(&key, parts[i]);
    }
    bool added;
    struct dw_map_entry *found = dw_map_find(&state->by_key, dw_buffer_slice(&key));
    if (found == NULL)
        found = dw_map_insert(&state->by_key, dw_arena_copy(arena, dw_buffer_slice(&key)), &added);
    else
        added = false;
    if (!added) {
        struct entry *entry = &state->entries.at[found->number];
        entry->package.flags &= package->flags | ~(unsigned)DW_PACKAGE_DEVELOPMENT;
        if (entry->package.checksum.len == 0)
            entry->package.checksum = package->checksum;
        return;
    }
    found->number = state->entries.len;
    struct entry *entry = dw_vector_push(&state->entries);
    entry->package = *package;
    for (size_t i = 0; i < tables; i++) {
        const char *name;
        json_t *value;
        json_object_foreach(depends[i], name, value)
            *dw_vector_push(&entry->depends) = dw_slice_of(name);
    }
}

/* The name that a key of "packages" gives: what follows the last "node_modules/". False for the project itself (""),
 * for workspaces ("packages/a"), and for what is no such path. */
static bool name_of_key(struct dw_slice key, struct dw_slice *name)
{
    static const char folder[] = "node_modules/";
    for (size_t at = key.len; at-- > 0;)
        if (dw_slice_starts_with(dw_slice_from(key, at), folder) && (at == 0 || key.at[at - 1] == '/')) {
            *name = dw_slice_from(key, at + sizeof(folder) - 1);
            return name->len > 0;
        }
    return false;
}

static struct dw_slice place_of(const struct state *state, struct dw_slice key)
{
    const struct dw_reader_file *file = state->whole.file;
    if (!state->hidden)
        return file->path;
    /* "app/node_modules/.package-lock.json" and "node_modules/a" -> "app/node_modules/a/package.json" */
    struct dw_slice project = dw_path_parent(dw_path_parent(file->path));
    DW_CLEANUP(dw_buffer_free) struct dw_buffer place = {0};
    dw_buffer_append(&place, project);
    if (place.len > 0)
        dw_buffer_append_byte(&place, '/');
    dw_buffer_append(&place, key);
    dw_buffer_append_string(&place, "/package.json");
    return dw_arena_copy(file->arena, dw_buffer_slice(&place));
}

static struct dw_package entry_package(const struct state *state, const json_t *value)
{
    struct dw_package package = {
        .type = DW_PACKAGE_NPM,
        .evidence = DW_EVIDENCE_LOCK,
        .version = dw_json_input_member(value, "version"),
        .license = dw_json_input_member(value, "license"),
        .checksum = dw_json_input_integrity(state->whole.file->arena, dw_json_input_member(value, "integrity")),
        .path = state->whole.file->path,
        .layer = -1,
    };
    if (json_is_true(json_object_get(value, "dev")))
        package.flags |= DW_PACKAGE_DEVELOPMENT;
    return package;
}

/* Version 2 and 3: "packages" by folder. */
static bool read_packages(struct state *state, json_t *packages, struct dw_error *error)
{
    const char *key;
    json_t *value;
    json_object_foreach(packages, key, value)
    {
        struct dw_slice name;
        if (!json_is_object(value))
            return dw_fail(error, DW_ERROR_INPUT, "packages: the entry \"%.200s\" is not an object", key);
        /* A link points at a workspace, whose package.json tells of it. */
        if (!name_of_key(dw_slice_of(key), &name) || json_is_true(json_object_get(value, "link")))
            continue;
        struct dw_package package = entry_package(state, value);
        struct dw_slice real = dw_json_input_member(value, "name"); /* an alias: "a": "npm:real@1" */
        package.name = real.len > 0 ? real : name;
        package.path = place_of(state, dw_slice_of(key));
        if (package.version.len == 0)
            package.flags |= DW_PACKAGE_NO_VERSION;
        json_t *depends[] = {json_object_get(value, "dependencies"), json_object_get(value, "optionalDependencies")};
        add_entry(state, &package, depends, 2);
    }
    return true;
}

/* What version 1 has in "version": a version, "npm:real@1.0.0" of an alias, a folder, or where it was fetched from. */
static bool read_version_1(struct dw_package *package)
{
    static const char *const folders[] = {"file:", "link:"};
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (dw_slice_starts_with(package->version, folders[i]) && !dw_slice_ends_with(package->version, ".tgz") &&
            !dw_slice_ends_with(package->version, ".tar.gz"))
            return false; /* a folder of the project: its package.json tells of it */
    if (dw_slice_starts_with(package->version, "npm:")) {
        struct dw_slice real = dw_slice_from(package->version, 4);
        size_t at = dw_slice_find_last(real, '@');
        if (at != SIZE_MAX && at > 0) {
            package->name = dw_slice_part(real, 0, at);
            package->version = dw_slice_from(real, at + 1);
        }
    }
    /* "git+ssh://…", "github:a/b#c", "https://….tgz": the version is not told. */
    for (size_t i = 0; i < package->version.len; i++)
        if (package->version.at[i] == ':' || package->version.at[i] == '/')
            package->version.len = 0;
    if (package->version.len == 0)
        package->flags |= DW_PACKAGE_NO_VERSION;
    return true;
}

/* Version 1: "dependencies" nested as they are installed. FOLDER is where the tree stands ("", "node_modules/a"). The
 * depth is bounded by the JSON's. */
static bool read_dependencies(struct state *state, json_t *dependencies, struct dw_slice folder, struct dw_error *error)
{
    const char *name;
    json_t *value;
    if (dependencies != NULL && !json_is_object(dependencies))
        return dw_fail(error, DW_ERROR_INPUT, "\"dependencies\" is not an object");
    json_object_foreach(dependencies, name, value)
    {
        if (!json_is_object(value) || name[0] == '\0')
            return dw_fail(error, DW_ERROR_INPUT, "dependencies: the entry \"%.200s\" is not a named object", name);
        DW_CLEANUP(dw_buffer_free) struct dw_buffer place = {0};
        if (state->hidden) {
            dw_buffer_append(&place, folder);
            dw_buffer_append_string(&place, folder.len > 0 ? "/node_modules/" : "node_modules/");
            dw_buffer_append_string(&place, name);
            /* Nested names add up: without a limit a small file could ask for gigabytes of paths. */
            if (!dw_limit_check(state->whole.file->limits, DW_LIMIT_PATH_BYTES, place.len, error))
                return false;
        }
        struct dw_package package = entry_package(state, value);
        package.name = dw_slice_of(name);
        package.path = place_of(state, dw_buffer_slice(&place));
        json_t *requires = json_object_get(value, "requires");
        if (read_version_1(&package))
            add_entry(state, &package, &requires, 1);
        if (!read_dependencies(state, json_object_get(value, "dependencies"), dw_buffer_slice(&place), error))
            return false;
    }
    return true;
}

static bool read_lock(struct state *state, json_t *lock, struct dw_error *error)
{
    json_t *version = json_object_get(lock, "lockfileVersion"), *packages = json_object_get(lock, "packages");
    if (!json_is_object(lock))
        return dw_fail(error, DW_ERROR_INPUT, "not a JSON object");
    /* npm before 5 wrote npm-shrinkwrap.json without a version, in the form of version 1. */
    double number = version == NULL ? 1 : json_number_value(version);
    if (number == 1)
        return read_dependencies(state, json_object_get(lock, "dependencies"), DW_SLICE(""), error);
    if (number != 2 && number != 3)
        return dw_fail(error, DW_ERROR_UNSUPPORTED, "lockfileVersion is none of 1, 2 and 3");
    if (!json_is_object(packages))
        return dw_fail(error, DW_ERROR_INPUT, "lockfileVersion %d without \"packages\"", (int)number);
    return read_packages(state, packages, error);
}

static bool finish(void *context, struct dw_error *error)
{
    struct state *state = context;
    const struct dw_reader_file *file = state->whole.file;
    DW_CLEANUP(dw_json_input_free)
    json_t *lock = dw_json_input_parse(dw_whole_file_bytes(&state->whole), true, file->limits, error);
    if (lock == NULL || !read_lock(state, lock, error))
        return false;
    for (size_t i = 0; i < state->entries.len; i++) {
        struct entry *entry = &state->entries.at[i];
        entry->package.depends = entry->depends.at;
        entry->package.depend_count = entry->depends.len;
        file->sink->package(file->sink->context, &entry->package);
    }
    return true;
}

static void close_file(void *context)
{
    struct state *state = context;
    for (size_t i = 0; i < state->entries.len; i++)
        dw_vector_free(&state->entries.at[i].depends);
    dw_vector_free(&state->entries);
    dw_map_free(&state->by_key);
    dw_whole_file_close(&state->whole);
    free(state);
}

const struct dw_package_reader dw_reader_node_lock = {
    .name = "npm-lock",
    .version = 1,
    .wants = wants,
    .wants_name = wants_name,
    .open = open_file,
    .feed = feed,
    .finish = finish,
    .close = close_file,
};
