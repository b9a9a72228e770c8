/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines of a text database that comes piece by piece, and the fields of one of its records. Private to the room. */
#ifndef DW_PACKAGE_LINES_H
#define DW_PACKAGE_LINES_H

#include "base/limits.h"
#include "base/memory.h"

struct dw_lines {
    struct dw_buffer partial; /* a line that began in an earlier piece */
    uint64_t limit;           /* bytes of one line */
    uint64_t number;          /* of the line that is told, from 1 */
    bool skipping;            /* inside an over-long line, of which no more is kept */
    bool unterminated;        /* the line that is told is the last and has no line feed */
};

/* Told of each line, without its line feed. TOO_LONG: it met the limit, LINE holds its beginning only. */
typedef bool dw_line_function(void *context, struct dw_slice line, bool too_long, struct dw_error *error);

/* Cuts BYTES into lines; stops at the first false of FUNCTION. */
bool dw_lines_feed(struct dw_lines *lines, struct dw_slice bytes, dw_line_function *function, void *context,
                   struct dw_error *error);
/* Tells the last line, if the file does not end with a line feed. */
bool dw_lines_finish(struct dw_lines *lines, dw_line_function *function, void *context, struct dw_error *error);
void dw_lines_free(struct dw_lines *lines);

/* The fields of one record, in one buffer that is used again for the next. */
#define DW_FIELDS_MAX 16
struct dw_fields {
    struct dw_buffer text;
    struct {
        bool set;
        size_t at, len;
    } field[DW_FIELDS_MAX];
};
void dw_fields_clear(struct dw_fields *fields);
void dw_fields_set(struct dw_fields *fields, unsigned index, struct dw_slice value);
/* Appends a space and MORE to a field that is set. */
void dw_fields_extend(struct dw_fields *fields, unsigned index, struct dw_slice more);
/* Empty if not set; holds until the next change. */
struct dw_slice dw_fields_get(const struct dw_fields *fields, unsigned index);

/* Cuts the next word (of bytes that are no space or tab) off *REST; false when nothing is left. */
bool dw_next_word(struct dw_slice *rest, struct dw_slice *word);

/* True if PATH is TAIL, or ends with "/" TAIL. */
bool dw_path_has_tail(struct dw_slice path, const char *tail);

#endif
