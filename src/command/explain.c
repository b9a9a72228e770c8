/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/explain.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "command/frame.h"
#include "command/session.h"
#include "policy/controls.h"
#include "report/rules.h"

/* ---- rules and controls: from their tables --------------------------------------------------------------------------- */

static void line(struct dw_buffer *out, const char *label, const char *text)
{
    if (text != NULL && text[0] != '\0')
        dw_buffer_printf(out, "%-10s %s\n", label, text);
}

static void put_decided(struct dw_buffer *out, const char *rule)
{
    for (size_t i = 0; i < DW_CONTROL_COUNT; i++)
        for (size_t j = 0; j < DW_CONTROL_RULES && dw_controls[i].rules[j] != NULL; j++)
            if (strcmp(dw_controls[i].rules[j], rule) == 0)
                dw_buffer_printf(out, "%-10s control %s: %s\n", "decides", dw_controls[i].id, dw_controls[i].title);
}

/* Every rule that ID names, by our own id or another tool's. */
static bool put_rules(struct dw_context *context, struct dw_slice id, struct dw_buffer *out)
{
    const struct dw_rule_variant *variant;
    const struct dw_rule *rule;
    const char *format = dw_option_value(context, "format");
    bool markdown = format != NULL && strcmp(format, "markdown") == 0, found = false;
    if (dw_slice_is(id, "rules")) {
        if (markdown)
            dw_rules_index_markdown(out);
        else
            dw_rules_list_text(out);
        return true;
    }
    for (size_t index = 0; (rule = dw_rule_named(id, &index, &variant)) != NULL; found = true) {
        if (found)
            dw_buffer_append_string(out, "\n");
        if (markdown)
            dw_rule_markdown(rule, out);
        else
            dw_rule_text(rule, context->width, out);
    }
    return found;
}

/* A rule that is no row of the catalogue: it judges exceptions, scans or runs, or is not judged by this version. */
static bool put_deciding(struct dw_buffer *out, struct dw_slice id)
{
    for (size_t i = 0; i < DW_CONTROL_COUNT; i++)
        for (size_t j = 0; j < DW_CONTROL_RULES && dw_controls[i].rules[j] != NULL; j++)
            if (dw_slice_is(id, dw_controls[i].rules[j])) {
                dw_buffer_printf(out, "%s\n\n", dw_controls[i].rules[j]);
                put_decided(out, dw_controls[i].rules[j]);
                return true;
            }
    return false;
}

static void put_control(struct dw_buffer *out, const struct dw_control *control)
{
    dw_buffer_printf(out, "%s  %s\n\n", control->id, control->title);
    line(out, "chapter", dw_chapters[control->id[0] - '1'].title);
    line(out, "stage", dw_stage_name(control->stage));
    line(out, "level", dw_level_name(control->level));
    dw_buffer_printf(out, "%-10s", "decided by");
    for (size_t j = 0; j < DW_CONTROL_RULES && control->rules[j] != NULL; j++)
        dw_buffer_printf(out, "%s %s", j > 0 ? "," : "", control->rules[j]);
    dw_buffer_append_string(out, "\n");
    line(out, "note", control->unjudged);
}

static bool explain_from_tables(struct dw_context *context, struct dw_slice id)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    const struct dw_control *control = dw_control_find(id);
    if (control != NULL)
        put_control(&text, control);
    else if (!put_rules(context, id, &text) && !put_deciding(&text, id))
        return false;
    fputs(text.at, context->out);
    return true;
}

/* ---- vulnerabilities ------------------------------------------------------------------------------------------------------ */

static void put_text(struct dw_context *context, struct dw_slice text)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer safe = {0};
    dw_escape_terminal(&safe, text, true);
    fputs(safe.at != NULL ? safe.at : "", context->out);
}

static bool is_about(const struct dw_finding *finding, struct dw_slice id)
{
    if (dw_slice_equal_nocase(finding->rule, id))
        return true;
    for (size_t i = 0; i < finding->alias_count; i++)
        if (dw_slice_equal_nocase(finding->aliases[i], id))
            return true;
    return false;
}

