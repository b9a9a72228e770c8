/* SPDX-License-Identifier: Apache-2.0
 * The table for people: head, chapters, findings, what could not be read, one summary line, the next command. */
#include "report/table.h"

#include "base/clock.h"
#include "base/map.h"
#include "report/formats.h"

#include <stdio.h>

#define DEFAULT_WIDTH 100
#define LEAST_WIDTH   60
#define WIDEST        200 /* lines longer than this are hard to read, however wide the terminal */
#define DIGEST_SHOWN  19  /* "sha256:" and twelve digits */
#define LISTED        12  /* of a long list, unless verbose */

enum dw_tone dw_table_status_tone(enum dw_status status)
{
    static const enum dw_tone tones[DW_STATUS_COUNT] = {
        [DW_STATUS_PASS] = DW_TONE_GOOD,          [DW_STATUS_FAIL] = DW_TONE_WORST,
        [DW_STATUS_EXCEPTED] = DW_TONE_WARN,      [DW_STATUS_NOT_APPLICABLE] = DW_TONE_DIM,
        [DW_STATUS_NOT_DUE] = DW_TONE_DIM,        [DW_STATUS_NOT_EVALUATED] = DW_TONE_UNSURE,
    };
    return tones[status];
}

enum dw_tone dw_table_severity_tone(enum dw_severity severity)
{
    static const enum dw_tone tones[DW_SEVERITY_COUNT] = {
        [DW_SEVERITY_UNKNOWN] = DW_TONE_UNSURE, [DW_SEVERITY_NEGLIGIBLE] = DW_TONE_DIM,
        [DW_SEVERITY_LOW] = DW_TONE_PLAIN,      [DW_SEVERITY_MEDIUM] = DW_TONE_WARN,
        [DW_SEVERITY_HIGH] = DW_TONE_BAD,       [DW_SEVERITY_CRITICAL] = DW_TONE_WORST,
    };
    return tones[severity];
}

void dw_table_count(struct dw_text *text, size_t count, const char *one, const char *many)
{
    dw_text_printf(text, DW_TONE_PLAIN, "%zu %s", count, count == 1 ? one : many);
}

void dw_table_severities(struct dw_text *text, const size_t counts[DW_SEVERITY_COUNT])
{
    bool first = true;
    for (int i = DW_SEVERITY_COUNT - 1; i >= 0; i--) {
        char words[48];
        if (counts[i] == 0)
            continue;
        int length = snprintf(words, sizeof(words), "%zu %s", counts[i], dw_severity_name((enum dw_severity)i));
        if (!first)
            dw_text_put_string(text, DW_TONE_PLAIN, ",");
        dw_text_fit(text, (size_t)length + 1, 4, !first);
        first = false;
        dw_text_put_string(text, dw_table_severity_tone((enum dw_severity)i), words);
    }
}

/* --- head --- */

static void digest_short(struct dw_buffer *out, struct dw_slice digest)
{
    dw_buffer_append(out, dw_slice_part(digest, 0, DIGEST_SHOWN));
    if (digest.len > DIGEST_SHOWN)
        dw_buffer_append_string(out, "…");
}

static void aside(struct dw_buffer *out, struct dw_slice what)
{
    if (what.len == 0)
        return;
    if (out->len > 0)
        dw_buffer_append_string(out, ", ");
    dw_buffer_append(out, what);
}

/* NAME (digest, platform, distribution). */
static void put_subject(struct dw_text *text, const struct dw_subject *subject)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer about = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer part = {0};
    const struct dw_distribution *distribution = &subject->distribution;
    digest_short(&part, subject->digest);
    aside(&about, dw_buffer_slice(&part));
    aside(&about, dw_part_platform(subject, &part));
    if (distribution->distroless)
        aside(&about, DW_SLICE("distroless"));
    if (distribution->known) {
        struct dw_slice version = distribution->version_id.len > 0 ? distribution->version_id : distribution->release;
        dw_buffer_clear(&part);
        dw_buffer_append(&part, distribution->id.len > 0 ? distribution->id : DW_SLICE("unknown distribution"));
        if (version.len > 0) {
            dw_buffer_append_byte(&part, ' ');
            dw_buffer_append(&part, version);
        }
        aside(&about, dw_buffer_slice(&part));
    } else if (subject->kind == DW_SUBJECT_IMAGE && !subject->unreadable) {
        aside(&about, DW_SLICE("no distribution"));
    }
    if (subject->unreadable)
        aside(&about, DW_SLICE("not readable"));

    size_t around = about.len > 0 ? dw_text_width(dw_buffer_slice(&about)) + 3 : 0, left = dw_text_left(text);
    dw_text_put_middle(text, DW_TONE_BOLD, subject->name, around + 20 <= left ? left - around : left);
    if (about.len == 0)
        return;
    if (around > dw_text_left(text)) {
        dw_text_end(text);
        dw_text_to(text, 2);
    } else {
        dw_text_to(text, text->column + 1);
    }
    dw_text_put_string(text, DW_TONE_PLAIN, "(");
    dw_text_put_cut(text, DW_TONE_PLAIN, dw_buffer_slice(&about), dw_text_left(text) > 1 ? dw_text_left(text) - 1 : 0);
    dw_text_put_string(text, DW_TONE_PLAIN, ")");
}

