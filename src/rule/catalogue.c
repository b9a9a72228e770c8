/* SPDX-License-Identifier: Apache-2.0
 *
 * The catalogue: the tables of all chapters (rules.md), and running them over models. */
#include "rule/chapters.h"

#include "base/clock.h"
#include "rule/build_context.h"
#include "rule/frontend.h"
#include "rule/history.h"
#include "rule/judge.h"

#define IMAGE      (1u << DW_SUBJECT_IMAGE)
#define FOLDER     (1u << DW_SUBJECT_FOLDER)
#define DOCKERFILE (1u << DW_SUBJECT_DOCKERFILE)
#define COMPOSE    (1u << DW_SUBJECT_COMPOSE)
#define KUBERNETES (1u << DW_SUBJECT_KUBERNETES)

/* One line a chapter, in the order of the catalogue. */
static const struct dw_rule_chapter chapters[] = {
    {dw_base_reference_rules, &dw_base_reference_rule_count},
    {dw_base_family_rules, &dw_base_family_rule_count},
    {dw_base_support_rules, &dw_base_support_rule_count},
    {dw_manifest_rules, &dw_manifest_rule_count},
    {dw_user_rules, &dw_user_rule_count},
    {dw_privilege_rules, &dw_privilege_rule_count},
    {dw_isolation_rules, &dw_isolation_rule_count},
    {dw_operation_rules, &dw_operation_rule_count},
    {dw_exposure_rules, &dw_exposure_rule_count},
    {dw_leftover_rules, &dw_leftover_rule_count},
    {dw_account_rules, &dw_account_rule_count},
    {dw_special_file_rules, &dw_special_file_rule_count},
    {dw_image_rules, &dw_image_rule_count},
    {dw_form_rules, &dw_form_rule_count},
    {dw_stage_rules, &dw_stage_rule_count},
    {dw_config_instruction_rules, &dw_config_instruction_rule_count},
    {dw_copy_rules, &dw_copy_rule_count},
    {dw_value_rules, &dw_value_rule_count},
    {dw_build_reach_rules, &dw_build_reach_rule_count},
    {dw_context_rules, &dw_context_rule_count},
    {dw_label_rules, &dw_label_rule_count},
    {dw_secret_use_rules, &dw_secret_use_rule_count},
    {dw_command_rules, &dw_command_rule_count},
    {dw_package_rules, &dw_package_rule_count},
    {dw_verification_rules, &dw_verification_rule_count},
    {dw_build_secret_rules, &dw_build_secret_rule_count},
    {dw_kubernetes_rules, &dw_kubernetes_rule_count},
    {dw_compose_secret_rules, &dw_compose_secret_rule_count},
    {dw_kubernetes_secret_rules, &dw_kubernetes_secret_rule_count},
    {dw_monitoring_rules, &dw_monitoring_rule_count},
    {dw_suppression_rules, &dw_suppression_rule_count},
};

/* Goes through all rows; zero-initialised before the first. */
struct walk {
    size_t chapter, row;
    size_t index; /* of the row given last */
    bool begun;
};

static const struct dw_rule *next_rule(struct walk *walk)
{
    walk->index += walk->begun;
    walk->begun = true;
    while (walk->chapter < DW_RULE_COUNT(chapters)) {
        if (walk->row < *chapters[walk->chapter].count)
            return &chapters[walk->chapter].rows[walk->row++];
        walk->chapter++;
        walk->row = 0;
    }
    return NULL;
}

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
    return rule->subjects | (rule->image != NULL || rule->on_image ? IMAGE : 0) | (rule->dockerfile != NULL ? DOCKERFILE : 0) |
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
static bool is_on(const struct dw_rule_settings *settings, const struct dw_rule *rule, size_t index)
{
    if (settings->chosen != NULL)
        return settings->chosen[index];
    for (size_t i = 0; i < settings->switch_count; i++)
        if (dw_slice_is(settings->switches[i].id, rule->id))
            return settings->switches[i].enabled;
    return !rule->off;
}

bool dw_rule_is_on(const struct dw_rule_settings *settings, const struct dw_rule *wanted)
{
    const struct dw_rule *rule;
    for (struct walk walk = {0}; (rule = next_rule(&walk)) != NULL;)
        if (rule == wanted)
            return is_on(settings, rule, walk.index);
    return false;
}

