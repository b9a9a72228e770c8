/* SPDX-License-Identifier: Apache-2.0
 * Tar as OCI layers have it: v7, ustar, GNU and pax (image-layout and layer.md of the OCI image specification 1.1), read by
 * libarchive over our own stream. Names stay bytes: no character set is converted. */
#include "scan/layer_job.h"

#include "base/map.h"
#include "scan/facts.h"
#include "scan/path.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>
#include <errno.h>
#include <inttypes.h>

/* Zero bytes that may follow the end marker: archivers pad to their block size. */
#define TRAILING_ZEROS (1024 * 1024)
#define NOTES_MOST     100
#define HASHES_AT_ONCE 8192

struct pass {
    struct dw_job *job;
    const struct dw_limits *limits;
    struct dw_stream *unpacked;
    struct dw_error stream_error; /* why the last read failed; libarchive keeps only its own words */
    uint64_t bytes;               /* unpacked so far */
    uint64_t slot_start;          /* of the slot that libarchive now has */
    struct dw_slice slot;
    uint64_t entries, notes, links;
    uint64_t leftovers;
    struct dw_buffer path, target;
    struct dw_arena names;   /* paths of files that were read, to notice that one is replaced */
    struct dw_map read_files;
    uint64_t hashes[2][HASHES_AT_ONCE];
    size_t hash_count[2];
    struct dw_slice file; /* path of the file being read */
    const struct dw_package_reader *waiting; /* its reader, until the file is recorded */
};

/* ---- facts ----------------------------------------------------------------------------------------------------- */

static unsigned reader_index(const struct dw_package_reader *reader)
{
    for (unsigned i = 0; i < dw_package_reader_count; i++)
        if (dw_package_readers[i] == reader)
            return i;
    return 0;
}

/* Records that the file is read, before the first of its facts. */
static void begin_file(struct pass *pass)
{
    if (pass->waiting == NULL)
        return;
    dw_fact_put_file(dw_job_records(pass->job), reader_index(pass->waiting), pass->file);
    dw_map_insert(&pass->read_files, dw_arena_copy(&pass->names, pass->file), NULL);
    pass->waiting = NULL;
}

static void sink_package(void *context, const struct dw_package *package)
{
    struct pass *pass = context;
    begin_file(pass);
    dw_fact_put_package(dw_job_records(pass->job), package);
}

static void sink_distribution(void *context, const struct dw_distribution *distribution)
{
    struct pass *pass = context;
    begin_file(pass);
    dw_fact_put_distribution(dw_job_records(pass->job), distribution);
}

static void sink_owned(void *context, struct dw_slice package, struct dw_slice path)
{
    struct pass *pass = context;
    begin_file(pass);
    dw_fact_put_owned(dw_job_records(pass->job), package, path);
}

static void sink_account(void *context, const struct dw_account *account)
{
    struct pass *pass = context;
    begin_file(pass);
    dw_fact_put_account(dw_job_records(pass->job), account);
}

static void sink_note(void *context, enum dw_note_kind kind, struct dw_slice message)
{
    struct pass *pass = context;
    begin_file(pass);
    dw_fact_put_note(dw_job_records(pass->job), kind, pass->file, message);
}

/* Something of the layer that is no file's: at most NOTES_MOST, the last of which says so. */
static void note(struct pass *pass, enum dw_note_kind kind, struct dw_slice path, struct dw_slice message)
{
    if (pass->notes >= NOTES_MOST && kind == DW_NOTE_INFORMATION)
        return;
    if (++pass->notes > NOTES_MOST)
        return;
    if (pass->notes == NOTES_MOST)
        message = DW_SLICE("more of this kind in this layer; they are not listed");
    dw_fact_put_note(dw_job_records(pass->job), kind, path, message);
}

static void flush_hashes(struct pass *pass, bool folders)
{
    if (pass->hash_count[folders] > 0)
        dw_fact_put_hashes(dw_job_records(pass->job), folders, pass->hashes[folders], pass->hash_count[folders]);
    pass->hash_count[folders] = 0;
}

