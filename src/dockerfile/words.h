/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to dockerfile/: quoting, variable expansion and word splitting as BuildKit's shell lexer does them (parsing.md
 * sections 1.8 and 1.9 of the design; moby/buildkit frontend/dockerfile/shell/lex.go). */
#ifndef DW_DOCKERFILE_WORDS_H
#define DW_DOCKERFILE_WORDS_H

#include "base/error.h"
#include "base/memory.h"

/* The value of NAME: true if it is set. */
typedef bool dw_variable_lookup(void *context, struct dw_slice name, struct dw_slice *value);

/* Bytes that expansion and pattern matching may go through in one file: values that are made of values double with every
 * line. */
#define DW_WORD_BUDGET (UINT64_C(64) << 20)
/* "${a:-${b:-…}}" */
#define DW_WORD_DEPTH 32

struct dw_word_lexer {
    struct dw_arena *arena;
    char escape;
    dw_variable_lookup *lookup;
    void *context;
    bool raw;         /* quotes and escape characters stay in the result */
    bool keep_unset;  /* an unset variable stays as it is written */
    uint64_t *budget; /* counts down from DW_WORD_BUDGET */
};

struct dw_word_list {
    DW_VECTOR(struct dw_slice) words;
};
void dw_word_list_free(struct dw_word_list *list);

/* Removes quotes and substitutes variables. Fails with DW_ERROR_INPUT (unterminated quote, bad substitution) or
 * DW_ERROR_LIMIT. */
bool dw_word_expand(const struct dw_word_lexer *lexer, struct dw_slice text, struct dw_slice *result,
                    struct dw_error *error);
/* The same, and splits at blanks outside quotes; also at those of unquoted values. */
bool dw_word_split(const struct dw_word_lexer *lexer, struct dw_slice text, struct dw_word_list *list,
                   struct dw_error *error);

/* White space by Unicode, as the Go functions that BuildKit uses see it: the length in bytes of the white space character at
 * the start of TEXT, or 0. */
size_t dw_unicode_space(struct dw_slice text);
struct dw_slice dw_unicode_trim_left(struct dw_slice text);
struct dw_slice dw_unicode_trim(struct dw_slice text);

/* "a//b/../c/" is "a/c", as by Go's path.Clean; "." for nothing. */
struct dw_slice dw_path_clean(struct dw_arena *arena, struct dw_slice path);

#endif
