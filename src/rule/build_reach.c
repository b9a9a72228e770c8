/* SPDX-License-Identifier: Apache-2.0
 *
 * DF-043: build steps that reach the host (Dockerfile reference, "RUN --network", "RUN --security", "RUN --device"; compose-spec,
 * "build"). */
#include "rule/build_reach.h"

#include "rule/chapters.h"
#include "rule/dockerfile_rule.h"

static const struct {
    const char *flag, *value; /* NULL: any */
    const char *what, *fix;
} reaches[DW_REACH_COUNT] = {
    [DW_REACH_NETWORK] = {"network", "host", "uses the host's network: it reaches services that listen on localhost only",
                          "leave --network=host out"},
    [DW_REACH_INSECURE] = {"security", "insecure", "runs with all rights of the host, like a privileged container",
                           "leave --security=insecure out"},
    [DW_REACH_DEVICE] = {"device", NULL, "uses a device of the host", "leave --device out; a build needs none"},
};

const struct dw_instruction *dw_build_reach_next(const struct dw_dockerfile *dockerfile, enum dw_build_reach reach, size_t *index,
                                                 struct dw_slice *flag)
{
    const struct dw_instruction *instruction, *runs;
    while ((instruction = dw_rule_instruction(dockerfile, index, &runs)) != NULL) {
        struct dw_slice value;
        if (runs->kind != DW_INSTRUCTION_RUN || runs->flag_count == 0 ||
            !dw_instruction_flag(runs, reaches[reach].flag, &value))
            continue;
        if (reaches[reach].value != NULL && !dw_slice_is(value, reaches[reach].value))
            continue;
        *flag = dw_rule_flag_text(runs, reaches[reach].flag);
        return instruction;
    }
    return NULL;
}

void dw_build_reach_judge(struct dw_judge *judge, const struct dw_dockerfile *dockerfile, enum dw_build_reach reach,
                          const char *variant)
{
    const struct dw_instruction *instruction;
    struct dw_slice flag;
    size_t failed = judge->failed;
    for (size_t index = 0; (instruction = dw_build_reach_next(dockerfile, reach, &index, &flag)) != NULL;) {
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, flag);
        at.variant = variant;
        at.message = dw_judge_text(judge, "RUN %.*s %s", DW_SLICE_ARG(flag), reaches[reach].what);
        at.fix = dw_slice_of(reaches[reach].fix);
        dw_judge_fail(judge, at);
    }
    if (judge->failed == failed)
        dw_judge_pass_quietly(judge);
}

/* Does a rule about containers tell it? Then one finding is enough. */
static bool is_told(const struct dw_judge *judge, const char *id)
{
    const struct dw_rule *rule = dw_rule_find(dw_slice_of(id));
    if (rule == NULL || rule->dockerfile == NULL || rule->off)
        return false;
    for (size_t i = 0; i < judge->settings->switch_count; i++)
        if (dw_slice_is(judge->settings->switches[i].id, id))
            return judge->settings->switches[i].enabled;
    return true;
}

static void judge_dockerfile(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    static const char *const others[DW_REACH_COUNT] = {
        [DW_REACH_NETWORK] = "RT-007", [DW_REACH_INSECURE] = "RT-004", [DW_REACH_DEVICE] = "RT-011"};
    for (enum dw_build_reach reach = 0; reach < DW_REACH_COUNT; reach++) {
        if (is_told(judge, others[reach]))
            dw_judge_pass_quietly(judge);
        else
            dw_build_reach_judge(judge, view->dockerfile, reach, NULL);
    }
}

/* ---- Compose ------------------------------------------------------------------------------------------------------ */

static void fail_node(struct dw_judge *judge, const struct dw_node *node, struct dw_slice service, const char *message,
                      struct dw_slice value)
{
    struct dw_judge_finding at = dw_judge_at_node(node);
    at.message = dw_judge_text(judge, "service %.*s: build.%s%.*s", DW_SLICE_ARG(service), message, DW_SLICE_ARG(value));
    at.fix = DW_SLICE("leave it out: a build needs nothing of the host");
    dw_judge_fail(judge, at);
}

