/* SPDX-License-Identifier: Apache-2.0
 *
 * The controls: the policy's lines (controls.md), each decided by the rules its table row names. */
#ifndef DW_POLICY_CONTROLS_H
#define DW_POLICY_CONTROLS_H

#include "policy/policy.h"

#define DW_CONTROL_COUNT 29
#define DW_CONTROL_RULES 6

/* What a control asks of the images of the run. */
enum dw_control_images {
    DW_IMAGES_NONE,     /* nothing */
    DW_IMAGES_IF_ANY,   /* each needs a result; without one, another subject may decide */
    DW_IMAGES_REQUIRED, /* without one at hand it is not evaluated */
};

struct dw_control {
    const char *id;    /* "2.2" */
    const char *title; /* the policy's words */
    enum dw_stage stage;
    enum dw_level level;                 /* by the policy's words */
    const char *rules[DW_CONTROL_RULES]; /* deciding rules, NULL after the last */
    const char *unjudged;                /* when a deciding rule left no result: what will judge it */
    enum dw_control_images images;
    unsigned kinds;     /* bits by enum dw_subject_kind; with none of them as a subject the control does */
    const char *absent; /* … not apply, for this reason; 0: applies always */
    bool containers;    /* without a file that says how a container is run it is not evaluated */
};

/* The table, in the policy's order. */
extern const struct dw_control dw_controls[DW_CONTROL_COUNT];
/* The stage from which RULE decides CONTROL: the control's own, or a later one. */
enum dw_stage dw_control_rule_stage(const struct dw_control *control, const char *rule);
/* The row of ID, or NULL. */
const struct dw_control *dw_control_find(struct dw_slice id);

struct dw_controls_options {
    enum dw_stage stage;
    struct dw_slice only; /* "2,4.1": chapters and controls, separated by commas; "" for all */
};

/* Fills verdict->controls from verdict->results and verdict->findings. A deciding rule must have left a
 * result (pass, fail, not-evaluated, not-applicable; excepted where findings do not show it) for every
 * subject it could judge; a rule without any result makes its control not-evaluated, as does an image without
 * a result of the control's image rules. A result "fail" whose findings (same rule and subject) are all
 * excepted counts as excepted; findings of status pass are information. Fails with DW_ERROR_USAGE for an
 * unknown word in ONLY. Sets verdict->stage, and adds the policy's notes (keys that nothing acts upon) to the
 * subject of kind repository, if there is one. */
bool dw_controls_judge(const struct dw_policy *policy, struct dw_verdict *verdict,
                       const struct dw_controls_options *options, struct dw_error *error);

/* VUL-002, VUL-003 and VUL-005 for every image, folder and package URL of the verdict: results with evidence.
 * Judges each vulnerability finding that no exception covers by GATE (NULL: the policy's): fail,
 * not-evaluated, or pass (it fails nothing). Uses verdict->database (and sets its stale). A note on the
 * subject that something was not scanned makes VUL-002 not-evaluated, unless it fails. */
void dw_vulnerability_rules(const struct dw_policy *policy, struct dw_verdict *verdict,
                            const struct dw_gate *gate, int64_t now);

/* Sets verdict->violated and verdict->exit_code, by the order 2, 3, 1, 4, 0 (architecture.md, section 1).
 * With controls, the chosen ones that are required decide 1 and 4; without (scan), the rule results do. Notes
 * and errors of inputs that could not be read decide 3. */
void dw_verdict_conclude(struct dw_verdict *verdict);

#endif
