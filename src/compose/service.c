/* SPDX-License-Identifier: Apache-2.0
 *
 * Services as containers: what the engine will be asked for (compose-spec, 05-services.md). */
#include "compose/interpolate.h"
#include "compose/service.h"

#include "base/file.h"

struct dw_slice compose_problem(struct compose_loader *loader, const struct dw_node *node)
{
    const struct compose_scalar *scalar = node == NULL || node->kind != DW_NODE_SCALAR ? NULL : compose_interpolated(node);
    if (scalar == NULL || scalar->missing.len == 0)
        return DW_SLICE("");
    return dw_arena_printf(loader->arena, "the variable \"%.*s\" has no value here and no default: write ${%.*s:-value}",
                           DW_SLICE_ARG(scalar->missing), DW_SLICE_ARG(scalar->missing));
}

struct dw_container_text compose_text_of(struct compose_loader *loader, const struct dw_node *node)
{
    struct dw_container_text text = {.text = DW_SLICE(""), .written = DW_SLICE(""), .problem = DW_SLICE("")};
    if (node == NULL || node->kind != DW_NODE_SCALAR || dw_node_is_null(node))
        return text;
    const struct compose_scalar *scalar = compose_interpolated(node);
    text.text = node->text;
    text.written = scalar == NULL ? node->text : scalar->written;
    text.node = node;
    text.problem = compose_problem(loader, node);
    return text;
}

struct dw_container_switch compose_switch_of(struct compose_loader *loader, const struct dw_node *node)
{
    struct dw_container_switch result = {.problem = DW_SLICE("")};
    bool value;
    if (node == NULL || dw_node_is_null(node))
        return result;
    result.node = node;
    result.problem = compose_problem(loader, node);
    if (result.problem.len == 0 && compose_bool(node, &value)) {
        result.value = value ? DW_SWITCH_ON : DW_SWITCH_OFF;
        return result;
    }
    result.value = DW_SWITCH_UNKNOWN;
    if (result.problem.len == 0)
        result.problem = dw_arena_printf(loader->arena, "\"%.*s\" is neither true nor false", DW_SLICE_ARG(node->text));
    return result;
}

struct dw_container_item *compose_item(struct dw_container_items *items, struct compose_loader *loader, struct dw_slice name,
                                       struct dw_slice value, const struct dw_node *node)
{
    struct dw_container_item *item = dw_vector_push(items);
    *item = (struct dw_container_item){.name = name, .value = value, .node = node, .problem = compose_problem(loader, node)};
    return item;
}

void compose_pairs(struct dw_container_items *items, struct compose_loader *loader, const struct dw_node *node)
{
    if (node == NULL || node->kind == DW_NODE_SCALAR)
        return;
    items->node = node;
    for (size_t i = 0; i < node->count; i++) {
        const struct dw_node *item = node->items[i];
        if (node->kind == DW_NODE_MAPPING) {
            struct dw_slice value = item->kind == DW_NODE_SCALAR ? item->text : DW_SLICE("");
            compose_item(items, loader, node->keys[i]->text, value, item);
            continue;
        }
        size_t equals = item->kind == DW_NODE_SCALAR ? dw_slice_find(item->text, '=') : SIZE_MAX;
        if (item->kind == DW_NODE_SCALAR)
            compose_item(items, loader, dw_slice_part(item->text, 0, equals),
                         equals == SIZE_MAX ? DW_SLICE("") : dw_slice_from(item->text, equals + 1), item);
    }
}

struct dw_slice compose_copy_path(struct compose_loader *loader, char *path)
{
    struct dw_slice copy = dw_arena_copy(loader->arena, dw_slice_of(path));
    free(path);
    return copy;
}

static const struct dw_node *deploy_limits(const struct dw_node *service)
{
    return compose_get(compose_get(compose_get(service, "deploy"), "resources"), "limits");
}

/* ---- resources, operation -------------------------------------------------------------------------------------------- */

static struct dw_container_text either(struct compose_loader *loader, const struct dw_node *first, const struct dw_node *second)
{
    return compose_text_of(loader, first != NULL ? first : second);
}

