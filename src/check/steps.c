/* SPDX-License-Identifier: Apache-2.0 */
#include "check/steps.h"

#include "advisory/match.h"
#include "base/file.h"

/* The policy that OPTIONS name; NULL with ERROR. */
static struct dw_policy *read_policy(const struct dw_session *session, const struct dw_run_options *options,
                                     struct dw_error *error)
{
    const char *folder = options->folder != NULL ? options->folder : ".";
    if (options->policy != NULL)
        return dw_policy_read(options->policy, &session->limits, error);
    DW_CLEANUP(dw_cleanup_free) char *path =
        strcmp(folder, ".") == 0 ? dw_copy_string(DW_SLICE("dockworthy.yaml")) : dw_path_join(folder, "dockworthy.yaml");
    if (dw_is_file(path))
        return dw_policy_read(path, &session->limits, error);
    return dw_policy_builtin(folder);
}

bool dw_run_begin(struct dw_run *run, const char *command, struct dw_session *session,
                  const struct dw_run_options *options, struct dw_error *error)
{
    *run = (struct dw_run){.session = session, .options = options};
    run->policy = read_policy(session, options, error);
    if (run->policy == NULL)
        return false;
    run->exceptions = dw_exceptions_read(run->policy, &session->limits, error);
    if (run->exceptions == NULL)
        return false;
    if (options->fail_on != NULL) {
        run->gate = dw_gate_parse(dw_slice_of(options->fail_on), error);
        if (run->gate == NULL)
            return dw_context(error, "--fail-on");
    }
    struct dw_verdict *verdict = run->verdict = dw_verdict_new(command, session->options.now);
    verdict->service = dw_arena_copy(&verdict->arena, run->policy->service);
    verdict->policy_path = dw_arena_copy(&verdict->arena, run->policy->path);
    verdict->policy_digest = dw_arena_copy(&verdict->arena, run->policy->digest);
    verdict->stage = options->stage_given ? options->stage : run->policy->stage;
    return true;
}

struct dw_verdict *dw_run_end(struct dw_run *run, bool good)
{
    struct dw_verdict *verdict = run->verdict;
    dw_exceptions_free(run->exceptions);
    dw_policy_free(run->policy);
    dw_gate_free(run->gate);
    if (good)
        return verdict;
    dw_verdict_free(verdict);
    return NULL;
}

void dw_run_add(struct dw_run *run, struct dw_subject *subject)
{
    subject->id = dw_arena_printf(&subject->arena, "%s:%zu", dw_subject_kind_name(subject->kind),
                                  ++run->numbers[subject->kind]);
    *dw_vector_push(&run->verdict->subjects) = subject;
}

void dw_run_add_message(struct dw_run *run, const struct dw_error *error)
{
    struct dw_verdict *verdict = run->verdict;
    *dw_vector_push(&verdict->errors) = dw_arena_copy(&verdict->arena, dw_slice_of(error->text));
}

void dw_run_add_error(struct dw_run *run, const struct dw_error *error)
{
    struct dw_verdict *verdict = run->verdict;
    dw_run_add_message(run, error);
    int code = dw_error_exit_code(error->kind);
    /* 3 (could not be read) says more than 4 (could not be had). */
    if (verdict->worst_error == 0 || code < verdict->worst_error)
        verdict->worst_error = code;
}

bool dw_run_add_reference(struct dw_run *run, struct dw_slice reference, struct dw_error *error)
{
    struct dw_error trouble = DW_ERROR_INIT;
    struct dw_subject *subject = dw_scan_reference(reference, &run->session->scan, &trouble);
    if (subject == NULL) {
        *error = trouble;
        return false;
    }
    dw_run_add(run, subject); /* what could not be read is a note of it */
    return true;
}

void dw_run_match(struct dw_run *run)
{
    struct dw_session *session = run->session;
    struct dw_verdict *verdict = run->verdict;
    bool wanted = false;
    for (size_t i = 0; i < verdict->subjects.len; i++)
        wanted = wanted || verdict->subjects.at[i]->packages.len > 0;
    if (session->database == NULL && session->database_error.kind == DW_ERROR_NONE)
        dw_session_open_database(session);
    if (session->database == NULL) {
        /* Which controls need it, VUL-002, VUL-003 and VUL-005 say; a damaged one is an input that cannot be read. */
        if (wanted && dw_error_exit_code(session->database_error.kind) == 3)
            dw_run_add_error(run, &session->database_error);
        else if (wanted)
            dw_run_add_message(run, &session->database_error);
        return;
    }
    verdict->database = dw_database_summary(session->database);
    for (size_t i = 0; i < verdict->subjects.len; i++) {
        struct dw_error trouble = DW_ERROR_INIT;
        struct dw_subject *subject = verdict->subjects.at[i];
        if (dw_match_subject(session->database, verdict, subject, &trouble))
            continue;
        dw_subject_note(subject, dw_note_kind_of_error(trouble.kind), -1, DW_SLICE(""), dw_slice_of(trouble.text));
        dw_run_add_error(run, &trouble);
    }
}

bool dw_run_custom_rules(struct dw_run *run, struct dw_zygote *zygote, const struct dw_custom_facts *facts, struct dw_error *error)
{
    const struct dw_policy *policy = run->policy;
    for (size_t i = 0; i < policy->custom_rules.len; i++) {
        struct dw_error trouble = DW_ERROR_INIT;
        DW_CLEANUP(dw_cleanup_free) char *path = dw_policy_path(policy, policy->custom_rules.at[i].text);
        if (dw_custom_run(zygote, path, facts, run->verdict, &trouble))
            continue;
        if (trouble.kind == DW_ERROR_USAGE) {
            *error = trouble;
            return dw_context(error, "%.*s:%u", DW_SLICE_ARG(policy->path), policy->custom_rules.at[i].line);
        }
        dw_run_add_error(run, &trouble);
    }
    return true;
}
