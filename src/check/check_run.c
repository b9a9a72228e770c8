/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "check/custom.h"
#include "check/discover.h"
#include "check/steps.h"
#include "dockerfile/write.h"
#include "model/image_name.h"
#include "policy/lock.h"
#include "policy/monitoring.h"
#include "policy/suppress.h"
#include "report/report.h"
#include "rule/rule.h"

/* A run and what the policy says to the rules. */
struct check {
    struct dw_run run;
    struct dw_rule_settings settings;
    struct dw_lock *lock;
    struct dw_custom_facts facts; /* of every subject, when the policy has rules of its own */
};

static bool wants_facts(const struct check *check)
{
    return check->run.policy->custom_rules.len > 0;
}

/* ---- files --------------------------------------------------------------------------------------------------------- */

/* A new subject for a file; the verdict owns it. */
static struct dw_subject *add_file(struct check *check, enum dw_subject_kind kind, const char *path)
{
    struct dw_subject *subject = dw_subject_new(kind, dw_slice_of(path));
    dw_run_add(&check->run, subject);
    return subject;
}

static void file_unreadable(struct check *check, struct dw_subject *subject, const struct dw_error *error)
{
    subject->unreadable = true;
    dw_subject_note(subject, dw_note_kind_of_error(error->kind), -1, DW_SLICE(""), dw_slice_of(error->text));
    dw_rules_judge_unreadable(check->run.verdict, subject, dw_slice_of(error->text));
}

/* The config of the image that a FROM pins, when that very image is one of the subjects so far. */
static const struct dw_image_summary *base_at_hand(void *context, struct dw_slice reference)
{
    const struct check *check = context;
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    struct dw_image_name name;
    if (!dw_image_name_parse(&arena, reference, &name, NULL) || !name.pinned)
        return NULL;
    for (size_t i = 0; i < check->run.verdict->subjects.len; i++) {
        const struct dw_subject *subject = check->run.verdict->subjects.at[i];
        if (subject->kind == DW_SUBJECT_IMAGE && !subject->unreadable && dw_slice_equal(subject->digest, name.digest))
            return &subject->image;
    }
    return NULL;
}

static struct dw_dockerfile *read_dockerfile(struct check *check, const char *path, struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    struct dw_dockerfile_options options = {.base_image = base_at_hand, .context = check};
    const struct dw_limits *limits = &check->run.session->limits;
    if (!dw_file_read_within(path, limits, DW_LIMIT_DOCKERFILE_BYTES, &text, error))
        return NULL;
    return dw_dockerfile_parse_with(dw_buffer_slice(&text), path, &options, limits, error);
}

/* Reads PATH; IMAGE is what was built from it, or NULL. The caller frees what it returns. */
static struct dw_dockerfile *judge_dockerfile(struct check *check, const char *path, const struct dw_subject *image)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_subject *subject = add_file(check, DW_SUBJECT_DOCKERFILE, path);
    struct dw_dockerfile *dockerfile = read_dockerfile(check, path, &error);
    if (dockerfile == NULL) {
        file_unreadable(check, subject, &error);
        return NULL;
    }
    bool image_at_hand = image != NULL && !image->unreadable;
    dw_rules_judge_dockerfile(&check->settings, check->run.verdict, subject, dockerfile, image_at_hand ? image : NULL);
    dw_suppressions_in_dockerfile(check->run.policy, &check->settings, check->run.verdict, subject, dockerfile,
                                  check->run.session->options.now);
    if (wants_facts(check)) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer facts = {0};
        dw_dockerfile_write_facts(dockerfile, &facts);
        dw_custom_add(&check->facts, subject, dw_buffer_slice(&facts));
    }
    return dockerfile;
}

