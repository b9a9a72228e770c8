/* SPDX-License-Identifier: Apache-2.0
 * Reads a policy document by the table of keys: every key known, every value checked, positions in every
 * message. */
#include "policy/keys.h"

#include "base/clock.h"
#include "base/encoding.h"

#include <stdio.h>

#define PATH_BYTES 128 /* of a key's path; the longest of the table has 46 */

struct reader {
    const struct dw_limits *limits;
    struct dw_policy *policy;
    const struct dw_document *document;
    struct dw_error *error;
    bool notes;
};

#define REFUSE(reader, node, ...)                                                                            \
    dw_document_fail((reader)->document, node, DW_ERROR_USAGE, (reader)->error, __VA_ARGS__)

/* A text of the file for a message: cut, so that the position before it and the hint behind it are always
 * there. */
static struct dw_slice shown(struct dw_slice text)
{
    return dw_slice_part(text, 0, 80);
}

static const char *kind_of(const struct dw_node *node)
{
    static const char *const kinds[] = {"a single value", "a list", "a mapping"};
    return dw_node_is_null(node) ? "nothing" : kinds[node->kind];
}

static bool expect(struct reader *reader, const char *path, const struct dw_node *node,
                   enum dw_node_kind kind, const char *what)
{
    if (node->kind != kind || dw_node_is_null(node))
        return REFUSE(reader, node, "\"%s\" must be %s, not %s", path, what, kind_of(node));
    struct dw_error why = DW_ERROR_INIT;
    if (!dw_limit_check(reader->limits, DW_LIMIT_POLICY_ENTRIES, node->count, &why))
        return dw_document_fail(reader->document, node, DW_ERROR_LIMIT, reader->error, "\"%s\": %s", path,
                                why.text);
    if (node->tag.len > 0)
        return REFUSE(reader, node, "\"%s\" has the tag %.*s; the policy file has no use for tags", path,
                      DW_SLICE_ARG(shown(node->tag)));
    return true;
}

static bool read_text(struct reader *reader, const struct key_row *row, const struct dw_node *node,
                      const char *what, struct dw_slice *text)
{
    const char *wrong = NULL;
    if (!expect(reader, row->path, node, DW_NODE_SCALAR, what))
        return false;
    struct dw_slice value = node->text;
    if (dw_slice_trim(value).len == 0)
        return REFUSE(reader, node, "\"%s\" must not be empty", row->path);
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned char)value.at[i] < ' ' || value.at[i] == 0x7f)
            return REFUSE(reader, node, "\"%s\" holds a control character", row->path);
    if (row->words != NULL) {
        size_t i = 0;
        while (i < row->words->count && !dw_slice_is(value, row->words->at[i]))
            i++;
        if (i == row->words->count) {
            const char *nearest =
                value.len > 2 ? dw_nearest_name(value, row->words->at, row->words->count) : NULL;
            DW_CLEANUP(dw_buffer_free) struct dw_buffer known = {0};
            for (size_t w = 0; w < row->words->count; w++)
                dw_buffer_printf(&known, "%s%s", known.len > 0 ? ", " : "", row->words->at[w]);
            return REFUSE(reader, node, "\"%.*s\" is not known for \"%s\"%s%s%s (known: %s)",
                          DW_SLICE_ARG(shown(value)), row->path, nearest ? "; did you mean \"" : "",
                          nearest ? nearest : "", nearest ? "\"?" : "", known.at);
        }
    }
    if (row->check != NULL && !row->check(&reader->policy->arena, value, &value, &wrong))
        return REFUSE(reader, node, "\"%.*s\" in \"%s\" is %s", DW_SLICE_ARG(shown(node->text)), row->path,
                      wrong);
    *text = dw_arena_copy(&reader->policy->arena, value);
    return true;
}

static bool read_text_at(struct reader *reader, const struct key_row *row, const struct dw_node *node,
                         struct dw_policy_text *text)
{
    text->line = node->line;
    return read_text(reader, row, node, "a text", &text->text);
}

