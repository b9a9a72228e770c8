/* SPDX-License-Identifier: Apache-2.0
 * A container of a pod as the kubelet will run it. Kubernetes API reference, core/v1: of runAsUser, runAsGroup, runAsNonRoot,
 * seccompProfile, appArmorProfile and seLinuxOptions the container's value beats the pod's; the rest is at one of them only. */
#include "kubernetes/internal.h"

#include "base/file.h"
#include "base/map.h"

#include <inttypes.h>

static const struct {
    const char *field;
    enum dw_container_role role;
    const char *word;
} lists[] = {
    {"containers", DW_ROLE_MAIN, "container"},
    {"initContainers", DW_ROLE_INIT, "init container"},
    {"ephemeralContainers", DW_ROLE_EPHEMERAL, "ephemeral container"},
};

struct reading {
    struct dw_kubernetes *manifests;
    const struct dw_pod *pod;
    const struct dw_node *pod_security;
    struct dw_container *container;
    const struct dw_node *node, *security; /* of the container */
    struct dw_map volumes;                 /* name -> its node; the first of a name */
    struct dw_map mounted;                 /* names of volumes that some container mounts */
};

static struct dw_arena *arena_of(struct reading *reading)
{
    return &reading->manifests->arena;
}

/* Without a value in the file a template is only known when it is rendered. */
static struct dw_slice template_problem(struct reading *reading, struct dw_slice text)
{
    if (dw_slice_find_slice(text, DW_SLICE("{{")) == SIZE_MAX)
        return DW_SLICE("");
    return dw_arena_printf(arena_of(reading), "\"%.*s\" is a template's action: render it first",
                           DW_SLICE_ARG(dw_slice_part(text, 0, 100)));
}

static struct dw_container_text text_of(struct reading *reading, const struct dw_node *node)
{
    if (node == NULL || node->kind != DW_NODE_SCALAR)
        return (struct dw_container_text){.text = DW_SLICE(""), .written = DW_SLICE(""), .problem = DW_SLICE("")};
    return (struct dw_container_text){
        .text = node->text, .written = node->text, .node = node, .problem = template_problem(reading, node->text)};
}

/* FIELD of a mapping; INVERTED: false is on. */
static struct dw_container_switch switch_of(const struct dw_node *node, bool inverted)
{
    struct dw_kube_value value = dw_kube_value(node);
    struct dw_container_switch result = {.problem = DW_SLICE("")};
    if (value.kind != DW_KUBE_BOOL)
        return result;
    result.node = node;
    result.value = value.boolean != inverted ? DW_SWITCH_ON : DW_SWITCH_OFF;
    return result;
}

/* The container's field, else the pod's. */
static const struct dw_node *effective(const struct reading *reading, const char *field)
{
    const struct dw_node *own = dw_kube_get(reading->security, field);
    return own != NULL ? own : dw_kube_get(reading->pod_security, field);
}

static struct dw_container_item *add_item(struct dw_container_items *items, struct dw_slice name, struct dw_slice value,
                                          const struct dw_node *node)
{
    struct dw_container_item *item = dw_vector_push(items);
    *item = (struct dw_container_item){.name = name, .value = value, .node = node, .problem = DW_SLICE("")};
    return item;
}

/* ---- user and groups ------------------------------------------------------------------------------------------------- */

static void read_user(struct reading *reading)
{
    const struct dw_node *user = effective(reading, "runAsUser"), *group = effective(reading, "runAsGroup");
    struct dw_container_text *text = &reading->container->user;
    int64_t gid = dw_kube_value(group).integer;
    *text = text_of(reading, user != NULL ? user : group);
    if (user != NULL && group != NULL)
        text->text = dw_arena_printf(arena_of(reading), "%" PRId64 ":%" PRId64, dw_kube_value(user).integer, gid);
    else if (user != NULL)
        text->text = dw_arena_printf(arena_of(reading), "%" PRId64, dw_kube_value(user).integer);
    else if (group != NULL)
        text->text = dw_arena_printf(arena_of(reading), ":%" PRId64, gid);
    reading->container->run_as_non_root = switch_of(effective(reading, "runAsNonRoot"), false);
}

static void add_group(struct reading *reading, const struct dw_node *node, const char *field)
{
    struct dw_slice number = dw_arena_printf(arena_of(reading), "%" PRId64, dw_kube_value(node).integer);
    add_item(&reading->container->groups, number, dw_slice_of(field), node);
}

