/* SPDX-License-Identifier: Apache-2.0 */
#include "check/session.h"

#include "base/file.h"
#include "check/jobs.h"

char *dw_session_default_database(const char *cache_folder)
{
    return cache_folder == NULL ? NULL : dw_path_join(cache_folder, "advisories.db");
}

bool dw_session_open(struct dw_session *session, const struct dw_session_options *options, struct dw_error *error)
{
    *session = (struct dw_session){.options = *options, .limits = *options->limits};
    session->zygote = dw_zygote_start(dw_job_types, DW_JOB_COUNT, &session->limits, error);
    if (session->zygote == NULL)
        return false;
    dw_cache_open(&session->cache, options->cache_folder, &session->limits);
    session->database_path = options->database != NULL ? dw_copy_string(dw_slice_of(options->database))
                                                       : dw_session_default_database(options->cache_folder);
    session->scan = (struct dw_scan_options){
        .zygote = session->zygote,
        .limits = &session->limits,
        .cache = &session->cache,
        .jobs = options->jobs,
        .platform = dw_platform_host(),
        .progress = options->progress,
        .progress_context = options->progress_context,
    };
    if (options->platform == NULL)
        return true;
    session->scan.platform_given = true;
    if (dw_platform_parse(dw_slice_of(options->platform), &session->scan.platform, error))
        return true;
    dw_session_close(session);
    return false;
}

void dw_session_open_plain(struct dw_session *session, const struct dw_session_options *options)
{
    *session = (struct dw_session){.options = *options, .limits = *options->limits};
    dw_cache_open(&session->cache, NULL, &session->limits);
}

void dw_session_open_database(struct dw_session *session)
{
    if (session->database_path != NULL)
        session->database = dw_database_open(session->database_path, &session->database_error);
    else
        dw_fail(&session->database_error, DW_ERROR_UNAVAILABLE,
                "there is no advisory database: name one with --database, or give a cache folder");
}

void dw_session_close(struct dw_session *session)
{
    dw_database_close(session->database);
    dw_cache_close(&session->cache);
    dw_zygote_stop(session->zygote);
    free(session->database_path);
    *session = (struct dw_session){0};
}
