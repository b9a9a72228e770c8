/* SPDX-License-Identifier: Apache-2.0
 *
 * Records as a hostile worker or a damaged cache would send them. */
#include "scan/merge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    struct dw_slice bytes = dw_slice_make(data, size);
    struct dw_layer_facts *facts = dw_layer_facts_new();
    struct dw_record record;
    while (dw_record_take(&bytes, 1 << 20, &record) > 0)
        if (!dw_layer_facts_add(facts, &record, &limits, &error))
            break;
    if (dw_layer_facts_finish(facts, &error)) {
        struct dw_layer_facts *layers[2] = {facts, facts};
        struct dw_subject *subject = dw_subject_new(DW_SUBJECT_IMAGE, DW_SLICE("fuzz"));
        dw_layers_merge(layers, 2, false, &limits, subject, &error);
        dw_subject_free(subject);
    }
    dw_layer_facts_free(facts);
    return 0;
}
