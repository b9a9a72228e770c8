/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds the feeds of a folder and has them parsed, by one worker for all of them. */
#include "advisory/builder.h"

#include "advisory/feed/feed.h"
#include "base/clock.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct build {
    struct dw_builder *builder;
    struct dw_zygote *zygote;
    struct dw_worker *worker; /* started at the first file */
    const struct dw_limits *limits;
    dw_database_progress *progress;
    void *context;
    struct dw_slice feed;
};

struct name_list {
    char **at;
    size_t len, capacity;
};

static void free_names(struct name_list *names)
{
    for (size_t i = 0; i < names->len; i++)
        free(names->at[i]);
    dw_vector_free(names);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in FOLDER, sorted, hidden ones left out. */
static bool list_folder(const char *folder, const struct dw_limits *limits, struct name_list *names,
                        struct dw_error *error)
{
    DIR *handle = opendir(folder);
    struct dirent *entry;
    bool good = true;
    if (handle == NULL)
        return dw_fail_errno(error, DW_ERROR_INPUT, "%s: cannot be opened as a folder of OSV feeds", folder);
    while (good && (errno = 0, entry = readdir(handle)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        *dw_vector_push(names) = dw_copy_string(dw_slice_of(entry->d_name));
        good = dw_limit_check(limits, DW_LIMIT_FOLDER_ENTRIES, names->len, error) ||
               dw_context(error, "%s", folder);
    }
    if (good && errno != 0)
        good = dw_fail_errno(error, DW_ERROR_INPUT, "%s: cannot be read", folder);
    closedir(handle);
    if (names->len > 0)
        qsort(names->at, names->len, sizeof(names->at[0]), compare_names);
    return good;
}

static bool add_record(void *context, struct dw_slice packed, uint64_t json_bytes, struct dw_error *error)
{
    struct build *build = context;
    if (!dw_builder_add(build->builder, packed, json_bytes, error))
        return false;
    if (build->progress && dw_builder_records(build->builder) % 4096 == 0)
        build->progress(build->context, build->feed, dw_builder_records(build->builder));
    return true;
}

static bool take_record(struct build *build, struct dw_record *record, struct dw_error *error)
{
    uint64_t json_bytes = dw_record_get_u64(record);
    struct dw_slice packed = dw_record_get_bytes(record);
    if (record->type != DW_RECORD_ADVISORY || record->version != DW_RECORD_ADVISORY_VERSION)
        record->bad = true;
    return dw_record_end(record, error) && add_record(build, packed, json_bytes, error);
}

static bool parse_in_worker(struct build *build, int fd, bool zip, struct dw_error *error)
{
    if (build->worker == NULL && (build->worker = dw_worker_start(build->zygote, error)) == NULL)
        return false;
    struct dw_job_request request = {
        .kind = DW_JOB_FEED, .argument = dw_slice_of(zip ? "zip" : "json"), .fd = fd};
    if (!dw_worker_submit(build->worker, &request, error))
        return false;
    for (;;) {
        struct dw_worker_result result;
        switch (dw_worker_next(build->worker, &result, error)) {
        case DW_WORKER_RECORD:
            if (!take_record(build, &result.record, error))
                return false;
            break;
        case DW_WORKER_END:
            return true;
        case DW_WORKER_UNPACKED:
            return dw_fail(error, DW_ERROR_CRASH, "a worker sent what a feed does not have");
        case DW_WORKER_ERROR:
            return false;
        }
    }
}

static bool parse_file(struct build *build, const char *path, bool zip, struct dw_hasher *hasher,
                       struct dw_error *error)
{
    DW_CLEANUP(dw_cleanup_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    char bytes[1 << 16];
    ssize_t got;
    if (fd < 0)
        return dw_fail_errno(error, DW_ERROR_INPUT, "%s: cannot be opened", path);
    while ((got = read(fd, bytes, sizeof(bytes))) != 0) {
        if (got < 0 && errno != EINTR)
            return dw_fail_errno(error, DW_ERROR_INPUT, "%s: cannot be read", path);
        if (got > 0)
            dw_hasher_update(hasher, dw_slice_make(bytes, (size_t)got));
    }
    if (lseek(fd, 0, SEEK_SET) != 0)
        return dw_fail_errno(error, DW_ERROR_INPUT, "%s: is no regular file", path);
    bool parsed = build->zygote ? parse_in_worker(build, fd, zip, error)
                  : zip         ? dw_feed_read_zip(fd, build->limits, add_record, build, error)
                                : dw_feed_read_json(fd, build->limits, add_record, build, error);
    return parsed || dw_context(error, "%s", path);
}

/* A feed of one archive: its digest is the archive's. */
static bool add_archive(struct build *build, struct dw_slice name, const char *path, struct dw_slice relative,
                        struct dw_error *error)
{
    struct dw_hasher hasher = {0};
    struct dw_digest digest;
    dw_builder_feed(build->builder, name, relative);
    build->feed = name;
    dw_hasher_start(&hasher, DW_DIGEST_SHA256);
    bool parsed = parse_file(build, path, true, &hasher, error);
    dw_hasher_finish(&hasher, &digest);
    dw_builder_feed_digest(build->builder, &digest);
    if (!parsed)
        return false;
    if (dw_builder_feed_records(build->builder) == 0)
        return dw_fail(error, DW_ERROR_INPUT, "%s: the feed has no record", path);
    if (build->progress)
        build->progress(build->context, name, dw_builder_records(build->builder));
    return true;
}

/* A feed of single files: its digest is over names and contents. */
static bool add_files(struct build *build, struct dw_slice name, const char *folder, struct dw_slice relative,
                      const struct name_list *names, struct dw_error *error)
{
    struct dw_hasher hasher = {0};
    struct dw_digest digest;
    bool parsed = true;
    dw_builder_feed(build->builder, name, relative);
    build->feed = name;
    dw_hasher_start(&hasher, DW_DIGEST_SHA256);
    for (size_t i = 0; i < names->len && parsed; i++) {
        if (!dw_slice_ends_with(dw_slice_of(names->at[i]), ".json"))
            continue;
        DW_CLEANUP(dw_cleanup_free) char *path = dw_path_join(folder, names->at[i]);
        dw_hasher_update(&hasher, dw_slice_make(names->at[i], strlen(names->at[i]) + 1));
        parsed = parse_file(build, path, false, &hasher, error);
    }
    dw_hasher_finish(&hasher, &digest);
    dw_builder_feed_digest(build->builder, &digest);
    if (parsed && build->progress)
        build->progress(build->context, name, dw_builder_records(build->builder));
    return parsed;
}

/* What FOLDER itself holds: all.zip, single files, both (the archive first) or neither. */
static bool add_folder(struct build *build, struct dw_slice name, const char *folder,
                       struct dw_slice relative, const struct name_list *names, struct dw_error *error)
{
    bool files = false, archive = false;
    for (size_t i = 0; i < names->len; i++) {
        archive = archive || strcmp(names->at[i], "all.zip") == 0;
        files = files || dw_slice_ends_with(dw_slice_of(names->at[i]), ".json");
    }
    if (archive) {
        DW_CLEANUP(dw_cleanup_free) char *path = dw_path_join(folder, "all.zip");
        DW_CLEANUP(dw_buffer_free) struct dw_buffer below = {0};
        dw_buffer_append(&below, relative);
        dw_buffer_append_string(&below, relative.len > 0 ? "/all.zip" : "all.zip");
        if (!add_archive(build, name, path, dw_buffer_slice(&below), error))
            return false;
    }
    return !files || add_files(build, name, folder, relative, names, error);
}

static bool add_all(struct build *build, const char *folder, struct dw_error *error)
{
    DW_CLEANUP(free_names) struct name_list names = {0};
    DW_CLEANUP(dw_cleanup_free) char *real = realpath(folder, NULL);
    if (real == NULL)
        return dw_fail_errno(error, DW_ERROR_INPUT, "%s: no folder of OSV feeds there", folder);
    if (!list_folder(folder, build->limits, &names, error) ||
        !add_folder(build, dw_path_base(dw_slice_of(real)), folder, DW_SLICE(""), &names, error))
        return false;
    for (size_t i = 0; i < names.len; i++) {
        DW_CLEANUP(dw_cleanup_free) char *path = dw_path_join(folder, names.at[i]);
        DW_CLEANUP(free_names) struct name_list below = {0};
        struct dw_slice name = dw_slice_of(names.at[i]);
        if (!dw_is_folder(path))
            continue;
        if (!list_folder(path, build->limits, &below, error) ||
            !add_folder(build, name, path, name, &below, error))
            return false;
    }
    if (dw_builder_records(build->builder) == 0)
        return dw_fail(
            error, DW_ERROR_INPUT,
            "%s: holds no OSV records; wanted are <Ecosystem>/all.zip, <Ecosystem>/<ID>.json or <ID>.json",
            folder);
    return true;
}

/* The folder in which OUTPUT is to stand. */
static bool make_parent(const char *output, struct dw_error *error)
{
    struct dw_slice parent = dw_path_parent(dw_slice_of(output));
    if (parent.len == 0)
        return true;
    DW_CLEANUP(dw_cleanup_free) char *folder = dw_copy_string(parent);
    return dw_make_folders(folder, error);
}

bool dw_database_build(struct dw_zygote *zygote, const struct dw_limits *limits, const char *folder,
                       const char *output, int64_t now, dw_database_progress *progress, void *context,
                       struct dw_error *error)
{
    struct build build = {
        .builder = dw_builder_new(),
        .zygote = zygote,
        .limits = limits,
        .progress = progress,
        .context = context,
    };
    bool built = add_all(&build, folder, error);
    dw_worker_stop(build.worker);
    if (built)
        built = make_parent(output, error) && dw_builder_write(build.builder, output, now, error);
    dw_builder_free(build.builder);
    return built || dw_context(error, "building the advisory database");
}
