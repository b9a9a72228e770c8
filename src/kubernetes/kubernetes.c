/* SPDX-License-Identifier: Apache-2.0
 * Objects of manifests, and the pod specs in them (Kubernetes API reference: workload resources; List of meta/v1).
 * Limits: those of the document. */
#include "kubernetes/internal.h"

#include "base/file.h"
#include "kubernetes/schema.h"

/* Kinds with a pod, and where the mapping is that holds the pod's metadata and spec. */
static const struct workload {
    const char *kind, *group;
    const char *const holder[5];
    const char *path; /* of the pod spec, for messages */
} workloads[] = {
    {"Pod", "", {NULL}, "spec"},
    {"PodTemplate", "", {"template", NULL}, "template.spec"},
    {"ReplicationController", "", {"spec", "template", NULL}, "spec.template.spec"},
    {"Deployment", "apps", {"spec", "template", NULL}, "spec.template.spec"},
    {"ReplicaSet", "apps", {"spec", "template", NULL}, "spec.template.spec"},
    {"StatefulSet", "apps", {"spec", "template", NULL}, "spec.template.spec"},
    {"DaemonSet", "apps", {"spec", "template", NULL}, "spec.template.spec"},
    {"Job", "batch", {"spec", "template", NULL}, "spec.template.spec"},
    {"CronJob", "batch", {"spec", "jobTemplate", "spec", "template", NULL}, "spec.jobTemplate.spec.template.spec"},
};

static const char *const container_lists[] = {"containers", "initContainers", "ephemeralContainers"};

/* An API group that is Kubernetes' own; extensions held the workloads before apps. A file that does not say its version is taken
 * for one of them. */
static bool is_group(struct dw_slice version, const char *group)
{
    size_t slash = dw_slice_find(version, '/');
    struct dw_slice own = slash == SIZE_MAX ? DW_SLICE("") : dw_slice_part(version, 0, slash);
    return version.len == 0 || dw_slice_is(own, group) || (dw_slice_is(own, "extensions") && group[0] != '\0');
}

static const struct workload *workload_of(const struct dw_manifest *manifest)
{
    for (size_t i = 0; i < sizeof(workloads) / sizeof(workloads[0]); i++)
        if (dw_slice_is(manifest->kind, workloads[i].kind) && is_group(manifest->version, workloads[i].group))
            return &workloads[i];
    return NULL;
}

const struct dw_node *dw_kube_annotation(const struct dw_node *metadata, const char *key, struct dw_slice name)
{
    const struct dw_node *annotations = dw_kube_get(metadata, "annotations");
    size_t length = strlen(key);
    for (size_t i = 0; annotations != NULL && annotations->kind == DW_NODE_MAPPING && i < annotations->count; i++) {
        struct dw_slice own = annotations->keys[i]->text;
        if (own.len == length + name.len && dw_slice_starts_with(own, key) && dw_slice_equal(dw_slice_from(own, length), name))
            return annotations->items[i];
    }
    return NULL;
}

static void add_problem(struct dw_kubernetes *manifests, const struct dw_node *node, const char *about, struct dw_slice text)
{
    *dw_vector_push(&manifests->problems) =
        (struct dw_container_item){.name = dw_slice_of(about), .value = DW_SLICE(""), .node = node, .problem = text};
}

static struct dw_slice call(struct dw_kubernetes *manifests, const struct dw_manifest *manifest)
{
    struct dw_slice kind = manifest->kind.len > 0 ? manifest->kind : DW_SLICE("object");
    return manifest->name.len == 0 ? kind
                                   : dw_arena_printf(&manifests->arena, "%.*s %.*s", DW_SLICE_ARG(kind),
                                                     DW_SLICE_ARG(manifest->name));
}

/* Is NODE a mapping with one of the three lists, that holds mappings? A list of names, as other objects have, is none. */
static bool is_pod_spec(const struct dw_node *node)
{
    for (size_t i = 0; i < 3; i++) {
        const struct dw_node *list = dw_node_get(node, container_lists[i]);
        if (list != NULL && list->kind == DW_NODE_SEQUENCE && list->count > 0 && list->items[0]->kind == DW_NODE_MAPPING)
            return true;
    }
    return false;
}

static bool check_pod(const struct dw_node *metadata, const struct dw_node *spec, const char *path, struct dw_error *error)
{
    return dw_kube_check(metadata, dw_kube_metadata_fields, "metadata", error) &&
           dw_kube_check(spec, dw_kube_pod_fields, path, error);
}

static void add_pod(struct dw_kubernetes *manifests, size_t index, const struct dw_node *metadata, const struct dw_node *spec)
{
    const struct dw_manifest *manifest = &manifests->manifests.at[index];
    struct dw_pod *pod = dw_vector_push(&manifests->pods);
    *pod = (struct dw_pod){.kind = manifest->kind,
                           .name = manifest->name,
                           .what = call(manifests, manifest),
                           .manifest = index,
                           .object = manifest->node,
                           .metadata = dw_kube_value(metadata).kind == DW_KUBE_MAP ? metadata : NULL,
                           .spec = spec};
    dw_kube_add_containers(manifests, pod);
}

