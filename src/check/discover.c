/* SPDX-License-Identifier: Apache-2.0 */
#include "check/discover.h"

#include "base/file.h"
#include "base/slice.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#define DEPTH_MOST   12
#define ENTRIES_MOST 200000

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

static void sort_paths(struct dw_paths *paths)
{
    if (paths->list.len > 1)
        qsort(paths->list.at, paths->list.len, sizeof(paths->list.at[0]), compare_paths);
}

static bool is_one_of(struct dw_slice name, const char *const *words)
{
    for (; *words != NULL; words++)
        if (dw_slice_is(name, *words))
            return true;
    return false;
}

static bool is_dockerfile(struct dw_slice name)
{
    return dw_slice_is(name, "Dockerfile") || dw_slice_is(name, "Containerfile") ||
           (dw_slice_starts_with(name, "Dockerfile.") && !dw_slice_ends_with(name, ".dockerignore")) ||
           dw_slice_ends_with(name, ".Dockerfile") || dw_slice_ends_with(name, ".dockerfile");
}

static bool is_compose(struct dw_slice name)
{
    static const char *const names[] = {"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml", NULL};
    return is_one_of(name, names);
}

static bool is_manifest(struct dw_slice name)
{
    return dw_slice_ends_with(name, ".yaml") || dw_slice_ends_with(name, ".yml") || dw_slice_ends_with(name, ".json");
}

/* Folders whose YAML files are manifests by custom; elsewhere a YAML file can be anything. */
static bool holds_manifests(struct dw_slice path)
{
    static const char *const names[] = {"deploy", "kubernetes", "k8s", "manifests", NULL};
    bool more = true;
    struct dw_slice part;
    while (dw_slice_split(&path, '/', &more, &part))
        if (is_one_of(part, names))
            return true;
    return false;
}

struct walk {
    struct dw_discovery *found; /* NULL: manifests only, into MANIFESTS */
    struct dw_paths *manifests;
    bool *cut;
    size_t entries;
};

static void take_file(struct walk *walk, const char *path)
{
    struct dw_slice name = dw_path_base(dw_slice_of(path));
    if (walk->found == NULL) {
        if (is_manifest(name))
            dw_paths_add(walk->manifests, path);
        return;
    }
    if (is_dockerfile(name))
        dw_paths_add(&walk->found->dockerfiles, path);
    else if (is_compose(name))
        dw_paths_add(&walk->found->compose, path);
    else if (is_manifest(name) && holds_manifests(dw_path_parent(dw_slice_of(path))))
        dw_paths_add(&walk->found->manifests, path);
}

static bool walk_folder(struct walk *walk, const char *folder, unsigned depth, struct dw_error *error)
{
    static const char *const skipped[] = {".git", "node_modules", ".cache", "vendor", "__pycache__", NULL};
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
        } else if (S_ISDIR(status.st_mode) && !is_one_of(dw_slice_of(entry->d_name), skipped)) {
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
    struct dw_paths *all[] = {&found->dockerfiles, &found->compose, &found->manifests, &found->layouts};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        sort_paths(all[i]);
    return good;
}

void dw_discovery_free(struct dw_discovery *found)
{
    dw_paths_free(&found->dockerfiles);
    dw_paths_free(&found->compose);
    dw_paths_free(&found->manifests);
    dw_paths_free(&found->layouts);
}

bool dw_discover_manifests(const char *path, struct dw_paths *paths, bool *cut, struct dw_error *error)
{
    if (!dw_is_folder(path)) {
        dw_paths_add(paths, path);
        return true;
    }
    struct walk walk = {.manifests = paths, .cut = cut};
    bool good = walk_folder(&walk, path, 0, error);
    sort_paths(paths);
    return good;
}
