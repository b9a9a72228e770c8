/* SPDX-License-Identifier: Apache-2.0
 *
 * One logical line: keyword, flags, arguments (Dockerfile reference; moby/buildkit frontend/dockerfile/parser:
 * split_command.go, line_parsers.go). */
#include "dockerfile/parse.h"

#include "base/encoding.h"

/* ONBUILD behind ONBUILD is refused, but only after the whole line is read. */
#define TRIGGER_DEPTH 64

enum form {
    FORM_WORDS,        /* split at blanks */
    FORM_REST,         /* one string */
    FORM_PAIRS,        /* ENV, LABEL */
    FORM_NAMES,        /* ARG */
    FORM_JSON_OR_REST,
    FORM_JSON_OR_WORDS,
    FORM_HEALTHCHECK,
    FORM_INSTRUCTION,  /* ONBUILD */
};

static const struct {
    const char *name;
    enum form form;
} table[DW_INSTRUCTION_COUNT] = {
    [DW_INSTRUCTION_ADD] = {"ADD", FORM_JSON_OR_WORDS},
    [DW_INSTRUCTION_ARG] = {"ARG", FORM_NAMES},
    [DW_INSTRUCTION_CMD] = {"CMD", FORM_JSON_OR_REST},
    [DW_INSTRUCTION_COPY] = {"COPY", FORM_JSON_OR_WORDS},
    [DW_INSTRUCTION_ENTRYPOINT] = {"ENTRYPOINT", FORM_JSON_OR_REST},
    [DW_INSTRUCTION_ENV] = {"ENV", FORM_PAIRS},
    [DW_INSTRUCTION_EXPOSE] = {"EXPOSE", FORM_WORDS},
    [DW_INSTRUCTION_FROM] = {"FROM", FORM_WORDS},
    [DW_INSTRUCTION_HEALTHCHECK] = {"HEALTHCHECK", FORM_HEALTHCHECK},
    [DW_INSTRUCTION_LABEL] = {"LABEL", FORM_PAIRS},
    [DW_INSTRUCTION_MAINTAINER] = {"MAINTAINER", FORM_REST},
    [DW_INSTRUCTION_ONBUILD] = {"ONBUILD", FORM_INSTRUCTION},
    [DW_INSTRUCTION_RUN] = {"RUN", FORM_JSON_OR_REST},
    [DW_INSTRUCTION_SHELL] = {"SHELL", FORM_JSON_OR_REST},
    [DW_INSTRUCTION_STOPSIGNAL] = {"STOPSIGNAL", FORM_REST},
    [DW_INSTRUCTION_USER] = {"USER", FORM_REST},
    [DW_INSTRUCTION_VOLUME] = {"VOLUME", FORM_JSON_OR_WORDS},
    [DW_INSTRUCTION_WORKDIR] = {"WORKDIR", FORM_REST},
};

const char *dw_instruction_name(enum dw_instruction_kind kind)
{
    return kind < DW_INSTRUCTION_COUNT ? table[kind].name : "an unknown instruction";
}

bool dw_instruction_flag(const struct dw_instruction *instruction, const char *name, struct dw_slice *value)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < instruction->flag_count; i++) {
        struct dw_slice flag = dw_slice_from(instruction->flags[i], 2);
        if (dw_slice_starts_with(flag, name) && flag.len > length && flag.at[length] == '=') {
            *value = dw_slice_from(flag, length + 1);
            return true;
        }
    }
    return false;
}

size_t dw_instruction_offset(const struct dw_instruction *instruction, struct dw_slice part)
{
    size_t logical = (size_t)(part.at - instruction->logical.at), run = 0, end = instruction->run_count;
    while (run + 1 < end) {
        size_t middle = run + (end - run) / 2;
        if (instruction->runs[middle].logical <= logical)
            run = middle;
        else
            end = middle;
    }
    return instruction->runs[run].source + (logical - instruction->runs[run].logical);
}

static void *copy_list(struct dw_arena *arena, const struct dw_word_list *list)
{
    struct dw_slice *copy = dw_arena_alloc(arena, list->words.len + 1, sizeof(*copy));
    if (list->words.len > 0)
        memcpy(copy, list->words.at, list->words.len * sizeof(*copy));
    return copy;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

/* What follows the keyword: leading words that begin with "--" are flags, with quotes and backslash (whatever the escape
 * character is); a bare "--" ends them. Returns what is left. */
static struct dw_slice take_flags(struct dw_arena *arena, struct dw_slice text, struct dw_word_list *flags)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer word = {0};
    for (;;) {
        size_t space;
        while ((space = dw_unicode_space(text)) > 0)
            text = dw_slice_from(text, space);
        if (!dw_slice_starts_with(text, "--"))
            return text;
        dw_buffer_clear(&word);
        char quote = '\0';
        size_t i = 0;
        for (; i < text.len && (quote != '\0' || dw_unicode_space(dw_slice_from(text, i)) == 0); i++) {
            char c = text.at[i];
            if (quote == '\0' && (c == '\'' || c == '"')) {
                quote = c;
                continue;
            }
            if (quote != '\0' && c == quote) {
                quote = '\0';
                continue;
            }
            if (c == '\\') {
                if (i + 1 == text.len)
                    continue;
                c = text.at[++i];
            }
            dw_buffer_append_byte(&word, c);
        }
        text = dw_slice_from(text, i);
        if (dw_slice_is(dw_buffer_slice(&word), "--"))
            return text;
        *dw_vector_push(&flags->words) = dw_arena_copy(arena, dw_buffer_slice(&word));
    }
}

