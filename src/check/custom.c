/* SPDX-License-Identifier: Apache-2.0 */
#include "check/custom.h"

#include "base/file.h"

#include <jansson.h>

void dw_custom_add(struct dw_custom_facts *facts, struct dw_subject *subject, struct dw_slice text)
{
    *dw_vector_push(&facts->subjects) = subject;
    dw_buffer_append(&facts->text, text);
    dw_buffer_append_byte(&facts->text, '\n');
}

void dw_custom_free(struct dw_custom_facts *facts)
{
    dw_vector_free(&facts->subjects);
    dw_buffer_free(&facts->text);
}

struct custom {
    const char *path;
    const struct dw_custom_facts *facts;
    struct dw_verdict *verdict;
};

/* "CUSTOM-001", "ACME-ports": letters, a '-', then letters, digits and '-'; and no family of the catalogue, of this version or a later one. */
static bool is_id(struct dw_slice id)
{
    static const char *const families[] = {"BASE", "USR", "RT",  "K8S", "SEC", "DF",  "PKG", "LBL", "DM",
                                           "SIG",  "VUL", "IMG", "EXC", "EVD", "CVE", "GHSA"};
    size_t at = 0;
    while (at < id.len && id.at[at] >= 'A' && id.at[at] <= 'Z')
        at++;
    if (at < 2 || at > 32 || at + 1 >= id.len || id.len > 64 || id.at[at] != '-')
        return false;
    for (size_t i = at + 1; i < id.len; i++)
        if (!dw_is_alpha(id.at[i]) && !dw_is_digit(id.at[i]) && id.at[i] != '-')
            return false;
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        if (dw_slice_equal(dw_slice_part(id, 0, at), dw_slice_of(families[i])))
            return false;
    return true;
}

/* The text of KEY; false if it is there and no text. */
static bool text_of(const json_t *output, const char *key, struct dw_arena *arena, struct dw_slice *text)
{
    const json_t *value = json_object_get(output, key);
    *text = DW_SLICE("");
    if (value == NULL || json_is_null(value))
        return true;
    if (!json_is_string(value))
        return false;
    *text = dw_arena_copy(arena, dw_slice_make(json_string_value(value), json_string_length(value)));
    return true;
}

static bool number_of(const json_t *output, const char *key, unsigned *number)
{
    const json_t *value = json_object_get(output, key);
    *number = 0;
    if (value == NULL || json_is_null(value))
        return true;
    if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > INT32_MAX)
        return false;
    *number = (unsigned)json_integer_value(value);
    return true;
}

static const char *unknown_key(json_t *output)
{
    static const char *const keys[] = {"id", "title", "severity", "message", "path", "line", "column", "fix"};
    const char *key;
    json_t *value;
    json_object_foreach(output, key, value)
    {
        bool known = false;
        for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
            known = known || strcmp(key, keys[i]) == 0;
        if (!known)
            return key;
    }
    return NULL;
}

