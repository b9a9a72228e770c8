/* SPDX-License-Identifier: Apache-2.0 */
#include "document/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Walks the tree as a consumer does; the node limit bounds it. Every node's text lies inside the file. */
static size_t walk(const struct dw_document *document, const struct dw_node *node, unsigned depth)
{
    if (depth > 128 || node->start > node->end || node->end > document->source.len || node->line == 0)
        abort();
    size_t nodes = 1;
    for (size_t i = 0; i < node->count; i++) {
        nodes += walk(document, node->items[i], depth + 1);
        if (node->kind == DW_NODE_MAPPING)
            nodes += walk(document, node->keys[i], depth + 1);
    }
    return nodes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dw_limits limits = dw_limits_default();
    limits.value[DW_LIMIT_DOCUMENT_NODES] = 20000;
    static const char *const names[] = {"a.json", "a.yaml"};
    for (size_t i = 0; i < 2; i++) {
        struct dw_error error = DW_ERROR_INIT;
        struct dw_document *document = dw_document_parse(dw_slice_make(data, size), names[i], &limits, &error);
        if ((document == NULL) != (error.kind != DW_ERROR_NONE))
            abort();
        size_t nodes = 0;
        for (size_t j = 0; document != NULL && j < document->root_count; j++)
            nodes += walk(document, document->roots[j], 1);
        if (nodes > 20000)
            abort();
        dw_document_free(document);
    }
    return 0;
}
