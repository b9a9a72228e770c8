/* SPDX-License-Identifier: Apache-2.0
 *
 * The orders themselves, for the table in order.c. */
#ifndef DW_ADVISORY_VERSION_ORDERS_H
#define DW_ADVISORY_VERSION_ORDERS_H

#include "advisory/version/version.h"

extern const struct dw_version_order dw_version_apk;
extern const struct dw_version_order dw_version_dpkg;
extern const struct dw_version_order dw_version_semver;
extern const struct dw_version_order dw_version_go;

#endif
