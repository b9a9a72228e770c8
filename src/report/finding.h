/* SPDX-License-Identifier: Apache-2.0
 *
 * What the formats for other programs say of a finding in the same words. */
#ifndef DW_REPORT_FINDING_H
#define DW_REPORT_FINDING_H

#include "model/verdict.h"

/* Appends "USR-001.implicit". */
void dw_finding_rule(const struct dw_finding *finding, struct dw_buffer *out);
/* The file that it is about, else the subject's name. */
struct dw_slice dw_finding_file(const struct dw_finding *finding);
/* What is wrong: the message, for vulnerabilities with package and title before it. */
void dw_finding_message(const struct dw_finding *finding, struct dw_buffer *out);
/* What kind of thing it is for a reader's eye: 2 error (critical, high), 1 warning (medium, unknown), 0 note. */
int dw_finding_weight(const struct dw_finding *finding);
/* "critical" … "info". */
const char *dw_finding_severity(const struct dw_finding *finding);

#endif
