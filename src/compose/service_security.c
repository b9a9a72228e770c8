/* SPDX-License-Identifier: Apache-2.0
 *
 * What a service may do beyond its own process: privileges, capabilities, security options (docs.docker.com, "docker run",
 * --security-opt), namespaces, devices. */
#include "compose/service.h"

static struct dw_slice upper(struct compose_loader *loader, struct dw_slice text)
{
    char *copy = dw_arena_alloc(loader->arena, text.len + 1, 1);
    for (size_t i = 0; i < text.len; i++)
        copy[i] = text.at[i] >= 'a' && text.at[i] <= 'z' ? (char)(text.at[i] - 32) : text.at[i];
    return dw_slice_make(copy, text.len);
}

static void capabilities(struct compose_service *service, struct dw_container_items *items, const char *key)
{
    const struct dw_node *list = compose_get(service->node, key);
    items->node = list;
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        struct dw_slice name = upper(service->loader, list->items[i]->text);
        if (dw_slice_starts_with(name, "CAP_"))
            name = dw_slice_from(name, 4);
        compose_item(items, service->loader, name, DW_SLICE(""), list->items[i]);
    }
}

static void set_switch(struct compose_service *service, struct dw_container_switch *result, struct dw_slice value,
                       const struct dw_node *node)
{
    result->node = node;
    result->problem = DW_SLICE("");
    if (value.len == 0 || dw_slice_equal_nocase(value, DW_SLICE("true"))) {
        result->value = DW_SWITCH_ON;
    } else if (dw_slice_equal_nocase(value, DW_SLICE("false"))) {
        result->value = DW_SWITCH_OFF;
    } else {
        result->value = DW_SWITCH_UNKNOWN;
        result->problem =
            dw_arena_printf(service->loader->arena, "\"%.*s\" is neither true nor false", DW_SLICE_ARG(value));
    }
}

static void set_profile(struct compose_service *service, struct dw_container_profile *profile, struct dw_slice value,
                        const struct dw_node *node, bool file)
{
    struct compose_loader *loader = service->loader;
    *profile = (struct dw_container_profile){.kind = DW_PROFILE_CUSTOM, .path = DW_SLICE("")};
    profile->text = compose_text_of(loader, node);
    profile->text.text = value;
    if (profile->text.problem.len > 0 || value.len == 0) {
        profile->kind = DW_PROFILE_UNKNOWN;
        if (value.len == 0 && profile->text.problem.len == 0)
            profile->text.problem = DW_SLICE("no profile is named");
    } else if (dw_slice_is(value, "unconfined")) {
        profile->kind = DW_PROFILE_UNCONFINED;
    } else if (dw_slice_is(value, file ? "builtin" : "docker-default")) {
        profile->kind = DW_PROFILE_DEFAULT;
    } else if (file && value.at[0] != '{') {
        profile->path = compose_copy_path(loader, compose_path(loader->project, node, value));
    }
}

/* label=user:x and its like; "disable" switches all off. */
static void set_label(struct compose_service *service, struct dw_slice value, const struct dw_node *node)
{
    size_t colon = dw_slice_find(value, ':');
    service->container->selinux.node = node;
    compose_item(&service->container->selinux, service->loader, dw_slice_part(value, 0, colon),
                 colon == SIZE_MAX ? DW_SLICE("") : dw_slice_from(value, colon + 1), node);
}