static bool read_texts(struct reader *reader, const struct key_row *row, const struct dw_node *node,
                       struct dw_policy_texts *texts)
{
    if (!expect(reader, row->path, node, DW_NODE_SEQUENCE, "a list"))
        return false;
    struct dw_policy_text *at =
        dw_arena_alloc(&reader->policy->arena, node->count ? node->count : 1, sizeof(*at));
    for (size_t i = 0; i < node->count; i++) {
        if (!read_text_at(reader, row, node->items[i], &at[i]))
            return false;
        for (size_t before = 0; before < i; before++)
            if (dw_slice_equal(at[before].text, at[i].text))
                return REFUSE(reader, node->items[i], "\"%.*s\" is given twice in \"%s\" (also in line %u)",
                              DW_SLICE_ARG(shown(at[i].text)), row->path, at[before].line);
    }
    *texts = (struct dw_policy_texts){at, node->count, node->count};
    return true;
}

static bool read_duration(struct reader *reader, const char *path, const struct dw_node *node,
                          int64_t *seconds)
{
    if (!expect(reader, path, node, DW_NODE_SCALAR, "a duration such as 31d, 24h or 2w"))
        return false;
    if (!dw_duration_parse(node->text, seconds) || *seconds == 0)
        return REFUSE(reader, node, "\"%.*s\" in \"%s\" is no duration such as 31d, 24h or 2w",
                      DW_SLICE_ARG(shown(node->text)), path);
    return true;
}

static size_t word_index(const struct key_row *row, struct dw_slice word)
{
    size_t i = 0;
    while (!dw_slice_is(word, row->words->at[i]))
        i++;
    return i;
}

static bool read_words(struct reader *reader, const struct key_row *row, const struct dw_node *node,
                       bool *flags, unsigned *bits)
{
    struct dw_policy_texts words = {0};
    if (!read_texts(reader, row, node, &words))
        return false;
    if (bits != NULL)
        *bits = 0;
    else
        memset(flags, 0, row->words->count * sizeof(*flags));
    if (bits == NULL && words.len == 0)
        return REFUSE(reader, node, "\"%s\" must name at least one", row->path);
    for (size_t i = 0; i < words.len; i++) {
        size_t index = word_index(row, words.at[i].text);
        if (bits != NULL)
            *bits |= 1u << index;
        else
            flags[index] = true;
    }
    return true;
}

static bool read_by_severity(struct reader *reader, const struct key_row *row, const struct dw_node *node,
                             int64_t *seconds)
{
    static const char *const names[] = {"critical", "high", "medium", "low", "negligible", "unknown"};
    if (!expect(reader, row->path, node, DW_NODE_MAPPING, "a mapping from severities to durations"))
        return false;
    for (size_t i = 0; i < node->count; i++) {
        enum dw_severity severity;
        struct dw_slice key = node->keys[i]->text;
        const char *nearest = dw_nearest_name(key, names, 6);
        size_t known = 0;
        while (known < 6 && !dw_slice_is(key, names[known]))
            known++;
        if (known == 6 || !dw_severity_parse(key, &severity))
            return REFUSE(reader, node->keys[i], "unknown severity \"%.*s\" in \"%s\"%s%s%s",
                          DW_SLICE_ARG(shown(key)), row->path, nearest ? "; did you mean \"" : "",
                          nearest ? nearest : "", nearest ? "\"?" : "");
        if (!read_duration(reader, row->path, node->items[i], &seconds[severity]))
            return false;
    }
    return true;
}

static bool read_user(struct reader *reader, const struct key_row *row, const struct dw_node *node,
                      uint32_t *range)
{
    uint64_t lowest = 0, highest = 0;
    if (!expect(reader, row->path, node, DW_NODE_SCALAR,
                "a user id such as 65532, or a range such as 10000-65535"))
        return false;
    size_t dash = dw_slice_find(node->text, '-');
    struct dw_slice first = dash == SIZE_MAX ? node->text : dw_slice_part(node->text, 0, dash);
    struct dw_slice last = dash == SIZE_MAX ? first : dw_slice_from(node->text, dash + 1);
    if (!dw_parse_u64(first, &lowest) || !dw_parse_u64(last, &highest) || highest < lowest ||
        highest >= UINT32_MAX)
        return REFUSE(reader, node,
                      "\"%.*s\" in \"%s\" is no user id such as 65532 and no range such as 10000-65535",
                      DW_SLICE_ARG(shown(node->text)), row->path);
    if (lowest == 0)
        return REFUSE(reader, node, "\"%s\" takes in user 0, root, which the policy forbids", row->path);
    range[0] = (uint32_t)lowest;
    range[1] = (uint32_t)highest;
    return true;
}

