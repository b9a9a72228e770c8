/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include "base/encoding.h"
#include "report/formats.h"

const struct dw_report_format dw_report_formats[] = {
    {"table", "for people: chapters, findings by package and file, fixes, one summary line", dw_report_table},
    {"json", "the whole verdict (schema/verdict.schema.json)", dw_report_json},
    {"sarif", "SARIF 2.1.0 for code scanning", dw_report_sarif},
    {"junit", "JUnit XML for test reports", dw_report_junit},
    {"github", "annotations of GitHub Actions", dw_report_github},
    {"gitlab", "GitLab's code quality report", dw_report_gitlab},
};
const size_t dw_report_format_count = sizeof(dw_report_formats) / sizeof(dw_report_formats[0]);

/* Names that other versions know: said apart from a typing error. */
static const char *const planned[] = {"markdown", "html", "cyclonedx",  "spdx",
                                      "oscal",    "csv",  "prometheus", "template"};

static void list_formats(struct dw_buffer *out)
{
    for (size_t i = 0; i < dw_report_format_count; i++) {
        if (i > 0)
            dw_buffer_append_string(out, i + 1 == dw_report_format_count ? " and " : ", ");
        dw_buffer_append_string(out, dw_report_formats[i].name);
    }
}

const struct dw_report_format *dw_report_find(struct dw_slice name, struct dw_error *error)
{
    const char *names[sizeof(dw_report_formats) / sizeof(dw_report_formats[0])];
    for (size_t i = 0; i < dw_report_format_count; i++) {
        if (dw_slice_is(name, dw_report_formats[i].name))
            return &dw_report_formats[i];
        names[i] = dw_report_formats[i].name;
    }

    DW_CLEANUP(dw_buffer_free) struct dw_buffer known = {0};
    list_formats(&known);
    for (size_t i = 0; i < sizeof(planned) / sizeof(planned[0]); i++)
        if (dw_slice_is(name, planned[i])) {
            const char *hint = dw_slice_is(name, "cyclonedx") ? "; dockworthy sbom writes CycloneDX" : "";
            dw_fail(error, DW_ERROR_USAGE, "report format %s is not in this version, which writes %s%s", planned[i],
                    known.at, hint);
            return NULL;
        }
    const char *nearest = dw_nearest_name(name, names, dw_report_format_count);
    if (nearest != NULL)
        dw_fail(error, DW_ERROR_USAGE, "unknown report format '%.*s': did you mean %s? This version writes %s",
                DW_SLICE_ARG(name), nearest, known.at);
    else
        dw_fail(error, DW_ERROR_USAGE, "unknown report format '%.*s': this version writes %s", DW_SLICE_ARG(name),
                known.at);
    return NULL;
}
