/* SPDX-License-Identifier: Apache-2.0
 *
 * What one run has at hand: parser processes, limits, the cache of layer facts, the advisory database. */
#ifndef DW_CHECK_SESSION_H
#define DW_CHECK_SESSION_H

#include "advisory/database.h"
#include "scan/scan.h"

struct dw_session_options {
    const struct dw_limits *limits;
    int64_t now;
    unsigned jobs;
    const char *cache_folder; /* NULL: nothing is cached, and there is no default database */
    const char *database;     /* path; NULL: the default below the cache folder */
    const char *platform;     /* "linux/amd64"; NULL: the host's */
    void (*progress)(void *context, uint64_t done, uint64_t total); /* may be NULL */
    void *progress_context;
};

struct dw_session {
    struct dw_session_options options;
    struct dw_limits limits;
    struct dw_zygote *zygote;
    struct dw_cache cache;
    struct dw_scan_options scan;
    struct dw_database *database; /* NULL: none; then database_error says why */
    struct dw_error database_error;
    char *database_path;
};

/* Starts the zygote, so it must come before threads and whatever else the program opens. Slices and pointers of OPTIONS stay
 * the caller's and must outlive the session. Fails with USAGE for a wrong platform. */
bool dw_session_open(struct dw_session *session, const struct dw_session_options *options, struct dw_error *error);
/* The same for commands that read small texts only: no process is started, nothing is cached. */
void dw_session_open_plain(struct dw_session *session, const struct dw_session_options *options);
/* Opens the database; a failure is kept in database_error, not returned: the run goes on without it. */
void dw_session_open_database(struct dw_session *session);
void dw_session_close(struct dw_session *session);

/* "<cache>/advisories.db", where `db build` without --output writes; freed with free(). NULL without a cache folder. */
char *dw_session_default_database(const char *cache_folder);

#endif
