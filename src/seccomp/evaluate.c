/* SPDX-License-Identifier: Apache-2.0
 *
 * What a profile means for one container: which of its entries hold, and what they become in the OCI runtime configuration. */
#include "seccomp/capability.h"
#include "seccomp/profile.h"

static bool lists(const struct dw_seccomp_filter *filter, struct dw_slice architecture)
{
    for (size_t i = 0; i < filter->architecture_count; i++)
        if (dw_slice_equal(filter->architectures[i], architecture))
            return true;
    return false;
}

/* A kernel that is not named is newer than any condition. */
static bool is_at_least(struct dw_kernel_version kernel, struct dw_kernel_version least)
{
    return kernel.major + kernel.minor == 0 || kernel.major > least.major ||
           (kernel.major == least.major && kernel.minor >= least.minor);
}

static bool names_kernel(const struct dw_seccomp_filter *filter)
{
    return filter->kernel.major + filter->kernel.minor > 0;
}

bool dw_seccomp_entry_holds(const struct dw_seccomp_entry *entry, const struct dw_seccomp_target *target)
{
    const struct dw_seccomp_filter *in = &entry->includes, *out = &entry->excludes;
    if (lists(out, target->architecture) || (out->capabilities & target->capabilities) != 0 ||
        (names_kernel(out) && is_at_least(target->kernel, out->kernel)))
        return false;
    return (in->architecture_count == 0 || lists(in, target->architecture)) && !in->unknown_capability &&
           (in->capabilities & ~target->capabilities) == 0 && (!names_kernel(in) || is_at_least(target->kernel, in->kernel));
}

struct dw_seccomp_rules dw_seccomp_flatten(const struct dw_seccomp_profile *profile, const struct dw_seccomp_target *target,
                                           struct dw_arena *arena)
{
    size_t count = 0;
    for (size_t i = 0; i < profile->entry_count; i++)
        if (dw_seccomp_entry_holds(&profile->entries[i], target))
            count += profile->entries[i].name_count;
    struct dw_seccomp_rules rules = {.default_action = profile->default_action,
                                     .default_errno = profile->default_errno > 0 ? profile->default_errno : 1,
                                     .at = dw_arena_alloc(arena, count + 1, sizeof(*rules.at))};
    for (size_t i = 0; i < profile->entry_count; i++) {
        const struct dw_seccomp_entry *entry = &profile->entries[i];
        if (!dw_seccomp_entry_holds(entry, target))
            continue;
        for (size_t j = 0; j < entry->name_count; j++)
            rules.at[rules.len++] = (struct dw_seccomp_rule){.name = entry->names[j],
                                                             .action = entry->action,
                                                             .errno_value = entry->errno_value > 0 ? entry->errno_value : 1,
                                                             .conditions = entry->conditions,
                                                             .condition_count = entry->condition_count};
    }
    return rules;
}

bool dw_seccomp_condition_holds(const struct dw_seccomp_condition *condition, uint64_t value)
{
    switch (condition->comparison) {
    case DW_SECCOMP_NOT_EQUAL:
        return value != condition->value;
    case DW_SECCOMP_LESS:
        return value < condition->value;
    case DW_SECCOMP_LESS_OR_EQUAL:
        return value <= condition->value;
    case DW_SECCOMP_EQUAL:
        return value == condition->value;
    case DW_SECCOMP_GREATER_OR_EQUAL:
        return value >= condition->value;
    case DW_SECCOMP_GREATER:
        return value > condition->value;
    case DW_SECCOMP_MASKED:
        return (value & condition->value) == condition->value_two;
    case DW_SECCOMP_COMPARISON_COUNT:
        break;
    }
    return false;
}

/* --- writing --- */

/* Names of input, which need not be names at all. */
static void put_text(struct dw_buffer *out, struct dw_slice text)
{
    dw_buffer_append_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c == '"' || c == '\\')
            dw_buffer_printf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            dw_buffer_printf(out, "\\u%04x", c);
        else
            dw_buffer_append_byte(out, (char)c);
    }
    dw_buffer_append_byte(out, '"');
}

static void put_texts(struct dw_buffer *out, const struct dw_slice *texts, size_t count)
{
    dw_buffer_append_byte(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            dw_buffer_append_string(out, ", ");
        put_text(out, texts[i]);
    }
    dw_buffer_append_byte(out, ']');
}

