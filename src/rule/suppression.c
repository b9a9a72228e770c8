/* SPDX-License-Identifier: Apache-2.0
 *
 * EXC-004: the row; policy/suppress.c judges, since only the policy says what a comment may leave out. */
#include "rule/chapters.h"

static const struct dw_rule_variant variants[] = {
    {"incomplete", DW_SEVERITY_UNKNOWN, "", "without ticket, date or reason, or not to be understood: it leaves nothing out"},
    {"expired", DW_SEVERITY_UNKNOWN, "", "past its date: it leaves nothing out any more"},
    {"never", DW_SEVERITY_UNKNOWN, "", "for a rule that the policy lets nothing suppress"},
    {"forbidden", DW_SEVERITY_UNKNOWN, "", "where the policy forbids comments that suppress"},
    {"too-long", DW_SEVERITY_UNKNOWN, "", "for longer than the policy allows for the severity"},
    {"unknown-rule", DW_SEVERITY_UNKNOWN, "", "for a rule that there is not"},
    {"unjustified", DW_SEVERITY_UNKNOWN, "", "another tool's, honoured because the policy asks for it, without ticket and date"},
    {"unused", DW_SEVERITY_NEGLIGIBLE, "", "leaves nothing out"},
    {"foreign", DW_SEVERITY_NEGLIGIBLE, "", "another tool's, and what becomes of it"},
    {NULL},
};

const struct dw_rule dw_suppression_rules[] = {
    {.id = "EXC-004",
     .title = "Inline suppression allowed and justified",
     .chapter = 7,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "Every comment that asks for a finding to be left out names rules, a ticket, a date and a reason, is in time, and is "
             "allowed by the policy. Comments and annotations of other tools are told.",
     .why = "A suppression without a reason and an end is how a finding is forgotten.",
     .fix = "Write # dockworthy ignore=RULE ticket=SEC-1 until=2027-01-31 reason=\"…\" above the line, or an entry of the "
            "exceptions file, or mend what is found.",
     .aliases = "DL1001",
     .pass = "every suppression in the file is justified",
     .none = "nothing in the file suppresses",
     .variants = variants,
     .subjects = 1u << DW_SUBJECT_DOCKERFILE | 1u << DW_SUBJECT_COMPOSE | 1u << DW_SUBJECT_KUBERNETES},
};
const size_t dw_suppression_rule_count = DW_RULE_COUNT(dw_suppression_rules);
