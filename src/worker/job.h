/* SPDX-License-Identifier: Apache-2.0
 *
 * The worker's main loop; private to this room. */
#ifndef DW_WORKER_JOB_H
#define DW_WORKER_JOB_H

#include "worker/ring.h"
#include "worker/worker.h"

/* Takes jobs from DW_WORKER_FD_CONTROL until it is closed; never returns. */
_Noreturn void dw_job_loop(const struct dw_job_type *types, size_t count, const struct dw_limits *limits,
                           struct dw_ring *ring);

#endif
