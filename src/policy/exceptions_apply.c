/* SPDX-License-Identifier: Apache-2.0
 * Judges the exceptions at a time and lets the active ones cover findings; what is wrong with the others
 * becomes findings of their own (rules.md, section 9: EXC-001 to EXC-005). */
#include "policy/exceptions.h"

#include "base/clock.h"

#define EXPIRING_DAYS 14

int64_t dw_exception_days_left(const struct dw_exception *exception, int64_t now)
{
    if (exception->expires == DW_TIME_UNKNOWN || now >= exception->expires)
        return 0;
    return (exception->expires - now + DW_DAY - 1) / DW_DAY;
}

/* Could an exception cover it at all? What is only information, or could not be judged for want of data, is
 * nothing to accept; a vulnerability of unknown severity is. */
static bool may_be_covered(const struct dw_policy *policy, const struct dw_finding *finding)
{
    if (finding->kind == DW_FINDING_EXCEPTION)
        return false;
    /* A vulnerability's own rule is its id: the catalogue's is VUL-002. */
    struct dw_slice rule = finding->kind == DW_FINDING_VULNERABILITY ? DW_SLICE("VUL-002") : finding->rule;
    for (size_t i = 0; i < policy->suppress_never.len; i++)
        if (dw_slice_equal(policy->suppress_never.at[i].text, rule))
            return false;
    return finding->status == DW_STATUS_FAIL ||
           (finding->status == DW_STATUS_NOT_EVALUATED && finding->kind == DW_FINDING_VULNERABILITY);
}

static bool is_active(const struct dw_exception *exception)
{
    return exception->state == DW_EXCEPTION_ACTIVE || exception->state == DW_EXCEPTION_EXPIRING;
}

/* Worst first: unknown counts as critical. */
static enum dw_severity weight(const struct dw_finding *finding)
{
    return finding->severity == DW_SEVERITY_UNKNOWN || finding->malicious ? DW_SEVERITY_CRITICAL
                                                                          : finding->severity;
}

static struct dw_slice phrase_days(struct dw_verdict *verdict, int64_t seconds)
{
    return dw_arena_printf(&verdict->arena, "%lld days", (long long)((seconds + DW_DAY - 1) / DW_DAY));
}

/* The rules that depend on what the exception covers: its life and its approver. WORST: of the findings it
 * matches; unknown if there are none. */
static void check_severity_rules(const struct dw_policy *policy, struct dw_verdict *verdict,
                                 struct dw_exception *exception, enum dw_severity worst)
{
    int64_t limit = 0, life = exception->expires - exception->created;
    if (worst != DW_SEVERITY_UNKNOWN)
        limit = dw_policy_max_life(policy, worst);
    else /* matches nothing: the longest that any severity allows */
        for (size_t i = DW_SEVERITY_NEGLIGIBLE; i < DW_SEVERITY_COUNT; i++)
            if (dw_policy_max_life(policy, (enum dw_severity)i) > limit)
                limit = dw_policy_max_life(policy, (enum dw_severity)i);
    if (limit > 0 && life > limit) {
        struct dw_slice has = phrase_days(verdict, life), may = phrase_days(verdict, limit);
        exception->state = DW_EXCEPTION_MALFORMED;
        exception->problem =
            dw_arena_printf(&verdict->arena, "it lives %.*s, and the policy allows %.*s%s%s",
                            DW_SLICE_ARG(has), DW_SLICE_ARG(may), worst == DW_SEVERITY_UNKNOWN ? "" : " for ",
                            worst == DW_SEVERITY_UNKNOWN ? "" : dw_severity_name(worst));
        return;
    }
    if (worst < DW_SEVERITY_HIGH)
        return;
    const char *problem = NULL;
    if (exception->approved_by.len == 0)
        problem = "approved-by is missing";
    else if (dw_slice_equal_nocase(exception->approved_by, exception->owner))
        problem = "approved-by is the owner";
    if (problem != NULL) {
        exception->state = DW_EXCEPTION_MALFORMED;
        exception->problem =
            dw_arena_printf(&verdict->arena, "%s: %s needs an approver who is not the owner", problem,
                            dw_slice_is(exception->kind, "control") ? "a control" : dw_severity_name(worst));
    }
}