/* Images, folders and packages; the others are files of the repository, and itself. */
static bool is_inventory(const struct dw_subject *subject)
{
    return subject->kind == DW_SUBJECT_IMAGE || subject->kind == DW_SUBJECT_FOLDER || subject->kind == DW_SUBJECT_PURL;
}

/* One image stands on the first line, several have a line each. */
static void put_inventories(struct dw_text *text, const struct dw_verdict *verdict, bool verbose)
{
    size_t count = 0, shown = 0;
    for (size_t i = 0; i < verdict->subjects.len; i++)
        count += is_inventory(verdict->subjects.at[i]);
    for (size_t i = 0; i < verdict->subjects.len; i++) {
        const struct dw_subject *subject = verdict->subjects.at[i];
        if (!is_inventory(subject))
            continue;
        if (count == 1) {
            dw_text_put_string(text, DW_TONE_PLAIN, " · ");
            put_subject(text, subject);
            break;
        }
        if (shown >= LISTED && !verbose)
            break;
        shown++;
        dw_text_end(text);
        dw_text_to(text, 2);
        put_subject(text, subject);
    }
    if (count > 1 && shown < count) {
        dw_text_end(text);
        dw_text_to(text, 2);
        dw_text_printf(text, DW_TONE_DIM, "and %zu more (--verbose lists them)", count - shown);
    }
    dw_text_end(text);
}

/* "with Dockerfile, compose.yaml" */
static void put_files(struct dw_text *text, const struct dw_verdict *verdict, bool verbose)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer line = {0};
    size_t count = 0;
    for (size_t i = 0; i < verdict->subjects.len; i++) {
        const struct dw_subject *subject = verdict->subjects.at[i];
        if (is_inventory(subject) || subject->kind == DW_SUBJECT_REPOSITORY)
            continue;
        if (count++ < LISTED || verbose) {
            dw_buffer_append_string(&line, line.len > 0 ? ", " : "");
            dw_buffer_append(&line, subject->name);
        }
    }
    if (count == 0)
        return;
    if (count > LISTED && !verbose)
        dw_buffer_printf(&line, " and %zu more", count - LISTED);
    dw_text_put_string(text, DW_TONE_PLAIN, "with ");
    dw_text_wrap(text, DW_TONE_PLAIN, dw_buffer_slice(&line), 5, 0);
    dw_text_end(text);
}

/* Files alone: there are neither packages nor controls. */
static bool is_lint(const struct dw_verdict *verdict)
{
    return strcmp(verdict->command, "lint") == 0;
}

static void put_head(struct dw_text *text, const struct dw_verdict *verdict, const struct dw_report_options *options)
{
    bool check = verdict->controls.len > 0;
    char date[DW_TIME_TEXT];
    dw_text_printf(text, DW_TONE_BOLD, "dockworthy %s", verdict->command);
    if (check && verdict->service.len > 0) {
        dw_text_put_string(text, DW_TONE_PLAIN, " · ");
        dw_text_put_cut(text, DW_TONE_PLAIN, verdict->service, 30);
    }
    put_inventories(text, verdict, options->verbose);
    put_files(text, verdict, options->verbose);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer line = {0};
    if (check) {
        dw_buffer_append_string(&line, verdict->policy_path.len > 0 ? "policy " : "built-in policy");
        dw_buffer_append(&line, verdict->policy_path);
        dw_buffer_printf(&line, " · stage %s · ", dw_stage_name(verdict->stage));
    }
    if (verdict->database.present) {
        dw_buffer_printf(&line, "advisories of %s (", dw_date_format(verdict->database.built, date));
        digest_short(&line, verdict->database.digest);
        dw_buffer_append_string(&line, ")");
    } else if (is_lint(verdict)) {
        dw_buffer_append_string(&line, verdict->policy_path.len > 0 ? "policy " : "built-in policy");
        dw_buffer_append(&line, verdict->policy_path);
    } else {
        dw_buffer_append_string(&line, "no advisory database");
    }
    dw_text_wrap(text, DW_TONE_PLAIN, dw_buffer_slice(&line), 2, 0);
    if (verdict->database.present && verdict->database.stale)
        dw_text_wrap(text, DW_TONE_UNSURE, verdict->database.built > verdict->started ? DW_SLICE(", in the future")
                                                                : DW_SLICE(", older than the policy allows"),
                     2, 0);
    dw_text_end(text);
}

