/* SPDX-License-Identifier: Apache-2.0
 *
 * The confinement of a worker; private to this room. */
#ifndef DW_WORKER_SANDBOX_H
#define DW_WORKER_SANDBOX_H

#include "base/error.h"
#include "base/limits.h"

#include <linux/filter.h>

struct dw_sandbox {
    struct sock_fprog filter; /* compiled once, in the zygote */
    bool off;                 /* only in builds with the switch compiled in (for valgrind) */
    const struct dw_limits *limits;
};

/* Compiles the filter. */
bool dw_sandbox_prepare(struct dw_sandbox *sandbox, const struct dw_limits *limits, struct dw_error *error);
void dw_sandbox_release(struct dw_sandbox *sandbox);
/* Enters it, for good: no new privileges, resource limits, Landlock, seccomp. False: the caller must not go on. */
bool dw_sandbox_enter(const struct dw_sandbox *sandbox);

#endif
