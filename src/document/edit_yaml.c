/* SPDX-License-Identifier: Apache-2.0 */
#include "document/edit_place.h"

static bool add(struct dw_edits *edits, const struct dw_node *node, size_t start, size_t end, const struct dw_buffer *text)
{
    return dw_edits_add(edits, node->document->name, node->document->source, start, end,
                        text == NULL ? DW_SLICE("") : dw_buffer_slice(text));
}

/* The member called NAME that stands in MAPPING itself, or SIZE_MAX. */
static size_t find_own(const struct dw_node *mapping, struct dw_slice name)
{
    for (size_t i = 0; i < mapping->own_count; i++)
        if (dw_slice_equal(mapping->keys[i]->text, name))
            return i;
    return SIZE_MAX;
}

static bool is_merged(const struct dw_node *mapping, struct dw_slice name)
{
    for (size_t i = mapping->own_count; i < mapping->count; i++)
        if (dw_slice_equal(mapping->keys[i]->text, name))
            return true;
    return false;
}

/* --- a new line of a block collection ------------------------------------------------------------------------------- */

static const struct dw_node *last_leaf(const struct dw_node *node)
{
    while (node->kind != DW_NODE_SCALAR && node->count > 0) {
        size_t last = (node->kind == DW_NODE_MAPPING ? node->own_count : node->count);
        if (last == 0 || node->items[last - 1]->alias)
            break;
        node = node->items[last - 1];
    }
    return node;
}

/* Where a line behind block collection NODE begins; then *HOLDS_END: the text before ends with a line end. */
static bool line_behind(struct dw_edits *edits, const struct dw_node *node, size_t *at, bool *holds_end)
{
    struct dw_slice source = node->document->source;
    const struct dw_node *leaf = last_leaf(node);
    if (leaf->kind != DW_NODE_SCALAR || leaf->style != DW_SCALAR_BLOCK || leaf->end != node->end) {
        *at = dw_line_end(source, node->end);
        *holds_end = false;
        return true;
    }
    if (node->end == 0 || source.at[node->end - 1] != '\n')
        return dw_edits_fail(edits, "the block scalar at line %u has no line end", leaf->line);
    *at = node->end;
    *holds_end = true;
    /* Blank lines behind a block scalar belong to it only with "+". */
    struct dw_slice header = dw_slice_part(source, leaf->start, dw_line_end(source, leaf->start) - leaf->start);
    while (dw_slice_find(header, '+') == SIZE_MAX) {
        size_t before = dw_line_start(source, *at - 1);
        if (before <= leaf->start || dw_slice_trim(dw_slice_part(source, before, *at - before)).len > 0)
            break;
        *at = before;
    }
    return true;
}

/* TEXT, which begins with its indentation, as a line behind NODE. */
static bool add_line(struct dw_edits *edits, const struct dw_node *node, const struct dw_edit_layout *layout,
                     const struct dw_buffer *text)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer line = {0};
    size_t at = 0;
    bool holds_end = false;
    if (!line_behind(edits, node, &at, &holds_end))
        return false;
    if (!holds_end)
        dw_buffer_append(&line, layout->newline);
    dw_buffer_append(&line, dw_buffer_slice(text));
    if (holds_end)
        dw_buffer_append(&line, layout->newline);
    return add(edits, node, at, at, &line);
}

/* --- a new child of a flow collection ---------------------------------------------------------------------------------- */

static size_t own_children(const struct dw_node *node)
{
    return node->kind == DW_NODE_MAPPING ? node->own_count : node->count;
}

static const struct dw_node *first_part(const struct dw_node *node, size_t index)
{
    return node->kind == DW_NODE_MAPPING ? node->keys[index] : node->items[index];
}

/* The line end and blanks before CHILD, where it begins its line: what a new one is set apart by; else a blank. */
static void separate(struct dw_buffer *out, const struct dw_edit_layout *layout, const struct dw_node *child)
{
    struct dw_slice source = child->document->source;
    size_t start = dw_line_start(source, child->start);
    struct dw_slice before = dw_slice_part(source, start, child->start - start);
    if (dw_slice_trim(before).len > 0 || start == 0) {
        dw_buffer_append_byte(out, ' ');
        return;
    }
    dw_buffer_append(out, layout->newline);
    dw_buffer_append(out, before);
}

