/* SPDX-License-Identifier: Apache-2.0
 *
 * SEC-008: how secrets come to the containers of a pod. Values are never shown. */
#include "kubernetes/kubernetes.h"
#include "rule/chapters.h"
#include "rule/judge.h"
#include "rule/secret_value.h"

/* Longer names are none. */
#define NAME_BYTES 256

/* NAME as words between "_": "dbPassword" and "db-password" are db_Password and db_password. */
static bool is_secret_name(struct dw_slice name)
{
    char words[2 * NAME_BYTES];
    size_t length = 0;
    if (name.len > NAME_BYTES)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        bool lower = i > 0 && (dw_is_digit(name.at[i - 1]) || (name.at[i - 1] >= 'a' && name.at[i - 1] <= 'z'));
        if (lower && c >= 'A' && c <= 'Z')
            words[length++] = '_';
        words[length++] = c == '-' || c == '.' ? '_' : c;
    }
    return dw_secret_name(dw_slice_make(words, length));
}

/* Texts that keep no secret: switches, and references to other variables alone ("$(NAME)"). */
static bool is_harmless(struct dw_slice value)
{
    static const char *const words[] = {"true", "false", "yes", "no", "on", "off", "enabled", "disabled", "none", "null"};
    value = dw_slice_trim(value);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (dw_slice_equal_nocase(value, dw_slice_of(words[i])))
            return true;
    while (dw_slice_starts_with(value, "$(") && dw_slice_find(value, ')') != SIZE_MAX)
        value = dw_slice_from(value, dw_slice_find(value, ')') + 1);
    return value.len == 0;
}

/* What kind of secret VALUE of NAME is; NULL: none. */
static const char *secret_kind(struct dw_slice name, struct dw_slice value)
{
    struct dw_secret_hit hit;
    size_t at = 0;
    if (is_harmless(value))
        return NULL;
    if (dw_secret_next(value, &at, &hit))
        return hit.kind;
    /* Whole files under a name like "auth.conf" are no secret for their name alone. */
    return dw_slice_find(dw_slice_trim(value), '\n') == SIZE_MAX && is_secret_name(name) ? "secret by its name" : NULL;
}

/* The line is shown only where the value does not stand on it. */
static struct dw_judge_finding place_of(const struct dw_node *name, const struct dw_node *value)
{
    struct dw_judge_finding at = dw_judge_at_node(name);
    if (name->line == value->line)
        at.source = at.source_line = DW_SLICE("");
    return at;
}

static void judge_reference(struct dw_judge *judge, const struct dw_container *container,
                            const struct dw_container_variable *variable)
{
    bool whole = dw_slice_is(variable->reference, "secretRef");
    if (!whole && !dw_slice_is(variable->reference, "secretKeyRef"))
        return;
    if (judge->settings->kubernetes_secret_env) {
        dw_judge_pass_quietly(judge);
        return;
    }
    struct dw_judge_finding at = dw_judge_at_node(variable->node);
    at.variant = "env-ref";
    at.message = whole ? dw_judge_text(judge, "%.*s: all keys of a Secret become environment variables", DW_SLICE_ARG(container->what))
                       : dw_judge_text(judge, "%.*s: the environment variable %.*s takes a Secret's value",
                                       DW_SLICE_ARG(container->what), DW_SLICE_ARG(variable->name));
    at.fix = DW_SLICE("mount the Secret as a volume and read the file; an environment is inherited by every child and shown in dumps");
    dw_judge_fail(judge, at);
}

