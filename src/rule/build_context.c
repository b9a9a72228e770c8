/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/build_context.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/map.h"
#include "rule/copy_source.h"
#include "rule/dockerfile_rule.h"
#include "rule/rule.h"
#include "rule/secret_value.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>

/* ---- the folder --------------------------------------------------------------------------------------------------- */

static bool exists(struct dw_slice folder, struct dw_slice path)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer full = {0};
    struct stat status;
    dw_buffer_printf(&full, "%.*s/%.*s", DW_SLICE_ARG(folder), DW_SLICE_ARG(path));
    return stat(full.at, &status) == 0;
}

/* Is every file that is copied by its plain name there? */
static bool is_context(const struct dw_dockerfile *dockerfile, struct dw_slice folder, struct dw_slice *missing)
{
    const struct dw_instruction *instruction, *runs;
    for (size_t index = 0; (instruction = dw_rule_instruction(dockerfile, &index, &runs)) != NULL;) {
        struct dw_slice from;
        if (instruction != runs || (runs->kind != DW_INSTRUCTION_COPY && runs->kind != DW_INSTRUCTION_ADD) ||
            dw_instruction_flag(runs, "from", &from))
            continue;
        for (size_t i = 0; i + 1 < runs->argument_count; i++) {
            struct dw_slice source = runs->arguments[i];
            bool plain = !dw_copy_source_is_remote(source) && source.len > 0;
            for (size_t j = 0; j < source.len; j++)
                plain &= strchr("*?[$\"'\\<", source.at[j]) == NULL && source.at[j] != '\0';
            if (plain && !exists(folder, source)) {
                *missing = source;
                return false;
            }
        }
    }
    return true;
}

static bool read_ignore(struct dw_build_context *context, const char *path)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    if (!dw_is_file(path))
        return false;
    context->ignore_path = dw_arena_copy(&context->arena, dw_slice_of(path));
    if (!dw_file_read_within(path, &limits, DW_LIMIT_DOCKERFILE_BYTES, &text, &error) ||
        !dw_ignore_read(&context->arena, dw_buffer_slice(&text), path, &context->ignore, &error))
        context->problem = dw_arena_copy(&context->arena, dw_slice_of(error.text));
    return true;
}

struct dw_build_context *dw_build_context_open(const struct dw_dockerfile *dockerfile, struct dw_context_cache *cache)
{
    struct dw_build_context *context = dw_alloc(1, sizeof(*context));
    context->cache = cache;
    struct dw_slice folder = dw_path_parent(dockerfile->name), missing;
    context->folder = dw_arena_copy(&context->arena, folder.len > 0 ? folder : dw_slice_starts_with(dockerfile->name, "/")
                                                                                    ? DW_SLICE("/")
                                                                                    : DW_SLICE("."));
    context->ignore_path = context->problem = DW_SLICE("");
    DW_CLEANUP(dw_cleanup_free) char *name = dw_copy_string(dockerfile->name);
    if (!dw_is_file(name)) {
        context->problem = DW_SLICE("the Dockerfile is no file in its build context");
        return context;
    }
    if (!is_context(dockerfile, context->folder, &missing)) {
        context->problem = dw_arena_printf(&context->arena, "the build context is not the Dockerfile's folder: \"%.*s\" is not there",
                                           DW_SLICE_ARG(dw_slice_part(missing, 0, 200)));
        return context;
    }
    DW_CLEANUP(dw_buffer_free) struct dw_buffer own = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer common = {0};
    dw_buffer_printf(&own, "%.*s.dockerignore", DW_SLICE_ARG(dockerfile->name));
    if (!dw_slice_is(context->folder, "."))
        dw_buffer_printf(&common, "%.*s/", DW_SLICE_ARG(context->folder));
    dw_buffer_append_string(&common, ".dockerignore");
    context->usual_ignore = dw_arena_copy(&context->arena, dw_buffer_slice(&common));
    if (!read_ignore(context, own.at))
        read_ignore(context, common.at);
    return context;
}

void dw_build_context_free(struct dw_build_context *context)
{
    if (context == NULL)
        return;
    dw_ignore_free(&context->ignore);
    dw_arena_free(&context->arena);
    free(context);
}

/* ---- its files ---------------------------------------------------------------------------------------------------- */

#define WALK_DEPTH 32
#define WALK_ENTRIES 50000

struct walk {
    struct dw_build_context *context;
    struct dw_context_files *files;
    struct dw_buffer path; /* relative to the context */
    size_t entries;
};

static void walk_folder(struct walk *walk, unsigned depth);

