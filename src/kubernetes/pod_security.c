/* SPDX-License-Identifier: Apache-2.0
 * Pod Security Standards, baseline and restricted; each check with what changed in which version. Fields were checked for their
 * types when the manifests were read. */
#include "kubernetes/pod_security.h"

#include "kubernetes/internal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

struct dw_pod_security_pod {
    const struct dw_pod_security_check *check;
    const struct dw_kubernetes *manifests;
    const struct dw_pod *pod;
    unsigned minor;
    struct dw_arena *arena;
    struct dw_pod_security_denials *denials;
    const struct dw_node *security; /* securityContext of the pod */
};

static void __attribute__((format(printf, 4, 5))) deny(struct dw_pod_security_pod *pod, const struct dw_container *container,
                                                       const struct dw_node *node, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    struct dw_pod_security_denial *denial = dw_vector_push(pod->denials);
    denial->check = pod->check;
    denial->node = node;
    denial->message = dw_arena_printf(pod->arena, "%.*s: %s", DW_SLICE_ARG(container != NULL ? container->what : pod->pod->what), text);
}

static const struct dw_container *container_at(const struct dw_pod_security_pod *pod, size_t index)
{
    return index < pod->pod->count ? &pod->manifests->containers.at[pod->pod->first + index] : NULL;
}

static const struct dw_node *security_of(const struct dw_container *container)
{
    return dw_kube_get(container->node, "securityContext");
}

#define EACH_CONTAINER(pod, container)                                                                                  \
    for (size_t number = 0; number < (pod)->pod->count; number++)                                                       \
        for (const struct dw_container *container = container_at(pod, number); container != NULL; container = NULL)

static bool has_own_users(const struct dw_pod_security_pod *pod)
{
    return pod->minor >= 35 && dw_kube_is_false(pod->pod->spec, "hostUsers");
}

/* Since 1.25 what only Linux has is not asked of a Windows pod. */
static bool is_exempt(const struct dw_pod_security_pod *pod)
{
    return pod->minor >= 25 && dw_slice_is(dw_kube_text(dw_kube_get(pod->pod->spec, "os"), "name"), "windows");
}

/* ---- baseline ------------------------------------------------------------------------------------------------------------ */

static void host_namespaces(struct dw_pod_security_pod *pod)
{
    static const char *const fields[] = {"hostNetwork", "hostPID", "hostIPC"};
    for (size_t i = 0; i < 3; i++)
        if (dw_kube_is_true(pod->pod->spec, fields[i]))
            deny(pod, NULL, dw_kube_get(pod->pod->spec, fields[i]), "%s is true", fields[i]);
}

static void privileged(struct dw_pod_security_pod *pod)
{
    EACH_CONTAINER(pod, container)
        if (dw_kube_is_true(security_of(container), "privileged"))
            deny(pod, container, dw_kube_get(security_of(container), "privileged"), "privileged is true");
}

static void deny_added(struct dw_pod_security_pod *pod, const char *const *allowed, const char *which)
{
    EACH_CONTAINER(pod, container)
        for (size_t i = 0; i < container->capabilities_add.len; i++) {
            const struct dw_container_item *item = &container->capabilities_add.at[i];
            if (!dw_slice_is_one_of(item->name, allowed))
                deny(pod, container, item->node, "capability \"%.*s\" is added; %s", DW_SLICE_ARG(item->name), which);
        }
}

static void capabilities_baseline(struct dw_pod_security_pod *pod)
{
    static const char *const allowed[] = {"AUDIT_WRITE", "CHOWN",  "DAC_OVERRIDE", "FOWNER", "FSETID",  "KILL",       "MKNOD",
                                          "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT", NULL};
    deny_added(pod, allowed, "baseline allows AUDIT_WRITE, CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, MKNOD, NET_BIND_SERVICE, "
                             "SETFCAP, SETGID, SETPCAP, SETUID, SYS_CHROOT");
}

