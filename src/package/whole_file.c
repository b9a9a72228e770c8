/* SPDX-License-Identifier: Apache-2.0 */
#include "package/reader.h"

bool dw_whole_file_open(struct dw_whole_file *whole, const struct dw_reader_file *file, enum dw_limit limit,
                        struct dw_error *error)
{
    *whole = (struct dw_whole_file){.file = file, .limit = limit};
    /* Nothing is reserved by the size that the archive claims: memory follows the bytes that really come. */
    return dw_limit_check(file->limits, limit, file->size, error);
}

bool dw_whole_file_feed(struct dw_whole_file *whole, struct dw_slice bytes, struct dw_error *error)
{
    if (!dw_limit_check(whole->file->limits, whole->limit, (uint64_t)whole->bytes.len + bytes.len, error))
        return false;
    dw_buffer_append(&whole->bytes, bytes);
    return true;
}

void dw_whole_file_close(struct dw_whole_file *whole)
{
    dw_buffer_free(&whole->bytes);
}

void *dw_small_file_open(const struct dw_reader_file *file, struct dw_error *error)
{
    struct dw_whole_file *whole = dw_alloc(1, sizeof(*whole));
    if (dw_whole_file_open(whole, file, DW_LIMIT_PACKAGE_MANIFEST, error))
        return whole;
    free(whole);
    return NULL;
}

bool dw_small_file_feed(void *whole, struct dw_slice bytes, struct dw_error *error)
{
    return dw_whole_file_feed(whole, bytes, error);
}

void dw_small_file_close(void *whole)
{
    dw_whole_file_close(whole);
    free(whole);
}
