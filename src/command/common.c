/* SPDX-License-Identifier: Apache-2.0
 *
 * The options that more than one command takes. */
#include "base/clock.h"
#include "base/encoding.h"
#include "command/frame.h"

#define JOBS_MAX 1024

static bool set_color(struct dw_context *context, const char *value, struct dw_error *error)
{
    (void)error;
    if (strcmp(value, "auto") != 0)
        context->color = context->color_err = strcmp(value, "always") == 0;
    return true;
}

static bool set_quiet(struct dw_context *context, const char *value, struct dw_error *error)
{
    (void)value, (void)error;
    context->quiet = true;
    context->progress = false;
    return true;
}

static bool set_verbose(struct dw_context *context, const char *value, struct dw_error *error)
{
    (void)value, (void)error;
    context->verbose = true;
    return true;
}

static bool set_offline(struct dw_context *context, const char *value, struct dw_error *error)
{
    (void)value, (void)error;
    context->offline = true;
    return true;
}

static bool set_now(struct dw_context *context, const char *value, struct dw_error *error)
{
    if (dw_time_parse(dw_slice_of(value), true, &context->now))
        return true;
    return dw_fail(error, DW_ERROR_USAGE, "--now %s: give a time as RFC 3339 writes it, such as 2026-11-24T08:00:00Z, or a date",
                   value);
}

static bool set_jobs(struct dw_context *context, const char *value, struct dw_error *error)
{
    uint64_t number;
    if (!dw_parse_u64(dw_slice_of(value), &number) || number < 1 || number > JOBS_MAX)
        return dw_fail(error, DW_ERROR_USAGE, "--jobs %s: give a number from 1 to %d", value, JOBS_MAX);
    context->jobs = (unsigned)number;
    return true;
}

static bool set_cache_dir(struct dw_context *context, const char *value, struct dw_error *error)
{
    (void)error;
    context->cache_dir = value;
    return true;
}

static bool set_limit(struct dw_context *context, const char *value, struct dw_error *error)
{
    return dw_limits_set(&context->limits, dw_slice_of(value), error);
}

static bool set_policy(struct dw_context *context, const char *value, struct dw_error *error)
{
    (void)error;
    context->policy = value;
    return true;
}

static bool set_platform(struct dw_context *context, const char *value, struct dw_error *error)
{
    (void)error;
    context->platform = value;
    return true;
}

static bool set_database(struct dw_context *context, const char *value, struct dw_error *error)
{
    (void)error;
    context->database = value;
    return true;
}

static const char *const severities[] = {"critical", "high", "medium", "low", "negligible", NULL};

static bool set_fail_on(struct dw_context *context, const char *value, struct dw_error *error)
{
    if (!dw_severity_parse(dw_slice_of(value), &context->fail_on))
        return dw_fail(error, DW_ERROR_USAGE, "--fail-on %s is no severity", value);
    context->fail_on_given = true;
    return true;
}

static const char *const colors[] = {"auto", "always", "never", NULL};

const struct dw_common_option dw_common_options[] = {
    {{.name = "format", .letter = 'f', .argument = "FORMAT", .repeatable = true,
      .help = "what to write; goes to the --output beside it, else to standard output"},
     DW_TAKES_FORMAT, NULL},
    {{.name = "output", .letter = 'o', .argument = "FILE", .repeatable = true, .value = DW_VALUE_FILE,
      .help = "where to write the --format beside it; \"-\" is standard output"},
     DW_TAKES_FORMAT, NULL},
    {{.name = "policy", .argument = "FILE", .value = DW_VALUE_FILE,
      .help = "the policy file, instead of the dockworthy.yaml that is found"},
     DW_TAKES_POLICY, set_policy},
    {{.name = "database", .argument = "PATH", .value = DW_VALUE_FILE,
      .help = "the advisory database, instead of the one below the cache folder"},
     DW_TAKES_DATABASE, set_database},
    {{.name = "platform", .argument = "OS/ARCH", .help = "which platform's image to take: os/architecture[/variant]"},
     DW_TAKES_PLATFORM, set_platform},
    {{.name = "fail-on", .argument = "SEVERITY", .choices = severities,
      .help = "exit 1 if a finding is of this severity or a higher one"},
     DW_TAKES_FAIL_ON, set_fail_on},
    {{.name = "now", .argument = "TIME", .help = "judge as if it were this time or date (RFC 3339)"}, 0, set_now},
    {{.name = "offline", .help = "use no network"}, 0, set_offline},
    {{.name = "cache-dir", .argument = "FOLDER", .value = DW_VALUE_FOLDER,
      .help = "keep facts and databases here (default: $XDG_CACHE_HOME/dockworthy)"},
     0, set_cache_dir},
    {{.name = "jobs", .letter = 'j', .argument = "N", .help = "work on this many things at once (default: processors)"},
     0, set_jobs},
    {{.name = "limit", .argument = "NAME=VALUE", .repeatable = true,
      .help = "change one limit on hostile input; K, M, G multiply by 1024 (dockworthy help limits)"},
     0, set_limit},
    {{.name = "color", .argument = "WHEN", .choices = colors, .help = "colour: auto, always or never (NO_COLOR is heeded)"},
     0, set_color},
    {{.name = "quiet", .letter = 'q', .help = "no notes and no progress on standard error"}, 0, set_quiet},
    {{.name = "verbose", .letter = 'v', .help = "say more on standard error"}, 0, set_verbose},
    {{.name = "help", .letter = 'h', .help = "show what the command does and takes"}, 0, NULL},
};
const size_t dw_common_option_count = sizeof(dw_common_options) / sizeof(dw_common_options[0]);

