/* SPDX-License-Identifier: Apache-2.0 */
#include "package/json_input.h"

#include "base/encoding.h"
#include "package/lines.h"

#include <inttypes.h>

/* Levels and values, counted on the text. What is no JSON may be miscounted: the parser refuses it then. */
static bool check_size(struct dw_slice text, const struct dw_limits *limits, struct dw_error *error)
{
    uint64_t depth = 0, values = 1;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '"') {
            for (i++; i < text.len && text.at[i] != '"'; i++)
                i += text.at[i] == '\\';
        } else if (c == '{' || c == '[') {
            values++;
            if (!dw_limit_check(limits, DW_LIMIT_JSON_DEPTH, ++depth, error))
                return false;
        } else if (c == '}' || c == ']') {
            depth -= depth > 0;
        } else if (c == ',') {
            values++;
        }
    }
    if (!dw_limit_check(limits, DW_LIMIT_JSON_NODES, values, error))
        return false;
    uint64_t most = limits->value[DW_LIMIT_WORKER_MEMORY] / DW_JSON_VALUE_BYTES;
    if (values > most)
        return dw_fail(error, DW_ERROR_LIMIT,
                       "limit %s (%s) met: %" PRIu64 " JSON values are more than it allows for (%" PRIu64
                       "); raise it with --limit %s=N",
                       dw_limit_name(DW_LIMIT_WORKER_MEMORY), dw_limit_title(DW_LIMIT_WORKER_MEMORY), values, most,
                       dw_limit_name(DW_LIMIT_WORKER_MEMORY));
    return true;
}

json_t *dw_json_input_parse(struct dw_slice text, bool unique, const struct dw_limits *limits, struct dw_error *error)
{
    if (dw_slice_starts_with(text, "\xef\xbb\xbf"))
        text = dw_slice_from(text, 3);
    if (!check_size(text, limits, error))
        return NULL;
    json_error_t problem;
    /* Strings may hold NUL (slices can), integers may be larger than 64 bits (none of them is looked at). */
    size_t flags = JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL | (unique ? JSON_REJECT_DUPLICATES : 0);
    json_t *json = json_loadb(text.at, text.len, flags, &problem);
    if (json == NULL)
        dw_fail(error, DW_ERROR_INPUT, "not valid JSON: line %d, column %d: %s", problem.line, problem.column,
                problem.text);
    return json;
}

void dw_json_input_free(json_t **json)
{
    json_decref(*json);
    *json = NULL;
}

struct dw_slice dw_json_input_text(const json_t *string)
{
    if (!json_is_string(string))
        return DW_SLICE("");
    return dw_slice_make(json_string_value(string), json_string_length(string));
}

struct dw_slice dw_json_input_member(const json_t *object, const char *key)
{
    return dw_json_input_text(json_object_get(object, key));
}

struct dw_slice dw_json_input_integrity(struct dw_arena *arena, struct dw_slice text)
{
    static const struct {
        const char *prefix, *name;
        size_t len;
    } kinds[] = {{"sha512-", "sha512:", 64}, {"sha384-", "sha384:", 48}, {"sha256-", "sha256:", 32}, {"sha1-", "sha1:", 20}};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer digest = {0}, out = {0};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct dw_slice rest = text;
        for (struct dw_slice word; dw_next_word(&rest, &word);) {
            if (!dw_slice_starts_with(word, kinds[i].prefix))
                continue;
            word = dw_slice_from(dw_slice_part(word, 0, dw_slice_find(word, '?')), strlen(kinds[i].prefix));
            dw_buffer_clear(&digest);
            if (!dw_base64_decode(word, &digest) || digest.len != kinds[i].len)
                continue;
            dw_buffer_append_string(&out, kinds[i].name);
            dw_hex_encode(&out, dw_buffer_slice(&digest));
            return dw_arena_copy(arena, dw_buffer_slice(&out));
        }
    }
    return DW_SLICE("");
}
