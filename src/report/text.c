/* SPDX-License-Identifier: Apache-2.0 */
#include "report/text.h"

#include "base/encoding.h"

#include <stdarg.h>
#include <stdio.h>

#define ELLIPSIS "…"

static const char *const tones[DW_TONE_COUNT] = {
    [DW_TONE_PLAIN] = "",         [DW_TONE_BOLD] = "\033[1m",   [DW_TONE_DIM] = "\033[2m",
    [DW_TONE_GOOD] = "\033[32m",  [DW_TONE_BAD] = "\033[31m",   [DW_TONE_WORST] = "\033[1;31m",
    [DW_TONE_WARN] = "\033[33m",  [DW_TONE_UNSURE] = "\033[35m",
};

/* SAFE is escaped already. */
static void append(struct dw_text *text, enum dw_tone tone, struct dw_slice safe)
{
    bool dye = text->color && tone != DW_TONE_PLAIN && safe.len > 0;
    if (dye)
        dw_buffer_append_string(text->out, tones[tone]);
    dw_buffer_append(text->out, safe);
    if (dye)
        dw_buffer_append_string(text->out, "\033[0m");
    text->column += dw_display_width(safe);
}

/* Bytes of the longest prefix of SAFE that takes at most LIMIT columns. */
static size_t prefix_of(struct dw_slice safe, size_t limit)
{
    size_t at = 0, columns = 0;
    while (at < safe.len) {
        uint32_t c;
        size_t length = dw_utf8_decode(dw_slice_from(safe, at), &c);
        columns += dw_display_width(dw_slice_part(safe, at, length));
        if (columns > limit)
            break;
        at += length;
    }
    return at;
}

/* Start of the longest suffix of SAFE that takes at most LIMIT columns. */
static size_t suffix_of(struct dw_slice safe, size_t limit)
{
    size_t at = safe.len, columns = 0;
    while (at > 0) {
        size_t start = at - 1;
        while (start > 0 && ((unsigned char)safe.at[start] & 0xc0) == 0x80)
            start--;
        columns += dw_display_width(dw_slice_part(safe, start, at - start));
        if (columns > limit)
            break;
        at = start;
    }
    return at;
}

void dw_text_put(struct dw_text *text, enum dw_tone tone, struct dw_slice what)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer safe = {0};
    dw_escape_terminal(&safe, what, false);
    append(text, tone, dw_buffer_slice(&safe));
}

void dw_text_put_string(struct dw_text *text, enum dw_tone tone, const char *what)
{
    dw_text_put(text, tone, dw_slice_of(what));
}

void dw_text_printf(struct dw_text *text, enum dw_tone tone, const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    dw_text_put_string(text, tone, line);
}

void dw_text_put_cut(struct dw_text *text, enum dw_tone tone, struct dw_slice what, size_t limit)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer safe = {0};
    /* No more of a long text is escaped than can be shown: a character takes at most 4 bytes, combining ones more. */
    dw_escape_terminal(&safe, dw_slice_part(what, 0, limit * 16 + 16), false);
    struct dw_slice line = dw_buffer_slice(&safe);
    if (limit == 0)
        return;
    if (what.len <= limit * 16 + 16 && dw_display_width(line) <= limit) {
        append(text, tone, line);
        return;
    }
    safe.len = prefix_of(line, limit - 1);
    while (safe.len > 0 && safe.at[safe.len - 1] == ' ')
        safe.len--;
    dw_buffer_append_string(&safe, ELLIPSIS);
    append(text, tone, dw_buffer_slice(&safe));
}

