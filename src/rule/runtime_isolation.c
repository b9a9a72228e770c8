/* SPDX-License-Identifier: Apache-2.0
 *
 * RT-007 to RT-011: what of the host a container sees: namespaces, sockets, paths, devices, and what keeps it apart. */
#include "base/map.h"
#include "rule/chapters.h"
#include "rule/runtime.h"

/* --- RT-007 --- */

static void judge_namespace(struct dw_judge *judge, const struct dw_container *container, const char *variant,
                            const struct dw_container_text *given, const char *what)
{
    if (given->problem.len > 0) {
        dw_runtime_unknown(judge, container, given->node, given->problem);
    } else if (dw_slice_is(given->text, "host")) {
        dw_runtime_fail(judge, container, given->node,
                        (struct dw_runtime_fault){
                            .variant = variant,
                            .message = dw_judge_text(judge, "%.*s shares the host's %s", DW_SLICE_ARG(container->what), what),
                            .fix = DW_SLICE("Remove the line; the container then has its own."),
                            .changes = {{DW_RUNTIME_REMOVE, given->node, NULL, NULL}},
                            .note = "it no longer sees or reaches what the host has there"});
    } else if (dw_slice_starts_with(given->text, "container:") || dw_slice_starts_with(given->text, "service:")) {
        dw_runtime_inform(judge, container, given->node,
                          (struct dw_runtime_fault){
                              .variant = variant,
                              .message = dw_judge_text(judge, "%.*s shares the %s of %.*s", DW_SLICE_ARG(container->what), what,
                                                       DW_SLICE_ARG(given->text))});
    }
}

static void judge_build_network(struct dw_judge *judge, const struct dw_container *container)
{
    const struct dw_node *build = dw_node_get(container->node, "build");
    const struct dw_node *network = dw_node_get(build, "network"), *entitlements = dw_node_get(build, "entitlements");
    if (network != NULL && dw_slice_is(network->text, "host"))
        dw_runtime_fail(judge, container, network,
                        (struct dw_runtime_fault){
                            .variant = "net",
                            .message = dw_judge_text(judge, "%.*s is built in the host's network", DW_SLICE_ARG(container->what)),
                            .fix = DW_SLICE("Remove build.network: host."),
                            .changes = {{DW_RUNTIME_REMOVE, network, NULL, NULL}},
                            .note = "build steps no longer reach what listens on the host alone"});
    for (size_t i = 0; entitlements != NULL && entitlements->kind == DW_NODE_SEQUENCE && i < entitlements->count; i++)
        if (dw_slice_is(entitlements->items[i]->text, "network.host"))
            dw_runtime_fail(judge, container, entitlements->items[i],
                            (struct dw_runtime_fault){
                                .variant = "net",
                                .message = dw_judge_text(judge, "%.*s is built with the entitlement network.host: its build steps "
                                                                "may use the host's network",
                                                         DW_SLICE_ARG(container->what)),
                                .fix = DW_SLICE("Remove network.host from build.entitlements."),
                                .changes = {{DW_RUNTIME_REMOVE, entitlements->items[i], NULL, NULL}},
                                .note = "build steps that ask for --network=host fail"});
}

static void namespaces(struct dw_judge *judge, const struct dw_container *container)
{
    size_t failed = judge->failed, unknown = judge->unknown;
    if (!dw_runtime_runs(container))
        return;
    judge_namespace(judge, container, "pid", &container->pid, "processes");
    judge_namespace(judge, container, "net", &container->network, "network");
    judge_namespace(judge, container, "ipc", &container->ipc, "shared memory and semaphores");
    judge_namespace(judge, container, "uts", &container->uts, "host name");
    judge_namespace(judge, container, "userns", &container->user_namespace, "user ids");
    judge_namespace(judge, container, "cgroup", &container->cgroup, "control groups");
    if (dw_runtime_is_compose(container))
        judge_build_network(judge, container);
    if (judge->failed == failed && judge->unknown == unknown)
        dw_judge_pass_quietly(judge);
}

