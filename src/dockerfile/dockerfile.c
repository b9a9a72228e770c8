/* SPDX-License-Identifier: Apache-2.0 */
#include "dockerfile/dockerfile.h"

#include "base/file.h"
#include "dockerfile/parse.h"

#include <stdarg.h>
#include <stdio.h>

const char *dw_dockerfile_warning_name(enum dw_dockerfile_warning_kind kind)
{
    static const char *const names[] = {"NoEmptyContinuation", "FromAsCasing", "StageNameCasing", "MaintainerDeprecated"};
    return names[kind];
}

void dw_dockerfile_warning_message(const struct dw_dockerfile *dockerfile, const struct dw_dockerfile_warning *warning,
                                   struct dw_buffer *message)
{
    const struct dw_instruction *instruction = &dockerfile->instructions.at[warning->instruction];
    switch (warning->kind) {
    case DW_WARNING_EMPTY_CONTINUATION:
        dw_buffer_append_string(message, "Empty continuation line found in: ");
        dw_buffer_append(message, instruction->logical);
        return;
    case DW_WARNING_FROM_AS_CASING:
        dw_buffer_printf(message, "'%.*s' and '%.*s' keywords' casing do not match", DW_SLICE_ARG(instruction->arguments[1]),
                         DW_SLICE_ARG(instruction->keyword));
        return;
    case DW_WARNING_STAGE_NAME_CASING:
        dw_buffer_printf(message, "Stage name '%.*s' should be lowercase", DW_SLICE_ARG(instruction->arguments[2]));
        return;
    case DW_WARNING_MAINTAINER:
        dw_buffer_append_string(message, "Maintainer instruction is deprecated in favor of using label");
        return;
    }
}

