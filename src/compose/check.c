/* SPDX-License-Identifier: Apache-2.0
 *
 * Unknown keys and wrong types, against the table of types.c. */
#include "compose/types.h"

#include "base/encoding.h"

/* Where in the project, for messages: "services.web.ports". */
struct path {
    const struct path *outer;
    struct dw_slice name;
    size_t index; /* of a list, when the name is "" */
};

static void write_path(const struct path *path, struct dw_buffer *out)
{
    if (path == NULL)
        return;
    write_path(path->outer, out);
    if (out->len > 0)
        dw_buffer_append_byte(out, '.');
    if (path->name.len > 0)
        dw_buffer_append(out, path->name);
    else
        dw_buffer_printf(out, "%zu", path->index);
}

static bool fail(struct compose_loader *loader, const struct dw_node *at, const struct path *path, const char *what)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer name = {0};
    write_path(path, &name);
    if (name.len == 0)
        return compose_fail(loader, at, "%s", what);
    return compose_fail(loader, at, "%.*s: %s", (int)(name.len > 400 ? 400 : name.len), name.at, what);
}

static bool is_integer(struct dw_slice text)
{
    size_t at = text.len > 0 && (text.at[0] == '-' || text.at[0] == '+'), base = 10;
    if (text.len > at + 2 && text.at[at] == '0' && strchr("xob", text.at[at + 1]) != NULL) {
        base = text.at[at + 1] == 'x' ? 16 : text.at[at + 1] == 'o' ? 8 : 2;
        at += 2;
    }
    size_t digits = 0;
    for (; at < text.len; at++) {
        char c = dw_to_lower(text.at[at]);
        if (c == '_')
            continue;
        unsigned value = dw_is_digit(c) ? (unsigned)(c - '0') : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 99;
        if (value >= base)
            return false;
        digits++;
    }
    return digits > 0;
}

static bool is_number(struct dw_slice text)
{
    size_t at = text.len > 0 && (text.at[0] == '-' || text.at[0] == '+'), digits = 0;
    struct dw_slice rest = dw_slice_from(text, at);
    if (dw_slice_equal_nocase(rest, DW_SLICE(".inf")) || dw_slice_equal_nocase(text, DW_SLICE(".nan")))
        return true;
    bool point = false, exponent = false;
    for (; at < text.len; at++) {
        char c = text.at[at];
        if (dw_is_digit(c)) {
            digits++;
        } else if (c == '.' && !point && !exponent) {
            point = true;
        } else if ((c == 'e' || c == 'E') && digits > 0 && !exponent) {
            exponent = true;
            at += at + 1 < text.len && (text.at[at + 1] == '-' || text.at[at + 1] == '+');
            digits = at + 1 < text.len ? digits : 0;
        } else if (c != '_' || digits == 0) {
            return false;
        }
    }
    return digits > 0;
}

/* The kinds that NODE is of. What variables had a part in is cast to what is wanted, if it looks like it. */
static unsigned kinds_of(const struct dw_node *node)
{
    if (node->kind == DW_NODE_SEQUENCE)
        return T_LIST;
    if (node->kind == DW_NODE_MAPPING)
        return T_MAP;
    bool value;
    unsigned text = compose_interpolated(node) != NULL ? T_TEXT : 0;
    if (node->style != DW_SCALAR_PLAIN || dw_slice_ends_with(node->tag, "!str") || dw_slice_ends_with(node->tag, ":str"))
        return T_TEXT;
    if (dw_node_is_null(node))
        return text | (text == 0 || node->text.len > 0 ? T_NULL : 0);
    if (dw_node_bool(node, &value))
        return text | T_BOOL;
    if (is_integer(node->text))
        return text | T_INTEGER;
    return is_number(node->text) ? text | T_NUMBER : T_TEXT;
}

static void write_kinds(unsigned kinds, struct dw_buffer *out)
{
    static const struct {
        unsigned kind;
        const char *name;
    } names[] = {{T_TEXT, "a text"},         {T_NUMBER, "a number"}, {T_INTEGER, "a whole number"}, {T_BOOL, "true or false"},
                 {T_NULL, "nothing (null)"}, {T_LIST, "a list"},     {T_MAP, "a mapping"}};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if ((kinds & names[i].kind) == 0 || (names[i].kind == T_INTEGER && (kinds & T_NUMBER) != 0))
            continue;
        dw_buffer_printf(out, "%s%s", out->len > 0 ? " or " : "", names[i].name);
    }
}

static bool wrong_kind(struct compose_loader *loader, const struct dw_node *node, const struct path *path, unsigned wanted)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer want = {0}, have = {0}, message = {0};
    write_kinds(wanted, &want);
    write_kinds(kinds_of(node), &have);
    dw_buffer_printf(&message, "it must be %s, not %s", want.at, have.at);
    if (node->kind == DW_NODE_SCALAR && node->text.len > 0 && node->text.len < 60 && (wanted & T_TEXT) != 0)
        dw_buffer_printf(&message, ": write \"%.*s\"", DW_SLICE_ARG(node->text));
    return fail(loader, node, path, message.at);
}

