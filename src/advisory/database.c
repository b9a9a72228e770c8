/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the database. The file is input like any other: lengths and offsets are checked though a CRC covers
 * them, because who writes a hostile file writes its CRCs too. */
#include "advisory/database.h"

#include "advisory/ecosystem.h"
#include "advisory/format.h"
#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct dw_database {
    int fd;
    char *path;
    uint64_t size, index_offset, index_blocks, seed, records, groups, keys, feeds_offset;
    uint32_t feeds_length;
    int64_t built, newest;
    struct dw_digest digest;
    char digest_text[DW_DIGEST_TEXT];
};

static uint64_t load64(const char *at)
{
    uint64_t wire;
    memcpy(&wire, at, sizeof(wire));
    return le64toh(wire);
}

static uint32_t load32(const char *at)
{
    uint32_t wire;
    memcpy(&wire, at, sizeof(wire));
    return le32toh(wire);
}

static bool damaged(const struct dw_database *database, uint64_t offset, const char *what,
                    struct dw_error *error)
{
    return dw_fail(
        error, DW_ERROR_INPUT,
        "advisory database %s: damaged at byte %llu (%s); build it anew with `dockworthy db build`",
        database->path, (unsigned long long)offset, what);
}

/* Exactly SIZE bytes at OFFSET, or an error: also when the file was cut after it was opened. */
static bool read_at(const struct dw_database *database, uint64_t offset, char *bytes, size_t size,
                    struct dw_error *error)
{
    size_t done = 0;
    while (done < size) {
        ssize_t got = pread(database->fd, bytes + done, size - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return dw_fail_errno(error, DW_ERROR_INPUT, "advisory database %s: cannot be read",
                                 database->path);
        if (got == 0)
            return damaged(database, offset + done, "the file ends here", error);
        done += (size_t)got;
    }
    return true;
}

/* ---- open ---- */

static bool read_head(const struct dw_database *database, struct dw_error *error)
{
    char head[DW_DATABASE_HEAD];
    if (database->size < DW_DATABASE_HEAD + DW_FOOTER_SIZE)
        return dw_fail(error, DW_ERROR_INPUT, "%s is no advisory database, or a truncated one (%llu bytes)",
                       database->path, (unsigned long long)database->size);
    if (!read_at(database, 0, head, sizeof(head), error))
        return false;
    if (memcmp(head, DW_DATABASE_MAGIC, sizeof(DW_DATABASE_MAGIC)) != 0)
        return dw_fail(error, DW_ERROR_INPUT, "%s is no advisory database of dockworthy", database->path);
    if (load32(head + 12) != dw_checksum_at(0, dw_slice_make(head, 12)))
        return damaged(database, 0, "head", error);
    if (load32(head + 8) != DW_DATABASE_VERSION)
        return dw_fail(error, DW_ERROR_INPUT,
                       "advisory database %s has format %u, this program reads format %d; build it anew with "
                       "`dockworthy db build`",
                       database->path, load32(head + 8), DW_DATABASE_VERSION);
    return true;
}

static bool read_footer(struct dw_database *database, struct dw_error *error)
{
    char footer[DW_FOOTER_SIZE];
    uint64_t offset = database->size - DW_FOOTER_SIZE, index_bytes, index_end;
    if (!read_at(database, offset, footer, sizeof(footer), error))
        return false;
    if (memcmp(footer + DW_FOOTER_SIZE - 4, DW_DATABASE_END, 4) != 0)
        return damaged(database, offset, "no footer: the file is truncated, or something is behind its end",
                       error);
    if (load32(footer + DW_FOOTER_SIZE - 8) !=
        dw_checksum_at(offset, dw_slice_make(footer, DW_FOOTER_SIZE - 8)))
        return damaged(database, offset, "footer", error);
    if (load64(footer) != database->size || load32(footer + 84) != DW_DATABASE_VERSION)
        return damaged(database, offset, "footer: another file's size or version", error);
    database->built = (int64_t)load64(footer + 8);
    database->newest = (int64_t)load64(footer + 16);
    database->records = load64(footer + 24);
    database->groups = load64(footer + 32);
    database->keys = load64(footer + 40);
    database->index_offset = load64(footer + 48);
    database->index_blocks = load64(footer + 56);
    database->seed = load64(footer + 64);
    database->feeds_offset = load64(footer + 72);
    database->feeds_length = load32(footer + 80);
    database->digest.algorithm = DW_DIGEST_SHA256;
    memcpy(database->digest.bytes, footer + DW_FOOTER_DIGEST, 32);
    dw_digest_format(&database->digest, database->digest_text);
    if (database->index_blocks == 0 ||
        !dw_checked_multiply(database->index_blocks, DW_INDEX_BLOCK, &index_bytes) ||
        !dw_checked_add(database->index_offset, index_bytes, &index_end) || index_end != offset ||
        database->index_offset < DW_DATABASE_HEAD)
        return damaged(database, offset, "footer: the index is not where it must be", error);
    return true;
}

struct dw_database *dw_database_open(const char *path, struct dw_error *error)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        dw_fail(error, DW_ERROR_UNAVAILABLE,
                "there is no advisory database at %s; build one with `dockworthy db build --from FOLDER`, "
                "where FOLDER "
                "holds OSV feeds (<Ecosystem>/all.zip)",
                path);
        return NULL;
    }
    if (fd < 0 || fstat(fd, &status) != 0) {
        dw_fail_errno(error, DW_ERROR_INPUT, "advisory database %s: cannot be opened", path);
        dw_cleanup_close(&fd);
        return NULL;
    }
    if (!S_ISREG(status.st_mode)) {
        dw_fail(error, DW_ERROR_INPUT, "advisory database %s is not a regular file", path);
        dw_cleanup_close(&fd);
        return NULL;
    }
    struct dw_database *database = dw_alloc(1, sizeof(*database));
    database->fd = fd;
    database->path = dw_copy_string(dw_slice_of(path));
    database->size = (uint64_t)status.st_size;
    if (!read_head(database, error) || !read_footer(database, error)) {
        dw_database_close(database);
        return NULL;
    }
    return database;
}

