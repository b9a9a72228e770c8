/* SPDX-License-Identifier: Apache-2.0
 * Chooses a decompressor by the first bytes, and passes plain input on. */
#include "stream/decompress.h"

static ssize_t plain_read(struct dw_stream *stream, char *bytes, size_t size, struct dw_error *error)
{
    struct dw_decompressor *plain = (struct dw_decompressor *)stream;
    if (plain->pending.len > 0) {
        struct dw_slice piece = dw_slice_part(plain->pending, 0, size);
        memcpy(bytes, piece.at, piece.len);
        plain->pending = dw_slice_from(plain->pending, piece.len);
        return (ssize_t)piece.len;
    }
    return dw_stream_read(plain->input, bytes, size, error);
}

static void plain_close(struct dw_stream *stream)
{
    dw_decompressor_free((struct dw_decompressor *)stream);
}

bool dw_decompressor_refill(struct dw_decompressor *decompressor, struct dw_error *error)
{
    if (decompressor->pending.len > 0 || decompressor->ended)
        return true;
    ssize_t got = dw_stream_read(decompressor->input, decompressor->bytes, DW_DECOMPRESSOR_BYTES, error);
    if (got < 0)
        return false;
    decompressor->ended = got == 0;
    decompressor->taken += (uint64_t)got;
    decompressor->pending = dw_slice_make(decompressor->bytes, (size_t)got);
    return true;
}

void dw_decompressor_free(struct dw_decompressor *decompressor)
{
    dw_stream_close(decompressor->input);
    free(decompressor->bytes);
    free(decompressor);
}

struct dw_stream *dw_stream_decompress(struct dw_stream *input, enum dw_compression *found, struct dw_error *error)
{
    static const struct dw_stream_operations plain = {plain_read, plain_close};
    struct dw_decompressor *decompressor = dw_alloc(1, sizeof(*decompressor));
    decompressor->input = input;
    decompressor->bytes = dw_alloc(DW_DECOMPRESSOR_BYTES, 1);
    ssize_t got = dw_stream_read_full(input, decompressor->bytes, DW_COMPRESSION_HEAD, error);
    if (got < 0) {
        dw_decompressor_free(decompressor);
        return NULL;
    }
    decompressor->taken = (uint64_t)got;
    decompressor->pending = dw_slice_make(decompressor->bytes, (size_t)got);
    enum dw_compression compression = dw_compression_detect(decompressor->pending);
    if (found != NULL)
        *found = compression;
    switch (compression) {
    case DW_COMPRESSION_NONE:
        decompressor->base.operations = &plain;
        return &decompressor->base;
    case DW_COMPRESSION_GZIP:
        return dw_gzip_open(decompressor);
    case DW_COMPRESSION_ZSTD:
        return dw_zstd_open(decompressor, error);
    case DW_COMPRESSION_BZIP2:
    case DW_COMPRESSION_XZ:
        break;
    }
    dw_fail(error, DW_ERROR_UNSUPPORTED, "compressed by %s, which is not read; compress by gzip or zstd",
            dw_compression_name(compression));
    dw_decompressor_free(decompressor);
    return NULL;
}
