/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules on Kubernetes manifests. Pod specs are looked for in every object, whatever its kind: a mapping with one of the three
 * container lists is one (Pod, the workload kinds, CronJob, PodTemplate, List, and custom resources that embed one). */
#include "rule/user.h"

#include <inttypes.h>

static const char *const lists[] = {"containers", "initContainers", "ephemeralContainers"};

struct manifests {
    const struct dw_rule_settings *settings;
    const struct dw_document *document;
    struct dw_reference_judges references;
    struct dw_user_judges users;
};

static struct dw_judge *any(struct manifests *manifests)
{
    return &manifests->references.pinned;
}

static struct dw_slice scalar(const struct dw_node *node)
{
    return node != NULL && node->kind == DW_NODE_SCALAR ? node->text : DW_SLICE("");
}

static struct dw_user_place place_of(struct manifests *manifests, const struct dw_node *node, struct dw_slice what)
{
    uint32_t uid = manifests->settings->user_lowest;
    return (struct dw_user_place){
        .kind = "file",
        .what = what,
        .at = {.path = manifests->document->name,
               .line = node->line,
               .column = node->column,
               .fix = dw_judge_text(any(manifests),
                                    "securityContext: {runAsNonRoot: true, runAsUser: %" PRIu32 ", runAsGroup: %" PRIu32 "}",
                                    uid, uid)},
    };
}

/* A container's field, else the pod's; NULL where neither sets it. */
static const struct dw_node *effective(const struct dw_node *container, const struct dw_node *pod, const char *field)
{
    const struct dw_node *own = dw_node_get(dw_node_get(container, "securityContext"), field);
    if (own == NULL || dw_node_is_null(own))
        own = dw_node_get(dw_node_get(pod, "securityContext"), field);
    return own == NULL || dw_node_is_null(own) ? NULL : own;
}

/* "65532", "65532:65532"; false when a value is no decimal integer. */
static bool user_text(struct manifests *manifests, const struct dw_node *user, const struct dw_node *group,
                      struct dw_slice *text)
{
    int64_t uid, gid;
    if (!dw_node_integer(user, &uid) || (group != NULL && !dw_node_integer(group, &gid)))
        return false;
    *text = group == NULL ? dw_judge_text(any(manifests), "%" PRId64, uid)
                          : dw_judge_text(any(manifests), "%" PRId64 ":%" PRId64, uid, gid);
    return true;
}

static void judge_user(struct manifests *manifests, const struct dw_node *container, const struct dw_node *pod,
                       struct dw_slice what)
{
    struct dw_user_judges *users = &manifests->users;
    const struct dw_node *user = effective(container, pod, "runAsUser"), *group = effective(container, pod, "runAsGroup");
    const struct dw_node *non_root = effective(container, pod, "runAsNonRoot");
    struct dw_user_place place = place_of(manifests, user != NULL ? user : container, what);
    bool enforced = false;
    struct dw_slice text;
    if (user != NULL) {
        place.override = true;
        if (user_text(manifests, user, group, &text))
            dw_user_judge_all(users, &place, text);
        else
            dw_user_unknown_all(users, &place, DW_SLICE("runAsUser or runAsGroup is no decimal number"));
        return;
    }
    if (group != NULL) {
        struct dw_user_place at = place_of(manifests, group, what);
        dw_user_judge_group(&users->each[DW_USER_GROUP], &at, scalar(group));
    }
    if (non_root != NULL && dw_node_bool(non_root, &enforced) && enforced) {
        dw_judge_pass(&users->each[DW_USER_ROOT], "file", manifests->document->name, non_root->line,
                      dw_judge_text(any(manifests), "%.*s: runAsNonRoot", DW_SLICE_ARG(what)));
        return;
    }
    dw_judge_fail(&users->each[DW_USER_ROOT],
                  (struct dw_judge_finding){
                      .variant = "implicit",
                      .path = place.at.path,
                      .line = place.at.line,
                      .column = place.at.column,
                      .pointer = DW_SLICE(""),
                      .message = dw_judge_text(any(manifests),
                                               "%.*s: neither runAsNonRoot: true nor runAsUser is set, so it runs as whatever "
                                               "user its image names, root included",
                                               DW_SLICE_ARG(what)),
                      .fix = place.at.fix});
}