/* A parameter of rule ID, by its row. */
static bool read_parameter(struct reader *reader, const struct dw_rule *rule, const struct dw_node *key,
                           const struct dw_node *value, struct dw_rule_values *into)
{
    const char *names[16];
    size_t count = 0;
    const struct dw_rule_parameter *row = rule->parameters;
    for (; row != NULL && row->name != NULL && !dw_slice_is(key->text, row->name) && count < 16; row++)
        names[count++] = row->name;
    if (row == NULL || row->name == NULL) {
        const char *nearest = dw_nearest_name(key->text, names, count);
        return REFUSE(reader, key, "%s has no parameter \"%.*s\"%s%s%s", rule->id, DW_SLICE_ARG(shown(key->text)),
                      nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
    }
    struct dw_policy_texts texts = {0};
    struct key_row as = {.path = row->name};
    bool list = row->list && value->kind != DW_NODE_SCALAR; /* one text stands for a list of one */
    if (list ? !read_texts(reader, &as, value, &texts) : !expect(reader, row->name, value, DW_NODE_SCALAR, "one value"))
        return false;
    if (list && texts.len == 0)
        return REFUSE(reader, value, "\"%s\" must name at least one", row->name);
    into->id = dw_slice_of(rule->id);
    into->name = dw_slice_of(row->name);
    into->count = list ? texts.len : 1;
    struct dw_slice *values = dw_arena_alloc(&reader->policy->arena, into->count, sizeof(*values));
    for (size_t i = 0; i < texts.len; i++)
        values[i] = texts.at[i].text;
    if (!list && !read_text(reader, &as, value, "one value", values))
        return false;
    into->values = values;
    return true;
}

/* FIELD is a member of ELEMENT, which begins with the rule's id. */
static bool read_parameters(struct reader *reader, const struct key_row *row, const struct dw_node *node,
                            struct dw_policy_rule *element)
{
    const struct dw_rule *rule = dw_rule_find(element->id);
    if (!expect(reader, row->path, node, DW_NODE_MAPPING, "a mapping from parameters to values"))
        return false;
    if (rule == NULL || dw_slice_find(element->id, '.') != SIZE_MAX)
        return REFUSE(reader, node, "\"%.*s\" has no parameters: they belong to whole rules of the catalogue",
                      DW_SLICE_ARG(element->id));
    struct dw_rule_values *values =
        dw_arena_alloc(&reader->policy->arena, node->count ? node->count : 1, sizeof(*values));
    for (size_t i = 0; i < node->count; i++)
        if (!read_parameter(reader, rule, node->keys[i], node->items[i], &values[i]))
            return false;
    element->parameters.at = values;
    element->parameters.len = element->parameters.capacity = node->count;
    return true;
}

static bool read_gate(struct reader *reader, const struct key_row *row, const struct dw_node *node,
                      struct dw_gate **gate)
{
    struct dw_error why = DW_ERROR_INIT;
    if (!expect(reader, row->path, node, DW_NODE_SCALAR, "a severity or an expression"))
        return false;
    struct dw_gate *parsed = dw_gate_parse(node->text, &why);
    if (parsed == NULL)
        return REFUSE(reader, node, "\"%s\": %s", row->path, why.text);
    dw_gate_free(*gate);
    *gate = parsed;
    return true;
}

static bool read_pattern(struct reader *reader, const struct key_row *row, const struct dw_node *node)
{
    struct dw_error why = DW_ERROR_INIT;
    struct dw_policy *policy = reader->policy;
    struct dw_slice text;
    if (!read_text(reader, row, node, "a regular expression", &text))
        return false;
    struct dw_pattern *pattern = dw_pattern_compile(text, &why);
    if (pattern == NULL)
        return REFUSE(reader, node, "\"%s\": %s", row->path, why.text);
    dw_pattern_free(policy->ticket);
    policy->ticket = pattern;
    policy->ticket_text = text;
    return true;
}

static bool read_families(struct reader *reader, const struct key_row *row, const struct dw_node *node)
{
    struct dw_policy *policy = reader->policy;
    if (!expect(reader, row->path, node, DW_NODE_MAPPING,
                "a mapping from runtimes to lists of base families"))
        return false;
    for (size_t i = 0; i < node->count; i++) {
        struct dw_slice runtime = node->keys[i]->text;
        bool word = runtime.len > 0 && runtime.len <= 64;
        for (size_t c = 0; c < runtime.len; c++)
            word = word && ((runtime.at[c] >= 'a' && runtime.at[c] <= 'z') || dw_is_digit(runtime.at[c]) ||
                            runtime.at[c] == '-');
        if (!word)
            return REFUSE(reader, node->keys[i], "\"%.*s\" in \"%s\" is no runtime's name such as node",
                          DW_SLICE_ARG(shown(runtime)), row->path);
        size_t at = 0;
        while (at < policy->families.len && !dw_slice_equal(policy->families.at[at].runtime, runtime))
            at++;
        if (at == policy->families.len)
            (void)dw_vector_push(&policy->families);
        struct dw_policy_family *family = &policy->families.at[at];
        family->runtime = dw_arena_copy(&policy->arena, runtime);
        family->line = node->keys[i]->line;
        if (!read_texts(reader, row, node->items[i], &family->families))
            return false;
        if (family->families.len == 0)
            return REFUSE(reader, node->items[i], "\"%s\" leaves no base for %.*s", row->path,
                          DW_SLICE_ARG(runtime));
        if (reader->notes && !dw_slice_is(runtime, "node")) {
            struct dw_policy_note *note = dw_vector_push(&policy->notes);
            note->key = dw_arena_printf(&policy->arena, "%s.%.*s", row->path, DW_SLICE_ARG(runtime));
            note->line = family->line;
            note->text = DW_SLICE("this version detects the runtime node only");
        }
    }
    return true;
}

/* --- the walk --- */

/* PREFIX and the name of a key, joined as the table joins them; false if it can be no key of the table. */
static bool join(char path[PATH_BYTES], const char *prefix, struct dw_slice key)
{
    size_t len = strlen(prefix);
    if (key.len == 0 || len + 1 + key.len + 1 > PATH_BYTES)
        return false;
    for (size_t i = 0; i < key.len; i++) /* "a.b" is no way to write "a: {b:" */
        if (!dw_is_alpha(key.at[i]) && !dw_is_digit(key.at[i]) && key.at[i] != '-')
            return false;
    if (len > 0) {
        memcpy(path, prefix, len);
        path[len++] = '.';
    }
    memcpy(path + len, key.at, key.len);
    path[len + key.len] = 0;
    return true;
}

static bool is_below(const char *path, const char *prefix)
{
    size_t len = strlen(prefix);
    return len == 0 || (strncmp(path, prefix, len) == 0 && path[len] == '.');
}

static const struct key_row *find_row(const char *path)
{
    for (size_t i = 0; i < key_row_count; i++)
        if (strcmp(key_rows[i].path, path) == 0)
            return &key_rows[i];
    return NULL;
}

static bool is_section(const char *path)
{
    for (size_t i = 0; i < key_row_count; i++)
        if (is_below(key_rows[i].path, path))
            return true;
    return false;
}

static bool refuse_unknown(struct reader *reader, const char *prefix, const struct dw_node *key)
{
    /* The names that stand directly below PREFIX. */
    char names[64][PATH_BYTES];
    const char *known[64];
    size_t count = 0, skip = strlen(prefix) + (*prefix != 0);
    for (size_t i = 0; i < key_row_count && count < 64; i++) {
        if (!is_below(key_rows[i].path, prefix))
            continue;
        size_t len = strcspn(key_rows[i].path + skip, ".[");
        memcpy(names[count], key_rows[i].path + skip, len);
        names[count][len] = 0;
        known[count] = names[count];
        if (count == 0 || strcmp(names[count], names[count - 1]) != 0)
            count++;
    }
    const char *nearest = dw_nearest_name(key->text, known, count);
    return REFUSE(reader, key, "unknown key \"%.*s\"%s%s%s%s%s%s", DW_SLICE_ARG(shown(key->text)),
                  *prefix ? " in \"" : "", prefix, *prefix ? "\"" : "", nearest ? "; did you mean \"" : "",
                  nearest ? nearest : "", nearest ? "\"?" : "");
}

static bool read_mapping(struct reader *reader, const char *prefix, const struct dw_node *node, char *base);

/* The vector at FIELD of any type, for elements of SIZE bytes. */
static char *push_element(void *field, size_t size)
{
    DW_VECTOR(char) *vector = field;
    dw_vector_grow((void **)&vector->at, &vector->capacity, vector->len + 1, size);
    char *element = vector->at + vector->len++ * size;
    memset(element, 0, size);
    return element;
}

static bool read_element(struct reader *reader, const char *prefix, const struct dw_node *node, char *element)
{
    if (!expect(reader, prefix, node, DW_NODE_MAPPING, "a mapping") ||
        !read_mapping(reader, prefix, node, element))
        return false;
    for (size_t i = 0; i < key_row_count; i++) {
        if (!key_rows[i].required || !is_below(key_rows[i].path, prefix))
            continue;
        const char *name = key_rows[i].path + strlen(prefix) + 1;
        if (dw_node_get(node, name) == NULL)
            return REFUSE(reader, node, "\"%s\" lacks its key \"%s\"", prefix, name);
    }
    return true;
}

/* What tells an element from the others: the values of its required keys, each with a NUL; "" if it lacks
 * one. */
static struct dw_slice element_identity(struct reader *reader, const char *prefix, const struct dw_node *item)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer identity = {0};
    for (size_t k = 0; k < key_row_count; k++) {
        if (!key_rows[k].required || !is_below(key_rows[k].path, prefix))
            continue;
        const struct dw_node *value = dw_node_get(item, key_rows[k].path + strlen(prefix) + 1);
        if (value == NULL || value->kind != DW_NODE_SCALAR)
            return DW_SLICE("");
        dw_buffer_append(&identity, value->text);
        dw_buffer_append_byte(&identity, 0);
    }
    return dw_arena_copy(&reader->policy->arena, dw_buffer_slice(&identity));
}

