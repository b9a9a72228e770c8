/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/record.h"

#include <endian.h>

void dw_record_begin(struct dw_record_writer *writer, struct dw_buffer *out, unsigned type, unsigned version)
{
    writer->out = out;
    writer->start = out->len;
    char header[DW_RECORD_HEADER] = {0};
    uint16_t wire = htole16((uint16_t)type);
    memcpy(header + 4, &wire, sizeof(wire));
    header[6] = (char)version;
    dw_buffer_append(out, dw_slice_make(header, sizeof(header)));
}

void dw_record_put_u8(struct dw_record_writer *writer, unsigned value)
{
    dw_buffer_append_byte(writer->out, (char)value);
}

void dw_record_put_u32(struct dw_record_writer *writer, uint32_t value)
{
    uint32_t wire = htole32(value);
    dw_buffer_append(writer->out, dw_slice_make(&wire, sizeof(wire)));
}

void dw_record_put_u64(struct dw_record_writer *writer, uint64_t value)
{
    uint64_t wire = htole64(value);
    dw_buffer_append(writer->out, dw_slice_make(&wire, sizeof(wire)));
}

void dw_record_put_i64(struct dw_record_writer *writer, int64_t value)
{
    dw_record_put_u64(writer, (uint64_t)value);
}

void dw_record_put_bytes(struct dw_record_writer *writer, struct dw_slice bytes)
{
    dw_record_put_u32(writer, (uint32_t)bytes.len);
    dw_buffer_append(writer->out, bytes);
}

void dw_record_finish(struct dw_record_writer *writer)
{
    uint32_t length = htole32((uint32_t)(writer->out->len - writer->start - 4));
    memcpy(writer->out->at + writer->start, &length, sizeof(length));
}

static struct dw_slice take(struct dw_record *record, size_t size)
{
    static const char zeros[8];
    if (record->bad || record->rest.len < size) {
        record->bad = true;
        return dw_slice_make(zeros, size <= sizeof(zeros) ? size : 0);
    }
    struct dw_slice bytes = dw_slice_part(record->rest, 0, size);
    record->rest = dw_slice_from(record->rest, size);
    return bytes;
}

unsigned dw_record_get_u8(struct dw_record *record)
{
    return (unsigned char)take(record, 1).at[0];
}

uint32_t dw_record_get_u32(struct dw_record *record)
{
    uint32_t wire;
    memcpy(&wire, take(record, sizeof(wire)).at, sizeof(wire));
    return le32toh(wire);
}

uint64_t dw_record_get_u64(struct dw_record *record)
{
    uint64_t wire;
    memcpy(&wire, take(record, sizeof(wire)).at, sizeof(wire));
    return le64toh(wire);
}

int64_t dw_record_get_i64(struct dw_record *record)
{
    return (int64_t)dw_record_get_u64(record);
}

struct dw_slice dw_record_get_bytes(struct dw_record *record)
{
    uint32_t length = dw_record_get_u32(record);
    struct dw_slice bytes = take(record, length);
    return record->bad ? DW_SLICE("") : bytes;
}

size_t dw_record_get_count(struct dw_record *record, size_t each)
{
    uint32_t count = dw_record_get_u32(record);
    if (record->bad || count > record->rest.len / (each ? each : 1)) {
        record->bad = true;
        return 0;
    }
    return count;
}

bool dw_record_end(struct dw_record *record, struct dw_error *error)
{
    if (!record->bad && record->rest.len == 0)
        return true;
    return dw_fail(error, DW_ERROR_CRASH, "a worker sent a malformed record (type %u, version %u)", record->type,
                   record->version);
}

int dw_record_take(struct dw_slice *bytes, uint64_t limit, struct dw_record *record)
{
    uint32_t length;
    uint16_t type;
    if (bytes->len < sizeof(length))
        return 0;
    memcpy(&length, bytes->at, sizeof(length));
    length = le32toh(length);
    if (length < DW_RECORD_HEADER - sizeof(length) || length > limit)
        return -1;
    if (bytes->len - sizeof(length) < length)
        return 0;
    memcpy(&type, bytes->at + 4, sizeof(type));
    *record = (struct dw_record){
        .type = le16toh(type),
        .version = (unsigned char)bytes->at[6],
        .body = dw_slice_make(bytes->at + DW_RECORD_HEADER, length - (DW_RECORD_HEADER - sizeof(length))),
    };
    record->rest = record->body;
    *bytes = dw_slice_from(*bytes, sizeof(length) + length);
    return 1;
}
