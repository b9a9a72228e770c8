/* SPDX-License-Identifier: Apache-2.0
 *
 * The composer: YAML 1.2, section 3.1 ("compose"), and the same for JSON.
 * Limits: document-depth and document-nodes, both with every alias counted as a copy of what it names, so that whoever
 * walks the tree is bounded by them too. Nothing here recurses. */
#include "document/compose.h"

#include <stdarg.h>
#include <stdio.h>

#define MARK_EVERY 128
/* Below this many keys a plain search is faster than a hash table. */
#define FEW_KEYS 8
/* How much of a key a message repeats. */
#define KEY_SHOWN 80

struct dw_composer_frame {
    struct dw_node *node;
    size_t first;      /* its first child in composer.pending; of a mapping, keys and values alternate */
    size_t end;        /* where the last child ends */
    uint64_t weight;   /* nodes below and itself, aliases expanded */
    uint64_t height;   /* levels below and itself, aliases expanded */
    struct dw_map keys;/* used from FEW_KEYS on */
    struct anchor *anchor;
};

struct anchor {
    struct dw_node *node;
    uint64_t weight, height;
    bool open; /* its collection is still being read: an alias to it would be recursive */
};

static void step(struct dw_slice text, struct dw_position *at)
{
    unsigned char c = (unsigned char)text.at[at->byte];
    if (c == '\n' || (c == '\r' && (at->byte + 1 == text.len || text.at[at->byte + 1] != '\n'))) {
        at->line++;
        at->column = 1;
    } else {
        at->column++;
    }
    at->byte += c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

void dw_position_table_build(struct dw_position_table *table, struct dw_slice text, size_t before)
{
    table->text = text;
    table->before = before;
    struct dw_position at = {0, 1, 1};
    for (size_t i = 0;; i++) {
        if (i % MARK_EVERY == 0)
            *dw_vector_push(&table->marks) = at;
        if (at.byte >= text.len)
            return;
        step(text, &at);
    }
}

struct dw_position dw_position_of_character(const struct dw_position_table *table, size_t index)
{
    size_t mark = index / MARK_EVERY;
    struct dw_position at = table->marks.at[mark < table->marks.len ? mark : table->marks.len - 1];
    for (size_t i = mark * MARK_EVERY; i < index && at.byte < table->text.len; i++)
        step(table->text, &at);
    at.byte += table->before;
    return at;
}

struct dw_position dw_position_of_byte(const struct dw_position_table *table, size_t offset)
{
    size_t low = 0, high = table->marks.len;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (table->marks.at[middle].byte <= offset)
            low = middle;
        else
            high = middle;
    }
    struct dw_position at = table->marks.at[low];
    while (at.byte < offset && at.byte < table->text.len)
        step(table->text, &at);
    at.byte += table->before;
    return at;
}

