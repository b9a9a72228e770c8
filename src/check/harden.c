/* SPDX-License-Identifier: Apache-2.0 */
#include "check/harden.h"

#include "document/edit.h"
#include "policy/suppress.h"

/* A round makes all repairs that do not touch each other; more come where repairs make room for others. */
#define ROUNDS 24

struct hardening {
    const struct dw_harden_options *options;
    struct dw_rule_settings settings;
    enum dw_subject_kind kind;
    const char *path;
    struct dw_harden_result *result;
    DW_VECTOR(struct dw_slice) refused;     /* exact keys of findings whose repairs cannot be made */
    DW_VECTOR(struct dw_slice) answered_no; /* keys of findings that are not to be repaired */
    DW_VECTOR(struct dw_slice) answered_yes;
    bool yes_to_all;
};

/* --- judging ----------------------------------------------------------------------------------------------------------- */

static bool judge_dockerfile(const struct hardening *h, struct dw_verdict *verdict, struct dw_subject *subject, struct dw_slice text,
                             struct dw_error *error)
{
    struct dw_dockerfile *dockerfile = dw_dockerfile_parse(text, h->path, h->options->limits, error);
    if (dockerfile == NULL)
        return false;
    dw_rules_judge_dockerfile(&h->settings, verdict, subject, dockerfile, NULL);
    dw_suppressions_in_dockerfile(h->options->policy, &h->settings, verdict, subject, dockerfile, h->options->now);
    dw_dockerfile_free(dockerfile);
    return true;
}

static bool judge_compose(const struct hardening *h, struct dw_verdict *verdict, struct dw_subject *subject, struct dw_slice text,
                          struct dw_error *error)
{
    const char *const paths[] = {h->path};
    struct dw_compose_options options = {
        .environment = h->options->environment, .no_files = h->options->no_files, .text = text};
    struct dw_compose *project = dw_compose_load(paths, 1, &options, h->options->limits, error);
    if (project == NULL)
        return false;
    dw_rules_judge_compose(&h->settings, verdict, subject, project);
    dw_suppressions_in_documents(h->options->policy, &h->settings, verdict, subject,
                                 (const struct dw_document *const *)project->documents.at, project->documents.len,
                                 h->options->now);
    dw_compose_free(project);
    return true;
}

static bool judge_kubernetes(const struct hardening *h, struct dw_verdict *verdict, struct dw_subject *subject, struct dw_slice text,
                             struct dw_error *error)
{
    struct dw_document *document = dw_kubernetes_parse(text, h->path, h->options->limits, error);
    struct dw_kubernetes *manifests = document == NULL ? NULL : dw_kubernetes_read(document, error);
    if (manifests != NULL) {
        dw_rules_judge_kubernetes(&h->settings, verdict, subject, manifests);
        dw_kubernetes_free(manifests);
        dw_suppressions_in_documents(h->options->policy, &h->settings, verdict, subject,
                                     (const struct dw_document *const *)&document, 1, h->options->now);
    }
    dw_document_free(document);
    return manifests != NULL;
}

/* NULL with ERROR where TEXT cannot be read. */
static struct dw_verdict *judge(const struct hardening *h, struct dw_slice text, struct dw_error *error)
{
    struct dw_verdict *verdict = dw_verdict_new("harden", h->options->now);
    struct dw_subject *subject = dw_subject_new(h->kind, dw_slice_of(h->path));
    *dw_vector_push(&verdict->subjects) = subject;
    bool good = h->kind == DW_SUBJECT_DOCKERFILE ? judge_dockerfile(h, verdict, subject, text, error)
                : h->kind == DW_SUBJECT_COMPOSE  ? judge_compose(h, verdict, subject, text, error)
                                                 : judge_kubernetes(h, verdict, subject, text, error);
    if (good)
        return verdict;
    dw_verdict_free(verdict);
    return NULL;
}

static void free_verdict(struct dw_verdict **verdict)
{
    if (*verdict != NULL)
        dw_verdict_free(*verdict);
}

/* --- better and worse ---------------------------------------------------------------------------------------------------- */

