/* SPDX-License-Identifier: Apache-2.0 */
#include "check/discover.h"

#include "base/file.h"
#include "base/slice.h"
#include "check/recognise.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#define DEPTH_MOST   12
#define ENTRIES_MOST 200000
#define PEEK_MOST    (4u << 20) /* a longer YAML or JSON file that nobody named is no manifest */

void dw_paths_add(struct dw_paths *paths, const char *path)
{
    *dw_vector_push(&paths->list) = dw_copy_string(dw_slice_of(path));
}

void dw_paths_free(struct dw_paths *paths)
{
    for (size_t i = 0; i < paths->list.len; i++)
        free(paths->list.at[i]);
    dw_vector_free(&paths->list);
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void dw_paths_sort(struct dw_paths *paths)
{
    if (paths->list.len > 1)
        qsort(paths->list.at, paths->list.len, sizeof(paths->list.at[0]), compare_paths);
}

/* Folders whose YAML files are manifests by custom; elsewhere a YAML file can be anything. */
static bool holds_manifests(struct dw_slice path)
{
    static const char *const names[] = {"deploy", "kubernetes", "k8s", "manifests", NULL};
    bool more = true;
    struct dw_slice part;
    while (dw_slice_split(&path, '/', &more, &part))
        if (dw_slice_is_one_of(part, names))
            return true;
    return false;
}

struct walk {
    struct dw_discovery *found; /* NULL: manifests only, into MANIFESTS */
    struct dw_paths *manifests;
    bool *cut;
    size_t entries;
};

/* What a YAML or JSON file is, by its content; a file that cannot be read here is told of when it is judged. */
static void take_document(struct walk *walk, const char *path)
{
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    struct dw_slice folder = dw_path_parent(dw_slice_of(path));
    bool custom = holds_manifests(folder), read = dw_file_read(path, PEEK_MOST, &text, &error);
    enum dw_subject_kind kind = read ? dw_recognise_text(dw_buffer_slice(&text)) : DW_FILE_OTHER;
    if (read && kind != DW_FILE_OTHER && dw_recognise_is_template(dw_buffer_slice(&text)) &&
        dw_slice_find_slice(folder, DW_SLICE("templates")) != SIZE_MAX)
        dw_paths_add(&walk->found->templates, path);
    else if (kind == DW_SUBJECT_COMPOSE)
        dw_paths_add(&walk->found->compose, path);
    else if (kind == DW_SUBJECT_KUBERNETES || custom)
        dw_paths_add(&walk->found->manifests, path);
    else
        dw_paths_add(&walk->found->skipped, path);
}

static void take_file(struct walk *walk, const char *path)
{
    struct dw_slice name = dw_path_base(dw_slice_of(path));
    if (walk->found == NULL) {
        if (dw_recognise_is_document(name))
            dw_paths_add(walk->manifests, path);
        return;
    }
    enum dw_subject_kind kind = dw_recognise_name(name);
    if (kind == DW_SUBJECT_DOCKERFILE)
        dw_paths_add(&walk->found->dockerfiles, path);
    else if (kind == DW_SUBJECT_COMPOSE) {
        if (!dw_recognise_is_override(name))
            dw_paths_add(&walk->found->compose, path);
    } else if (dw_recognise_is_document(name))
        take_document(walk, path);
}

static bool walk_folder(struct walk *walk, const char *folder, unsigned depth, struct dw_error *error)
{
    /* Others' files: what a package manager or git put there is not this repository's. */
    static const char *const skipped[] = {".git", "node_modules", "__pycache__", NULL};
    DIR *list = opendir(folder);
    if (list == NULL)
        return dw_fail_errno(error, DW_ERROR_INPUT, "%s: cannot be listed", folder);
    bool good = true;
    for (struct dirent *entry; good && (entry = readdir(list)) != NULL;) {
        struct stat status;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (++walk->entries > ENTRIES_MOST || depth > DEPTH_MOST) {
            *walk->cut = true;
            break;
        }
        char *path = strcmp(folder, ".") == 0 ? dw_copy_string(dw_slice_of(entry->d_name))
                                              : dw_path_join(folder, entry->d_name);
        if (lstat(path, &status) != 0) {
            /* gone in between */
        } else if (S_ISREG(status.st_mode) ||
                   /* In a folder that is named for its manifests a link to one counts, as it does for kubectl. */
                   (S_ISLNK(status.st_mode) && walk->found == NULL && dw_is_file(path))) {
            take_file(walk, path);
        } else if (S_ISDIR(status.st_mode) && !dw_slice_is_one_of(dw_slice_of(entry->d_name), skipped)) {
            char *marker = dw_path_join(path, "oci-layout");
            if (walk->found != NULL && dw_is_file(marker))
                dw_paths_add(&walk->found->layouts, path);
            else
                good = walk_folder(walk, path, depth + 1, error);
            free(marker);
        }
        free(path);
    }
    closedir(list);
    return good;
}

bool dw_discover(const char *folder, struct dw_discovery *found, struct dw_error *error)
{
    *found = (struct dw_discovery){0};
    struct walk walk = {.found = found, .cut = &found->cut};
    bool good = walk_folder(&walk, folder, 0, error);
    struct dw_paths *all[] = {&found->dockerfiles, &found->compose, &found->manifests, &found->layouts,
                               &found->templates, &found->skipped};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        dw_paths_sort(all[i]);
    return good;
}

void dw_discovery_free(struct dw_discovery *found)
{
    dw_paths_free(&found->dockerfiles);
    dw_paths_free(&found->compose);
    dw_paths_free(&found->manifests);
    dw_paths_free(&found->layouts);
    dw_paths_free(&found->templates);
    dw_paths_free(&found->skipped);
}

bool dw_discover_manifests(const char *path, struct dw_paths *paths, bool *cut, struct dw_error *error)
{
    if (!dw_is_folder(path)) {
        dw_paths_add(paths, path);
        return true;
    }
    struct walk walk = {.manifests = paths, .cut = cut};
    bool good = walk_folder(&walk, path, 0, error);
    dw_paths_sort(paths);
    return good;
}