/* Dockerfiles that services are built from and nobody has named are judged, too: what runs is what they make. */
static void judge_builds(struct check *check, const struct dw_compose *project)
{
    for (size_t i = 0; i < project->services.len; i++) {
        const struct dw_container *service = &project->services.at[i];
        if (service->dockerfile == NULL || service->dockerfile_path.len == 0)
            continue;
        bool known = false;
        for (size_t j = 0; !known && j < check->run.verdict->subjects.len; j++) {
            const struct dw_subject *subject = check->run.verdict->subjects.at[j];
            DW_CLEANUP(dw_cleanup_free) char *name = dw_path_normal(subject->name);
            known = subject->kind == DW_SUBJECT_DOCKERFILE && dw_slice_is(service->dockerfile_path, name);
        }
        DW_CLEANUP(dw_cleanup_free) char *path = dw_copy_string(service->dockerfile_path);
        if (!known)
            dw_dockerfile_free(judge_dockerfile(check, path, NULL));
    }
}

/* PATHS are one project, merged in order; a single one has its override file merged as `docker compose` does. */
static void judge_compose(struct check *check, const char *const *paths, size_t count)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_compose_options options = {.environment = check->run.options->environment, .no_override = count > 1};
    struct dw_compose *project = dw_compose_load(paths, count, &options, &check->run.session->limits, &error);
    if (project != NULL)
        judge_builds(check, project);
    struct dw_subject *subject = add_file(check, DW_SUBJECT_COMPOSE, paths[0]);
    if (project == NULL) {
        file_unreadable(check, subject, &error);
        return;
    }
    dw_rules_judge_compose(&check->settings, check->run.verdict, subject, project);
    dw_suppressions_in_documents(check->run.policy, &check->settings, check->run.verdict, subject,
                                 (const struct dw_document *const *)project->documents.at, project->documents.len,
                                 check->run.session->options.now);
    if (wants_facts(check)) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer facts = {0};
        dw_compose_write_facts(project, &facts);
        dw_custom_add(&check->facts, subject, dw_buffer_slice(&facts));
    }
    dw_compose_free(project);
}

/* The Compose files that the policy names: those in one folder that follow one another are one project. */
static void judge_compose_files(struct check *check)
{
    const struct dw_policy *policy = check->run.policy;
    size_t total = policy->compose_files.len;
    char **paths = dw_alloc(total + 1, sizeof(*paths));
    for (size_t i = 0; i < total; i++)
        paths[i] = dw_policy_path(policy, policy->compose_files.at[i].text);
    for (size_t i = 0; i < total;) {
        size_t count = 1;
        struct dw_slice folder = dw_path_parent(dw_slice_of(paths[i]));
        while (i + count < total && dw_slice_equal(folder, dw_path_parent(dw_slice_of(paths[i + count]))))
            count++;
        judge_compose(check, (const char *const *)&paths[i], count);
        i += count;
    }
    for (size_t i = 0; i < total; i++)
        free(paths[i]);
    free(paths);
}

static void judge_manifest(struct check *check, const char *path)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_subject *subject = add_file(check, DW_SUBJECT_KUBERNETES, path);
    struct dw_document *document = dw_kubernetes_open(path, &check->run.session->limits, &error);
    struct dw_kubernetes *manifests = document == NULL ? NULL : dw_kubernetes_read(document, &error);
    if (manifests == NULL) {
        file_unreadable(check, subject, &error);
        dw_document_free(document);
        return;
    }
    dw_rules_judge_kubernetes(&check->settings, check->run.verdict, subject, manifests);
    if (wants_facts(check)) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer facts = {0};
        dw_kubernetes_write_facts(manifests, &facts);
        dw_custom_add(&check->facts, subject, dw_buffer_slice(&facts));
    }
    dw_kubernetes_free(manifests);
    dw_suppressions_in_documents(check->run.policy, &check->settings, check->run.verdict, subject,
                                 (const struct dw_document *const *)&document, 1, check->run.session->options.now);
    dw_document_free(document);
}