static void look_at_network(struct dw_judge *judge, const struct dw_dockerfile *dockerfile,
                            const struct dw_instruction *instruction)
{
    struct dw_slice value;
    if (!dw_instruction_flag(instruction, "network", &value) || !dw_slice_is(value, "host")) {
        dw_judge_pass_quietly(judge);
        return;
    }
    struct dw_judge_finding finding = dw_judge_at_instruction(dockerfile, instruction);
    finding.variant = "net";
    finding.message = DW_SLICE("RUN --network=host: the build step is in the network of the machine that builds");
    finding.fix = DW_SLICE("Remove --network=host.");
    finding.repair_note = DW_SLICE("the build step no longer reaches what listens on the host alone");
    dw_repair_remove_flag(judge, &finding, dockerfile, instruction, "network");
    dw_judge_fail(judge, finding);
}

static void namespaces_dockerfile(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    dw_runtime_instructions(judge, view, DW_INSTRUCTION_RUN, look_at_network);
}

/* --- RT-008 --- */

static bool is_one_of(struct dw_slice text, const char *const *list)
{
    for (; *list != NULL; list++)
        if (dw_slice_is(text, *list))
            return true;
    return false;
}

static bool is_host(const struct dw_container_mount *mount)
{
    return mount->kind == DW_MOUNT_BIND || mount->in_disguise;
}

/* Windows names pipes in any case, with slashes either way. */
static bool is_engine_pipe(struct dw_slice source)
{
    struct dw_slice end = source.len > 13 ? dw_slice_from(source, source.len - 13) : source;
    return dw_slice_equal_nocase(end, DW_SLICE("docker_engine"));
}

static const char *engine_socket(const struct dw_container_mount *mount)
{
    static const char *const sockets[] = {"docker.sock",      "containerd.sock", "crio.sock", "podman.sock",
                                          "cri-dockerd.sock", "buildkitd.sock",  NULL};
    static const char *const folders[] = {"/",          "/run",                "/var/run",  "/run/containerd", "/var/run/containerd",
                                          "/run/crio",  "/var/run/crio",       "/run/user", "/run/podman",     "/var/run/podman",
                                          "/run/k3s",   "/run/k3s/containerd", "/run/buildkit", NULL};
    if (mount->kind == DW_MOUNT_NPIPE)
        return is_engine_pipe(mount->source) ? "the engine's pipe" : NULL;
    if (!is_host(mount))
        return NULL;
    if (is_one_of(dw_path_base(mount->source), sockets))
        return "the engine's socket";
    /* /run/user/1000 holds the socket of a rootless engine. */
    if (is_one_of(mount->source, folders) || (dw_slice_is(dw_path_parent(mount->source), "/run/user")))
        return "a folder with the engine's socket in it";
    return NULL;
}

static void sockets(struct dw_judge *judge, const struct dw_container *container)
{
    struct dw_runtime_fault fault = {.fix = DW_SLICE("Remove the mount; give the one thing that is needed by a service that "
                                                     "filters requests, or do it outside the container.")};
    size_t before = judge->failed + judge->unknown;
    if (!dw_runtime_runs(container))
        return;
    for (size_t i = 0; i < container->mounts.len; i++) {
        const struct dw_container_mount *mount = &container->mounts.at[i];
        const char *what = engine_socket(mount);
        if (mount->problem.len > 0) {
            dw_runtime_unknown(judge, container, mount->node, mount->problem);
        } else if (what != NULL) {
            fault.message = dw_judge_text(judge, "%.*s gets %s, %.*s: whoever reaches it is root on the host%s",
                                          DW_SLICE_ARG(container->what), what, DW_SLICE_ARG(mount->source),
                                          mount->read_only ? "; read-only changes nothing" : "");
            dw_runtime_fail(judge, container, mount->node, fault);
        }
    }
    if (container->api_socket.value == DW_SWITCH_ON) {
        fault.message = dw_judge_text(judge, "%.*s gets the engine's socket and the registry logins: use_api_socket is true",
                                      DW_SLICE_ARG(container->what));
        fault.fix = DW_SLICE("Remove use_api_socket.");
        dw_runtime_fail(judge, container, container->api_socket.node, fault);
    } else if (container->api_socket.value == DW_SWITCH_UNKNOWN) {
        dw_runtime_unknown(judge, container, container->api_socket.node, container->api_socket.problem);
    }
    if (judge->failed + judge->unknown == before)
        dw_judge_pass_quietly(judge);
}

/* --- RT-009 --- */

static bool is_below(struct dw_slice path, const char *folder)
{
    size_t length = strlen(folder);
    return dw_slice_starts_with(path, folder) && (path.len == length || path.at[length] == '/');
}

