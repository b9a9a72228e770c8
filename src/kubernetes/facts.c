/* SPDX-License-Identifier: Apache-2.0 */
#include "container/write.h"
#include "kubernetes/internal.h"

static void write_labels(const struct dw_node *metadata, struct dw_json_writer *json)
{
    static const char *const fields[] = {"labels", "annotations"};
    for (size_t i = 0; i < 2; i++) {
        const struct dw_node *texts = dw_kube_get(metadata, fields[i]);
        if (texts == NULL || texts->kind != DW_NODE_MAPPING)
            continue;
        dw_json_array_begin(json, fields[i]);
        for (size_t j = 0; j < texts->count; j++) {
            dw_json_object_begin(json, NULL);
            dw_json_string(json, "name", texts->keys[j]->text);
            dw_json_string(json, "value", texts->items[j]->text);
            dw_json_object_end(json);
        }
        dw_json_array_end(json);
    }
}

static void write_manifest(const struct dw_manifest *manifest, struct dw_json_writer *json)
{
    dw_json_object_begin(json, NULL);
    dw_json_string(json, "kind", manifest->kind);
    dw_json_string(json, "version", manifest->version);
    dw_json_string(json, "name", manifest->name);
    dw_json_string_if(json, "namespace", manifest->space);
    dw_container_write_place(manifest->node, json);
    write_labels(dw_kube_get(manifest->node, "metadata"), json);
    dw_json_object_end(json);
}

static void write_pod(const struct dw_kubernetes *manifests, const struct dw_pod *pod, struct dw_json_writer *json)
{
    const struct dw_node *account = dw_kube_get(pod->spec, "serviceAccountName");
    const struct dw_node *token = dw_kube_get(pod->spec, "automountServiceAccountToken");
    dw_json_object_begin(json, NULL);
    dw_json_string(json, "kind", pod->kind);
    dw_json_string(json, "name", pod->name);
    dw_container_write_place(pod->spec, json);
    if (account != NULL)
        dw_json_string(json, "service_account", account->text);
    if (token != NULL)
        dw_json_bool(json, "service_account_token", dw_kube_value(token).boolean);
    write_labels(pod->metadata, json);
    dw_json_array_begin(json, "containers");
    for (size_t i = 0; i < pod->count; i++)
        dw_container_write(&manifests->containers.at[pod->first + i], json, NULL);
    dw_json_array_end(json);
    dw_json_object_end(json);
}

void dw_kubernetes_write_facts(const struct dw_kubernetes *manifests, struct dw_buffer *out)
{
    struct dw_json_writer writer = {.out = out, .indent = true}, *json = &writer;
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "schema", "dockworthy/kubernetes/1");
    dw_json_text(json, "kind", "kubernetes");
    dw_json_string(json, "name", manifests->document->name);
    dw_json_array_begin(json, "manifests");
    for (size_t i = 0; i < manifests->manifests.len; i++)
        write_manifest(&manifests->manifests.at[i], json);
    dw_json_array_end(json);
    dw_json_array_begin(json, "pods");
    for (size_t i = 0; i < manifests->pods.len; i++)
        write_pod(manifests, &manifests->pods.at[i], json);
    dw_json_array_end(json);
    dw_json_array_begin(json, "problems");
    for (size_t i = 0; i < manifests->problems.len; i++) {
        dw_json_object_begin(json, NULL);
        dw_json_string(json, "problem", manifests->problems.at[i].problem);
        dw_container_write_place(manifests->problems.at[i].node, json);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
    dw_json_object_end(json);
}
