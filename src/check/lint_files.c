/* SPDX-License-Identifier: Apache-2.0
 *
 * From what is named on the command line to the files that are judged. */
#include "base/file.h"
#include "base/map.h"
#include "check/glob.h"
#include "check/lint.h"
#include "check/steps.h"

struct finder {
    struct dw_run *run;
    const struct dw_lint_options *options;
    struct dw_lint_files *files;
    struct dw_paths *skipped;
    struct dw_map seen;
    struct dw_arena arena;
};

static void add(struct finder *finder, const char *path, bool named, enum dw_subject_kind kind)
{
    bool added;
    DW_CLEANUP(dw_cleanup_free) char *normal = dw_path_normal(dw_slice_of(path));
    dw_map_insert(&finder->seen, dw_arena_copy(&finder->arena, dw_slice_of(normal)), &added);
    if (added)
        *dw_vector_push(finder->files) = (struct dw_lint_file){dw_copy_string(dw_slice_of(path)), named, kind};
}

static void add_all(struct finder *finder, const struct dw_paths *paths, enum dw_subject_kind kind)
{
    for (size_t i = 0; i < paths->list.len; i++)
        add(finder, paths->list.at[i], false, kind);
}

static void add_folder(struct finder *finder, const char *folder)
{
    struct dw_discovery found;
    struct dw_error error = DW_ERROR_INIT;
    size_t before = finder->files->len;
    bool good = dw_discover(folder, &found, &error);
    if (good && found.cut)
        good = dw_fail(&error, DW_ERROR_LIMIT, "%s: too many or too deep folders to look through; name some of them", folder);
    if (!good)
        dw_run_add_error(finder->run, &error);
    add_all(finder, &found.dockerfiles, DW_SUBJECT_DOCKERFILE);
    add_all(finder, &found.compose, DW_SUBJECT_COMPOSE);
    add_all(finder, &found.manifests, DW_SUBJECT_KUBERNETES);
    for (size_t i = 0; i < found.skipped.list.len; i++)
        dw_paths_add(finder->skipped, found.skipped.list.at[i]);
    if (found.templates.list.len > 0) {
        dw_fail(&error, DW_ERROR_UNAVAILABLE,
                "%s%s: templates of Helm cannot be judged before they are rendered: helm template CHART | dockworthy lint -",
                found.templates.list.at[0], found.templates.list.len > 1 ? " and others" : "");
        dw_run_add_error(finder->run, &error);
    } else if (good && finder->files->len == before) {
        dw_fail(&error, DW_ERROR_UNAVAILABLE, "%s: no Dockerfile, Compose file or Kubernetes manifest in this folder", folder);
        dw_run_add_error(finder->run, &error);
    }
    dw_discovery_free(&found);
}

static void add_pattern(struct finder *finder, const char *pattern)
{
    struct dw_paths paths = {0};
    struct dw_error error = DW_ERROR_INIT;
    bool cut = false;
    dw_glob_expand(pattern, &paths, &cut);
    for (size_t i = 0; i < paths.list.len; i++)
        add(finder, paths.list.at[i], false, dw_recognise_name(dw_path_base(dw_slice_of(paths.list.at[i]))));
    if (cut)
        dw_fail(&error, DW_ERROR_LIMIT, "%s: too many or too deep folders to look through", pattern);
    else if (paths.list.len == 0)
        dw_fail(&error, DW_ERROR_UNAVAILABLE, "%s: no file matches", pattern);
    if (error.kind != DW_ERROR_NONE)
        dw_run_add_error(finder->run, &error);
    dw_paths_free(&paths);
}

static void add_input(struct finder *finder, const char *input)
{
    enum dw_subject_kind kind = finder->options->kind;
    if (strcmp(input, "-") == 0) {
        *dw_vector_push(finder->files) = (struct dw_lint_file){NULL, true, kind};
    } else if (dw_is_folder(input)) {
        add_folder(finder, input);
    } else if (!dw_is_file(input) && dw_glob_is(input)) {
        add_pattern(finder, input);
    } else {
        add(finder, input, true, kind != DW_FILE_OTHER ? kind : dw_recognise_name(dw_path_base(dw_slice_of(input))));
    }
}

void dw_lint_files_find(struct dw_run *run, const struct dw_lint_options *options, struct dw_lint_files *files,
                        struct dw_paths *skipped)
{
    struct finder finder = {.run = run, .options = options, .files = files, .skipped = skipped};
    for (size_t i = 0; i < options->count; i++)
        add_input(&finder, options->inputs[i]);
    dw_map_free(&finder.seen);
    dw_arena_free(&finder.arena);
}

void dw_lint_files_free(struct dw_lint_files *files)
{
    for (size_t i = 0; i < files->len; i++)
        free(files->at[i].path);
    dw_vector_free(files);
}
