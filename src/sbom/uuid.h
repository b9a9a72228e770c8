/* SPDX-License-Identifier: Apache-2.0
 *
 * UUIDs of version 5 (RFC 4122 section 4.3: SHA-1 over a name space and a name), in our own name space. */
#ifndef DW_SBOM_UUID_H
#define DW_SBOM_UUID_H

#include "base/slice.h"

#define DW_UUID_TEXT 37

/* "xxxxxxxx-xxxx-5xxx-yxxx-xxxxxxxxxxxx" over NAME, and NUL, into TEXT. */
const char *dw_uuid_of_name(struct dw_slice name, char text[DW_UUID_TEXT]);
/* The same in the name space SPACE, its 16 bytes. */
const char *dw_uuid_of_name_in(const unsigned char space[16], struct dw_slice name, char text[DW_UUID_TEXT]);

#endif
