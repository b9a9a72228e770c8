/* SPDX-License-Identifier: Apache-2.0
 * OCI image specification 1.1, layer.md. */
#include "scan/merge.h"

#include "package/distribution.h"
#include "package/purl.h"
#include "scan/tree.h"

/* A file that a reader has read, at the place where it lands. */
struct candidate {
    const struct dw_fact_file *file;
    struct dw_slice path; /* as placed; its packages get this path */
    int layer;
    bool live;                /* nothing above it hides it */
    struct candidate *lower;  /* what lay at the same path below, for attribution */
};

struct merge {
    struct dw_tree tree;
    struct dw_layer_facts *const *facts;
    size_t count;
    bool folder;
    const struct dw_limits *limits;
    struct dw_subject *subject;
    struct dw_arena arena;
    struct dw_map at; /* path → the topmost struct candidate */
    DW_VECTOR(struct candidate *) candidates;
    struct dw_map owners; /* path → name of the OS package */
    DW_VECTOR(struct dw_package *) packages;
};

static void note(struct merge *merge, enum dw_note_kind kind, int layer, struct dw_slice path, const char *message)
{
    dw_subject_note(merge->subject, kind, merge->folder ? -1 : layer, path, dw_slice_of(message));
}

static struct candidate *add_candidate(struct merge *merge, const struct dw_fact_file *file, struct dw_slice path,
                                       int layer)
{
    struct candidate *candidate = dw_arena_alloc(&merge->arena, 1, sizeof(*candidate));
    struct dw_map_entry *slot = dw_map_insert(&merge->at, path, NULL);
    *candidate = (struct candidate){.file = file, .path = path, .layer = layer, .lower = slot->pointer};
    slot->pointer = candidate;
    *dw_vector_push(&merge->candidates) = candidate;
    return candidate;
}

static bool place_files(struct merge *merge, int layer, struct dw_error *error)
{
    const struct dw_layer_facts *facts = merge->facts[layer];
    for (size_t i = 0; i < facts->files.len; i++) {
        const struct dw_fact_file *file = facts->files.at[i];
        struct dw_slice path;
        if (file->replaced)
            continue;
        if (!dw_tree_place(&merge->tree, file->path, layer, &path, error))
            return false;
        const struct dw_package_reader *reader = dw_package_wants(path);
        if (reader != dw_package_readers[file->reader] && reader != NULL)
            note(merge, DW_NOTE_UNSUPPORTED, layer, path,
                 "was written through a symbolic link under another name, and read as what that name says");
        add_candidate(merge, file, path, layer);
    }
    return true;
}

/* What lies at PATH for layer LAYER: the topmost candidate that is still visible there. */
static struct candidate *find_content(struct merge *merge, struct dw_slice path, int layer)
{
    struct candidate *candidate = dw_map_get(&merge->at, path);
    while (candidate != NULL && candidate->layer > layer)
        candidate = candidate->lower;
    return candidate != NULL && dw_tree_visible(&merge->tree, path, candidate->layer, layer) ? candidate : NULL;
}

/* A hard link has the content that its target has at that moment; what becomes of the target later does not touch it. */
static bool place_hard_links(struct merge *merge, int layer, struct dw_error *error)
{
    const struct dw_layer_facts *facts = merge->facts[layer];
    for (size_t i = 0; i < facts->entries.len; i++) {
        const struct dw_entry *entry = &facts->entries.at[i];
        struct dw_slice path, target;
        if (entry->kind != DW_ENTRY_HARDLINK)
            continue;
        if (!dw_tree_place(&merge->tree, entry->path, layer, &path, error) ||
            !dw_tree_place(&merge->tree, entry->target, layer, &target, error))
            return false;
        if (dw_package_wants(path) == NULL)
            continue;
        const struct candidate *content = find_content(merge, target, layer);
        if (content != NULL)
            add_candidate(merge, content->file, path, layer);
        else if (dw_tree_exists(&merge->tree, target))
            note(merge, DW_NOTE_UNSUPPORTED, layer, path,
                 "is a hard link to a file that was not read, since its name tells nothing");
        else
            note(merge, DW_NOTE_UNREADABLE, layer, path, "is a hard link to a file that is not there");
    }
    return true;
}

/* Files under known names that could not be known by the name they stand under in their layer. */
static bool check_named(struct merge *merge, int layer, struct dw_error *error)
{
    const struct dw_layer_facts *facts = merge->facts[layer];
    for (size_t i = 0; i < facts->entries.len; i++) {
        const struct dw_entry *entry = &facts->entries.at[i];
        struct dw_slice path;
        if (entry->kind != DW_ENTRY_NAMED)
            continue;
        if (!dw_tree_place(&merge->tree, entry->path, layer, &path, error))
            return false;
        if (dw_package_wants(path) != NULL && dw_tree_visible(&merge->tree, path, layer, (int)merge->count - 1))
            note(merge, DW_NOTE_UNSUPPORTED, layer, path,
                 "was written through a symbolic link of a lower layer, so that it was not read");
    }
    return true;
}

