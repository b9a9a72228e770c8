/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: what the chapters on Dockerfiles share. */
#ifndef DW_RULE_DOCKERFILE_RULE_H
#define DW_RULE_DOCKERFILE_RULE_H

#include "rule/judge.h"

/* The next instruction from *INDEX on (start with 0), NULL at the end. *RUNS becomes what is run: the instruction itself, or the one
 * behind ONBUILD. */
const struct dw_instruction *dw_rule_instruction(const struct dw_dockerfile *dockerfile, size_t *index,
                                                 const struct dw_instruction **runs);

/* A finding at PART of INSTRUCTION (as the file has it), or at the instruction if PART is no part of its line: a string of the JSON
 * form, a flag. */
struct dw_judge_finding dw_rule_at_part(const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                                        struct dw_slice part);
/* At "--NAME…" of INSTRUCTION. */
struct dw_judge_finding dw_rule_at_flag(const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                                        const char *name);
/* The flag "--NAME…" as it stands in the line, or "" where it cannot be found there. */
struct dw_slice dw_rule_flag_text(const struct dw_instruction *instruction, const char *name);

/* Variables of a text that the build expands: start with {.text = …, .escape = …}. Not those in single quotes or behind the escape
 * character; those within ${a:-$b} are told too. */
struct dw_rule_variables {
    struct dw_slice text;
    char escape;
    size_t at;
    bool doubled; /* within double quotes */
};
bool dw_rule_variable_next(struct dw_rule_variables *variables, struct dw_slice *name);

/* TEXT without the quotes and escapes of a Dockerfile word, in the verdict's arena where it had any. */
struct dw_slice dw_rule_unquoted(struct dw_judge *judge, struct dw_slice text, char escape);

/* Of what is near to NAME: offer every candidate, then BEST is the nearest, "" if none is near. Start with {.name = …}. */
struct dw_rule_nearest {
    struct dw_slice name, best;
    size_t distance; /* of best */
};
void dw_rule_nearest_offer(struct dw_rule_nearest *nearest, struct dw_slice candidate);

/* Is NAME a platform argument: TARGETPLATFORM, BUILDARCH and their like? */
bool dw_rule_is_platform_argument(struct dw_slice name);
/* Does the ARG instruction declare NAME? */
bool dw_rule_argument_declares(const struct dw_instruction *instruction, struct dw_slice name);

#endif
