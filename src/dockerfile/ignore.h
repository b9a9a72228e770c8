/* SPDX-License-Identifier: Apache-2.0
 *
 * What a .dockerignore keeps from the builder. */
#ifndef DW_DOCKERFILE_IGNORE_H
#define DW_DOCKERFILE_IGNORE_H

#include "base/error.h"
#include "base/memory.h"

struct dw_ignore_pattern {
    struct dw_slice text; /* cleaned, without "!" */
    unsigned line;
    bool exception;       /* "!" */
    struct dw_ignore_token *tokens;
    size_t token_count;
};

/* Steps of comparing that one .dockerignore may cost: behind them it leaves nothing out. */
#define DW_IGNORE_WORK (UINT64_C(200) * 1000 * 1000)

struct dw_ignore {
    DW_VECTOR(struct dw_ignore_pattern) patterns; /* in the order of the file */
    bool exceptions;      /* one of them is an exception */
    uint64_t work;        /* that was spent on comparing */
};

/* TEXT of a .dockerignore called NAME; patterns are in ARENA. Fails with DW_ERROR_INPUT at "NAME:LINE" for what the builder refuses: "!"
 * alone, a class or escape that does not end. */
bool dw_ignore_read(struct dw_arena *arena, struct dw_slice text, const char *name, struct dw_ignore *ignore,
                    struct dw_error *error);
void dw_ignore_free(struct dw_ignore *ignore);
/* Is PATH (relative to the context, with "/", cleaned) kept from the builder, by itself or with a folder above it? The last pattern that
 * fits decides. */
bool dw_ignore_matches(struct dw_ignore *ignore, struct dw_slice path);

#endif
