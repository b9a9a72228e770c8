/* SPDX-License-Identifier: Apache-2.0
 *
 * What the reference loader rejects of a whole project: names that nothing defines, settings that exclude each other, values that
 * cannot be read, cycles. */
#include "compose/internal.h"

struct project {
    struct compose_loader *loader;
    const struct dw_node *services, *networks, *volumes, *secrets, *configs, *models;
    struct dw_map service_index, network_index, volume_index, secret_index, config_index, model_index;
};

static bool is_known(const struct dw_node *mapping, const struct dw_map *index, struct dw_slice name)
{
    return mapping != NULL && mapping->kind == DW_NODE_MAPPING && dw_map_find(index, name) != NULL;
}

/* Is it known what NODE says? */
static bool is_told(const struct dw_node *node)
{
    const struct compose_scalar *scalar = node->kind == DW_NODE_SCALAR ? compose_interpolated(node) : NULL;
    return scalar == NULL || scalar->missing.len == 0;
}

static bool text_is(const struct dw_node *node, const char *text)
{
    return node != NULL && node->kind == DW_NODE_SCALAR && dw_slice_is(node->text, text);
}

static bool is_true(const struct dw_node *node)
{
    bool value;
    return node != NULL && ((node->kind == DW_NODE_MAPPING) || (compose_bool(node, &value) && value));
}

/* ---- resources ------------------------------------------------------------------------------------------------------- */

static bool check_external(struct compose_loader *loader, const struct dw_node *resource)
{
    static const char *const allowed[] = {"external", "name"};
    if (!is_true(dw_node_get(resource, "external")))
        return true;
    for (size_t i = 0; i < resource->count; i++) {
        struct dw_slice key = resource->keys[i]->text;
        bool good = dw_slice_starts_with(key, "x-");
        for (size_t j = 0; j < 2; j++)
            good |= dw_slice_is(key, allowed[j]);
        if (!good)
            return compose_fail(loader, resource->keys[i], "conflicting parameters: \"external\" and \"%.*s\"", DW_SLICE_ARG(key));
    }
    return true;
}

/* Of secrets and configs: exactly one source. */
static bool check_source(struct compose_loader *loader, const struct dw_node *key, const struct dw_node *resource, bool secret)
{
    static const char *const sources[] = {"file", "environment", "content"};
    size_t count = 0;
    for (size_t i = 0; i < 3; i++)
        count += dw_node_get(resource, sources[i]) != NULL;
    if (count > 1)
        return compose_fail(loader, key, "\"file\", \"environment\"%s are mutually exclusive", secret ? "" : " and \"content\"");
    if (count == 0 && dw_node_get(resource, "driver") == NULL && dw_node_get(resource, "external") == NULL)
        return compose_fail(loader, key, "%s \"%.*s\" needs \"file\" or \"environment\"%s", secret ? "secret" : "config",
                            DW_SLICE_ARG(key->text), secret ? "" : " or \"content\"");
    return true;
}

static bool check_resources(struct project *project)
{
    for (size_t i = 0; project->volumes != NULL && i < project->volumes->count; i++)
        if (project->volumes->items[i]->kind == DW_NODE_MAPPING && !check_external(project->loader, project->volumes->items[i]))
            return false;
    for (size_t i = 0; project->secrets != NULL && i < project->secrets->count; i++)
        if (!check_source(project->loader, project->secrets->keys[i], project->secrets->items[i], true))
            return false;
    for (size_t i = 0; project->configs != NULL && i < project->configs->count; i++)
        if (!check_source(project->loader, project->configs->keys[i], project->configs->items[i], false))
            return false;
    return true;
}

/* ---- services -------------------------------------------------------------------------------------------------------- */

