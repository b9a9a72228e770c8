/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of rules share: one verdict a test, and questions about it. */
#ifndef RULE_TEST_H
#define RULE_TEST_H

#include "rule/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

extern struct dw_verdict *verdict;
extern struct dw_rule_settings settings;
extern struct dw_limits limits;

int rule_setup(void **state);
int rule_teardown(void **state);

/* A subject of the verdict, called NAME. */
struct dw_subject *rule_subject(enum dw_subject_kind kind, const char *name);
/* Parses and judges TEXT as a file called "Dockerfile", "compose.yaml" or "pod.yaml". */
void judge_dockerfile(const char *text, const struct dw_subject *image);
void judge_compose(const char *text);
void judge_kubernetes(const char *text);

/* The last result of RULE. */
void expect_result(const char *rule, enum dw_status status);
void expect_reason(const char *rule, const char *part);
/* COUNT findings of RULE with status fail; with information, those of status pass. */
void expect_findings(const char *rule, size_t count);
void expect_information(const char *rule, size_t count);
/* A failing finding of "RULE" or "RULE.variant" at LINE whose message contains PART. */
void expect_finding(const char *rule, unsigned line, const char *part);
const struct dw_finding *find_finding(const char *rule);

#endif
