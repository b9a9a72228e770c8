/* SPDX-License-Identifier: Apache-2.0 */
#include "dockerfile/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A part of the logical line lies in it. */
static void check_uses(const struct dw_instruction *instruction)
{
    const char *at = instruction->logical.at, *end = at + instruction->logical.len;
    for (size_t i = 0; i < instruction->use_count; i++) {
        const struct dw_variable_use *use = &instruction->uses[i];
        if (use->name.len == 0 || (use->argument != SIZE_MAX && use->argument >= instruction->argument_count))
            abort();
        if (!instruction->json && use->argument != SIZE_MAX && (use->name.at < at || use->name.at + use->name.len > end))
            abort();
    }
    if (instruction->expanded != NULL && instruction->expansion_problem.len > 0)
        abort();
}

static void check(const struct dw_dockerfile *dockerfile, size_t size)
{
    if (dockerfile->stages.len == 0 || dockerfile->external_use >= dockerfile->uses.len ||
        dockerfile->shipped >= dockerfile->stages.len)
        abort();
    for (size_t i = 0; i < dockerfile->instructions.len; i++) {
        const struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        if (instruction->line > instruction->end_line || dw_instruction_offset(instruction, instruction->rest) > size)
            abort();
        check_uses(instruction);
    }
    for (size_t i = 0; i < dockerfile->comments.len; i++)
        if (dockerfile->source.at[dockerfile->comments.at[i].offset] != '#')
            abort();
    for (size_t i = 0; i < dockerfile->stages.len; i++)
        if (dockerfile->stages.at[i].state == NULL)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const arguments[] = {"A=1", "TARGETARCH=$A", "BUILDKIT_SYNTAX=x"};
    struct dw_dockerfile_options options = {.build_arguments = arguments, .build_argument_count = size % 4, .first_line = 7};
    struct dw_limits limits = dw_limits_default();
    struct dw_slice text = dw_slice_make(data, size);
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    struct dw_dockerfile *dockerfile = dw_dockerfile_parse_with(text, "Dockerfile", &options, &limits, &error);
    if ((dockerfile == NULL) != (error.kind != DW_ERROR_NONE))
        abort();
    if (dockerfile != NULL) {
        check(dockerfile, size);
        dw_dockerfile_write_facts(dockerfile, &out);
    }
    struct dw_error refused = DW_ERROR_INIT;
    /* What the build takes, the tree has. */
    if (!dw_dockerfile_write_tree(text, "Dockerfile", &limits, &out, &refused) && dockerfile != NULL)
        abort();
    dw_dockerfile_free(dockerfile);
    return 0;
}