void dw_database_close(struct dw_database *database)
{
    if (database == NULL)
        return;
    dw_cleanup_close(&database->fd);
    free(database->path);
    free(database);
}

struct dw_database_summary dw_database_summary(const struct dw_database *database)
{
    return (struct dw_database_summary){
        .present = true,
        .digest = dw_slice_of(database->digest_text),
        .path = dw_slice_of(database->path),
        .built = database->built,
        .newest = database->newest,
        .records = database->records,
    };
}

/* ---- items and index ---- */

/* The payload of the item at AT, copied to ARENA and checked. */
static bool read_item(const struct dw_database *database, struct dw_arena *arena, struct dw_item_reference at,
                      enum dw_item_kind kind, struct dw_record *record, struct dw_error *error)
{
    uint64_t end;
    if (at.length < DW_ITEM_HEADER || at.offset < DW_DATABASE_HEAD ||
        !dw_checked_add(at.offset, at.length, &end) || end > database->index_offset)
        return damaged(database, at.offset, "a reference leads out of the items", error);
    char *bytes = dw_arena_alloc(arena, at.length, 1);
    if (!read_at(database, at.offset, bytes, at.length, error))
        return false;
    struct dw_slice payload = dw_slice_make(bytes + DW_ITEM_HEADER, at.length - DW_ITEM_HEADER);
    uint32_t sum = load32(bytes + 8);
    /* The kind is summed together with the payload: move it next to it over the sum's own place. */
    memcpy(bytes + 8, bytes + 4, 4);
    if (load32(bytes) != payload.len || load32(bytes + 4) != (uint32_t)kind ||
        sum != dw_checksum_at(at.offset, dw_slice_make(bytes + 8, payload.len + 4)))
        return damaged(database, at.offset, "item", error);
    *record = (struct dw_record){.type = kind, .body = payload, .rest = payload};
    return true;
}