static bool read_objects(struct reader *reader, const struct key_row *row, const struct dw_node *node,
                         void *field)
{
    char prefix[PATH_BYTES];
    snprintf(prefix, sizeof(prefix), "%s[]", row->path);
    if (!expect(reader, row->path, node, DW_NODE_SEQUENCE, "a list of mappings"))
        return false;
    struct dw_slice *identities =
        dw_arena_alloc(&reader->policy->arena, node->count ? node->count : 1, sizeof(*identities));
    for (size_t i = 0; i < node->count; i++) {
        const struct dw_node *item = node->items[i];
        struct dw_slice identity = element_identity(reader, prefix, item);
        for (size_t before = 0; identity.len > 0 && before < i; before++)
            if (dw_slice_equal(identities[before], identity))
                return REFUSE(reader, item, "the same entry stands twice in \"%s\" (also in line %u)",
                              row->path, node->items[before]->line);
        identities[i] = identity;
        char *element = push_element(field, row->size);
        memcpy(element + row->line, &item->line, sizeof(unsigned));
        if (!read_element(reader, prefix, item, element))
            return false;
    }
    return true;
}

static bool read_map(struct reader *reader, const struct key_row *row, const struct dw_node *node,
                     void *field)
{
    char prefix[PATH_BYTES];
    const char *wrong = NULL;
    snprintf(prefix, sizeof(prefix), "%s.*", row->path);
    if (!expect(reader, row->path, node, DW_NODE_MAPPING, "a mapping"))
        return false;
    for (size_t i = 0; i < node->count; i++) {
        struct dw_slice id = node->keys[i]->text;
        if (!row->check(&reader->policy->arena, id, &id, &wrong))
            return REFUSE(reader, node->keys[i], "\"%.*s\" in \"%s\" is %s", DW_SLICE_ARG(shown(id)),
                          row->path, wrong);
        char *element = push_element(field, row->size);
        id = dw_arena_copy(&reader->policy->arena, id);
        memcpy(element, &id, sizeof(id));
        memcpy(element + row->line, &node->keys[i]->line, sizeof(unsigned));
        if (!read_element(reader, prefix, node->items[i], element))
            return false;
        if (node->items[i]->count == 0)
            return REFUSE(reader, node->items[i], "\"%.*s\" in \"%s\" says nothing", DW_SLICE_ARG(shown(id)), row->path);
    }
    return true;
}

