/* SPDX-License-Identifier: Apache-2.0
 *
 * A .dockerignore, and behind a NUL the path that is matched. */
#include "dockerfile/ignore.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dw_slice text = dw_slice_make(data, size);
    size_t end = dw_slice_find(text, '\0');
    struct dw_arena arena = {0};
    struct dw_ignore ignore = {0};
    struct dw_error error = DW_ERROR_INIT;
    bool good = dw_ignore_read(&arena, dw_slice_part(text, 0, end), ".dockerignore", &ignore, &error);
    if (good != (error.kind == DW_ERROR_NONE))
        abort();
    if (good && end != SIZE_MAX && dw_ignore_matches(&ignore, dw_slice_from(text, end + 1)) && ignore.patterns.len == 0)
        abort();
    dw_ignore_free(&ignore);
    dw_arena_free(&arena);
    return 0;
}
