/* SPDX-License-Identifier: Apache-2.0
 * Patterns: PCRE2 (pcre2pattern(3), pcre2limit(3)) on bytes, and path globs by dynamic programming.
 * Limits: a pattern 4,096 bytes, 64 levels of parentheses; a match 100,000 steps, 1,000 levels, 4 MiB. */
#include "policy/pattern.h"

#include "base/memory.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define PATTERN_BYTES 4096

struct dw_pattern {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
};

struct dw_pattern *dw_pattern_compile(struct dw_slice text, struct dw_error *error)
{
    if (text.len > PATTERN_BYTES) {
        dw_fail(error, DW_ERROR_USAGE, "the regular expression has %zu bytes; at most %d are read", text.len,
                PATTERN_BYTES);
        return NULL;
    }
    int code = 0;
    size_t offset = 0;
    pcre2_compile_context *limits = pcre2_compile_context_create(NULL);
    if (limits == NULL)
        abort();
    pcre2_set_parens_nest_limit(limits, 64);
    /* Bytes, not characters: what is matched need not be UTF-8. */
    pcre2_code *compiled =
        pcre2_compile((PCRE2_SPTR)(text.at ? text.at : ""), text.len,
                      PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C, &code, &offset, limits);
    pcre2_compile_context_free(limits);
    if (compiled == NULL) {
        char message[256] = "";
        pcre2_get_error_message(code, (PCRE2_UCHAR *)message, sizeof(message));
        dw_fail(error, DW_ERROR_USAGE, "bad regular expression, at its byte %zu: %s", offset + 1, message);
        return NULL;
    }
    struct dw_pattern *pattern = dw_alloc(1, sizeof(*pattern));
    pattern->code = compiled;
    pattern->data = pcre2_match_data_create_from_pattern(compiled, NULL);
    pattern->context = pcre2_match_context_create(NULL);
    if (pattern->data == NULL || pattern->context == NULL)
        abort();
    pcre2_set_match_limit(pattern->context, 100000);
    pcre2_set_depth_limit(pattern->context, 1000);
    pcre2_set_heap_limit(pattern->context, 4096);
    return pattern;
}

void dw_pattern_free(struct dw_pattern *pattern)
{
    if (pattern == NULL)
        return;
    pcre2_match_data_free(pattern->data);
    pcre2_match_context_free(pattern->context);
    pcre2_code_free(pattern->code);
    free(pattern);
}

enum dw_match dw_pattern_match(const struct dw_pattern *pattern, struct dw_slice subject, bool whole)
{
    int found = pcre2_match(pattern->code, (PCRE2_SPTR)(subject.at ? subject.at : ""), subject.len, 0,
                            whole ? PCRE2_ANCHORED | PCRE2_ENDANCHORED : 0, pattern->data, pattern->context);
    if (found == PCRE2_ERROR_NOMATCH)
        return DW_MATCH_NO;
    return found < 0 ? DW_MATCH_UNKNOWN : DW_MATCH_YES;
}
