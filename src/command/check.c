/* SPDX-License-Identifier: Apache-2.0 */
#include "command/frame.h"
#include "command/session.h"

#include <unistd.h>

static int run(struct dw_context *context)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_progress progress;
    struct dw_session session;
    const char *stage = dw_option_value(context, "stage");
    struct dw_run_options options = {
        .folder = context->argument_count > 0 ? context->arguments[0] : ".",
        .policy = context->policy,
        .only = dw_option_value(context, "only"),
        .fail_on = context->fail_on_given ? dw_severity_name(context->fail_on) : NULL,
        .stage_given = stage != NULL,
        .environment = (const char *const *)environ, /* as `docker compose` takes it */
    };
    if (stage != NULL && !dw_stage_parse(dw_slice_of(stage), &options.stage)) {
        dw_fail(&error, DW_ERROR_USAGE, "--stage %s: is build, release or deploy", stage);
        return dw_context_error(context, &error);
    }
    if (!dw_context_session(context, &progress, &session, &error))
        return dw_context_error(context, &error);
    struct dw_verdict *verdict = dw_run_check(&session, &options, &error);
    return dw_context_conclude(context, &progress, &session, verdict, &error);
}

static const char *const stages[] = {"build", "release", "deploy", NULL};

static const struct dw_option options[] = {
    {.name = "stage", .argument = "STAGE", .choices = stages,
     .help = "judge the controls due by then (default: the policy's, else build)"},
    {.name = "only", .argument = "LIST", .help = "judge these chapters and controls only, such as 2,4.1"},
    {.name = "controls", .help = "list every control, not only the chapters (table)"},
    {0},
};

static const char *const formats[] = {"table", "json", "sarif", "junit", "github", "gitlab", NULL};

const struct dw_command dw_command_check = {
    .name = "check",
    .summary = "judges a service by its container security policy",
    .synopsis = "[DIR]",
    .description =
        "Judges every control of the policy that is due, with evidence, for everything that DIR/dockworthy.yaml names: images, "
        "Dockerfiles, Compose files, manifests, exceptions. Without a policy file it judges the Dockerfiles, Compose files, "
        "manifests and OCI layouts it finds below DIR (default: the current folder) by the built-in policy.\n\n"
        "Exits 0 if all due, required controls pass, are excepted or do not apply; 1 if the policy is violated; 2 for a wrong "
        "option, policy or exceptions file; 3 if an input that was named cannot be read or trusted; 4 if a required control "
        "could not be judged. Of several the first of 2, 3, 1, 4 applies.\n",
    .examples = "$ dockworthy check\n"
                "$ dockworthy check --stage release --format json --output verdict.json --format table\n"
                "$ dockworthy check --only 2.2,4.1 services/roi\n",
    .options = options,
    .formats = formats,
    .takes = DW_TAKES_POLICY | DW_TAKES_PLATFORM | DW_TAKES_FAIL_ON | DW_TAKES_DATABASE,
    .arguments_max = 1,
    .argument = DW_VALUE_FOLDER,
    .run = run,
};
