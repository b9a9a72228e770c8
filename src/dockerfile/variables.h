/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to dockerfile/: what ARG and ENV have set (Dockerfile reference, ARG and ENV: scope). A stage's variables lie over those of
 * the stage that it is built from. */
#ifndef DW_DOCKERFILE_VARIABLES_H
#define DW_DOCKERFILE_VARIABLES_H

#include "base/map.h"
#include "dockerfile/parse.h"

struct dw_variable {
    struct dw_slice value;
    bool declared; /* by ARG, perhaps without a value */
    bool set;
    bool unknown;  /* made with a variable that the base image may set */
};

struct dw_variables {
    struct dw_arena *arena;
    char escape;
    uint64_t *budget;
    struct dw_map names;     /* name -> struct dw_variable[2]: ENV, ARG; ENV wins */
    const struct dw_variables *outer; /* of the stage that this one is built from; NULL: none */
    const struct dw_map *build_arguments; /* name -> struct dw_slice; may be NULL */
    bool platform_arguments; /* TARGETARCH and its like are set without being declared */
    bool base_may_set;       /* a variable that is not set here may be set by the base image */
    const char *architecture;
    /* What happened since dw_variables_start: */
    bool used;               /* a variable was looked up */
    bool platform;           /* one of them was a platform argument */
    struct dw_slice missing; /* the first that has no value, or one that cannot be known; "" if none */
    struct dw_slice problem; /* why the text cannot be expanded; "" if it can */
    /* Where every use is written down; NULL: nowhere. */
    struct dw_use_list *record;
    size_t argument;         /* of which they are */
    struct dw_slice text;    /* that is being expanded */
};

struct dw_use_list {
    DW_VECTOR(struct dw_variable_use) uses;
};

void dw_variables_init(struct dw_variables *variables, struct dw_arena *arena, char escape, uint64_t *budget);
void dw_variables_free(struct dw_variables *variables);
/* Forgets what was looked up before; platform arguments are those of linux/ARCHITECTURE. */
void dw_variables_start(struct dw_variables *variables, const char *architecture);
/* A text that cannot be expanded, where the build would fail, gives "" and problem. Fails only with DW_ERROR_LIMIT. */
bool dw_variables_expand(struct dw_variables *variables, struct dw_slice text, struct dw_slice *result,
                         struct dw_error *error);
/* The same into words, appended to LIST. */
bool dw_variables_split(struct dw_variables *variables, struct dw_slice text, struct dw_word_list *list,
                        struct dw_error *error);
/* Applies ARG; a name without a default takes GLOBAL's value (GLOBAL may be NULL). EXPANDED, one for each argument, and ITEMS get what it
 * sets; ITEMS may be NULL. */
bool dw_variables_argument(struct dw_variables *variables, struct dw_variables *global,
                           const struct dw_instruction *instruction, struct dw_slice *expanded,
                           struct dw_stage_items *items, struct dw_error *error);
/* Sets NAME by ENV. */
void dw_variables_set(struct dw_variables *variables, struct dw_slice name, struct dw_slice value, bool unknown);
/* Can what was just expanded not be known? */
bool dw_variables_unknown(const struct dw_variables *variables);

#endif
