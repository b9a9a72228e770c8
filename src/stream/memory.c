/* SPDX-License-Identifier: Apache-2.0 */
#include "stream/stream.h"

struct memory_stream {
    struct dw_stream base;
    struct dw_slice rest;
};

static ssize_t memory_read(struct dw_stream *stream, char *bytes, size_t size, struct dw_error *error)
{
    struct memory_stream *memory = (struct memory_stream *)stream;
    struct dw_slice piece = dw_slice_part(memory->rest, 0, size);
    (void)error;
    if (piece.len > 0)
        memcpy(bytes, piece.at, piece.len);
    memory->rest = dw_slice_from(memory->rest, piece.len);
    return (ssize_t)piece.len;
}

static void memory_close(struct dw_stream *stream)
{
    free(stream);
}

struct dw_stream *dw_stream_of_memory(struct dw_slice bytes)
{
    static const struct dw_stream_operations operations = {memory_read, memory_close};
    struct memory_stream *memory = dw_alloc(1, sizeof(*memory));
    memory->base.operations = &operations;
    memory->rest = bytes;
    return &memory->base;
}
