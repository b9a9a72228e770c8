/* SPDX-License-Identifier: Apache-2.0
 *
 * The catalogue: the tables of all chapters (rules.md), and running them over models. */
#include "rule/chapters.h"

#include "base/clock.h"
#include "rule/judge.h"

#define IMAGE      (1u << DW_SUBJECT_IMAGE)
#define FOLDER     (1u << DW_SUBJECT_FOLDER)
#define DOCKERFILE (1u << DW_SUBJECT_DOCKERFILE)
#define COMPOSE    (1u << DW_SUBJECT_COMPOSE)
#define KUBERNETES (1u << DW_SUBJECT_KUBERNETES)

static const struct dw_rule base_rows[] = {
    {.id = "BASE-001",
     .title = "Image pinned by digest",
     .chapter = 1,
     .severity = DW_SEVERITY_HIGH,
     .what = "Every image that a build or a deployment takes from a registry is named with its sha256 digest: FROM, COPY --from, "
     "RUN --mount from, ONBUILD of those, Compose images, image volumes and build contexts, and every container and image "
     "volume of a Kubernetes manifest.",
     .why = "A tag can be moved to another image at any time; only a digest says which bytes were reviewed, scanned and signed.",
     .fix = "Write the digest behind the tag: name:tag@sha256:…; the tag stays for people.",
     .aliases = "CKV_K8S_43|kics:Image Without Digest",
     .pass = "every image is pinned by digest",
     .none = "no image of a registry is named",
     .subjects = DOCKERFILE | COMPOSE | KUBERNETES},
    {.id = "BASE-002",
     .title = "Tag missing or mutable \"latest\"",
     .chapter = 1,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "A reference has a tag that is not \"latest\", or a digest.",
     .why = "Without a version nobody can tell what runs, nor go back to it.",
     .fix = "Choose a version and write its tag and digest.",
     .aliases = "DL3006|DL3007|DS-0001|KSV-0013|CKV_DOCKER_7|CKV_K8S_14|DKL-DI-0006|cis:5.28|kl:latest-tag",
     .pass = "every image has a version",
     .none = "no image of a registry is named",
     .subjects = DOCKERFILE | COMPOSE | KUBERNETES},
    {.id = "BASE-004",
     .title = "Node service on distroless or Alpine",
     .chapter = 1,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "An image that runs Node stands on one of the allowed base families (base-images.families.node).",
     .why = "A small base has fewer packages to attack and to update; without a shell an intruder has no tools.",
     .fix = "Build the last stage from the matching distroless or Alpine image.",
     .aliases = "",
     .pass = "the base family is allowed",
     .none = "no Node runtime",
     .subjects = IMAGE | FOLDER | DOCKERFILE},
    {.id = "USR-001",
     .title = "Runs as a known non-root user",
     .chapter = 4,
     .severity = DW_SEVERITY_HIGH,
     .what = "The effective user is known and is not uid 0.",
     .why = "A process that is root in its container is root for the kernel: one flaw away from the host.",
     .fix = "Put USER 65532:65532 before the last CMD or ENTRYPOINT; in Kubernetes set runAsNonRoot: true.",
     .aliases = "DL3002|DS-0002|KSV-0012|KSV-0105|CKV_DOCKER_3|CKV_DOCKER_8|CKV_K8S_6|CKV_K8S_23|CIS-DI-0001|cis:4.1|"
     "kl:run-as-non-root|pss:restricted/runAsNonRoot|pss:restricted/runAsUser|scout:default-non-root-user|"
     "kics:Missing User Instruction|kics:Last User Is 'root'",
     .pass = "the user is not root",
     .none = "no user is set here",
     .subjects = IMAGE | DOCKERFILE | COMPOSE | KUBERNETES},
    {.id = "USR-002",
     .title = "Uid is 65532 or in the configured range, numeric",
     .chapter = 4,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "The user is a number, and one that the policy allows (runtime.user).",
     .why = "A name means nothing to the host and cannot be checked by runAsNonRoot; a low uid may belong to somebody on the host.",
     .fix = "Write the allowed number in place of the name or other number.",
     .aliases = "DL3066|KSV-0020|KSV-0021|CKV_K8S_40",
     .pass = "the uid is the one the policy asks for",
     .none = "no user is set here",
     .subjects = IMAGE | DOCKERFILE | COMPOSE | KUBERNETES},
    {.id = "USR-003",
     .title = "No root group",
     .chapter = 4,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "Neither the primary group nor a supplementary one is gid 0.",
     .why = "Files that root's group may write are common in images; group 0 opens them.",
     .fix = "Write a group behind the user: 65532:65532.",
     .aliases = "KSV-0116",
     .pass = "no group 0 is given",
     .none = "no user is set here",
     .subjects = IMAGE | DOCKERFILE | COMPOSE | KUBERNETES},
    {.id = "USR-004",
     .title = "Override does not bring root back",
     .chapter = 4,
     .severity = DW_SEVERITY_HIGH,
     .what = "Neither user: of a Compose service or its hooks nor runAsUser of a pod or container sets root.",
     .why = "What the image does right is lost by one line of the deployment.",
     .fix = "Drop the override, or set the allowed uid.",
     .aliases = "",
     .pass = "no user that is set brings root back",
     .none = "no user is set over an image's own",
     .subjects = COMPOSE | KUBERNETES},
    {.id = "LBL-006",
     .title = "Provenance labels",
     .chapter = 7,
     .severity = DW_SEVERITY_LOW,
     .what = "The image says where it comes from: org.opencontainers.image.source, revision, created, licenses, base.name and "
     "base.digest.",
     .why = "An image without them cannot be traced to its source or its base: it is opaque.",
     .fix = "Set the labels in the build, with build arguments for what changes.",
     .aliases = "",
     .pass = "the image says where it comes from",
     .none = "no image",
     .subjects = IMAGE},
    {.id = "IMG-001",
     .title = "Everything in the image was read",
     .chapter = 7,
     .severity = DW_SEVERITY_HIGH,
     .what = "No layer, archive or package database was absent, of an unknown kind, malformed, or beyond a limit.",
     .why = "What cannot be read cannot be judged; a hidden part must not pass.",
     .fix = "Rebuild or fetch the part that is named; raise the limit that is named if the image is trusted.",
     .aliases = "",
     .pass = "every part of the image was read",
     .none = "no image",
     .subjects = IMAGE | FOLDER},
};

