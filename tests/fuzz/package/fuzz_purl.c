/* SPDX-License-Identifier: Apache-2.0
 *
 * Package URLs, and licences, which are short texts of the same kind. What was read must be written so that it reads the
 * same, and every package URL takes in itself. */
#include "package/license.h"
#include "package/purl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dw_arena arena = {0};
    struct dw_slice text = dw_slice_make(data, size);
    struct dw_package package, again;
    struct dw_distribution distribution, other;
    struct dw_error error = DW_ERROR_INIT;
    struct dw_license *licenses;
    if (dw_purl_parse(&arena, text, &package, &distribution, &error)) {
        if (!dw_purl_matches(text, text) || !dw_purl_parse(&arena, package.purl, &again, &other, &error) ||
            !dw_slice_equal(package.purl, again.purl) || !dw_slice_equal(package.name, again.name) ||
            !dw_slice_equal(package.version, again.version) || package.type != again.type ||
            !dw_slice_equal(distribution.release, other.release))
            abort();
    }
    dw_license_read(&arena, text, size % 2, &licenses);
    dw_arena_free(&arena);
    return 0;
}
