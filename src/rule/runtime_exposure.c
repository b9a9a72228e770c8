/* SPDX-License-Identifier: Apache-2.0
 *
 * RT-016 to RT-025: how a container is reached, and what else of its configuration reaches beyond it. */
#include "rule/chapters.h"
#include "rule/runtime.h"

/* --- RT-016 --- */

static struct dw_slice port_text(struct dw_judge *judge, const struct dw_container_port *port)
{
    const char *protocol = dw_slice_is(port->protocol, "udp") ? "/udp" : "";
    if (port->host_first == 0)
        return dw_judge_text(judge, "%u%s", port->container_first, protocol);
    if (port->host_last > port->host_first)
        return dw_judge_text(judge, "%u-%u%s", port->host_first, port->host_last, protocol);
    return dw_judge_text(judge, "%u%s", port->host_first, protocol);
}

static bool is_any_address(struct dw_slice address)
{
    return address.len == 0 || dw_slice_is(address, "0.0.0.0") || dw_slice_is(address, "::") || dw_slice_is(address, "[::]") ||
           dw_slice_is(address, "*");
}

/* The port on the host itself alone. */
static struct dw_runtime_change bind_to_host(struct dw_judge *judge, const struct dw_container_port *port)
{
    const struct dw_node *node = port->node;
    if (node != NULL && node->kind == DW_NODE_MAPPING)
        return (struct dw_runtime_change){DW_RUNTIME_SET, node, "host_ip", "127.0.0.1"};
    if (node == NULL || node->kind != DW_NODE_SCALAR || port->host_address.len > 0)
        return (struct dw_runtime_change){0};
    const char *between = dw_slice_find(node->text, ':') == SIZE_MAX ? ":" : "";
    return (struct dw_runtime_change){DW_RUNTIME_REPLACE, node, NULL,
                                      dw_judge_text(judge, "127.0.0.1:%s%.*s", between, DW_SLICE_ARG(node->text)).at};
}

static void judge_port(struct dw_judge *judge, const struct dw_container *container, const struct dw_container_port *port)
{
    bool compose = dw_runtime_is_compose(container);
    struct dw_slice text = port_text(judge, port);
    if (!compose && port->host_first != 0)
        dw_runtime_fail(judge, container, port->node,
                        (struct dw_runtime_fault){
                            .variant = "host-port",
                            .message = dw_judge_text(judge, "%.*s takes port %.*s of every node it runs on (hostPort)",
                                                     DW_SLICE_ARG(container->what), DW_SLICE_ARG(text)),
                            .fix = DW_SLICE("Remove hostPort; a Service makes the container reachable."),
                            .changes = {{port->node != NULL ? DW_RUNTIME_REMOVE : DW_RUNTIME_NOTHING, port->node, NULL, NULL}},
                            .note = "the container is no longer reached by the addresses of its nodes: it needs a Service"});
    if (compose && is_any_address(port->host_address))
        dw_runtime_fail(judge, container, port->node,
                        (struct dw_runtime_fault){
                            .variant = "any-address",
                            .message = dw_judge_text(judge, "%.*s publishes port %.*s on every address of the host, past its firewall",
                                                     DW_SLICE_ARG(container->what), DW_SLICE_ARG(text)),
                            .fix = port->host_first == 0
                                       ? dw_judge_text(judge, "\"127.0.0.1::%u\"", port->container_first)
                                       : dw_judge_text(judge, "\"127.0.0.1:%u:%u\"", port->host_first, port->container_first),
                            .changes = {bind_to_host(judge, port)},
                            .note = "it is reached from this host only: by a reverse proxy or a tunnel from elsewhere"});
    if (port->host_first > 0 && port->host_first < 1024)
        dw_runtime_fail(judge, container, port->node,
                        (struct dw_runtime_fault){
                            .variant = "privileged-port",
                            .message = dw_judge_text(judge, "%.*s takes the privileged port %.*s of the host",
                                                     DW_SLICE_ARG(container->what), DW_SLICE_ARG(text)),
                            .fix = DW_SLICE("Choose a port from 1024 on, behind the reverse proxy that holds 80 and 443.")});
}

