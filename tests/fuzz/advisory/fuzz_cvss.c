/* SPDX-License-Identifier: Apache-2.0
 *
 * CVSS vectors: what is accepted has a score of at most 10.0, and prints to a vector with the same metrics and score. */
#include "advisory/cvss.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dw_cvss first, again;
    struct dw_error error = DW_ERROR_INIT;
    if (!dw_cvss_parse_score(dw_slice_make(data, size), &first, &error)) {
        if (error.kind != DW_ERROR_INPUT)
            abort();
        return 0;
    }
    struct dw_buffer text = {0};
    dw_cvss_format(&first, &text);
    if (!dw_cvss_parse_score(dw_buffer_slice(&text), &again, &error) || first.score_tenths > 100 ||
        again.score_tenths != first.score_tenths || memcmp(again.metrics, first.metrics, sizeof(first.metrics)) != 0)
        abort();
    dw_buffer_free(&text);
    return 0;
}
