/* SPDX-License-Identifier: Apache-2.0
 * The verdict as JSON, "dockworthy/verdict/1": schema/verdict.schema.json says what each key is. Keys are added in
 * later versions, never renamed or given another meaning under the same number. */
#include "report/formats.h"

static const char *severity_name(const struct dw_finding *finding)
{
    /* Configuration rules say "info" for what fails nothing. */
    if (finding->severity == DW_SEVERITY_NEGLIGIBLE && finding->kind != DW_FINDING_VULNERABILITY)
        return "info";
    return dw_severity_name(finding->severity);
}

static void write_database(struct dw_json_writer *json, const struct dw_database_summary *database)
{
    if (!database->present) {
        dw_json_null(json, "database");
        return;
    }
    dw_json_object_begin(json, "database");
    dw_part_string(json, "digest", database->digest);
    dw_part_time(json, "built", database->built);
    dw_part_time(json, "newest", database->newest);
    dw_json_integer(json, "records", (int64_t)database->records);
    dw_json_bool(json, "stale", database->stale);
    dw_json_object_end(json);
}

static void write_subject(struct dw_json_writer *json, const struct dw_subject *subject)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer platform = {0};
    bool inventory = subject->kind == DW_SUBJECT_IMAGE || subject->kind == DW_SUBJECT_FOLDER ||
                     subject->kind == DW_SUBJECT_PURL;
    dw_json_object_begin(json, NULL);
    dw_json_string(json, "id", subject->id);
    dw_json_text(json, "kind", dw_subject_kind_name(subject->kind));
    dw_json_string(json, "name", subject->name);
    dw_part_string(json, "digest", subject->digest);
    dw_part_string(json, "image_id", subject->image.image_id);
    dw_part_string(json, "platform", dw_part_platform(subject, &platform));
    dw_part_distribution(json, "distribution", &subject->distribution);
    if (inventory && !subject->unreadable)
        dw_json_integer(json, "packages", (int64_t)subject->packages.len);
    else
        dw_json_null(json, "packages");
    dw_json_bool(json, "unreadable", subject->unreadable);
    dw_part_notes(json, "notes", subject);
    dw_json_object_end(json);
}

static void write_evidence(struct dw_json_writer *json, const struct dw_evidence *evidence, size_t count)
{
    dw_json_array_begin(json, "evidence");
    for (size_t i = 0; i < count; i++) {
        const struct dw_evidence *e = &evidence[i];
        dw_json_object_begin(json, NULL);
        dw_json_text(json, "kind", e->kind);
        if (e->subject != NULL)
            dw_json_string(json, "subject", e->subject->id);
        dw_json_string_if(json, "digest", e->digest);
        dw_json_string_if(json, "path", e->path);
        if (e->line > 0)
            dw_json_integer(json, "line", e->line);
        dw_json_string_if(json, "text", e->text);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
}

static void write_control(struct dw_json_writer *json, const struct dw_control_result *control)
{
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "id", control->id);
    dw_json_text(json, "title", control->title);
    dw_json_integer(json, "chapter", control->chapter);
    dw_json_text(json, "level", dw_level_name(control->level));
    dw_json_text(json, "stage", dw_stage_name(control->stage));
    dw_json_bool(json, "chosen", control->chosen);
    dw_json_text(json, "status", dw_status_name(control->status));
    dw_part_string(json, "reason", control->reason);
    write_evidence(json, control->evidence.at, control->evidence.len);
    dw_json_object_end(json);
}

static void write_rule(struct dw_json_writer *json, const struct dw_rule_result *result)
{
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "rule", result->rule);
    dw_part_string(json, "subject", result->subject != NULL ? result->subject->id : DW_SLICE(""));
    dw_json_text(json, "status", dw_status_name(result->status));
    dw_part_string(json, "reason", result->reason);
    write_evidence(json, result->evidence.at, result->evidence.len);
    dw_json_object_end(json);
}