static void split_blanks(struct dw_slice text, struct dw_word_list *list)
{
    for (size_t i = 0; i < text.len;) {
        size_t start = i;
        while (i < text.len && !is_blank(text.at[i]))
            i++;
        *dw_vector_push(&list->words) = dw_slice_part(text, start, i - start);
        while (i < text.len && is_blank(text.at[i]))
            i++;
    }
}

/* Splits at white space outside quotes; quotes and escapes stay (parser.parseWords). */
static void split_quoted(struct dw_slice text, char escape, struct dw_word_list *list)
{
    size_t i = 0;
    for (size_t space;;) {
        while ((space = dw_unicode_space(dw_slice_from(text, i))) > 0)
            i += space;
        if (i >= text.len)
            return;
        size_t start = i;
        char quote = '\0';
        bool drop = false; /* an escape character at the very end */
        for (; i < text.len && (quote != '\0' || dw_unicode_space(dw_slice_from(text, i)) == 0); i++) {
            char c = text.at[i];
            if (quote == '\0' ? c == '\'' || c == '"' : c == quote) {
                quote = quote == '\0' ? c : '\0';
            } else if (c == escape && quote != '\'') {
                drop = i + 1 == text.len;
                i += !drop;
            }
        }
        struct dw_slice word = dw_slice_part(text, start, i - start - drop);
        if (word.len > 0)
            *dw_vector_push(&list->words) = word;
    }
}

static bool parse_pairs(struct dw_dockerfile *dockerfile, struct dw_slice rest, const char *name,
                        struct dw_word_list *list, struct dw_error *error)
{
    DW_CLEANUP(dw_word_list_free) struct dw_word_list words = {0};
    split_quoted(rest, dockerfile->escape, &words);
    if (words.words.len == 0)
        return true;
    if (dw_slice_find(words.words.at[0], '=') == SIZE_MAX) {
        size_t end = 0;
        while (end < rest.len && !is_blank(rest.at[end]))
            end++;
        size_t value = end;
        while (value < rest.len && is_blank(rest.at[value]))
            value++;
        if (end == value)
            return dw_fail(error, DW_ERROR_INPUT, "%s must have two arguments", name);
        *dw_vector_push(&list->words) = dw_slice_part(rest, 0, end);
        *dw_vector_push(&list->words) = dw_slice_from(rest, value);
        *dw_vector_push(&list->words) = DW_SLICE("");
        return true;
    }
    for (size_t i = 0; i < words.words.len; i++) {
        struct dw_slice word = words.words.at[i];
        size_t equal = dw_slice_find(word, '=');
        if (equal == SIZE_MAX)
            return dw_fail(error, DW_ERROR_INPUT, "%s: no \"=\" in \"%.*s\": write name=value", name,
                           DW_SLICE_ARG(dw_slice_part(word, 0, 80)));
        *dw_vector_push(&list->words) = dw_slice_part(word, 0, equal);
        *dw_vector_push(&list->words) = dw_slice_from(word, equal + 1);
        *dw_vector_push(&list->words) = DW_SLICE("=");
    }
    return true;
}

static bool parse_json_or(struct dw_dockerfile *dockerfile, struct dw_slice rest, bool words,
                          struct dw_instruction *instruction, struct dw_word_list *list, struct dw_error *error)
{
    struct dw_slice *strings;
    size_t count;
    switch (dw_json_form_parse(&dockerfile->arena, rest, &strings, &count)) {
    case DW_JSON_FORM_BAD:
        return dw_fail(error, DW_ERROR_INPUT, "when the arguments of %s are a JSON array, all of it must be strings",
                       table[instruction->kind].name);
    case DW_JSON_FORM_STRINGS:
        instruction->json = true;
        for (size_t i = 0; i < count; i++)
            *dw_vector_push(&list->words) = strings[i];
        return true;
    case DW_JSON_FORM_NONE:
        break;
    }
    if (words)
        split_blanks(rest, list);
    else
        *dw_vector_push(&list->words) = rest;
    return true;
}

static bool parse_healthcheck(struct dw_dockerfile *dockerfile, struct dw_slice rest,
                              struct dw_instruction *instruction, struct dw_word_list *list, struct dw_error *error)
{
    size_t end = 0;
    while (end < rest.len && dw_unicode_space(dw_slice_from(rest, end)) == 0)
        end++;
    if (end == 0)
        return true;
    *dw_vector_push(&list->words) = dw_slice_part(rest, 0, end);
    rest = dw_unicode_trim_left(dw_slice_from(rest, end));
    if (rest.len == 0)
        return true;
    return parse_json_or(dockerfile, rest, false, instruction, list, error);
}