static void ports(struct dw_judge *judge, const struct dw_container *container)
{
    size_t before = judge->failed + judge->unknown;
    if (!dw_runtime_runs(container))
        return;
    for (size_t i = 0; i < container->ports.len; i++) {
        const struct dw_container_port *port = &container->ports.at[i];
        if (port->problem.len > 0)
            dw_runtime_unknown(judge, container, port->node, port->problem);
        else if (port->published)
            judge_port(judge, container, port);
    }
    if (container->publish_all.value == DW_SWITCH_ON)
        dw_runtime_fail(judge, container, container->publish_all.node,
                        (struct dw_runtime_fault){
                            .variant = "publish-all",
                            .message = dw_judge_text(judge, "%.*s publishes every port that its image exposes",
                                                     DW_SLICE_ARG(container->what)),
                            .fix = DW_SLICE("Publish the ports that are needed, one by one.")});
    if (judge->failed + judge->unknown == before)
        dw_judge_pass_quietly(judge);
}

/* --- RT-017 --- */

static void runtimes(struct dw_judge *judge, const struct dw_container *container)
{
    const struct dw_container_text *given = &container->runtime;
    if (!dw_runtime_is_compose(container) || !dw_runtime_runs(container))
        return;
    if (given->problem.len > 0)
        dw_runtime_unknown(judge, container, given->node, given->problem);
    else if (given->text.len == 0 || dw_runtime_allows(judge, "runtimes", given->text))
        dw_judge_pass_quietly(judge);
    else
        dw_runtime_fail(judge, container, given->node,
                        (struct dw_runtime_fault){
                            .message = dw_judge_text(judge, "%.*s runs under the runtime %.*s, which is not one of those allowed",
                                                     DW_SLICE_ARG(container->what), DW_SLICE_ARG(given->text)),
                            .fix = DW_SLICE("Remove runtime, or name it in the policy: rules: RT-017: {runtimes: […]}.")});
}

/* --- RT-018 --- */

static void sysctls(struct dw_judge *judge, const struct dw_container *container)
{
    /* Pod Security Standards 1.37, check "sysctls". */
    static const char *const safe[] = {
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
        "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_wmem", "net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat",
    };
    if (!dw_runtime_runs(container))
        return;
    for (size_t i = 0; i < container->sysctls.len; i++) {
        const struct dw_container_item *item = &container->sysctls.at[i];
        bool known = false;
        for (size_t j = 0; j < sizeof(safe) / sizeof(safe[0]); j++)
            known |= dw_slice_is(item->name, safe[j]);
        if (item->problem.len > 0 && item->name.len == 0)
            dw_runtime_unknown(judge, container, item->node, item->problem);
        else if (known)
            dw_judge_pass_quietly(judge);
        else
            dw_runtime_fail(judge, container, item->node,
                            (struct dw_runtime_fault){
                                .message = dw_judge_text(judge, "%.*s sets the kernel parameter %.*s, which can harm other containers "
                                                                "or the host",
                                                         DW_SLICE_ARG(container->what), DW_SLICE_ARG(item->name)),
                                .fix = DW_SLICE("Remove it, or set it on the host for all.")});
    }
    if (container->sysctls.len == 0)
        dw_judge_pass_quietly(judge);
}

/* --- RT-020 --- */

/* A program of that name, or a shell line that begins with it. */
static bool is_sshd(struct dw_slice text)
{
    struct dw_slice word = dw_slice_part(dw_slice_trim(text), 0, dw_slice_find(dw_slice_trim(text), ' '));
    return dw_slice_is(dw_path_base(word), "sshd") || dw_slice_find_slice(text, DW_SLICE("/sbin/sshd")) != SIZE_MAX;
}

static bool is_ssh_port(struct dw_slice text)
{
    return dw_slice_is(dw_slice_part(text, 0, dw_slice_find(text, '/')), "22");
}

#define SSH_FIX "Remove it: docker exec or kubectl exec reach the container, with rights and traces of their own."

