/* SPDX-License-Identifier: Apache-2.0
 *
 * RT-012 to RT-015: how a container is kept in bounds and watched: resources, health, logs, restarts. */
#include "rule/chapters.h"
#include "rule/repair.h"
#include "rule/runtime.h"

#include <inttypes.h>

/* --- RT-012 --- */

/* Engines take nothing, 0 and negative numbers as no limit. */
static bool is_unlimited(struct dw_slice text)
{
    if (text.len == 0 || text.at[0] == '-' || dw_slice_is(text, "null") || dw_slice_is(text, "~"))
        return true;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] >= '1' && text.at[i] <= '9')
            return false;
    return true;
}

static void judge_limit(struct dw_judge *judge, const struct dw_container *container, const char *variant,
                        const struct dw_container_text *given, const char *what, struct dw_slice fix,
                        struct dw_runtime_change change)
{
    if (given->node != NULL && change.kind != DW_RUNTIME_NOTHING)
        change = (struct dw_runtime_change){DW_RUNTIME_REPLACE, given->node, NULL, change.text};
    if (given->problem.len > 0)
        dw_runtime_unknown(judge, container, given->node, given->problem);
    else if (is_unlimited(given->text))
        dw_runtime_fail(judge, container, given->node,
                        (struct dw_runtime_fault){
                            .variant = variant,
                            .message = given->text.len > 0
                                           ? dw_judge_text(judge, "%.*s: %.*s means no limit of %s", DW_SLICE_ARG(container->what),
                                                           DW_SLICE_ARG(given->text), what)
                                           : dw_judge_text(judge, "%.*s has no limit of %s", DW_SLICE_ARG(container->what), what),
                            .fix = fix,
                            .changes = {change},
                            .note = "what needs more than the limit fails or is stopped: choose the number with its owner"});
}

/* The memory of parameter "memory" ("512m", "1gb") as Kubernetes writes it ("512Mi"), where "m" stands for a thousandth; NULL for
 * another form. */
static const char *kubernetes_memory(struct dw_judge *judge)
{
    struct dw_slice given = dw_runtime_value(judge, "memory");
    size_t digits = 0;
    while (digits < given.len && dw_is_digit(given.at[digits]))
        digits++;
    struct dw_slice unit = dw_slice_from(given, digits), number = dw_slice_part(given, 0, digits);
    static const struct {
        const char *compose, *kubernetes;
    } units[] = {{"", ""},     {"b", ""},    {"k", "Ki"},  {"kb", "Ki"}, {"m", "Mi"}, {"mb", "Mi"},
                 {"g", "Gi"},  {"gb", "Gi"}};
    for (size_t i = 0; digits > 0 && i < sizeof(units) / sizeof(*units); i++)
        if (dw_slice_equal_nocase(unit, dw_slice_of(units[i].compose)))
            return dw_judge_text(judge, "%.*s%s", DW_SLICE_ARG(number), units[i].kubernetes).at;
    return NULL;
}

/* The requests that are missing; the memory is the limit's, which is what Kubernetes takes for a request that is not given. */
static void add_requests(struct dw_judge *judge, bool cpu, bool memory, struct dw_runtime_fault *fault)
{
    struct dw_runtime_change *change = fault->changes;
    const char *size = memory ? kubernetes_memory(judge) : NULL;
    if (memory && size == NULL)
        return;
    if (cpu)
        *change++ = (struct dw_runtime_change){DW_RUNTIME_SET, NULL, "resources.requests.cpu", "100m"};
    if (memory)
        *change = (struct dw_runtime_change){DW_RUNTIME_SET, NULL, "resources.requests.memory", size};
    fault->note = "it is placed only where this much is free: choose the numbers with its owner";
}

