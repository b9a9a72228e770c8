/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: what the rules about secrets of a build share. */
#ifndef DW_RULE_BUILD_SECRET_H
#define DW_RULE_BUILD_SECRET_H

#include "rule/run.h"

/* Where the value of a shell variable comes from. */
enum dw_origin {
    DW_ORIGIN_UNSET,
    DW_ORIGIN_ARG,
    DW_ORIGIN_ENV,
    DW_ORIGIN_SCRIPT,  /* a literal of the script */
    DW_ORIGIN_SECRET,  /* a secret mount */
    DW_ORIGIN_COMMAND, /* what another command prints */
};
/* Of NAME at the command at INDEX of the script. */
enum dw_origin dw_origin_of(const struct dw_run *run, size_t index, struct dw_slice name);
/* Does an ARG or ENV instruction declare NAME? */
bool dw_declares(const struct dw_instruction *instruction, struct dw_slice name);

/* SEC-005 (secret_mount.c) */
void dw_secret_mount_judge(struct dw_judge *judge, const struct dw_dockerfile_view *view);

#endif
