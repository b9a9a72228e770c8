/* SPDX-License-Identifier: Apache-2.0 */
#include "stream/stream.h"

ssize_t dw_stream_read(struct dw_stream *stream, char *bytes, size_t size, struct dw_error *error)
{
    if (stream->error.kind == DW_ERROR_NONE) {
        ssize_t got = stream->operations->read(stream, bytes, size, &stream->error);
        if (got >= 0)
            return got;
    }
    if (error != NULL)
        *error = stream->error;
    return -1;
}

ssize_t dw_stream_read_full(struct dw_stream *stream, char *bytes, size_t size, struct dw_error *error)
{
    size_t filled = 0;
    while (filled < size) {
        ssize_t got = dw_stream_read(stream, bytes + filled, size - filled, error);
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        filled += (size_t)got;
    }
    return (ssize_t)filled;
}

void dw_stream_close(struct dw_stream *stream)
{
    if (stream != NULL)
        stream->operations->close(stream);
}

static const char *const compressions[] = {
    [DW_COMPRESSION_NONE] = "none",   [DW_COMPRESSION_GZIP] = "gzip", [DW_COMPRESSION_ZSTD] = "zstd",
    [DW_COMPRESSION_BZIP2] = "bzip2", [DW_COMPRESSION_XZ] = "xz",
};

const char *dw_compression_name(enum dw_compression compression)
{
    return compressions[compression];
}

enum dw_compression dw_compression_detect(struct dw_slice head)
{
    static const struct {
        struct dw_slice magic;
        enum dw_compression compression;
    } table[] = {
        {DW_SLICE_INIT("\x1f\x8b"), DW_COMPRESSION_GZIP},
        {DW_SLICE_INIT("\x28\xb5\x2f\xfd"), DW_COMPRESSION_ZSTD},
        {DW_SLICE_INIT("BZh"), DW_COMPRESSION_BZIP2},
        {DW_SLICE_INIT("\xfd\x37\x7a\x58\x5a\x00"), DW_COMPRESSION_XZ},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (dw_slice_starts(head, table[i].magic))
            return table[i].compression;
    /* A skippable zstd frame first: magic 0x184D2A50 to 0x184D2A5F. */
    if (head.len >= 4 && ((unsigned char)head.at[0] & 0xf0) == 0x50 &&
        dw_slice_equal(dw_slice_part(head, 1, 3), DW_SLICE("\x2a\x4d\x18")))
        return DW_COMPRESSION_ZSTD;
    return DW_COMPRESSION_NONE;
}