static void judge_requests(struct dw_judge *judge, const struct dw_container *container)
{
    /* Where a limit is given and a request is not, the request is the limit. */
    bool cpu = container->cpu_request.node == NULL && container->cpu_limit.node == NULL;
    bool memory = container->memory_request.node == NULL && container->memory_limit.node == NULL;
    if (!cpu && !memory)
        return;
    struct dw_runtime_fault fault = {
        .variant = "requests",
        .message = dw_judge_text(judge, "%.*s requests no %s: the scheduler cannot place it well", DW_SLICE_ARG(container->what),
                                 !memory ? "processor time" : !cpu ? "memory" : "processor time and no memory"),
        .fix = DW_SLICE("resources: {requests: {cpu: 100m, memory: 128Mi}}")};
    if (judge->settings->repairs)
        add_requests(judge, cpu, memory, &fault);
    dw_runtime_fail(judge, container, NULL, fault);
}

static void limits(struct dw_judge *judge, const struct dw_container *container)
{
    size_t before = judge->failed + judge->unknown;
    bool compose = dw_runtime_is_compose(container);
    if (!dw_runtime_runs(container) || container->role == DW_ROLE_EPHEMERAL) /* which may have no resources */
        return;
    struct dw_slice pids = dw_runtime_value(judge, "pids"), memory = dw_runtime_value(judge, "memory");
    if (compose)
        judge_limit(judge, container, "pids", &container->pids_limit, "processes",
                    dw_judge_text(judge, "pids_limit: %.*s", DW_SLICE_ARG(pids)),
                    (struct dw_runtime_change){DW_RUNTIME_SET, NULL, "pids_limit", dw_arena_copy(&judge->verdict->arena, pids).at});
    const char *quantity = NULL; /* no less than the request, which is refused above the limit */
    const struct dw_container_text *request = &container->memory_request;
    if (!compose && judge->settings->repairs && request->node == NULL)
        quantity = kubernetes_memory(judge);
    else if (!compose && judge->settings->repairs && request->text.len > 0 && request->problem.len == 0)
        quantity = dw_repair_quote(judge, request->text);
    judge_limit(judge, container, "memory", &container->memory_limit, "memory",
                compose ? dw_judge_text(judge, "mem_limit: %.*s", DW_SLICE_ARG(memory))
                        : DW_SLICE("resources: {limits: {memory: 512Mi}}"),
                compose ? (struct dw_runtime_change){DW_RUNTIME_SET, NULL, "mem_limit",
                                                     dw_arena_copy(&judge->verdict->arena, memory).at}
                        : (struct dw_runtime_change){quantity != NULL ? DW_RUNTIME_SET : DW_RUNTIME_NOTHING, NULL,
                                                     "resources.limits.memory", quantity});
    judge_limit(judge, container, "cpu", &container->cpu_limit, "processor time",
                compose ? DW_SLICE("cpus: \"1.0\"") : DW_SLICE("resources: {limits: {cpu: \"1\"}}"),
                (struct dw_runtime_change){0});
    if (!compose)
        judge_requests(judge, container);
    if (container->oom_kill_disable.value == DW_SWITCH_ON)
        dw_runtime_fail(judge, container, container->oom_kill_disable.node,
                        (struct dw_runtime_fault){
                            .variant = "oom-kill-disable",
                            .message = dw_judge_text(judge, "%.*s is not stopped when it uses all memory: others are",
                                                     DW_SLICE_ARG(container->what)),
                            .fix = DW_SLICE("Remove oom_kill_disable."),
                            .changes = {{DW_RUNTIME_REMOVE, container->oom_kill_disable.node, NULL, NULL}},
                            .note = "it is stopped when it uses more memory than it may"});
    else if (container->oom_kill_disable.value == DW_SWITCH_UNKNOWN)
        dw_runtime_unknown(judge, container, container->oom_kill_disable.node, container->oom_kill_disable.problem);
    if (judge->failed + judge->unknown == before)
        dw_judge_pass_quietly(judge);
}

/* --- RT-013 --- */