static void judge_manifests(struct check *check, const char *path)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_paths paths = {0};
    bool cut = false;
    bool found = dw_discover_manifests(path, &paths, &cut, &error);
    if (found && cut)
        found = dw_fail(&error, DW_ERROR_LIMIT, "%s: too many or too deep folders to look for manifests in", path);
    /* The policy names it for its manifests: without any nothing of it is judged. */
    if (found && paths.list.len == 0)
        found = dw_fail(&error, DW_ERROR_UNAVAILABLE, "%s: no manifest (*.yaml, *.yml, *.json) is in this folder", path);
    if (!found)
        dw_run_add_error(&check->run, &error);
    for (size_t i = 0; i < paths.list.len; i++)
        judge_manifest(check, paths.list.at[i]);
    dw_paths_free(&paths);
}

/* ---- subjects --------------------------------------------------------------------------------------------------------- */

static bool judge_image(struct check *check, const char *reference, const char *dockerfile, struct dw_error *error)
{
    struct dw_verdict *verdict = check->run.verdict;
    if (!dw_run_add_reference(&check->run, dw_slice_of(reference), error))
        return false;
    struct dw_subject *image = verdict->subjects.at[verdict->subjects.len - 1];
    struct dw_dockerfile *built_from = dockerfile == NULL ? NULL : judge_dockerfile(check, dockerfile, image);
    if (image->unreadable)
        dw_rules_judge_unreadable(verdict, image,
                                  image->notes.len > 0 ? image->notes.at[0].message : DW_SLICE("it could not be read"));
    else
        dw_rules_judge_image(&check->settings, verdict, image, built_from);
    dw_dockerfile_free(built_from);
    if (wants_facts(check) && !image->unreadable) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer facts = {0};
        dw_facts_write(image, &facts);
        dw_custom_add(&check->facts, image, dw_buffer_slice(&facts));
    }
    return true;
}

static bool judge_named(struct check *check, struct dw_error *error)
{
    const struct dw_policy *policy = check->run.policy;
    for (size_t i = 0; i < policy->images.len; i++) {
        const struct dw_policy_image *image = &policy->images.at[i];
        DW_CLEANUP(dw_cleanup_free) char *reference = dw_policy_reference(policy, image->image.text);
        DW_CLEANUP(dw_cleanup_free) char *dockerfile =
            image->dockerfile.text.len == 0 ? NULL : dw_policy_path(policy, image->dockerfile.text);
        if (!judge_image(check, reference, dockerfile, error))
            return dw_context(error, "%.*s:%u", DW_SLICE_ARG(policy->path), image->line);
    }
    judge_compose_files(check);
    for (size_t i = 0; i < policy->kubernetes_files.len; i++) {
        DW_CLEANUP(dw_cleanup_free) char *path = dw_policy_path(policy, policy->kubernetes_files.at[i].text);
        judge_manifests(check, path);
    }
    return true;
}

static bool judge_discovered(struct check *check, const char *folder, struct dw_error *error)
{
    struct dw_discovery found;
    struct dw_error trouble = DW_ERROR_INIT;
    bool good = true;
    if (!dw_discover(folder, &found, &trouble))
        dw_run_add_error(&check->run, &trouble);
    for (size_t i = 0; good && i < found.layouts.list.len; i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer reference = {0};
        dw_buffer_printf(&reference, "oci:%s", found.layouts.list.at[i]);
        good = judge_image(check, reference.at, NULL, error);
    }
    for (size_t i = 0; good && i < found.dockerfiles.list.len; i++)
        dw_dockerfile_free(judge_dockerfile(check, found.dockerfiles.list.at[i], NULL));
    for (size_t i = 0; good && i < found.compose.list.len; i++)
        judge_compose(check, (const char *const *)&found.compose.list.at[i], 1);
    for (size_t i = 0; good && i < found.manifests.list.len; i++)
        judge_manifest(check, found.manifests.list.at[i]);
    if (good && found.cut) {
        dw_fail(&trouble, DW_ERROR_LIMIT, "%s: too many or too deep folders to look through; name what is shipped in "
                                          "dockworthy.yaml", folder);
        dw_run_add_error(&check->run, &trouble);
    }
    if (good && found.templates.list.len > 0) {
        dw_fail(&trouble, DW_ERROR_UNAVAILABLE,
                "%s%s: templates of Helm cannot be judged before they are rendered: helm template CHART > rendered.yaml, and name "
                "that file in dockworthy.yaml",
                found.templates.list.at[0], found.templates.list.len > 1 ? " and others" : "");
        dw_run_add_error(&check->run, &trouble);
    }
    bool nothing = found.layouts.list.len + found.dockerfiles.list.len + found.compose.list.len +
                       found.manifests.list.len == 0;
    if (good && nothing && check->run.verdict->errors.len == 0) {
        dw_fail(&trouble, DW_ERROR_UNAVAILABLE,
                "%s: no policy file dockworthy.yaml, no Dockerfile, no Compose file, no manifest and no OCI layout here", folder);
        dw_run_add_error(&check->run, &trouble);
    }
    dw_discovery_free(&found);
    return good;
}

