/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys of the Compose Specification as one table of types. Every table of keys is sorted by name. */
#include "compose/types.h"

#define KEYS(table) .keys = table, .key_count = sizeof(table) / sizeof((table)[0])
#define WORDS(...) .words = (const char *const[]){__VA_ARGS__, NULL}
#define REQUIRED(...) .required = (const char *const[]){__VA_ARGS__, NULL}
#define TYPE static const struct compose_type
#define TABLE static const struct compose_key

/* --- plain values --- */
TYPE text = {.kinds = T_TEXT};
TYPE text_null = {.kinds = T_TEXT | T_NULL};
TYPE number = {.kinds = T_NUMBER | T_INTEGER};
TYPE boolean = {.kinds = T_BOOL};
TYPE whole = {.kinds = T_INTEGER};
TYPE bool_text = {.kinds = T_BOOL | T_TEXT};
TYPE number_text = {.kinds = T_NUMBER | T_INTEGER | T_TEXT};
TYPE integer_text = {.kinds = T_INTEGER | T_TEXT};
TYPE scalar_null = {.kinds = T_TEXT | T_NUMBER | T_INTEGER | T_BOOL | T_NULL};
TYPE number_text_null = {.kinds = T_NUMBER | T_INTEGER | T_TEXT | T_NULL};
TYPE anything = {.kinds = T_ANY};
TYPE mapping_of_anything = {.kinds = T_MAP, .values = &anything};

/* --- lists and mappings of them --- */
TYPE texts = {.kinds = T_LIST, .items_kinds = T_TEXT};
TYPE texts_replaced = {.kinds = T_LIST, .items_kinds = T_TEXT, .merge = MERGE_REPLACE};
TYPE texts_distinct = {.kinds = T_LIST, .items_kinds = T_TEXT, .distinct = true};
TYPE texts_unique = {.kinds = T_LIST, .items_kinds = T_TEXT, .distinct = true, .unique = UNIQUE_KEY};
TYPE numbers_unique = {.kinds = T_LIST, .items_kinds = T_TEXT | T_NUMBER | T_INTEGER, .distinct = true, .unique = UNIQUE_KEY};
TYPE numbers_distinct = {.kinds = T_LIST, .items_kinds = T_TEXT | T_NUMBER | T_INTEGER, .distinct = true};
TYPE text_or_list = {.kinds = T_TEXT | T_LIST, .items_kinds = T_TEXT, .distinct = true, .merge = MERGE_LISTED,
                     .unique = UNIQUE_KEY};
TYPE text_or_list_appended = {.kinds = T_TEXT | T_LIST, .items_kinds = T_TEXT, .merge = MERGE_LISTED};
TYPE list_or_map = {.kinds = T_LIST | T_MAP, .items_kinds = T_TEXT, .distinct = true, .values = &scalar_null,
                    .merge = MERGE_KEYED, .unique = UNIQUE_KEY};
TYPE text_map = {.kinds = T_MAP, .values = &text};
TYPE number_text_map = {.kinds = T_MAP, .values = &number_text};
TYPE host_value = {.kinds = T_TEXT | T_LIST, .items_kinds = T_TEXT};
TYPE extra_hosts = {.kinds = T_LIST | T_MAP, .items_kinds = T_TEXT, .distinct = true, .values = &host_value,
                    .merge = MERGE_HOSTS};
TYPE command = {.kinds = T_NULL | T_TEXT | T_LIST, .items_kinds = T_TEXT, .merge = MERGE_REPLACE};

/* --- small mappings --- */
TABLE external_keys[] = {{"name", &text}};
TYPE external = {.kinds = T_BOOL | T_TEXT | T_MAP, KEYS(external_keys)};

TABLE ulimit_keys[] = {{"hard", &integer_text}, {"soft", &integer_text}};
TYPE ulimit = {.kinds = T_INTEGER | T_TEXT | T_MAP, KEYS(ulimit_keys), REQUIRED("soft", "hard"), .merge = MERGE_REPLACE};
TYPE ulimits = {.kinds = T_MAP, .values = &ulimit, .names = NAMES_LOWER};