/* The HEALTHCHECK that holds for the shipped stage, or NULL: the last one between its base and its end. */
static const struct dw_instruction *health_check(const struct dw_dockerfile *dockerfile)
{
    size_t stage = dockerfile->shipped;
    for (;;) {
        const struct dw_build_stage *row = &dockerfile->stages.at[stage];
        for (size_t i = row->first + row->count; i > row->first; i--)
            if (dockerfile->instructions.at[i - 1].kind == DW_INSTRUCTION_HEALTHCHECK)
                return &dockerfile->instructions.at[i - 1];
        const struct dw_image_use *use = &dockerfile->uses.at[row->use];
        if (use->kind != DW_BASE_STAGE || use->target >= stage)
            return NULL;
        stage = use->target;
    }
}

static bool is_none(const struct dw_instruction *check)
{
    return check->argument_count > 0 && dw_slice_equal_nocase(check->arguments[0], DW_SLICE("NONE"));
}

#define HEALTH_FIX "HEALTHCHECK --interval=30s --timeout=3s CMD [\"/app\", \"--health\"], or what asks your service whether it works"

static void health_dockerfile(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_instruction *check = health_check(dockerfile);
    const struct dw_image_use *external = &dockerfile->uses.at[dockerfile->external_use];
    const struct dw_build_stage *shipped = &dockerfile->stages.at[dockerfile->shipped];
    if (check != NULL && !is_none(check)) {
        dw_judge_pass(judge, "file", dockerfile->name, check->line, DW_SLICE("HEALTHCHECK"));
        return;
    }
    if (check == NULL && view->image != NULL)
        return; /* the image's own result says it */
    struct dw_judge_finding finding = dw_judge_at_instruction(dockerfile, check != NULL ? check : shipped->from);
    finding.fix = DW_SLICE(HEALTH_FIX);
    if (check != NULL)
        finding.message = DW_SLICE("HEALTHCHECK NONE: nothing asks whether the service works");
    else if (external->kind == DW_BASE_SCRATCH)
        finding.message = DW_SLICE("no HEALTHCHECK: nothing asks whether the service works");
    else
        finding.message = dw_judge_text(judge, "no HEALTHCHECK in the shipped stage, nor is one known of its base \"%.*s\"",
                                        DW_SLICE_ARG(external->resolved.len > 0 ? external->resolved : external->written));
    dw_judge_fail(judge, finding);
}

static void health_image(struct dw_judge *judge, const struct dw_dockerfile *built_from)
{
    const struct dw_subject *subject = judge->subject;
    (void)built_from;
    if (subject->kind != DW_SUBJECT_IMAGE)
        return;
    if (subject->image.image_id.len == 0)
        dw_judge_unknown(judge, DW_SLICE(""), 0, DW_SLICE("the image config could not be read"));
    else if (subject->image.healthcheck)
        dw_judge_pass(judge, "image-config", DW_SLICE(""), 0, DW_SLICE("/config/Healthcheck"));
    else
        dw_judge_fail(judge, (struct dw_judge_finding){.pointer = DW_SLICE("/config/Healthcheck"),
                                                       .message = DW_SLICE("the image has no health check"),
                                                       .fix = DW_SLICE(HEALTH_FIX)});
}

static void health_service(struct dw_judge *judge, const struct dw_container *container)
{
    const struct dw_container_switch *check = &container->health_check;
    struct dw_runtime_fault fault = {.fix = DW_SLICE("healthcheck: {test: [CMD, /app, --health], interval: 30s, timeout: 3s}, or what "
                                                     "asks your service whether it works")};
    if (check->value == DW_SWITCH_UNKNOWN) {
        dw_runtime_unknown(judge, container, check->node, check->problem);
        return;
    }
    if (check->value == DW_SWITCH_ON) {
        dw_judge_pass_quietly(judge);
        return;
    }
    if (check->value == DW_SWITCH_UNSET && container->dockerfile != NULL) {
        const struct dw_instruction *built = health_check(container->dockerfile);
        if (built != NULL && !is_none(built)) {
            dw_judge_pass_quietly(judge);
            return;
        }
    }
    fault.message = check->value == DW_SWITCH_OFF
                        ? dw_judge_text(judge, "%.*s switches its health check off", DW_SLICE_ARG(container->what))
                        : dw_judge_text(judge, "%.*s has no health check, and none is known of its image",
                                        DW_SLICE_ARG(container->what));
    dw_runtime_fail(judge, container, check->node, fault);
}

