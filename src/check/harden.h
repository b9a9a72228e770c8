/* SPDX-License-Identifier: Apache-2.0
 *
 * Repairs of files: the edits that findings carry are made, the result is parsed and judged again, and what does not make it
 * better, or makes anything worse, is left out. */
#ifndef DW_CHECK_HARDEN_H
#define DW_CHECK_HARDEN_H

#include "policy/policy.h"
#include "rule/rule.h"

/* One repair: a finding and the edits that take it away. */
struct dw_harden_change {
    struct dw_slice rule;     /* "USR-001", or with its variant "USR-001.implicit" */
    struct dw_slice title, message, note; /* note: what a repair for review changes; of one not made: why */
    const char *why;          /* why the rule matters */
    enum dw_severity severity;
    enum dw_repair repair;
    unsigned line;            /* in the file as it was before this round */
};

enum dw_harden_answer { DW_HARDEN_YES, DW_HARDEN_NO, DW_HARDEN_ALL, DW_HARDEN_QUIT };

struct dw_harden_options {
    const struct dw_policy *policy;
    const struct dw_rule_settings *settings; /* repairs are switched on whatever they say */
    const struct dw_limits *limits;
    const char *const *environment; /* what Compose files are interpolated with; NULL: none */
    int64_t now;
    bool no_files;                  /* a Compose project is only the file at hand: nothing else is read */
    bool review;                    /* repairs that change behaviour too */
    const char *const *only;        /* ids of ours, with or without variant, or of other tools, ended by NULL; NULL: all */
    /* Asked before each repair; BEFORE and AFTER are the file without and with it. NULL: all are made. */
    enum dw_harden_answer (*ask)(void *context, const struct dw_harden_change *change, struct dw_slice before,
                                 struct dw_slice after);
    void *ask_context;
};

struct dw_harden_result {
    struct dw_arena arena;
    struct dw_buffer text;                         /* the file as it is now */
    DW_VECTOR(struct dw_harden_change) made;
    DW_VECTOR(struct dw_harden_change) left;       /* wanted, but not made: note says why */
    size_t for_review;                             /* findings that only DW_REPAIR_REVIEW would repair, when that is not wanted */
    bool quit;                                     /* the answer was to stop */
};

/* Repairs TEXT, a file of KIND (Dockerfile, Compose, Kubernetes) at PATH. Repeats until nothing more is to be made, so that a
 * second run changes nothing. Fails with DW_ERROR_INPUT or DW_ERROR_LIMIT where the file cannot be read: nothing is changed
 * that is not understood. RESULT is freed by dw_harden_result_free in any case. */
bool dw_harden(const struct dw_harden_options *options, enum dw_subject_kind kind, const char *path, struct dw_slice text,
               struct dw_harden_result *result, struct dw_error *error);
void dw_harden_result_free(struct dw_harden_result *result);

#endif
