/* SPDX-License-Identifier: Apache-2.0
 * Statuses of controls from rule results and findings (controls.md, "Status"), and the verdict's exit code.
 */
#include "policy/controls.h"

#include "base/encoding.h"
#include "policy/exceptions.h"
#include "rule/rule.h"

#define SHOWN_REASONS 3

/* Joins distinct reasons: "a; b; c; and 2 more". */
struct reasons {
    struct dw_buffer text;
    DW_VECTOR(struct dw_slice) seen;
};

static void add_reason(struct reasons *reasons, struct dw_slice reason)
{
    if (reason.len == 0)
        return;
    for (size_t i = 0; i < reasons->seen.len; i++)
        if (dw_slice_equal(reasons->seen.at[i], reason))
            return;
    *dw_vector_push(&reasons->seen) = reason;
    if (reasons->seen.len <= SHOWN_REASONS)
        dw_buffer_printf(&reasons->text, "%s%.*s", reasons->text.len ? "; " : "", DW_SLICE_ARG(reason));
}

static struct dw_slice end_reasons(struct reasons *reasons, struct dw_arena *arena)
{
    if (reasons->seen.len > SHOWN_REASONS)
        dw_buffer_printf(&reasons->text, "; and %zu more", reasons->seen.len - SHOWN_REASONS);
    return dw_arena_copy(arena, dw_buffer_slice(&reasons->text));
}

static void free_reasons(struct reasons *reasons)
{
    dw_buffer_free(&reasons->text);
    dw_vector_free(&reasons->seen);
}

/* --- one control --- */

struct judgement {
    const struct dw_policy *policy;
    struct dw_verdict *verdict;
    const struct dw_control *control;
    struct dw_control_result *result;
    bool met[DW_STATUS_COUNT];
    struct reasons reasons[DW_STATUS_COUNT];
    struct dw_buffer missing; /* ids of deciding rules without a result, joined */
};

static void meet(struct judgement *judgement, enum dw_status status, struct dw_slice reason)
{
    judgement->met[status] = true;
    add_reason(&judgement->reasons[status], reason);
}

static void add_exception_evidence(struct judgement *judgement, const struct dw_exception *exception)
{
    for (size_t i = 0; i < judgement->result->evidence.len; i++)
        if (judgement->result->evidence.at[i].line == exception->line &&
            strcmp(judgement->result->evidence.at[i].kind, "exception") == 0)
            return;
    struct dw_verdict *verdict = judgement->verdict;
    struct dw_evidence *evidence = dw_vector_push(&judgement->result->evidence);
    evidence->kind = "exception";
    evidence->path = verdict->exceptions_path;
    evidence->line = exception->line;
    evidence->text = dw_arena_printf(&verdict->arena, "%.*s: %.*s, %lld day%s left",
                                     DW_SLICE_ARG(exception->id), DW_SLICE_ARG(exception->ticket),
                                     DW_DAYS_LEFT(exception, verdict->started));
}

/* What RESULT counts as once its findings' statuses are known: the rule says that something is wrong, the
 * findings say whether it is accepted or only information. */
static enum dw_status effective_status(struct judgement *judgement, const struct dw_rule_result *result)
{
    bool found[DW_STATUS_COUNT] = {false};
    struct dw_slice rule = dw_slice_of(result->rule);
    for (size_t i = 0; i < judgement->verdict->findings.len; i++) {
        const struct dw_finding *finding = &judgement->verdict->findings.at[i];
        if (finding->subject != result->subject || !dw_slice_equal(finding->rule, rule))
            continue;
        found[finding->status] = true;
        if (finding->status == DW_STATUS_EXCEPTED && finding->exception != NULL)
            add_exception_evidence(judgement, finding->exception);
    }
    if (found[DW_STATUS_FAIL])
        return DW_STATUS_FAIL;
    if (found[DW_STATUS_NOT_EVALUATED] || result->status == DW_STATUS_NOT_EVALUATED)
        return DW_STATUS_NOT_EVALUATED;
    if (found[DW_STATUS_EXCEPTED])
        return DW_STATUS_EXCEPTED;
    /* "fail" without any finding stays "fail"; with nothing but information it is none. */
    return result->status == DW_STATUS_FAIL && found[DW_STATUS_PASS] ? DW_STATUS_PASS : result->status;
}

/* A rule of the catalogue about kinds of subjects of which the run has none: it has nothing to say, as long
 * as another rule of the control has. */