static bool read_value(struct reader *reader, const struct key_row *row, const struct dw_node *node,
                       char *base)
{
    void *field = base + row->offset;
    switch (row->kind) {
    case KEY_VERSION: {
        int64_t version = 0;
        if (!dw_node_integer(node, &version) || version != 1)
            return REFUSE(reader, node, "\"version\" must be 1, the one version of the policy file there is");
        *(int64_t *)field = version;
        return true;
    }
    case KEY_TEXT:
        return read_text(reader, row, node, "a text", field);
    case KEY_TEXT_AT:
        return read_text_at(reader, row, node, field);
    case KEY_TEXTS:
        return read_texts(reader, row, node, field);
    case KEY_BOOL:
        if (node->kind == DW_NODE_SCALAR && node->tag.len == 0 && dw_node_bool(node, field))
            return true;
        return REFUSE(reader, node, "\"%s\" must be true or false", row->path);
    case KEY_SWITCH: {
        bool value = false;
        if (node->kind != DW_NODE_SCALAR || node->tag.len > 0 || !dw_node_bool(node, &value))
            return REFUSE(reader, node, "\"%s\" must be true or false", row->path);
        *(unsigned *)field = value ? DW_POLICY_SWITCH_ON : DW_POLICY_SWITCH_OFF;
        return true;
    }
    case KEY_PARAMETERS:
        return read_parameters(reader, row, node, (struct dw_policy_rule *)(void *)base);
    case KEY_DURATION:
        return read_duration(reader, row->path, node, field);
    case KEY_WORD: {
        struct dw_slice word;
        if (!read_text(reader, row, node, "a word", &word))
            return false;
        *(unsigned *)field = (unsigned)word_index(row, word);
        return true;
    }
    case KEY_WORDS_FLAGS:
        return read_words(reader, row, node, field, NULL);
    case KEY_WORDS_BITS:
        return read_words(reader, row, node, NULL, field);
    case KEY_GATE:
        return read_gate(reader, row, node, field);
    case KEY_PATTERN:
        return read_pattern(reader, row, node);
    case KEY_USER:
        return read_user(reader, row, node, field);
    case KEY_BY_SEVERITY:
        return read_by_severity(reader, row, node, field);
    case KEY_FAMILIES:
        return read_families(reader, row, node);
    case KEY_PRESENT:
        *(bool *)field = true;
        return expect(reader, row->path, node, DW_NODE_MAPPING, "an empty mapping, {}") &&
               (node->count == 0 || refuse_unknown(reader, row->path, node->keys[0]));
    case KEY_OBJECTS:
        return read_objects(reader, row, node, field);
    case KEY_MAP:
        return read_map(reader, row, node, field);
    case KEY_KIND_COUNT:
        break;
    }
    return false;
}