static void walk_entry(struct walk *walk, const struct dirent *entry, unsigned depth)
{
    size_t length = walk->path.len;
    const char *name = entry->d_name;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return;
    if (++walk->entries > WALK_ENTRIES || walk->context->ignore.work >= DW_IGNORE_WORK) {
        walk->files->cut = true;
        return;
    }
    dw_buffer_printf(&walk->path, "%s%s", length > 0 ? "/" : "", name);
    struct dw_slice path = dw_buffer_slice(&walk->path);
    struct dw_ignore *ignore = &walk->context->ignore;
    if (entry->d_type == DT_DIR) {
        bool skipped = strcmp(name, ".git") == 0 || strcmp(name, "node_modules") == 0 ||
                       (!ignore->exceptions && dw_ignore_matches(ignore, path));
        if (!skipped)
            walk_folder(walk, depth + 1);
    } else if (entry->d_type == DT_REG && dw_secret_file(path) != NULL && !dw_ignore_matches(ignore, path)) {
        *dw_vector_push(&walk->files->paths) = dw_arena_copy(&walk->context->arena, path);
    }
    walk->path.len = length;
    if (walk->path.at != NULL)
        walk->path.at[length] = '\0';
}

static void walk_folder(struct walk *walk, unsigned depth)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer full = {0};
    if (depth > WALK_DEPTH) {
        walk->files->cut = true;
        return;
    }
    dw_buffer_printf(&full, "%.*s/%.*s", DW_SLICE_ARG(walk->context->folder), DW_SLICE_ARG(dw_buffer_slice(&walk->path)));
    DIR *folder = opendir(full.at);
    if (folder == NULL) {
        if (depth == 0)
            walk->files->not_folder = true;
        else
            walk->files->cut = true;
        return;
    }
    for (const struct dirent *entry; !walk->files->cut && (entry = readdir(folder)) != NULL;)
        walk_entry(walk, entry, depth);
    closedir(folder);
}

/* ---- what was found in folders without a .dockerignore: many Dockerfiles may share one ------------------------------------ */

struct dw_context_cache {
    pthread_mutex_t lock;
    struct dw_arena arena;
    struct dw_map folders; /* "FOLDER\n/SOURCE" → struct dw_context_files */
};

struct dw_context_cache *dw_context_cache_new(void)
{
    struct dw_context_cache *cache = dw_alloc(1, sizeof(*cache));
    pthread_mutex_init(&cache->lock, NULL);
    return cache;
}

void dw_context_cache_free(struct dw_context_cache *cache)
{
    struct dw_map_entry *entry;
    if (cache == NULL)
        return;
    for (size_t at = 0; (entry = dw_map_next(&cache->folders, &at)) != NULL;)
        dw_vector_free(&((struct dw_context_files *)entry->pointer)->paths);
    dw_map_free(&cache->folders);
    dw_arena_free(&cache->arena);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

static void copy_files(struct dw_arena *arena, const struct dw_context_files *from, struct dw_context_files *to)
{
    to->cut = from->cut;
    to->not_folder = from->not_folder;
    for (size_t i = 0; i < from->paths.len; i++)
        *dw_vector_push(&to->paths) = dw_arena_copy(arena, from->paths.at[i]);
}

/* Fills FILES from the cache, or by WALK and then the cache. */
static void walk_once(struct walk *walk, struct dw_context_files *files)
{
    struct dw_context_cache *cache = walk->context->cache;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer key = {0};
    dw_buffer_printf(&key, "%.*s\n/%.*s", DW_SLICE_ARG(walk->context->folder), DW_SLICE_ARG(dw_buffer_slice(&walk->path)));
    pthread_mutex_lock(&cache->lock);
    const struct dw_context_files *known = dw_map_get(&cache->folders, dw_buffer_slice(&key));
    if (known != NULL)
        copy_files(&walk->context->arena, known, files);
    pthread_mutex_unlock(&cache->lock);
    if (known != NULL)
        return;
    walk_folder(walk, 0);
    pthread_mutex_lock(&cache->lock);
    bool added;
    struct dw_map_entry *entry = dw_map_insert(&cache->folders, dw_arena_copy(&cache->arena, dw_buffer_slice(&key)), &added);
    if (added) { /* another thread may have been faster */
        struct dw_context_files *kept = dw_arena_alloc(&cache->arena, 1, sizeof(*kept));
        copy_files(&cache->arena, files, kept);
        entry->pointer = kept;
    }
    pthread_mutex_unlock(&cache->lock);
}

static int compare(const void *a, const void *b)
{
    return dw_slice_compare(*(const struct dw_slice *)a, *(const struct dw_slice *)b);
}

void dw_build_context_secrets(struct dw_build_context *context, struct dw_slice source, struct dw_context_files *files)
{
    struct walk walk = {.context = context, .files = files};
    DW_CLEANUP(dw_cleanup_free) char *clean = dw_path_normal(source);
    struct dw_slice path = dw_slice_of(clean);
    /* The builder takes leading "/" and "../" away: nothing outside the context can be copied. */
    while (dw_slice_starts_with(path, "/") || dw_slice_starts_with(path, "../") || dw_slice_is(path, ".."))
        path = dw_slice_from(path, dw_slice_starts_with(path, "/") ? 1 : dw_slice_is(path, "..") ? 2 : 3);
    if (!dw_slice_is(path, ".") && path.len > 0)
        dw_buffer_append(&walk.path, path);
    if (context->cache != NULL && context->ignore_path.len == 0)
        walk_once(&walk, files);
    else
        walk_folder(&walk, 0);
    dw_buffer_free(&walk.path);
    if (files->paths.len > 1)
        qsort(files->paths.at, files->paths.len, sizeof(*files->paths.at), compare);
}
