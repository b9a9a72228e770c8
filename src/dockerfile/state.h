/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to dockerfile/: what holds at the end of every stage. */
#ifndef DW_DOCKERFILE_STATE_H
#define DW_DOCKERFILE_STATE_H

#include "dockerfile/variables.h"

struct dw_states {
    struct dw_dockerfile *dockerfile;
    const struct dw_dockerfile_options *options;
    struct dw_error *error;
    uint64_t *budget;
    struct dw_variables global;       /* ARG before the first FROM */
    struct dw_map build_arguments;    /* name -> struct dw_slice */
    DW_VECTOR(struct dw_variables *) variables; /* of each stage so far */
    struct dw_use_list uses;          /* of the instruction at hand */
};

void dw_states_init(struct dw_states *states, struct dw_dockerfile *dockerfile,
                    const struct dw_dockerfile_options *options, uint64_t *budget, struct dw_error *error);
void dw_states_free(struct dw_states *states);
/* An ARG before the first FROM. */
bool dw_states_global_argument(struct dw_states *states, struct dw_instruction *argument);
/* Writes down the variables that are used through global from now on, or no longer. */
void dw_states_record(struct dw_states *states, bool on);
/* FROM, whose image is RESOLVED: what was written down, and its --platform. */
bool dw_states_from(struct dw_states *states, struct dw_instruction *from, struct dw_slice resolved);
/* Runs the instructions of stage INDEX, whose FROM is resolved. */
bool dw_states_run(struct dw_states *states, size_t index);

#endif
