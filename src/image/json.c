/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON of images (RFC 8259) by jansson, with what jansson leaves open: depth, number of values, keys that differ only
 * in case. */
#include "image/internal.h"

#include <strings.h>

void dw_image_json_free(json_t **json)
{
    json_decref(*json);
    *json = NULL;
}

/* Levels and values, counted on the text before anything is allocated for them. */
static bool check_size(struct dw_slice text, const struct dw_limits *limits, struct dw_error *error)
{
    uint64_t depth = 0, deepest = 0, values = 1;
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            depth++;
            values++;
            if (depth > deepest)
                deepest = depth;
        } else if (c == '}' || c == ']') {
            depth -= depth > 0;
        } else if (c == ',') {
            values++;
        }
    }
    return dw_limit_check(limits, DW_LIMIT_JSON_DEPTH, deepest, error) &&
           dw_limit_check(limits, DW_LIMIT_JSON_NODES, values, error);
}

json_t *dw_image_json_parse(struct dw_slice text, const struct dw_limits *limits, struct dw_error *error)
{
    if (!check_size(text, limits, error))
        return NULL;
    json_error_t problem;
    json_t *json = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, &problem);
    if (json == NULL)
        dw_fail(error, DW_ERROR_INPUT, "is no valid JSON: line %d, column %d: %s", problem.line, problem.column,
                problem.text);
    return json;
}

/* Equality as Go's encoding/json sees it: ASCII letters without case, and the two characters that Unicode folds onto
 * ASCII letters, U+017F (s) and U+212A (k). */
static bool folds_to(struct dw_slice key, const char *known)
{
    while (key.len > 0) {
        char c = key.at[0];
        size_t step = 1;
        if (dw_slice_starts_with(key, "\xc5\xbf")) {
            c = 's';
            step = 2;
        } else if (dw_slice_starts_with(key, "\xe2\x84\xaa")) {
            c = 'k';
            step = 3;
        }
        if (*known == '\0' || dw_to_lower(c) != dw_to_lower(*known))
            return false;
        known++;
        key = dw_slice_from(key, step);
    }
    return *known == '\0';
}

bool dw_image_json_keys(const json_t *object, const char *const *known, struct dw_error *error)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        struct dw_slice text = dw_slice_of(key);
        for (const char *const *name = known; *name != NULL; name++)
            if (strcmp(key, *name) != 0 && folds_to(text, *name))
                return dw_fail(error, DW_ERROR_INPUT, "has the key \"%s\", which some programs read as \"%s\"; "
                               "the document is ambiguous", key, *name);
    }
    return true;
}

struct dw_slice dw_image_json_text(const json_t *string)
{
    return dw_slice_make(json_string_value(string), json_string_length(string));
}

static bool wrong_type(const char *key, const char *wanted, struct dw_error *error)
{
    return dw_fail(error, DW_ERROR_INPUT, "\"%s\" is not %s", key, wanted);
}

bool dw_image_json_string(const json_t *object, const char *key, struct dw_arena *arena, struct dw_slice *value,
                          struct dw_error *error)
{
    const json_t *found = json_object_get(object, key);
    *value = DW_SLICE("");
    if (found == NULL || json_is_null(found))
        return true;
    if (!json_is_string(found))
        return wrong_type(key, "a string", error);
    *value = dw_arena_copy(arena, dw_image_json_text(found));
    return true;
}

bool dw_image_json_strings(const json_t *object, const char *key, bool single, struct dw_arena *arena,
                           struct dw_slice **values, size_t *count, struct dw_error *error)
{
    const json_t *found = json_object_get(object, key);
    *values = NULL;
    *count = 0;
    if (found == NULL || json_is_null(found))
        return true;
    if (single && json_is_string(found)) {
        *values = dw_arena_alloc(arena, 1, sizeof(**values));
        (*values)[0] = dw_arena_copy(arena, dw_image_json_text(found));
        *count = 1;
        return true;
    }
    if (!json_is_array(found))
        return wrong_type(key, "a list of strings", error);
    size_t length = json_array_size(found);
    struct dw_slice *list = dw_arena_alloc(arena, length + 1, sizeof(*list));
    for (size_t i = 0; i < length; i++) {
        const json_t *element = json_array_get(found, i);
        if (!json_is_string(element))
            return wrong_type(key, "a list of strings", error);
        list[i] = dw_arena_copy(arena, dw_image_json_text(element));
    }
    *values = list;
    *count = length;
    return true;
}

bool dw_image_json_object(const json_t *object, const char *key, json_t **value, struct dw_error *error)
{
    *value = json_object_get(object, key);
    if (*value != NULL && json_is_null(*value))
        *value = NULL;
    if (*value != NULL && !json_is_object(*value))
        return wrong_type(key, "an object", error);
    return true;
}

bool dw_image_json_array(const json_t *object, const char *key, json_t **value, struct dw_error *error)
{
    *value = json_object_get(object, key);
    if (*value != NULL && json_is_null(*value))
        *value = NULL;
    if (*value != NULL && !json_is_array(*value))
        return wrong_type(key, "a list", error);
    return true;
}
