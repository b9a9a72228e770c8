/* SPDX-License-Identifier: Apache-2.0
 *
 * What commands that read subjects have in common. */
#ifndef DW_COMMAND_SESSION_H
#define DW_COMMAND_SESSION_H

#include "check/run.h"
#include "command/command.h"
#include "command/progress.h"
#include "report/report.h"

/* Opens a session by the context's options. PROGRESS must live as long. */
bool dw_context_session(struct dw_context *context, struct dw_progress *progress, struct dw_session *session,
                        struct dw_error *error);
/* Warns of what could not be read or judged, unless a table on standard output says it. */
void dw_context_gaps(struct dw_context *context, const struct dw_verdict *verdict);
/* Writes VERDICT in every format that was asked for; the exit code is the verdict's, or that of a report that could not be
 * written. */
int dw_context_report(struct dw_context *context, const struct dw_verdict *verdict);
/* Scans one reference as commands need it that want its facts alone: NULL, with the error printed and its exit code in
 * *CODE, if nothing could be read. Parts that could not be read are warned of and set *CODE (3 or 4), else 0. */
struct dw_subject *dw_context_subject(struct dw_context *context, struct dw_session *session, const char *reference,
                                      int *code);

#endif
