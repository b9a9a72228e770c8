/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking the zygote for a worker, and for how one ended; private to this room. */
#ifndef DW_WORKER_ZYGOTE_H
#define DW_WORKER_ZYGOTE_H

#include "worker/ring.h"
#include "worker/worker.h"

const struct dw_limits *dw_zygote_limits(const struct dw_zygote *zygote);
/* FDS: DW_WORKER_FD_COUNT descriptors in the order of the enum. *PID and *PIDFD (the caller's to close) on success. */
bool dw_zygote_fork(struct dw_zygote *zygote, const int *fds, int32_t *pid, int *pidfd, struct dw_error *error);
/* Waits for the worker's end (kill it before) and gives its wait status; -1 if it is not known. */
int dw_zygote_reap(struct dw_zygote *zygote, int32_t pid);

#endif
