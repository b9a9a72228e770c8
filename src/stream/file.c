/* SPDX-License-Identifier: Apache-2.0
 * A range of a file, read by pread: mapped pages would count as memory, and a file cut short under a mapping kills. */
#include "stream/stream.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

struct file_stream {
    struct dw_stream base;
    int fd;
    bool own_fd;
    uint64_t offset, left;
    char *name;
};

static ssize_t file_read(struct dw_stream *stream, char *bytes, size_t size, struct dw_error *error)
{
    struct file_stream *file = (struct file_stream *)stream;
    bool whole = file->left == UINT64_MAX;
    if (!whole && size > file->left)
        size = (size_t)file->left;
    if (size == 0)
        return 0;
    ssize_t got;
    do
        got = pread(file->fd, bytes, size, (off_t)file->offset);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        dw_fail_errno(error, DW_ERROR_INPUT, "%s: cannot be read at byte %" PRIu64, file->name, file->offset);
        return -1;
    }
    if (got == 0 && !whole) {
        dw_fail(error, DW_ERROR_INPUT, "%s: ends at byte %" PRIu64 ", %" PRIu64 " bytes too early", file->name,
                file->offset, file->left);
        return -1;
    }
    file->offset += (uint64_t)got;
    if (!whole)
        file->left -= (uint64_t)got;
    return got;
}

static void file_close(struct dw_stream *stream)
{
    struct file_stream *file = (struct file_stream *)stream;
    if (file->own_fd)
        close(file->fd);
    free(file->name);
    free(file);
}

struct dw_stream *dw_stream_of_file(int fd, bool own_fd, uint64_t offset, uint64_t length, const char *name)
{
    static const struct dw_stream_operations operations = {file_read, file_close};
    struct file_stream *file = dw_alloc(1, sizeof(*file));
    file->base.operations = &operations;
    file->fd = fd;
    file->own_fd = own_fd;
    file->offset = offset;
    file->left = length;
    file->name = dw_copy_string(dw_slice_of(name));
    return &file->base;
}
