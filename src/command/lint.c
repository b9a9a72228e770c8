/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "check/lint.h"
#include "command/frame.h"
#include "command/session.h"
#include "report/rules.h"

#include <unistd.h>

static int list(struct dw_context *context)
{
    for (size_t i = 0; i < context->outputs.len; i++) {
        struct dw_error error = DW_ERROR_INIT;
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        const char *format = context->outputs.at[i].format;
        if (strcmp(format, "json") == 0)
            dw_rules_list_json(&text);
        else if (strcmp(format, "table") == 0)
            dw_rules_list_text(&text);
        else
            dw_fail(&error, DW_ERROR_USAGE, "--list has the formats table and json, not %s", format);
        if (error.kind != DW_ERROR_NONE || !dw_context_write(context, &context->outputs.at[i], dw_buffer_slice(&text), &error))
            return dw_context_error(context, &error);
    }
    return 0;
}

static enum dw_subject_kind kind_given(const struct dw_context *context)
{
    const char *kind = dw_option_value(context, "kind");
    static const enum dw_subject_kind kinds[] = {DW_SUBJECT_DOCKERFILE, DW_SUBJECT_COMPOSE, DW_SUBJECT_KUBERNETES};
    for (size_t i = 0; kind != NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kind, dw_subject_kind_name(kinds[i])) == 0)
            return kinds[i];
    return DW_FILE_OTHER;
}

/* Reads standard input once, if it is named. */
static bool read_input(struct dw_context *context, struct dw_buffer *text, struct dw_error *error)
{
    bool wanted = false;
    for (size_t i = 0; i < context->argument_count; i++) {
        bool input = strcmp(context->arguments[i], "-") == 0;
        if (input && wanted)
            return dw_fail(error, DW_ERROR_USAGE, "standard input can be named only once");
        wanted = wanted || input;
    }
    uint64_t a = context->limits.value[DW_LIMIT_DOCUMENT_BYTES], b = context->limits.value[DW_LIMIT_DOCKERFILE_BYTES];
    return !wanted || dw_file_read_fd(fileno(context->in), "standard input", a > b ? a : b, text, error);
}

/* "SARIF" and the like carry repairs. */
static bool wants_repairs(const struct dw_context *context)
{
    for (size_t i = 0; i < context->outputs.len; i++)
        if (strcmp(context->outputs.at[i].format, "sarif") == 0)
            return true;
    return false;
}

static int run(struct dw_context *context)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_progress progress;
    struct dw_session session;
    struct dw_lint_summary summary = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    if (dw_option_given(context, "list"))
        return list(context);
    if (context->argument_count == 0) {
        dw_fail(&error, DW_ERROR_USAGE, "lint needs a file, a folder, a pattern, or - for standard input");
        return dw_context_error(context, &error);
    }
    if (!read_input(context, &text, &error))
        return dw_context_error(context, &error);
    const char *name = dw_option_value(context, "stdin-name");
    struct dw_lint_options options = {
        .run = {.folder = context->argument_count == 1 && dw_is_folder(context->arguments[0]) ? context->arguments[0] : ".",
                .policy = context->policy,
                .environment = (const char *const *)environ},
        .inputs = context->arguments,
        .count = context->argument_count,
        .text = dw_buffer_slice(&text),
        .text_name = name != NULL ? name : "stdin",
        .kind = kind_given(context),
        .target = dw_option_value(context, "target"),
        .pod_security = dw_option_value(context, "pod-security"),
        .fail_on = context->fail_on_given ? context->fail_on : DW_SEVERITY_UNKNOWN,
        .lenient = dw_option_given(context, "lenient"),
        .repairs = wants_repairs(context),
        .jobs = context->jobs,
    };
    options.only = dw_option_values(context, "only", &options.only_count);
    options.build_arguments = dw_option_values(context, "build-arg", &options.build_argument_count);
    options.skip = dw_option_values(context, "skip", &options.skip_count);
    dw_progress_start(&progress, context, "judging files");
    dw_session_open_plain(&session, &(struct dw_session_options){.limits = &context->limits, .now = context->now});
    struct dw_verdict *verdict = dw_run_lint(&session, &options, &summary, &error);
    for (size_t i = 0; i < summary.skipped.list.len; i++)
        dw_context_detail(context, "skipped: %s: is neither a Compose file nor a Kubernetes manifest", summary.skipped.list.at[i]);
    if (summary.skipped.list.len > 0 && !context->verbose)
        dw_context_note(context, "%zu YAML or JSON file%s skipped, being neither Compose nor Kubernetes (--verbose lists them)",
                        summary.skipped.list.len, summary.skipped.list.len == 1 ? "" : "s");
    dw_paths_free(&summary.skipped);
    return dw_context_conclude(context, &progress, &session, verdict, &error);
}

