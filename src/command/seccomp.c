/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encoding.h"
#include "command/frame.h"
#include "seccomp/capability.h"
#include "seccomp/profile.h"

/* A file, or "default" for what engines have. */
static struct dw_seccomp_profile *read_profile(struct dw_context *context, const char *name, struct dw_error *error)
{
    if (strcmp(name, "default") == 0)
        return dw_seccomp_profile_default();
    return dw_seccomp_profile_read(name, &context->limits, error);
}

/* --- what a profile is asked about --- */

static bool add_capability(struct dw_slice word, uint64_t *set, struct dw_error *error)
{
    unsigned number;
    if (dw_slice_equal_nocase(word, DW_SLICE("none")))
        return true;
    if (dw_slice_equal_nocase(word, DW_SLICE("all"))) {
        *set |= DW_CAPABILITIES_ALL;
        return true;
    }
    if (dw_slice_equal_nocase(word, DW_SLICE("default"))) {
        *set |= dw_capabilities_default();
        return true;
    }
    if (dw_capability_number(word, &number)) {
        *set |= UINT64_C(1) << number;
        return true;
    }
    const char *names[DW_CAPABILITY_COUNT];
    for (unsigned i = 0; i < DW_CAPABILITY_COUNT; i++)
        names[i] = dw_capability_name(i);
    const char *near = dw_nearest_name(word, names, DW_CAPABILITY_COUNT);
    return dw_fail(error, DW_ERROR_USAGE, "there is no capability \"%.*s\"%s%s%s; \"none\", \"default\" (Docker's 14) and \"all\" are sets",
                   DW_SLICE_ARG(dw_slice_part(word, 0, 40)), near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static bool read_kernel(const char *text, struct dw_kernel_version *kernel, struct dw_error *error)
{
    uint64_t major, minor;
    struct dw_slice whole = dw_slice_of(text), rest;
    size_t dot = dw_slice_find(whole, '.');
    if (dot == SIZE_MAX)
        return dw_fail(error, DW_ERROR_USAGE, "\"%s\" is no kernel version like 6.1", text);
    rest = dw_slice_from(whole, dot + 1);
    size_t end = 0;
    while (end < rest.len && dw_is_digit(rest.at[end]))
        end++;
    if (!dw_parse_u64(dw_slice_part(whole, 0, dot), &major) || !dw_parse_u64(dw_slice_part(rest, 0, end), &minor) ||
        major > 1000 || minor > 100000 || major + minor == 0)
        return dw_fail(error, DW_ERROR_USAGE, "\"%s\" is no kernel version like 6.1", text);
    *kernel = (struct dw_kernel_version){(unsigned)major, (unsigned)minor};
    return true;
}

/* The target that the options name; Docker's own capabilities when none is given. */
static bool read_target(struct dw_context *context, struct dw_seccomp_target *target, struct dw_error *error)
{
    size_t count;
    const char *const *values = dw_option_values(context, "capability", &count);
    const char *architecture = dw_option_value(context, "architecture"), *kernel = dw_option_value(context, "kernel");
    *target = (struct dw_seccomp_target){.architecture = dw_slice_of(architecture != NULL ? architecture : "amd64")};
    if (count == 0)
        target->capabilities = dw_capabilities_default();
    for (size_t i = 0; i < count; i++) {
        struct dw_slice rest = dw_slice_of(values[i]), word;
        for (bool more = true; dw_slice_split(&rest, ',', &more, &word);)
            if (!add_capability(dw_slice_trim(word), &target->capabilities, error))
                return false;
    }
    return kernel == NULL || read_kernel(kernel, &target->kernel, error);
}

/* --- diff --- */

static void put_calls(struct dw_context *context, const char *who, const char *other,
                      const struct dw_seccomp_differences *found, bool first)
{
    size_t count = 0;
    bool by_default = first ? found->first_by_default : found->second_by_default;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    for (size_t i = 0; i < found->len; i++) {
        const struct dw_seccomp_difference *call = &found->at[i];
        if (!(first ? call->first : call->second))
            continue;
        dw_buffer_printf(&text, "%s%.*s%s%s", count++ > 0 ? ", " : "", DW_SLICE_ARG(call->name),
                         call->conditional ? " (some arguments)" : "", call->dangerous ? " (!)" : "");
    }
    if (count == 0 && !by_default)
        return;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer line = {0};
    dw_buffer_printf(&line, "  %s lets through what %s does not: %s%s%.*s", who, other,
                     by_default ? "every call that it does not name" : "", by_default && count > 0 ? "; " : "",
                     DW_SLICE_ARG(dw_buffer_slice(&text)));
    dw_context_print(context, dw_buffer_slice(&line));
    fputc('\n', context->out);
}

/* One set of capabilities; true if A is weaker than B. */
static bool diff_for(struct dw_context *context, const struct dw_seccomp_profile *a, const struct dw_seccomp_profile *b,
                     const struct dw_seccomp_target *target)
{
    struct dw_arena arena = {0};
    struct dw_seccomp_differences found = dw_seccomp_compare(a, b, target, &arena);
    bool weaker = found.first_by_default, stricter = found.second_by_default;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer set = {0};
    for (size_t i = 0; i < found.len; i++) {
        weaker |= found.at[i].first;
        stricter |= found.at[i].second;
    }
    dw_capabilities_text(&set, target->capabilities);
    fprintf(context->out, "%.*s, capabilities %s: %s\n", DW_SLICE_ARG(target->architecture), set.at,
            weaker && stricter ? "each lets through what the other does not"
            : weaker           ? "the first is weaker"
            : stricter         ? "the first is stricter"
                               : "no difference");
    put_calls(context, context->arguments[0], context->arguments[1], &found, true);
    put_calls(context, context->arguments[1], context->arguments[0], &found, false);
    dw_arena_free(&arena);
    return weaker;
}

static int run_diff(struct dw_context *context)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_seccomp_target target;
    size_t given;
    dw_option_values(context, "capability", &given);
    if (!read_target(context, &target, &error))
        return dw_context_error(context, &error);
    struct dw_seccomp_profile *a = read_profile(context, context->arguments[0], &error);
    struct dw_seccomp_profile *b = a == NULL ? NULL : read_profile(context, context->arguments[1], &error);
    int code = 0;
    if (b == NULL) {
        code = dw_context_error(context, &error);
    } else {
        /* Unless sets are named: nothing, what the policy lets a container add, and what engines give. */
        uint64_t sets[] = {0, dw_capability_bit(DW_SLICE("NET_BIND_SERVICE")), dw_capabilities_default()};
        for (size_t i = 0; i < (given > 0 ? 1u : 3u); i++) {
            if (given == 0)
                target.capabilities = sets[i];
            if (diff_for(context, a, b, &target))
                code = 1;
        }
    }
    dw_seccomp_profile_free(a);
    dw_seccomp_profile_free(b);
    return code;
}

/* --- check --- */

static bool check_one(struct dw_context *context, const char *path, int *code)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_seccomp_profile *profile = read_profile(context, path, &error);
    bool weakens = false;
    if (profile == NULL) {
        int failed = dw_context_error(context, &error);
        *code = *code == 0 || failed == 3 ? failed : *code;
        return false;
    }
    struct dw_seccomp_remarks remarks = dw_seccomp_lint(profile);
    for (size_t i = 0; i < remarks.len; i++) {
        const struct dw_seccomp_remark *remark = &remarks.at[i];
        DW_CLEANUP(dw_buffer_free) struct dw_buffer line = {0};
        dw_buffer_printf(&line, "%s:%u:%u: %s: %s: %.*s", path, remark->line, remark->column, remark->weakens ? "weak" : "note",
                         dw_seccomp_remark_name(remark->kind), DW_SLICE_ARG(remark->text));
        dw_context_print(context, dw_buffer_slice(&line));
        fputc('\n', context->out);
        weakens |= remark->weakens;
    }
    if (remarks.len == 0)
        dw_context_note(context, "%s: nothing to say", path);
    dw_seccomp_profile_free(profile);
    return weakens;
}