TABLE grant_keys[] = {{"gid", &text}, {"mode", &number_text}, {"source", &text}, {"target", &text}, {"uid", &text}};
TYPE grant = {.kinds = T_TEXT | T_MAP, KEYS(grant_keys)};
TYPE grants_secret = {.kinds = T_LIST, .items = &grant, .unique = UNIQUE_SECRET};
TYPE grants_config = {.kinds = T_LIST, .items = &grant, .unique = UNIQUE_CONFIG};
TYPE grants = {.kinds = T_LIST, .items = &grant};

TABLE hook_keys[] = {{"command", &command}, {"environment", &list_or_map}, {"image", &text}, {"per_replica", &bool_text},
                     {"privileged", &bool_text}, {"user", &text}, {"working_dir", &text}};
TYPE hook = {.kinds = T_MAP, KEYS(hook_keys), REQUIRED("command")};
TYPE hooks = {.kinds = T_LIST, .items = &hook};
TYPE hook_before = {.kinds = T_MAP, KEYS(hook_keys)}; /* its image may have the command */
TYPE hooks_before = {.kinds = T_LIST, .items = &hook_before};

TABLE gpu_keys[] = {{"capabilities", &texts_distinct}, {"count", &integer_text}, {"device_ids", &texts_distinct}, {"driver", &text},
                    {"options", &list_or_map}};
TYPE gpu = {.kinds = T_MAP, KEYS(gpu_keys)};
TYPE gpus = {.kinds = T_TEXT | T_LIST, .items = &gpu, WORDS("all")};
TYPE reserved_device = {.kinds = T_MAP, KEYS(gpu_keys), REQUIRED("capabilities")};
TYPE reserved_devices = {.kinds = T_LIST, .items = &reserved_device};

/* --- build --- */
TABLE build_keys[] = {
    {"additional_contexts", &list_or_map},
    {"args", &list_or_map},
    {"cache_from", &texts},
    {"cache_to", &texts},
    {"context", &text},
    {"dockerfile", &text},
    {"dockerfile_inline", &text},
    {"entitlements", &texts},
    {"extra_hosts", &extra_hosts},
    {"isolation", &text},
    {"labels", &list_or_map},
    {"network", &text},
    {"no_cache", &bool_text},
    {"no_cache_filter", &text_or_list_appended},
    {"platforms", &texts},
    {"privileged", &bool_text},
    {"provenance", &bool_text},
    {"pull", &bool_text},
    {"sbom", &bool_text},
    {"secrets", &grants},
    {"shm_size", &integer_text},
    {"ssh", &list_or_map},
    {"tags", &texts_unique},
    {"target", &text},
    {"ulimits", &ulimits},
};
TYPE build = {.kinds = T_TEXT | T_MAP, KEYS(build_keys), .merge = MERGE_BUILD};

/* --- deploy --- */
TABLE update_keys[] = {{"delay", &text}, {"failure_action", &text}, {"max_failure_ratio", &number_text}, {"monitor", &text},
                       {"order", &text}, {"parallelism", &integer_text}};
TYPE update = {.kinds = T_MAP, KEYS(update_keys)};
TABLE limit_keys[] = {{"cpus", &number_text}, {"memory", &text}, {"pids", &integer_text}};
TYPE resource_limits = {.kinds = T_MAP, KEYS(limit_keys)};
TABLE discrete_keys[] = {{"kind", &text}, {"value", &number_text}};
TYPE discrete = {.kinds = T_MAP, KEYS(discrete_keys)};
TABLE generic_keys[] = {{"discrete_resource_spec", &discrete}};
TYPE generic = {.kinds = T_MAP, KEYS(generic_keys)};
TYPE generics = {.kinds = T_LIST, .items = &generic};
TABLE reservation_keys[] = {{"cpus", &number_text}, {"devices", &reserved_devices}, {"generic_resources", &generics},
                            {"memory", &text}};