/* The engine's word for an architecture, and the OCI specification's. */
static const struct {
    const char *word, *name;
} native[] = {
    {"amd64", "SCMP_ARCH_X86_64"},   {"arm64", "SCMP_ARCH_AARCH64"},     {"arm", "SCMP_ARCH_ARM"},
    {"x86", "SCMP_ARCH_X86"},        {"x32", "SCMP_ARCH_X32"},           {"s390x", "SCMP_ARCH_S390X"},
    {"s390", "SCMP_ARCH_S390"},      {"ppc64le", "SCMP_ARCH_PPC64LE"},   {"riscv64", "SCMP_ARCH_RISCV64"},
    {"mips64", "SCMP_ARCH_MIPS64"},  {"mips64el", "SCMP_ARCH_MIPSEL64"}, {"loong64", "SCMP_ARCH_LOONGARCH64"},
    {"mips64le", "SCMP_ARCH_MIPSEL64"},
};

static void put_architectures(struct dw_buffer *out, const struct dw_seccomp_profile *profile,
                              const struct dw_seccomp_target *target)
{
    const char *separator = "";
    struct dw_slice own = DW_SLICE("");
    for (size_t i = 0; i < sizeof(native) / sizeof(native[0]); i++)
        if (dw_slice_is(target->architecture, native[i].word))
            own = dw_slice_of(native[i].name);
    dw_buffer_append_string(out, "  \"architectures\": [");
    for (size_t i = 0; i < profile->architecture_count; i++) {
        const struct dw_seccomp_architecture *row = &profile->architectures[i];
        if (profile->architecture_map && !dw_slice_equal(row->name, own))
            continue;
        dw_buffer_append_string(out, separator);
        put_text(out, row->name);
        separator = ", ";
        for (size_t j = 0; j < row->sub_count; j++) {
            dw_buffer_append_string(out, separator);
            put_text(out, row->sub[j]);
        }
    }
    dw_buffer_append_string(out, "],\n");
}

static void put_conditions(struct dw_buffer *out, const struct dw_seccomp_entry *entry)
{
    dw_buffer_append_string(out, ", \"args\": [");
    for (size_t i = 0; i < entry->condition_count; i++) {
        const struct dw_seccomp_condition *condition = &entry->conditions[i];
        dw_buffer_printf(out, "%s{\"index\": %u, \"value\": %llu, ", i > 0 ? ", " : "", condition->index,
                         (unsigned long long)condition->value);
        if (condition->comparison == DW_SECCOMP_MASKED)
            dw_buffer_printf(out, "\"valueTwo\": %llu, ", (unsigned long long)condition->value_two);
        dw_buffer_printf(out, "\"op\": \"%s\"}", dw_seccomp_comparison_name(condition->comparison));
    }
    dw_buffer_append_byte(out, ']');
}

void dw_seccomp_write(struct dw_buffer *out, const struct dw_seccomp_profile *profile, const struct dw_seccomp_target *target)
{
    const char *separator = "\n";
    if (profile->empty) {
        dw_buffer_append_string(out, "{}\n");
        return;
    }
    dw_buffer_printf(out, "{\n  \"defaultAction\": \"%s\",\n", dw_seccomp_action_name(profile->default_action));
    if (profile->default_errno > 0)
        dw_buffer_printf(out, "  \"defaultErrnoRet\": %u,\n", profile->default_errno);
    put_architectures(out, profile, target);
    if (profile->flag_count > 0) {
        dw_buffer_append_string(out, "  \"flags\": ");
        put_texts(out, profile->flags, profile->flag_count);
        dw_buffer_append_string(out, ",\n");
    }
    dw_buffer_append_string(out, "  \"syscalls\": [");
    for (size_t i = 0; i < profile->entry_count; i++) {
        const struct dw_seccomp_entry *entry = &profile->entries[i];
        if (!dw_seccomp_entry_holds(entry, target) || entry->name_count == 0)
            continue;
        dw_buffer_printf(out, "%s    {\"names\": ", separator);
        put_texts(out, entry->names, entry->name_count);
        dw_buffer_printf(out, ", \"action\": \"%s\"", dw_seccomp_action_name(entry->action));
        if (entry->errno_value > 0)
            dw_buffer_printf(out, ", \"errnoRet\": %u", entry->errno_value);
        if (entry->condition_count > 0)
            put_conditions(out, entry);
        dw_buffer_append_byte(out, '}');
        separator = ",\n";
    }
    dw_buffer_append_string(out, "\n  ]\n}\n");
}
