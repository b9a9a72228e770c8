/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/judge.h"

#include <stdarg.h>
#include <stdio.h>

struct dw_judge dw_judge_begin(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                               struct dw_subject *subject, const char *rule)
{
    return (struct dw_judge){.settings = settings,
                             .verdict = verdict,
                             .subject = subject,
                             .rule = dw_rule_find(dw_slice_of(rule)),
                             .first_failed = DW_SLICE(""),
                             .first_unknown = DW_SLICE("")};
}

struct dw_slice dw_judge_text(struct dw_judge *judge, const char *format, ...)
{
    DW_CLEANUP(dw_cleanup_free) char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0) {
        text = NULL;
        return DW_SLICE("");
    }
    return dw_arena_copy(&judge->verdict->arena, dw_slice_make(text, (size_t)length));
}

static bool severity_of(const struct dw_judge *judge, const char *variant, enum dw_severity *severity)
{
    size_t length = strlen(judge->rule->id);
    bool whole = false;
    for (size_t i = 0; i < judge->settings->severity_count; i++) {
        const struct dw_rule_severity *own = &judge->settings->severities[i];
        if (!dw_slice_starts_with(own->id, judge->rule->id))
            continue;
        if (own->id.len == length && !whole) {
            *severity = own->severity;
            whole = true;
        }
        if (variant != NULL && own->id.len > length && own->id.at[length] == '.' &&
            dw_slice_is(dw_slice_from(own->id, length + 1), variant)) {
            *severity = own->severity;
            return true;
        }
    }
    return whole;
}

static void set_aliases(struct dw_judge *judge, struct dw_finding *finding)
{
    struct dw_slice rest = dw_slice_of(judge->rule->aliases), piece;
    if (rest.len == 0)
        return;
    size_t count = 1;
    for (size_t i = 0; i < rest.len; i++)
        count += rest.at[i] == '|';
    finding->aliases = dw_arena_alloc(&judge->verdict->arena, count, sizeof(*finding->aliases));
    for (bool more = true; dw_slice_split(&rest, '|', &more, &piece);)
        finding->aliases[finding->alias_count++] = piece;
}

/* Documents and Dockerfiles may go before the verdict does. */
static struct dw_slice keep(struct dw_judge *judge, struct dw_slice text)
{
    return text.len == 0 ? DW_SLICE("") : dw_arena_copy(&judge->verdict->arena, text);
}

static void add_finding(struct dw_judge *judge, struct dw_judge_finding from, enum dw_severity severity,
                        bool information)
{
    struct dw_finding *finding = dw_verdict_finding(judge->verdict, judge->rule->id, judge->subject, severity);
    finding->variant = dw_slice_of(from.variant);
    finding->title = dw_slice_of(judge->rule->title);
    finding->message = keep(judge, from.message);
    finding->fix = keep(judge, from.fix);
    finding->place = (struct dw_place){.path = keep(judge, from.path),
                                       .line = from.line,
                                       .column = from.column,
                                       .pointer = keep(judge, from.pointer),
                                       .layer = DW_SLICE(""),
                                       .instruction = DW_SLICE("")};
    set_aliases(judge, finding);
    /* Information never fails a control. A severity of the policy file does not make it so: only levels, under "controls:",
     * take a control's weight away. */
    if (information) {
        finding->status = DW_STATUS_PASS;
    } else {
        judge->failed++;
        if (judge->first_failed.len == 0)
            judge->first_failed = finding->message;
    }
    dw_finding_fingerprint(&judge->verdict->arena, finding);
}

void dw_judge_fail(struct dw_judge *judge, struct dw_judge_finding finding)
{
    enum dw_severity severity = judge->rule->severity;
    bool information = severity == DW_SEVERITY_NEGLIGIBLE;
    severity_of(judge, finding.variant, &severity);
    add_finding(judge, finding, severity, information && severity == DW_SEVERITY_NEGLIGIBLE);
}

void dw_judge_inform(struct dw_judge *judge, struct dw_judge_finding finding)
{
    /* Only a severity for the very variant can raise it. */
    enum dw_severity severity = DW_SEVERITY_NEGLIGIBLE, own;
    char id[64];
    snprintf(id, sizeof(id), "%s.%s", judge->rule->id, finding.variant);
    for (size_t i = 0; i < judge->settings->severity_count; i++)
        if (dw_slice_is(judge->settings->severities[i].id, id) && severity_of(judge, finding.variant, &own))
            severity = own;
    add_finding(judge, finding, severity, severity == DW_SEVERITY_NEGLIGIBLE);
}

void dw_judge_unknown(struct dw_judge *judge, struct dw_slice path, unsigned line, struct dw_slice reason)
{
    judge->unknown++;
    if (judge->first_unknown.len > 0)
        return;
    if (path.len == 0)
        judge->first_unknown = keep(judge, reason);
    else if (line == 0)
        judge->first_unknown = dw_judge_text(judge, "%.*s: %.*s", DW_SLICE_ARG(path), DW_SLICE_ARG(reason));
    else
        judge->first_unknown =
            dw_judge_text(judge, "%.*s:%u: %.*s", DW_SLICE_ARG(path), line, DW_SLICE_ARG(reason));
}

void dw_judge_pass(struct dw_judge *judge, const char *kind, struct dw_slice path, unsigned line, struct dw_slice text)
{
    judge->passed++;
    *dw_vector_push(&judge->evidence) = (struct dw_evidence){.kind = kind,
                                                            .subject = judge->subject,
                                                            .digest = judge->subject->digest,
                                                            .path = keep(judge, path),
                                                            .line = line,
                                                            .text = keep(judge, text)};
}

void dw_judge_pass_quietly(struct dw_judge *judge)
{
    judge->passed++;
}

void dw_judge_end(struct dw_judge *judge, const char *pass, const char *not_applicable)
{
    enum dw_status status = judge->failed > 0    ? DW_STATUS_FAIL
                            : judge->unknown > 0 ? DW_STATUS_NOT_EVALUATED
                            : judge->passed > 0  ? DW_STATUS_PASS
                                                 : DW_STATUS_NOT_APPLICABLE;
    struct dw_slice reason = status == DW_STATUS_FAIL            ? judge->first_failed
                             : status == DW_STATUS_NOT_EVALUATED ? judge->first_unknown
                             : dw_slice_of(status == DW_STATUS_PASS ? pass : not_applicable);
    size_t others = status == DW_STATUS_FAIL            ? judge->failed - 1
                    : status == DW_STATUS_NOT_EVALUATED ? judge->unknown - 1
                                                        : 0;
    char more[40] = "";
    if (others > 0)
        snprintf(more, sizeof(more), " (and %zu more)", others);
    struct dw_rule_result *result = dw_verdict_result(judge->verdict, judge->rule->id, judge->subject, status,
                                                      "%.*s%s", DW_SLICE_ARG(reason), more);
    for (size_t i = 0; i < judge->evidence.len; i++)
        *dw_vector_push(&result->evidence) = judge->evidence.at[i];
    dw_vector_free(&judge->evidence);
}

void dw_rules_judge_unreadable(struct dw_verdict *verdict, struct dw_subject *subject, struct dw_slice reason)
{
    for (size_t i = 0; i < dw_rule_count; i++)
        if (dw_rules[i].subjects & 1u << subject->kind)
            dw_verdict_result(verdict, dw_rules[i].id, subject, DW_STATUS_NOT_EVALUATED, "%.*s",
                              DW_SLICE_ARG(reason));
}