static void host_path_volumes(struct dw_pod_security_pod *pod)
{
    const struct dw_node *volumes = dw_kube_get(pod->pod->spec, "volumes");
    for (size_t i = 0; i < dw_kube_count(volumes); i++) {
        const struct dw_node *source = dw_kube_get(volumes->items[i], "hostPath");
        if (source != NULL)
            deny(pod, NULL, dw_node_get_key(volumes->items[i], "hostPath"), "volume \"%.*s\" is the host's \"%.*s\"",
                 DW_SLICE_ARG(dw_kube_text(volumes->items[i], "name")), DW_SLICE_ARG(dw_kube_text(source, "path")));
    }
}

static void host_ports(struct dw_pod_security_pod *pod)
{
    EACH_CONTAINER(pod, container) {
        const struct dw_node *ports = dw_kube_get(container->node, "ports");
        for (size_t i = 0; i < dw_kube_count(ports); i++) {
            int64_t port = dw_kube_integer(ports->items[i], "hostPort");
            if (port != 0)
                deny(pod, container, dw_kube_get(ports->items[i], "hostPort"), "hostPort %" PRId64 " is taken on the host", port);
        }
    }
}

static void deny_host(struct dw_pod_security_pod *pod, const struct dw_container *container, const struct dw_node *handler,
                      const char *which)
{
    static const char *const actions[] = {"httpGet", "tcpSocket"};
    for (size_t i = 0; i < 2; i++) {
        const struct dw_node *host = dw_kube_get(dw_kube_get(handler, actions[i]), "host");
        if (host != NULL && host->text.len > 0)
            deny(pod, container, host, "%s.%s.host is \"%.*s\"", which, actions[i], DW_SLICE_ARG(host->text));
    }
}

static void host_probes(struct dw_pod_security_pod *pod)
{
    static const char *const probes[] = {"livenessProbe", "readinessProbe", "startupProbe"};
    EACH_CONTAINER(pod, container) {
        const struct dw_node *lifecycle = dw_kube_get(container->node, "lifecycle");
        for (size_t i = 0; i < 3; i++)
            deny_host(pod, container, dw_kube_get(container->node, probes[i]), probes[i]);
        deny_host(pod, container, dw_kube_get(lifecycle, "postStart"), "lifecycle.postStart");
        deny_host(pod, container, dw_kube_get(lifecycle, "preStop"), "lifecycle.preStop");
    }
}

static void deny_profile(struct dw_pod_security_pod *pod, const struct dw_container *container, const struct dw_node *security,
                         const char *field)
{
    const struct dw_node *profile = dw_kube_get(security, field);
    struct dw_slice type = dw_kube_text(profile, "type");
    bool app_armor = strcmp(field, "appArmorProfile") == 0;
    /* An unset type is for AppArmor as if there were no profile. */
    if (profile == NULL || (app_armor && type.len == 0) || dw_slice_is(type, "RuntimeDefault") || dw_slice_is(type, "Localhost"))
        return;
    const struct dw_node *node = dw_kube_get(profile, "type");
    deny(pod, container, node != NULL ? node : profile, "%s.type is \"%.*s\"; RuntimeDefault and Localhost are allowed", field,
         DW_SLICE_ARG(type));
}

static void apparmor_profile(struct dw_pod_security_pod *pod)
{
    const struct dw_node *annotations = dw_kube_get(pod->pod->metadata, "annotations");
    deny_profile(pod, NULL, pod->security, "appArmorProfile");
    EACH_CONTAINER(pod, container)
        deny_profile(pod, container, security_of(container), "appArmorProfile");
    for (size_t i = 0; annotations != NULL && i < annotations->count; i++) {
        struct dw_slice text = dw_kube_value(annotations->items[i]).kind == DW_KUBE_NULL ? DW_SLICE("") : annotations->items[i]->text;
        if (dw_slice_starts_with(annotations->keys[i]->text, DW_KUBE_APPARMOR_ANNOTATION) && text.len > 0 &&
            !dw_slice_is(text, "runtime/default") && !dw_slice_starts_with(text, "localhost/"))
            deny(pod, NULL, annotations->items[i], "annotation %.*s is \"%.*s\"", DW_SLICE_ARG(annotations->keys[i]->text),
                 DW_SLICE_ARG(text));
    }
}

