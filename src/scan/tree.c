/* SPDX-License-Identifier: Apache-2.0
 * OCI image specification 1.1, layer.md: "Representing Changes", "Whiteouts". */
#include "scan/tree.h"

enum { WHITEOUT = 1, OPAQUE = 2 };

/* Second names of one folder that are followed; more are not, so that what is removed by such a name still counts. */
#define ALIASES_MOST 64

/* ---- links ------------------------------------------------------------------------------------------------------- */

/* The link at PATH as layer LAYER and those below leave it, or NULL. */
static const struct dw_tree_link *link_at(struct dw_tree *tree, struct dw_slice path, int layer)
{
    const struct dw_tree_link *link = dw_map_get(&tree->links, path);
    while (link != NULL && link->layer > layer)
        link = link->next;
    return link != NULL && dw_tree_visible(tree, path, link->layer, layer) ? link : NULL;
}

struct walk {
    struct dw_buffer done; /* resolved so far */
    struct dw_buffer rest; /* still to be resolved */
    uint64_t hops;
};

static void step_back(struct dw_buffer *path)
{
    size_t slash = dw_slice_find_last(dw_buffer_slice(path), '/');
    path->len = slash == SIZE_MAX ? 0 : slash;
}

/* Goes through REST component by component; with KEEP_LAST the last one is not followed. Confined to the root: ".." there
 * stays there, and absolute targets begin there. */
static bool resolve(struct dw_tree *tree, struct walk *walk, int layer, bool keep_last, struct dw_error *error)
{
    size_t at = 0;
    while (at < walk->rest.len) {
        struct dw_slice left = dw_slice_from(dw_buffer_slice(&walk->rest), at);
        size_t slash = dw_slice_find(left, '/');
        struct dw_slice part = dw_slice_part(left, 0, slash);
        at += slash == SIZE_MAX ? left.len : slash + 1;
        if (part.len == 0 || dw_slice_is(part, "."))
            continue;
        if (dw_slice_is(part, "..")) {
            step_back(&walk->done);
            continue;
        }
        size_t before = walk->done.len;
        if (before > 0)
            dw_buffer_append_byte(&walk->done, '/');
        dw_buffer_append(&walk->done, part);
        bool last = at >= walk->rest.len;
        const struct dw_tree_link *link =
            (last && keep_last) || tree->links.len == 0 ? NULL : link_at(tree, dw_buffer_slice(&walk->done), layer);
        if (link == NULL)
            continue;
        if (!dw_limit_check(tree->limits, DW_LIMIT_SYMLINK_HOPS, ++walk->hops, error))
            return dw_context(error, "%.*s", DW_SLICE_ARG(dw_buffer_slice(&walk->done)));
        walk->done.len = dw_slice_starts_with(link->target, "/") ? 0 : before;
        struct dw_buffer rest = {0};
        dw_buffer_append(&rest, link->target);
        dw_buffer_append_byte(&rest, '/');
        dw_buffer_append(&rest, dw_slice_from(dw_buffer_slice(&walk->rest), at));
        /* A trailing '/' would make a followed last component look unfinished. */
        while (rest.len > 0 && rest.at[rest.len - 1] == '/')
            rest.len--;
        dw_buffer_free(&walk->rest);
        walk->rest = rest;
        at = 0;
    }
    return true;
}

static bool walk_path(struct dw_tree *tree, struct dw_slice path, int layer, bool keep_last, struct dw_slice *result,
                      struct dw_error *error)
{
    struct walk walk = {0};
    dw_buffer_append(&walk.rest, path);
    bool good = resolve(tree, &walk, layer, keep_last, error);
    if (good)
        *result = dw_arena_copy(&tree->arena, dw_buffer_slice(&walk.done));
    dw_buffer_free(&walk.done);
    dw_buffer_free(&walk.rest);
    return good;
}

bool dw_tree_place(struct dw_tree *tree, struct dw_slice path, int layer, struct dw_slice *placed,
                   struct dw_error *error)
{
    if (tree->links.len == 0) {
        *placed = path;
        return true;
    }
    return walk_path(tree, path, layer, true, placed, error);
}

