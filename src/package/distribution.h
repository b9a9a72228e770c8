/* SPDX-License-Identifier: Apache-2.0
 *
 * Which distribution and release an image is, from the facts of its files. */
#ifndef DW_PACKAGE_DISTRIBUTION_H
#define DW_PACKAGE_DISTRIBUTION_H

#include "model/package.h"

/* Decides from FACTS, all distribution facts of the merged view (those of files that an upper layer hides left out), in any
 * order: etc/os-release, else usr/lib/os-release, else etc/alpine-release, else etc/debian_version says which it is (none:
 * MERGED->known is false); etc/apk/repositories wins over the release of Alpine. MERGED's slices point into the facts, the
 * arena or static text. *REMARK is "", or a sentence for a person when files disagree. */
void dw_distribution_decide(const struct dw_distribution *facts, size_t count, struct dw_arena *arena,
                            struct dw_distribution *merged, struct dw_slice *remark);

/* The release that advisories are kept by, from id, version_id and version_codename: "3.18" or "edge" (alpine,
 * postmarketOS), "12" or "sid" (debian, raspbian), "22.04" (ubuntu), the major number (rhel and its kin), "2023" (amzn), ""
 * (rolling, or not known), else version_id as it is. */
struct dw_slice dw_distribution_release(struct dw_slice id, struct dw_slice version_id, struct dw_slice version_codename);

/* The later of two Alpine releases, edge being the latest and "" the earliest. */
struct dw_slice dw_alpine_later(struct dw_slice a, struct dw_slice b);

#endif
