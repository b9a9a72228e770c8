/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: the repairs of findings, as edits of the file's text (document/edit.h, dockerfile/edit.h).
 *
 * Each function adds what it changes to FINDING, before that is given to dw_judge_fail. It does nothing when repairs are not
 * wanted, so that rules need not ask. The edits of a finding are made together or not at all: where one of them cannot be made,
 * FINDING has none, repair_note says why, and later calls do nothing. The finding's repair becomes the rule's, unless it is
 * set before; for DW_REPAIR_REVIEW set repair_note too: what the change does to the build or the container, one line.
 * All return whether the change was made. */
#ifndef DW_RULE_REPAIR_H
#define DW_RULE_REPAIR_H

#include "dockerfile/edit.h"
#include "rule/judge.h"

/* --- YAML and JSON --- */

/* The member at PATH ("securityContext.capabilities.drop") below MAPPING becomes VALUE, a YAML text: "true", "[ALL]",
 * "{type: RuntimeDefault}"; a block value begins at column 1 and is indented. Mappings on the way are made where missing. */
bool dw_repair_set(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_node *mapping, const char *path,
                   const char *value);
/* Adds ITEM, a YAML text, to the end of the sequence at PATH, which is made if it is not there. */
bool dw_repair_append(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_node *mapping, const char *path,
                      const char *item);
/* SCALAR becomes the string TEXT with the same quotes. Not for text made by substitution: look at the node's own text first. */
bool dw_repair_replace(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_node *scalar, struct dw_slice text);
/* The member (NODE is its key or value) or item goes, and with the last one its collection. */
bool dw_repair_remove(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_node *node);
/* TEXT as a YAML scalar that is this string, for VALUE and ITEM above; in the verdict's arena, with a NUL behind it. */
const char *dw_repair_quote(struct dw_judge *judge, struct dw_slice text);

/* --- Dockerfiles: nothing for one that stands within another file --- */

/* Lines of their own before or behind INSTRUCTION. */
bool dw_repair_line_before(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_dockerfile *dockerfile,
                           const struct dw_instruction *instruction, struct dw_slice text);
bool dw_repair_line_after(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_dockerfile *dockerfile,
                          const struct dw_instruction *instruction, struct dw_slice text);
/* PART of the logical line becomes TEXT, or TEXT is put behind PART. */
bool dw_repair_part(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_dockerfile *dockerfile,
                    const struct dw_instruction *instruction, struct dw_slice part, struct dw_slice text);
bool dw_repair_after_part(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_dockerfile *dockerfile,
                          const struct dw_instruction *instruction, struct dw_slice part, struct dw_slice text);
/* The flag "--NAME…" goes. */
bool dw_repair_remove_flag(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_dockerfile *dockerfile,
                           const struct dw_instruction *instruction, const char *name);
/* The whole instruction becomes TEXT; "": it goes, with the comments that are its own. */
bool dw_repair_instruction(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_dockerfile *dockerfile,
                           const struct dw_instruction *instruction, struct dw_slice text);
/* Bytes START to END of the file become TEXT: for places that are known otherwise (dw_run_offset). START of SIZE_MAX: no repair. */
bool dw_repair_bytes(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_dockerfile *dockerfile, size_t start,
                     size_t end, struct dw_slice text);
/* Why no repair can be made; there is none then. */
void dw_repair_refuse(struct dw_judge *judge, struct dw_judge_finding *finding, const char *reason);

#endif