unsigned dw_command_takes(const struct dw_command *command)
{
    return command->takes | (command->formats != NULL ? DW_TAKES_FORMAT : 0);
}

const struct dw_option *dw_command_option(const struct dw_command *command, struct dw_slice name)
{
    for (const struct dw_option *option = command->options; option != NULL && option->name != NULL; option++)
        if (dw_slice_is(name, option->name))
            return option;
    for (size_t i = 0; i < dw_common_option_count; i++) {
        const struct dw_common_option *common = &dw_common_options[i];
        if ((common->takes == 0 || (common->takes & dw_command_takes(command)) != 0) &&
            dw_slice_is(name, common->option.name))
            return &common->option;
    }
    return NULL;
}

void dw_command_each_option(const struct dw_command *command, bool common,
                            void (*visit)(void *context, const struct dw_option *option), void *context)
{
    if (command != NULL && !common)
        for (const struct dw_option *option = command->options; option != NULL && option->name != NULL; option++)
            visit(context, option);
    for (size_t i = 0; i < dw_common_option_count; i++) {
        unsigned takes = dw_common_options[i].takes;
        if (common ? takes == 0 : command != NULL && (takes & dw_command_takes(command)) != 0)
            visit(context, &dw_common_options[i].option);
    }
}

const struct dw_command *dw_command_find(const struct dw_command *const *list, struct dw_slice name)
{
    for (; *list != NULL; list++)
        if (dw_slice_is(name, (*list)->name))
            return *list;
    return NULL;
}

/* What dockworthy is going to do, so that nobody looks for a misspelling. */
static const struct {
    const char *what, *names;
} later[] = {
    {"command", " secrets harden pin sign attest verify verify-attestation sign-blob attest-blob verify-blob "
                "verify-blob-attestation generate-key-pair keygen import-key-pair public-key download tree triangulate copy "
                "initialize audit exception ingest report history init serve doctor diff "},
    {"db command", " update push pull search "},
    {"seccomp command", " record "},
};

static bool comes_later(const char *what, struct dw_slice name)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer word = {0};
    dw_buffer_printf(&word, " %.*s ", DW_SLICE_ARG(name));
    for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
        if (strcmp(what, later[i].what) == 0 &&
            dw_slice_find_slice(dw_slice_of(later[i].names), dw_buffer_slice(&word)) != SIZE_MAX)
            return true;
    return false;
}

bool dw_command_unknown(const struct dw_command *const *list, const char *what, struct dw_slice name,
                        struct dw_error *error)
{
    if (comes_later(what, name))
        return dw_fail(error, DW_ERROR_USAGE, "the %s \"%.*s\" is not part of this version; a later one will have it", what,
                       DW_SLICE_ARG(name));
    DW_VECTOR(const char *) names = {0};
    for (; *list != NULL; list++)
        *dw_vector_push(&names) = (*list)->name;
    const char *near = dw_nearest_name(name, names.at, names.len);
    dw_vector_free(&names);
    return dw_fail(error, DW_ERROR_USAGE, "there is no %s \"%.*s\"%s%s%s", what, DW_SLICE_ARG(name),
                   near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}
