/* SPDX-License-Identifier: Apache-2.0
 *
 * The walk over an outer archive. What is told of a member must lie within the archive. */
#include "image/archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bounds {
    uint64_t size;
    size_t members;
};

static bool check(void *context, const struct dw_archive_member *member, struct dw_error *error)
{
    struct bounds *bounds = context;
    struct dw_slice name;
    if (!dw_member_name(member->name, &name) || !dw_slice_equal(name, member->name))
        abort();
    if (member->kind == DW_ARCHIVE_FILE && member->offset > bounds->size)
        abort();
    if (member->has_content && member->content.len != member->size)
        abort();
    return ++bounds->members < 10000 || dw_fail(error, DW_ERROR_LIMIT, "enough");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dw_limits limits = dw_limits_default();
    struct bounds bounds = {size, 0};
    struct dw_error error = DW_ERROR_INIT;
    struct dw_archive_end end;
    struct dw_archive_walk walk = {&limits, true, check, &bounds};
    struct dw_stream *stream = dw_stream_of_memory(dw_slice_make(data, size));
    if (!dw_archive_walk(stream, &walk, &end, &error) && error.kind == DW_ERROR_NONE)
        abort();
    if (end.total > size)
        abort();
    dw_stream_close(stream);
    return 0;
}
