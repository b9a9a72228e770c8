/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DW_SBOM_LICENSE_H
#define DW_SBOM_LICENSE_H

#include "document/json_writer.h"
#include "model/package.h"

/* Writes "licenses" of PACKAGE if it names any: "license.id" for a name of the SPDX list, one "expression" for an
 * expression made of such names alone, "license.name" with the original words for everything else. apk's list of names
 * without an operator (its old databases) stays a list. */
void dw_sbom_license_write(struct dw_json_writer *json, const struct dw_package *package);

#endif
