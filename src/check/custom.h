/* SPDX-License-Identifier: Apache-2.0
 *
 * Custom rules: jq programs of the policy over what `dockworthy show` prints (docs/custom-rules.md). */
#ifndef DW_CHECK_CUSTOM_H
#define DW_CHECK_CUSTOM_H

#include "model/verdict.h"
#include "worker/worker.h"

#define DW_RECORD_CUSTOM         1 /* u32 subject, bytes: one output as JSON */
#define DW_RECORD_CUSTOM_VERSION 1
/* Bytes of one program. */
#define DW_CUSTOM_PROGRAM_MOST (UINT64_C(1) << 20)

/* The job (DW_JOB_CUSTOM_RULES). A program that does not compile or that fails is a USAGE error: the policy names it. */
bool dw_job_custom_rules(struct dw_job *job, struct dw_error *error);

/* Facts of the subjects that programs run over, one JSON text each. */
struct dw_custom_facts {
    DW_VECTOR(struct dw_subject *) subjects;
    struct dw_buffer text;
};
/* Appends TEXT, the facts of SUBJECT. */
void dw_custom_add(struct dw_custom_facts *facts, struct dw_subject *subject, struct dw_slice text);
void dw_custom_free(struct dw_custom_facts *facts);

/* Runs the program in the file PATH over FACTS in a worker of ZYGOTE, and adds a finding for each of its outputs. An output is an object
 * {id, severity, message, title?, path?, line?, column?, fix?}; anything else fails with USAGE and names the program. So
 * do a program that cannot be compiled or fails; LIMIT and CRASH as for every worker. */
bool dw_custom_run(struct dw_zygote *zygote, const char *path, const struct dw_custom_facts *facts,
                   struct dw_verdict *verdict, struct dw_error *error);

#endif
