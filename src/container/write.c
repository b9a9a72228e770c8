/* SPDX-License-Identifier: Apache-2.0 */
#include "container/write.h"

void dw_container_write_place(const struct dw_node *node, struct dw_json_writer *json)
{
    if (node == NULL)
        return;
    dw_json_string(json, "path", node->document->name);
    dw_json_integer(json, "line", node->line);
    dw_json_integer(json, "column", node->column);
}

static void write_problem(struct dw_json_writer *json, const char *key, struct dw_slice written, struct dw_slice problem)
{
    dw_json_object_begin(json, key);
    dw_json_string_if(json, "written", written);
    dw_json_string(json, "problem", problem);
    dw_json_object_end(json);
}

static void write_switch(struct dw_json_writer *json, const char *key, const struct dw_container_switch *value)
{
    if (value->value == DW_SWITCH_UNKNOWN)
        write_problem(json, key, DW_SLICE(""), value->problem);
    else if (value->value != DW_SWITCH_UNSET)
        dw_json_bool(json, key, value->value == DW_SWITCH_ON);
}

static void write_text(struct dw_json_writer *json, const char *key, const struct dw_container_text *text)
{
    if (text->problem.len > 0)
        write_problem(json, key, text->written, text->problem);
    else if (text->node != NULL || text->text.len > 0)
        dw_json_string(json, key, text->text);
}

/* Names alone, or objects of name and value. */
static void write_items(struct dw_json_writer *json, const char *key, const struct dw_container_items *items, bool values)
{
    if (items->len == 0 && items->node == NULL)
        return;
    dw_json_array_begin(json, key);
    for (size_t i = 0; i < items->len; i++) {
        const struct dw_container_item *item = &items->at[i];
        if (item->problem.len > 0) {
            write_problem(json, NULL, item->name, item->problem);
        } else if (!values) {
            dw_json_string(json, NULL, item->name);
        } else {
            dw_json_object_begin(json, NULL);
            dw_json_string(json, "name", item->name);
            dw_json_string(json, "value", item->value);
            dw_json_object_end(json);
        }
    }
    dw_json_array_end(json);
}

static void write_profile(struct dw_json_writer *json, const char *key, const struct dw_container_profile *profile)
{
    static const char *const kinds[] = {[DW_PROFILE_DEFAULT] = "default",
                                        [DW_PROFILE_UNCONFINED] = "unconfined",
                                        [DW_PROFILE_CUSTOM] = "custom",
                                        [DW_PROFILE_UNKNOWN] = "unknown"};
    if (profile->kind == DW_PROFILE_UNSET)
        return;
    dw_json_object_begin(json, key);
    dw_json_text(json, "kind", kinds[profile->kind]);
    if (profile->kind == DW_PROFILE_CUSTOM)
        dw_json_string_if(json, "name", profile->text.text);
    dw_json_string_if(json, "file", profile->path);
    dw_json_string_if(json, "problem", profile->text.problem);
    dw_json_object_end(json);
}