static void fill_resources(struct compose_service *service)
{
    struct compose_loader *loader = service->loader;
    struct dw_container *container = service->container;
    const struct dw_node *node = service->node, *limits = deploy_limits(node);
    const struct dw_node *reserved = compose_get(compose_get(compose_get(node, "deploy"), "resources"), "reservations");
    container->pids_limit = either(loader, compose_get(node, "pids_limit"), compose_get(limits, "pids"));
    container->memory_limit = either(loader, compose_get(node, "mem_limit"), compose_get(limits, "memory"));
    container->cpu_limit = either(loader, compose_get(node, "cpus"), compose_get(limits, "cpus"));
    if (container->cpu_limit.node == NULL)
        container->cpu_limit = compose_text_of(loader, compose_get(node, "cpu_quota"));
    container->memory_request = either(loader, compose_get(node, "mem_reservation"), compose_get(reserved, "memory"));
    container->cpu_request = compose_text_of(loader, compose_get(reserved, "cpus"));
    container->oom_kill_disable = compose_switch_of(loader, compose_get(node, "oom_kill_disable"));
    compose_pairs(&container->sysctls, loader, compose_get(node, "sysctls"));
    const struct dw_node *ulimits = compose_get(node, "ulimits");
    container->ulimits.node = ulimits;
    for (size_t i = 0; ulimits != NULL && i < ulimits->count; i++) {
        const struct dw_node *item = ulimits->items[i], *soft = compose_get(item, "soft"), *hard = compose_get(item, "hard");
        struct dw_slice value = item->text;
        if (item->kind == DW_NODE_MAPPING)
            value = dw_arena_printf(loader->arena, "%.*s:%.*s", DW_SLICE_ARG(soft == NULL ? DW_SLICE("") : soft->text),
                                    DW_SLICE_ARG(hard == NULL ? DW_SLICE("") : hard->text));
        compose_item(&container->ulimits, loader, ulimits->keys[i]->text, value, item);
    }
}

static void fill_health(struct compose_service *service)
{
    const struct dw_node *check = compose_get(service->node, "healthcheck"), *test = compose_get(check, "test");
    struct dw_container_switch *health = &service->container->health_check;
    bool disabled;
    health->problem = DW_SLICE("");
    if (check == NULL)
        return;
    const struct dw_node *off = compose_get(check, "disable");
    const struct dw_node *word = test == NULL || test->kind == DW_NODE_SCALAR ? test : test->count > 0 ? test->items[0] : NULL;
    health->node = off != NULL ? off : test != NULL ? test : check;
    health->problem = compose_problem(service->loader, off);
    if (health->problem.len > 0)
        health->value = DW_SWITCH_UNKNOWN;
    else if ((off != NULL && compose_bool(off, &disabled) && disabled) || (word != NULL && dw_slice_is(word->text, "NONE")))
        health->value = DW_SWITCH_OFF;
    else if (test != NULL)
        health->value = DW_SWITCH_ON;
    else
        health->node = NULL; /* only times: the image's own check is kept */
}

/* deploy.restart_policy as the text that "restart" would have. */
static void fill_restart(struct compose_service *service)
{
    struct compose_loader *loader = service->loader;
    struct dw_container_text *restart = &service->container->restart;
    const struct dw_node *policy = compose_get(compose_get(service->node, "deploy"), "restart_policy");
    const struct dw_node *condition = compose_get(policy, "condition"), *attempts = compose_get(policy, "max_attempts");
    *restart = compose_text_of(loader, compose_get(service->node, "restart"));
    if (restart->node != NULL || policy == NULL)
        return;
    struct dw_slice word = condition == NULL ? DW_SLICE("any") : condition->text;
    *restart = compose_text_of(loader, condition);
    restart->node = condition != NULL ? condition : policy;
    if (dw_slice_is(word, "none"))
        restart->text = DW_SLICE("no");
    else if (dw_slice_is(word, "any"))
        restart->text = DW_SLICE("always");
    else
        restart->text = word;
    if (attempts != NULL && !dw_slice_is(word, "none"))
        restart->text = dw_arena_printf(loader->arena, "%.*s:%.*s", DW_SLICE_ARG(restart->text), DW_SLICE_ARG(attempts->text));
}

