/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: PKG-003. */
#ifndef DW_RULE_PACKAGE_CACHE_H
#define DW_RULE_PACKAGE_CACHE_H

#include "rule/run.h"

void dw_package_cache_judge(struct dw_judge *judge, const struct dw_dockerfile_view *view);

#endif
