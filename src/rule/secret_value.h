/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: what names, values and files look like secrets. */
#ifndef DW_RULE_SECRET_VALUE_H
#define DW_RULE_SECRET_VALUE_H

#include "base/slice.h"

/* Does the name of a variable say that its value is a secret? By BuildKit's SecretsUsedInArgOrEnv: one of its words is apikey, auth,
 * credential, credentials, key, password, pword, passwd, secret or token, and none is public, file or version. */
bool dw_secret_name(struct dw_slice name);

/* The next text of a form that only a secret has, from *AT on: its KIND ("GitHub token") and what it is. False when there is none. */
struct dw_secret_hit {
    const char *kind;
    struct dw_slice text; /* part of what was searched */
};
bool dw_secret_next(struct dw_slice text, size_t *at, struct dw_secret_hit *hit);

/* Is VALUE, of a variable whose name says that it is one, a real secret: long, without any sense, no variable, path or place-holder? */
bool dw_secret_is_random(struct dw_slice value);

/* What a file of this path holds by its name: "private key"; NULL if nothing says that it is secret. Public keys, certificates and
 * bundles of them are none. */
const char *dw_secret_file(struct dw_slice path);

#endif
