/* SPDX-License-Identifier: Apache-2.0
 *
 * Text of fixed width for a terminal. Input is escaped here (dw_escape_terminal), so that what these functions append
 * can be shown. Widths are columns. */
#ifndef DW_REPORT_TEXT_H
#define DW_REPORT_TEXT_H

#include "base/memory.h"

enum dw_tone {
    DW_TONE_PLAIN,
    DW_TONE_BOLD,
    DW_TONE_DIM,
    DW_TONE_GOOD,
    DW_TONE_BAD,
    DW_TONE_WORST, /* bold red */
    DW_TONE_WARN,
    DW_TONE_UNSURE,
    DW_TONE_COUNT
};

/* A table under way: a buffer, and the column its last line has reached. */
struct dw_text {
    struct dw_buffer *out;
    size_t width;  /* of a line */
    size_t column; /* columns of the current line that are taken */
    bool color;
};

/* Appends TEXT, escaped, whole. */
void dw_text_put(struct dw_text *text, enum dw_tone tone, struct dw_slice what);
void dw_text_put_string(struct dw_text *text, enum dw_tone tone, const char *what);
void dw_text_printf(struct dw_text *text, enum dw_tone tone, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same, cut with "…" so that it takes at most LIMIT columns (0 appends nothing). */
void dw_text_put_cut(struct dw_text *text, enum dw_tone tone, struct dw_slice what, size_t limit);
/* The same, cut in the middle: the ends of a path tell most. */
void dw_text_put_middle(struct dw_text *text, enum dw_tone tone, struct dw_slice what, size_t limit);
/* Spaces up to COLUMN; at least one if something stands there already. */
void dw_text_to(struct dw_text *text, size_t column);
/* Room for NEED columns: a new line at column INDENT if they are not left, else, where SPACE, one space. */
void dw_text_fit(struct dw_text *text, size_t need, size_t indent, bool space);
/* Ends the line; trailing spaces are dropped. */
void dw_text_end(struct dw_text *text);
/* Appends WHAT from the current column on, broken at spaces into lines that begin at column INDENT; at most LINES
 * lines (0: all), the last cut. White space runs become one space. Does not end the last line. */
void dw_text_wrap(struct dw_text *text, enum dw_tone tone, struct dw_slice what, size_t indent, size_t lines);
/* Columns left on this line. */
size_t dw_text_left(const struct dw_text *text);
/* Columns that WHAT takes when it is escaped. */
size_t dw_text_width(struct dw_slice what);

#endif
