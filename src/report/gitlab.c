/* SPDX-License-Identifier: Apache-2.0
 * GitLab's code quality report: the part of the Code Climate format that GitLab reads (docs.gitlab.com, "Code Quality report
 * format"). Excepted findings are left out: the format has no word for them. */
#include "base/digest.h"
#include "base/map.h"
#include "report/finding.h"
#include "report/formats.h"

static const char *severity_word(const struct dw_finding *finding)
{
    static const char *const words[DW_SEVERITY_COUNT] = {
        [DW_SEVERITY_UNKNOWN] = "major", [DW_SEVERITY_NEGLIGIBLE] = "info", [DW_SEVERITY_LOW] = "minor",
        [DW_SEVERITY_MEDIUM] = "major",  [DW_SEVERITY_HIGH] = "critical",   [DW_SEVERITY_CRITICAL] = "blocker"};
    return finding->malicious ? "blocker" : words[finding->severity];
}

static void put_entry(struct dw_json_writer *json, struct dw_slice description, struct dw_slice check, struct dw_slice fingerprint,
                      const char *severity, struct dw_slice path, unsigned line)
{
    dw_json_object_begin(json, NULL);
    dw_json_string(json, "description", description);
    dw_json_string(json, "check_name", check);
    dw_json_string(json, "fingerprint", fingerprint);
    dw_json_text(json, "severity", severity);
    dw_json_object_begin(json, "location");
    dw_json_string(json, "path", path);
    dw_json_object_begin(json, "lines");
    dw_json_integer(json, "begin", line > 0 ? line : 1);
    dw_json_object_end(json);
    dw_json_object_end(json);
    dw_json_object_end(json);
}

/* GitLab shows one entry a fingerprint: the second of a rule in a file gets a number behind it. */
static struct dw_slice unique(struct dw_arena *arena, struct dw_map *seen, struct dw_slice fingerprint)
{
    bool added;
    struct dw_map_entry *entry = dw_map_insert(seen, fingerprint, &added);
    entry->number = added ? 1 : entry->number + 1;
    if (entry->number == 1)
        return fingerprint;
    return dw_arena_printf(arena, "%.*s-%zu", DW_SLICE_ARG(fingerprint), (size_t)entry->number);
}

bool dw_report_gitlab(const struct dw_verdict *verdict, const struct dw_report_options *options, struct dw_buffer *out,
                      struct dw_error *error)
{
    (void)options;
    (void)error;
    struct dw_json_writer writer = {.out = out, .indent = true}, *json = &writer;
    struct dw_map seen = {0};
    struct dw_arena arena = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer rule = {0};
    dw_json_array_begin(json, NULL);
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        if (finding->status == DW_STATUS_EXCEPTED)
            continue;
        dw_buffer_clear(&text);
        dw_buffer_clear(&rule);
        dw_finding_message(finding, &text);
        dw_finding_rule(finding, &rule);
        put_entry(json, dw_buffer_slice(&text), dw_buffer_slice(&rule), unique(&arena, &seen, finding->fingerprint),
                  severity_word(finding), dw_finding_file(finding), finding->place.line);
    }
    for (size_t i = 0; i < verdict->subjects.len; i++) {
        const struct dw_subject *subject = verdict->subjects.at[i];
        for (size_t j = 0; j < subject->notes.len; j++)
            if (dw_note_exit_code(subject->notes.at[j].kind) != 0) {
                dw_buffer_clear(&text);
                dw_buffer_printf(&text, "unreadable %.*s %zu", DW_SLICE_ARG(subject->name), j);
                put_entry(json, subject->notes.at[j].message, DW_SLICE("unreadable"),
                          unique(&arena, &seen, dw_arena_copy(&arena, dw_buffer_slice(&text))), "blocker", subject->name, 0);
            }
    }
    for (size_t i = 0; i < verdict->errors.len; i++)
        put_entry(json, verdict->errors.at[i], DW_SLICE("error"), unique(&arena, &seen, dw_arena_copy(&arena, verdict->errors.at[i])),
                  "blocker", DW_SLICE("."), 0);
    dw_json_array_end(json);
    dw_map_free(&seen);
    dw_arena_free(&arena);
    return true;
}