static void ssh_dockerfile(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_instruction *starts[2] = {dockerfile->entrypoint, dockerfile->command};
    size_t before = judge->failed;
    for (size_t i = 0; i < dockerfile->instructions.len; i++) {
        const struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        if (instruction->kind != DW_INSTRUCTION_EXPOSE || instruction->stage >= dockerfile->stages.len ||
            !dockerfile->stages.at[instruction->stage].chain)
            continue;
        for (size_t j = 0; j < instruction->argument_count; j++) {
            if (!is_ssh_port(instruction->arguments[j]))
                continue;
            struct dw_judge_finding finding = dw_judge_at_part(dockerfile, instruction, instruction->arguments[j]);
            finding.message = DW_SLICE("EXPOSE 22: the port of an SSH server");
            finding.fix = DW_SLICE(SSH_FIX);
            dw_judge_fail(judge, finding);
        }
    }
    for (size_t s = 0; s < 2; s++)
        if (starts[s] != NULL && starts[s]->argument_count > 0 && is_sshd(starts[s]->arguments[0])) {
            struct dw_judge_finding finding = dw_judge_at_instruction(dockerfile, starts[s]);
            finding.message = dw_judge_text(judge, "%s starts an SSH server", dw_instruction_name(starts[s]->kind));
            finding.fix = DW_SLICE(SSH_FIX);
            dw_judge_fail(judge, finding);
        }
    if (judge->failed == before)
        dw_judge_pass_quietly(judge);
}

static void ssh_image(struct dw_judge *judge, const struct dw_dockerfile *built_from)
{
    const struct dw_image_summary *image = &judge->subject->image;
    size_t before = judge->failed;
    (void)built_from;
    if (judge->subject->kind != DW_SUBJECT_IMAGE || image->image_id.len == 0)
        return;
    for (size_t i = 0; i < image->port_count; i++)
        if (is_ssh_port(image->ports[i]))
            dw_judge_fail(judge, (struct dw_judge_finding){.pointer = DW_SLICE("/config/ExposedPorts"),
                                                           .message = DW_SLICE("the image exposes port 22, of an SSH server"),
                                                           .fix = DW_SLICE(SSH_FIX)});
    if (image->entrypoint_count > 0 ? is_sshd(image->entrypoint[0]) : image->command_count > 0 && is_sshd(image->command[0]))
        dw_judge_fail(judge, (struct dw_judge_finding){
                                 .pointer = image->entrypoint_count > 0 ? DW_SLICE("/config/Entrypoint") : DW_SLICE("/config/Cmd"),
                                 .message = DW_SLICE("the image starts an SSH server"),
                                 .fix = DW_SLICE(SSH_FIX)});
    if (judge->failed == before)
        dw_judge_pass_quietly(judge);
}

static void ssh(struct dw_judge *judge, const struct dw_container *container)
{
    static const char *const keys[] = {"entrypoint", "command", "args"};
    size_t before = judge->failed;
    if (!dw_runtime_runs(container))
        return;
    for (size_t i = 0; i < container->ports.len; i++) {
        const struct dw_container_port *port = &container->ports.at[i];
        if (port->container_first <= 22 && port->container_last >= 22)
            dw_runtime_fail(judge, container, port->node,
                            (struct dw_runtime_fault){
                                .message = dw_judge_text(judge, "%.*s has port 22, of an SSH server", DW_SLICE_ARG(container->what)),
                                .fix = DW_SLICE(SSH_FIX)});
    }
    for (size_t i = 0; i < 3; i++) {
        const struct dw_node *node = dw_node_get(container->node, keys[i]);
        const struct dw_node *first = node != NULL && node->kind == DW_NODE_SEQUENCE && node->count > 0 ? node->items[0] : node;
        if (first != NULL && first->kind == DW_NODE_SCALAR && is_sshd(first->text))
            dw_runtime_fail(judge, container, first,
                            (struct dw_runtime_fault){
                                .message = dw_judge_text(judge, "%.*s starts an SSH server", DW_SLICE_ARG(container->what)),
                                .fix = DW_SLICE(SSH_FIX)});
    }
    if (judge->failed == before)
        dw_judge_pass_quietly(judge);
}

/* --- RT-021 --- */

/* The limit that the policy has for NAME, "NAME=NUMBER" among the parameter's values. */
static bool limit_of(struct dw_judge *judge, struct dw_slice name, uint64_t *most)
{
    size_t count;
    const struct dw_slice *values = dw_judge_parameter(judge, "ulimits", &count);
    for (size_t i = 0; i < count; i++) {
        size_t sign = dw_slice_find(values[i], '=');
        if (dw_slice_equal(dw_slice_part(values[i], 0, sign), name))
            return dw_parse_u64(dw_slice_from(values[i], sign + 1), most);
    }
    return false;
}

