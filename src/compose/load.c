/* SPDX-License-Identifier: Apache-2.0
 *
 * Files of a project, and loading it in the order of the reference loader: documents of a file one by one, interpolated, extended,
 * included, merged, checked. */
#include "compose/internal.h"

#include "base/file.h"

#include <errno.h>
#include <limits.h>

bool compose_is_remote(struct dw_slice name)
{
    return dw_slice_find_slice(name, DW_SLICE("://")) != SIZE_MAX || dw_slice_starts_with(name, "git@") ||
           dw_slice_starts_with(name, "github.com/") || dw_slice_starts_with(name, "oci:") ||
           dw_slice_ends_with(name, ".git") || dw_slice_find_slice(name, DW_SLICE(".git#")) != SIZE_MAX;
}

struct dw_slice compose_folder(const struct dw_compose *project, const struct dw_document *document)
{
    /* The last files first: most questions are of the file that is being loaded. */
    for (size_t i = project->documents.len; i > 0; i--)
        if (project->documents.at[i - 1] == document)
            return project->folders.at[i - 1];
    return DW_SLICE("");
}

static char *join(struct dw_slice folder, struct dw_slice text)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer path = {0};
    if (text.len == 0 || text.at[0] != '/')
        dw_buffer_printf(&path, "%.*s%s", DW_SLICE_ARG(folder), folder.len > 0 ? "/" : "");
    dw_buffer_append(&path, text);
    return dw_path_normal(dw_buffer_slice(&path));
}

char *compose_path(const struct dw_compose *project, const struct dw_node *node, struct dw_slice text)
{
    return join(compose_folder(project, node->document), text);
}

