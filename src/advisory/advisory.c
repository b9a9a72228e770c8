/* SPDX-License-Identifier: Apache-2.0
 *
 * The packed form of advisory records. Fields have no tags; every count and length is checked against what is
 * there before anything is allocated for it. */
#include "advisory/advisory.h"

/* The fewest bytes that one thing takes: bounds how many a hostile count can make us allocate. */
#define STRING_MINIMUM   4
#define RATING_MINIMUM   (1 + 1 + 4 + 4)
#define EVENT_MINIMUM    (1 + 4)
#define RANGE_MINIMUM    (1 + 4)
#define AFFECTED_MINIMUM (4 + 9 * 4)

const char *dw_range_kind_name(enum dw_range_kind kind)
{
    static const char *const names[DW_RANGE_KIND_COUNT] = {"SEMVER", "ECOSYSTEM", "GIT", "custom"};
    return names[kind];
}

const char *dw_event_kind_name(enum dw_event_kind kind)
{
    static const char *const names[DW_EVENT_KIND_COUNT] = {"introduced", "fixed", "last_affected", "limit"};
    return names[kind];
}

const char *dw_severity_scheme_name(enum dw_severity_scheme scheme)
{
    static const char *const names[DW_SCHEME_COUNT] = {
        [DW_SCHEME_WORD] = "word",         [DW_SCHEME_CVSS_V4] = "CVSS 4.0",
        [DW_SCHEME_CVSS_V31] = "CVSS 3.1", [DW_SCHEME_CVSS_V30] = "CVSS 3.0",
        [DW_SCHEME_CVSS_V2] = "CVSS 2.0",  [DW_SCHEME_OTHER] = "other",
    };
    return names[scheme];
}

void dw_strings_put(struct dw_record_writer *writer, const struct dw_strings *strings)
{
    dw_record_put_u32(writer, (uint32_t)strings->count);
    for (size_t i = 0; i < strings->count; i++)
        dw_record_put_bytes(writer, strings->at[i]);
}

struct dw_strings dw_strings_get(struct dw_arena *arena, struct dw_record *record)
{
    struct dw_strings strings = {.count = dw_record_get_count(record, STRING_MINIMUM)};
    if (strings.count == 0)
        return strings;
    strings.at = dw_arena_alloc(arena, strings.count, sizeof(*strings.at));
    for (size_t i = 0; i < strings.count; i++)
        strings.at[i] = dw_record_get_bytes(record);
    return strings;
}

void dw_ratings_put(struct dw_record_writer *writer, const struct dw_rating *ratings, size_t count)
{
    dw_record_put_u32(writer, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        dw_record_put_u8(writer, ratings[i].scheme);
        dw_record_put_u8(writer, ratings[i].severity);
        dw_record_put_u32(writer, ratings[i].score);
        dw_record_put_bytes(writer, ratings[i].value);
    }
}

struct dw_rating *dw_ratings_get(struct dw_arena *arena, struct dw_record *record, size_t *count)
{
    *count = dw_record_get_count(record, RATING_MINIMUM);
    if (*count == 0)
        return NULL;
    struct dw_rating *ratings = dw_arena_alloc(arena, *count, sizeof(*ratings));
    for (size_t i = 0; i < *count; i++) {
        unsigned scheme = dw_record_get_u8(record), severity = dw_record_get_u8(record);
        uint32_t score = dw_record_get_u32(record);
        ratings[i].value = dw_record_get_bytes(record);
        if (scheme >= DW_SCHEME_COUNT || severity >= DW_SEVERITY_COUNT || score > 100)
            record->bad = true;
        if (record->bad)
            return ratings;
        ratings[i].scheme = (enum dw_severity_scheme)scheme;
        ratings[i].severity = (enum dw_severity)severity;
        ratings[i].score = score;
    }
    return ratings;
}

void dw_affected_pack(struct dw_buffer *out, const struct dw_affected *affected)
{
    struct dw_record_writer writer = {.out = out};
    dw_record_put_bytes(&writer, affected->ecosystem);
    dw_record_put_bytes(&writer, affected->release);
    dw_record_put_bytes(&writer, affected->name);
    dw_record_put_bytes(&writer, affected->last_known);
    dw_record_put_bytes(&writer, affected->informational);
    dw_strings_put(&writer, &affected->versions);
    dw_strings_put(&writer, &affected->imports);
    dw_ratings_put(&writer, affected->ratings, affected->rating_count);
    dw_record_put_u32(&writer, (uint32_t)affected->range_count);
    for (size_t i = 0; i < affected->range_count; i++) {
        const struct dw_range *range = &affected->ranges[i];
        dw_record_put_u8(&writer, range->kind);
        dw_record_put_u32(&writer, (uint32_t)range->event_count);
        for (size_t j = 0; j < range->event_count; j++) {
            dw_record_put_u8(&writer, range->events[j].kind);
            dw_record_put_bytes(&writer, range->events[j].version);
        }
    }
}

