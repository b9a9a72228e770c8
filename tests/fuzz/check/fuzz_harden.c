/* SPDX-License-Identifier: Apache-2.0
 *
 * Repairs of a file, of the kind that its first byte tells: "d" a Dockerfile, "c" a Compose file, else manifests. What was repaired
 * must be read again, and a second run must find nothing more that it can do. */
#include "check/harden.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void harden(const struct dw_harden_options *options, enum dw_subject_kind kind, struct dw_slice text)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_harden_result once, twice;
    bool read = dw_harden(options, kind, "file", text, &once, &error);
    if (read && once.made.len > 0) {
        if (!dw_harden(options, kind, "file", dw_buffer_slice(&once.text), &twice, &error))
            abort();
        dw_harden_result_free(&twice);
    }
    dw_harden_result_free(&once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_arena arena = {0};
    if (size == 0 || size > 16384)
        return 0;
    limits.value[DW_LIMIT_DOCUMENT_NODES] = 5000;
    struct dw_policy *policy = dw_policy_builtin(".");
    struct dw_rule_settings settings = dw_policy_rule_settings(policy, &arena, 0);
    struct dw_harden_options options = {
        .policy = policy, .settings = &settings, .limits = &limits, .no_files = true, .review = true};
    harden(&options,
           data[0] == 'd'   ? DW_SUBJECT_DOCKERFILE
           : data[0] == 'c' ? DW_SUBJECT_COMPOSE
                            : DW_SUBJECT_KUBERNETES,
           dw_slice_make(data + 1, size - 1));
    dw_policy_free(policy);
    dw_arena_free(&arena);
    return 0;
}
