/* SPDX-License-Identifier: Apache-2.0
 *
 * The JSON form of CMD, RUN, COPY and others: an array of strings as Go's encoding/json takes it. \u0000 is allowed, and a
 * lone surrogate becomes U+FFFD, both unlike document/'s strict reader. */
#include "dockerfile/parse.h"

#include "base/encoding.h"
#include "document/document.h"

struct json {
    struct dw_slice text;
    size_t at;
    struct dw_buffer string;
};

static int peek(const struct json *json)
{
    return json->at < json->text.len ? (unsigned char)json->text.at[json->at] : -1;
}

static void skip_space(struct json *json)
{
    while (peek(json) > 0 && strchr(" \t\r\n", peek(json)) != NULL)
        json->at++;
}

static bool hex4(struct json *json, uint32_t *value)
{
    *value = 0;
    for (int i = 0; i < 4; i++, json->at++) {
        char c = peek(json) < 0 ? '\0' : dw_to_lower((char)peek(json));
        if (!dw_is_digit(c) && !(c >= 'a' && c <= 'f'))
            return false;
        *value = *value * 16 + (uint32_t)(dw_is_digit(c) ? c - '0' : c - 'a' + 10);
    }
    return true;
}

static bool unicode(struct json *json)
{
    uint32_t code, low;
    if (!hex4(json, &code))
        return false;
    if (code >= 0xd800 && code <= 0xdfff) {
        size_t back = json->at;
        bool pair = code < 0xdc00 && dw_slice_starts_with(dw_slice_from(json->text, json->at), "\\u");
        json->at += pair ? 2 : 0;
        if (pair && !hex4(json, &low))
            return false;
        if (pair && low >= 0xdc00 && low <= 0xdfff) {
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        } else {
            json->at = back;
            code = 0xfffd;
        }
    }
    dw_utf8_encode(&json->string, code);
    return true;
}

static bool string(struct json *json)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    dw_buffer_clear(&json->string);
    for (json->at++; peek(json) != '"';) {
        int c = peek(json);
        if (c < 0x20) /* a control character, or the end */
            return false;
        json->at++;
        if (c != '\\') {
            dw_buffer_append_byte(&json->string, (char)c);
            continue;
        }
        c = peek(json);
        const char *found = c <= 0 ? NULL : strchr(from, c);
        if (found == NULL && c != 'u')
            return false;
        json->at++;
        if (c == 'u' && !unicode(json))
            return false;
        if (found != NULL)
            dw_buffer_append_byte(&json->string, to[found - from]);
    }
    json->at++;
    return true;
}

/* An array with other things than strings: well-formed or not? */
static enum dw_json_form other(struct dw_slice text)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    struct dw_document *document = dw_document_parse(text, "arguments.json", &limits, &error);
    enum dw_json_form form = document != NULL || error.kind == DW_ERROR_LIMIT ? DW_JSON_FORM_BAD : DW_JSON_FORM_NONE;
    dw_document_free(document);
    return form;
}

static enum dw_json_form parse(struct json *json, struct dw_arena *arena, struct dw_word_list *list)
{
    json->at++;
    skip_space(json);
    bool more = peek(json) != ']';
    json->at += !more;
    while (more) {
        skip_space(json);
        if (peek(json) != '"')
            return other(json->text);
        if (!string(json))
            return DW_JSON_FORM_NONE;
        *dw_vector_push(&list->words) = dw_arena_copy(arena, dw_buffer_slice(&json->string));
        skip_space(json);
        if (peek(json) != ',' && peek(json) != ']')
            return DW_JSON_FORM_NONE;
        more = peek(json) == ',';
        json->at++;
    }
    skip_space(json);
    return json->at == json->text.len ? DW_JSON_FORM_STRINGS : DW_JSON_FORM_NONE;
}

enum dw_json_form dw_json_form_parse(struct dw_arena *arena, struct dw_slice text, struct dw_slice **strings,
                                     size_t *count)
{
    struct json json = {.text = dw_unicode_trim_left(text)};
    if (peek(&json) != '[')
        return DW_JSON_FORM_NONE;
    DW_CLEANUP(dw_word_list_free) struct dw_word_list list = {0};
    enum dw_json_form form = parse(&json, arena, &list);
    dw_buffer_free(&json.string);
    if (form == DW_JSON_FORM_STRINGS) {
        *count = list.words.len;
        *strings = dw_arena_alloc(arena, list.words.len + 1, sizeof(**strings));
        if (list.words.len > 0)
            memcpy(*strings, list.words.at, list.words.len * sizeof(**strings));
    }
    return form;
}