static bool is_sensitive(struct dw_slice path)
{
    static const char *const exact[] = {"/",     "/boot", "/dev",  "/etc",    "/lib",        "/lib64",      "/proc",      "/root",
                                        "/run",  "/sys",  "/usr",  "/var",    "/bin",        "/sbin",       "/home",      "/var/run",
                                        "/etc/passwd", "/etc/shadow", "/etc/sudoers", "/etc/ssh", "/etc/kubernetes", "/var/lib",
                                        "/var/log", NULL};
    static const char *const trees[] = {"/var/lib/docker", "/var/lib/containerd", "/var/lib/kubelet", "/root", "/boot",
                                        "/etc/ssh", "/etc/kubernetes", "/etc/sudoers.d", NULL};
    static const char *const personal[] = {".ssh", ".aws", ".kube", ".docker", ".gnupg", ".azure", NULL};
    if (is_one_of(path, exact) || is_one_of(dw_path_base(path), personal))
        return true;
    for (size_t i = 0; trees[i] != NULL; i++)
        if (is_below(path, trees[i]))
            return true;
    /* Somebody's home. */
    return dw_slice_is(dw_path_parent(path), "/home") || dw_slice_is(path, "~") || dw_slice_is(path, "$HOME");
}

static void judge_propagation(struct dw_judge *judge, const struct dw_container *container,
                              const struct dw_container_mount *mount)
{
    static const char *const shared[] = {"shared", "rshared", "Bidirectional", NULL};
    static const char *const slave[] = {"slave", "rslave", "HostToContainer", NULL};
    bool out = is_one_of(mount->propagation, shared);
    if (!out && (!is_one_of(mount->propagation, slave) || mount->read_only))
        return;
    dw_runtime_fail(judge, container, mount->node,
                    (struct dw_runtime_fault){
                        .variant = "propagation",
                        .message = dw_judge_text(judge, "%.*s: mounts %s (%.*s, propagation %.*s)", DW_SLICE_ARG(container->what),
                                                 out ? "that it makes appear on the host" : "of the host appear in it, writable",
                                                 DW_SLICE_ARG(mount->source), DW_SLICE_ARG(mount->propagation)),
                        .fix = DW_SLICE("Remove the propagation: private is the default.")});
}

static void judge_mount(struct dw_judge *judge, const struct dw_container *container, const struct dw_container_mount *mount)
{
    struct dw_slice what = dw_judge_text(judge, "%.*s mounts %.*s of the host", DW_SLICE_ARG(container->what),
                                         DW_SLICE_ARG(mount->source));
    if (!dw_runtime_is_compose(container))
        dw_runtime_fail(judge, container, mount->node,
                        (struct dw_runtime_fault){
                            .variant = "hostpath",
                            .message = dw_judge_text(judge, "%.*s (hostPath)", DW_SLICE_ARG(what)),
                            .fix = DW_SLICE("Use a configMap, secret, emptyDir or persistentVolumeClaim.")});
    if (is_sensitive(mount->source))
        dw_runtime_fail(judge, container, mount->node,
                        (struct dw_runtime_fault){
                            .variant = "sensitive",
                            .message = dw_judge_text(judge, "%.*s, which belongs to the system%s", DW_SLICE_ARG(what),
                                                     mount->in_disguise ? ", by a volume that is a bind mount in disguise" : ""),
                            .fix = DW_SLICE("Mount only the files that are needed, read-only, from a folder of their own.")});
    if (!mount->read_only && mount->target.len > 0)
        dw_runtime_fail(judge, container, mount->node,
                        (struct dw_runtime_fault){
                            .variant = "writable",
                            .message = dw_judge_text(judge, "%.*s and can write there", DW_SLICE_ARG(what)),
                            .fix = dw_runtime_is_compose(container)
                                       ? dw_judge_text(judge, "%.*s:%.*s:ro, or a named volume for what it writes",
                                                       DW_SLICE_ARG(mount->source), DW_SLICE_ARG(mount->target))
                                       : DW_SLICE("readOnly: true at the volumeMount")});
}

