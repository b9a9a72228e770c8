/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DW_SBOM_LICENSE_H
#define DW_SBOM_LICENSE_H

#include "base/map.h"
#include "document/json_writer.h"
#include "model/package.h"

/* Licences that were read already: the packages of an image name few different ones. Zeroed is empty. */
struct dw_sbom_licenses {
    struct dw_arena arena;
    struct dw_map known; /* the words of a package -> what they mean */
};
void dw_sbom_licenses_free(struct dw_sbom_licenses *licenses);

/* Writes "licenses" of PACKAGE if it names any: "license.id" for a name of the SPDX list, one "expression" for an
 * expression, "license.name" with the package's own words for everything else. apk's list of names without an operator
 * (its old databases) stays a list. */
void dw_sbom_license_write(struct dw_json_writer *json, struct dw_sbom_licenses *licenses,
                           const struct dw_package *package);

#endif
