/* SPDX-License-Identifier: Apache-2.0
 *
 * Records: what a worker sends to its parent. On the wire, little endian:
 *   u32 length of what follows · u16 type · u8 version · u8 0 · fields
 * Fields have no tags: writer and reader agree by type and version. A worker is not trusted: the reader checks every
 * length, and a record must be used up exactly (dw_record_end). */
#ifndef DW_WORKER_RECORD_H
#define DW_WORKER_RECORD_H

#include "base/error.h"
#include "base/memory.h"

#define DW_RECORD_HEADER 8

/* Writing, into a buffer that already may hold records. */
struct dw_record_writer {
    struct dw_buffer *out;
    size_t start;
};
void dw_record_begin(struct dw_record_writer *writer, struct dw_buffer *out, unsigned type, unsigned version);
void dw_record_put_u8(struct dw_record_writer *writer, unsigned value);
void dw_record_put_u32(struct dw_record_writer *writer, uint32_t value);
void dw_record_put_u64(struct dw_record_writer *writer, uint64_t value);
void dw_record_put_i64(struct dw_record_writer *writer, int64_t value);
void dw_record_put_bytes(struct dw_record_writer *writer, struct dw_slice bytes); /* u32 length, then bytes */
void dw_record_finish(struct dw_record_writer *writer);

/* Reading. A getter past the end marks the reader bad and returns 0 or an empty slice; check once with
 * dw_record_end. */
struct dw_record {
    unsigned type, version;
    struct dw_slice body; /* all fields */
    struct dw_slice rest; /* not yet read */
    bool bad;
};
unsigned dw_record_get_u8(struct dw_record *record);
uint32_t dw_record_get_u32(struct dw_record *record);
uint64_t dw_record_get_u64(struct dw_record *record);
int64_t dw_record_get_i64(struct dw_record *record);
/* Points into the record. */
struct dw_slice dw_record_get_bytes(struct dw_record *record);
/* A count of things of at least EACH bytes that still fit into the rest; marks the record bad otherwise. */
size_t dw_record_get_count(struct dw_record *record, size_t each);
/* True if every field was there and nothing is left over; else fails with kind CRASH ("a worker sent …"). */
bool dw_record_end(struct dw_record *record, struct dw_error *error);

/* Takes one record off the front of *BYTES: 1 taken, 0 not yet complete, -1 malformed (longer than LIMIT, or shorter
 * than a header). */
int dw_record_take(struct dw_slice *bytes, uint64_t limit, struct dw_record *record);

#endif
