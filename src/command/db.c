/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/encoding.h"
#include "command/frame.h"
#include "command/session.h"
#include "document/json_writer.h"

#include <inttypes.h>

/* ---- db build --------------------------------------------------------------------------------------------------- */

static int print_summary(struct dw_context *context, const char *path);

static int run_build(struct dw_context *context)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_progress progress;
    struct dw_session session;
    const char *from = dw_option_value(context, "from"), *given = dw_option_value(context, "output");
    if (from == NULL) {
        dw_fail(&error, DW_ERROR_USAGE, "name the folder of advisories with --from FOLDER");
        return dw_context_error(context, &error);
    }
    if (!dw_context_session(context, &progress, &session, &error))
        return dw_context_error(context, &error);
    DW_CLEANUP(dw_cleanup_free) char *chosen =
        given != NULL ? dw_copy_string(dw_slice_of(given)) : dw_session_default_database(context->cache_dir);
    int code = 0;
    dw_progress_start(&progress, context, "building");
    if (chosen == NULL) {
        dw_fail(&error, DW_ERROR_USAGE, "there is no cache folder to write to; name a file with --output PATH");
        code = dw_context_error(context, &error);
    } else if (!dw_database_build(session.zygote, &session.limits, from, chosen, context->now, dw_progress_records,
                                  &progress, &error)) {
        dw_progress_end(&progress);
        code = dw_context_error(context, &error);
    }
    dw_progress_end(&progress);
    dw_session_close(&session);
    return code != 0 || context->quiet ? code : print_summary(context, chosen);
}

/* ---- db status ---------------------------------------------------------------------------------------------------- */

/* The path that is meant; freed with free(). NULL with ERROR if there is none. */
static char *database_path(struct dw_context *context, struct dw_error *error)
{
    char *path = context->database != NULL ? dw_copy_string(dw_slice_of(context->database))
                                           : dw_session_default_database(context->cache_dir);
    if (path == NULL)
        dw_fail(error, DW_ERROR_USAGE, "there is no cache folder; name the database with --database PATH");
    return path;
}

static void put_table(struct dw_context *context, const struct dw_database_summary *summary,
                      const struct dw_feed *feeds, size_t count)
{
    char built[DW_TIME_TEXT], newest[DW_TIME_TEXT];
    int64_t age = context->now - summary->built;
    fprintf(context->out, "database  ");
    dw_context_print(context, summary->path);
    fprintf(context->out, "\ndigest    ");
    dw_context_print(context, summary->digest);
    fprintf(context->out, "\nbuilt     %s (%" PRId64 " %s)\nnewest    %s\nrecords   %" PRIu64 "\n\n",
            dw_time_format(summary->built, built), age < 2 * DW_DAY ? age / 3600 : age / DW_DAY,
            age < 2 * DW_DAY ? "hours ago" : "days ago", dw_date_format(summary->newest, newest), summary->records);
    fprintf(context->out, "%-24s %9s %10s  %s\n", "feed", "records", "withdrawn", "newest");
    for (size_t i = 0; i < count; i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer name = {0};
        dw_escape_terminal(&name, feeds[i].name, false);
        fprintf(context->out, "%-24s %9" PRIu64 " %10" PRIu64 "  %s\n", name.at, feeds[i].records,
                feeds[i].withdrawn, dw_date_format(feeds[i].newest, newest));
    }
}

static void put_json(struct dw_buffer *out, const struct dw_database_summary *summary, const struct dw_feed *feeds,
                     size_t count)
{
    char text[DW_TIME_TEXT];
    struct dw_json_writer json = {.out = out, .indent = true};
    dw_json_object_begin(&json, NULL);
    dw_json_text(&json, "schema", "dockworthy/database/1");
    dw_json_string(&json, "path", summary->path);
    dw_json_string(&json, "digest", summary->digest);
    dw_json_text(&json, "built", dw_time_format(summary->built, text));
    dw_json_text(&json, "newest", summary->newest == DW_TIME_UNKNOWN ? NULL : dw_time_format(summary->newest, text));
    dw_json_integer(&json, "records", (int64_t)summary->records);
    dw_json_array_begin(&json, "feeds");
    for (size_t i = 0; i < count; i++) {
        dw_json_object_begin(&json, NULL);
        dw_json_string(&json, "name", feeds[i].name);
        dw_json_string(&json, "path", feeds[i].path);
        dw_json_string(&json, "digest", feeds[i].digest);
        dw_json_integer(&json, "records", (int64_t)feeds[i].records);
        dw_json_integer(&json, "withdrawn", (int64_t)feeds[i].withdrawn);
        dw_json_text(&json, "newest",
                     feeds[i].newest == DW_TIME_UNKNOWN ? NULL : dw_time_format(feeds[i].newest, text));
        dw_json_object_end(&json);
    }
    dw_json_array_end(&json);
    dw_json_object_end(&json);
}

