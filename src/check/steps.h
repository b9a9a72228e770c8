/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps that check and scan have in common; private to this room. */
#ifndef DW_CHECK_STEPS_H
#define DW_CHECK_STEPS_H

#include "check/custom.h"
#include "check/run.h"

struct dw_run {
    struct dw_session *session;
    const struct dw_run_options *options;
    struct dw_policy *policy;
    struct dw_exceptions *exceptions;
    struct dw_gate *gate; /* of --fail-on, or NULL */
    struct dw_verdict *verdict;
    size_t numbers[DW_SUBJECT_KIND_COUNT]; /* subjects so far, by kind */
};

/* Policy, exceptions, gate, an empty verdict. */
bool dw_run_begin(struct dw_run *run, const char *command, struct dw_session *session,
                  const struct dw_run_options *options, struct dw_error *error);
/* Everything but the verdict, which it returns (or frees and returns NULL unless GOOD). */
struct dw_verdict *dw_run_end(struct dw_run *run, bool good);

/* Adds SUBJECT with the next number of its kind; the verdict owns it. */
void dw_run_add(struct dw_run *run, struct dw_subject *subject);
/* Adds a message to the verdict's errors, and nothing to its exit code: the rules that it concerns judge. */
void dw_run_add_message(struct dw_run *run, const struct dw_error *error);
/* Adds an input that could not be read at all to the verdict's errors. */
void dw_run_add_error(struct dw_run *run, const struct dw_error *error);
/* Scans one reference and adds it. False only for a reference that is none (USAGE). */
bool dw_run_add_reference(struct dw_run *run, struct dw_slice reference, struct dw_error *error);
/* Matches every subject with packages against the database. */
void dw_run_match(struct dw_run *run);

/* The policy's own rules over FACTS, in workers of ZYGOTE. A program that is wrong is a mistake of the policy, and fails; what happens to
 * its worker is an error of the run. */
bool dw_run_custom_rules(struct dw_run *run, struct dw_zygote *zygote, const struct dw_custom_facts *facts, struct dw_error *error);

#endif
