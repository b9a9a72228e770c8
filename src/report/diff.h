/* SPDX-License-Identifier: Apache-2.0
 *
 * Unified diffs (the format of diff -u, POSIX.1-2017 "Diff -u Output Format"), as `patch -p1` and `git apply` take them. */
#ifndef DW_REPORT_DIFF_H
#define DW_REPORT_DIFF_H

#include "base/memory.h"

struct dw_diff_options {
    const char *path;  /* shown as a/PATH and b/PATH */
    bool color;
    bool terminal;     /* control characters of the text are escaped: for people, not for patch(1) */
};

/* Appends the difference of BEFORE and AFTER with three lines around each change; nothing if they are equal. */
void dw_diff_unified(struct dw_buffer *out, const struct dw_diff_options *options, struct dw_slice before, struct dw_slice after);

#endif
