/* SPDX-License-Identifier: Apache-2.0
 *
 * The pass over one layer, inside a worker: decompress, walk the tar, feed package readers, tell raw facts. */
#ifndef DW_SCAN_LAYER_JOB_H
#define DW_SCAN_LAYER_JOB_H

#include "worker/worker.h"

/* DW_JOB_SCAN_LAYER: input the layer's blob, output its unpacked bytes and DW_FACT_… records. */
bool dw_job_scan_layer(struct dw_job *job, struct dw_error *error);

#endif
