/* SPDX-License-Identifier: Apache-2.0 */
#include "sbom/graph.h"

#include "base/digest.h"
#include "base/encoding.h"
#include "sbom/resolve.h"

#define PACKAGE_ID 16 /* hex digits */

struct dw_slice dw_sbom_family(const struct dw_distribution *distribution)
{
    static const struct {
        const char *id, *family;
    } families[] = {{"rhel", "redhat"},     {"amzn", "amazon"},          {"ol", "oracle"},
                    {"almalinux", "alma"},  {"mariner", "cbl-mariner"},  {"sle-micro", "slem"},
                    {"sle_hpc", "sles"}};
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        if (dw_slice_is(distribution->id, families[i].id))
            return dw_slice_of(families[i].family);
    return distribution->id.len > 0 ? distribution->id : DW_SLICE("unknown");
}

struct dw_slice dw_sbom_release(const struct dw_distribution *distribution)
{
    return distribution->version_id.len > 0 ? distribution->version_id : distribution->release;
}

/* --- references --- */

/* Text without bytes that a JSON writer would replace: two different ones must stay different. */
static struct dw_slice safe_text(struct dw_arena *arena, struct dw_slice text)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer safe = {0};
    dw_escape_terminal(&safe, text, false);
    return dw_arena_copy(arena, dw_buffer_slice(&safe));
}

static struct dw_slice package_ref(struct dw_arena *arena, const struct dw_package *package)
{
    if (package->purl.len > 0)
        return safe_text(arena, package->purl);
    return safe_text(arena, dw_arena_printf(arena, "package:%s/%.*s@%.*s", dw_package_type_name(package->type),
                                            DW_SLICE_ARG(package->name), DW_SLICE_ARG(package->version)));
}

/* REF with "package-id=" over REF, the place and TWIN. A qualifier stands before a subpath. */
static struct dw_slice with_id(struct dw_arena *arena, struct dw_slice ref, struct dw_slice place, uint64_t twin)
{
    struct dw_hasher hasher = {0};
    struct dw_digest digest;
    char text[DW_DIGEST_TEXT];
    const struct dw_slice parts[] = {ref, place, dw_arena_printf(arena, "%llu", (unsigned long long)twin)};
    dw_hasher_start(&hasher, DW_DIGEST_SHA256);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        dw_hasher_update(&hasher, parts[i]);
        dw_hasher_update(&hasher, dw_slice_make("", 1));
    }
    dw_hasher_finish(&hasher, &digest);
    size_t subpath = dw_slice_find(ref, '#');
    subpath = subpath == SIZE_MAX ? ref.len : subpath;
    struct dw_slice head = dw_slice_part(ref, 0, subpath);
    return dw_arena_printf(arena, "%.*s%cpackage-id=%.*s%.*s", DW_SLICE_ARG(head),
                           dw_slice_find(head, '?') == SIZE_MAX ? '?' : '&', PACKAGE_ID,
                           dw_digest_hex(&digest, text), DW_SLICE_ARG(dw_slice_from(ref, subpath)));
}

/* A node whose reference is REF, or, where SHARED or already taken, REF with an id. What shares even its place is
 * numbered in the order of the subject's list. */
static void add(struct dw_sbom_graph *graph, struct dw_map *taken, enum dw_sbom_node_kind kind, struct dw_slice ref,
                bool shared, const struct dw_package *package)
{
    struct dw_slice place = package != NULL ? package->path : DW_SLICE(""), unique = ref;
    bool added = false;
    if (shared)
        unique = with_id(&graph->arena, ref, place, 0);
    struct dw_map_entry *entry = dw_map_insert(taken, unique, &added);
    while (!added) {
        unique = with_id(&graph->arena, ref, place, ++entry->number);
        uint64_t number = entry->number;
        entry = dw_map_insert(taken, unique, &added);
        entry->number = added ? 0 : number > entry->number ? number : entry->number;
    }
    struct dw_sbom_node *node = dw_vector_push(&graph->nodes);
    node->kind = kind;
    node->ref = unique;
    node->package = package;
}

static int compare_nodes(const void *a, const void *b)
{
    const struct dw_sbom_node *x = a, *y = b;
    return dw_slice_compare(x->ref, y->ref);
}

static void add_packages(struct dw_sbom_graph *graph, struct dw_map *taken, const struct dw_subject *subject)
{
    struct dw_map uses = {0}, locks = {0};
    for (size_t i = 0; i < subject->packages.len; i++)
        dw_map_insert(&uses, package_ref(&graph->arena, subject->packages.at[i]), NULL)->number++;
    for (size_t i = 0; i < subject->packages.len; i++) {
        const struct dw_package *package = subject->packages.at[i];
        struct dw_slice ref = package_ref(&graph->arena, package);
        bool added = false;
        add(graph, taken, DW_SBOM_PACKAGE, ref, dw_map_find(&uses, ref)->number > 1, package);
        if (package->evidence != DW_EVIDENCE_LOCK)
            continue;
        dw_map_insert(&locks, package->path, &added);
        if (added) {
            struct dw_slice path = safe_text(&graph->arena, package->path);
            add(graph, taken, DW_SBOM_LOCK_FILE,
                dw_arena_printf(&graph->arena, "file:%.*s", DW_SLICE_ARG(path)), false, package);
        }
    }
    dw_map_free(&uses);
    dw_map_free(&locks);
}

