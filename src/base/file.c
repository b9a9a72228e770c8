/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

bool dw_file_read_fd(int fd, const char *name, uint64_t limit, struct dw_buffer *out, struct dw_error *error)
{
    uint64_t total = 0;
    for (;;) {
        dw_buffer_reserve(out, 65536);
        ssize_t got = read(fd, out->at + out->len, 65536);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return dw_fail_errno(error, DW_ERROR_INPUT, "%s: cannot be read", name);
        if (got == 0)
            break;
        total += (uint64_t)got;
        if (total > limit)
            return dw_fail(error, DW_ERROR_LIMIT, "%s: larger than the limit of %" PRIu64 " bytes", name, limit);
        out->len += (size_t)got;
    }
    dw_buffer_reserve(out, 0);
    out->at[out->len] = '\0';
    return true;
}

bool dw_file_read(const char *path, uint64_t limit, struct dw_buffer *out, struct dw_error *error)
{
    DW_CLEANUP(dw_cleanup_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return dw_fail_errno(error, DW_ERROR_INPUT, "%s: cannot be opened", path);
    struct stat status;
    if (fstat(fd, &status) != 0)
        return dw_fail_errno(error, DW_ERROR_INPUT, "%s: cannot be read", path);
    if (S_ISDIR(status.st_mode))
        return dw_fail(error, DW_ERROR_INPUT, "%s: is a folder, not a file", path);
    if (S_ISREG(status.st_mode) && (uint64_t)status.st_size > limit)
        return dw_fail(error, DW_ERROR_LIMIT, "%s: %" PRIu64 " bytes, more than the limit of %" PRIu64, path,
                       (uint64_t)status.st_size, limit);
    return dw_file_read_fd(fd, path, limit, out, error);
}

bool dw_file_read_within(const char *path, const struct dw_limits *limits, enum dw_limit limit, struct dw_buffer *out,
                         struct dw_error *error)
{
    if (dw_file_read(path, limits->value[limit], out, error))
        return true;
    if (error != NULL && error->kind == DW_ERROR_LIMIT)
        dw_context(error, "limit \"%s\" (%s)", dw_limit_name(limit), dw_limit_title(limit));
    return false;
}

bool dw_write_all(int fd, struct dw_slice bytes)
{
    while (bytes.len > 0) {
        ssize_t put = write(fd, bytes.at, bytes.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        bytes = dw_slice_from(bytes, (size_t)put);
    }
    return true;
}

bool dw_file_writer_open(struct dw_file_writer *writer, const char *path, unsigned mode, struct dw_error *error)
{
    struct stat status;
    *writer = (struct dw_file_writer){.fd = -1, .path = dw_copy_string(dw_slice_of(path))};
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        if (S_ISDIR(status.st_mode)) {
            dw_file_writer_abandon(writer);
            return dw_fail(error, DW_ERROR_SYSTEM, "%s: is a folder, cannot be written as a file", path);
        }
        writer->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    } else {
        static const char suffix[] = ".XXXXXX";
        writer->temporary = dw_alloc(strlen(path) + sizeof(suffix), 1);
        sprintf(writer->temporary, "%s%s", path, suffix);
        writer->fd = mkostemp(writer->temporary, O_CLOEXEC);
        if (writer->fd >= 0) {
            mode_t mask = umask(0);
            umask(mask);
            fchmod(writer->fd, (mode_t)mode & ~mask);
        } else {
            int saved = errno;
            free(writer->temporary);
            writer->temporary = NULL;
            errno = saved;
        }
    }
    if (writer->fd < 0) {
        int saved = errno;
        dw_file_writer_abandon(writer);
        errno = saved;
        return dw_fail_errno(error, DW_ERROR_SYSTEM, "%s: cannot be written", path);
    }
    return true;
}

bool dw_file_writer_append(struct dw_file_writer *writer, struct dw_slice bytes, struct dw_error *error)
{
    if (dw_write_all(writer->fd, bytes))
        return true;
    return dw_fail_errno(error, DW_ERROR_SYSTEM, "%s: cannot be written", writer->path);
}

bool dw_file_writer_commit(struct dw_file_writer *writer, struct dw_error *error)
{
    bool good = true;
    if (writer->temporary != NULL)
        good = fsync(writer->fd) == 0;
    good = close(writer->fd) == 0 && good;
    writer->fd = -1;
    if (good && writer->temporary != NULL)
        good = rename(writer->temporary, writer->path) == 0;
    if (!good) {
        dw_fail_errno(error, DW_ERROR_SYSTEM, "%s: cannot be written", writer->path);
        dw_file_writer_abandon(writer);
        return false;
    }
    if (writer->temporary != NULL) {
        /* The rename itself survives power loss once its folder is synced. */
        struct dw_slice parent = dw_path_parent(dw_slice_of(writer->path));
        char *folder = dw_copy_string(parent.len == 0 ? dw_slice_of(writer->path[0] == '/' ? "/" : ".") : parent);
        int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd >= 0) {
            fsync(fd);
            close(fd);
        }
        free(folder);
    }
    free(writer->temporary);
    free(writer->path);
    *writer = (struct dw_file_writer){.fd = -1};
    return true;
}

