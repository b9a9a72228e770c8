/* SPDX-License-Identifier: Apache-2.0 */
#include "package/lines.h"

static bool tell(struct dw_lines *lines, struct dw_slice line, bool too_long, dw_line_function *function,
                 void *context, struct dw_error *error)
{
    lines->number++;
    return function(context, line, too_long, error);
}

/* Keeps PIECE of a line that is not yet complete, up to the limit. */
static void keep(struct dw_lines *lines, struct dw_slice piece)
{
    if (lines->skipping)
        return;
    if (piece.len > lines->limit - lines->partial.len) {
        piece = dw_slice_part(piece, 0, (size_t)(lines->limit - lines->partial.len));
        lines->skipping = true;
    }
    dw_buffer_append(&lines->partial, piece);
}

bool dw_lines_feed(struct dw_lines *lines, struct dw_slice bytes, dw_line_function *function, void *context,
                   struct dw_error *error)
{
    while (bytes.len > 0) {
        size_t end = dw_slice_find(bytes, '\n');
        if (end == SIZE_MAX) {
            keep(lines, bytes);
            return true;
        }
        struct dw_slice piece = dw_slice_part(bytes, 0, end);
        bytes = dw_slice_from(bytes, end + 1);
        bool told;
        if (lines->partial.len == 0 && !lines->skipping && piece.len <= lines->limit) {
            told = tell(lines, piece, false, function, context, error); /* the usual case: no copy */
        } else {
            keep(lines, piece);
            told = tell(lines, dw_buffer_slice(&lines->partial), lines->skipping, function, context, error);
            dw_buffer_clear(&lines->partial);
            lines->skipping = false;
        }
        if (!told)
            return false;
    }
    return true;
}

bool dw_lines_finish(struct dw_lines *lines, dw_line_function *function, void *context, struct dw_error *error)
{
    if (lines->partial.len == 0 && !lines->skipping)
        return true;
    lines->unterminated = true;
    return tell(lines, dw_buffer_slice(&lines->partial), lines->skipping, function, context, error);
}

void dw_lines_free(struct dw_lines *lines)
{
    dw_buffer_free(&lines->partial);
}

void dw_fields_clear(struct dw_fields *fields)
{
    dw_buffer_clear(&fields->text);
    memset(fields->field, 0, sizeof(fields->field));
}

void dw_fields_set(struct dw_fields *fields, unsigned index, struct dw_slice value)
{
    fields->field[index].set = true;
    fields->field[index].at = fields->text.len;
    fields->field[index].len = value.len;
    dw_buffer_append(&fields->text, value);
}

void dw_fields_extend(struct dw_fields *fields, unsigned index, struct dw_slice more)
{
    size_t at = fields->field[index].at, len = fields->field[index].len;
    if (at + len != fields->text.len) { /* another field stands behind it: move it to the end */
        dw_buffer_reserve(&fields->text, len);
        fields->field[index].at = fields->text.len;
        dw_buffer_append(&fields->text, (struct dw_slice){fields->text.at + at, len});
    }
    dw_buffer_append_byte(&fields->text, ' ');
    dw_buffer_append(&fields->text, more);
    fields->field[index].len = len + 1 + more.len;
}

struct dw_slice dw_fields_get(const struct dw_fields *fields, unsigned index)
{
    if (!fields->field[index].set)
        return DW_SLICE("");
    return dw_slice_part(dw_buffer_slice(&fields->text), fields->field[index].at, fields->field[index].len);
}

bool dw_next_word(struct dw_slice *rest, struct dw_slice *word)
{
    size_t start = 0;
    while (start < rest->len && (rest->at[start] == ' ' || rest->at[start] == '\t'))
        start++;
    size_t end = start;
    while (end < rest->len && rest->at[end] != ' ' && rest->at[end] != '\t')
        end++;
    *word = dw_slice_part(*rest, start, end - start);
    *rest = dw_slice_from(*rest, end);
    return word->len > 0;
}

bool dw_path_has_tail(struct dw_slice path, const char *tail)
{
    struct dw_slice end = dw_slice_of(tail);
    return dw_slice_ends(path, end) && (path.len == end.len || path.at[path.len - end.len - 1] == '/');
}