/* Another's object: a pod spec stands wherever it is found. Bounded by the document's depth and nodes. */
static void search(struct dw_kubernetes *manifests, size_t index, const struct dw_node *parent, const struct dw_node *node)
{
    if (node->kind == DW_NODE_MAPPING && is_pod_spec(node)) {
        struct dw_error error = DW_ERROR_INIT;
        const struct dw_node *metadata = dw_node_get(parent, "metadata");
        if (!check_pod(metadata, node, "pod spec", &error))
            add_problem(manifests, node, "",
                        dw_arena_printf(&manifests->arena, "%.*s holds what looks like a pod spec and is none: %s",
                                        DW_SLICE_ARG(call(manifests, &manifests->manifests.at[index])), error.text));
        else
            add_pod(manifests, index, metadata, node);
        return;
    }
    for (size_t i = 0; node->kind != DW_NODE_SCALAR && i < node->count; i++)
        if (node->items[i]->kind != DW_NODE_SCALAR)
            search(manifests, index, node, node->items[i]);
}

static bool read_workload(struct dw_kubernetes *manifests, size_t index, const struct workload *workload, struct dw_error *error)
{
    const struct dw_node *object = manifests->manifests.at[index].node;
    const struct dw_node *holder = dw_kube_find(object, workload->holder);
    const struct dw_node *metadata = dw_kube_get(holder, "metadata"), *spec = dw_kube_get(holder, "spec");
    if (spec == NULL) {
        add_problem(manifests, object, "",
                    dw_arena_printf(&manifests->arena, "%.*s has no pod spec (%s)",
                                    DW_SLICE_ARG(call(manifests, &manifests->manifests.at[index])), workload->path));
        return true;
    }
    if (!check_pod(metadata, spec, workload->path, error))
        return false;
    size_t before = manifests->containers.len;
    add_pod(manifests, index, metadata, spec);
    if (manifests->containers.len == before)
        add_problem(manifests, spec, "",
                    dw_arena_printf(&manifests->arena, "%.*s has no containers (%s.containers)",
                                    DW_SLICE_ARG(call(manifests, &manifests->manifests.at[index])), workload->path));
    return true;
}

/* What of a kustomization changes other files' objects. Names, labels and counts of replicas are nothing that rules look at. */
static void read_kustomization(struct dw_kubernetes *manifests, const struct dw_node *root)
{
    static const char *const changes[] = {"patches",      "patchesStrategicMerge", "patchesJson6902", "replacements", "components",
                                          "transformers", "generators",            "helmCharts",      "vars",         "bases",
                                          "helmChartInflationGenerator", "configurations", "images"};
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        const struct dw_node *node = dw_kube_get(root, changes[i]);
        if (node == NULL || (node->kind != DW_NODE_SCALAR && node->count == 0))
            continue;
        bool images = strcmp(changes[i], "images") == 0;
        add_problem(manifests, node, images ? "images" : "",
                    dw_arena_printf(&manifests->arena,
                                    "a kustomization (%s) changes what other files say: judge what it renders, kustomize build . | "
                                    "dockworthy lint -",
                                    changes[i]));
    }
}

static bool is_list(const struct dw_manifest *manifest)
{
    const struct dw_node *items = dw_node_get(manifest->node, "items");
    return dw_slice_ends_with(manifest->kind, "List") && items != NULL && items->kind == DW_NODE_SEQUENCE;
}

static bool read_object(struct dw_kubernetes *manifests, const struct dw_node *node, struct dw_slice kind, struct dw_slice version,
                        struct dw_error *error);

/* "DeploymentList" tells the kind of items that do not say it themselves. */
static bool read_list(struct dw_kubernetes *manifests, const struct dw_manifest *list, struct dw_error *error)
{
    const struct dw_node *items = dw_node_get(list->node, "items");
    struct dw_slice kind = dw_slice_part(list->kind, 0, list->kind.len - strlen("List"));
    struct dw_slice version = list->version;
    for (size_t i = 0; i < items->count; i++)
        if (!read_object(manifests, items->items[i], kind, kind.len > 0 ? version : DW_SLICE(""), error))
            return false;
    return true;
}

static bool check_other(const struct dw_manifest *manifest, const struct dw_node *metadata, struct dw_error *error)
{
    if (!is_group(manifest->version, ""))
        return true;
    if (dw_slice_is(manifest->kind, "ConfigMap"))
        return dw_kube_check(manifest->node, dw_kube_config_map_fields, "", error);
    if (dw_slice_is(manifest->kind, "ServiceAccount"))
        return dw_kube_check(manifest->node, dw_kube_service_account_fields, "", error);
    return !dw_slice_is(manifest->kind, "Namespace") || dw_kube_check(metadata, dw_kube_metadata_fields, "metadata", error);
}

