/* SPDX-License-Identifier: Apache-2.0
 *
 * How a later file's values go over an earlier one's (compose-spec, 13-merge.md), and what may not be there twice. */
#include "compose/types.h"

/* From this many members on, keys are looked up in a map. */
#define MANY 16

static struct dw_node *merge(struct compose_loader *loader, struct dw_node *base, struct dw_node *over,
                             const struct compose_type *type, bool over_stands);

static struct dw_node *merge_mappings(struct compose_loader *loader, struct dw_node *base, struct dw_node *over,
                                      const struct compose_type *type, bool over_stands)
{
    /* The result stands where the side that OVER_STANDS says stands; that one's members come first. */
    struct dw_node *first = over_stands ? over : base, *second = over_stands ? base : over;
    struct dw_node *result = compose_collection(loader, first, first->count + second->count);
    result->tag = over->tag;
    DW_CLEANUP(dw_map_free) struct dw_map in_second = {0}, in_first = {0};
    if (!compose_spend_nodes(loader, over, first->count + second->count))
        return NULL;
    if (second->count > MANY)
        compose_index(second, &in_second);
    if (first->count > MANY)
        compose_index(first, &in_first);
    for (size_t i = 0; i < first->count; i++) {
        struct dw_slice name = first->keys[i]->text;
        size_t other = compose_find(second, &in_second, name);
        if (other == SIZE_MAX) {
            compose_append(result, first->keys[i], first->items[i]);
            continue;
        }
        size_t b = over_stands ? other : i, o = over_stands ? i : other;
        bool extension = dw_slice_starts_with(name, "x-") && (type == NULL || type->names != NAMES_RESOURCE);
        struct dw_node *item = extension ? over->items[o]
                                         : merge(loader, base->items[b], over->items[o],
                                                 type != NULL && type->keys == NULL ? type->values
                                                                                    : compose_member_type(type, name),
                                                 over_stands);
        if (item == NULL)
            return NULL;
        /* A scalar's key is the winner's, a collection's that of where it is defined. */
        compose_append(result, item == over->items[o] ? over->keys[o] : first->keys[i], item);
    }
    for (size_t i = 0; i < second->count; i++)
        if (compose_find(first, &in_first, second->keys[i]->text) == SIZE_MAX)
            compose_append(result, second->keys[i], second->items[i]);
    return result;
}

static struct dw_node *append(struct compose_loader *loader, struct dw_node *base, struct dw_node *over,
                              const struct compose_type *type, bool over_stands)
{
    if (!compose_spend_nodes(loader, over, base->count + over->count))
        return NULL;
    struct dw_node *result = compose_collection(loader, over_stands ? over : base, base->count + over->count);
    DW_CLEANUP(dw_map_free) struct dw_map seen = {0};
    bool distinct = type != NULL && type->distinct && type->unique == UNIQUE_NO;
    for (size_t i = 0; i < base->count; i++) {
        compose_append(result, NULL, base->items[i]);
        if (distinct && base->items[i]->kind == DW_NODE_SCALAR)
            dw_map_insert(&seen, base->items[i]->text, NULL);
    }
    for (size_t i = 0; i < over->count; i++)
        if (!distinct || over->items[i]->kind != DW_NODE_SCALAR || dw_map_find(&seen, over->items[i]->text) == NULL)
            compose_append(result, NULL, over->items[i]);
    return result;
}

/* A text as the list of it. */
static struct dw_node *as_list(struct compose_loader *loader, struct dw_node *node)
{
    if (node->kind != DW_NODE_SCALAR)
        return node;
    struct dw_node *like = compose_text(loader, node, DW_SLICE(""));
    like->kind = DW_NODE_SEQUENCE;
    struct dw_node *list = compose_collection(loader, like, 1);
    compose_append(list, NULL, node);
    return list;
}

