/* SPDX-License-Identifier: Apache-2.0
 *
 * Changes of Dockerfiles by position: see document/edit.h. Line ends, indentation, comments and continuations stay as they
 * are. All return false after dw_edits_fail. */
#ifndef DW_DOCKERFILE_EDIT_H
#define DW_DOCKERFILE_EDIT_H

#include "document/edit.h"
#include "dockerfile/dockerfile.h"

/* TEXT, one or more lines without the last line end, on lines of its own before INSTRUCTION (below the comments above it) or
 * behind it. Its line feeds become the file's line ends. */
bool dw_edits_line_before(struct dw_edits *edits, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                          struct dw_slice text);
bool dw_edits_line_after(struct dw_edits *edits, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                         struct dw_slice text);
/* PART of INSTRUCTION's logical line, which must stand on one physical line, becomes TEXT. */
bool dw_edits_part(struct dw_edits *edits, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                   struct dw_slice part, struct dw_slice text);
/* TEXT is put before PART. */
bool dw_edits_before_part(struct dw_edits *edits, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                          struct dw_slice part, struct dw_slice text);
/* Adds FLAG ("--chmod=0644") as the first flag. */
bool dw_edits_flag(struct dw_edits *edits, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                   struct dw_slice flag);
/* Takes away the flag "--NAME" or "--NAME=…" with the blanks behind it. */
bool dw_edits_remove_flag(struct dw_edits *edits, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                          const char *name);
/* The whole instruction, with its continuation lines and here-documents, becomes TEXT; "": it goes, with its lines and the
 * comment lines right above it that are not at the top of the file. */
bool dw_edits_instruction(struct dw_edits *edits, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                          struct dw_slice text);

#endif