TYPE reservations = {.kinds = T_MAP, KEYS(reservation_keys)};
TABLE resource_keys[] = {{"limits", &resource_limits}, {"reservations", &reservations}};
TYPE resources = {.kinds = T_MAP, KEYS(resource_keys)};
TABLE restart_keys[] = {{"condition", &text}, {"delay", &text}, {"max_attempts", &integer_text}, {"window", &text}};
TYPE restart_policy = {.kinds = T_MAP, KEYS(restart_keys)};
TABLE preference_keys[] = {{"spread", &text}};
TYPE preference = {.kinds = T_MAP, KEYS(preference_keys)};
TYPE preferences = {.kinds = T_LIST, .items = &preference};
TABLE placement_keys[] = {{"constraints", &texts}, {"max_replicas_per_node", &integer_text}, {"preferences", &preferences}};
TYPE placement = {.kinds = T_MAP, KEYS(placement_keys)};
TABLE deploy_keys[] = {{"endpoint_mode", &text}, {"labels", &list_or_map}, {"mode", &text}, {"placement", &placement},
                       {"replicas", &integer_text}, {"resources", &resources}, {"restart_policy", &restart_policy},
                       {"rollback_config", &update}, {"update_config", &update}};
TYPE deploy = {.kinds = T_MAP | T_NULL, KEYS(deploy_keys)};

/* --- develop --- */
TYPE watch_action = {.kinds = T_TEXT, WORDS("rebuild", "sync", "restart", "sync+restart", "sync+exec")};
TABLE watch_keys[] = {{"action", &watch_action}, {"exec", &hook}, {"ignore", &text_or_list_appended},
                      {"include", &text_or_list_appended}, {"initial_sync", &boolean}, {"path", &text}, {"target", &text}};
TYPE watch = {.kinds = T_MAP, KEYS(watch_keys), REQUIRED("path", "action")};
TYPE watches = {.kinds = T_LIST, .items = &watch};
TABLE develop_keys[] = {{"watch", &watches}};
TYPE develop = {.kinds = T_MAP | T_NULL, KEYS(develop_keys)};

/* --- parts of a service --- */
TABLE rate_keys[] = {{"path", &text}, {"rate", &integer_text}};
TYPE rate = {.kinds = T_MAP, KEYS(rate_keys), .strict = true};
TYPE rates = {.kinds = T_LIST, .items = &rate};
TABLE weight_keys[] = {{"path", &text}, {"weight", &integer_text}};
TYPE weight = {.kinds = T_MAP, KEYS(weight_keys), .strict = true};
TYPE weights = {.kinds = T_LIST, .items = &weight};
TABLE blkio_keys[] = {{"device_read_bps", &rates}, {"device_read_iops", &rates}, {"device_write_bps", &rates},
                      {"device_write_iops", &rates}, {"weight", &integer_text}, {"weight_device", &weights}};
TYPE blkio = {.kinds = T_MAP, KEYS(blkio_keys), .strict = true};

TABLE credential_keys[] = {{"config", &text}, {"file", &text}, {"registry", &text}};
TYPE credential_spec = {.kinds = T_MAP, KEYS(credential_keys)};

TYPE condition = {.kinds = T_TEXT, WORDS("service_started", "service_healthy", "service_completed_successfully")};
TABLE dependency_keys[] = {{"condition", &condition}, {"required", &boolean}, {"restart", &bool_text}};
TYPE dependency = {.kinds = T_MAP, KEYS(dependency_keys), REQUIRED("condition")};
TYPE depends_on = {.kinds = T_LIST | T_MAP, .items_kinds = T_TEXT, .distinct = true, .values = &dependency,
                   .names = NAMES_RESOURCE, .merge = MERGE_DEPENDS};

TABLE device_keys[] = {{"permissions", &text}, {"source", &text}, {"target", &text}};
TYPE device = {.kinds = T_TEXT | T_MAP, KEYS(device_keys), REQUIRED("source")};
TYPE devices = {.kinds = T_LIST, .items = &device, .unique = UNIQUE_DEVICE};

TABLE env_file_keys[] = {{"format", &text}, {"path", &text}, {"required", &bool_text}};
TYPE env_file_item = {.kinds = T_TEXT | T_MAP, KEYS(env_file_keys), REQUIRED("path"), .strict = true};
TYPE env_file = {.kinds = T_TEXT | T_LIST, .items = &env_file_item, .merge = MERGE_LISTED, .unique = UNIQUE_FILE};

