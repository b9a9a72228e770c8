/* SPDX-License-Identifier: Apache-2.0
 * SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format): one run, a rule for every id that has a finding, suppressions for
 * what is excepted, fixes where a repair is known, notifications for what could not be read. */
#include "base/map.h"
#include "base/mask.h"
#include "report/finding.h"
#include "report/formats.h"
#include "report/rules.h"

#include <stdio.h>

static const char *const levels[] = {"note", "warning", "error"};

/* RFC 3986: a relative reference; what is not unreserved is encoded, so that no name is taken for a scheme. */
static void put_uri(struct dw_json_writer *json, struct dw_slice path)
{
    static const char digits[] = "0123456789ABCDEF";
    DW_CLEANUP(dw_buffer_free) struct dw_buffer uri = {0};
    for (size_t i = 0; i < path.len; i++) {
        char c = path.at[i];
        if (dw_is_alpha(c) || dw_is_digit(c) || strchr("-._~/", c) != NULL) {
            if (c != '\0') {
                dw_buffer_append_byte(&uri, c);
                continue;
            }
        }
        dw_buffer_append_byte(&uri, '%');
        dw_buffer_append_byte(&uri, digits[(unsigned char)c >> 4]);
        dw_buffer_append_byte(&uri, digits[(unsigned char)c & 15]);
    }
    dw_json_object_begin(json, "artifactLocation");
    dw_json_string(json, "uri", dw_buffer_slice(&uri));
    dw_json_object_end(json);
}

static void put_message(struct dw_json_writer *json, const char *key, struct dw_slice text)
{
    dw_json_object_begin(json, key);
    dw_json_string(json, "text", text);
    dw_json_object_end(json);
}

/* ---- rules ---------------------------------------------------------------------------------------------------------------- */

/* CVSS-like numbers by which code hosts sort. */
static void put_security_severity(struct dw_json_writer *json, enum dw_severity severity, unsigned score)
{
    static const char *const scores[DW_SEVERITY_COUNT] = {
        [DW_SEVERITY_UNKNOWN] = "5.0", [DW_SEVERITY_NEGLIGIBLE] = "0.0", [DW_SEVERITY_LOW] = "3.0",
        [DW_SEVERITY_MEDIUM] = "5.5",  [DW_SEVERITY_HIGH] = "8.0",       [DW_SEVERITY_CRITICAL] = "9.5"};
    char text[16];
    snprintf(text, sizeof(text), "%u.%u", score / 10, score % 10);
    dw_json_text(json, "security-severity", score > 0 ? text : scores[severity]);
}

static void put_rule(struct dw_json_writer *json, const struct dw_finding *finding)
{
    const struct dw_rule *rule = dw_rule_find(finding->rule);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_json_object_begin(json, NULL);
    dw_json_string(json, "id", finding->rule);
    put_message(json, "shortDescription", rule != NULL            ? dw_slice_of(rule->title)
                                          : finding->title.len > 0 ? finding->title
                                                                   : finding->rule);
    if (rule != NULL) {
        put_message(json, "fullDescription", dw_slice_of(rule->what));
        dw_json_object_begin(json, "help");
        dw_buffer_printf(&text, "%s\n\n%s\n\nFix: %s\n", rule->what, rule->why, rule->fix);
        dw_json_string(json, "text", dw_buffer_slice(&text));
        dw_buffer_clear(&text);
        dw_rule_markdown(rule, &text);
        /* The page's first line says where it comes from. */
        size_t end = dw_slice_find(dw_buffer_slice(&text), '\n');
        dw_json_string(json, "markdown", dw_slice_from(dw_buffer_slice(&text), end == SIZE_MAX ? 0 : end + 1));
        dw_json_object_end(json);
    }
    dw_json_object_begin(json, "defaultConfiguration");
    dw_json_text(json, "level", levels[dw_finding_weight(finding)]);
    dw_json_object_end(json);
    dw_json_object_begin(json, "properties");
    dw_json_array_begin(json, "tags");
    dw_json_text(json, NULL, "security");
    dw_json_text(json, NULL, dw_finding_kind_name(finding->kind));
    dw_json_array_end(json);
    dw_json_text(json, "precision", "high");
    put_security_severity(json, rule != NULL ? rule->severity : finding->severity, finding->score);
    dw_json_object_end(json);
    dw_json_object_end(json);
}

