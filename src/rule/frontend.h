/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: BASE-010's knowledge of build frontends. */
#ifndef DW_RULE_FRONTEND_H
#define DW_RULE_FRONTEND_H

#include "rule/judge.h"

/* Is the frontend that "# syntax=" names one whose grammar is docker/dockerfile's? JUDGE is BASE-010's: its parameter says which. */
bool dw_frontend_is_known(struct dw_judge *judge, struct dw_slice syntax);

#endif