static void fill_hooks(struct compose_service *service)
{
    static const char *const names[] = {"pre_start", "post_start", "pre_stop", "post_stop"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct dw_node *list = compose_get(service->node, names[i]);
        for (size_t j = 0; list != NULL && j < list->count; j++) {
            struct dw_container_hook *hook = dw_vector_push(&service->container->hooks);
            hook->name = dw_slice_of(names[i]);
            hook->user = compose_text_of(service->loader, compose_get(list->items[j], "user"));
            hook->privileged = compose_switch_of(service->loader, compose_get(list->items[j], "privileged"));
        }
    }
}

static void fill_operation(struct compose_service *service)
{
    struct compose_loader *loader = service->loader;
    struct dw_container *container = service->container;
    const struct dw_node *node = service->node, *logging = compose_get(node, "logging");
    const struct dw_node *provider = compose_get(node, "provider"), *credentials = compose_get(node, "credential_spec");
    container->log_driver = compose_text_of(loader, compose_get(logging, "driver"));
    compose_pairs(&container->log_options, loader, compose_get(logging, "options"));
    container->runtime = compose_text_of(loader, compose_get(node, "runtime"));
    container->cgroup_parent = compose_text_of(loader, compose_get(node, "cgroup_parent"));
    if (provider != NULL) {
        const struct dw_node *type = compose_get(provider, "type");
        container->host_code.node = provider;
        compose_item(&container->host_code, loader, DW_SLICE("provider"), type == NULL ? DW_SLICE("") : type->text,
                     type == NULL ? provider : type);
    }
    for (size_t i = 0; credentials != NULL && i < credentials->count; i++)
        compose_item(&container->host_code, loader, DW_SLICE("credential_spec"),
                     credentials->items[i]->kind == DW_NODE_SCALAR ? credentials->items[i]->text : DW_SLICE(""),
                     credentials->items[i]);
    fill_health(service);
    fill_restart(service);
    fill_hooks(service);
}

/* ---- ports ------------------------------------------------------------------------------------------------------------- */

static void short_port(struct compose_service *service, const struct dw_node *node)
{
    struct dw_container_port *port = dw_vector_push(&service->container->ports);
    struct compose_port parsed;
    port->node = node;
    port->host_address = DW_SLICE("");
    port->protocol = DW_SLICE("tcp");
    port->published = true;
    port->problem = compose_problem(service->loader, node);
    if (!compose_port_parse(node->text, &parsed)) {
        if (port->problem.len == 0)
            port->problem = DW_SLICE("it is no port");
        return;
    }
    port->host_address = parsed.address;
    port->host_first = parsed.host_first;
    port->host_last = parsed.host_last;
    port->container_first = parsed.container_first;
    port->container_last = parsed.container_last;
    port->protocol = parsed.protocol;
}

static void long_port(struct compose_service *service, const struct dw_node *node)
{
    struct compose_loader *loader = service->loader;
    struct dw_container_port *port = dw_vector_push(&service->container->ports);
    const struct dw_node *target = compose_get(node, "target"), *published = compose_get(node, "published");
    const struct dw_node *protocol = compose_get(node, "protocol"), *address = compose_get(node, "host_ip");
    const struct dw_node *const parts[] = {target, published, protocol, address};
    port->node = published != NULL ? published : node;
    port->published = true; /* without a number the engine chooses one */
    port->protocol = protocol == NULL ? DW_SLICE("tcp") : protocol->text;
    port->host_address = address == NULL ? DW_SLICE("") : address->text;
    port->problem = DW_SLICE("");
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && port->problem.len == 0; i++)
        port->problem = compose_problem(loader, parts[i]);
    bool good = target != NULL && compose_port_range(target->text, &port->container_first, &port->container_last);
    if (published != NULL && published->text.len > 0)
        good = compose_port_range(published->text, &port->host_first, &port->host_last) && good;
    if (!good && port->problem.len == 0)
        port->problem = DW_SLICE("it is no port");
}

static void fill_ports(struct compose_service *service)
{
    const struct dw_node *ports = compose_get(service->node, "ports");
    for (size_t i = 0; ports != NULL && i < ports->count; i++)
        if (ports->items[i]->kind == DW_NODE_SCALAR)
            short_port(service, ports->items[i]);
        else
            long_port(service, ports->items[i]);
}