bool dw_dockerfile_fail(const struct dw_dockerfile *dockerfile, unsigned line, enum dw_error_kind kind,
                        struct dw_error *error, const char *format, ...)
{
    char text[DW_ERROR_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    return dw_fail(error, kind, "%.*s:%u: %s", DW_SLICE_ARG(dockerfile->name), line, text);
}

static void find_lines(struct dw_dockerfile *dockerfile)
{
    struct dw_slice source = dockerfile->source;
    const char *end = source.at + source.len;
    dockerfile->line_count = 1;
    for (const char *c = source.at; (c = memchr(c, '\n', (size_t)(end - c))) != NULL; c++)
        dockerfile->line_count++;
    dockerfile->line_starts = dw_arena_alloc(&dockerfile->arena, dockerfile->line_count, sizeof(*dockerfile->line_starts));
    size_t line = 1;
    for (const char *c = source.at; (c = memchr(c, '\n', (size_t)(end - c))) != NULL; c++)
        dockerfile->line_starts[line++] = (size_t)(c + 1 - source.at);
}

unsigned dw_dockerfile_line(const struct dw_dockerfile *dockerfile, size_t offset)
{
    size_t low = 0, high = dockerfile->line_count;
    while (low + 1 < high) {
        size_t middle = (low + high) / 2;
        if (dockerfile->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return (unsigned)(low + 1);
}

/* Editors of other systems write it; BuildKit then finds no instruction in it. */
static bool is_utf16(struct dw_slice text)
{
    return dw_slice_starts_with(text, "\xff\xfe") || dw_slice_starts_with(text, "\xfe\xff") ||
           (text.len >= 4 && text.at[0] != '\0' && text.at[1] == '\0' && text.at[2] != '\0' && text.at[3] == '\0') ||
           (text.len >= 4 && text.at[0] == '\0' && text.at[1] != '\0' && text.at[2] == '\0' && text.at[3] != '\0');
}

static struct dw_dockerfile *start(struct dw_slice text, const char *name, const struct dw_limits *limits,
                                   struct dw_error *error)
{
    if (!dw_limit_check(limits, DW_LIMIT_DOCKERFILE_BYTES, text.len, error)) {
        dw_context(error, "%s", name);
        return NULL;
    }
    if (is_utf16(text)) {
        dw_fail(error, DW_ERROR_INPUT, "%s: the file is UTF-16: save it as UTF-8", name);
        return NULL;
    }
    struct dw_dockerfile *dockerfile = dw_alloc(1, sizeof(*dockerfile));
    dockerfile->name = dw_arena_copy(&dockerfile->arena, dw_slice_of(name));
    dockerfile->source = dw_arena_copy(&dockerfile->arena, text);
    find_lines(dockerfile);
    dockerfile->escape = '\\';
    dockerfile->syntax = dockerfile->check = DW_SLICE("");
    for (size_t i = 0; i < 3; i++)
        dockerfile->directives[i].value = DW_SLICE("");
    return dockerfile;
}

/* Build arguments that stand over the directives. */
static void apply_build_arguments(struct dw_dockerfile *dockerfile, const struct dw_dockerfile_options *options)
{
    static const char syntax[] = "BUILDKIT_SYNTAX=", check[] = "BUILDKIT_DOCKERFILE_CHECK=";
    for (size_t i = 0; i < options->build_argument_count; i++) {
        struct dw_slice argument = dw_slice_of(options->build_arguments[i]);
        if (dw_slice_starts_with(argument, syntax)) {
            struct dw_slice value = dw_arena_copy(&dockerfile->arena, dw_slice_from(argument, sizeof(syntax) - 1));
            dockerfile->syntax = dw_slice_is(value, "dockerfile.v0") ? DW_SLICE("") : value;
            dockerfile->syntax_line = 0;
        } else if (dw_slice_starts_with(argument, check)) {
            dockerfile->check = dw_arena_copy(&dockerfile->arena, dw_slice_from(argument, sizeof(check) - 1));
        }
    }
}

static struct dw_slice *names_of(struct dw_arena *arena, struct dw_slice text, size_t *count, bool *all)
{
    size_t commas = 0;
    for (size_t i = 0; i < text.len; i++)
        commas += text.at[i] == ',';
    struct dw_slice *names = dw_arena_alloc(arena, commas + 1, sizeof(*names)), name;
    bool more = true;
    while (dw_slice_split(&text, ',', &more, &name)) {
        name = dw_slice_trim(name);
        if (dw_slice_is(name, "all"))
            *all = true;
        else if (name.len > 0)
            names[(*count)++] = name;
    }
    return names;
}

/* "skip=A,B;error=true;experimental=all". */
static void read_check(struct dw_dockerfile *dockerfile)
{
    struct dw_build_check *check = &dockerfile->build_check;
    struct dw_slice rest = dockerfile->check, part;
    bool more = rest.len > 0;
    while (dw_slice_split(&rest, ';', &more, &part)) {
        size_t equal = dw_slice_find(part, '=');
        if (equal == SIZE_MAX)
            continue;
        struct dw_slice key = dw_slice_trim(dw_slice_part(part, 0, equal)),
                        value = dw_slice_trim(dw_slice_from(part, equal + 1));
        if (dw_slice_is(key, "skip")) {
            check->skip_count = 0;
            check->skip = names_of(&dockerfile->arena, value, &check->skip_count, &check->skip_all);
        } else if (dw_slice_is(key, "experimental")) {
            check->experimental_count = 0;
            check->experimental = names_of(&dockerfile->arena, value, &check->experimental_count, &check->experimental_all);
        } else if (dw_slice_is(key, "error")) {
            check->error = dw_slice_equal_nocase(value, DW_SLICE("true")) || dw_slice_is(value, "1") ||
                           dw_slice_equal_nocase(value, DW_SLICE("t"));
        }
    }
}

struct dw_dockerfile *dw_dockerfile_parse_with(struct dw_slice text, const char *name,
                                               const struct dw_dockerfile_options *options,
                                               const struct dw_limits *limits, struct dw_error *error)
{
    struct dw_dockerfile *dockerfile = start(text, name, limits, error);
    if (dockerfile == NULL)
        return NULL;
    uint64_t budget = DW_WORD_BUDGET;
    dockerfile->first_line = options->first_line;
    bool good = dw_dockerfile_read_lines(dockerfile, &budget, false, error);
    if (good) {
        apply_build_arguments(dockerfile, options);
        read_check(dockerfile);
        good = dw_dockerfile_resolve(dockerfile, options, &budget, error);
    }
    if (good)
        return dockerfile;
    dw_dockerfile_free(dockerfile);
    return NULL;
}

struct dw_dockerfile *dw_dockerfile_parse(struct dw_slice text, const char *name, const struct dw_limits *limits,
                                          struct dw_error *error)
{
    return dw_dockerfile_parse_with(text, name, &(struct dw_dockerfile_options){0}, limits, error);
}

struct dw_dockerfile *dw_dockerfile_parse_tree(struct dw_slice text, const char *name, bool check,
                                               const struct dw_limits *limits, struct dw_error *error)
{
    struct dw_dockerfile *dockerfile = start(text, name, limits, error);
    if (dockerfile == NULL)
        return NULL;
    uint64_t budget = DW_WORD_BUDGET;
    struct dw_map names = {0};
    dockerfile->tree = true;
    bool good = dw_dockerfile_read_lines(dockerfile, &budget, !check, error) &&
                (!check || dw_dockerfile_split_stages(dockerfile, &names, error));
    dw_map_free(&names);
    if (good)
        return dockerfile;
    dw_dockerfile_free(dockerfile);
    return NULL;
}

struct dw_dockerfile *dw_dockerfile_read(const char *path, const struct dw_limits *limits, struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    if (!dw_file_read_within(path, limits, DW_LIMIT_DOCKERFILE_BYTES, &text, error))
        return NULL;
    return dw_dockerfile_parse(dw_buffer_slice(&text), path, limits, error);
}

void dw_dockerfile_free(struct dw_dockerfile *dockerfile)
{
    if (dockerfile == NULL)
        return;
    dw_vector_free(&dockerfile->comments);
    dw_vector_free(&dockerfile->warnings);
    dw_vector_free(&dockerfile->instructions);
    dw_vector_free(&dockerfile->stages);
    dw_vector_free(&dockerfile->uses);
    dw_arena_free(&dockerfile->arena);
    free(dockerfile);
}