static void run_dockerfile(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                           struct dw_subject *subject, const struct dw_dockerfile_view *view)
{
    const struct dw_rule *rule;
    for (struct walk walk = {0}; (rule = next_rule(&walk)) != NULL;) {
        if (rule->dockerfile == NULL || !is_on(settings, rule, walk.index))
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
    struct dw_history *history = dw_history_of(subject);
    struct dw_shell_scripts *scripts = history == NULL ? NULL : dw_shell_scripts_read(history->dockerfile);
    for (struct walk walk = {0}; (rule = next_rule(&walk)) != NULL;) {
        if (!(dw_rule_subjects(rule) & 1u << subject->kind) || (rule->image == NULL && !rule->on_image) || !is_on(settings, rule, walk.index))
            continue;
        size_t first = verdict->findings.len;
        struct dw_judge judge = dw_judge_begin_rule(settings, verdict, subject, rule);
        if (rule->image != NULL)
            rule->image(&judge, built_from);
        if (rule->on_image && history != NULL)
            rule->dockerfile(&judge, &(struct dw_dockerfile_view){.dockerfile = history->dockerfile, .scripts = scripts});
        dw_judge_end(&judge, rule->pass, rule->none);
        if (rule->on_image && history != NULL)
            dw_history_place(history, verdict, first);
    }
    dw_shell_scripts_free(scripts);
    dw_history_free(history);
}

/* What the file leaves open is unknown to every rule; what only concerns images, to the rules on images. */
static void tell_problems(struct dw_judge *judge, const struct dw_kubernetes *manifests)
{
    for (size_t i = 0; i < manifests->problems.len; i++) {
        const struct dw_container_item *problem = &manifests->problems.at[i];
        if (!dw_slice_is(problem->name, "images") || judge->rule->chapter == 1)
            dw_judge_unknown(judge, problem->node->document->name, problem->node->line, problem->problem);
    }
}

/* The Dockerfiles that stand in a Compose file, as the rules see them. */
struct inline_dockerfiles {
    struct {
        struct dw_dockerfile_view view;
        struct dw_shell_scripts *scripts;
        bool foreign; /* for another build frontend: only BASE-010 can say anything */
    } *at;
    size_t count;
};

static struct inline_dockerfiles inline_dockerfiles_open(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                                                         struct dw_subject *subject, const struct dw_compose *project)
{
    struct inline_dockerfiles found = {0};
    for (size_t i = 0; project != NULL && i < project->services.len; i++) {
        const struct dw_container *service = &project->services.at[i];
        if (!service->dockerfile_inline || service->dockerfile == NULL)
            continue;
        if (found.at == NULL)
            found.at = dw_alloc(project->services.len, sizeof(*found.at));
        struct dw_judge judge = dw_judge_begin(settings, verdict, subject, "BASE-010");
        found.at[found.count].scripts = dw_shell_scripts_read(service->dockerfile);
        found.at[found.count].view.dockerfile = service->dockerfile;
        found.at[found.count].view.scripts = found.at[found.count].scripts;
        found.at[found.count++].foreign =
            service->dockerfile->syntax.len > 0 && !dw_frontend_is_known(&judge, service->dockerfile->syntax);
    }
    return found;
}

static void inline_dockerfiles_close(struct inline_dockerfiles *found)
{
    for (size_t i = 0; i < found->count; i++)
        dw_shell_scripts_free(found->at[i].scripts);
    free(found->at);
}

/* What .container does not see of them itself. Their text is within another file, so nothing is repaired in them. */
static void run_inline_dockerfiles(struct dw_judge *judge, const struct inline_dockerfiles *found)
{
    const struct dw_rule *rule = judge->rule;
    const struct dw_rule_settings *settings = judge->settings;
    struct dw_rule_settings without_repairs = *settings;
    if (rule->dockerfile == NULL || rule->builds)
        return;
    without_repairs.repairs = false;
    judge->settings = &without_repairs;
    for (size_t i = 0; i < found->count; i++) {
        const struct dw_dockerfile *dockerfile = found->at[i].view.dockerfile;
        if (found->at[i].foreign && strcmp(rule->id, "BASE-010") != 0)
            dw_judge_unknown(judge, dockerfile->name, dockerfile->syntax_line,
                             dw_judge_text(judge, "the build frontend \"%.*s\" may read the inline Dockerfile by another grammar",
                                           DW_SLICE_ARG(dockerfile->syntax)));
        else
            rule->dockerfile(judge, &found->at[i].view);
    }
    judge->settings = settings;
}

/* Rules that look at containers, and at the project or manifests they are of: one result for both. */
static void run_containers(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                           struct dw_subject *subject, const struct dw_container *containers, size_t count,
                           const struct dw_compose *project, const struct dw_kubernetes *manifests)
{
    const struct dw_rule *rule;
    struct inline_dockerfiles inline_dockerfiles = inline_dockerfiles_open(settings, verdict, subject, project);
    for (struct walk walk = {0}; (rule = next_rule(&walk)) != NULL;) {
        bool whole = (project != NULL && rule->compose != NULL) || (manifests != NULL && rule->kubernetes != NULL) ||
                     (inline_dockerfiles.count > 0 && rule->dockerfile != NULL);
        if ((rule->container == NULL && !whole) || !is_on(settings, rule, walk.index))
            continue;
        struct dw_judge judge = dw_judge_begin_rule(settings, verdict, subject, rule);
        for (size_t j = 0; rule->container != NULL && j < count; j++) {
            dw_judge_next_container(&judge, j > 0 ? &containers[j - 1] : NULL, &containers[j]);
            rule->container(&judge, &containers[j]);
        }
        dw_judge_next_container(&judge, NULL, NULL);
        if (project != NULL && rule->compose != NULL)
            rule->compose(&judge, project);
        run_inline_dockerfiles(&judge, &inline_dockerfiles);
        if (manifests != NULL && rule->kubernetes != NULL)
            rule->kubernetes(&judge, manifests);
        if (manifests != NULL)
            tell_problems(&judge, manifests);
        dw_judge_end(&judge, rule->pass, rule->none);
    }
    inline_dockerfiles_close(&inline_dockerfiles);
}

void dw_rules_judge_compose(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                            struct dw_subject *subject, const struct dw_compose *project)
{
    run_containers(settings, verdict, subject, project->services.at, project->services.len, project, NULL);
}

void dw_rules_judge_kubernetes(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                               struct dw_subject *subject, const struct dw_kubernetes *manifests)
{
    run_containers(settings, verdict, subject, manifests->containers.at, manifests->containers.len, NULL, manifests);
}

void dw_rules_judge_image(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                          struct dw_subject *subject, const struct dw_dockerfile *dockerfile)
{
    if (subject->kind == DW_SUBJECT_IMAGE || subject->kind == DW_SUBJECT_FOLDER)
        run_image(settings, verdict, subject, dockerfile);
}

/* A file for another frontend: only BASE-010 can say anything. */
static bool is_foreign(const struct dw_rule_settings *settings, struct dw_verdict *verdict, struct dw_subject *subject,
                       const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    if (dockerfile->syntax.len == 0)
        return false;
    struct dw_judge judge = dw_judge_begin(settings, verdict, subject, "BASE-010");
    if (dw_frontend_is_known(&judge, dockerfile->syntax))
        return false;
    const struct dw_rule *rule;
    for (struct walk walk = {0}; (rule = next_rule(&walk)) != NULL;)
        if (rule != judge.rule && is_on(settings, rule, walk.index) && dw_rule_subjects(rule) & DOCKERFILE)
            dw_verdict_result(verdict, rule->id, subject, DW_STATUS_NOT_EVALUATED,
                              "%.*s:%u: the build frontend \"%.*s\" may read the file by another grammar",
                              DW_SLICE_ARG(dockerfile->name), dockerfile->syntax_line, DW_SLICE_ARG(dockerfile->syntax));
    if (dw_rule_is_on(settings, judge.rule)) {
        judge.rule->dockerfile(&judge, view);
        dw_judge_end(&judge, judge.rule->pass, judge.rule->none);
    }
    return true;
}

void dw_rules_judge_dockerfile(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                               struct dw_subject *subject, const struct dw_dockerfile *dockerfile,
                               const struct dw_subject *image)
{
    if (image != NULL && (image->kind != DW_SUBJECT_IMAGE || image->unreadable || image->image.image_id.len == 0))
        image = NULL;
    if (is_foreign(settings, verdict, subject, &(struct dw_dockerfile_view){.dockerfile = dockerfile}))
        return;
    struct dw_shell_scripts *scripts = dw_shell_scripts_read(dockerfile);
    struct dw_build_context *context = settings->build_contexts ? dw_build_context_open(dockerfile, settings->context_cache) : NULL;
    run_dockerfile(settings, verdict, subject,
                   &(struct dw_dockerfile_view){.dockerfile = dockerfile, .image = image, .scripts = scripts, .context = context});
    dw_build_context_free(context);
    dw_shell_scripts_free(scripts);
}