static bool unknown_key(struct compose_loader *loader, const struct dw_node *key, const struct path *outer,
                        const struct compose_type *type)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer message = {0};
    const char *names[128];
    size_t count = 0;
    for (; count < type->key_count && count < 128; count++)
        names[count] = type->keys[count].name;
    const char *nearest = dw_nearest_name(key->text, names, count);
    dw_buffer_printf(&message, "unknown key \"%.*s\"", (int)(key->text.len > 80 ? 80 : key->text.len), key->text.at);
    if (nearest != NULL)
        dw_buffer_printf(&message, ": did you mean \"%s\"?", nearest);
    return fail(loader, key, outer, message.at);
}

static bool is_name(struct dw_slice text, enum compose_names names)
{
    if (names == NAMES_ANY)
        return true;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool lower = c >= 'a' && c <= 'z';
        if (!lower && (names == NAMES_LOWER || !(dw_is_alpha(c) || dw_is_digit(c) || c == '.' || c == '_' || c == '-')))
            return false;
    }
    return text.len > 0;
}

static bool check(struct compose_loader *loader, const struct dw_node *node, const struct compose_type *type,
                  const struct path *path);

static bool check_mapping(struct compose_loader *loader, const struct dw_node *node, const struct compose_type *type,
                          const struct path *path)
{
    for (size_t i = 0; i < node->count; i++) {
        struct path inner = {.outer = path, .name = node->keys[i]->text};
        bool named = type->keys == NULL, extension = dw_slice_starts_with(inner.name, "x-") && !type->strict;
        const struct compose_type *member = compose_member_type(type, inner.name);
        if (extension && (!named || type->names != NAMES_RESOURCE))
            continue;
        if (named)
            member = type->values;
        if (named && !is_name(inner.name, type->names))
            return fail(loader, node->keys[i], path,
                        type->names == NAMES_LOWER ? "a name of lower-case letters was expected"
                                                   : "a name may have letters, digits, \".\", \"_\" and \"-\"");
        if (member == NULL && !named)
            return unknown_key(loader, node->keys[i], path, type);
        if (member != NULL && !check(loader, node->items[i], member, &inner))
            return false;
    }
    for (const char *const *name = type->required; name != NULL && *name != NULL; name++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer message = {0};
        if (dw_node_get(node, *name) != NULL)
            continue;
        dw_buffer_printf(&message, "the key \"%s\" is missing", *name);
        return fail(loader, node, path, message.at);
    }
    return true;
}

static bool check_list(struct compose_loader *loader, const struct dw_node *node, const struct compose_type *type,
                       const struct path *path)
{
    DW_CLEANUP(dw_map_free) struct dw_map seen = {0};
    for (size_t i = 0; i < node->count; i++) {
        struct path inner = {.outer = path, .name = DW_SLICE(""), .index = i};
        const struct dw_node *item = node->items[i];
        if (type->items_kinds != 0 && (!compose_spend_nodes(loader, item, 1) || (kinds_of(item) & type->items_kinds) == 0))
            return loader->error->kind == DW_ERROR_LIMIT ? false : wrong_kind(loader, item, &inner, type->items_kinds);
        if (type->items != NULL && !check(loader, item, type->items, &inner))
            return false;
        bool added = true;
        if (type->distinct && item->kind == DW_NODE_SCALAR)
            dw_map_insert(&seen, item->text, &added);
        if (!added)
            return fail(loader, item, &inner, "it stands here twice");
    }
    return true;
}

static bool check_word(struct compose_loader *loader, const struct dw_node *node, const struct compose_type *type,
                       const struct path *path)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer message = {0};
    const struct compose_scalar *scalar = compose_interpolated(node);
    if (scalar != NULL && scalar->missing.len > 0)
        return true;
    for (const char *const *word = type->words; *word != NULL; word++) {
        if (dw_slice_is(node->text, *word))
            return true;
        dw_buffer_printf(&message, "%s\"%s\"", message.len > 0 ? ", " : "it must be one of ", *word);
    }
    dw_buffer_printf(&message, ", not \"%.*s\"", (int)(node->text.len > 80 ? 80 : node->text.len), node->text.at);
    return fail(loader, node, path, message.at);
}

static bool check(struct compose_loader *loader, const struct dw_node *node, const struct compose_type *type,
                  const struct path *path)
{
    if (!compose_spend_nodes(loader, node, 1))
        return false;
    if ((type->kinds & T_ANY) != 0)
        return true;
    unsigned kinds = kinds_of(node), wanted = type->kinds | ((type->kinds & T_NUMBER) != 0 ? T_INTEGER : 0);
    const struct compose_scalar *scalar = node->kind == DW_NODE_SCALAR ? compose_interpolated(node) : NULL;
    if (scalar != NULL && scalar->missing.len > 0 && (wanted & (T_TEXT | T_NUMBER | T_INTEGER | T_BOOL)) != 0)
        return true; /* its value is not known: no type is wrong */
    if ((kinds & wanted) == 0)
        return wrong_kind(loader, node, path, wanted);
    if (node->kind == DW_NODE_MAPPING)
        return check_mapping(loader, node, type, path);
    if (node->kind == DW_NODE_SEQUENCE)
        return check_list(loader, node, type, path);
    return type->words == NULL || check_word(loader, node, type, path);
}

bool compose_check(struct compose_loader *loader, const struct dw_node *project)
{
    return check(loader, project, &compose_project_type, NULL);
}