static void deny_selinux(struct dw_pod_security_pod *pod, const struct dw_container *container, const struct dw_node *security)
{
    static const char *const types[] = {"", "container_t", "container_init_t", "container_kvm_t", NULL};
    const struct dw_node *options = dw_kube_get(security, "seLinuxOptions");
    struct dw_slice type = dw_kube_text(options, "type");
    if (!dw_slice_is_one_of(type, types) && !(pod->minor >= 31 && dw_slice_is(type, "container_engine_t")))
        deny(pod, container, dw_kube_get(options, "type"), "seLinuxOptions.type is \"%.*s\"", DW_SLICE_ARG(type));
    for (size_t i = 0; i < 2; i++) {
        const char *field = i == 0 ? "user" : "role";
        struct dw_slice text = dw_kube_text(options, field);
        if (text.len > 0)
            deny(pod, container, dw_kube_get(options, field), "seLinuxOptions.%s is \"%.*s\"", field, DW_SLICE_ARG(text));
    }
}

static void selinux_options(struct dw_pod_security_pod *pod)
{
    deny_selinux(pod, NULL, pod->security);
    EACH_CONTAINER(pod, container)
        deny_selinux(pod, container, security_of(container));
}

static void deny_proc_mount(struct dw_pod_security_pod *pod)
{
    EACH_CONTAINER(pod, container) {
        const struct dw_node *node = dw_kube_get(security_of(container), "procMount");
        if (node != NULL && !dw_slice_is(node->text, "Default"))
            deny(pod, container, node, "procMount is \"%.*s\"", DW_SLICE_ARG(node->text));
    }
}

static void proc_mount(struct dw_pod_security_pod *pod)
{
    if (!has_own_users(pod))
        deny_proc_mount(pod);
}

static void deny_seccomp_annotation(struct dw_pod_security_pod *pod, const struct dw_container *container,
                                    const struct dw_node *node)
{
    if (node != NULL && !dw_slice_is(node->text, "runtime/default") && !dw_slice_is(node->text, "docker/default") &&
        !dw_slice_starts_with(node->text, "localhost/"))
        deny(pod, container, node, "the seccomp annotation is \"%.*s\"", DW_SLICE_ARG(node->text));
}

static void seccomp_baseline(struct dw_pod_security_pod *pod)
{
    if (pod->minor < 19) {
        const struct dw_node *metadata = pod->pod->metadata;
        deny_seccomp_annotation(pod, NULL, dw_kube_annotation(metadata, DW_KUBE_SECCOMP_POD_ANNOTATION, DW_SLICE("")));
        EACH_CONTAINER(pod, container)
            deny_seccomp_annotation(pod, container, dw_kube_annotation(metadata, DW_KUBE_SECCOMP_ANNOTATION, container->name));
        return;
    }
    deny_profile(pod, NULL, pod->security, "seccompProfile");
    EACH_CONTAINER(pod, container)
        deny_profile(pod, container, security_of(container), "seccompProfile");
}

static void sysctls(struct dw_pod_security_pod *pod)
{
    static const struct {
        const char *name;
        unsigned since;
    } safe[] = {
        {"kernel.shm_rmid_forced", 0},
        {"net.ipv4.ip_local_port_range", 0},
        {"net.ipv4.tcp_syncookies", 0},
        {"net.ipv4.ping_group_range", 0},
        {"net.ipv4.ip_unprivileged_port_start", 0},
        {"net.ipv4.ip_local_reserved_ports", 27},
        {"net.ipv4.tcp_keepalive_time", 29},
        {"net.ipv4.tcp_fin_timeout", 29},
        {"net.ipv4.tcp_keepalive_intvl", 29},
        {"net.ipv4.tcp_keepalive_probes", 29},
        {"net.ipv4.tcp_rmem", 32},
        {"net.ipv4.tcp_wmem", 32},
        {"net.ipv4.tcp_slow_start_after_idle", 37},
        {"net.ipv4.tcp_notsent_lowat", 37},
    };
    const struct dw_node *list = dw_kube_get(pod->security, "sysctls");
    for (size_t i = 0; i < dw_kube_count(list); i++) {
        struct dw_slice name = dw_kube_text(list->items[i], "name");
        bool is_safe = false;
        for (size_t j = 0; j < sizeof(safe) / sizeof(safe[0]); j++)
            is_safe = is_safe || (pod->minor >= safe[j].since && dw_slice_is(name, safe[j].name));
        if (!is_safe)
            deny(pod, NULL, dw_kube_get(list->items[i], "name") != NULL ? dw_kube_get(list->items[i], "name") : list->items[i],
                 "sysctl \"%.*s\" is not among the safe ones", DW_SLICE_ARG(name));
    }
}

