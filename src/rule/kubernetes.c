/* SPDX-License-Identifier: Apache-2.0
 *
 * K8S-001 to K8S-006: what only Kubernetes has. What the Pod Security Standards ask for as well is decided by their check. */
#include "kubernetes/pod_security.h"
#include "model/image_name.h"
#include "rule/chapters.h"
#include "rule/judge.h"
#include "rule/repair.h"

/* A field's value, or NULL when it is unset. */
static const struct dw_node *field_of(const struct dw_node *mapping, const char *field)
{
    const struct dw_node *node = dw_node_get(mapping, field);
    return node == NULL || dw_node_is_null(node) ? NULL : node;
}

static bool is_core(const struct dw_manifest *manifest, const char *kind)
{
    return dw_slice_is(manifest->kind, kind) && (manifest->version.len == 0 || dw_slice_is(manifest->version, "v1"));
}

/* ---- K8S-001 to K8S-003 --------------------------------------------------------------------------------------------- */

/* NOTE: what taking the denied member away changes; NULL: that is no repair. */
static void judge_check(struct dw_judge *judge, const struct dw_kubernetes *manifests, const char *check, const char *fix,
                        const char *note)
{
    const struct dw_pod_security_check *row = dw_pod_security_check_find(check);
    for (size_t i = 0; i < manifests->pods.len; i++) {
        struct dw_pod_security_denials denials = {0};
        dw_pod_security_run(row, manifests, &manifests->pods.at[i], DW_POD_SECURITY_LATEST, &judge->verdict->arena, &denials);
        for (size_t j = 0; j < denials.len; j++) {
            struct dw_judge_finding at = dw_judge_at_node(denials.at[j].node);
            at.message = denials.at[j].message;
            at.fix = dw_slice_of(fix);
            if (note != NULL) {
                at.repair_note = dw_slice_of(note);
                dw_repair_remove(judge, &at, denials.at[j].node);
            }
            dw_judge_fail(judge, at);
        }
        if (denials.len == 0)
            dw_judge_pass_quietly(judge);
        dw_vector_free(&denials);
    }
}

static void judge_probes(struct dw_judge *judge, const struct dw_kubernetes *manifests)
{
    judge_check(judge, manifests, "hostProbesAndHostLifecycle", "remove host: the kubelet then asks the pod's own address",
                "the request goes to the pod's own address");
}

static void judge_volumes(struct dw_judge *judge, const struct dw_kubernetes *manifests)
{
    judge_check(judge, manifests, "restrictedVolumes",
                "use one of configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret; "
                "network storage comes by a persistentVolumeClaim",
                NULL);
}

static void judge_host_process(struct dw_judge *judge, const struct dw_kubernetes *manifests)
{
    judge_check(judge, manifests, "windowsHostProcess", "remove hostProcess",
                "the container runs apart from the node's processes");
}

/* ---- K8S-004 -------------------------------------------------------------------------------------------------------- */

#define ENFORCE "pod-security.kubernetes.io/enforce"

static struct dw_slice parameter(struct dw_judge *judge, const char *name)
{
    size_t count;
    const struct dw_slice *values = dw_judge_parameter(judge, name, &count);
    return count > 0 ? values[0] : DW_SLICE("");
}

/* The repair is VALUE in place of the label at NODE, or, where MANIFEST has no labels at all, the label. */
static void fail_label(struct dw_judge *judge, const struct dw_manifest *manifest, const struct dw_node *node, const char *variant,
                       struct dw_slice message, const char *name, struct dw_slice value)
{
    const struct dw_node *labels = field_of(field_of(manifest->node, "metadata"), "labels");
    struct dw_judge_finding at = dw_judge_at_node(node);
    at.variant = variant;
    at.message = message;
    at.fix = dw_judge_text(judge, "metadata.labels: %s: %.*s", name, DW_SLICE_ARG(value));
    at.repair_note = DW_SLICE("the cluster refuses pods of this namespace that the level does not allow");
    if (node != manifest->node)
        dw_repair_replace(judge, &at, node, value);
    else if (labels == NULL)
        dw_repair_set(judge, &at, manifest->node, "metadata.labels",
                      dw_judge_text(judge, "{%s: %.*s}", name, DW_SLICE_ARG(value)).at);
    else
        dw_repair_refuse(judge, &at, "the label has to be added by hand");
    dw_judge_fail(judge, at);
}

