/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/suppress.h"

#include "base/clock.h"
#include "rule/judge.h"

#define EXPIRING_DAYS 14

struct suppression {
    const struct dw_policy *policy;
    struct dw_judge judge; /* of EXC-004 */
    int64_t now;
};

static struct dw_judge_finding at(const struct dw_pragma *pragma, const char *variant)
{
    return (struct dw_judge_finding){.variant = variant, .path = pragma->path, .line = pragma->line};
}

static void refuse(struct suppression *suppression, const struct dw_pragma *pragma, const char *variant,
                   struct dw_slice what, const char *fix)
{
    struct dw_judge_finding finding = at(pragma, variant);
    finding.message = dw_judge_text(&suppression->judge, "the %s suppression %.*s", dw_pragma_tool_name(pragma->tool),
                                    DW_SLICE_ARG(what));
    finding.fix = dw_slice_of(fix);
    dw_judge_fail(&suppression->judge, finding);
}

static const char whole_form[] =
    "# dockworthy ignore=RULE ticket=SEC-1 until=2027-01-31 reason=\"why it is accepted\", or an entry of the exceptions file";

static bool is_listed(const struct dw_policy_texts *list, const struct dw_finding *finding)
{
    for (size_t i = 0; i < list->len; i++) {
        struct dw_slice id = list->at[i].text;
        size_t dot = dw_slice_find(id, '.');
        if (dw_slice_equal(dw_slice_part(id, 0, dot), finding->rule) &&
            (dot == SIZE_MAX || dw_slice_equal(dw_slice_from(id, dot + 1), finding->variant)))
            return true;
    }
    return false;
}

/* Does ID name the finding's rule or variant: an own id, or for another tool's pragma an alias? */
static bool names(const struct dw_pragma *pragma, struct dw_slice id, const struct dw_finding *finding)
{
    size_t dot = dw_slice_find(id, '.');
    if (dw_slice_equal_nocase(dw_slice_part(id, 0, dot), finding->rule))
        return dot == SIZE_MAX || dw_slice_equal(dw_slice_from(id, dot + 1), finding->variant);
    for (size_t i = 0; pragma->tool != DW_PRAGMA_OWN && i < finding->alias_count; i++)
        if (dw_rule_alias_is(id, finding->aliases[i]))
            return true;
    return false;
}

/* Prefixes of the aliases that belong to a tool: what "all" means to it. */
static bool is_of_tool(enum dw_pragma_tool tool, const struct dw_finding *finding)
{
    static const char *const prefixes[DW_PRAGMA_TOOL_COUNT] = {
        [DW_PRAGMA_BUILDKIT] = "bk:", [DW_PRAGMA_KICS] = "kics:", [DW_PRAGMA_KUBE_LINTER] = "kl:"};
    for (size_t i = 0; prefixes[tool] != NULL && i < finding->alias_count; i++)
        if (dw_slice_starts_with(finding->aliases[i], prefixes[tool]))
            return true;
    return false;
}

static bool is_about(const struct dw_pragma *pragma, const struct dw_finding *finding)
{
    if (!dw_slice_equal(pragma->path, finding->place.path) || finding->place.line < pragma->first ||
        finding->place.line > pragma->last)
        return false;
    if (pragma->every)
        return is_of_tool(pragma->tool, finding);
    for (size_t i = 0; i < pragma->id_count; i++)
        if (names(pragma, pragma->ids[i], finding))
            return true;
    return false;
}

static void cover(struct suppression *suppression, struct dw_pragma *pragma, struct dw_finding *finding)
{
    struct dw_arena *arena = &suppression->judge.verdict->arena;
    struct dw_exception *exception = dw_arena_alloc(arena, 1, sizeof(*exception));
    bool expiring = pragma->until != DW_TIME_UNKNOWN && pragma->until - suppression->now < EXPIRING_DAYS * DW_DAY;
    *exception = (struct dw_exception){
        .id = dw_arena_printf(arena, "%.*s:%u", DW_SLICE_ARG(pragma->path), pragma->line),
        .ticket = dw_arena_copy(arena, pragma->ticket),
        .reason = dw_arena_copy(arena, pragma->reason),
        .owner = DW_SLICE(""),
        .approved_by = DW_SLICE(""),
        .justification = DW_SLICE(""),
        .kind = DW_SLICE("config"),
        .match.rule = finding->rule,
        .match.path = finding->place.path,
        .match.advisory = DW_SLICE(""),
        .match.package = DW_SLICE(""),
        .match.image = DW_SLICE(""),
        .match.digest = DW_SLICE(""),
        .match.layer = DW_SLICE(""),
        .match.fingerprint = DW_SLICE(""),
        .created = DW_TIME_UNKNOWN,
        .expires = pragma->until,
        .line = pragma->line,
        .state = expiring ? DW_EXCEPTION_EXPIRING : DW_EXCEPTION_ACTIVE,
        .problem = DW_SLICE(""),
        .used = 1,
    };
    finding->exception = exception;
    finding->status = DW_STATUS_EXCEPTED;
    pragma->used++;
}

