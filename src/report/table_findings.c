/* SPDX-License-Identifier: Apache-2.0
 * Findings grouped by package or file, the worst group first:
 *
 *   minimist 1.2.0   npm · app/node_modules/minimist/package.json · layer 4: COPY node_modules
 *     fail      CVE-2021-44906  critical 9.8  → 1.2.6   Prototype pollution in minimist
 *     excepted  CVE-2020-7598   medium 5.6    → 1.2.2   SEC-123, 38 days left: Prototype pollution in minimist
 *     fix: npm install minimist@1.2.6                   dockworthy explain CVE-2021-44906 */
#include "report/table.h"

#include "advisory/version/version.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "base/map.h"
#include "base/mask.h"
#include "policy/exceptions.h"

#include <stdio.h>

#define LONG_LIST   40 /* findings of a subject above which minor ones are counted, not listed */
#define MOST_GROUPS 60 /* of a long list */
#define RULE_LIMIT  24
#define FIXED_LIMIT 20
#define ROW_AT      4

struct group {
    const struct dw_finding **at; /* in the verdict's order */
    size_t len, capacity;
};

/* Widths of the columns of one subject's rows. */
struct columns {
    size_t status, rule, severity, fixed;
};

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* --- cells --- */

/* What fails nothing is open (a vulnerability below the gate) or a note (a rule's information), never a "pass". */
static struct dw_slice status_word(const struct dw_finding *finding)
{
    if (finding->status != DW_STATUS_PASS)
        return dw_slice_of(dw_status_name(finding->status));
    return finding->kind == DW_FINDING_VULNERABILITY ? DW_SLICE("open") : DW_SLICE("note");
}

static void severity_text(const struct dw_finding *finding, struct dw_buffer *out)
{
    dw_buffer_clear(out);
    if (finding->malicious)
        dw_buffer_append_string(out, "malicious");
    else if (finding->kind != DW_FINDING_VULNERABILITY && finding->severity == DW_SEVERITY_NEGLIGIBLE)
        dw_buffer_append_string(out, "info");
    else
        dw_buffer_append_string(out, dw_severity_name(finding->severity));
    if (finding->score > 0)
        dw_buffer_printf(out, " %u.%u", finding->score / 10, finding->score % 10);
}

static void rule_text(const struct dw_finding *finding, struct dw_buffer *out)
{
    dw_buffer_clear(out);
    dw_buffer_append(out, finding->rule);
    if (finding->variant.len > 0) {
        dw_buffer_append_byte(out, '.');
        dw_buffer_append(out, finding->variant);
    }
}

static void fixed_text(const struct dw_finding *finding, struct dw_buffer *out)
{
    static const char *const states[] = {
        [DW_FIX_UNKNOWN] = "",          [DW_FIX_FIXED] = "",
        [DW_FIX_AFFECTED] = "no fix yet", [DW_FIX_WONT_FIX] = "will not fix",
        [DW_FIX_DEFERRED] = "fix deferred", [DW_FIX_END_OF_LIFE] = "end of life",
    };
    dw_buffer_clear(out);
    if (finding->kind != DW_FINDING_VULNERABILITY) {
        if (finding->place.line > 0)
            dw_buffer_printf(out, "line %u", finding->place.line);
    } else if (finding->fixed_count > 0) {
        dw_buffer_append_string(out, "→ ");
        dw_buffer_append(out, finding->fixed[0]);
    } else {
        dw_buffer_append_string(out, states[finding->fix_state]);
    }
}

/* "SEC-123, 38 days left" */
static void exception_text(const struct dw_finding *finding, int64_t now, struct dw_buffer *out)
{
    const struct dw_exception *exception = finding->exception;
    dw_buffer_append(out, exception->ticket.len > 0 ? exception->ticket : exception->id);
    if (exception->expires == DW_TIME_UNKNOWN || now == DW_TIME_UNKNOWN)
        return;
    int64_t days = dw_exception_days_left(exception, now);
    if (days <= 0)
        dw_buffer_append_string(out, ", expired");
    else
        dw_buffer_printf(out, ", %lld day%s left", (long long)days, days == 1 ? "" : "s");
}