static void paths(struct dw_judge *judge, const struct dw_container *container)
{
    size_t before = judge->failed + judge->unknown;
    if (!dw_runtime_runs(container))
        return;
    for (size_t i = 0; i < container->mounts.len; i++) {
        const struct dw_container_mount *mount = &container->mounts.at[i];
        if (mount->problem.len > 0) {
            dw_runtime_unknown(judge, container, mount->node, mount->problem);
            continue;
        }
        if (is_host(mount))
            judge_mount(judge, container, mount);
        judge_propagation(judge, container, mount);
    }
    if (judge->failed + judge->unknown == before)
        dw_judge_pass_quietly(judge);
}

/* One volume in several services: what one of them writes, the others believe. */
static void shared_volumes(struct dw_judge *judge, const struct dw_compose *project)
{
    struct dw_map seen = {0};
    for (size_t i = 0; i < project->services.len; i++) {
        const struct dw_container *service = &project->services.at[i];
        for (size_t j = 0; j < service->mounts.len; j++) {
            const struct dw_container_mount *mount = &service->mounts.at[j];
            bool added;
            if (mount->kind != DW_MOUNT_VOLUME || mount->source.len == 0 || mount->problem.len > 0)
                continue;
            struct dw_map_entry *entry = dw_map_insert(&seen, mount->source, &added);
            const struct dw_container *other = added ? service : entry->pointer;
            entry->pointer = (void *)(uintptr_t)other;
            if (other != service)
                dw_runtime_inform(judge, service, mount->node,
                                  (struct dw_runtime_fault){
                                      .variant = "propagation",
                                      .message = dw_judge_text(judge, "the volume %.*s is in %.*s and in %.*s",
                                                               DW_SLICE_ARG(mount->source), DW_SLICE_ARG(other->what),
                                                               DW_SLICE_ARG(service->what)),
                                      .fix = DW_SLICE("Mount it read-only where it is only read.")});
        }
    }
    dw_map_free(&seen);
}

/* --- RT-010 --- */

/* An option of security_opt goes; what Kubernetes has in a mapping of its own is left to a person. */
static struct dw_runtime_change removal(const struct dw_container *container, const struct dw_node *node)
{
    return dw_runtime_is_compose(container) && node != NULL ? (struct dw_runtime_change){DW_RUNTIME_REMOVE, node, NULL, NULL}
                                                            : (struct dw_runtime_change){0};
}

static void judge_selinux(struct dw_judge *judge, const struct dw_container *container, const struct dw_container_item *item)
{
    static const char *const types[] = {"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t", NULL};
    const char *what = NULL;
    if (dw_slice_is(item->name, "disable"))
        what = "switches SELinux off";
    else if (dw_slice_is(item->name, "type") && !is_one_of(item->value, types))
        what = "asks for an SELinux type beside those of containers";
    else if ((dw_slice_is(item->name, "user") || dw_slice_is(item->name, "role")) && item->value.len > 0)
        what = "sets an SELinux user or role of its own";
    if (item->problem.len > 0)
        dw_runtime_unknown(judge, container, item->node, item->problem);
    else if (what != NULL)
        dw_runtime_fail(judge, container, item->node,
                        (struct dw_runtime_fault){
                            .variant = "selinux",
                            .message = dw_judge_text(judge, "%.*s %s: %.*s%s%.*s", DW_SLICE_ARG(container->what), what,
                                                     DW_SLICE_ARG(item->name), item->value.len > 0 ? " " : "",
                                                     DW_SLICE_ARG(item->value)),
                            .fix = DW_SLICE("Remove the option; a volume is relabelled with :z or :Z."),
                            .changes = {removal(container, item->node)},
                            .note = "what SELinux denies to containers fails"});
}

static void judge_switch(struct dw_judge *judge, const struct dw_container *container,
                         const struct dw_container_switch *given, struct dw_runtime_fault fault)
{
    if (given->value == DW_SWITCH_UNKNOWN)
        dw_runtime_unknown(judge, container, given->node, given->problem);
    else if (given->value == DW_SWITCH_ON)
        dw_runtime_fail(judge, container, given->node, fault);
}

