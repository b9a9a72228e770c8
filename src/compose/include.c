/* SPDX-License-Identifier: Apache-2.0
 *
 * Files that a project includes (compose-spec, 14-include.md): each is a project of its own, with its folder and environment, whose
 * resources are imported; a name that is there already is a conflict unless both say the same. */
#include "compose/internal.h"

#include "base/file.h"

#define DEPTH 32

/* The same content, wherever it stands. The depth is limited by the document's. */
static bool is_same(const struct dw_node *a, const struct dw_node *b)
{
    if (a == b)
        return true;
    if (a->kind != b->kind || a->count != b->count)
        return false;
    if (a->kind == DW_NODE_SCALAR)
        return dw_slice_equal(a->text, b->text);
    for (size_t i = 0; i < a->count; i++) {
        const struct dw_node *other = b->items[i];
        if (a->kind == DW_NODE_MAPPING && !dw_slice_equal(a->keys[i]->text, b->keys[i]->text)) {
            size_t found = compose_find(b, NULL, a->keys[i]->text);
            if (found == SIZE_MAX)
                return false;
            other = b->items[found];
        }
        if (!is_same(a->items[i], other))
            return false;
    }
    return true;
}

/* FROM's members of KEY into TO. */
static bool import_resources(struct compose_loader *loader, const struct dw_node *from, struct dw_node *to, const char *key,
                             const struct dw_node *named_at)
{
    const struct dw_node *source = compose_get(from, key);
    size_t at = compose_find(to, NULL, dw_slice_of(key));
    if (source == NULL || source->kind != DW_NODE_MAPPING)
        return true;
    struct dw_node *target = at == SIZE_MAX ? NULL : to->items[at];
    if (target == NULL || dw_node_is_null(target)) {
        if (at != SIZE_MAX) {
            to->items[at] = compose_copy(loader, source, 0);
            return true;
        }
        size_t key_at = compose_find(from, NULL, dw_slice_of(key));
        compose_append(to, from->keys[key_at], compose_copy(loader, source, 0));
        return true;
    }
    if (target->kind != DW_NODE_MAPPING)
        return true; /* the check says so */
    if (!compose_spend_nodes(loader, named_at, target->count + source->count))
        return false;
    DW_CLEANUP(dw_map_free) struct dw_map index = {0};
    struct dw_node *sum = compose_copy(loader, target, source->count);
    compose_index(target, &index);
    for (size_t i = 0; i < source->count; i++) {
        size_t there = compose_find(target, &index, source->keys[i]->text);
        if (there == SIZE_MAX)
            compose_append(sum, source->keys[i], source->items[i]);
        else if (!compose_is_reset(target->items[there]) && !is_same(target->items[there], source->items[i]))
            return compose_fail(loader, target->keys[there], "%s.%.*s conflicts with that of an included file, %.*s:%u", key,
                                DW_SLICE_ARG(source->keys[i]->text), DW_SLICE_ARG(source->keys[i]->document->name),
                                source->keys[i]->line);
    }
    to->items[at] = sum;
    return true;
}

/* The texts of a text or a list of them; false for anything else. */
static bool each_text(const struct dw_node *node, size_t at, const struct dw_node **item)
{
    if (node == NULL)
        return false;
    if (node->kind == DW_NODE_SCALAR) {
        *item = node;
        return at == 0;
    }
    if (node->kind != DW_NODE_SEQUENCE || at >= node->count)
        return false;
    *item = node->items[at];
    return true;
}

/* The included project's environment: its env_file, else the .env in its folder. */
static const struct compose_variables *environment_of(struct compose_loader *loader, const struct dw_node *env_file,
                                                      struct dw_slice folder, const struct compose_variables *outer)
{
    struct compose_variables *variables = compose_variables_new(loader, outer);
    const struct dw_node *item;
    if (env_file == NULL) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer path = {0};
        dw_buffer_printf(&path, "%.*s%s.env", DW_SLICE_ARG(folder), folder.len > 0 ? "/" : "");
        DW_CLEANUP(dw_cleanup_free) char *real = NULL;
        if (!dw_is_file(path.at))
            return variables;
        return compose_may_read(loader, path.at, &real, loader->error) &&
                       compose_variables_read(loader, variables, path.at, loader->error)
                   ? variables
                   : NULL;
    }
    for (size_t i = 0; each_text(env_file, i, &item); i++) {
        DW_CLEANUP(dw_cleanup_free) char *path = compose_path(loader->project, item, item->text);
        DW_CLEANUP(dw_cleanup_free) char *real = NULL;
        if (!compose_may_read(loader, path, &real, loader->error) ||
            !compose_variables_read(loader, variables, path, loader->error)) {
            dw_context(loader->error, "%.*s:%u", DW_SLICE_ARG(item->document->name), item->line);
            return NULL;
        }
    }
    return variables;
}

