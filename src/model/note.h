/* SPDX-License-Identifier: Apache-2.0
 *
 * What could not be read completely is a fact of its own: it never becomes "nothing found". */
#ifndef DW_MODEL_NOTE_H
#define DW_MODEL_NOTE_H

#include "base/error.h"
#include "base/slice.h"

enum dw_note_kind {
    DW_NOTE_INFORMATION,  /* worth saying, takes nothing away */
    DW_NOTE_NOT_SCANNED,  /* one package that cannot be matched (no version): not evaluated */
    DW_NOTE_UNSUPPORTED,  /* present, of a kind that is not read: incomplete (exit 4) */
    DW_NOTE_UNAVAILABLE,  /* not at hand (an absent layer): incomplete (exit 4) */
    DW_NOTE_UNREADABLE,   /* malformed, or its digest is wrong: exit 3 */
    DW_NOTE_LIMIT,        /* met a limit: exit 3 */
    DW_NOTE_CRASH,        /* its worker died: exit 3 */
    DW_NOTE_KIND_COUNT
};

struct dw_note {
    enum dw_note_kind kind;
    int layer;              /* index, -1: not of a layer */
    struct dw_slice path;   /* "" when it is about the whole layer or image */
    struct dw_slice message;
};

/* "information", "not-scanned", "unsupported", … */
const char *dw_note_kind_name(enum dw_note_kind kind);
/* 0, 3 or 4: what this note makes of the run. */
int dw_note_exit_code(enum dw_note_kind kind);
/* The kind that says what ERROR means for the thing it is about. */
enum dw_note_kind dw_note_kind_of_error(enum dw_error_kind kind);

#endif
