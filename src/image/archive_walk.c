/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside a worker: an outer archive (tar, plain or compressed) → its members. POSIX.1-2017 pax and ustar, GNU tar, by
 * libarchive. Only the files and links that an image can name are told; nothing is unpacked. */
#include "image/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>

#define PIECE 65536

struct walk {
    struct dw_stream *stream;
    const struct dw_archive_walk *request;
    struct dw_error *error;
    uint64_t total;
    uint64_t solid;   /* bytes up to the last one that is not zero */
    uint64_t carried; /* bytes of contents told */
    bool failed;      /* ERROR is set */
    char piece[PIECE];
};

static ssize_t fill(struct walk *walk)
{
    ssize_t got = walk->failed ? -1 : dw_stream_read(walk->stream, walk->piece, PIECE, walk->error);
    for (ssize_t i = got; i > 0; i--)
        if (walk->piece[i - 1] != 0) {
            walk->solid = walk->total + (uint64_t)i;
            break;
        }
    walk->total += got > 0 ? (uint64_t)got : 0;
    if (got >= 0 && dw_limit_check(walk->request->limits, DW_LIMIT_IMAGE_BYTES, walk->total, walk->error))
        return got;
    walk->failed = true;
    return -1;
}

static la_ssize_t read_piece(struct archive *archive, void *context, const void **bytes)
{
    struct walk *walk = context;
    ssize_t got = fill(walk);
    if (got < 0) {
        archive_set_error(archive, EIO, "the input failed");
        return ARCHIVE_FATAL;
    }
    *bytes = walk->piece;
    return got;
}

static bool fail(struct walk *walk, struct archive *archive)
{
    const char *reason = archive_error_string(archive);
    if (!walk->failed)
        dw_fail(walk->error, DW_ERROR_INPUT, "is no readable tar archive: %s", reason != NULL ? reason : "malformed");
    walk->failed = true;
    return false;
}

static const char *const document_names[] = {"index.json", "manifest.json", "oci-layout"};

/* Can a parser of the parent want the whole content? */
static bool may_be_document(struct dw_slice name)
{
    for (size_t i = 0; i < sizeof(document_names) / sizeof(document_names[0]); i++)
        if (dw_slice_is(name, document_names[i]))
            return true;
    return (dw_slice_ends_with(name, ".json") && dw_slice_find(name, '/') == SIZE_MAX) ||
           dw_slice_starts_with(name, "blobs/sha256/") || dw_slice_starts_with(name, "blobs/sha512/");
}

static bool looks_like_json(struct dw_slice start)
{
    start = dw_slice_trim(start);
    return start.len > 0 && (start.at[0] == '{' || start.at[0] == '[');
}

/* The content of a small JSON document; other members are left alone. */
static bool read_content(struct walk *walk, struct archive *archive, struct dw_archive_member *found,
                         struct dw_buffer *content)
{
    if (!walk->request->contents || found->size == 0 || !may_be_document(found->name) ||
        found->size > walk->request->limits->value[DW_LIMIT_MANIFEST_BYTES] ||
        found->size > DW_ARCHIVE_CONTENTS - walk->carried)
        return true;
    dw_buffer_clear(content);
    while (content->len < found->size) {
        dw_buffer_reserve(content, PIECE);
        size_t want = found->size - content->len > PIECE ? PIECE : (size_t)(found->size - content->len);
        la_ssize_t got = archive_read_data(archive, content->at + content->len, want);
        if (got < 0)
            return fail(walk, archive);
        if (got == 0)
            break;
        bool first = content->len == 0;
        content->len += (size_t)got;
        if (first && !looks_like_json(dw_buffer_slice(content)))
            return true;
    }
    walk->carried += found->size;
    found->has_content = true;
    found->content = dw_buffer_slice(content);
    return true;
}

