/* SPDX-License-Identifier: Apache-2.0
 *
 * The catalogue: the tables of all chapters (rules.md), and running them over models. */
#include "rule/chapters.h"

#include "base/clock.h"
#include "model/image_name.h"
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
};

static const size_t base_row_count = DW_RULE_COUNT(base_rows);

/* One line a chapter, in the order of the catalogue. */
static const struct dw_rule_chapter chapters[] = {
    {base_rows, &base_row_count},
    {dw_base_family_rules, &dw_base_family_rule_count},
    {dw_user_rules, &dw_user_rule_count},
    {dw_image_rules, &dw_image_rule_count},
    {dw_suppression_rules, &dw_suppression_rule_count},
};

const struct dw_rule *dw_rule_at(size_t index)
{
    for (size_t i = 0; i < DW_RULE_COUNT(chapters); i++) {
        if (index < *chapters[i].count)
            return &chapters[i].rows[index];
        index -= *chapters[i].count;
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

static void run_dockerfile(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
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

static void run_image(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                      struct dw_subject *subject, const struct dw_dockerfile *built_from)
{
    const struct dw_rule *rule;
    for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++) {
        if (rule->image == NULL || !(dw_rule_subjects(rule) & 1u << subject->kind) || !is_on(settings, rule))
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

void dw_rules_judge_image(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                          struct dw_subject *subject, const struct dw_dockerfile *dockerfile)
{
    if (subject->kind == DW_SUBJECT_IMAGE || subject->kind == DW_SUBJECT_FOLDER)
        run_image(settings, verdict, subject, dockerfile);
}

/* "# syntax=" names the program that reads the file. */
static bool is_known_frontend(struct dw_verdict *verdict, struct dw_slice syntax)
{
    struct dw_image_name name;
    return syntax.len == 0 || (dw_image_name_parse(&verdict->arena, syntax, &name, NULL) &&
                               dw_slice_is(name.registry, "docker.io") &&
                               (dw_slice_is(name.repository, "docker/dockerfile") ||
                                dw_slice_is(name.repository, "docker/dockerfile-upstream")));
}

void dw_rules_judge_dockerfile(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                               struct dw_subject *subject, const struct dw_dockerfile *dockerfile,
                               const struct dw_subject *image)
{
    if (image != NULL && (image->kind != DW_SUBJECT_IMAGE || image->unreadable || image->image.image_id.len == 0))
        image = NULL;
    if (!is_known_frontend(verdict, dockerfile->syntax)) {
        struct dw_slice reason = dw_arena_printf(
            &verdict->arena, "%.*s:%u: the build frontend \"%.*s\" may read the file by another grammar",
            DW_SLICE_ARG(dockerfile->name), dockerfile->syntax_line, DW_SLICE_ARG(dockerfile->syntax));
        dw_rules_judge_unreadable(verdict, subject, reason);
        return;
    }
    struct dw_reference_judges references;
    dw_reference_judges_begin(&references, settings, verdict, subject);
    dw_reference_judge_dockerfile(&references, dockerfile, dockerfile->name, 0);
    dw_reference_judges_end(&references);
    struct dw_shell_scripts *scripts = dw_shell_scripts_read(dockerfile);
    run_dockerfile(settings, verdict, subject,
                   &(struct dw_dockerfile_view){.dockerfile = dockerfile, .image = image, .scripts = scripts});
    dw_shell_scripts_free(scripts);
}
