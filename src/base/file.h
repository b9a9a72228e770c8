/* SPDX-License-Identifier: Apache-2.0
 *
 * Files: read whole with a limit, written atomically or not at all. */
#ifndef DW_BASE_FILE_H
#define DW_BASE_FILE_H

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"

/* Reads a regular file (or pipe) of at most LIMIT bytes, appended to OUT. Fails with DW_ERROR_INPUT (missing, not a
 * file, unreadable) or DW_ERROR_LIMIT, naming PATH. */
bool dw_file_read(const char *path, uint64_t limit, struct dw_buffer *out, struct dw_error *error);
/* The same with one of LIMITS, which the message then names. */
bool dw_file_read_within(const char *path, const struct dw_limits *limits, enum dw_limit limit, struct dw_buffer *out,
                         struct dw_error *error);
/* The first from an open descriptor, from its current position; NAME is for messages. */
bool dw_file_read_fd(int fd, const char *name, uint64_t limit, struct dw_buffer *out, struct dw_error *error);

/* Writes CONTENT to a temporary file beside PATH, syncs, and renames it over PATH; a symbolic link at PATH is
 * replaced, a file that is no regular file (/dev/stdout, a pipe) is written to directly. On failure nothing is left
 * behind. MODE as for open(2). */
bool dw_file_write(const char *path, struct dw_slice content, unsigned mode, struct dw_error *error);

/* An atomic write in pieces. */
struct dw_file_writer {
    int fd;
    char *path, *temporary; /* temporary is NULL when PATH is written to directly */
};
bool dw_file_writer_open(struct dw_file_writer *writer, const char *path, unsigned mode, struct dw_error *error);
bool dw_file_writer_append(struct dw_file_writer *writer, struct dw_slice bytes, struct dw_error *error);
/* Syncs and renames. The writer is closed in any case. */
bool dw_file_writer_commit(struct dw_file_writer *writer, struct dw_error *error);
/* Removes what was written; harmless after commit. */
void dw_file_writer_abandon(struct dw_file_writer *writer);

/* Writes all bytes to FD (blocking), retrying short writes and EINTR. */
bool dw_write_all(int fd, struct dw_slice bytes);
/* Creates PATH and its missing parents with mode 0700. */
bool dw_make_folders(const char *path, struct dw_error *error);
bool dw_is_folder(const char *path);
bool dw_is_file(const char *path);
/* "a/b" of "a" and "b"; freed with free(). */
char *dw_path_join(const char *folder, const char *name) __attribute__((returns_nonnull));

/* PATH without "." parts, doubled slashes and ".." parts that can be taken away; "." for nothing. Nothing is looked up. Freed with
 * free(). */
char *dw_path_normal(struct dw_slice path) __attribute__((returns_nonnull));

#endif
