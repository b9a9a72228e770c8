/* SPDX-License-Identifier: Apache-2.0
 *
 * What is mounted in a service: volumes in both forms, named volumes whose driver options make them bind mounts, tmpfs, and the
 * mounts of other services (compose-spec, 05-services.md and 07-volumes.md). */
#include "compose/service.h"

#include "base/file.h"

static struct dw_container_mount *add(struct compose_service *service, enum dw_mount_kind kind, const char *type,
                                      const struct dw_node *node)
{
    struct dw_container_mount *mount = dw_vector_push(&service->container->mounts);
    *mount = (struct dw_container_mount){.kind = kind, .type = dw_slice_of(type), .source = DW_SLICE(""), .target = DW_SLICE(""),
                                         .propagation = DW_SLICE(""), .node = node};
    mount->problem = compose_problem(service->loader, node);
    return mount;
}

/* A host path, cleaned; absolute, or relative to the current folder, or beginning with "~" or a drive letter. */
static struct dw_slice host_path(struct compose_service *service, const struct dw_node *node, struct dw_slice path)
{
    bool relative = path.len > 0 && path.at[0] != '/' && path.at[0] != '~' && path.at[0] != '\\' &&
                    !(path.len > 1 && path.at[1] == ':');
    if (path.len == 0 || (!relative && path.at[0] != '/'))
        return path;
    return compose_copy_path(service->loader, compose_path(service->loader->project, node, path));
}

/* Does the named volume hide a bind mount: driver local with o: bind? */
static void look_behind(struct compose_service *service, struct dw_container_mount *mount, struct dw_slice name)
{
    const struct dw_node *volumes = compose_get(service->root, "volumes");
    size_t at = volumes == NULL ? SIZE_MAX : compose_find(volumes, &service->loader->volumes, name);
    const struct dw_node *options = at == SIZE_MAX ? NULL : compose_get(volumes->items[at], "driver_opts");
    const struct dw_node *o = compose_get(options, "o"), *device = compose_get(options, "device");
    if (device == NULL || device->kind != DW_NODE_SCALAR)
        return;
    struct dw_slice rest = o == NULL || o->kind != DW_NODE_SCALAR ? DW_SLICE("") : o->text, word;
    bool more = true, bind = false;
    while (dw_slice_split(&rest, ',', &more, &word)) {
        word = dw_slice_trim(word);
        bind |= dw_slice_is(word, "bind") || dw_slice_is(word, "rbind");
        mount->read_only |= dw_slice_is(word, "ro");
    }
    if (!bind)
        return;
    mount->kind = DW_MOUNT_BIND;
    mount->in_disguise = true;
    mount->source = host_path(service, device, device->text);
    if (mount->problem.len == 0)
        mount->problem = compose_problem(service->loader, device);
}