/* Covers the findings that PRAGMA is about; HYGIENE_ONLY: those that the policy's chapters do not ask for. How many it kept. */
static size_t cover_all(struct suppression *suppression, struct dw_pragma *pragma, bool hygiene_only)
{
    struct dw_verdict *verdict = suppression->judge.verdict;
    size_t kept = 0;
    for (size_t i = 0; i < verdict->findings.len; i++) {
        struct dw_finding *finding = &verdict->findings.at[i];
        if (finding->subject != suppression->judge.subject || finding->kind != DW_FINDING_CONFIGURATION ||
            dw_slice_is(finding->rule, "EXC-004") || finding->exception != NULL || !is_about(pragma, finding))
            continue;
        const struct dw_rule *rule = dw_rule_find(finding->rule);
        if (hygiene_only && (rule == NULL || rule->chapter != 0)) {
            kept++;
            continue;
        }
        if (is_listed(&suppression->policy->suppress_never, finding)) {
            refuse(suppression, pragma, "never",
                   dw_judge_text(&suppression->judge, "asks to leave out %.*s, which the policy lets nothing suppress",
                                 DW_SLICE_ARG(finding->rule)),
                   "mend what is found; suppressions.never of the policy names this rule");
            continue;
        }
        int64_t most = dw_policy_max_life(suppression->policy, finding->severity);
        if (pragma->until != DW_TIME_UNKNOWN && most > 0 && pragma->until - suppression->now > most) {
            refuse(suppression, pragma, "too-long",
                   dw_judge_text(&suppression->judge, "of %.*s lasts longer than the policy allows for severity %s (%lld days)",
                                 DW_SLICE_ARG(finding->rule), dw_severity_name(finding->severity), (long long)(most / DW_DAY)),
                   "write an earlier date behind until=");
            continue;
        }
        cover(suppression, pragma, finding);
    }
    return kept;
}

static bool ids_are_known(struct suppression *suppression, const struct dw_pragma *pragma)
{
    const struct dw_rule_variant *variant;
    for (size_t i = 0; i < pragma->id_count; i++) {
        size_t index = 0, dot = dw_slice_find(pragma->ids[i], '.');
        const struct dw_rule *rule = dw_rule_find(pragma->ids[i]);
        /* Variants that are not listed in the row belong to rules whose findings name them as they come. */
        if (rule != NULL && (dot == SIZE_MAX || rule->variants == NULL ||
                             dw_rule_variant_find(rule, dw_slice_from(pragma->ids[i], dot + 1)) != NULL))
            continue;
        rule = dw_rule_named(pragma->ids[i], &index, &variant);
        refuse(suppression, pragma, "unknown-rule",
               rule == NULL ? dw_judge_text(&suppression->judge, "names \"%.*s\", which is no rule", DW_SLICE_ARG(pragma->ids[i]))
                            : dw_judge_text(&suppression->judge, "names \"%.*s\", which is another tool's id: here it is %s%s%s",
                                            DW_SLICE_ARG(pragma->ids[i]), rule->id, variant != NULL ? "." : "",
                                            variant != NULL ? variant->name : ""),
               "\"dockworthy lint --list\" lists the rules");
        return false;
    }
    return true;
}

/* What one of our own lacks; "" if nothing. */
static struct dw_slice lacks(struct suppression *suppression, const struct dw_pragma *pragma)
{
    if (pragma->problem.len > 0)
        return dw_judge_text(&suppression->judge, "cannot be understood: %.*s", DW_SLICE_ARG(pragma->problem));
    if (pragma->ticket.len == 0)
        return DW_SLICE("names no ticket");
    if (dw_pattern_match(suppression->policy->ticket, pragma->ticket, true) != DW_MATCH_YES)
        return dw_judge_text(&suppression->judge, "names the ticket \"%.*s\", which does not match %.*s",
                             DW_SLICE_ARG(pragma->ticket), DW_SLICE_ARG(suppression->policy->ticket_text));
    if (pragma->until == DW_TIME_UNKNOWN)
        return DW_SLICE("has no date behind until=");
    if (pragma->reason.len == 0)
        return DW_SLICE("gives no reason");
    return DW_SLICE("");
}