static void remember_path(struct pass *pass, bool folder, struct dw_slice path)
{
    if (pass->hash_count[folder] == HASHES_AT_ONCE)
        flush_hashes(pass, folder);
    pass->hashes[folder][pass->hash_count[folder]++] = dw_path_hash(path);
}

/* ---- libarchive over the ring ---------------------------------------------------------------------------------- */

/* Unpacks the next slot, publishes it to the parent, and leaves it to libarchive. */
static ssize_t read_slot(struct pass *pass, struct dw_error *error)
{
    size_t capacity;
    char *slot = dw_job_output_slot(pass->job, &capacity, error);
    if (slot == NULL)
        return -1;
    ssize_t got = dw_stream_read_full(pass->unpacked, slot, capacity, error);
    if (got < 0)
        return -1;
    pass->slot_start = pass->bytes;
    pass->slot = dw_slice_make(slot, (size_t)got);
    pass->bytes += (uint64_t)got;
    if (!dw_limit_check(pass->limits, DW_LIMIT_LAYER_BYTES, pass->bytes, error))
        return -1;
    return dw_job_output_publish(pass->job, (size_t)got, error) ? got : -1;
}

static la_ssize_t archive_read_slot(struct archive *archive, void *context, const void **bytes)
{
    struct pass *pass = context;
    ssize_t got = read_slot(pass, &pass->stream_error);
    if (got < 0) {
        archive_set_error(archive, EIO, "%s", pass->stream_error.text);
        return ARCHIVE_FATAL;
    }
    *bytes = pass->slot.at;
    return got;
}

static bool archive_failed(struct pass *pass, struct archive *archive, struct dw_error *error)
{
    if (pass->stream_error.kind != DW_ERROR_NONE) {
        *error = pass->stream_error;
        return false;
    }
    const char *words = archive_error_string(archive);
    return dw_fail(error, DW_ERROR_INPUT, "no readable tar archive: %s, near unpacked byte %" PRIu64,
                   words ? words : "malformed", pass->bytes - pass->slot.len);
}

/* ---- one entry --------------------------------------------------------------------------------------------------- */

static bool feed_zeros(const struct dw_package_reader *reader, void *state, uint64_t count, struct dw_error *error)
{
    static const char zeros[4096];
    while (count > 0) {
        size_t piece = count < sizeof(zeros) ? (size_t)count : sizeof(zeros);
        if (!reader->feed(state, dw_slice_make(zeros, piece), error))
            return false;
        count -= piece;
    }
    return true;
}

/* Gives the entry's data to the reader. True unless the archive itself is broken; *ERROR is the reader's. */
static bool feed_data(struct pass *pass, struct archive *archive, const struct dw_package_reader *reader, void *state,
                      uint64_t size, struct dw_error *error, struct dw_error *archive_error)
{
    uint64_t position = 0;
    for (;;) {
        const void *bytes;
        size_t length;
        la_int64_t offset;
        int result = archive_read_data_block(archive, &bytes, &length, &offset);
        if (result == ARCHIVE_EOF)
            break;
        if (result < ARCHIVE_WARN)
            return archive_failed(pass, archive, archive_error);
        if (error->kind != DW_ERROR_NONE)
            continue; /* refused already: only the archive goes on */
        if ((uint64_t)offset > position && !feed_zeros(reader, state, (uint64_t)offset - position, error))
            continue;
        position = (uint64_t)offset + length;
        reader->feed(state, dw_slice_make(bytes, length), error);
    }
    if (error->kind == DW_ERROR_NONE && position < size)
        feed_zeros(reader, state, size - position, error);
    return true;
}

