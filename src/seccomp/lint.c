/* SPDX-License-Identifier: Apache-2.0
 *
 * What is doubtful in a profile that the engine takes without a word. */
#include "base/map.h"
#include "seccomp/capability.h"
#include "seccomp/profile.h"
#include "seccomp/syscall.h"

static const char *const remark_names[DW_SECCOMP_REMARK_COUNT] = {
    "empty", "allows-by-default", "dangerous", "conflict", "log", "unknown", "duplicate", "sub-architecture",
};

const char *dw_seccomp_remark_name(enum dw_seccomp_remark_kind kind)
{
    return remark_names[kind];
}

struct linting {
    struct dw_seccomp_profile *profile;
    DW_VECTOR(struct dw_seccomp_remark) remarks;
    struct dw_map seen; /* call → index + 1 of the entry that named it last */
};

static void remark(struct linting *lint, enum dw_seccomp_remark_kind kind, bool weakens, const struct dw_node *node,
                   struct dw_slice text)
{
    *dw_vector_push(&lint->remarks) = (struct dw_seccomp_remark){.kind = kind,
                                                                 .weakens = weakens,
                                                                 .line = node != NULL ? node->line : 0,
                                                                 .column = node != NULL ? node->column : 0,
                                                                 .text = text};
}

#define TEXT(lint, ...) dw_arena_printf(&(lint)->profile->arena, __VA_ARGS__)
#define NAME(slice)     DW_SLICE_ARG(dw_slice_part(slice, 0, 60))

static bool is_one_of(struct dw_slice text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (dw_slice_is(text, list[i]))
            return true;
    return false;
}
#define IS_ONE_OF(text, list) is_one_of(text, list, sizeof(list) / sizeof((list)[0]))

/* --- members, flags, architectures --- */

static void check_members(struct linting *lint, const struct dw_node *node, const char *const *known, size_t count)
{
    for (size_t i = 0; node != NULL && node->kind == DW_NODE_MAPPING && i < node->count; i++)
        if (!is_one_of(node->keys[i]->text, known, count))
            remark(lint, DW_SECCOMP_REMARK_UNKNOWN, false, node->keys[i],
                   TEXT(lint, "the member \"%.*s\" means nothing to an engine", NAME(node->keys[i]->text)));
}
#define CHECK_MEMBERS(lint, node, known) check_members(lint, node, known, sizeof(known) / sizeof((known)[0]))

static void check_root(struct linting *lint)
{
    static const char *const known[] = {"defaultAction", "defaultErrnoRet", "architectures",   "archMap",         "syscalls",
                                        "flags",         "listenerPath",    "listenerMetadata"};
    static const char *const flags[] = {"SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
                                        "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"};
    const struct dw_seccomp_profile *profile = lint->profile;
    const struct dw_node *root = profile->document != NULL ? profile->document->roots[0] : NULL;
    CHECK_MEMBERS(lint, root, known);
    for (size_t i = 0; i < profile->flag_count; i++)
        if (!IS_ONE_OF(profile->flags[i], flags))
            remark(lint, DW_SECCOMP_REMARK_UNKNOWN, false, dw_node_get(root, "flags"),
                   TEXT(lint, "there is no flag \"%.*s\"", NAME(profile->flags[i])));
    if (profile->empty)
        remark(lint, DW_SECCOMP_REMARK_EMPTY, true, root,
               DW_SLICE("neither \"defaultAction\" nor \"syscalls\": an engine switches seccomp off"));
    else if (dw_seccomp_lets_through(profile->default_action))
        remark(lint, DW_SECCOMP_REMARK_ALLOWS_BY_DEFAULT, true, dw_node_get(root, "defaultAction"),
               TEXT(lint, "%s by default: every call that is not named, and every one of a later kernel, is let through",
                    dw_seccomp_action_name(profile->default_action)));
    if (!profile->empty && profile->default_action == DW_SECCOMP_LOG)
        remark(lint, DW_SECCOMP_REMARK_LOG, true, dw_node_get(root, "defaultAction"),
               DW_SLICE("SCMP_ACT_LOG lets calls through; it is for learning, not for production"));
}

/* The specification's names, each with the other architectures whose programs its kernel runs. */
static const struct {
    const char *name, *others;
} architectures[] = {
    {"SCMP_ARCH_X86_64", "SCMP_ARCH_X86 SCMP_ARCH_X32"},
    {"SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"},
    {"SCMP_ARCH_S390X", "SCMP_ARCH_S390"},
    {"SCMP_ARCH_X86", ""},
    {"SCMP_ARCH_X32", ""},
    {"SCMP_ARCH_ARM", ""},
    {"SCMP_ARCH_MIPS", ""},
    {"SCMP_ARCH_MIPS64", "SCMP_ARCH_MIPS SCMP_ARCH_MIPS64N32"},
    {"SCMP_ARCH_MIPS64N32", "SCMP_ARCH_MIPS SCMP_ARCH_MIPS64"},
    {"SCMP_ARCH_MIPSEL", ""},
    {"SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL SCMP_ARCH_MIPSEL64N32"},
    {"SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_MIPSEL SCMP_ARCH_MIPSEL64"},
    {"SCMP_ARCH_PPC", ""},
    {"SCMP_ARCH_PPC64", ""},
    {"SCMP_ARCH_PPC64LE", ""},
    {"SCMP_ARCH_S390", ""},
    {"SCMP_ARCH_PARISC", ""},
    {"SCMP_ARCH_PARISC64", ""},
    {"SCMP_ARCH_RISCV64", ""},
    {"SCMP_ARCH_LOONGARCH64", ""},
    {"SCMP_ARCH_M68K", ""},
    {"SCMP_ARCH_SH", ""},
    {"SCMP_ARCH_SHEB", ""},
};
#define ARCHITECTURES (sizeof(architectures) / sizeof(architectures[0]))

