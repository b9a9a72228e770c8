/* SPDX-License-Identifier: Apache-2.0
 *
 * Physical lines to instructions (moby/buildkit frontend/dockerfile/parser: parser.go, directives.go).
 * Limits: dockerfile-bytes; a physical line has at most 65,535 bytes, as in BuildKit. */
#include "dockerfile/parse.h"

#include "base/encoding.h"

#define LINE_BYTES 65535

struct lines {
    struct dw_dockerfile *dockerfile;
    struct dw_error *error;
    uint64_t *budget;
    struct dw_slice text;
    size_t at;         /* of the next physical line */
    unsigned number;   /* of the last physical line read; first_line is before the first */
    bool tree_only;    /* without what the instruction reader refuses */
    size_t block;      /* index of the first comment of the block above the next line */
    unsigned blank;    /* the first empty line within the instruction at hand; 0: none */
    size_t blank_offset, blank_length;
    bool directives;   /* directives may still come */
    bool interpreter;  /* the line before was "#!…" */
    bool seen[3];
    bool is_directive; /* the line at hand */
    struct dw_buffer logical;
    DW_VECTOR(struct dw_text_run) runs;
};

/* The next physical line with its line feed, or false at the end of the file. START is its offset. */
static bool next_line(struct lines *lines, struct dw_slice *line, size_t *start, bool *good)
{
    *good = true;
    if (lines->at >= lines->text.len)
        return false;
    struct dw_slice rest = dw_slice_from(lines->text, lines->at);
    size_t feed = dw_slice_find(rest, '\n');
    *line = dw_slice_part(rest, 0, feed == SIZE_MAX ? rest.len : feed + 1);
    *start = lines->at;
    lines->at += line->len;
    lines->number++;
    if (line->len - (feed != SIZE_MAX) > LINE_BYTES) {
        *good = dw_dockerfile_fail(lines->dockerfile, lines->number, DW_ERROR_LIMIT, lines->error,
                                   "a line of more than %d bytes", LINE_BYTES);
        return false;
    }
    return true;
}

static struct dw_slice trim_newline(struct dw_slice line)
{
    while (line.len > 0 && (line.at[line.len - 1] == '\n' || line.at[line.len - 1] == '\r'))
        line.len--;
    return line;
}

/* "([^E])E[ \t]*$|^E[ \t]*$": does the line continue, and then without the escape character and blanks after it? */
static bool continues(struct dw_slice *line, char escape)
{
    size_t end = line->len;
    while (end > 0 && (line->at[end - 1] == ' ' || line->at[end - 1] == '\t'))
        end--;
    if (end == 0 || line->at[end - 1] != escape || (end >= 2 && line->at[end - 2] == escape))
        return false;
    line->len = end - 1;
    return true;
}

/* "# key = value" with a known key; only at the top of the file. */
static bool read_directive(struct lines *lines, struct dw_slice line)
{
    static const char *const keys[] = {"escape", "syntax", "check"};
    struct dw_dockerfile *dockerfile = lines->dockerfile;
    if (!lines->directives)
        return true;
    lines->directives = false;
    if (line.len == 0 || line.at[0] != '#')
        return true;
    /* "#!" on the first line hides the other directives from the parser, but not "syntax" from the builder. */
    bool after_interpreter = lines->interpreter;
    lines->interpreter = lines->number == lines->dockerfile->first_line + 1 && dw_slice_starts_with(line, "#!");
    if (lines->interpreter) {
        lines->directives = true;
        return true;
    }
    struct dw_slice rest = dw_slice_trim(dw_slice_from(line, 1));
    size_t end = 0;
    while (end < rest.len && (dw_is_alpha(rest.at[end]) || (end > 0 && dw_is_digit(rest.at[end]))))
        end++;
    struct dw_slice key = dw_slice_part(rest, 0, end);
    rest = dw_slice_trim(dw_slice_from(rest, end));
    if (key.len == 0 || rest.len == 0 || rest.at[0] != '=')
        return true;
    struct dw_slice value = dw_slice_trim(dw_slice_from(rest, 1));
    for (size_t i = 0; i < 3 && value.len > 0; i++) {
        if (!dw_slice_equal_nocase(key, dw_slice_of(keys[i])) || (after_interpreter && i != 1))
            continue;
        if (lines->seen[i])
            return dw_dockerfile_fail(dockerfile, lines->number, DW_ERROR_INPUT, lines->error,
                                      "the parser directive \"%s\" stands twice", keys[i]);
        lines->seen[i] = true;
        dockerfile->directives[i] = (struct dw_directive){value, lines->number};
        lines->is_directive = true;
        lines->directives = !after_interpreter;
        if (i == 0 && !dw_slice_is(value, "\\") && !dw_slice_is(value, "`"))
            return dw_dockerfile_fail(dockerfile, lines->number, DW_ERROR_INPUT, lines->error,
                                      "the escape character is \\ or `, not \"%.*s\"",
                                      DW_SLICE_ARG(dw_slice_part(value, 0, 20)));
        if (i == 0)
            dockerfile->escape = value.at[0];
        if (i == 1) {
            dockerfile->syntax = dw_slice_part(value, 0, dw_slice_find(value, ' '));
            dockerfile->syntax_line = lines->number;
        }
        if (i == 2)
            dockerfile->check = value;
    }
    return true;
}

