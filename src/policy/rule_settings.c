/* SPDX-License-Identifier: Apache-2.0
 *
 * What the policy file says to the rules of the catalogue. */
#include "policy/policy.h"

static const struct dw_slice *list_of(struct dw_arena *arena, const struct dw_policy_texts *texts)
{
    struct dw_slice *list = dw_arena_alloc(arena, texts->len + 1, sizeof(*list));
    for (size_t i = 0; i < texts->len; i++)
        list[i] = texts->at[i].text;
    return list;
}

static void set_families(const struct dw_policy *policy, struct dw_arena *arena, struct dw_rule_settings *settings)
{
    settings->node_families = NULL;
    settings->node_family_count = 0;
    for (size_t i = 0; i < policy->families.len; i++)
        if (dw_slice_is(policy->families.at[i].runtime, "node")) {
            settings->node_families = list_of(arena, &policy->families.at[i].families);
            settings->node_family_count = policy->families.at[i].families.len;
        }
}

static void set_rules(const struct dw_policy *policy, struct dw_arena *arena, struct dw_rule_settings *settings)
{
    size_t values = 0;
    for (size_t i = 0; i < policy->rules.len; i++)
        values += policy->rules.at[i].parameters.len;
    struct dw_rule_severity *severities = dw_arena_alloc(arena, policy->rules.len + 1, sizeof(*severities));
    struct dw_rule_switch *switches = dw_arena_alloc(arena, policy->rules.len + 1, sizeof(*switches));
    struct dw_rule_values *parameters = dw_arena_alloc(arena, values + 1, sizeof(*parameters));
    settings->severities = severities;
    settings->switches = switches;
    settings->values = parameters;
    for (size_t i = 0; i < policy->rules.len; i++) {
        const struct dw_policy_rule *rule = &policy->rules.at[i];
        if (rule->severity != DW_SEVERITY_UNKNOWN)
            severities[settings->severity_count++] = (struct dw_rule_severity){rule->id, rule->severity};
        if (rule->enabled != DW_POLICY_SWITCH_UNSET)
            switches[settings->switch_count++] =
                (struct dw_rule_switch){rule->id, rule->enabled == DW_POLICY_SWITCH_ON};
        for (size_t j = 0; j < rule->parameters.len; j++)
            parameters[settings->value_count++] = rule->parameters.at[j];
    }
}

struct dw_rule_settings dw_policy_rule_settings(const struct dw_policy *policy, struct dw_arena *arena, int64_t now)
{
    struct dw_rule_settings settings = dw_rule_settings_default();
    set_families(policy, arena, &settings);
    settings.user_lowest = policy->user_lowest;
    settings.user_highest = policy->user_highest;
    settings.read_only_root = policy->read_only_root;
    settings.capabilities_add = list_of(arena, &policy->capabilities_add);
    settings.capability_count = policy->capabilities_add.len;
    settings.seccomp = policy->seccomp.text;
    if (settings.seccomp.len > 0 && !dw_slice_is(settings.seccomp, "default")) {
        DW_CLEANUP(dw_cleanup_free) char *path = dw_policy_path(policy, settings.seccomp);
        settings.seccomp = dw_arena_copy(arena, dw_slice_of(path));
    }
    settings.registries = list_of(arena, &policy->registries_allow);
    settings.registry_count = policy->registries_allow.len;
    settings.kubernetes_secret_env = (policy->secret_ways & DW_SECRETS_KUBERNETES_ENVIRONMENT) != 0;
    settings.now = now;
    settings.upgrade_every = policy->upgrade_every;
    set_rules(policy, arena, &settings);
    return settings;
}
