/* SPDX-License-Identifier: Apache-2.0 */
#include "dockerfile/dockerfile.h"

#include "base/file.h"
#include "dockerfile/parse.h"

#include <stdarg.h>
#include <stdio.h>

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

struct dw_dockerfile *dw_dockerfile_parse(struct dw_slice text, const char *name, const struct dw_limits *limits,
                                          struct dw_error *error)
{
    if (!dw_limit_check(limits, DW_LIMIT_DOCKERFILE_BYTES, text.len, error)) {
        dw_context(error, "%s", name);
        return NULL;
    }
    struct dw_dockerfile *dockerfile = dw_alloc(1, sizeof(*dockerfile));
    dockerfile->name = dw_arena_copy(&dockerfile->arena, dw_slice_of(name));
    dockerfile->source = dw_arena_copy(&dockerfile->arena, text);
    find_lines(dockerfile);
    dockerfile->escape = '\\';
    dockerfile->syntax = dockerfile->check = DW_SLICE("");
    uint64_t budget = DW_WORD_BUDGET;
    if (dw_dockerfile_read_lines(dockerfile, &budget, error) && dw_dockerfile_resolve(dockerfile, &budget, error))
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
    dw_vector_free(&dockerfile->instructions);
    dw_vector_free(&dockerfile->stages);
    dw_vector_free(&dockerfile->uses);
    dw_arena_free(&dockerfile->arena);
    free(dockerfile);
}
