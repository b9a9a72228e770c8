/* SPDX-License-Identifier: Apache-2.0
 *
 * The advisory database: one immutable file (format.h), built from feeds, replaced atomically.
 *
 * It is read with pread(2), not mapped: a mapped file that somebody truncates kills the process by SIGBUS
 * whatever was checked before, and what a CRC vouched for could change afterwards. A look-up copies one index
 * block and one item, so both problems are gone, and the measured cost is below the target. Any number of
 * threads may read one database. */
#ifndef DW_ADVISORY_DATABASE_H
#define DW_ADVISORY_DATABASE_H

#include "advisory/advisory.h"
#include "base/digest.h"
#include "model/verdict.h"
#include "worker/worker.h"

struct dw_database;

/* Opens the file and checks head, footer and size. Fails with DW_ERROR_UNAVAILABLE if it is missing (the
 * message says how to build one) and DW_ERROR_INPUT if it is damaged, truncated or of another version. */
struct dw_database *dw_database_open(const char *path, struct dw_error *error);
void dw_database_close(struct dw_database *database); /* NULL is allowed */
/* What the verdict says of it; slices belong to the database. STALE is left false: the policy decides it. */
struct dw_database_summary dw_database_summary(const struct dw_database *database);
/* Reads the whole file: SHA-256 as written at build, CRC and structure of every item and index block. */
bool dw_database_verify(const struct dw_database *database, struct dw_error *error);

struct dw_feed {
    struct dw_slice name; /* folder: "npm" */
    struct dw_slice path; /* of the input, below the folder that was given */
    uint64_t records;     /* in the feed */
    uint64_t withdrawn;   /* of them */
    uint64_t bytes;       /* of JSON */
    int64_t newest;       /* DW_TIME_UNKNOWN if none has a date */
    struct dw_slice
        digest; /* "sha256:…" of the archive, or over the names and contents of the single files */
};
bool dw_database_feeds(const struct dw_database *database, struct dw_arena *arena, struct dw_feed **feeds,
                       size_t *count, struct dw_error *error);

/* ---- build ---- */

/* Called for every feed (RECORDS so far, of all feeds) and now and then within one; may be NULL. */
typedef void dw_database_progress(void *context, struct dw_slice feed, uint64_t records);

/* Builds a database at OUTPUT (missing folders are made; written beside it, then renamed over it) from
 * FOLDER, which holds OSV feeds as the public bucket lays them out: <Ecosystem>/all.zip,
 * <Ecosystem>/<ID>.json; or is one such ecosystem folder itself; or holds single <ID>.json files. Feeds are
 * parsed by one worker of ZYGOTE; NULL: in this process (tests, benchmarks). The build time is NOW, so the
 * same input and NOW give the same bytes. One bad record fails the whole build (DW_ERROR_INPUT, naming file
 * and record): a database that lacks what it could not read would say "not affected". A folder without any
 * record fails too. */
bool dw_database_build(struct dw_zygote *zygote, const struct dw_limits *limits, const char *folder,
                       const char *output, int64_t now, dw_database_progress *progress, void *context,
                       struct dw_error *error);

/* The worker's job: argument "zip" or "json"; the descriptor is the file. Emits records
 * of type DW_RECORD_ADVISORY. */
bool dw_job_feed(struct dw_job *job, struct dw_error *error);

/* ---- look-up ---- */

struct dw_item_reference {
    uint64_t offset;
    uint32_t length;
};

/* One affected entry of a package, with the record it belongs to. */
struct dw_database_entry {
    struct dw_item_reference advisory;
    bool withdrawn;
    struct dw_affected affected;
};
/* All entries of a package; NAME as published (it is normalised here). None: *COUNT is 0. False only on
 * damage. All that the look-ups give lives in ARENA. */
bool dw_database_find_package(const struct dw_database *database, struct dw_arena *arena,
                              struct dw_slice ecosystem, struct dw_slice release, struct dw_slice name,
                              struct dw_database_entry **entries, size_t *count, struct dw_error *error);
/* How many entries there are of an ecosystem's release ("npm", ""): 0 means that no feed judges it. */
bool dw_database_count_release(const struct dw_database *database, struct dw_slice ecosystem,
                               struct dw_slice release, uint64_t *count, struct dw_error *error);

struct dw_package_key {
    struct dw_slice ecosystem, release, name;
};
/* A record, without ranges (those stand with their packages). */
struct dw_database_advisory {
    struct dw_advisory record; /* affected is empty: see packages */
    struct dw_slice feed;      /* name of the feed it came from */
    struct dw_package_key *packages;
    size_t package_count;
    struct dw_item_reference
        *groups; /* one a primary id: a record of several CVEs backs a finding for each */
    size_t group_count;
};
bool dw_database_advisory(const struct dw_database *database, struct dw_arena *arena,
                          struct dw_item_reference at, struct dw_database_advisory *advisory,
                          struct dw_error *error);

/* A group of ids that mean one vulnerability, with all that its records say of its severity. */
struct dw_advisory_group {
    struct dw_slice primary; /* CVE, else GHSA, else the ecosystem's own id */
    struct dw_strings aliases;
    struct dw_slice summary; /* of one of its records; "" if none has one */
    struct dw_rating
        *ratings; /* with their sources, GHSA records first, then CVE records, then others by id */
    size_t rating_count;
};
bool dw_database_group(const struct dw_database *database, struct dw_arena *arena,
                       struct dw_item_reference at, struct dw_advisory_group *group, struct dw_error *error);

struct dw_id_hits {
    struct dw_item_reference *groups, *advisories;
    size_t group_count, advisory_count;
};
/* What an id (of a record, an alias or an upstream id; in any case of letters) leads to. None: both counts
 * are 0. */
bool dw_database_find_id(const struct dw_database *database, struct dw_arena *arena, struct dw_slice id,
                         struct dw_id_hits *hits, struct dw_error *error);

#endif