TABLE extends_keys[] = {{"file", &text}, {"service", &text}};
TYPE extends = {.kinds = T_TEXT | T_MAP, KEYS(extends_keys), REQUIRED("service"), .strict = true};

TYPE option_value = {.kinds = T_TEXT | T_NUMBER | T_INTEGER | T_BOOL | T_LIST,
                     .items_kinds = T_TEXT | T_NUMBER | T_INTEGER | T_BOOL};
TYPE option_values = {.kinds = T_MAP, .values = &option_value};
TABLE provider_keys[] = {{"options", &option_values}, {"type", &text}};
TYPE provider = {.kinds = T_MAP, KEYS(provider_keys), REQUIRED("type")};

TYPE test = {.kinds = T_TEXT | T_LIST, .items_kinds = T_TEXT, .merge = MERGE_REPLACE};
TABLE healthcheck_keys[] = {{"disable", &bool_text}, {"interval", &text}, {"retries", &number_text}, {"start_interval", &text},
                            {"start_period", &text}, {"test", &test}, {"timeout", &text}};
TYPE healthcheck = {.kinds = T_MAP, KEYS(healthcheck_keys)};

TYPE logging_options = {.kinds = T_MAP, .values = &number_text_null};
TABLE logging_keys[] = {{"driver", &text}, {"options", &logging_options}};
TYPE logging = {.kinds = T_MAP, KEYS(logging_keys), .merge = MERGE_LOGGING};

TABLE service_model_keys[] = {{"endpoint_var", &text}, {"model_var", &text}};
TYPE service_model = {.kinds = T_MAP | T_NULL, KEYS(service_model_keys)};
TYPE service_models = {.kinds = T_LIST | T_MAP, .items_kinds = T_TEXT, .distinct = true, .values = &service_model,
                       .names = NAMES_RESOURCE, .merge = MERGE_NETWORKS};

TABLE attachment_keys[] = {{"aliases", &texts_unique}, {"driver_opts", &number_text_map}, {"gw_priority", &number},
                           {"interface_name", &text}, {"ipv4_address", &text}, {"ipv6_address", &text},
                           {"link_local_ips", &texts_unique}, {"mac_address", &text}, {"priority", &number}};
TYPE attachment = {.kinds = T_MAP | T_NULL, KEYS(attachment_keys)};
TYPE service_networks = {.kinds = T_LIST | T_MAP, .items_kinds = T_TEXT, .distinct = true, .values = &attachment,
                         .names = NAMES_RESOURCE, .merge = MERGE_NETWORKS};

TABLE port_keys[] = {{"app_protocol", &text}, {"host_ip", &text}, {"mode", &text}, {"name", &text}, {"protocol", &text},
                     {"published", &integer_text}, {"target", &integer_text}};
TYPE port = {.kinds = T_NUMBER | T_INTEGER | T_TEXT | T_MAP, KEYS(port_keys)};
TYPE ports = {.kinds = T_LIST, .items = &port, .distinct = true, .unique = UNIQUE_PORT};

TYPE volume_type = {.kinds = T_TEXT, WORDS("bind", "volume", "tmpfs", "cluster", "npipe", "image")};
TYPE recursive = {.kinds = T_TEXT, WORDS("enabled", "disabled", "writable", "readonly")};
TYPE selinux = {.kinds = T_TEXT, WORDS("z", "Z")};
TABLE bind_keys[] = {{"create_host_path", &bool_text}, {"propagation", &text}, {"recursive", &recursive}, {"selinux", &selinux}};
TYPE bind = {.kinds = T_MAP, KEYS(bind_keys)};
TABLE mounted_keys[] = {{"labels", &list_or_map}, {"nocopy", &bool_text}, {"subpath", &text}};
TYPE mounted = {.kinds = T_MAP, KEYS(mounted_keys)};
TABLE tmpfs_keys[] = {{"mode", &number_text}, {"size", &integer_text}};
TYPE tmpfs = {.kinds = T_MAP, KEYS(tmpfs_keys)};
TABLE image_volume_keys[] = {{"subpath", &text}};
TYPE image_volume = {.kinds = T_MAP, KEYS(image_volume_keys)};
TABLE mount_keys[] = {{"bind", &bind}, {"consistency", &text}, {"image", &image_volume}, {"read_only", &bool_text},
                      {"source", &text}, {"target", &text}, {"tmpfs", &tmpfs}, {"type", &volume_type}, {"volume", &mounted}};
