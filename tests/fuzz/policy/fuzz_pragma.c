/* SPDX-License-Identifier: Apache-2.0
 *
 * Comments and annotations that suppress, in Dockerfiles and YAML. */
#include "policy/pragma.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_pragmas pragmas = {0};
    struct dw_arena arena = {0};
    struct dw_dockerfile *dockerfile = dw_dockerfile_parse(dw_slice_make(data, size), "Dockerfile", &limits, NULL);
    struct dw_document *document = dw_document_parse(dw_slice_make(data, size), "a.yaml", &limits, NULL);
    if (dockerfile != NULL)
        dw_pragmas_of_dockerfile(&pragmas, &arena, dockerfile);
    if (document != NULL)
        dw_pragmas_of_document(&pragmas, &arena, document);
    for (size_t i = 0; i < pragmas.list.len; i++)
        if (pragmas.list.at[i].line == 0 || pragmas.list.at[i].path.at == NULL)
            abort();
    dw_pragmas_free(&pragmas);
    dw_arena_free(&arena);
    dw_dockerfile_free(dockerfile);
    dw_document_free(document);
    return 0;
}