bool dw_tree_resolve(struct dw_tree *tree, struct dw_slice path, int layer, struct dw_slice *resolved,
                     struct dw_error *error)
{
    return walk_path(tree, path, layer, false, resolved, error);
}

/* ---- what hides what ------------------------------------------------------------------------------------------------ */

static unsigned whiteout_of(const struct dw_tree_layer *layer, struct dw_slice path)
{
    const struct dw_map_entry *entry = dw_map_find(&layer->whiteouts, path);
    return entry == NULL ? 0 : (unsigned)entry->number;
}

/* Does the layer hold an entry of this kind at PATH, under its own name or through a link to one of its folders? A name
 * through two such links is not seen: then something removed still counts, which is the safe side. */
static bool holds(const struct dw_tree *tree, const struct dw_tree_layer *layer, bool folders, struct dw_slice path)
{
    if (dw_layer_facts_holds(layer->facts, folders, path))
        return true;
    if (tree->aliases.len == 0)
        return false;
    for (struct dw_slice folder = dw_path_parent(path); folder.len > 0; folder = dw_path_parent(folder)) {
        struct dw_slice tail = dw_slice_from(path, folder.len);
        const struct dw_tree_alias *alias = dw_map_get(&tree->aliases, folder);
        for (; alias != NULL; alias = alias->next) {
            char name[8192];
            if (alias->name.len + tail.len > sizeof(name))
                continue;
            memcpy(name, alias->name.at, alias->name.len);
            memcpy(name + alias->name.len, tail.at, tail.len);
            if (dw_layer_facts_holds(layer->facts, folders, dw_slice_make(name, alias->name.len + tail.len)))
                return true;
        }
    }
    return false;
}

/* Is what lies in FOLDER hidden by LAYER: is it, or a folder above it, removed, emptied or replaced by a file? */
static bool hidden_folder(struct dw_tree *tree, struct dw_tree_layer *layer, struct dw_slice folder)
{
    struct dw_map_entry *memo = dw_map_find(&layer->hidden, folder);
    if (memo != NULL)
        return memo->number == 2;
    bool hidden;
    if (folder.len == 0)
        hidden = (whiteout_of(layer, folder) & OPAQUE) != 0;
    else
        hidden = whiteout_of(layer, folder) != 0 || holds(tree, layer, false, folder) ||
                 hidden_folder(tree, layer, dw_path_parent(folder));
    dw_map_insert(&layer->hidden, dw_arena_copy(&tree->arena, folder), NULL)->number = hidden ? 2 : 1;
    return hidden;
}

bool dw_tree_visible(struct dw_tree *tree, struct dw_slice path, int from, int upto)
{
    for (int i = from + 1; i <= upto; i++) {
        struct dw_tree_layer *layer = &tree->layers[i];
        if (layer->facts == NULL)
            continue;
        if ((whiteout_of(layer, path) & WHITEOUT) != 0 || holds(tree, layer, false, path) ||
            holds(tree, layer, true, path) || hidden_folder(tree, layer, dw_path_parent(path)))
            return false;
    }
    return true;
}

bool dw_tree_exists(const struct dw_tree *tree, struct dw_slice path)
{
    for (size_t i = 0; i < tree->layer_count; i++)
        if (tree->layers[i].facts != NULL && dw_layer_facts_holds(tree->layers[i].facts, false, path))
            return true;
    return false;
}

/* ---- building -------------------------------------------------------------------------------------------------------- */

static void add_link(struct dw_tree *tree, int layer, const struct dw_entry *entry)
{
    struct dw_slice path;
    struct dw_error ignored = DW_ERROR_INIT;
    if (!dw_tree_place(tree, entry->path, layer, &path, &ignored))
        return; /* a loop leads nowhere: nothing can lie behind it */
    struct dw_map_entry *slot = dw_map_insert(&tree->links, path, NULL);
    struct dw_tree_link *link = dw_arena_alloc(&tree->arena, 1, sizeof(*link));
    *link = (struct dw_tree_link){.path = path, .target = entry->target, .layer = layer, .next = slot->pointer};
    slot->pointer = link;
}