static void security_option(struct compose_service *service, const struct dw_node *node)
{
    struct dw_container *container = service->container;
    struct dw_slice text = node->text, value = DW_SLICE("");
    size_t at = 0;
    while (at < text.len && text.at[at] != '=' && text.at[at] != ':')
        at++;
    struct dw_slice name = dw_slice_part(text, 0, at);
    if (at < text.len)
        value = dw_slice_from(text, at + 1);
    if (dw_slice_is(name, "no-new-privileges"))
        set_switch(service, &container->no_new_privileges, value, node);
    else if (dw_slice_is(name, "seccomp"))
        set_profile(service, &container->seccomp, value, node, true);
    else if (dw_slice_is(name, "apparmor"))
        set_profile(service, &container->apparmor, value, node, false);
    else if (dw_slice_is(name, "label"))
        set_label(service, value, node);
    else if (dw_slice_is(text, "systempaths=unconfined") || dw_slice_is(text, "systempaths:unconfined"))
        set_switch(service, &container->system_paths_unconfined, DW_SLICE("true"), node);
    else if (dw_slice_is(name, "writable-cgroups"))
        set_switch(service, &container->writable_cgroups, value, node);
    else
        compose_item(&container->security_unknown, service->loader, name, value, node);
    struct dw_slice problem = compose_problem(service->loader, node);
    if (problem.len > 0 && dw_slice_is(name, "no-new-privileges"))
        container->no_new_privileges =
            (struct dw_container_switch){.value = DW_SWITCH_UNKNOWN, .node = node, .problem = problem};
    /* An option that cannot be told may be any of them. */
    if (problem.len > 0 && name.len == 0) {
        if (container->no_new_privileges.node == NULL)
            container->no_new_privileges =
                (struct dw_container_switch){.value = DW_SWITCH_UNKNOWN, .node = node, .problem = problem};
        if (container->seccomp.text.node == NULL)
            set_profile(service, &container->seccomp, value, node, true);
        if (container->apparmor.text.node == NULL)
            set_profile(service, &container->apparmor, value, node, false);
    }
}

/* What is asked for of the host's devices. */
static void devices(struct compose_service *service)
{
    static const char *const lists[] = {"devices", "device_cgroup_rules", "gpus"};
    struct compose_loader *loader = service->loader;
    struct dw_container_items *items = &service->container->devices;
    const struct dw_node *reserved =
        compose_get(compose_get(compose_get(compose_get(service->node, "deploy"), "resources"), "reservations"), "devices");
    for (size_t i = 0; i <= sizeof(lists) / sizeof(lists[0]); i++) {
        bool last = i == sizeof(lists) / sizeof(lists[0]);
        const struct dw_node *list = last ? reserved : compose_get(service->node, lists[i]);
        struct dw_slice name = last ? DW_SLICE("deploy.resources.reservations.devices") : dw_slice_of(lists[i]);
        if (list == NULL)
            continue;
        if (items->node == NULL)
            items->node = list;
        if (list->kind == DW_NODE_SCALAR)
            compose_item(items, loader, name, list->text, list);
        for (size_t j = 0; list->kind == DW_NODE_SEQUENCE && j < list->count; j++) {
            const struct dw_node *item = list->items[j], *source = compose_get(item, "source"), *driver = compose_get(item, "driver");
            struct dw_slice value = item->kind == DW_NODE_SCALAR ? item->text
                                    : source != NULL              ? source->text
                                    : driver != NULL              ? driver->text
                                                                  : DW_SLICE("");
            compose_item(items, loader, name, value, item);
        }
    }
}

void compose_service_security(struct compose_service *service)
{
    struct compose_loader *loader = service->loader;
    struct dw_container *container = service->container;
    const struct dw_node *node = service->node, *options = compose_get(node, "security_opt");
    struct dw_container_switch *const unset[] = {&container->no_new_privileges, &container->system_paths_unconfined,
                                                 &container->writable_cgroups, &container->liveness, &container->readiness,
                                                 &container->publish_all};
    for (size_t i = 0; i < sizeof(unset) / sizeof(unset[0]); i++)
        unset[i]->problem = DW_SLICE("");
    struct dw_container_text empty = compose_text_of(loader, NULL);
    container->proc_mount = empty;
    container->seccomp = container->apparmor = (struct dw_container_profile){.text = empty, .path = DW_SLICE("")};
    container->read_only = compose_switch_of(loader, compose_get(node, "read_only"));
    container->privileged = compose_switch_of(loader, compose_get(node, "privileged"));
    container->api_socket = compose_switch_of(loader, compose_get(node, "use_api_socket"));
    capabilities(service, &container->capabilities_add, "cap_add");
    capabilities(service, &container->capabilities_drop, "cap_drop");
    for (size_t i = 0; options != NULL && i < options->count; i++)
        security_option(service, options->items[i]);
    container->pid = compose_text_of(loader, compose_get(node, "pid"));
    container->network = compose_text_of(loader, compose_get(node, "network_mode"));
    container->ipc = compose_text_of(loader, compose_get(node, "ipc"));
    container->uts = compose_text_of(loader, compose_get(node, "uts"));
    container->user_namespace = compose_text_of(loader, compose_get(node, "userns_mode"));
    container->cgroup = compose_text_of(loader, compose_get(node, "cgroup"));
    devices(service);
}