/* --- what could not be read --- */

static void put_note(struct dw_text *text, const struct dw_subject *subject, const struct dw_note *note, bool many)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer line = {0};
    if (many) {
        dw_buffer_append(&line, subject->id);
        dw_buffer_append_string(&line, ": ");
    }
    if (note->layer >= 0)
        dw_buffer_printf(&line, "layer %d: ", note->layer + 1);
    if (note->path.len > 0) {
        dw_buffer_append(&line, note->path);
        dw_buffer_append_string(&line, ": ");
    }
    dw_buffer_append(&line, note->message);
    dw_text_to(text, 1);
    dw_text_put_string(text, dw_note_exit_code(note->kind) == 3 ? DW_TONE_BAD : dw_note_exit_code(note->kind) == 4
                                 ? DW_TONE_UNSURE : DW_TONE_DIM,
                       dw_note_kind_name(note->kind));
    dw_text_to(text, 14);
    dw_text_wrap(text, DW_TONE_PLAIN, dw_buffer_slice(&line), 14, 3);
    dw_text_end(text);
}

static void put_notes(struct dw_text *text, const struct dw_verdict *verdict, const struct dw_report_options *options)
{
    size_t listed = 0, total = 0;
    for (size_t i = 0; i < verdict->subjects.len; i++)
        total += verdict->subjects.at[i]->notes.len;
    if (total == 0)
        return;
    dw_text_end(text);
    /* Those that cost something first. */
    static const int order[] = {3, 4, 0};
    for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++)
        for (size_t i = 0; i < verdict->subjects.len; i++) {
            const struct dw_subject *subject = verdict->subjects.at[i];
            for (size_t j = 0; j < subject->notes.len; j++) {
                const struct dw_note *note = &subject->notes.at[j];
                if (dw_note_exit_code(note->kind) != order[k])
                    continue;
                if (!options->verbose && listed >= LISTED)
                    continue;
                listed++;
                put_note(text, subject, note, verdict->subjects.len > 1);
            }
        }
    if (listed < total) {
        dw_text_to(text, 1);
        dw_text_printf(text, DW_TONE_DIM, "and %zu more notes (--verbose lists them)", total - listed);
        dw_text_end(text);
    }
}

static void put_errors(struct dw_text *text, const struct dw_verdict *verdict)
{
    if (verdict->errors.len > 0)
        dw_text_end(text);
    for (size_t i = 0; i < verdict->errors.len; i++) {
        dw_text_to(text, 1);
        dw_text_put_string(text, DW_TONE_WORST, "error");
        dw_text_to(text, 14);
        dw_text_wrap(text, DW_TONE_PLAIN, verdict->errors.at[i], 14, 0);
        dw_text_end(text);
    }
}

/* --- packages, when asked for --- */

static void put_packages(struct dw_text *text, const struct dw_verdict *verdict)
{
    for (size_t i = 0; i < verdict->subjects.len; i++) {
        const struct dw_subject *subject = verdict->subjects.at[i];
        if (subject->packages.len == 0)
            continue;
        size_t name = 12, version = 8;
        for (size_t j = 0; j < subject->packages.len; j++) {
            size_t columns = dw_text_width(subject->packages.at[j]->name);
            name = columns > name ? columns : name;
            columns = dw_text_width(subject->packages.at[j]->version);
            version = columns > version ? columns : version;
        }
        name = name > text->width * 3 / 10 ? text->width * 3 / 10 : name;
        version = version > text->width / 4 ? text->width / 4 : version;
        dw_text_end(text);
        dw_table_count(text, subject->packages.len, "package of ", "packages of ");
        dw_text_put_middle(text, DW_TONE_BOLD, subject->name, dw_text_left(text));
        dw_text_end(text);
        for (size_t j = 0; j < subject->packages.len; j++) {
            const struct dw_package *package = subject->packages.at[j];
            dw_text_to(text, 1);
            dw_text_put_cut(text, DW_TONE_PLAIN, package->name, name);
            dw_text_to(text, 1 + name + 2);
            dw_text_put_cut(text, DW_TONE_PLAIN, package->version.len > 0 ? package->version : DW_SLICE("no version"),
                            version);
            dw_text_to(text, 1 + name + 2 + version + 2);
            dw_text_put_cut(text, DW_TONE_DIM,
                            package->type == DW_PACKAGE_OTHER ? package->other_type
                                                              : dw_slice_of(dw_package_type_name(package->type)), 8);
            dw_text_to(text, 1 + name + 2 + version + 2 + 9);
            dw_text_put_middle(text, DW_TONE_DIM, package->path, dw_text_left(text));
            dw_text_end(text);
        }
    }
}

