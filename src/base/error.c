/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void mark_cut(char *text)
{
    static const char mark[] = "…";
    memcpy(text + DW_ERROR_TEXT - sizeof(mark), mark, sizeof(mark));
}

static void set_text(struct dw_error *error, const char *format, va_list arguments)
{
    int length = vsnprintf(error->text, sizeof(error->text), format, arguments);
    if (length >= (int)sizeof(error->text))
        mark_cut(error->text);
}

static void append_text(struct dw_error *error, const char *tail)
{
    size_t used = strlen(error->text);
    size_t length = strlen(tail), room = sizeof(error->text) - 1 - used;
    memcpy(error->text + used, tail, length < room ? length : room);
    error->text[used + (length < room ? length : room)] = '\0';
    if (length > room)
        mark_cut(error->text);
}

bool dw_fail(struct dw_error *error, enum dw_error_kind kind, const char *format, ...)
{
    if (error != NULL) {
        va_list arguments;
        va_start(arguments, format);
        error->kind = kind;
        set_text(error, format, arguments);
        va_end(arguments);
    }
    return false;
}

bool dw_fail_errno(struct dw_error *error, enum dw_error_kind kind, const char *format, ...)
{
    int saved = errno;
    if (error != NULL) {
        va_list arguments;
        char reason[256];
        va_start(arguments, format);
        error->kind = kind;
        set_text(error, format, arguments);
        va_end(arguments);
        append_text(error, ": ");
        append_text(error, strerror_r(saved, reason, sizeof(reason)));
    }
    errno = saved;
    return false;
}

bool dw_context(struct dw_error *error, const char *format, ...)
{
    if (error != NULL) {
        struct dw_error inner = *error;
        va_list arguments;
        va_start(arguments, format);
        set_text(error, format, arguments);
        va_end(arguments);
        append_text(error, ": ");
        append_text(error, inner.text);
    }
    return false;
}

static const struct {
    const char *name;
    int exit_code;
} kinds[] = {
    [DW_ERROR_NONE] = {"none", 0},
    [DW_ERROR_USAGE] = {"usage", 2},
    [DW_ERROR_INPUT] = {"input", 3},
    [DW_ERROR_LIMIT] = {"limit", 3},
    [DW_ERROR_CRASH] = {"crash", 3},
    [DW_ERROR_SYSTEM] = {"system", 3},
    [DW_ERROR_UNSUPPORTED] = {"unsupported", 4},
    [DW_ERROR_UNAVAILABLE] = {"unavailable", 4},
};

int dw_error_exit_code(enum dw_error_kind kind)
{
    return kinds[kind].exit_code;
}

const char *dw_error_kind_name(enum dw_error_kind kind)
{
    return kinds[kind].name;
}
