/* SPDX-License-Identifier: Apache-2.0
 *
 * Manifests of any bytes: read, judged by the Pod Security Standards, written as facts. */
#include "kubernetes/pod_security.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Everything that is reported has a place in the file. */
static void check(const struct dw_kubernetes *manifests)
{
    size_t containers = 0;
    for (size_t i = 0; i < manifests->pods.len; i++) {
        const struct dw_pod *pod = &manifests->pods.at[i];
        if (pod->first != containers || pod->manifest >= manifests->manifests.len || pod->spec == NULL)
            abort();
        containers += pod->count;
    }
    if (containers != manifests->containers.len)
        abort();
    for (size_t i = 0; i < manifests->containers.len; i++)
        if (manifests->containers.at[i].node == NULL || manifests->containers.at[i].key == NULL ||
            manifests->containers.at[i].images.len == 0)
            abort();
    for (size_t i = 0; i < manifests->problems.len; i++)
        if (manifests->problems.at[i].node == NULL || manifests->problems.at[i].problem.len == 0)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dw_limits limits = dw_limits_default();
    limits.value[DW_LIMIT_DOCUMENT_NODES] = 2000;
    struct dw_error error = DW_ERROR_INIT;
    struct dw_document *document = dw_kubernetes_parse(dw_slice_make(data, size), "a.yaml", &limits, &error);
    if ((document == NULL) != (error.kind != DW_ERROR_NONE))
        abort();
    struct dw_kubernetes *manifests = document == NULL ? NULL : dw_kubernetes_read(document, &error);
    if (document != NULL && (manifests == NULL) != (error.kind != DW_ERROR_NONE))
        abort();
    if (manifests != NULL) {
        struct dw_pod_security_denials denials = {0};
        DW_CLEANUP(dw_buffer_free) struct dw_buffer facts = {0};
        check(manifests);
        for (size_t i = 0; i < manifests->pods.len; i++)
            for (unsigned minor = 0; minor <= DW_POD_SECURITY_LATEST; minor += 18)
                dw_pod_security_judge(DW_POD_SECURITY_RESTRICTED, minor, manifests, &manifests->pods.at[i], &manifests->arena, &denials);
        for (size_t i = 0; i < denials.len; i++)
            if (denials.at[i].node == NULL || denials.at[i].message.len == 0)
                abort();
        dw_kubernetes_write_facts(manifests, &facts);
        dw_vector_free(&denials);
    }
    dw_kubernetes_free(manifests);
    dw_document_free(document);
    return 0;
}
