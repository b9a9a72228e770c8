/* SPDX-License-Identifier: Apache-2.0
 *
 * The parent's side of outer archives. A worker lists the members (first pass). Of a plain archive the parent then
 * reads members by their place in the file. A compressed one is unpacked once more by a second worker, and members are
 * taken from what comes, in the order in which they lie. */
#include "image/archive.h"

#include "base/map.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

struct member {
    struct dw_archive_member is;
    bool twice; /* there are several of this name */
};

struct archive {
    struct dw_store store;
    struct dw_arena arena;
    struct dw_map members;
    const struct dw_limits *limits;
    struct dw_zygote *zygote;
    char *path;
    int fd;
    uint64_t total; /* unpacked bytes */
    /* The second pass over a compressed archive: */
    struct dw_stream *input;
    struct dw_worker *worker;
    struct dw_slice pending; /* unpacked bytes that came and were not taken */
    uint64_t at;             /* position of PENDING in the unpacked archive */
    uint64_t work;           /* unpacked bytes of all second passes */
};

/* ---- finding members ---------------------------------------------------------------------------------------------- */

/* The regular file that NAME leads to through links, or NULL: *BAD tells a missing one from an unusable one (ERROR). */
static const struct member *resolve(const struct archive *archive, struct dw_slice name, bool *bad,
                                    struct dw_error *error)
{
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    struct dw_slice at = name;
    *bad = true;
    for (uint64_t hops = 0;; hops++) {
        const struct member *found = dw_map_get(&archive->members, at);
        if (!dw_limit_check(archive->limits, DW_LIMIT_SYMLINK_HOPS, hops, error))
            break;
        if (found == NULL && hops == 0) {
            *bad = false;
            return NULL;
        }
        if (found == NULL) {
            dw_fail(error, DW_ERROR_INPUT, "%.*s: a link leads to %.*s, which is not in the archive", DW_SLICE_ARG(name),
                    DW_SLICE_ARG(at));
            return NULL;
        }
        /* Which one others take is not certain. Blobs are checked by the digest in their name. */
        if (found->twice && !dw_slice_starts_with(at, "blobs/")) {
            dw_fail(error, DW_ERROR_INPUT, "%.*s: the archive has several members of this name; it is ambiguous",
                    DW_SLICE_ARG(at));
            return NULL;
        }
        switch (found->is.kind) {
        case DW_ARCHIVE_FILE:
            return found;
        case DW_ARCHIVE_SYMBOLIC_LINK:
            if (dw_member_link(&arena, at, found->is.link, &at))
                continue;
            break;
        case DW_ARCHIVE_HARD_LINK:
            if (dw_member_name(found->is.link, &at))
                continue;
            break;
        case DW_ARCHIVE_SPARSE:
        case DW_ARCHIVE_KIND_COUNT:
            dw_fail(error, DW_ERROR_UNSUPPORTED, "%.*s: is a sparse member, which is not read", DW_SLICE_ARG(at));
            return NULL;
        }
        dw_fail(error, DW_ERROR_INPUT, "%.*s: a link leads out of the archive", DW_SLICE_ARG(name));
        return NULL;
    }
    dw_context(error, "%.*s", DW_SLICE_ARG(name));
    return NULL;
}

static int archive_find(struct dw_store *store, struct dw_slice name, uint64_t *size, struct dw_error *error)
{
    bool bad;
    const struct member *found = resolve((struct archive *)store, name, &bad, error);
    if (found == NULL)
        return bad ? -1 : 0;
    *size = found->is.size;
    return 1;
}

static const struct member *need(const struct archive *archive, struct dw_slice name, struct dw_error *error)
{
    bool bad;
    const struct member *found = resolve(archive, name, &bad, error);
    if (found == NULL && !bad)
        dw_fail(error, DW_ERROR_INPUT, "%.*s: is not in the archive", DW_SLICE_ARG(name));
    return found;
}

static uint64_t archive_position(struct dw_store *store, struct dw_slice name)
{
    bool bad;
    struct dw_error ignored = DW_ERROR_INIT;
    const struct member *found = resolve((struct archive *)store, name, &bad, &ignored);
    return found != NULL ? found->is.offset : UINT64_MAX;
}

/* ---- the second pass ------------------------------------------------------------------------------------------------ */

static void stop_pass(struct archive *archive)
{
    dw_worker_stop(archive->worker);
    dw_stream_close(archive->input);
    archive->worker = NULL;
    archive->input = NULL;
    archive->pending = DW_SLICE("");
    archive->at = 0;
}

static bool start_pass(struct archive *archive, struct dw_error *error)
{
    stop_pass(archive);
    archive->worker = dw_worker_start(archive->zygote, error);
    if (archive->worker == NULL)
        return false;
    archive->input = dw_stream_of_file(archive->fd, false, 0, UINT64_MAX, archive->path);
    struct dw_job_request request = {.kind = DW_JOB_DECOMPRESS, .fd = -1, .input = archive->input, .unpacked = true};
    return dw_worker_submit(archive->worker, &request, error);
}