static void deny_host_process(struct dw_pod_security_pod *pod, const struct dw_container *container, const struct dw_node *security)
{
    const struct dw_node *options = dw_kube_get(security, "windowsOptions");
    if (dw_kube_is_true(options, "hostProcess"))
        deny(pod, container, dw_kube_get(options, "hostProcess"), "windowsOptions.hostProcess is true");
}

static void windows_host_process(struct dw_pod_security_pod *pod)
{
    deny_host_process(pod, NULL, pod->security);
    EACH_CONTAINER(pod, container)
        deny_host_process(pod, container, security_of(container));
}

/* ---- restricted ---------------------------------------------------------------------------------------------------------- */

static void restricted_volumes(struct dw_pod_security_pod *pod)
{
    static const char *const allowed[] = {"configMap", "csi",       "downwardAPI",           "emptyDir", "ephemeral",
                                          "image",     "persistentVolumeClaim", "projected", "secret",   NULL};
    const struct dw_node *volumes = dw_kube_get(pod->pod->spec, "volumes");
    for (size_t i = 0; i < dw_kube_count(volumes); i++) {
        const struct dw_node *volume = volumes->items[i];
        for (size_t j = 0; j < volume->count; j++) {
            struct dw_slice type = volume->keys[j]->text;
            if (!dw_slice_is(type, "name") && dw_kube_value(volume->items[j]).kind != DW_KUBE_NULL && !dw_slice_is_one_of(type, allowed))
                deny(pod, NULL, volume->keys[j], "volume \"%.*s\" is of type %.*s", DW_SLICE_ARG(dw_kube_text(volume, "name")),
                     DW_SLICE_ARG(type));
        }
    }
}

static void allow_privilege_escalation(struct dw_pod_security_pod *pod)
{
    if (is_exempt(pod))
        return;
    EACH_CONTAINER(pod, container) {
        const struct dw_node *node = dw_kube_get(security_of(container), "allowPrivilegeEscalation");
        if (node == NULL)
            deny(pod, container, container->node, "allowPrivilegeEscalation is not set to false");
        else if (!dw_kube_is_false(security_of(container), "allowPrivilegeEscalation"))
            deny(pod, container, node, "allowPrivilegeEscalation is true");
    }
}

static void run_as_non_root(struct dw_pod_security_pod *pod)
{
    bool of_pod = dw_kube_is_true(pod->security, "runAsNonRoot");
    if (has_own_users(pod))
        return;
    if (dw_kube_is_false(pod->security, "runAsNonRoot"))
        deny(pod, NULL, dw_kube_get(pod->security, "runAsNonRoot"), "runAsNonRoot is false");
    EACH_CONTAINER(pod, container) {
        const struct dw_node *own = dw_kube_get(security_of(container), "runAsNonRoot");
        if (dw_kube_is_false(security_of(container), "runAsNonRoot"))
            deny(pod, container, own, "runAsNonRoot is false");
        else if (own == NULL && !of_pod)
            deny(pod, container, container->node, "runAsNonRoot is true neither here nor at the pod");
    }
}

static void deny_root(struct dw_pod_security_pod *pod, const struct dw_container *container, const struct dw_node *security)
{
    const struct dw_node *user = dw_kube_get(security, "runAsUser");
    if (user != NULL && dw_kube_value(user).integer == 0)
        deny(pod, container, user, "runAsUser is 0");
}

static void run_as_user(struct dw_pod_security_pod *pod)
{
    if (has_own_users(pod))
        return;
    deny_root(pod, NULL, pod->security);
    EACH_CONTAINER(pod, container)
        deny_root(pod, container, security_of(container));
}

