/* SPDX-License-Identifier: Apache-2.0
 *
 * dockworthy.lock, beside the policy file: which digest a tag had, and when it was chosen. YAML or JSON:
 *
 *     version: 1
 *     images:
 *       node:22-alpine: {digest: "sha256:…", date: 2026-11-01}
 */
#ifndef DW_POLICY_LOCK_H
#define DW_POLICY_LOCK_H

#include "base/limits.h"
#include "rule/rule.h"

struct dw_lock {
    struct dw_arena arena;
    DW_VECTOR(struct dw_locked_image) images; /* in the order of the file */
};

/* Reads PATH. A file that is not there gives an empty lock. Fails with DW_ERROR_USAGE ("PATH:LINE:COLUMN: …") for anything that
 * is not exactly right: unknown keys, a reference without a tag or with a digest, one image twice, a bad digest or date. */
struct dw_lock *dw_lock_read(const char *path, const struct dw_limits *limits, struct dw_error *error);
/* The same from bytes; NAME for messages. */
struct dw_lock *dw_lock_parse(struct dw_slice bytes, const char *name, const struct dw_limits *limits, struct dw_error *error);
void dw_lock_free(struct dw_lock *lock);

/* The entry of REFERENCE (a tag; "latest" without one), or NULL. */
const struct dw_locked_image *dw_lock_find(const struct dw_lock *lock, struct dw_slice reference);

#endif