/* KIND and VERSION are what it is when it does not say so. */
static bool read_object(struct dw_kubernetes *manifests, const struct dw_node *node, struct dw_slice kind, struct dw_slice version,
                        struct dw_error *error)
{
    if (dw_kube_value(node).kind == DW_KUBE_NULL)
        return true;
    if (node->kind != DW_NODE_MAPPING) {
        add_problem(manifests, node, "", DW_SLICE("is no object of Kubernetes: a mapping with apiVersion and kind"));
        return true;
    }
    const struct dw_node *metadata = dw_kube_get(node, "metadata");
    struct dw_manifest manifest = {.kind = dw_kube_text(node, "kind"),
                                   .version = dw_kube_text(node, "apiVersion"),
                                   .name = dw_kube_text(metadata, "name"),
                                   .space = dw_kube_text(metadata, "namespace"),
                                   .node = node};
    if (manifest.kind.len == 0)
        manifest.kind = kind;
    if (manifest.version.len == 0)
        manifest.version = version;
    if (manifest.name.len == 0)
        manifest.name = dw_kube_text(metadata, "generateName");
    if (is_list(&manifest))
        return read_list(manifests, &manifest, error);
    size_t index = manifests->manifests.len, pods = manifests->pods.len;
    *dw_vector_push(&manifests->manifests) = manifest;
    if (dw_slice_is(manifest.kind, "Kustomization") || dw_slice_is(manifest.kind, "Component")) {
        read_kustomization(manifests, node);
        return true;
    }
    const struct workload *workload = workload_of(&manifest);
    if (workload != NULL)
        return read_workload(manifests, index, workload, error);
    if (dw_slice_is(manifest.kind, "CustomResourceDefinition")) /* its schema may show an example of a pod */
        return true;
    if (!check_other(&manifest, metadata, error))
        return false;
    if (is_group(manifest.version, "") && dw_slice_is(manifest.kind, "ServiceAccount"))
        *dw_vector_push(&manifests->accounts) = index;
    if (is_group(manifest.version, "") && dw_slice_is(manifest.kind, "ConfigMap"))
        *dw_vector_push(&manifests->config_maps) = index;
    search(manifests, index, NULL, node);
    if (manifest.kind.len == 0 && manifests->pods.len == pods)
        add_problem(manifests, node, "", DW_SLICE("is no object of Kubernetes: it has no kind"));
    return true;
}

struct dw_kubernetes *dw_kubernetes_read(const struct dw_document *document, struct dw_error *error)
{
    struct dw_kubernetes *manifests = dw_alloc(1, sizeof(*manifests));
    manifests->document = document;
    for (size_t i = 0; i < document->root_count; i++)
        if (!read_object(manifests, document->roots[i], DW_SLICE(""), DW_SLICE(""), error)) {
            dw_kubernetes_free(manifests);
            return NULL;
        }
    return manifests;
}

void dw_kubernetes_free(struct dw_kubernetes *manifests)
{
    if (manifests == NULL)
        return;
    for (size_t i = 0; i < manifests->containers.len; i++)
        dw_kube_free_container(&manifests->containers.at[i]);
    dw_vector_free(&manifests->containers);
    dw_vector_free(&manifests->accounts);
    dw_vector_free(&manifests->config_maps);
    dw_vector_free(&manifests->pods);
    dw_vector_free(&manifests->manifests);
    dw_vector_free(&manifests->problems);
    dw_arena_free(&manifests->arena);
    free(manifests);
}

bool dw_kubernetes_is_false(const struct dw_node *node)
{
    struct dw_kube_value value = dw_kube_value(node);
    return value.kind == DW_KUBE_BOOL && !value.boolean;
}

/* A line that a template puts its own text in: "{{- if .Values.x }}", "name: {{ include … }}". In YAML two braces begin a mapping
 * whose key is a mapping, which nobody writes. */
static unsigned template_line(struct dw_slice text)
{
    struct dw_slice line;
    for (unsigned number = 1; dw_slice_line(&text, &line); number++) {
        size_t open = dw_slice_find_slice(line, DW_SLICE("{{"));
        size_t quote = dw_slice_find_slice(line, DW_SLICE("#"));
        if (open != SIZE_MAX && open < quote)
            return number;
    }
    return 0;
}

struct dw_document *dw_kubernetes_parse(struct dw_slice bytes, const char *name, const struct dw_limits *limits,
                                        struct dw_error *error)
{
    struct dw_error own = DW_ERROR_INIT;
    struct dw_document *document = dw_document_parse(bytes, name, limits, &own);
    unsigned line = document != NULL || own.kind != DW_ERROR_INPUT ? 0 : template_line(bytes);
    if (line > 0)
        dw_fail(error, DW_ERROR_UNSUPPORTED,
                "%s:%u: a template ({{ … }}), which is no YAML before it is rendered: helm template CHART | dockworthy lint -", name,
                line);
    else if (document == NULL && error != NULL)
        *error = own;
    return document;
}

struct dw_document *dw_kubernetes_open(const char *path, const struct dw_limits *limits, struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer bytes = {0};
    if (!dw_file_read_within(path, limits, DW_LIMIT_DOCUMENT_BYTES, &bytes, error))
        return NULL;
    return dw_kubernetes_parse(dw_buffer_slice(&bytes), path, limits, error);
}
