/* SPDX-License-Identifier: Apache-2.0
 *
 * RT-005: the profile that really applies, beside the engine's default for the same capabilities. */
#include "base/file.h"
#include "rule/runtime.h"
#include "seccomp/profile.h"

#define DENIED "system calls that the engine's default denies fail"

static bool wants_default(const struct dw_judge *judge)
{
    return judge->settings->seccomp.len == 0 || dw_slice_is(judge->settings->seccomp, "default");
}

static bool same_path(struct dw_slice a, struct dw_slice b)
{
    DW_CLEANUP(dw_cleanup_free) char *x = dw_path_normal(a), *y = dw_path_normal(b);
    return strcmp(x, y) == 0;
}

static struct dw_slice default_fix(const struct dw_container *container)
{
    return dw_runtime_is_compose(container) ? DW_SLICE("Remove seccomp=… from security_opt: the engine's default then applies.")
                                            : DW_SLICE("securityContext: {seccompProfile: {type: RuntimeDefault}}");
}

/* The calls that PROFILE lets through beyond the default on either of the common architectures. */
#define SHOWN_CALLS 8
struct excess {
    DW_VECTOR(struct dw_seccomp_difference) calls;
    bool by_default, dangerous;
};

static void find_excess(const struct dw_container *container, const struct dw_seccomp_profile *profile, struct dw_arena *arena,
                        struct excess *excess)
{
    static const char *const architectures[] = {"amd64", "arm64"};
    struct dw_seccomp_profile *standard = dw_seccomp_profile_default();
    for (size_t a = 0; a < 2; a++) {
        struct dw_seccomp_target target = {.architecture = dw_slice_of(architectures[a]),
                                           .capabilities = dw_runtime_capabilities(container)};
        struct dw_seccomp_differences found = dw_seccomp_compare(profile, standard, &target, arena);
        excess->by_default |= found.first_by_default;
        for (size_t i = 0; i < found.len; i++) {
            bool known = !found.at[i].first;
            for (size_t j = 0; j < excess->calls.len && !known; j++)
                known = dw_slice_equal(excess->calls.at[j].name, found.at[i].name);
            if (known)
                continue;
            struct dw_seccomp_difference call = found.at[i];
            call.name = dw_arena_copy(arena, call.name); /* the default goes */
            *dw_vector_push(&excess->calls) = call;
            excess->dangerous |= call.dangerous;
        }
    }
    dw_seccomp_profile_free(standard);
}

static void judge_profile(struct dw_judge *judge, const struct dw_container *container, const struct dw_node *node,
                          const struct dw_seccomp_profile *profile, struct dw_slice path)
{
    struct dw_arena arena = {0};
    struct excess excess = {0};
    find_excess(container, profile, &arena, &excess);
    if (!excess.by_default && excess.calls.len == 0) {
        dw_runtime_pass(judge, container, node,
                        dw_judge_text(judge, "%.*s: profile %.*s, not weaker than the default", DW_SLICE_ARG(container->what),
                                      DW_SLICE_ARG(path)));
    } else {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer names = {0};
        for (size_t i = 0; i < excess.calls.len && i < SHOWN_CALLS; i++)
            dw_buffer_printf(&names, "%s%.*s%s", i > 0 ? ", " : "", DW_SLICE_ARG(excess.calls.at[i].name),
                             excess.calls.at[i].conditional ? " (some arguments)" : "");
        if (excess.calls.len > SHOWN_CALLS)
            dw_buffer_printf(&names, " and %zu more", excess.calls.len - SHOWN_CALLS);
        dw_runtime_fail(
            judge, container, node,
            (struct dw_runtime_fault){
                .variant = "weak",
                .severity = excess.dangerous || excess.by_default ? DW_SEVERITY_HIGH : DW_SEVERITY_MEDIUM,
                .message = dw_judge_text(judge, "%.*s: the profile %.*s %s%s%s", DW_SLICE_ARG(container->what), DW_SLICE_ARG(path),
                                         excess.by_default ? "lets through whatever it does not name" : "",
                                         excess.by_default && names.len > 0 ? "; " : "",
                                         names.len == 0 ? ""
                                                        : dw_judge_text(judge, "lets through what the default denies: %s", names.at).at),
                .fix = dw_judge_text(judge, "Take these calls out of %.*s; dockworthy seccomp diff %.*s default lists them.",
                                     DW_SLICE_ARG(path), DW_SLICE_ARG(path))});
    }
    dw_vector_free(&excess.calls);
    dw_arena_free(&arena);
}