static bool add_flow(struct dw_edits *edits, const struct dw_node *node, const struct dw_edit_layout *layout,
                     const struct dw_buffer *text)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    size_t children = own_children(node);
    struct dw_slice source = node->document->source;
    if (!dw_edit_is_flow(node))
        return dw_edits_fail(edits, "line %u has a pair without braces in a flow sequence", node->line);
    if (children > 0 && !node->items[children - 1]->alias && node->own_count == (node->kind == DW_NODE_MAPPING ? node->count : 0)) {
        const struct dw_node *last = node->items[children - 1];
        dw_buffer_append_byte(&out, ',');
        separate(&out, layout, first_part(node, children - 1));
        dw_buffer_append(&out, dw_buffer_slice(text));
        return add(edits, node, last->end, last->end, &out);
    }
    /* The end is not known where an alias or a merge key stands; the beginning always is. */
    dw_buffer_append(&out, dw_buffer_slice(text));
    struct dw_slice inside = dw_slice_trim(dw_slice_part(source, node->start + 1, node->end - node->start - 2));
    if (inside.len > 0) {
        dw_buffer_append_string(&out, ", ");
        return add(edits, node, node->start + 1, node->start + 1, &out);
    }
    return add(edits, node, node->start + 1, node->end - 1, &out);
}

/* --- members ------------------------------------------------------------------------------------------------------------- */

static bool add_member(struct dw_edits *edits, const struct dw_edit_place *place, struct dw_slice path,
                       const struct dw_node *value)
{
    struct dw_edit_layout layout = dw_edit_place_layout(place);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    if (layout.style == DW_EDIT_BLOCK)
        dw_edit_spaces(&text, layout.indent);
    dw_edit_write_member(&text, &layout, path, value);
    return layout.style == DW_EDIT_BLOCK ? add_line(edits, place->node, &layout, &text)
                                         : add_flow(edits, place->node, &layout, &text);
}

/* NODE, an empty mapping or nothing, the value of a member of AROUND, gets the member PATH. */
static bool fill(struct dw_edits *edits, const struct dw_edit_place *around, const struct dw_node *node, struct dw_slice path,
                 const struct dw_node *value)
{
    struct dw_edit_layout layout = dw_edit_place_layout(around);
    struct dw_slice source = node->document->source;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    if (layout.style != DW_EDIT_BLOCK) {
        dw_buffer_append_string(&text, node->start == node->end ? " {" : "{");
        dw_edit_write_member(&text, &layout, path, value);
        dw_buffer_append_byte(&text, '}');
        return add(edits, node, node->start, node->end, &text);
    }
    layout.indent += layout.step;
    dw_buffer_append(&text, layout.newline);
    dw_edit_spaces(&text, layout.indent);
    dw_edit_write_member(&text, &layout, path, value);
    size_t start = node->start, end = dw_line_end(source, node->end);
    while (node->start < node->end && start > 0 && source.at[start - 1] == ' ')
        start--;
    /* With a comment behind it only the braces go. */
    if (node->start < node->end && !add(edits, node, start, node->end, NULL))
        return false;
    return add(edits, node, end, end, &text);
}

static bool set_scalar(struct dw_edits *edits, const struct dw_node *node, const struct dw_edit_layout *layout,
                       const struct dw_node *value)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    if (node->style == DW_SCALAR_BLOCK)
        return dw_edits_fail(edits, "the value at line %u is a block scalar", node->line);
    char quote = node->style == DW_SCALAR_QUOTED ? node->document->source.at[node->start] : 0;
    if (node->start == node->end)
        dw_buffer_append_byte(&text, ' ');
    if (quote != 0 && value->kind == DW_NODE_SCALAR && value->style == DW_SCALAR_QUOTED)
        dw_edit_write_string(&text, value->text, quote);
    else
        dw_edit_write_inline(&text, layout, value);
    return add(edits, node, node->start, node->end, &text);
}

static bool set_member(struct dw_edits *edits, const struct dw_edit_place *place, size_t index, struct dw_slice rest,
                       const struct dw_node *value, struct dw_slice name);

static bool set_in(struct dw_edits *edits, const struct dw_edit_place *place, struct dw_slice path, const struct dw_node *value)
{
    size_t dot = dw_slice_find(path, '.');
    struct dw_slice name = dw_slice_part(path, 0, dot), rest = dot == SIZE_MAX ? DW_SLICE("") : dw_slice_from(path, dot + 1);
    size_t index = find_own(place->node, name);
    if (index != SIZE_MAX)
        return set_member(edits, place, index, rest, value, name);
    if (rest.len > 0 && is_merged(place->node, name))
        return dw_edits_fail(edits, "\"%.*s\" comes by a merge key", DW_SLICE_ARG(name));
    return add_member(edits, place, path, value);
}

