/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DW_MODEL_SEVERITY_H
#define DW_MODEL_SEVERITY_H

#include "base/slice.h"

/* In rising order; unknown is not "less": gates treat it apart (architecture.md, section 1). */
enum dw_severity {
    DW_SEVERITY_UNKNOWN,
    DW_SEVERITY_NEGLIGIBLE, /* written "info" for configuration rules */
    DW_SEVERITY_LOW,
    DW_SEVERITY_MEDIUM,
    DW_SEVERITY_HIGH,
    DW_SEVERITY_CRITICAL,
    DW_SEVERITY_COUNT
};

/* "unknown", "negligible", "low", … */
const char *dw_severity_name(enum dw_severity severity);
/* One of our own words in any case, "info" (negligible) and "moderate" (medium), "important" (high) included. */
bool dw_severity_parse(struct dw_slice word, enum dw_severity *severity);
/* CVSS v3 and v4 bands (qualitative severity rating scale): 0 negligible, <4 low, <7 medium, <9 high, else
 * critical. SCORE in tenths (0–100). */
enum dw_severity dw_severity_of_score(unsigned score_tenths);

#endif