static void add_whiteout(struct dw_tree *tree, int layer, const struct dw_entry *entry)
{
    struct dw_slice path;
    struct dw_error ignored = DW_ERROR_INIT;
    bool opaque = entry->kind == DW_ENTRY_OPAQUE;
    /* Whiteouts speak of what lies below, so their names go through the links of the layers below. */
    bool placed = opaque ? dw_tree_resolve(tree, entry->path, layer - 1, &path, &ignored)
                         : dw_tree_place(tree, entry->path, layer - 1, &path, &ignored);
    if (placed)
        dw_map_insert(&tree->layers[layer].whiteouts, path, NULL)->number |= opaque ? OPAQUE : WHITEOUT;
}

/* Links to folders give the things in them second names, which upper layers may use. Only links that are not inside the
 * folder they lead to, and whose target is a folder of some layer, matter. */
static void find_aliases(struct dw_tree *tree)
{
    size_t at = 0;
    struct dw_map_entry *entry;
    while ((entry = dw_map_next(&tree->links, &at)) != NULL) {
        const struct dw_tree_link *link = entry->pointer;
        struct dw_slice folder;
        struct dw_error ignored = DW_ERROR_INIT;
        if (!dw_tree_resolve(tree, link->path, link->layer, &folder, &ignored) || folder.len == 0)
            continue;
        bool is_folder = false;
        for (size_t i = 0; !is_folder && i < tree->layer_count; i++)
            is_folder = tree->layers[i].facts != NULL && dw_layer_facts_holds(tree->layers[i].facts, true, folder);
        struct dw_map_entry *slot = is_folder ? dw_map_insert(&tree->aliases, folder, NULL) : NULL;
        struct dw_tree_alias *first = slot == NULL ? NULL : slot->pointer;
        if (slot == NULL || (first != NULL && first->count >= ALIASES_MOST))
            continue;
        struct dw_tree_alias *alias = dw_arena_alloc(&tree->arena, 1, sizeof(*alias));
        *alias = (struct dw_tree_alias){link->path, first, first == NULL ? 1 : first->count + 1};
        slot->pointer = alias;
    }
}

void dw_tree_init(struct dw_tree *tree, struct dw_layer_facts *const *facts, size_t count,
                  const struct dw_limits *limits)
{
    *tree = (struct dw_tree){.limits = limits, .layer_count = count};
    tree->layers = dw_alloc(count, sizeof(*tree->layers));
    for (size_t i = 0; i < count; i++)
        tree->layers[i].facts = facts[i];
    for (size_t i = 0; i < count; i++) {
        if (facts[i] == NULL)
            continue;
        for (size_t j = 0; i > 0 && j < facts[i]->entries.len; j++)
            if (facts[i]->entries.at[j].kind <= DW_ENTRY_OPAQUE)
                add_whiteout(tree, (int)i, &facts[i]->entries.at[j]);
        for (size_t j = 0; j < facts[i]->entries.len; j++)
            if (facts[i]->entries.at[j].kind == DW_ENTRY_SYMLINK)
                add_link(tree, (int)i, &facts[i]->entries.at[j]);
    }
    if (count > 1)
        find_aliases(tree);
    /* The memo may hold answers from before all links were known. */
    for (size_t i = 0; i < count; i++)
        dw_map_free(&tree->layers[i].hidden);
}

void dw_tree_free(struct dw_tree *tree)
{
    for (size_t i = 0; i < tree->layer_count; i++) {
        dw_map_free(&tree->layers[i].whiteouts);
        dw_map_free(&tree->layers[i].hidden);
    }
    free(tree->layers);
    dw_map_free(&tree->links);
    dw_map_free(&tree->aliases);
    dw_arena_free(&tree->arena);
}
