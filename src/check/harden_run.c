/* SPDX-License-Identifier: Apache-2.0 */
#include "check/harden_run.h"

#include "base/file.h"
#include "check/discover.h"
#include "check/recognise.h"
#include "image/image.h"
#include "model/image_name.h"
#include "policy/lock.h"

#include <sys/stat.h>

struct run {
    const struct dw_harden_run_options *options;
    struct dw_policy *policy;
    struct dw_lock *lock;
    struct dw_arena arena;
    DW_VECTOR(struct dw_locked_image) locked;
    struct dw_rule_settings settings;
    struct dw_harden_options harden;
    const char *path; /* of the file at hand */
    bool stopped;
};

/* --- what is known beside the files ------------------------------------------------------------------------------------- */

static bool check_ids(const struct dw_harden_run_options *options, struct dw_error *error)
{
    for (size_t i = 0; options->only != NULL && options->only[i] != NULL; i++) {
        struct dw_slice id = dw_slice_of(options->only[i]);
        const struct dw_rule_variant *variant;
        size_t index = 0;
        if (dw_rule_named(id, &index, &variant) == NULL)
            return dw_fail(error, DW_ERROR_USAGE, "--only: there is no rule \"%s\"", options->only[i]);
    }
    return true;
}

static bool read_policy(struct run *run, struct dw_error *error)
{
    const char *path = run->options->policy;
    if (path == NULL && dw_is_file("dockworthy.yaml"))
        path = "dockworthy.yaml";
    run->policy = path != NULL ? dw_policy_read(path, run->options->limits, error) : dw_policy_builtin(".");
    return run->policy != NULL;
}

static bool read_lock(struct run *run, struct dw_error *error)
{
    const char *given = run->options->digests;
    if (given != NULL && !dw_is_file(given))
        return dw_fail(error, DW_ERROR_USAGE, "--digests %s: there is no such file", given);
    DW_CLEANUP(dw_cleanup_free) char *path =
        given != NULL ? dw_copy_string(dw_slice_of(given)) : dw_policy_path(run->policy, DW_SLICE("dockworthy.lock"));
    run->lock = dw_lock_read(path, run->options->limits, error);
    for (size_t i = 0; run->lock != NULL && i < run->lock->images.len; i++)
        *dw_vector_push(&run->locked) = run->lock->images.at[i];
    return run->lock != NULL;
}

/* An image says by its labels what it was built from (opencontainers/image-spec, annotations: image.base.name and .digest). */
static bool read_image(struct run *run, struct dw_error *error)
{
    const char *text = run->options->image;
    struct dw_reference reference;
    struct dw_image_options options = {.limits = run->options->limits};
    if (text == NULL)
        return true;
    if (!dw_reference_parse(&run->arena, dw_slice_of(text), &reference, error))
        return dw_context(error, "--image");
    struct dw_image *image = dw_image_open(&reference, &options, error);
    if (image == NULL)
        return dw_context(error, "--image");
    struct dw_slice base = dw_arena_copy(&run->arena, image->summary.base_name);
    struct dw_slice digest = dw_arena_copy(&run->arena, image->summary.base_digest);
    dw_image_close(image);
    if (base.len == 0 || digest.len == 0)
        return dw_fail(error, DW_ERROR_USAGE,
                       "--image %s: it has no labels org.opencontainers.image.base.name and .base.digest; give its base by --digests",
                       text);
    *dw_vector_push(&run->locked) = (struct dw_locked_image){.reference = base, .digest = digest, .date = run->options->now};
    return true;
}

/* --- files ----------------------------------------------------------------------------------------------------------------- */

/* By its name, else by its content; DW_FILE_OTHER for none that is repaired. */
static enum dw_subject_kind kind_of(const struct run *run, const char *path, struct dw_slice text)
{
    struct dw_error ignored = DW_ERROR_INIT;
    struct dw_slice name = dw_path_base(dw_slice_of(path));
    enum dw_subject_kind kind = dw_recognise_name(name);
    if (kind != DW_FILE_OTHER || !dw_recognise_is_document(name))
        return kind != DW_FILE_OTHER ? kind : dw_recognise_text(text);
    struct dw_document *document = dw_document_parse(text, path, run->options->limits, &ignored);
    if (document != NULL)
        kind = dw_recognise_document(document);
    dw_document_free(document);
    /* What cannot be parsed says why when it is read as what it looks like. */
    return document == NULL ? dw_recognise_text(text) : kind;
}

static enum dw_harden_answer ask(void *context, const struct dw_harden_change *change, struct dw_slice before, struct dw_slice after)
{
    struct run *run = context;
    return run->options->ask(run->options->context, change, run->path, before, after);
}

