/* SPDX-License-Identifier: Apache-2.0
 * gzip, RFC 1952 and RFC 1951, by zlib: where ISA-L is not to be had. The same rules as gzip_isal.c. */
#include "stream/decompress.h"

#include <inttypes.h>
#include <zlib.h>

struct gzip_state {
    z_stream inflate;
    bool in_member;
    uint64_t members;
};

static ssize_t gzip_read(struct dw_stream *stream, char *bytes, size_t size, struct dw_error *error)
{
    struct dw_decompressor *gzip = (struct dw_decompressor *)stream;
    struct gzip_state *state = gzip->state;
    z_stream *inflater = &state->inflate;
    if (size > 1u << 30)
        size = 1u << 30;
    inflater->next_out = (unsigned char *)bytes;
    inflater->avail_out = (uInt)size;
    while (inflater->avail_out == (uInt)size) {
        if (!dw_decompressor_refill(gzip, error))
            return -1;
        bool empty = gzip->ended && gzip->pending.len == 0;
        if (!state->in_member) {
            if (empty)
                return 0;
            if (gzip->pending.at[0] != 0x1f) {
                dw_fail(error, DW_ERROR_INPUT,
                        "gzip: after %" PRIu64 " member%s, at compressed byte %" PRIu64
                        ", follows something that is no gzip member",
                        state->members, state->members == 1 ? "" : "s", gzip->taken - gzip->pending.len);
                return -1;
            }
            inflateReset(inflater);
            state->in_member = true;
        }
        inflater->next_in = (unsigned char *)(uintptr_t)gzip->pending.at;
        inflater->avail_in = (uInt)gzip->pending.len;
        int result = inflate(inflater, Z_NO_FLUSH);
        gzip->pending = dw_slice_make(inflater->next_in, inflater->avail_in);
        if (result == Z_STREAM_END) {
            state->in_member = false;
            state->members++;
        } else if (result == Z_BUF_ERROR && empty) {
            dw_fail(error, DW_ERROR_INPUT, "gzip: ends in the middle of a member, after %" PRIu64 " compressed bytes",
                    gzip->taken);
            return -1;
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            dw_fail(error, DW_ERROR_INPUT, "gzip: %s near compressed byte %" PRIu64,
                    inflater->msg ? inflater->msg : "malformed data", gzip->taken - gzip->pending.len);
            return -1;
        }
    }
    return (ssize_t)(size - inflater->avail_out);
}

static void gzip_close(struct dw_stream *stream)
{
    struct dw_decompressor *gzip = (struct dw_decompressor *)stream;
    struct gzip_state *state = gzip->state;
    inflateEnd(&state->inflate);
    free(state);
    dw_decompressor_free(gzip);
}

struct dw_stream *dw_gzip_open(struct dw_decompressor *decompressor)
{
    static const struct dw_stream_operations operations = {gzip_read, gzip_close};
    struct gzip_state *state = dw_alloc(1, sizeof(*state));
    if (inflateInit2(&state->inflate, 15 + 16) != Z_OK)
        abort();
    decompressor->state = state;
    decompressor->base.operations = &operations;
    return &decompressor->base;
}
