/* SPDX-License-Identifier: Apache-2.0 */
#include "dockerfile/edit.h"

static bool add(struct dw_edits *edits, const struct dw_dockerfile *dockerfile, size_t start, size_t end, struct dw_slice text)
{
    return dw_edits_add(edits, dockerfile->name, dockerfile->source, start, end, text);
}

static size_t first_byte(const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction)
{
    return dw_line_start(dockerfile->source, instruction->run_count > 0 ? instruction->runs[0].source : 0);
}

/* The end of the instruction's last line, without its line end. */
static size_t last_byte(const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction)
{
    size_t at = first_byte(dockerfile, instruction);
    for (unsigned line = instruction->line; line < instruction->end_line; line++) {
        size_t feed = dw_slice_find(dw_slice_from(dockerfile->source, at), '\n');
        if (feed == SIZE_MAX)
            break;
        at += feed + 1;
    }
    return dw_line_end(dockerfile->source, at);
}

/* Does the instruction's last line ask for another one, which the file does not have? */
static bool is_open(const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction)
{
    if (instruction->heredoc_count > 0 || instruction->run_count == 0)
        return false;
    size_t start = instruction->runs[instruction->run_count - 1].source;
    size_t end = dw_line_end(dockerfile->source, start);
    while (end > start && (dockerfile->source.at[end - 1] == ' ' || dockerfile->source.at[end - 1] == '\t'))
        end--;
    return end > start && dockerfile->source.at[end - 1] == dockerfile->escape;
}

/* TEXT with the file's line ends. */
static void write_lines(struct dw_buffer *out, struct dw_slice text, struct dw_slice newline)
{
    struct dw_slice line;
    for (bool first = true; dw_slice_line(&text, &line); first = false) {
        if (!first)
            dw_buffer_append(out, newline);
        dw_buffer_append(out, line);
    }
}

bool dw_edits_line_before(struct dw_edits *edits, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                          struct dw_slice text)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer lines = {0};
    struct dw_slice newline = dw_newline_of(dockerfile->source);
    size_t at = first_byte(dockerfile, instruction);
    write_lines(&lines, text, newline);
    dw_buffer_append(&lines, newline);
    return add(edits, dockerfile, at, at, dw_buffer_slice(&lines));
}

bool dw_edits_line_after(struct dw_edits *edits, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                         struct dw_slice text)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer lines = {0};
    struct dw_slice newline = dw_newline_of(dockerfile->source);
    size_t at = last_byte(dockerfile, instruction);
    if (is_open(dockerfile, instruction))
        return dw_edits_fail(edits, "the last line of the instruction at line %u continues on a line that is not there",
                             instruction->line);
    dw_buffer_append(&lines, newline);
    write_lines(&lines, text, newline);
    return add(edits, dockerfile, at, at, dw_buffer_slice(&lines));
}

/* The place of PART in the file; false if it does not stand there as it is. */
static bool place_of(struct dw_edits *edits, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                     struct dw_slice part, size_t *start)
{
    const struct dw_slice logical = instruction->logical;
    if (edits->problem.len > 0)
        return false;
    if (part.at < logical.at || part.at > logical.at + logical.len || part.len > (size_t)(logical.at + logical.len - part.at))
        return dw_edits_fail(edits, "line %u writes this in another form", instruction->line);
    *start = dw_instruction_offset(instruction, part);
    if (*start > dockerfile->source.len || !dw_slice_equal(dw_slice_part(dockerfile->source, *start, part.len), part))
        return dw_edits_fail(edits, "at line %u this is written on more than one line", instruction->line);
    return true;
}

bool dw_edits_part(struct dw_edits *edits, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                   struct dw_slice part, struct dw_slice text)
{
    size_t start = 0;
    return place_of(edits, dockerfile, instruction, part, &start) && add(edits, dockerfile, start, start + part.len, text);
}

bool dw_edits_before_part(struct dw_edits *edits, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                          struct dw_slice part, struct dw_slice text)
{
    size_t start = 0;
    return place_of(edits, dockerfile, instruction, part, &start) && add(edits, dockerfile, start, start, text);
}

bool dw_edits_flag(struct dw_edits *edits, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                   struct dw_slice flag)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    size_t start = 0;
    if (!place_of(edits, dockerfile, instruction, instruction->keyword, &start))
        return false;
    dw_buffer_append_byte(&text, ' ');
    dw_buffer_append(&text, flag);
    start += instruction->keyword.len;
    return add(edits, dockerfile, start, start, dw_buffer_slice(&text));
}

static bool is_flag(struct dw_slice word, const char *name)
{
    if (!dw_slice_starts_with(word, "--") || !dw_slice_starts_with(dw_slice_from(word, 2), name))
        return false;
    struct dw_slice rest = dw_slice_from(word, 2 + strlen(name));
    return rest.len == 0 || rest.at[0] == '=';
}

bool dw_edits_remove_flag(struct dw_edits *edits, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                          const char *name)
{
    const struct dw_slice logical = instruction->logical;
    const struct dw_slice keyword = instruction->keyword, rest = instruction->rest;
    if (keyword.at < logical.at || rest.at < keyword.at || rest.at > logical.at + logical.len)
        return dw_edits_fail(edits, "line %u writes its flags in another form", instruction->line);
    struct dw_slice flags = dw_slice_make(keyword.at + keyword.len, (size_t)(rest.at - keyword.at) - keyword.len);
    for (size_t i = 0; i < flags.len;) {
        size_t start = i;
        while (i < flags.len && (flags.at[i] == ' ' || flags.at[i] == '\t'))
            i++;
        size_t word = i;
        while (i < flags.len && flags.at[i] != ' ' && flags.at[i] != '\t')
            i++;
        if (!is_flag(dw_slice_part(flags, word, i - word), name))
            continue;
        /* With the blanks before it, where those are on its line. */
        struct dw_slice whole = dw_slice_part(flags, start, i - start);
        size_t offset = dw_instruction_offset(instruction, whole);
        if (offset >= dockerfile->source.len || !dw_slice_equal(dw_slice_part(dockerfile->source, offset, whole.len), whole))
            whole = dw_slice_part(flags, word, i - word);
        return dw_edits_part(edits, dockerfile, instruction, whole, DW_SLICE(""));
    }
    return dw_edits_fail(edits, "line %u writes --%s in another form", instruction->line, name);
}

/* The start of the comment lines right above AT; AT where they reach up to the top of the file, with its directives. */
static size_t comments_above(struct dw_slice source, size_t at)
{
    size_t start = at;
    while (start > 0) {
        size_t line = dw_line_start(source, start - 1);
        struct dw_slice text = dw_slice_trim(dw_slice_part(source, line, start - line));
        if (text.len == 0 || text.at[0] != '#')
            return start;
        if (line == 0 || (line == 3 && start == 3))
            return at;
        start = line;
    }
    return at;
}

bool dw_edits_instruction(struct dw_edits *edits, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                          struct dw_slice text)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer lines = {0};
    struct dw_slice source = dockerfile->source;
    size_t start = first_byte(dockerfile, instruction), end = last_byte(dockerfile, instruction);
    if (text.len > 0) {
        write_lines(&lines, text, dw_newline_of(source));
        return add(edits, dockerfile, start, end, dw_buffer_slice(&lines));
    }
    start = comments_above(source, start);
    size_t feed = dw_slice_find(dw_slice_from(source, end), '\n');
    end = feed == SIZE_MAX ? source.len : end + feed + 1;
    return add(edits, dockerfile, start, end, DW_SLICE(""));
}
