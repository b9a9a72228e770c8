/* SPDX-License-Identifier: Apache-2.0
 * gzip, RFC 1952 and RFC 1951, by ISA-L. Members in a row are one stream; whatever else follows a member is an error,
 * since two readers would then see two archives. */
#include "stream/decompress.h"

#include <inttypes.h>
#include <isa-l.h>

struct gzip_state {
    struct inflate_state inflate;
    bool in_member;
    uint64_t members;
};

static const char *describe(int result)
{
    switch (result) {
    case ISAL_INVALID_BLOCK:
        return "an invalid deflate block";
    case ISAL_INVALID_SYMBOL:
        return "an invalid deflate symbol";
    case ISAL_INVALID_LOOKBACK:
        return "a reference before its beginning";
    case ISAL_INVALID_WRAPPER:
        return "an invalid gzip header";
    case ISAL_UNSUPPORTED_METHOD:
        return "an unknown compression method";
    case ISAL_INCORRECT_CHECKSUM:
        return "a wrong checksum or length";
    default:
        return "malformed data";
    }
}

static ssize_t gzip_read(struct dw_stream *stream, char *bytes, size_t size, struct dw_error *error)
{
    struct dw_decompressor *gzip = (struct dw_decompressor *)stream;
    struct gzip_state *state = gzip->state;
    struct inflate_state *inflate = &state->inflate;
    if (size > 1u << 30)
        size = 1u << 30;
    inflate->next_out = (uint8_t *)bytes;
    inflate->avail_out = (uint32_t)size;
    while (inflate->avail_out == (uint32_t)size) {
        if (!dw_decompressor_refill(gzip, error))
            return -1;
        if (!state->in_member) {
            if (gzip->ended && gzip->pending.len == 0)
                return 0;
            if (gzip->pending.at[0] != 0x1f) {
                dw_fail(error, DW_ERROR_INPUT,
                        "gzip: after %" PRIu64 " member%s, at compressed byte %" PRIu64
                        ", follows something that is no gzip member",
                        state->members, state->members == 1 ? "" : "s", gzip->taken - gzip->pending.len);
                return -1;
            }
            isal_inflate_reset(inflate);
            inflate->crc_flag = ISAL_GZIP;
            state->in_member = true;
        } else if (gzip->ended && gzip->pending.len == 0 && inflate->avail_in == 0) {
            /* What the decoder still holds in its bit buffer may complete the output. */
            inflate->next_in = (uint8_t *)gzip->bytes;
            int result = isal_inflate(inflate);
            if (inflate->avail_out < (uint32_t)size)
                break;
            if (inflate->block_state != ISAL_BLOCK_FINISH || result != ISAL_DECOMP_OK) {
                dw_fail(error, DW_ERROR_INPUT, "gzip: ends in the middle of a member, after %" PRIu64 " compressed bytes",
                        gzip->taken);
                return -1;
            }
            state->in_member = false;
            state->members++;
            continue;
        }
        inflate->next_in = (uint8_t *)(uintptr_t)gzip->pending.at;
        inflate->avail_in = (uint32_t)gzip->pending.len;
        int result = isal_inflate(inflate);
        gzip->pending = dw_slice_make(inflate->next_in, inflate->avail_in);
        if (result != ISAL_DECOMP_OK && result != ISAL_END_INPUT && result != ISAL_OUT_OVERFLOW) {
            dw_fail(error, DW_ERROR_INPUT, "gzip: %s near compressed byte %" PRIu64, describe(result),
                    gzip->taken - gzip->pending.len);
            return -1;
        }
        if (inflate->block_state == ISAL_BLOCK_FINISH) {
            state->in_member = false;
            state->members++;
        }
    }
    return (ssize_t)(size - inflate->avail_out);
}

static void gzip_close(struct dw_stream *stream)
{
    struct dw_decompressor *gzip = (struct dw_decompressor *)stream;
    free(gzip->state);
    dw_decompressor_free(gzip);
}

struct dw_stream *dw_gzip_open(struct dw_decompressor *decompressor)
{
    static const struct dw_stream_operations operations = {gzip_read, gzip_close};
    struct gzip_state *state = dw_alloc(1, sizeof(*state));
    isal_inflate_init(&state->inflate);
    decompressor->state = state;
    decompressor->base.operations = &operations;
    return &decompressor->base;
}
