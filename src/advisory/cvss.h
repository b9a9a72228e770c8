/* SPDX-License-Identifier: Apache-2.0
 *
 * CVSS vectors, scores and severities: 2.0, 3.0, 3.1 and 4.0, as FIRST specifies them. */
#ifndef DW_ADVISORY_CVSS_H
#define DW_ADVISORY_CVSS_H

#include "base/error.h"
#include "base/memory.h"
#include "model/severity.h"

/* As many metrics as the largest version has (4.0). */
#define DW_CVSS_METRICS 32

struct dw_cvss {
    unsigned major, minor;
    /* Of the groups that the vector gives: environmental if it has such metrics, else temporal (threat), else base. */
    unsigned score_tenths;
    enum dw_severity severity;               /* by the version's own bands; 2.0 knows no critical and no none */
    unsigned char metrics[DW_CVSS_METRICS]; /* in the order of the specification: 0 not given, else the value's number */
};

/* Parses a vector strictly and computes its score. "CVSS:3.0/…", "CVSS:3.1/…", "CVSS:4.0/…", or without a prefix for 2.0.
 * Refused with DW_ERROR_INPUT: an unknown version, metric or value, a metric twice, a base metric missing, an empty
 * piece; in 2.0 and 4.0 metrics out of order; in 2.0 an incomplete temporal or environmental group. */
bool dw_cvss_parse_score(struct dw_slice vector, struct dw_cvss *cvss, struct dw_error *error);

/* Appends the vector in the specification's order, with every metric that was given. */
void dw_cvss_format(const struct dw_cvss *cvss, struct dw_buffer *out);

/* "3.1", static. */
const char *dw_cvss_version_name(const struct dw_cvss *cvss);

#endif
