/* SPDX-License-Identifier: Apache-2.0
 *
 * What the orders share: numbers of any length, and the comparison trace that explain() prints. */
#ifndef DW_ADVISORY_VERSION_TRACE_H
#define DW_ADVISORY_VERSION_TRACE_H

#include "base/memory.h"

/* Compares runs of digits by value, whatever their length; an empty run is 0. */
int dw_digits_compare(struct dw_slice a, struct dw_slice b);
/* The digits at the start of TEXT. */
struct dw_slice dw_digits_prefix(struct dw_slice text);
/* Is TEXT digits only, at least one? */
bool dw_digits_only(struct dw_slice text);
/* -1, 0 or 1 by bytes, a proper prefix first. */
int dw_text_compare(struct dw_slice a, struct dw_slice b);

/* The trace of one comparison. All functions accept NULL, so that compare() and explain() walk by the same code. */
struct dw_version_trace {
    struct dw_buffer *out;
    size_t equal; /* pieces written as equal so far */
};

/* Notes that both sides have this piece, or pieces of the same value. */
void dw_trace_equal(struct dw_version_trace *trace, struct dw_slice piece);
/* Notes what decided. KIND says what A and B are ("letter"); an empty side is written as "nothing". Returns RESULT. */
int dw_trace_decide(struct dw_version_trace *trace, const char *kind, struct dw_slice a, struct dw_slice b,
                    int result);

/* Runs WALK with a trace and writes the whole line. */
void dw_trace_explain(int (*walk)(struct dw_slice a, struct dw_slice b, struct dw_version_trace *trace),
                      struct dw_slice a, struct dw_slice b, struct dw_buffer *out);

#endif