static void what_text(const struct dw_finding *finding, int64_t now, struct dw_buffer *out)
{
    bool vulnerability = finding->kind == DW_FINDING_VULNERABILITY;
    struct dw_slice best = vulnerability ? finding->title : finding->message;
    struct dw_slice other = vulnerability ? finding->message : finding->title;
    dw_buffer_clear(out);
    if (finding->exception != NULL) {
        exception_text(finding, now, out);
        dw_buffer_append_string(out, ": ");
    }
    if (finding->informational)
        dw_buffer_append_string(out, "notice: ");
    dw_buffer_append(out, best.len > 0 ? best : other);
}

/* --- groups --- */

static bool is_minor(const struct dw_finding *finding)
{
    return finding->severity < DW_SEVERITY_HIGH && finding->severity != DW_SEVERITY_UNKNOWN &&
           finding->status != DW_STATUS_NOT_EVALUATED && !finding->malicious;
}

static void key_of(const struct dw_finding *finding, struct dw_buffer *key)
{
    const struct dw_package *package = finding->package;
    dw_buffer_clear(key);
    if (package != NULL) {
        dw_buffer_printf(key, "p%d", (int)package->type);
        dw_buffer_append_byte(key, 0);
        dw_buffer_append(key, package->name);
        dw_buffer_append_byte(key, 0);
        dw_buffer_append(key, package->version);
    } else {
        dw_buffer_append_string(key, "f");
        dw_buffer_append(key, finding->place.path);
        dw_buffer_append_byte(key, 0);
        dw_buffer_append(key, finding->place.path.len > 0 ? DW_SLICE("") : finding->place.pointer);
    }
}

static unsigned layer_number(const struct dw_subject *subject, struct dw_slice diff_id)
{
    for (size_t i = 0; diff_id.len > 0 && i < subject->image.layer_count; i++)
        if (dw_slice_equal(subject->image.layers[i].diff_id, diff_id))
            return (unsigned)i + 1;
    return 0;
}

/* An npm package is its folder, for a reader. */
static struct dw_slice shown_path(const struct dw_package *package, struct dw_slice path)
{
    struct dw_slice manifest = DW_SLICE("/package.json");
    if (package != NULL && package->type == DW_PACKAGE_NPM && dw_slice_ends(path, manifest))
        return dw_slice_part(path, 0, path.len - manifest.len);
    return path;
}

/* BuildKit's mark at the end of an instruction says nothing to a reader. */
static struct dw_slice shown_instruction(struct dw_slice instruction)
{
    struct dw_slice mark = DW_SLICE(" # buildkit");
    return dw_slice_ends(instruction, mark) ? dw_slice_part(instruction, 0, instruction.len - mark.len) : instruction;
}

/* Ids that can be typed: others come from a damaged or hostile record. */
static bool is_plain_id(struct dw_slice id)
{
    for (size_t i = 0; i < id.len; i++)
        if (!dw_is_alpha(id.at[i]) && !dw_is_digit(id.at[i]) && (i == 0 || strchr("-_.:", id.at[i]) == NULL))
            return false;
    return id.len > 0 && id.len <= 40;
}

