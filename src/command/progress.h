/* SPDX-License-Identifier: Apache-2.0
 *
 * A bar on standard error, for long work, only when it is a terminal. */
#ifndef DW_COMMAND_PROGRESS_H
#define DW_COMMAND_PROGRESS_H

#include "command/command.h"

struct dw_progress {
    struct dw_context *context;
    const char *what;     /* "reading layers" */
    int64_t started, drawn; /* milliseconds */
    bool visible;
};

/* Starts one; nothing is drawn in the first 300 milliseconds, nor without a terminal. */
void dw_progress_start(struct dw_progress *progress, struct dw_context *context, const char *what);
/* Draws at most ten times a second. As the callback of dw_scan_options; CONTEXT is the progress. */
void dw_progress_bytes(void *context, uint64_t done, uint64_t total);
/* "WHAT: NAME, N records"; as the callback of dw_database_build. */
void dw_progress_records(void *context, struct dw_slice name, uint64_t records);
/* Removes the bar. */
void dw_progress_end(struct dw_progress *progress);

#endif