/* What gate and exceptions make of it: a line a finding. */
static void put_judgement(struct dw_buffer *out, const struct dw_verdict *verdict, struct dw_slice id)
{
    char date[DW_TIME_TEXT];
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        if (finding->kind != DW_FINDING_VULNERABILITY || !is_about(finding, id))
            continue;
        dw_buffer_printf(out, "\n%-10s %.*s %.*s: ", "verdict", DW_SLICE_ARG(finding->package->name),
                         DW_SLICE_ARG(finding->package->version));
        if (finding->exception != NULL)
            dw_buffer_printf(out, "accepted by exception %.*s (%.*s, owner %.*s, until %s)\n",
                             DW_SLICE_ARG(finding->exception->id), DW_SLICE_ARG(finding->exception->ticket),
                             DW_SLICE_ARG(finding->exception->owner), dw_date_format(finding->exception->expires, date));
        else if (finding->status == DW_STATUS_FAIL)
            dw_buffer_append_string(out, "meets the gate, and no active exception covers it\n");
        else if (finding->status == DW_STATUS_NOT_EVALUATED)
            dw_buffer_append_string(out, "the gate cannot tell\n");
        else
            dw_buffer_append_string(out, "does not meet the gate\n");
    }
}

static int explain_without_subject(struct dw_context *context, struct dw_session *session, struct dw_slice id,
                                   struct dw_buffer *text, bool *known)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_subject *nothing = dw_subject_new(DW_SUBJECT_PURL, DW_SLICE(""));
    dw_session_open_database(session);
    bool good = session->database != NULL &&
                dw_match_explain(session->database, nothing, id, DW_SLICE(""), text, known, &error);
    dw_subject_free(nothing);
    if (good)
        return 0;
    if (session->database == NULL)
        dw_context(&session->database_error, "%.*s is no rule and no control, so it is sought in the advisories", DW_SLICE_ARG(id));
    return dw_context_error(context, session->database == NULL ? &session->database_error : &error);
}

static int explain_subject(struct dw_context *context, struct dw_session *session, struct dw_slice id,
                           struct dw_buffer *text, bool *known)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_run_options options = {.policy = context->policy};
    const char *package = dw_option_value(context, "package");
    struct dw_verdict *verdict = dw_run_scan(session, &context->arguments[1], 1, &options, &error);
    if (verdict == NULL)
        return dw_context_error(context, &error);
    int code = 0;
    dw_context_gaps(context, verdict);
    if (session->database == NULL || verdict->subjects.at[0]->unreadable) {
        code = verdict->exit_code;
    } else if (dw_match_explain(session->database, verdict->subjects.at[0], id, dw_slice_of(package), text, known,
                                &error)) {
        put_judgement(text, verdict, id);
    } else {
        code = dw_context_error(context, &error);
    }
    dw_verdict_free(verdict);
    return code;
}

static int explain_vulnerability(struct dw_context *context, struct dw_session *session, struct dw_slice id)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    bool known = false;
    int code = context->argument_count > 1 ? explain_subject(context, session, id, &text, &known)
                                           : explain_without_subject(context, session, id, &text, &known);
    if (code != 0)
        return code;
    put_text(context, dw_buffer_slice(&text));
    return known ? 0 : 4;
}

static int run(struct dw_context *context)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_progress progress;
    struct dw_session session;
    struct dw_slice id = dw_slice_of(context->arguments[0]);
    if (explain_from_tables(context, id))
        return 0;
    if (!dw_context_session(context, &progress, &session, &error))
        return dw_context_error(context, &error);
    int code = explain_vulnerability(context, &session, id);
    dw_progress_end(&progress);
    dw_session_close(&session);
    return code;
}

static const char *const rule_formats[] = {"text", "markdown", NULL};

static const struct dw_option options[] = {
    {.name = "format", .argument = "FORMAT", .choices = rule_formats, .help = "how to show a rule: text (default) or markdown"},
    {.name = "package", .argument = "NAME", .help = "explain only this package of the subject"},
    {0},
};

const struct dw_command dw_command_explain = {
    .name = "explain",
    .summary = "tells why a vulnerability, rule or control is judged as it is",
    .synopsis = "ID [REFERENCE]",
    .description =
        "ID is a vulnerability by any of its names (CVE-…, GHSA-…), a rule by our id or another tool's (BASE-001, DL3006), a control (2.2), or the word rules for a list of all rules.\n\n"
        "For a vulnerability and a REFERENCE it shows for each package concerned: the package and where it lies, how it was "
        "looked up, the record, the range as it was evaluated, the comparison of versions piece by piece, the fix, where the "
        "severity comes from, and what gate and exceptions make of it; for a package that is not affected, why it is not. "
        "Without a REFERENCE it shows the records. An id that the database does not have gives exit code 4.\n",
    .examples = "$ dockworthy explain CVE-2021-44906 oci:build/service\n"
                "$ dockworthy explain CVE-2021-44906 purl:pkg:npm/minimist@1.2.6\n"
                "$ dockworthy explain BASE-001\n",
    .options = options,
    .takes = DW_TAKES_POLICY | DW_TAKES_PLATFORM | DW_TAKES_DATABASE,
    .arguments_min = 1,
    .arguments_max = 2,
    .run = run,
};
