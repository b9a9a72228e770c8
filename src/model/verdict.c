/* SPDX-License-Identifier: Apache-2.0 */
#include "model/verdict.h"

#include "base/clock.h"
#include "base/digest.h"

#include <stdarg.h>
#include <stdio.h>

struct dw_verdict *dw_verdict_new(const char *command, int64_t now)
{
    struct dw_verdict *verdict = dw_alloc(1, sizeof(*verdict));
    verdict->command = command;
    verdict->started = now;
    return verdict;
}

void dw_verdict_free(struct dw_verdict *verdict)
{
    if (verdict == NULL)
        return;
    for (size_t i = 0; i < verdict->subjects.len; i++)
        dw_subject_free(verdict->subjects.at[i]);
    for (size_t i = 0; i < verdict->controls.len; i++)
        dw_vector_free(&verdict->controls.at[i].evidence);
    for (size_t i = 0; i < verdict->results.len; i++)
        dw_vector_free(&verdict->results.at[i].evidence);
    dw_vector_free(&verdict->results);
    dw_vector_free(&verdict->subjects);
    dw_vector_free(&verdict->controls);
    dw_vector_free(&verdict->findings);
    dw_vector_free(&verdict->errors);
    dw_arena_free(&verdict->arena);
    free(verdict);
}

struct dw_rule_result *dw_verdict_result(struct dw_verdict *verdict, const char *rule, struct dw_subject *subject,
                                         enum dw_status status, const char *reason, ...)
{
    char text[DW_ERROR_TEXT];
    va_list arguments;
    va_start(arguments, reason);
    vsnprintf(text, sizeof(text), reason, arguments);
    va_end(arguments);
    return dw_verdict_result_with(verdict, rule, subject, status, dw_arena_copy(&verdict->arena, dw_slice_of(text)));
}

struct dw_rule_result *dw_verdict_result_with(struct dw_verdict *verdict, const char *rule, struct dw_subject *subject,
                                              enum dw_status status, struct dw_slice reason)
{
    struct dw_rule_result *result = dw_vector_push(&verdict->results);
    result->rule = rule;
    result->subject = subject;
    result->status = status;
    result->reason = reason;
    return result;
}

struct dw_evidence *dw_result_evidence(struct dw_rule_result *result, const char *kind,
                                       const struct dw_subject *subject)
{
    struct dw_evidence *evidence = dw_vector_push(&result->evidence);
    evidence->kind = kind;
    evidence->subject = subject;
    return evidence;
}

struct dw_finding *dw_verdict_finding(struct dw_verdict *verdict, const char *rule, struct dw_subject *subject,
                                      enum dw_severity severity)
{
    struct dw_finding *finding = dw_vector_push(&verdict->findings);
    finding->kind = DW_FINDING_CONFIGURATION;
    finding->status = DW_STATUS_FAIL;
    finding->rule = dw_slice_of(rule);
    finding->subject = subject;
    finding->severity = severity;
    finding->published = DW_TIME_UNKNOWN;
    return finding;
}

static int status_rank(enum dw_status status)
{
    static const int ranks[DW_STATUS_COUNT] = {
        [DW_STATUS_FAIL] = 0,           [DW_STATUS_NOT_EVALUATED] = 1, [DW_STATUS_EXCEPTED] = 2,
        [DW_STATUS_NOT_APPLICABLE] = 3, [DW_STATUS_NOT_DUE] = 4,       [DW_STATUS_PASS] = 5,
    };
    return ranks[status];
}

/* "image:2" before "image:10". */
static int compare_subjects(struct dw_slice a, struct dw_slice b)
{
    size_t x = dw_slice_find(a, ':'), y = dw_slice_find(b, ':');
    int order = dw_slice_compare(dw_slice_part(a, 0, x), dw_slice_part(b, 0, y));
    if (order == 0)
        order = (a.len > b.len) - (a.len < b.len);
    return order != 0 ? order : dw_slice_compare(a, b);
}

static int compare_findings(const void *a, const void *b)
{
    const struct dw_finding *x = a, *y = b;
    static const struct dw_package none;
    const struct dw_package *p = x->package ? x->package : &none, *q = y->package ? y->package : &none;
    int order = compare_subjects(x->subject->id, y->subject->id);
    if (order == 0)
        order = status_rank(x->status) - status_rank(y->status);
    if (order == 0)
        order = (int)y->severity - (int)x->severity;
    if (order == 0)
        order = dw_slice_compare(x->rule, y->rule);
    if (order == 0)
        order = dw_slice_compare(x->variant, y->variant);
    if (order == 0)
        order = dw_slice_compare(p->name, q->name);
    if (order == 0)
        order = dw_slice_compare(p->version, q->version);
    if (order == 0)
        order = dw_slice_compare(x->place.path, y->place.path);
    if (order == 0)
        order = (x->place.line > y->place.line) - (x->place.line < y->place.line);
    if (order == 0)
        order = dw_slice_compare(x->message, y->message);
    return order;
}

void dw_verdict_sort(struct dw_verdict *verdict)
{
    if (verdict->findings.len > 1)
        qsort(verdict->findings.at, verdict->findings.len, sizeof(verdict->findings.at[0]), compare_findings);
}

static struct dw_slice without_digest(struct dw_slice name)
{
    struct dw_slice at = DW_SLICE("@sha256:");
    size_t found = dw_slice_find_slice(name, at);
    return found == SIZE_MAX ? name : dw_slice_part(name, 0, found);
}

/* "pkg:npm/%40a/b@1?x=y" -> "pkg:npm/%40a/b": a literal '@' in a purl stands before the version only. */
static struct dw_slice purl_without_version(struct dw_slice purl)
{
    size_t at = dw_slice_find(purl, '@');
    return at == SIZE_MAX ? purl : dw_slice_part(purl, 0, at);
}

void dw_finding_fingerprint(struct dw_arena *arena, struct dw_finding *finding)
{
    struct dw_hasher hasher = {0};
    struct dw_digest digest;
    char text[DW_DIGEST_TEXT];
    struct dw_slice parts[] = {
        finding->rule,
        finding->variant,
        without_digest(finding->subject->name),
        finding->package ? purl_without_version(finding->package->purl) : DW_SLICE(""),
        finding->place.path,
    };
    dw_hasher_start(&hasher, DW_DIGEST_SHA256);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        dw_hasher_update(&hasher, parts[i]);
        dw_hasher_update(&hasher, dw_slice_make("", 1));
    }
    dw_hasher_finish(&hasher, &digest);
    finding->fingerprint = dw_arena_copy(arena, dw_slice_of(dw_digest_hex(&digest, text)));
}
