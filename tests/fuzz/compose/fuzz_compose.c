/* SPDX-License-Identifier: Apache-2.0 */
#include "compose/compose.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The environment stands behind a NUL, so that variables get values, too. No file is read. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {"compose.yaml"}, *const environment[] = {"A=1", "EMPTY=", "LONG=$A${A}aaaaaaaaaaaaaaaa", NULL};
    struct dw_limits limits = dw_limits_default();
    limits.value[DW_LIMIT_DOCUMENT_NODES] = 20000;
    limits.value[DW_LIMIT_DOCUMENT_BYTES] = 1 << 20;
    for (size_t i = 0; i < 2; i++) {
        struct dw_error error = DW_ERROR_INIT;
        struct dw_compose_options options = {.text = dw_slice_make(data, size), .no_files = true, .no_consistency = i == 1,
                                             .environment = environment};
        struct dw_compose *project = dw_compose_load(paths, 1, &options, &limits, &error);
        if ((project == NULL) != (error.kind != DW_ERROR_NONE))
            abort();
        for (size_t j = 0; project != NULL && j < project->services.len; j++) {
            const struct dw_container *service = &project->services.at[j];
            if (service->key == NULL || service->node == NULL || (service->dockerfile == NULL && service->built) !=
                                                                     (service->build_problem.len > 0))
                abort();
        }
        dw_compose_free(project);
    }
    return 0;
}