static bool read_file(struct pass *pass, struct archive *archive, struct archive_entry *entry,
                      const struct dw_package_reader *reader, struct dw_slice path, struct dw_error *error)
{
    static const struct dw_fact_sink sink_functions = {NULL, sink_package, sink_distribution, sink_owned, sink_account, sink_note};
    struct dw_fact_sink sink = sink_functions;
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    struct dw_error trouble = DW_ERROR_INIT;
    sink.context = pass;
    pass->file = path;
    la_int64_t size = archive_entry_size(entry);
    struct dw_reader_file file = {.path = path, .size = size < 0 ? 0 : (uint64_t)size, .limits = pass->limits,
                                  .sink = &sink, .arena = &arena};
    pass->waiting = reader;
    if (!reader->guess)
        begin_file(pass);
    void *state = reader->open(&file, &trouble);
    bool good = state == NULL || feed_data(pass, archive, reader, state, file.size, &trouble, error);
    if (good && state != NULL && trouble.kind == DW_ERROR_NONE)
        reader->finish(state, &trouble);
    if (state != NULL)
        reader->close(state);
    if (trouble.kind != DW_ERROR_NONE)
        begin_file(pass);
    if (pass->waiting == NULL)
        dw_fact_put_file_end(dw_job_records(pass->job), &trouble);
    return good;
}

/* What a distroless image lacks. */
static bool is_tool(struct dw_slice path)
{
    static const char *const names[] = {"sh",   "bash", "dash", "ash",  "zsh",     "busybox", "toybox",
                                        "dpkg", "apt",  "apk",  "rpm", "microdnf", "dnf",     "apt-get"};
    struct dw_slice folder = dw_path_base(dw_path_parent(path)), name = dw_path_base(path);
    if (!dw_slice_is(folder, "bin") && !dw_slice_is(folder, "sbin"))
        return false;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (dw_slice_is(name, names[i]))
            return true;
    return false;
}

static bool put_link(struct pass *pass, enum dw_entry_kind kind, struct dw_slice path, struct dw_slice target,
                     struct dw_error *error)
{
    if (!dw_limit_check(pass->limits, DW_LIMIT_LINKS, ++pass->links, error))
        return false;
    dw_fact_put_entry(dw_job_records(pass->job), kind, path, target);
    return true;
}

/* A program that runs with its owner's or group's rights; of a hard link archives may tell the mode too. */
static bool special_file(struct pass *pass, struct archive_entry *entry, struct dw_slice path, struct dw_error *error)
{
    char mode[16];
    unsigned bits = (unsigned)archive_entry_perm(entry) & 07777;
    if ((bits & (S_ISUID | S_ISGID)) == 0)
        return true;
    snprintf(mode, sizeof(mode), "%04o", bits);
    return put_link(pass, DW_ENTRY_SPECIAL, path, dw_slice_of(mode), error);
}

/* Enough of each layer to say where they are. */
#define LEFTOVERS_MOST 1000

static bool leftover(struct pass *pass, struct dw_slice path, struct dw_error *error)
{
    struct dw_slice of = dw_leftover_of(path);
    if (of.len == 0 || ++pass->leftovers > LEFTOVERS_MOST)
        return true;
    return put_link(pass, DW_ENTRY_LEFTOVER, path, of, error);
}

/* ".wh.NAME" removes NAME; ".wh..wh..opq" empties its folder; the rest of ".wh..wh." is AUFS's own. */
static bool whiteout(struct pass *pass, struct dw_slice path, struct dw_error *error)
{
    struct dw_slice name = dw_slice_from(dw_path_base(path), 4), folder = dw_path_parent(path);
    if (name.len == 0) {
        note(pass, DW_NOTE_UNREADABLE, path, DW_SLICE("a whiteout without a name"));
        return true;
    }
    if (dw_slice_is(name, ".wh..opq"))
        return put_link(pass, DW_ENTRY_OPAQUE, folder, DW_SLICE(""), error);
    if (dw_slice_starts_with(name, ".wh."))
        return true;
    dw_buffer_clear(&pass->target);
    dw_buffer_append(&pass->target, folder);
    if (folder.len > 0)
        dw_buffer_append_byte(&pass->target, '/');
    dw_buffer_append(&pass->target, name);
    return put_link(pass, DW_ENTRY_WHITEOUT, dw_buffer_slice(&pass->target), DW_SLICE(""), error);
}

