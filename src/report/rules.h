/* SPDX-License-Identifier: Apache-2.0
 *
 * The catalogue of rules as text: lists, and one page a rule. */
#ifndef DW_REPORT_RULES_H
#define DW_REPORT_RULES_H

#include "rule/rule.h"

/* A line a rule: id, severity, what it judges, title. */
void dw_rules_list_text(struct dw_buffer *out);
/* A JSON array of objects with everything of the row but its examples. */
void dw_rules_list_json(struct dw_buffer *out);
/* Everything of RULE for a terminal of WIDTH columns (0: 80): what it checks, why, fix, variants, parameters, examples, aliases, the
 * controls that it decides. */
void dw_rule_text(const struct dw_rule *rule, unsigned width, struct dw_buffer *out);
/* The same as a page of Markdown; and the page that lists all. */
void dw_rule_markdown(const struct dw_rule *rule, struct dw_buffer *out);
void dw_rules_index_markdown(struct dw_buffer *out);

/* "critical" … "low", "info". */
const char *dw_rule_severity_name(enum dw_severity severity);
/* "dockerfile, compose" */
void dw_rule_subjects_text(const struct dw_rule *rule, struct dw_buffer *out);

#endif