static bool add_finding(const struct custom *custom, size_t subject, json_t *output, struct dw_error *error)
{
    struct dw_arena *arena = &custom->verdict->arena;
    struct dw_slice id, title, severity, message, fix;
    struct dw_place place = {.layer = DW_SLICE(""), .instruction = DW_SLICE(""), .pointer = DW_SLICE("")};
    enum dw_severity level;
    if (!json_is_object(output))
        return dw_fail(error, DW_ERROR_USAGE, "an output of the program is no object");
    const char *unknown = unknown_key(output);
    if (unknown != NULL)
        return dw_fail(error, DW_ERROR_USAGE, "an output of the program has the unknown key \"%.40s\"", unknown);
    if (!text_of(output, "id", arena, &id) || !is_id(id))
        return dw_fail(error, DW_ERROR_USAGE, "an output's \"id\" is none such as CUSTOM-001 of a family that the catalogue has not");
    if (!text_of(output, "severity", arena, &severity) || !dw_severity_parse(severity, &level) || level == DW_SEVERITY_UNKNOWN)
        return dw_fail(error, DW_ERROR_USAGE, "%.*s: \"severity\" is none of critical, high, medium, low and info", DW_SLICE_ARG(id));
    if (!text_of(output, "message", arena, &message) || message.len == 0)
        return dw_fail(error, DW_ERROR_USAGE, "%.*s: \"message\" must be a text", DW_SLICE_ARG(id));
    if (!text_of(output, "title", arena, &title) || !text_of(output, "path", arena, &place.path) ||
        !text_of(output, "fix", arena, &fix))
        return dw_fail(error, DW_ERROR_USAGE, "%.*s: \"title\", \"path\" and \"fix\" must be texts", DW_SLICE_ARG(id));
    if (!number_of(output, "line", &place.line) || !number_of(output, "column", &place.column))
        return dw_fail(error, DW_ERROR_USAGE, "%.*s: \"line\" and \"column\" must be numbers", DW_SLICE_ARG(id));
    struct dw_finding *finding =
        dw_verdict_finding(custom->verdict, dw_arena_copy(arena, id).at, custom->facts->subjects.at[subject], level);
    bool file = finding->subject->kind == DW_SUBJECT_DOCKERFILE || finding->subject->kind == DW_SUBJECT_COMPOSE ||
                finding->subject->kind == DW_SUBJECT_KUBERNETES;
    if (place.path.len == 0 && file)
        place.path = finding->subject->name;
    finding->title = title.len > 0 ? title : message;
    finding->message = message;
    finding->fix = fix;
    finding->place = place;
    finding->variant = DW_SLICE("");
    if (level == DW_SEVERITY_NEGLIGIBLE)
        finding->status = DW_STATUS_PASS;
    dw_finding_fingerprint(arena, finding);
    return true;
}

static bool take(const struct custom *custom, struct dw_record *record, struct dw_error *error)
{
    size_t subject = dw_record_get_u32(record);
    struct dw_slice text = dw_record_get_bytes(record);
    if (record->type != DW_RECORD_CUSTOM || record->version != DW_RECORD_CUSTOM_VERSION || subject >= custom->facts->subjects.len)
        record->bad = true;
    if (!dw_record_end(record, error))
        return false;
    json_t *output = json_loadb(text.at, text.len, JSON_DECODE_ANY, NULL);
    if (output == NULL)
        return dw_fail(error, DW_ERROR_USAGE, "an output of the program cannot be read");
    bool good = add_finding(custom, subject, output, error);
    json_decref(output);
    return good;
}

static bool run(struct dw_worker *worker, const struct custom *custom, struct dw_stream *input, struct dw_error *error)
{
    struct dw_job_request request = {.kind = DW_JOB_CUSTOM_RULES, .argument = DW_SLICE(""), .fd = -1, .input = input,
                                     .time = DW_LIMIT_CUSTOM_SECONDS};
    if (!dw_worker_submit(worker, &request, error))
        return false;
    for (;;) {
        struct dw_worker_result result;
        switch (dw_worker_next(worker, &result, error)) {
        case DW_WORKER_RECORD:
            if (!take(custom, &result.record, error))
                return false;
            break;
        case DW_WORKER_END:
            return true;
        case DW_WORKER_UNPACKED:
            return dw_fail(error, DW_ERROR_CRASH, "a worker sent what custom rules do not have");
        case DW_WORKER_ERROR:
            return false;
        }
    }
}

bool dw_custom_run(struct dw_zygote *zygote, const char *path, const struct dw_custom_facts *facts,
                   struct dw_verdict *verdict, struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer program = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer request = {0};
    struct custom custom = {path, facts, verdict};
    if (!dw_file_read(path, DW_CUSTOM_PROGRAM_MOST, &program, error))
        return false;
    dw_buffer_printf(&request, "%zu\n", program.len);
    dw_buffer_append(&request, dw_buffer_slice(&program));
    dw_buffer_append(&request, dw_buffer_slice(&facts->text));
    struct dw_worker *worker = dw_worker_start(zygote, error);
    if (worker == NULL)
        return false;
    struct dw_stream *input = dw_stream_of_memory(dw_buffer_slice(&request));
    bool good = run(worker, &custom, input, error) || dw_context(error, "%s", path);
    dw_stream_close(input);
    dw_worker_stop(worker);
    return good;
}
