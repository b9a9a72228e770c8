/* SPDX-License-Identifier: Apache-2.0
 *
 * Two profiles side by side. A call's arguments fall into classes that no condition of either profile tells apart; one value of each
 * class is tried. */
#include "base/map.h"
#include "seccomp/profile.h"
#include "seccomp/syscall.h"

/* Sorted. What leads out of a container, or to the kernel's least proven parts. */
static const char *const dangerous[] = {
    "acct", "add_key", "bpf", "clone3", "delete_module", "finit_module", "fsconfig", "fsmount", "fsopen", "fspick",
    "init_module", "io_uring_enter", "io_uring_register", "io_uring_setup", "ioperm", "iopl", "kcmp", "kexec_file_load",
    "kexec_load", "keyctl", "mount", "mount_setattr", "move_mount", "open_by_handle_at", "open_tree", "open_tree_attr",
    "perf_event_open", "pidfd_getfd", "pivot_root", "process_vm_readv", "process_vm_writev", "ptrace", "reboot",
    "request_key", "setns", "swapoff", "swapon", "umount", "umount2", "unshare", "userfaultfd",
};

static int compare_names(const void *key, const void *row)
{
    return dw_slice_compare(*(const struct dw_slice *)key, dw_slice_of(*(const char *const *)row));
}

bool dw_seccomp_is_dangerous(struct dw_slice name)
{
    return bsearch(&name, dangerous, sizeof(dangerous) / sizeof(dangerous[0]), sizeof(dangerous[0]), compare_names) != NULL;
}

/* The rules of both profiles for one call. */
struct call {
    struct dw_slice name;
    size_t first[2]; /* index + 1 of the last rule; each rule knows the one before */
};

struct side {
    struct dw_seccomp_rules rules;
    size_t *before; /* beside rules: index + 1 of the call's rule before */
    bool off;       /* an empty profile: everything happens */
};

/* Conditions on different arguments must all hold; several on the same one make it any of all (libseccomp adds a rule for
 * each). */
static bool rule_holds(const struct dw_seccomp_rule *rule, const uint64_t values[DW_SECCOMP_ARGUMENTS])
{
    bool repeated = false, all = true, any = false;
    unsigned seen = 0;
    for (size_t i = 0; i < rule->condition_count; i++) {
        const struct dw_seccomp_condition *condition = &rule->conditions[i];
        bool holds = dw_seccomp_condition_holds(condition, values[condition->index]);
        repeated |= (seen >> condition->index & 1) != 0;
        seen |= 1u << condition->index;
        all &= holds;
        any |= holds;
    }
    return repeated ? any : all;
}

/* Where several rules hold, the most permissive counts: which one a filter takes depends on how it was built. */
static bool lets_through(const struct side *side, size_t last, const uint64_t values[DW_SECCOMP_ARGUMENTS])
{
    bool found = false, through = false;
    if (side->off)
        return true;
    for (size_t i = last; i > 0; i = side->before[i - 1]) {
        if (!rule_holds(&side->rules.at[i - 1], values))
            continue;
        found = true;
        through |= dw_seccomp_lets_through(side->rules.at[i - 1].action);
    }
    return found ? through : dw_seccomp_lets_through(side->rules.default_action);
}

/* Values of one argument, one of each class. */
#define VALUES_MOST 64
/* Rules tried for one call, over all combinations; a profile that needs more is taken to let something through. */
#define TRIALS_MOST 200000

struct values {
    uint64_t at[VALUES_MOST];
    size_t len;
    bool overflow;
};

static void add_value(struct values *values, uint64_t value)
{
    for (size_t i = 0; i < values->len; i++)
        if (values->at[i] == value)
            return;
    if (values->len == VALUES_MOST) {
        values->overflow = true;
        return;
    }
    values->at[values->len++] = value;
}

static void add_classes(struct values *values, const struct dw_seccomp_condition *condition)
{
    uint64_t value = condition->value;
    if (condition->comparison != DW_SECCOMP_MASKED) {
        add_value(values, value);
        if (value > 0)
            add_value(values, value - 1);
        if (value < UINT64_MAX)
            add_value(values, value + 1);
        return;
    }
    add_value(values, condition->value_two & value);
    add_value(values, ~value | (condition->value_two & value));
    add_value(values, value);
    /* Every bit of the mask alone tells flags apart. */
    for (unsigned bit = 0; bit < 64; bit++)
        if ((value >> bit & 1) != 0)
            add_value(values, (condition->value_two & value) ^ UINT64_C(1) << bit);
}

struct outcome {
    bool first, second;
    size_t trials, first_trials, second_trials;
};