static void write_images(struct dw_json_writer *json, const struct dw_container *container)
{
    static const char *const uses[] = {[DW_CONTAINER_IMAGE] = "container",
                                       [DW_CONTAINER_IMAGE_VOLUME] = "volume",
                                       [DW_CONTAINER_BUILD_CONTEXT] = "build-context"};
    dw_json_array_begin(json, "images");
    for (size_t i = 0; i < container->images.len; i++) {
        const struct dw_container_image *image = &container->images.at[i];
        dw_json_object_begin(json, NULL);
        dw_json_text(json, "use", uses[image->use]);
        write_text(json, "reference", &image->reference);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
}

static void write_mounts(struct dw_json_writer *json, const struct dw_container *container)
{
    static const char *const kinds[] = {[DW_MOUNT_BIND] = "bind",   [DW_MOUNT_VOLUME] = "volume", [DW_MOUNT_TMPFS] = "tmpfs",
                                        [DW_MOUNT_NPIPE] = "npipe", [DW_MOUNT_IMAGE] = "image",   [DW_MOUNT_OTHER] = "other"};
    dw_json_array_begin(json, "mounts");
    for (size_t i = 0; i < container->mounts.len; i++) {
        const struct dw_container_mount *mount = &container->mounts.at[i];
        dw_json_object_begin(json, NULL);
        dw_json_text(json, "kind", kinds[mount->kind]);
        dw_json_string_if(json, "type", mount->type);
        dw_json_string_if(json, "source", mount->source);
        dw_json_string_if(json, "target", mount->target);
        dw_json_bool(json, "read_only", mount->read_only);
        dw_json_string_if(json, "propagation", mount->propagation);
        if (mount->in_disguise)
            dw_json_bool(json, "in_disguise", true);
        dw_json_string_if(json, "problem", mount->problem);
        dw_json_integer(json, "line", mount->node != NULL ? mount->node->line : 0);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
}

static void write_ports(struct dw_json_writer *json, const struct dw_container *container)
{
    dw_json_array_begin(json, "ports");
    for (size_t i = 0; i < container->ports.len; i++) {
        const struct dw_container_port *port = &container->ports.at[i];
        dw_json_object_begin(json, NULL);
        dw_json_bool(json, "published", port->published);
        dw_json_string_if(json, "host_address", port->host_address);
        dw_json_integer(json, "host_first", port->host_first);
        dw_json_integer(json, "host_last", port->host_last);
        dw_json_integer(json, "container_first", port->container_first);
        dw_json_integer(json, "container_last", port->container_last);
        dw_json_string_if(json, "protocol", port->protocol);
        dw_json_string_if(json, "problem", port->problem);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
}

static void write_environment(struct dw_json_writer *json, const struct dw_container *container)
{
    static const char *const sources[] = {[DW_VARIABLE_LITERAL] = "literal",
                                          [DW_VARIABLE_SHELL] = "shell",
                                          [DW_VARIABLE_FILE] = "file",
                                          [DW_VARIABLE_REFERENCE] = "reference"};
    dw_json_array_begin(json, "environment");
    for (size_t i = 0; i < container->environment.len; i++) {
        const struct dw_container_variable *variable = &container->environment.at[i];
        dw_json_object_begin(json, NULL);
        dw_json_string(json, "name", variable->name);
        dw_json_text(json, "source", sources[variable->source]);
        dw_json_string_if(json, "file", variable->file);
        dw_json_string_if(json, "reference", variable->reference);
        dw_json_integer(json, "line", variable->node != NULL ? variable->node->line : 0);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
}

static void write_hooks(struct dw_json_writer *json, const struct dw_container *container)
{
    if (container->hooks.len == 0)
        return;
    dw_json_array_begin(json, "hooks");
    for (size_t i = 0; i < container->hooks.len; i++) {
        const struct dw_container_hook *hook = &container->hooks.at[i];
        dw_json_object_begin(json, NULL);
        dw_json_string(json, "name", hook->name);
        write_text(json, "user", &hook->user);
        write_switch(json, "privileged", &hook->privileged);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
}

static void write_security(struct dw_json_writer *json, const struct dw_container *container)
{
    write_text(json, "user", &container->user);
    write_switch(json, "run_as_non_root", &container->run_as_non_root);
    write_items(json, "groups", &container->groups, false);
    write_switch(json, "read_only", &container->read_only);
    write_switch(json, "privileged", &container->privileged);
    write_switch(json, "no_new_privileges", &container->no_new_privileges);
    write_items(json, "capabilities_add", &container->capabilities_add, false);
    write_items(json, "capabilities_drop", &container->capabilities_drop, false);
    write_profile(json, "seccomp", &container->seccomp);
    write_profile(json, "apparmor", &container->apparmor);
    write_items(json, "selinux", &container->selinux, true);
    write_switch(json, "system_paths_unconfined", &container->system_paths_unconfined);
    write_switch(json, "writable_cgroups", &container->writable_cgroups);
    write_text(json, "proc_mount", &container->proc_mount);
    write_items(json, "security_unknown", &container->security_unknown, true);
    write_text(json, "pid", &container->pid);
    write_text(json, "network", &container->network);
    write_text(json, "ipc", &container->ipc);
    write_text(json, "uts", &container->uts);
    write_text(json, "user_namespace", &container->user_namespace);
    write_text(json, "cgroup", &container->cgroup);
}

static void write_rest(struct dw_json_writer *json, const struct dw_container *container)
{
    write_switch(json, "api_socket", &container->api_socket);
    write_items(json, "devices", &container->devices, true);
    write_text(json, "pids_limit", &container->pids_limit);
    write_text(json, "memory_limit", &container->memory_limit);
    write_text(json, "cpu_limit", &container->cpu_limit);
    write_text(json, "memory_request", &container->memory_request);
    write_text(json, "cpu_request", &container->cpu_request);
    write_switch(json, "oom_kill_disable", &container->oom_kill_disable);
    write_switch(json, "health_check", &container->health_check);
    write_switch(json, "liveness", &container->liveness);
    write_switch(json, "readiness", &container->readiness);
    write_text(json, "log_driver", &container->log_driver);
    write_items(json, "log_options", &container->log_options, true);
    write_text(json, "restart", &container->restart);
    write_switch(json, "publish_all", &container->publish_all);
    write_text(json, "runtime", &container->runtime);
    write_text(json, "cgroup_parent", &container->cgroup_parent);
    write_items(json, "sysctls", &container->sysctls, true);
    write_items(json, "ulimits", &container->ulimits, true);
    write_items(json, "host_code", &container->host_code, true);
}

void dw_container_write(const struct dw_container *container, struct dw_json_writer *json, const char *key)
{
    static const char *const roles[] = {"main", "init", "ephemeral"};
    dw_json_object_begin(json, key);
    dw_json_string(json, "name", container->name);
    dw_json_text(json, "role", roles[container->role]);
    dw_container_write_place(container->node, json);
    dw_json_string_if(json, "profiles", container->profiles);
    if (container->built)
        dw_json_bool(json, "built", true);
    dw_json_string_if(json, "build_problem", container->build_problem);
    if (container->windows)
        dw_json_bool(json, "windows", true);
    if (container->host_users_off)
        dw_json_bool(json, "host_users", false);
    write_images(json, container);
    write_security(json, container);
    write_hooks(json, container);
    write_mounts(json, container);
    write_ports(json, container);
    write_environment(json, container);
    write_rest(json, container);
    dw_json_object_end(json);
}