static const char *const kinds[] = {"dockerfile", "compose", "kubernetes", NULL};

static const struct dw_option options[] = {
    {.name = "list", .help = "list all rules instead of judging (table, json)"},
    {.name = "only", .argument = "IDS", .repeatable = true,
     .help = "judge these rules only: ids of ours or of other tools, such as DF-012,DL3008"},
    {.name = "skip", .argument = "IDS", .repeatable = true, .help = "leave these rules out"},
    {.name = "kind", .argument = "KIND", .choices = kinds, .help = "what the named files are, whatever they look like"},
    {.name = "stdin-name", .argument = "NAME", .help = "what standard input is called in findings, which can tell its kind"},
    {.name = "target", .argument = "STAGE", .help = "the stage of the Dockerfiles that is shipped (default: the last)"},
    {.name = "build-arg", .argument = "NAME=VALUE", .repeatable = true, .help = "a build argument of the Dockerfiles"},
    {.name = "pod-security", .argument = "LEVEL", .help = "judge only the Pod Security Standards: baseline or restricted, of a "
                                                          "version with :v1.30 behind it"},
    {.name = "lenient", .help = "do not exit 4 because a rule could not be evaluated"},
    {0},
};

static const char *const formats[] = {"table", "json", "sarif", "junit", "github", "gitlab", NULL};

const struct dw_command dw_command_lint = {
    .name = "lint",
    .summary = "judges Dockerfiles, Compose files and Kubernetes manifests by the rules",
    .synopsis = "[FILE|DIR|PATTERN|-]...",
    .description =
        "Judges files by every rule that applies, as the builder, Compose and the kubelet would read them, without any image, "
        "network or database. A DIR is searched for Dockerfiles, Compose files and manifests, which are told by their names and "
        "their content; a PATTERN may have *, ? and ** in it; - is standard input. Rules, severities, parameters and exceptions "
        "are those of --policy, else of dockworthy.yaml in DIR or in the current folder, if there is one.\n\n"
        "Exits 0 if there is no finding but information; 1 if there is one (--fail-on: of this severity or a higher one); 2 for a "
        "wrong option or policy; 3 if a file cannot be read or is malformed, while the others are judged; 4 if a file is of no "
        "kind that is judged, nothing was found at all, or a rule could not be evaluated (the user of a base that is not known, "
        "a variable without a value; --lenient: not for that).\n",
    .examples = "$ dockworthy lint Dockerfile compose.yaml deploy/\n"
                "$ dockworthy lint --only DL3006,USR-001 'services/**/Dockerfile*'\n"
                "$ helm template chart | dockworthy lint --kind kubernetes -\n"
                "$ dockworthy lint --format sarif --output lint.sarif --format table .\n"
                "$ dockworthy lint --pod-security restricted:v1.30 deploy/\n",
    .options = options,
    .formats = formats,
    .takes = DW_TAKES_POLICY | DW_TAKES_FAIL_ON,
    .arguments_max = DW_ARGUMENTS_ANY,
    .argument = DW_VALUE_FILE,
    .run = run,
};