/* ---- results ---------------------------------------------------------------------------------------------------------------- */

static void put_region(struct dw_json_writer *json, const struct dw_finding *finding, const struct dw_place *place, bool first)
{
    dw_json_object_begin(json, "region");
    dw_json_integer(json, "startLine", place->line > 0 ? place->line : 1);
    if (place->line > 0 && place->column > 0)
        dw_json_integer(json, "startColumn", place->column);
    if (first && place->line > 0 && finding->end_column > place->column)
        dw_json_integer(json, "endColumn", finding->end_column);
    if (first && finding->source_line.len > 0) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer masked = {0};
        dw_mask_secrets(&masked, finding->source_line);
        put_message(json, "snippet", dw_buffer_slice(&masked));
    }
    dw_json_object_end(json);
}

static void put_location(struct dw_json_writer *json, const struct dw_finding *finding, const struct dw_place *place, bool first)
{
    dw_json_object_begin(json, NULL);
    dw_json_object_begin(json, "physicalLocation");
    put_uri(json, place->path.len > 0 ? place->path : finding->subject->name);
    put_region(json, finding, place, first);
    dw_json_object_end(json);
    dw_json_array_begin(json, "logicalLocations");
    dw_json_object_begin(json, NULL);
    dw_json_string(json, "fullyQualifiedName", place->pointer.len > 0 ? place->pointer : finding->subject->name);
    dw_json_text(json, "kind", dw_subject_kind_name(finding->subject->kind));
    dw_json_object_end(json);
    dw_json_array_end(json);
    dw_json_object_end(json);
}

static void put_suppressions(struct dw_json_writer *json, const struct dw_finding *finding)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_json_array_begin(json, "suppressions");
    if (finding->exception != NULL) {
        dw_json_object_begin(json, NULL);
        dw_json_text(json, "kind", "external");
        dw_json_text(json, "status", "accepted");
        dw_buffer_append(&text, finding->exception->ticket.len > 0 ? finding->exception->ticket : finding->exception->id);
        dw_buffer_append_string(&text, ": ");
        dw_buffer_append(&text, finding->exception->reason);
        dw_json_string(json, "justification", dw_buffer_slice(&text));
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
}

/* Replacements of one file stand together. */
static void put_fixes(struct dw_json_writer *json, const struct dw_finding *finding)
{
    dw_json_array_begin(json, "fixes");
    dw_json_object_begin(json, NULL);
    put_message(json, "description", finding->repair_note.len > 0 ? finding->repair_note
                                     : finding->fix.len > 0       ? finding->fix
                                                                  : DW_SLICE("repair"));
    dw_json_array_begin(json, "artifactChanges");
    for (size_t i = 0; i < finding->edit_count;) {
        struct dw_slice path = finding->edits[i].path;
        dw_json_object_begin(json, NULL);
        put_uri(json, path);
        dw_json_array_begin(json, "replacements");
        for (; i < finding->edit_count && dw_slice_equal(finding->edits[i].path, path); i++) {
            const struct dw_edit *edit = &finding->edits[i];
            dw_json_object_begin(json, NULL);
            dw_json_object_begin(json, "deletedRegion");
            dw_json_integer(json, "byteOffset", (int64_t)edit->start);
            dw_json_integer(json, "byteLength", (int64_t)(edit->end - edit->start));
            dw_json_object_end(json);
            put_message(json, "insertedContent", edit->text);
            dw_json_object_end(json);
        }
        dw_json_array_end(json);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
    dw_json_object_end(json);
    dw_json_array_end(json);
}

static void put_result(struct dw_json_writer *json, const struct dw_finding *finding, size_t index)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_json_object_begin(json, NULL);
    dw_json_string(json, "ruleId", finding->rule);
    dw_json_integer(json, "ruleIndex", (int64_t)index);
    dw_json_text(json, "level", levels[dw_finding_weight(finding)]);
    dw_finding_message(finding, &text);
    if (finding->fix.len > 0) {
        dw_buffer_append_string(&text, "\nFix: ");
        dw_buffer_append(&text, finding->fix);
    }
    put_message(json, "message", dw_buffer_slice(&text));
    dw_json_array_begin(json, "locations");
    put_location(json, finding, &finding->place, true);
    dw_json_array_end(json);
    if (finding->occurrence_count > 0) {
        dw_json_array_begin(json, "relatedLocations");
        for (size_t i = 0; i < finding->occurrence_count; i++)
            put_location(json, finding, &finding->occurrences[i], false);
        dw_json_array_end(json);
    }
    dw_json_object_begin(json, "partialFingerprints");
    dw_json_string(json, "dockworthy/v1", finding->fingerprint);
    dw_json_object_end(json);
    if (finding->status == DW_STATUS_EXCEPTED)
        put_suppressions(json, finding);
    if (finding->edit_count > 0)
        put_fixes(json, finding);
    dw_buffer_clear(&text);
    dw_finding_rule(finding, &text);
    dw_json_object_begin(json, "properties");
    dw_json_string(json, "rule", dw_buffer_slice(&text));
    dw_json_text(json, "severity", dw_finding_severity(finding));
    dw_json_text(json, "status", dw_status_name(finding->status));
    dw_json_string(json, "subject", finding->subject->id);
    dw_json_object_end(json);
    dw_json_object_end(json);
}

