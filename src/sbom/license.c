/* SPDX-License-Identifier: Apache-2.0 */
#include "sbom/license.h"

#include "package/license.h"

struct reading {
    struct dw_license *at;
    size_t len;
};

static const struct reading *read_license(struct dw_sbom_licenses *licenses, const struct dw_package *package)
{
    bool list = package->type == DW_PACKAGE_APK;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer key = {0};
    dw_buffer_append_byte(&key, list ? 'l' : 'o');
    dw_buffer_append(&key, package->license);
    struct reading *reading = dw_map_get(&licenses->known, dw_buffer_slice(&key));
    if (reading != NULL)
        return reading;
    reading = dw_arena_alloc(&licenses->arena, 1, sizeof(*reading));
    reading->len = dw_license_read(&licenses->arena, package->license, list, &reading->at);
    dw_map_insert(&licenses->known, dw_arena_copy(&licenses->arena, dw_buffer_slice(&key)), NULL)->pointer = reading;
    return reading;
}

void dw_sbom_licenses_free(struct dw_sbom_licenses *licenses)
{
    dw_map_free(&licenses->known);
    dw_arena_free(&licenses->arena);
}

void dw_sbom_license_write(struct dw_json_writer *json, struct dw_sbom_licenses *licenses,
                           const struct dw_package *package)
{
    const struct reading *reading = read_license(licenses, package);
    if (reading->len == 0)
        return;
    dw_json_array_begin(json, "licenses");
    for (size_t i = 0; i < reading->len; i++) {
        const struct dw_license *license = &reading->at[i];
        dw_json_object_begin(json, NULL);
        /* Up to 1.6 an expression stands alone; 1.7 allows more, and reads this as well. */
        if (license->form == DW_LICENSE_EXPRESSION && reading->len == 1) {
            dw_json_string(json, "expression", license->text);
        } else {
            dw_json_object_begin(json, "license");
            dw_json_string(json, license->form == DW_LICENSE_ID ? "id" : "name", license->text);
            dw_json_object_end(json);
        }
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
}