static void confinement(struct dw_judge *judge, const struct dw_container *container)
{
    size_t before = judge->failed + judge->unknown;
    if (container->windows || !dw_runtime_runs(container))
        return;
    if (container->apparmor.kind == DW_PROFILE_UNKNOWN)
        dw_runtime_unknown(judge, container, container->apparmor.text.node, container->apparmor.text.problem);
    else if (container->apparmor.kind == DW_PROFILE_UNCONFINED)
        dw_runtime_fail(judge, container, container->apparmor.text.node,
                        (struct dw_runtime_fault){
                            .variant = "apparmor",
                            .message = dw_judge_text(judge, "%.*s runs without AppArmor: the profile is unconfined",
                                                     DW_SLICE_ARG(container->what)),
                            .fix = DW_SLICE("Remove the option: the engine's default profile then applies."),
                            .changes = {removal(container, container->apparmor.text.node)},
                            .note = "what the engine's AppArmor profile denies fails"});
    for (size_t i = 0; i < container->selinux.len; i++)
        judge_selinux(judge, container, &container->selinux.at[i]);
    judge_switch(judge, container, &container->system_paths_unconfined,
                 (struct dw_runtime_fault){
                     .variant = "systempaths",
                     .message = dw_judge_text(judge, "%.*s sees the paths of /proc and /sys that engines hide, and can write to them",
                                              DW_SLICE_ARG(container->what)),
                     .fix = DW_SLICE("Remove systempaths=unconfined from security_opt."),
                     .changes = {removal(container, container->system_paths_unconfined.node)},
                     .note = "masked paths of /proc and /sys are hidden from it again"});
    judge_switch(judge, container, &container->writable_cgroups,
                 (struct dw_runtime_fault){
                     .variant = "writable-cgroups",
                     .message = dw_judge_text(judge, "%.*s can write to its control groups", DW_SLICE_ARG(container->what)),
                     .fix = DW_SLICE("Remove writable-cgroups=true from security_opt."),
                     .changes = {removal(container, container->writable_cgroups.node)},
                     .note = "it can no longer write to its control groups"});
    const struct dw_container_text *mount = &container->proc_mount;
    if (mount->problem.len > 0)
        dw_runtime_unknown(judge, container, mount->node, mount->problem);
    else if (mount->text.len > 0 && !dw_slice_is(mount->text, "Default"))
        dw_runtime_fail(judge, container, mount->node,
                        (struct dw_runtime_fault){
                            .variant = "procmount",
                            .message = dw_judge_text(judge, "%.*s: procMount is %.*s: /proc is not masked",
                                                     DW_SLICE_ARG(container->what), DW_SLICE_ARG(mount->text)),
                            .fix = DW_SLICE("Remove procMount."),
                            .changes = {{DW_RUNTIME_REMOVE, mount->node, NULL, NULL}},
                            .note = "masked paths of /proc are hidden from it again"});
    if (judge->failed + judge->unknown == before)
        dw_judge_pass_quietly(judge);
}

/* --- RT-011 --- */

static void devices(struct dw_judge *judge, const struct dw_container *container)
{
    if (!dw_runtime_is_compose(container) || !dw_runtime_runs(container))
        return;
    for (size_t i = 0; i < container->devices.len; i++) {
        const struct dw_container_item *item = &container->devices.at[i];
        if (item->problem.len > 0)
            dw_runtime_unknown(judge, container, item->node, item->problem);
        else
            dw_runtime_fail(judge, container, item->node,
                            (struct dw_runtime_fault){
                                .message = dw_judge_text(judge, "%.*s gets a device of the host: %.*s%s%.*s",
                                                         DW_SLICE_ARG(container->what), DW_SLICE_ARG(item->name),
                                                         item->value.len > 0 ? ": " : "", DW_SLICE_ARG(item->value)),
                                .fix = DW_SLICE("Remove it, or accept it by an exception with the reason.")});
    }
    if (container->devices.len == 0)
        dw_judge_pass_quietly(judge);
}

static void look_at_device(struct dw_judge *judge, const struct dw_dockerfile *dockerfile,
                           const struct dw_instruction *instruction)
{
    struct dw_slice value;
    if (!dw_instruction_flag(instruction, "device", &value)) {
        dw_judge_pass_quietly(judge);
        return;
    }
    struct dw_judge_finding finding = dw_judge_at_instruction(dockerfile, instruction);
    finding.message = dw_judge_text(judge, "RUN --device=%.*s: the build step gets a device of the machine that builds",
                                    DW_SLICE_ARG(value));
    finding.fix = DW_SLICE("Remove --device, or accept it by an exception with the reason.");
    dw_judge_fail(judge, finding);
}

static void devices_dockerfile(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    dw_runtime_instructions(judge, view, DW_INSTRUCTION_RUN, look_at_device);
}