static int run_check(struct dw_context *context)
{
    int code = 0;
    bool weakens = false;
    for (size_t i = 0; i < context->argument_count; i++)
        weakens |= check_one(context, context->arguments[i], &code);
    return code != 0 ? code : weakens;
}

/* --- show --- */

static int run_show(struct dw_context *context)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_seccomp_target target;
    if (!read_target(context, &target, &error))
        return dw_context_error(context, &error);
    struct dw_seccomp_profile *profile = read_profile(context, context->arguments[0], &error);
    if (profile == NULL)
        return dw_context_error(context, &error);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_seccomp_write(&text, profile, &target);
    /* JSON, with everything below a blank escaped. */
    fwrite(text.at, 1, text.len, context->out);
    dw_seccomp_profile_free(profile);
    return 0;
}

/* --- descriptors --- */

static const char *const architectures[] = {"amd64",   "arm64",   "arm",    "x86",      "x32",     "s390x", "s390",
                                            "ppc64le", "riscv64", "mips64", "mips64le", "loong64", NULL};
static const struct dw_option target_options[] = {
    {.name = "capability",
     .argument = "NAME",
     .repeatable = true,
     .help = "a capability that the container has, or \"none\", \"default\" (Docker's 14, when nothing is given) or \"all\""},
    {.name = "architecture", .argument = "NAME", .choices = architectures, .help = "the machine's architecture (default: amd64)"},
    {.name = "kernel", .argument = "VERSION", .help = "the kernel's version (default: newer than any condition)"},
    {0}};

