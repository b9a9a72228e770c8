/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/build_context.h"

#include "base/file.h"
#include "base/limits.h"
#include "rule/copy_source.h"
#include "rule/dockerfile_rule.h"
#include "rule/secret_value.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

/* ---- .dockerignore ------------------------------------------------------------------------------------------------ */

void dw_ignore_read(struct dw_arena *arena, struct dw_slice text, struct dw_ignore *ignore)
{
    struct dw_slice line;
    if (dw_slice_starts_with(text, "\xef\xbb\xbf"))
        text = dw_slice_from(text, 3);
    while (dw_slice_line(&text, &line)) {
        if (dw_slice_starts_with(line, "#"))
            continue;
        line = dw_slice_trim(line);
        bool exception = dw_slice_starts_with(line, "!");
        if (exception)
            line = dw_slice_trim(dw_slice_from(line, 1));
        if (line.len == 0)
            continue;
        DW_CLEANUP(dw_cleanup_free) char *clean = dw_path_normal(line);
        struct dw_slice path = dw_slice_of(clean);
        while (dw_slice_starts_with(path, "/"))
            path = dw_slice_from(path, 1);
        if (path.len == 0)
            continue;
        *dw_vector_push(&ignore->patterns) =
            (struct dw_ignore_pattern){.text = dw_arena_copy(arena, path), .exception = exception};
        ignore->exceptions |= exception;
    }
}

void dw_ignore_free(struct dw_ignore *ignore)
{
    dw_vector_free(&ignore->patterns);
}

/* The length of a class "[…]" at the start of PATTERN, 0 if it does not end; *FITS: C is in it. */
static size_t class_length(struct dw_slice pattern, char c, bool *fits)
{
    size_t i = 1;
    bool negated = i < pattern.len && pattern.at[i] == '^', found = false;
    i += negated;
    for (bool first = true; i < pattern.len && (first || pattern.at[i] != ']'); first = false) {
        if (pattern.at[i] == '\\' && i + 1 < pattern.len)
            i++;
        char low = pattern.at[i++], high = low;
        if (i + 1 < pattern.len && pattern.at[i] == '-' && pattern.at[i + 1] != ']') {
            high = pattern.at[i + 1];
            i += 2;
        }
        found |= c >= low && c <= high;
    }
    *fits = found != negated;
    return i < pattern.len ? i + 1 : 0;
}

/* Steps that one comparison may take: patterns are written by strangers. */
#define MATCH_STEPS 20000
#define MATCH_DEPTH 200

static bool fits(struct dw_slice pattern, struct dw_slice path, unsigned depth, unsigned *steps)
{
    while (pattern.len > 0) {
        if (*steps == 0 || depth > MATCH_DEPTH)
            return false;
        --*steps;
        char c = pattern.at[0];
        if (dw_slice_starts_with(pattern, "**")) {
            pattern = dw_slice_from(pattern, 2);
            while (dw_slice_starts_with(pattern, "*"))
                pattern = dw_slice_from(pattern, 1);
            if (pattern.len == 0)
                return true;
            if (pattern.at[0] == '/' && fits(dw_slice_from(pattern, 1), path, depth + 1, steps))
                return true; /* no folder at all */
            for (size_t i = 0; i <= path.len && *steps > 0; i++)
                if (fits(pattern, dw_slice_from(path, i), depth + 1, steps))
                    return true;
            return false;
        }
        if (c == '*') {
            pattern = dw_slice_from(pattern, 1);
            for (size_t i = 0; i <= path.len && *steps > 0; i++) {
                if (fits(pattern, dw_slice_from(path, i), depth + 1, steps))
                    return true;
                if (i < path.len && path.at[i] == '/')
                    return false;
            }
            return false;
        }
        if (path.len == 0)
            return false;
        size_t used = 1;
        bool good;
        if (c == '?') {
            good = path.at[0] != '/';
        } else if (c == '[') {
            used = class_length(pattern, path.at[0], &good);
            if (used == 0)
                return false;
        } else {
            if (c == '\\' && pattern.len > 1) {
                c = pattern.at[1];
                used = 2;
            }
            good = path.at[0] == c;
        }
        if (!good)
            return false;
        pattern = dw_slice_from(pattern, used);
        path = dw_slice_from(path, 1);
    }
    return path.len == 0;
}

static bool fits_or_parent(struct dw_slice pattern, struct dw_slice path, uint64_t *work)
{
    for (;;) {
        unsigned steps = MATCH_STEPS;
        bool fit = fits(pattern, path, 0, &steps);
        *work += 1 + MATCH_STEPS - steps;
        if (fit)
            return true;
        size_t slash = dw_slice_find_last(path, '/');
        if (slash == SIZE_MAX)
            return false;
        path = dw_slice_part(path, 0, slash);
    }
}

bool dw_ignore_matches(struct dw_ignore *ignore, struct dw_slice path)
{
    bool ignored = false;
    for (size_t i = 0; i < ignore->patterns.len && ignore->work < DW_IGNORE_WORK; i++) {
        const struct dw_ignore_pattern *pattern = &ignore->patterns.at[i];
        if (pattern->exception == ignored && fits_or_parent(pattern->text, path, &ignore->work))
            ignored = !pattern->exception;
    }
    return ignored && ignore->work < DW_IGNORE_WORK;
}

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
    if (dw_file_read_within(path, &limits, DW_LIMIT_DOCKERFILE_BYTES, &text, &error))
        dw_ignore_read(&context->arena, dw_buffer_slice(&text), &context->ignore);
    else
        context->problem = dw_arena_copy(&context->arena, dw_slice_of(error.text));
    return true;
}

struct dw_build_context *dw_build_context_open(const struct dw_dockerfile *dockerfile)
{
    struct dw_build_context *context = dw_alloc(1, sizeof(*context));
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
    walk_folder(&walk, 0);
    dw_buffer_free(&walk.path);
    if (files->paths.len > 1)
        qsort(files->paths.at, files->paths.len, sizeof(*files->paths.at), compare);
}
