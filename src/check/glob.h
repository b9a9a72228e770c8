/* SPDX-License-Identifier: Apache-2.0
 *
 * Patterns for paths: "*", "?" and "[…]" within one part, "**" as a part for any number of folders. */
#ifndef DW_CHECK_GLOB_H
#define DW_CHECK_GLOB_H

#include "check/discover.h"

/* Has PATTERN a character that makes it one? */
bool dw_glob_is(const char *pattern);
/* Adds every file that PATTERN matches, sorted by bytes. Names that begin with "." are matched only by a part that does; "**" follows
 * no symbolic link. *CUT becomes true if the walk met its bounds (depth 32, 200,000 entries). Folders that cannot be listed match
 * nothing. */
void dw_glob_expand(const char *pattern, struct dw_paths *paths, bool *cut);

#endif
