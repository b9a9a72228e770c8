/* SPDX-License-Identifier: Apache-2.0
 *
 * Services that extend others, of the same file or of another (compose-spec, 05-services.md, extends). Nesting is limited to
 * DEPTH services. */
#include "compose/internal.h"

#include "base/file.h"

#define DEPTH 64

/* The services that are being extended, innermost first. */
struct chain {
    const struct chain *outer;
    const struct dw_node *services;
    struct dw_slice name;
    unsigned depth;
};

/* A mapping of services with its index. */
struct set {
    struct dw_node *services;
    struct dw_map index; /* made when there are many */
};

static bool extend(struct compose_loader *loader, struct set *set, size_t at, const struct compose_variables *variables,
                   const struct chain *outer);

static size_t find_service(struct set *set, struct dw_slice name)
{
    if (set->index.len == 0 && set->services->count > 16)
        compose_index(set->services, &set->index);
    return compose_find(set->services, &set->index, name);
}

/* The services of the file at PATH, read once for each environment; NULL on error. */
static struct dw_node *base_services(struct compose_loader *loader, const struct dw_node *named_at, struct dw_slice file,
                                     const struct compose_variables *variables)
{
    if (compose_is_remote(file)) {
        dw_document_fail(named_at->document, named_at, DW_ERROR_UNSUPPORTED, loader->error,
                         "extends a service of the remote file \"%.*s\", which is not fetched", DW_SLICE_ARG(file));
        return NULL;
    }
    DW_CLEANUP(dw_cleanup_free) char *path = compose_path(loader->project, named_at, file);
    for (size_t i = 0; i < loader->bases.len; i++)
        if (loader->bases.at[i].variables == variables && strcmp(loader->bases.at[i].path, path) == 0)
            return loader->bases.at[i].services;
    struct dw_document *document = compose_read(loader, path, dw_path_parent(dw_slice_of(path)), named_at);
    if (document == NULL)
        return NULL;
    struct dw_node *root = NULL;
    for (size_t i = 0; i < document->root_count; i++) {
        struct dw_node *part = compose_interpolate(loader, document->roots[i], variables);
        if (part != NULL)
            root = root == NULL ? part : compose_merge_project(loader, root, part);
        if (part == NULL || root == NULL)
            return NULL;
    }
    struct dw_node *services = root == NULL ? NULL : compose_get(root, "services");
    if (services == NULL || services->kind != DW_NODE_MAPPING) {
        compose_fail(loader, named_at, "\"%.*s\" has no services that could be extended", DW_SLICE_ARG(file));
        return NULL;
    }
    services = compose_copy(loader, services, 0);
    *dw_vector_push(&loader->bases) =
        (struct compose_base){.variables = variables, .path = dw_copy_string(dw_slice_of(path)), .services = services};
    return services;
}

/* What "extends" names: the service, and the file ("" for the same one). */
static bool read_reference(struct compose_loader *loader, const struct dw_node *extends, const struct dw_node **service,
                           const struct dw_node **file)
{
    *service = extends->kind == DW_NODE_MAPPING ? compose_get(extends, "service") : extends;
    *file = extends->kind == DW_NODE_MAPPING ? compose_get(extends, "file") : NULL;
    if (*service == NULL || (*service)->kind != DW_NODE_SCALAR)
        return compose_fail(loader, extends, "extends must name a service");
    if (*file != NULL && (*file)->kind != DW_NODE_SCALAR)
        return compose_fail(loader, *file, "the file that is extended must be a text");
    return true;
}

static bool check_chain(struct compose_loader *loader, const struct dw_node *at, const struct chain *chain)
{
    if (chain->depth > DEPTH)
        return dw_document_fail(at->document, at, DW_ERROR_LIMIT, loader->error, "services extend one another more than %d deep",
                                DEPTH);
    for (const struct chain *outer = chain->outer; outer != NULL; outer = outer->outer)
        if (outer->services == chain->services && dw_slice_equal(outer->name, chain->name))
            return compose_fail(loader, at, "circular reference: service \"%.*s\" extends itself", DW_SLICE_ARG(chain->name));
    return true;
}

static bool extend(struct compose_loader *loader, struct set *set, size_t at, const struct compose_variables *variables,
                   const struct chain *outer)
{
    struct dw_node *service = set->services->items[at];
    const struct dw_node *extends = service->kind == DW_NODE_MAPPING ? compose_get(service, "extends") : NULL, *name, *file;
    if (extends == NULL || compose_is_reset(extends))
        return true;
    struct chain chain = {.outer = outer, .services = set->services, .name = set->services->keys[at]->text,
                          .depth = outer == NULL ? 1 : outer->depth + 1};
    if (!check_chain(loader, extends, &chain) || !read_reference(loader, extends, &name, &file))
        return false;
    struct set other = {0}, *from = set;
    if (file != NULL) {
        other.services = base_services(loader, file, file->text, variables);
        if (other.services == NULL)
            return false;
        from = &other;
    }
    size_t found = find_service(from, name->text);
    bool good = found != SIZE_MAX ||
                compose_fail(loader, name, "cannot extend service \"%.*s\": there is none of this name%s", DW_SLICE_ARG(name->text),
                             file == NULL ? "" : " in that file");
    good = good && extend(loader, from, found, variables, &chain);
    dw_map_free(&other.index);
    if (!good)
        return false;
    struct dw_node *base = compose_strip(loader, from->services->items[found]);
    struct dw_node *merged = service;
    if (base->kind == DW_NODE_MAPPING)
        merged = compose_merge_service(loader, base, service);
    if (merged == NULL)
        return false;
    if (merged == service)
        merged = compose_copy(loader, service, 0);
    compose_remove(merged, "extends");
    set->services->items[at] = merged;
    return true;
}

bool compose_extend(struct compose_loader *loader, struct dw_node *services, const struct compose_variables *variables)
{
    struct set set = {.services = services};
    bool good = true;
    for (size_t i = 0; good && i < services->count; i++)
        good = extend(loader, &set, i, variables, NULL);
    dw_map_free(&set.index);
    return good;
}
