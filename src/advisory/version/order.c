/* SPDX-License-Identifier: Apache-2.0
 *
 * Which ecosystem is ordered how: our names, purl types, and the names of the OSV schema's ecosystem list. */
#include "advisory/version/orders.h"

static const struct {
    const char *name;
    const struct dw_version_order *order;
} ecosystems[] = {
    {"alpine", &dw_version_apk},
    {"apk", &dw_version_apk},
    {"alpaquita", &dw_version_apk},
    {"bellsoft hardened containers", &dw_version_apk},
    {"chainguard", &dw_version_apk},
    {"minimos", &dw_version_apk},
    {"wolfi", &dw_version_apk},
    {"debian", &dw_version_dpkg},
    {"deb", &dw_version_dpkg},
    {"dpkg", &dw_version_dpkg},
    {"ubuntu", &dw_version_dpkg},
    {"npm", &dw_version_semver},
    {"semver", &dw_version_semver},
    {"crates.io", &dw_version_semver},
    {"cargo", &dw_version_semver},
    {"hex", &dw_version_semver},
    {"swifturl", &dw_version_semver},
    {"swift", &dw_version_semver},
    {"bitnami", &dw_version_semver},
    {"conancenter", &dw_version_semver},
    {"conan", &dw_version_semver},
    {"github actions", &dw_version_semver},
    {"go", &dw_version_go},
    {"golang", &dw_version_go},
};
#define ECOSYSTEMS (sizeof(ecosystems) / sizeof(ecosystems[0]))

const struct dw_version_order *dw_version_order_of(struct dw_slice ecosystem)
{
    struct dw_slice name = dw_slice_part(ecosystem, 0, dw_slice_find(ecosystem, ':'));
    for (size_t i = 0; i < ECOSYSTEMS; i++)
        if (dw_slice_equal_nocase(name, dw_slice_of(ecosystems[i].name)))
            return ecosystems[i].order;
    return NULL;
}

const char *const *dw_version_ecosystems(size_t *count)
{
    static const char *const names[] = {
        "alpine", "debian", "ubuntu", "npm", "crates.io", "go", "hex", "swifturl", "github actions",
        "bitnami", "conancenter", "wolfi", "chainguard", "minimos", "alpaquita", "semver", "apk", "deb",
    };
    *count = sizeof(names) / sizeof(names[0]);
    return names;
}