/* Waits until PENDING is not empty. */
static bool more(struct archive *archive, struct dw_error *error)
{
    while (archive->pending.len == 0) {
        struct dw_worker_result result = {0};
        switch (dw_worker_next(archive->worker, &result, error)) {
        case DW_WORKER_UNPACKED:
            archive->pending = result.unpacked;
            archive->work += result.unpacked.len;
            /* Going back costs a new pass: bounded, whatever the layers are called. */
            if (archive->work > archive->limits->value[DW_LIMIT_IMAGE_BYTES] &&
                archive->work > 8 * archive->total)
                return dw_fail(error, DW_ERROR_LIMIT, "the compressed archive would have to be unpacked too often; "
                               "unpack it with gzip -d first");
            break;
        case DW_WORKER_ERROR:
            return false;
        case DW_WORKER_RECORD:
            return dw_fail(error, DW_ERROR_CRASH, "a worker sent a record that was not asked for");
        case DW_WORKER_END:
            return dw_fail(error, DW_ERROR_INPUT, "the archive is shorter than when it was listed");
        }
    }
    return true;
}

static size_t take(struct archive *archive, uint64_t most)
{
    size_t count = archive->pending.len < most ? archive->pending.len : (size_t)most;
    archive->pending = dw_slice_from(archive->pending, count);
    archive->at += count;
    return count;
}

/* A member of a compressed archive. */
struct piece {
    struct dw_stream stream;
    struct archive *archive;
    uint64_t offset, left;
};

static ssize_t piece_read(struct dw_stream *stream, char *bytes, size_t size, struct dw_error *error)
{
    struct piece *piece = (struct piece *)stream;
    struct archive *archive = piece->archive;
    if (piece->left == 0)
        return 0;
    if ((archive->worker == NULL || archive->at > piece->offset) && !start_pass(archive, error))
        return -1;
    while (archive->at < piece->offset) {
        if (!more(archive, error))
            return -1;
        take(archive, piece->offset - archive->at);
    }
    if (!more(archive, error))
        return -1;
    const char *from = archive->pending.at;
    size_t count = take(archive, size < piece->left ? size : piece->left);
    memcpy(bytes, from, count);
    piece->offset += count;
    piece->left -= count;
    return (ssize_t)count;
}

static void piece_close(struct dw_stream *stream)
{
    free(stream);
}

static const struct dw_stream_operations piece_operations = {piece_read, piece_close};

static struct dw_stream *archive_open(struct dw_store *store, struct dw_slice name, struct dw_error *error)
{
    struct archive *archive = (struct archive *)store;
    const struct member *found = need(archive, name, error);
    if (found == NULL)
        return NULL;
    if (store->random_access)
        return dw_stream_of_file(archive->fd, false, found->is.offset, found->is.size, archive->path);
    struct piece *piece = dw_alloc(1, sizeof(*piece));
    piece->stream.operations = &piece_operations;
    piece->archive = archive;
    piece->offset = found->is.offset;
    piece->left = found->is.size;
    return &piece->stream;
}

static bool archive_read(struct dw_store *store, struct dw_slice name, uint64_t limit, struct dw_buffer *out,
                         struct dw_error *error)
{
    struct archive *archive = (struct archive *)store;
    const struct member *found = need(archive, name, error);
    if (found == NULL)
        return false;
    if (found->is.size > limit)
        return dw_fail(error, DW_ERROR_LIMIT, "%.*s: %" PRIu64 " bytes, more than the limit of %" PRIu64,
                       DW_SLICE_ARG(name), found->is.size, limit);
    if (found->is.has_content) {
        dw_buffer_append(out, found->is.content);
        return true;
    }
    struct dw_stream *stream = archive_open(store, name, error);
    if (stream == NULL)
        return false;
    dw_buffer_reserve(out, (size_t)found->is.size);
    ssize_t got = dw_stream_read_full(stream, out->at + out->len, (size_t)found->is.size, error);
    dw_stream_close(stream);
    if (got < 0)
        return false;
    out->len += (size_t)got;
    if ((uint64_t)got != found->is.size)
        return dw_fail(error, DW_ERROR_INPUT, "%.*s: the archive ends within it", DW_SLICE_ARG(name));
    return true;
}

static void archive_close(struct dw_store *store)
{
    struct archive *archive = (struct archive *)store;
    stop_pass(archive);
    dw_map_free(&archive->members);
    dw_arena_free(&archive->arena);
    dw_cleanup_close(&archive->fd);
    free(archive->path);
    free(archive);
}

static const struct dw_store_operations archive_operations = {archive_find, archive_read, archive_open,
                                                              archive_position, archive_close};

/* ---- the first pass --------------------------------------------------------------------------------------------------- */