static bool parse_line(struct dw_dockerfile *dockerfile, struct dw_slice logical, unsigned depth,
                       struct dw_instruction *instruction, struct dw_error *error);

static bool parse_arguments(struct dw_dockerfile *dockerfile, struct dw_instruction *instruction, unsigned depth,
                            struct dw_word_list *list, struct dw_error *error)
{
    struct dw_slice rest = instruction->rest;
    if (instruction->kind == DW_INSTRUCTION_COUNT)
        return true;
    switch (table[instruction->kind].form) {
    case FORM_WORDS:
        split_blanks(rest, list);
        return true;
    case FORM_REST:
        if (rest.len > 0)
            *dw_vector_push(&list->words) = rest;
        return true;
    case FORM_PAIRS:
        return parse_pairs(dockerfile, rest, table[instruction->kind].name, list, error);
    case FORM_NAMES:
        split_quoted(rest, dockerfile->escape, list);
        return true;
    case FORM_JSON_OR_REST:
        return parse_json_or(dockerfile, rest, false, instruction, list, error);
    case FORM_JSON_OR_WORDS:
        return parse_json_or(dockerfile, rest, true, instruction, list, error);
    case FORM_HEALTHCHECK:
        return parse_healthcheck(dockerfile, rest, instruction, list, error);
    case FORM_INSTRUCTION:
        if (rest.len == 0)
            return true;
        instruction->inner = dw_arena_alloc(&dockerfile->arena, 1, sizeof(*instruction->inner));
        instruction->inner->expansion_problem = instruction->inner->trigger_problem = DW_SLICE("");
        /* BuildKit's parser goes as deep as the line is long. */
        if (depth >= TRIGGER_DEPTH)
            return dw_fail(error, DW_ERROR_LIMIT, "ONBUILD stands behind ONBUILD more than %d times", TRIGGER_DEPTH);
        return parse_line(dockerfile, rest, depth + 1, instruction->inner, error);
    }
    return true;
}

static enum dw_instruction_kind find_kind(struct dw_slice keyword)
{
    for (unsigned i = 0; i < DW_INSTRUCTION_COUNT; i++)
        if (dw_to_lower(keyword.len == 0 ? ' ' : keyword.at[0]) == dw_to_lower(table[i].name[0]) &&
            dw_slice_equal_nocase(keyword, dw_slice_of(table[i].name)))
            return i;
    return DW_INSTRUCTION_COUNT;
}

const char *dw_instruction_suggestion(struct dw_arena *arena, struct dw_slice keyword)
{
    char upper[16];
    const char *names[DW_INSTRUCTION_COUNT];
    for (unsigned i = 0; i < DW_INSTRUCTION_COUNT; i++)
        names[i] = table[i].name;
    keyword = dw_slice_part(keyword, 0, sizeof(upper));
    for (size_t i = 0; i < keyword.len; i++)
        upper[i] = keyword.at[i] >= 'a' && keyword.at[i] <= 'z' ? (char)(keyword.at[i] - 32) : keyword.at[i];
    const char *nearest = dw_nearest_name(dw_slice_make(upper, keyword.len), names, DW_INSTRUCTION_COUNT);
    return nearest == NULL ? "" : dw_arena_printf(arena, " (did you mean %s?)", nearest).at;
}

static bool parse_line(struct dw_dockerfile *dockerfile, struct dw_slice logical, unsigned depth,
                       struct dw_instruction *instruction, struct dw_error *error)
{
    instruction->logical = logical;
    struct dw_slice line = dw_unicode_trim(logical);
    size_t end = 0;
    while (end < line.len && !is_blank(line.at[end]))
        end++;
    instruction->keyword = dw_slice_part(line, 0, end);
    instruction->kind = find_kind(instruction->keyword);
    while (end < line.len && is_blank(line.at[end]))
        end++;
    DW_CLEANUP(dw_word_list_free) struct dw_word_list flags = {0};
    DW_CLEANUP(dw_word_list_free) struct dw_word_list arguments = {0};
    instruction->rest =
        dw_unicode_trim(take_flags(&dockerfile->arena, dw_slice_from(line, end), &flags));
    instruction->flags = copy_list(&dockerfile->arena, &flags);
    instruction->flag_count = flags.words.len;
    if (!parse_arguments(dockerfile, instruction, depth, &arguments, error))
        return false;
    instruction->arguments = copy_list(&dockerfile->arena, &arguments);
    instruction->argument_count = arguments.words.len;
    return true;
}

bool dw_instruction_parse(struct dw_dockerfile *dockerfile, struct dw_slice logical, struct dw_instruction *instruction,
                          struct dw_error *error)
{
    return parse_line(dockerfile, logical, 0, instruction, error);
}