static void judge_label(struct dw_judge *judge, const struct dw_manifest *manifest, enum dw_pod_security_level wanted,
                        struct dw_slice pinned)
{
    const struct dw_node *labels = field_of(field_of(manifest->node, "metadata"), "labels");
    const struct dw_node *enforce = field_of(labels, ENFORCE), *version = field_of(labels, ENFORCE "-version");
    struct dw_slice name = dw_slice_of(dw_pod_security_level_name(wanted));
    enum dw_pod_security_level level;
    unsigned minor;
    size_t failed = judge->failed;
    if (enforce == NULL)
        fail_label(judge, manifest, manifest->node, "missing",
                   dw_judge_text(judge, "Namespace %.*s has no label " ENFORCE ", so that any pod is admitted",
                                 DW_SLICE_ARG(manifest->name)),
                   ENFORCE, name);
    else if (!dw_pod_security_level_parse(enforce->text, &level))
        fail_label(judge, manifest, enforce, "invalid",
                   dw_judge_text(judge, "Namespace %.*s enforces \"%.*s\", which is none of privileged, baseline and restricted",
                                 DW_SLICE_ARG(manifest->name), DW_SLICE_ARG(enforce->text)),
                   ENFORCE, name);
    else if (level < wanted)
        fail_label(judge, manifest, enforce, "weak",
                   dw_judge_text(judge, "Namespace %.*s enforces %.*s; %.*s is asked for", DW_SLICE_ARG(manifest->name),
                                 DW_SLICE_ARG(enforce->text), DW_SLICE_ARG(name)),
                   ENFORCE, name);
    if (version != NULL && !dw_pod_security_version_parse(version->text, &minor))
        fail_label(judge, manifest, version, "invalid",
                   dw_judge_text(judge, "Namespace %.*s enforces version \"%.*s\", which is neither latest nor v1.N",
                                 DW_SLICE_ARG(manifest->name), DW_SLICE_ARG(version->text)),
                   ENFORCE "-version", pinned.len > 0 ? pinned : DW_SLICE("latest"));
    else if (pinned.len > 0 && (version == NULL || !dw_slice_equal(version->text, pinned)))
        fail_label(judge, manifest, version != NULL ? version : manifest->node, "version",
                   dw_judge_text(judge, "Namespace %.*s enforces version %.*s; %.*s is asked for", DW_SLICE_ARG(manifest->name),
                                 DW_SLICE_ARG(version != NULL ? version->text : DW_SLICE("latest")), DW_SLICE_ARG(pinned)),
                   ENFORCE "-version", pinned);
    if (judge->failed == failed && enforce != NULL)
        dw_judge_pass(judge, "file", enforce->document->name, enforce->line,
                      dw_judge_text(judge, "Namespace %.*s enforces %.*s", DW_SLICE_ARG(manifest->name), DW_SLICE_ARG(enforce->text)));
}

static void judge_namespaces(struct dw_judge *judge, const struct dw_kubernetes *manifests)
{
    struct dw_slice level = DW_SLICE(""), pinned = DW_SLICE("");
    enum dw_pod_security_level wanted = DW_POD_SECURITY_RESTRICTED;
    for (size_t i = 0; i < manifests->manifests.len; i++) {
        if (!is_core(&manifests->manifests.at[i], "Namespace"))
            continue;
        if (level.len == 0) {
            level = parameter(judge, "level");
            pinned = parameter(judge, "version");
            if (!dw_pod_security_level_parse(level, &wanted)) {
                dw_judge_unknown(judge, DW_SLICE(""), 0,
                                 dw_judge_text(judge, "the policy's level \"%.*s\" is none of privileged, baseline and restricted",
                                               DW_SLICE_ARG(level)));
                return;
            }
        }
        judge_label(judge, &manifests->manifests.at[i], wanted, pinned);
    }
}

/* ---- K8S-005 -------------------------------------------------------------------------------------------------------- */

/* The pod's service account when the file has it, or NULL. */
static const struct dw_manifest *account_of(const struct dw_kubernetes *manifests, const struct dw_pod *pod, struct dw_slice *name)
{
    const struct dw_node *node = field_of(pod->spec, "serviceAccountName");
    if (node == NULL)
        node = field_of(pod->spec, "serviceAccount");
    *name = node != NULL && node->text.len > 0 ? node->text : DW_SLICE("default");
    struct dw_slice space = manifests->manifests.at[pod->manifest].space;
    for (size_t i = 0; i < manifests->accounts.len; i++) {
        const struct dw_manifest *manifest = &manifests->manifests.at[manifests->accounts.at[i]];
        if (dw_slice_equal(manifest->name, *name) && dw_slice_equal(manifest->space, space))
            return manifest;
    }
    return NULL;
}

static bool is_false(const struct dw_node *node)
{
    return node != NULL && dw_kubernetes_is_false(node);
}

