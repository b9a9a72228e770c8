/* SPDX-License-Identifier: Apache-2.0
 *
 * Seccomp profiles as container engines read them: the OCI runtime specification's "seccomp" (config-linux.md) with the
 * engine's conditions by capability, architecture and kernel (Moby, profiles/seccomp). */
#ifndef DW_SECCOMP_PROFILE_H
#define DW_SECCOMP_PROFILE_H

#include "document/document.h"

/* From the strictest to the most permissive: the order in which the kernel lets stacked filters decide (seccomp(2)). */
enum dw_seccomp_action {
    DW_SECCOMP_KILL_PROCESS,
    DW_SECCOMP_KILL_THREAD,
    DW_SECCOMP_TRAP,
    DW_SECCOMP_ERRNO,
    DW_SECCOMP_NOTIFY,
    DW_SECCOMP_TRACE,
    DW_SECCOMP_LOG,
    DW_SECCOMP_ALLOW,
    DW_SECCOMP_ACTION_COUNT
};
/* "SCMP_ACT_ALLOW". */
const char *dw_seccomp_action_name(enum dw_seccomp_action action);
/* Does the call happen: ALLOW, LOG, TRACE? */
bool dw_seccomp_lets_through(enum dw_seccomp_action action);

enum dw_seccomp_comparison {
    DW_SECCOMP_NOT_EQUAL,
    DW_SECCOMP_LESS,
    DW_SECCOMP_LESS_OR_EQUAL,
    DW_SECCOMP_EQUAL,
    DW_SECCOMP_GREATER_OR_EQUAL,
    DW_SECCOMP_GREATER,
    DW_SECCOMP_MASKED, /* argument & value == value_two */
    DW_SECCOMP_COMPARISON_COUNT
};
/* "SCMP_CMP_NE". */
const char *dw_seccomp_comparison_name(enum dw_seccomp_comparison comparison);

#define DW_SECCOMP_ARGUMENTS 6

struct dw_seccomp_condition {
    unsigned index; /* of the argument, below 6 */
    enum dw_seccomp_comparison comparison;
    uint64_t value, value_two;
};

struct dw_kernel_version {
    unsigned major, minor; /* 0.0: none is named */
};

/* includes or excludes of an entry. */
struct dw_seccomp_filter {
    const struct dw_slice *architectures; /* "amd64" */
    size_t architecture_count;
    uint64_t capabilities;
    bool unknown_capability; /* one that Linux does not have: nothing holds it */
    struct dw_kernel_version kernel;
};

struct dw_seccomp_entry {
    const struct dw_slice *names;
    size_t name_count;
    const struct dw_node *const *name_nodes; /* beside names; NULL in the built-in profile */
    enum dw_seccomp_action action;
    unsigned errno_value; /* 0: not given */
    const struct dw_seccomp_condition *conditions; /* on different arguments: all hold; on the same one: any */
    size_t condition_count;
    struct dw_seccomp_filter includes, excludes;
    const struct dw_node *node; /* NULL in the built-in profile */
};

struct dw_seccomp_architecture {
    struct dw_slice name;       /* "SCMP_ARCH_X86_64" */
    const struct dw_slice *sub; /* archMap: subArchitectures */
    size_t sub_count;
    const struct dw_node *node;
};

struct dw_seccomp_profile {
    struct dw_arena arena;
    struct dw_slice name;  /* the path, or "the engine's default" */
    bool empty;            /* neither defaultAction nor syscalls: the engine switches seccomp off */
    enum dw_seccomp_action default_action;
    unsigned default_errno; /* 0: not given, which is EPERM */
    const struct dw_seccomp_architecture *architectures;
    size_t architecture_count;
    bool architecture_map; /* written as archMap: the native one's entry counts */
    const struct dw_slice *flags;
    size_t flag_count;
    const struct dw_seccomp_entry *entries;
    size_t entry_count;
    struct dw_document *document; /* owned; NULL for the built-in profile */
};

/* Reads BYTES, JSON, called NAME in messages. Fails with DW_ERROR_INPUT ("NAME:LINE:COLUMN: what") for what the engine refuses:
 * no JSON object, a wrong type, an action, comparison or argument that there is not, "architectures" beside "archMap",
 * "name" beside "names", calls without a default action. */
struct dw_seccomp_profile *dw_seccomp_profile_parse(struct dw_slice bytes, const char *name,
                                                    const struct dw_limits *limits, struct dw_error *error);