/* Names in NODE (a list or the keys of a mapping) that nothing defines. */
static bool check_names(struct compose_loader *loader, const struct dw_node *node, const struct dw_node *defined,
                        const struct dw_map *index, const char *always, const char *what)
{
    for (size_t i = 0; node != NULL && i < node->count; i++) {
        const struct dw_node *name = node->kind == DW_NODE_MAPPING ? node->keys[i] : node->items[i];
        if (is_told(name) && !is_known(defined, index, name->text) && !dw_slice_is(name->text, always))
            return compose_fail(loader, name, "refers to the undefined %s \"%.*s\"", what, DW_SLICE_ARG(name->text));
    }
    return true;
}

static bool check_dependencies(struct project *project, const struct dw_node *service)
{
    const struct dw_node *list = compose_get(service, "depends_on");
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        bool required = true;
        const struct dw_node *name = list->kind == DW_NODE_MAPPING ? list->keys[i] : list->items[i];
        const struct dw_node *switched = list->kind == DW_NODE_MAPPING ? dw_node_get(list->items[i], "required") : NULL;
        if (is_known(project->services, &project->service_index, name->text) || !is_told(name))
            continue;
        if (switched == NULL || !compose_bool(switched, &required) || required)
            return compose_fail(project->loader, name, "depends on the undefined service \"%.*s\"", DW_SLICE_ARG(name->text));
    }
    return true;
}

static bool check_grants(struct compose_loader *loader, const struct dw_node *list, const struct dw_node *defined,
                         const struct dw_map *index, const char *what)
{
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct dw_node *item = list->items[i];
        const struct dw_node *source = item->kind == DW_NODE_MAPPING ? compose_get(item, "source") : item;
        if (source != NULL && is_told(source) && !is_known(defined, index, source->text))
            return compose_fail(loader, source, "refers to the undefined %s \"%.*s\"", what, DW_SLICE_ARG(source->text));
    }
    return true;
}

static bool check_volumes(struct project *project, const struct dw_node *service)
{
    const struct dw_node *list = compose_get(service, "volumes");
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct dw_node *item = list->items[i], *at = item;
        struct compose_volume volume = {.source = DW_SLICE("")};
        struct dw_slice name = DW_SLICE("");
        if (!is_told(item))
            continue;
        if (item->kind == DW_NODE_SCALAR) {
            if (!compose_volume_split(item->text, &volume))
                return compose_fail(project->loader, item, "\"%.*s\" is no volume: [SOURCE:]TARGET[:MODE] was expected",
                                    DW_SLICE_ARG(item->text));
            name = compose_is_path(volume.source) ? DW_SLICE("") : volume.source;
        } else {
            const struct dw_node *type = compose_get(item, "type"), *source = compose_get(item, "source");
            if (compose_get(item, "target") == NULL)
                return compose_fail(project->loader, item, "the volume has no target");
            if (source != NULL && !is_told(source))
                continue;
            const struct dw_node *size = compose_get(compose_get(item, "tmpfs"), "size");
            if (size != NULL && is_told(size) && size->text.len > 0 && size->text.at[0] == '-')
                return compose_fail(project->loader, size, "a size must not be negative");
            if (text_is(type, "bind") && (source == NULL || source->text.len == 0))
                return compose_fail(project->loader, item, "a bind mount needs a source that is not empty");
            if (text_is(type, "volume") && source != NULL) {
                name = source->text;
                at = source;
            }
        }
        if (name.len > 0 && !is_known(project->volumes, &project->volume_index, name))
            return compose_fail(project->loader, at, "refers to the undefined volume \"%.*s\"", DW_SLICE_ARG(name));
    }
    return true;
}

