/* SPDX-License-Identifier: Apache-2.0 */
#include "document/edit.h"

#include <stdarg.h>
#include <stdio.h>

void dw_edits_free(struct dw_edits *edits)
{
    dw_vector_free(&edits->list);
}

bool dw_edits_fail(struct dw_edits *edits, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    edits->list.len = 0;
    if (edits->problem.len == 0)
        edits->problem = dw_arena_copy(edits->arena, dw_slice_of(text));
    return false;
}

bool dw_edits_add(struct dw_edits *edits, struct dw_slice path, struct dw_slice source, size_t start, size_t end,
                  struct dw_slice text)
{
    if (edits->problem.len > 0)
        return false;
    if (start > end || end > source.len)
        return dw_edits_fail(edits, "the place to change is not in the file");
    size_t at = edits->list.len;
    dw_vector_push(&edits->list);
    /* In the order of the file; what is inserted at one place in the order it came. */
    while (at > 0 && edits->list.at[at - 1].start > start) {
        edits->list.at[at] = edits->list.at[at - 1];
        at--;
    }
    edits->list.at[at] = (struct dw_edit){.path = dw_arena_copy(edits->arena, path),
                                          .start = start,
                                          .end = end,
                                          .text = text.len == 0 ? DW_SLICE("") : dw_arena_copy(edits->arena, text)};
    return true;
}

void dw_edits_apply(struct dw_slice source, const struct dw_edit *edits, size_t count, struct dw_buffer *out)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (edits[i].start < at || edits[i].end < edits[i].start || edits[i].end > source.len)
            continue;
        dw_buffer_append(out, dw_slice_part(source, at, edits[i].start - at));
        dw_buffer_append(out, edits[i].text);
        at = edits[i].end;
    }
    dw_buffer_append(out, dw_slice_from(source, at));
}

struct dw_slice dw_newline_of(struct dw_slice text)
{
    size_t feed = dw_slice_find(text, '\n');
    return feed != SIZE_MAX && feed > 0 && text.at[feed - 1] == '\r' ? DW_SLICE("\r\n") : DW_SLICE("\n");
}

size_t dw_line_start(struct dw_slice text, size_t at)
{
    while (at > 0 && text.at[at - 1] != '\n')
        at--;
    /* A byte order mark belongs to the file, not to its first line. */
    return at == 0 && dw_slice_starts_with(text, "\xef\xbb\xbf") ? 3 : at;
}

size_t dw_line_end(struct dw_slice text, size_t at)
{
    size_t feed = dw_slice_find(dw_slice_from(text, at), '\n');
    if (feed == SIZE_MAX)
        return text.len;
    feed += at;
    return feed > at && text.at[feed - 1] == '\r' ? feed - 1 : feed;
}