static void read_groups(struct reading *reading)
{
    const struct dw_node *files = dw_kube_get(reading->pod_security, "fsGroup");
    const struct dw_node *more = dw_kube_get(reading->pod_security, "supplementalGroups");
    reading->container->groups.node = more != NULL ? more : files;
    if (files != NULL)
        add_group(reading, files, "fsGroup");
    for (size_t i = 0; i < dw_kube_count(more); i++)
        add_group(reading, more->items[i], "supplementalGroups");
}

/* ---- profiles ---------------------------------------------------------------------------------------------------------- */

static struct dw_container_profile unset_profile(void)
{
    return (struct dw_container_profile){
        .text = {.text = DW_SLICE(""), .written = DW_SLICE(""), .problem = DW_SLICE("")}, .path = DW_SLICE("")};
}

/* A seccompProfile or appArmorProfile. */
static struct dw_container_profile profile_of(struct reading *reading, const struct dw_node *node)
{
    static const struct {
        const char *type;
        enum dw_profile kind;
    } types[] = {{"RuntimeDefault", DW_PROFILE_DEFAULT}, {"Unconfined", DW_PROFILE_UNCONFINED}, {"Localhost", DW_PROFILE_CUSTOM}};
    struct dw_container_profile profile = unset_profile();
    const struct dw_node *type = dw_kube_get(node, "type"), *file = dw_kube_get(node, "localhostProfile");
    profile.kind = DW_PROFILE_UNKNOWN;
    profile.text = text_of(reading, type);
    profile.text.node = type != NULL ? type : node;
    for (size_t i = 0; type != NULL && i < 3; i++)
        if (dw_slice_is(type->text, types[i].type))
            profile.kind = types[i].kind;
    if (type == NULL)
        profile.text.problem = DW_SLICE("type is not set: RuntimeDefault, Localhost or Unconfined");
    else if (profile.kind == DW_PROFILE_UNKNOWN && profile.text.problem.len == 0)
        profile.text.problem = dw_arena_printf(arena_of(reading), "\"%.*s\" is none of RuntimeDefault, Localhost and Unconfined",
                                               DW_SLICE_ARG(type->text));
    if (profile.kind == DW_PROFILE_CUSTOM && dw_slice_trim(file != NULL ? file->text : DW_SLICE("")).len == 0) {
        profile.kind = DW_PROFILE_UNKNOWN;
        profile.text.problem = DW_SLICE("type Localhost needs localhostProfile, the profile's name on the node");
    } else if (profile.kind == DW_PROFILE_CUSTOM) {
        profile.text = text_of(reading, file);
    }
    return profile;
}

/* The value of an annotation: "runtime/default", "unconfined", "localhost/NAME". */
static struct dw_container_profile annotated_profile(struct reading *reading, const struct dw_node *node)
{
    struct dw_container_profile profile = unset_profile();
    if (node == NULL || node->text.len == 0)
        return profile;
    profile.text = text_of(reading, node);
    profile.kind = DW_PROFILE_UNKNOWN;
    if (dw_slice_is(node->text, "runtime/default") || dw_slice_is(node->text, "docker/default")) {
        profile.kind = DW_PROFILE_DEFAULT;
    } else if (dw_slice_is(node->text, "unconfined")) {
        profile.kind = DW_PROFILE_UNCONFINED;
    } else if (dw_slice_starts_with(node->text, "localhost/")) {
        profile.kind = DW_PROFILE_CUSTOM;
        profile.text.text = dw_slice_from(node->text, strlen("localhost/"));
    } else if (profile.text.problem.len == 0) {
        profile.text.problem = dw_arena_printf(arena_of(reading), "\"%.*s\" is none of runtime/default, localhost/NAME and unconfined",
                                               DW_SLICE_ARG(node->text));
    }
    return profile;
}

/* Kubernetes 1.27 and later take no notice of seccomp annotations: what one allows is no longer sure, what it takes away is. */
static struct dw_container_profile read_seccomp(struct reading *reading)
{
    const struct dw_node *field = effective(reading, "seccompProfile"), *metadata = reading->pod->metadata;
    if (field != NULL)
        return profile_of(reading, field);
    const struct dw_node *annotation = dw_kube_annotation(metadata, DW_KUBE_SECCOMP_ANNOTATION, reading->container->name);
    if (annotation == NULL)
        annotation = dw_kube_annotation(metadata, DW_KUBE_SECCOMP_POD_ANNOTATION, DW_SLICE(""));
    struct dw_container_profile profile = annotated_profile(reading, annotation);
    if (profile.kind == DW_PROFILE_DEFAULT || profile.kind == DW_PROFILE_CUSTOM) {
        profile.kind = DW_PROFILE_UNKNOWN;
        profile.text.problem = DW_SLICE("seccomp is asked for by an annotation, which Kubernetes ignores since 1.27: set "
                                        "securityContext.seccompProfile");
    }
    return profile;
}