static bool hard_link(struct pass *pass, const char *linked, struct dw_slice path, struct dw_error *error)
{
    struct dw_error trouble = DW_ERROR_INIT;
    if (!dw_entry_path_clean(dw_slice_of(linked), pass->limits, &pass->target, &trouble)) {
        note(pass, dw_note_kind_of_error(trouble.kind), path, dw_slice_of(trouble.text));
        return true;
    }
    struct dw_slice target = dw_buffer_slice(&pass->target);
    if (is_tool(path) && !put_link(pass, DW_ENTRY_TOOL, path, DW_SLICE(""), error))
        return false;
    /* Which file a link names is known only when layers are merged; most links concern no reader. */
    const struct dw_package_reader *reader = dw_package_wants(path);
    if ((reader == NULL || reader->guess) && !dw_package_wants_name(dw_path_base(path)))
        return true;
    return put_link(pass, DW_ENTRY_HARDLINK, path, target, error);
}

static bool regular_file(struct pass *pass, struct archive *archive, struct archive_entry *entry,
                         struct dw_slice path, struct dw_error *error)
{
    const struct dw_package_reader *reader = dw_package_wants(path);
    if (is_tool(path) && !put_link(pass, DW_ENTRY_TOOL, path, DW_SLICE(""), error))
        return false;
    if (reader != NULL)
        return read_file(pass, archive, entry, reader, path, error);
    if (dw_package_wants_name(dw_path_base(path)))
        return put_link(pass, DW_ENTRY_NAMED, path, DW_SLICE(""), error);
    return true;
}

static bool symbolic_link(struct pass *pass, struct archive_entry *entry, struct dw_slice path,
                          struct dw_error *error)
{
    const char *target = archive_entry_symlink(entry);
    struct dw_slice text = dw_slice_of(target);
    if (text.len > pass->limits->value[DW_LIMIT_PATH_BYTES]) {
        note(pass, DW_NOTE_LIMIT, path, DW_SLICE("a symbolic link whose target is longer than limit path-bytes"));
        return true;
    }
    if (is_tool(path) && !put_link(pass, DW_ENTRY_TOOL, path, DW_SLICE(""), error))
        return false;
    return put_link(pass, DW_ENTRY_SYMLINK, path, text, error);
}

static bool take_entry(struct pass *pass, struct archive *archive, struct archive_entry *entry,
                       struct dw_error *error)
{
    struct dw_error trouble = DW_ERROR_INIT;
    if (!dw_limit_check(pass->limits, DW_LIMIT_IMAGE_ENTRIES, ++pass->entries, error))
        return false;
    if (!dw_entry_path_clean(dw_slice_of(archive_entry_pathname(entry)), pass->limits, &pass->path, &trouble)) {
        note(pass, dw_note_kind_of_error(trouble.kind), DW_SLICE(""), dw_slice_of(trouble.text));
        return true;
    }
    struct dw_slice path = dw_buffer_slice(&pass->path);
    if (path.len == 0)
        return true; /* the root itself */
    if (dw_slice_starts_with(dw_path_base(path), ".wh."))
        return whiteout(pass, path, error);
    if (pass->read_files.len > 0 && dw_map_find(&pass->read_files, path) != NULL)
        dw_fact_put_replaced(dw_job_records(pass->job), path);
    const char *linked = archive_entry_hardlink(entry);
    mode_t type = archive_entry_filetype(entry);
    /* Runtimes take what follows such a header for the next entry (links, folders by a pax size), or its data for a file
     * (a regular file whose name ends in '/'); libarchive skips it. Two readers would see two archives. */
    if ((linked != NULL || type != AE_IFREG) && archive_entry_size(entry) > 0)
        return dw_fail(error, DW_ERROR_INPUT,
                       "no readable tar archive: %.*s is no regular file and has data: programs that unpack it do not "
                       "agree on what follows",
                       DW_SLICE_ARG(path));
    remember_path(pass, linked == NULL && type == AE_IFDIR, path);
    if ((linked != NULL || type == AE_IFREG) && !special_file(pass, entry, path, error))
        return false;
    if (linked != NULL)
        return hard_link(pass, linked, path, error);
    if (type == AE_IFREG && !leftover(pass, path, error))
        return false;
    if (type == AE_IFREG)
        return regular_file(pass, archive, entry, path, error);
    if (type == AE_IFLNK)
        return symbolic_link(pass, entry, path, error);
    return true; /* folders, devices, fifos: their paths are all that merging needs */
}