static bool is_propagation(struct dw_slice word)
{
    static const char *const words[] = {"shared", "rshared", "slave", "rslave", "private", "rprivate"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (dw_slice_is(word, words[i]))
            return true;
    return false;
}

static void short_volume(struct compose_service *service, const struct dw_node *node)
{
    struct compose_volume volume;
    if (!compose_volume_split(node->text, &volume)) {
        struct dw_container_mount *unknown = add(service, DW_MOUNT_OTHER, "volume", node);
        if (unknown->problem.len == 0)
            unknown->problem = DW_SLICE("it is no volume");
        return;
    }
    bool bind = compose_is_path(volume.source);
    bool pipe = dw_slice_starts_with(volume.source, "\\\\.\\pipe\\") || dw_slice_starts_with(volume.source, "//./pipe/");
    struct dw_container_mount *mount = add(service, pipe ? DW_MOUNT_NPIPE : bind ? DW_MOUNT_BIND : DW_MOUNT_VOLUME,
                                           pipe ? "npipe" : bind ? "bind" : "volume", node);
    mount->source = bind && !pipe ? host_path(service, node, volume.source) : volume.source;
    mount->target = volume.target;
    struct dw_slice rest = volume.mode, word;
    bool more = true;
    while (dw_slice_split(&rest, ',', &more, &word)) {
        mount->read_only |= dw_slice_is(word, "ro") || dw_slice_is(word, "readonly");
        if (is_propagation(word))
            mount->propagation = word;
    }
    if (!bind && volume.source.len > 0)
        look_behind(service, mount, volume.source);
}

static void long_volume(struct compose_service *service, const struct dw_node *node)
{
    static const struct {
        const char *type;
        enum dw_mount_kind kind;
    } kinds[] = {{"bind", DW_MOUNT_BIND},   {"volume", DW_MOUNT_VOLUME}, {"tmpfs", DW_MOUNT_TMPFS},
                 {"npipe", DW_MOUNT_NPIPE}, {"image", DW_MOUNT_IMAGE}};
    const struct dw_node *type = compose_get(node, "type"), *source = compose_get(node, "source");
    const struct dw_node *target = compose_get(node, "target"), *read_only = compose_get(node, "read_only");
    const struct dw_node *propagation = compose_get(compose_get(node, "bind"), "propagation");
    const struct dw_node *const parts[] = {type, source, target, read_only, propagation};
    struct dw_container_mount *mount = add(service, DW_MOUNT_OTHER, "volume", node);
    if (type != NULL)
        mount->type = type->text;
    for (size_t i = 0; type != NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (dw_slice_is(type->text, kinds[i].type))
            mount->kind = kinds[i].kind;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && mount->problem.len == 0; i++)
        mount->problem = compose_problem(service->loader, parts[i]);
    bool value = false;
    mount->read_only = read_only != NULL && compose_bool(read_only, &value) && value;
    mount->target = target == NULL ? DW_SLICE("") : target->text;
    mount->propagation = propagation == NULL ? DW_SLICE("") : propagation->text;
    if (source == NULL)
        return;
    mount->source = mount->kind == DW_MOUNT_BIND ? host_path(service, source, source->text) : source->text;
    if (mount->kind == DW_MOUNT_VOLUME)
        look_behind(service, mount, source->text);
    if (mount->kind == DW_MOUNT_IMAGE) {
        struct dw_container_image *image = dw_vector_push(&service->container->images);
        image->use = DW_CONTAINER_IMAGE_VOLUME;
        image->reference = compose_text_of(service->loader, source);
    }
}

/* "/run:size=1m,mode=755". */
static void tmpfs(struct compose_service *service, const struct dw_node *node)
{
    if (node->kind != DW_NODE_SCALAR)
        return;
    struct dw_container_mount *mount = add(service, DW_MOUNT_TMPFS, "tmpfs", node);
    size_t colon = dw_slice_find(node->text, ':');
    mount->target = dw_slice_part(node->text, 0, colon);
    struct dw_slice rest = colon == SIZE_MAX ? DW_SLICE("") : dw_slice_from(node->text, colon + 1), word;
    bool more = true;
    while (dw_slice_split(&rest, ',', &more, &word))
        mount->read_only |= dw_slice_is(word, "ro");
}

void compose_service_mounts(struct compose_service *service)
{
    const struct dw_node *volumes = compose_get(service->node, "volumes"), *list = compose_get(service->node, "tmpfs");
    for (size_t i = 0; volumes != NULL && i < volumes->count; i++)
        if (volumes->items[i]->kind == DW_NODE_SCALAR)
            short_volume(service, volumes->items[i]);
        else
            long_volume(service, volumes->items[i]);
    if (list != NULL && list->kind == DW_NODE_SCALAR)
        tmpfs(service, list);
    for (size_t i = 0; list != NULL && list->kind == DW_NODE_SEQUENCE && i < list->count; i++)
        tmpfs(service, list->items[i]);
}

/* ---- volumes_from ------------------------------------------------------------------------------------------------------ */

enum { NEW, OPEN, DONE };

struct sharing {
    struct compose_loader *loader;
    struct dw_map index; /* service -> its number */
    unsigned char *state;
};

static bool share(struct sharing *sharing, size_t at, unsigned depth);

/* One entry: "SERVICE[:ro]" or "container:NAME[:ro]". */
static bool share_one(struct sharing *sharing, struct dw_container *to, const struct dw_node *node, unsigned depth)
{
    struct compose_loader *loader = sharing->loader;
    struct dw_slice name = node->text, container = DW_SLICE("container:");
    bool read_only = dw_slice_ends_with(name, ":ro"), foreign = dw_slice_starts(name, container);
    if (read_only || dw_slice_ends_with(name, ":rw"))
        name = dw_slice_part(name, 0, name.len - 3);
    const struct dw_map_entry *entry = foreign ? NULL : dw_map_find(&sharing->index, name);
    if (entry != NULL && !share(sharing, (size_t)entry->number, depth))
        return false;
    if (entry == NULL) {
        struct dw_slice problem = compose_problem(loader, node);
        if (problem.len == 0)
            problem = dw_arena_printf(loader->arena, "what \"%.*s\" mounts is not known", DW_SLICE_ARG(name));
        struct dw_container_mount *mount = dw_vector_push(&to->mounts);
        *mount = (struct dw_container_mount){.kind = DW_MOUNT_OTHER, .type = DW_SLICE("volumes_from"), .source = name,
                                             .target = DW_SLICE(""), .propagation = DW_SLICE(""), .node = node,
                                             .problem = problem};
        return true;
    }
    const struct dw_container *from = &loader->project->services.at[entry->number];
    size_t count = from == to ? 0 : from->mounts.len;
    if (!compose_spend_nodes(loader, node, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct dw_container_mount *mount = dw_vector_push(&to->mounts);
        *mount = from->mounts.at[i];
        mount->read_only |= read_only;
        mount->node = node;
    }
    return true;
}

static bool share(struct sharing *sharing, size_t at, unsigned depth)
{
    struct dw_container *container = &sharing->loader->project->services.at[at];
    const struct dw_node *list = compose_get(container->node, "volumes_from");
    if (sharing->state[at] != NEW || list == NULL || list->kind != DW_NODE_SEQUENCE)
        return true; /* one that is open is part of a circle, in which each has its own */
    if (depth > 64)
        return dw_document_fail(list->document, list, DW_ERROR_LIMIT, sharing->loader->error,
                                "volumes_from leads on more than 64 times");
    sharing->state[at] = OPEN;
    for (size_t i = 0; i < list->count; i++)
        if (!share_one(sharing, container, list->items[i], depth + 1))
            return false;
    sharing->state[at] = DONE;
    return true;
}

bool compose_share_mounts(struct compose_loader *loader)
{
    struct dw_compose *project = loader->project;
    struct sharing sharing = {.loader = loader, .state = dw_alloc(project->services.len + 1, 1)};
    bool good = true;
    for (size_t i = 0; i < project->services.len; i++)
        dw_map_insert(&sharing.index, project->services.at[i].name, NULL)->number = i;
    for (size_t i = 0; good && i < project->services.len; i++)
        good = share(&sharing, i, 0);
    dw_map_free(&sharing.index);
    free(sharing.state);
    return good;
}
