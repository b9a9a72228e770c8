/* SPDX-License-Identifier: Apache-2.0
 * Chapters folded to their worst due control, or unfolded (--controls); then everything that is not evaluated, with the
 * reason, so that nothing unknown hides behind a chapter that fails for another cause. */
#include "report/reason.h"
#include "report/table.h"

#define TITLE_AT   5
#define STATUS_AT  29
#define STATUSES   16 /* columns of the longest status and what follows it */
#define UNFOLDED_AT 26 /* title and reason of a control */
#define IDS_LIMIT  15 /* more ids push their reason to the right */
#define FAIL_LINES 4

/* The columns of folded chapters. */
struct columns {
    size_t status, ids, reason;
};

/* A narrow terminal has the title on a line of its own. */
static bool is_narrow(const struct dw_text *text)
{
    return text->width < 72;
}

/* How bad a status is for a chapter. */
static int badness(enum dw_status status)
{
    static const int ranks[DW_STATUS_COUNT] = {
        [DW_STATUS_FAIL] = 5, [DW_STATUS_NOT_EVALUATED] = 4,  [DW_STATUS_EXCEPTED] = 3,
        [DW_STATUS_PASS] = 2, [DW_STATUS_NOT_APPLICABLE] = 1, [DW_STATUS_NOT_DUE] = 0,
    };
    return ranks[status];
}

static bool of_chapter(const struct dw_control_result *control, unsigned chapter)
{
    return control->chosen && control->chapter == chapter;
}

/* The worst badness of a chapter, -1 if none of its controls is chosen. */
static int worst_of(const struct dw_verdict *verdict, unsigned chapter)
{
    int worst = -1;
    for (size_t i = 0; i < verdict->controls.len; i++) {
        const struct dw_control_result *control = &verdict->controls.at[i];
        if (of_chapter(control, chapter) && badness(control->status) > worst)
            worst = badness(control->status);
    }
    return worst;
}

/* Failures and exceptions have a row each, with their reason. */
static bool has_own_row(enum dw_status status)
{
    return status == DW_STATUS_FAIL || status == DW_STATUS_EXCEPTED;
}

/* What is not evaluated has its reason in the list below the chapters. */
static bool has_reason(enum dw_status status)
{
    return status != DW_STATUS_NOT_EVALUATED;
}

/* Reasons begin behind the longest row of ids that has one. */
static struct columns measure(const struct dw_text *text, const struct dw_verdict *verdict)
{
    struct columns columns = {.status = is_narrow(text) ? TITLE_AT : STATUS_AT};
    size_t longest = 3;
    columns.ids = columns.status + STATUSES;
    for (size_t i = 0; i < sizeof(dw_chapters) / sizeof(dw_chapters[0]); i++) {
        size_t ids = 0;
        int worst = worst_of(verdict, dw_chapters[i].number);
        for (size_t j = 0; j < verdict->controls.len; j++) {
            const struct dw_control_result *control = &verdict->controls.at[j];
            if (of_chapter(control, dw_chapters[i].number) && badness(control->status) == worst &&
                has_reason(control->status) && !has_own_row(control->status) && control->status != DW_STATUS_NOT_DUE)
                ids += strlen(control->id) + (ids > 0 ? 1 : 0);
        }
        longest = ids > longest ? ids : longest;
    }
    columns.reason = columns.ids + (longest > IDS_LIMIT ? IDS_LIMIT : longest) + 2;
    return columns;
}

/* At the reason's column, or on a line of its own where there is no room. */
static void put_reason(struct dw_text *text, const struct dw_control_result *control, const struct columns *columns,
                       size_t lines)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer reason = {0};
    size_t at = columns->reason;
    bool miss = control->level == DW_LEVEL_PREFERRED && control->status == DW_STATUS_FAIL;
    if (control->reason.len == 0 && !miss)
        return;
    if (columns->reason + 30 > text->width || text->column + 16 > text->width) {
        dw_text_end(text);
        at = TITLE_AT;
    }
    dw_text_to(text, at);
    if (miss)
        dw_text_put_string(text, DW_TONE_DIM, control->reason.len > 0 ? "preferred: " : "preferred");
    dw_reason_plain(&reason, control->reason);
    dw_text_wrap(text, control->status == DW_STATUS_NOT_DUE ? DW_TONE_DIM : DW_TONE_PLAIN, dw_buffer_slice(&reason),
                 text->column > at + 1 && !miss ? text->column : at, lines);
}

static void put_chapter_start(struct dw_text *text, const struct dw_chapter *chapter)
{
    dw_text_to(text, 2);
    dw_text_printf(text, DW_TONE_DIM, "%u", chapter->number);
    dw_text_to(text, TITLE_AT);
    dw_text_put_string(text, DW_TONE_PLAIN, chapter->title);
    if (is_narrow(text))
        dw_text_end(text);
}

static void put_status(struct dw_text *text, enum dw_status status, const struct columns *columns)
{
    dw_text_to(text, columns->status);
    dw_text_put_string(text, dw_table_status_tone(status), dw_status_name(status));
    dw_text_to(text, columns->ids);
}

