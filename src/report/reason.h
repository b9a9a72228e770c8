/* SPDX-License-Identifier: Apache-2.0
 *
 * A control's reason is made of its rules' reasons, "RT-002: what; RT-003: what; and 2 more": for people the same words
 * are said once. */
#ifndef DW_REPORT_REASON_H
#define DW_REPORT_REASON_H

#include "base/memory.h"

/* Appends "RT-002, RT-003: what; and 2 more". */
void dw_reason_by_rule(struct dw_buffer *out, struct dw_slice reason);
/* Appends "what" alone: each text once, without the rules and without the count of further ones. */
void dw_reason_plain(struct dw_buffer *out, struct dw_slice reason);

#endif
