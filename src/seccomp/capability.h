/* SPDX-License-Identifier: Apache-2.0
 *
 * Capabilities of Linux (capabilities(7)) as sets: bit N is capability number N. */
#ifndef DW_SECCOMP_CAPABILITY_H
#define DW_SECCOMP_CAPABILITY_H

#include "base/memory.h"

#define DW_CAPABILITY_COUNT 41
#define DW_CAPABILITIES_ALL ((UINT64_C(1) << DW_CAPABILITY_COUNT) - 1)

/* "CHOWN" of 0; NULL behind the last. */
const char *dw_capability_name(unsigned number);
/* The number of NAME, in any case, with or without "CAP_"; false if there is none. */
bool dw_capability_number(struct dw_slice name, unsigned *number);
/* As a set of one; 0 if there is none. */
uint64_t dw_capability_bit(struct dw_slice name);
/* The 14 that Docker and containerd give a container unasked. */
uint64_t dw_capabilities_default(void);
/* The 13 that the Pod Security Standards' baseline lets a container add. */
uint64_t dw_capabilities_baseline(void);
/* "CHOWN, KILL", "none" or "all", appended. */
void dw_capabilities_text(struct dw_buffer *out, uint64_t set);

#endif
