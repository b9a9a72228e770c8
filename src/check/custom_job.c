/* SPDX-License-Identifier: Apache-2.0
 *
 * Custom rules: one jq program over the facts of all subjects, inside a worker (jq 1.6 manual; libjq's jq.h, jv.h). The input
 * is the length of the program in decimal and a line end, the program, and one JSON text a subject. */
#include "check/custom.h"

#include <jq.h>
#include <unistd.h>

/* Outputs of one program; more is a mistake of the program. */
#define OUTPUTS_MOST 100000

struct messages {
    struct dw_buffer text;
};

static void keep_message(void *context, jv message)
{
    struct messages *messages = context;
    jv text = jq_format_error(message);
    if (jv_get_kind(text) == JV_KIND_STRING && messages->text.len < 2048)
        dw_buffer_printf(&messages->text, "%s%s", messages->text.len > 0 ? "; " : "", jv_string_value(text));
    jv_free(text);
}

/* Everything of INPUT. */
static bool read_all(struct dw_stream *input, uint64_t most, struct dw_buffer *into, struct dw_error *error)
{
    for (;;) {
        dw_buffer_reserve(into, 1 << 16);
        ssize_t got = dw_stream_read(input, into->at + into->len, 1 << 16, error);
        if (got <= 0)
            return got == 0;
        into->len += (size_t)got;
        if (into->len > most)
            return dw_fail(error, DW_ERROR_LIMIT, "the facts of all subjects are larger than %llu bytes", (unsigned long long)most);
    }
}

static bool send_output(struct dw_job *job, size_t subject, jv output, struct dw_error *error)
{
    struct dw_record_writer record;
    jv text = jv_dump_string(output, 0);
    dw_record_begin(&record, dw_job_records(job), DW_RECORD_CUSTOM, DW_RECORD_CUSTOM_VERSION);
    dw_record_put_u32(&record, (uint32_t)subject);
    dw_record_put_bytes(&record, dw_slice_make(jv_string_value(text), (size_t)jv_string_length_bytes(jv_copy(text))));
    dw_record_finish(&record);
    jv_free(text);
    return dw_job_flush(job, error);
}

static bool run_on(struct dw_job *job, jq_state *jq, jv facts, size_t subject, size_t *outputs, struct dw_error *error)
{
    jq_start(jq, facts, 0);
    for (;;) {
        jv output = jq_next(jq);
        if (jv_is_valid(output)) {
            if (++*outputs > OUTPUTS_MOST) {
                jv_free(output);
                return dw_fail(error, DW_ERROR_LIMIT, "the program has more than %d outputs", OUTPUTS_MOST);
            }
            if (!send_output(job, subject, output, error))
                return false;
            continue;
        }
        bool failed = jv_invalid_has_msg(jv_copy(output));
        jv message = failed ? jv_invalid_get_msg(output) : jv_null();
        if (!failed)
            jv_free(output);
        else
            dw_fail(error, DW_ERROR_USAGE, "the program fails: %s",
                    jv_get_kind(message) == JV_KIND_STRING ? jv_string_value(message) : "with a message that is no text");
        jv_free(message);
        return !failed;
    }
}

static bool run_on_all(struct dw_job *job, jq_state *jq, struct dw_slice facts, struct dw_error *error)
{
    struct jv_parser *parser = jv_parser_new(0);
    size_t subject = 0, outputs = 0;
    bool good = true;
    if (facts.len > INT32_MAX) {
        jv_parser_free(parser);
        return dw_fail(error, DW_ERROR_LIMIT, "the facts of all subjects are larger than 2 GiB");
    }
    jv_parser_set_buf(parser, facts.at, (int)facts.len, 0);
    while (good) {
        jv value = jv_parser_next(parser);
        if (!jv_is_valid(value)) {
            bool malformed = jv_invalid_has_msg(jv_copy(value));
            jv_free(value);
            if (malformed)
                good = dw_fail(error, DW_ERROR_CRASH, "the facts of subject %zu are no JSON", subject + 1);
            break;
        }
        good = run_on(job, jq, value, subject++, &outputs, error);
    }
    jv_parser_free(parser);
    return good;
}

bool dw_job_custom_rules(struct dw_job *job, struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer input = {0};
    struct messages messages = {0};
    uint64_t length;
    if (!read_all(dw_job_input(job), dw_job_limits(job)->value[DW_LIMIT_FACTS_BYTES], &input, error))
        return false;
    struct dw_slice rest = dw_buffer_slice(&input), line;
    if (!dw_slice_line(&rest, &line) || !dw_parse_u64(line, &length) || length > rest.len)
        return dw_fail(error, DW_ERROR_CRASH, "a malformed request");
    DW_CLEANUP(dw_cleanup_free) char *program = dw_copy_string(dw_slice_part(rest, 0, (size_t)length));
    if (strlen(program) != length)
        return dw_fail(error, DW_ERROR_USAGE, "the program holds a NUL");
    /* jq reads ~/.jq, and gives programs the environment: neither is theirs. */
    static char *nothing[] = {NULL};
    environ = nothing;
    jq_state *jq = jq_init();
    if (jq == NULL)
        return dw_fail(error, DW_ERROR_SYSTEM, "jq cannot be started");
    jq_set_error_cb(jq, keep_message, &messages);
    bool good = jq_compile(jq, program) != 0;
    if (!good)
        dw_fail(error, DW_ERROR_USAGE, "is no jq program: %s", messages.text.len > 0 ? messages.text.at : "no message");
    else
        good = run_on_all(job, jq, dw_slice_from(rest, (size_t)length), error);
    jq_teardown(&jq);
    dw_buffer_free(&messages.text);
    return good;
}