/* VALUE is one number, or soft and hard with something between. */
static bool is_above(struct dw_slice value, bool limited, uint64_t most)
{
    while (value.len > 0) {
        size_t length = 0;
        uint64_t number;
        if (value.at[0] == '-')
            return true; /* unlimited */
        while (length < value.len && dw_is_digit(value.at[length]))
            length++;
        if (length > 0 && limited && (!dw_parse_u64(dw_slice_part(value, 0, length), &number) || number > most))
            return true;
        value = dw_slice_from(value, length > 0 ? length : 1);
    }
    return false;
}

static void ulimits(struct dw_judge *judge, const struct dw_container *container)
{
    const struct dw_container_text *parent = &container->cgroup_parent;
    size_t before = judge->failed + judge->unknown;
    if (!dw_runtime_is_compose(container) || !dw_runtime_runs(container))
        return;
    for (size_t i = 0; i < container->ulimits.len; i++) {
        const struct dw_container_item *item = &container->ulimits.at[i];
        uint64_t most = 0;
        bool limited = limit_of(judge, item->name, &most);
        if (item->problem.len > 0)
            dw_runtime_unknown(judge, container, item->node, item->problem);
        else if (is_above(item->value, limited, most))
            dw_runtime_fail(judge, container, item->node,
                            (struct dw_runtime_fault){
                                .variant = "ulimit",
                                .message = dw_judge_text(judge, "%.*s raises the limit %.*s to %.*s", DW_SLICE_ARG(container->what),
                                                         DW_SLICE_ARG(item->name), DW_SLICE_ARG(item->value)),
                                .fix = DW_SLICE("Remove it, or set the number that is needed.")});
    }
    if (parent->problem.len > 0)
        dw_runtime_unknown(judge, container, parent->node, parent->problem);
    else if (parent->text.len > 0 && !dw_runtime_allows(judge, "cgroup-parents", parent->text))
        dw_runtime_fail(judge, container, parent->node,
                        (struct dw_runtime_fault){
                            .variant = "cgroup-parent",
                            .message = dw_judge_text(judge, "%.*s runs under the control group %.*s, not the engine's",
                                                     DW_SLICE_ARG(container->what), DW_SLICE_ARG(parent->text)),
                            .fix = DW_SLICE("Remove cgroup_parent.")});
    if (judge->failed + judge->unknown == before)
        dw_judge_pass_quietly(judge);
}

/* --- RT-022 --- */

/* A network beside the project's "default", which every service is in unasked. */
static bool has_own_network(const struct dw_node *networks)
{
    for (size_t i = 0; networks != NULL && i < networks->count; i++) {
        const struct dw_node *name = networks->kind == DW_NODE_MAPPING ? networks->keys[i] : networks->items[i];
        if (!dw_slice_is(name->text, "default"))
            return true;
    }
    return false;
}

static void network(struct dw_judge *judge, const struct dw_container *container)
{
    const struct dw_container_text *mode = &container->network;
    const struct dw_node *networks = dw_node_get(container->node, "networks");
    if (!dw_runtime_is_compose(container) || !dw_runtime_runs(container))
        return;
    if (mode->problem.len > 0)
        dw_runtime_unknown(judge, container, mode->node, mode->problem);
    else if (dw_slice_is(mode->text, "bridge") || dw_slice_is(mode->text, "default"))
        dw_runtime_fail(judge, container, mode->node,
                        (struct dw_runtime_fault){
                            .message = dw_judge_text(judge, "%.*s is in the engine's default network with every other container "
                                                            "of the host",
                                                     DW_SLICE_ARG(container->what)),
                            .fix = DW_SLICE("Remove network_mode: bridge; name a network under networks.")});
    else if (mode->text.len == 0 && !has_own_network(networks))
        dw_runtime_fail(judge, container, networks,
                        (struct dw_runtime_fault){
                            .message = dw_judge_text(judge, "%.*s names no network: it is in one with every service of the project",
                                                     DW_SLICE_ARG(container->what)),
                            .fix = DW_SLICE("networks: [frontend], and under the top-level networks: the line frontend:")});
    else
        dw_judge_pass_quietly(judge);
}