static bool has_no_subject(const struct judgement *judgement, const char *rule)
{
    const struct dw_rule *row = dw_rule_find(dw_slice_of(rule));
    const struct dw_verdict *verdict = judgement->verdict;
    bool other = false;
    if (row == NULL)
        return false;
    for (size_t i = 0; i < verdict->subjects.len; i++)
        if ((dw_rule_subjects(row) >> verdict->subjects.at[i]->kind & 1) != 0)
            return false;
    for (size_t i = 0; i < verdict->results.len && !other; i++)
        for (size_t r = 0; r < DW_CONTROL_RULES && judgement->control->rules[r] != NULL; r++)
            other = other || strcmp(verdict->results.at[i].rule, judgement->control->rules[r]) == 0;
    return other;
}

static void meet_rule(struct judgement *judgement, const char *rule)
{
    bool any = false;
    for (size_t i = 0; i < judgement->verdict->results.len; i++) {
        const struct dw_rule_result *result = &judgement->verdict->results.at[i];
        if (strcmp(result->rule, rule) != 0)
            continue;
        any = true;
        meet(judgement, effective_status(judgement, result), result->reason);
        for (size_t e = 0; e < result->evidence.len; e++)
            *dw_vector_push(&judgement->result->evidence) = result->evidence.at[e];
    }
    if (!any && !has_no_subject(judgement, rule))
        dw_buffer_printf(&judgement->missing, "%s%s", judgement->missing.len ? ", " : "", rule);
}

static bool has_result(const struct judgement *judgement, const struct dw_subject *subject)
{
    for (size_t i = 0; i < judgement->verdict->results.len; i++) {
        const struct dw_rule_result *result = &judgement->verdict->results.at[i];
        for (size_t r = 0; r < DW_CONTROL_RULES && judgement->control->rules[r] != NULL; r++)
            if (result->subject == subject && strcmp(result->rule, judgement->control->rules[r]) == 0)
                return true;
    }
    return false;
}

static void meet_images(struct judgement *judgement)
{
    bool any = false;
    struct dw_verdict *verdict = judgement->verdict;
    if (judgement->control->images == DW_IMAGES_NONE)
        return;
    for (size_t i = 0; i < verdict->subjects.len; i++) {
        const struct dw_subject *subject = verdict->subjects.at[i];
        any = any || subject->kind == DW_SUBJECT_IMAGE || subject->kind == DW_SUBJECT_FOLDER;
        if (subject->kind == DW_SUBJECT_IMAGE && (subject->unreadable || !has_result(judgement, subject)))
            meet(judgement, DW_STATUS_NOT_EVALUATED,
                 dw_arena_printf(&verdict->arena, "%.*s %s", DW_SLICE_ARG(subject->name),
                                 subject->unreadable ? "could not be read" : "was not judged"));
    }
    if (!any && judgement->control->images == DW_IMAGES_REQUIRED)
        /* What is missing says what to do; once is enough. */
        meet(judgement, DW_STATUS_NOT_EVALUATED,
             judgement->missing.len > 0
                 ? DW_SLICE("no image at hand")
                 : DW_SLICE("no image at hand: build it and name it under \"images:\" in the policy"));
}

/* A Dockerfile says how an image is built; how it is run is said elsewhere. */
static void meet_containers(struct judgement *judgement)
{
    const struct dw_verdict *verdict = judgement->verdict;
    bool any = !judgement->control->containers;
    for (size_t i = 0; i < verdict->subjects.len; i++)
        any = any || verdict->subjects.at[i]->kind == DW_SUBJECT_COMPOSE ||
              verdict->subjects.at[i]->kind == DW_SUBJECT_KUBERNETES;
    if (!any && judgement->missing.len == 0)
        meet(judgement, DW_STATUS_NOT_EVALUATED, dw_slice_of(judgement->control->unjudged));
}

/* NULL if the control applies; else why it does not. */
static const char *inapplicable(const struct dw_policy *policy, const struct dw_verdict *verdict,
                                const struct dw_control *control)
{
    if (strcmp(control->id, "7.5") == 0 && policy->daemon.text.len == 0)
        return "the policy names no daemon as a subject";
    if (strcmp(control->id, "8.2") == 0 && policy->identities.len == 0 && policy->keys.len == 0)
        return "the policy names no signing identity, and no failed signature is on record";
    if (strcmp(control->id, "8.3") == 0)
        return "no secret finding of an earlier run is on record";
    for (size_t i = 0; i < verdict->subjects.len; i++)
        if ((control->kinds >> verdict->subjects.at[i]->kind & 1) != 0)
            return NULL;
    return control->kinds != 0 ? control->absent : NULL;
}