/* Sets the state at NOW of an exception whose values are right. */
static void judge(const struct dw_policy *policy, struct dw_verdict *verdict, struct dw_exception *exception,
                  int64_t now)
{
    size_t matches = 0;
    enum dw_severity worst = DW_SEVERITY_UNKNOWN;
    char date[DW_TIME_TEXT];
    if (exception->state == DW_EXCEPTION_MALFORMED || exception->state == DW_EXCEPTION_TOO_BROAD)
        return;
    if (now >= exception->expires) {
        exception->state = DW_EXCEPTION_EXPIRED;
        return;
    }
    if (exception->created > now + DW_DAY) { /* a day's grace: dates are written in many time zones */
        exception->state = DW_EXCEPTION_MALFORMED;
        exception->problem = dw_arena_printf(&verdict->arena, "it was created in the future, on %s",
                                             dw_date_format(exception->created, date));
        return;
    }
    bool control = dw_slice_is(exception->kind, "control");
    for (size_t i = 0; !control && i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        if (!may_be_covered(policy, finding) || !dw_exception_matches(exception, finding))
            continue;
        matches++;
        if (weight(finding) > worst)
            worst = weight(finding);
    }
    exception->state =
        dw_exception_days_left(exception, now) < EXPIRING_DAYS ? DW_EXCEPTION_EXPIRING : DW_EXCEPTION_ACTIVE;
    /* A whole control weighs like a high finding. */
    check_severity_rules(policy, verdict, exception, control ? DW_SEVERITY_HIGH : worst);
    if (matches == 0 && !control && is_active(exception))
        exception->state = DW_EXCEPTION_UNUSED;
}

static unsigned specificity(const struct dw_exception *exception)
{
    const struct dw_slice criteria[] = {
        exception->match.rule,  exception->match.advisory, exception->match.package, exception->match.path,
        exception->match.image, exception->match.digest,   exception->match.layer,
    };
    /* A fingerprint is one finding; a version narrows a package. */
    unsigned count = exception->match.fingerprint.len > 0 ? 100 : 0;
    for (size_t i = 0; i < sizeof(criteria) / sizeof(criteria[0]); i++)
        count += criteria[i].len > 0;
    return count + (dw_slice_find(exception->match.package, '@') != SIZE_MAX);
}

static bool is_better(const struct dw_exception *a, const struct dw_exception *b)
{
    unsigned x = specificity(a), y = specificity(b);
    if (x != y)
        return x > y;
    return a->created != b->created ? a->created > b->created : a->line > b->line;
}

static void cover(const struct dw_policy *policy, struct dw_verdict *verdict)
{
    for (size_t i = 0; i < verdict->findings.len; i++) {
        struct dw_finding *finding = &verdict->findings.at[i];
        struct dw_exception *best = NULL;
        if (!may_be_covered(policy, finding))
            continue;
        for (size_t e = 0; e < verdict->exception_count; e++) {
            struct dw_exception *exception = &verdict->exceptions[e];
            if (is_active(exception) && !dw_slice_is(exception->kind, "control") &&
                dw_exception_matches(exception, finding) && (best == NULL || is_better(exception, best)))
                best = exception;
        }
        if (best == NULL)
            continue;
        best->used++;
        finding->exception = best;
        finding->status = DW_STATUS_EXCEPTED;
    }
}

/* --- findings about exceptions --- */

static const struct {
    const char *rule, *title;
    enum dw_severity severity;
} rules[] = {
    {"EXC-001", "Exception complete", DW_SEVERITY_HIGH},
    {"EXC-002", "Exception not expired", DW_SEVERITY_HIGH},
    {"EXC-003", "Exception still used", DW_SEVERITY_NEGLIGIBLE},
    {"EXC-005", "False positive justified", DW_SEVERITY_MEDIUM},
};
enum { COMPLETE, NOT_EXPIRED, STILL_USED, JUSTIFIED, RULE_COUNT };

struct teller {
    struct dw_verdict *verdict;
    struct dw_subject *repository;
    size_t count[RULE_COUNT];
    struct dw_slice first[RULE_COUNT]; /* the name of the first exception that a rule speaks of */
};

/* "EX-1", or "the entry in line 12" for one without an id. */
static struct dw_slice name_of(struct dw_verdict *verdict, const struct dw_exception *exception)
{
    if (exception->id.len > 0)
        return exception->id;
    return dw_arena_printf(&verdict->arena, "the entry in line %u", exception->line);
}