/* A pod that ends (of a Job) is watched by its end. */
static bool ends(const struct dw_container *container)
{
    const struct dw_node *policy = dw_node_get(container->pod, "restartPolicy");
    return policy != NULL && (dw_slice_is(policy->text, "Never") || dw_slice_is(policy->text, "OnFailure"));
}

static void judge_probe(struct dw_judge *judge, const struct dw_container *container, const char *name,
                        const struct dw_container_switch *given, bool other)
{
    if (given->value == DW_SWITCH_UNKNOWN) {
        dw_runtime_unknown(judge, container, given->node, given->problem);
        return;
    }
    if (given->value == DW_SWITCH_ON) {
        dw_judge_pass_quietly(judge);
        return;
    }
    struct dw_runtime_fault fault = {
        .variant = name,
        .message = dw_judge_text(judge, "%.*s has no %s probe", DW_SLICE_ARG(container->what), name),
        .fix = dw_judge_text(judge, "%sProbe: {httpGet: {path: /healthz, port: 8080}}, or what asks your service whether it works",
                             name)};
    if (other) /* one of the two is a health check */
        dw_runtime_inform(judge, container, NULL, fault);
    else
        dw_runtime_fail(judge, container, NULL, fault);
}

static void health(struct dw_judge *judge, const struct dw_container *container)
{
    if (!dw_runtime_runs(container) || container->role != DW_ROLE_MAIN)
        return;
    if (dw_runtime_is_compose(container)) {
        health_service(judge, container);
    } else if (!ends(container)) {
        judge_probe(judge, container, "liveness", &container->liveness, container->readiness.value == DW_SWITCH_ON);
        judge_probe(judge, container, "readiness", &container->readiness, container->liveness.value == DW_SWITCH_ON);
    }
}

/* --- RT-014 --- */

static bool has_option(const struct dw_container *container, const char *name)
{
    for (size_t i = 0; i < container->log_options.len; i++)
        if (dw_slice_is(container->log_options.at[i].name, name) && container->log_options.at[i].value.len > 0)
            return true;
    return false;
}

/* Quoted: log options are strings. */
static const char *yaml_text(struct dw_judge *judge, struct dw_slice text)
{
    return dw_judge_text(judge, "\"%.*s\"", DW_SLICE_ARG(text)).at;
}

/* json-file with both options: all of the block where there is none, else what it lacks. */
static void set_rotation(struct dw_judge *judge, const struct dw_container *container, struct dw_slice size,
                         struct dw_slice files, struct dw_runtime_fault *fault)
{
    const struct dw_node *block = dw_node_get(container->node, "logging"), *options = dw_node_get(block, "options");
    const char *most = yaml_text(judge, size), *count = yaml_text(judge, files);
    struct dw_slice both = dw_judge_text(judge, "{max-size: %s, max-file: %s}", most, count);
    struct dw_runtime_change *change = fault->changes;
    if (block == NULL || block->kind != DW_NODE_MAPPING) {
        *change = (struct dw_runtime_change){
            DW_RUNTIME_SET, NULL, "logging",
            dw_judge_text(judge, "{driver: json-file, options: %.*s}", DW_SLICE_ARG(both)).at};
        return;
    }
    if (container->log_driver.node == NULL)
        *change++ = (struct dw_runtime_change){DW_RUNTIME_SET, NULL, "logging.driver", "json-file"};
    else if (!dw_slice_is(container->log_driver.text, "json-file"))
        *change++ = (struct dw_runtime_change){DW_RUNTIME_REPLACE, container->log_driver.node, NULL, "json-file"};
    if (options == NULL || options->count == 0) {
        *change = (struct dw_runtime_change){DW_RUNTIME_SET, NULL, "logging.options", both.at};
        return;
    }
    if (!has_option(container, "max-size"))
        *change++ = (struct dw_runtime_change){DW_RUNTIME_SET, NULL, "logging.options.max-size", most};
    if (!has_option(container, "max-file"))
        *change = (struct dw_runtime_change){DW_RUNTIME_SET, NULL, "logging.options.max-file", count};
}