/* --- RT-024 --- */

static void host_code(struct dw_judge *judge, const struct dw_container *container)
{
    if (!dw_runtime_is_compose(container))
        return;
    for (size_t i = 0; i < container->host_code.len; i++) {
        const struct dw_container_item *item = &container->host_code.at[i];
        bool provider = dw_slice_is(item->name, "provider");
        dw_runtime_fail(judge, container, item->node,
                        (struct dw_runtime_fault){
                            .message = dw_judge_text(judge, "%.*s: %.*s%s%.*s%s %s", DW_SLICE_ARG(container->what),
                                                     DW_SLICE_ARG(item->name), item->value.len > 0 ? " \"" : "",
                                                     DW_SLICE_ARG(item->value), item->value.len > 0 ? "\"" : "",
                                                     provider ? "runs a program on the host" : "is read from the host"),
                            .fix = DW_SLICE("Remove it, or accept it by an exception with the reason.")});
    }
    for (size_t i = 0; i < container->security_unknown.len; i++) {
        const struct dw_container_item *item = &container->security_unknown.at[i];
        if (item->problem.len > 0)
            dw_runtime_unknown(judge, container, item->node, item->problem);
        else
            dw_runtime_fail(judge, container, item->node,
                            (struct dw_runtime_fault){
                                .message = dw_judge_text(judge, "%.*s: security_opt \"%.*s\" means nothing to an engine",
                                                         DW_SLICE_ARG(container->what), DW_SLICE_ARG(item->name)),
                                .fix = DW_SLICE("Write one of no-new-privileges, seccomp, apparmor, label, systempaths, "
                                                "writable-cgroups.")});
    }
    if (container->host_code.len + container->security_unknown.len == 0)
        dw_judge_pass_quietly(judge);
}

/* --- RT-025 --- */

/* Each of these reports a container without any security context; said twice it is noise. */
static bool is_reported(const struct dw_judge *judge, const struct dw_container *container)
{
    return !container->windows &&
           ((judge->settings->read_only_root && dw_runtime_rule_on(judge, "RT-001")) || dw_runtime_rule_on(judge, "RT-002") ||
            dw_runtime_rule_on(judge, "RT-005") || dw_runtime_rule_on(judge, "RT-006"));
}

static void security_context(struct dw_judge *judge, const struct dw_container *container)
{
    if (dw_runtime_is_compose(container))
        return;
    const struct dw_node *own = dw_node_get(container->node, "securityContext");
    const struct dw_node *pod = dw_node_get(container->pod, "securityContext");
    bool any = (own != NULL && own->count > 0) || (pod != NULL && pod->count > 0);
    if (!any && !is_reported(judge, container))
        dw_runtime_fail(judge, container, NULL,
                        (struct dw_runtime_fault){
                            .message = dw_judge_text(judge, "%.*s has no securityContext, nor has its pod",
                                                     DW_SLICE_ARG(container->what)),
                            .fix = DW_SLICE("securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}} at the pod")});
    else
        dw_judge_pass_quietly(judge);
}

/* --- rows --- */

#define SERVICE "services:\n  web:\n    image: shop:1.4\n"
#define POD     "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n"
#define APP     "  containers:\n    - name: app\n      image: shop:1.4\n"