/* The member NAME of PLACE's mapping is there: the REST of the path below it becomes VALUE, or it does itself. */
static bool set_member(struct dw_edits *edits, const struct dw_edit_place *place, size_t index, struct dw_slice rest,
                       const struct dw_node *value, struct dw_slice name)
{
    const struct dw_node *there = place->node->items[index];
    if (there->alias || there->tag.len > 0)
        return dw_edits_fail(edits, "\"%.*s\" is an alias or has a tag", DW_SLICE_ARG(name));
    bool nothing = dw_node_is_null(there) || (there->kind == DW_NODE_MAPPING && there->count == 0);
    if (rest.len > 0 && nothing)
        return fill(edits, place, there, rest, value);
    struct dw_edit_layout layout = dw_edit_place_layout(place);
    if (rest.len == 0) {
        if (there->kind != DW_NODE_SCALAR && there->count > 0)
            return dw_edits_fail(edits, "\"%.*s\" at line %u has another value already", DW_SLICE_ARG(name), there->line);
        if (there->kind == DW_NODE_SCALAR)
            return set_scalar(edits, there, &layout, value);
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        dw_edit_write_inline(&text, &layout, value);
        return add(edits, there, there->start, there->end, &text);
    }
    if (there->kind != DW_NODE_MAPPING)
        return dw_edits_fail(edits, "\"%.*s\" at line %u is no mapping", DW_SLICE_ARG(name), there->line);
    DW_CLEANUP(dw_edit_place_free) struct dw_edit_place inner;
    return dw_edit_place_find(edits, there, &inner) && set_in(edits, &inner, rest, value);
}

bool dw_edits_set(struct dw_edits *edits, const struct dw_node *mapping, const char *path, struct dw_slice value)
{
    DW_CLEANUP(dw_edit_place_free) struct dw_edit_place place;
    if (!dw_edit_place_find(edits, mapping, &place))
        return false;
    if (place.node->kind != DW_NODE_MAPPING)
        return dw_edits_fail(edits, "line %u is no mapping", place.node->line);
    DW_CLEANUP(dw_edit_value_free) struct dw_document *document = dw_edit_value(edits, value);
    return document != NULL && set_in(edits, &place, dw_slice_of(path), document->roots[0]);
}

/* --- items --------------------------------------------------------------------------------------------------------------- */

static void write_item(struct dw_buffer *out, const struct dw_edit_layout *layout, const struct dw_node *sequence,
                       const struct dw_node *item)
{
    const struct dw_node *last = sequence->count > 0 ? sequence->items[sequence->count - 1] : NULL;
    if (layout->style != DW_EDIT_JSON && last != NULL && !last->alias && last->kind == DW_NODE_SCALAR &&
        last->style == DW_SCALAR_QUOTED && item->kind == DW_NODE_SCALAR)
        dw_edit_write_string(out, item->text, last->document->source.at[last->start]);
    else
        dw_edit_write_inline(out, layout, item);
}

/* The dash and the blanks behind it, as the last item has them. */
static void write_dash(struct dw_buffer *out, const struct dw_node *sequence)
{
    struct dw_slice source = sequence->document->source;
    const struct dw_node *last = sequence->items[sequence->count - 1];
    size_t start = last->alias ? 0 : dw_line_start(source, last->start);
    size_t at = last->start;
    while (!last->alias && at > start && source.at[at - 1] == ' ')
        at--;
    dw_buffer_append_byte(out, '-');
    dw_edit_spaces(out, !last->alias && at > start && source.at[at - 1] == '-' && at < last->start ? last->start - at : 1);
}

static bool append_item(struct dw_edits *edits, const struct dw_edit_place *place, const struct dw_node *item)
{
    struct dw_edit_layout layout = dw_edit_place_layout(place);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    if (layout.style == DW_EDIT_BLOCK) {
        dw_edit_spaces(&text, layout.indent);
        write_dash(&text, place->node);
    }
    write_item(&text, &layout, place->node, item);
    return layout.style == DW_EDIT_BLOCK ? add_line(edits, place->node, &layout, &text)
                                         : add_flow(edits, place->node, &layout, &text);
}