static void judge_file(struct dw_judge *judge, const struct dw_container *container, const struct dw_node *node,
                       struct dw_slice path)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_cleanup_free) char *name = dw_copy_string(path);
    if (!dw_is_file(name)) {
        dw_runtime_fail(judge, container, node,
                        (struct dw_runtime_fault){
                            .variant = "missing-file",
                            .message = dw_judge_text(judge, "%.*s: there is no seccomp profile %.*s", DW_SLICE_ARG(container->what),
                                                     DW_SLICE_ARG(path)),
                            .fix = DW_SLICE("Put the profile there (the path is relative to the project's folder), or remove the "
                                            "option: the engine's default then applies.")});
        return;
    }
    struct dw_seccomp_profile *profile = dw_seccomp_profile_read(name, &limits, &error);
    if (profile == NULL && error.kind == DW_ERROR_INPUT)
        dw_runtime_fail(judge, container, node,
                        (struct dw_runtime_fault){
                            .message = dw_judge_text(judge, "%.*s: no engine takes the seccomp profile: %s",
                                                     DW_SLICE_ARG(container->what), error.text),
                            .fix = DW_SLICE("Mend the profile; dockworthy seccomp check FILE says what is wrong.")});
    else if (profile == NULL)
        dw_runtime_unknown(judge, container, node, dw_slice_of(error.text));
    else if (profile->empty)
        dw_runtime_fail(judge, container, node,
                        (struct dw_runtime_fault){
                            .variant = "empty",
                            .message = dw_judge_text(judge, "%.*s: the profile %.*s has no default action and no calls, which "
                                                            "switches seccomp off",
                                                     DW_SLICE_ARG(container->what), DW_SLICE_ARG(path)),
                            .fix = DW_SLICE("Set \"defaultAction\": \"SCMP_ACT_ERRNO\" and name the calls that are allowed.")});
    else
        judge_profile(judge, container, node, profile, path);
    dw_seccomp_profile_free(profile);
}

/* A profile of the node, which the policy may have as a file. */
static void judge_localhost(struct dw_judge *judge, const struct dw_container *container,
                            const struct dw_container_profile *profile)
{
    const struct dw_rule_settings *settings = judge->settings;
    struct dw_slice name = profile->text.text;
    if (name.len > 0 && !wants_default(judge) &&
        dw_slice_equal(dw_path_base(settings->seccomp), dw_path_base(name)))
        judge_file(judge, container, profile->text.node, settings->seccomp);
    else
        dw_runtime_unknown(judge, container, profile->text.node,
                           dw_judge_text(judge, "the seccomp profile \"%.*s\" is on the node: name its file under "
                                                "runtime.seccomp in the policy",
                                         DW_SLICE_ARG(name)));
}

static void judge_custom(struct dw_judge *judge, const struct dw_container *container,
                         const struct dw_container_profile *profile)
{
    struct dw_slice wanted = judge->settings->seccomp;
    if (profile->path.len == 0) {
        judge_localhost(judge, container, profile);
        return;
    }
    if (!wants_default(judge) && !same_path(profile->path, wanted))
        dw_runtime_fail(judge, container, profile->text.node,
                        (struct dw_runtime_fault){
                            .message = dw_judge_text(judge, "%.*s has the profile %.*s; the policy asks for %.*s",
                                                     DW_SLICE_ARG(container->what), DW_SLICE_ARG(profile->path),
                                                     DW_SLICE_ARG(wanted)),
                            .fix = dw_judge_text(judge, "security_opt: [\"seccomp=%.*s\"]", DW_SLICE_ARG(wanted))});
    judge_file(judge, container, profile->text.node, profile->path);
}

