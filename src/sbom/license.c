/* SPDX-License-Identifier: Apache-2.0 */
#include "sbom/license.h"

static void write_name(struct dw_json_writer *json, struct dw_slice name)
{
    dw_json_object_begin(json, NULL);
    dw_json_object_begin(json, "license");
    dw_json_string(json, "name", name);
    dw_json_object_end(json);
    dw_json_object_end(json);
}

/* Names with a space between and no operator: several licences, their combination unknown. */
static bool is_list(const struct dw_package *package)
{
    static const char *const operators[] = {" AND ", " OR ", " WITH ", "(", ")", ","};
    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
        if (dw_slice_find_slice(package->license, dw_slice_of(operators[i])) != SIZE_MAX)
            return false;
    return package->type == DW_PACKAGE_APK;
}

void dw_sbom_license_write(struct dw_json_writer *json, const struct dw_package *package)
{
    struct dw_slice rest = dw_slice_trim(package->license), name;
    bool more = true;
    if (rest.len == 0)
        return;
    dw_json_array_begin(json, "licenses");
    if (!is_list(package))
        write_name(json, rest);
    else
        while (dw_slice_split(&rest, ' ', &more, &name))
            if (name.len > 0)
                write_name(json, name);
    dw_json_array_end(json);
}