/* --- the last lines --- */

struct tally {
    size_t due, failed, missed, not_evaluated, preferred_not_evaluated, excepted, later;
};

static struct tally tally_controls(const struct dw_verdict *verdict)
{
    struct tally tally = {0};
    for (size_t i = 0; i < verdict->controls.len; i++) {
        const struct dw_control_result *control = &verdict->controls.at[i];
        bool required = control->level == DW_LEVEL_REQUIRED;
        if (!control->chosen)
            continue;
        tally.due += control->status != DW_STATUS_NOT_DUE;
        tally.later += control->status == DW_STATUS_NOT_DUE;
        tally.failed += control->status == DW_STATUS_FAIL && required;
        tally.missed += control->status == DW_STATUS_FAIL && !required;
        tally.not_evaluated += control->status == DW_STATUS_NOT_EVALUATED && required;
        tally.preferred_not_evaluated += control->status == DW_STATUS_NOT_EVALUATED && !required;
        tally.excepted += control->status == DW_STATUS_EXCEPTED;
    }
    return tally;
}

static void put_outcome(struct dw_text *text, const struct dw_verdict *verdict)
{
    static const struct {
        enum dw_tone tone;
        const char *words;
    } outcomes[] = {[0] = {DW_TONE_GOOD, "policy kept"},
                    [1] = {DW_TONE_WORST, "policy violated"},
                    [2] = {DW_TONE_WORST, "configuration error"},
                    [3] = {DW_TONE_WORST, "an input could not be read"},
                    [4] = {DW_TONE_UNSURE, "incomplete"}};
    int code = verdict->exit_code >= 0 && verdict->exit_code <= 4 ? verdict->exit_code : 3;
    dw_text_put_string(text, outcomes[code].tone, outcomes[code].words);
    if (verdict->violated && code != 1)
        dw_text_put_string(text, DW_TONE_WORST, ", and the policy is violated");
}

static void put_exit(struct dw_text *text, const struct dw_verdict *verdict)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer exit_text = {0};
    dw_buffer_printf(&exit_text, "exit %d", verdict->exit_code);
    if (dw_text_left(text) < exit_text.len + 3) {
        dw_text_end(text);
    } else {
        dw_text_put_string(text, DW_TONE_PLAIN, " · ");
    }
    dw_text_put(text, DW_TONE_PLAIN, dw_buffer_slice(&exit_text));
    dw_text_end(text);
}

static void part(struct dw_buffer *out, size_t count, const char *format_one, const char *format_many)
{
    if (count == 0)
        return;
    if (out->len > 0)
        dw_buffer_append_string(out, ", ");
    dw_buffer_printf(out, "%zu %s", count, count == 1 ? format_one : format_many);
}

static void put_check_summary(struct dw_text *text, const struct dw_verdict *verdict)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer line = {0};
    struct tally tally = tally_controls(verdict);
    put_outcome(text, verdict);
    dw_buffer_printf(&line, ": %zu of %zu due controls failed", tally.failed, tally.due);
    part(&line, tally.missed, "preferred one missed", "preferred ones missed");
    part(&line, tally.not_evaluated, "not evaluated", "not evaluated");
    part(&line, tally.preferred_not_evaluated, "preferred one not evaluated", "preferred ones not evaluated");
    part(&line, tally.excepted, "excepted", "excepted");
    part(&line, tally.later, "due later", "due later");
    dw_text_wrap(text, DW_TONE_PLAIN, dw_buffer_slice(&line), 0, 0);
    put_exit(text, verdict);
}