static size_t architecture_of(struct dw_slice name)
{
    for (size_t i = 0; i < ARCHITECTURES; i++)
        if (dw_slice_is(name, architectures[i].name))
            return i;
    return ARCHITECTURES;
}

static bool names_architecture(const struct dw_seccomp_profile *profile, const struct dw_seccomp_architecture *row,
                               struct dw_slice name)
{
    for (size_t i = 0; i < row->sub_count; i++)
        if (dw_slice_equal(row->sub[i], name))
            return true;
    for (size_t i = 0; !profile->architecture_map && i < profile->architecture_count; i++)
        if (dw_slice_equal(profile->architectures[i].name, name))
            return true;
    return false;
}

static void check_architecture(struct linting *lint, const struct dw_seccomp_architecture *row)
{
    static const char *const known[] = {"architecture", "subArchitectures"};
    size_t at = architecture_of(row->name);
    CHECK_MEMBERS(lint, row->node, known);
    if (at == ARCHITECTURES) {
        remark(lint, DW_SECCOMP_REMARK_UNKNOWN, false, row->node,
               TEXT(lint, "there is no architecture \"%.*s\"", NAME(row->name)));
        return;
    }
    for (size_t i = 0; i < row->sub_count; i++)
        if (architecture_of(row->sub[i]) == ARCHITECTURES)
            remark(lint, DW_SECCOMP_REMARK_UNKNOWN, false, row->node,
                   TEXT(lint, "there is no architecture \"%.*s\"", NAME(row->sub[i])));
    struct dw_slice rest = dw_slice_of(architectures[at].others), other;
    for (bool more = rest.len > 0; more && dw_slice_split(&rest, ' ', &more, &other);)
        if (!names_architecture(lint->profile, row, other))
            remark(lint, DW_SECCOMP_REMARK_SUB_ARCHITECTURE, false, row->node,
                   TEXT(lint, "%.*s without %.*s: programs of that kind are killed", NAME(row->name), NAME(other)));
}

/* --- entries --- */

static bool same_filter(const struct dw_seccomp_filter *a, const struct dw_seccomp_filter *b)
{
    if (a->architecture_count != b->architecture_count || a->capabilities != b->capabilities ||
        a->unknown_capability || b->unknown_capability || a->kernel.major != b->kernel.major ||
        a->kernel.minor != b->kernel.minor)
        return false;
    for (size_t i = 0; i < a->architecture_count; i++)
        if (!dw_slice_equal(a->architectures[i], b->architectures[i]))
            return false;
    return true;
}

static bool same_conditions(const struct dw_seccomp_entry *a, const struct dw_seccomp_entry *b)
{
    if (a->condition_count != b->condition_count || !same_filter(&a->includes, &b->includes) ||
        !same_filter(&a->excludes, &b->excludes))
        return false;
    for (size_t i = 0; i < a->condition_count; i++) {
        const struct dw_seccomp_condition *x = &a->conditions[i], *y = &b->conditions[i];
        if (x->index != y->index || x->comparison != y->comparison || x->value != y->value || x->value_two != y->value_two)
            return false;
    }
    return true;
}

static bool is_unconditional(const struct dw_seccomp_entry *entry)
{
    const struct dw_seccomp_filter *in = &entry->includes, *out = &entry->excludes;
    return entry->condition_count == 0 && in->capabilities == 0 && !in->unknown_capability && out->capabilities == 0;
}

