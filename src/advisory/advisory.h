/* SPDX-License-Identifier: Apache-2.0
 *
 * An advisory record as dockworthy keeps it (terms of the OSV schema, version 1.7), and its packed form: what
 * a feed's worker sends to its parent, and what stands in the database. */
#ifndef DW_ADVISORY_ADVISORY_H
#define DW_ADVISORY_ADVISORY_H

#include "base/error.h"
#include "base/memory.h"
#include "model/severity.h"
#include "worker/record.h"

struct dw_strings {
    struct dw_slice *at;
    size_t count;
};

enum dw_range_kind {
    DW_RANGE_SEMVER,
    DW_RANGE_ECOSYSTEM,
    DW_RANGE_GIT,    /* of commits: cannot be compared with a version */
    DW_RANGE_CUSTOM, /* Go's ecosystem_specific.custom_ranges: stands in place of a plain range that says
                        "all" */
    DW_RANGE_KIND_COUNT
};
/* "SEMVER", … as in OSV; "custom". */
const char *dw_range_kind_name(enum dw_range_kind kind);

enum dw_event_kind {
    DW_EVENT_INTRODUCED,
    DW_EVENT_FIXED,
    DW_EVENT_LAST_AFFECTED,
    DW_EVENT_LIMIT,
    DW_EVENT_KIND_COUNT
};
/* "introduced", "fixed", "last_affected", "limit". */
const char *dw_event_kind_name(enum dw_event_kind kind);

struct dw_range_event {
    enum dw_event_kind kind;
    struct dw_slice version;
};

struct dw_range {
    enum dw_range_kind kind;
    struct dw_range_event *events; /* in the order they are listed */
    size_t event_count;
};

/* In the order in which one source's own values are chosen (a word it publishes beats a computed score). */
enum dw_severity_scheme {
    DW_SCHEME_WORD,
    DW_SCHEME_CVSS_V4,
    DW_SCHEME_CVSS_V31,
    DW_SCHEME_CVSS_V30,
    DW_SCHEME_CVSS_V2,
    DW_SCHEME_OTHER, /* a vector that is malformed or of an unknown kind: kept, of unknown severity */
    DW_SCHEME_COUNT
};
/* "word", "CVSS 4.0", … */
const char *dw_severity_scheme_name(enum dw_severity_scheme scheme);

struct dw_rating {
    enum dw_severity_scheme scheme;
    struct dw_slice value;     /* the vector or word as published; a score alone as "9.8" */
    enum dw_severity severity; /* unknown if the value says none */
    unsigned score;            /* tenths; 0 for words */
    struct dw_slice source; /* id of the record that says it; set by the reader of the database, not packed */
};

struct dw_affected {
    struct dw_slice ecosystem; /* "npm", "Debian" */
    struct dw_slice release;   /* "12" of "Debian:12"; "" if there is none */
    struct dw_slice name;      /* as published; "" if the entry names no package (commits only) */
    struct dw_range *ranges;
    size_t range_count;
    struct dw_strings versions;
    struct dw_slice last_known;    /* database_specific.last_known_affected_version_range: "<= 1.2.3" */
    struct dw_slice informational; /* crates.io: "unmaintained", "unsound", "notice" */
    struct dw_strings imports;     /* Go: "path: symbol, symbol (goos windows)" */
    struct dw_rating *ratings;     /* of this package */
    size_t rating_count;
    struct dw_slice packed; /* after unpacking: the entry's own bytes */
};

struct dw_advisory {
    struct dw_slice id, summary, url;          /* url: the first ADVISORY reference, else the first */
    int64_t modified, published, withdrawn_at; /* DW_TIME_UNKNOWN; year 1 is unknown */
    bool withdrawn;
    struct dw_strings aliases, upstream, related, cwes;
    struct dw_rating *ratings;
    size_t rating_count;
    struct dw_affected *affected;
    size_t affected_count;
};

/* Record type and version of a packed advisory on the way from a worker. */
#define DW_RECORD_ADVISORY         1
#define DW_RECORD_ADVISORY_VERSION 1

/* Appends the fields of ADVISORY (without a record header). */
void dw_advisory_pack(struct dw_buffer *out, const struct dw_advisory *advisory);
/* Reads what dw_advisory_pack wrote. Slices point into BYTES, arrays are from ARENA. False if the bytes are
 * anything else: kinds out of range, lengths past the end, something left over. */
bool dw_advisory_unpack(struct dw_arena *arena, struct dw_slice bytes, struct dw_advisory *advisory);
void dw_affected_pack(struct dw_buffer *out, const struct dw_affected *affected);
bool dw_affected_unpack(struct dw_arena *arena, struct dw_slice bytes, struct dw_affected *affected);

/* The parts that the database's own items share. The getters mark the record bad where they must. */
void dw_strings_put(struct dw_record_writer *writer, const struct dw_strings *strings);
struct dw_strings dw_strings_get(struct dw_arena *arena, struct dw_record *record);
void dw_ratings_put(struct dw_record_writer *writer, const struct dw_rating *ratings, size_t count);
struct dw_rating *dw_ratings_get(struct dw_arena *arena, struct dw_record *record, size_t *count);

#endif
