/* SPDX-License-Identifier: Apache-2.0
 *
 * Values as YAML 1.2 (block and flow style) and JSON (RFC 8259) texts. */
#include "document/edit_text.h"

#include "document/edit.h"

void dw_edit_spaces(struct dw_buffer *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        dw_buffer_append_byte(out, ' ');
}

void dw_edit_write_string(struct dw_buffer *out, struct dw_slice text, char quote)
{
    if (quote == 0) {
        dw_buffer_append(out, text);
        return;
    }
    dw_buffer_append_byte(out, quote);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (quote == '\'' && c == '\'')
            dw_buffer_append_string(out, "''");
        else if (quote == '"' && (c == '"' || c == '\\'))
            dw_buffer_printf(out, "\\%c", c);
        else if (quote == '"' && c < 0x20)
            dw_buffer_printf(out, "\\u%04x", c);
        else
            dw_buffer_append_byte(out, (char)c);
    }
    dw_buffer_append_byte(out, quote);
}

/* Words that some reader of YAML 1.1 or 1.2 takes for something else than a string. */
static bool is_special_word(struct dw_slice text)
{
    static const char *const words[] = {"true", "false", "yes", "no", "on", "off", "y", "n", "null", "~"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (dw_slice_equal_nocase(text, dw_slice_of(words[i])))
            return true;
    return false;
}

/* Numbers, times, dates: decided generously, as quotes do no harm. */
static bool is_like_a_number(struct dw_slice text)
{
    if (!dw_is_digit(text.at[0]) && strchr("+-.", text.at[0]) == NULL)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (strchr("0123456789.+-_:abcdefABCDEFxXoOtTzZ", text.at[i]) == NULL)
            return false;
    return true;
}

bool dw_edit_is_plain(struct dw_slice text)
{
    if (text.len == 0 || is_special_word(text) || is_like_a_number(text))
        return false;
    if (!dw_is_alpha(text.at[0]) && !dw_is_digit(text.at[0]) && strchr("/._$", text.at[0]) == NULL)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c <= 0x20 || c >= 0x7f || strchr("\"'#,[]{}&*!|>%`\\", c) != NULL)
            return false;
    }
    return text.at[text.len - 1] != ':';
}

struct dw_slice dw_yaml_quote(struct dw_arena *arena, struct dw_slice text)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    dw_edit_write_string(&out, text, dw_edit_is_plain(text) ? 0 : '"');
    return dw_arena_copy(arena, dw_buffer_slice(&out));
}

static struct dw_slice source_of(const struct dw_node *node)
{
    return dw_slice_part(node->document->source, node->start, node->end - node->start);
}

/* true, false, null and numbers, which JSON has no quotes for. */
static bool is_json_literal(const struct dw_node *node)
{
    bool truth;
    int64_t number;
    return node->style == DW_SCALAR_PLAIN &&
           (dw_node_bool(node, &truth) || dw_node_is_null(node) || dw_node_integer(node, &number));
}

static void write_scalar(struct dw_buffer *out, const struct dw_edit_layout *layout, const struct dw_node *node)
{
    if (layout->style != DW_EDIT_JSON && node->style != DW_SCALAR_BLOCK)
        dw_buffer_append(out, source_of(node));
    else
        dw_edit_write_string(out, node->text, layout->style == DW_EDIT_JSON && is_json_literal(node) ? 0 : '"');
}

void dw_edit_write_inline(struct dw_buffer *out, const struct dw_edit_layout *layout, const struct dw_node *value)
{
    if (value->kind == DW_NODE_SCALAR) {
        write_scalar(out, layout, value);
        return;
    }
    bool mapping = value->kind == DW_NODE_MAPPING;
    dw_buffer_append_byte(out, mapping ? '{' : '[');
    for (size_t i = 0; i < value->count; i++) {
        dw_buffer_append_string(out, i > 0 ? ", " : "");
        if (mapping) {
            dw_edit_write_string(out, value->keys[i]->text,
                                 layout->style == DW_EDIT_JSON || !dw_edit_is_plain(value->keys[i]->text) ? '"' : 0);
            dw_buffer_append_string(out, ": ");
        }
        dw_edit_write_inline(out, layout, value->items[i]);
    }
    dw_buffer_append_byte(out, mapping ? '}' : ']');
}

static void new_line(struct dw_buffer *out, const struct dw_edit_layout *layout)
{
    dw_buffer_append(out, layout->newline);
    dw_edit_spaces(out, layout->indent);
}

static bool is_block(const struct dw_node *node)
{
    return node->kind != DW_NODE_SCALAR && node->count > 0 && strchr("[{", node->document->source.at[node->start]) == NULL;
}

static void write_block(struct dw_buffer *out, const struct dw_edit_layout *layout, const struct dw_node *value);

/* An item's mapping begins behind its dash. */
static void write_item(struct dw_buffer *out, const struct dw_edit_layout *layout, const struct dw_node *item)
{
    struct dw_edit_layout inner = *layout;
    inner.indent += 2;
    dw_buffer_append_string(out, "- ");
    if (!is_block(item) || item->kind == DW_NODE_SEQUENCE) {
        dw_edit_write_inline(out, layout, item);
        return;
    }
    for (size_t i = 0; i < item->count; i++) {
        if (i > 0)
            new_line(out, &inner);
        dw_edit_write_member(out, &inner, item->keys[i]->text, item->items[i]);
    }
}

/* The members or items, each on a line of its own that begins with a line end. */
static void write_block(struct dw_buffer *out, const struct dw_edit_layout *layout, const struct dw_node *value)
{
    for (size_t i = 0; i < value->count; i++) {
        new_line(out, layout);
        if (value->kind == DW_NODE_MAPPING)
            dw_edit_write_member(out, layout, value->keys[i]->text, value->items[i]);
        else
            write_item(out, layout, value->items[i]);
    }
}

static void write_key(struct dw_buffer *out, const struct dw_edit_layout *layout, struct dw_slice key)
{
    dw_edit_write_string(out, key, layout->style == DW_EDIT_JSON || !dw_edit_is_plain(key) ? '"' : 0);
    dw_buffer_append_byte(out, ':');
}

void dw_edit_write_member(struct dw_buffer *out, const struct dw_edit_layout *layout, struct dw_slice path,
                          const struct dw_node *value)
{
    struct dw_edit_layout here = *layout;
    size_t open = 0;
    for (size_t dot; (dot = dw_slice_find(path, '.')) != SIZE_MAX; path = dw_slice_from(path, dot + 1)) {
        write_key(out, &here, dw_slice_part(path, 0, dot));
        here.indent += here.step;
        if (here.style == DW_EDIT_BLOCK) {
            new_line(out, &here);
        } else {
            dw_buffer_append_string(out, " {");
            open++;
        }
    }
    write_key(out, &here, path);
    here.indent += here.step;
    if (here.style == DW_EDIT_BLOCK && is_block(value)) {
        write_block(out, &here, value);
    } else {
        dw_buffer_append_byte(out, ' ');
        dw_edit_write_inline(out, &here, value);
    }
    while (open-- > 0)
        dw_buffer_append_byte(out, '}');
}