void dw_file_writer_abandon(struct dw_file_writer *writer)
{
    if (writer->fd >= 0)
        close(writer->fd);
    if (writer->temporary != NULL)
        unlink(writer->temporary);
    free(writer->temporary);
    free(writer->path);
    *writer = (struct dw_file_writer){.fd = -1};
}

bool dw_file_write(const char *path, struct dw_slice content, unsigned mode, struct dw_error *error)
{
    struct dw_file_writer writer;
    if (!dw_file_writer_open(&writer, path, mode, error))
        return false;
    if (!dw_file_writer_append(&writer, content, error)) {
        dw_file_writer_abandon(&writer);
        return false;
    }
    return dw_file_writer_commit(&writer, error);
}

bool dw_make_folders(const char *path, struct dw_error *error)
{
    DW_CLEANUP(dw_cleanup_free) char *copy = dw_copy_string(dw_slice_of(path));
    for (char *at = copy + 1; copy[0] != '\0'; at++) {
        if (*at != '/' && *at != '\0')
            continue;
        char kept = *at;
        *at = '\0';
        if (mkdir(copy, 0700) != 0 && errno != EEXIST && !dw_is_folder(copy))
            return dw_fail_errno(error, DW_ERROR_SYSTEM, "%s: cannot be created", copy);
        *at = kept;
        if (kept == '\0')
            break;
    }
    return dw_is_folder(path) || dw_fail(error, DW_ERROR_SYSTEM, "%s: is not a folder", path);
}

bool dw_is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool dw_is_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

char *dw_path_join(const char *folder, const char *name)
{
    size_t length = strlen(folder);
    const char *separator = length == 0 || folder[length - 1] == '/' ? "" : "/";
    char *path = dw_alloc(length + strlen(name) + 2, 1);
    sprintf(path, "%s%s%s", folder, separator, name);
    return path;
}

char *dw_path_normal(struct dw_slice path)
{
    DW_VECTOR(struct dw_slice) parts = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    struct dw_slice rest = path, part;
    bool absolute = dw_slice_starts_with(path, "/");
    for (bool more = true; dw_slice_split(&rest, '/', &more, &part);) {
        if (part.len == 0 || dw_slice_is(part, "."))
            continue;
        if (!dw_slice_is(part, ".."))
            *dw_vector_push(&parts) = part;
        else if (parts.len > 0 && !dw_slice_is(parts.at[parts.len - 1], ".."))
            parts.len--;
        else if (!absolute) /* above the root is the root */
            *dw_vector_push(&parts) = part;
    }
    for (size_t i = 0; i < parts.len; i++) {
        if (i > 0 || absolute)
            dw_buffer_append_byte(&out, '/');
        dw_buffer_append(&out, parts.at[i]);
    }
    dw_vector_free(&parts);
    if (out.len == 0)
        return dw_copy_string(absolute ? DW_SLICE("/") : DW_SLICE("."));
    return dw_copy_string(dw_buffer_slice(&out));
}
