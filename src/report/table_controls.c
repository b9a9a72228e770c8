/* SPDX-License-Identifier: Apache-2.0
 * Chapters folded to their worst due control, or unfolded (--controls); then everything that is not evaluated, with the
 * reason, so that nothing unknown hides behind a chapter that fails for another cause. */
#include "report/table.h"

#define TITLE_AT  5
#define REASON_AT 60

/* A narrow terminal has the title on a line of its own. */
static bool is_narrow(const struct dw_text *text)
{
    return text->width < 72;
}

static size_t status_at(const struct dw_text *text)
{
    return is_narrow(text) ? TITLE_AT : 30;
}

static size_t ids_at(const struct dw_text *text)
{
    return status_at(text) + 16;
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

/* At the reason's column, or on a line of its own where the terminal is narrow. */
static void put_reason(struct dw_text *text, const struct dw_control_result *control, size_t lines)
{
    size_t at = REASON_AT;
    if (control->reason.len == 0 && control->level == DW_LEVEL_REQUIRED)
        return;
    if (REASON_AT + 30 > text->width || text->column + 16 > text->width) {
        dw_text_end(text);
        at = TITLE_AT;
    }
    dw_text_to(text, at);
    if (control->level == DW_LEVEL_PREFERRED &&
        (control->status == DW_STATUS_FAIL || control->status == DW_STATUS_NOT_EVALUATED))
        dw_text_put_string(text, DW_TONE_DIM, control->reason.len > 0 ? "preferred: " : "preferred");
    dw_text_wrap(text, control->status == DW_STATUS_NOT_DUE ? DW_TONE_DIM : DW_TONE_PLAIN, control->reason,
                 text->column > at + 1 ? at : text->column, lines);
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

static void put_status(struct dw_text *text, enum dw_status status)
{
    dw_text_to(text, status_at(text));
    dw_text_put_string(text, dw_table_status_tone(status), dw_status_name(status));
    dw_text_to(text, ids_at(text));
}

static bool of_chapter(const struct dw_control_result *control, unsigned chapter)
{
    return control->chosen && control->chapter == chapter;
}

static void put_folded(struct dw_text *text, const struct dw_verdict *verdict, const struct dw_chapter *chapter,
                       const struct dw_report_options *options)
{
    int worst = -1;
    size_t lines = options->verbose ? 0 : 2;
    for (size_t i = 0; i < verdict->controls.len; i++) {
        const struct dw_control_result *control = &verdict->controls.at[i];
        if (of_chapter(control, chapter->number) && badness(control->status) > worst)
            worst = badness(control->status);
    }
    if (worst < 0)
        return;

    const struct dw_control_result *first = NULL;
    put_chapter_start(text, chapter);
    for (size_t i = 0; i < verdict->controls.len; i++) {
        const struct dw_control_result *control = &verdict->controls.at[i];
        if (!of_chapter(control, chapter->number) || badness(control->status) != worst)
            continue;
        /* Failures each get a row with their reason; the others share one. */
        bool each = control->status == DW_STATUS_FAIL || control->status == DW_STATUS_EXCEPTED;
        if (each && first != NULL) {
            put_reason(text, first, lines);
            dw_text_end(text);
        }
        if (each || first == NULL)
            put_status(text, control->status);
        if (each || first == NULL)
            first = control;
        if (control->status != DW_STATUS_NOT_DUE) {
            if (!each && control != first)
                dw_text_fit(text, strlen(control->id), ids_at(text), true);
            dw_text_put_string(text, DW_TONE_PLAIN, control->id);
        }
    }
    if (first->status == DW_STATUS_FAIL || first->status == DW_STATUS_EXCEPTED || first->status == DW_STATUS_PASS ||
        first->status == DW_STATUS_NOT_DUE)
        put_reason(text, first, first->status == DW_STATUS_PASS && !options->verbose ? 1 : lines);
    else if (first->status == DW_STATUS_NOT_APPLICABLE)
        put_reason(text, first, 1);
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
        dw_text_to(text, TITLE_AT + 21);
        dw_text_wrap(text, DW_TONE_PLAIN, dw_slice_of(control->title), TITLE_AT + 21, 0);
        if (control->level == DW_LEVEL_PREFERRED) {
            dw_text_fit(text, strlen("(preferred)"), TITLE_AT + 21, true);
            dw_text_put_string(text, DW_TONE_DIM, "(preferred)");
        }
        if (control->reason.len > 0) {
            dw_text_end(text);
            dw_text_to(text, TITLE_AT + 21);
            dw_text_wrap(text, DW_TONE_DIM, control->reason, TITLE_AT + 21, 0);
        }
        dw_text_end(text);
    }
}

/* One entry a reason, with all controls that share it. */
static void put_not_evaluated(struct dw_text *text, const struct dw_verdict *verdict)
{
    bool any = false;
    for (size_t i = 0; i < verdict->controls.len; i++) {
        const struct dw_control_result *control = &verdict->controls.at[i];
        bool seen = false;
        if (!control->chosen || control->status != DW_STATUS_NOT_EVALUATED)
            continue;
        for (size_t j = 0; j < i && !seen; j++)
            seen = verdict->controls.at[j].chosen && verdict->controls.at[j].status == DW_STATUS_NOT_EVALUATED &&
                   dw_slice_equal(verdict->controls.at[j].reason, control->reason);
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
            if (!other->chosen || other->status != DW_STATUS_NOT_EVALUATED ||
                !dw_slice_equal(other->reason, control->reason))
                continue;
            bool preferred = other->level == DW_LEVEL_PREFERRED;
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
        dw_text_wrap(text, DW_TONE_PLAIN,
                     control->reason.len > 0 ? control->reason : dw_slice_of(control->title), text->column, 0);
        dw_text_end(text);
    }
}

void dw_table_controls(struct dw_text *text, const struct dw_verdict *verdict,
                       const struct dw_report_options *options)
{
    dw_text_end(text);
    for (size_t i = 0; i < sizeof(dw_chapters) / sizeof(dw_chapters[0]); i++) {
        if (options->controls)
            put_unfolded(text, verdict, &dw_chapters[i]);
        else
            put_folded(text, verdict, &dw_chapters[i], options);
    }
    if (!options->controls)
        put_not_evaluated(text, verdict);
}
