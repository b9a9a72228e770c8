/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside the CVSS files: the order of the metrics, and the version that has a file of its own. */
#ifndef DW_ADVISORY_CVSS_TABLES_H
#define DW_ADVISORY_CVSS_TABLES_H

#include "advisory/cvss.h"

enum cvss2_metric { V2_AV, V2_AC, V2_AU, V2_C, V2_I, V2_A, V2_E, V2_RL, V2_RC, V2_CDP, V2_TD, V2_CR, V2_IR, V2_AR };

enum cvss3_metric {
    V3_AV, V3_AC, V3_PR, V3_UI, V3_S, V3_C, V3_I, V3_A, V3_E, V3_RL, V3_RC, V3_CR, V3_IR, V3_AR, V3_MAV, V3_MAC,
    V3_MPR, V3_MUI, V3_MS, V3_MC, V3_MI, V3_MA,
};

enum cvss4_metric {
    V4_AV, V4_AC, V4_AT, V4_PR, V4_UI, V4_VC, V4_VI, V4_VA, V4_SC, V4_SI, V4_SA, V4_E, V4_CR, V4_IR, V4_AR,
    V4_MAV, V4_MAC, V4_MAT, V4_MPR, V4_MUI, V4_MVC, V4_MVI, V4_MVA, V4_MSC, V4_MSI, V4_MSA,
    V4_S, V4_AU, V4_R, V4_V, V4_RE, V4_U,
};

/* The score in tenths of a parsed 4.0 vector. */
unsigned dw_cvss4_score(const unsigned char metrics[DW_CVSS_METRICS]);

#endif
