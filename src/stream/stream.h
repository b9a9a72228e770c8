/* SPDX-License-Identifier: Apache-2.0
 *
 * Readers that stack. A stream gives bytes in order; its error is sticky: once read has failed it fails again with
 * the same error. Compressed streams are opened only inside workers (architecture.md, section 6). */
#ifndef DW_STREAM_STREAM_H
#define DW_STREAM_STREAM_H

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"

struct dw_stream;

struct dw_stream_operations {
    /* Up to SIZE bytes into BYTES: their number, 0 at the end, -1 with ERROR set. */
    ssize_t (*read)(struct dw_stream *stream, char *bytes, size_t size, struct dw_error *error);
    void (*close)(struct dw_stream *stream);
};

/* Embedded as the first member of each kind of stream. */
struct dw_stream {
    const struct dw_stream_operations *operations;
    struct dw_error error; /* sticky */
};

/* As the operation; also keeps and repeats the error. */
ssize_t dw_stream_read(struct dw_stream *stream, char *bytes, size_t size, struct dw_error *error);
/* Reads until SIZE bytes or the end. */
ssize_t dw_stream_read_full(struct dw_stream *stream, char *bytes, size_t size, struct dw_error *error);
/* Frees the stream and what it stands on; NULL is allowed. */
void dw_stream_close(struct dw_stream *stream);

/* Bytes that the caller keeps alive. */
struct dw_stream *dw_stream_of_memory(struct dw_slice bytes);
/* LENGTH bytes of FD from OFFSET by pread; UINT64_MAX: to the end of the file. A file that ends before LENGTH is an
 * error. OWN_FD: closed with the stream. NAME (copied) is for messages. */
struct dw_stream *dw_stream_of_file(int fd, bool own_fd, uint64_t offset, uint64_t length, const char *name);

enum dw_compression { DW_COMPRESSION_NONE, DW_COMPRESSION_GZIP, DW_COMPRESSION_ZSTD, DW_COMPRESSION_BZIP2,
                      DW_COMPRESSION_XZ };
/* "none", "gzip", "zstd", … */
const char *dw_compression_name(enum dw_compression compression);
/* By magic bytes of the first (at least 6, unless the input is shorter) bytes. */
enum dw_compression dw_compression_detect(struct dw_slice head);
/* The smallest LEN that dw_compression_detect wants. */
#define DW_COMPRESSION_HEAD 6

/* A stream over INPUT that decompresses what INPUT starts with (none: passes on). Owns INPUT, also on failure (NULL).
 * gzip (RFC 1952): members in a row are one stream, header CRC and trailer are checked, anything after the last member
 * is an error. zstd (RFC 8878): frames in a row, skippable frames skipped; window at most 128 MiB. bzip2 and xz are
 * recognised and refused as unsupported. *FOUND (may be NULL) tells which. */
struct dw_stream *dw_stream_decompress(struct dw_stream *input, enum dw_compression *found, struct dw_error *error);

#endif
