/* SPDX-License-Identifier: Apache-2.0
 *
 * Layers become one file system, in the parent (OCI image specification, layer.md, "Applying Changesets"; the rules with
 * their corner cases in docs/images.md): whiteouts, opaque folders, replaced files, links; then ownership, lock files and
 * which layer brought each package. */
#ifndef DW_SCAN_MERGE_H
#define DW_SCAN_MERGE_H

#include "model/subject.h"
#include "scan/facts.h"

/* FACTS: one a layer, from the lowest; NULL for a layer that could not be read (its note is the caller's). Adds packages,
 * notes and the distribution to SUBJECT. The packages' texts stay those of FACTS: whoever frees the facts before the subject gives
 * their arenas to it (dw_arena_adopt). FOLDER: the subject is a folder, in which lock
 * files always count. */
bool dw_layers_merge(struct dw_layer_facts *const *facts, size_t count, bool folder, const struct dw_limits *limits,
                     struct dw_subject *subject, struct dw_error *error);

#endif