static void write_finding_package(struct dw_json_writer *json, const struct dw_package *package)
{
    if (package == NULL) {
        dw_json_null(json, "package");
        return;
    }
    dw_json_object_begin(json, "package");
    dw_json_string(json, "name", package->name);
    dw_part_string(json, "version", package->version);
    if (package->type == DW_PACKAGE_OTHER && package->other_type.len > 0)
        dw_json_string(json, "type", package->other_type);
    else
        dw_json_text(json, "type", dw_package_type_name(package->type));
    dw_part_string(json, "purl", package->purl);
    dw_json_object_end(json);
}

static void write_finding(struct dw_json_writer *json, const struct dw_finding *finding)
{
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "kind", dw_finding_kind_name(finding->kind));
    dw_json_string(json, "rule", finding->rule);
    dw_part_string(json, "variant", finding->variant);
    dw_part_strings(json, "aliases", finding->aliases, finding->alias_count);
    dw_json_string(json, "subject", finding->subject->id);
    dw_json_text(json, "severity", severity_name(finding));
    dw_json_text(json, "status", dw_status_name(finding->status));
    dw_part_string(json, "title", finding->title);
    dw_part_string(json, "message", finding->message);
    write_finding_package(json, finding->package);
    dw_part_strings(json, "fixed", finding->fixed, finding->fixed_count);
    dw_json_text(json, "fix_state", dw_fix_state_name(finding->fix_state));
    if (finding->score > 0)
        dw_json_tenths(json, "score", finding->score);
    else
        dw_json_null(json, "score");
    dw_part_string(json, "vector", finding->vector);
    dw_part_string(json, "severity_source", finding->severity_source);
    dw_part_strings(json, "records", finding->records, finding->record_count);
    dw_part_time(json, "published", finding->published);
    dw_json_bool(json, "malicious", finding->malicious);
    dw_json_bool(json, "informational", finding->informational);
    dw_part_place(json, "location", &finding->place);
    dw_json_array_begin(json, "occurrences");
    for (size_t i = 0; i < finding->occurrence_count; i++)
        dw_part_place(json, NULL, &finding->occurrences[i]);
    dw_json_array_end(json);
    if (finding->exception != NULL) {
        dw_json_object_begin(json, "exception");
        dw_part_string(json, "id", finding->exception->id);
        dw_part_string(json, "ticket", finding->exception->ticket);
        dw_part_time(json, "expires", finding->exception->expires);
        dw_json_object_end(json);
    } else {
        dw_json_null(json, "exception");
    }
    dw_part_string(json, "fingerprint", finding->fingerprint);
    dw_part_string(json, "fix", finding->fix);
    dw_json_object_end(json);
}

static void write_exception(struct dw_json_writer *json, const struct dw_exception *exception)
{
    const struct {
        const char *key;
        struct dw_slice value;
    } matches[] = {{"rule", exception->match.rule},       {"advisory", exception->match.advisory},
                   {"package", exception->match.package}, {"path", exception->match.path},
                   {"image", exception->match.image},     {"digest", exception->match.digest},
                   {"layer", exception->match.layer},     {"fingerprint", exception->match.fingerprint}};
    dw_json_object_begin(json, NULL);
    dw_part_string(json, "id", exception->id);
    dw_json_text(json, "state", dw_exception_state_name(exception->state));
    dw_json_text(json, "disposition",
                 exception->disposition == DW_DISPOSITION_ACCEPTED ? "accepted" : "false-positive");
    dw_part_string(json, "kind", exception->kind);
    dw_json_object_begin(json, "match");
    for (size_t i = 0; i < sizeof(matches) / sizeof(matches[0]); i++)
        dw_json_string_if(json, matches[i].key, matches[i].value);
    dw_json_object_end(json);
    dw_part_string(json, "ticket", exception->ticket);
    dw_part_string(json, "owner", exception->owner);
    dw_part_string(json, "approved_by", exception->approved_by);
    dw_part_string(json, "reason", exception->reason);
    dw_part_string(json, "justification", exception->justification);
    dw_part_time(json, "created", exception->created);
    dw_part_time(json, "expires", exception->expires);
    dw_part_number(json, "line", exception->line);
    dw_part_string(json, "problem", exception->problem);
    dw_json_integer(json, "used", (int64_t)exception->used);
    dw_json_object_end(json);
}

