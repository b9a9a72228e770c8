/* SPDX-License-Identifier: Apache-2.0 */
#include "report/finding.h"

void dw_finding_rule(const struct dw_finding *finding, struct dw_buffer *out)
{
    dw_buffer_append(out, finding->rule);
    if (finding->variant.len > 0) {
        dw_buffer_append_byte(out, '.');
        dw_buffer_append(out, finding->variant);
    }
}

struct dw_slice dw_finding_file(const struct dw_finding *finding)
{
    return finding->place.path.len > 0 ? finding->place.path : finding->subject->name;
}

void dw_finding_message(const struct dw_finding *finding, struct dw_buffer *out)
{
    struct dw_slice best = finding->message.len > 0 ? finding->message : finding->title;
    if (finding->package != NULL) {
        dw_buffer_append(out, finding->package->name);
        dw_buffer_append_byte(out, ' ');
        dw_buffer_append(out, finding->package->version);
        dw_buffer_append_string(out, ": ");
        best = finding->title.len > 0 ? finding->title : finding->message;
    }
    dw_buffer_append(out, best);
    if (best.len == 0)
        dw_buffer_append(out, finding->rule);
}

int dw_finding_weight(const struct dw_finding *finding)
{
    if (finding->malicious)
        return 2;
    switch (finding->severity) {
    case DW_SEVERITY_CRITICAL:
    case DW_SEVERITY_HIGH: return 2;
    case DW_SEVERITY_MEDIUM:
    case DW_SEVERITY_UNKNOWN: return 1;
    default: return 0;
    }
}

const char *dw_finding_severity(const struct dw_finding *finding)
{
    if (finding->severity == DW_SEVERITY_NEGLIGIBLE && finding->kind != DW_FINDING_VULNERABILITY)
        return "info";
    return dw_severity_name(finding->severity);
}
