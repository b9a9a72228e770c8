/* SPDX-License-Identifier: Apache-2.0 */
#include "dockerfile/dockerfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    struct dw_dockerfile *dockerfile = dw_dockerfile_parse(dw_slice_make(data, size), "Dockerfile", &limits, &error);
    if ((dockerfile == NULL) != (error.kind != DW_ERROR_NONE))
        abort();
    if (dockerfile == NULL)
        return 0;
    if (dockerfile->stages.len == 0 || dockerfile->external_use >= dockerfile->uses.len)
        abort();
    for (size_t i = 0; i < dockerfile->instructions.len; i++) {
        const struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        if (instruction->line > instruction->end_line || dw_instruction_offset(instruction, instruction->rest) > size)
            abort();
    }
    dw_dockerfile_free(dockerfile);
    return 0;
}
