/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to dockerfile/: the steps of dw_dockerfile_parse. Each returns false after setting the error. */
#ifndef DW_DOCKERFILE_PARSE_H
#define DW_DOCKERFILE_PARSE_H

#include "base/map.h"
#include "dockerfile/dockerfile.h"
#include "dockerfile/words.h"

/* Lines to instructions: directives, continuations, comments, here-documents. */
bool dw_dockerfile_read_lines(struct dw_dockerfile *dockerfile, uint64_t *budget, bool tree_only, struct dw_error *error);
/* A logical line to keyword, flags, rest and arguments; runs, lines and heredocs are the caller's. What is no instruction gets kind
 * DW_INSTRUCTION_COUNT. */
bool dw_instruction_parse(struct dw_dockerfile *dockerfile, struct dw_slice logical, struct dw_instruction *instruction,
                          struct dw_error *error);
/* " (did you mean RUN?)", or "". */
const char *dw_instruction_suggestion(struct dw_arena *arena, struct dw_slice keyword);
/* What BuildKit refuses in an instruction that its parser took: flags, their values, names, numbers of arguments. Gives RUN its mounts. */
bool dw_instruction_check(struct dw_dockerfile *dockerfile, struct dw_instruction *instruction, struct dw_error *error);
bool dw_instruction_check_mounts(struct dw_dockerfile *dockerfile, struct dw_instruction *instruction, struct dw_error *error);
/* "--device": CSV. */
bool dw_instruction_check_device(struct dw_dockerfile *dockerfile, struct dw_slice value, struct dw_error *error);
/* The first field of a record as Go's encoding/csv reads it, and so on: *REST is what follows; *MORE starts as true. */
bool dw_csv_field(struct dw_arena *arena, struct dw_slice *rest, bool *more, struct dw_slice *field, struct dw_error *error);
/* Is WORD a here-document's announcement, "<<EOF"? */
bool dw_word_is_heredoc(struct dw_slice word);
/* Instructions to stages; NAMES gets the index + 1 of each name's last. */
bool dw_dockerfile_split_stages(struct dw_dockerfile *dockerfile, struct dw_map *names, struct dw_error *error);
/* And to uses, states, chain, user. */
bool dw_dockerfile_resolve(struct dw_dockerfile *dockerfile, const struct dw_dockerfile_options *options,
                           uint64_t *budget, struct dw_error *error);
struct dw_stage_item *dw_stage_item_add(struct dw_arena *arena, struct dw_stage_items *items);
/* The tree alone, as BuildKit's parser makes it: an instruction that is none has kind DW_INSTRUCTION_COUNT. With CHECK also what
 * BuildKit's instruction reader refuses is refused, and there are stages (perhaps none), without more than their names. */
struct dw_dockerfile *dw_dockerfile_parse_tree(struct dw_slice text, const char *name, bool check,
                                               const struct dw_limits *limits, struct dw_error *error);

/* "NAME:LINE: message". */
bool dw_dockerfile_fail(const struct dw_dockerfile *dockerfile, unsigned line, enum dw_error_kind kind,
                        struct dw_error *error, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* A JSON array of strings, decoded into the arena. DW_JSON_FORM_BAD: well-formed JSON with an element that is no string. */
enum dw_json_form { DW_JSON_FORM_NONE, DW_JSON_FORM_STRINGS, DW_JSON_FORM_BAD };
enum dw_json_form dw_json_form_parse(struct dw_arena *arena, struct dw_slice text, struct dw_slice **strings,
                                     size_t *count);

#endif
