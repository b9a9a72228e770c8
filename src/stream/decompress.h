/* SPDX-License-Identifier: Apache-2.0
 *
 * What all decompressors share; private to this room. */
#ifndef DW_STREAM_DECOMPRESS_H
#define DW_STREAM_DECOMPRESS_H

#include "stream/stream.h"

#define DW_DECOMPRESSOR_BYTES (64 * 1024)

struct dw_decompressor {
    struct dw_stream base;
    struct dw_stream *input;
    char *bytes;             /* DW_DECOMPRESSOR_BYTES of input */
    struct dw_slice pending; /* the part of them not yet used */
    bool ended;              /* the input gave its last byte */
    uint64_t taken;          /* bytes read from the input */
    void *state;             /* the library's */
};

/* Makes PENDING non-empty, or sets ENDED. */
bool dw_decompressor_refill(struct dw_decompressor *decompressor, struct dw_error *error);
/* Frees all but STATE. */
void dw_decompressor_free(struct dw_decompressor *decompressor);

/* Turn DECOMPRESSOR, whose first bytes are pending, into a stream of the kind; NULL (all freed) on failure. */
struct dw_stream *dw_gzip_open(struct dw_decompressor *decompressor);
struct dw_stream *dw_zstd_open(struct dw_decompressor *decompressor, struct dw_error *error);

#endif
