/* SPDX-License-Identifier: Apache-2.0
 * RFC 8259. */
#include "document/json_writer.h"

#include "base/encoding.h"

#include <inttypes.h>

static void new_line(struct dw_json_writer *json)
{
    if (!json->indent)
        return;
    dw_buffer_append_byte(json->out, '\n');
    for (unsigned i = 0; i < json->depth; i++)
        dw_buffer_append_string(json->out, "  ");
}

/* What may not stand in a string as it is (RFC 8259 section 7), and what a terminal would obey if the document is shown
 * on one: DEL, C1 controls, bidirectional overrides. */
static bool needs_escape(uint32_t c)
{
    return c < 0x20 || c == '"' || c == '\\' || (c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

static void escape(struct dw_buffer *out, uint32_t c)
{
    static const char letters[] = {['\n'] = 'n', ['\t'] = 't', ['\r'] = 'r', ['"'] = '"', ['\\'] = '\\'};
    if (c < sizeof(letters) && letters[c] != 0)
        dw_buffer_printf(out, "\\%c", letters[c]);
    else
        dw_buffer_printf(out, "\\u%04x", c);
}

static void quote(struct dw_buffer *out, struct dw_slice text)
{
    dw_buffer_append_byte(out, '"');
    while (text.len > 0) {
        struct dw_slice valid = dw_slice_part(text, 0, dw_utf8_valid_prefix(text));
        size_t done = 0;
        for (size_t at = 0; at < valid.len;) {
            uint32_t c = (unsigned char)valid.at[at];
            size_t length = 1;
            if (c >= 0x80)
                length = dw_utf8_decode(dw_slice_from(valid, at), &c);
            if (needs_escape(c)) {
                dw_buffer_append(out, dw_slice_part(valid, done, at - done));
                escape(out, c);
                done = at + length;
            }
            at += length;
        }
        dw_buffer_append(out, dw_slice_from(valid, done));
        if (valid.len < text.len)
            dw_buffer_append_string(out, "\xef\xbf\xbd");
        text = dw_slice_from(text, valid.len + 1);
    }
    dw_buffer_append_byte(out, '"');
}

static void prepare(struct dw_json_writer *json)
{
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    if (json->after_value)
        dw_buffer_append_byte(json->out, ',');
    if (json->depth > 0)
        new_line(json);
}

void dw_json_key(struct dw_json_writer *json, struct dw_slice key)
{
    prepare(json);
    quote(json->out, key);
    dw_buffer_append_string(json->out, json->indent ? ": " : ":");
    json->after_key = true;
}

static void begin_value(struct dw_json_writer *json, const char *key)
{
    if (key != NULL)
        dw_json_key(json, dw_slice_of(key));
    prepare(json);
    json->after_value = true;
}

static void begin(struct dw_json_writer *json, const char *key, char bracket)
{
    begin_value(json, key);
    dw_buffer_append_byte(json->out, bracket);
    json->depth++;
    json->after_value = false;
}

static void end(struct dw_json_writer *json, char bracket)
{
    json->depth--;
    if (json->after_value)
        new_line(json);
    dw_buffer_append_byte(json->out, bracket);
    json->after_value = true;
    if (json->depth == 0 && json->indent)
        dw_buffer_append_byte(json->out, '\n');
}

void dw_json_object_begin(struct dw_json_writer *json, const char *key)
{
    begin(json, key, '{');
}

void dw_json_object_end(struct dw_json_writer *json)
{
    end(json, '}');
}

void dw_json_array_begin(struct dw_json_writer *json, const char *key)
{
    begin(json, key, '[');
}

void dw_json_array_end(struct dw_json_writer *json)
{
    end(json, ']');
}

void dw_json_string(struct dw_json_writer *json, const char *key, struct dw_slice value)
{
    begin_value(json, key);
    quote(json->out, value);
}

void dw_json_text(struct dw_json_writer *json, const char *key, const char *value)
{
    if (value == NULL)
        dw_json_null(json, key);
    else
        dw_json_string(json, key, dw_slice_of(value));
}

void dw_json_integer(struct dw_json_writer *json, const char *key, int64_t value)
{
    begin_value(json, key);
    dw_buffer_printf(json->out, "%" PRId64, value);
}

void dw_json_tenths(struct dw_json_writer *json, const char *key, unsigned tenths)
{
    begin_value(json, key);
    dw_buffer_printf(json->out, "%u.%u", tenths / 10, tenths % 10);
}

void dw_json_bool(struct dw_json_writer *json, const char *key, bool value)
{
    begin_value(json, key);
    dw_buffer_append_string(json->out, value ? "true" : "false");
}

void dw_json_null(struct dw_json_writer *json, const char *key)
{
    begin_value(json, key);
    dw_buffer_append_string(json->out, "null");
}

void dw_json_string_if(struct dw_json_writer *json, const char *key, struct dw_slice value)
{
    if (value.len > 0)
        dw_json_string(json, key, value);
}
