/* SPDX-License-Identifier: Apache-2.0
 *
 * RT-001 to RT-006: what a container may do: write to its root, use capabilities, gain privileges, make system calls. */
#include "rule/chapters.h"
#include "rule/runtime.h"
#include "seccomp/capability.h"

/* --- RT-001 --- */

static bool sets_variable_alone(const struct dw_container *container)
{
    for (size_t i = 0; i < container->environment.len; i++)
        if (dw_slice_is(container->environment.at[i].name, "READONLY_ROOT_FILESYSTEM"))
            return true;
    return false;
}

static bool is_mounted(const struct dw_container *container, const char *path)
{
    for (size_t i = 0; i < container->mounts.len; i++)
        if (dw_slice_is(container->mounts.at[i].target, path))
            return true;
    return false;
}

static bool has_volume(const struct dw_node *pod, const char *name)
{
    const struct dw_node *volumes = dw_node_get(pod, "volumes");
    for (size_t i = 0; volumes != NULL && volumes->kind == DW_NODE_SEQUENCE && i < volumes->count; i++) {
        const struct dw_node *own = dw_node_get(volumes->items[i], "name");
        if (own != NULL && dw_slice_is(own->text, name))
            return true;
    }
    return false;
}

/* Read-only, with a place for temporary files in memory. */
static void make_read_only(const struct dw_container *container, struct dw_runtime_fault *fault)
{
    struct dw_runtime_change *change = fault->changes;
    bool temporary = is_mounted(container, "/tmp");
    fault->note = "what it writes outside /tmp and its volumes fails: give those paths a tmpfs or volume too";
    if (dw_runtime_is_compose(container)) {
        *change++ = (struct dw_runtime_change){DW_RUNTIME_SET, NULL, "read_only", "true"};
        if (!temporary) {
            const struct dw_node *given = dw_node_get(container->node, "tmpfs");
            *change++ = (struct dw_runtime_change){given == NULL || given->kind == DW_NODE_SEQUENCE ? DW_RUNTIME_APPEND
                                                                                                     : DW_RUNTIME_NOTHING,
                                                   NULL, "tmpfs", "\"/tmp:noexec,nosuid,nodev,size=64m\""};
        }
        return;
    }
    *change++ = (struct dw_runtime_change){DW_RUNTIME_SET, NULL, "securityContext.readOnlyRootFilesystem", "true"};
    if (temporary || container->pod == NULL)
        return;
    *change++ = (struct dw_runtime_change){DW_RUNTIME_APPEND, NULL, "volumeMounts", "{name: tmp, mountPath: /tmp}"};
    if (!has_volume(container->pod, "tmp"))
        *change = (struct dw_runtime_change){DW_RUNTIME_APPEND, container->pod, "volumes", "{name: tmp, emptyDir: {}}"};
}

static void read_only(struct dw_judge *judge, const struct dw_container *container)
{
    const struct dw_container_switch *given = &container->read_only;
    bool compose = dw_runtime_is_compose(container);
    if (!judge->settings->read_only_root || container->windows || !dw_runtime_runs(container))
        return;
    if (given->value == DW_SWITCH_UNKNOWN) {
        dw_runtime_unknown(judge, container, given->node, given->problem);
    } else if (given->value == DW_SWITCH_ON) {
        dw_runtime_pass(judge, container, given->node,
                        dw_judge_text(judge, "%.*s: read-only root", DW_SLICE_ARG(container->what)));
    } else {
        struct dw_runtime_fault fault =
            {
                .message = dw_judge_text(judge, "%.*s can write to its root file system: %s is %s%s", DW_SLICE_ARG(container->what),
                                         compose ? "read_only" : "securityContext.readOnlyRootFilesystem",
                                         given->value == DW_SWITCH_OFF ? "false" : "not set",
                                         sets_variable_alone(container)
                                             ? " (the variable READONLY_ROOT_FILESYSTEM alone does nothing)"
                                             : ""),
                .fix = compose ? DW_SLICE("read_only: true, and tmpfs: [\"/tmp:noexec,nosuid,nodev,size=64m\"] for what it writes")
                               : DW_SLICE("securityContext: {readOnlyRootFilesystem: true}, and an emptyDir volume mounted at "
                                          "/tmp for what it writes")};
        make_read_only(container, &fault);
        dw_runtime_fail(judge, container, given->node, fault);
    }
}

/* --- RT-002 and RT-003 --- */