static void put_folded(struct dw_text *text, const struct dw_verdict *verdict, const struct dw_chapter *chapter,
                       const struct columns *columns, bool verbose)
{
    const struct dw_control_result *first = NULL;
    int worst = worst_of(verdict, chapter->number);
    if (worst < 0)
        return;
    put_chapter_start(text, chapter);
    for (size_t i = 0; i < verdict->controls.len; i++) {
        const struct dw_control_result *control = &verdict->controls.at[i];
        if (!of_chapter(control, chapter->number) || badness(control->status) != worst)
            continue;
        bool own_row = has_own_row(control->status);
        if (own_row && first != NULL) {
            put_reason(text, first, columns, verbose ? 0 : FAIL_LINES);
            dw_text_end(text);
        }
        if (own_row || first == NULL) {
            put_status(text, control->status, columns);
            first = control;
        }
        if (control->status == DW_STATUS_NOT_DUE)
            continue;
        if (control != first)
            dw_text_fit(text, strlen(control->id), columns->ids, true);
        dw_text_put_string(text, DW_TONE_PLAIN, control->id);
    }
    if (has_reason(first->status))
        put_reason(text, first, columns, verbose ? 0 : has_own_row(first->status) ? FAIL_LINES : 1);
    dw_text_end(text);
}

static void put_unfolded(struct dw_text *text, const struct dw_verdict *verdict, const struct dw_chapter *chapter)
{
    bool any = false;
    for (size_t i = 0; i < verdict->controls.len; i++) {
        const struct dw_control_result *control = &verdict->controls.at[i];
        if (!of_chapter(control, chapter->number))
            continue;
        if (!any) {
            put_chapter_start(text, chapter);
            if (text->column > 0)
                dw_text_end(text);
        }
        any = true;
        dw_text_to(text, TITLE_AT);
        dw_text_put_string(text, DW_TONE_DIM, control->id);
        dw_text_to(text, TITLE_AT + 5);
        dw_text_put_string(text, dw_table_status_tone(control->status), dw_status_name(control->status));
        dw_text_to(text, UNFOLDED_AT);
        dw_text_wrap(text, DW_TONE_PLAIN, dw_slice_of(control->title), UNFOLDED_AT, 0);
        if (control->level == DW_LEVEL_PREFERRED) {
            dw_text_fit(text, strlen("(preferred)"), UNFOLDED_AT, true);
            dw_text_put_string(text, DW_TONE_DIM, "(preferred)");
        }
        if (control->reason.len > 0) {
            DW_CLEANUP(dw_buffer_free) struct dw_buffer reason = {0};
            dw_text_end(text);
            dw_text_to(text, UNFOLDED_AT);
            dw_reason_by_rule(&reason, control->reason);
            dw_text_wrap(text, DW_TONE_DIM, dw_buffer_slice(&reason), UNFOLDED_AT, 0);
        }
        dw_text_end(text);
    }
}

/* The reason of a control that is not evaluated, in words that controls can share. */
static struct dw_slice shared_reason(struct dw_arena *arena, const struct dw_control_result *control)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer words = {0};
    if (!control->chosen || control->status != DW_STATUS_NOT_EVALUATED)
        return DW_SLICE("");
    dw_reason_plain(&words, control->reason.len > 0 ? control->reason : dw_slice_of(control->title));
    return dw_arena_copy(arena, dw_buffer_slice(&words));
}

/* One entry a reason, with all controls that share it. */
static void put_not_evaluated(struct dw_text *text, const struct dw_verdict *verdict)
{
    bool any = false;
    struct dw_arena arena = {0};
    struct dw_slice *reasons = dw_arena_alloc(&arena, verdict->controls.len, sizeof(*reasons));
    for (size_t i = 0; i < verdict->controls.len; i++)
        reasons[i] = shared_reason(&arena, &verdict->controls.at[i]);
    for (size_t i = 0; i < verdict->controls.len; i++) {
        bool seen = reasons[i].len == 0;
        for (size_t j = 0; j < i && !seen; j++)
            seen = dw_slice_equal(reasons[j], reasons[i]);
        if (seen)
            continue;
        if (!any) {
            dw_text_end(text);
            dw_text_put_string(text, DW_TONE_UNSURE, "not evaluated");
            dw_text_end(text);
        }
        any = true;
        dw_text_to(text, 2);
        for (size_t j = i; j < verdict->controls.len; j++) {
            const struct dw_control_result *other = &verdict->controls.at[j];
            bool preferred = other->level == DW_LEVEL_PREFERRED;
            if (!dw_slice_equal(reasons[j], reasons[i]))
                continue;
            if (j > i)
                dw_text_fit(text, strlen(other->id) + (preferred ? strlen(" (preferred)") : 0), 2, true);
            dw_text_put_string(text, DW_TONE_PLAIN, other->id);
            if (preferred)
                dw_text_put_string(text, DW_TONE_DIM, " (preferred)");
        }
        if (text->column > 13) {
            dw_text_end(text);
            dw_text_to(text, 5);
        } else {
            dw_text_to(text, 14);
        }
        dw_text_wrap(text, DW_TONE_PLAIN, reasons[i], text->column, 0);
        dw_text_end(text);
    }
    dw_arena_free(&arena);
}

void dw_table_controls(struct dw_text *text, const struct dw_verdict *verdict,
                       const struct dw_report_options *options)
{
    struct columns columns = measure(text, verdict);
    dw_text_end(text);
    for (size_t i = 0; i < sizeof(dw_chapters) / sizeof(dw_chapters[0]); i++) {
        if (options->controls)
            put_unfolded(text, verdict, &dw_chapters[i]);
        else
            put_folded(text, verdict, &dw_chapters[i], &columns, options->verbose);
    }
    if (!options->controls)
        put_not_evaluated(text, verdict);
}