/* A symbolic link under a known name: what it leads to must have been read. */
static bool check_links(struct merge *merge, int layer, struct dw_error *error)
{
    const struct dw_layer_facts *facts = merge->facts[layer];
    int top = (int)merge->count - 1;
    for (size_t i = 0; i < facts->entries.len; i++) {
        const struct dw_entry *entry = &facts->entries.at[i];
        struct dw_slice path, target;
        if (entry->kind != DW_ENTRY_SYMLINK || dw_package_wants(entry->path) == NULL)
            continue;
        if (!dw_tree_place(&merge->tree, entry->path, layer, &path, error) ||
            !dw_tree_resolve(&merge->tree, path, top, &target, error))
            return false;
        if (dw_slice_equal(path, target) || !dw_tree_visible(&merge->tree, path, layer, top))
            continue;
        if (find_content(merge, target, top) == NULL && dw_tree_exists(&merge->tree, target))
            note(merge, DW_NOTE_UNSUPPORTED, layer, path,
                 "is a symbolic link to a file that was not read, since its name tells nothing");
    }
    return true;
}

static bool find_shell(struct merge *merge, int layer, struct dw_error *error)
{
    const struct dw_layer_facts *facts = merge->facts[layer];
    for (size_t i = 0; !merge->subject->shell && i < facts->entries.len; i++) {
        struct dw_slice path;
        if (facts->entries.at[i].kind != DW_ENTRY_TOOL)
            continue;
        if (!dw_tree_place(&merge->tree, facts->entries.at[i].path, layer, &path, error))
            return false;
        merge->subject->shell = dw_tree_visible(&merge->tree, path, layer, (int)merge->count - 1);
    }
    return true;
}

/* ---- from candidates to packages --------------------------------------------------------------------------------------- */

static struct dw_slice keep(struct merge *merge, struct dw_slice text)
{
    return text.len == 0 ? text : dw_arena_copy(&merge->subject->arena, text);
}

static struct dw_slice *keep_list(struct merge *merge, const struct dw_slice *items, size_t count)
{
    struct dw_slice *copy = count == 0 ? NULL : dw_arena_alloc(&merge->subject->arena, count, sizeof(*copy));
    for (size_t i = 0; i < count; i++)
        copy[i] = keep(merge, items[i]);
    return copy;
}

static bool has_package(const struct dw_fact_file *file, const struct dw_package *package)
{
    for (size_t i = 0; i < file->packages.len; i++)
        if (dw_slice_equal(file->packages.at[i].name, package->name) &&
            dw_slice_equal(file->packages.at[i].version, package->version) &&
            dw_slice_equal(file->packages.at[i].architecture, package->architecture))
            return true;
    return false;
}

/* The first layer whose version of the file held this package, unbroken up to the top. */
static int bringing_layer(const struct candidate *top, const struct dw_package *package)
{
    int layer = top->layer;
    for (const struct candidate *lower = top->lower; lower != NULL && has_package(lower->file, package);
         lower = lower->lower)
        layer = lower->layer;
    return layer;
}

/* A database of many packages is looked through for every lower version of it only by name: see has_package. For large
 * ones a map of the lower version makes that linear. */
static void take_packages(struct merge *merge, const struct candidate *candidate)
{
    DW_CLEANUP(dw_map_free) struct dw_map below = {0};
    const struct candidate *lower = candidate->lower;
    bool many = candidate->file->packages.len > 16 && lower != NULL;
    for (size_t i = 0; many && i < lower->file->packages.len; i++)
        dw_map_insert(&below, lower->file->packages.at[i].name, NULL)->pointer =
            (void *)(uintptr_t)&lower->file->packages.at[i];
    for (size_t i = 0; i < candidate->file->packages.len; i++) {
        const struct dw_package *read = &candidate->file->packages.at[i];
        struct dw_package *package = dw_arena_alloc(&merge->subject->arena, 1, sizeof(*package));
        struct dw_slice *texts[] = {&package->name,        &package->version,        &package->architecture,
                                    &package->source_name, &package->source_version, &package->license,
                                    &package->supplier,    &package->checksum};
        *package = *read;
        for (size_t j = 0; j < sizeof(texts) / sizeof(texts[0]); j++)
            *texts[j] = keep(merge, *texts[j]);
        package->depends = keep_list(merge, read->depends, read->depend_count);
        package->provides = keep_list(merge, read->provides, read->provide_count);
        package->path = keep(merge, candidate->path);
        bool was_there = !many || dw_map_find(&below, read->name) != NULL;
        package->layer = merge->folder ? -1 : was_there ? bringing_layer(candidate, read) : candidate->layer;
        *dw_vector_push(&merge->packages) = package;
    }
}