static void logs(struct dw_judge *judge, const struct dw_container *container)
{
    const struct dw_container_text *driver = &container->log_driver;
    if (!dw_runtime_is_compose(container) || !dw_runtime_runs(container))
        return;
    struct dw_slice size = dw_runtime_value(judge, "max-size"), files = dw_runtime_value(judge, "max-file");
    struct dw_runtime_fault fault = {
        .fix = dw_judge_text(judge, "logging: {driver: json-file, options: {max-size: %.*s, max-file: \"%.*s\"}}",
                             DW_SLICE_ARG(size), DW_SLICE_ARG(files))};
    if (judge->settings->repairs)
        set_rotation(judge, container, size, files, &fault);
    fault.note = "older lines of its log are dropped when the files are full";
    if (driver->problem.len > 0) {
        dw_runtime_unknown(judge, container, driver->node, driver->problem);
        return;
    }
    for (size_t i = 0; i < container->log_options.len; i++)
        if (container->log_options.at[i].problem.len > 0) {
            dw_runtime_unknown(judge, container, container->log_options.at[i].node, container->log_options.at[i].problem);
            return;
        }
    if (driver->text.len == 0)
        fault.message = dw_judge_text(judge, "%.*s sets no log driver: what the daemon has is unknown, and its default never rotates",
                                      DW_SLICE_ARG(container->what));
    else if (!dw_runtime_allows(judge, "drivers", driver->text))
        fault.message = dw_judge_text(judge, "%.*s: the log driver %.*s is not one of those allowed", DW_SLICE_ARG(container->what),
                                      DW_SLICE_ARG(driver->text));
    else if (dw_slice_is(driver->text, "json-file") && !(has_option(container, "max-size") && has_option(container, "max-file")))
        fault.message = dw_judge_text(judge, "%.*s: json-file without %s: logs grow until the disk is full",
                                      DW_SLICE_ARG(container->what),
                                      has_option(container, "max-size")   ? "max-file"
                                      : has_option(container, "max-file") ? "max-size"
                                                                          : "max-size and max-file");
    else {
        dw_runtime_pass(judge, container, driver->node,
                        dw_judge_text(judge, "%.*s: log driver %.*s", DW_SLICE_ARG(container->what), DW_SLICE_ARG(driver->text)));
        return;
    }
    dw_runtime_fail(judge, container, driver->node, fault);
}

/* --- RT-015 --- */

#define RETRIES_MOST 5

static void restarts(struct dw_judge *judge, const struct dw_container *container)
{
    const struct dw_container_text *given = &container->restart;
    struct dw_slice count = DW_SLICE(""), word = given->text;
    uint64_t number;
    if (!dw_runtime_is_compose(container) || !dw_runtime_runs(container))
        return;
    if (given->problem.len > 0) {
        dw_runtime_unknown(judge, container, given->node, given->problem);
        return;
    }
    size_t colon = dw_slice_find(word, ':');
    if (colon != SIZE_MAX) {
        count = dw_slice_from(word, colon + 1);
        word = dw_slice_part(word, 0, colon);
    }
    if (word.len == 0 || dw_runtime_allows(judge, "allowed", word)) {
        dw_judge_pass_quietly(judge); /* without a policy nothing is started again */
        return;
    }
    const struct dw_node *own = dw_node_get(container->node, "restart");
    struct dw_runtime_fault fault = {.fix = DW_SLICE("restart: \"on-failure:5\""), .note = "after five failures it stays down"};
    if (own != NULL)
        fault.changes[0] = (struct dw_runtime_change){DW_RUNTIME_SET, NULL, "restart", "\"on-failure:5\""};
    if (!dw_slice_is(word, "on-failure"))
        fault.message = dw_judge_text(judge, "%.*s is started again without end: restart: %.*s", DW_SLICE_ARG(container->what),
                                      DW_SLICE_ARG(given->text));
    else if (!dw_parse_u64(count, &number) || number == 0 || number > RETRIES_MOST)
        fault.message = dw_judge_text(judge, "%.*s is started again %s: restart: %.*s", DW_SLICE_ARG(container->what),
                                      count.len == 0 ? "without end" : "more than 5 times", DW_SLICE_ARG(given->text));
    if (fault.message.len > 0)
        dw_runtime_fail(judge, container, given->node, fault);
    else
        dw_judge_pass_quietly(judge);
}

