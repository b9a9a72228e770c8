/* SPDX-License-Identifier: Apache-2.0
 * zstd, RFC 8878: frames in a row, skippable frames skipped (zstd:chunked), windows of at most 128 MiB. */
#include "stream/decompress.h"

#include <inttypes.h>
#include <zstd.h>

#define WINDOW_LOG_MAX 27

struct zstd_state {
    ZSTD_DStream *stream;
    bool in_frame;
    bool full; /* the last call filled its output: more may be waiting inside */
};

static ssize_t zstd_read(struct dw_stream *stream, char *bytes, size_t size, struct dw_error *error)
{
    struct dw_decompressor *zstd = (struct dw_decompressor *)stream;
    struct zstd_state *state = zstd->state;
    ZSTD_outBuffer out = {bytes, size, 0};
    while (out.pos == 0) {
        if (!dw_decompressor_refill(zstd, error))
            return -1;
        bool empty = zstd->pending.len == 0;
        if (empty && !state->in_frame)
            return 0;
        if (empty && !state->full) {
            dw_fail(error, DW_ERROR_INPUT, "zstd: ends in the middle of a frame, after %" PRIu64 " compressed bytes",
                    zstd->taken);
            return -1;
        }
        ZSTD_inBuffer in = {zstd->pending.at, zstd->pending.len, 0};
        size_t result = ZSTD_decompressStream(state->stream, &out, &in);
        if (ZSTD_isError(result)) {
            dw_fail(error, DW_ERROR_INPUT, "zstd: %s near compressed byte %" PRIu64, ZSTD_getErrorName(result),
                    zstd->taken - zstd->pending.len);
            return -1;
        }
        zstd->pending = dw_slice_from(zstd->pending, in.pos);
        state->in_frame = result != 0;
        state->full = out.pos == out.size;
    }
    return (ssize_t)out.pos;
}

static void zstd_close(struct dw_stream *stream)
{
    struct dw_decompressor *zstd = (struct dw_decompressor *)stream;
    struct zstd_state *state = zstd->state;
    ZSTD_freeDStream(state->stream);
    free(state);
    dw_decompressor_free(zstd);
}

struct dw_stream *dw_zstd_open(struct dw_decompressor *decompressor, struct dw_error *error)
{
    static const struct dw_stream_operations operations = {zstd_read, zstd_close};
    struct zstd_state *state = dw_alloc(1, sizeof(*state));
    state->stream = ZSTD_createDStream();
    if (state->stream == NULL || ZSTD_isError(ZSTD_DCtx_setParameter(state->stream, ZSTD_d_windowLogMax, WINDOW_LOG_MAX))) {
        dw_fail(error, DW_ERROR_SYSTEM, "zstd: no memory");
        ZSTD_freeDStream(state->stream);
        free(state);
        dw_decompressor_free(decompressor);
        return NULL;
    }
    decompressor->state = state;
    decompressor->base.operations = &operations;
    return &decompressor->base;
}