static bool item_end(const struct dw_database *database, struct dw_item_reference at,
                     const struct dw_record *record, struct dw_error *error)
{
    if (!record->bad && record->rest.len == 0)
        return true;
    return damaged(database, at.offset, "an item's fields do not add up", error);
}

static bool read_block(const struct dw_database *database, uint64_t number, char block[DW_INDEX_BLOCK],
                       size_t *count, struct dw_error *error)
{
    uint64_t offset = database->index_offset + number * DW_INDEX_BLOCK;
    if (!read_at(database, offset, block, DW_INDEX_BLOCK, error))
        return false;
    *count = load32(block + 4);
    if (load32(block) != dw_checksum_at(offset, dw_slice_make(block + 4, DW_INDEX_BLOCK - 4)) ||
        *count > DW_INDEX_CAPACITY)
        return damaged(database, offset, "index block", error);
    return true;
}

static struct dw_item_reference block_entry(const char *block, size_t i, uint64_t *hash)
{
    const char *entry = block + DW_INDEX_BLOCK_HEADER + i * DW_INDEX_ENTRY;
    *hash = load64(entry);
    return (struct dw_item_reference){load64(entry + 8), load32(entry + 16)};
}

/* The item of KEY, its key already taken off; *FOUND false if there is none. */
static bool find_key(const struct dw_database *database, struct dw_arena *arena, struct dw_slice key,
                     enum dw_item_kind kind, bool *found, struct dw_item_reference *at,
                     struct dw_record *record, struct dw_error *error)
{
    char block[DW_INDEX_BLOCK];
    size_t count;
    uint64_t hash = dw_key_hash(database->seed, key);
    *found = false;
    if (!read_block(database, dw_index_block_of(hash, database->index_blocks), block, &count, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        uint64_t entry_hash;
        *at = block_entry(block, i, &entry_hash);
        if (entry_hash != hash)
            continue;
        if (!read_item(database, arena, *at, kind, record, error))
            return false;
        if (dw_slice_equal(dw_record_get_bytes(record), key)) {
            *found = true;
            return true;
        }
    }
    return true;
}

static void put_key(struct dw_buffer *key, char kind, struct dw_slice ecosystem, struct dw_slice release)
{
    dw_buffer_append_byte(key, kind);
    dw_buffer_append(key, ecosystem);
    dw_buffer_append_byte(key, '\0');
    dw_buffer_append(key, release);
}

static struct dw_item_reference get_reference(struct dw_record *record)
{
    struct dw_item_reference at = {.offset = dw_record_get_u64(record)};
    at.length = dw_record_get_u32(record);
    return at;
}

static struct dw_item_reference *get_references(struct dw_arena *arena, struct dw_record *record,
                                                size_t *count)
{
    *count = dw_record_get_count(record, 12);
    struct dw_item_reference *list = dw_arena_alloc(arena, *count, sizeof(*list));
    for (size_t i = 0; i < *count; i++)
        list[i] = get_reference(record);
    return list;
}

/* ---- what callers ask ---- */

static bool get_entries(struct dw_arena *arena, struct dw_record *record, struct dw_database_entry **entries,
                        size_t *count)
{
    *count = dw_record_get_count(record, 12 + 1 + 4 + 9 * 4);
    *entries = dw_arena_alloc(arena, *count, sizeof(**entries));
    for (size_t i = 0; i < *count; i++) {
        (*entries)[i].advisory = get_reference(record);
        unsigned withdrawn = dw_record_get_u8(record);
        struct dw_slice packed = dw_record_get_bytes(record);
        if (record->bad || withdrawn > 1 || !dw_affected_unpack(arena, packed, &(*entries)[i].affected))
            return false;
        (*entries)[i].withdrawn = withdrawn == 1;
    }
    return true;
}

bool dw_database_find_package(const struct dw_database *database, struct dw_arena *arena,
                              struct dw_slice ecosystem, struct dw_slice release, struct dw_slice name,
                              struct dw_database_entry **entries, size_t *count, struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer key = {0};
    struct dw_item_reference at;
    struct dw_record record;
    bool found;
    *entries = NULL;
    *count = 0;
    put_key(&key, 'p', ecosystem, release);
    dw_buffer_append_byte(&key, '\0');
    dw_ecosystem_name(ecosystem, name, &key);
    if (!find_key(database, arena, dw_buffer_slice(&key), DW_ITEM_PACKAGE, &found, &at, &record, error))
        return false;
    if (!found)
        return true;
    if (!get_entries(arena, &record, entries, count))
        return damaged(database, at.offset, "an item's fields do not add up", error);
    return item_end(database, at, &record, error);
}

bool dw_database_count_release(const struct dw_database *database, struct dw_slice ecosystem,
                               struct dw_slice release, uint64_t *count, struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer key = {0};
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    struct dw_item_reference at;
    struct dw_record record;
    bool found;
    *count = 0;
    put_key(&key, 'r', ecosystem, release);
    if (!find_key(database, &arena, dw_buffer_slice(&key), DW_ITEM_RELEASE, &found, &at, &record, error))
        return false;
    if (!found)
        return true;
    *count = dw_record_get_u64(&record);
    return item_end(database, at, &record, error);
}

bool dw_database_advisory(const struct dw_database *database, struct dw_arena *arena,
                          struct dw_item_reference at, struct dw_database_advisory *advisory,
                          struct dw_error *error)
{
    struct dw_record record;
    *advisory = (struct dw_database_advisory){0};
    if (!read_item(database, arena, at, DW_ITEM_ADVISORY, &record, error))
        return false;
    advisory->feed = dw_record_get_bytes(&record);
    advisory->groups = get_references(arena, &record, &advisory->group_count);
    advisory->package_count = dw_record_get_count(&record, 12);
    advisory->packages = dw_arena_alloc(arena, advisory->package_count, sizeof(*advisory->packages));
    for (size_t i = 0; i < advisory->package_count; i++) {
        advisory->packages[i].ecosystem = dw_record_get_bytes(&record);
        advisory->packages[i].release = dw_record_get_bytes(&record);
        advisory->packages[i].name = dw_record_get_bytes(&record);
    }
    struct dw_slice packed = dw_record_get_bytes(&record);
    if (record.bad || !dw_advisory_unpack(arena, packed, &advisory->record))
        return damaged(database, at.offset, "an item's fields do not add up", error);
    for (size_t i = 0; i < advisory->record.rating_count; i++)
        advisory->record.ratings[i].source = advisory->record.id;
    return item_end(database, at, &record, error);
}

bool dw_database_group(const struct dw_database *database, struct dw_arena *arena,
                       struct dw_item_reference at, struct dw_advisory_group *group, struct dw_error *error)
{
    struct dw_record record;
    *group = (struct dw_advisory_group){0};
    if (!read_item(database, arena, at, DW_ITEM_GROUP, &record, error))
        return false;
    group->primary = dw_record_get_bytes(&record);
    group->aliases = dw_strings_get(arena, &record);
    group->summary = dw_record_get_bytes(&record);
    struct dw_strings sources = dw_strings_get(arena, &record);
    group->ratings = dw_ratings_get(arena, &record, &group->rating_count);
    if (sources.count != group->rating_count)
        return damaged(database, at.offset, "an item's fields do not add up", error);
    for (size_t i = 0; i < group->rating_count; i++)
        group->ratings[i].source = sources.at[i];
    return item_end(database, at, &record, error);
}

static bool find_id(const struct dw_database *database, struct dw_arena *arena, struct dw_slice id,
                    struct dw_id_hits *hits, struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer key = {0};
    struct dw_item_reference at;
    struct dw_record record;
    bool found;
    *hits = (struct dw_id_hits){0};
    dw_buffer_append_byte(&key, 'i');
    for (size_t i = 0; i < id.len; i++)
        dw_buffer_append_byte(&key, dw_to_lower(id.at[i]));
    if (!find_key(database, arena, dw_buffer_slice(&key), DW_ITEM_ID, &found, &at, &record, error))
        return false;
    if (!found)
        return true;
    hits->groups = get_references(arena, &record, &hits->group_count);
    hits->advisories = get_references(arena, &record, &hits->advisory_count);
    return item_end(database, at, &record, error);
}

static int compare_references(const void *a, const void *b)
{
    const struct dw_item_reference *x = a, *y = b;
    return (x->offset > y->offset) - (x->offset < y->offset);
}

/* Adds the records of the primary id, sorted as they stand in the file: by id. */
static bool add_group_records(const struct dw_database *database, struct dw_arena *arena, struct dw_slice primary,
                              struct dw_id_hits *hits, struct dw_error *error)
{
    struct dw_id_hits more;
    size_t kept = 0;
    if (!find_id(database, arena, primary, &more, error))
        return false;
    size_t total = hits->advisory_count + more.advisory_count;
    struct dw_item_reference *all = dw_arena_alloc(arena, total, sizeof(*all));
    if (hits->advisory_count > 0)
        memcpy(all, hits->advisories, hits->advisory_count * sizeof(*all));
    if (more.advisory_count > 0)
        memcpy(all + hits->advisory_count, more.advisories, more.advisory_count * sizeof(*all));
    if (total > 0)
        qsort(all, total, sizeof(*all), compare_references);
    for (size_t i = 0; i < total; i++)
        if (kept == 0 || all[kept - 1].offset != all[i].offset)
            all[kept++] = all[i];
    hits->advisories = all;
    hits->advisory_count = kept;
    return true;
}

bool dw_database_find_id(const struct dw_database *database, struct dw_arena *arena, struct dw_slice id,
                         struct dw_id_hits *hits, struct dw_error *error)
{
    if (!find_id(database, arena, id, hits, error))
        return false;
    for (size_t i = 0; i < hits->group_count; i++) {
        struct dw_advisory_group group;
        bool alias = false;
        if (!dw_database_group(database, arena, hits->groups[i], &group, error))
            return false;
        /* Only for a name of the group: a record that merely hangs on by upstream stands for itself. */
        for (size_t j = 0; j < group.aliases.count && !alias; j++)
            alias = dw_slice_equal_nocase(group.aliases.at[j], id);
        if (alias && !add_group_records(database, arena, group.primary, hits, error))
            return false;
    }
    return true;
}

bool dw_database_feeds(const struct dw_database *database, struct dw_arena *arena, struct dw_feed **feeds,
                       size_t *count, struct dw_error *error)
{
    struct dw_item_reference at = {database->feeds_offset, database->feeds_length};
    struct dw_record record;
    if (!read_item(database, arena, at, DW_ITEM_FEEDS, &record, error))
        return false;
    *count = dw_record_get_count(&record, 4 * 4 + 3 * 8);
    *feeds = dw_arena_alloc(arena, *count, sizeof(**feeds));
    for (size_t i = 0; i < *count; i++) {
        struct dw_feed *feed = &(*feeds)[i];
        feed->name = dw_record_get_bytes(&record);
        feed->path = dw_record_get_bytes(&record);
        feed->records = dw_record_get_u64(&record);
        feed->withdrawn = dw_record_get_u64(&record);
        feed->bytes = dw_record_get_u64(&record);
        feed->newest = dw_record_get_i64(&record);
        feed->digest = dw_record_get_bytes(&record);
    }
    return item_end(database, at, &record, error);
}

/* ---- verify ---- */

static bool verify_digest(const struct dw_database *database, struct dw_error *error)
{
    enum { CHUNK = 1 << 18 };
    DW_CLEANUP(dw_cleanup_free) char *bytes = dw_alloc(CHUNK, 1);
    struct dw_hasher hasher = {0};
    struct dw_digest digest;
    uint64_t end = database->size - DW_FOOTER_SIZE + DW_FOOTER_DIGEST;
    dw_hasher_start(&hasher, DW_DIGEST_SHA256);
    for (uint64_t at = 0; at < end;) {
        size_t size = end - at < CHUNK ? (size_t)(end - at) : CHUNK;
        if (!read_at(database, at, bytes, size, error)) {
            dw_hasher_free(&hasher);
            return false;
        }
        dw_hasher_update(&hasher, dw_slice_make(bytes, size));
        at += size;
    }
    dw_hasher_finish(&hasher, &digest);
    if (dw_digest_equal(&digest, &database->digest))
        return true;
    return dw_fail(
        error, DW_ERROR_INPUT,
        "advisory database %s: its content is not what was written (SHA-256 differs); build it anew with "
        "`dockworthy db build`",
        database->path);
}

/* Reads one item as its kind is read. */
static bool verify_item(const struct dw_database *database, struct dw_item_reference at,
                        struct dw_error *error)
{
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    struct dw_database_advisory advisory;
    struct dw_advisory_group group;
    struct dw_database_entry *entries;
    struct dw_record record;
    char header[DW_ITEM_HEADER];
    size_t count;
    if (!read_at(database, at.offset, header, sizeof(header), error))
        return false;
    unsigned kind = load32(header + 4);
    if (kind == DW_ITEM_GROUP)
        return dw_database_group(database, &arena, at, &group, error);
    if (kind == DW_ITEM_ADVISORY)
        return dw_database_advisory(database, &arena, at, &advisory, error);
    if (!read_item(database, &arena, at, (enum dw_item_kind)kind, &record, error))
        return false;
    if (kind == DW_ITEM_FEEDS)
        return true; /* read on its own */
    dw_record_get_bytes(&record);
    if (kind == DW_ITEM_PACKAGE && !get_entries(&arena, &record, &entries, &count)) {
        record.bad = true;
    } else if (kind == DW_ITEM_ID) {
        get_references(&arena, &record, &count);
        get_references(&arena, &record, &count);
    } else if (kind == DW_ITEM_RELEASE) {
        dw_record_get_u64(&record);
    }
    return item_end(database, at, &record, error);
}

bool dw_database_verify(const struct dw_database *database, struct dw_error *error)
{
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    struct dw_feed *feeds;
    size_t feed_count, count;
    uint64_t keys = 0;
    char block[DW_INDEX_BLOCK];
    if (!verify_digest(database, error) || !dw_database_feeds(database, &arena, &feeds, &feed_count, error))
        return false;
    for (uint64_t offset = DW_DATABASE_HEAD; offset < database->index_offset;) {
        char header[DW_ITEM_HEADER];
        if (database->index_offset - offset < DW_ITEM_HEADER)
            return damaged(database, offset, "items do not end at the index", error);
        if (!read_at(database, offset, header, sizeof(header), error))
            return false;
        uint64_t length = (uint64_t)load32(header) + DW_ITEM_HEADER;
        if (length > database->index_offset - offset || length > UINT32_MAX)
            return damaged(database, offset, "items do not end at the index", error);
        if (!verify_item(database, (struct dw_item_reference){offset, (uint32_t)length}, error))
            return false;
        offset += length;
    }
    for (uint64_t number = 0; number < database->index_blocks; number++) {
        if (!read_block(database, number, block, &count, error))
            return false;
        for (size_t i = 0; i < count; i++) {
            uint64_t hash;
            struct dw_item_reference at = block_entry(block, i, &hash);
            if (dw_index_block_of(hash, database->index_blocks) != number)
                return damaged(database, database->index_offset + number * DW_INDEX_BLOCK,
                               "an entry of another block", error);
            if (!verify_item(database, at, error))
                return false;
        }
        keys += count;
    }
    if (keys != database->keys)
        return damaged(database, database->index_offset, "the index lacks keys", error);
    return true;
}
