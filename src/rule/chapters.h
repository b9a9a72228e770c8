/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: the tables that the catalogue is made of, one a chapter. */
#ifndef DW_RULE_CHAPTERS_H
#define DW_RULE_CHAPTERS_H

#include "rule/rule.h"

struct dw_rule_chapter {
    const struct dw_rule *rows;
    size_t count;
};

/* Runs the rows that have a function for this model. */
void dw_rules_run_dockerfile(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                             struct dw_subject *subject, const struct dw_dockerfile_view *view);
void dw_rules_run_image(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                        struct dw_subject *subject, const struct dw_dockerfile *built_from);

#endif
