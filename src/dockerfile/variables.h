/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to dockerfile/: what ARG and ENV have set (parsing.md, section 1.11 of the design). */
#ifndef DW_DOCKERFILE_VARIABLES_H
#define DW_DOCKERFILE_VARIABLES_H

#include "base/map.h"
#include "dockerfile/parse.h"

struct dw_variables {
    struct dw_arena *arena;
    char escape;
    uint64_t *budget;
    struct dw_map environment, arguments; /* name -> struct variable; ENV wins over ARG */
    bool platform_arguments; /* TARGETARCH and its like are set without being declared */
    bool base_may_set;       /* a variable that is not set here may be set by the base image */
    const char *architecture;
    /* What happened since dw_variables_start: */
    bool used;               /* a variable was looked up */
    bool platform;           /* one of them was a platform argument */
    struct dw_slice missing; /* the first that has no value, or one that cannot be known; "" if none */
    struct dw_slice problem; /* why the text cannot be expanded; "" if it can */
};

void dw_variables_init(struct dw_variables *variables, struct dw_arena *arena, char escape, uint64_t *budget);
void dw_variables_free(struct dw_variables *variables);
/* Forgets what was looked up before; platform arguments are those of linux/ARCHITECTURE. */
void dw_variables_start(struct dw_variables *variables, const char *architecture);
/* A text that cannot be expanded, where the build would fail, gives "" and problem. Fails only with DW_ERROR_LIMIT. */
bool dw_variables_expand(struct dw_variables *variables, struct dw_slice text, struct dw_slice *result,
                         struct dw_error *error);
/* Applies ARG; a name without a default takes GLOBAL's value (GLOBAL may be NULL). */
bool dw_variables_argument(struct dw_variables *variables, struct dw_variables *global,
                           const struct dw_instruction *instruction, struct dw_error *error);
/* Applies ENV. */
bool dw_variables_environment(struct dw_variables *variables, const struct dw_instruction *instruction,
                              struct dw_error *error);

#endif
