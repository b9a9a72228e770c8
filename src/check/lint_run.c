/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads take files from one list; each has a verdict of its own, and the parts are put together in the order of the list. Small
 * texts that people write are parsed in the process (their parsers are fuzzed), so that nothing is forked. */
#include "base/file.h"
#include "check/jobs.h"
#include "check/lint.h"
#include "check/steps.h"
#include "dockerfile/write.h"
#include "kubernetes/pod_security.h"
#include "policy/lock.h"
#include "policy/suppress.h"

#include <pthread.h>
#include <stdatomic.h>

#define THREADS_MOST 64

/* One file and where its part of the verdict lies. */
struct slot {
    struct dw_lint_file *file;
    struct dw_subject *subject; /* NULL: it is no kind of file that is judged */
    bool skipped;               /* found, but not recognised */
    struct dw_error error;      /* named, but not to be read or not recognised */
    size_t thread, first_finding, findings, first_result, results;
    struct dw_buffer facts;     /* for the policy's own rules, if it has any */
};

struct lint {
    struct dw_run run;
    const struct dw_lint_options *options;
    struct dw_rule_settings settings;
    bool drop_suppressions; /* EXC-004 is not judged */
    bool pod_security;
    enum dw_pod_security_level level;
    unsigned minor;
    struct slot *slots;
    size_t count;
    atomic_size_t next;
    struct dw_custom_facts facts;
};

struct part {
    struct lint *lint;
    struct dw_verdict *verdict;
    size_t number;
    pthread_t thread;
    bool running;
};

/* ---- one file ------------------------------------------------------------------------------------------------------------ */

struct work {
    struct part *part;
    struct slot *slot;
    const char *name;
    struct dw_slice text;
    const struct dw_limits *limits;
    int64_t now;
};

static void unreadable(struct work *work, const struct dw_error *error)
{
    struct dw_subject *subject = work->slot->subject;
    subject->unreadable = true;
    dw_subject_note(subject, dw_note_kind_of_error(error->kind), -1, DW_SLICE(""), dw_slice_of(error->text));
}

static bool wants_facts(const struct work *work)
{
    return work->part->lint->run.policy->custom_rules.len > 0 && !work->part->lint->pod_security;
}

static bool judge_dockerfile(struct work *work, struct dw_error *error)
{
    struct lint *lint = work->part->lint;
    struct dw_dockerfile_options build = {.target = lint->options->target,
                                          .build_arguments = lint->options->build_arguments,
                                          .build_argument_count = lint->options->build_argument_count};
    struct dw_dockerfile *dockerfile = dw_dockerfile_parse_with(work->text, work->name, &build, work->limits, error);
    if (dockerfile == NULL)
        return false;
    dw_rules_judge_dockerfile(&lint->settings, work->part->verdict, work->slot->subject, dockerfile, NULL);
    dw_suppressions_in_dockerfile(lint->run.policy, &lint->settings, work->part->verdict, work->slot->subject, dockerfile,
                                  work->now);
    if (wants_facts(work))
        dw_dockerfile_write_facts(dockerfile, &work->slot->facts);
    dw_dockerfile_free(dockerfile);
    return true;
}

static bool judge_compose(struct work *work, struct dw_error *error)
{
    struct lint *lint = work->part->lint;
    struct dw_compose_options options = {.environment = lint->options->run.environment, .text = work->text};
    options.no_override = dw_recognise_is_override(dw_path_base(dw_slice_of(work->name))) || work->slot->file->path == NULL;
    struct dw_compose *project = dw_compose_load(&work->name, 1, &options, work->limits, error);
    if (project == NULL)
        return false;
    dw_rules_judge_compose(&lint->settings, work->part->verdict, work->slot->subject, project);
    dw_suppressions_in_documents(lint->run.policy, &lint->settings, work->part->verdict, work->slot->subject,
                                 (const struct dw_document *const *)project->documents.at, project->documents.len, work->now);
    if (wants_facts(work))
        dw_compose_write_facts(project, &work->slot->facts);
    dw_compose_free(project);
    return true;
}

static bool judge_kubernetes(struct work *work, struct dw_document *document, struct dw_error *error)
{
    struct lint *lint = work->part->lint;
    struct dw_kubernetes *manifests = dw_kubernetes_read(document, error);
    if (manifests == NULL)
        return false;
    if (lint->pod_security) {
        dw_rules_judge_pod_security(&lint->settings, work->part->verdict, work->slot->subject, manifests, lint->level, lint->minor);
    } else {
        dw_rules_judge_kubernetes(&lint->settings, work->part->verdict, work->slot->subject, manifests);
        dw_suppressions_in_documents(lint->run.policy, &lint->settings, work->part->verdict, work->slot->subject,
                                     (const struct dw_document *const *)&document, 1, work->now);
    }
    if (wants_facts(work))
        dw_kubernetes_write_facts(manifests, &work->slot->facts);
    dw_kubernetes_free(manifests);
    return true;
}