/* Fills FOUND; false for an entry that no image can name. */
static bool describe(struct archive *archive, struct archive_entry *entry, struct dw_archive_member *found)
{
    const char *name = archive_entry_pathname(entry), *hard = archive_entry_hardlink(entry),
               *symbolic = archive_entry_symlink(entry);
    *found = (struct dw_archive_member){.link = DW_SLICE(""), .content = DW_SLICE("")};
    if (name == NULL || !dw_member_name(dw_slice_of(name), &found->name))
        return false;
    if (hard != NULL) {
        found->kind = DW_ARCHIVE_HARD_LINK;
        found->link = dw_slice_of(hard);
        return true;
    }
    if (archive_entry_filetype(entry) == AE_IFLNK) {
        found->kind = DW_ARCHIVE_SYMBOLIC_LINK;
        found->link = dw_slice_of(symbolic);
        return true;
    }
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_size(entry) < 0)
        return false;
    found->kind = archive_entry_sparse_count(entry) > 0 ? DW_ARCHIVE_SPARSE : DW_ARCHIVE_FILE;
    found->size = (uint64_t)archive_entry_size(entry);
    /* What the format has taken of the unpacked stream so far: the header with all its extensions, no data yet. */
    found->offset = (uint64_t)archive_filter_bytes(archive, 0);
    return true;
}

static bool check_name(struct walk *walk, const char *name)
{
    size_t length = name != NULL ? strlen(name) : 0;
    if (dw_limit_check(walk->request->limits, DW_LIMIT_PATH_BYTES, length, walk->error))
        return true;
    walk->failed = true;
    return dw_context(walk->error, "member \"%.100s…\"", name);
}

static bool walk_members(struct walk *walk, struct archive *archive, struct dw_archive_end *end)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer content = {0};
    uint64_t entries = 0;
    for (;;) {
        struct archive_entry *entry;
        struct dw_archive_member found;
        int result = archive_read_next_header(archive, &entry);
        if (result == ARCHIVE_EOF)
            return true;
        if (result == ARCHIVE_RETRY)
            continue;
        if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
            return fail(walk, archive);
        if (!dw_limit_check(walk->request->limits, DW_LIMIT_ARCHIVE_MEMBERS, ++entries, walk->error)) {
            walk->failed = true;
            return false;
        }
        if (!check_name(walk, archive_entry_pathname(entry)))
            return false;
        if (!describe(archive, entry, &found)) {
            end->ignored += archive_entry_filetype(entry) != AE_IFDIR;
            continue;
        }
        if (found.kind == DW_ARCHIVE_FILE && !read_content(walk, archive, &found, &content))
            return false;
        if (!walk->request->emit(walk->request->context, &found, walk->error)) {
            walk->failed = true;
            return false;
        }
    }
}

/* What follows the archive's end: zeros are padding, anything else is told. */
static bool read_rest(struct walk *walk, struct archive *archive, struct dw_archive_end *end)
{
    uint64_t used = (uint64_t)archive_filter_bytes(archive, 0);
    ssize_t got;
    while ((got = fill(walk)) > 0)
        continue;
    end->trailing = walk->solid > used ? walk->solid - used : 0;
    return got == 0;
}

bool dw_archive_walk(struct dw_stream *unpacked, const struct dw_archive_walk *request, struct dw_archive_end *end,
                     struct dw_error *error)
{
    struct walk *walk = dw_alloc(1, sizeof(*walk));
    struct archive *archive = archive_read_new();
    *end = (struct dw_archive_end){0};
    walk->stream = unpacked;
    walk->request = request;
    walk->error = error;
    bool good;
    /* Names are bytes. libarchive takes those of pax headers as UTF-8, which in the workers' locale (C.UTF-8) is no
     * conversion, and leaves them as they are when they are not UTF-8. */
    if (archive == NULL || archive_read_support_format_tar(archive) != ARCHIVE_OK)
        good = dw_fail(error, DW_ERROR_SYSTEM, "libarchive cannot read tar");
    else if (archive_read_open(archive, walk, NULL, read_piece, NULL) != ARCHIVE_OK)
        good = fail(walk, archive);
    else
        good = walk_members(walk, archive, end) && read_rest(walk, archive, end);
    end->total = walk->total;
    archive_read_free(archive);
    free(walk);
    return good;
}