static bool has_problem(struct dw_judge *judge, const struct dw_container *container, const struct dw_container_items *items)
{
    bool any = false;
    for (size_t i = 0; i < items->len; i++)
        if (items->at[i].problem.len > 0) {
            dw_runtime_unknown(judge, container, items->at[i].node, items->at[i].problem);
            any = true;
        }
    return any;
}

static struct dw_slice capabilities_text(struct dw_judge *judge, const struct dw_container *container)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_capabilities_text(&text, dw_runtime_capabilities(container));
    return dw_judge_text(judge, "%.*s: effective capabilities: %s", DW_SLICE_ARG(container->what), text.at);
}

static void drop_all(struct dw_judge *judge, const struct dw_container *container)
{
    const struct dw_container_items *drop = &container->capabilities_drop;
    bool compose = dw_runtime_is_compose(container);
    struct dw_slice fix = compose ? DW_SLICE("cap_drop: [ALL]") : DW_SLICE("securityContext: {capabilities: {drop: [ALL]}}");
    if (container->windows || !dw_runtime_runs(container) || has_problem(judge, container, drop))
        return;
    for (size_t i = 0; i < drop->len; i++) {
        struct dw_slice name = drop->at[i].name;
        if (!dw_slice_equal_nocase(name, DW_SLICE("ALL")))
            continue;
        dw_runtime_pass(judge, container, drop->at[i].node, capabilities_text(judge, container));
        if (!dw_slice_is(name, "ALL"))
            dw_runtime_inform(judge, container, drop->at[i].node,
                              (struct dw_runtime_fault){
                                  .message = dw_judge_text(judge, "%.*s drops \"%.*s\": the Pod Security Standards take only ALL, in "
                                                                  "capitals",
                                                           DW_SLICE_ARG(container->what), DW_SLICE_ARG(name)),
                                  .fix = fix});
        return;
    }
    struct dw_runtime_fault fault = {
        .variant = drop->len > 0 ? "all" : "any",
        .fix = fix,
        .changes = {{drop->len > 0 ? DW_RUNTIME_APPEND : DW_RUNTIME_SET, NULL,
                     compose ? "cap_drop" : "securityContext.capabilities.drop", drop->len > 0 ? "ALL" : "[ALL]"}},
        .note = "it loses every capability: what it needs must be added back, such as NET_BIND_SERVICE for ports below 1024"};
    if (drop->len == 0) {
        fault.message = dw_judge_text(judge, "%.*s drops no capability: it keeps the 14 that an engine gives",
                                      DW_SLICE_ARG(container->what));
    } else {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer kept = {0};
        dw_capabilities_text(&kept, dw_runtime_capabilities(container));
        fault.message = dw_judge_text(judge, "%.*s does not drop ALL capabilities: %s stay", DW_SLICE_ARG(container->what), kept.at);
    }
    dw_runtime_fail(judge, container, drop->node, fault);
}

/* Those that lead to the host, and what is said of them. */
static const struct {
    const char *name, *variant, *means;
} grave[] = {
    {"ALL", "outside-baseline", "it is root on the host but for namespaces"},
    {"SYS_ADMIN", "sys-admin", "it can mount and leave its namespaces"},
    {"SYS_MODULE", "sys-module", "it can load code into the kernel"},
    {"SYS_PTRACE", "outside-baseline", "it can read and change other processes"},
    {"SYS_RAWIO", "outside-baseline", "it can reach the memory and ports of the machine"},
    {"DAC_READ_SEARCH", "outside-baseline", "it can open files of the host by handle"},
    {"BPF", "outside-baseline", "it can load programs into the kernel"},
    {"NET_ADMIN", "outside-baseline", "it can change routes and packet filters"},
};

static bool is_allowed(const struct dw_judge *judge, struct dw_slice name)
{
    for (size_t i = 0; i < judge->settings->capability_count; i++) {
        struct dw_slice allowed = judge->settings->capabilities_add[i];
        if (dw_slice_equal_nocase(name, allowed))
            return !dw_slice_equal_nocase(name, DW_SLICE("ALL"));
    }
    return false;
}

