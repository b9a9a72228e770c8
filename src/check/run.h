/* SPDX-License-Identifier: Apache-2.0
 *
 * One run: subjects → facts → findings → exceptions → controls → verdict. */
#ifndef DW_CHECK_RUN_H
#define DW_CHECK_RUN_H

#include "check/session.h"
#include "policy/controls.h"
#include "policy/exceptions.h"

struct dw_run_options {
    const char *folder;      /* check: the repository; "." by default */
    const char *policy;      /* path of the policy file; NULL: FOLDER/dockworthy.yaml if it is there, else the built-in one */
    bool stage_given;
    enum dw_stage stage;     /* else the policy's */
    const char *only;        /* "2,4.1"; NULL: all */
    const char *const *environment; /* check: what Compose files are interpolated with, ended by NULL; NULL: none */
    const char *fail_on;     /* a gate in place of the policy's; NULL: the policy's */
};

/* `check`: judges everything the policy names. NULL with ERROR for wrong usage, policy or exceptions file; everything else
 * that goes wrong is in the verdict. Freed with dw_verdict_free, before the session is closed. */
struct dw_verdict *dw_run_check(struct dw_session *session, const struct dw_run_options *options,
                                struct dw_error *error);

/* `scan`: packages and vulnerabilities of the named subjects, judged by the gate. The same on NULL. */
struct dw_verdict *dw_run_scan(struct dw_session *session, const char *const *references, size_t count,
                               const struct dw_run_options *options, struct dw_error *error);

#endif