static bool append_items(struct dw_edits *edits, const struct dw_node *sequence, const struct dw_slice *items, size_t count)
{
    DW_CLEANUP(dw_edit_place_free) struct dw_edit_place place;
    if (!dw_edit_place_find(edits, sequence, &place))
        return false;
    for (size_t i = 0; i < count; i++) {
        DW_CLEANUP(dw_edit_value_free) struct dw_document *item = dw_edit_value(edits, items[i]);
        if (item == NULL || !append_item(edits, &place, item->roots[0]))
            return false;
    }
    return true;
}

/* The sequence at PATH that is there already, or NULL. Members that came by a merge key count: they cannot be changed here. */
static const struct dw_node *get_sequence(struct dw_edits *edits, const struct dw_edit_place *place, const char *path)
{
    const struct dw_node *at = place->node;
    struct dw_slice rest = dw_slice_of(path), name;
    for (bool more = true; at != NULL && dw_slice_split(&rest, '.', &more, &name);) {
        size_t index = at->kind == DW_NODE_MAPPING ? find_own(at, name) : SIZE_MAX;
        if (index == SIZE_MAX && at->kind == DW_NODE_MAPPING && is_merged(at, name)) {
            dw_edits_fail(edits, "\"%.*s\" comes by a merge key", DW_SLICE_ARG(name));
            return NULL;
        }
        at = index == SIZE_MAX ? NULL : at->items[index];
    }
    return at != NULL && at->kind == DW_NODE_SEQUENCE && at->count > 0 ? at : NULL;
}

bool dw_edits_append(struct dw_edits *edits, const struct dw_node *mapping, const char *path, const struct dw_slice *items,
                     size_t count)
{
    DW_CLEANUP(dw_edit_place_free) struct dw_edit_place place;
    if (!dw_edit_place_find(edits, mapping, &place))
        return false;
    const struct dw_node *sequence = get_sequence(edits, &place, path);
    if (sequence != NULL)
        return append_items(edits, sequence, items, count);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer list = {0};
    dw_buffer_append_byte(&list, '[');
    for (size_t i = 0; i < count; i++) {
        dw_buffer_append_string(&list, i > 0 ? ", " : "");
        dw_buffer_append(&list, items[i]);
    }
    dw_buffer_append_byte(&list, ']');
    return dw_edits_set(edits, mapping, path, dw_buffer_slice(&list));
}

bool dw_edits_replace(struct dw_edits *edits, const struct dw_node *scalar, struct dw_slice text)
{
    DW_CLEANUP(dw_edit_place_free) struct dw_edit_place place;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    if (!dw_edit_place_find(edits, scalar, &place))
        return false;
    const struct dw_node *node = place.node;
    if (node->kind != DW_NODE_SCALAR || node->style == DW_SCALAR_BLOCK || node->start == node->end)
        return dw_edits_fail(edits, "the value at line %u is not written on one line", node->line);
    char quote = node->document->source.at[node->start];
    if (node->style == DW_SCALAR_PLAIN)
        quote = dw_edit_is_plain(text) ? 0 : '"';
    dw_edit_write_string(&out, text, quote);
    return add(edits, node, node->start, node->end, &out);
}

/* --- taking away ---------------------------------------------------------------------------------------------------------- */

/* Bytes of the child at INDEX of COLLECTION itself, with its key or dash. */
static bool child_range(struct dw_edits *edits, const struct dw_node *collection, size_t index, struct dw_text_range *range)
{
    struct dw_slice source = collection->document->source;
    const struct dw_node *first = first_part(collection, index), *last = collection->items[index];
    if (first->alias || last->alias)
        return dw_edits_fail(edits, "an alias at line %u is in the way", collection->line);
    *range = (struct dw_text_range){first->start, last->end};
    if (collection->kind == DW_NODE_SEQUENCE && !dw_edit_is_flow(collection)) {
        size_t start = dw_line_start(source, first->start);
        while (range->start > start && source.at[range->start - 1] == ' ')
            range->start--;
        if (range->start == start || source.at[range->start - 1] != '-')
            return dw_edits_fail(edits, "the item at line %u does not stand behind its dash", first->line);
        range->start--;
    }
    return true;
}