static void judge_added(struct dw_judge *judge, const struct dw_container *container, const struct dw_container_item *item)
{
    /* For the kubelet "CAP_X" is another name than "X"; what it asks for is plain all the same. */
    bool prefixed = dw_slice_equal_nocase(dw_slice_part(item->name, 0, 4), DW_SLICE("CAP_"));
    struct dw_slice name = prefixed ? dw_slice_from(item->name, 4) : item->name;
    uint64_t bit = dw_capability_bit(name);
    const char *means = "the policy does not allow it";
    struct dw_runtime_fault fault = {.fix = dw_judge_text(judge, "Remove %.*s from %s.", DW_SLICE_ARG(item->name),
                                                          dw_runtime_is_compose(container) ? "cap_add" : "capabilities.add"),
                                     .changes = {{DW_RUNTIME_REMOVE, item->node, NULL, NULL}},
                                     .note = "it loses the capability: what needs it fails"};
    if (is_allowed(judge, name)) {
        dw_judge_pass_quietly(judge);
        return;
    }
    if (dw_slice_equal_nocase(name, DW_SLICE("NET_RAW")))
        fault.variant = "net-raw";
    else if ((bit & dw_capabilities_baseline()) == 0)
        fault.variant = "outside-baseline";
    for (size_t i = 0; i < sizeof(grave) / sizeof(grave[0]); i++)
        if (dw_slice_equal_nocase(name, dw_slice_of(grave[i].name))) {
            fault.variant = grave[i].variant;
            fault.severity = DW_SEVERITY_CRITICAL;
            means = grave[i].means;
        }
    fault.message = dw_judge_text(judge, "%.*s adds the capability %.*s: %s", DW_SLICE_ARG(container->what),
                                  DW_SLICE_ARG(item->name), means);
    dw_runtime_fail(judge, container, item->node, fault);
}

static void added(struct dw_judge *judge, const struct dw_container *container)
{
    const struct dw_container_items *add = &container->capabilities_add;
    if (container->windows || !dw_runtime_runs(container))
        return;
    for (size_t i = 0; i < add->len; i++) {
        if (add->at[i].problem.len > 0)
            dw_runtime_unknown(judge, container, add->at[i].node, add->at[i].problem);
        else
            judge_added(judge, container, &add->at[i]);
    }
    if (add->len == 0)
        dw_judge_pass_quietly(judge);
}

/* --- RT-004 --- */

static void judge_privileged(struct dw_judge *judge, const struct dw_container *container,
                             const struct dw_container_switch *given, struct dw_slice what)
{
    if (given->value == DW_SWITCH_UNKNOWN)
        dw_runtime_unknown(judge, container, given->node, given->problem);
    else if (given->value == DW_SWITCH_ON)
        dw_runtime_fail(judge, container, given->node,
                        (struct dw_runtime_fault){
                            .message = dw_judge_text(judge, "%.*s is privileged: all capabilities, all devices, no seccomp, no "
                                                            "AppArmor",
                                                     DW_SLICE_ARG(what)),
                            .fix = DW_SLICE("Remove privileged; add the one capability or device that is needed."),
                            .changes = {{DW_RUNTIME_REMOVE, given->node, NULL, NULL}},
                            .note = "it loses all devices and capabilities beyond the usual ones"});
    else
        dw_judge_pass_quietly(judge);
}

/* build.privileged and build.entitlements of a Compose service. */
static void judge_build(struct dw_judge *judge, const struct dw_container *container)
{
    const struct dw_node *build = dw_node_get(container->node, "build");
    const struct dw_node *privileged = dw_node_get(build, "privileged"), *entitlements = dw_node_get(build, "entitlements");
    if (privileged != NULL && dw_slice_equal_nocase(privileged->text, DW_SLICE("true")))
        dw_runtime_fail(judge, container, privileged,
                        (struct dw_runtime_fault){
                            .message = dw_judge_text(judge, "%.*s is built with privileged: true: its build steps are root on the host",
                                                     DW_SLICE_ARG(container->what)),
                            .fix = DW_SLICE("Remove build.privileged."),
                            .changes = {{DW_RUNTIME_REMOVE, privileged, NULL, NULL}},
                            .note = "build steps that need the host's rights fail"});
    for (size_t i = 0; entitlements != NULL && entitlements->kind == DW_NODE_SEQUENCE && i < entitlements->count; i++)
        if (dw_slice_is(entitlements->items[i]->text, "security.insecure"))
            dw_runtime_fail(judge, container, entitlements->items[i],
                            (struct dw_runtime_fault){
                                .message = dw_judge_text(judge, "%.*s is built with the entitlement security.insecure: its build "
                                                                "steps may be privileged",
                                                         DW_SLICE_ARG(container->what)),
                                .fix = DW_SLICE("Remove security.insecure from build.entitlements."),
                                .changes = {{DW_RUNTIME_REMOVE, entitlements->items[i], NULL, NULL}},
                                .note = "build steps that ask for --security=insecure fail"});
}