/* What the group is of, and where. */
static void put_group_head(struct dw_text *text, const struct group *group, bool subject_named)
{
    const struct dw_finding *first = group->at[0];
    const struct dw_place *place = &first->place;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer about = {0};
    if (subject_named && first->package == NULL &&
        (place->path.len > 0 ? dw_slice_equal(place->path, first->subject->name) : place->pointer.len == 0))
        return; /* the line above says it */
    dw_text_to(text, 2);
    if (first->package != NULL) {
        size_t limit = dw_text_left(text) / 2;
        dw_text_put_middle(text, DW_TONE_BOLD, first->package->name, limit);
        dw_text_put_string(text, DW_TONE_BOLD, " ");
        dw_text_put_cut(text, DW_TONE_BOLD, first->package->version, limit / 2);
        dw_buffer_append(&about, first->package->type == DW_PACKAGE_OTHER
                                     ? first->package->other_type
                                     : dw_slice_of(dw_package_type_name(first->package->type)));
    } else {
        struct dw_slice name = place->path.len > 0      ? place->path
                               : place->pointer.len > 0 ? place->pointer
                                                        : first->subject->name;
        if (place->path.len == 0 && dw_slice_starts_with(name, "/config/")) {
            dw_text_put_string(text, DW_TONE_BOLD, "image config: ");
            name = dw_slice_from(name, strlen("/config/"));
        }
        dw_text_put_middle(text, DW_TONE_BOLD, name, dw_text_left(text));
    }
    if (first->package != NULL && place->path.len > 0) {
        dw_buffer_append_string(&about, " · ");
        dw_buffer_append(&about, shown_path(first->package, place->path));
    }
    if (first->occurrence_count > 0)
        dw_buffer_printf(&about, " (and %zu more)", first->occurrence_count);
    unsigned layer = layer_number(first->subject, place->layer);
    if (layer > 0) {
        dw_buffer_printf(&about, "%slayer %u", about.len > 0 ? " · " : "", layer);
        if (place->instruction.len > 0) {
            dw_buffer_append_string(&about, place->instruction_uncertain ? " (perhaps): " : ": ");
            dw_mask_secrets(&about, shown_instruction(place->instruction));
        }
    }
    if (about.len > 0) {
        dw_text_to(text, text->column + 3);
        if (dw_text_left(text) < 12) {
            dw_text_end(text);
            dw_text_to(text, ROW_AT);
        }
        dw_text_put_cut(text, DW_TONE_DIM, dw_buffer_slice(&about), dw_text_left(text));
    }
    dw_text_end(text);
}

static void put_fix(struct dw_text *text, const struct dw_finding *finding, size_t indent, bool hint)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer explain = {0};
    if (finding->fix.len > 0) {
        dw_text_to(text, indent);
        dw_text_put_string(text, DW_TONE_DIM, "fix: ");
        dw_text_wrap(text, DW_TONE_PLAIN, finding->fix, indent + 5, 0);
    }
    if ((hint || finding->fix.len > 0) && finding->kind == DW_FINDING_VULNERABILITY && is_plain_id(finding->rule)) {
        dw_buffer_append_string(&explain, "dockworthy explain ");
        dw_buffer_append(&explain, finding->rule);
        size_t need = dw_text_width(dw_buffer_slice(&explain)) + 3;
        if (text->column == 0)
            dw_text_to(text, indent);
        else if (dw_text_left(text) < need) {
            dw_text_end(text);
            dw_text_to(text, indent);
        } else {
            dw_text_to(text, text->column + 3 > 52 || text->width < 52 + need ? text->column + 3 : 52);
        }
        dw_text_put(text, DW_TONE_DIM, dw_buffer_slice(&explain));
    }
    if (text->column > 0)
        dw_text_end(text);
}

static void put_row(struct dw_text *text, const struct dw_finding *finding, const struct columns *columns,
                    int64_t now, size_t lines)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer cell = {0};
    size_t at = ROW_AT;
    dw_text_to(text, at);
    dw_text_put(text, finding->status == DW_STATUS_PASS ? DW_TONE_PLAIN : dw_table_status_tone(finding->status),
                status_word(finding));
    dw_text_to(text, at += columns->status + 2);
    rule_text(finding, &cell);
    dw_text_put_cut(text, DW_TONE_BOLD, dw_buffer_slice(&cell), columns->rule);
    dw_text_to(text, at += columns->rule + 2);
    severity_text(finding, &cell);
    dw_text_put(text, dw_table_severity_tone(finding->malicious ? DW_SEVERITY_CRITICAL : finding->severity),
                dw_buffer_slice(&cell));
    dw_text_to(text, at += columns->severity + 2);
    if (columns->fixed > 0) {
        fixed_text(finding, &cell);
        dw_text_put_cut(text, DW_TONE_PLAIN, dw_buffer_slice(&cell), columns->fixed);
        dw_text_to(text, at += columns->fixed + 2);
    }
    what_text(finding, now, &cell);
    if (at + 24 > text->width) {
        dw_text_end(text);
        dw_text_to(text, at = ROW_AT + columns->status + 2);
    }
    dw_text_wrap(text, DW_TONE_PLAIN, dw_buffer_slice(&cell), at, lines);
    dw_text_end(text);
}

/* The line of the file, and what is meant of it:
 *
 *        3 | FROM node:20
 *          |      ^~~~~~~
 *
 * Cut to the width around what is meant; tabs are shown as four spaces, credentials masked (then without the second line). */