/* ---- environment ------------------------------------------------------------------------------------------------------- */

static struct dw_container_variable *add_variable(struct compose_service *service, struct dw_map *index, struct dw_slice name)
{
    bool added = true;
    struct dw_map_entry *entry = dw_map_insert(index, name, &added);
    if (added) {
        entry->number = service->container->environment.len;
        dw_vector_push(&service->container->environment);
    }
    struct dw_container_variable *variable = &service->container->environment.at[entry->number];
    *variable = (struct dw_container_variable){.name = name, .value = DW_SLICE(""), .file = DW_SLICE(""),
                                               .reference = DW_SLICE(""), .problem = DW_SLICE("")};
    return variable;
}

/* One file of env_file. A file that is missing is a problem of its own, not an error: it may not be there yet. */
static void read_environment_file(struct compose_service *service, struct dw_map *index, const struct dw_node *item)
{
    struct compose_loader *loader = service->loader;
    const struct dw_node *path_node = item->kind == DW_NODE_MAPPING ? compose_get(item, "path") : item;
    const struct dw_node *format = compose_get(item, "format"), *switched = compose_get(item, "required");
    bool required = true;
    if (path_node == NULL || path_node->kind != DW_NODE_SCALAR)
        return;
    struct dw_error error = DW_ERROR_INIT;
    struct dw_slice path =
        compose_copy_path(loader, compose_path(loader->project, path_node, path_node->text));
    struct dw_slice problem = compose_problem(loader, path_node);
    DW_CLEANUP(dw_cleanup_free) char *real = NULL;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    struct compose_assignments assignments = {0};
    bool good = problem.len == 0 && compose_may_read(loader, path.at, &real, &error) &&
                dw_file_read_within(path.at, loader->limits, DW_LIMIT_DOCUMENT_BYTES, &text, &error);
    if (good) {
        loader->bytes += text.len;
        good = dw_limit_check(loader->limits, DW_LIMIT_DOCUMENT_BYTES, loader->bytes, &error) &&
               compose_dotenv(loader->arena, dw_buffer_slice(&text), path.at, format != NULL && dw_slice_is(format->text, "raw"),
                              NULL, loader->limits->value[DW_LIMIT_DOCUMENT_BYTES] - loader->bytes, &assignments, &error);
    }
    bool untracked = good && compose_is_untracked(loader, real);
    for (size_t i = 0; good && i < assignments.len; i++) {
        struct dw_container_variable *variable = add_variable(service, index, assignments.at[i].name);
        variable->value = assignments.at[i].value;
        variable->source = assignments.at[i].inherited ? DW_VARIABLE_SHELL : DW_VARIABLE_FILE;
        variable->file = path;
        variable->untracked = untracked;
        variable->node = path_node;
    }
    dw_vector_free(&assignments);
    if (good || (switched != NULL && compose_bool(switched, &required) && !required && real == NULL && problem.len == 0))
        return;
    struct dw_container_variable *unknown = dw_vector_push(&service->container->environment);
    *unknown = (struct dw_container_variable){
        .name = DW_SLICE(""), .value = DW_SLICE(""), .source = DW_VARIABLE_FILE, .file = path, .reference = DW_SLICE(""),
        .node = path_node, .problem = problem.len > 0 ? problem : dw_arena_copy(loader->arena, dw_slice_of(error.text))};
}

static void add_literal(struct compose_service *service, struct dw_map *index, struct dw_slice name, struct dw_slice value,
                        bool given, const struct dw_node *node)
{
    struct dw_container_variable *variable = add_variable(service, index, name);
    const struct compose_scalar *scalar = compose_interpolated(node);
    variable->node = node;
    variable->problem = compose_problem(service->loader, node);
    variable->value = given ? value : DW_SLICE("");
    variable->source = given ? DW_VARIABLE_LITERAL : DW_VARIABLE_SHELL;
    if (!given || scalar == NULL)
        return;
    /* "${TOKEN}" with no default is the shell's business, whether it is set here or not: its value is not kept. */
    struct dw_slice written = scalar->written;
    size_t equals = value.at != node->text.at ? dw_slice_find(written, '=') : SIZE_MAX;
    written = equals == SIZE_MAX ? written : dw_slice_from(written, equals + 1);
    struct dw_compose_substitution alone =
        dw_compose_substitute(service->loader->arena, written, NULL, service->loader->limits->value[DW_LIMIT_DOCUMENT_BYTES]);
    if (alone.problem == NULL && alone.text.len == 0) {
        variable->source = DW_VARIABLE_SHELL;
        variable->value = DW_SLICE("");
    }
}

