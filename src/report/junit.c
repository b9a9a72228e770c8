/* SPDX-License-Identifier: Apache-2.0
 * JUnit XML as the schema of Windy Road has it (the strictest of those in use): a suite a subject, with a case a finding, a skipped
 * case for what is excepted or could not be evaluated, an error for what could not be read; one suite more for controls. */
#include "base/clock.h"
#include "base/encoding.h"
#include "base/map.h"
#include "report/finding.h"
#include "report/formats.h"

/* XML 1.0: no control character but tab and line ends can be written at all; U+FFFD stands for it, as for what is no UTF-8. */
static void put_xml(struct dw_buffer *out, struct dw_slice text)
{
    while (text.len > 0) {
        size_t valid = dw_utf8_valid_prefix(text);
        for (size_t i = 0; i < valid; i++) {
            unsigned char c = (unsigned char)text.at[i];
            /* U+FFFE and U+FFFF are EF BF BE and EF BF BF. */
            bool none = c == 0xef && valid - i >= 3 && (unsigned char)text.at[i + 1] == 0xbf && (unsigned char)text.at[i + 2] >= 0xbe;
            if (c == '&')
                dw_buffer_append_string(out, "&amp;");
            else if (c == '<')
                dw_buffer_append_string(out, "&lt;");
            else if (c == '>')
                dw_buffer_append_string(out, "&gt;");
            else if (c == '"')
                dw_buffer_append_string(out, "&quot;");
            else if (c == '\t' || c == '\n' || c == '\r')
                dw_buffer_printf(out, "&#%u;", (unsigned)c);
            else if (c < 0x20 || none) {
                dw_buffer_append_string(out, "\xef\xbf\xbd");
                i += none ? 2 : 0;
            } else
                dw_buffer_append_byte(out, (char)c);
        }
        if (valid < text.len)
            dw_buffer_append_string(out, "\xef\xbf\xbd");
        text = dw_slice_from(text, valid + 1);
    }
}

struct suite {
    struct dw_buffer cases;
    size_t tests, failures, errors, skipped;
};

static void begin_case(struct suite *suite, struct dw_slice name, struct dw_slice class)
{
    suite->tests++;
    dw_buffer_append_string(&suite->cases, "    <testcase name=\"");
    put_xml(&suite->cases, name);
    dw_buffer_append_string(&suite->cases, "\" classname=\"");
    put_xml(&suite->cases, class);
    dw_buffer_append_string(&suite->cases, "\" time=\"0\"");
}

/* ELEMENT within the case; TYPE NULL: it has none. */
static void end_case(struct suite *suite, const char *element, const char *type, struct dw_slice message, struct dw_slice body)
{
    dw_buffer_printf(&suite->cases, ">\n      <%s", element);
    if (type != NULL)
        dw_buffer_printf(&suite->cases, " type=\"%s\"", type);
    dw_buffer_append_string(&suite->cases, " message=\"");
    put_xml(&suite->cases, message);
    dw_buffer_append_string(&suite->cases, "\">");
    put_xml(&suite->cases, body);
    dw_buffer_printf(&suite->cases, "</%s>\n    </testcase>\n", element);
}

static void pass_case(struct suite *suite)
{
    dw_buffer_append_string(&suite->cases, "/>\n");
}

static void put_suite(struct dw_buffer *out, struct suite *suite, struct dw_slice name, size_t id, int64_t time)
{
    char date[DW_TIME_TEXT] = "1970-01-01T00:00:00Z";
    if (time != DW_TIME_UNKNOWN)
        dw_time_format(time, date);
    dw_buffer_append_string(out, "  <testsuite name=\"");
    put_xml(out, name.len > 0 ? name : DW_SLICE("-"));
    dw_buffer_printf(out,
                     "\" package=\"dockworthy\" id=\"%zu\" timestamp=\"%.19s\" hostname=\"localhost\" tests=\"%zu\" failures=\"%zu\" "
                     "errors=\"%zu\" skipped=\"%zu\" time=\"0\">\n    <properties/>\n",
                     id, date, suite->tests, suite->failures, suite->errors, suite->skipped);
    dw_buffer_append(out, dw_buffer_slice(&suite->cases));
    dw_buffer_append_string(out, "    <system-out/>\n    <system-err/>\n  </testsuite>\n");
    dw_buffer_free(&suite->cases);
    *suite = (struct suite){0};
}

static void add_finding(struct suite *suite, const struct dw_finding *finding)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer name = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer message = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer body = {0};
    dw_finding_rule(finding, &name);
    if (finding->place.line > 0)
        dw_buffer_printf(&name, " line %u", finding->place.line);
    dw_finding_message(finding, &message);
    dw_buffer_append(&body, dw_finding_file(finding));
    if (finding->place.line > 0)
        dw_buffer_printf(&body, ":%u", finding->place.line);
    dw_buffer_append_string(&body, ": ");
    dw_buffer_append(&body, dw_buffer_slice(&message));
    if (finding->fix.len > 0) {
        dw_buffer_append_string(&body, "\nfix: ");
        dw_buffer_append(&body, finding->fix);
    }
    begin_case(suite, dw_buffer_slice(&name), dw_finding_file(finding));
    if (finding->status == DW_STATUS_FAIL) {
        suite->failures++;
        end_case(suite, "failure", dw_finding_severity(finding), dw_buffer_slice(&message), dw_buffer_slice(&body));
    } else if (finding->status == DW_STATUS_PASS) {
        pass_case(suite);
    } else {
        suite->skipped++;
        end_case(suite, "skipped", NULL, dw_slice_of(dw_status_name(finding->status)), dw_buffer_slice(&body));
    }
}

