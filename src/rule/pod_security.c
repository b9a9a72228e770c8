/* SPDX-License-Identifier: Apache-2.0
 *
 * The Pod Security Standards as findings of the rules that ask for the same. */
#include "kubernetes/pod_security.h"
#include "rule/judge.h"

/* What to write against each check. */
static const struct {
    const char *check, *fix;
} fixes[] = {
    {"hostNamespaces", "remove hostNetwork, hostPID and hostIPC"},
    {"privileged", "remove privileged: true"},
    {"capabilities_baseline", "remove the capability from capabilities.add"},
    {"hostPathVolumes", "replace hostPath by a persistentVolumeClaim, configMap, secret or emptyDir"},
    {"hostPorts", "remove hostPort and publish the port by a Service"},
    {"hostProbesAndHostLifecycle", "remove host: the kubelet then asks the pod's own address"},
    {"appArmorProfile", "appArmorProfile: {type: RuntimeDefault}"},
    {"seLinuxOptions", "remove seLinuxOptions, or write level only"},
    {"procMount", "remove procMount"},
    {"seccompProfile_baseline", "seccompProfile: {type: RuntimeDefault}"},
    {"sysctls", "remove the sysctl"},
    {"windowsHostProcess", "remove hostProcess"},
    {"restrictedVolumes", "use one of configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret"},
    {"allowPrivilegeEscalation", "securityContext: {allowPrivilegeEscalation: false}"},
    {"runAsNonRoot", "securityContext: {runAsNonRoot: true}"},
    {"runAsUser", "write another runAsUser than 0, or remove it"},
    {"seccompProfile_restricted", "securityContext: {seccompProfile: {type: RuntimeDefault}}"},
    {"capabilities_restricted", "securityContext: {capabilities: {drop: [ALL]}}, and at most add: [NET_BIND_SERVICE]"},
    {"procMount_restricted", "remove procMount"},
};

static struct dw_slice fix_of(const struct dw_pod_security_check *check)
{
    for (size_t i = 0; i < DW_RULE_COUNT(fixes); i++)
        if (strcmp(fixes[i].check, check->id) == 0)
            return dw_slice_of(fixes[i].fix);
    return DW_SLICE("");
}

static void run(struct dw_judge *judge, const struct dw_pod_security_check *check, const struct dw_kubernetes *manifests,
                unsigned minor)
{
    for (size_t i = 0; i < manifests->pods.len; i++) {
        struct dw_pod_security_denials denials = {0};
        dw_pod_security_run(check, manifests, &manifests->pods.at[i], minor, &judge->verdict->arena, &denials);
        for (size_t j = 0; j < denials.len; j++) {
            struct dw_judge_finding at = dw_judge_at_node(denials.at[j].node);
            at.variant = check->id;
            at.message = denials.at[j].message;
            at.fix = fix_of(check);
            dw_judge_fail(judge, at);
        }
        if (denials.len == 0)
            dw_judge_pass_quietly(judge);
        dw_vector_free(&denials);
    }
}

void dw_rules_judge_pod_security(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                                 struct dw_subject *subject, const struct dw_kubernetes *manifests,
                                 enum dw_pod_security_level level, unsigned minor)
{
    const struct dw_pod_security_check *check;
    const struct dw_rule *rule;
    for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++) {
        struct dw_judge judge = dw_judge_begin_rule(settings, verdict, subject, rule);
        bool any = false;
        for (size_t j = 0; (check = dw_pod_security_check_at(j)) != NULL; j++) {
            if (strcmp(check->rule, rule->id) != 0 || !dw_pod_security_applies(check, level, minor))
                continue;
            any = true;
            run(&judge, check, manifests, minor);
        }
        if (!any)
            continue;
        for (size_t j = 0; j < manifests->problems.len; j++)
            if (manifests->problems.at[j].name.len == 0)
                dw_judge_unknown(&judge, manifests->document->name, manifests->problems.at[j].node->line,
                                 manifests->problems.at[j].problem);
        dw_judge_end(&judge, "the Pod Security Standards allow it", "no pod in this file");
    }
}