static void not_recognised(struct work *work)
{
    struct slot *slot = work->slot;
    if (slot->file->named && work->part->lint->pod_security)
        dw_fail(&slot->error, DW_ERROR_UNAVAILABLE, "%s: is no Kubernetes manifest", work->name);
    else if (slot->file->named)
        dw_fail(&slot->error, DW_ERROR_UNAVAILABLE,
                "%s: is neither a Dockerfile nor a Compose file nor a Kubernetes manifest: say --kind if it is one", work->name);
    else
        slot->skipped = true;
}

static struct dw_subject *subject_of(struct work *work, enum dw_subject_kind kind)
{
    if (work->slot->subject == NULL)
        work->slot->subject = dw_subject_new(kind, dw_slice_of(work->name));
    return work->slot->subject;
}

/* A file whose name does not tell: first instruction, or keys. */
static enum dw_subject_kind kind_of(struct work *work, struct dw_document **document, struct dw_error *error)
{
    struct dw_slice base = dw_path_base(dw_slice_of(work->name));
    enum dw_subject_kind kind = dw_recognise_text(work->text);
    if (kind == DW_SUBJECT_DOCKERFILE && dw_recognise_is_document(base))
        kind = DW_FILE_OTHER;
    if (kind == DW_SUBJECT_DOCKERFILE || (!work->slot->file->named && kind == DW_FILE_OTHER))
        return kind;
    if (!dw_recognise_is_document(base) && kind == DW_FILE_OTHER && work->slot->file->path != NULL)
        return kind;
    *document = dw_kubernetes_parse(work->text, work->name, work->limits, error);
    if (*document == NULL)
        return kind == DW_FILE_OTHER ? DW_SUBJECT_KUBERNETES : kind; /* an error with its place */
    enum dw_subject_kind told = dw_recognise_document(*document);
    return told != DW_FILE_OTHER ? told : kind;
}

static void judge_text(struct work *work)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_document *document = NULL;
    enum dw_subject_kind kind = work->slot->file->kind;
    if (kind == DW_FILE_OTHER)
        kind = dw_recognise_name(dw_path_base(dw_slice_of(work->name)));
    if (kind == DW_FILE_OTHER)
        kind = kind_of(work, &document, &error);
    if (kind == DW_FILE_OTHER || (work->part->lint->pod_security && kind != DW_SUBJECT_KUBERNETES)) {
        not_recognised(work);
        dw_document_free(document);
        return;
    }
    subject_of(work, kind);
    bool good = error.kind == DW_ERROR_NONE;
    if (good && kind == DW_SUBJECT_DOCKERFILE) {
        good = judge_dockerfile(work, &error);
    } else if (good && kind == DW_SUBJECT_COMPOSE) {
        good = judge_compose(work, &error);
    } else if (good) {
        if (document == NULL)
            document = dw_kubernetes_parse(work->text, work->name, work->limits, &error);
        good = document != NULL && judge_kubernetes(work, document, &error);
    }
    if (!good)
        unreadable(work, &error);
    dw_document_free(document);
}

/* With --only or --skip a comment for a rule that is left out is no mistake. */
static void drop_suppressions(struct dw_verdict *verdict, size_t findings, size_t results)
{
    size_t kept = findings;
    for (size_t i = findings; i < verdict->findings.len; i++)
        if (!dw_slice_is(verdict->findings.at[i].rule, "EXC-004"))
            verdict->findings.at[kept++] = verdict->findings.at[i];
    verdict->findings.len = kept;
    while (verdict->results.len > results && strcmp(verdict->results.at[verdict->results.len - 1].rule, "EXC-004") == 0) {
        verdict->results.len--;
        dw_vector_free(&verdict->results.at[verdict->results.len].evidence);
    }
}

static void judge_slot(struct part *part, struct slot *slot)
{
    struct lint *lint = part->lint;
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer bytes = {0};
    struct work work = {.part = part,
                        .slot = slot,
                        .name = slot->file->path != NULL ? slot->file->path : lint->options->text_name,
                        .text = lint->options->text,
                        .limits = &lint->run.session->limits,
                        .now = lint->run.session->options.now};
    slot->thread = part->number;
    slot->first_finding = part->verdict->findings.len;
    slot->first_result = part->verdict->results.len;
    bool dockerfile = slot->file->kind == DW_SUBJECT_DOCKERFILE;
    bool good = slot->file->path == NULL ||
                dw_file_read_within(work.name, work.limits, dockerfile ? DW_LIMIT_DOCKERFILE_BYTES : DW_LIMIT_DOCUMENT_BYTES,
                                    &bytes, &error);
    if (slot->file->path != NULL)
        work.text = dw_buffer_slice(&bytes);
    if (good) {
        judge_text(&work);
    } else if (slot->file->kind != DW_FILE_OTHER) {
        subject_of(&work, slot->file->kind);
        unreadable(&work, &error);
    } else {
        slot->error = error;
    }
    if (lint->drop_suppressions)
        drop_suppressions(part->verdict, slot->first_finding, slot->first_result);
    slot->findings = part->verdict->findings.len - slot->first_finding;
    slot->results = part->verdict->results.len - slot->first_result;
}

