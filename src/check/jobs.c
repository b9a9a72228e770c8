/* SPDX-License-Identifier: Apache-2.0 */
#include "check/jobs.h"

#include "advisory/database.h"
#include "check/custom.h"
#include "image/image.h"
#include "scan/layer_job.h"

const struct dw_job_type dw_job_types[DW_JOB_COUNT] = {
    [DW_JOB_SCAN_LAYER] = {"scan-layer", dw_job_scan_layer},
    [DW_JOB_ARCHIVE_INDEX] = {"archive-index", dw_job_archive_index},
    [DW_JOB_DECOMPRESS] = {"decompress", dw_job_decompress},
    [DW_JOB_CUSTOM_RULES] = {"custom-rules", dw_job_custom_rules},
    [DW_JOB_FEED] = {"feed", dw_job_feed},
};