static const struct dw_rule_variant port_variants[] = {
    {"any-address", DW_SEVERITY_UNKNOWN, "cis:5.14|kics:Container Traffic Not Bound To Host Interface", "on every address of the host"},
    {"privileged-port", DW_SEVERITY_UNKNOWN,
     "KSV-0117|cis:5.8|kl:privileged-ports|kics:Privileged Ports Mapped In Container", "a port below 1024 of the host"},
    {"host-port", DW_SEVERITY_UNKNOWN, "KSV-0024|pss:baseline/hostPorts", "Kubernetes: a port of the node"},
    {"publish-all", DW_SEVERITY_UNKNOWN, "", "every port that the image exposes"},
    {NULL},
};
static const struct dw_rule_example port_examples[] = {
    {"compose.yaml", SERVICE "    ports: [\"8080:8080\"]\n", SERVICE "    ports: [\"127.0.0.1:8080:8080\"]\n"},
    {"pod.yaml", POD APP "      ports: [{containerPort: 8080, hostPort: 8080}]\n", POD APP "      ports: [{containerPort: 8080}]\n"},
    {NULL},
};
static const char *const runtime_default[] = {"runc", "io.containerd.runc.v2", "crun", NULL};
static const struct dw_rule_parameter runtime_parameters[] = {
    {"runtimes", "runtimes that are allowed", runtime_default, true},
    {NULL},
};
static const struct dw_rule_example runtime_examples[] = {
    {"compose.yaml", SERVICE "    runtime: my-runtime\n", SERVICE "    runtime: runc\n"},
    {NULL},
};
static const struct dw_rule_example sysctl_examples[] = {
    {"compose.yaml", SERVICE "    sysctls: {kernel.msgmax: 65536}\n",
     SERVICE "    sysctls: {net.ipv4.ip_unprivileged_port_start: 0}\n"},
    {"pod.yaml", POD "  securityContext: {sysctls: [{name: kernel.msgmax, value: \"65536\"}]}\n" APP, POD APP},
    {NULL},
};
static const struct dw_rule_example ssh_examples[] = {
    {"Dockerfile", "FROM alpine:3.22\nEXPOSE 22\nCMD [\"/usr/sbin/sshd\", \"-D\"]\n",
     "FROM alpine:3.22\nEXPOSE 8080\nCMD [\"/server\"]\n"},
    {"compose.yaml", SERVICE "    ports: [\"127.0.0.1:2222:22\"]\n", SERVICE "    ports: [\"127.0.0.1:8080:8080\"]\n"},
    {"pod.yaml", POD APP "      ports: [{containerPort: 22}]\n", POD APP "      ports: [{containerPort: 8080}]\n"},
    {NULL},
};
static const struct dw_rule_variant ulimit_variants[] = {
    {"ulimit", DW_SEVERITY_UNKNOWN, "cis:5.19", "unlimited, or above what the policy has"},
    {"cgroup-parent", DW_SEVERITY_UNKNOWN, "cis:5.25|kics:Cgroup Not Default", "another parent than the engine's"},
    {NULL},
};
static const char *const ulimit_default[] = {"nofile=1048576", NULL},
                         *const parent_default[] = {"/docker", "docker", "system.slice", NULL};
static const struct dw_rule_parameter ulimit_parameters[] = {
    {"ulimits", "the most that a service may set, NAME=NUMBER each", ulimit_default, true},
    {"cgroup-parents", "parents that are the engine's own", parent_default, true},
    {NULL},
};
static const struct dw_rule_example ulimit_examples[] = {
    {"compose.yaml", SERVICE "    ulimits: {memlock: -1}\n", SERVICE "    ulimits: {nofile: 65536}\n"},
    {NULL},
};
static const struct dw_rule_example network_examples[] = {
    {"compose.yaml", SERVICE "    network_mode: bridge\n", SERVICE "    networks: [frontend]\nnetworks:\n  frontend:\n"},
    {NULL},
};
static const struct dw_rule_example host_code_examples[] = {
    {"compose.yaml", "services:\n  database:\n    provider: {type: cloud}\n", SERVICE},
    {NULL},
};

static const struct dw_rule_example context_examples[] = {
    {"pod.yaml", POD "  os: {name: windows}\n" APP, POD "  os: {name: windows}\n  securityContext: {runAsNonRoot: true}\n" APP},
    {NULL},
};