static void privileged(struct dw_judge *judge, const struct dw_container *container)
{
    if (!dw_runtime_runs(container))
        return;
    judge_privileged(judge, container, &container->privileged, container->what);
    for (size_t i = 0; i < container->hooks.len; i++) {
        const struct dw_container_hook *hook = &container->hooks.at[i];
        if (hook->privileged.value != DW_SWITCH_UNSET)
            judge_privileged(judge, container, &hook->privileged,
                             dw_judge_text(judge, "%.*s of %.*s", DW_SLICE_ARG(hook->name), DW_SLICE_ARG(container->what)));
    }
    if (dw_runtime_is_compose(container))
        judge_build(judge, container);
}

static void look_at_security(struct dw_judge *judge, const struct dw_dockerfile *dockerfile,
                             const struct dw_instruction *instruction)
{
    struct dw_slice value;
    if (!dw_instruction_flag(instruction, "security", &value) || !dw_slice_is(value, "insecure")) {
        dw_judge_pass_quietly(judge);
        return;
    }
    struct dw_judge_finding finding = dw_judge_at_instruction(dockerfile, instruction);
    finding.message = DW_SLICE("RUN --security=insecure: the build step is privileged on the machine that builds");
    finding.fix = DW_SLICE("Remove --security=insecure.");
    finding.repair_note = DW_SLICE("the build step loses the rights of the machine that builds");
    dw_repair_remove_flag(judge, &finding, dockerfile, instruction, "security");
    dw_judge_fail(judge, finding);
}

static void privileged_dockerfile(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    dw_runtime_instructions(judge, view, DW_INSTRUCTION_RUN, look_at_security);
}

/* --- RT-006 --- */

static void no_new_privileges(struct dw_judge *judge, const struct dw_container *container)
{
    const struct dw_container_switch *given = &container->no_new_privileges;
    bool compose = dw_runtime_is_compose(container);
    if (container->windows || !dw_runtime_runs(container))
        return;
    if (given->value == DW_SWITCH_UNKNOWN)
        dw_runtime_unknown(judge, container, given->node, given->problem);
    else if (given->value == DW_SWITCH_ON)
        dw_judge_pass_quietly(judge);
    else
        dw_runtime_fail(judge, container, given->node,
                        (struct dw_runtime_fault){
                            .message = dw_judge_text(judge, "%.*s can gain privileges, by setuid programs: %s is %s",
                                                     DW_SLICE_ARG(container->what),
                                                     compose ? "no-new-privileges" : "allowPrivilegeEscalation",
                                                     given->value == DW_SWITCH_UNSET ? compose ? "not set" : "not set, which is true"
                                                     : compose                       ? "false"
                                                                                     : "true"),
                            .fix = compose ? DW_SLICE("security_opt: [\"no-new-privileges:true\"]")
                                           : DW_SLICE("securityContext: {allowPrivilegeEscalation: false}"),
                            .changes = {!compose ? (struct dw_runtime_change){DW_RUNTIME_SET, NULL,
                                                                              "securityContext.allowPrivilegeEscalation", "false"}
                                        : given->node != NULL
                                            ? (struct dw_runtime_change){DW_RUNTIME_REPLACE, given->node, NULL,
                                                                         "no-new-privileges:true"}
                                            : (struct dw_runtime_change){DW_RUNTIME_APPEND, NULL, "security_opt",
                                                                         "\"no-new-privileges:true\""}},
                            .note = "setuid programs such as sudo no longer give it rights"});
}

/* --- rows --- */

#define SERVICE "services:\n  web:\n    image: shop:1.4\n"
#define POD \
    "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n  containers:\n    - name: app\n      image: shop:1.4\n"

