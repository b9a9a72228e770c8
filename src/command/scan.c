/* SPDX-License-Identifier: Apache-2.0 */
#include "command/frame.h"
#include "command/session.h"

static int run(struct dw_context *context)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_progress progress;
    struct dw_session session;
    struct dw_run_options options = {.policy = context->policy,
                                     .fail_on = context->fail_on_given ? dw_severity_name(context->fail_on) : NULL};
    if (!dw_context_session(context, &progress, &session, &error))
        return dw_context_error(context, &error);
    struct dw_verdict *verdict =
        dw_run_scan(&session, context->arguments, context->argument_count, &options, &error);
    return dw_context_conclude(context, &progress, &session, verdict, &error);
}

static const struct dw_option options[] = {
    {.name = "packages", .help = "list every package, not only vulnerable ones (json)"},
    {0},
};

static const char *const formats[] = {"table", "json", "sarif", "junit", "github", "gitlab", NULL};

const struct dw_command dw_command_scan = {
    .name = "scan",
    .summary = "finds the known vulnerabilities of images, folders and packages",
    .synopsis = "REFERENCE…",
    .description =
        "Reads the packages of each REFERENCE and matches them against the advisory database.\n\n"
        "A REFERENCE is oci:PATH[:TAG|@DIGEST] (an OCI layout), docker-archive:PATH[:TAG] (a docker save archive, plain or "
        "gzip), dir:PATH (a root file system or a project folder), purl:PURL (one package), or a path that is one of "
        "these.\n\n"
        "Exits 1 if a finding meets the gate (--fail-on, else the policy's fail-on, else critical) and no active exception "
        "covers it; 3 if something could not be read; 4 if something could not be judged: no database, an unknown "
        "distribution, an unknown severity.\n",
    .examples = "$ dockworthy scan oci:build/service\n"
                "$ dockworthy scan --fail-on high --format json --output scan.json docker-archive:service.tar.gz\n"
                "$ dockworthy scan purl:pkg:npm/minimist@1.2.0\n",
    .options = options,
    .formats = formats,
    .takes = DW_TAKES_POLICY | DW_TAKES_PLATFORM | DW_TAKES_FAIL_ON | DW_TAKES_DATABASE,
    .arguments_min = 1,
    .arguments_max = DW_ARGUMENTS_ANY,
    .argument = DW_VALUE_FILE,
    .run = run,
};