static bool check_ports(struct compose_loader *loader, const struct dw_node *service)
{
    const struct dw_node *list = compose_get(service, "ports");
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct dw_node *item = list->items[i];
        struct compose_port port;
        unsigned first, last;
        if (item->kind == DW_NODE_SCALAR) {
            if (is_told(item) && !compose_port_parse(item->text, &port))
                return compose_fail(loader, item, "\"%.*s\" is no port: [[ADDRESS:]HOST:]CONTAINER[/PROTOCOL] was expected",
                                    DW_SLICE_ARG(item->text));
            continue;
        }
        const struct dw_node *target = compose_get(item, "target"), *published = compose_get(item, "published");
        if (target == NULL)
            return compose_fail(loader, item, "the port has no target");
        if (is_told(target) && (!compose_port_range(target->text, &first, &last) || first != last))
            return compose_fail(loader, target, "\"%.*s\" is no port number", DW_SLICE_ARG(target->text));
        if (published != NULL && is_told(published) && published->text.len > 0 &&
            !compose_port_range(published->text, &first, &last))
            return compose_fail(loader, published, "\"%.*s\" is no port number or range", DW_SLICE_ARG(published->text));
    }
    return true;
}

/* "service:NAME" of network_mode, ipc, pid. */
static bool check_shared(struct project *project, const struct dw_node *service, const char *key)
{
    const struct dw_node *node = compose_get(service, key);
    struct dw_slice prefix = DW_SLICE("service:");
    if (node == NULL || !is_told(node) || !dw_slice_starts(node->text, prefix) ||
        is_known(project->services, &project->service_index, dw_slice_from(node->text, prefix.len)))
        return true;
    return compose_fail(project->loader, node, "refers to the undefined service \"%.*s\"",
                        DW_SLICE_ARG(dw_slice_from(node->text, prefix.len)));
}

/* Values of a service that must be readable. */
static bool check_values(struct compose_loader *loader, const struct dw_node *service)
{
    static const char *const sizes[] = {"mem_limit", "mem_reservation", "memswap_limit", "shm_size"};
    static const char *const durations[] = {"interval", "timeout", "start_period", "start_interval"};
    static const char *const switches[] = {"privileged", "read_only", "init", "tty", "stdin_open", "oom_kill_disable", "attach"};
    double bytes;
    bool value;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        const struct dw_node *node = compose_get(service, sizes[i]);
        if (node != NULL && is_told(node) && !compose_size(node->text, &bytes))
            return compose_fail(loader, node, "\"%.*s\" is no size: a number with b, k, m or g was expected", DW_SLICE_ARG(node->text));
    }
    for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
        const struct dw_node *node = compose_get(compose_get(service, "healthcheck"), durations[i]);
        if (node != NULL && is_told(node) && !compose_is_duration(node->text))
            return compose_fail(loader, node, "\"%.*s\" is no duration: write 30s or 1m30s", DW_SLICE_ARG(node->text));
    }
    const struct dw_node *grace = compose_get(service, "stop_grace_period");
    if (grace != NULL && is_told(grace) && !compose_is_duration(grace->text))
        return compose_fail(loader, grace, "\"%.*s\" is no duration: write 30s or 1m30s", DW_SLICE_ARG(grace->text));
    for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
        const struct dw_node *node = compose_get(service, switches[i]);
        if (node != NULL && is_told(node) && !compose_bool(node, &value))
            return compose_fail(loader, node, "\"%.*s\" is neither true nor false", DW_SLICE_ARG(node->text));
    }
    return true;
}

/* GPUs and other devices that are asked for: by number or by id, not both. */
static bool check_requests(struct compose_loader *loader, const struct dw_node *list)
{
    for (size_t i = 0; list != NULL && list->kind == DW_NODE_SEQUENCE && i < list->count; i++) {
        const struct dw_node *count = compose_get(list->items[i], "count");
        uint64_t number;
        if (count != NULL && compose_get(list->items[i], "device_ids") != NULL)
            return compose_fail(loader, count, "\"count\" and \"device_ids\" are exclusive");
        if (count != NULL && is_told(count) && !dw_slice_is(count->text, "all") && !dw_slice_is(count->text, "-1") &&
            !dw_parse_u64(count->text, &number))
            return compose_fail(loader, count, "\"%.*s\" is neither a number nor \"all\"", DW_SLICE_ARG(count->text));
    }
    return true;
}

