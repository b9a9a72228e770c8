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

/* A note that waits for what other files say. */
struct pending_note {
    const struct candidate *candidate;
    struct dw_slice message;
    size_t more; /* files with the same message */
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
    DW_VECTOR(struct pending_note) unsupported;
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
        const struct dw_package_reader *reader = dw_package_wants(path);
        if (reader == NULL || reader->guess)
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
        const struct dw_package_reader *reader =
            entry->kind == DW_ENTRY_SYMLINK ? dw_package_wants(entry->path) : NULL;
        if (reader == NULL || reader->guess)
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

/* Programs with a setuid or setgid bit, also those that a later layer removes or replaces: their bytes stay in the image. */
static bool find_special(struct merge *merge, int layer, struct dw_error *error)
{
    const struct dw_layer_facts *facts = merge->facts[layer];
    for (size_t i = 0; i < facts->entries.len; i++) {
        struct dw_slice path;
        if (facts->entries.at[i].kind != DW_ENTRY_SPECIAL)
            continue;
        if (!dw_tree_place(&merge->tree, facts->entries.at[i].path, layer, &path, error))
            return false;
        *dw_vector_push(&merge->subject->special_files) =
            (struct dw_special_file){.path = dw_arena_copy(&merge->subject->arena, path),
                                     .mode = dw_arena_copy(&merge->subject->arena, facts->entries.at[i].target),
                                     .layer = layer,
                                     .visible = dw_tree_visible(&merge->tree, path, layer, (int)merge->count - 1)};
    }
    return true;
}

/* Of an image no more than say where they are. */
#define LEFTOVERS_MOST 5000

/* What builds leave behind, where the running container still sees it. */
static bool find_leftovers(struct merge *merge, int layer, struct dw_error *error)
{
    const struct dw_layer_facts *facts = merge->facts[layer];
    for (size_t i = 0; i < facts->entries.len && merge->subject->leftovers.len < LEFTOVERS_MOST; i++) {
        struct dw_slice path;
        if (facts->entries.at[i].kind != DW_ENTRY_LEFTOVER)
            continue;
        if (!dw_tree_place(&merge->tree, facts->entries.at[i].path, layer, &path, error))
            return false;
        if (dw_tree_visible(&merge->tree, path, layer, (int)merge->count - 1))
            *dw_vector_push(&merge->subject->leftovers) =
                (struct dw_leftover){.path = dw_arena_copy(&merge->subject->arena, path),
                                     .of = dw_arena_copy(&merge->subject->arena, facts->entries.at[i].target),
                                     .layer = layer};
    }
    return true;
}

/* ---- from candidates to packages --------------------------------------------------------------------------------------- */

static struct dw_slice keep(struct merge *merge, struct dw_slice text)
{
    return text.len == 0 ? text : dw_arena_copy(&merge->subject->arena, text);
}

/* The packages of one version of a database, by name, version and architecture: attribution asks for every package in every
 * lower version, and a database may hold hundreds of thousands. */
struct package_index {
    const struct candidate *candidate;
    struct dw_map names;
};

static struct dw_slice package_key(struct merge *merge, const struct dw_package *package)
{
    return dw_arena_printf(&merge->arena, "%.*s\n%.*s\n%.*s", DW_SLICE_ARG(package->name),
                           DW_SLICE_ARG(package->version), DW_SLICE_ARG(package->architecture));
}

/* The first layer whose version of the file held this package, unbroken up to the top. INDEXES: one a lower version. */
static int bringing_layer(struct merge *merge, const struct candidate *top, const struct dw_package *package,
                          const struct package_index *indexes, size_t count)
{
    int layer = top->layer;
    struct dw_slice key = count == 0 ? DW_SLICE("") : package_key(merge, package);
    for (size_t i = 0; i < count && dw_map_find(&indexes[i].names, key) != NULL; i++)
        layer = indexes[i].candidate->layer;
    return layer;
}

static bool is_hidden_lock(struct dw_slice path)
{
    return dw_slice_is(dw_path_base(path), ".package-lock.json");
}

static void take_packages(struct merge *merge, const struct candidate *candidate)
{
    DW_VECTOR(struct package_index) indexes = {0};
    for (const struct candidate *lower = candidate->lower; lower != NULL; lower = lower->lower) {
        struct package_index *index = dw_vector_push(&indexes);
        index->candidate = lower;
        for (size_t i = 0; i < lower->file->packages.len; i++)
            dw_map_insert(&index->names, package_key(merge, &lower->file->packages.at[i]), NULL);
    }
    for (size_t i = 0; i < candidate->file->packages.len; i++) {
        const struct dw_package *read = &candidate->file->packages.at[i];
        struct dw_package *package = dw_arena_alloc(&merge->subject->arena, 1, sizeof(*package));
        *package = *read;
        /* An entry of a hidden lock file speaks of the place that it names. */
        bool place = is_hidden_lock(candidate->path) && dw_slice_equal(candidate->path, candidate->file->path);
        package->path = keep(merge, place ? read->path : candidate->path);
        package->layer = merge->folder ? -1 : bringing_layer(merge, candidate, read, indexes.at, indexes.len);
        *dw_vector_push(&merge->packages) = package;
    }
    for (size_t i = 0; i < indexes.len; i++)
        dw_map_free(&indexes.at[i].names);
    dw_vector_free(&indexes);
}

static void take_candidate(struct merge *merge, struct candidate *candidate)
{
    const struct dw_fact_file *file = candidate->file;
    for (size_t i = 0; i < file->notes.len; i++) {
        const struct dw_note *told = &file->notes.at[i];
        if (told->kind == DW_NOTE_UNSUPPORTED)
            *dw_vector_push(&merge->unsupported) = (struct pending_note){.candidate = candidate, .message = told->message};
        else
            dw_subject_note(merge->subject, told->kind, merge->folder ? -1 : candidate->layer, candidate->path,
                            told->message);
    }
    for (size_t i = 0; i < file->accounts.len; i++) {
        struct dw_account *account = dw_vector_push(&merge->subject->accounts);
        *account = file->accounts.at[i];
        account->path = keep(merge, candidate->path);
    }
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

/* Where a distribution's packages put files (Filesystem Hierarchy Standard 3.0; Debian and Alpine keep to it). A file list that
 * claims a place of the application's is not believed: it would hide what lies there from matching. */
static bool is_distribution_place(struct dw_slice path)
{
    static const char *const places[] = {"usr/", "lib/", "lib64/", "bin/", "sbin/"};
    if (dw_slice_starts_with(path, "usr/local/"))
        return false;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        if (dw_slice_starts_with(path, places[i]))
            return true;
    return false;
}

static void set_owners(struct merge *merge)
{
    DW_CLEANUP(dw_map_free) struct dw_map by_name = {0};
    if (merge->owners.len == 0)
        return;
    for (size_t i = 0; i < merge->packages.len; i++)
        if (dw_package_is_os(merge->packages.at[i]->type))
            dw_map_insert(&by_name, merge->packages.at[i]->name, NULL)->pointer = merge->packages.at[i];
    /* Distroless: status.d/STEM.md5sums belongs to the package of status.d/STEM, whatever that calls itself. */
    for (size_t i = 0; i < merge->packages.len; i++) {
        struct dw_slice stem = dw_path_base(merge->packages.at[i]->path);
        if (merge->packages.at[i]->type == DW_PACKAGE_DEB &&
            dw_slice_ends_with(dw_path_parent(merge->packages.at[i]->path), "lib/dpkg/status.d") &&
            dw_map_find(&by_name, stem) == NULL)
            dw_map_insert(&by_name, stem, NULL)->pointer = merge->packages.at[i];
    }
    for (size_t i = 0; i < merge->packages.len; i++) {
        struct dw_package *package = merge->packages.at[i];
        const struct dw_owned *owned =
            dw_package_is_os(package->type) || !is_distribution_place(package->path)
                ? NULL
                : dw_map_get(&merge->owners, package->path);
        if (owned != NULL)
            package->owner = dw_map_get(&by_name, owned->package);
    }
}

/* "app/package-lock.json" → "app/node_modules/". */
static struct dw_slice installed_folder(struct merge *merge, struct dw_slice lock)
{
    struct dw_slice folder = dw_path_parent(lock);
    return dw_arena_printf(&merge->arena, "%.*s%snode_modules/", DW_SLICE_ARG(folder), folder.len > 0 ? "/" : "");
}

static struct dw_slice folder_and_package(struct merge *merge, struct dw_slice folder, const struct dw_package *package)
{
    return dw_arena_printf(&merge->arena, "%.*s %.*s@%.*s", DW_SLICE_ARG(folder), DW_SLICE_ARG(package->name),
                           DW_SLICE_ARG(package->version));
}

/* Every folder node_modules in which something is installed, every "FOLDER NAME@VERSION" in it, and every package by the path
 * of its package.json. */
static void find_installed(struct merge *merge, struct dw_map *folders, struct dw_map *by_path)
{
    struct dw_slice marker = DW_SLICE("node_modules/");
    for (size_t i = 0; i < merge->packages.len; i++) {
        struct dw_package *package = merge->packages.at[i];
        if (package->evidence != DW_EVIDENCE_INSTALLED || package->type != DW_PACKAGE_NPM)
            continue;
        dw_map_insert(by_path, package->path, NULL)->pointer = package;
        for (size_t at = 0; at + marker.len <= package->path.len; at++) {
            size_t found = dw_slice_find_slice(dw_slice_from(package->path, at), marker);
            if (found == SIZE_MAX)
                break;
            at += found;
            struct dw_slice folder = dw_slice_part(package->path, 0, at + marker.len);
            dw_map_insert(folders, folder, NULL);
            dw_map_insert(folders, folder_and_package(merge, folder, package), NULL);
        }
    }
}

/* "app/node_modules/a/node_modules/b/package.json" → "app/node_modules/". */
static struct dw_slice first_modules(struct dw_slice path)
{
    for (size_t at = 0; at < path.len; at++)
        if (dw_slice_starts_with(dw_slice_from(path, at), "node_modules/") && (at == 0 || path.at[at - 1] == '/'))
            return dw_slice_part(path, 0, at + strlen("node_modules/"));
    return path;
}

/* In an image a lock file counts only where nothing of it is installed: development packages that were never installed are
 * no findings. In a folder it counts, less what is installed as it says. What npm wrote of the tree that it installed counts
 * only where no package.json of that tree is left; to those it adds their checksums. */
static void drop_locked(struct merge *merge, const struct dw_map *folders, const struct dw_map *by_path)
{
    size_t kept = 0;
    for (size_t i = 0; i < merge->packages.len; i++) {
        struct dw_package *package = merge->packages.at[i];
        bool drop = false, hidden = false;
        struct dw_slice folder = DW_SLICE("");
        if (package->evidence == DW_EVIDENCE_LOCK && package->type == DW_PACKAGE_NPM) {
            bool lock = dw_slice_is(dw_path_base(package->path), "package-lock.json") ||
                        dw_slice_is(dw_path_base(package->path), "npm-shrinkwrap.json");
            struct dw_package *installed = lock ? NULL : dw_map_get(by_path, package->path);
            hidden = !lock;
            folder = lock ? installed_folder(merge, package->path) : first_modules(package->path);
            drop = lock && merge->folder ? dw_map_find(folders, folder_and_package(merge, folder, package)) != NULL
                                         : dw_map_find(folders, folder) != NULL;
            if (installed != NULL && installed->checksum.len == 0 && dw_slice_equal(installed->name, package->name) &&
                dw_slice_equal(installed->version, package->version))
                installed->checksum = package->checksum;
        }
        if (drop)
            continue;
        if (hidden) /* nothing is there: it was read from the lock file */
            package->path = dw_arena_printf(&merge->subject->arena, "%.*s.package-lock.json", DW_SLICE_ARG(folder));
        merge->packages.at[kept++] = package;
    }
    merge->packages.len = kept;
}

/* The header of Node.js is no runtime: it tells the version of the program beside it where that does not, and goes. */
static void settle_node_headers(struct merge *merge)
{
    static const char header[] = "include/node/node_version.h";
    DW_CLEANUP(dw_map_free) struct dw_map programs = {0};
    size_t kept = 0;
    for (size_t i = 0; i < merge->packages.len; i++)
        if (merge->packages.at[i]->type == DW_PACKAGE_GENERIC && merge->packages.at[i]->version.len == 0)
            dw_map_insert(&programs, merge->packages.at[i]->path, NULL)->pointer = merge->packages.at[i];
    for (size_t i = 0; i < merge->packages.len; i++) {
        struct dw_package *package = merge->packages.at[i];
        if (package->type != DW_PACKAGE_GENERIC || !dw_slice_ends_with(package->path, header)) {
            merge->packages.at[kept++] = package;
            continue;
        }
        struct dw_slice program = dw_arena_printf(
            &merge->arena, "%.*sbin/node", (int)(package->path.len - strlen(header)), package->path.at);
        struct dw_package *runtime = dw_map_get(&programs, program);
        if (runtime != NULL) {
            runtime->version = package->version;
            runtime->flags &= ~(unsigned)DW_PACKAGE_NO_VERSION;
        }
    }
    merge->packages.len = kept;
}

/* What is not read: not told of files that an OS package owns, since that package is judged, nor of a lock file whose packages
 * are installed; and once for all files of a kind. */
static void tell_unsupported(struct merge *merge, const struct dw_map *folders)
{
    static const char *const locks[] = {"yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "deno.lock"};
    DW_CLEANUP(dw_map_free) struct dw_map first = {0}; /* message → index + 1 */
    for (size_t i = 0; i < merge->unsupported.len; i++) {
        struct pending_note *pending = &merge->unsupported.at[i];
        struct dw_slice path = pending->candidate->path;
        bool installed = false;
        for (size_t j = 0; j < sizeof(locks) / sizeof(locks[0]) && !merge->folder; j++)
            installed = installed || (dw_slice_is(dw_path_base(path), locks[j]) &&
                                      dw_map_find(folders, installed_folder(merge, path)) != NULL);
        if (installed || dw_map_find(&merge->owners, path) != NULL) {
            pending->candidate = NULL;
            continue;
        }
        struct dw_map_entry *entry = dw_map_insert(&first, pending->message, NULL);
        if (entry->number == 0) {
            entry->number = i + 1;
        } else {
            merge->unsupported.at[entry->number - 1].more++;
            pending->candidate = NULL;
        }
    }
    for (size_t i = 0; i < merge->unsupported.len; i++) {
        const struct pending_note *pending = &merge->unsupported.at[i];
        if (pending->candidate == NULL)
            continue;
        struct dw_slice message = pending->message;
        if (pending->more > 0)
            message = dw_arena_printf(&merge->arena, "%.*s (and %zu more such file%s)", DW_SLICE_ARG(message),
                                      pending->more, pending->more == 1 ? "" : "s");
        dw_subject_note(merge->subject, DW_NOTE_UNSUPPORTED, merge->folder ? -1 : pending->candidate->layer,
                        pending->candidate->path, message);
    }
}

static void settle(struct merge *merge)
{
    DW_CLEANUP(dw_map_free) struct dw_map folders = {0}, by_path = {0};
    set_owners(merge);
    find_installed(merge, &folders, &by_path);
    drop_locked(merge, &folders, &by_path);
    settle_node_headers(merge);
    tell_unsupported(merge, &folders);
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

/* Nothing found is worth something only where something could be found: a deleted package database, or files that no
 * package claims, are not an image without vulnerable packages. */
static void tell_missing_packages(struct merge *merge)
{
    struct dw_subject *subject = merge->subject;
    const struct dw_distribution *distribution = &subject->distribution;
    bool system = false;
    for (size_t i = 0; i < subject->packages.len; i++)
        system = system || dw_package_is_os(subject->packages.at[i]->type);
    for (size_t i = 0; i < subject->notes.len; i++)
        if (subject->notes.at[i].kind > DW_NOTE_NOT_SCANNED)
            return; /* incomplete anyway, and that says why */
    if (distribution->known && !system)
        dw_subject_note(subject, DW_NOTE_UNAVAILABLE, -1, distribution->path,
                        dw_arena_printf(&merge->arena,
                                        "the distribution is %.*s, but its package database is missing or empty: what is "
                                        "installed is not known",
                                        DW_SLICE_ARG(distribution->id)));
    else if (subject->packages.len == 0)
        dw_subject_note(subject, DW_NOTE_UNSUPPORTED, -1, DW_SLICE(""),
                        DW_SLICE("no package database, package manifest or lock file that is read in this version was "
                                 "found: nothing can be said of what it holds"));
}

static bool collect(struct merge *merge, struct dw_error *error)
{
    for (int layer = 0; layer < (int)merge->count; layer++) {
        struct dw_layer_facts *facts = merge->facts[layer];
        if (facts == NULL)
            continue;
        for (size_t i = 0; i < facts->notes.len; i++)
            dw_subject_note(merge->subject, facts->notes.at[i].kind, merge->folder ? -1 : layer,
                            facts->notes.at[i].path, facts->notes.at[i].message);
        struct dw_slice path;
        if (dw_layer_facts_ambiguous(facts, merge->count == 1, &path))
            note(merge, DW_NOTE_UNSUPPORTED, layer, path,
                 "the layer holds one path as several kinds of things (a folder, a file, a link): what is left of it "
                 "depends on the program that unpacks it");
        if (!place_files(merge, layer, error) || !place_hard_links(merge, layer, error) ||
            !check_named(merge, layer, error) || !find_shell(merge, layer, error) || !find_special(merge, layer, error) ||
            !find_leftovers(merge, layer, error))
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
        settle(&merge);
        finish_packages(&merge);
        tell_missing_packages(&merge);
        good = dw_limit_check(limits, DW_LIMIT_PACKAGES, subject->packages.len, error);
    }
    dw_map_free(&merge.at);
    dw_map_free(&merge.owners);
    dw_vector_free(&merge.candidates);
    dw_vector_free(&merge.packages);
    dw_vector_free(&merge.unsupported);
    dw_tree_free(&merge.tree);
    dw_arena_free(&merge.arena);
    return good;
}