/* Reads a file of at most the limit of documents. */
struct dw_seccomp_profile *dw_seccomp_profile_read(const char *path, const struct dw_limits *limits, struct dw_error *error);
/* Moby's default profile of 2025, from our own table of what it allows. */
struct dw_seccomp_profile *dw_seccomp_profile_default(void);
void dw_seccomp_profile_free(struct dw_seccomp_profile *profile);

/* --- what a profile means for one container (evaluate.c) --- */

struct dw_seccomp_target {
    struct dw_slice architecture; /* "amd64" */
    uint64_t capabilities;        /* of the bounding set */
    struct dw_kernel_version kernel; /* 0.0: newer than any condition */
};

struct dw_seccomp_rule {
    struct dw_slice name;
    enum dw_seccomp_action action;
    unsigned errno_value; /* 1 where none is given */
    const struct dw_seccomp_condition *conditions;
    size_t condition_count;
};
struct dw_seccomp_rules {
    enum dw_seccomp_action default_action;
    unsigned default_errno;
    struct dw_seccomp_rule *at;
    size_t len;
};

/* Does ENTRY hold for TARGET? */
bool dw_seccomp_entry_holds(const struct dw_seccomp_entry *entry, const struct dw_seccomp_target *target);
/* The rules that hold for TARGET, in the profile's order; in ARENA, with slices into the profile. */
struct dw_seccomp_rules dw_seccomp_flatten(const struct dw_seccomp_profile *profile, const struct dw_seccomp_target *target,
                                           struct dw_arena *arena);
/* Does CONDITION hold for the argument's VALUE? */
bool dw_seccomp_condition_holds(const struct dw_seccomp_condition *condition, uint64_t value);
/* Writes what holds for TARGET as the OCI runtime specification's "seccomp" object, JSON with two blanks of indentation. */
void dw_seccomp_write(struct dw_buffer *out, const struct dw_seccomp_profile *profile, const struct dw_seccomp_target *target);

/* --- comparing (compare.c) --- */

struct dw_seccomp_difference {
    struct dw_slice name;
    bool first, second; /* this one lets through what the other does not, for some arguments */
    bool dangerous;     /* a call of those that lead out of containers, or with such arguments */
    bool conditional;   /* for some arguments only */
};
struct dw_seccomp_differences {
    struct dw_seccomp_difference *at; /* dangerous ones first, then by name */
    size_t len;
    bool first_by_default, second_by_default; /* lets through what it does not name, and the other does not */
};

/* What A lets through and B does not, and the other way round, for TARGET. Calls that Linux does not have on the
 * architecture are left out: no filter knows them. In ARENA. */
struct dw_seccomp_differences dw_seccomp_compare(const struct dw_seccomp_profile *a, const struct dw_seccomp_profile *b,
                                                 const struct dw_seccomp_target *target, struct dw_arena *arena);

/* Is NAME one of the calls that lead out of containers? */
bool dw_seccomp_is_dangerous(struct dw_slice name);

/* --- what is doubtful in a profile (lint.c) --- */

enum dw_seccomp_remark_kind {
    DW_SECCOMP_REMARK_EMPTY,
    DW_SECCOMP_REMARK_ALLOWS_BY_DEFAULT,
    DW_SECCOMP_REMARK_DANGEROUS,
    DW_SECCOMP_REMARK_CONFLICT,
    DW_SECCOMP_REMARK_LOG,
    DW_SECCOMP_REMARK_UNKNOWN, /* call, architecture, capability, flag or member */
    DW_SECCOMP_REMARK_DUPLICATE,
    DW_SECCOMP_REMARK_SUB_ARCHITECTURE,
    DW_SECCOMP_REMARK_COUNT
};
/* "empty", "allows-by-default", … */
const char *dw_seccomp_remark_name(enum dw_seccomp_remark_kind kind);
struct dw_seccomp_remark {
    enum dw_seccomp_remark_kind kind;
    bool weakens; /* lets something through: not merely untidy */
    unsigned line, column; /* 0: of the whole */
    struct dw_slice text;
};
struct dw_seccomp_remarks {
    struct dw_seccomp_remark *at;
    size_t len;
};
/* In the order of the file; in the profile's arena. */
struct dw_seccomp_remarks dw_seccomp_lint(struct dw_seccomp_profile *profile);

#endif
