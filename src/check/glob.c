/* SPDX-License-Identifier: Apache-2.0 */
#include "check/glob.h"

#include "base/file.h"

#include <dirent.h>
#include <fnmatch.h>
#include <sys/stat.h>

#define DEPTH_MOST   32
#define ENTRIES_MOST 200000

struct glob {
    struct dw_paths *paths;
    bool *cut;
    size_t entries;
};

bool dw_glob_is(const char *pattern)
{
    return strpbrk(pattern, "*?[") != NULL;
}

static char *join(const char *folder, const char *name)
{
    return folder[0] == '\0' ? dw_copy_string(dw_slice_of(name)) : dw_path_join(folder, name);
}

static void expand(struct glob *glob, const char *folder, struct dw_slice pattern, unsigned depth);

/* PATH matches the part before PATTERN, which is what is left. */
static void step(struct glob *glob, const char *path, struct dw_slice pattern, bool last, unsigned depth)
{
    if (!last)
        expand(glob, path, pattern, depth + 1);
    else if (dw_is_file(path))
        dw_paths_add(glob->paths, path);
}

static void expand_listed(struct glob *glob, const char *folder, const char *part, struct dw_slice whole, struct dw_slice rest,
                          bool last, unsigned depth)
{
    bool deep = strcmp(part, "**") == 0;
    if (deep && !last)
        expand(glob, folder, rest, depth + 1); /* no folder at all */
    DIR *list = opendir(folder[0] == '\0' ? "." : folder);
    if (list == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
        struct stat status;
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || (name[0] == '.' && part[0] != '.'))
            continue;
        if (++glob->entries > ENTRIES_MOST || depth > DEPTH_MOST) {
            *glob->cut = true;
            break;
        }
        if (!deep && fnmatch(part, name, 0) != 0)
            continue;
        char *path = join(folder, name);
        if (!deep)
            step(glob, path, rest, last, depth);
        else if (lstat(path, &status) == 0 && S_ISDIR(status.st_mode))
            expand(glob, path, whole, depth + 1);
        else if (last && dw_is_file(path))
            dw_paths_add(glob->paths, path);
        free(path);
    }
    closedir(list);
}

static void expand(struct glob *glob, const char *folder, struct dw_slice pattern, unsigned depth)
{
    struct dw_slice rest = pattern, part = DW_SLICE("");
    bool more = true;
    while (more && part.len == 0)
        dw_slice_split(&rest, '/', &more, &part);
    if (part.len == 0)
        return;
    char *name = dw_copy_string(part);
    if (dw_glob_is(name)) {
        expand_listed(glob, folder, name, pattern, rest, !more, depth);
    } else {
        char *path = join(folder, name);
        step(glob, path, rest, !more, depth);
        free(path);
    }
    free(name);
}

void dw_glob_expand(const char *pattern, struct dw_paths *paths, bool *cut)
{
    struct dw_paths found = {0};
    struct glob glob = {.paths = &found, .cut = cut};
    expand(&glob, pattern[0] == '/' ? "/" : "", dw_slice_of(pattern), 0);
    dw_paths_sort(&found);
    for (size_t i = 0; i < found.list.len; i++)
        if (i == 0 || strcmp(found.list.at[i], found.list.at[i - 1]) != 0)
            dw_paths_add(paths, found.list.at[i]);
    dw_paths_free(&found);
}