static void take_candidate(struct merge *merge, struct candidate *candidate)
{
    const struct dw_fact_file *file = candidate->file;
    for (size_t i = 0; i < file->notes.len; i++)
        dw_subject_note(merge->subject, file->notes.at[i].kind, merge->folder ? -1 : candidate->layer, candidate->path,
                        file->notes.at[i].message);
    for (size_t i = 0; i < file->owned.len; i++) {
        struct dw_slice path;
        struct dw_error ignored = DW_ERROR_INIT;
        if (dw_tree_place(&merge->tree, file->owned.at[i].path, (int)merge->count - 1, &path, &ignored))
            dw_map_insert(&merge->owners, path, NULL)->pointer = (void *)(uintptr_t)&file->owned.at[i];
    }
    take_packages(merge, candidate);
}

static void find_live(struct merge *merge)
{
    int top = (int)merge->count - 1;
    for (size_t i = 0; i < merge->candidates.len; i++) {
        struct candidate *candidate = merge->candidates.at[i];
        candidate->live = dw_map_get(&merge->at, candidate->path) == candidate &&
                          dw_tree_visible(&merge->tree, candidate->path, candidate->layer, top);
    }
}

/* ---- owners and lock files ----------------------------------------------------------------------------------------------- */

static void set_owners(struct merge *merge)
{
    DW_CLEANUP(dw_map_free) struct dw_map by_name = {0};
    if (merge->owners.len == 0)
        return;
    for (size_t i = 0; i < merge->packages.len; i++)
        if (dw_package_is_os(merge->packages.at[i]->type))
            dw_map_insert(&by_name, merge->packages.at[i]->name, NULL)->pointer = merge->packages.at[i];
    for (size_t i = 0; i < merge->packages.len; i++) {
        struct dw_package *package = merge->packages.at[i];
        const struct dw_owned *owned =
            dw_package_is_os(package->type) ? NULL : dw_map_get(&merge->owners, package->path);
        if (owned != NULL)
            package->owner = dw_map_get(&by_name, owned->package);
    }
}

/* "app/package-lock.json" → "app/node_modules/", "app/node_modules/.package-lock.json" → "app/node_modules/". */
static struct dw_slice installed_folder(struct merge *merge, struct dw_slice lock)
{
    struct dw_slice folder = dw_path_parent(lock);
    bool hidden = dw_slice_is(dw_path_base(folder), "node_modules");
    return dw_arena_printf(&merge->arena, "%.*s%s%s/", DW_SLICE_ARG(folder), folder.len > 0 && !hidden ? "/" : "",
                           hidden ? "" : "node_modules");
}

/* In an image a lock file counts only where nothing of it is installed: development packages that were never installed are
 * no findings. In a folder it counts, less what is installed as it says. */
