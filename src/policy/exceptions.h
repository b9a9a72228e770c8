/* SPDX-License-Identifier: Apache-2.0
 *
 * The exceptions file (interface.md, "Exceptions file"; docs/exceptions.md): documented acceptances of
 * findings. Only an active one suppresses; everything that is wrong with one is a finding. */
#ifndef DW_POLICY_EXCEPTIONS_H
#define DW_POLICY_EXCEPTIONS_H

#include "policy/policy.h"

struct dw_exceptions {
    struct dw_arena arena;
    struct dw_slice path;                /* as it was given; "" if there is no file */
    struct dw_slice digest;              /* "sha256:…" of its bytes */
    DW_VECTOR(struct dw_exception) list; /* in the order of the file; those with wrong values are MALFORMED */
};

/* Reads the file the policy names. Where the policy names none and the default is not there: an empty list.
 * Fails with DW_ERROR_USAGE ("FILE:LINE:COLUMN: …") if it is no YAML or JSON list of mappings, or has an
 * unknown or a duplicate key; with DW_ERROR_INPUT if a file that is named cannot be read. A missing or wrong
 * value makes that entry MALFORMED. */
struct dw_exceptions *dw_exceptions_read(const struct dw_policy *policy, const struct dw_limits *limits,
                                         struct dw_error *error);
/* The same from bytes; NAME for messages. */
struct dw_exceptions *dw_exceptions_parse(const struct dw_policy *policy, struct dw_slice bytes,
                                          const char *name, const struct dw_limits *limits,
                                          struct dw_error *error);
void dw_exceptions_free(struct dw_exceptions *exceptions);

/* Judges every exception at NOW and lets the active ones cover the findings of VERDICT that fail or could not
 * be judged: sets finding->exception and its status, fills verdict->exceptions and exceptions_path (copies in
 * the verdict's arena), and, if the verdict has a subject of kind repository, adds the findings EXC-001,
 * -002, -003, -005 and the results of EXC-001 to -005 for it. Call it when all findings are there, before
 * dw_vulnerability_rules. Of several that match one finding, the most specific covers it, then the latest
 * created, then the last of the file. */
void dw_exceptions_apply(const struct dw_policy *policy, const struct dw_exceptions *exceptions,
                         struct dw_verdict *verdict, int64_t now);

/* For exceptions of kind control, which are judged with the controls: sets the state UNUSED and adds the
 * finding EXC-003. */
void dw_exception_unused(struct dw_verdict *verdict, struct dw_exception *exception);

/* Does the scope of EXCEPTION take in FINDING, whatever the exception's state? */
bool dw_exception_matches(const struct dw_exception *exception, const struct dw_finding *finding);
/* Whole days left at NOW, rounded up; 0 once it has expired. */
int64_t dw_exception_days_left(const struct dw_exception *exception, int64_t now);
/* The same as two arguments for "%lld day%s left". */
#define DW_DAYS_LEFT(exception, now)                                                     \
    (long long)dw_exception_days_left(exception, now), dw_exception_days_left(exception, now) == 1 ? "" : "s"

#endif