static void judge_token(struct dw_judge *judge, const struct dw_kubernetes *manifests)
{
    static const char field[] = "automountServiceAccountToken";
    for (size_t i = 0; i < manifests->pods.len; i++) {
        const struct dw_pod *pod = &manifests->pods.at[i];
        struct dw_slice name;
        const struct dw_node *own = field_of(pod->spec, field);
        const struct dw_manifest *account = own != NULL ? NULL : account_of(manifests, pod, &name);
        if (is_false(own) || (account != NULL && is_false(field_of(account->node, field)))) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_judge_at_node(own != NULL ? own : pod->spec);
        at.message =
            own != NULL ? dw_judge_text(judge, "%.*s: automountServiceAccountToken is true", DW_SLICE_ARG(pod->what))
                        : dw_judge_text(judge, "%.*s: the token of service account %.*s is mounted: automountServiceAccountToken is "
                                               "false neither at the pod nor at the account%s",
                                        DW_SLICE_ARG(pod->what), DW_SLICE_ARG(name), account != NULL ? "" : ", which is not in this file");
        at.fix = DW_SLICE("automountServiceAccountToken: false");
        at.repair_note = DW_SLICE("a service that calls the Kubernetes API no longer can");
        dw_repair_set(judge, &at, pod->spec, field, "false");
        dw_judge_fail(judge, at);
    }
}

/* ---- K8S-006 -------------------------------------------------------------------------------------------------------- */