static size_t count_findings(const struct dw_verdict *verdict, const struct dw_finding *like, bool failing)
{
    size_t count = 0;
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        if (dw_slice_equal(finding->rule, like->rule) && dw_slice_equal(finding->variant, like->variant))
            count += !failing || finding->status == DW_STATUS_FAIL || finding->status == DW_STATUS_NOT_EVALUATED;
    }
    return count;
}

/* One finding of each rule and variant. */
struct seen {
    DW_VECTOR(const struct dw_finding *) findings;
};

static void free_seen(struct seen *seen)
{
    dw_vector_free(&seen->findings);
}

static bool was_seen(struct seen *seen, const struct dw_finding *finding)
{
    for (size_t i = seen->findings.len; i > 0; i--)
        if (dw_slice_equal(seen->findings.at[i - 1]->rule, finding->rule) &&
            dw_slice_equal(seen->findings.at[i - 1]->variant, finding->variant))
            return true;
    *dw_vector_push(&seen->findings) = finding;
    return false;
}

static int badness(enum dw_status status)
{
    return status == DW_STATUS_FAIL ? 2 : status == DW_STATUS_NOT_EVALUATED ? 1 : 0;
}

/* The first rule that AFTER says worse of than BEFORE, or "". */
static struct dw_slice find_worse(const struct dw_verdict *before, const struct dw_verdict *after)
{
    /* A rule with its variant is counted once, however many findings it has. */
    DW_CLEANUP(free_seen) struct seen seen = {0};
    for (size_t i = 0; i < after->findings.len; i++) {
        const struct dw_finding *finding = &after->findings.at[i];
        if (finding->status != DW_STATUS_FAIL || was_seen(&seen, finding))
            continue;
        if (count_findings(after, finding, true) > count_findings(before, finding, true))
            return finding->rule;
    }
    /* Rules are judged in one order, but a rule may have no result in one of the two. */
    for (size_t i = 0, at = 0; i < after->results.len; i++) {
        const struct dw_rule_result *result = &after->results.at[i];
        int was = 0;
        for (size_t j = 0; j < before->results.len; j++) {
            size_t index = (at + j) % before->results.len;
            if (strcmp(before->results.at[index].rule, result->rule) == 0) {
                was = badness(before->results.at[index].status);
                at = index + 1;
                break;
            }
        }
        /* That a registry or lock file would have to be asked is no fault of the text. */
        const struct dw_rule *rule = dw_rule_find(dw_slice_of(result->rule));
        bool outside = result->status == DW_STATUS_NOT_EVALUATED && rule != NULL && rule->needs_records;
        if (badness(result->status) > was && !outside)
            return dw_slice_of(result->rule);
    }
    return DW_SLICE("");
}

/* --- what is to be repaired ------------------------------------------------------------------------------------------------ */

static struct dw_slice full_rule(struct dw_arena *arena, const struct dw_finding *finding)
{
    return finding->variant.len == 0 ? dw_arena_copy(arena, finding->rule)
                                     : dw_arena_printf(arena, "%.*s.%.*s", DW_SLICE_ARG(finding->rule), DW_SLICE_ARG(finding->variant));
}

/* The same finding in a later round: its line's number may be another. */
static struct dw_slice key_of(struct dw_arena *arena, const struct dw_finding *finding)
{
    return dw_arena_printf(arena, "%.*s.%.*s %.*s", DW_SLICE_ARG(finding->rule), DW_SLICE_ARG(finding->variant),
                           DW_SLICE_ARG(finding->message));
}

/* The same, on a line that still reads the same: once that is changed a repair may be possible after all. */
static struct dw_slice exact_key_of(struct dw_arena *arena, const struct dw_finding *finding)
{
    return dw_arena_printf(arena, "%.*s\n%.*s", DW_SLICE_ARG(key_of(arena, finding)), DW_SLICE_ARG(finding->source_line));
}

static bool is_among(const struct dw_slice *list, size_t count, struct dw_slice key)
{
    for (size_t i = 0; i < count; i++)
        if (dw_slice_equal(list[i], key))
            return true;
    return false;
}

/* Does another tool's ID mean the finding's rule or variant? */
static bool has_alias(const struct dw_finding *finding, struct dw_slice id)
{
    for (size_t i = 0; i < finding->alias_count; i++)
        if (dw_rule_alias_is(id, finding->aliases[i]))
            return true;
    return false;
}