/* The next useful command. */
static struct dw_slice next_command(struct dw_verdict *verdict)
{
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        if (finding->kind == DW_FINDING_VULNERABILITY && finding->status == DW_STATUS_FAIL)
            return dw_arena_printf(&verdict->arena, "dockworthy explain %.*s %.*s", DW_SLICE_ARG(finding->rule),
                                   DW_SLICE_ARG(finding->subject->name));
    }
    if (!verdict->database.present)
        return DW_SLICE("dockworthy db build --from FOLDER");
    return DW_SLICE("");
}

static bool check_all(struct check *check, const struct dw_run_options *options, struct dw_error *error)
{
    struct dw_run *run = &check->run;
    struct dw_policy *policy = run->policy;
    int64_t now = run->session->options.now;
    const char *folder = options->folder != NULL ? options->folder : ".";
    struct dw_controls_options controls = {.stage = run->verdict->stage, .only = dw_slice_of(options->only)};
    check->settings = dw_policy_rule_settings(policy, &policy->arena, now);
    check->settings.build_contexts = true;
    DW_CLEANUP(dw_cleanup_free) char *lock_path = dw_policy_path(policy, DW_SLICE("dockworthy.lock"));
    check->lock = dw_lock_read(lock_path, &run->session->limits, error);
    if (check->lock == NULL)
        return false;
    check->settings.locked = check->lock->images.at;
    check->settings.locked_count = check->lock->images.len;
    bool named = policy->images.len + policy->compose_files.len + policy->kubernetes_files.len > 0;
    if (!(named ? judge_named(check, error) : judge_discovered(check, folder, error)) ||
        !dw_run_custom_rules(run, run->session->zygote, &check->facts, error))
        return false;
    dw_run_add(run, dw_subject_new(DW_SUBJECT_REPOSITORY, policy->service.len > 0 ? policy->service : dw_slice_of(folder)));
    dw_monitoring_judge(policy, &check->settings, run->verdict, run->verdict->subjects.at[run->verdict->subjects.len - 1]);
    dw_run_match(run);
    dw_exceptions_apply(policy, run->exceptions, run->verdict, now);
    dw_vulnerability_rules(policy, run->verdict, run->gate, now);
    dw_policy_override_severities(policy, run->verdict);
    if (!dw_controls_judge(policy, run->verdict, &controls, error))
        return false;
    dw_verdict_sort(run->verdict);
    dw_verdict_conclude(run->verdict);
    run->verdict->next = next_command(run->verdict);
    return true;
}

struct dw_verdict *dw_run_check(struct dw_session *session, const struct dw_run_options *options,
                                struct dw_error *error)
{
    struct check check = {0};
    bool good = dw_run_begin(&check.run, "check", session, options, error) && check_all(&check, options, error);
    struct dw_verdict *verdict = dw_run_end(&check.run, good);
    dw_custom_free(&check.facts);
    dw_lock_free(check.lock);
    return verdict;
}