static void judge_pull(struct dw_judge *judge, const struct dw_container *container)
{
    if (container->platform != DW_CONTAINER_KUBERNETES || container->images.len == 0)
        return;
    const struct dw_container_text *reference = &container->images.at[0].reference;
    const struct dw_node *policy = field_of(container->node, "imagePullPolicy");
    struct dw_image_name image;
    if (reference->problem.len > 0)
        return; /* BASE-001 tells */
    if (policy != NULL && dw_slice_is(policy->text, "Always")) {
        dw_judge_pass_quietly(judge);
        return;
    }
    if (!dw_image_name_parse(&judge->verdict->arena, reference->text, &image, NULL))
        return;
    dw_judge_pass_quietly(judge); /* what follows is information */
    /* Without a policy the kubelet always asks the registry for "latest", and for a name without a tag. */
    bool latest = image.tag.len == 0 || dw_slice_is(image.tag, "latest");
    if (image.digest.len > 0 || (policy == NULL && latest))
        return;
    struct dw_judge_finding at = dw_judge_at_node(policy != NULL ? policy : reference->node);
    at.message = dw_judge_text(judge, "%.*s: imagePullPolicy %s%.*s: a node that has \"%.*s\" keeps it when the tag is moved",
                               DW_SLICE_ARG(container->what), policy != NULL ? "" : "is not set and so IfNotPresent",
                               DW_SLICE_ARG(policy != NULL ? policy->text : DW_SLICE("")), DW_SLICE_ARG(reference->text));
    at.fix = DW_SLICE("imagePullPolicy: Always, or a digest behind the tag");
    at.repair_note = DW_SLICE("every start asks the registry, which must be reachable");
    dw_repair_set(judge, &at, container->node, "imagePullPolicy", "Always");
    dw_judge_fail(judge, at);
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

#define POD      "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n"
#define DIGEST   "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define APP      "  containers:\n    - name: app\n      image: shop:1.4\n"

static const struct dw_rule_example probe_examples[] = {
    {"pod.yaml", POD APP "      livenessProbe:\n        httpGet: {host: 169.254.169.254, path: /, port: 80}\n",
     POD APP "      livenessProbe:\n        httpGet: {path: /, port: 80}\n"},
    {NULL},
};
static const struct dw_rule_example volume_examples[] = {
    {"pod.yaml", POD "  volumes:\n    - name: data\n      nfs: {server: nas, path: /export}\n" APP,
     POD "  volumes:\n    - name: data\n      persistentVolumeClaim: {claimName: data}\n" APP},
    {NULL},
};
static const struct dw_rule_example host_process_examples[] = {
    {"pod.yaml", POD "  securityContext:\n    windowsOptions: {hostProcess: true}\n" APP,
     POD "  securityContext:\n    windowsOptions: {hostProcess: false}\n" APP},
    {NULL},
};
static const struct dw_rule_example namespace_examples[] = {
    {"namespace.yaml", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n",
     "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels:\n    pod-security.kubernetes.io/enforce: restricted\n"},
    {NULL},
};
static const struct dw_rule_example token_examples[] = {
    {"pod.yaml", POD APP, POD "  automountServiceAccountToken: false\n" APP},
    {NULL},
};
static const struct dw_rule_example pull_examples[] = {
    {"pod.yaml", POD APP, POD "  containers:\n    - name: app\n      image: shop:1.4" DIGEST "\n"},
    {NULL},
};

static const struct dw_rule_variant namespace_variants[] = {
    {"missing", DW_SEVERITY_UNKNOWN, "", "no label at all: every pod is admitted"},
    {"weak", DW_SEVERITY_UNKNOWN, "", "a lower level than the policy asks for"},
    {"invalid", DW_SEVERITY_UNKNOWN, "", "a level or version that there is not"},
    {"version", DW_SEVERITY_UNKNOWN, "", "another version than the policy asks for"},
    {NULL},
};
static const char *const level_default[] = {"restricted", NULL};
static const struct dw_rule_parameter namespace_parameters[] = {
    {"level", "the lowest level that namespaces enforce: privileged, baseline or restricted", level_default, false},
    {"version", "the version that namespaces pin, latest or v1.N; without it any", NULL, false},
    {NULL},
};

const struct dw_rule dw_kubernetes_rules[] = {
    {.id = "K8S-001",
     .title = "Probes and lifecycle hooks name no host",
     .severity = DW_SEVERITY_MEDIUM,
     .repair = DW_REPAIR_REVIEW,
     .what = "host is empty under httpGet and tcpSocket of every probe and of postStart and preStop, in all containers; 127.0.0.1 and "
             "::1 fail too.",
     .why = "The kubelet sends the request from the node: with a host of its choice a pod makes the node ask what only the node can "
            "reach.",
     .fix = "Remove host; without it the pod's own address is asked.",
     .aliases = "pss:baseline/hostProbesAndHostLifecycle",
     .pass = "no probe and no hook names a host",
     .none = "no pod in this file",
     .examples = probe_examples,
     .kubernetes = judge_probes},
    {.id = "K8S-002",
     .title = "Restricted volume types",
     .severity = DW_SEVERITY_MEDIUM,
     .what = "Volumes are of the types configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected and "
             "secret; a volume with a name alone is an emptyDir.",
     .why = "Other types reach folders of the node, or storage without the cluster's control of who may use it.",
     .fix = "Take storage by a persistentVolumeClaim, configuration by configMap, secret or projected.",
     .aliases = "KSV-0028|KSV-0121|pss:restricted/restrictedVolumes",
     .pass = "all volumes are of allowed types",
     .none = "no pod in this file",
     .examples = volume_examples,
     .kubernetes = judge_volumes},
    {.id = "K8S-003",
     .title = "No Windows host process",
     .chapter = 7,
     .severity = DW_SEVERITY_HIGH,
     .repair = DW_REPAIR_REVIEW,
     .what = "windowsOptions.hostProcess is not true, neither at the pod nor at a container.",
     .why = "A host process container is a process of the Windows node, as privileged is on Linux.",
     .fix = "Remove hostProcess.",
     .aliases = "KSV-0103|pss:baseline/windowsHostProcess",
     .pass = "nothing runs as a process of the host",
     .none = "no pod in this file",
     .examples = host_process_examples,
     .kubernetes = judge_host_process},
    {.id = "K8S-004",
     .title = "Namespace labelled for Pod Security",
     .severity = DW_SEVERITY_MEDIUM,
     .repair = DW_REPAIR_REVIEW,
     .what = "Every Namespace of the manifests enforces at least the configured level of the Pod Security Standards, and the "
             "configured version.",
     .why = "Without the label the cluster admits any pod, whatever this file's pods are like.",
     .fix = "Label the namespace: pod-security.kubernetes.io/enforce: restricted.",
     .aliases = "",
     .pass = "every namespace enforces the level",
     .none = "no namespace in this file",
     .variants = namespace_variants,
     .parameters = namespace_parameters,
     .examples = namespace_examples,
     .kubernetes = judge_namespaces},
    {.id = "K8S-005",
     .title = "Service account token not mounted",
     .severity = DW_SEVERITY_LOW,
     .repair = DW_REPAIR_REVIEW,
     .what = "automountServiceAccountToken is false at the pod, or unset there and false at its service account in the same file.",
     .why = "Most services never speak to the API server; a token in their files is a way into the cluster for who breaks in.",
     .fix = "Set automountServiceAccountToken: false, unless the service uses the Kubernetes API.",
     .aliases = "KSV-0036|CKV_K8S_38",
     .pass = "no token is mounted",
     .none = "no pod in this file",
     .examples = token_examples,
     .kubernetes = judge_token},
    {.id = "K8S-006",
     .title = "Pull policy does not hide drift",
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .repair = DW_REPAIR_REVIEW,
     .what = "imagePullPolicy is Always, or the image is named by its digest.",
     .why = "When a tag is moved, nodes that have the image keep the old one and others take the new: one service, two versions.",
     .fix = "Name the image by its digest, or set imagePullPolicy: Always.",
     .aliases = "CKV_K8S_15",
     .pass = "every container runs what its image names now",
     .none = "no container in this file",
     .examples = pull_examples,
     .container = judge_pull},
};
const size_t dw_kubernetes_rule_count = DW_RULE_COUNT(dw_kubernetes_rules);