static bool is_chosen(const struct dw_harden_options *options, const struct dw_finding *finding, struct dw_slice rule)
{
    if (options->only == NULL)
        return true;
    for (size_t i = 0; options->only[i] != NULL; i++)
        if (dw_slice_is(finding->rule, options->only[i]) || dw_slice_is(rule, options->only[i]) ||
            has_alias(finding, dw_slice_of(options->only[i])))
            return true;
    return false;
}

static struct dw_harden_change describe(struct hardening *h, const struct dw_finding *finding)
{
    struct dw_arena *arena = &h->result->arena;
    const struct dw_rule *row = dw_rule_find(finding->rule);
    return (struct dw_harden_change){.rule = full_rule(arena, finding),
                                     .title = dw_arena_copy(arena, finding->title),
                                     .message = dw_arena_copy(arena, finding->message),
                                     .note = dw_arena_copy(arena, finding->repair_note),
                                     .why = row != NULL ? row->why : "",
                                     .severity = finding->severity,
                                     .repair = finding->repair,
                                     .line = finding->place.line};
}

/* FINDING will not be repaired, for REASON; said once. */
static void leave(struct hardening *h, const struct dw_finding *finding, struct dw_slice reason)
{
    struct dw_slice key = exact_key_of(&h->result->arena, finding);
    if (is_among(h->refused.at, h->refused.len, key))
        return;
    *dw_vector_push(&h->refused) = key;
    struct dw_harden_change change = describe(h, finding);
    change.note = dw_arena_copy(&h->result->arena, reason);
    for (size_t i = 0; i < h->result->left.len; i++) {
        const struct dw_harden_change *said = &h->result->left.at[i];
        if (dw_slice_equal(said->rule, change.rule) && dw_slice_equal(said->message, change.message) && said->line == change.line)
            return;
    }
    *dw_vector_push(&h->result->left) = change;
}

/* What an insertion adds: two of one thing at one place wait for each other. */
static struct dw_slice thing_of(struct dw_slice text)
{
    size_t start = 0, end;
    while (start < text.len && strchr(" \t\r\n,-{", text.at[start]) != NULL)
        start++;
    for (end = start; end < text.len && strchr(" \t\r\n:=", text.at[end]) == NULL;)
        end++;
    return dw_slice_part(text, start, end - start);
}

static bool same_edit(const struct dw_edit *a, const struct dw_edit *b)
{
    return a->start == b->start && a->end == b->end && dw_slice_equal(a->text, b->text);
}

static bool in_conflict(const struct dw_edit *a, const struct dw_edit *b)
{
    if (a->start == b->start && (a->start == a->end || b->start == b->end))
        return a->start != a->end || b->start != b->end || dw_slice_equal(thing_of(a->text), thing_of(b->text));
    return a->start < b->end && b->start < a->end;
}

/* Edits that are made together. */
struct choice {
    DW_VECTOR(const struct dw_finding *) findings;
    DW_VECTOR(struct dw_edit) edits;
};

static void free_choice(struct choice *choice)
{
    dw_vector_free(&choice->findings);
    dw_vector_free(&choice->edits);
}