static void fill_environment(struct compose_service *service)
{
    DW_CLEANUP(dw_map_free) struct dw_map index = {0};
    const struct dw_node *files = compose_get(service->node, "env_file"), *node = compose_get(service->node, "environment");
    if (files != NULL && files->kind != DW_NODE_SEQUENCE)
        read_environment_file(service, &index, files);
    for (size_t i = 0; files != NULL && files->kind == DW_NODE_SEQUENCE && i < files->count; i++)
        read_environment_file(service, &index, files->items[i]);
    for (size_t i = 0; node != NULL && i < node->count; i++) {
        const struct dw_node *item = node->items[i];
        if (item->kind != DW_NODE_SCALAR)
            continue;
        if (node->kind == DW_NODE_MAPPING) {
            add_literal(service, &index, node->keys[i]->text, item->text, !dw_node_is_null(item), item);
            continue;
        }
        size_t equals = dw_slice_find(item->text, '=');
        add_literal(service, &index, dw_slice_part(item->text, 0, equals),
                    equals == SIZE_MAX ? DW_SLICE("") : dw_slice_from(item->text, equals + 1), equals != SIZE_MAX, item);
    }
}

/* ---- the service ------------------------------------------------------------------------------------------------------ */

static void fill_profiles(struct compose_service *service)
{
    const struct dw_node *list = compose_get(service->node, "profiles");
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    for (size_t i = 0; list != NULL && i < list->count; i++)
        if (list->items[i]->kind == DW_NODE_SCALAR)
            dw_buffer_printf(&text, "%s%.*s", text.len > 0 ? ", " : "", DW_SLICE_ARG(list->items[i]->text));
    service->container->profiles =
        text.len == 0 ? DW_SLICE("") : dw_arena_copy(service->loader->arena, dw_buffer_slice(&text));
}

static void fill(struct compose_service *service, const struct dw_node *key)
{
    struct compose_loader *loader = service->loader;
    struct dw_container *container = service->container;
    container->platform = DW_CONTAINER_COMPOSE;
    container->role = DW_ROLE_MAIN;
    container->name = key->text;
    container->what = dw_arena_printf(loader->arena, "service %.*s", DW_SLICE_ARG(key->text));
    container->node = service->node;
    container->key = key;
    container->build_problem = DW_SLICE("");
    container->dockerfile_path = container->target = DW_SLICE("");
    container->user = compose_text_of(loader, compose_get(service->node, "user"));
    container->run_as_non_root.problem = DW_SLICE("");
    const struct dw_node *groups = compose_get(service->node, "group_add");
    container->groups.node = groups;
    for (size_t i = 0; groups != NULL && i < groups->count; i++)
        compose_item(&container->groups, loader, groups->items[i]->text, DW_SLICE(""), groups->items[i]);
    fill_profiles(service);
    compose_service_security(service);
    compose_service_mounts(service);
    fill_resources(service);
    fill_operation(service);
    fill_ports(service);
    fill_environment(service);
    compose_service_build(service);
}

bool compose_make_services(struct compose_loader *loader)
{
    const struct dw_node *root = loader->project->root, *services = compose_get(root, "services");
    const struct dw_node *volumes = compose_get(root, "volumes");
    size_t count = services == NULL ? 0 : services->count;
    if (volumes != NULL)
        compose_index(volumes, &loader->volumes);
    for (size_t i = 0; i < count; i++) {
        struct compose_service service = {.loader = loader, .root = root, .node = services->items[i]};
        service.container = dw_vector_push(&loader->project->services);
        fill(&service, services->keys[i]);
    }
    return compose_share_mounts(loader);
}