/* ---- the run ------------------------------------------------------------------------------------------------------------------ */

static void put_notification(struct dw_json_writer *json, const char *level, struct dw_slice text, struct dw_slice path)
{
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "level", level);
    put_message(json, "message", text);
    if (path.len > 0) {
        dw_json_array_begin(json, "locations");
        dw_json_object_begin(json, NULL);
        dw_json_object_begin(json, "physicalLocation");
        put_uri(json, path);
        dw_json_object_end(json);
        dw_json_object_end(json);
        dw_json_array_end(json);
    }
    dw_json_object_end(json);
}

static void put_invocation(struct dw_json_writer *json, const struct dw_verdict *verdict)
{
    dw_json_array_begin(json, "invocations");
    dw_json_object_begin(json, NULL);
    dw_json_bool(json, "executionSuccessful", verdict->exit_code < 2);
    dw_json_integer(json, "exitCode", verdict->exit_code);
    dw_json_array_begin(json, "toolExecutionNotifications");
    for (size_t i = 0; i < verdict->subjects.len; i++) {
        const struct dw_subject *subject = verdict->subjects.at[i];
        for (size_t j = 0; j < subject->notes.len; j++) {
            int code = dw_note_exit_code(subject->notes.at[j].kind);
            if (code != 0)
                put_notification(json, code == 3 ? "error" : "warning", subject->notes.at[j].message, subject->name);
        }
    }
    for (size_t i = 0; i < verdict->errors.len; i++)
        put_notification(json, "error", verdict->errors.at[i], DW_SLICE(""));
    dw_json_array_end(json);
    dw_json_object_end(json);
    dw_json_array_end(json);
}

bool dw_report_sarif(const struct dw_verdict *verdict, const struct dw_report_options *options, struct dw_buffer *out,
                     struct dw_error *error)
{
    (void)options;
    (void)error;
    struct dw_json_writer writer = {.out = out, .indent = true}, *json = &writer;
    struct dw_map seen = {0};
    size_t count = 0;
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    dw_json_text(json, "version", "2.1.0");
    dw_json_array_begin(json, "runs");
    dw_json_object_begin(json, NULL);
    dw_json_object_begin(json, "tool");
    dw_json_object_begin(json, "driver");
    dw_json_text(json, "name", "dockworthy");
    dw_json_text(json, "version", DW_VERSION);
    dw_json_array_begin(json, "rules");
    for (size_t i = 0; i < verdict->findings.len; i++) {
        bool added;
        struct dw_map_entry *entry = dw_map_insert(&seen, verdict->findings.at[i].rule, &added);
        if (added) {
            entry->number = count++;
            put_rule(json, &verdict->findings.at[i]);
        }
    }
    dw_json_array_end(json);
    dw_json_object_end(json);
    dw_json_object_end(json);
    dw_json_text(json, "columnKind", "unicodeCodePoints");
    put_invocation(json, verdict);
    dw_json_array_begin(json, "results");
    for (size_t i = 0; i < verdict->findings.len; i++)
        put_result(json, &verdict->findings.at[i], dw_map_find(&seen, verdict->findings.at[i].rule)->number);
    dw_json_array_end(json);
    dw_json_object_end(json);
    dw_json_array_end(json);
    dw_json_object_end(json);
    dw_map_free(&seen);
    return true;
}
