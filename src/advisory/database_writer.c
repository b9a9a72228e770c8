/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/database_writer.h"

/* Blocks are filled to about half on average, so that none overflows by chance; a seed with which one does
 * (somebody chose the keys) is replaced by the next. */
#define BLOCK_MEAN 50
#define SEEDS      64
#define PENDING    (1 << 20)

static bool flush(struct dw_database_writer *writer, struct dw_error *error)
{
    if (writer->pending.len == 0)
        return true;
    dw_hasher_update(&writer->hasher, dw_buffer_slice(&writer->pending));
    bool written = dw_file_writer_append(&writer->file, dw_buffer_slice(&writer->pending), error);
    dw_buffer_clear(&writer->pending);
    return written;
}

static bool append(struct dw_database_writer *writer, struct dw_slice bytes, struct dw_error *error)
{
    dw_buffer_append(&writer->pending, bytes);
    writer->offset += bytes.len;
    return writer->pending.len < PENDING || flush(writer, error);
}

static void store32(char *at, uint32_t value)
{
    value = htole32(value);
    memcpy(at, &value, sizeof(value));
}

static void store64(char *at, uint64_t value)
{
    value = htole64(value);
    memcpy(at, &value, sizeof(value));
}

bool dw_database_writer_open(struct dw_database_writer *writer, const char *path, struct dw_error *error)
{
    char head[DW_DATABASE_HEAD] = DW_DATABASE_MAGIC;
    if (!dw_file_writer_open(&writer->file, path, 0644, error))
        return false;
    writer->open = true;
    dw_hasher_start(&writer->hasher, DW_DIGEST_SHA256);
    store32(head + 8, DW_DATABASE_VERSION);
    store32(head + 12, dw_checksum_at(0, dw_slice_make(head, 12)));
    return append(writer, dw_slice_make(head, sizeof(head)), error);
}

struct dw_record_writer dw_database_writer_begin(struct dw_database_writer *writer)
{
    static const char header[DW_ITEM_HEADER];
    dw_buffer_clear(&writer->item);
    dw_buffer_append(&writer->item, dw_slice_make(header, sizeof(header)));
    return (struct dw_record_writer){.out = &writer->item};
}

void dw_database_writer_put_reference(struct dw_record_writer *item, struct dw_item_reference at)
{
    dw_record_put_u64(item, at.offset);
    dw_record_put_u32(item, at.length);
}

bool dw_database_writer_end(struct dw_database_writer *writer, enum dw_item_kind kind,
                            struct dw_item_reference *at, struct dw_error *error)
{
    char *item = writer->item.at;
    size_t length = writer->item.len;
    if (length > UINT32_MAX)
        return dw_fail(error, DW_ERROR_LIMIT, "an item of the advisory database is larger than 4 GiB");
    /* The sum is over kind and payload: kind goes where they are neighbours while it is computed. */
    store32(item + 8, (uint32_t)kind);
    uint32_t sum = dw_checksum_at(writer->offset, dw_slice_make(item + 8, length - 8));
    store32(item, (uint32_t)(length - DW_ITEM_HEADER));
    store32(item + 4, (uint32_t)kind);
    store32(item + 8, sum);
    if (at)
        *at = (struct dw_item_reference){writer->offset, (uint32_t)length};
    return append(writer, dw_buffer_slice(&writer->item), error);
}

bool dw_database_writer_end_keyed(struct dw_database_writer *writer, enum dw_item_kind kind,
                                  struct dw_slice key, struct dw_error *error)
{
    struct dw_index_key *entry = dw_vector_push(&writer->keys);
    entry->key = key;
    return dw_database_writer_end(writer, kind, &entry->at, error);
}

/* ---- index ---- */

static int compare_keys(const void *a, const void *b)
{
    const struct dw_index_key *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return dw_slice_compare(x->key, y->key);
}

