/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to policy/: the text of one comment. */
#ifndef DW_POLICY_PRAGMA_TEXT_H
#define DW_POLICY_PRAGMA_TEXT_H

#include "policy/pragma.h"

enum dw_pragma_scope {
    DW_SCOPE_NEXT,  /* what follows the comment */
    DW_SCOPE_STAGE, /* the build stage it stands in or before */
    DW_SCOPE_FILE,
    DW_SCOPE_CHECK, /* BuildKit's: the file as a directive; else what follows, a FROM standing for its stage */
};

/* Sets path, line, first and last of PRAGMA, the newest of the list. */
typedef void dw_pragma_place(void *context, struct dw_pragma *pragma, enum dw_pragma_scope scope);

/* Could SOURCE hold a pragma at all? */
bool dw_pragma_may_be_in(struct dw_slice source);
/* Adds the pragmas of COMMENT, the text behind '#'; most comments hold none. */
void dw_pragma_read(struct dw_pragmas *pragmas, struct dw_arena *arena, struct dw_slice comment, dw_pragma_place *place,
                    void *context);

#endif
