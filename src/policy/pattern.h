/* SPDX-License-Identifier: Apache-2.0
 *
 * Patterns that the policy and exceptions files hold: regular expressions (PCRE2 10, the syntax of
 * pcre2pattern(3), with bounded work) and path globs. */
#ifndef DW_POLICY_PATTERN_H
#define DW_POLICY_PATTERN_H

#include "base/error.h"
#include "base/slice.h"

struct dw_pattern;

enum dw_match {
    DW_MATCH_NO,
    DW_MATCH_YES,
    DW_MATCH_UNKNOWN, /* the work limit was met: never taken for yes or no */
};

/* Compiles TEXT (UTF-8, at most 4,096 bytes). NULL with DW_ERROR_USAGE: what is wrong and at which character.
 * Freed with dw_pattern_free. */
struct dw_pattern *dw_pattern_compile(struct dw_slice text, struct dw_error *error);
void dw_pattern_free(struct dw_pattern *pattern);
/* Anywhere in SUBJECT (bytes), or WHOLE: from its first to its last byte. */
enum dw_match dw_pattern_match(const struct dw_pattern *pattern, struct dw_slice subject, bool whole);

#endif
