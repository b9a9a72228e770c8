/* SPDX-License-Identifier: Apache-2.0
 *
 * Which feed judges a package: names of ecosystems and releases as OSV writes them. */
#ifndef DW_ADVISORY_ECOSYSTEM_H
#define DW_ADVISORY_ECOSYSTEM_H

#include "advisory/version/version.h"
#include "model/subject.h"

/* Appends NAME as the key of its ecosystem: lower case for npm, NuGet and Packagist; PEP 503 for PyPI; else
 * as it is. */
void dw_ecosystem_name(struct dw_slice ecosystem, struct dw_slice name, struct dw_buffer *out);

/* What to look up for one package. */
struct dw_look_up {
    struct dw_slice ecosystem;            /* "Alpine"; "" if no feed judges the package */
    struct dw_slice release;              /* "v3.18"; "" for ecosystems without releases */
    struct dw_slice name;                 /* the feed's name: the source package for distributions */
    struct dw_slice version;              /* of that name */
    bool source;                          /* name and version are the source package's */
    const struct dw_version_order *order; /* NULL: nothing of this ecosystem can be compared here */
    const char *decided;                  /* how ecosystem and release were decided, for explain */
    struct dw_slice reason;               /* no ecosystem: why, and what would judge it */
};

/* Decides it from the package's type and the subject's distribution. Texts that must be made are from ARENA.
 */
struct dw_look_up dw_look_up_of(struct dw_arena *arena, const struct dw_subject *subject,
                                const struct dw_package *package);

#endif
