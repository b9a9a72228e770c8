/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to shell/: what the grammar's two files share. */
#ifndef DW_SHELL_GRAMMAR_H
#define DW_SHELL_GRAMMAR_H

#include "shell/reader.h"

static inline char dw_shell_peek(const struct dw_shell_reader *reader, size_t ahead)
{
    return reader->at + ahead < reader->text.len ? reader->text.at[reader->at + ahead] : '\0';
}
static inline bool dw_shell_at_end(const struct dw_shell_reader *reader)
{
    return reader->at >= reader->text.len;
}

/* Blanks and continued lines; with comments and empty lines too, and the here-documents behind a line's end. */
void dw_shell_skip_blanks(struct dw_shell_reader *reader);
void dw_shell_skip_lines(struct dw_shell_reader *reader);

/* How much was collected before a command's own words, assignments and redirections. */
struct dw_shell_base {
    size_t words, assignments, redirections;
};
struct dw_shell_base dw_shell_begin(const struct dw_shell_work *work);
/* A new command of KIND; its index. */
size_t dw_shell_add_command(struct dw_shell_reader *reader, enum dw_shell_kind kind);
/* What was collected since BASE becomes the command's. */
void dw_shell_finish(struct dw_shell_reader *reader, size_t index, struct dw_shell_base base);

/* A simple command, or a function that looks like one at first. */
void dw_shell_read_simple(struct dw_shell_reader *reader);
/* Behind a compound command: its redirections, if it has any. */
void dw_shell_take_redirections(struct dw_shell_reader *reader);
/* "()" behind WORDS words, one for a function's name: taken if it is there. */
bool dw_shell_is_function(struct dw_shell_reader *reader, size_t words);
void dw_shell_read_function_body(struct dw_shell_reader *reader);
/* Any command (parse.c). */
void dw_shell_read_command(struct dw_shell_reader *reader);

#endif