static int run_status(struct dw_context *context)
{
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    DW_CLEANUP(dw_cleanup_free) char *path = database_path(context, &error);
    struct dw_database *database = path == NULL ? NULL : dw_database_open(path, &error);
    struct dw_feed *feeds;
    size_t count;
    int code = 0;
    if (database == NULL || !dw_database_feeds(database, &arena, &feeds, &count, &error)) {
        dw_database_close(database);
        return dw_context_error(context, &error);
    }
    struct dw_database_summary summary = dw_database_summary(database);
    for (size_t i = 0; i < context->outputs.len; i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        if (strcmp(context->outputs.at[i].format, "json") != 0) {
            put_table(context, &summary, feeds, count);
            continue;
        }
        put_json(&text, &summary, feeds, count);
        if (!dw_context_write(context, &context->outputs.at[i], dw_buffer_slice(&text), &error))
            code = dw_context_error(context, &error);
    }
    dw_database_close(database);
    return code;
}

static int print_summary(struct dw_context *context, const char *path)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_database *database = dw_database_open(path, &error);
    if (database == NULL)
        return dw_context_error(context, &error);
    struct dw_database_summary summary = dw_database_summary(database);
    dw_context_note(context, "%s: %" PRIu64 " records, %.*s", path, summary.records, DW_SLICE_ARG(summary.digest));
    dw_database_close(database);
    return 0;
}

/* ---- db verify ------------------------------------------------------------------------------------------------------ */

static int run_verify(struct dw_context *context)
{
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_cleanup_free) char *path = database_path(context, &error);
    struct dw_database *database = path == NULL ? NULL : dw_database_open(path, &error);
    bool good = database != NULL && dw_database_verify(database, &error);
    if (good) {
        struct dw_database_summary summary = dw_database_summary(database);
        fprintf(context->out, "%s: sound, %.*s\n", path, DW_SLICE_ARG(summary.digest));
    }
    dw_database_close(database);
    return good ? 0 : dw_context_error(context, &error);
}

static const struct dw_option build_options[] = {
    {.name = "from", .argument = "FOLDER", .value = DW_VALUE_FOLDER,
     .help = "folder of OSV feeds: <Ecosystem>/all.zip or <Ecosystem>/<ID>.json"},
    {.name = "output", .argument = "PATH", .value = DW_VALUE_FILE,
     .help = "write here, instead of advisories.db below the cache folder"},
    {0},
};

static const char *const status_formats[] = {"table", "json", NULL};

static const struct dw_command build = {
    .name = "build",
    .summary = "builds the database from a folder of OSV feeds",
    .description = "Reads every feed below the folder and replaces the database at once, or not at all. One record that cannot "
                   "be read fails the build: a database that lacks it would say \"not affected\". The build time is --now.\n",
    .examples = "$ dockworthy db build --from osv\n"
                "$ dockworthy db build --from osv --output advisories.db --now 2026-11-24T00:00:00Z\n",
    .options = build_options,
    .run = run_build,
};

static const struct dw_command status = {
    .name = "status",
    .summary = "prints age, digest and feeds of the database",
    .examples = "$ dockworthy db status\n$ dockworthy db status --database advisories.db --format json\n",
    .formats = status_formats,
    .takes = DW_TAKES_DATABASE,
    .run = run_status,
};

static const struct dw_command verify = {
    .name = "verify",
    .summary = "checks every byte of the database",
    .description = "Compares the SHA-256 that was written when the database was built, and reads every record and index.\n",
    .examples = "$ dockworthy db verify --database advisories.db\n",
    .takes = DW_TAKES_DATABASE,
    .run = run_verify,
};

static const struct dw_command *const subcommands[] = {&build, &status, &verify, NULL};

const struct dw_command dw_command_db = {
    .name = "db",
    .summary = "builds and looks after the advisory database",
    .description = "Scanning matches packages against a database of advisories in OSV form. It is one file, is used offline, and "
                   "its age and digest stand in every verdict.\n",
    .examples = "$ dockworthy db build --from osv\n$ dockworthy db status\n",
    .subcommands = subcommands,
};