static bool is_confined(const struct dw_node *security)
{
    struct dw_slice type = dw_kube_text(dw_kube_get(security, "seccompProfile"), "type");
    return dw_slice_is(type, "RuntimeDefault") || dw_slice_is(type, "Localhost");
}

static void seccomp_restricted(struct dw_pod_security_pod *pod)
{
    if (is_exempt(pod))
        return;
    deny_profile(pod, NULL, pod->security, "seccompProfile");
    EACH_CONTAINER(pod, container) {
        const struct dw_node *security = security_of(container);
        if (dw_kube_get(security, "seccompProfile") != NULL)
            deny_profile(pod, container, security, "seccompProfile");
        else if (!is_confined(pod->security))
            deny(pod, container, container->node, "seccompProfile.type is RuntimeDefault or Localhost neither here nor at the pod");
    }
}

static void capabilities_restricted(struct dw_pod_security_pod *pod)
{
    static const char *const allowed[] = {"NET_BIND_SERVICE", NULL};
    if (is_exempt(pod))
        return;
    EACH_CONTAINER(pod, container) {
        bool all = false;
        for (size_t i = 0; i < container->capabilities_drop.len; i++)
            all = all || dw_slice_is(container->capabilities_drop.at[i].name, "ALL");
        if (!all)
            deny(pod, container, container->capabilities_drop.node != NULL ? container->capabilities_drop.node : container->node,
                 "capabilities.drop does not hold ALL");
    }
    deny_added(pod, allowed, "restricted allows NET_BIND_SERVICE");
}

/* ---- the table ------------------------------------------------------------------------------------------------------------ */

#define BASELINE   DW_POD_SECURITY_BASELINE
#define RESTRICTED DW_POD_SECURITY_RESTRICTED

static const struct dw_pod_security_check checks[] = {
    {"hostNamespaces", BASELINE, 0, NULL, "no namespace of the host is shared", "RT-007", host_namespaces},
    {"privileged", BASELINE, 0, NULL, "no container is privileged", "RT-004", privileged},
    {"capabilities_baseline", BASELINE, 0, NULL, "only harmless capabilities are added", "RT-003", capabilities_baseline},
    {"hostPathVolumes", BASELINE, 0, NULL, "no volume is a folder of the host", "RT-009", host_path_volumes},
    {"hostPorts", BASELINE, 0, NULL, "no port of the host is taken", "RT-016", host_ports},
    {"hostProbesAndHostLifecycle", BASELINE, 34, NULL, "probes and hooks name no host", "K8S-001", host_probes},
    {"appArmorProfile", BASELINE, 0, NULL, "AppArmor is not switched off", "RT-010", apparmor_profile},
    {"seLinuxOptions", BASELINE, 0, NULL, "SELinux type, user and role are the runtime's", "RT-010", selinux_options},
    {"procMount", BASELINE, 0, NULL, "/proc stays masked", "RT-010", proc_mount},
    {"seccompProfile_baseline", BASELINE, 0, NULL, "seccomp is not switched off", "RT-005", seccomp_baseline},
    {"sysctls", BASELINE, 0, NULL, "only safe sysctls are set", "RT-018", sysctls},
    {"windowsHostProcess", BASELINE, 0, NULL, "no process of the Windows host", "K8S-003", windows_host_process},
    {"restrictedVolumes", RESTRICTED, 0, "hostPathVolumes", "volumes are of harmless types", "K8S-002", restricted_volumes},
    {"allowPrivilegeEscalation", RESTRICTED, 8, NULL, "allowPrivilegeEscalation is false", "RT-006", allow_privilege_escalation},
    {"runAsNonRoot", RESTRICTED, 0, NULL, "runAsNonRoot is true", "USR-001", run_as_non_root},
    {"runAsUser", RESTRICTED, 23, NULL, "runAsUser is not 0", "USR-001", run_as_user},
    {"seccompProfile_restricted", RESTRICTED, 19, "seccompProfile_baseline", "seccomp is set", "RT-005", seccomp_restricted},
    {"capabilities_restricted", RESTRICTED, 22, "capabilities_baseline", "all capabilities are dropped", "RT-002",
     capabilities_restricted},
    {"procMount_restricted", RESTRICTED, 35, "procMount", "/proc stays masked in any user namespace", "RT-010", deny_proc_mount},
};
#define CHECK_COUNT (sizeof(checks) / sizeof(checks[0]))

