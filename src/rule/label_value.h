/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: the types that values of labels can have. */
#ifndef DW_RULE_LABEL_VALUE_H
#define DW_RULE_LABEL_VALUE_H

#include "base/slice.h"

struct dw_label_type {
    const char *name;    /* "url", as the policy writes it */
    const char *variant; /* of LBL-005 */
    const char *what;    /* "URL" */
    const char *example;
    bool (*fits)(struct dw_slice value);
};

/* The type of NAME, or NULL: "text", which everything fits, and names that there are not. "githash" is "git-hash". */
const struct dw_label_type *dw_label_type_find(struct dw_slice name);

#endif