static void write_summary(struct dw_json_writer *json, const struct dw_verdict *verdict)
{
    dw_json_object_begin(json, "summary");
    dw_json_object_begin(json, "controls");
    for (int status = 0; status < DW_STATUS_COUNT; status++) {
        int64_t count = 0;
        for (size_t i = 0; i < verdict->controls.len; i++)
            count += verdict->controls.at[i].chosen && (int)verdict->controls.at[i].status == status;
        dw_json_integer(json, dw_status_name((enum dw_status)status), count);
    }
    dw_json_object_end(json);
    int64_t excepted = 0;
    dw_json_object_begin(json, "findings");
    for (int severity = DW_SEVERITY_COUNT - 1; severity >= 0; severity--) {
        int64_t count = 0;
        for (size_t i = 0; i < verdict->findings.len; i++)
            if ((int)verdict->findings.at[i].severity == severity) {
                count += verdict->findings.at[i].status != DW_STATUS_EXCEPTED;
                excepted += verdict->findings.at[i].status == DW_STATUS_EXCEPTED;
            }
        dw_json_integer(json, dw_severity_name((enum dw_severity)severity), count);
    }
    dw_json_object_end(json);
    dw_json_integer(json, "excepted", excepted);
    dw_json_object_end(json);
}

static void write_packages(struct dw_json_writer *json, const struct dw_verdict *verdict)
{
    dw_json_array_begin(json, "packages");
    for (size_t i = 0; i < verdict->subjects.len; i++) {
        const struct dw_subject *subject = verdict->subjects.at[i];
        for (size_t j = 0; j < subject->packages.len; j++)
            dw_part_package(json, subject, subject->packages.at[j], true);
    }
    dw_json_array_end(json);
}

bool dw_report_json(const struct dw_verdict *verdict, const struct dw_report_options *options, struct dw_buffer *out,
                    struct dw_error *error)
{
    (void)error;
    struct dw_json_writer writer = {.out = out, .indent = true}, *json = &writer;
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "schema", "dockworthy/verdict/1");
    dw_json_object_begin(json, "tool");
    dw_json_text(json, "name", "dockworthy");
    dw_json_text(json, "version", DW_VERSION);
    dw_json_object_end(json);
    dw_json_text(json, "command", verdict->command);
    dw_part_time(json, "started", verdict->started);
    dw_part_string(json, "service", verdict->service);
    dw_json_object_begin(json, "policy");
    dw_part_string(json, "path", verdict->policy_path);
    dw_part_string(json, "digest", verdict->policy_digest);
    dw_part_string(json, "exceptions", verdict->exceptions_path);
    dw_json_object_end(json);
    write_database(json, &verdict->database);

    dw_json_array_begin(json, "subjects");
    for (size_t i = 0; i < verdict->subjects.len; i++)
        write_subject(json, verdict->subjects.at[i]);
    dw_json_array_end(json);
    dw_json_bool(json, "violated", verdict->violated);
    dw_json_text(json, "stage", dw_stage_name(verdict->stage));

    dw_json_array_begin(json, "controls");
    for (size_t i = 0; i < verdict->controls.len; i++)
        write_control(json, &verdict->controls.at[i]);
    dw_json_array_end(json);
    dw_json_array_begin(json, "rules");
    for (size_t i = 0; i < verdict->results.len; i++)
        write_rule(json, &verdict->results.at[i]);
    dw_json_array_end(json);
    dw_json_array_begin(json, "findings");
    for (size_t i = 0; i < verdict->findings.len; i++)
        write_finding(json, &verdict->findings.at[i]);
    dw_json_array_end(json);
    dw_json_array_begin(json, "exceptions");
    for (size_t i = 0; i < verdict->exception_count; i++)
        write_exception(json, &verdict->exceptions[i]);
    dw_json_array_end(json);
    dw_json_array_begin(json, "errors");
    for (size_t i = 0; i < verdict->errors.len; i++)
        dw_json_string(json, NULL, verdict->errors.at[i]);
    dw_json_array_end(json);
    if (options->packages)
        write_packages(json, verdict);
    write_summary(json, verdict);
    dw_part_string(json, "next", verdict->next);
    dw_json_integer(json, "exit", verdict->exit_code);
    dw_json_object_end(json);
    return true;
}