static void tell(struct teller *teller, int rule, const struct dw_exception *exception,
                 struct dw_slice message, struct dw_slice fix)
{
    struct dw_arena *arena = &teller->verdict->arena;
    struct dw_slice name = name_of(teller->verdict, exception);
    struct dw_finding *finding =
        dw_verdict_finding(teller->verdict, rules[rule].rule, teller->repository, rules[rule].severity);
    finding->kind = DW_FINDING_EXCEPTION;
    finding->status = rule == STILL_USED ? DW_STATUS_PASS : DW_STATUS_FAIL;
    finding->title = dw_slice_of(rules[rule].title);
    finding->message = dw_arena_printf(arena, "%.*s: %.*s", DW_SLICE_ARG(name), DW_SLICE_ARG(message));
    finding->fix = fix;
    finding->place.path = teller->verdict->exceptions_path;
    finding->place.line = exception->line;
    finding->place.column = 1;
    /* The exception's id tells findings of one rule apart. */
    finding->variant = name;
    dw_finding_fingerprint(arena, finding);
    finding->variant = DW_SLICE("");
    if (teller->count[rule]++ == 0)
        teller->first[rule] = name;
}

/* Whether what an exception speaks of would have been found. */
static bool judged_whole(const struct dw_verdict *verdict)
{
    bool whole = verdict->database.present;
    for (size_t i = 0; i < verdict->subjects.len; i++)
        whole = whole && !verdict->subjects.at[i]->unreadable;
    return whole;
}

static struct dw_slice unused_message(struct dw_verdict *verdict, const struct dw_exception *exception)
{
    if (dw_slice_is(exception->kind, "control"))
        return dw_arena_printf(&verdict->arena, "covers nothing: control %.*s does not fail",
                               DW_SLICE_ARG(exception->match.rule));
    if (dw_slice_is(exception->kind, "secret") || dw_slice_is(exception->kind, "license"))
        return dw_arena_printf(&verdict->arena, "covers nothing: this version makes no findings of kind %.*s",
                               DW_SLICE_ARG(exception->kind));
    if (!judged_whole(verdict))
        return DW_SLICE("covers nothing of what this run could judge, which is not everything");
    return DW_SLICE("covers nothing: no finding matches it in all its places");
}

static void tell_all(struct teller *teller)
{
    struct dw_verdict *verdict = teller->verdict;
    char date[DW_TIME_TEXT];
    for (size_t i = 0; i < verdict->exception_count; i++) {
        const struct dw_exception *exception = &verdict->exceptions[i];
        if (exception->disposition == DW_DISPOSITION_FALSE_POSITIVE &&
            (exception->match.digest.len == 0 || exception->justification.len == 0))
            tell(
                teller, JUSTIFIED, exception,
                exception->match.digest.len == 0
                    ? DW_SLICE("a false positive without the digest of the image it was judged on")
                    : DW_SLICE("a false positive without an OpenVEX justification"),
                DW_SLICE("add match.digest and a justification such as vulnerable_code_not_in_execute_path"));
        switch (exception->state) {
        case DW_EXCEPTION_MALFORMED:
        case DW_EXCEPTION_TOO_BROAD:
            tell(teller, COMPLETE, exception,
                 dw_arena_printf(&verdict->arena, "%.*s; it suppresses nothing",
                                 DW_SLICE_ARG(exception->problem)),
                 DW_SLICE("complete the entry, or delete it"));
            break;
        case DW_EXCEPTION_EXPIRED:
            tell(teller, NOT_EXPIRED, exception,
                 dw_arena_printf(&verdict->arena, "expired on %s (%.*s); what it covered counts again",
                                 dw_date_format(exception->expires, date), DW_SLICE_ARG(exception->ticket)),
                 DW_SLICE("fix the finding, or renew the exception with a new approval, or delete it"));
            break;
        case DW_EXCEPTION_UNUSED:
            tell(teller, STILL_USED, exception, unused_message(verdict, exception),
                 judged_whole(verdict) ? DW_SLICE("delete the entry") : DW_SLICE(""));
            break;
        default:
            break;
        }
    }
}