/* Is the file at the real path REAL being included? */
static bool check_cycle(struct compose_loader *loader, const struct dw_node *at, const char *real)
{
    if (loader->including.len >= DEPTH)
        return dw_document_fail(at->document, at, DW_ERROR_LIMIT, loader->error, "files include one another more than %d deep", DEPTH);
    for (size_t i = 0; i < loader->including.len; i++)
        if (strcmp(loader->including.at[i], real) == 0)
            return compose_fail(loader, at, "include cycle detected: \"%.*s\" includes itself", DW_SLICE_ARG(at->text));
    return true;
}

/* One entry. PATHS is merged as one project. */
static struct dw_node *load_included(struct compose_loader *loader, const struct dw_node *paths,
                                     const struct dw_node *project_folder, const struct dw_node *env_file,
                                     const struct compose_variables *outer)
{
    struct dw_node *project = NULL;
    const struct compose_variables *variables = NULL;
    DW_CLEANUP(dw_cleanup_free) char *folder = NULL;
    size_t pushed = 0;
    const struct dw_node *item;
    bool good = true;
    for (size_t i = 0; good && each_text(paths, i, &item); i++) {
        good = item->kind == DW_NODE_SCALAR && item->text.len > 0;
        if (!good) {
            compose_fail(loader, item, "the path of a file to include was expected");
            break;
        }
        if (compose_is_remote(item->text)) {
            good = dw_document_fail(item->document, item, DW_ERROR_UNSUPPORTED, loader->error,
                                    "includes the remote project \"%.*s\", which is not fetched", DW_SLICE_ARG(item->text));
            break;
        }
        DW_CLEANUP(dw_cleanup_free) char *path = compose_path(loader->project, item, item->text);
        char *real = NULL;
        if (!compose_may_read(loader, path, &real, loader->error)) {
            good = dw_context(loader->error, "%.*s:%u", DW_SLICE_ARG(item->document->name), item->line);
            break;
        }
        good = check_cycle(loader, item, real);
        *dw_vector_push(&loader->including) = real;
        pushed++;
        if (good && i == 0) {
            folder = project_folder != NULL ? compose_path(loader->project, project_folder, project_folder->text)
                                            : dw_copy_string(dw_path_parent(dw_slice_of(path)));
            variables = environment_of(loader, env_file, dw_slice_of(folder), outer);
            good = variables != NULL;
        }
        if (good)
            project = compose_load_file(loader, project, path, dw_slice_of(folder), item, variables);
        good = good && project != NULL;
    }
    while (pushed-- > 0)
        free((char *)loader->including.at[--loader->including.len]);
    if (good && project == NULL)
        compose_fail(loader, paths, "an include names no file");
    return good ? project : NULL;
}

bool compose_include(struct compose_loader *loader, struct dw_node *root, struct dw_slice folder,
                     const struct compose_variables *variables)
{
    static const char *const resources[] = {"services", "volumes", "networks", "secrets", "configs", "models"};
    const struct dw_node *list = compose_get(root, "include");
    bool outermost = loader->including.len == 0;
    (void)folder;
    if (list == NULL)
        return true;
    if (list->kind != DW_NODE_SEQUENCE)
        return compose_fail(loader, list, "\"include\" must be a list");
    /* The file that includes is part of a cycle, too. */
    char *own = NULL;
    if (outermost && !loader->options->no_files) {
        DW_CLEANUP(dw_cleanup_free) char *name = dw_copy_string(root->document->name);
        own = realpath(name, NULL);
        if (own != NULL)
            *dw_vector_push(&loader->including) = own;
    }
    bool good = true;
    for (size_t i = 0; good && i < list->count; i++) {
        const struct dw_node *entry = list->items[i], *paths = entry;
        const struct dw_node *project_folder = NULL, *env_file = NULL;
        if (entry->kind == DW_NODE_MAPPING) {
            paths = compose_get(entry, "path");
            project_folder = compose_get(entry, "project_directory");
            env_file = compose_get(entry, "env_file");
        }
        bool usable = paths != NULL && (project_folder == NULL || project_folder->kind == DW_NODE_SCALAR);
        if (!usable) {
            good = compose_fail(loader, entry, "an include must be a path, or a mapping with \"path\"");
            break;
        }
        const struct dw_node *included = load_included(loader, paths, project_folder, env_file, variables);
        good = included != NULL;
        for (size_t j = 0; good && j < sizeof(resources) / sizeof(resources[0]); j++)
            good = import_resources(loader, included, root, resources[j], entry);
    }
    if (own != NULL) {
        loader->including.len--;
        free(own);
    }
    if (good)
        compose_remove(root, "include");
    return good;
}
