/* SPDX-License-Identifier: Apache-2.0
 *
 * Rule EVD-006: what the policy names as its monitoring configuration is there. */
#ifndef DW_POLICY_MONITORING_H
#define DW_POLICY_MONITORING_H

#include "policy/policy.h"

/* Adds the result of EVD-006 for SUBJECT, the repository: each file that checklist.monitoring names must be a file that can be read
 * and is not empty, or a folder that is there. Without any it is not evaluated. */
void dw_monitoring_judge(const struct dw_policy *policy, const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                         struct dw_subject *subject);

#endif