/* Does a rule that nothing may suppress (suppressions.never) make it fail? */
static bool fails_by_never(const struct judgement *judgement)
{
    const struct dw_policy *policy = judgement->policy;
    for (size_t n = 0; n < policy->suppress_never.len; n++)
        for (size_t r = 0; r < DW_CONTROL_RULES && judgement->control->rules[r] != NULL; r++) {
            if (!dw_slice_is(policy->suppress_never.at[n].text, judgement->control->rules[r]))
                continue;
            for (size_t i = 0; i < judgement->verdict->results.len; i++)
                if (strcmp(judgement->verdict->results.at[i].rule, judgement->control->rules[r]) == 0 &&
                    judgement->verdict->results.at[i].status == DW_STATUS_FAIL)
                    return true;
        }
    return false;
}

/* A failed control may be excepted as a whole, unless a rule fails that nothing may suppress. */
static void except_control(struct judgement *judgement)
{
    struct dw_verdict *verdict = judgement->verdict;
    struct dw_control_result *result = judgement->result;
    if (fails_by_never(judgement))
        return;
    for (size_t i = 0; i < verdict->exception_count && result->status == DW_STATUS_FAIL; i++) {
        struct dw_exception *exception = &verdict->exceptions[i];
        if ((exception->state != DW_EXCEPTION_ACTIVE && exception->state != DW_EXCEPTION_EXPIRING) ||
            !dw_slice_is(exception->kind, "control") || !dw_slice_is(exception->match.rule, result->id))
            continue;
        exception->used++;
        result->status = DW_STATUS_EXCEPTED;
        result->reason = dw_arena_printf(&verdict->arena, "%.*s; accepted by %.*s (%.*s, %lld day%s left)",
                                         DW_SLICE_ARG(result->reason), DW_SLICE_ARG(exception->id),
                                         DW_SLICE_ARG(exception->ticket),
                                         DW_DAYS_LEFT(exception, verdict->started));
        add_exception_evidence(judgement, exception);
    }
}

static void judge_control(const struct dw_policy *policy, struct dw_verdict *verdict,
                          const struct dw_control *control, struct dw_control_result *result)
{
    /* The order in which what was met decides. */
    static const enum dw_status order[] = {DW_STATUS_FAIL, DW_STATUS_NOT_EVALUATED, DW_STATUS_EXCEPTED,
                                           DW_STATUS_PASS, DW_STATUS_NOT_APPLICABLE};
    struct judgement judgement = {.policy = policy, .verdict = verdict, .control = control, .result = result};
    const char *why = inapplicable(policy, verdict, control);
    if (control->stage > verdict->stage) {
        result->status = DW_STATUS_NOT_DUE;
        result->reason = dw_arena_printf(&verdict->arena, "at %s", dw_stage_name(control->stage));
        return;
    }
    if (why != NULL) {
        result->status = DW_STATUS_NOT_APPLICABLE;
        result->reason = dw_slice_of(why);
        return;
    }
    for (size_t i = 0; i < DW_CONTROL_RULES && control->rules[i] != NULL; i++)
        if (dw_control_rule_stage(control, control->rules[i]) <= verdict->stage)
            meet_rule(&judgement, control->rules[i]);
    if (judgement.missing.len > 0)
        meet(&judgement, DW_STATUS_NOT_EVALUATED,
             dw_arena_printf(&verdict->arena, "%s: %s", judgement.missing.at, control->unjudged));
    meet_images(&judgement);
    meet_containers(&judgement);
    result->status = DW_STATUS_NOT_EVALUATED;
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        if (judgement.met[order[i]]) {
            result->status = order[i];
            break;
        }
    result->reason = end_reasons(&judgement.reasons[result->status], &verdict->arena);
    except_control(&judgement);
    for (size_t i = 0; i < DW_STATUS_COUNT; i++)
        free_reasons(&judgement.reasons[i]);
    dw_buffer_free(&judgement.missing);
}

/* --- all of them --- */

static unsigned chapter_of(const struct dw_control *control)
{
    return (unsigned)(control->id[0] - '0');
}

static bool is_chosen(const struct dw_control *control, struct dw_slice only)
{
    struct dw_slice word;
    if (dw_slice_trim(only).len == 0)
        return true;
    for (bool more = true; dw_slice_split(&only, ',', &more, &word);) {
        word = dw_slice_trim(word);
        if (dw_slice_is(word, control->id) || (word.len == 1 && word.at[0] == control->id[0]))
            return true;
    }
    return false;
}