/* Hashes all keys with SEED and sorts them; false if a block would overflow. */
static bool arrange(struct dw_database_writer *writer, uint64_t seed, uint64_t blocks)
{
    size_t in_block = 0;
    uint64_t block = 0;
    for (size_t i = 0; i < writer->keys.len; i++)
        writer->keys.at[i].hash = dw_key_hash(seed, writer->keys.at[i].key);
    if (writer->keys.len > 0)
        qsort(writer->keys.at, writer->keys.len, sizeof(writer->keys.at[0]), compare_keys);
    for (size_t i = 0; i < writer->keys.len; i++) {
        uint64_t own = dw_index_block_of(writer->keys.at[i].hash, blocks);
        in_block = own == block ? in_block + 1 : 1;
        block = own;
        if (in_block > DW_INDEX_CAPACITY)
            return false;
    }
    return true;
}

static bool write_index(struct dw_database_writer *writer, uint64_t blocks, struct dw_error *error)
{
    size_t next = 0;
    for (uint64_t number = 0; number < blocks; number++) {
        char block[DW_INDEX_BLOCK] = {0};
        uint32_t count = 0;
        for (; next < writer->keys.len; next++, count++) {
            const struct dw_index_key *key = &writer->keys.at[next];
            if (dw_index_block_of(key->hash, blocks) != number)
                break;
            char *entry = block + DW_INDEX_BLOCK_HEADER + count * DW_INDEX_ENTRY;
            store64(entry, key->hash);
            store64(entry + 8, key->at.offset);
            store32(entry + 16, key->at.length);
        }
        store32(block + 4, count);
        store32(block, dw_checksum_at(writer->offset, dw_slice_make(block + 4, DW_INDEX_BLOCK - 4)));
        if (!append(writer, dw_slice_make(block, sizeof(block)), error))
            return false;
    }
    return true;
}

bool dw_database_writer_commit(struct dw_database_writer *writer, const struct dw_database_footer *footer,
                               struct dw_error *error)
{
    char bytes[DW_FOOTER_SIZE] = {0};
    struct dw_digest digest;
    uint64_t seed = 0, blocks = writer->keys.len / BLOCK_MEAN + 1;
    while (!arrange(writer, seed, blocks))
        if (++seed == SEEDS)
            return dw_fail(error, DW_ERROR_INPUT, "the advisory feeds' names do not spread over an index");
    uint64_t index_offset = writer->offset;
    if (!write_index(writer, blocks, error))
        return false;
    uint64_t offset = writer->offset;
    store64(bytes, offset + DW_FOOTER_SIZE);
    store64(bytes + 8, (uint64_t)footer->built);
    store64(bytes + 16, (uint64_t)footer->newest);
    store64(bytes + 24, footer->records);
    store64(bytes + 32, footer->groups);
    store64(bytes + 40, writer->keys.len);
    store64(bytes + 48, index_offset);
    store64(bytes + 56, blocks);
    store64(bytes + 64, seed);
    store64(bytes + 72, footer->feeds.offset);
    store32(bytes + 80, footer->feeds.length);
    store32(bytes + 84, DW_DATABASE_VERSION);
    if (!append(writer, dw_slice_make(bytes, DW_FOOTER_DIGEST), error) || !flush(writer, error))
        return false;
    dw_hasher_finish(&writer->hasher, &digest);
    memcpy(bytes + DW_FOOTER_DIGEST, digest.bytes, 32);
    store32(bytes + DW_FOOTER_SIZE - 8, dw_checksum_at(offset, dw_slice_make(bytes, DW_FOOTER_SIZE - 8)));
    memcpy(bytes + DW_FOOTER_SIZE - 4, DW_DATABASE_END, 4);
    struct dw_slice rest = dw_slice_make(bytes + DW_FOOTER_DIGEST, DW_FOOTER_SIZE - DW_FOOTER_DIGEST);
    if (!dw_file_writer_append(&writer->file, rest, error))
        return false;
    writer->open = false;
    bool committed = dw_file_writer_commit(&writer->file, error);
    dw_database_writer_abandon(writer);
    return committed;
}

void dw_database_writer_abandon(struct dw_database_writer *writer)
{
    if (writer->open)
        dw_file_writer_abandon(&writer->file);
    writer->open = false;
    dw_hasher_free(&writer->hasher);
    dw_buffer_free(&writer->item);
    dw_buffer_free(&writer->pending);
    dw_vector_free(&writer->keys);
}
