/* SPDX-License-Identifier: Apache-2.0 */
#include "sbom/resolve.h"

#define MOST_MEANINGS 16 /* of one name in a lock file: beyond, the edges are told to be incomplete */

/* Packages that one token can mean, in the order of the nodes. */
struct meaning {
    size_t node;
    struct meaning *next;
    struct meaning *last; /* of the first only */
};

/* A folder with a node_modules in it. */
struct folder {
    struct dw_slice path;
    size_t number;
    struct folder *above; /* the nearest one that contains it */
};

struct resolver {
    struct dw_sbom_graph *graph;
    struct dw_arena arena;
    struct dw_map tokens;  /* see token_key */
    struct dw_map folders; /* path -> struct folder */
    struct dw_buffer key;
};

/* SPACE keeps kinds apart: 'd' deb, 'a' apk, 'm' a folder's modules, 'l' a lock file; SCOPE is the folder's number or
 * the lock file's path. */
static struct dw_slice token_key(struct resolver *resolver, char space, struct dw_slice scope, struct dw_slice token)
{
    dw_buffer_clear(&resolver->key);
    dw_buffer_append_byte(&resolver->key, space);
    dw_buffer_append(&resolver->key, scope);
    dw_buffer_append_byte(&resolver->key, 0);
    dw_buffer_append(&resolver->key, token);
    return dw_buffer_slice(&resolver->key);
}

static void tell(struct resolver *resolver, char space, struct dw_slice scope, struct dw_slice token, size_t node)
{
    struct dw_slice key = token_key(resolver, space, scope, token);
    struct dw_map_entry *entry = dw_map_find(&resolver->tokens, key);
    struct meaning *meaning = dw_arena_alloc(&resolver->arena, 1, sizeof(*meaning));
    meaning->node = node;
    if (entry == NULL) {
        entry = dw_map_insert(&resolver->tokens, dw_arena_copy(&resolver->arena, key), NULL);
        entry->pointer = meaning->last = meaning;
        return;
    }
    struct meaning *first = entry->pointer;
    first->last->next = meaning;
    first->last = meaning;
}

static const struct meaning *ask(struct resolver *resolver, char space, struct dw_slice scope, struct dw_slice token)
{
    return dw_map_get(&resolver->tokens, token_key(resolver, space, scope, token));
}

static void link_nodes(struct resolver *resolver, size_t from, size_t to)
{
    if (from == to)
        return;
    *dw_vector_push(&resolver->graph->nodes.at[from].depends) = to;
    resolver->graph->nodes.at[to].needed = true;
}

/* A token without what a database may write behind it: "libc6 (>= 2.14)", "libc6:any", "busybox>=1". */
static struct dw_slice bare_token(struct dw_slice token, bool apk)
{
    size_t end = 0;
    const char *stops = apk ? "<>=~@" : " \t(:[<";
    token = dw_slice_trim(token);
    while (end < token.len && strchr(stops, token.at[end]) == NULL)
        end++;
    return dw_slice_part(token, 0, end);
}

/* --- npm --- */

static bool is_installed_npm(const struct dw_package *package)
{
    return package->type == DW_PACKAGE_NPM && package->evidence != DW_EVIDENCE_LOCK;
}

/* The folder in whose node_modules PATH lies ("app" for app/node_modules/x); false if it lies in none. */
static bool containing_folder(struct dw_slice path, struct dw_slice *folder)
{
    struct dw_slice modules = DW_SLICE("node_modules");
    for (size_t end = path.len; end > 0;) {
        struct dw_slice parent = dw_path_parent(dw_slice_part(path, 0, end));
        if (dw_slice_equal(dw_path_base(parent), modules)) {
            *folder = dw_path_parent(parent);
            return true;
        }
        end = parent.len;
    }
    return false;
}

/* The nearest folder with modules that is PATH or above it. */
static struct folder *folder_above(struct resolver *resolver, struct dw_slice path)
{
    for (;;) {
        struct folder *folder = dw_map_get(&resolver->folders, path);
        if (folder != NULL || path.len == 0)
            return folder;
        path = dw_path_parent(path);
    }
}

static struct dw_slice folder_scope(const struct folder *folder)
{
    return dw_slice_make(&folder->number, sizeof(folder->number));
}

