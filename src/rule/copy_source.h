/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: sources of COPY and ADD. */
#ifndef DW_RULE_COPY_SOURCE_H
#define DW_RULE_COPY_SOURCE_H

#include "base/slice.h"

/* A URL or a git repository, not a file of the build context. */
bool dw_copy_source_is_remote(struct dw_slice source);

#endif
