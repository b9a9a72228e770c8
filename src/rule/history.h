/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: an image told as a Dockerfile, by its config and history (OCI image specification, config.md), so that
 * rules on Dockerfiles can judge it. */
#ifndef DW_RULE_HISTORY_H
#define DW_RULE_HISTORY_H

#include "rule/judge.h"

/* Where a line of the text comes from. */
struct dw_history_line {
    struct dw_slice pointer;     /* "/config/Env/3", "/history/5" */
    struct dw_slice instruction; /* of the history, or "" */
};
struct dw_history {
    struct dw_arena arena;
    DW_VECTOR(struct dw_history_line) lines; /* the first is FROM scratch */
    struct dw_dockerfile *dockerfile;
};

/* NULL if the image tells nothing. What no Dockerfile can hold (a RUN of several lines, an entry of another builder) is left out:
 * the layers' own readers judge what it did. */
struct dw_history *dw_history_of(const struct dw_subject *image);
void dw_history_free(struct dw_history *history);
/* Puts the findings of the verdict from index FIRST on, and the evidence of its last result, where they belong: a field of the
 * image. */
void dw_history_place(const struct dw_history *history, struct dw_verdict *verdict, size_t first);

#endif
