/* SPDX-License-Identifier: Apache-2.0
 * GitHub annotations: workflow commands ("::error file=…,line=…::message"), one a line. Input can neither begin a command nor end one:
 * control characters are escaped, and '%', line ends and, in properties, ':' and ',' are written as the runner decodes them. */
#include "base/encoding.h"
#include "report/finding.h"
#include "report/formats.h"

static void put_data(struct dw_buffer *out, struct dw_slice text, bool property)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer safe = {0};
    dw_escape_terminal(&safe, text, true);
    for (size_t i = 0; i < safe.len; i++) {
        char c = safe.at[i];
        if (c == '%' || c == '\n' || c == '\r' || (property && (c == ':' || c == ',')))
            dw_buffer_printf(out, "%%%02X", (unsigned)(unsigned char)c);
        else
            dw_buffer_append_byte(out, c);
    }
}

static void put_finding(struct dw_buffer *out, const struct dw_finding *finding)
{
    static const char *const words[] = {"notice", "warning", "error"};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    const struct dw_place *place = &finding->place;
    dw_buffer_printf(out, "::%s file=", words[dw_finding_weight(finding)]);
    put_data(out, dw_finding_file(finding), true);
    if (place->line > 0)
        dw_buffer_printf(out, ",line=%u", place->line);
    if (place->line > 0 && place->column > 0)
        dw_buffer_printf(out, ",col=%u", place->column);
    if (place->line > 0 && place->column > 0 && finding->end_column > place->column)
        dw_buffer_printf(out, ",endColumn=%u", finding->end_column);
    dw_buffer_append_string(out, ",title=");
    dw_finding_rule(finding, &text);
    put_data(out, dw_buffer_slice(&text), true);
    dw_buffer_append_string(out, "::");
    dw_buffer_clear(&text);
    dw_finding_message(finding, &text);
    if (finding->fix.len > 0) {
        dw_buffer_append_string(&text, "\nFix: ");
        dw_buffer_append(&text, finding->fix);
    }
    put_data(out, dw_buffer_slice(&text), false);
    dw_buffer_append_byte(out, '\n');
}

bool dw_report_github(const struct dw_verdict *verdict, const struct dw_report_options *options, struct dw_buffer *out,
                      struct dw_error *error)
{
    (void)options;
    (void)error;
    for (size_t i = 0; i < verdict->findings.len; i++)
        if (verdict->findings.at[i].status != DW_STATUS_EXCEPTED)
            put_finding(out, &verdict->findings.at[i]);
    for (size_t i = 0; i < verdict->subjects.len; i++) {
        const struct dw_subject *subject = verdict->subjects.at[i];
        for (size_t j = 0; j < subject->notes.len; j++) {
            int code = dw_note_exit_code(subject->notes.at[j].kind);
            if (code == 0)
                continue;
            dw_buffer_printf(out, "::%s file=", code == 3 ? "error" : "warning");
            put_data(out, subject->name, true);
            dw_buffer_append_string(out, "::");
            put_data(out, subject->notes.at[j].message, false);
            dw_buffer_append_byte(out, '\n');
        }
    }
    for (size_t i = 0; i < verdict->errors.len; i++) {
        dw_buffer_append_string(out, "::error::");
        put_data(out, verdict->errors.at[i], false);
        dw_buffer_append_byte(out, '\n');
    }
    for (size_t i = 0; i < verdict->controls.len; i++) {
        const struct dw_control_result *control = &verdict->controls.at[i];
        bool failed = control->status == DW_STATUS_FAIL;
        if (!control->chosen || control->level != DW_LEVEL_REQUIRED || (!failed && control->status != DW_STATUS_NOT_EVALUATED))
            continue;
        dw_buffer_printf(out, "::%s title=control %s %s::", failed ? "error" : "warning", control->id,
                         dw_status_name(control->status));
        put_data(out, control->reason.len > 0 ? control->reason : dw_slice_of(control->title), false);
        dw_buffer_append_byte(out, '\n');
    }
    return true;
}