static void append(struct lines *lines, struct dw_slice line)
{
    *dw_vector_push(&lines->runs) =
        (struct dw_text_run){lines->logical.len, (size_t)(line.at - lines->dockerfile->source.at)};
    dw_buffer_append(&lines->logical, line);
}

/* A comment line; INSIDE: of the instruction that is being read, which is not among the instructions yet. */
static void add_comment(struct lines *lines, struct dw_slice line, bool inside)
{
    struct dw_dockerfile *dockerfile = lines->dockerfile;
    line = dw_unicode_trim_left(line);
    struct dw_comment *comment = dw_vector_push(&dockerfile->comments);
    *comment = (struct dw_comment){.text = dw_unicode_trim(dw_slice_from(line, 1)),
                                   .line = lines->number,
                                   .offset = (size_t)(line.at - dockerfile->source.at),
                                   .instruction = inside ? dockerfile->instructions.len : SIZE_MAX,
                                   .inside = inside,
                                   .directive = lines->is_directive};
    lines->is_directive = false;
    if (!inside && (comment->text.len == 0 || comment->directive))
        lines->block = dockerfile->comments.len;
}

/* The block of comments right above the instruction that begins is its. */
static void claim_comments(struct lines *lines)
{
    struct dw_dockerfile *dockerfile = lines->dockerfile;
    for (size_t i = lines->block; i < dockerfile->comments.len; i++)
        dockerfile->comments.at[i].instruction = dockerfile->instructions.len;
}

/* Continuation lines after a first line that continues. */
static bool read_continuations(struct lines *lines)
{
    struct dw_slice line;
    size_t start;
    bool good;
    while (next_line(lines, &line, &start, &good)) {
        struct dw_slice whole = line;
        line = trim_newline(line);
        struct dw_slice text = dw_unicode_trim_left(line);
        if (text.len > 0 && text.at[0] == '#') {
            add_comment(lines, text, true);
            continue;
        }
        if (text.len == 0) {
            if (lines->blank == 0) {
                lines->blank = lines->number;
                lines->blank_offset = start;
                lines->blank_length = whole.len;
            }
            continue;
        }
        bool more = continues(&line, lines->dockerfile->escape);
        append(lines, line);
        if (!more)
            break;
    }
    return good;
}

/* The here-documents that the words of the line announce. */
static void find_heredocs(struct lines *lines, struct dw_slice line, struct dw_word_list *words)
{
    struct dw_word_lexer lexer = {.arena = &lines->dockerfile->arena,
                                  .escape = '\\',
                                  .raw = true,
                                  .keep_unset = true,
                                  .budget = lines->budget};
    struct dw_error ignored = DW_ERROR_INIT;
    /* A line that the lexer cannot read announces none, as in BuildKit. */
    if (!dw_word_split(&lexer, line, words, &ignored))
        words->words.len = 0;
}

/* "[digits]<<[-]delimiter": the delimiter, or "". */
static struct dw_slice heredoc_delimiter(struct dw_slice word)
{
    size_t digits = 0;
    while (digits < word.len && dw_is_digit(word.at[digits]))
        digits++;
    struct dw_slice rest = dw_slice_from(word, digits);
    if (!dw_slice_starts_with(rest, "<<"))
        return DW_SLICE("");
    rest = dw_slice_from(rest, 2);
    rest = dw_slice_trim(dw_slice_from(rest, dw_slice_starts_with(rest, "-") ? 1 : 0));
    return dw_slice_find(rest, '<') != SIZE_MAX ? DW_SLICE("") : rest;
}

bool dw_word_is_heredoc(struct dw_slice word)
{
    return heredoc_delimiter(word).len > 0;
}