TYPE mount = {.kinds = T_TEXT | T_MAP, KEYS(mount_keys), REQUIRED("type")};
TYPE mounts = {.kinds = T_LIST, .items = &mount, .distinct = true, .unique = UNIQUE_VOLUME};

TYPE cgroup = {.kinds = T_TEXT, WORDS("host", "private")};

TABLE service_keys[] = {
    {"annotations", &list_or_map},
    {"attach", &bool_text},
    {"blkio_config", &blkio},
    {"build", &build},
    {"cap_add", &texts_unique},
    {"cap_drop", &texts_unique},
    {"cgroup", &cgroup},
    {"cgroup_parent", &text},
    {"command", &command},
    {"configs", &grants_config},
    {"container_name", &text},
    {"cpu_count", &integer_text},
    {"cpu_percent", &number_text},
    {"cpu_period", &number_text},
    {"cpu_quota", &number_text},
    {"cpu_rt_period", &number_text},
    {"cpu_rt_runtime", &number_text},
    {"cpu_shares", &number_text},
    {"cpus", &number_text},
    {"cpuset", &text},
    {"credential_spec", &credential_spec},
    {"depends_on", &depends_on},
    {"deploy", &deploy},
    {"develop", &develop},
    {"device_cgroup_rules", &texts_distinct},
    {"devices", &devices},
    {"dns", &text_or_list},
    {"dns_opt", &texts_unique},
    {"dns_search", &text_or_list},
    {"domainname", &text},
    {"entrypoint", &command},
    {"env_file", &env_file},
    {"environment", &list_or_map},
    {"expose", &numbers_unique},
    {"extends", &extends},
    {"external_links", &texts_distinct},
    {"extra_hosts", &extra_hosts},
    {"gpus", &gpus},
    {"group_add", &numbers_distinct},
    {"healthcheck", &healthcheck},
    {"hostname", &text},
    {"image", &text},
    {"init", &bool_text},
    {"ipc", &text},
    {"isolation", &text},
    {"label_file", &text_or_list_appended},
    {"labels", &list_or_map},
    {"links", &texts_unique},
    {"logging", &logging},
    {"mac_address", &text},
    {"mem_limit", &number_text},
    {"mem_reservation", &number_text},
    {"mem_swappiness", &integer_text},
    {"memswap_limit", &number_text},
    {"models", &service_models},
    {"network_mode", &text},
    {"networks", &service_networks},
    {"oom_kill_disable", &bool_text},
    {"oom_score_adj", &integer_text},
    {"pid", &text_null},
    {"pids_limit", &number_text},
    {"platform", &text},
    {"ports", &ports},
    {"post_start", &hooks},
    {"post_stop", &hooks},
    {"pre_start", &hooks_before},
    {"pre_stop", &hooks},
    {"privileged", &bool_text},
    {"profiles", &texts_unique},
    {"provider", &provider},
    {"pull_policy", &text},
    {"pull_refresh_after", &text},
    {"read_only", &bool_text},
    {"restart", &text},
    {"runtime", &text},
    {"scale", &integer_text},
    {"secrets", &grants_secret},
    {"security_opt", &texts_distinct},
    {"shm_size", &number_text},
    {"stdin_open", &bool_text},
    {"stop_grace_period", &text},
    {"stop_signal", &text},
    {"storage_opt", &mapping_of_anything},
    {"sysctls", &list_or_map},
    {"tmpfs", &text_or_list},
    {"tty", &bool_text},
    {"ulimits", &ulimits},
    {"use_api_socket", &boolean},
    {"user", &text},
    {"userns_mode", &text},
    {"uts", &text},
    {"volumes", &mounts},
    {"volumes_from", &texts_distinct},
    {"working_dir", &text},
};
const struct compose_type compose_service_type = {.kinds = T_MAP, KEYS(service_keys)};
TYPE services = {.kinds = T_MAP, .values = &compose_service_type, .names = NAMES_RESOURCE};

