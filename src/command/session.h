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
/* The end of a command that judges: writes VERDICT in every format that was asked for (NULL: prints ERROR), frees it, closes the
 * session. The exit code is the verdict's, or that of the error or of a report that could not be written. */
int dw_context_conclude(struct dw_context *context, struct dw_progress *progress, struct dw_session *session,
                        struct dw_verdict *verdict, const struct dw_error *error);
/* A command that renders the facts of its one argument: scans it, lets WRITE append the document, and writes it wherever it
 * was asked for. Parts that could not be read are warned of and give exit code 3 or 4; of a subject that is malformed or not
 * what its digests say (3) a document is written only if DAMAGED_TOO. */
typedef bool dw_subject_writer(struct dw_context *context, const struct dw_subject *subject, struct dw_buffer *out,
                               struct dw_error *error);
int dw_context_render_subject(struct dw_context *context, dw_subject_writer *write, bool damaged_too);

#endif