/* Behind the comment and the line end that follow AT; AT itself where something else follows. */
static size_t end_of_lines(struct dw_slice source, size_t at)
{
    size_t end = dw_line_end(source, at);
    struct dw_slice rest = dw_slice_trim(dw_slice_part(source, at, end - at));
    if (rest.len > 0 && rest.at[0] != '#')
        return at;
    size_t feed = dw_slice_find(dw_slice_from(source, end), '\n');
    return feed == SIZE_MAX ? source.len : end + feed + 1;
}

static bool remove_block(struct dw_edits *edits, const struct dw_node *collection, size_t index)
{
    struct dw_slice source = collection->document->source;
    struct dw_text_range range;
    if (!child_range(edits, collection, index, &range))
        return false;
    size_t line = dw_line_start(source, range.start);
    bool leads = dw_slice_trim(dw_slice_part(source, line, range.start - line)).len == 0;
    bool ended = range.end > 0 && source.at[range.end - 1] == '\n'; /* a block scalar */
    size_t end = ended ? range.end : end_of_lines(source, range.end);
    if (!ended && end == range.end && end < source.len)
        return dw_edits_fail(edits, "more stands on line %u", collection->items[index]->line);
    if (leads) {
        /* The last line of a file without a line end: the one before it goes. */
        if (end == source.len && !dw_slice_ends_with(source, "\n") && line > 0)
            line = dw_line_end(source, dw_line_start(source, line - 1));
        return add(edits, collection, line, end, NULL);
    }
    /* The first member of an item stands on the dash's line: the next one moves there. */
    if (index + 1 >= own_children(collection))
        return dw_edits_fail(edits, "line %u holds more than this", collection->line);
    struct dw_text_range next;
    if (!child_range(edits, collection, index + 1, &next))
        return false;
    if (dw_slice_trim(dw_slice_part(source, end, next.start - end)).len > 0)
        return dw_edits_fail(edits, "a comment stands between lines %u and %u", collection->keys[index]->line,
                             collection->keys[index + 1]->line);
    return add(edits, collection, range.start, next.start, NULL);
}

static bool remove_flow(struct dw_edits *edits, const struct dw_node *collection, size_t index)
{
    struct dw_text_range range, other;
    if (collection->kind == DW_NODE_MAPPING && collection->own_count < collection->count)
        return dw_edits_fail(edits, "line %u merges other members in", collection->line);
    if (!child_range(edits, collection, index, &range))
        return false;
    if (index + 1 < own_children(collection)) {
        if (!child_range(edits, collection, index + 1, &other))
            return false;
        return add(edits, collection, range.start, other.start, NULL);
    }
    if (!child_range(edits, collection, index - 1, &other))
        return false;
    return add(edits, collection, other.end, range.end, NULL);
}

static bool remove_step(struct dw_edits *edits, const struct dw_edit_place *place, size_t depth)
{
    while (depth > 0) {
        const struct dw_edit_step *step = &place->trail.at[depth - 1];
        const struct dw_node *collection = step->collection;
        bool merges = collection->kind == DW_NODE_MAPPING && collection->own_count < collection->count;
        if (own_children(collection) > 1)
            return dw_edit_is_flow(collection) ? remove_flow(edits, collection, step->index)
                                               : remove_block(edits, collection, step->index);
        if (merges)
            return dw_edits_fail(edits, "line %u merges other members in", collection->line);
        depth--;
    }
    return dw_edits_fail(edits, "nothing else is in the file");
}

bool dw_edits_remove(struct dw_edits *edits, const struct dw_node *node)
{
    DW_CLEANUP(dw_edit_place_free) struct dw_edit_place place;
    return dw_edit_place_find(edits, node, &place) && remove_step(edits, &place, place.trail.len);
}

bool dw_edits_remove_member(struct dw_edits *edits, const struct dw_node *mapping, const char *path)
{
    DW_CLEANUP(dw_edit_place_free) struct dw_edit_place place;
    if (!dw_edit_place_find(edits, mapping, &place))
        return false;
    const struct dw_node *at = place.node, *key = NULL;
    struct dw_slice rest = dw_slice_of(path), name;
    for (bool more = true; at != NULL && dw_slice_split(&rest, '.', &more, &name);) {
        size_t index = at->kind == DW_NODE_MAPPING ? find_own(at, name) : SIZE_MAX;
        key = index == SIZE_MAX ? NULL : at->keys[index];
        at = index == SIZE_MAX || at->items[index]->alias ? NULL : at->items[index];
    }
    if (key == NULL)
        return dw_edits_fail(edits, "\"%s\" does not stand here", path);
    return dw_edits_remove(edits, key);
}