/* A list of "NAME=value" or "NAME" as a mapping; SEPARATORS end the name. Another node is given back. */
static struct dw_node *as_mapping(struct compose_loader *loader, struct dw_node *node, const char *separators)
{
    if (node->kind != DW_NODE_SEQUENCE)
        return node;
    struct dw_node *like = compose_text(loader, node, DW_SLICE(""));
    like->kind = DW_NODE_MAPPING;
    struct dw_node *mapping = compose_collection(loader, like, node->count);
    DW_CLEANUP(dw_map_free) struct dw_map seen = {0};
    for (size_t i = 0; i < node->count; i++) {
        struct dw_node *item = node->items[i];
        if (item->kind != DW_NODE_SCALAR)
            return node; /* the check will say so */
        size_t at = 0;
        while (at < item->text.len && strchr(separators, item->text.at[at]) == NULL)
            at++;
        struct dw_node *key = compose_text(loader, item, dw_slice_part(item->text, 0, at));
        struct dw_node *value = item;
        bool added = true;
        if (*separators != '\0') {
            struct compose_scalar *copy = dw_arena_alloc(loader->arena, 1, sizeof(*copy));
            const struct compose_scalar *from = compose_interpolated(item);
            if (from != NULL)
                *copy = *from;
            copy->node = *item;
            copy->node.style = at < item->text.len ? DW_SCALAR_QUOTED : DW_SCALAR_PLAIN;
            copy->node.text = at < item->text.len ? dw_slice_from(item->text, at + 1) : DW_SLICE("");
            value = &copy->node;
        } else {
            value = compose_text(loader, item, DW_SLICE(""));
            value->style = DW_SCALAR_PLAIN; /* null */
        }
        struct dw_map_entry *entry = dw_map_insert(&seen, key->text, &added);
        if (!added) {
            mapping->items[entry->number] = value;
            continue;
        }
        entry->number = mapping->count;
        compose_append(mapping, key, value);
    }
    return mapping;
}

/* "name" of depends_on is {condition: service_started}. */
static struct dw_node *as_dependencies(struct compose_loader *loader, struct dw_node *node)
{
    struct dw_node *mapping = as_mapping(loader, node, "");
    if (mapping == node || mapping->kind != DW_NODE_MAPPING)
        return mapping;
    for (size_t i = 0; i < mapping->count; i++) {
        struct dw_node *like = compose_text(loader, mapping->keys[i], DW_SLICE(""));
        like->kind = DW_NODE_MAPPING;
        struct dw_node *value = compose_collection(loader, like, 1);
        compose_append(value, compose_text(loader, like, DW_SLICE("condition")),
                       compose_text(loader, like, DW_SLICE("service_started")));
        mapping->items[i] = value;
    }
    return mapping;
}

/* A text is the build's context. */
static struct dw_node *as_build(struct compose_loader *loader, struct dw_node *node)
{
    if (node->kind != DW_NODE_SCALAR)
        return node;
    struct dw_node *like = compose_text(loader, node, DW_SLICE(""));
    like->kind = DW_NODE_MAPPING;
    struct dw_node *build = compose_collection(loader, like, 1);
    compose_append(build, compose_text(loader, node, DW_SLICE("context")), node);
    return build;
}

/* A mapping of hosts as the list of "NAME=ADDRESS": a name may have several. */
static struct dw_node *as_hosts(struct compose_loader *loader, struct dw_node *node)
{
    if (node->kind != DW_NODE_MAPPING)
        return node;
    size_t count = 0;
    for (size_t i = 0; i < node->count; i++)
        count += node->items[i]->kind == DW_NODE_SEQUENCE ? node->items[i]->count : 1;
    struct dw_node *like = compose_text(loader, node, DW_SLICE(""));
    like->kind = DW_NODE_SEQUENCE;
    struct dw_node *list = compose_collection(loader, like, count);
    for (size_t i = 0; i < node->count; i++) {
        struct dw_node *value = node->items[i], *const *addresses = value->kind == DW_NODE_SEQUENCE ? value->items : &value;
        count = value->kind == DW_NODE_SEQUENCE ? value->count : 1;
        for (size_t j = 0; j < count; j++) {
            if (addresses[j]->kind != DW_NODE_SCALAR)
                return node; /* the check will say so */
            compose_append(list, NULL, compose_text(loader, addresses[j],
                                                    dw_arena_printf(loader->arena, "%.*s=%.*s", DW_SLICE_ARG(node->keys[i]->text),
                                                                    DW_SLICE_ARG(addresses[j]->text))));
        }
    }
    return list;
}

static struct dw_node *cannot(struct compose_loader *loader, const struct dw_node *over)
{
    compose_fail(loader, over, "it is of another kind (text, list or mapping) than what it is merged with");
    return NULL;
}

static struct dw_node *by_kind(struct compose_loader *loader, struct dw_node *base, struct dw_node *over,
                               const struct compose_type *type, bool over_stands)
{
    if (base->kind == DW_NODE_SCALAR)
        return over;
    if (base->kind != over->kind)
        return cannot(loader, over);
    if (base->kind == DW_NODE_SEQUENCE)
        return append(loader, base, over, type, over_stands);
    return merge_mappings(loader, base, over, type, over_stands);
}