const struct dw_pod_security_check *dw_pod_security_check_at(size_t index)
{
    return index < CHECK_COUNT ? &checks[index] : NULL;
}

const struct dw_pod_security_check *dw_pod_security_check_find(const char *id)
{
    for (size_t i = 0; i < CHECK_COUNT; i++)
        if (strcmp(checks[i].id, id) == 0)
            return &checks[i];
    return NULL;
}

bool dw_pod_security_applies(const struct dw_pod_security_check *check, enum dw_pod_security_level level, unsigned minor)
{
    if (check->level > level || check->since > minor)
        return false;
    for (size_t i = 0; i < CHECK_COUNT; i++)
        if (checks[i].replaces != NULL && strcmp(checks[i].replaces, check->id) == 0 && checks[i].level <= level &&
            checks[i].since <= minor)
            return false;
    return true;
}

const char *dw_pod_security_level_name(enum dw_pod_security_level level)
{
    static const char *const names[] = {"privileged", "baseline", "restricted"};
    return names[level];
}

bool dw_pod_security_level_parse(struct dw_slice text, enum dw_pod_security_level *level)
{
    for (unsigned i = 0; i <= DW_POD_SECURITY_RESTRICTED; i++)
        if (dw_slice_is(text, dw_pod_security_level_name((enum dw_pod_security_level)i))) {
            *level = (enum dw_pod_security_level)i;
            return true;
        }
    return false;
}

bool dw_pod_security_version_parse(struct dw_slice text, unsigned *minor)
{
    uint64_t number;
    *minor = DW_POD_SECURITY_LATEST;
    if (dw_slice_is(text, "latest"))
        return true;
    if (!dw_slice_starts_with(text, "v1.") || !dw_parse_u64(dw_slice_from(text, 3), &number) || number > UINT16_MAX)
        return false;
    *minor = (unsigned)number;
    return true;
}

bool dw_pod_security_parse(struct dw_slice text, enum dw_pod_security_level *level, unsigned *minor, struct dw_error *error)
{
    size_t colon = dw_slice_find(text, ':');
    struct dw_slice version = colon == SIZE_MAX ? DW_SLICE("latest") : dw_slice_from(text, colon + 1);
    if (!dw_pod_security_level_parse(dw_slice_part(text, 0, colon == SIZE_MAX ? text.len : colon), level))
        return dw_fail(error, DW_ERROR_USAGE, "\"%.*s\": the level is privileged, baseline or restricted", DW_SLICE_ARG(text));
    if (!dw_pod_security_version_parse(version, minor))
        return dw_fail(error, DW_ERROR_USAGE, "\"%.*s\": the version is latest or v1.N", DW_SLICE_ARG(text));
    if (*minor > DW_POD_SECURITY_LATEST)
        return dw_fail(error, DW_ERROR_USAGE, "\"%.*s\": the newest known version is v1.%d", DW_SLICE_ARG(text),
                       DW_POD_SECURITY_LATEST);
    return true;
}

void dw_pod_security_run(const struct dw_pod_security_check *check, const struct dw_kubernetes *manifests,
                         const struct dw_pod *pod, unsigned minor, struct dw_arena *arena, struct dw_pod_security_denials *denials)
{
    struct dw_pod_security_pod judged = {.check = check,
                                         .manifests = manifests,
                                         .pod = pod,
                                         .minor = minor,
                                         .arena = arena,
                                         .denials = denials,
                                         .security = dw_kube_get(pod->spec, "securityContext")};
    check->judge(&judged);
}

void dw_pod_security_judge(enum dw_pod_security_level level, unsigned minor, const struct dw_kubernetes *manifests,
                           const struct dw_pod *pod, struct dw_arena *arena, struct dw_pod_security_denials *denials)
{
    for (size_t i = 0; i < CHECK_COUNT; i++)
        if (dw_pod_security_applies(&checks[i], level, minor))
            dw_pod_security_run(&checks[i], manifests, pod, minor, arena, denials);
}