/* --- rows --- */

#define SERVICE "services:\n  web:\n    image: shop:1.4\n"
#define POD     "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n"
#define APP     "  containers:\n    - name: app\n      image: shop:1.4\n"

static const struct dw_rule_variant namespace_variants[] = {
    {"pid", DW_SEVERITY_UNKNOWN,
     "KSV-0010|CKV_K8S_1|CKV_K8S_17|cis:5.16|kl:host-pid|pss:baseline/hostNamespaces|kics:Host Namespace is Shared", "processes"},
    {"net", DW_SEVERITY_UNKNOWN,
     "KSV-0009|CKV_K8S_4|CKV_K8S_19|cis:5.10|kl:host-network|pss:baseline/hostNamespaces|kics:Shared Host Network Namespace",
     "network"},
    {"ipc", DW_SEVERITY_UNKNOWN,
     "KSV-0008|CKV_K8S_3|CKV_K8S_18|cis:5.17|kl:host-ipc|pss:baseline/hostNamespaces|kics:Shared Host IPC Namespace",
     "shared memory and semaphores"},
    {"uts", DW_SEVERITY_UNKNOWN, "cis:5.21", "host name"},
    {"userns", DW_SEVERITY_UNKNOWN, "cis:5.31|kics:Shared Host User Namespace", "user ids"},
    {"cgroup", DW_SEVERITY_UNKNOWN, "", "control groups"},
    {NULL},
};
static const struct dw_rule_example namespace_examples[] = {
    {"compose.yaml", SERVICE "    pid: host\n", SERVICE},
    {"pod.yaml", POD "  hostNetwork: true\n" APP, POD APP},
    {"Dockerfile", "FROM alpine:3.22\nRUN --network=host make check\n", "FROM alpine:3.22\nRUN make check\n"},
    {NULL},
};
static const struct dw_rule_example socket_examples[] = {
    {"compose.yaml", SERVICE "    volumes: [\"/var/run/docker.sock:/var/run/docker.sock:ro\"]\n", SERVICE},
    {"pod.yaml",
     POD APP "      volumeMounts: [{name: run, mountPath: /run/containerd}]\n  volumes:\n    - name: run\n"
             "      hostPath: {path: /run/containerd}\n",
     POD APP},
    {NULL},
};
static const struct dw_rule_variant path_variants[] = {
    {"sensitive", DW_SEVERITY_UNKNOWN,
     "cis:5.6|kl:sensitive-host-mounts|kics:Volume Has Sensitive Host Directory", "a path that belongs to the system"},
    {"hostpath", DW_SEVERITY_MEDIUM, "KSV-0023|pss:baseline/hostPathVolumes", "any hostPath volume of Kubernetes"},
    {"writable", DW_SEVERITY_MEDIUM, "kl:writable-host-mount", "a path of the host that the container can write to"},
    {"propagation", DW_SEVERITY_UNKNOWN, "cis:5.20|kics:Volume Mounted In Multiple Containers",
     "mounts pass between host and container; a volume of several services is told as information"},
    {NULL},
};
static const struct dw_rule_example path_examples[] = {
    {"compose.yaml", SERVICE "    volumes: [\"/etc:/host/etc:ro\"]\n", SERVICE "    volumes: [\"data:/data\"]\nvolumes:\n  data:\n"},
    {"pod.yaml",
     POD APP "      volumeMounts: [{name: data, mountPath: /data}]\n  volumes:\n    - name: data\n"
             "      hostPath: {path: /srv/data}\n",
     POD APP "      volumeMounts: [{name: data, mountPath: /data}]\n  volumes:\n    - name: data\n      emptyDir: {}\n"},
    {NULL},
};
static const struct dw_rule_variant confinement_variants[] = {
    {"apparmor", DW_SEVERITY_UNKNOWN, "KSV-0002|cis:5.2|pss:baseline/appArmorProfile", "AppArmor is switched off"},
    {"selinux", DW_SEVERITY_UNKNOWN, "KSV-0025|cis:5.3|pss:baseline/seLinuxOptions",
     "SELinux is switched off, or has another type, user or role than containers have"},
    {"systempaths", DW_SEVERITY_UNKNOWN, "", "paths of /proc and /sys are not masked"},
    {"procmount", DW_SEVERITY_UNKNOWN, "KSV-0027|kl:unsafe-proc-mount|pss:baseline/procMount|pss:restricted/procMount_restricted",
     "Kubernetes: procMount is not Default"},
    {"writable-cgroups", DW_SEVERITY_UNKNOWN, "", "control groups can be written to"},
    {NULL},
};
static const struct dw_rule_example confinement_examples[] = {
    {"compose.yaml", SERVICE "    security_opt: [\"apparmor=unconfined\"]\n", SERVICE},
    {"pod.yaml", POD APP "      securityContext: {seLinuxOptions: {type: spc_t}}\n", POD APP},
    {NULL},
};
static const struct dw_rule_example device_examples[] = {
    {"compose.yaml", SERVICE "    devices: [\"/dev/sda:/dev/sda\"]\n", SERVICE},
    {NULL},
};