/* A key that is set to "no" or to an empty list asks for nothing. */
static bool asks_for_something(const struct dw_node *node)
{
    bool value = true;
    return node->kind == DW_NODE_SCALAR ? !dw_node_bool(node, &value) || value : node->count > 0;
}

static bool read_mapping(struct reader *reader, const char *prefix, const struct dw_node *node, char *base)
{
    char path[PATH_BYTES];
    for (size_t i = 0; i < node->count; i++) {
        const struct dw_node *key = node->keys[i], *value = node->items[i];
        if (!join(path, prefix, key->text))
            return refuse_unknown(reader, prefix, key);
        const struct key_row *row = find_row(path);
        if (row == NULL && !is_section(path))
            return refuse_unknown(reader, prefix, key);
        if (row == NULL) {
            /* The table's longest path bounds this recursion. */
            if (!expect(reader, path, value, DW_NODE_MAPPING, "a mapping") ||
                !read_mapping(reader, path, value, base))
                return false;
            continue;
        }
        if (!read_value(reader, row, value, base))
            return false;
        if (reader->notes && row->unused != NULL && asks_for_something(value)) {
            struct dw_policy_note *note = dw_vector_push(&reader->policy->notes);
            note->key = dw_slice_of(row->path);
            note->line = key->line;
            note->text = dw_slice_of(row->unused);
        }
    }
    return true;
}

bool dw_policy_read_keys(struct dw_policy *policy, const struct dw_document *document,
                         const struct dw_node *root, const struct dw_limits *limits, bool notes,
                         struct dw_error *error)
{
    struct reader reader = {limits, policy, document, error, notes};
    if (root->kind != DW_NODE_MAPPING)
        return REFUSE(&reader, root, "a policy file must be a mapping of keys, not %s", kind_of(root));
    return read_mapping(&reader, "", root, (char *)policy);
}
