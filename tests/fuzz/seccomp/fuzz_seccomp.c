/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp/capability.h"
#include "seccomp/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    limits.value[DW_LIMIT_DOCUMENT_NODES] = 20000;
    struct dw_seccomp_profile *profile = dw_seccomp_profile_parse(dw_slice_make(data, size), "profile", &limits, &error);
    if ((profile == NULL) != (error.kind != DW_ERROR_NONE))
        abort();
    if (profile == NULL)
        return 0;
    struct dw_seccomp_profile *standard = dw_seccomp_profile_default();
    struct dw_arena arena = {0};
    struct dw_seccomp_target target = {.architecture = DW_SLICE("amd64"), .capabilities = dw_capabilities_default()};
    struct dw_seccomp_differences differences = dw_seccomp_compare(profile, standard, &target, &arena);
    /* A profile differs from itself in nothing. */
    if (dw_seccomp_compare(profile, profile, &target, &arena).len != 0 || differences.len > 100000)
        abort();
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_seccomp_write(&text, profile, &target);
    dw_seccomp_lint(profile);
    /* What is written can be read again. */
    struct dw_seccomp_profile *again = dw_seccomp_profile_parse(dw_buffer_slice(&text), "again.json", &limits, &error);
    if (again == NULL && error.kind != DW_ERROR_LIMIT)
        abort();
    dw_seccomp_profile_free(again);
    dw_arena_free(&arena);
    dw_seccomp_profile_free(standard);
    dw_seccomp_profile_free(profile);
    return 0;
}
