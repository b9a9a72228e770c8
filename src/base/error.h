/* SPDX-License-Identifier: Apache-2.0
 *
 * Errors: a kind, a message for a person, and the context it happened in, outermost first:
 * "oci:build/service: layer sha256:…: etc/passwd: what is wrong".
 * Functions that can fail take a struct dw_error * as their last parameter and return bool or a pointer. */
#ifndef DW_BASE_ERROR_H
#define DW_BASE_ERROR_H

#include <stdbool.h>

enum dw_error_kind {
    DW_ERROR_NONE,
    DW_ERROR_USAGE,       /* wrong option, key, policy or exceptions file: exit 2 */
    DW_ERROR_INPUT,       /* a named input is missing, malformed or not what its digest says: exit 3 */
    DW_ERROR_LIMIT,       /* an input meets a limit: exit 3 */
    DW_ERROR_CRASH,       /* a worker died, hung or outgrew its memory: exit 3 */
    DW_ERROR_SYSTEM,      /* the operating system refused (disk full, no memory): exit 3 */
    DW_ERROR_UNSUPPORTED, /* understood to be of a kind that is not implemented: exit 4 */
    DW_ERROR_UNAVAILABLE, /* not to be had now (absent layer, no database, network): exit 4 */
};

#define DW_ERROR_TEXT 2048

struct dw_error {
    enum dw_error_kind kind;
    char text[DW_ERROR_TEXT]; /* UTF-8 not promised: names come from input; escape on output */
};

#define DW_ERROR_INIT {.kind = DW_ERROR_NONE}

/* Sets kind and message (both replaced); always returns false, so that callers can `return dw_fail(…)`.
 * ERROR may be NULL. A message too long for the buffer is cut and ends in "…". */
bool dw_fail(struct dw_error *error, enum dw_error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As dw_fail, and appends ": " and the text of the current errno. */
bool dw_fail_errno(struct dw_error *error, enum dw_error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "FORMAT…: " before the message that is there; always returns false. */
bool dw_context(struct dw_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The exit code an error of this kind leads to (architecture.md, section 1): 2, 3 or 4; 0 for none. */
int dw_error_exit_code(enum dw_error_kind kind);

/* A short English word for the kind ("input", "limit", …). */
const char *dw_error_kind_name(enum dw_error_kind kind);

#endif