static bool check_conflicts(struct project *project, const struct dw_node *key, const struct dw_node *service)
{
    struct compose_loader *loader = project->loader;
    const struct dw_node *build = compose_get(service, "build"), *mode = compose_get(service, "network_mode");
    const struct dw_node *networks = compose_get(service, "networks"), *deploy = compose_get(service, "deploy");
    const struct dw_node *name = compose_get(service, "container_name"), *scale = compose_get(service, "scale");
    const struct dw_node *replicas = compose_get(deploy, "replicas");
    const struct dw_node *limits = compose_get(compose_get(deploy, "resources"), "limits");
    uint64_t number;
    if (build == NULL && compose_get(service, "image") == NULL && compose_get(service, "provider") == NULL)
        return compose_fail(loader, key, "service \"%.*s\" has neither an image nor a build context", DW_SLICE_ARG(key->text));
    if (compose_get(build, "dockerfile_inline") != NULL && compose_get(build, "dockerfile") != NULL)
        return compose_fail(loader, build, "\"dockerfile\" and \"dockerfile_inline\" are mutually exclusive");
    if (mode != NULL && networks != NULL && networks->count > 0)
        return compose_fail(loader, mode, "\"network_mode\" and \"networks\" are mutually exclusive");
    if (name != NULL && ((scale != NULL && dw_parse_u64(scale->text, &number) && number > 1) ||
                         (replicas != NULL && dw_parse_u64(replicas->text, &number) && number > 1)))
        return compose_fail(loader, name, "a service with a container_name cannot have several replicas");
    if (scale != NULL && replicas != NULL && is_told(scale) && is_told(replicas) && !dw_slice_equal(scale->text, replicas->text))
        return compose_fail(loader, scale, "\"scale\" and \"deploy.replicas\" say different numbers");
    const struct dw_node *pids = compose_get(service, "pids_limit"), *deployed = compose_get(limits, "pids");
    if (pids != NULL && deployed != NULL && is_told(pids) && is_told(deployed) && !dw_slice_equal(pids->text, deployed->text))
        return compose_fail(loader, pids, "\"pids_limit\" and \"deploy.resources.limits.pids\" say different numbers");
    return true;
}

static bool check_watches(struct compose_loader *loader, const struct dw_node *service)
{
    const struct dw_node *list = compose_get(compose_get(service, "develop"), "watch");
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct dw_node *path = dw_node_get(list->items[i], "path"), *action = dw_node_get(list->items[i], "action");
        if (path != NULL && path->text.len == 0 && is_told(path))
            return compose_fail(loader, path, "the path must not be blank");
        if ((text_is(action, "sync") || text_is(action, "sync+restart")) && compose_get(list->items[i], "target") == NULL)
            return compose_fail(loader, list->items[i], "a watch that syncs needs a target");
    }
    return true;
}

static bool check_service(struct project *project, const struct dw_node *key, const struct dw_node *service)
{
    struct compose_loader *loader = project->loader;
    const struct dw_node *devices =
        compose_get(compose_get(compose_get(compose_get(service, "deploy"), "resources"), "reservations"), "devices");
    return check_conflicts(project, key, service) &&
           check_names(loader, compose_get(service, "networks"), project->networks, &project->network_index, "default", "network") &&
           check_names(loader, compose_get(service, "models"), project->models, &project->model_index, "", "model") &&
           check_dependencies(project, service) && check_shared(project, service, "network_mode") &&
           check_shared(project, service, "ipc") && check_shared(project, service, "pid") && check_volumes(project, service) &&
           check_grants(loader, compose_get(service, "secrets"), project->secrets, &project->secret_index, "secret") &&
           check_grants(loader, compose_get(service, "configs"), project->configs, &project->config_index, "config") &&
           check_grants(loader, compose_get(compose_get(service, "build"), "secrets"), project->secrets, &project->secret_index,
                        "build secret") &&
           check_ports(loader, service) && check_values(loader, service) && check_requests(loader, devices) &&
           check_requests(loader, compose_get(service, "gpus")) && check_watches(loader, service);
}