static void get_range(struct dw_arena *arena, struct dw_record *record, struct dw_range *range)
{
    unsigned kind = dw_record_get_u8(record);
    if (kind >= DW_RANGE_KIND_COUNT)
        record->bad = true;
    range->event_count = dw_record_get_count(record, EVENT_MINIMUM);
    if (record->bad)
        return;
    range->kind = (enum dw_range_kind)kind;
    range->events =
        dw_arena_alloc(arena, range->event_count ? range->event_count : 1, sizeof(*range->events));
    for (size_t i = 0; i < range->event_count && !record->bad; i++) {
        unsigned event = dw_record_get_u8(record);
        range->events[i].version = dw_record_get_bytes(record);
        if (event >= DW_EVENT_KIND_COUNT)
            record->bad = true;
        else
            range->events[i].kind = (enum dw_event_kind)event;
    }
}

bool dw_affected_unpack(struct dw_arena *arena, struct dw_slice bytes, struct dw_affected *affected)
{
    struct dw_record record = {.body = bytes, .rest = bytes};
    *affected = (struct dw_affected){.packed = bytes};
    affected->ecosystem = dw_record_get_bytes(&record);
    affected->release = dw_record_get_bytes(&record);
    affected->name = dw_record_get_bytes(&record);
    affected->last_known = dw_record_get_bytes(&record);
    affected->informational = dw_record_get_bytes(&record);
    affected->versions = dw_strings_get(arena, &record);
    affected->imports = dw_strings_get(arena, &record);
    affected->ratings = dw_ratings_get(arena, &record, &affected->rating_count);
    affected->range_count = dw_record_get_count(&record, RANGE_MINIMUM);
    if (record.bad)
        return false;
    affected->ranges =
        dw_arena_alloc(arena, affected->range_count ? affected->range_count : 1, sizeof(*affected->ranges));
    for (size_t i = 0; i < affected->range_count && !record.bad; i++)
        get_range(arena, &record, &affected->ranges[i]);
    return !record.bad && record.rest.len == 0;
}

void dw_advisory_pack(struct dw_buffer *out, const struct dw_advisory *advisory)
{
    struct dw_record_writer writer = {.out = out};
    dw_record_put_bytes(&writer, advisory->id);
    dw_record_put_bytes(&writer, advisory->summary);
    dw_record_put_bytes(&writer, advisory->url);
    dw_record_put_i64(&writer, advisory->modified);
    dw_record_put_i64(&writer, advisory->published);
    dw_record_put_i64(&writer, advisory->withdrawn_at);
    dw_record_put_u8(&writer, advisory->withdrawn);
    dw_strings_put(&writer, &advisory->aliases);
    dw_strings_put(&writer, &advisory->upstream);
    dw_strings_put(&writer, &advisory->related);
    dw_strings_put(&writer, &advisory->cwes);
    dw_ratings_put(&writer, advisory->ratings, advisory->rating_count);
    dw_record_put_u32(&writer, (uint32_t)advisory->affected_count);
    for (size_t i = 0; i < advisory->affected_count; i++) {
        size_t start = out->len;
        dw_record_put_u32(&writer, 0);
        dw_affected_pack(out, &advisory->affected[i]);
        struct dw_buffer length = {0};
        struct dw_record_writer patch = {.out = &length};
        dw_record_put_u32(&patch, (uint32_t)(out->len - start - 4));
        memcpy(out->at + start, length.at, 4);
        dw_buffer_free(&length);
    }
}

bool dw_advisory_unpack(struct dw_arena *arena, struct dw_slice bytes, struct dw_advisory *advisory)
{
    struct dw_record record = {.body = bytes, .rest = bytes};
    *advisory = (struct dw_advisory){0};
    advisory->id = dw_record_get_bytes(&record);
    advisory->summary = dw_record_get_bytes(&record);
    advisory->url = dw_record_get_bytes(&record);
    advisory->modified = dw_record_get_i64(&record);
    advisory->published = dw_record_get_i64(&record);
    advisory->withdrawn_at = dw_record_get_i64(&record);
    unsigned withdrawn = dw_record_get_u8(&record);
    advisory->withdrawn = withdrawn == 1;
    advisory->aliases = dw_strings_get(arena, &record);
    advisory->upstream = dw_strings_get(arena, &record);
    advisory->related = dw_strings_get(arena, &record);
    advisory->cwes = dw_strings_get(arena, &record);
    advisory->ratings = dw_ratings_get(arena, &record, &advisory->rating_count);
    advisory->affected_count = dw_record_get_count(&record, AFFECTED_MINIMUM);
    if (record.bad || withdrawn > 1 || advisory->id.len == 0)
        return false;
    size_t count = advisory->affected_count ? advisory->affected_count : 1;
    advisory->affected = dw_arena_alloc(arena, count, sizeof(*advisory->affected));
    for (size_t i = 0; i < advisory->affected_count; i++) {
        struct dw_slice packed = dw_record_get_bytes(&record);
        if (record.bad || !dw_affected_unpack(arena, packed, &advisory->affected[i]))
            return false;
    }
    return record.rest.len == 0;
}