static struct dw_container_profile read_apparmor(struct reading *reading)
{
    const struct dw_node *field = effective(reading, "appArmorProfile");
    if (field != NULL)
        return profile_of(reading, field);
    return annotated_profile(reading, dw_kube_annotation(reading->pod->metadata, DW_KUBE_APPARMOR_ANNOTATION,
                                                         reading->container->name));
}

/* ---- security context ---------------------------------------------------------------------------------------------- */

static void read_names(const struct dw_node *list, struct dw_container_items *items)
{
    items->node = list;
    for (size_t i = 0; i < dw_kube_count(list); i++)
        add_item(items, list->items[i]->text, DW_SLICE(""), list->items[i]);
}

static void add_selinux(struct reading *reading, const struct dw_node *options)
{
    static const char *const fields[] = {"user", "role", "type", "level"};
    for (size_t i = 0; i < 4; i++) {
        const struct dw_node *node = dw_kube_get(options, fields[i]);
        if (node != NULL && node->text.len > 0)
            add_item(&reading->container->selinux, dw_slice_of(fields[i]), node->text, node);
    }
}

/* The container's options stand for all of the pod's. */
static void read_selinux(struct reading *reading)
{
    const struct dw_node *options = effective(reading, "seLinuxOptions");
    reading->container->selinux.node = options;
    add_selinux(reading, options);
}

static void read_security(struct reading *reading)
{
    struct dw_container *container = reading->container;
    const struct dw_node *capabilities = dw_kube_get(reading->security, "capabilities");
    container->privileged = switch_of(dw_kube_get(reading->security, "privileged"), false);
    container->read_only = switch_of(dw_kube_get(reading->security, "readOnlyRootFilesystem"), false);
    container->no_new_privileges = switch_of(dw_kube_get(reading->security, "allowPrivilegeEscalation"), true);
    container->proc_mount = text_of(reading, dw_kube_get(reading->security, "procMount"));
    read_names(dw_kube_get(capabilities, "add"), &container->capabilities_add);
    read_names(dw_kube_get(capabilities, "drop"), &container->capabilities_drop);
    container->seccomp = read_seccomp(reading);
    container->apparmor = read_apparmor(reading);
    read_selinux(reading);
    read_user(reading);
    read_groups(reading);
}

/* ---- what the pod gives ---------------------------------------------------------------------------------------------- */

static struct dw_container_text host_of(struct reading *reading, const char *field)
{
    const struct dw_node *node = dw_kube_get(reading->pod->spec, field);
    struct dw_container_text text = text_of(reading, dw_kube_is_true(reading->pod->spec, field) ? node : NULL);
    if (text.node != NULL)
        text.text = DW_SLICE("host");
    return text;
}

static void read_pod(struct reading *reading)
{
    struct dw_container *container = reading->container;
    const struct dw_node *sysctls = dw_kube_get(reading->pod_security, "sysctls");
    container->network = host_of(reading, "hostNetwork");
    container->pid = host_of(reading, "hostPID");
    container->ipc = host_of(reading, "hostIPC");
    container->host_users_off = dw_kube_is_false(reading->pod->spec, "hostUsers");
    container->windows = dw_slice_is(dw_kube_text(dw_kube_get(reading->pod->spec, "os"), "name"), "windows");
    container->sysctls.node = sysctls;
    for (size_t i = 0; i < dw_kube_count(sysctls); i++) {
        const struct dw_node *name = dw_kube_get(sysctls->items[i], "name");
        add_item(&container->sysctls, dw_kube_text(sysctls->items[i], "name"), dw_kube_text(sysctls->items[i], "value"),
                 name != NULL ? name : sysctls->items[i]);
    }
}

/* ---- volumes ----------------------------------------------------------------------------------------------------------- */