static void drop_locked(struct merge *merge)
{
    DW_CLEANUP(dw_map_free) struct dw_map folders = {0}; /* installed folder → 1, and "folder name@version" → 1 */
    for (size_t i = 0; i < merge->packages.len; i++) {
        const struct dw_package *package = merge->packages.at[i];
        if (package->evidence != DW_EVIDENCE_INSTALLED || package->type != DW_PACKAGE_NPM)
            continue;
        struct dw_slice marker = DW_SLICE("node_modules/");
        for (size_t at = 0; at + marker.len <= package->path.len; at++) {
            size_t found = dw_slice_find_slice(dw_slice_from(package->path, at), marker);
            if (found == SIZE_MAX)
                break;
            at += found;
            struct dw_slice folder = dw_slice_part(package->path, 0, at + marker.len);
            dw_map_insert(&folders, folder, NULL);
            struct dw_slice one = dw_arena_printf(&merge->arena, "%.*s %.*s@%.*s", DW_SLICE_ARG(folder),
                                                  DW_SLICE_ARG(package->name), DW_SLICE_ARG(package->version));
            dw_map_insert(&folders, one, NULL);
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < merge->packages.len; i++) {
        struct dw_package *package = merge->packages.at[i];
        bool drop = false;
        if (package->evidence == DW_EVIDENCE_LOCK && package->type == DW_PACKAGE_NPM) {
            struct dw_slice folder = installed_folder(merge, package->path);
            bool hidden = dw_slice_is(dw_path_base(package->path), ".package-lock.json");
            struct dw_slice one = dw_arena_printf(&merge->arena, "%.*s %.*s@%.*s", DW_SLICE_ARG(folder),
                                                  DW_SLICE_ARG(package->name), DW_SLICE_ARG(package->version));
            drop = (!merge->folder || hidden) ? dw_map_find(&folders, folder) != NULL
                                              : dw_map_find(&folders, one) != NULL;
        }
        if (!drop)
            merge->packages.at[kept++] = package;
    }
    merge->packages.len = kept;
}

static int compare_packages(const void *a, const void *b)
{
    const struct dw_package *x = *(struct dw_package *const *)a, *y = *(struct dw_package *const *)b;
    int order = dw_slice_compare(x->purl, y->purl);
    return order != 0 ? order : dw_slice_compare(x->path, y->path);
}

static bool same_package(const struct dw_package *a, const struct dw_package *b)
{
    return dw_slice_equal(a->purl, b->purl) && dw_slice_equal(a->path, b->path) &&
           dw_slice_equal(a->name, b->name) && dw_slice_equal(a->version, b->version);
}

static void decide_distribution(struct merge *merge, const struct dw_distribution *read, size_t count)
{
    struct dw_distribution *decided = &merge->subject->distribution;
    struct dw_slice *texts[] = {&decided->id,          &decided->id_like, &decided->version_id,
                                &decided->version_codename, &decided->pretty_name, &decided->release,
                                &decided->path};
    struct dw_slice remark;
    dw_distribution_decide(read, count, &merge->subject->arena, decided, &remark);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        *texts[i] = keep(merge, *texts[i]);
    if (remark.len > 0)
        dw_subject_note(merge->subject, DW_NOTE_INFORMATION, -1, decided->path, remark);
}

/* The distribution first: package URLs name it. */
static void finish_packages(struct merge *merge)
{
    struct dw_subject *subject = merge->subject;
    DW_VECTOR(struct dw_distribution) read = {0};
    for (size_t i = 0; i < merge->candidates.len; i++) {
        const struct candidate *candidate = merge->candidates.at[i];
        if (!candidate->live || !candidate->file->has_distribution)
            continue;
        struct dw_distribution *distribution = dw_vector_push(&read);
        *distribution = candidate->file->distribution;
        distribution->path = candidate->path;
    }
    decide_distribution(merge, read.at, read.len);
    dw_vector_free(&read);
    /* Debian without a shell and without dpkg. */
    subject->distribution.distroless = subject->distribution.known && !subject->shell &&
                                       !dw_slice_is(subject->distribution.id, "alpine");
    for (size_t i = 0; i < merge->packages.len; i++)
        merge->packages.at[i]->purl =
            dw_purl_of_package(&subject->arena, merge->packages.at[i], &subject->distribution);
    if (merge->packages.len > 1)
        qsort(merge->packages.at, merge->packages.len, sizeof(merge->packages.at[0]), compare_packages);
    for (size_t i = 0; i < merge->packages.len; i++)
        if (subject->packages.len == 0 ||
            !same_package(subject->packages.at[subject->packages.len - 1], merge->packages.at[i]))
            *dw_vector_push(&subject->packages) = merge->packages.at[i];
}

static bool collect(struct merge *merge, struct dw_error *error)
{
    for (int layer = 0; layer < (int)merge->count; layer++) {
        const struct dw_layer_facts *facts = merge->facts[layer];
        if (facts == NULL)
            continue;
        for (size_t i = 0; i < facts->notes.len; i++)
            dw_subject_note(merge->subject, facts->notes.at[i].kind, merge->folder ? -1 : layer,
                            facts->notes.at[i].path, facts->notes.at[i].message);
        if (!place_files(merge, layer, error) || !place_hard_links(merge, layer, error) ||
            !check_named(merge, layer, error) || !find_shell(merge, layer, error))
            return false;
    }
    for (int layer = 0; layer < (int)merge->count; layer++)
        if (merge->facts[layer] != NULL && !check_links(merge, layer, error))
            return false;
    return true;
}

bool dw_layers_merge(struct dw_layer_facts *const *facts, size_t count, bool folder, const struct dw_limits *limits,
                     struct dw_subject *subject, struct dw_error *error)
{
    struct merge merge = {.facts = facts, .count = count, .folder = folder, .limits = limits, .subject = subject};
    dw_tree_init(&merge.tree, facts, count, limits);
    bool good = collect(&merge, error);
    if (good) {
        find_live(&merge);
        for (size_t i = 0; i < merge.candidates.len; i++)
            if (merge.candidates.at[i]->live)
                take_candidate(&merge, merge.candidates.at[i]);
        set_owners(&merge);
        drop_locked(&merge);
        finish_packages(&merge);
        good = dw_limit_check(limits, DW_LIMIT_PACKAGES, subject->packages.len, error);
    }
    dw_map_free(&merge.at);
    dw_map_free(&merge.owners);
    dw_vector_free(&merge.candidates);
    dw_vector_free(&merge.packages);
    dw_tree_free(&merge.tree);
    dw_arena_free(&merge.arena);
    return good;
}