/* ---- all files -------------------------------------------------------------------------------------------------------------- */

static void *work_off(void *context)
{
    struct part *part = context;
    size_t index;
    while ((index = atomic_fetch_add(&part->lint->next, 1)) < part->lint->count)
        judge_slot(part, &part->lint->slots[index]);
    return NULL;
}

/* Rules on Compose ask whether a Dockerfile is judged, too: all that are known by name are told to every part. */
static void share_dockerfiles(struct lint *lint, struct dw_verdict *part)
{
    for (size_t i = 0; i < lint->count; i++)
        if (lint->slots[i].subject != NULL)
            *dw_vector_push(&part->subjects) = lint->slots[i].subject;
}

static void put_together(struct lint *lint, struct part *parts, size_t count, struct dw_paths *skipped)
{
    struct dw_verdict *verdict = lint->run.verdict;
    for (size_t i = 0; i < lint->count; i++) {
        struct slot *slot = &lint->slots[i];
        struct dw_verdict *part = parts[slot->thread].verdict;
        if (slot->skipped)
            dw_paths_add(skipped, slot->file->path);
        if (slot->error.kind != DW_ERROR_NONE)
            dw_run_add_error(&lint->run, &slot->error);
        if (slot->subject == NULL)
            continue;
        if (lint->pod_security && slot->subject->kind != DW_SUBJECT_KUBERNETES) {
            dw_subject_free(slot->subject);
            continue;
        }
        dw_run_add(&lint->run, slot->subject);
        if (slot->facts.len > 0)
            dw_custom_add(&lint->facts, slot->subject, dw_buffer_slice(&slot->facts));
        dw_buffer_free(&slot->facts);
        for (size_t j = 0; j < slot->findings; j++)
            *dw_vector_push(&verdict->findings) = part->findings.at[slot->first_finding + j];
        for (size_t j = 0; j < slot->results; j++)
            *dw_vector_push(&verdict->results) = part->results.at[slot->first_result + j];
    }
    for (size_t i = 0; i < count; i++) {
        struct dw_verdict *part = parts[i].verdict;
        for (size_t j = 0; j < DW_STATUS_COUNT; j++)
            verdict->judged[j] += part->judged[j];
        dw_arena_adopt(&verdict->arena, &part->arena);
        part->subjects.len = part->results.len = 0; /* they are the whole verdict's now */
        dw_verdict_free(part);
    }
}

static void judge_all(struct lint *lint, struct dw_lint_files *files, struct dw_paths *skipped)
{
    size_t count = lint->options->jobs < 1 ? 1 : lint->options->jobs > THREADS_MOST ? THREADS_MOST : lint->options->jobs;
    lint->count = files->len;
    lint->slots = dw_alloc(files->len + 1, sizeof(*lint->slots));
    for (size_t i = 0; i < files->len; i++) {
        lint->slots[i].file = &files->at[i];
        if (files->at[i].kind == DW_SUBJECT_DOCKERFILE && files->at[i].path != NULL)
            lint->slots[i].subject = dw_subject_new(DW_SUBJECT_DOCKERFILE, dw_slice_of(files->at[i].path));
    }
    /* A thread for a handful of files costs more than it brings. */
    count = count > files->len / 4 + 1 ? files->len / 4 + 1 : count;
    struct part *parts = dw_alloc(count, sizeof(*parts));
    for (size_t i = 0; i < count; i++) {
        parts[i] = (struct part){.lint = lint, .verdict = dw_verdict_new("lint", lint->run.session->options.now), .number = i};
        share_dockerfiles(lint, parts[i].verdict);
    }
    for (size_t i = 1; i < count; i++)
        parts[i].running = pthread_create(&parts[i].thread, NULL, work_off, &parts[i]) == 0;
    work_off(&parts[0]);
    for (size_t i = 1; i < count; i++)
        if (parts[i].running)
            pthread_join(parts[i].thread, NULL);
    put_together(lint, parts, count, skipped);
    free(parts);
    free(lint->slots);
}