static struct dw_node *merge_logging(struct compose_loader *loader, struct dw_node *base, struct dw_node *over,
                                     const struct compose_type *type, bool over_stands)
{
    const struct dw_node *before = dw_node_get(base, "driver"), *after = dw_node_get(over, "driver");
    if (before != NULL && after != NULL && !dw_slice_equal(before->text, after->text))
        return over;
    return by_kind(loader, base, over, type, over_stands);
}

/* Address pools of one subnet are merged, others appended. */
static struct dw_node *merge_pools(struct compose_loader *loader, struct dw_node *base, struct dw_node *over,
                                   const struct compose_type *type, bool over_stands)
{
    if (base->kind != DW_NODE_SEQUENCE || over->kind != DW_NODE_SEQUENCE)
        return by_kind(loader, base, over, type, over_stands);
    if (!compose_spend_nodes(loader, over, base->count + over->count))
        return NULL;
    struct dw_node *result = compose_collection(loader, over_stands ? over : base, base->count + over->count);
    DW_CLEANUP(dw_map_free) struct dw_map subnets = {0};
    for (size_t i = 0; i < base->count + over->count; i++) {
        struct dw_node *pool = i < base->count ? base->items[i] : over->items[i - base->count];
        const struct dw_node *subnet = compose_get(pool, "subnet");
        bool added = true;
        struct dw_map_entry *entry = subnet == NULL ? NULL : dw_map_insert(&subnets, subnet->text, &added);
        if (added) {
            if (entry != NULL)
                entry->number = result->count;
            compose_append(result, NULL, pool);
            continue;
        }
        pool = merge_mappings(loader, result->items[entry->number], pool, type->items, over_stands);
        if (pool == NULL)
            return NULL;
        result->items[entry->number] = pool;
    }
    return result;
}

static struct dw_node *merge(struct compose_loader *loader, struct dw_node *base, struct dw_node *over,
                             const struct compose_type *type, bool over_stands)
{
    if (compose_is_reset(over) || compose_is_override(over) || compose_is_reset(base) || dw_node_is_null(base))
        return over;
    if (over->kind == DW_NODE_SCALAR && dw_node_is_null(over))
        return base->kind == DW_NODE_SCALAR ? over : base; /* "ports:" with nothing behind it adds nothing */
    switch (type == NULL ? MERGE_DEFAULT : type->merge) {
    case MERGE_DEFAULT:
        break;
    case MERGE_REPLACE:
        return over;
    case MERGE_KEYED:
        return by_kind(loader, as_mapping(loader, base, "="), as_mapping(loader, over, "="), type, over_stands);
    case MERGE_HOSTS:
        return by_kind(loader, as_hosts(loader, base), as_hosts(loader, over), type, over_stands);
    case MERGE_POOLS:
        return merge_pools(loader, base, over, type, over_stands);
    case MERGE_LISTED:
        return by_kind(loader, as_list(loader, base), as_list(loader, over), type, over_stands);
    case MERGE_LOGGING:
        return merge_logging(loader, base, over, type, over_stands);
    case MERGE_BUILD:
        return by_kind(loader, as_build(loader, base), as_build(loader, over), type, over_stands);
    case MERGE_DEPENDS:
        return by_kind(loader, as_dependencies(loader, base), as_dependencies(loader, over), type, over_stands);
    case MERGE_NETWORKS:
        return by_kind(loader, as_mapping(loader, base, ""), as_mapping(loader, over, ""), type, over_stands);
    }
    return by_kind(loader, base, over, type, over_stands);
}

struct dw_node *compose_merge_project(struct compose_loader *loader, struct dw_node *base, struct dw_node *over)
{
    return merge(loader, base, over, &compose_project_type, false);
}

struct dw_node *compose_merge_service(struct compose_loader *loader, struct dw_node *base, struct dw_node *over)
{
    return merge(loader, base, over, &compose_service_type, true);
}

/* ---- what may not be there twice -------------------------------------------------------------------------------------- */

static struct dw_slice text_of(const struct dw_node *mapping, const char *key, const char *otherwise)
{
    const struct dw_node *node = compose_get(mapping, key);
    return node == NULL || node->kind != DW_NODE_SCALAR ? dw_slice_of(otherwise) : node->text;
}