static void put_source(struct dw_text *text, const struct dw_finding *finding)
{
    struct dw_slice line = finding->source_line;
    if (finding->kind != DW_FINDING_CONFIGURATION || finding->place.line == 0 || dw_slice_trim(line).len == 0)
        return;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer masked = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer shown = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer marks = {0};
    dw_mask_secrets(&masked, line);
    bool whole = dw_slice_equal(dw_buffer_slice(&masked), line) && finding->place.column > 0;
    line = dw_buffer_slice(&masked);
    /* What a rule masked already no longer says how far what stands behind it was. */
    if (finding->place.column > 0 &&
        dw_slice_find_slice(dw_slice_part(line, 0, finding->place.column - 1), DW_SLICE("***")) != SIZE_MAX)
        whole = false;
    size_t room = text->width > 24 ? text->width - 16 : 8, column = 1, start = 0;
    /* Each character with the mark beneath it. Columns of YAML count characters, those of Dockerfiles bytes; they are the same
     * wherever a line is plain ASCII up to the place, and near enough elsewhere. */
    for (size_t i = 0; i < line.len; column++) {
        struct dw_slice rest = dw_slice_from(line, i);
        uint32_t code;
        size_t step = dw_utf8_valid_prefix(dw_slice_part(rest, 0, 4)) > 0 ? dw_utf8_decode(rest, &code) : 1;
        size_t before = shown.len;
        if (line.at[i] == '\t')
            dw_buffer_append_string(&shown, "    ");
        else
            dw_escape_terminal(&shown, dw_slice_part(line, i, step), false);
        size_t width = dw_display_width(dw_slice_from(dw_buffer_slice(&shown), before));
        bool first = whole && column == finding->place.column, in = whole && column > finding->place.column &&
                                                                    column < finding->end_column;
        if (first && marks.len > room / 2)
            start = marks.len - room / 4;
        for (size_t j = 0; j < width; j++)
            dw_buffer_append_byte(&marks, first && j == 0 ? '^' : first || in ? '~' : ' ');
        i += step;
        if (marks.len > start + room * 2)
            break;
    }
    if (start > 0 && shown.len != marks.len)
        start = 0; /* wide or many-byte characters: not cut in front */
    char number[24];
    snprintf(number, sizeof(number), "%5u | ", finding->place.line);
    dw_text_to(text, ROW_AT + 2);
    dw_text_put_string(text, DW_TONE_DIM, number);
    dw_text_put_cut(text, DW_TONE_PLAIN, dw_slice_from(dw_buffer_slice(&shown), start), room);
    dw_text_end(text);
    size_t caret = dw_slice_find(dw_slice_from(dw_buffer_slice(&marks), start), '^');
    if (caret == SIZE_MAX || caret + 1 >= room)
        return;
    dw_text_to(text, ROW_AT + 2);
    dw_text_put_string(text, DW_TONE_DIM, "      | ");
    if (caret > 0) /* else it is there already, and one more blank would follow */
        dw_text_to(text, ROW_AT + 2 + 8 + caret);
    struct dw_slice under = dw_slice_from(dw_buffer_slice(&marks), start + caret);
    size_t end = 1;
    while (end < under.len && under.at[end] == '~')
        end++;
    dw_text_put(text, DW_TONE_WARN, dw_slice_part(under, 0, end < room - caret ? end : room - caret - 1));
    dw_text_end(text);
}

/* How the groups of one subject are shown. */
struct style {
    struct columns columns;
    int64_t now;
    bool subject_named; /* in a line above */
    bool long_list;     /* minor findings are counted */
    bool gated;         /* check: what is below the gate is counted */
    bool verbose;
};

static bool is_below_gate(const struct dw_finding *finding)
{
    return finding->status == DW_STATUS_PASS && finding->kind == DW_FINDING_VULNERABILITY;
}

/* Is FINDING counted at the end of its group, not listed? */
static bool is_counted(const struct dw_finding *finding, const struct style *style)
{
    return (style->long_list && is_minor(finding)) || (style->gated && is_below_gate(finding));
}

