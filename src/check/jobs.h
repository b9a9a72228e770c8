/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DW_CHECK_JOBS_H
#define DW_CHECK_JOBS_H

#include "worker/worker.h"

/* Every job a worker can run, by enum dw_job_kind: for dw_zygote_start. */
extern const struct dw_job_type dw_job_types[DW_JOB_COUNT];

#endif
