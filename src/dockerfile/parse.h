/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to dockerfile/: the steps of dw_dockerfile_parse. Each returns false after setting the error. */
#ifndef DW_DOCKERFILE_PARSE_H
#define DW_DOCKERFILE_PARSE_H

#include "dockerfile/dockerfile.h"
#include "dockerfile/words.h"

/* Lines to instructions: directives, continuations, comments, here-documents. */
bool dw_dockerfile_read_lines(struct dw_dockerfile *dockerfile, uint64_t *budget, struct dw_error *error);
/* A logical line to keyword, flags, rest and arguments; runs, lines and heredocs are the caller's. INNER: behind ONBUILD. */
bool dw_instruction_parse(struct dw_dockerfile *dockerfile, struct dw_slice logical, bool inner,
                          struct dw_instruction *instruction, struct dw_error *error);
/* Instructions to stages, uses, chain, user. */
bool dw_dockerfile_resolve(struct dw_dockerfile *dockerfile, uint64_t *budget, struct dw_error *error);

/* "NAME:LINE: message". */
bool dw_dockerfile_fail(const struct dw_dockerfile *dockerfile, unsigned line, enum dw_error_kind kind,
                        struct dw_error *error, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* A JSON array of strings, decoded into the arena. DW_JSON_FORM_BAD: well-formed JSON with an element that is no string. */
enum dw_json_form { DW_JSON_FORM_NONE, DW_JSON_FORM_STRINGS, DW_JSON_FORM_BAD };
enum dw_json_form dw_json_form_parse(struct dw_arena *arena, struct dw_slice text, struct dw_slice **strings,
                                     size_t *count);

#endif
