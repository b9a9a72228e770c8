/* SPDX-License-Identifier: Apache-2.0 */
#include "document/document.h"

#include "base/encoding.h"
#include "base/file.h"
#include "document/compose.h"

#include <stdarg.h>
#include <stdio.h>

static const struct dw_slice byte_order_mark = DW_SLICE_INIT("\xef\xbb\xbf");

/* Strict UTF-8 without NUL, or an error that names the line. */
static bool check_text(struct dw_slice bytes, const char *name, struct dw_error *error)
{
    size_t valid = dw_utf8_valid_prefix(bytes), nul = dw_slice_find(bytes, '\0');
    if (valid == bytes.len && nul == SIZE_MAX)
        return true;
    size_t bad = nul < valid ? nul : valid;
    unsigned line = 1;
    for (size_t i = 0; i < bad; i++)
        line += bytes.at[i] == '\n';
    if (nul == bad)
        return dw_fail(error, DW_ERROR_INPUT, "%s:%u: a NUL byte: this is no text file", name, line);
    return dw_fail(error, DW_ERROR_INPUT, "%s:%u: not UTF-8: byte 0x%02x; convert the file to UTF-8", name, line,
                   (unsigned)(unsigned char)bytes.at[bad]);
}

static bool parse_as(struct dw_document *document, bool json, const struct dw_position_table *positions,
                     const struct dw_limits *limits, struct dw_error *error)
{
    DW_CLEANUP(dw_composer_free)
    struct dw_composer composer = {.document = document, .limits = limits, .error = error, .merge = !json};
    if (!(json ? dw_json_read(&composer, positions) : dw_yaml_read(&composer, positions)))
        return false;
    document->root_count = composer.roots.len;
    document->roots = dw_arena_alloc(&document->arena, composer.roots.len + 1, sizeof(*document->roots));
    if (composer.roots.len > 0)
        memcpy(document->roots, composer.roots.at, composer.roots.len * sizeof(struct dw_node *));
    return true;
}

static void free_positions(struct dw_position_table *positions)
{
    dw_vector_free(&positions->marks);
}

static bool parse(struct dw_document *document, const struct dw_limits *limits, struct dw_error *error)
{
    size_t skip = dw_slice_starts(document->source, byte_order_mark) ? byte_order_mark.len : 0;
    struct dw_slice text = dw_slice_from(document->source, skip);
    DW_CLEANUP(free_positions) struct dw_position_table positions = {0};
    dw_position_table_build(&positions, text, skip);
    bool named = dw_slice_ends_with(document->name, ".json");
    struct dw_slice trimmed = dw_slice_trim(text);
    bool looks = trimmed.len > 0 && (trimmed.at[0] == '{' || trimmed.at[0] == '[');
    if (named)
        return parse_as(document, true, &positions, limits, error);
    if (looks) {
        struct dw_error first = DW_ERROR_INIT;
        if (parse_as(document, true, &positions, limits, &first))
            return true;
        if (first.kind == DW_ERROR_LIMIT) {
            if (error != NULL)
                *error = first;
            return false;
        }
        dw_arena_free(&document->arena); /* flow style YAML: begin anew */
        document->arena = (struct dw_arena){0};
    }
    return parse_as(document, false, &positions, limits, error);
}

struct dw_document *dw_document_parse(struct dw_slice bytes, const char *name, const struct dw_limits *limits,
                                      struct dw_error *error)
{
    if (!dw_limit_check(limits, DW_LIMIT_DOCUMENT_BYTES, bytes.len, error)) {
        dw_context(error, "%s", name);
        return NULL;
    }
    if (!check_text(bytes, name, error))
        return NULL;
    struct dw_document *document = dw_alloc(1, sizeof(*document));
    /* Source and name lie apart from the arena, which a second attempt empties. */
    document->source = dw_slice_make(dw_copy_string(bytes), bytes.len);
    document->name = dw_slice_of(dw_copy_string(dw_slice_of(name)));
    if (parse(document, limits, error))
        return document;
    dw_document_free(document);
    return NULL;
}

struct dw_document *dw_document_read(const char *path, const struct dw_limits *limits, struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer bytes = {0};
    if (!dw_file_read_within(path, limits, DW_LIMIT_DOCUMENT_BYTES, &bytes, error))
        return NULL;
    return dw_document_parse(dw_buffer_slice(&bytes), path, limits, error);
}

void dw_document_free(struct dw_document *document)
{
    if (document == NULL)
        return;
    dw_arena_free(&document->arena);
    dw_vector_free(&document->repeated);
    free((char *)document->source.at);
    free((char *)document->name.at);
    free(document);
}

static size_t find(const struct dw_node *mapping, const char *key)
{
    if (mapping != NULL && mapping->kind == DW_NODE_MAPPING)
        for (size_t i = 0; i < mapping->count; i++)
            if (dw_slice_is(mapping->keys[i]->text, key))
                return i;
    return SIZE_MAX;
}

struct dw_node *dw_node_get(const struct dw_node *mapping, const char *key)
{
    size_t index = find(mapping, key);
    return index == SIZE_MAX ? NULL : mapping->items[index];
}

struct dw_node *dw_node_get_key(const struct dw_node *mapping, const char *key)
{
    size_t index = find(mapping, key);
    return index == SIZE_MAX ? NULL : mapping->keys[index];
}

static bool is_plain(const struct dw_node *node)
{
    return node != NULL && node->kind == DW_NODE_SCALAR && node->style == DW_SCALAR_PLAIN && node->tag.len == 0;
}

static bool is_one_of(const struct dw_node *node, const char *const words[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (dw_slice_is(node->text, words[i]))
            return true;
    return false;
}

bool dw_node_is_null(const struct dw_node *node)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};
    return is_plain(node) && is_one_of(node, words, 5);
}

bool dw_node_bool(const struct dw_node *node, bool *value)
{
    static const char *const yes[] = {"true", "True", "TRUE"}, *const no[] = {"false", "False", "FALSE"};
    if (!is_plain(node))
        return false;
    *value = is_one_of(node, yes, 3);
    return *value || is_one_of(node, no, 3);
}

bool dw_node_integer(const struct dw_node *node, int64_t *value)
{
    return is_plain(node) && dw_parse_i64(node->text, value);
}

bool dw_document_fail(const struct dw_document *document, const struct dw_node *node, enum dw_error_kind kind,
                      struct dw_error *error, const char *format, ...)
{
    char text[DW_ERROR_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (node == NULL)
        return dw_fail(error, kind, "%.*s: %s", DW_SLICE_ARG(document->name), text);
    return dw_fail(error, kind, "%.*s:%u:%u: %s", DW_SLICE_ARG(document->name), node->line, node->column, text);
}