/* Is PATH, a real path, FOLDER or beneath it? */
static bool is_beneath(const char *path, const char *folder)
{
    size_t length = folder == NULL ? 0 : strlen(folder);
    if (length <= 1) /* the root holds everything: that says nothing */
        return false;
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

bool compose_may_read(struct compose_loader *loader, const char *path, char **real, struct dw_error *error)
{
    *real = NULL;
    if (loader->options->no_files)
        return dw_fail(error, DW_ERROR_UNAVAILABLE, "%s: other files are not read here", path);
    *real = realpath(path, NULL);
    if (*real == NULL)
        return dw_fail_errno(error, DW_ERROR_INPUT, "%s: cannot be read", path);
    bool beneath = is_beneath(*real, loader->folder) || is_beneath(*real, loader->current);
    bool waits = beneath && !dw_is_file(*real) && !dw_is_folder(*real);
    if (beneath && !waits)
        return true;
    free(*real);
    *real = NULL;
    if (waits) /* a pipe that nobody writes to is never read to its end */
        return dw_fail(error, DW_ERROR_UNSUPPORTED, "%s: is a pipe or a device and is not read", path);
    return dw_fail(error, DW_ERROR_UNSUPPORTED,
                   "%s: is outside the project and is not read; run from a folder that holds both, or copy it into the project", path);
}

struct dw_document *compose_read(struct compose_loader *loader, const char *path, struct dw_slice folder,
                                 const struct dw_node *named_at)
{
    struct dw_compose *project = loader->project;
    struct dw_document *document = NULL;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer bytes = {0};
    DW_CLEANUP(dw_cleanup_free) char *real = NULL;
    struct dw_slice text = project->documents.len == 0 ? loader->options->text : (struct dw_slice){NULL, 0};
    bool good = dw_limit_check(loader->limits, DW_LIMIT_COMPOSE_FILES, project->documents.len + 1, loader->error) &&
                (named_at == NULL || compose_may_read(loader, path, &real, loader->error));
    if (good && text.at == NULL) {
        good = dw_file_read_within(path, loader->limits, DW_LIMIT_DOCUMENT_BYTES, &bytes, loader->error);
        text = dw_buffer_slice(&bytes);
    }
    if (good && compose_spend_bytes(loader, named_at, text.len))
        document = dw_document_parse(text, path, loader->limits, loader->error);
    if (document == NULL) {
        if (named_at != NULL)
            dw_context(loader->error, "%.*s:%u", DW_SLICE_ARG(named_at->document->name), named_at->line);
        return NULL;
    }
    *dw_vector_push(&project->documents) = document;
    *dw_vector_push(&project->folders) = dw_arena_copy(loader->arena, folder);
    return document;
}

/* One document of a file over what there is. */
static struct dw_node *load_root(struct compose_loader *loader, struct dw_node *project, struct dw_node *root,
                                 struct dw_slice folder, const struct compose_variables *variables)
{
    if (root->kind == DW_NODE_SCALAR && dw_node_is_null(root))
        return project == NULL ? compose_collection(loader, &(struct dw_node){.document = root->document,
                                                                              .kind = DW_NODE_MAPPING,
                                                                              .line = 1,
                                                                              .column = 1,
                                                                              .tag = DW_SLICE(""),
                                                                              .text = DW_SLICE("")}, 0)
                               : project;
    if (root->kind != DW_NODE_MAPPING) {
        compose_fail(loader, root, "a Compose file must be a mapping with \"services\"");
        return NULL;
    }
    root = compose_interpolate(loader, root, variables);
    if (root == NULL)
        return NULL;
    /* What follows changes the root and its services. */
    root = compose_copy(loader, root, 8);
    for (size_t i = 0; i < root->count; i++)
        if (dw_slice_is(root->keys[i]->text, "services") && root->items[i]->kind == DW_NODE_MAPPING) {
            root->items[i] = compose_copy(loader, root->items[i], 0);
            if (!compose_extend(loader, root->items[i], variables))
                return NULL;
        }
    if (!compose_include(loader, root, folder, variables))
        return NULL;
    return project == NULL ? root : compose_merge_project(loader, project, root);
}

struct dw_node *compose_load_file(struct compose_loader *loader, struct dw_node *project, const char *path,
                                  struct dw_slice folder, const struct dw_node *named_at,
                                  const struct compose_variables *variables)
{
    struct dw_document *document = compose_read(loader, path, folder, named_at);
    if (document == NULL)
        return NULL;
    for (size_t i = 0; i < document->root_count; i++) {
        project = load_root(loader, project, document->roots[i], folder, variables);
        if (project == NULL)
            return NULL;
    }
    if (project == NULL) {
        dw_fail(loader->error, DW_ERROR_INPUT, "%s: the file is empty", path);
        return NULL;
    }
    /* Checked after each file, so that an override cannot hide what the reference loader rejects. */
    project = compose_unify(loader, project);
    return compose_check(loader, compose_strip(loader, project)) ? project : NULL;
}

/* The override file that Compose merges unasked, beside a first file that has one of the default names. Freed with free(). */
static char *override_of(const struct compose_loader *loader, const char *path)
{
    static const char *const defaults[] = {"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"};
    static const char *const overrides[] = {"compose.override.yml", "compose.override.yaml", "docker-compose.override.yml",
                                            "docker-compose.override.yaml"};
    bool has_default_name = false;
    for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
        has_default_name |= dw_slice_is(dw_path_base(dw_slice_of(path)), defaults[i]);
    if (!has_default_name || loader->options->no_override || loader->options->no_files)
        return NULL;
    for (size_t i = 0; i < sizeof(overrides) / sizeof(overrides[0]); i++) {
        char *override = join(dw_path_parent(dw_slice_of(path)), dw_slice_of(overrides[i]));
        if (dw_is_file(override))
            return override;
        free(override);
    }
    return NULL;
}

static bool load_environment(struct compose_loader *loader, struct dw_slice folder, const struct compose_variables **variables)
{
    struct compose_variables *outer = compose_variables_new(loader, NULL);
    struct compose_variables *inner = compose_variables_new(loader, outer);
    compose_variables_set(loader, outer, loader->options->environment);
    DW_CLEANUP(dw_cleanup_free) char *path = join(folder, DW_SLICE(".env"));
    *variables = inner;
    return loader->options->no_files || !dw_is_file(path) || compose_variables_read(loader, inner, path, loader->error);
}

static bool load_all(struct compose_loader *loader, const char *const *paths, size_t count)
{
    struct dw_slice folder = loader->options->project_folder != NULL ? dw_slice_of(loader->options->project_folder)
                                                                     : dw_path_parent(dw_slice_of(paths[0]));
    if (folder.len == 0 && paths[0][0] == '/')
        folder = DW_SLICE("/");
    DW_CLEANUP(dw_cleanup_free) char *folder_text = dw_copy_string(folder.len == 0 ? DW_SLICE(".") : folder);
    const struct compose_variables *variables;
    if (!loader->options->no_files) {
        loader->folder = realpath(folder_text, NULL);
        loader->current = realpath(".", NULL);
    }
    if (!load_environment(loader, folder, &variables))
        return false;
    struct dw_node *project = NULL;
    for (size_t i = 0; i < count; i++) {
        project = compose_load_file(loader, project, paths[i], folder, NULL, variables);
        if (project == NULL)
            return false;
    }
    DW_CLEANUP(dw_cleanup_free) char *override = count == 1 ? override_of(loader, paths[0]) : NULL;
    if (override != NULL)
        project = compose_load_file(loader, project, override, folder, NULL, variables);
    if (project == NULL)
        return false;
    project = compose_strip(loader, project);
    loader->project->root = project;
    return (loader->options->no_consistency || compose_validate(loader, project)) && compose_make_services(loader);
}

static void loader_free(struct compose_loader *loader)
{
    for (size_t i = 0; i < loader->bases.len; i++)
        free(loader->bases.at[i].path);
    for (size_t i = 0; i < loader->variables.len; i++)
        dw_map_free(&loader->variables.at[i]->values);
    dw_map_free(&loader->volumes);
    dw_map_free(&loader->builds);
    dw_map_free(&loader->untracked);
    dw_buffer_free(&loader->index);
    dw_vector_free(&loader->bases);
    dw_vector_free(&loader->variables);
    dw_vector_free(&loader->including);
    free(loader->folder);
    free(loader->current);
}

struct dw_compose *dw_compose_load(const char *const *paths, size_t count, const struct dw_compose_options *options,
                                   const struct dw_limits *limits, struct dw_error *error)
{
    static const struct dw_compose_options none;
    struct dw_compose *project = dw_alloc(1, sizeof(*project));
    struct dw_error trouble = DW_ERROR_INIT;
    struct compose_loader loader = {.project = project,
                                    .arena = &project->arena,
                                    .options = options == NULL ? &none : options,
                                    .limits = limits,
                                    .index_path = DW_SLICE(""),
                                    .error = error == NULL ? &trouble : error};
    project->name = dw_arena_copy(&project->arena, dw_slice_of(paths[0]));
    bool good = load_all(&loader, paths, count);
    loader_free(&loader);
    if (good)
        return project;
    dw_compose_free(project);
    return NULL;
}

void dw_compose_free(struct dw_compose *project)
{
    if (project == NULL)
        return;
    for (size_t i = 0; i < project->documents.len; i++)
        dw_document_free(project->documents.at[i]);
    for (size_t i = 0; i < project->dockerfiles.len; i++)
        dw_dockerfile_free(project->dockerfiles.at[i]);
    for (size_t i = 0; i < project->services.len; i++) {
        struct dw_container *service = &project->services.at[i];
        struct dw_container_items *const lists[] = {
            &service->groups,      &service->capabilities_add, &service->capabilities_drop, &service->selinux,
            &service->security_unknown, &service->devices,     &service->log_options,       &service->sysctls,
            &service->ulimits,     &service->host_code};
        for (size_t j = 0; j < sizeof(lists) / sizeof(lists[0]); j++)
            dw_vector_free(lists[j]);
        dw_vector_free(&service->images);
        dw_vector_free(&service->hooks);
        dw_vector_free(&service->mounts);
        dw_vector_free(&service->ports);
        dw_vector_free(&service->environment);
    }
    dw_vector_free(&project->services);
    dw_vector_free(&project->documents);
    dw_vector_free(&project->folders);
    dw_vector_free(&project->dockerfiles);
    dw_arena_free(&project->arena);
    free(project);
}
