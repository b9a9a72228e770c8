/* SPDX-License-Identifier: Apache-2.0
 *
 * `lint`: rules on files alone, thousands of them side by side. */
#ifndef DW_CHECK_LINT_H
#define DW_CHECK_LINT_H

#include "check/discover.h"
#include "check/recognise.h"
#include "check/run.h"

struct dw_lint_options {
    struct dw_run_options run;      /* folder, policy, environment */
    const char *const *inputs;      /* files, folders, patterns; "-" is TEXT */
    size_t count;
    struct dw_slice text;           /* standard input, when "-" is among the inputs */
    const char *text_name;          /* what it is called; its kind is told by it, too */
    enum dw_subject_kind kind;      /* of every file that is named, whatever it looks like; DW_FILE_OTHER: found out */
    const char *const *only, *const *skip; /* as dw_rule_settings_choose takes them */
    size_t only_count, skip_count;
    const char *target;             /* stage of Dockerfiles that is shipped; NULL: the last */
    const char *const *build_arguments; /* "NAME=value" */
    size_t build_argument_count;
    const char *pod_security;       /* "restricted:v1.30": only these checks; NULL: the catalogue */
    enum dw_severity fail_on;       /* findings from this severity on violate; DW_SEVERITY_UNKNOWN: all but information */
    bool lenient;                   /* a rule that could not be evaluated does not make the run incomplete */
    bool repairs;                   /* findings carry their edits */
    unsigned jobs;
};

/* What was left aside. */
struct dw_lint_summary {
    struct dw_paths skipped; /* YAML and JSON files in folders that are neither Compose nor Kubernetes */
};

/* Judges every input; findings are in the order of the inputs, whatever the number of jobs. Of results the verdict has only those
 * not evaluated. NULL with ERROR for a wrong option, policy or exceptions file. SUMMARY may be NULL; its paths are the caller's. */
struct dw_verdict *dw_run_lint(struct dw_session *session, const struct dw_lint_options *options, struct dw_lint_summary *summary,
                               struct dw_error *error);

/* --- private to this room: the files that the inputs mean --- */

struct dw_lint_file {
    char *path;                /* NULL: standard input */
    bool named;                /* by itself, not found in a folder or by a pattern */
    enum dw_subject_kind kind; /* as far as it is known without reading */
};
struct dw_lint_files {
    struct dw_lint_file *at;
    size_t len, capacity;
};
struct dw_run;
/* Adds what the inputs mean, each file once; what cannot be found is an error of the run. */
void dw_lint_files_find(struct dw_run *run, const struct dw_lint_options *options, struct dw_lint_files *files,
                        struct dw_paths *skipped);
void dw_lint_files_free(struct dw_lint_files *files);

#endif
