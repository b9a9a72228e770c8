/* SPDX-License-Identifier: Apache-2.0
 *
 * EVD-006: the row; policy/monitoring.c judges, since the policy names the files. */
#include "rule/chapters.h"

const struct dw_rule dw_monitoring_rules[] = {
    {.id = "EVD-006",
     .title = "Logging and monitoring configured",
     .chapter = 6,
     .severity = DW_SEVERITY_LOW,
     .what = "The monitoring configuration files that the policy names (checklist.monitoring) exist and say something. Log drivers "
             "are RT-014's matter, health checks RT-013's.",
     .why = "What nobody watches fails unseen, and an intruder has all the time there is.",
     .fix = "Name the monitoring configuration in the policy: checklist: {monitoring: [deploy/servicemonitor.yaml]}.",
     .aliases = "",
     .pass = "the monitoring configuration is there",
     .none = "no repository",
     .subjects = 1u << DW_SUBJECT_REPOSITORY},
};
const size_t dw_monitoring_rule_count = DW_RULE_COUNT(dw_monitoring_rules);