static bool check_only(struct dw_slice only, struct dw_error *error)
{
    const char *names[DW_CONTROL_COUNT];
    struct dw_slice word;
    if (dw_slice_trim(only).len == 0)
        return true;
    for (size_t i = 0; i < DW_CONTROL_COUNT; i++)
        names[i] = dw_controls[i].id;
    for (bool more = true; dw_slice_split(&only, ',', &more, &word);) {
        word = dw_slice_trim(word);
        if (dw_control_find(word) != NULL || (word.len == 1 && word.at[0] >= '1' && word.at[0] <= '8'))
            continue;
        const char *nearest = dw_nearest_name(word, names, DW_CONTROL_COUNT);
        return dw_fail(
            error, DW_ERROR_USAGE,
            "unknown control \"%.*s\"%s%s%s; give chapters 1 to 8 or controls 1.1 to 8.3, such as 2,4.1",
            DW_SLICE_ARG(dw_slice_part(word, 0, 40)), nearest ? "; did you mean \"" : "",
            nearest ? nearest : "", nearest ? "\"?" : "");
    }
    return true;
}

/* What the policy file asks for and nothing acts upon is said, not passed over. */
static void tell_unused_keys(const struct dw_policy *policy, struct dw_verdict *verdict)
{
    for (size_t i = 0; i < verdict->subjects.len; i++) {
        struct dw_subject *subject = verdict->subjects.at[i];
        if (subject->kind != DW_SUBJECT_REPOSITORY)
            continue;
        for (size_t n = 0; n < policy->notes.len; n++) {
            const struct dw_policy_note *note = &policy->notes.at[n];
            DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
            dw_buffer_printf(&text, "line %u: %.*s: %.*s", note->line, DW_SLICE_ARG(note->key),
                             DW_SLICE_ARG(note->text));
            dw_subject_note(subject, DW_NOTE_INFORMATION, -1, policy->path, dw_buffer_slice(&text));
        }
        return;
    }
}

bool dw_controls_judge(const struct dw_policy *policy, struct dw_verdict *verdict,
                       const struct dw_controls_options *options, struct dw_error *error)
{
    if (!check_only(options->only, error))
        return false;
    verdict->stage = options->stage;
    tell_unused_keys(policy, verdict);
    for (size_t i = 0; i < DW_CONTROL_COUNT; i++) {
        const struct dw_control *control = &dw_controls[i];
        struct dw_control_result *result = dw_vector_push(&verdict->controls);
        result->id = control->id;
        result->title = control->title;
        result->chapter = chapter_of(control);
        result->level = control->level;
        result->stage = control->stage;
        result->chosen = is_chosen(control, options->only);
        for (size_t c = 0; c < policy->controls.len; c++)
            if (dw_slice_is(policy->controls.at[c].id, control->id))
                result->level = policy->controls.at[c].level;
        judge_control(policy, verdict, control, result);
    }
    for (size_t i = 0; i < verdict->exception_count; i++) {
        struct dw_exception *exception = &verdict->exceptions[i];
        const struct dw_control *control = dw_control_find(exception->match.rule);
        /* A control that is not due yet may need its exception later. */
        if (dw_slice_is(exception->kind, "control") && exception->used == 0 && control != NULL &&
            control->stage <= verdict->stage &&
            (exception->state == DW_EXCEPTION_ACTIVE || exception->state == DW_EXCEPTION_EXPIRING))
            dw_exception_unused(verdict, exception);
    }
    return true;
}

/* --- the exit code --- */

static bool has_note(const struct dw_verdict *verdict, int exit_code)
{
    for (size_t i = 0; i < verdict->subjects.len; i++)
        for (size_t n = 0; n < verdict->subjects.at[i]->notes.len; n++)
            if (dw_note_exit_code(verdict->subjects.at[i]->notes.at[n].kind) == exit_code)
                return true;
    return false;
}

void dw_verdict_conclude(struct dw_verdict *verdict)
{
    bool violated = false, incomplete = verdict->worst_error == 4;
    for (size_t i = 0; i < verdict->controls.len; i++) {
        const struct dw_control_result *control = &verdict->controls.at[i];
        if (!control->chosen || control->level != DW_LEVEL_REQUIRED)
            continue;
        violated = violated || control->status == DW_STATUS_FAIL;
        incomplete = incomplete || control->status == DW_STATUS_NOT_EVALUATED;
    }
    if (verdict->controls.len == 0) {
        incomplete = incomplete || has_note(verdict, 4);
        for (size_t i = 0; i < verdict->results.len; i++) {
            const struct dw_rule_result *result = &verdict->results.at[i];
            violated = violated || result->status == DW_STATUS_FAIL;
            /* Whether other scanners looked too is a question of the policy, not of one scan. */
            incomplete = incomplete ||
                         (result->status == DW_STATUS_NOT_EVALUATED && strcmp(result->rule, "VUL-005") != 0);
        }
    }
    verdict->violated = violated;
    verdict->exit_code = verdict->worst_error == 2                           ? 2
                         : verdict->worst_error == 3 || has_note(verdict, 3) ? 3
                         : violated                                          ? 1
                         : incomplete                                        ? 4
                                                                             : 0;
}
