/* SPDX-License-Identifier: Apache-2.0 */
#include "compose/internal.h"

#include <stdarg.h>
#include <stdio.h>

bool compose_fail(struct compose_loader *loader, const struct dw_node *at, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (at == NULL)
        return dw_fail(loader->error, DW_ERROR_INPUT, "%.*s: %s", DW_SLICE_ARG(loader->project->name), text);
    return dw_document_fail(at->document, at, DW_ERROR_INPUT, loader->error, "%s", text);
}

static bool spend(struct compose_loader *loader, const struct dw_node *at, uint64_t *counter, enum dw_limit limit,
                  uint64_t amount)
{
    uint64_t sum = UINT64_MAX;
    if (dw_checked_add(*counter, amount, &sum))
        *counter = sum;
    if (dw_limit_check(loader->limits, limit, sum, loader->error))
        return true;
    if (at != NULL)
        dw_context(loader->error, "%.*s:%u", DW_SLICE_ARG(at->document->name), at->line);
    return false;
}

bool compose_spend_nodes(struct compose_loader *loader, const struct dw_node *at, uint64_t nodes)
{
    return spend(loader, at, &loader->nodes, DW_LIMIT_COMPOSE_NODES, nodes);
}

bool compose_spend_bytes(struct compose_loader *loader, const struct dw_node *at, uint64_t bytes)
{
    return spend(loader, at, &loader->bytes, DW_LIMIT_DOCUMENT_BYTES, bytes);
}

struct dw_node *compose_collection(struct compose_loader *loader, const struct dw_node *like, size_t capacity)
{
    struct dw_node *node = dw_arena_alloc(loader->arena, 1, sizeof(*node));
    *node = *like;
    node->tag = DW_SLICE("");
    node->count = node->own_count = 0;
    node->items = capacity == 0 ? NULL : dw_arena_alloc(loader->arena, capacity, sizeof(struct dw_node *));
    node->keys = NULL;
    if (capacity > 0 && node->kind == DW_NODE_MAPPING)
        node->keys = dw_arena_alloc(loader->arena, capacity, sizeof(struct dw_node *));
    return node;
}

/* Does NODE stand in the text of COLLECTION? */
static bool stands_in(const struct dw_node *node, const struct dw_node *collection)
{
    return node->document == collection->document && node->start >= collection->start && node->end <= collection->end;
}

void compose_append(struct dw_node *collection, struct dw_node *key, struct dw_node *item)
{
    if (collection->kind == DW_NODE_MAPPING) {
        collection->keys[collection->count] = key;
        if (collection->own_count == collection->count && stands_in(key, collection))
            collection->own_count++;
    }
    collection->items[collection->count++] = item;
}

struct dw_node *compose_copy(struct compose_loader *loader, const struct dw_node *node, size_t more)
{
    struct dw_node *copy = compose_collection(loader, node, node->count + more);
    copy->tag = node->tag;
    copy->count = node->count;
    copy->own_count = node->own_count;
    if (node->count > 0)
        memcpy(copy->items, node->items, node->count * sizeof(node->items[0]));
    if (node->count > 0 && node->kind == DW_NODE_MAPPING)
        memcpy(copy->keys, node->keys, node->count * sizeof(node->keys[0]));
    return copy;
}

void compose_remove(struct dw_node *mapping, const char *key)
{
    size_t kept = 0;
    for (size_t i = 0; i < mapping->count; i++) {
        if (dw_slice_is(mapping->keys[i]->text, key)) {
            mapping->own_count -= i < mapping->own_count;
            continue;
        }
        mapping->keys[kept] = mapping->keys[i];
        mapping->items[kept++] = mapping->items[i];
    }
    mapping->count = kept;
}

struct dw_node *compose_text(struct compose_loader *loader, const struct dw_node *at, struct dw_slice text)
{
    struct dw_node *node = dw_arena_alloc(loader->arena, 1, sizeof(*node));
    *node = (struct dw_node){.document = at->document,
                             .kind = DW_NODE_SCALAR,
                             .style = DW_SCALAR_QUOTED,
                             .line = at->line,
                             .column = at->column,
                             .start = at->start,
                             .end = at->end,
                             .tag = DW_SLICE(""),
                             .text = text};
    return node;
}

bool compose_is_reset(const struct dw_node *node)
{
    return dw_slice_is(node->tag, "!reset");
}

bool compose_is_override(const struct dw_node *node)
{
    return dw_slice_is(node->tag, "!override");
}

struct dw_node *compose_get(const struct dw_node *mapping, const char *key)
{
    struct dw_node *node = dw_node_get(mapping, key);
    return node == NULL || dw_node_is_null(node) ? NULL : node;
}

void compose_index(const struct dw_node *mapping, struct dw_map *index)
{
    for (size_t i = 0; i < mapping->count; i++)
        dw_map_insert(index, mapping->keys[i]->text, NULL)->number = i;
}

size_t compose_find(const struct dw_node *mapping, const struct dw_map *index, struct dw_slice key)
{
    if (index != NULL && index->len > 0) {
        const struct dw_map_entry *entry = dw_map_find(index, key);
        return entry == NULL ? SIZE_MAX : (size_t)entry->number;
    }
    for (size_t i = 0; i < mapping->count; i++)
        if (dw_slice_equal(mapping->keys[i]->text, key))
            return i;
    return SIZE_MAX;
}

struct dw_node *compose_strip(struct compose_loader *loader, struct dw_node *node)
{
    if (!loader->tagged || node->kind == DW_NODE_SCALAR)
        return node;
    bool changed = false;
    struct dw_node *result = compose_collection(loader, node, node->count);
    for (size_t i = 0; i < node->count; i++) {
        struct dw_node *item = compose_is_reset(node->items[i]) ? NULL : compose_strip(loader, node->items[i]);
        changed |= item != node->items[i];
        if (item != NULL)
            compose_append(result, node->kind == DW_NODE_MAPPING ? node->keys[i] : NULL, item);
    }
    return changed ? result : node;
}
