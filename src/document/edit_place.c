/* SPDX-License-Identifier: Apache-2.0 */
#include "document/edit_place.h"

#include "base/limits.h"

void dw_edit_place_free(struct dw_edit_place *place)
{
    dw_vector_free(&place->trail);
}

static bool holds(const struct dw_node *node, size_t at)
{
    return !node->alias && node->start <= at && (at < node->end || at == node->start);
}

/* Is AT in one of what stands in COLLECTION itself? */
static bool find_child(const struct dw_node *collection, size_t at, struct dw_edit_step *step)
{
    bool mapping = collection->kind == DW_NODE_MAPPING;
    size_t count = mapping ? collection->own_count : collection->count;
    *step = (struct dw_edit_step){.collection = collection};
    for (size_t i = 0; i < count; i++) {
        step->index = i;
        step->key = mapping && holds(collection->keys[i], at);
        if (step->key || holds(collection->items[i], at))
            return true;
    }
    return false;
}

static const struct dw_node *child_of(const struct dw_edit_step *step)
{
    return step->key ? step->collection->keys[step->index] : step->collection->items[step->index];
}

static const struct dw_node *find_root(const struct dw_document *document, size_t at)
{
    for (size_t i = 0; i < document->root_count; i++)
        if (holds(document->roots[i], at))
            return document->roots[i];
    return NULL;
}

static bool is_repeated(const struct dw_document *document, size_t at)
{
    for (size_t i = 0; i < document->repeated.len; i++)
        if (document->repeated.at[i].start <= at && at < document->repeated.at[i].end)
            return true;
    return false;
}

bool dw_edit_is_flow(const struct dw_node *node)
{
    return node->kind != DW_NODE_SCALAR && node->start < node->document->source.len &&
           strchr("[{", node->document->source.at[node->start]) != NULL;
}

bool dw_edit_place_find(struct dw_edits *edits, const struct dw_node *node, struct dw_edit_place *place)
{
    *place = (struct dw_edit_place){0};
    if (edits->problem.len > 0)
        return false;
    if (node == NULL || node->document == NULL)
        return dw_edits_fail(edits, "it is not known where this is written");
    const struct dw_node *at = find_root(node->document, node->start);
    struct dw_edit_step step;
    while (at != NULL && !(at->start == node->start && at->kind == node->kind)) {
        if (dw_edit_is_flow(at))
            place->flow = true;
        if (at->kind == DW_NODE_SCALAR || !find_child(at, node->start, &step)) {
            at = NULL;
        } else {
            *dw_vector_push(&place->trail) = step;
            at = child_of(&step);
        }
    }
    if (at == NULL)
        return dw_edits_fail(edits, "line %u writes this in another form", node->line);
    if (node->alias || is_repeated(node->document, node->start))
        return dw_edits_fail(edits, "the text at line %u is used in several places, by an anchor and its aliases", node->line);
    place->node = at;
    return true;
}

/* The quotes of its keys tell JSON from YAML's flow style. */
static bool is_json(const struct dw_node *node)
{
    const struct dw_document *document = node->document;
    const struct dw_node *root = find_root(document, node->start);
    return dw_slice_ends_with(document->name, ".json") ||
           (root != NULL && dw_edit_is_flow(root) && root->kind == DW_NODE_MAPPING && root->own_count > 0 &&
            document->source.at[root->keys[0]->start] == '"');
}

/* How much deeper the members of a block mapping stand than the mapping around theirs. */
static size_t step_of(const struct dw_edit_place *place)
{
    unsigned inner = 0;
    for (size_t i = place->trail.len; i-- > 0;) {
        const struct dw_node *around = place->trail.at[i].collection;
        if (around->kind != DW_NODE_MAPPING || dw_edit_is_flow(around)) {
            inner = 0;
            continue;
        }
        if (inner > around->column)
            return inner - around->column;
        inner = around->column;
    }
    return 2;
}

struct dw_edit_layout dw_edit_place_layout(const struct dw_edit_place *place)
{
    const struct dw_node *node = place->node;
    return (struct dw_edit_layout){
        .style = is_json(node) ? DW_EDIT_JSON : place->flow || dw_edit_is_flow(node) ? DW_EDIT_FLOW : DW_EDIT_BLOCK,
        .indent = node->column - 1,
        .step = step_of(place),
        .newline = dw_newline_of(node->document->source)};
}

struct dw_document *dw_edit_value(struct dw_edits *edits, struct dw_slice text)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    struct dw_document *value = dw_document_parse(text, "value", &limits, &error);
    if (value != NULL && value->root_count == 1)
        return value;
    dw_document_free(value);
    dw_edits_fail(edits, "the new value is no YAML: %s", error.text);
    return NULL;
}

void dw_edit_value_free(struct dw_document **value)
{
    dw_document_free(*value);
}
