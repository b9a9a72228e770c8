/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: what the rules on containers share. */
#ifndef DW_RULE_RUNTIME_H
#define DW_RULE_RUNTIME_H

#include "rule/repair.h"

/* One change of a repair. */
enum dw_runtime_change_kind {
    DW_RUNTIME_NOTHING,
    DW_RUNTIME_SET,     /* the member at PATH below MAPPING becomes TEXT, a YAML text */
    DW_RUNTIME_APPEND,  /* TEXT is added to the list at PATH below MAPPING */
    DW_RUNTIME_REMOVE,  /* NODE, a member's value or an item, goes */
    DW_RUNTIME_REPLACE, /* the scalar NODE becomes TEXT */
};
struct dw_runtime_change {
    enum dw_runtime_change_kind kind;
    const struct dw_node *node; /* MAPPING or NODE; NULL: the container's mapping */
    const char *path, *text;
};
#define DW_RUNTIME_CHANGES 4

/* What fails, and how it is put right; VARIANT may be NULL, SEVERITY UNKNOWN for the variant's or rule's own. */
struct dw_runtime_fault {
    const char *variant;
    enum dw_severity severity;
    struct dw_slice message, fix;
    struct dw_runtime_change changes[DW_RUNTIME_CHANGES]; /* made together; NOTHING behind the last */
    const char *note;                                     /* what they do to the container, one line */
};

/* A finding at NODE; where it is NULL, at the container itself. */
void dw_runtime_fail(struct dw_judge *judge, const struct dw_container *container, const struct dw_node *node,
                     struct dw_runtime_fault fault);
/* As dw_runtime_fail, but information. */
void dw_runtime_inform(struct dw_judge *judge, const struct dw_container *container, const struct dw_node *node,
                       struct dw_runtime_fault fault);
/* Something at NODE that cannot be told, because of PROBLEM. */
void dw_runtime_unknown(struct dw_judge *judge, const struct dw_container *container, const struct dw_node *node,
                        struct dw_slice problem);
/* Evidence at NODE, else at the container. */
void dw_runtime_pass(struct dw_judge *judge, const struct dw_container *container, const struct dw_node *node,
                     struct dw_slice text);

/* A service of a provider is no container: a program of the host runs in its place. */
bool dw_runtime_runs(const struct dw_container *container);
static inline bool dw_runtime_is_compose(const struct dw_container *container)
{
    return container->platform == DW_CONTAINER_COMPOSE;
}
/* Is TEXT one of the values that the policy gives for parameter NAME? */
bool dw_runtime_allows(struct dw_judge *judge, const char *name, struct dw_slice text);
/* The first value of parameter NAME. */
struct dw_slice dw_runtime_value(struct dw_judge *judge, const char *name);
/* Is the rule switched on in the policy? */
bool dw_runtime_rule_on(const struct dw_judge *judge, const char *id);

/* The capabilities that the container really has, as its engine or kubelet reads both lists. */
uint64_t dw_runtime_capabilities(const struct dw_container *container);

/* Calls LOOK for each instruction of KIND that the build of the shipped stage runs; with those behind ONBUILD. */
void dw_runtime_instructions(struct dw_judge *judge, const struct dw_dockerfile_view *view, enum dw_instruction_kind kind,
                             void (*look)(struct dw_judge *judge, const struct dw_dockerfile *dockerfile,
                                          const struct dw_instruction *instruction));

/* RT-005 (runtime_seccomp.c). */
void dw_runtime_seccomp(struct dw_judge *judge, const struct dw_container *container);

#endif