static void judge_reference(struct manifests *manifests, const struct dw_node *node, const struct dw_node *around,
                            struct dw_slice what)
{
    struct dw_slice path = manifests->document->name;
    if (node == NULL || node->kind != DW_NODE_SCALAR || dw_node_is_null(node)) {
        dw_reference_unknown(&manifests->references, path, around->line,
                             dw_judge_text(any(manifests), "%.*s names no image", DW_SLICE_ARG(what)));
        return;
    }
    dw_reference_judge(&manifests->references, node->text, node->text, what, path, node->line, node->column);
}

static void judge_pod_groups(struct manifests *manifests, const struct dw_node *pod)
{
    const struct dw_node *context = dw_node_get(pod, "securityContext");
    const struct dw_node *file_group = dw_node_get(context, "fsGroup"), *more = dw_node_get(context, "supplementalGroups");
    if (file_group != NULL && !dw_node_is_null(file_group)) {
        struct dw_user_place place = place_of(manifests, file_group, DW_SLICE("fsGroup"));
        dw_user_judge_group(&manifests->users.each[DW_USER_GROUP], &place, scalar(file_group));
    }
    for (size_t i = 0; more != NULL && i < more->count; i++) {
        struct dw_user_place place = place_of(manifests, more->items[i], DW_SLICE("supplementalGroups"));
        dw_user_judge_group(&manifests->users.each[DW_USER_GROUP], &place, scalar(more->items[i]));
    }
}

static void judge_pod(struct manifests *manifests, const struct dw_node *pod)
{
    for (size_t i = 0; i < 3; i++) {
        const struct dw_node *list = dw_node_get(pod, lists[i]);
        for (size_t j = 0; list != NULL && list->kind == DW_NODE_SEQUENCE && j < list->count; j++) {
            const struct dw_node *container = list->items[j];
            struct dw_slice name = scalar(dw_node_get(container, "name"));
            struct dw_slice what = name.len > 0 ? dw_judge_text(any(manifests), "container %.*s", DW_SLICE_ARG(name))
                                                : dw_judge_text(any(manifests), "%s[%zu]", lists[i], j);
            judge_reference(manifests, dw_node_get(container, "image"), container, what);
            judge_user(manifests, container, pod, what);
        }
    }
    const struct dw_node *volumes = dw_node_get(pod, "volumes");
    for (size_t i = 0; volumes != NULL && i < volumes->count; i++) {
        const struct dw_node *image = dw_node_get(volumes->items[i], "image");
        if (image != NULL && image->kind == DW_NODE_MAPPING)
            judge_reference(manifests, dw_node_get(image, "reference"), image, DW_SLICE("image volume"));
    }
    judge_pod_groups(manifests, pod);
}

static bool is_pod(const struct dw_node *node)
{
    for (size_t i = 0; i < 3; i++) {
        const struct dw_node *list = dw_node_get(node, lists[i]);
        /* A list of names, as other objects have, is none of containers. */
        if (list != NULL && list->kind == DW_NODE_SEQUENCE && list->count > 0 &&
            list->items[0]->kind == DW_NODE_MAPPING)
            return true;
    }
    return false;
}

/* Bounded by the document's depth and nodes. */
static void search(struct manifests *manifests, const struct dw_node *node)
{
    if (node->kind == DW_NODE_SCALAR)
        return;
    if (node->kind == DW_NODE_MAPPING && is_pod(node)) {
        judge_pod(manifests, node);
        return;
    }
    for (size_t i = 0; i < node->count; i++)
        search(manifests, node->items[i]);
}

void dw_rules_judge_kubernetes(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                               struct dw_subject *subject, const struct dw_document *document)
{
    struct manifests manifests = {.settings = settings, .document = document};
    dw_reference_judges_begin(&manifests.references, settings, verdict, subject);
    dw_user_judges_begin(&manifests.users, settings, verdict, subject);
    for (size_t i = 0; i < document->root_count; i++) {
        const struct dw_node *root = document->roots[i], *images = dw_node_get(root, "images");
        if (dw_slice_is(scalar(dw_node_get(root, "kind")), "Kustomization") && images != NULL && images->count > 0)
            dw_reference_unknown(&manifests.references, document->name, images->line,
                                 DW_SLICE("a kustomization replaces images: name what \"kustomize build\" writes in the policy"));
        search(&manifests, root);
    }
    dw_reference_judges_end(&manifests.references);
    dw_user_judges_end(&manifests.users, "no pod in this file");
}