const struct dw_node *dw_kube_volume_source(const struct dw_node *volume, struct dw_slice *type)
{
    for (size_t i = 0; i < volume->count; i++) {
        *type = volume->keys[i]->text;
        if (!dw_slice_is(*type, "name") && dw_kube_value(volume->items[i]).kind != DW_KUBE_NULL)
            return volume->items[i];
    }
    *type = DW_SLICE("emptyDir");
    return NULL;
}

static struct dw_slice host_path(struct reading *reading, struct dw_slice path)
{
    if (!dw_slice_starts_with(path, "/"))
        return path;
    DW_CLEANUP(dw_cleanup_free) char *normal = dw_path_normal(path);
    return dw_arena_copy(arena_of(reading), dw_slice_of(normal));
}

/* What VOLUME is, not yet mounted. */
static struct dw_container_mount volume_of(struct reading *reading, const struct dw_node *volume)
{
    struct dw_container_mount mount = {.kind = DW_MOUNT_OTHER,
                                       .source = DW_SLICE(""),
                                       .target = DW_SLICE(""),
                                       .propagation = DW_SLICE(""),
                                       .problem = DW_SLICE(""),
                                       .node = volume};
    const struct dw_node *source = dw_kube_volume_source(volume, &mount.type);
    if (dw_slice_is(mount.type, "hostPath")) {
        struct dw_slice path = dw_kube_text(source, "path");
        mount.kind = dw_slice_starts_with(path, "\\\\.\\pipe\\") ? DW_MOUNT_NPIPE : DW_MOUNT_BIND;
        mount.source = host_path(reading, path);
        mount.node = dw_kube_get(source, "path") != NULL ? dw_kube_get(source, "path") : source;
        mount.problem = path.len == 0 ? DW_SLICE("hostPath without path") : template_problem(reading, path);
    } else if (dw_slice_is(mount.type, "emptyDir")) {
        mount.kind = dw_slice_is(dw_kube_text(source, "medium"), "Memory") ? DW_MOUNT_TMPFS : DW_MOUNT_VOLUME;
    } else if (dw_slice_is(mount.type, "persistentVolumeClaim")) {
        mount.kind = DW_MOUNT_VOLUME;
        mount.source = dw_kube_text(source, "claimName");
        mount.read_only = dw_kube_is_true(source, "readOnly");
    } else if (dw_slice_is(mount.type, "image")) {
        mount.kind = DW_MOUNT_IMAGE;
        mount.source = dw_kube_text(source, "reference");
        mount.read_only = true;
    }
    return mount;
}

static void read_mounts(struct reading *reading)
{
    const struct dw_node *mounts = dw_kube_get(reading->node, "volumeMounts");
    for (size_t i = 0; i < dw_kube_count(mounts); i++) {
        struct dw_slice name = dw_kube_text(mounts->items[i], "name");
        struct dw_container_mount mount = {.kind = DW_MOUNT_OTHER,
                                           .type = DW_SLICE(""),
                                           .source = name,
                                           .problem = DW_SLICE("no volume of the pod has this name"),
                                           .node = mounts->items[i]};
        const struct dw_node *volume = dw_map_get(&reading->volumes, name);
        if (volume != NULL)
            mount = volume_of(reading, volume);
        mount.target = dw_kube_text(mounts->items[i], "mountPath");
        mount.propagation = dw_kube_text(mounts->items[i], "mountPropagation");
        mount.read_only = mount.read_only || dw_kube_is_true(mounts->items[i], "readOnly");
        *dw_vector_push(&reading->container->mounts) = mount;
    }
}

/* ---- the rest ---------------------------------------------------------------------------------------------------------- */

static unsigned port_number(const struct dw_node *port, const char *field)
{
    int64_t number = dw_kube_integer(port, field);
    return number > 0 && number <= UINT16_MAX ? (unsigned)number : 0;
}

static void read_ports(struct reading *reading)
{
    const struct dw_node *ports = dw_kube_get(reading->node, "ports");
    for (size_t i = 0; i < dw_kube_count(ports); i++) {
        const struct dw_node *node = ports->items[i], *on_host = dw_kube_get(node, "hostPort");
        struct dw_container_port *port = dw_vector_push(&reading->container->ports);
        struct dw_slice protocol = dw_kube_text(node, "protocol");
        int64_t number = dw_kube_integer(node, "hostPort");
        port->host_address = dw_kube_text(node, "hostIP");
        port->published = number != 0;
        port->host_first = port->host_last = port_number(node, "hostPort");
        port->container_first = port->container_last = port_number(node, "containerPort");
        port->protocol = dw_slice_equal_nocase(protocol, DW_SLICE("udp"))    ? DW_SLICE("udp")
                         : dw_slice_equal_nocase(protocol, DW_SLICE("sctp")) ? DW_SLICE("sctp")
                                                                             : DW_SLICE("tcp");
        port->node = port->published ? on_host : node;
        port->problem = port->published && port->host_first == 0 ? DW_SLICE("hostPort is no port") : DW_SLICE("");
    }
}