/* ---- the jobs ---------------------------------------------------------------------------------------------------- */

/* A job's input belongs to the job; streams own what they stand on. */
struct borrowed {
    struct dw_stream stream;
    struct dw_stream *inner;
};

static ssize_t borrowed_read(struct dw_stream *stream, char *bytes, size_t size, struct dw_error *error)
{
    return dw_stream_read(((struct borrowed *)stream)->inner, bytes, size, error);
}

static void borrowed_close(struct dw_stream *stream)
{
    free(stream);
}

static const struct dw_stream_operations borrowed_operations = {borrowed_read, borrowed_close};

static struct dw_stream *open_input(struct dw_job *job, struct dw_error *error)
{
    struct dw_stream *input = dw_job_input(job);
    if (input == NULL) {
        dw_fail(error, DW_ERROR_SYSTEM, "the job has no input");
        return NULL;
    }
    struct borrowed *borrowed = dw_alloc(1, sizeof(*borrowed));
    borrowed->stream.operations = &borrowed_operations;
    borrowed->inner = input;
    return dw_stream_decompress(&borrowed->stream, NULL, error);
}

static bool send_member(void *context, const struct dw_archive_member *member, struct dw_error *error)
{
    struct dw_job *job = context;
    struct dw_record_writer writer;
    dw_record_begin(&writer, dw_job_records(job), DW_ARCHIVE_RECORD_MEMBER, DW_ARCHIVE_RECORD_VERSION);
    dw_record_put_u8(&writer, member->kind);
    dw_record_put_u64(&writer, member->offset);
    dw_record_put_u64(&writer, member->size);
    dw_record_put_bytes(&writer, member->name);
    dw_record_put_bytes(&writer, member->link);
    dw_record_put_u8(&writer, member->has_content);
    dw_record_put_bytes(&writer, member->content);
    dw_record_finish(&writer);
    return dw_job_flush(job, error);
}

bool dw_job_archive_index(struct dw_job *job, struct dw_error *error)
{
    struct dw_archive_end end;
    struct dw_record_writer writer;
    struct dw_slice argument = dw_job_argument(job);
    struct dw_stream *stream = open_input(job, error);
    if (stream == NULL)
        return false;
    struct dw_archive_walk request = {.limits = dw_job_limits(job), .contents = dw_slice_is(argument, "contents"),
                                      .emit = send_member, .context = job};
    bool good = dw_archive_walk(stream, &request, &end, error);
    dw_stream_close(stream);
    if (!good)
        return false;
    dw_record_begin(&writer, dw_job_records(job), DW_ARCHIVE_RECORD_END, DW_ARCHIVE_RECORD_VERSION);
    dw_record_put_u64(&writer, end.total);
    dw_record_put_u64(&writer, end.trailing);
    dw_record_put_u64(&writer, end.ignored);
    dw_record_finish(&writer);
    return dw_job_flush(job, error);
}

bool dw_job_decompress(struct dw_job *job, struct dw_error *error)
{
    struct dw_stream *stream = open_input(job, error);
    bool good = stream != NULL;
    uint64_t total = 0;
    while (good) {
        size_t capacity;
        char *slot = dw_job_output_slot(job, &capacity, error);
        ssize_t got = slot == NULL ? -1 : dw_stream_read_full(stream, slot, capacity, error);
        if (got <= 0) {
            good = got == 0;
            break;
        }
        total += (uint64_t)got;
        good = dw_limit_check(dw_job_limits(job), DW_LIMIT_IMAGE_BYTES, total, error) &&
               dw_job_output_publish(job, (size_t)got, error);
    }
    dw_stream_close(stream);
    return good;
}