/* --- rows --- */

#define SERVICE "services:\n  web:\n    image: shop:1.4\n"
#define POD \
    "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n  containers:\n    - name: app\n      image: shop:1.4\n"
#define LIMITS  "    pids_limit: 200\n    mem_limit: 512m\n    cpus: \"1.0\"\n"
#define LOGGING "    logging: {driver: json-file, options: {max-size: 10m, max-file: \"3\"}}\n"

static const struct dw_rule_variant limit_variants[] = {
    {"pids", DW_SEVERITY_UNKNOWN, "cis:5.29|kics:Pids Limit Not Set", "processes"},
    {"memory", DW_SEVERITY_UNKNOWN, "KSV-0018|cis:5.11|kl:unset-memory-requirements|kics:Memory Not Limited", "memory"},
    {"cpu", DW_SEVERITY_LOW, "KSV-0011|cis:5.12|kl:unset-cpu-requirements|kics:Cpus Not Limited", "processor time"},
    {"oom-kill-disable", DW_SEVERITY_UNKNOWN, "", "the kernel may not stop it when memory runs out"},
    {"requests", DW_SEVERITY_LOW, "KSV-0015|KSV-0016", "Kubernetes: what the scheduler sets aside"},
    {NULL},
};
static const char *const pids_default[] = {"200", NULL}, *const memory_default[] = {"512m", NULL};
static const struct dw_rule_parameter limit_parameters[] = {
    {"pids", "the limit of processes that a repair writes", pids_default, false},
    {"memory", "the limit of memory that a repair writes, as Compose has it", memory_default, false},
    {NULL},
};
static const struct dw_rule_example limit_examples[] = {
    {"compose.yaml", SERVICE, SERVICE LIMITS},
    {"pod.yaml", POD,
     POD "      resources: {limits: {cpu: \"1\", memory: 512Mi}, requests: {cpu: 100m, memory: 128Mi}}\n"},
    {NULL},
};
static const struct dw_rule_variant health_variants[] = {
    {"liveness", DW_SEVERITY_UNKNOWN, "kl:no-liveness-probe", "Kubernetes: no liveness probe"},
    {"readiness", DW_SEVERITY_UNKNOWN, "kl:no-readiness-probe", "Kubernetes: no readiness probe"},
    {NULL},
};
static const struct dw_rule_example health_examples[] = {
    {"Dockerfile", "FROM scratch\nCOPY server /server\nENTRYPOINT [\"/server\"]\n",
     "FROM scratch\nCOPY server /server\nHEALTHCHECK CMD [\"/server\", \"--health\"]\nENTRYPOINT [\"/server\"]\n"},
    {"compose.yaml", SERVICE, SERVICE "    healthcheck: {test: [CMD, /server, --health]}\n"},
    {"pod.yaml", POD, POD "      livenessProbe: {httpGet: {path: /healthz, port: 8080}}\n"},
    {NULL},
};
static const char *const drivers_default[] = {"json-file", "local",   "journald", "syslog",  "fluentd", "gelf",
                                              "awslogs",   "gcplogs", "splunk",   "etwlogs", NULL};
