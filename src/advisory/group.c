/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/group.h"

static uint32_t node_of(struct dw_alias_groups *groups, struct dw_slice id)
{
    bool added;
    struct dw_map_entry *entry = dw_map_insert(&groups->map, id, &added);
    if (added) {
        struct dw_alias_node *node = dw_vector_push(&groups->nodes);
        entry->number = groups->nodes.len;
        *node = (struct dw_alias_node){
            .id = id,
            .parent = (uint32_t)groups->nodes.len - 1,
            .cve = dw_slice_starts_with(id, "CVE-"),
            .ghsa = dw_slice_starts_with(id, "GHSA-"),
        };
    }
    return (uint32_t)(entry->number - 1);
}

static uint32_t root_of(const struct dw_alias_groups *groups, uint32_t node)
{
    while (groups->nodes.at[node].parent != node) {
        uint32_t above = groups->nodes.at[node].parent;
        groups->nodes.at[node].parent = groups->nodes.at[above].parent; /* halves the path */
        node = groups->nodes.at[node].parent;
    }
    return node;
}

static void join(struct dw_alias_groups *groups, uint32_t a, uint32_t b)
{
    a = root_of(groups, a);
    b = root_of(groups, b);
    if (a != b)
        groups->nodes.at[a > b ? a : b].parent = a < b ? a : b;
}

static void link_to(struct dw_alias_groups *groups, uint32_t from, uint32_t cve)
{
    *dw_vector_push(&groups->links) = (struct dw_alias_link){from, cve};
}

void dw_alias_groups_add(struct dw_alias_groups *groups, const struct dw_advisory *record)
{
    uint32_t self = node_of(groups, record->id), one = self;
    size_t cves = groups->nodes.at[self].cve;
    groups->nodes.at[self].record = true;
    for (size_t i = 0; i < record->upstream.count; i++)
        node_of(groups, record->upstream.at[i]);
    for (size_t i = 0; i < record->aliases.count; i++) {
        uint32_t alias = node_of(groups, record->aliases.at[i]);
        if (groups->nodes.at[alias].cve && alias != one) {
            one = alias;
            cves++;
        }
    }
    if (record->withdrawn)
        return;
    for (size_t i = 0; i < record->aliases.count; i++) {
        uint32_t alias = node_of(groups, record->aliases.at[i]);
        if (groups->nodes.at[alias].cve) {
            /* Several CVEs: only the record itself leads to each. */
            link_to(groups, self, alias);
            continue;
        }
        if (!groups->nodes.at[self].cve)
            join(groups, self, alias);
        if (groups->nodes.at[self].cve)
            link_to(groups, alias, self);
        else if (cves == 1)
            link_to(groups, alias, one);
    }
}

static int compare_links(const void *a, const void *b)
{
    const struct dw_alias_link *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->cve > y->cve) - (x->cve < y->cve);
}

/* Is A the better primary of a set without CVE? */
static bool better(const struct dw_alias_node *a, const struct dw_alias_node *b)
{
    if (a->ghsa != b->ghsa)
        return a->ghsa;
    if (a->record != b->record && !a->ghsa)
        return a->record;
    return dw_slice_compare(a->id, b->id) < 0;
}

void dw_alias_groups_finish(struct dw_alias_groups *groups)
{
    for (uint32_t i = 0; i < groups->nodes.len; i++)
        groups->nodes.at[i].best = i;
    for (uint32_t i = 0; i < groups->nodes.len; i++) {
        struct dw_alias_node *root = &groups->nodes.at[root_of(groups, i)];
        if (better(&groups->nodes.at[i], &groups->nodes.at[root->best]))
            root->best = i;
    }
    for (size_t i = 0; i < groups->links.len; i++)
        *dw_vector_push(&groups->roots) =
            (struct dw_alias_link){root_of(groups, groups->links.at[i].from), groups->links.at[i].cve};
    if (groups->links.len == 0)
        return;
    qsort(groups->links.at, groups->links.len, sizeof(groups->links.at[0]), compare_links);
    qsort(groups->roots.at, groups->roots.len, sizeof(groups->roots.at[0]), compare_links);
}

static int compare_nodes(const void *a, const void *b, void *context)
{
    const struct dw_alias_groups *groups = context;
    return dw_slice_compare(groups->nodes.at[*(const uint32_t *)a].id, groups->nodes.at[*(const uint32_t *)b].id);
}

/* Sorts the list by id and drops doubles. */
static void settle(const struct dw_alias_groups *groups, struct dw_node_list *list)
{
    size_t kept = 0;
    if (list->len < 2)
        return;
    qsort_r(list->at, list->len, sizeof(*list->at), compare_nodes, (void *)groups);
    for (size_t i = 0; i < list->len; i++)
        if (kept == 0 || list->at[kept - 1] != list->at[i])
            list->at[kept++] = list->at[i];
    list->len = kept;
}

/* Adds what the sorted LINKS say of FROM; false if nothing. */
static bool follow(const struct dw_alias_link *links, size_t count, uint32_t from, struct dw_node_list *list)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (links[middle].from < from)
            low = middle + 1;
        else
            high = middle;
    }
    size_t start = low;
    for (; low < count && links[low].from == from; low++)
        *dw_vector_push(list) = links[low].cve;
    return low > start;
}

static void add_groups(const struct dw_alias_groups *groups, uint32_t node, struct dw_node_list *list)
{
    if (groups->nodes.at[node].cve) {
        *dw_vector_push(list) = node;
        follow(groups->links.at, groups->links.len, node, list); /* a CVE record that names another CVE */
        return;
    }
    if (follow(groups->links.at, groups->links.len, node, list))
        return;
    uint32_t root = root_of(groups, node);
    if (!follow(groups->roots.at, groups->roots.len, root, list))
        *dw_vector_push(list) = groups->nodes.at[root].best;
}

void dw_alias_groups_of_node(const struct dw_alias_groups *groups, uint32_t node, struct dw_node_list *list)
{
    list->len = 0;
    add_groups(groups, node, list);
    settle(groups, list);
}

void dw_alias_groups_of_record(const struct dw_alias_groups *groups, const struct dw_advisory *record,
                               struct dw_node_list *list)
{
    list->len = 0;
    for (size_t i = 0; i < record->upstream.count; i++) {
        const struct dw_map_entry *entry = dw_map_find(&groups->map, record->upstream.at[i]);
        if (entry)
            add_groups(groups, (uint32_t)(entry->number - 1), list);
    }
    const struct dw_map_entry *self = dw_map_find(&groups->map, record->id);
    uint32_t node = self ? (uint32_t)(self->number - 1) : 0;
    /* With upstream ids a record adds only the CVEs that it names itself. */
    if (self && record->upstream.count == 0)
        add_groups(groups, node, list);
    else if (self)
        follow(groups->links.at, groups->links.len, node, list);
    settle(groups, list);
}

void dw_alias_groups_free(struct dw_alias_groups *groups)
{
    dw_map_free(&groups->map);
    dw_vector_free(&groups->nodes);
    dw_vector_free(&groups->links);
    dw_vector_free(&groups->roots);
}