static void put_scan_summary(struct dw_text *text, const struct dw_verdict *verdict)
{
    size_t counts[DW_SEVERITY_COUNT] = {0}, open = 0, excepted = 0, packages = 0, hit = 0;
    struct dw_map seen = {0};
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        bool added = false;
        if (finding->status == DW_STATUS_EXCEPTED) {
            excepted++;
            continue;
        }
        open++;
        counts[finding->severity]++;
        if (finding->package != NULL)
            dw_map_insert(&seen, dw_slice_make(&finding->package, sizeof(finding->package)), &added);
        hit += added;
    }
    dw_map_free(&seen);
    for (size_t i = 0; i < verdict->subjects.len; i++)
        packages += verdict->subjects.at[i]->packages.len;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer line = {0};
    const char *noun = packages == 1 ? "package" : "packages";
    put_outcome(text, verdict);
    dw_text_put_string(text, DW_TONE_PLAIN, ": ");
    if (open > 0) {
        dw_table_severities(text, counts);
        dw_buffer_printf(&line, "in %zu of %zu %s", hit, packages, noun);
    } else {
        dw_buffer_printf(&line, "no finding in %zu %s", packages, noun);
    }
    if (excepted > 0)
        dw_buffer_printf(&line, ", %zu excepted", excepted);
    if (open > 0)
        dw_text_put_string(text, DW_TONE_PLAIN, " ");
    dw_text_wrap(text, DW_TONE_PLAIN, dw_buffer_slice(&line), 4, 0);
    put_exit(text, verdict);
}

static void put_lint_summary(struct dw_text *text, const struct dw_verdict *verdict)
{
    size_t counts[DW_SEVERITY_COUNT] = {0}, open = 0, excepted = 0, notes = 0, hit = 0;
    const struct dw_subject *last = NULL; /* findings are sorted by subject */
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        if (finding->status == DW_STATUS_EXCEPTED) {
            excepted++;
        } else if (finding->status == DW_STATUS_NOT_EVALUATED) {
            continue; /* found nothing: told by the count of checks */
        } else if (finding->severity == DW_SEVERITY_NEGLIGIBLE) {
            notes++;
        } else {
            open++;
            counts[finding->severity]++;
            hit += finding->subject != last;
            last = finding->subject;
        }
    }
    DW_CLEANUP(dw_buffer_free) struct dw_buffer line = {0};
    const char *noun = verdict->subjects.len == 1 ? "file" : "files";
    put_outcome(text, verdict);
    dw_text_put_string(text, DW_TONE_PLAIN, ": ");
    if (open > 0) {
        dw_table_severities(text, counts);
        dw_text_put_string(text, DW_TONE_PLAIN, " ");
        dw_buffer_printf(&line, "in %zu of %zu %s", hit, verdict->subjects.len, noun);
    } else {
        dw_buffer_printf(&line, "no finding in %zu %s", verdict->subjects.len, noun);
    }
    part(&line, notes, "note", "notes");
    part(&line, excepted, "excepted", "excepted");
    part(&line, verdict->judged[DW_STATUS_NOT_EVALUATED], "check not evaluated", "checks not evaluated");
    dw_text_wrap(text, DW_TONE_PLAIN, dw_buffer_slice(&line), 4, 0);
    put_exit(text, verdict);
}

bool dw_report_table(const struct dw_verdict *verdict, const struct dw_report_options *options,
                     struct dw_buffer *out, struct dw_error *error)
{
    (void)error;
    size_t width = options->width == 0 ? DEFAULT_WIDTH : options->width;
    width = width < LEAST_WIDTH ? LEAST_WIDTH : width > WIDEST ? WIDEST : width;
    struct dw_text text = {.out = out, .width = width, .color = options->color};

    put_head(&text, verdict, options);
    if (verdict->controls.len > 0)
        dw_table_controls(&text, verdict, options);
    dw_table_findings(&text, verdict, options);
    if (options->packages)
        put_packages(&text, verdict);
    put_notes(&text, verdict, options);
    put_errors(&text, verdict);
    dw_text_end(&text);
    if (verdict->controls.len > 0)
        put_check_summary(&text, verdict);
    else if (is_lint(verdict))
        put_lint_summary(&text, verdict);
    else
        put_scan_summary(&text, verdict);
    if (verdict->next.len > 0) {
        dw_text_put_string(&text, DW_TONE_DIM, "next: ");
        dw_text_wrap(&text, DW_TONE_PLAIN, verdict->next, 6, 0);
        dw_text_end(&text);
    }
    return true;
}
