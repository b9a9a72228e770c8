/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mask.h"
#include "compose/compose.h"
#include "container/write.h"

/* NAME is that of the member, by which its value may be a secret. */
static void write_scalar(const struct dw_node *node, struct dw_slice name, struct dw_json_writer *json)
{
    bool truth;
    int64_t number;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    size_t equals = dw_slice_find(node->text, '=');
    if (dw_node_is_null(node)) {
        dw_json_null(json, NULL);
    } else if (dw_node_bool(node, &truth)) {
        dw_json_bool(json, NULL, truth);
    } else if (!dw_mask_name(name) && dw_node_integer(node, &number)) {
        dw_json_integer(json, NULL, number);
    } else {
        /* An item "NAME=value" is masked by its own name. */
        if (name.len == 0 && equals != SIZE_MAX && dw_mask_name(dw_slice_part(node->text, 0, equals)))
            dw_buffer_printf(&text, "%.*s=***", DW_SLICE_ARG(dw_slice_part(node->text, 0, equals)));
        else
            dw_mask_value(&text, name, node->text);
        dw_json_string(json, NULL, dw_buffer_slice(&text));
    }
}

/* The depth is limited by the documents'. */
static void write_node(const struct dw_node *node, struct dw_slice name, bool hidden, struct dw_json_writer *json)
{
    /* Values of variables may be secrets whatever their names, also those that the environment of the command gave. */
    hidden |= dw_slice_is(name, "environment") || dw_slice_is(name, "args");
    if (node->kind == DW_NODE_SCALAR && hidden && !dw_node_is_null(node)) {
        size_t equals = name.len == 0 ? dw_slice_find(node->text, '=') : SIZE_MAX;
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        dw_buffer_append(&text, dw_slice_part(node->text, 0, equals == SIZE_MAX ? (name.len == 0 ? node->text.len : 0) : equals + 1));
        if (name.len > 0 || equals != SIZE_MAX)
            dw_buffer_append_string(&text, "***");
        dw_json_string(json, NULL, dw_buffer_slice(&text));
        return;
    }
    if (node->kind == DW_NODE_SCALAR) {
        write_scalar(node, name, json);
        return;
    }
    bool mapping = node->kind == DW_NODE_MAPPING;
    if (mapping)
        dw_json_object_begin(json, NULL);
    else
        dw_json_array_begin(json, NULL);
    for (size_t i = 0; i < node->count; i++) {
        if (mapping)
            dw_json_key(json, node->keys[i]->text);
        write_node(node->items[i], mapping ? node->keys[i]->text : DW_SLICE(""), hidden, json);
    }
    if (mapping)
        dw_json_object_end(json);
    else
        dw_json_array_end(json);
}

void dw_compose_write_facts(const struct dw_compose *project, struct dw_buffer *out)
{
    struct dw_json_writer writer = {.out = out, .indent = true}, *json = &writer;
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "schema", "dockworthy/compose/1");
    dw_json_text(json, "kind", "compose");
    dw_json_string(json, "name", project->name);
    dw_json_array_begin(json, "files");
    for (size_t i = 0; i < project->documents.len; i++)
        dw_json_string(json, NULL, project->documents.at[i]->name);
    dw_json_array_end(json);
    dw_json_key(json, DW_SLICE("project"));
    write_node(project->root, DW_SLICE(""), false, json);
    dw_json_array_begin(json, "services");
    for (size_t i = 0; i < project->services.len; i++)
        dw_container_write(&project->services.at[i], json, NULL);
    dw_json_array_end(json);
    dw_json_object_end(json);
}