/* The first of the edits, which are sorted by their start, that starts at START or behind it. */
static size_t first_from(const struct choice *choice, size_t start)
{
    size_t low = 0, high = choice->edits.len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (choice->edits.at[middle].start < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum meeting { MEETS_NONE, MEETS_SAME, MEETS_CONFLICT };

/* What EDIT finds where it goes. Those that were chosen do not overlap: of those that start before it only the last ones reach it. */
static enum meeting meet(const struct choice *choice, const struct dw_edit *edit)
{
    size_t first = first_from(choice, edit->start);
    if (first > 0)
        first = first_from(choice, choice->edits.at[first - 1].start);
    enum meeting result = MEETS_NONE;
    for (size_t i = first; i < choice->edits.len; i++) {
        const struct dw_edit *other = &choice->edits.at[i];
        if (other->start > edit->start && other->start >= edit->end)
            break;
        if (same_edit(edit, other))
            return MEETS_SAME;
        if (in_conflict(edit, other))
            result = MEETS_CONFLICT;
    }
    return result;
}

/* Adds FINDING's edits unless one of them is in the way of another's. The same change twice is made once. */
static bool choose(struct choice *choice, const struct dw_finding *finding)
{
    size_t same = 0;
    for (size_t i = 0; i < finding->edit_count; i++) {
        enum meeting met = meet(choice, &finding->edits[i]);
        if (met == MEETS_CONFLICT)
            return false;
        same += met == MEETS_SAME;
    }
    if (same > 0 && same < finding->edit_count)
        return false;
    *dw_vector_push(&choice->findings) = finding;
    for (size_t i = 0; same == 0 && i < finding->edit_count; i++) {
        size_t at = first_from(choice, finding->edits[i].start + 1), behind = choice->edits.len - at;
        dw_vector_push(&choice->edits);
        memmove(&choice->edits.at[at + 1], &choice->edits.at[at], behind * sizeof(*choice->edits.at));
        choice->edits.at[at] = finding->edits[i];
    }
    return true;
}

/* Can FINDING's repair be made to this file, and is it asked for? */
static bool is_wanted(struct hardening *h, const struct dw_finding *finding)
{
    struct dw_arena *arena = &h->result->arena;
    if (finding->status == DW_STATUS_EXCEPTED)
        return false;
    if (!is_chosen(h->options, finding, full_rule(arena, finding)) ||
        is_among(h->answered_no.at, h->answered_no.len, key_of(arena, finding)) ||
        is_among(h->refused.at, h->refused.len, exact_key_of(arena, finding)))
        return false;
    if (finding->edit_count == 0) {
        if (finding->repair_note.len > 0)
            leave(h, finding, finding->repair_note);
        return false;
    }
    if (finding->repair == DW_REPAIR_REVIEW && !h->options->review)
        return false;
    for (size_t i = 0; i < finding->edit_count; i++)
        if (!dw_slice_is(finding->edits[i].path, h->path)) {
            leave(h, finding,
                  dw_arena_printf(arena, "it stands in %.*s: harden that file", DW_SLICE_ARG(finding->edits[i].path)));
            return false;
        }
    return true;
}

static void apply(struct dw_slice text, const struct choice *choice, struct dw_buffer *out)
{
    dw_buffer_clear(out);
    dw_edits_apply(text, choice->edits.at, choice->edits.len, out);
}

/* May it be made? Asks once for each finding. */
static bool is_allowed(struct hardening *h, const struct dw_finding *finding)
{
    struct dw_slice key = key_of(&h->result->arena, finding);
    if (h->options->ask == NULL || h->yes_to_all || is_among(h->answered_yes.at, h->answered_yes.len, key))
        return true;
    if (h->result->quit)
        return false;
    struct dw_slice before = dw_buffer_slice(&h->result->text);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer after = {0};
    dw_edits_apply(before, finding->edits, finding->edit_count, &after);
    struct dw_harden_change change = describe(h, finding);
    enum dw_harden_answer answer = h->options->ask(h->options->ask_context, &change, before, dw_buffer_slice(&after));
    h->result->quit = answer == DW_HARDEN_QUIT;
    h->yes_to_all = answer == DW_HARDEN_ALL;
    if (answer == DW_HARDEN_YES || answer == DW_HARDEN_ALL) {
        *dw_vector_push(&h->answered_yes) = key;
        return true;
    }
    if (answer == DW_HARDEN_NO) {
        *dw_vector_push(&h->answered_no) = key;
        leave(h, finding, DW_SLICE("the answer was no"));
    }
    return false;
}

/* Everything that can be made at once, the worst first. */
static void choose_all(struct hardening *h, const struct dw_verdict *verdict, struct choice *choice)
{
    for (int severity = DW_SEVERITY_COUNT - 1; severity >= 0; severity--)
        for (size_t i = 0; i < verdict->findings.len; i++) {
            const struct dw_finding *finding = &verdict->findings.at[i];
            if ((int)finding->severity == severity && is_wanted(h, finding) && is_allowed(h, finding))
                choose(choice, finding);
        }
}

/* --- trying ------------------------------------------------------------------------------------------------------------------ */

/* The verdict over TEXT with CHOICE made, or NULL with the reason why it is no improvement. */
static struct dw_verdict *try(struct hardening *h, const struct dw_verdict *before, const struct choice *choice,
                              struct dw_buffer *out, struct dw_slice *reason)
{
    struct dw_error error = DW_ERROR_INIT;
    apply(dw_buffer_slice(&h->result->text), choice, out);
    struct dw_verdict *after = judge(h, dw_buffer_slice(out), &error);
    if (after == NULL) {
        *reason = dw_arena_printf(&h->result->arena, "the file would no longer be read: %s", error.text);
        return NULL;
    }
    struct dw_slice worse = find_worse(before, after);
    bool better = false;
    for (size_t i = 0; i < choice->findings.len; i++)
        better = better || count_findings(after, choice->findings.at[i], false) < count_findings(before, choice->findings.at[i], false);
    if (better && worse.len == 0)
        return after;
    *reason = worse.len > 0 ? dw_arena_printf(&h->result->arena, "%.*s would judge worse", DW_SLICE_ARG(worse))
                            : DW_SLICE("the finding would stay");
    dw_verdict_free(after);
    return NULL;
}

static void accept(struct hardening *h, const struct choice *choice, struct dw_buffer *out)
{
    for (size_t i = 0; i < choice->findings.len; i++)
        *dw_vector_push(&h->result->made) = describe(h, choice->findings.at[i]);
    struct dw_buffer old = h->result->text;
    h->result->text = *out;
    *out = old;
}

/* One after the other, until one is an improvement by itself: the others are for the next round. */
static struct dw_verdict *try_each(struct hardening *h, const struct dw_verdict *before, const struct choice *all,
                                   struct dw_buffer *out)
{
    for (size_t i = 0; i < all->findings.len; i++) {
        DW_CLEANUP(free_choice) struct choice one = {0};
        struct dw_slice reason = DW_SLICE("");
        choose(&one, all->findings.at[i]);
        struct dw_verdict *after = try(h, before, &one, out, &reason);
        if (after != NULL) {
            accept(h, &one, out);
            return after;
        }
        leave(h, all->findings.at[i], reason);
    }
    return NULL;
}

/* Replaces *VERDICT by the next one; false when nothing is left to make. */
static bool make_round(struct hardening *h, struct dw_verdict **verdict)
{
    DW_CLEANUP(free_choice) struct choice choice = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    struct dw_slice reason = DW_SLICE("");
    choose_all(h, *verdict, &choice);
    if (choice.findings.len == 0)
        return false;
    struct dw_verdict *after = try(h, *verdict, &choice, &out, &reason);
    if (after != NULL)
        accept(h, &choice, &out);
    else
        after = try_each(h, *verdict, &choice, &out);
    /* All were left: the next round chooses among what was in their way. */
    if (after != NULL) {
        dw_verdict_free(*verdict);
        *verdict = after;
    }
    return true;
}

static void count_for_review(struct hardening *h, const struct dw_verdict *verdict)
{
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        h->result->for_review += !h->options->review && finding->edit_count > 0 && finding->repair == DW_REPAIR_REVIEW &&
                                 finding->status == DW_STATUS_FAIL &&
                                 is_chosen(h->options, finding, full_rule(&h->result->arena, finding));
    }
}

bool dw_harden(const struct dw_harden_options *options, enum dw_subject_kind kind, const char *path, struct dw_slice text,
               struct dw_harden_result *result, struct dw_error *error)
{
    *result = (struct dw_harden_result){0};
    struct hardening h = {.options = options, .settings = *options->settings, .kind = kind, .path = path, .result = result};
    h.settings.repairs = h.settings.repairs_unknown = true;
    dw_buffer_append(&result->text, text);
    DW_CLEANUP(free_verdict) struct dw_verdict *verdict = judge(&h, text, error);
    if (verdict != NULL) {
        for (int round = 0; round < ROUNDS && make_round(&h, &verdict);)
            round++;
        count_for_review(&h, verdict);
    }
    dw_vector_free(&h.refused);
    dw_vector_free(&h.answered_no);
    dw_vector_free(&h.answered_yes);
    return verdict != NULL;
}

void dw_harden_result_free(struct dw_harden_result *result)
{
    dw_arena_free(&result->arena);
    dw_buffer_free(&result->text);
    dw_vector_free(&result->made);
    dw_vector_free(&result->left);
}
