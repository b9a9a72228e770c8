/* SPDX-License-Identifier: Apache-2.0
 *
 * `harden`: repairs over files and folders. */
#ifndef DW_CHECK_HARDEN_RUN_H
#define DW_CHECK_HARDEN_RUN_H

#include "check/harden.h"

/* One file after its repairs; everything is the run's and lives as long as the call of FILE below. */
struct dw_harden_file {
    const char *path;
    struct dw_slice before;
    const struct dw_harden_result *result;
};

struct dw_harden_run_options {
    const char *const *paths; /* files and folders */
    size_t count;
    const char *policy;       /* path; NULL: dockworthy.yaml of the current folder if it is there, else the built-in one */
    const char *digests;      /* lock file; NULL: dockworthy.lock beside the policy file, if it is there */
    const char *image;        /* reference of an image whose base labels give a digest, or NULL */
    const struct dw_limits *limits;
    const char *const *environment;
    int64_t now;
    bool review;
    bool write;               /* changed files are written: atomically, with the mode they have */
    const char *const *only;  /* ids of ours or of other tools, ended by NULL; NULL: all */
    enum dw_harden_answer (*ask)(void *context, const struct dw_harden_change *change, const char *path, struct dw_slice before,
                                 struct dw_slice after);
    /* Called for every file that was read, in order. */
    bool (*file)(void *context, const struct dw_harden_file *file, struct dw_error *error);
    /* Called for every file that could not be read or written; the others are repaired all the same. */
    void (*problem)(void *context, const struct dw_error *error);
    void *context;
};

/* Fails with DW_ERROR_USAGE for a policy, lock file or rule id that is wrong, and with what FILE fails. */
bool dw_harden_run(const struct dw_harden_run_options *options, struct dw_error *error);

#endif