/* One line a chapter, in the order of the catalogue. */
static const struct dw_rule_chapter chapters[] = {
    {base_rows, DW_RULE_COUNT(base_rows)},
};

const struct dw_rule *dw_rule_at(size_t index)
{
    for (size_t i = 0; i < DW_RULE_COUNT(chapters); i++) {
        if (index < chapters[i].count)
            return &chapters[i].rows[index];
        index -= chapters[i].count;
    }
    return NULL;
}

const struct dw_rule *dw_rule_find(struct dw_slice id)
{
    const struct dw_rule *rule;
    id = dw_slice_part(id, 0, dw_slice_find(id, '.'));
    for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++)
        if (dw_slice_is(id, rule->id))
            return rule;
    return NULL;
}

unsigned dw_rule_subjects(const struct dw_rule *rule)
{
    return rule->subjects | (rule->image != NULL ? IMAGE : 0) | (rule->dockerfile != NULL ? DOCKERFILE : 0) |
           (rule->compose != NULL || rule->container != NULL ? COMPOSE : 0) |
           (rule->kubernetes != NULL || rule->container != NULL ? KUBERNETES : 0);
}

const struct dw_rule_variant *dw_rule_variant_find(const struct dw_rule *rule, struct dw_slice name)
{
    for (const struct dw_rule_variant *variant = rule->variants; variant != NULL && variant->name != NULL; variant++)
        if (dw_slice_is(name, variant->name))
            return variant;
    return NULL;
}

struct dw_rule_settings dw_rule_settings_default(void)
{
    static const struct dw_slice families[] = {DW_SLICE_INIT("distroless"), DW_SLICE_INIT("alpine")};
    static const struct dw_slice capabilities[] = {DW_SLICE_INIT("NET_BIND_SERVICE")};
    return (struct dw_rule_settings){
        .node_families = families,
        .node_family_count = 2,
        .user_lowest = 65532,
        .user_highest = 65532,
        .read_only_root = true,
        .capabilities_add = capabilities,
        .capability_count = 1,
        .seccomp = DW_SLICE("default"),
        .now = DW_TIME_UNKNOWN,
        .upgrade_every = INT64_C(31) * 24 * 60 * 60,
    };
}

/* Is RULE switched on? A variant's switch is the judge's business. */
static bool is_on(const struct dw_rule_settings *settings, const struct dw_rule *rule)
{
    for (size_t i = 0; i < settings->switch_count; i++)
        if (dw_slice_is(settings->switches[i].id, rule->id))
            return settings->switches[i].enabled;
    return !rule->off;
}

void dw_rules_run_dockerfile(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                             struct dw_subject *subject, const struct dw_dockerfile_view *view)
{
    const struct dw_rule *rule;
    for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++) {
        if (rule->dockerfile == NULL || !is_on(settings, rule))
            continue;
        struct dw_judge judge = dw_judge_begin_rule(settings, verdict, subject, rule);
        rule->dockerfile(&judge, view);
        dw_judge_end(&judge, rule->pass, rule->none);
    }
}

void dw_rules_run_image(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                        struct dw_subject *subject, const struct dw_dockerfile *built_from)
{
    const struct dw_rule *rule;
    for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++) {
        if (rule->image == NULL || !is_on(settings, rule))
            continue;
        struct dw_judge judge = dw_judge_begin_rule(settings, verdict, subject, rule);
        rule->image(&judge, built_from);
        dw_judge_end(&judge, rule->pass, rule->none);
    }
}

/* Rules that look at containers, and at the project or manifests they are of: one result for both. */
static void run_containers(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                           struct dw_subject *subject, const struct dw_container *containers, size_t count,
                           const struct dw_compose *project, const struct dw_kubernetes *manifests)
{
    const struct dw_rule *rule;
    for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++) {
        bool whole = (project != NULL && rule->compose != NULL) || (manifests != NULL && rule->kubernetes != NULL);
        if ((rule->container == NULL && !whole) || !is_on(settings, rule))
            continue;
        struct dw_judge judge = dw_judge_begin_rule(settings, verdict, subject, rule);
        for (size_t j = 0; rule->container != NULL && j < count; j++)
            rule->container(&judge, &containers[j]);
        if (project != NULL && rule->compose != NULL)
            rule->compose(&judge, project);
        if (manifests != NULL && rule->kubernetes != NULL)
            rule->kubernetes(&judge, manifests);
        dw_judge_end(&judge, rule->pass, rule->none);
    }
}

void dw_rules_judge_containers(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                               struct dw_subject *subject, const struct dw_container *containers, size_t count)
{
    run_containers(settings, verdict, subject, containers, count, NULL, NULL);
}