/* ---- cycles ---------------------------------------------------------------------------------------------------------- */

enum { NEW, OPEN, DONE };

/* Depth-first without recursion: a chain of dependencies may be as long as there are services. */
static bool check_cycles(struct project *project)
{
    const struct dw_node *services = project->services;
    DW_CLEANUP(dw_cleanup_free) unsigned char *state = dw_alloc(services->count + 1, 1);
    DW_CLEANUP(dw_cleanup_free) size_t *stack = dw_alloc(services->count + 1, sizeof(*stack));
    DW_CLEANUP(dw_cleanup_free) size_t *next = dw_alloc(services->count + 1, sizeof(*next));
    for (size_t start = 0; start < services->count; start++) {
        size_t depth = 0;
        if (state[start] != NEW)
            continue;
        stack[depth++] = start;
        state[start] = OPEN;
        while (depth > 0) {
            size_t at = stack[depth - 1];
            const struct dw_node *list = compose_get(services->items[at], "depends_on");
            if (list == NULL || next[at] >= list->count) {
                state[at] = DONE;
                depth--;
                continue;
            }
            const struct dw_node *name = list->kind == DW_NODE_MAPPING ? list->keys[next[at]] : list->items[next[at]];
            next[at]++;
            const struct dw_map_entry *entry = dw_map_find(&project->service_index, name->text);
            if (entry == NULL || state[entry->number] == DONE)
                continue;
            if (state[entry->number] == OPEN)
                return compose_fail(project->loader, name, "dependency cycle: service \"%.*s\" depends on itself",
                                    DW_SLICE_ARG(name->text));
            state[entry->number] = OPEN;
            stack[depth++] = (size_t)entry->number;
        }
    }
    return true;
}

/* A project's name: lower-case letters, digits, "-" and "_", beginning with a letter or digit. */
static bool check_name(struct compose_loader *loader, const struct dw_node *node)
{
    if (node == NULL || !is_told(node))
        return true;
    bool good = node->text.len > 0;
    for (size_t i = 0; i < node->text.len; i++) {
        char c = node->text.at[i];
        good &= (c >= 'a' && c <= 'z') || dw_is_digit(c) || (i > 0 && (c == '-' || c == '_'));
    }
    return good || compose_fail(loader, node,
                                "\"%.*s\" is no project name: lower-case letters, digits, \"-\" and \"_\" were expected, beginning "
                                "with a letter or digit",
                                DW_SLICE_ARG(node->text));
}

static const struct dw_node *resources(const struct dw_node *root, const char *key, struct dw_map *index)
{
    const struct dw_node *node = compose_get(root, key);
    if (node != NULL)
        compose_index(node, index);
    return node;
}

bool compose_validate(struct compose_loader *loader, const struct dw_node *root)
{
    struct project project = {.loader = loader};
    project.services = resources(root, "services", &project.service_index);
    project.networks = resources(root, "networks", &project.network_index);
    project.volumes = resources(root, "volumes", &project.volume_index);
    project.secrets = resources(root, "secrets", &project.secret_index);
    project.configs = resources(root, "configs", &project.config_index);
    project.models = resources(root, "models", &project.model_index);
    bool good = check_name(loader, compose_get(root, "name")) && check_resources(&project);
    for (size_t i = 0; good && project.services != NULL && i < project.services->count; i++)
        good = check_service(&project, project.services->keys[i], project.services->items[i]);
    good = good && (project.services == NULL || check_cycles(&project));
    struct dw_map *const indexes[] = {&project.service_index, &project.network_index, &project.volume_index,
                                      &project.secret_index,  &project.config_index,  &project.model_index};
    for (size_t i = 0; i < sizeof(indexes) / sizeof(indexes[0]); i++)
        dw_map_free(indexes[i]);
    return good;
}