static struct dw_slice grant_key(struct compose_loader *loader, const struct dw_node *item, const char *folder)
{
    if (item->kind == DW_NODE_SCALAR)
        return dw_arena_printf(loader->arena, "%s/%.*s", folder, DW_SLICE_ARG(item->text));
    struct dw_slice target = text_of(item, "target", "");
    if (target.len == 0)
        target = text_of(item, "source", "");
    if (target.len > 0 && target.at[0] == '/')
        return target;
    return dw_arena_printf(loader->arena, "%s/%.*s", folder, DW_SLICE_ARG(target));
}

/* What makes ITEM the same as another; "" when it is the same as none. */
static struct dw_slice key_of(struct compose_loader *loader, const struct dw_node *item, enum compose_unique unique)
{
    struct compose_volume volume;
    if (item->kind == DW_NODE_SEQUENCE)
        return DW_SLICE("");
    switch (unique) {
    case UNIQUE_NO:
        return DW_SLICE("");
    case UNIQUE_KEY:
        return item->kind == DW_NODE_SCALAR ? dw_slice_part(item->text, 0, dw_slice_find(item->text, '=')) : DW_SLICE("");
    case UNIQUE_FILE:
        return item->kind == DW_NODE_SCALAR ? item->text : text_of(item, "path", "");
    case UNIQUE_VOLUME:
        if (item->kind == DW_NODE_MAPPING)
            return text_of(item, "target", "");
        return compose_volume_split(item->text, &volume) ? volume.target : DW_SLICE("");
    case UNIQUE_DEVICE: {
        if (item->kind == DW_NODE_MAPPING)
            return text_of(item, "target", "");
        struct dw_slice rest = item->text, source, target;
        bool more = true;
        dw_slice_split(&rest, ':', &more, &source);
        return dw_slice_split(&rest, ':', &more, &target) ? target : source;
    }
    case UNIQUE_SECRET:
        return grant_key(loader, item, "/run/secrets");
    case UNIQUE_CONFIG:
        return grant_key(loader, item, "");
    case UNIQUE_PORT:
        if (item->kind == DW_NODE_SCALAR)
            return item->text;
        if (compose_get(item, "target") == NULL)
            return DW_SLICE("");
        return dw_arena_printf(loader->arena, "%.*s:%.*s:%.*s/%.*s", DW_SLICE_ARG(text_of(item, "host_ip", "0.0.0.0")),
                               DW_SLICE_ARG(text_of(item, "published", "")), DW_SLICE_ARG(text_of(item, "target", "")),
                               DW_SLICE_ARG(text_of(item, "protocol", "tcp")));
    }
    return DW_SLICE("");
}

static struct dw_node *unify_list(struct compose_loader *loader, struct dw_node *list, enum compose_unique unique)
{
    DW_CLEANUP(dw_map_free) struct dw_map seen = {0};
    if (list->count < 2)
        return list;
    struct dw_node *result = NULL;
    for (size_t i = 0; i < list->count; i++) {
        struct dw_slice key = key_of(loader, list->items[i], unique);
        bool added = true;
        struct dw_map_entry *entry = key.len == 0 ? NULL : dw_map_insert(&seen, key, &added);
        if (!added && result == NULL) {
            result = compose_collection(loader, list, list->count);
            for (size_t j = 0; j < i; j++)
                compose_append(result, NULL, list->items[j]);
        }
        if (!added) {
            result->items[entry->number] = list->items[i];
            continue;
        }
        if (entry != NULL)
            entry->number = result == NULL ? i : result->count;
        if (result != NULL)
            compose_append(result, NULL, list->items[i]);
    }
    return result == NULL ? list : result;
}

static struct dw_node *unify(struct compose_loader *loader, struct dw_node *node, const struct compose_type *type)
{
    if (type == NULL || node->kind == DW_NODE_SCALAR || (type->kinds & T_ANY) != 0)
        return node;
    if (node->kind == DW_NODE_SEQUENCE)
        return type->unique == UNIQUE_NO ? node : unify_list(loader, node, type->unique);
    if (type->keys == NULL && (type->values == NULL || (type->values->keys == NULL && type->values->unique == UNIQUE_NO)))
        return node;
    struct dw_node *result = node;
    for (size_t i = 0; i < node->count; i++) {
        const struct compose_type *member =
            type->keys == NULL ? type->values : compose_member_type(type, node->keys[i]->text);
        struct dw_node *item = unify(loader, node->items[i], member);
        if (item == node->items[i])
            continue;
        if (result == node)
            result = compose_copy(loader, node, 0);
        result->items[i] = item;
    }
    return result;
}

struct dw_node *compose_unify(struct compose_loader *loader, struct dw_node *project)
{
    return unify(loader, project, &compose_project_type);
}