/* ---- the whole layer ----------------------------------------------------------------------------------------------- */

static bool walk(struct pass *pass, struct archive *archive, struct dw_error *error)
{
    for (;;) {
        struct archive_entry *entry;
        int result = archive_read_next_header(archive, &entry);
        if (result == ARCHIVE_EOF)
            return true;
        if (result == ARCHIVE_RETRY)
            continue;
        if (result < ARCHIVE_WARN)
            return archive_failed(pass, archive, error);
        if (result == ARCHIVE_WARN)
            note(pass, DW_NOTE_INFORMATION, DW_SLICE(""), dw_slice_of(archive_error_string(archive)));
        if (!take_entry(pass, archive, entry, error) || !dw_job_flush(pass->job, error))
            return false;
    }
}

static bool all_zero(struct dw_slice bytes)
{
    return bytes.len == 0 || (bytes.at[0] == 0 && memcmp(bytes.at, bytes.at + 1, bytes.len - 1) == 0);
}

/* What follows the end marker: padding is normal; anything else would be another archive to another reader. */
static bool check_trailer(struct pass *pass, struct archive *archive, struct dw_error *error)
{
    la_int64_t used = archive_filter_bytes(archive, 0);
    uint64_t end = used < 0 ? pass->bytes : (uint64_t)used;
    uint64_t in_slot = end > pass->slot_start ? end - pass->slot_start : 0;
    struct dw_slice rest = dw_slice_from(pass->slot, (size_t)in_slot);
    for (;;) {
        if (!all_zero(rest))
            return dw_fail(error, DW_ERROR_INPUT,
                           "no readable tar archive: its end marker at byte %" PRIu64 " is followed by other data", end);
        if (pass->bytes - end > TRAILING_ZEROS)
            return dw_fail(error, DW_ERROR_INPUT,
                           "no readable tar archive: its end marker at byte %" PRIu64
                           " is followed by more than %d zero bytes",
                           end, TRAILING_ZEROS);
        ssize_t got = read_slot(pass, error);
        if (got <= 0)
            return got == 0;
        rest = pass->slot;
    }
}

static bool scan(struct pass *pass, struct dw_error *error)
{
    struct archive *archive = archive_read_new();
    if (archive == NULL)
        return dw_fail(error, DW_ERROR_SYSTEM, "no memory for the archive reader");
    archive_read_support_format_tar(archive);
    archive_read_set_format_option(archive, "tar", "hdrcharset", "BINARY");
    bool good = archive_read_open(archive, pass, NULL, archive_read_slot, NULL) == ARCHIVE_OK
                    ? walk(pass, archive, error)
                    : archive_failed(pass, archive, error);
    if (good && pass->bytes == 0)
        good = dw_fail(error, DW_ERROR_INPUT, "no readable tar archive: it is empty");
    good = good && check_trailer(pass, archive, error);
    archive_read_free(archive);
    return good;
}

bool dw_job_scan_layer(struct dw_job *job, struct dw_error *error)
{
    struct pass *pass = dw_alloc(1, sizeof(*pass));
    pass->job = job;
    pass->limits = dw_job_limits(job);
    /* The job's input is not the stream's to close: its close does nothing. */
    pass->unpacked = dw_stream_decompress(dw_job_input(job), NULL, error);
    bool good = pass->unpacked != NULL && scan(pass, error);
    if (good) {
        flush_hashes(pass, false);
        flush_hashes(pass, true);
        dw_fact_put_summary(dw_job_records(job), pass->entries, pass->bytes);
    }
    dw_stream_close(pass->unpacked);
    dw_buffer_free(&pass->path);
    dw_buffer_free(&pass->target);
    dw_map_free(&pass->read_files);
    dw_arena_free(&pass->names);
    free(pass);
    return good;
}