static void conclude(struct lint *lint)
{
    struct dw_verdict *verdict = lint->run.verdict;
    enum dw_severity least = lint->options->fail_on;
    bool unread = verdict->worst_error == 3, incomplete = verdict->worst_error == 4;
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        bool counts = least == DW_SEVERITY_UNKNOWN ? finding->severity != DW_SEVERITY_NEGLIGIBLE : finding->severity >= least;
        bool open = finding->status == DW_STATUS_FAIL || (finding->status == DW_STATUS_PASS && least == DW_SEVERITY_NEGLIGIBLE);
        verdict->violated = verdict->violated || (open && counts);
        incomplete = incomplete || (finding->status == DW_STATUS_NOT_EVALUATED && !lint->options->lenient);
    }
    for (size_t i = 0; i < verdict->subjects.len; i++)
        for (size_t j = 0; j < verdict->subjects.at[i]->notes.len; j++) {
            int code = dw_note_exit_code(verdict->subjects.at[i]->notes.at[j].kind);
            unread = unread || code == 3;
            incomplete = incomplete || code == 4;
        }
    verdict->exit_code = unread ? 3 : verdict->violated ? 1 : incomplete ? 4 : 0;
}

/* The threads are gone by now, so that a process may be forked. */
static bool run_custom_rules(struct lint *lint, struct dw_error *error)
{
    if (lint->run.policy->custom_rules.len == 0 || lint->pod_security)
        return true;
    struct dw_zygote *zygote = dw_zygote_start(dw_job_types, DW_JOB_COUNT, &lint->run.session->limits, error);
    bool good = zygote != NULL && dw_run_custom_rules(&lint->run, zygote, &lint->facts, error);
    dw_zygote_stop(zygote);
    return good;
}

static bool lint_all(struct lint *lint, struct dw_lint_summary *summary, struct dw_error *error)
{
    const struct dw_lint_options *options = lint->options;
    struct dw_run *run = &lint->run;
    struct dw_policy *policy = run->policy;
    int64_t now = run->session->options.now;
    lint->settings = dw_policy_rule_settings(policy, &policy->arena, now);
    lint->settings.findings_only = true;
    lint->settings.repairs = options->repairs;
    lint->settings.build_contexts = true;
    lint->settings.context_cache = dw_context_cache_new();
    if (!dw_rule_settings_choose(&lint->settings, &policy->arena, options->only, options->only_count, options->skip,
                                 options->skip_count, error))
        return false;
    const struct dw_rule *suppressions = dw_rule_find(DW_SLICE("EXC-004"));
    lint->drop_suppressions = suppressions != NULL && !dw_rule_is_on(&lint->settings, suppressions);
    if (options->pod_security != NULL) {
        lint->pod_security = true;
        if (!dw_pod_security_parse(dw_slice_of(options->pod_security), &lint->level, &lint->minor, error))
            return dw_context(error, "--pod-security");
    }
    DW_CLEANUP(dw_cleanup_free) char *lock_path = dw_policy_path(policy, DW_SLICE("dockworthy.lock"));
    struct dw_lock *lock = dw_lock_read(lock_path, &run->session->limits, error);
    if (lock == NULL)
        return false;
    lint->settings.locked = lock->images.at;
    lint->settings.locked_count = lock->images.len;

    struct dw_lint_files files = {0};
    dw_lint_files_find(run, options, &files, &summary->skipped);
    judge_all(lint, &files, &summary->skipped);
    if (run->verdict->subjects.len == 0 && run->verdict->errors.len == 0) {
        struct dw_error trouble = DW_ERROR_INIT;
        dw_fail(&trouble, DW_ERROR_UNAVAILABLE, "none of the files is a Dockerfile, a Compose file or a Kubernetes manifest");
        dw_run_add_error(run, &trouble);
    }
    dw_lint_files_free(&files);
    dw_lock_free(lock);
    if (!run_custom_rules(lint, error))
        return false;
    dw_exceptions_apply(policy, run->exceptions, run->verdict, now);
    dw_policy_override_severities(policy, run->verdict);
    dw_verdict_sort(run->verdict);
    conclude(lint);
    return true;
}

struct dw_verdict *dw_run_lint(struct dw_session *session, const struct dw_lint_options *options, struct dw_lint_summary *summary,
                               struct dw_error *error)
{
    struct lint lint = {.options = options};
    struct dw_lint_summary unwanted = {0};
    bool good = dw_run_begin(&lint.run, "lint", session, &options->run, error) &&
                lint_all(&lint, summary != NULL ? summary : &unwanted, error);
    dw_paths_free(&unwanted.skipped);
    dw_context_cache_free(lint.settings.context_cache);
    dw_custom_free(&lint.facts);
    return dw_run_end(&lint.run, good);
}