/* --- the top --- */
TABLE include_keys[] = {{"env_file", &text_or_list_appended}, {"path", &text_or_list_appended}, {"project_directory", &text}};
TYPE include_item = {.kinds = T_TEXT | T_MAP, KEYS(include_keys), .strict = true};
TYPE include = {.kinds = T_LIST, .items = &include_item};

TABLE pool_keys[] = {{"aux_addresses", &text_map}, {"gateway", &text}, {"ip_range", &text}, {"subnet", &text}};
TYPE pool = {.kinds = T_MAP, KEYS(pool_keys)};
TYPE pools = {.kinds = T_LIST, .items = &pool, .merge = MERGE_POOLS};
TABLE ipam_keys[] = {{"config", &pools}, {"driver", &text}, {"options", &text_map}};
TYPE ipam = {.kinds = T_MAP, KEYS(ipam_keys)};
TABLE network_keys[] = {{"attachable", &bool_text}, {"driver", &text}, {"driver_opts", &number_text_map},
                        {"enable_ipv4", &bool_text}, {"enable_ipv6", &bool_text}, {"external", &external},
                        {"internal", &bool_text}, {"ipam", &ipam}, {"labels", &list_or_map}, {"name", &text}};
TYPE network = {.kinds = T_MAP | T_NULL, KEYS(network_keys)};
TYPE networks = {.kinds = T_MAP, .values = &network, .names = NAMES_RESOURCE};

TABLE volume_keys[] = {{"driver", &text}, {"driver_opts", &number_text_map}, {"external", &external}, {"labels", &list_or_map},
                       {"name", &text}};
TYPE volume = {.kinds = T_MAP | T_NULL, KEYS(volume_keys)};
TYPE volumes = {.kinds = T_MAP, .values = &volume, .names = NAMES_RESOURCE};

TABLE secret_keys[] = {{"driver", &text}, {"driver_opts", &number_text_map}, {"environment", &text}, {"external", &external},
                       {"file", &text}, {"labels", &list_or_map}, {"name", &text}, {"template_driver", &text}};
TYPE secret = {.kinds = T_MAP, KEYS(secret_keys)};
TYPE secrets = {.kinds = T_MAP, .values = &secret, .names = NAMES_RESOURCE};

TABLE config_keys[] = {{"content", &text}, {"environment", &text}, {"external", &external}, {"file", &text},
                       {"labels", &list_or_map}, {"name", &text}, {"template_driver", &text}};
TYPE config = {.kinds = T_MAP, KEYS(config_keys)};
TYPE configs = {.kinds = T_MAP, .values = &config, .names = NAMES_RESOURCE};

TABLE model_keys[] = {{"context_size", &whole}, {"model", &text}, {"name", &text}, {"runtime_flags", &texts_replaced}};
TYPE model = {.kinds = T_MAP, KEYS(model_keys), REQUIRED("model")};
TYPE models = {.kinds = T_MAP, .values = &model, .names = NAMES_RESOURCE};

TABLE project_keys[] = {
    {"configs", &configs},   {"include", &include}, {"models", &models},     {"name", &text},       {"networks", &networks},
    {"secrets", &secrets},   {"services", &services}, {"version", &text},    {"volumes", &volumes},
};
const struct compose_type compose_project_type = {.kinds = T_MAP, KEYS(project_keys)};

const struct compose_type *compose_member_type(const struct compose_type *type, struct dw_slice key)
{
    if (type == NULL || dw_slice_starts_with(key, "x-"))
        return NULL;
    if (type->keys == NULL)
        return type->values;
    size_t low = 0, high = type->key_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = dw_slice_compare(key, dw_slice_of(type->keys[middle].name));
        if (order == 0)
            return type->keys[middle].type;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
