/* SPDX-License-Identifier: Apache-2.0
 *
 * The gate: the condition of `vulnerabilities.fail-on` and of --fail-on that a vulnerability finding must not
 * meet (matching.md, section 10).
 *
 *   gate       = severity-word | or
 *   or         = and { ("or" | "||") and }
 *   and        = not { ("and" | "&&") not }
 *   not        = ("not" | "!") not | "(" or ")" | test
 *   test       = flag                                        kev, new, malicious, headers
 *              | field ("==" | "!=" | "<" | "<=" | ">" | ">=") value
 *              | field "=~" string                           a regular expression, anywhere in the value
 *              | field ["not"] "in" ("(" | "[") value { "," value } (")" | "]")
 *   value      = word | number | string in '…' or "…"
 *
 *   severity   critical high medium low negligible; a word alone means "this or worse"
 *   fix        fixed (also: available), none (any state without a fix), affected, will-not-fix, fix-deferred,
 *              end-of-life
 *   age        a duration (30d) since the advisory was published; an unknown date counts as old
 *   epss       probability, 0–1 or with "%"
 *   kev        listed by CISA as known exploited
 *   layer      base, application
 *   new        not in the baseline
 *   type       package type (npm, deb, …)
 *   path       of the package in the image, without a leading '/'
 *   malicious  a malicious package
 *   id         the finding's id or any of its aliases
 *   headers    the package holds headers only (linux-libc-dev …); see below
 *
 * Logic is three-valued: a value that is not known makes its test unknown; "or" with a true side is true,
 * "and" with a false side is false, all else that touches an unknown is unknown. EPSS, KEV and the baseline
 * are not available in this version: their tests are unknown. Outside the expression: a malicious package
 * always fails; a finding of the class informational never does; packages that hold no running code
 * (matching.md, section 6.11) fail only under a gate that names `headers`. */
#ifndef DW_POLICY_GATE_H
#define DW_POLICY_GATE_H

#include "base/memory.h"
#include "model/finding.h"

struct dw_gate;

enum dw_gate_field {
    DW_GATE_SEVERITY,
    DW_GATE_FIX,
    DW_GATE_AGE,
    DW_GATE_EPSS,
    DW_GATE_KEV,
    DW_GATE_LAYER,
    DW_GATE_NEW,
    DW_GATE_TYPE,
    DW_GATE_PATH,
    DW_GATE_MALICIOUS,
    DW_GATE_ID,
    DW_GATE_HEADERS,
    DW_GATE_FIELD_COUNT
};

enum dw_gate_answer { DW_GATE_PASS, DW_GATE_FAIL, DW_GATE_UNKNOWN };

/* NULL with DW_ERROR_USAGE, naming the character where it went wrong and, for a misspelt word, the nearest.
 * At most 4,096 bytes and 32 levels. Freed with dw_gate_free. */
struct dw_gate *dw_gate_parse(struct dw_slice text, struct dw_error *error);
void dw_gate_free(struct dw_gate *gate);
/* Its text, trimmed, as it was given. */
struct dw_slice dw_gate_text(const struct dw_gate *gate);
/* The severity of a gate that is a bare word (false for an expression). */
bool dw_gate_is_severity(const struct dw_gate *gate, enum dw_severity *severity);
/* Does the expression name FIELD? */
bool dw_gate_names(const struct dw_gate *gate, enum dw_gate_field field);

/* Does FINDING (of kind vulnerability) meet the gate? UNKNOWN_SEVERITY_FAILS: a finding of unknown severity
 * is judged as if it had the worst severity that the gate names; without it the test is unknown. CLAUSE,
 * unless NULL, gets the reason appended: the test that decided, and the value it saw ("severity >= critical
 * (critical)"). */
enum dw_gate_answer dw_gate_judge(const struct dw_gate *gate, const struct dw_finding *finding, int64_t now,
                                  bool unknown_severity_fails, struct dw_buffer *clause);

/* A package that holds headers or a kernel that does not run: never the running code of a container. */
bool dw_package_headers_only(const struct dw_package *package);

#endif