static const struct dw_rule_example read_only_examples[] = {
    {"compose.yaml", SERVICE, SERVICE "    read_only: true\n    tmpfs: [\"/tmp:noexec,nosuid,nodev,size=64m\"]\n"},
    {"pod.yaml", POD, POD "      securityContext: {readOnlyRootFilesystem: true}\n"},
    {NULL},
};
static const struct dw_rule_variant drop_variants[] = {
    {"all", DW_SEVERITY_UNKNOWN, "KSV-0003", "some capabilities are dropped, but not all"},
    {"any", DW_SEVERITY_UNKNOWN, "KSV-0004", "no capability is dropped"},
    {NULL},
};
static const struct dw_rule_example drop_examples[] = {
    {"compose.yaml", SERVICE "    cap_drop: [NET_RAW]\n", SERVICE "    cap_drop: [ALL]\n"},
    {"pod.yaml", POD, POD "      securityContext: {capabilities: {drop: [ALL]}}\n"},
    {NULL},
};
static const struct dw_rule_variant add_variants[] = {
    {"sys-admin", DW_SEVERITY_UNKNOWN, "KSV-0005|CKV_K8S_39|pss:baseline/capabilities_baseline", "SYS_ADMIN"},
    {"net-raw", DW_SEVERITY_UNKNOWN, "KSV-0119|pss:baseline/capabilities_baseline", "NET_RAW"},
    {"sys-module", DW_SEVERITY_UNKNOWN, "KSV-0120|pss:baseline/capabilities_baseline", "SYS_MODULE"},
    {"outside-baseline", DW_SEVERITY_UNKNOWN, "pss:baseline/capabilities_baseline",
     "another one that the Pod Security Standards' baseline does not let a container add"},
    {NULL},
};
static const struct dw_rule_example add_examples[] = {
    {"compose.yaml", SERVICE "    cap_drop: [ALL]\n    cap_add: [SYS_ADMIN]\n",
     SERVICE "    cap_drop: [ALL]\n    cap_add: [NET_BIND_SERVICE]\n"},
    {"pod.yaml", POD "      securityContext: {capabilities: {drop: [ALL], add: [NET_RAW]}}\n",
     POD "      securityContext: {capabilities: {drop: [ALL]}}\n"},
    {NULL},
};
static const struct dw_rule_example privileged_examples[] = {
    {"compose.yaml", SERVICE "    privileged: true\n", SERVICE},
    {"pod.yaml", POD "      securityContext: {privileged: true}\n", POD},
    {"Dockerfile", "FROM alpine:3.22\nRUN --security=insecure make install\n", "FROM alpine:3.22\nRUN make install\n"},
    {NULL},
};
static const struct dw_rule_variant seccomp_variants[] = {
    {"unconfined", DW_SEVERITY_UNKNOWN, "KSV-0104|pss:baseline/seccompProfile_baseline", "seccomp is switched off"},
    {"unset", DW_SEVERITY_UNKNOWN, "KSV-0030|pss:restricted/seccompProfile_restricted",
     "Kubernetes: neither RuntimeDefault nor Localhost"},
    {"weak", DW_SEVERITY_MEDIUM, "", "a profile that lets calls through which the engine's default denies"},
    {"empty", DW_SEVERITY_UNKNOWN, "", "a profile without a default action and without calls, which switches seccomp off"},
    {"missing-file", DW_SEVERITY_UNKNOWN, "", "a profile that is not there"},
    {NULL},
};
static const struct dw_rule_example seccomp_examples[] = {
    {"compose.yaml", SERVICE "    security_opt: [\"seccomp=unconfined\"]\n", SERVICE},
    {"pod.yaml", POD, POD "      securityContext: {seccompProfile: {type: RuntimeDefault}}\n"},
    {NULL},
};
static const struct dw_rule_example escalation_examples[] = {
    {"compose.yaml", SERVICE, SERVICE "    security_opt: [\"no-new-privileges:true\"]\n"},
    {"pod.yaml", POD, POD "      securityContext: {allowPrivilegeEscalation: false}\n"},
    {NULL},
};