static void fail_unconfined(struct dw_judge *judge, const struct dw_container *container, const struct dw_node *node,
                            const char *why)
{
    dw_runtime_fail(judge, container, node,
                    (struct dw_runtime_fault){
                        .variant = "unconfined",
                        .message = dw_judge_text(judge, "%.*s runs without seccomp: %s", DW_SLICE_ARG(container->what), why),
                        .fix = default_fix(container),
                        .changes = {container->privileged.value == DW_SWITCH_ON ? (struct dw_runtime_change){0}
                                    : dw_runtime_is_compose(container)
                                        ? (struct dw_runtime_change){DW_RUNTIME_REMOVE, node, NULL, NULL}
                                        : (struct dw_runtime_change){DW_RUNTIME_SET, NULL, "securityContext.seccompProfile",
                                                                     "{type: RuntimeDefault}"}},
                        .note = DENIED});
}

void dw_runtime_seccomp(struct dw_judge *judge, const struct dw_container *container)
{
    const struct dw_container_profile *profile = &container->seccomp;
    const struct dw_node *node = profile->text.node;
    bool implied = profile->kind == DW_PROFILE_UNSET || profile->kind == DW_PROFILE_DEFAULT;
    if (container->windows || !dw_runtime_runs(container))
        return;
    if (implied && container->privileged.value == DW_SWITCH_ON) {
        fail_unconfined(judge, container, container->privileged.node, "it is privileged, so no default profile applies");
        return;
    }
    switch (profile->kind) {
    case DW_PROFILE_UNCONFINED:
        fail_unconfined(judge, container, node, "the profile is unconfined");
        return;
    case DW_PROFILE_CUSTOM:
        judge_custom(judge, container, profile);
        return;
    case DW_PROFILE_UNKNOWN:
        dw_runtime_unknown(judge, container, node, profile->text.problem);
        return;
    case DW_PROFILE_UNSET:
        if (!dw_runtime_is_compose(container)) {
            dw_runtime_fail(judge, container, node,
                            (struct dw_runtime_fault){
                                .variant = "unset",
                                .message = dw_judge_text(judge, "%.*s: no seccompProfile is set, here or at the pod, which is "
                                                                "Unconfined unless the kubelet is told otherwise",
                                                         DW_SLICE_ARG(container->what)),
                                .fix = default_fix(container),
                                .changes = {{DW_RUNTIME_SET, NULL, "securityContext.seccompProfile", "{type: RuntimeDefault}"}},
                                .note = DENIED});
            return;
        }
        break;
    case DW_PROFILE_DEFAULT:
        break;
    }
    if (wants_default(judge))
        dw_runtime_pass(judge, container, node,
                        dw_judge_text(judge, "%.*s: the engine's default profile", DW_SLICE_ARG(container->what)));
    else
        dw_runtime_fail(judge, container, node,
                        (struct dw_runtime_fault){
                            .message = dw_judge_text(judge, "%.*s has the engine's default profile; the policy asks for %.*s",
                                                     DW_SLICE_ARG(container->what), DW_SLICE_ARG(judge->settings->seccomp)),
                            .fix = dw_runtime_is_compose(container)
                                       ? dw_judge_text(judge, "security_opt: [\"seccomp=%.*s\"]",
                                                       DW_SLICE_ARG(judge->settings->seccomp))
                                       : dw_judge_text(judge, "seccompProfile: {type: Localhost, localhostProfile: %.*s}",
                                                       DW_SLICE_ARG(dw_path_base(judge->settings->seccomp)))});
}