static struct outcome try_all(const struct side sides[2], const struct call *call)
{
    struct values values[DW_SECCOMP_ARGUMENTS] = {0};
    struct outcome outcome = {0};
    size_t counter[DW_SECCOMP_ARGUMENTS] = {0};
    uint64_t trials = 1;
    for (size_t s = 0; s < 2; s++)
        for (size_t i = call->first[s]; i > 0; i = sides[s].before[i - 1], trials++)
            for (size_t c = 0; c < sides[s].rules.at[i - 1].condition_count; c++) {
                const struct dw_seccomp_condition *condition = &sides[s].rules.at[i - 1].conditions[c];
                add_value(&values[condition->index], 0);
                add_value(&values[condition->index], UINT64_MAX);
                add_classes(&values[condition->index], condition);
            }
    for (size_t a = 0; a < DW_SECCOMP_ARGUMENTS; a++) {
        add_value(&values[a], 0);
        trials *= values[a].len;
        if (values[a].overflow || trials > TRIALS_MOST) {
            outcome.first = outcome.second = true;
            outcome.trials = 2;
            outcome.first_trials = outcome.second_trials = 1;
            return outcome;
        }
    }
    for (;;) {
        uint64_t arguments[DW_SECCOMP_ARGUMENTS];
        for (size_t a = 0; a < DW_SECCOMP_ARGUMENTS; a++)
            arguments[a] = values[a].at[counter[a]];
        bool first = lets_through(&sides[0], call->first[0], arguments);
        bool second = lets_through(&sides[1], call->first[1], arguments);
        outcome.trials++;
        outcome.first_trials += first && !second;
        outcome.second_trials += second && !first;
        size_t a = 0;
        while (a < DW_SECCOMP_ARGUMENTS && ++counter[a] == values[a].len)
            counter[a++] = 0;
        if (a == DW_SECCOMP_ARGUMENTS)
            break;
    }
    outcome.first = outcome.first_trials > 0;
    outcome.second = outcome.second_trials > 0;
    return outcome;
}

static bool exists(struct dw_slice name, struct dw_slice architecture)
{
    static const struct {
        const char *word;
        unsigned bits;
    } kinds[] = {
        {"amd64", DW_SYSCALL_AMD64 | DW_SYSCALL_X86 | DW_SYSCALL_X32}, {"x32", DW_SYSCALL_X32},
        {"x86", DW_SYSCALL_X86},                                       {"arm64", DW_SYSCALL_ARM64 | DW_SYSCALL_ARM},
        {"arm", DW_SYSCALL_ARM},
    };
    const struct dw_syscall *call = dw_syscall_find(name);
    for (size_t i = 0; call != NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (dw_slice_is(architecture, kinds[i].word))
            return (call->architectures & kinds[i].bits) != 0;
    return call != NULL;
}

static int by_danger(const void *left, const void *right)
{
    const struct dw_seccomp_difference *a = left, *b = right;
    return a->dangerous != b->dangerous ? (a->dangerous ? -1 : 1) : dw_slice_compare(a->name, b->name);
}

/* With these the call makes namespaces, or speaks to the kernel's crypto or the hypervisor. */
static bool has_dangerous_arguments(struct dw_slice name)
{
    return dw_slice_is(name, "clone") || dw_slice_is(name, "socket");
}

struct dw_seccomp_differences dw_seccomp_compare(const struct dw_seccomp_profile *a, const struct dw_seccomp_profile *b,
                                                 const struct dw_seccomp_target *target, struct dw_arena *arena)
{
    const struct dw_seccomp_profile *profiles[2] = {a, b};
    struct side sides[2] = {0};
    struct dw_map map = {0};
    DW_VECTOR(struct call) calls = {0};
    for (size_t s = 0; s < 2; s++) {
        sides[s].off = profiles[s]->empty;
        sides[s].rules = dw_seccomp_flatten(profiles[s], target, arena);
        sides[s].before = dw_arena_alloc(arena, sides[s].rules.len + 1, sizeof(size_t));
        for (size_t i = 0; i < sides[s].rules.len; i++) {
            bool added;
            struct dw_map_entry *entry = dw_map_insert(&map, sides[s].rules.at[i].name, &added);
            if (added) {
                (dw_vector_push(&calls))->name = sides[s].rules.at[i].name;
                entry->number = calls.len - 1;
            }
            struct call *call = &calls.at[entry->number];
            sides[s].before[i] = call->first[s];
            call->first[s] = i + 1;
        }
    }
    bool by_default[2];
    for (size_t s = 0; s < 2; s++)
        by_default[s] = sides[s].off || dw_seccomp_lets_through(sides[s].rules.default_action);
    struct dw_seccomp_differences differences = {
        .at = dw_arena_alloc(arena, calls.len + 1, sizeof(*differences.at)),
        .first_by_default = by_default[0] && !by_default[1],
        .second_by_default = by_default[1] && !by_default[0],
    };
    for (size_t i = 0; i < calls.len; i++) {
        if (!exists(calls.at[i].name, target->architecture))
            continue;
        struct outcome outcome = try_all(sides, &calls.at[i]);
        if (!outcome.first && !outcome.second)
            continue;
        differences.at[differences.len++] = (struct dw_seccomp_difference){
            .name = calls.at[i].name,
            .first = outcome.first,
            .second = outcome.second,
            .dangerous = dw_seccomp_is_dangerous(calls.at[i].name) || has_dangerous_arguments(calls.at[i].name),
            .conditional = outcome.first_trials + outcome.second_trials < outcome.trials,
        };
    }
    if (differences.len > 1)
        qsort(differences.at, differences.len, sizeof(*differences.at), by_danger);
    dw_map_free(&map);
    dw_vector_free(&calls);
    return differences;
}