const struct dw_rule dw_exposure_rules[] = {
    {.id = "RT-016",
     .title = "Published ports bound and unprivileged",
     .chapter = 0,
     .severity = DW_SEVERITY_MEDIUM,
     .repair = DW_REPAIR_REVIEW,
     .what = "Published ports are bound to an address, are not below 1024, and in Kubernetes are no ports of the node.",
     .why = "A published port is open on every network of the host; the engine opens it past the host's firewall rules.",
     .fix = "Write the address before the port: \"127.0.0.1:8080:8080\"; in Kubernetes use a Service.",
     .aliases = "cis:5.9",
     .pass = "no port is published too widely",
     .none = "no container is described here",
     .variants = port_variants,
     .examples = port_examples,
     .container = ports},
    {.id = "RT-017",
     .title = "Runtime allowed",
     .chapter = 4,
     .severity = DW_SEVERITY_LOW,
     .what = "A Compose service runs under the engine's default runtime or one that is allowed.",
     .why = "The runtime is the program that builds the walls; another one may build fewer.",
     .fix = "Remove runtime, or allow it in the policy.",
     .aliases = "",
     .pass = "every runtime is allowed",
     .none = "no Compose service is described here",
     .parameters = runtime_parameters,
     .examples = runtime_examples,
     .container = runtimes},
    {.id = "RT-018",
     .title = "Safe sysctls only",
     .chapter = 0,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "Kernel parameters that a container sets are of those that touch its own namespaces only and cannot harm others (Pod "
     "Security Standards, 1.37).",
     .why = "Other parameters let a container take memory from the kernel or change how the host works.",
     .fix = "Remove the parameter, or set it on the host for all.",
     .aliases = "KSV-0026|kl:unsafe-sysctls|pss:baseline/sysctls",
     .pass = "no unsafe kernel parameter is set",
     .none = "no container is described here",
     .examples = sysctl_examples,
     .container = sysctls},
    {.id = "RT-020",
     .title = "No SSH server",
     .chapter = 0,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "Neither port 22 nor sshd as the program that is started.",
     .why = "An SSH server in a container is a second way in, with keys and accounts that nobody manages.",
     .fix = "Remove it; docker exec and kubectl exec reach a container.",
     .aliases = "DS-0004|CKV_DOCKER_1|cis:5.7|kl:ssh-port",
     .pass = "no SSH server",
     .none = "nothing that runs is described here",
     .examples = ssh_examples,
     .dockerfile = ssh_dockerfile,
     .container = ssh,
     .image = ssh_image},
    {.id = "RT-021",
     .title = "Ulimits and cgroup parent default",
     .chapter = 0,
     .severity = DW_SEVERITY_LOW,
     .what = "A Compose service raises no limit of its processes beyond what the policy has, and runs under the engine's control group.",
     .why = "Limits and control groups of its own take a service out of what the host's owner has set for all.",
     .fix = "Remove ulimits and cgroup_parent, or set the number that is needed.",
     .aliases = "",
     .pass = "limits and control groups are the engine's",
     .none = "no Compose service is described here",
     .variants = ulimit_variants,
     .parameters = ulimit_parameters,
     .examples = ulimit_examples,
     .container = ulimits},
    {.id = "RT-022",
     .title = "Own network",
     .chapter = 0,
     .severity = DW_SEVERITY_LOW,
     .what = "A Compose service is in a network that is named, not in the engine's default bridge or the project's default network.",
     .why = "Services that share a network can all reach each other's ports, published or not.",
     .fix = "Name networks, and put each service only into those it needs.",
     .aliases = "cis:5.30|kics:Networks Not Set",
     .pass = "every service is in networks of its own",
     .none = "no Compose service is described here",
     .examples = network_examples,
     .container = network},
    {.id = "RT-024",
     .title = "No host code from configuration",
     .chapter = 4,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "No Compose service runs a program on the host (provider) or reads credentials of it (credential_spec), and security_opt "
     "has no key that nobody knows.",
     .why = "Who can change the file then decides what runs on the host; an option with a slip in its name protects nothing.",
     .fix = "Remove it, or accept it by an exception with the reason.",
     .aliases = "",
     .pass = "nothing of the host is run or read",
     .none = "no Compose service is described here",
     .examples = host_code_examples,
     .container = host_code},
    {.id = "RT-025",
     .title = "Security context present",
     .chapter = 4,
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .what = "A container or its pod has a securityContext. Silent where RT-001, RT-002, RT-005 or RT-006 say more.",
     .why = "Without one every setting is the cluster's default, which is the least strict.",
     .fix = "Write a securityContext at the pod and at the container.",
     .aliases = "KSV-0118|CKV_K8S_29|CKV_K8S_30",
     .pass = "every container has a security context, or other rules say what it lacks",
     .none = "no Kubernetes container is described here",
     .examples = context_examples,
     .container = security_context},
};
const size_t dw_exposure_rule_count = DW_RULE_COUNT(dw_exposure_rules);