/* What decides has room for what it says; notes have one line. */
static size_t row_lines(const struct dw_finding *finding, const struct style *style)
{
    if (style->verbose)
        return 0;
    if (finding->status == DW_STATUS_FAIL || finding->status == DW_STATUS_NOT_EVALUATED)
        return finding->kind == DW_FINDING_VULNERABILITY ? 2 : 4;
    return 1;
}

/* May A's fix stand for B's too? Of one package the higher version does, by at least MARGIN (0: the same version too). */
static bool covers(const struct dw_finding *a, const struct dw_finding *b, const struct dw_version_order *order,
                   int margin)
{
    return order != NULL && a->fixed_count > 0 && b->fixed_count > 0 &&
           order->compare(a->fixed[0], b->fixed[0]) >= margin;
}

/* The finding whose fix mends all of STATUS in the group that can be mended; NULL with *SEVERAL set if there is no such
 * one, without if none has a fix. */
static const struct dw_finding *best_fix(const struct group *group, enum dw_status status, bool *several)
{
    const struct dw_finding *best = NULL;
    const struct dw_version_order *order =
        group->at[0]->package == NULL ? NULL
                                      : dw_version_order_of(dw_slice_of(dw_package_type_name(group->at[0]->package->type)));
    for (size_t i = 0; i < group->len; i++) {
        const struct dw_finding *finding = group->at[i];
        if (finding->status != status || finding->fix.len == 0)
            continue;
        if (best == NULL || covers(finding, best, order, 1)) {
            best = finding;
        } else if (!dw_slice_equal(best->fix, finding->fix) && !covers(best, finding, order, 0)) {
            *several = true;
            return NULL;
        }
    }
    return best;
}

static void put_rest(struct dw_text *text, const size_t rest[DW_SEVERITY_COUNT], bool below, bool hint)
{
    dw_text_to(text, ROW_AT);
    dw_text_put_string(text, DW_TONE_PLAIN, "and ");
    dw_table_severities(text, rest);
    if (below)
        dw_text_put_string(text, DW_TONE_PLAIN, " below the gate");
    if (hint) {
        dw_text_fit(text, 23, ROW_AT + 2, true);
        dw_text_put_string(text, DW_TONE_DIM, "(--verbose lists them)");
    }
    dw_text_end(text);
}

static void put_group(struct dw_text *text, const struct group *group, const struct style *style, bool first)
{
    static const enum dw_status order[] = {DW_STATUS_FAIL, DW_STATUS_NOT_EVALUATED, DW_STATUS_PASS};
    size_t rest[DW_SEVERITY_COUNT] = {0}, counted = 0;
    const struct dw_finding *fix = NULL;
    bool below = true, several = false;
    size_t statuses = sizeof(order) / sizeof(order[0]) - (style->gated ? 1 : 0);
    for (size_t i = 0; fix == NULL && !several && i < statuses; i++)
        fix = best_fix(group, order[i], &several);
    put_group_head(text, group, style->subject_named);
    for (size_t i = 0; i < group->len; i++) {
        const struct dw_finding *finding = group->at[i];
        if (is_counted(finding, style)) {
            rest[finding->severity]++;
            counted++;
            below = below && is_below_gate(finding);
            continue;
        }
        put_row(text, finding, &style->columns, style->now, row_lines(finding, style));
        if (finding->status == DW_STATUS_FAIL || finding->status == DW_STATUS_NOT_EVALUATED || style->verbose)
            put_source(text, finding);
        if (several && finding->status != DW_STATUS_EXCEPTED)
            put_fix(text, finding, ROW_AT + style->columns.status + 2, false);
    }
    if (counted > 0)
        put_rest(text, rest, below, group->at[0]->kind == DW_FINDING_CONFIGURATION);
    bool note = group->at[0]->status == DW_STATUS_PASS && group->at[0]->kind != DW_FINDING_VULNERABILITY;
    if (!several && (!note || style->verbose))
        put_fix(text, fix != NULL ? fix : group->at[0], ROW_AT, first);
}

static bool is_counted_group(const struct group *group, const struct style *style)
{
    for (size_t i = 0; i < group->len; i++)
        if (!is_counted(group->at[i], style))
            return false;
    return true;
}

