/* SPDX-License-Identifier: Apache-2.0
 *
 * Compose's variables in a text (compose-spec, 12-interpolation.md). */
#ifndef DW_COMPOSE_INTERPOLATE_H
#define DW_COMPOSE_INTERPOLATE_H

#include "base/memory.h"

struct dw_compose_lookup {
    /* The value of NAME, or false. */
    bool (*find)(const void *context, struct dw_slice name, struct dw_slice *value);
    const void *context;
};

/* What became of a text. */
struct dw_compose_substitution {
    struct dw_slice text;    /* in the arena, or the text itself when nothing was to be done */
    struct dw_slice missing; /* the first variable that is not set and has no default, or is required ("?"): it gives nothing */
    const char *problem;     /* the text is malformed or the result too long: why; else NULL */
    bool too_long;
};

/* Substitutes $V, ${V}, ${V:-d}, ${V-d}, ${V:?e}, ${V?e}, ${V:+r}, ${V+r}, nested, and $$. LOOKUP may be NULL: nothing is set.
 * BUDGET: the most bytes of the result. */
struct dw_compose_substitution dw_compose_substitute(struct dw_arena *arena, struct dw_slice text,
                                                     const struct dw_compose_lookup *lookup, uint64_t budget);

#endif