static void add_results(struct teller *teller, size_t false_positives)
{
    struct dw_verdict *verdict = teller->verdict;
    static const char *const wrong[RULE_COUNT] = {"incomplete, too broad or against the policy", "expired",
                                                  "unused", "without digest or justification"};
    for (int rule = 0; rule < RULE_COUNT; rule++) {
        struct dw_rule_result *result;
        size_t total = rule == JUSTIFIED ? false_positives : verdict->exception_count,
               bad = teller->count[rule];
        const char *noun = rule == JUSTIFIED ? "false positive" : "exception";
        if (total == 0)
            result = dw_verdict_result(verdict, rules[rule].rule, teller->repository,
                                       rule == JUSTIFIED ? DW_STATUS_NOT_APPLICABLE : DW_STATUS_PASS,
                                       "no %ss", noun);
        else if (bad == 0)
            result = dw_verdict_result(verdict, rules[rule].rule, teller->repository, DW_STATUS_PASS,
                                       "%zu %s%s, none %s", total, noun, total == 1 ? "" : "s", wrong[rule]);
        else
            result = dw_verdict_result(verdict, rules[rule].rule, teller->repository,
                                       rule == STILL_USED ? DW_STATUS_PASS : DW_STATUS_FAIL,
                                       "%zu of %zu %s%s %s: %.*s%s", bad, total, noun, total == 1 ? "" : "s",
                                       wrong[rule],
                                       DW_SLICE_ARG(teller->first[rule]), bad > 1 ? ", …" : "");
        if (verdict->exceptions_path.len > 0)
            dw_result_evidence(result, "file", teller->repository)->path = verdict->exceptions_path;
    }
    dw_verdict_result(verdict, "EXC-004", teller->repository, DW_STATUS_NOT_APPLICABLE,
                      "comments that suppress are judged file by file");
}

static void copy_texts(struct dw_arena *arena, struct dw_exception *exception)
{
    struct dw_slice *const texts[] = {
        &exception->id,
        &exception->ticket,
        &exception->owner,
        &exception->approved_by,
        &exception->reason,
        &exception->justification,
        &exception->kind,
        &exception->match.rule,
        &exception->match.advisory,
        &exception->match.package,
        &exception->match.path,
        &exception->match.image,
        &exception->match.digest,
        &exception->match.layer,
        &exception->match.fingerprint,
        &exception->problem,
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        *texts[i] = dw_arena_copy(arena, *texts[i]);
}

static struct dw_subject *find_repository(const struct dw_verdict *verdict)
{
    for (size_t i = 0; i < verdict->subjects.len; i++)
        if (verdict->subjects.at[i]->kind == DW_SUBJECT_REPOSITORY)
            return verdict->subjects.at[i];
    return NULL;
}

void dw_exception_unused(struct dw_verdict *verdict, struct dw_exception *exception)
{
    struct teller teller = {.verdict = verdict, .repository = find_repository(verdict)};
    exception->state = DW_EXCEPTION_UNUSED;
    if (teller.repository != NULL)
        tell(&teller, STILL_USED, exception, unused_message(verdict, exception),
             judged_whole(verdict) ? DW_SLICE("delete the entry") : DW_SLICE(""));
}

void dw_exceptions_apply(const struct dw_policy *policy, const struct dw_exceptions *exceptions,
                         struct dw_verdict *verdict, int64_t now)
{
    size_t count = exceptions == NULL ? 0 : exceptions->list.len, false_positives = 0;
    verdict->exceptions = dw_arena_alloc(&verdict->arena, count ? count : 1, sizeof(*verdict->exceptions));
    verdict->exception_count = count;
    if (exceptions != NULL)
        verdict->exceptions_path = dw_arena_copy(&verdict->arena, exceptions->path);
    for (size_t i = 0; i < count; i++) {
        struct dw_exception *exception = &verdict->exceptions[i];
        *exception = exceptions->list.at[i];
        exception->used = 0;
        copy_texts(&verdict->arena, exception);
        judge(policy, verdict, exception, now);
        false_positives += exception->disposition == DW_DISPOSITION_FALSE_POSITIVE;
    }
    cover(policy, verdict);
    struct teller teller = {.verdict = verdict, .repository = find_repository(verdict)};
    if (teller.repository == NULL)
        return;
    tell_all(&teller);
    add_results(&teller, false_positives);
}
