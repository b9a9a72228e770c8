/* SPDX-License-Identifier: Apache-2.0
 *
 * Licences as packages tell them, made SPDX where that is certain (SPDX specification 2.3, annex D). */
#ifndef DW_PACKAGE_LICENSE_H
#define DW_PACKAGE_LICENSE_H

#include "base/memory.h"

enum dw_license_form {
    DW_LICENSE_UNKNOWN,    /* not understood: the words as they stand; never "allowed" */
    DW_LICENSE_ID,         /* one identifier of the SPDX list */
    DW_LICENSE_EXPRESSION, /* several, combined; LicenseRef-… and DocumentRef-…:LicenseRef-… may be among them */
};

struct dw_license {
    enum dw_license_form form;
    struct dw_slice text;
};

/* Reads ORIGINAL: "MIT", "GPL2+", "(MIT or Apache 2.0)", "GPL-2.0-only WITH Classpath-exception-2.0". Names that were used
 * before the SPDX list become its identifiers where they mean exactly one ("GPL2" -> "GPL-2.0-only", but "BSD" stays
 * unknown), deprecated identifiers their successors. *LICENSES (in ARENA) gets one entry, or, with LIST, one for each of
 * several names without an operator between (apk's old databases: their combination is not known). Returns their number: 0
 * for an empty text. */
size_t dw_license_read(struct dw_arena *arena, struct dw_slice original, bool list, struct dw_license **licenses);

/* The identifier of the SPDX list that is TEXT in any case, or NULL. */
const char *dw_license_spdx_id(struct dw_slice text);
/* The same for exceptions, which stand behind WITH. */
const char *dw_license_spdx_exception(struct dw_slice text);

/* The list itself (spdx_list.c), sorted by lower-case form. */
extern const char *const dw_spdx_licenses[];
extern const size_t dw_spdx_license_count;
extern const char *const dw_spdx_exceptions[];
extern const size_t dw_spdx_exception_count;

#endif