static bool take_member(struct archive *archive, struct dw_record *record, struct dw_error *error)
{
    struct dw_archive_member got = {.kind = dw_record_get_u8(record)};
    got.offset = dw_record_get_u64(record);
    got.size = dw_record_get_u64(record);
    got.name = dw_record_get_bytes(record);
    got.link = dw_record_get_bytes(record);
    unsigned has_content = dw_record_get_u8(record);
    got.content = dw_record_get_bytes(record);
    if (!dw_record_end(record, error))
        return false;
    struct dw_slice name;
    uint64_t end;
    if (got.kind >= DW_ARCHIVE_KIND_COUNT || has_content > 1 || !dw_member_name(got.name, &name) ||
        !dw_slice_equal(name, got.name) || got.name.len > archive->limits->value[DW_LIMIT_PATH_BYTES] ||
        !dw_checked_add(got.offset, got.size, &end) || end > INT64_MAX ||
        (has_content && got.content.len != got.size))
        return dw_fail(error, DW_ERROR_CRASH, "a worker sent a member that cannot be");
    if (!dw_limit_check(archive->limits, DW_LIMIT_FACTS_BYTES,
                        archive->arena.total + archive->members.capacity * sizeof(struct dw_map_entry), error))
        return dw_context(error, "the archive's list of members");
    struct member *member = dw_map_get(&archive->members, got.name);
    bool twice = member != NULL;
    if (!twice) {
        member = dw_arena_alloc(&archive->arena, 1, sizeof(*member));
        got.name = dw_arena_copy(&archive->arena, got.name);
        dw_map_insert(&archive->members, got.name, NULL)->pointer = member;
    } else {
        got.name = member->is.name;
    }
    got.link = dw_arena_copy(&archive->arena, got.link);
    got.has_content = has_content > 0;
    got.content = dw_arena_copy(&archive->arena, got.content);
    *member = (struct member){got, twice};
    return true;
}

static bool take_end(struct archive *archive, struct dw_record *record, struct dw_image *image, struct dw_error *error)
{
    archive->total = dw_record_get_u64(record);
    uint64_t trailing = dw_record_get_u64(record), ignored = dw_record_get_u64(record);
    if (!dw_record_end(record, error))
        return false;
    if (trailing > 0)
        dw_image_note(image, DW_NOTE_INFORMATION, -1, "%" PRIu64 " bytes after the end of the archive were not read",
                      trailing);
    if (ignored > 0)
        dw_image_note(image, DW_NOTE_INFORMATION, -1, "%" PRIu64 " members of the archive were left out: they are no "
                      "files, or their names are absolute or lead out of the archive", ignored);
    return true;
}

static bool run_index(struct archive *archive, struct dw_worker *worker, struct dw_image *image, struct dw_error *error)
{
    bool ended = false;
    for (;;) {
        struct dw_worker_result result = {0};
        switch (dw_worker_next(worker, &result, error)) {
        case DW_WORKER_ERROR:
            return false;
        case DW_WORKER_UNPACKED:
            return dw_fail(error, DW_ERROR_CRASH, "a worker sent bytes that were not asked for");
        case DW_WORKER_END:
            return ended || dw_fail(error, DW_ERROR_CRASH, "a worker ended without the end of its list");
        case DW_WORKER_RECORD:
            if (ended || result.record.version != DW_ARCHIVE_RECORD_VERSION)
                return dw_fail(error, DW_ERROR_CRASH, "a worker sent a record that was not asked for");
            if (result.record.type == DW_ARCHIVE_RECORD_END)
                ended = true;
            if (ended ? !take_end(archive, &result.record, image, error) : !take_member(archive, &result.record, error))
                return false;
            break;
        }
    }
}

static bool list_members(struct archive *archive, struct dw_image *image, struct dw_error *error)
{
    struct dw_worker *worker = dw_worker_start(archive->zygote, error);
    if (worker == NULL)
        return false;
    struct dw_stream *input = dw_stream_of_file(archive->fd, false, 0, UINT64_MAX, archive->path);
    struct dw_job_request request = {.kind = DW_JOB_ARCHIVE_INDEX, .fd = -1, .input = input,
                                     .argument = archive->store.random_access ? DW_SLICE("") : DW_SLICE("contents")};
    bool good = dw_worker_submit(worker, &request, error) && run_index(archive, worker, image, error);
    dw_worker_stop(worker);
    dw_stream_close(input);
    return good;
}

struct dw_store *dw_store_of_archive(const char *path, struct dw_image *image, const struct dw_limits *limits,
                                     struct dw_zygote *zygote, struct dw_error *error)
{
    struct stat status;
    char head[512];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        dw_fail_errno(error, DW_ERROR_INPUT, "%s: cannot be opened", path);
        return NULL;
    }
    ssize_t got = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? pread(fd, head, sizeof(head), 0) : -1;
    if (got < 0) {
        dw_cleanup_close(&fd);
        dw_fail(error, DW_ERROR_INPUT, "%s: is not a readable regular file", path);
        return NULL;
    }
    struct archive *archive = dw_alloc(1, sizeof(*archive));
    bool plain = dw_compression_detect(dw_slice_make(head, (size_t)got)) == DW_COMPRESSION_NONE;
    archive->store = (struct dw_store){&archive_operations, "archive", plain};
    archive->limits = limits;
    archive->zygote = zygote;
    archive->path = dw_copy_string(dw_slice_of(path));
    archive->fd = fd;
    archive->pending = DW_SLICE("");
    if (list_members(archive, image, error))
        return &archive->store;
    archive_close(&archive->store);
    return NULL;
}
