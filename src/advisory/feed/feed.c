/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/feed/feed.h"

#include "advisory/database.h"
#include "advisory/feed/osv.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <unistd.h>

bool dw_feed_read_record(struct dw_slice json, const struct dw_limits *limits, dw_feed_sink *sink,
                         void *context, struct dw_error *error)
{
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer packed = {0};
    struct dw_advisory advisory;
    if (!dw_osv_parse(&arena, json, limits, &advisory, error))
        return false;
    dw_advisory_pack(&packed, &advisory);
    return sink(context, dw_buffer_slice(&packed), json.len, error);
}

/* Workers have pread and lseek, and no fstat. */
static ssize_t read_some(int fd, char *bytes, size_t size, int64_t at)
{
    ssize_t got;
    do
        got = pread(fd, bytes, size, (off_t)at);
    while (got < 0 && errno == EINTR);
    return got;
}

bool dw_feed_read_json(int fd, const struct dw_limits *limits, dw_feed_sink *sink, void *context,
                       struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer json = {0};
    char chunk[1 << 14];
    ssize_t got;
    while ((got = read_some(fd, chunk, sizeof(chunk), (int64_t)json.len)) > 0) {
        if (!dw_limit_check(limits, DW_LIMIT_ADVISORY_RECORD, json.len + (size_t)got, error))
            return false;
        dw_buffer_append(&json, dw_slice_make(chunk, (size_t)got));
    }
    if (got < 0)
        return dw_fail_errno(error, DW_ERROR_INPUT, "cannot be read");
    return dw_feed_read_record(dw_buffer_slice(&json), limits, sink, context, error);
}

/* ---- zip
 * ---------------------------------------------------------------------------------------------------------
 */

/* libarchive's own file reader wants more system calls than a worker has. */
struct source {
    int fd;
    int64_t at, size;
    char bytes[1 << 16];
};

static la_ssize_t source_read(struct archive *archive, void *context, const void **bytes)
{
    struct source *source = context;
    ssize_t got = read_some(source->fd, source->bytes, sizeof(source->bytes), source->at);
    if (got < 0)
        archive_set_error(archive, errno, "cannot be read");
    else
        source->at += got;
    *bytes = source->bytes;
    return got;
}

static la_int64_t source_skip(struct archive *archive, void *context, la_int64_t length)
{
    struct source *source = context;
    (void)archive;
    if (length < 0 || length > source->size - source->at)
        length = source->size - source->at;
    source->at += length;
    return length;
}

static la_int64_t source_seek(struct archive *archive, void *context, la_int64_t offset, int whence)
{
    struct source *source = context;
    int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? source->at : source->size, to;
    if (__builtin_add_overflow(base, offset, &to) || to < 0 || to > source->size) {
        archive_set_error(archive, EINVAL, "a place outside the file");
        return ARCHIVE_FATAL;
    }
    source->at = to;
    return to;
}

static bool read_member(struct archive *archive, struct archive_entry *entry, const struct dw_limits *limits,
                        struct dw_buffer *json, uint64_t *total, struct dw_error *error)
{
    const char *name = archive_entry_pathname(entry);
    uint64_t limit = limits->value[DW_LIMIT_ADVISORY_RECORD];
    dw_buffer_clear(json);
    if (name == NULL)
        return dw_fail(error, DW_ERROR_INPUT, "a member without a readable name");
    if (archive_entry_filetype(entry) != AE_IFREG || !dw_slice_ends_with(dw_slice_of(name), ".json"))
        return dw_fail(error, DW_ERROR_INPUT, "%s: is no .json file; a feed holds nothing else", name);
    for (;;) {
        char chunk[1 << 14];
        la_ssize_t got = archive_read_data(archive, chunk, sizeof(chunk));
        if (got < 0) {
            const char *why = archive_error_string(archive);
            return dw_fail(error, DW_ERROR_INPUT, "%s: %s", name, why ? why : "is damaged");
        }
        if (got == 0)
            return true;
        if (json->len + (size_t)got > limit)
            return dw_limit_check(limits, DW_LIMIT_ADVISORY_RECORD, json->len + (size_t)got, error) ||
                   dw_context(error, "%s", name);
        *total += (uint64_t)got;
        if (!dw_limit_check(limits, DW_LIMIT_ADVISORY_BYTES, *total, error))
            return dw_context(error, "%s", name);
        dw_buffer_append(json, dw_slice_make(chunk, (size_t)got));
    }
}

static bool read_members(struct archive *archive, const struct dw_limits *limits, dw_feed_sink *sink,
                         void *context, struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer json = {0};
    struct archive_entry *entry;
    uint64_t total = 0;
    for (;;) {
        int result = archive_read_next_header(archive, &entry);
        if (result == ARCHIVE_EOF)
            return true;
        if (result != ARCHIVE_OK) {
            const char *why = archive_error_string(archive);
            return dw_fail(error, DW_ERROR_INPUT, "the zip archive is malformed: %s",
                           why ? why : "no reason given");
        }
        if (archive_entry_filetype(entry) == AE_IFDIR)
            continue;
        if (!read_member(archive, entry, limits, &json, &total, error))
            return false;
        if (!dw_feed_read_record(dw_buffer_slice(&json), limits, sink, context, error))
            return dw_context(error, "%s", archive_entry_pathname(entry));
    }
}

bool dw_feed_read_zip(int fd, const struct dw_limits *limits, dw_feed_sink *sink, void *context,
                      struct dw_error *error)
{
    bool done = false;
    off_t size = lseek(fd, 0, SEEK_END);
    if (size < 0)
        return dw_fail(error, DW_ERROR_INPUT, "is no regular file");
    struct source *source = dw_alloc(1, sizeof(*source));
    source->fd = fd;
    source->size = size;
    struct archive *archive = archive_read_new();
    if (archive == NULL || archive_read_support_format_zip_seekable(archive) != ARCHIVE_OK ||
        archive_read_set_read_callback(archive, source_read) != ARCHIVE_OK ||
        archive_read_set_skip_callback(archive, source_skip) != ARCHIVE_OK ||
        archive_read_set_seek_callback(archive, source_seek) != ARCHIVE_OK ||
        archive_read_set_callback_data(archive, source) != ARCHIVE_OK ||
        archive_read_open1(archive) != ARCHIVE_OK) {
        const char *why = archive ? archive_error_string(archive) : NULL;
        dw_fail(error, DW_ERROR_INPUT, "is no zip archive: %s", why ? why : "no reason given");
    } else {
        done = read_members(archive, limits, sink, context, error);
    }
    archive_read_free(archive);
    free(source);
    return done;
}

/* ---- the worker's job ---- */

static bool emit(void *context, struct dw_slice packed, uint64_t json_bytes, struct dw_error *error)
{
    struct dw_job *job = context;
    struct dw_record_writer writer;
    dw_record_begin(&writer, dw_job_records(job), DW_RECORD_ADVISORY, DW_RECORD_ADVISORY_VERSION);
    dw_record_put_u64(&writer, json_bytes);
    dw_record_put_bytes(&writer, packed);
    dw_record_finish(&writer);
    return dw_job_flush(job, error);
}

bool dw_job_feed(struct dw_job *job, struct dw_error *error)
{
    if (dw_job_fd(job) < 0)
        return dw_fail(error, DW_ERROR_CRASH, "a feed job without its file");
    if (dw_slice_is(dw_job_argument(job), "zip"))
        return dw_feed_read_zip(dw_job_fd(job), dw_job_limits(job), emit, job, error);
    return dw_feed_read_json(dw_job_fd(job), dw_job_limits(job), emit, job, error);
}
