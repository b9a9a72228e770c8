/* SPDX-License-Identifier: Apache-2.0
 *
 * What comments and annotations of a file may leave out, and what is wrong with them (rule EXC-004). */
#ifndef DW_POLICY_SUPPRESS_H
#define DW_POLICY_SUPPRESS_H

#include "policy/policy.h"
#include "policy/pragma.h"

/* Judges the comments and annotations of a subject's files at NOW. One of our own that is complete, in time, allowed by the
 * policy (suppressions.inline, suppressions.never) and not longer than the longest life of an exception covers the findings of
 * its lines: they become excepted, with an exception that tells where the comment stands. One of another tool covers only where
 * the policy asks for it (suppressions.foreign), a BuildKit "check=skip" also rules that the policy's chapters do not ask for.
 * Everything else is a finding EXC-004. Adds the result of EXC-004. Call it when all findings of the subject are there. */
void dw_suppressions_in_dockerfile(const struct dw_policy *policy, const struct dw_rule_settings *settings,
                                   struct dw_verdict *verdict, struct dw_subject *subject,
                                   const struct dw_dockerfile *dockerfile, int64_t now);
/* The same for the YAML files that a subject is made of. */
void dw_suppressions_in_documents(const struct dw_policy *policy, const struct dw_rule_settings *settings,
                                  struct dw_verdict *verdict, struct dw_subject *subject,
                                  const struct dw_document *const *documents, size_t count, int64_t now);

#endif
