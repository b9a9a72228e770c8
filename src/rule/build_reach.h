/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: RUN instructions that reach beyond the build's sandbox. DF-043 tells what no rule about containers tells. */
#ifndef DW_RULE_BUILD_REACH_H
#define DW_RULE_BUILD_REACH_H

#include "rule/judge.h"

enum dw_build_reach {
    DW_REACH_NETWORK,  /* --network=host: the host's network (RT-007) */
    DW_REACH_INSECURE, /* --security=insecure: like a privileged container (RT-004) */
    DW_REACH_DEVICE,   /* --device: a device of the host (RT-011) */
    DW_REACH_COUNT
};

/* The next RUN from *INDEX on (start with 0) that reaches so; NULL at the end. *FLAG becomes the flag as it stands in the line. */
const struct dw_instruction *dw_build_reach_next(const struct dw_dockerfile *dockerfile, enum dw_build_reach reach, size_t *index,
                                                 struct dw_slice *flag);
/* Fails the rule for every RUN that reaches so, and passes for those that do not. VARIANT may be NULL. */
void dw_build_reach_judge(struct dw_judge *judge, const struct dw_dockerfile *dockerfile, enum dw_build_reach reach,
                          const char *variant);

#endif
