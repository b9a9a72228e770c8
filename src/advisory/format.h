/* SPDX-License-Identifier: Apache-2.0
 *
 * The advisory database's file format, version 1. Little endian.
 *
 *   head     "DWADVDB" NUL · u32 version · u32 CRC of the 12 bytes before
 *   items    u32 length of the payload · u32 kind · u32 CRC over u64 offset of the item, kind and payload ·
 * payload index    blocks of DW_INDEX_BLOCK bytes: u32 CRC over u64 offset of the block and the rest of the
 * block · u32 count · entries {u64 hash of the key · u64 offset · u32 length of the whole item}; unused bytes
 * are zero footer   DW_FOOTER_SIZE bytes: u64 file size · i64 built · i64 newest record · u64 records · u64
 * groups · u64 keys · u64 index offset · u64 index blocks · u64 hash seed · u64 feeds item's offset · u32 its
 * length · u32 version · SHA-256 of all bytes before this field · u32 CRC of the footer before this field ·
 * "DWAE"
 *
 * A key's block is (hash × blocks) >> 64, so that a look-up reads one block and the item. Every byte of the
 * file is covered by a CRC that is checked when it is used, and the CRC knows the place of what it covers: a
 * flipped bit, a moved block or a cut file is an error, never a look-up that finds nothing. Items with a key
 * begin with it, so two keys of one hash cannot be taken for each other. */
#ifndef DW_ADVISORY_FORMAT_H
#define DW_ADVISORY_FORMAT_H

#include "base/map.h"

#include <endian.h>
#include <zlib.h>

#define DW_DATABASE_MAGIC     "DWADVDB"
#define DW_DATABASE_END       "DWAE"
#define DW_DATABASE_VERSION   1
#define DW_DATABASE_HEAD      16
#define DW_FOOTER_SIZE        128
#define DW_FOOTER_DIGEST      88 /* where the SHA-256 stands in the footer */
#define DW_ITEM_HEADER        12
#define DW_INDEX_BLOCK        2048
#define DW_INDEX_BLOCK_HEADER 8
#define DW_INDEX_ENTRY        20
#define DW_INDEX_CAPACITY     ((DW_INDEX_BLOCK - DW_INDEX_BLOCK_HEADER) / DW_INDEX_ENTRY)

enum dw_item_kind {
    DW_ITEM_GROUP = 1, /* no key; one primary id */
    DW_ITEM_ADVISORY,  /* no key; one record without its ranges */
    DW_ITEM_PACKAGE,   /* key 'p' ecosystem NUL release NUL normalised name: every affected entry of it */
    DW_ITEM_ID,        /* key 'i' id: groups and records that the id leads to */
    DW_ITEM_RELEASE,   /* key 'r' ecosystem NUL release: how many entries there are */
    DW_ITEM_FEEDS,     /* no key */
};

static inline uint32_t dw_checksum_at(uint64_t offset, struct dw_slice bytes)
{
    uint64_t wire = htole64(offset);
    unsigned long sum = crc32_z(0, (const unsigned char *)&wire, sizeof(wire));
    return (uint32_t)crc32_z(sum, (const unsigned char *)bytes.at, bytes.len);
}

static inline uint64_t dw_key_hash(uint64_t seed, struct dw_slice key)
{
    return dw_hash_keyed(seed, 0x6477616476646231ULL, key);
}

static inline uint64_t dw_index_block_of(uint64_t hash, uint64_t blocks)
{
    return (uint64_t)(((unsigned __int128)hash * blocks) >> 64);
}

#endif