static void judge_own(struct suppression *suppression, struct dw_pragma *pragma)
{
    struct dw_slice wrong = lacks(suppression, pragma);
    if (!suppression->policy->suppress_inline) {
        refuse(suppression, pragma, "forbidden", DW_SLICE("is forbidden by the policy (suppressions.inline: false)"),
               "write an entry of the exceptions file");
    } else if (wrong.len > 0) {
        refuse(suppression, pragma, "incomplete", wrong, whole_form);
    } else if (suppression->now >= pragma->until) {
        char date[DW_TIME_TEXT];
        refuse(suppression, pragma, "expired",
               dw_judge_text(&suppression->judge, "expired on %s", dw_date_format(pragma->until, date)),
               "mend what is found, or renew the ticket and the date");
    } else if (ids_are_known(suppression, pragma)) {
        size_t failed = suppression->judge.failed;
        cover_all(suppression, pragma, false);
        struct dw_judge_finding finding = at(pragma, "unused");
        finding.message = DW_SLICE("the dockworthy suppression leaves nothing out: nothing is found there");
        finding.fix = DW_SLICE("delete the comment");
        if (pragma->used == 0 && suppression->judge.failed == failed)
            dw_judge_fail(&suppression->judge, finding);
        if (pragma->used > 0)
            dw_judge_pass(&suppression->judge, "exception", pragma->path, pragma->line,
                          dw_judge_text(&suppression->judge, "%.*s: %.*s", DW_SLICE_ARG(pragma->ticket),
                                        DW_SLICE_ARG(pragma->reason)));
    }
}

static void tell_foreign(struct suppression *suppression, const struct dw_pragma *pragma, struct dw_slice what)
{
    struct dw_judge_finding finding = at(pragma, "foreign");
    finding.message = dw_judge_text(&suppression->judge, "a suppression for %s %.*s", dw_pragma_tool_name(pragma->tool),
                                    DW_SLICE_ARG(what));
    dw_judge_fail(&suppression->judge, finding);
}

static void judge_foreign(struct suppression *suppression, struct dw_pragma *pragma)
{
    bool asked = suppression->policy->suppress_foreign, buildkit = pragma->tool == DW_PRAGMA_BUILDKIT;
    if (pragma->problem.len > 0) {
        tell_foreign(suppression, pragma,
                     dw_judge_text(&suppression->judge, "is not honoured: %.*s", DW_SLICE_ARG(pragma->problem)));
        return;
    }
    if (!asked && !buildkit) {
        tell_foreign(suppression, pragma, DW_SLICE("is not honoured: the policy does not ask for it (suppressions.foreign)"));
        return;
    }
    if (pragma->until != DW_TIME_UNKNOWN && suppression->now >= pragma->until) {
        refuse(suppression, pragma, "expired", DW_SLICE("has expired"), "mend what is found, or renew the date");
        return;
    }
    size_t kept = cover_all(suppression, pragma, !asked);
    if (kept > 0)
        tell_foreign(suppression, pragma,
                     DW_SLICE("is not honoured for a rule of the policy: write a suppression of dockworthy"));
    else if (pragma->used == 0)
        tell_foreign(suppression, pragma, DW_SLICE("leaves nothing out here"));
    else if (buildkit && !asked)
        tell_foreign(suppression, pragma, DW_SLICE("is honoured: the policy asks for none of what it leaves out"));
    else
        refuse(suppression, pragma, "unjustified", DW_SLICE("leaves out findings, without ticket and date"), whole_form);
}

static void judge(const struct dw_policy *policy, const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                  struct dw_subject *subject, struct dw_pragmas *pragmas, int64_t now)
{
    struct suppression suppression = {policy, dw_judge_begin(settings, verdict, subject, "EXC-004"), now};
    for (size_t i = 0; i < pragmas->list.len; i++) {
        if (pragmas->list.at[i].tool == DW_PRAGMA_OWN)
            judge_own(&suppression, &pragmas->list.at[i]);
        else
            judge_foreign(&suppression, &pragmas->list.at[i]);
    }
    dw_judge_end(&suppression.judge, suppression.judge.rule->pass, suppression.judge.rule->none);
}

void dw_suppressions_in_dockerfile(const struct dw_policy *policy, const struct dw_rule_settings *settings,
                                   struct dw_verdict *verdict, struct dw_subject *subject,
                                   const struct dw_dockerfile *dockerfile, int64_t now)
{
    DW_CLEANUP(dw_pragmas_free) struct dw_pragmas pragmas = {0};
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    dw_pragmas_of_dockerfile(&pragmas, &arena, dockerfile);
    judge(policy, settings, verdict, subject, &pragmas, now);
}

void dw_suppressions_in_documents(const struct dw_policy *policy, const struct dw_rule_settings *settings,
                                  struct dw_verdict *verdict, struct dw_subject *subject,
                                  const struct dw_document *const *documents, size_t count, int64_t now)
{
    DW_CLEANUP(dw_pragmas_free) struct dw_pragmas pragmas = {0};
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    for (size_t i = 0; i < count; i++)
        dw_pragmas_of_document(&pragmas, &arena, documents[i]);
    judge(policy, settings, verdict, subject, &pragmas, now);
}