static void tell_modules(struct resolver *resolver)
{
    struct dw_sbom_graph *graph = resolver->graph;
    DW_VECTOR(struct folder *) all = {0};
    for (size_t i = 0; i < graph->nodes.len; i++) {
        const struct dw_sbom_node *node = &graph->nodes.at[i];
        struct dw_slice path;
        bool added = false;
        if (node->kind != DW_SBOM_PACKAGE || !is_installed_npm(node->package) ||
            !containing_folder(dw_path_parent(node->package->path), &path))
            continue;
        struct dw_map_entry *entry = dw_map_insert(&resolver->folders, path, &added);
        struct folder *folder = entry->pointer;
        if (added) {
            entry->pointer = folder = dw_arena_alloc(&resolver->arena, 1, sizeof(*folder));
            folder->path = path;
            folder->number = all.len;
            *dw_vector_push(&all) = folder;
        }
        /* By the folder's name, as Node.js looks: an alias is installed under another name than its own. */
        struct dw_slice home = dw_path_parent(node->package->path);
        size_t start = path.len > 0 ? path.len + 1 + strlen("node_modules/") : strlen("node_modules/");
        tell(resolver, 'm', folder_scope(folder), dw_slice_from(home, start), i);
    }
    for (size_t i = 0; i < all.len; i++)
        if (all.at[i]->path.len > 0)
            all.at[i]->above = folder_above(resolver, dw_path_parent(all.at[i]->path));
    dw_vector_free(&all);
}

static void resolve_module(struct resolver *resolver, size_t number)
{
    const struct dw_package *package = resolver->graph->nodes.at[number].package;
    const struct folder *start = folder_above(resolver, dw_path_parent(package->path));
    for (size_t i = 0; i < package->depend_count; i++)
        for (const struct folder *folder = start; folder != NULL; folder = folder->above) {
            const struct meaning *meaning = ask(resolver, 'm', folder_scope(folder), package->depends[i]);
            if (meaning == NULL)
                continue;
            link_nodes(resolver, number, meaning->node);
            break;
        }
}

static void resolve_locked(struct resolver *resolver, size_t number)
{
    const struct dw_package *package = resolver->graph->nodes.at[number].package;
    for (size_t i = 0; i < package->depend_count; i++) {
        const struct meaning *meaning = ask(resolver, 'l', package->path, package->depends[i]);
        for (size_t count = 0; meaning != NULL; meaning = meaning->next) {
            if (++count > MOST_MEANINGS) {
                resolver->graph->ambiguous = true;
                break;
            }
            link_nodes(resolver, number, meaning->node);
        }
    }
}

/* --- deb and apk --- */

static char space_of(const struct dw_package *package)
{
    return package->type == DW_PACKAGE_APK ? 'a' : 'd';
}

static void resolve_system(struct resolver *resolver, size_t number)
{
    const struct dw_package *package = resolver->graph->nodes.at[number].package;
    bool apk = package->type == DW_PACKAGE_APK;
    for (size_t i = 0; i < package->depend_count; i++) {
        struct dw_slice token = bare_token(package->depends[i], apk);
        if (token.len == 0 || token.at[0] == '!') /* apk: a conflict */
            continue;
        const struct meaning *first = ask(resolver, space_of(package), DW_SLICE("n"), token);
        if (first == NULL)
            first = ask(resolver, space_of(package), DW_SLICE("p"), token);
        const struct meaning *best = first;
        size_t looked = 0;
        for (const struct meaning *m = first; m != NULL && looked < MOST_MEANINGS; m = m->next, looked++)
            if (dw_slice_equal(resolver->graph->nodes.at[m->node].package->architecture, package->architecture)) {
                best = m;
                break;
            }
        if (best != NULL)
            link_nodes(resolver, number, best->node);
    }
}

static void tell_tokens(struct resolver *resolver)
{
    for (size_t i = 0; i < resolver->graph->nodes.len; i++) {
        const struct dw_sbom_node *node = &resolver->graph->nodes.at[i];
        const struct dw_package *package = node->package;
        if (node->kind != DW_SBOM_PACKAGE)
            continue;
        if (dw_package_is_os(package->type)) {
            tell(resolver, space_of(package), DW_SLICE("n"), package->name, i);
            for (size_t j = 0; j < package->provide_count; j++)
                tell(resolver, space_of(package), DW_SLICE("p"),
                     bare_token(package->provides[j], package->type == DW_PACKAGE_APK), i);
        } else if (package->type == DW_PACKAGE_NPM && package->evidence == DW_EVIDENCE_LOCK) {
            tell(resolver, 'l', package->path, package->name, i);
        }
    }
}

void dw_sbom_resolve(struct dw_sbom_graph *graph)
{
    struct resolver resolver = {.graph = graph};
    tell_tokens(&resolver);
    tell_modules(&resolver);
    for (size_t i = 0; i < graph->nodes.len; i++) {
        const struct dw_sbom_node *node = &graph->nodes.at[i];
        if (node->kind != DW_SBOM_PACKAGE)
            continue;
        if (dw_package_is_os(node->package->type))
            resolve_system(&resolver, i);
        else if (is_installed_npm(node->package))
            resolve_module(&resolver, i);
        else if (node->package->type == DW_PACKAGE_NPM)
            resolve_locked(&resolver, i);
    }
    dw_map_free(&resolver.tokens);
    dw_map_free(&resolver.folders);
    dw_buffer_free(&resolver.key);
    dw_arena_free(&resolver.arena);
}
