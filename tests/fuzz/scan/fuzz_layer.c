/* SPDX-License-Identifier: Apache-2.0
 *
 * A layer, compressed or not: the pass over it, then its facts as a parent takes them, merged alone and on themselves. */
#include "base/map.h"
#include "scan/layer_job.h"
#include "scan/merge.h"
#include "worker/worker.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct dw_layer_facts *take(struct dw_slice bytes, const struct dw_limits *limits)
{
    struct dw_layer_facts *facts = dw_layer_facts_new();
    struct dw_error error = DW_ERROR_INIT;
    struct dw_record record;
    while (dw_record_take(&bytes, limits->value[DW_LIMIT_RECORD_BYTES], &record) > 0)
        if (!dw_layer_facts_add(facts, &record, limits, &error))
            abort(); /* what the pass tells must be well-formed */
    if (bytes.len != 0 || !dw_layer_facts_finish(facts, &error))
        abort();
    return facts;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct dw_job_type type = {"scan-layer", dw_job_scan_layer};
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    struct dw_buffer records = {0};
    limits.value[DW_LIMIT_LAYER_BYTES] = 8 << 20;
    limits.value[DW_LIMIT_IMAGE_ENTRIES] = 20000;
    struct dw_stream *input = dw_stream_of_memory(dw_slice_make(data, size));
    if (dw_job_run_local(&type, input, -1, DW_SLICE(""), &limits, &records, &error)) {
        struct dw_layer_facts *layers[2] = {take(dw_buffer_slice(&records), &limits),
                                            take(dw_buffer_slice(&records), &limits)};
        for (size_t count = 1; count <= 2; count++) {
            struct dw_subject *subject = dw_subject_new(DW_SUBJECT_IMAGE, DW_SLICE("fuzz"));
            dw_layers_merge(layers, count, count == 1, &limits, subject, &error);
            dw_subject_free(subject);
        }
        dw_layer_facts_free(layers[0]);
        dw_layer_facts_free(layers[1]);
    } else if (error.kind == DW_ERROR_NONE) {
        abort();
    }
    dw_buffer_free(&records);
    dw_stream_close(input);
    return 0;
}
