/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: Compose's variables (compose-spec, 12-interpolation.md). */
#ifndef DW_RULE_INTERPOLATE_H
#define DW_RULE_INTERPOLATE_H

#include "base/memory.h"

/* Substitutes with no variable set: defaults count, "${V:+x}" is empty. *MISSING becomes the first variable that has no
 * default (what it becomes is then empty). False for a malformed "$", or one that nests too deep. */
bool dw_compose_interpolate(struct dw_arena *arena, struct dw_slice text, struct dw_slice *result,
                            struct dw_slice *missing);

#endif