static void add_notes(struct suite *suite, const struct dw_subject *subject)
{
    for (size_t i = 0; i < subject->notes.len; i++) {
        const struct dw_note *note = &subject->notes.at[i];
        if (dw_note_exit_code(note->kind) == 0)
            continue;
        begin_case(suite, dw_slice_of(dw_note_kind_name(note->kind)), subject->name);
        suite->errors++;
        end_case(suite, "error", dw_note_kind_name(note->kind), note->message, note->message);
    }
}

static void add_results(struct suite *suite, const struct dw_verdict *verdict, const struct dw_subject *subject, size_t *at)
{
    for (; *at < verdict->results.len && verdict->results.at[*at].subject == subject; (*at)++) {
        const struct dw_rule_result *result = &verdict->results.at[*at];
        if (result->status == DW_STATUS_FAIL || result->status == DW_STATUS_NOT_APPLICABLE)
            continue;
        begin_case(suite, dw_slice_of(result->rule), subject->name);
        if (result->status == DW_STATUS_PASS) {
            pass_case(suite);
            continue;
        }
        suite->skipped++;
        end_case(suite, "skipped", NULL, dw_slice_of(dw_status_name(result->status)), result->reason);
    }
}

static void add_controls(struct suite *suite, const struct dw_verdict *verdict)
{
    for (size_t i = 0; i < verdict->controls.len; i++) {
        const struct dw_control_result *control = &verdict->controls.at[i];
        DW_CLEANUP(dw_buffer_free) struct dw_buffer name = {0};
        if (!control->chosen)
            continue;
        dw_buffer_printf(&name, "control %s: %s", control->id, control->title);
        begin_case(suite, dw_buffer_slice(&name), DW_SLICE("policy"));
        if (control->status == DW_STATUS_FAIL && control->level == DW_LEVEL_REQUIRED) {
            suite->failures++;
            end_case(suite, "failure", dw_level_name(control->level), control->reason, control->reason);
        } else if (control->status == DW_STATUS_PASS) {
            pass_case(suite);
        } else {
            suite->skipped++;
            end_case(suite, "skipped", NULL, dw_slice_of(dw_status_name(control->status)), control->reason);
        }
    }
}

bool dw_report_junit(const struct dw_verdict *verdict, const struct dw_report_options *options, struct dw_buffer *out,
                     struct dw_error *error)
{
    (void)options;
    (void)error;
    struct suite suite = {0};
    size_t id = 0;
    dw_buffer_append_string(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    if (verdict->controls.len > 0) {
        add_controls(&suite, verdict);
        put_suite(out, &suite, DW_SLICE("controls"), id++, verdict->started);
    }
    /* Findings are sorted by subject, but not in the order of the subjects: where each one's begin. */
    struct dw_map first = {0};
    for (size_t i = 0; i < verdict->findings.len; i++) {
        bool added;
        struct dw_map_entry *entry =
            dw_map_insert(&first, dw_slice_make(&verdict->findings.at[i].subject, sizeof(struct dw_subject *)), &added);
        if (added)
            entry->number = i;
    }
    size_t result = 0;
    for (size_t i = 0; i < verdict->subjects.len; i++) {
        const struct dw_subject *subject = verdict->subjects.at[i];
        struct dw_map_entry *entry = dw_map_find(&first, dw_slice_make(&subject, sizeof(subject)));
        for (size_t j = entry == NULL ? verdict->findings.len : entry->number;
             j < verdict->findings.len && verdict->findings.at[j].subject == subject; j++)
            add_finding(&suite, &verdict->findings.at[j]);
        add_results(&suite, verdict, subject, &result);
        add_notes(&suite, subject);
        if (suite.tests == 0) {
            begin_case(&suite, DW_SLICE("no finding"), subject->name);
            pass_case(&suite);
        }
        put_suite(out, &suite, subject->name, id++, verdict->started);
    }
    dw_map_free(&first);
    for (size_t i = 0; i < verdict->errors.len; i++) {
        begin_case(&suite, DW_SLICE("input"), DW_SLICE("dockworthy"));
        suite.errors++;
        end_case(&suite, "error", "input", verdict->errors.at[i], verdict->errors.at[i]);
    }
    if (suite.tests > 0)
        put_suite(out, &suite, DW_SLICE("inputs"), id++, verdict->started);
    dw_buffer_append_string(out, "</testsuites>\n");
    return true;
}