static void judge_environment(struct dw_judge *judge, const struct dw_container *container)
{
    if (container->platform != DW_CONTAINER_KUBERNETES)
        return;
    for (size_t i = 0; i < container->environment.len; i++) {
        const struct dw_container_variable *variable = &container->environment.at[i];
        if (variable->source == DW_VARIABLE_REFERENCE) {
            judge_reference(judge, container, variable);
            continue;
        }
        const char *kind = secret_kind(variable->name, variable->value);
        if (kind == NULL)
            continue;
        struct dw_judge_finding at = place_of(variable->node, variable->node);
        at.variant = "env-literal";
        at.message = dw_judge_text(judge, "%.*s: the value of the environment variable %.*s stands in the file (%s)",
                                   DW_SLICE_ARG(container->what), DW_SLICE_ARG(variable->name), kind);
        at.fix = DW_SLICE("put it in a Secret, mount that as a volume and read the file; the value is known to all who read this file: "
                          "change it");
        dw_judge_fail(judge, at);
    }
    dw_judge_pass_quietly(judge);
}

static void judge_config_maps(struct dw_judge *judge, const struct dw_kubernetes *manifests)
{
    for (size_t i = 0; i < manifests->config_maps.len; i++) {
        const struct dw_manifest *manifest = &manifests->manifests.at[manifests->config_maps.at[i]];
        const struct dw_node *data = dw_node_get(manifest->node, "data");
        for (size_t j = 0; data != NULL && data->kind == DW_NODE_MAPPING && j < data->count; j++) {
            const char *kind = secret_kind(data->keys[j]->text, data->items[j]->text);
            if (kind == NULL)
                continue;
            struct dw_judge_finding at = place_of(data->keys[j], data->items[j]);
            at.variant = "configmap";
            at.message = dw_judge_text(judge, "ConfigMap %.*s: key %.*s holds a secret (%s)", DW_SLICE_ARG(manifest->name),
                                       DW_SLICE_ARG(data->keys[j]->text), kind);
            at.fix = DW_SLICE("move the key to a Secret; the value is known to all who may read ConfigMaps: change it");
            dw_judge_fail(judge, at);
        }
        dw_judge_pass_quietly(judge);
    }
}

#define POD "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n"
#define APP "  containers:\n    - name: app\n      image: shop:1.4\n"

static const struct dw_rule_variant variants[] = {
    {"env-ref", DW_SEVERITY_UNKNOWN, "CKV_K8S_35|kl:read-secret-from-env-var", "a Secret's value in an environment variable"},
    {"env-literal", DW_SEVERITY_HIGH, "kl:env-var-secret", "the value itself in the file"},
    {"configmap", DW_SEVERITY_UNKNOWN, "KSV-0109", "a secret in a ConfigMap"},
    {NULL},
};
static const struct dw_rule_example examples[] = {
    {"pod.yaml",
     POD APP "      env:\n        - name: DB_PASSWORD\n          valueFrom:\n            secretKeyRef: {name: db, key: password}\n",
     POD "  volumes:\n    - name: db\n      secret: {secretName: db}\n" APP
         "      env:\n        - name: DB_PASSWORD_FILE\n          value: /run/secrets/db/password\n"
         "      volumeMounts:\n        - {name: db, mountPath: /run/secrets/db, readOnly: true}\n"},
    {"configmap.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\ndata:\n  db-password: changeme\n",
     "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\ndata:\n  db-host: db.example.com\n"},
    {NULL},
};

const struct dw_rule dw_kubernetes_secret_rules[] = {
    {.id = "SEC-008",
     .title = "Kubernetes secret by file, not environment",
     .chapter = 5,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "No environment variable takes its value from a Secret (secrets.allow can allow it), none that is named like a secret has "
             "its value in the file, and no ConfigMap has a key that is named like one. Tokens and private keys are told by their form.",
     .why = "Child processes inherit an environment, crash reports and debug pages show it; what is in manifests and ConfigMaps is "
            "readable by many more than a Secret is.",
     .fix = "Mount the Secret as a volume and let the program read the file.",
     .aliases = "",
     .pass = "no secret comes by environment or ConfigMap",
     .none = "no container and no ConfigMap in this file",
     .variants = variants,
     .examples = examples,
     .container = judge_environment,
     .kubernetes = judge_config_maps},
};
const size_t dw_kubernetes_secret_rule_count = DW_RULE_COUNT(dw_kubernetes_secret_rules);
