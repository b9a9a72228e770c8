/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of the table (interface.md, "The table a person sees first"). */
#ifndef DW_REPORT_TABLE_H
#define DW_REPORT_TABLE_H

#include "report/report.h"
#include "report/text.h"

enum dw_tone dw_table_status_tone(enum dw_status status);
enum dw_tone dw_table_severity_tone(enum dw_severity severity);

/* "1 package", "2 packages". */
void dw_table_count(struct dw_text *text, size_t count, const char *one, const char *many);
/* Chapters, folded or not, and what is not evaluated (check). */
void dw_table_controls(struct dw_text *text, const struct dw_verdict *verdict,
                       const struct dw_report_options *options);
/* Findings by subject and package or file. */
void dw_table_findings(struct dw_text *text, const struct dw_verdict *verdict,
                       const struct dw_report_options *options);
/* COUNTS by severity as "1 critical, 4 high"; nothing if all are zero. */
void dw_table_severities(struct dw_text *text, const size_t counts[DW_SEVERITY_COUNT]);

#endif