void dw_text_put_middle(struct dw_text *text, enum dw_tone tone, struct dw_slice what, size_t limit)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer start = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer end = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer cut = {0};
    size_t window = limit * 16 + 16; /* as in dw_text_put_cut */
    if (limit == 0)
        return;
    if (what.len <= 2 * window) {
        dw_escape_terminal(&start, what, false);
        if (dw_display_width(dw_buffer_slice(&start)) <= limit) {
            append(text, tone, dw_buffer_slice(&start));
            return;
        }
        dw_buffer_append(&end, dw_buffer_slice(&start));
    } else {
        size_t at = what.len - window;
        while (at < what.len && ((unsigned char)what.at[at] & 0xc0) == 0x80) /* not inside a character */
            at++;
        dw_escape_terminal(&start, dw_slice_part(what, 0, window), false);
        dw_escape_terminal(&end, dw_slice_from(what, at), false);
    }
    size_t head = (limit - 1) / 3, tail = limit - 1 - head;
    dw_buffer_append(&cut, dw_slice_part(dw_buffer_slice(&start), 0, prefix_of(dw_buffer_slice(&start), head)));
    dw_buffer_append_string(&cut, ELLIPSIS);
    dw_buffer_append(&cut, dw_slice_from(dw_buffer_slice(&end), suffix_of(dw_buffer_slice(&end), tail)));
    append(text, tone, dw_buffer_slice(&cut));
}

void dw_text_to(struct dw_text *text, size_t column)
{
    if (text->column >= column && text->column > 0)
        column = text->column + 1;
    while (text->column < column) {
        dw_buffer_append_byte(text->out, ' ');
        text->column++;
    }
}

void dw_text_fit(struct dw_text *text, size_t need, size_t indent, bool space)
{
    if (dw_text_left(text) < need + (space ? 1 : 0)) {
        dw_text_end(text);
        dw_text_to(text, indent);
    } else if (space) {
        dw_text_to(text, text->column + 1);
    }
}

void dw_text_end(struct dw_text *text)
{
    while (text->out->len > 0 && text->out->at[text->out->len - 1] == ' ')
        text->out->len--;
    dw_buffer_append_byte(text->out, '\n');
    text->column = 0;
}

size_t dw_text_left(const struct dw_text *text)
{
    return text->column < text->width ? text->width - text->column : 0;
}

size_t dw_text_width(struct dw_slice what)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer safe = {0};
    dw_escape_terminal(&safe, what, false);
    return dw_display_width(dw_buffer_slice(&safe));
}

/* One space where TEXT has a run of white space, none at its ends. */
static void squeeze(struct dw_buffer *out, struct dw_slice text)
{
    text = dw_slice_trim(text);
    bool space = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            space = true;
            continue;
        }
        if (space)
            dw_buffer_append_byte(out, ' ');
        space = false;
        dw_buffer_append_byte(out, c);
    }
}

void dw_text_wrap(struct dw_text *text, enum dw_tone tone, struct dw_slice what, size_t indent, size_t lines)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer squeezed = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer safe = {0};
    squeeze(&squeezed, what);
    dw_escape_terminal(&safe, dw_buffer_slice(&squeezed), false);
    struct dw_slice rest = dw_buffer_slice(&safe);
    if (indent + 20 > text->width) /* too narrow to break well */
        indent = text->width > 20 ? text->width - 20 : 0;
    for (size_t line = 1; rest.len > 0; line++) {
        size_t left = dw_text_left(text);
        if (lines > 0 && line == lines) {
            dw_text_put_cut(text, tone, rest, left);
            return;
        }
        size_t fit = prefix_of(rest, left), end = fit;
        if (fit < rest.len && rest.at[fit] != ' ') {
            size_t space = dw_slice_find_last(dw_slice_part(rest, 0, fit), ' ');
            if (space != SIZE_MAX && space > 0)
                end = space;
            else if (text->column > indent)
                end = 0; /* a word that fits no rest of a line gets a new one; one longer than a line is broken */
        }
        append(text, tone, dw_slice_part(rest, 0, end));
        rest = dw_slice_from(rest, end);
        if (rest.len > 0 && rest.at[0] == ' ')
            rest = dw_slice_from(rest, 1);
        if (rest.len > 0) {
            dw_text_end(text);
            dw_text_to(text, indent);
        }
    }
}