/* --- reachability --- */

static void link_to(struct dw_sbom_graph *graph, size_t from, size_t to)
{
    *dw_vector_push(&graph->nodes.at[from].depends) = to;
}

/* The node that PACKAGE hangs by if nothing else needs it. */
static size_t parent_of(const struct dw_sbom_graph *graph, const struct dw_sbom_node *node, const struct dw_map *locks)
{
    if (node->kind != DW_SBOM_PACKAGE)
        return graph->root;
    if (dw_package_is_os(node->package->type) && graph->system != SIZE_MAX)
        return graph->system;
    if (node->package->evidence == DW_EVIDENCE_LOCK)
        return (size_t)dw_map_find(locks, node->package->path)->number;
    return graph->root;
}

static void reach(struct dw_sbom_graph *graph, size_t from)
{
    DW_VECTOR(size_t) open = {0};
    graph->nodes.at[from].reached = true;
    *dw_vector_push(&open) = from;
    while (open.len > 0) {
        const struct dw_sbom_node *node = &graph->nodes.at[open.at[--open.len]];
        for (size_t i = 0; i < node->depends.len; i++) {
            struct dw_sbom_node *next = &graph->nodes.at[node->depends.at[i]];
            if (next->reached)
                continue;
            next->reached = true;
            *dw_vector_push(&open) = node->depends.at[i];
        }
    }
    dw_vector_free(&open);
}

static void connect(struct dw_sbom_graph *graph)
{
    struct dw_map locks = {0};
    for (size_t i = 0; i < graph->nodes.len; i++)
        if (graph->nodes.at[i].kind == DW_SBOM_LOCK_FILE)
            dw_map_insert(&locks, graph->nodes.at[i].package->path, NULL)->number = i;
    for (size_t i = 0; i < graph->nodes.len; i++)
        if (i != graph->root && !graph->nodes.at[i].needed)
            link_to(graph, parent_of(graph, &graph->nodes.at[i], &locks), i);
    reach(graph, graph->root);
    for (size_t i = 0; i < graph->nodes.len; i++)
        if (!graph->nodes.at[i].reached) {
            link_to(graph, parent_of(graph, &graph->nodes.at[i], &locks), i);
            reach(graph, i);
        }
    dw_map_free(&locks);
}

static int compare_numbers(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* Each edge once, in order. */
static void tidy(struct dw_sbom_graph *graph)
{
    for (size_t i = 0; i < graph->nodes.len; i++) {
        struct dw_sbom_node *node = &graph->nodes.at[i];
        size_t kept = 0;
        if (node->depends.len < 2)
            continue;
        qsort(node->depends.at, node->depends.len, sizeof(node->depends.at[0]), compare_numbers);
        for (size_t j = 0; j < node->depends.len; j++)
            if (kept == 0 || node->depends.at[kept - 1] != node->depends.at[j])
                node->depends.at[kept++] = node->depends.at[j];
        node->depends.len = kept;
    }
}

void dw_sbom_graph_build(struct dw_sbom_graph *graph, const struct dw_subject *subject, struct dw_slice root_ref)
{
    struct dw_map taken = {0};
    graph->system = SIZE_MAX;
    add(graph, &taken, DW_SBOM_ROOT, safe_text(&graph->arena, root_ref), false, NULL);
    if (subject->distribution.known) {
        struct dw_slice family = dw_sbom_family(&subject->distribution);
        struct dw_slice release = dw_sbom_release(&subject->distribution);
        struct dw_slice ref = dw_arena_printf(&graph->arena, "os:%.*s%s%.*s", DW_SLICE_ARG(family),
                                              release.len > 0 ? "@" : "", DW_SLICE_ARG(release));
        add(graph, &taken, DW_SBOM_SYSTEM, safe_text(&graph->arena, ref), false, NULL);
    }
    add_packages(graph, &taken, subject);
    dw_map_free(&taken);
    qsort(graph->nodes.at, graph->nodes.len, sizeof(graph->nodes.at[0]), compare_nodes);
    for (size_t i = 0; i < graph->nodes.len; i++) {
        if (graph->nodes.at[i].kind == DW_SBOM_ROOT)
            graph->root = i;
        if (graph->nodes.at[i].kind == DW_SBOM_SYSTEM)
            graph->system = i;
    }
    dw_sbom_resolve(graph);
    connect(graph);
    tidy(graph);
}

void dw_sbom_graph_free(struct dw_sbom_graph *graph)
{
    for (size_t i = 0; i < graph->nodes.len; i++)
        dw_vector_free(&graph->nodes.at[i].depends);
    dw_vector_free(&graph->nodes);
    dw_arena_free(&graph->arena);
}