static void add_variable(struct reading *reading, const struct dw_node *node, struct dw_slice name,
                         enum dw_variable_source source, struct dw_slice text)
{
    *dw_vector_push(&reading->container->environment) =
        (struct dw_container_variable){.name = name,
                                       .value = source == DW_VARIABLE_LITERAL ? text : DW_SLICE(""),
                                       .source = source,
                                       .file = DW_SLICE(""),
                                       .reference = source == DW_VARIABLE_REFERENCE ? text : DW_SLICE(""),
                                       .node = node,
                                       .problem = DW_SLICE("")};
}

static void read_environment(struct reading *reading)
{
    static const char *const bulk[] = {"secretRef", "configMapRef"};
    const struct dw_node *list = dw_kube_get(reading->node, "env"), *from = dw_kube_get(reading->node, "envFrom");
    for (size_t i = 0; i < dw_kube_count(list); i++) {
        const struct dw_node *node = list->items[i], *value = dw_kube_get(node, "value"), *source = dw_kube_get(node, "valueFrom");
        struct dw_slice name = dw_kube_text(node, "name");
        if (source == NULL) {
            add_variable(reading, value != NULL ? value : node, name, DW_VARIABLE_LITERAL, dw_kube_text(node, "value"));
            continue;
        }
        for (size_t j = 0; j < source->count; j++)
            if (dw_kube_value(source->items[j]).kind != DW_KUBE_NULL)
                add_variable(reading, source->keys[j], name, DW_VARIABLE_REFERENCE, source->keys[j]->text);
    }
    for (size_t i = 0; i < dw_kube_count(from); i++)
        for (size_t j = 0; j < 2; j++)
            if (dw_kube_get(from->items[i], bulk[j]) != NULL)
                add_variable(reading, dw_node_get_key(from->items[i], bulk[j]), DW_SLICE(""), DW_VARIABLE_REFERENCE,
                             dw_slice_of(bulk[j]));
}

static void read_resources(struct reading *reading)
{
    struct dw_container *container = reading->container;
    const struct dw_node *resources = dw_kube_get(reading->node, "resources");
    const struct dw_node *limits = dw_kube_get(resources, "limits"), *requests = dw_kube_get(resources, "requests");
    container->memory_limit = text_of(reading, dw_kube_get(limits, "memory"));
    container->cpu_limit = text_of(reading, dw_kube_get(limits, "cpu"));
    container->memory_request = text_of(reading, dw_kube_get(requests, "memory"));
    container->cpu_request = text_of(reading, dw_kube_get(requests, "cpu"));
}

static struct dw_container_switch probe_of(const struct dw_node *container, const char *field)
{
    const struct dw_node *probe = dw_kube_get(container, field);
    return (struct dw_container_switch){
        .value = probe != NULL ? DW_SWITCH_ON : DW_SWITCH_UNSET, .node = probe, .problem = DW_SLICE("")};
}

static void read_image(struct reading *reading)
{
    struct dw_container_image *image = dw_vector_push(&reading->container->images);
    image->reference = text_of(reading, dw_kube_get(reading->node, "image"));
    if (image->reference.node == NULL || image->reference.text.len == 0)
        image->reference.problem = DW_SLICE("names no image");
}

static void read_container(struct reading *reading)
{
    struct dw_container *container = reading->container;
    read_image(reading);
    read_security(reading);
    read_pod(reading);
    read_mounts(reading);
    read_ports(reading);
    read_environment(reading);
    read_resources(reading);
    container->liveness = probe_of(reading->node, "livenessProbe");
    container->readiness = probe_of(reading->node, "readinessProbe");
}