/* Behind a symbolic link the file itself is written. */
static bool write_file(const char *path, struct dw_slice text, struct dw_error *error)
{
    struct stat status;
    DW_CLEANUP(dw_cleanup_free) char *real = realpath(path, NULL);
    if (real == NULL || stat(real, &status) != 0)
        return dw_fail_errno(error, DW_ERROR_SYSTEM, "%s", path);
    return dw_file_write(real, text, status.st_mode & 07777, error);
}

static bool repair(struct run *run, enum dw_subject_kind kind, struct dw_slice before, struct dw_error *error)
{
    const struct dw_harden_run_options *options = run->options;
    struct dw_error trouble = DW_ERROR_INIT;
    struct dw_harden_result result;
    bool good = true;
    if (dw_harden(&run->harden, kind, run->path, before, &result, &trouble)) {
        struct dw_slice after = dw_buffer_slice(&result.text);
        if (options->write && !dw_slice_equal(before, after) && !write_file(run->path, after, &trouble))
            options->problem(options->context, &trouble);
        else
            good = options->file(options->context, &(struct dw_harden_file){run->path, before, &result}, error);
        run->stopped = result.quit;
    } else {
        options->problem(options->context, &trouble);
    }
    dw_harden_result_free(&result);
    return good;
}

/* NAMED: a file that is none that is repaired is an error. */
static bool repair_path(struct run *run, const char *path, bool named, enum dw_subject_kind kind, struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    struct dw_error trouble = DW_ERROR_INIT;
    if (run->stopped)
        return true;
    run->path = path;
    if (!dw_file_read_within(path, run->options->limits, DW_LIMIT_DOCKERFILE_BYTES, &text, &trouble)) {
        run->options->problem(run->options->context, &trouble);
        return true;
    }
    if (kind == DW_FILE_OTHER)
        kind = kind_of(run, path, dw_buffer_slice(&text));
    if (kind == DW_FILE_OTHER) {
        dw_fail(&trouble, DW_ERROR_INPUT, "%s: no Dockerfile, no Compose file and no Kubernetes manifest", path);
        if (named)
            run->options->problem(run->options->context, &trouble);
        return true;
    }
    return repair(run, kind, dw_buffer_slice(&text), error);
}

static bool repair_all(struct run *run, const struct dw_paths *paths, enum dw_subject_kind kind, struct dw_error *error)
{
    for (size_t i = 0; i < paths->list.len; i++)
        if (!repair_path(run, paths->list.at[i], false, kind, error))
            return false;
    return true;
}

static bool repair_folder(struct run *run, const char *folder, struct dw_error *error)
{
    struct dw_discovery found;
    struct dw_error trouble = DW_ERROR_INIT;
    if (!dw_discover(folder, &found, &trouble))
        run->options->problem(run->options->context, &trouble);
    if (found.cut) {
        dw_fail(&trouble, DW_ERROR_LIMIT, "%s: too many or too deep folders to look through; name the files", folder);
        run->options->problem(run->options->context, &trouble);
    } else if (found.dockerfiles.list.len + found.compose.list.len + found.manifests.list.len == 0) {
        dw_fail(&trouble, DW_ERROR_UNAVAILABLE, "%s: no Dockerfile, no Compose file and no manifest is in this folder", folder);
        run->options->problem(run->options->context, &trouble);
    }
    /* What lies among manifests may be something else. */
    bool good = repair_all(run, &found.dockerfiles, DW_SUBJECT_DOCKERFILE, error) &&
                repair_all(run, &found.compose, DW_SUBJECT_COMPOSE, error) &&
                repair_all(run, &found.manifests, DW_FILE_OTHER, error);
    dw_discovery_free(&found);
    return good;
}

bool dw_harden_run(const struct dw_harden_run_options *options, struct dw_error *error)
{
    struct run run = {.options = options};
    bool good = check_ids(options, error) && read_policy(&run, error) && read_lock(&run, error) && read_image(&run, error);
    if (good) {
        run.settings = dw_policy_rule_settings(run.policy, &run.policy->arena, options->now);
        run.settings.locked = run.locked.at;
        run.settings.locked_count = run.locked.len;
        run.harden = (struct dw_harden_options){.policy = run.policy,
                                                .settings = &run.settings,
                                                .limits = options->limits,
                                                .environment = options->environment,
                                                .now = options->now,
                                                .review = options->review,
                                                .only = options->only,
                                                .ask = options->ask != NULL ? ask : NULL,
                                                .ask_context = &run};
    }
    for (size_t i = 0; good && i < options->count; i++)
        good = dw_is_folder(options->paths[i]) ? repair_folder(&run, options->paths[i], error)
                                               : repair_path(&run, options->paths[i], true, DW_FILE_OTHER, error);
    dw_lock_free(run.lock);
    dw_policy_free(run.policy);
    dw_arena_free(&run.arena);
    dw_vector_free(&run.locked);
    return good;
}