static bool heredoc_of_word(struct lines *lines, struct dw_slice word, struct dw_heredoc *heredoc, bool *found)
{
    size_t digits = 0;
    while (digits < word.len && dw_is_digit(word.at[digits]))
        digits++;
    struct dw_slice rest = heredoc_delimiter(word);
    *found = false;
    if (rest.len == 0)
        return true;
    *heredoc = (struct dw_heredoc){0};
    /* A number that does not fit is none; BuildKit takes it for 0. */
    if (!dw_parse_u64(dw_slice_part(word, 0, digits), &heredoc->descriptor))
        heredoc->descriptor = 0;
    heredoc->chomp = dw_slice_starts_with(dw_slice_from(word, digits + 2), "-");
    struct dw_word_lexer lexer = {.arena = &lines->dockerfile->arena,
                                  .escape = '\\',
                                  .keep_unset = true,
                                  .budget = lines->budget};
    DW_CLEANUP(dw_word_list_free) struct dw_word_list plain = {0};
    DW_CLEANUP(dw_word_list_free) struct dw_word_list raw = {0};
    if (!dw_word_split(&lexer, rest, &plain, lines->error))
        return dw_context(lines->error, "%.*s:%u", DW_SLICE_ARG(lines->dockerfile->name), lines->number);
    if (plain.words.len != 1)
        return true;
    lexer.raw = true;
    if (!dw_word_split(&lexer, rest, &raw, lines->error))
        return dw_context(lines->error, "%.*s:%u", DW_SLICE_ARG(lines->dockerfile->name), lines->number);
    heredoc->name = plain.words.at[0];
    heredoc->expand = raw.words.len == 1 && dw_slice_equal(plain.words.at[0], raw.words.at[0]);
    *found = true;
    return true;
}

static bool read_heredoc_body(struct lines *lines, struct dw_heredoc *heredoc, unsigned first)
{
    struct dw_slice line;
    size_t begin = lines->at, start = begin;
    bool good;
    heredoc->line = lines->number + 1;
    while (next_line(lines, &line, &start, &good)) {
        struct dw_slice end = trim_newline(line);
        while (heredoc->chomp && end.len > 0 && end.at[0] == '\t')
            end = dw_slice_from(end, 1);
        if (dw_slice_equal(end, heredoc->name)) {
            heredoc->text = dw_slice_part(lines->text, begin, start - begin);
            return true;
        }
    }
    return good && dw_dockerfile_fail(lines->dockerfile, first, DW_ERROR_INPUT, lines->error,
                                      "the here-document \"%.*s\" has no end",
                                      DW_SLICE_ARG(dw_slice_part(heredoc->name, 0, 80)));
}

static bool read_heredocs(struct lines *lines, struct dw_instruction *instruction)
{
    const struct dw_instruction *real = instruction->inner != NULL ? instruction->inner : instruction;
    bool takes = real->kind == DW_INSTRUCTION_RUN || real->kind == DW_INSTRUCTION_COPY ||
                 real->kind == DW_INSTRUCTION_ADD;
    if (!takes || real->json || dw_slice_find_slice(instruction->logical, DW_SLICE("<<")) == SIZE_MAX)
        return true;
    DW_CLEANUP(dw_word_list_free) struct dw_word_list words = {0};
    find_heredocs(lines, instruction->logical, &words);
    instruction->heredocs =
        dw_arena_alloc(&lines->dockerfile->arena, words.words.len + 1, sizeof(*instruction->heredocs));
    for (size_t i = 0; i < words.words.len; i++) {
        struct dw_heredoc *heredoc = &instruction->heredocs[instruction->heredoc_count];
        bool found;
        if (!heredoc_of_word(lines, words.words.at[i], heredoc, &found))
            return false;
        instruction->heredoc_count += found;
    }
    for (size_t i = 0; i < instruction->heredoc_count; i++)
        if (!read_heredoc_body(lines, &instruction->heredocs[i], instruction->line))
            return false;
    return true;
}

static void warn(struct lines *lines, enum dw_dockerfile_warning_kind kind, unsigned line)
{
    *dw_vector_push(&lines->dockerfile->warnings) = (struct dw_dockerfile_warning){
        .kind = kind, .instruction = lines->dockerfile->instructions.len, .line = line};
}

static bool has_case(struct dw_slice text, char from, char to)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] >= from && text.at[i] <= to)
            return true;
    return false;
}

/* What BuildKit warns of while it reads instructions; LAST is the line that the logical line ends on. */
static void add_warnings(struct lines *lines, const struct dw_instruction *instruction, unsigned last)
{
    if (lines->blank > 0) {
        warn(lines, DW_WARNING_EMPTY_CONTINUATION, last);
        struct dw_dockerfile_warning *warning = &lines->dockerfile->warnings.at[lines->dockerfile->warnings.len - 1];
        warning->first_line = lines->blank;
        warning->offset = lines->blank_offset;
        warning->length = lines->blank_length;
    }
    if (instruction->kind == DW_INSTRUCTION_MAINTAINER)
        warn(lines, DW_WARNING_MAINTAINER, instruction->line);
    if (instruction->kind != DW_INSTRUCTION_FROM || instruction->argument_count != 3)
        return;
    struct dw_slice keyword = instruction->keyword, as = instruction->arguments[1];
    /* A keyword of mixed case counts as neither. */
    bool lower = !has_case(keyword, 'A', 'Z'), upper = !has_case(keyword, 'a', 'z');
    if ((lower && has_case(as, 'A', 'Z')) || (upper && has_case(as, 'a', 'z')))
        warn(lines, DW_WARNING_FROM_AS_CASING, instruction->line);
    if (has_case(instruction->arguments[2], 'A', 'Z'))
        warn(lines, DW_WARNING_STAGE_NAME_CASING, instruction->line);
}

