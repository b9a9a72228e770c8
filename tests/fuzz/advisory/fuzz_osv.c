/* SPDX-License-Identifier: Apache-2.0
 *
 * An OSV record: read, packed, unpacked to the same bytes again, and its ranges evaluated with a trace. */
#include "advisory/feed/osv.h"
#include "advisory/range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_arena arena = {0};
    struct dw_buffer packed = {0}, again = {0}, trace = {0};
    struct dw_advisory advisory, unpacked;
    struct dw_error error = DW_ERROR_INIT;
    if (dw_osv_parse(&arena, dw_slice_make(data, size), &limits, &advisory, &error)) {
        dw_advisory_pack(&packed, &advisory);
        if (!dw_advisory_unpack(&arena, dw_buffer_slice(&packed), &unpacked))
            abort();
        dw_advisory_pack(&again, &unpacked);
        if (!dw_slice_equal(dw_buffer_slice(&packed), dw_buffer_slice(&again)))
            abort();
        for (size_t i = 0; i < unpacked.affected_count; i++) {
            const struct dw_version_order *order = dw_version_order_of(unpacked.affected[i].ecosystem);
            if (order)
                dw_affected_evaluate(order, &unpacked.affected[i], DW_SLICE("1.2.3"), &trace);
        }
    }
    dw_buffer_free(&packed);
    dw_buffer_free(&again);
    dw_buffer_free(&trace);
    dw_arena_free(&arena);
    return 0;
}
