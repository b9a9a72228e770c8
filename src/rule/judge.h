/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: how a rule's findings become its result. */
#ifndef DW_RULE_JUDGE_H
#define DW_RULE_JUDGE_H

#include "rule/rule.h"

/* One rule on one subject: collects, then dw_judge_end makes the result: fail if something failed, else not-evaluated if
 * something could not be told, else pass if something passed, else not-applicable. */
struct dw_judge {
    const struct dw_rule_settings *settings;
    struct dw_verdict *verdict;
    struct dw_subject *subject;
    const struct dw_rule *rule;
    size_t failed, unknown, passed;
    struct dw_slice first_failed, first_unknown; /* messages */
    struct dw_slice line, kept_line; /* the last source line that was shown, and its copy */
    struct dw_slice unknown_path, unknown_reason; /* the same unknown without its place */
    unsigned unknown_line;
    DW_VECTOR(struct dw_evidence) evidence;
    size_t pod_first, container_first; /* findings of the verdict before the present container's pod, and before it */
};

struct dw_judge dw_judge_begin(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                               struct dw_subject *subject, const char *rule);
struct dw_judge dw_judge_begin_rule(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                                    struct dw_subject *subject, const struct dw_rule *rule);

/* NEXT is looked at now, BEFORE was before it (NULL: none). What a pod gives to all its containers is one finding: further
 * containers of the pod add nothing at a place where one before them has the same variant. */
void dw_judge_next_container(struct dw_judge *judge, const struct dw_container *before, const struct dw_container *next);

/* What is found at a place; empty slices where there is nothing to say. */
struct dw_judge_finding {
    const char *variant;       /* or NULL */
    enum dw_severity severity; /* DW_SEVERITY_UNKNOWN: the variant's, else the rule's; what the policy sets comes first */
    struct dw_slice path;      /* file */
    unsigned line, column;
    unsigned end_column;       /* exclusive; 0: not known, or on another line */
    struct dw_slice source;    /* the file's bytes, from which the line is shown; "" for none */
    struct dw_slice source_line; /* that line, where it is known already; else "" */
    struct dw_slice pointer;   /* field of the image config */
    struct dw_slice message, fix;
    /* The repair, in the order of the file; copied. Made by the functions of repair.h when settings->repairs. */
    const struct dw_edit *edits;
    size_t edit_count;
    enum dw_repair repair;
    struct dw_slice repair_note; /* review: what it changes; with none: why there is none */
    bool repair_refused;       /* one of the changes could not be made */
};

/* A finding at NODE, at INSTRUCTION, or at PART of its logical line; the caller adds variant, message and fix. */
struct dw_judge_finding dw_judge_at_node(const struct dw_node *node);
struct dw_judge_finding dw_judge_at_instruction(const struct dw_dockerfile *dockerfile,
                                                const struct dw_instruction *instruction);
struct dw_judge_finding dw_judge_at_part(const struct dw_dockerfile *dockerfile,
                                         const struct dw_instruction *instruction, struct dw_slice part);

/* At byte OFFSET of the file, within INSTRUCTION, where PART is written (an end is given when it stands there as it is). */
struct dw_judge_finding dw_judge_at_offset(const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                                           size_t offset, struct dw_slice part);

/* What the policy gives for parameter NAME of the rule, else the row's defaults: *COUNT values in the verdict's arena. NAME must be
 * one of the row's. */
const struct dw_slice *dw_judge_parameter(struct dw_judge *judge, const char *name, size_t *count);
/* Is the variant judged? Off when the policy switches it, or the rule, off. */
bool dw_judge_variant_on(const struct dw_judge *judge, const char *variant);

/* A finding that fails the rule, whatever severity the policy sets for it; of a rule or variant of severity info it is
 * information only. Nothing for a variant that is switched off. All texts are copied, here and below; VARIANT is a string that
 * lives on. */
void dw_judge_fail(struct dw_judge *judge, struct dw_judge_finding finding);
/* As fail, but of severity info whatever the rule's is, unless the policy raises the variant. */
void dw_judge_inform(struct dw_judge *judge, struct dw_judge_finding finding);
/* Beside dw_judge_unknown, when settings->repairs_unknown: a finding with a repair that would settle it. Fails nothing. */
void dw_judge_unsettled(struct dw_judge *judge, struct dw_judge_finding finding);
/* Something that could not be told: REASON, with its place before it. */
void dw_judge_unknown(struct dw_judge *judge, struct dw_slice path, unsigned line, struct dw_slice reason);
/* Something that is right, with evidence: TEXT at PATH and LINE (may be empty and 0). */
void dw_judge_pass(struct dw_judge *judge, const char *kind, struct dw_slice path, unsigned line, struct dw_slice text);
/* Something that is right and needs no evidence of its own: another rule's says it. */
void dw_judge_pass_quietly(struct dw_judge *judge);
/* NOT_APPLICABLE is said when nothing was judged, PASS when all passed. */
void dw_judge_end(struct dw_judge *judge, const char *pass, const char *not_applicable);

/* Text in the verdict's arena. */
struct dw_slice dw_judge_text(struct dw_judge *judge, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Is the Dockerfile at PATH a subject of its own? Then its results say what stands in it. */
bool dw_judge_has_dockerfile(const struct dw_judge *judge, struct dw_slice path);

#endif