const struct dw_rule dw_privilege_rules[] = {
    {.id = "RT-001",
     .title = "Read-only root filesystem",
     .chapter = 4,
     .severity = DW_SEVERITY_HIGH,
     .repair = DW_REPAIR_REVIEW,
     .what = "Every container runs with its root file system read-only.",
     .why = "What cannot be written cannot be replaced: an intruder finds no place for tools, and a restart is always clean.",
     .fix = "Set read_only: true (Kubernetes: readOnlyRootFilesystem: true), and give the paths that it writes a tmpfs or emptyDir.",
     .aliases = "KSV-0014|CKV_K8S_22|cis:5.13|kl:no-read-only-root-fs",
     .pass = "every root file system is read-only",
     .none = "no container is described here, or the policy does not ask for it",
     .examples = read_only_examples,
     .container = read_only},
    {.id = "RT-002",
     .title = "All capabilities dropped",
     .chapter = 4,
     .severity = DW_SEVERITY_HIGH,
     .repair = DW_REPAIR_REVIEW,
     .what = "Every container drops ALL capabilities; what it needs is added one by one.",
     .why = "A container starts with 14 of root's powers, and almost no service needs one of them.",
     .fix = "Write cap_drop: [ALL] (Kubernetes: capabilities: {drop: [ALL]}), and add back what is really needed.",
     .aliases = "KSV-0106|CKV_K8S_7|CKV_K8S_28|CKV_K8S_36|CKV_K8S_37|cis:5.4|kl:drop-net-raw-capability|"
     "pss:restricted/capabilities_restricted|kics:Container Capabilities Unrestricted",
     .pass = "every container drops all capabilities",
     .none = "no container is described here",
     .variants = drop_variants,
     .examples = drop_examples,
     .container = drop_all},
    {.id = "RT-003",
     .title = "Only allowed capabilities added",
     .chapter = 4,
     .severity = DW_SEVERITY_HIGH,
     .repair = DW_REPAIR_REVIEW,
     .what = "A container adds only capabilities that the policy allows (runtime.capabilities.add; by default NET_BIND_SERVICE). "
     "ALL is never allowed.",
     .why = "Single capabilities such as SYS_ADMIN or SYS_MODULE are as good as root on the host.",
     .fix = "Remove the capability from the list, or let the policy allow it.",
     .aliases = "KSV-0022|KSV-0106|CKV_K8S_24|CKV_K8S_25|cis:5.4|pss:restricted/capabilities_restricted",
     .pass = "no capability is added that the policy does not allow",
     .none = "no container is described here",
     .variants = add_variants,
     .examples = add_examples,
     .container = added},
    {.id = "RT-004",
     .title = "Not privileged",
     .chapter = 4,
     .severity = DW_SEVERITY_CRITICAL,
     .repair = DW_REPAIR_REVIEW,
     .what = "No container, hook or build step is privileged: privileged: true, build.privileged, the entitlement "
     "security.insecure, RUN --security=insecure.",
     .why = "A privileged container is root on the host: every device, every capability, no filter on system calls.",
     .fix = "Remove the key; add the one capability or device that is needed.",
     .aliases = "KSV-0017|CKV_K8S_2|CKV_K8S_16|cis:5.5|kl:privileged-container|kl:scc-deny-privileged-container|"
     "pss:baseline/privileged|kics:Privileged Containers Enabled",
     .pass = "nothing is privileged",
     .none = "no container and no build step is described here",
     .examples = privileged_examples,
     .dockerfile = privileged_dockerfile,
     .container = privileged},
    {.id = "RT-005",
     .title = "Seccomp enforced and not weaker than default",
     .chapter = 4,
     .severity = DW_SEVERITY_HIGH,
     .repair = DW_REPAIR_REVIEW,
     .what = "Every container runs under the engine's default seccomp profile or one that lets no call through which the default "
     "denies for the same capabilities; if the policy names a profile (runtime.seccomp), under that one.",
     .why = "The filter keeps hundreds of rarely needed kernel entries out of reach; most kernel exploits begin at one of them.",
     .fix = "Remove seccomp=unconfined; in Kubernetes write seccompProfile: {type: RuntimeDefault}; take the named calls out of the "
     "profile (dockworthy seccomp diff).",
     .aliases = "CKV_K8S_31|CKV_K8S_32|cis:5.22|kics:Default Seccomp Profile Disabled",
     .pass = "every container is under seccomp, not weaker than the default",
     .none = "no container is described here",
     .variants = seccomp_variants,
     .examples = seccomp_examples,
     .container = dw_runtime_seccomp},
    {.id = "RT-006",
     .title = "No new privileges",
     .chapter = 4,
     .severity = DW_SEVERITY_HIGH,
     .repair = DW_REPAIR_REVIEW,
     .what = "No process of a container can gain privileges that its parent lacks: no-new-privileges, in Kubernetes "
     "allowPrivilegeEscalation: false.",
     .why = "Without it one setuid program in the image turns any user into root.",
     .fix = "Write security_opt: [\"no-new-privileges:true\"] (Kubernetes: allowPrivilegeEscalation: false).",
     .aliases = "KSV-0001|CKV_K8S_5|CKV_K8S_20|cis:5.26|kl:privilege-escalation-container|"
     "pss:restricted/allowPrivilegeEscalation|kics:No New Privileges Not Set|kics:Security Opt Not Set",
     .pass = "no container can gain privileges",
     .none = "no container is described here",
     .examples = escalation_examples,
     .container = no_new_privileges},
};
const size_t dw_privilege_rule_count = DW_RULE_COUNT(dw_privilege_rules);
