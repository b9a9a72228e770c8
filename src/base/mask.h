/* SPDX-License-Identifier: Apache-2.0
 *
 * Values that look like credentials, masked before text from an image's config or history goes into a report. */
#ifndef DW_BASE_MASK_H
#define DW_BASE_MASK_H

#include "base/memory.h"

/* Appends TEXT with every value masked that looks like a credential:
 * - what is assigned to a name that says so (password, secret, token, api key, …): after NAME= up to the next white
 *   space or the closing quote (in an ENV instruction up to its end), after NAME: up to the next quote or line's end;
 * - the password of a URL (scheme://user:password@host);
 * - what options of programs give as one: -u user:password, --password x, sshpass -p x, mysql -px;
 * - tokens that their issuer's prefix gives away (ghp_…, glpat-…, npm_…, AKIA…, xoxb-…, eyJ… of a JWT);
 * - what lies between the BEGIN and END lines of a private key.
 * A masked value becomes "***". This is a precaution for reports, not the secret scan: it tells nothing of what it
 * masked, and what it leaves is not thereby clean. */
void dw_mask_secrets(struct dw_buffer *out, struct dw_slice text);

/* Does the NAME of a variable or label say that its value is a credential? */
bool dw_mask_name(struct dw_slice name);
/* Appends the VALUE of variable or label NAME: "***" as a whole if the name says so, else as dw_mask_secrets. */
void dw_mask_value(struct dw_buffer *out, struct dw_slice name, struct dw_slice value);
/* Appends TEXT, in which only the passwords of addresses (scheme://user:password@host) are masked: for sentences, whose words
 * before a ':' or '=' say nothing of what follows. */
void dw_mask_addresses(struct dw_buffer *out, struct dw_slice text);

#endif
