/* SPDX-License-Identifier: Apache-2.0
 *
 * Edits of what RUN instructions run. */
#include "rule/run.h"

static void add(struct dw_run_repair *repair, const struct dw_run *run, size_t start, size_t end, struct dw_slice text)
{
    if (repair->count == sizeof(repair->edits) / sizeof(repair->edits[0]) || start > end ||
        end > run->view->dockerfile->source.len) {
        repair->spoiled = true;
        return;
    }
    repair->edits[repair->count++] =
        (struct dw_edit){.path = run->view->dockerfile->name, .start = start, .end = end, .text = text};
}

/* Where WORD begins in the file, if it stands there as it was read. */
static bool find_word(struct dw_run_repair *repair, const struct dw_run *run, const struct dw_shell_word *word, size_t *start)
{
    struct dw_slice source = run->view->dockerfile->source;
    /* A string of the exec form is quoted by JSON's rules. */
    bool exec = run->script->language == DW_SHELL_NO_SHELL && word->literal && word->quoted && word->text.at == word->value.at;
    *start = word->place.at == word->text.at ? dw_run_offset(run, word->place) : SIZE_MAX;
    if (*start == SIZE_MAX || exec || !dw_slice_equal(dw_slice_part(source, *start, word->text.len), word->text))
        repair->spoiled = true;
    return !repair->spoiled;
}

void dw_run_insert_behind(struct dw_run_repair *repair, const struct dw_run *run, const struct dw_shell_word *word, const char *text)
{
    size_t start;
    if (find_word(repair, run, word, &start))
        add(repair, run, start + word->text.len, start + word->text.len, dw_slice_of(text));
}

void dw_run_remove(struct dw_run_repair *repair, const struct dw_run *run, const struct dw_shell_word *word)
{
    size_t start;
    if (!find_word(repair, run, word, &start))
        return;
    size_t end = start + word->text.len;
    const char *source = run->view->dockerfile->source.at;
    while (start > 0 && (source[start - 1] == ' ' || source[start - 1] == '\t'))
        start--;
    /* At the start of a continuation line its indentation stays. */
    if (start == 0 || source[start - 1] == '\n') {
        find_word(repair, run, word, &start);
        while (end < run->view->dockerfile->source.len && (source[end] == ' ' || source[end] == '\t'))
            end++;
    }
    add(repair, run, start, end, DW_SLICE(""));
}

void dw_run_replace(struct dw_run_repair *repair, const struct dw_run *run, size_t start, size_t end, struct dw_slice text)
{
    if (start == SIZE_MAX || end == SIZE_MAX)
        repair->spoiled = true;
    else
        add(repair, run, start, end, text);
}

void dw_run_append(struct dw_run_repair *repair, const struct dw_run *run, const char *text)
{
    const struct dw_instruction *runs = run->script->runs;
    struct dw_slice rest = dw_slice_trim(runs->rest);
    if (runs->json || runs->heredoc_count > 0 || rest.len == 0 || dw_slice_find(rest, '#') != SIZE_MAX ||
        strchr(";&|\\", rest.at[rest.len - 1]) != NULL) {
        repair->spoiled = true;
        return;
    }
    size_t last = dw_run_offset(run, dw_slice_from(rest, rest.len - 1));
    if (last == SIZE_MAX || last >= run->view->dockerfile->source.len ||
        run->view->dockerfile->source.at[last] != rest.at[rest.len - 1])
        repair->spoiled = true;
    else
        add(repair, run, last + 1, last + 1, dw_slice_of(text));
}

void dw_run_insert_line(struct dw_run_repair *repair, const struct dw_run *run, const struct dw_instruction *instruction,
                        struct dw_slice text)
{
    struct dw_slice source = run->view->dockerfile->source;
    if (instruction->kind == DW_INSTRUCTION_ONBUILD || instruction->run_count == 0) {
        repair->spoiled = true;
        return;
    }
    size_t start = instruction->runs[0].source;
    while (start > 0 && source.at[start - 1] != '\n')
        start--;
    add(repair, run, start, start, text);
}

void dw_run_delete(struct dw_run_repair *repair, const struct dw_run *run, const struct dw_instruction *instruction)
{
    struct dw_slice source = run->view->dockerfile->source;
    if (instruction->kind == DW_INSTRUCTION_ONBUILD || instruction->run_count == 0 || instruction->line != instruction->end_line) {
        repair->spoiled = true;
        return;
    }
    size_t start = instruction->runs[0].source, end = start;
    while (start > 0 && source.at[start - 1] != '\n')
        start--;
    while (end < source.len && source.at[end] != '\n')
        end++;
    add(repair, run, start, end < source.len ? end + 1 : end, DW_SLICE(""));
}

void dw_run_add_flag(struct dw_run_repair *repair, const struct dw_run *run, struct dw_slice flag)
{
    const struct dw_instruction *runs = run->script->runs;
    size_t start = dw_run_offset(run, runs->keyword);
    if (start == SIZE_MAX ||
        !dw_slice_equal(dw_slice_part(run->view->dockerfile->source, start, runs->keyword.len), runs->keyword))
        repair->spoiled = true;
    else
        add(repair, run, start + runs->keyword.len, start + runs->keyword.len, flag);
}

static int by_start(const void *a, const void *b)
{
    const struct dw_edit *first = a, *second = b;
    return (first->start > second->start) - (first->start < second->start);
}

void dw_run_repair_end(struct dw_judge *judge, struct dw_judge_finding *finding, struct dw_run_repair *repair, enum dw_repair kind,
                       const char *note)
{
    if (!judge->settings->repairs || repair->spoiled || repair->count == 0)
        return;
    qsort(repair->edits, repair->count, sizeof(repair->edits[0]), by_start);
    finding->edits = repair->edits;
    finding->edit_count = repair->count;
    finding->repair = kind;
    finding->repair_note = dw_slice_of(note);
}