/* Which volumes there are, and which of them are mounted. */
static void index_volumes(struct reading *reading)
{
    const struct dw_node *volumes = dw_kube_get(reading->pod->spec, "volumes");
    for (size_t i = 0; i < dw_kube_count(volumes); i++) {
        bool added;
        struct dw_map_entry *entry = dw_map_insert(&reading->volumes, dw_kube_text(volumes->items[i], "name"), &added);
        if (added)
            entry->pointer = volumes->items[i];
    }
    for (size_t i = 0; i < 3; i++) {
        const struct dw_node *list = dw_kube_get(reading->pod->spec, lists[i].field);
        for (size_t j = 0; j < dw_kube_count(list); j++) {
            const struct dw_node *mounts = dw_kube_get(list->items[j], "volumeMounts");
            for (size_t k = 0; k < dw_kube_count(mounts); k++)
                dw_map_insert(&reading->mounted, dw_kube_text(mounts->items[k], "name"), NULL);
        }
    }
}

/* What is the pod's and no single container's: images of volumes, volumes that nobody mounts, and the SELinux options that its
 * sandbox has although its containers have others. */
static void read_pod_own(struct reading *reading)
{
    if (dw_kube_get(reading->security, "seLinuxOptions") != NULL)
        add_selinux(reading, dw_kube_get(reading->pod_security, "seLinuxOptions"));
    const struct dw_node *volumes = dw_kube_get(reading->pod->spec, "volumes");
    for (size_t i = 0; i < dw_kube_count(volumes); i++) {
        const struct dw_node *image = dw_kube_get(volumes->items[i], "image");
        if (dw_map_find(&reading->mounted, dw_kube_text(volumes->items[i], "name")) == NULL)
            *dw_vector_push(&reading->container->mounts) = volume_of(reading, volumes->items[i]);
        if (image == NULL)
            continue;
        struct dw_container_image *use = dw_vector_push(&reading->container->images);
        use->use = DW_CONTAINER_IMAGE_VOLUME;
        use->reference = text_of(reading, dw_kube_get(image, "reference"));
        if (use->reference.node == NULL)
            use->reference.node = image;
        if (use->reference.text.len == 0)
            use->reference.problem = DW_SLICE("names no image");
    }
}

void dw_kube_add_containers(struct dw_kubernetes *manifests, struct dw_pod *pod)
{
    struct reading reading = {
        .manifests = manifests, .pod = pod, .pod_security = dw_kube_get(pod->spec, "securityContext")};
    pod->first = manifests->containers.len;
    index_volumes(&reading);
    for (size_t i = 0; i < 3; i++) {
        const struct dw_node *list = dw_kube_get(pod->spec, lists[i].field);
        for (size_t j = 0; j < dw_kube_count(list); j++) {
            const struct dw_node *name = dw_kube_get(list->items[j], "name");
            struct dw_container *container = dw_vector_push(&manifests->containers);
            *container = (struct dw_container){.platform = DW_CONTAINER_KUBERNETES,
                                               .role = lists[i].role,
                                               .name = name != NULL ? name->text : DW_SLICE(""),
                                               .node = list->items[j],
                                               .key = name != NULL ? name : list->items[j],
                                               .pod = pod->spec,
                                               .profiles = DW_SLICE("")};
            container->what = name != NULL
                                  ? dw_arena_printf(&manifests->arena, "%s %.*s of %.*s", lists[i].word,
                                                    DW_SLICE_ARG(name->text), DW_SLICE_ARG(pod->what))
                                  : dw_arena_printf(&manifests->arena, "%s %zu of %.*s", lists[i].word, j + 1,
                                                    DW_SLICE_ARG(pod->what));
            reading.container = container;
            reading.node = list->items[j];
            reading.security = dw_kube_get(list->items[j], "securityContext");
            read_container(&reading);
            if (manifests->containers.len == pod->first + 1)
                read_pod_own(&reading);
        }
    }
    pod->count = manifests->containers.len - pod->first;
    dw_map_free(&reading.volumes);
    dw_map_free(&reading.mounted);
}

void dw_kube_free_container(struct dw_container *container)
{
    dw_vector_free(&container->images);
    dw_vector_free(&container->groups);
    dw_vector_free(&container->hooks);
    dw_vector_free(&container->capabilities_add);
    dw_vector_free(&container->capabilities_drop);
    dw_vector_free(&container->selinux);
    dw_vector_free(&container->security_unknown);
    dw_vector_free(&container->mounts);
    dw_vector_free(&container->devices);
    dw_vector_free(&container->log_options);
    dw_vector_free(&container->ports);
    dw_vector_free(&container->sysctls);
    dw_vector_free(&container->ulimits);
    dw_vector_free(&container->host_code);
    dw_vector_free(&container->environment);
}