/* "network.host" and "security.insecure" are RT-007's and RT-004's, where they are told. */
static bool entitlement_is_told(const struct dw_judge *judge, struct dw_slice name)
{
    return (dw_slice_is(name, "network.host") && is_told(judge, "RT-007")) ||
           (dw_slice_is(name, "security.insecure") && is_told(judge, "RT-004"));
}

static void judge_build(struct dw_judge *judge, struct dw_slice service, const struct dw_node *build)
{
    const struct dw_node *network = dw_node_get(build, "network"), *privileged = dw_node_get(build, "privileged"),
                         *entitlements = dw_node_get(build, "entitlements"), *ssh = dw_node_get(build, "ssh");
    size_t failed = judge->failed;
    if (network != NULL && network->kind == DW_NODE_SCALAR && dw_slice_is(network->text, "host") && !is_told(judge, "RT-007"))
        fail_node(judge, network, service, "network is the host's", DW_SLICE(""));
    if (privileged != NULL && privileged->kind == DW_NODE_SCALAR && dw_slice_equal_nocase(privileged->text, DW_SLICE("true")) &&
        !is_told(judge, "RT-004"))
        fail_node(judge, privileged, service, "privileged gives the build all rights of the host", DW_SLICE(""));
    for (size_t i = 0; entitlements != NULL && entitlements->kind == DW_NODE_SEQUENCE && i < entitlements->count; i++) {
        const struct dw_node *item = entitlements->items[i];
        if (item->kind == DW_NODE_SCALAR && !entitlement_is_told(judge, item->text))
            fail_node(judge, item, service, "entitlements gives the build ", item->text);
    }
    for (size_t i = 0; ssh != NULL && i < ssh->count; i++) {
        /* A list of "id[=path]", or a mapping of ids to paths. */
        const struct dw_node *item = ssh->kind == DW_NODE_MAPPING ? ssh->keys[i] : ssh->items[i];
        struct dw_slice id = dw_slice_part(item->text, 0, dw_slice_find(item->text, '='));
        if (item->kind == DW_NODE_SCALAR && !dw_slice_is(id, "default"))
            fail_node(judge, item, service, "ssh gives the build a key of its own: ", id);
    }
    if (judge->failed == failed)
        dw_judge_pass_quietly(judge);
}

static void judge_compose(struct dw_judge *judge, const struct dw_compose *project)
{
    const struct dw_node *services = dw_node_get(project->root, "services");
    for (size_t i = 0; services != NULL && services->kind == DW_NODE_MAPPING && i < services->count; i++) {
        const struct dw_node *build = dw_node_get(services->items[i], "build");
        if (build != NULL && build->kind == DW_NODE_MAPPING)
            judge_build(judge, services->keys[i]->text, build);
    }
}

/* ---- row ---------------------------------------------------------------------------------------------------------- */

static const struct dw_rule_example examples[] = {
    {"compose.yaml", "services:\n  web:\n    build:\n      context: .\n      ssh:\n        - deploy=/home/ci/.ssh/deploy\n",
     "services:\n  web:\n    build:\n      context: .\n      ssh:\n        - default\n"},
    {NULL},
};

const struct dw_rule dw_build_reach_rules[] = {
    {.id = "DF-043",
     .title = "No host reach from a build step",
     .chapter = 4,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "No RUN has --network=host, --security=insecure or --device, and no Compose build asks for the host's network, for "
             "privileges, entitlements, or SSH keys other than the agent's default. What RT-004, RT-007 or RT-011 tells of a file is told "
             "by them alone.",
     .why = "A build runs code of others: with the host in reach, that code has the host.",
     .fix = "Leave the flag or key out; fetch what the build needs in a step of its own.",
     .aliases = "",
     .pass = "no build step reaches the host",
     .none = "nothing is built",
     .examples = examples,
     .dockerfile = judge_dockerfile,
     .compose = judge_compose},
};
const size_t dw_build_reach_rule_count = DW_RULE_COUNT(dw_build_reach_rules);