static const struct dw_command check = {
    .name = "check",
    .summary = "says what is doubtful in seccomp profiles",
    .synopsis = "FILE...",
    .description = "Reads profiles as container engines do and says what they take without a word: unknown calls, architectures, "
                   "capabilities and members; the same call twice, with the same action or another; calls that lead out of a "
                   "container let through whatever its capabilities are; SCMP_ACT_LOG left in; profiles that let through what they "
                   "do not name, or that switch seccomp off.\n\n"
                   "Exits with 1 if something weakens a profile, with 3 if one cannot be read or no engine takes it.\n",
    .examples = "$ dockworthy seccomp check security/seccomp.json\n",
    .arguments_min = 1,
    .arguments_max = DW_ARGUMENTS_ANY,
    .argument = DW_VALUE_FILE,
    .run = run_check,
};

static const struct dw_command diff = {
    .name = "diff",
    .summary = "compares two seccomp profiles",
    .synopsis = "A B",
    .description = "Says which system calls each profile lets through and the other does not; \"default\" stands for the profile that "
                   "engines have. Calls are compared by their arguments too. Without --capability for no capability, for "
                   "NET_BIND_SERVICE, and for the 14 that Docker gives.\n\n"
                   "Exits with 1 if A lets through what B does not.\n",
    .examples = "$ dockworthy seccomp diff security/seccomp.json default\n"
                "$ dockworthy seccomp diff old.json new.json --capability NET_BIND_SERVICE\n",
    .options = target_options,
    .arguments_min = 2,
    .arguments_max = 2,
    .argument = DW_VALUE_FILE,
    .run = run_diff,
};

static const struct dw_command show = {
    .name = "show",
    .summary = "shows what a seccomp profile means for one container",
    .synopsis = "FILE",
    .description = "Prints the profile as it applies to a container with these capabilities, on this architecture and kernel, in the "
                   "form of the OCI runtime specification: conditions by capability, architecture and kernel are gone. \"default\" "
                   "stands for the profile that engines have.\n",
    .examples = "$ dockworthy seccomp show default --capability none\n"
                "$ dockworthy seccomp show security/seccomp.json --capability NET_BIND_SERVICE --architecture arm64\n",
    .options = target_options,
    .arguments_min = 1,
    .arguments_max = 1,
    .argument = DW_VALUE_FILE,
    .run = run_show,
};

static const struct dw_command *const subcommands[] = {&check, &diff, &show, NULL};

const struct dw_command dw_command_seccomp = {
    .name = "seccomp",
    .summary = "looks into seccomp profiles",
    .description = "A seccomp profile says which system calls a container may make. check says what is doubtful in one, diff what it "
                   "lets through beyond another or the engine's default, show what it means for given capabilities.\n",
    .examples = "$ dockworthy seccomp check security/seccomp.json\n"
                "$ dockworthy seccomp diff security/seccomp.json default\n",
    .subcommands = subcommands,
};
