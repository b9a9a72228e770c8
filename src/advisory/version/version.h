/* SPDX-License-Identifier: Apache-2.0
 *
 * Version orders, one file an ordering. Numbers are of any length. */
#ifndef DW_ADVISORY_VERSION_VERSION_H
#define DW_ADVISORY_VERSION_VERSION_H

#include "base/memory.h"

struct dw_version_order {
    const char *name; /* "apk", "dpkg", "semver", "go" */
    /* <0, 0, >0. A total preorder on any bytes, valid versions or not: antisymmetric and transitive. Allocates
     * nothing; time is linear in the lengths. */
    int (*compare)(struct dw_slice a, struct dw_slice b);
    /* Is this a version of the ecosystem? If not, its place in the order means nothing to a person: what depends
     * on it is not evaluated. */
    bool (*valid)(struct dw_slice version);
    /* Appends how the two compare, for a person: "1.1.1g-r0 < 1.1.1k-r0: equal 1, 1, 1; letter g < k". Bytes of the
     * versions stand as they came (escape before a terminal); long versions are cut. */
    void (*explain)(struct dw_slice a, struct dw_slice b, struct dw_buffer *out);
};

/* The order of an ecosystem: ours ("alpine", "debian", "npm", "golang", "deb", …) or as OSV writes it, with or without
 * a release behind a colon ("Alpine:v3.18", "Debian:12", "Ubuntu:22.04:LTS", "crates.io", "Go"); in any case. NULL if
 * there is no order here: then nothing of it can be evaluated. */
const struct dw_version_order *dw_version_order_of(struct dw_slice ecosystem);

/* The names that dw_version_order_of knows, for lists and for the nearest name; *COUNT of them, static. */
const char *const *dw_version_ecosystems(size_t *count);

#endif
