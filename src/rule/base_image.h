/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: BASE-004. Both end the judge. */
#ifndef DW_RULE_BASE_IMAGE_H
#define DW_RULE_BASE_IMAGE_H

#include "rule/judge.h"

/* On the image or folder of the judge's subject; DOCKERFILE may be NULL. */
void dw_base_family_judge_image(struct dw_judge *judge, const struct dw_dockerfile *dockerfile);
/* On a Dockerfile whose image is not at hand. */
void dw_base_family_judge_dockerfile(struct dw_judge *judge, const struct dw_dockerfile *dockerfile);

#endif