bool dw_composer_fail(struct dw_composer *composer, struct dw_position at, enum dw_error_kind kind,
                      const char *format, ...)
{
    char text[DW_ERROR_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    return dw_fail(composer->error, kind, "%.*s:%u:%u: %s", DW_SLICE_ARG(composer->document->name), at.line,
                   at.column, text);
}

static struct dw_position position_of(const struct dw_node *node)
{
    return (struct dw_position){node->start, node->line, node->column};
}

static struct dw_composer_frame *top(struct dw_composer *composer)
{
    return composer->frames.len == 0 ? NULL : &composer->frames.at[composer->frames.len - 1];
}

const struct dw_node *dw_composer_open(const struct dw_composer *composer)
{
    return composer->frames.len == 0 ? NULL : composer->frames.at[composer->frames.len - 1].node;
}

/* A limit that was met, at its place in the file. */
static bool within(struct dw_composer *composer, struct dw_position at, enum dw_limit limit, uint64_t value)
{
    if (dw_limit_check(composer->limits, limit, value, composer->error))
        return true;
    return dw_context(composer->error, "%.*s:%u:%u", DW_SLICE_ARG(composer->document->name), at.line, at.column);
}

/* Is the next child of FRAME a key? */
static bool key_is_next(const struct dw_composer *composer, const struct dw_composer_frame *frame)
{
    return frame->node->kind == DW_NODE_MAPPING && (composer->pending.len - frame->first) % 2 == 0;
}

static bool key_is_new(struct dw_composer *composer, struct dw_composer_frame *frame, struct dw_node *key,
                       struct dw_position at)
{
    size_t keys = (composer->pending.len - frame->first) / 2;
    struct dw_node *earlier = NULL;
    if (keys < FEW_KEYS) {
        for (size_t i = 0; i < keys && earlier == NULL; i++) {
            struct dw_node *other = composer->pending.at[frame->first + 2 * i];
            if (dw_slice_equal(other->text, key->text))
                earlier = other;
        }
    } else {
        if (keys == FEW_KEYS)
            for (size_t i = 0; i < keys; i++) {
                struct dw_node *other = composer->pending.at[frame->first + 2 * i];
                dw_map_insert(&frame->keys, other->text, NULL)->pointer = other;
            }
        bool added;
        struct dw_map_entry *entry = dw_map_insert(&frame->keys, key->text, &added);
        if (added)
            entry->pointer = key;
        else
            earlier = entry->pointer;
    }
    if (earlier == NULL)
        return true;
    struct dw_slice shown = dw_slice_part(key->text, 0, KEY_SHOWN);
    return dw_composer_fail(composer, at, DW_ERROR_INPUT,
                            "duplicate key \"%.*s\": it stands already at line %u, column %u", DW_SLICE_ARG(shown),
                            earlier->line, earlier->column);
}

/* A finished node takes its place in the collection around it, or becomes a root. END is where it ends here: an alias'
 * own end, not its target's. */
static bool place(struct dw_composer *composer, struct dw_node *node, struct dw_position at, size_t end,
                  uint64_t weight, uint64_t height)
{
    struct dw_composer_frame *frame = top(composer);
    if (frame == NULL) {
        *dw_vector_push(&composer->roots) = node;
        return true;
    }
    if (key_is_next(composer, frame)) {
        if (node->kind != DW_NODE_SCALAR)
            return dw_composer_fail(composer, at, DW_ERROR_INPUT, "a mapping's key must be a scalar");
        if (!key_is_new(composer, frame, node, at))
            return false;
    }
    *dw_vector_push(&composer->pending) = node;
    frame->end = end;
    frame->weight += weight;
    if (frame->height < height + 1)
        frame->height = height + 1;
    return true;
}

/* Tags repeat: one copy of each. */
static struct dw_slice keep_tag(struct dw_composer *composer, struct dw_slice tag)
{
    if (tag.len == 0)
        return DW_SLICE("");
    struct dw_map_entry *entry = dw_map_find(&composer->tags, tag);
    if (entry == NULL)
        entry = dw_map_insert(&composer->tags, dw_arena_copy(&composer->document->arena, tag), NULL);
    return entry->key;
}

static struct dw_node *make(struct dw_composer *composer, struct dw_composer_node at, enum dw_node_kind kind)
{
    composer->nodes++;
    if (!within(composer, at.start, DW_LIMIT_DOCUMENT_NODES, composer->nodes) ||
        !within(composer, at.start, DW_LIMIT_DOCUMENT_DEPTH, composer->frames.len + 1))
        return NULL;
    struct dw_arena *arena = &composer->document->arena;
    struct dw_node *node = dw_arena_alloc(arena, 1, sizeof(*node));
    node->document = composer->document;
    node->kind = kind;
    node->line = at.start.line;
    node->column = at.start.column;
    node->start = at.start.byte;
    node->end = at.end;
    node->tag = keep_tag(composer, at.tag);
    node->text = DW_SLICE("");
    return node;
}

/* A later anchor of the same name replaces the earlier one (YAML 1.2, section 6.9.2). */
static struct anchor *anchor_set(struct dw_composer *composer, struct dw_slice name, struct dw_node *node, bool open)
{
    if (name.len == 0)
        return NULL;
    struct dw_arena *arena = &composer->document->arena;
    struct dw_map_entry *entry = dw_map_find(&composer->anchors, name);
    if (entry == NULL)
        entry = dw_map_insert(&composer->anchors, dw_arena_copy(arena, name), NULL);
    struct anchor *anchor = dw_arena_alloc(arena, 1, sizeof(*anchor));
    *anchor = (struct anchor){.node = node, .weight = 1, .height = 1, .open = open};
    entry->pointer = anchor;
    return anchor;
}

bool dw_composer_scalar(struct dw_composer *composer, struct dw_composer_node at, enum dw_scalar_style style,
                        struct dw_slice text)
{
    if (dw_slice_find(text, '\0') != SIZE_MAX)
        return dw_composer_fail(composer, at.start, DW_ERROR_INPUT, "a NUL character in a scalar");
    struct dw_node *node = make(composer, at, DW_NODE_SCALAR);
    if (node == NULL)
        return false;
    node->style = style;
    if (text.len > 0)
        node->text = dw_arena_copy(&composer->document->arena, text);
    anchor_set(composer, at.anchor, node, false);
    return place(composer, node, at.start, at.end, 1, 1);
}

bool dw_composer_begin(struct dw_composer *composer, struct dw_composer_node at, enum dw_node_kind kind)
{
    struct dw_composer_frame *around = top(composer);
    if (around != NULL && key_is_next(composer, around))
        return dw_composer_fail(composer, at.start, DW_ERROR_INPUT, "a mapping's key must be a scalar");
    struct dw_node *node = make(composer, at, kind);
    if (node == NULL)
        return false;
    struct anchor *anchor = anchor_set(composer, at.anchor, node, true);
    struct dw_composer_frame *frame = dw_vector_push(&composer->frames);
    *frame = (struct dw_composer_frame){
        .node = node, .first = composer->pending.len, .end = at.end, .weight = 1, .height = 1, .anchor = anchor};
    return true;
}

static bool is_merge(const struct dw_composer *composer, const struct dw_node *key)
{
    return composer->merge && key->style == DW_SCALAR_PLAIN && dw_slice_is(key->text, "<<") &&
           (key->tag.len == 0 || dw_slice_is(key->tag, "tag:yaml.org,2002:merge"));
}

/* Adds the members of FROM that NODE does not have yet; KEYS holds those it has. NODE's arrays have room. */
static void merge_members(struct dw_node *node, const struct dw_node *from, struct dw_map *keys)
{
    for (size_t i = 0; i < from->count; i++) {
        bool added;
        dw_map_insert(keys, from->keys[i]->text, &added);
        if (!added)
            continue;
        node->keys[node->count] = from->keys[i];
        node->items[node->count++] = from->items[i];
    }
}

/* The number of members that merging VALUE can bring; false if it is neither a mapping nor a sequence of mappings. */
static bool merge_size(const struct dw_node *value, size_t *size)
{
    if (value->kind == DW_NODE_MAPPING) {
        *size = value->count;
        return true;
    }
    *size = 0;
    for (size_t i = 0; i < value->count; i++) {
        if (value->items[i]->kind != DW_NODE_MAPPING)
            return false;
        *size += value->items[i]->count;
    }
    return value->kind == DW_NODE_SEQUENCE;
}

static bool finish_mapping(struct dw_composer *composer, struct dw_node *node, struct dw_node **children,
                           size_t members)
{
    struct dw_arena *arena = &composer->document->arena;
    const struct dw_node *merged = NULL;
    size_t more = 0;
    for (size_t i = 0; i < members && merged == NULL; i++)
        if (is_merge(composer, children[2 * i])) {
            merged = children[2 * i + 1];
            if (!merge_size(merged, &more))
                return dw_composer_fail(composer, position_of(children[2 * i]), DW_ERROR_INPUT,
                                        "the merge key \"<<\" takes a mapping or a sequence of mappings");
        }
    node->keys = dw_arena_alloc(arena, members + more + 1, sizeof(*node->keys));
    node->items = dw_arena_alloc(arena, members + more + 1, sizeof(*node->items));
    for (size_t i = 0; i < members; i++) {
        if (merged != NULL && children[2 * i + 1] == merged && is_merge(composer, children[2 * i]))
            continue;
        node->keys[node->count] = children[2 * i];
        node->items[node->count++] = children[2 * i + 1];
    }
    node->own_count = node->count;
    if (merged == NULL)
        return true;
    DW_CLEANUP(dw_map_free) struct dw_map keys = {0};
    for (size_t i = 0; i < node->count; i++)
        dw_map_insert(&keys, node->keys[i]->text, NULL);
    if (merged->kind == DW_NODE_MAPPING)
        merge_members(node, merged, &keys);
    else
        for (size_t i = 0; i < merged->count; i++)
            merge_members(node, merged->items[i], &keys);
    return true;
}

bool dw_composer_end(struct dw_composer *composer, size_t end)
{
    struct dw_composer_frame frame = *top(composer);
    struct dw_node *node = frame.node;
    size_t count = composer->pending.len - frame.first;
    struct dw_node **children = count > 0 ? composer->pending.at + frame.first : NULL;
    composer->frames.len--;
    dw_map_free(&frame.keys);
    node->end = end != 0 ? end : frame.end;
    if (node->kind == DW_NODE_MAPPING) {
        if (!finish_mapping(composer, node, children, count / 2))
            return false;
    } else {
        node->count = count;
        node->items = dw_arena_alloc(&composer->document->arena, count + 1, sizeof(*node->items));
        if (count > 0)
            memcpy(node->items, children, count * sizeof(struct dw_node *));
    }
    composer->pending.len = frame.first;
    if (frame.anchor != NULL) {
        frame.anchor->weight = frame.weight;
        frame.anchor->height = frame.height;
        frame.anchor->open = false;
    }
    return place(composer, node, position_of(node), node->end, frame.weight, frame.height);
}

bool dw_composer_alias(struct dw_composer *composer, struct dw_composer_node at)
{
    struct dw_slice shown = dw_slice_part(at.anchor, 0, KEY_SHOWN);
    struct anchor *anchor = dw_map_get(&composer->anchors, at.anchor);
    if (anchor == NULL)
        return dw_composer_fail(composer, at.start, DW_ERROR_INPUT, "alias \"*%.*s\" names no anchor before it",
                                DW_SLICE_ARG(shown));
    if (anchor->open)
        return dw_composer_fail(composer, at.start, DW_ERROR_INPUT,
                                "alias \"*%.*s\" is recursive: it stands inside what it names", DW_SLICE_ARG(shown));
    composer->nodes += anchor->weight;
    if (!within(composer, at.start, DW_LIMIT_DOCUMENT_NODES, composer->nodes) ||
        !within(composer, at.start, DW_LIMIT_DOCUMENT_DEPTH, composer->frames.len + anchor->height))
        return false;
    struct dw_node *node = dw_arena_alloc(&composer->document->arena, 1, sizeof(*node));
    *node = *anchor->node;
    node->alias = true;
    *dw_vector_push(&composer->document->repeated) = (struct dw_text_range){node->start, node->end};
    return place(composer, node, at.start, at.end, anchor->weight, anchor->height);
}

void dw_composer_next_document(struct dw_composer *composer)
{
    dw_map_free(&composer->anchors);
}

void dw_composer_free(struct dw_composer *composer)
{
    for (size_t i = 0; i < composer->frames.len; i++)
        dw_map_free(&composer->frames.at[i].keys);
    dw_vector_free(&composer->frames);
    dw_vector_free(&composer->pending);
    dw_vector_free(&composer->roots);
    dw_map_free(&composer->anchors);
    dw_map_free(&composer->tags);
}