static void check_name(struct linting *lint, size_t index, size_t position)
{
    const struct dw_seccomp_entry *entry = &lint->profile->entries[index];
    struct dw_slice name = entry->names[position];
    const struct dw_node *node = entry->name_nodes != NULL ? entry->name_nodes[position] : NULL;
    bool added, through = dw_seccomp_lets_through(entry->action);
    if (dw_syscall_find(name) == NULL)
        /* An engine drops what its library does not know, without a word. */
        remark(lint, DW_SECCOMP_REMARK_UNKNOWN, !through && dw_seccomp_lets_through(lint->profile->default_action), node,
               TEXT(lint, "no Linux has a call \"%.*s\": an engine drops it without a word, so it is %s", NAME(name),
                    dw_seccomp_lets_through(lint->profile->default_action) ? "let through" : "denied"));
    if (through && is_unconditional(entry) && dw_seccomp_is_dangerous(name) && !dw_slice_is(name, "ptrace") &&
        !dw_slice_starts_with(name, "process_vm_"))
        remark(lint, DW_SECCOMP_REMARK_DANGEROUS, true, node,
               TEXT(lint, "\"%.*s\" is let through whatever the container's capabilities are", NAME(name)));
    struct dw_map_entry *before = dw_map_insert(&lint->seen, name, &added);
    if (!added) {
        const struct dw_seccomp_entry *other = &lint->profile->entries[before->number - 1];
        unsigned line = other->node != NULL ? other->node->line : 0;
        if (same_conditions(entry, other) && entry->action == other->action && entry->errno_value == other->errno_value)
            remark(lint, DW_SECCOMP_REMARK_DUPLICATE, false, node,
                   TEXT(lint, "\"%.*s\" has the same rule in the entry at line %u", NAME(name), line));
        else if (same_conditions(entry, other))
            remark(lint, DW_SECCOMP_REMARK_CONFLICT, through != dw_seccomp_lets_through(other->action), node,
                   TEXT(lint, "\"%.*s\" has %s here and %s under the same conditions in the entry at line %u", NAME(name),
                        dw_seccomp_action_name(entry->action), dw_seccomp_action_name(other->action), line));
    }
    before->number = index + 1;
}

static void check_filter(struct linting *lint, const struct dw_node *entry, const char *name,
                         const struct dw_seccomp_filter *filter)
{
    static const char *const known[] = {"caps", "arches", "minKernel"};
    static const char *const words[] = {"amd64",    "arm",     "arm64", "x32",  "x86",     "s390",   "s390x", "ppc", "ppc64", "ppc64le",
                                        "riscv64",  "mips",    "mips64", "mips64n32", "mipsel", "mipsel64", "mipsel64n32",
                                        "parisc",   "parisc64", "loongarch64", "loong64", "mipsle", "mips64le"};
    const struct dw_node *node = dw_node_get(entry, name);
    CHECK_MEMBERS(lint, node, known);
    for (size_t i = 0; i < filter->architecture_count; i++)
        if (!IS_ONE_OF(filter->architectures[i], words))
            remark(lint, DW_SECCOMP_REMARK_UNKNOWN, false, node,
                   TEXT(lint, "there is no architecture \"%.*s\" (amd64, arm64, s390x, …)", NAME(filter->architectures[i])));
    if (filter->unknown_capability)
        remark(lint, DW_SECCOMP_REMARK_UNKNOWN, name[0] == 'e', node,
               TEXT(lint, "\"caps\" of \"%s\" names a capability that Linux does not have; names begin with CAP_", name));
}

static void check_entry(struct linting *lint, size_t index)
{
    static const char *const known[] = {"name", "names", "action", "errnoRet", "args", "comment", "includes", "excludes"};
    static const char *const condition_members[] = {"index", "op", "value", "valueTwo"};
    const struct dw_seccomp_entry *entry = &lint->profile->entries[index];
    unsigned seen = 0;
    CHECK_MEMBERS(lint, entry->node, known);
    const struct dw_node *conditions = dw_node_get(entry->node, "args");
    for (size_t i = 0; conditions != NULL && i < conditions->count && conditions->kind == DW_NODE_SEQUENCE; i++)
        CHECK_MEMBERS(lint, conditions->items[i], condition_members);
    for (size_t i = 0; i < entry->condition_count; i++) {
        if ((seen >> entry->conditions[i].index & 1) != 0)
            remark(lint, DW_SECCOMP_REMARK_CONFLICT, true, conditions,
                   TEXT(lint, "two conditions on argument %u: an engine makes a rule of each, so that any one is enough",
                        entry->conditions[i].index));
        seen |= 1u << entry->conditions[i].index;
    }
    check_filter(lint, entry->node, "includes", &entry->includes);
    check_filter(lint, entry->node, "excludes", &entry->excludes);
    if (entry->action == DW_SECCOMP_LOG)
        remark(lint, DW_SECCOMP_REMARK_LOG, true, dw_node_get(entry->node, "action"),
               DW_SLICE("SCMP_ACT_LOG lets calls through; it is for learning, not for production"));
    for (size_t i = 0; i < entry->name_count; i++)
        check_name(lint, index, i);
}

struct dw_seccomp_remarks dw_seccomp_lint(struct dw_seccomp_profile *profile)
{
    struct linting lint = {.profile = profile};
    check_root(&lint);
    for (size_t i = 0; i < profile->architecture_count; i++)
        check_architecture(&lint, &profile->architectures[i]);
    for (size_t i = 0; i < profile->entry_count; i++)
        check_entry(&lint, i);
    struct dw_seccomp_remarks remarks = {.at = dw_arena_alloc(&profile->arena, lint.remarks.len + 1, sizeof(*remarks.at)),
                                         .len = lint.remarks.len};
    if (remarks.len > 0)
        memcpy(remarks.at, lint.remarks.at, remarks.len * sizeof(*remarks.at));
    dw_vector_free(&lint.remarks);
    dw_map_free(&lint.seen);
    return remarks;
}
