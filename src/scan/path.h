/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DW_SCAN_PATH_H
#define DW_SCAN_PATH_H

#include "base/limits.h"
#include "base/memory.h"

/* Cleans the name of an archive entry into OUT: no leading '/', no "." components, no repeated or trailing '/', ".."
 * taken back. The root itself gives "". Fails for an empty name, one with a NUL, one that leaves the root (INPUT), and
 * one past the limits on bytes and components (LIMIT). */
bool dw_entry_path_clean(struct dw_slice name, const struct dw_limits *limits, struct dw_buffer *out,
                         struct dw_error *error);

/* What a build usually leaves behind: the folder or kind that PATH belongs to ("var/lib/apt/lists", ".git"), or "". */
struct dw_slice dw_leftover_of(struct dw_slice path);

#endif