static const char *const size_default[] = {"10m", NULL}, *const files_default[] = {"3", NULL};
static const struct dw_rule_parameter log_parameters[] = {
    {"drivers", "log drivers that are allowed", drivers_default, true},
    {"max-size", "what a repair writes for json-file", size_default, false},
    {"max-file", "what a repair writes for json-file", files_default, false},
    {NULL},
};
static const struct dw_rule_example log_examples[] = {
    {"compose.yaml", SERVICE, SERVICE LOGGING},
    {NULL},
};
static const char *const restart_default[] = {"no", NULL};
static const struct dw_rule_parameter restart_parameters[] = {
    {"allowed", "restart policies that are allowed beside on-failure with at most 5 attempts", restart_default, true},
    {NULL},
};
static const struct dw_rule_example restart_examples[] = {
    {"compose.yaml", SERVICE "    restart: always\n", SERVICE "    restart: \"on-failure:5\"\n"},
    {NULL},
};

const struct dw_rule dw_operation_rules[] = {
    {.id = "RT-012",
     .title = "Resource limits set",
     .chapter = 4,
     .severity = DW_SEVERITY_MEDIUM,
     .repair = DW_REPAIR_REVIEW,
     .what = "Every container has limits of processes, memory and processor time, and in Kubernetes requests; the kernel may stop it "
     "when memory runs out.",
     .why = "One container without limits can take the whole machine from all others: by a leak, a fork bomb or a miner.",
     .fix = "Set pids_limit, mem_limit and cpus; in Kubernetes resources.limits and resources.requests.",
     .aliases = "",
     .pass = "every container has its limits",
     .none = "no container is described here",
     .variants = limit_variants,
     .parameters = limit_parameters,
     .examples = limit_examples,
     .container = limits},
    {.id = "RT-013",
     .title = "Health check defined",
     .chapter = 6,
     .severity = DW_SEVERITY_LOW,
     .what = "An effective health check exists: HEALTHCHECK in the shipped stage or inherited, healthcheck of the Compose service, "
     "Healthcheck of the image config, a liveness or readiness probe.",
     .why = "Without one a service that hangs counts as running; nobody is told and nothing starts it again.",
     .fix = "Write what asks the service whether it works: HEALTHCHECK, healthcheck or probes.",
     .aliases = "DL3057|DS-0026|CKV_DOCKER_2|CIS-DI-0006|cis:4.6|cis:5.27|kics:Healthcheck Not Set",
     .pass = "a health check is set",
     .none = "nothing that runs on is described here",
     .variants = health_variants,
     .examples = health_examples,
     .dockerfile = health_dockerfile,
     .container = health,
     .image = health_image},
    {.id = "RT-014",
     .title = "Log driver set and rotated",
     .chapter = 6,
     .severity = DW_SEVERITY_LOW,
     .repair = DW_REPAIR_REVIEW,
     .what = "Every Compose service sets a log driver that is allowed; json-file has max-size and max-file.",
     .why = "Without logs nobody sees an attack; logs that grow without end fill the disk and stop everything.",
     .fix = "Write logging: {driver: json-file, options: {max-size: 10m, max-file: \"3\"}}, or driver: local.",
     .aliases = "",
     .pass = "every service logs, and its logs rotate",
     .none = "no Compose service is described here",
     .parameters = log_parameters,
     .examples = log_examples,
     .container = logs},
    {.id = "RT-015",
     .title = "Restart policy bounded",
     .chapter = 0,
     .severity = DW_SEVERITY_LOW,
     .repair = DW_REPAIR_REVIEW,
     .what = "A Compose service is not started again without end: restart: \"on-failure:5\" at most, or a policy that is allowed.",
     .why = "A service that fails and is started for ever hides its failure and can be used to exhaust the host.",
     .fix = "Write restart: \"on-failure:5\".",
     .aliases = "cis:5.15|kl:restart-policy|kics:Restart Policy On Failure Not Set To 5",
     .pass = "no service is started again without end",
     .none = "no Compose service is described here",
     .parameters = restart_parameters,
     .examples = restart_examples,
     .container = restarts},
};
const size_t dw_operation_rule_count = DW_RULE_COUNT(dw_operation_rules);
