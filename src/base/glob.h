/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DW_BASE_GLOB_H
#define DW_BASE_GLOB_H

#include "base/slice.h"

/* Does GLOB match the whole of PATH? '*' and '?' stop at '/', '**' does not, "**" followed by '/' also
 * matches nothing,
 * '\' takes the next byte as it is; a glob that ends in '/' stands for everything below. Leading '/' are
 * ignored on both sides. Linear work in GLOB × PATH. */
bool dw_glob_match(struct dw_slice glob, struct dw_slice path);

#endif
