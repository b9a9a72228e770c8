/* SPDX-License-Identifier: Apache-2.0
 *
 * Is a version affected? OSV schema 1.7, "Evaluation". */
#ifndef DW_ADVISORY_RANGE_H
#define DW_ADVISORY_RANGE_H

#include "advisory/advisory.h"
#include "advisory/version/version.h"

enum dw_answer {
    DW_ANSWER_NOT_AFFECTED,
    DW_ANSWER_AFFECTED,
    DW_ANSWER_UNCLEAR, /* cannot be decided here: never "not affected" */
};

struct dw_range_answer {
    enum dw_answer answer;
    struct dw_slice fixed; /* affected: the `fixed` that closes the open pair, "" if there is none */
    const char *reason;    /* unclear: why; static */
};

/* Evaluates VERSION against one entry:
 *  - equal (by ORDER) to one of its versions: affected;
 *  - SEMVER and ECOSYSTEM ranges: events are sorted by version, stably, introduced "0" lowest; introduced ≤ v
 * opens, fixed ≤ v and last_affected < v close; v must be below one of the limits if there are any; open at
 * the end: affected;
 *  - a range that nothing closes is closed by last_known_affected_version_range if the entry has no `fixed`;
 *  - custom ranges stand in place of plain ones that say "all versions";
 *  - neither ranges nor versions: all versions are affected.
 * Unclear: VERSION is no version of ORDER and not all versions are affected; a range says "not affected" only
 * by a text that is no version; a custom range that cannot be compared; only commit ranges. TRACE (may be
 * NULL) gets one line a step, for a person. */
struct dw_range_answer dw_affected_evaluate(const struct dw_version_order *order,
                                            const struct dw_affected *affected, struct dw_slice version,
                                            struct dw_buffer *trace);

#endif