/* The logical line and its runs: that of a single physical line is the file's own text. */
static void set_logical(struct lines *lines, struct dw_instruction *instruction)
{
    struct dw_arena *arena = &lines->dockerfile->arena;
    instruction->run_count = lines->runs.len;
    instruction->runs = dw_arena_alloc(arena, lines->runs.len, sizeof(*instruction->runs));
    memcpy(instruction->runs, lines->runs.at, lines->runs.len * sizeof(*instruction->runs));
    instruction->logical = lines->runs.len == 1
                               ? dw_slice_part(lines->dockerfile->source, lines->runs.at[0].source, lines->logical.len)
                               : dw_arena_copy(arena, dw_buffer_slice(&lines->logical));
}

static bool add_instruction(struct lines *lines, unsigned first)
{
    struct dw_dockerfile *dockerfile = lines->dockerfile;
    struct dw_instruction instruction = {.line = first, .stage = SIZE_MAX, .expansion_problem = DW_SLICE(""),
                                         .trigger_problem = DW_SLICE("")};
    set_logical(lines, &instruction);
    struct dw_slice logical = instruction.logical;
    unsigned last = lines->number;
    if (!dw_instruction_parse(dockerfile, logical, &instruction, lines->error))
        return dw_context(lines->error, "%.*s:%u", DW_SLICE_ARG(dockerfile->name), first);
    struct dw_slice shown = dw_slice_part(instruction.keyword, 0, 40);
    if (instruction.kind == DW_INSTRUCTION_COUNT && !lines->tree_only)
        return dw_dockerfile_fail(dockerfile, first, DW_ERROR_INPUT, lines->error, "unknown instruction \"%.*s\"%s",
                                  DW_SLICE_ARG(shown), dw_instruction_suggestion(&dockerfile->arena, instruction.keyword));
    if (!read_heredocs(lines, &instruction))
        return false;
    instruction.end_line = lines->number;
    if (instruction.inner != NULL) {
        struct dw_instruction *inner = instruction.inner;
        inner->logical = logical;
        inner->runs = instruction.runs;
        inner->run_count = instruction.run_count;
        inner->line = instruction.line;
        inner->end_line = instruction.end_line;
        inner->heredocs = instruction.heredocs;
        inner->heredoc_count = instruction.heredoc_count;
        inner->stage = SIZE_MAX;
    }
    if (!lines->tree_only && !dw_instruction_check(dockerfile, &instruction, lines->error))
        return dw_context(lines->error, "%.*s:%u", DW_SLICE_ARG(dockerfile->name), first);
    add_warnings(lines, &instruction, last);
    *dw_vector_push(&dockerfile->instructions) = instruction;
    return true;
}

static bool read_all(struct lines *lines)
{
    struct dw_slice line;
    size_t start;
    bool good;
    while (next_line(lines, &line, &start, &good)) {
        line = dw_unicode_trim_left(trim_newline(line));
        if (!read_directive(lines, line))
            return false;
        if (line.len > 0 && line.at[0] == '#') {
            add_comment(lines, line, false);
            continue;
        }
        unsigned first = lines->number;
        bool more = continues(&line, lines->dockerfile->escape);
        if (!more && line.len == 0) {
            lines->block = lines->dockerfile->comments.len;
            continue;
        }
        claim_comments(lines);
        lines->blank = 0;
        dw_buffer_clear(&lines->logical);
        lines->runs.len = 0;
        append(lines, line);
        if (more && !read_continuations(lines))
            return false;
        if (!add_instruction(lines, first))
            return false;
        lines->block = lines->dockerfile->comments.len;
    }
    return good;
}

bool dw_dockerfile_read_lines(struct dw_dockerfile *dockerfile, uint64_t *budget, bool tree_only, struct dw_error *error)
{
    struct lines lines = {.dockerfile = dockerfile,
                          .error = error,
                          .budget = budget,
                          .text = dockerfile->source,
                          .number = dockerfile->first_line,
                          .tree_only = tree_only,
                          .directives = true};
    if (dw_slice_starts_with(lines.text, "\xef\xbb\xbf"))
        lines.at = 3;
    bool good = read_all(&lines);
    dw_buffer_free(&lines.logical);
    dw_vector_free(&lines.runs);
    if (good && dockerfile->instructions.len == 0)
        return dw_fail(error, DW_ERROR_INPUT, "%.*s: no instructions", DW_SLICE_ARG(dockerfile->name));
    return good;
}