const struct dw_rule dw_isolation_rules[] = {
    {.id = "RT-007",
     .title = "No host namespaces",
     .chapter = 4,
     .severity = DW_SEVERITY_HIGH,
     .repair = DW_REPAIR_REVIEW,
     .what = "No container and no build step shares the host's processes, network, shared memory, host name, user ids or control "
     "groups. Sharing with another container is told as information.",
     .why = "A namespace of the host is a view of everything that runs there: other services' ports, memory and processes.",
     .fix = "Remove the key that says host.",
     .aliases = "",
     .pass = "no namespace of the host is shared",
     .none = "no container and no build step is described here",
     .variants = namespace_variants,
     .examples = namespace_examples,
     .dockerfile = namespaces_dockerfile,
     .container = namespaces},
    {.id = "RT-008",
     .title = "No container engine socket",
     .chapter = 4,
     .severity = DW_SEVERITY_CRITICAL,
     .what = "No container gets the socket of Docker, containerd, CRI-O or Podman, a folder it lies in, the engine's pipe of "
     "Windows, or use_api_socket.",
     .why = "Whoever can speak to the engine can start a privileged container: it is root on the host. Mounting the socket "
     "read-only changes nothing.",
     .fix = "Remove the mount.",
     .aliases = "KSV-0006|CKV_K8S_27|cis:5.32|kl:docker-sock|kics:Docker Socket Mounted In Container",
     .pass = "no container gets an engine's socket",
     .none = "no container is described here",
     .examples = socket_examples,
     .container = sockets},
    {.id = "RT-009",
     .title = "No sensitive host paths; private propagation",
     .chapter = 4,
     .severity = DW_SEVERITY_HIGH,
     .what = "No container mounts paths of the host that belong to the system, or writes to paths of the host; mounts do not pass "
     "between container and host.",
     .why = "A mount is a hole in the wall: what is written there stays on the host and is believed there.",
     .fix = "Use a named volume, configMap or secret; mount single files read-only.",
     .aliases = "",
     .pass = "no path of the host is mounted that should not be",
     .none = "no container is described here",
     .variants = path_variants,
     .examples = path_examples,
     .compose = shared_volumes,
     .container = paths},
    {.id = "RT-010",
     .title = "Mandatory access control and masked paths kept",
     .chapter = 4,
     .severity = DW_SEVERITY_HIGH,
     .repair = DW_REPAIR_REVIEW,
     .what = "AppArmor and SELinux are not switched off or loosened; /proc and /sys stay masked; control groups stay read-only.",
     .why = "These are the walls that hold when the first one falls.",
     .fix = "Remove the option.",
     .aliases = "",
     .pass = "access control and masked paths are as the engine sets them",
     .none = "no container is described here",
     .variants = confinement_variants,
     .examples = confinement_examples,
     .container = confinement},
    {.id = "RT-011",
     .title = "No host devices",
     .chapter = 4,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "No Compose service and no build step gets devices of the host: devices, device_cgroup_rules, gpus, reserved "
     "devices, RUN --device.",
     .why = "A device is the driver behind it, with the kernel's rights; a disk is every file on it.",
     .fix = "Remove the device, or accept it by an exception with the reason.",
     .aliases = "cis:5.18",
     .pass = "no device of the host is given",
     .none = "no service and no build step is described here",
     .examples = device_examples,
     .dockerfile = devices_dockerfile,
     .container = devices},
};
const size_t dw_isolation_rule_count = DW_RULE_COUNT(dw_isolation_rules);