/* Room for what a row needs most: what does not fit is cut. */
static struct columns measure(const struct dw_verdict *verdict, const struct dw_subject *subject, size_t width,
                              const struct style *style)
{
    struct columns columns = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer cell = {0};
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        if (finding->subject != subject || is_counted(finding, style))
            continue;
        columns.status = larger(columns.status, status_word(finding).len);
        rule_text(finding, &cell);
        columns.rule = larger(columns.rule, dw_text_width(dw_buffer_slice(&cell)));
        severity_text(finding, &cell);
        columns.severity = larger(columns.severity, cell.len);
        fixed_text(finding, &cell);
        columns.fixed = larger(columns.fixed, dw_text_width(dw_buffer_slice(&cell)));
    }
    columns.rule = columns.rule > RULE_LIMIT ? RULE_LIMIT : columns.rule;
    columns.fixed = columns.fixed > FIXED_LIMIT ? FIXED_LIMIT : columns.fixed;
    if (width < 72)
        columns.fixed = 0; /* the fix line says it */
    return columns;
}

/* Groups that are not listed, counted. */
static void put_more(struct dw_text *text, const size_t rest[DW_SEVERITY_COUNT], size_t count, bool below)
{
    dw_text_to(text, 2);
    dw_text_printf(text, DW_TONE_PLAIN, "and %zu more %s: ", count, count == 1 ? "package or file" : "packages or files");
    dw_table_severities(text, rest);
    if (below)
        dw_text_put_string(text, DW_TONE_PLAIN, " below the gate");
    dw_text_fit(text, 23, 4, true);
    dw_text_put_string(text, DW_TONE_DIM, "(--verbose lists them)");
    dw_text_end(text);
}

static void put_groups(struct dw_text *text, const struct group *groups, size_t count, const struct style *style)
{
    size_t rest[DW_SEVERITY_COUNT] = {0}, shown = 0;
    bool below = true;
    for (size_t i = 0; i < count; i++) {
        if ((style->long_list && shown >= MOST_GROUPS) || is_counted_group(&groups[i], style)) {
            for (size_t j = 0; j < groups[i].len; j++) {
                rest[groups[i].at[j]->severity]++;
                below = below && is_below_gate(groups[i].at[j]);
            }
            continue;
        }
        put_group(text, &groups[i], style, shown++ == 0);
    }
    if (shown < count)
        put_more(text, rest, count - shown, below);
}

static void put_subject_findings(struct dw_text *text, const struct dw_verdict *verdict,
                                 const struct dw_subject *subject, const struct dw_report_options *options)
{
    struct dw_arena arena = {0};
    struct dw_map index = {0};
    DW_VECTOR(struct group) groups = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer key = {0};
    size_t count = 0;
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        bool added = false;
        if (finding->subject != subject)
            continue;
        count++;
        key_of(finding, &key);
        struct dw_map_entry *entry = dw_map_find(&index, dw_buffer_slice(&key));
        if (entry == NULL)
            entry = dw_map_insert(&index, dw_arena_copy(&arena, dw_buffer_slice(&key)), &added);
        if (added) {
            entry->number = groups.len;
            dw_vector_push(&groups);
        }
        *dw_vector_push(&groups.at[entry->number]) = finding;
    }

    if (count > 0) {
        struct style style = {.now = verdict->started,
                              .subject_named = verdict->subjects.len > 1,
                              .long_list = count > LONG_LIST && !options->verbose,
                              .gated = verdict->controls.len > 0 && !options->verbose,
                              .verbose = options->verbose};
        style.columns = measure(verdict, subject, text->width, &style);
        dw_text_end(text);
        if (style.subject_named) {
            dw_text_put(text, DW_TONE_PLAIN, subject->id);
            dw_text_to(text, text->column + 2);
            dw_text_put_middle(text, DW_TONE_BOLD, subject->name, dw_text_left(text));
            dw_text_end(text);
        }
        put_groups(text, groups.at, groups.len, &style);
    }
    for (size_t i = 0; i < groups.len; i++)
        free(groups.at[i].at);
    dw_vector_free(&groups);
    dw_map_free(&index);
    dw_arena_free(&arena);
}

void dw_table_findings(struct dw_text *text, const struct dw_verdict *verdict,
                       const struct dw_report_options *options)
{
    for (size_t i = 0; i < verdict->subjects.len; i++)
        put_subject_findings(text, verdict, verdict->subjects.at[i], options);
}
