/* SPDX-License-Identifier: Apache-2.0
 * A file: magic (8 bytes), SHA-256 of what follows (32), diff id (u8 algorithm, 64 bytes), records. */
#include "scan/cache.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC      "dwfacts4"
#define MAGIC_SIZE 8
#define DIFF_SIZE  65
#define HEAD_SIZE  (MAGIC_SIZE + 32 + DIFF_SIZE)

/* Limits shape facts as much as readers do: a limit that was met is a fact. */
static void digest_readers(const struct dw_limits *limits, struct dw_digest *digest)
{
    struct dw_hasher hasher = {0};
    dw_hasher_start(&hasher, DW_DIGEST_SHA256);
    dw_hasher_update(&hasher, DW_SLICE(MAGIC " " DW_VERSION));
    for (size_t i = 0; i < dw_package_reader_count; i++) {
        char line[128];
        int length = snprintf(line, sizeof(line), "%s %u\n", dw_package_readers[i]->name, dw_package_readers[i]->version);
        dw_hasher_update(&hasher, dw_slice_make(line, (size_t)length));
    }
    dw_hasher_update(&hasher, dw_slice_make(limits, sizeof(*limits)));
    dw_hasher_finish(&hasher, digest);
}

void dw_cache_open(struct dw_cache *cache, const char *folder, const struct dw_limits *limits)
{
    cache->folder = folder == NULL ? NULL : dw_path_join(folder, "layers");
    digest_readers(limits, &cache->readers);
}

void dw_cache_close(struct dw_cache *cache)
{
    free(cache->folder);
    cache->folder = NULL;
}

/* "<folder>/<first 16 digits of the readers' digest>-<digest of the blob>". */
static char *file_path(const struct dw_cache *cache, const struct dw_digest *digest)
{
    char readers[DW_DIGEST_TEXT], blob[DW_DIGEST_TEXT], name[2 * DW_DIGEST_TEXT];
    dw_digest_hex(&cache->readers, readers);
    dw_digest_hex(digest, blob);
    snprintf(name, sizeof(name), "%.16s-%s-%s", readers, dw_digest_algorithm_name(digest->algorithm), blob);
    return dw_path_join(cache->folder, name);
}

static void put_diff_id(char *out, const struct dw_digest *diff_id)
{
    memset(out, 0, DIFF_SIZE);
    out[0] = (char)diff_id->algorithm;
    memcpy(out + 1, diff_id->bytes, dw_digest_length(diff_id->algorithm));
}

/* The cache is the user's own folder, but another program may have filled it: only a regular file of this user (or of
 * root) that nobody else can write to is believed. */
static bool read_file(const char *path, struct dw_buffer *out, uint64_t limit)
{
    DW_CLEANUP(dw_cleanup_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) ||
        (status.st_uid != geteuid() && status.st_uid != 0) || (status.st_mode & 022) != 0 ||
        status.st_size < HEAD_SIZE || (uint64_t)status.st_size > limit)
        return false;
    dw_buffer_reserve(out, (size_t)status.st_size);
    while (out->len < (size_t)status.st_size) {
        ssize_t got = read(fd, out->at + out->len, (size_t)status.st_size - out->len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        out->len += (size_t)got;
    }
    return true;
}

struct dw_layer_facts *dw_cache_get(const struct dw_cache *cache, const struct dw_digest *digest,
                                    const struct dw_digest *diff_id, const struct dw_limits *limits)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer bytes = {0};
    if (cache->folder == NULL || digest->algorithm == DW_DIGEST_NONE)
        return NULL;
    char *path = file_path(cache, digest);
    bool there = read_file(path, &bytes, limits->value[DW_LIMIT_FACTS_BYTES]);
    free(path);
    if (!there || memcmp(bytes.at, MAGIC, MAGIC_SIZE) != 0)
        return NULL;
    struct dw_slice rest = dw_slice_from(dw_buffer_slice(&bytes), MAGIC_SIZE + 32);
    struct dw_digest sum;
    dw_sha256(rest, &sum);
    if (memcmp(bytes.at + MAGIC_SIZE, sum.bytes, 32) != 0)
        return NULL;
    char wanted[DIFF_SIZE];
    put_diff_id(wanted, diff_id);
    if (diff_id->algorithm != DW_DIGEST_NONE && memcmp(rest.at, wanted, DIFF_SIZE) != 0)
        return NULL;
    rest = dw_slice_from(rest, DIFF_SIZE);
    struct dw_layer_facts *facts = dw_layer_facts_new();
    struct dw_error ignored = DW_ERROR_INIT;
    struct dw_record record;
    int taken;
    while ((taken = dw_record_take(&rest, limits->value[DW_LIMIT_RECORD_BYTES], &record)) > 0)
        if (!dw_layer_facts_add(facts, &record, limits, &ignored))
            break;
    if (taken == 0 && rest.len == 0 && dw_layer_facts_finish(facts, &ignored))
        return facts;
    dw_layer_facts_free(facts);
    return NULL;
}

bool dw_cache_put(const struct dw_cache *cache, const struct dw_digest *digest, const struct dw_digest *diff_id,
                  struct dw_slice records, struct dw_error *error)
{
    if (cache->folder == NULL || digest->algorithm == DW_DIGEST_NONE)
        return true;
    if (!dw_make_folders(cache->folder, error))
        return false;
    char head[HEAD_SIZE];
    struct dw_hasher hasher = {0};
    struct dw_digest sum;
    memcpy(head, MAGIC, MAGIC_SIZE);
    put_diff_id(head + MAGIC_SIZE + 32, diff_id);
    dw_hasher_start(&hasher, DW_DIGEST_SHA256);
    dw_hasher_update(&hasher, dw_slice_make(head + MAGIC_SIZE + 32, DIFF_SIZE));
    dw_hasher_update(&hasher, records);
    dw_hasher_finish(&hasher, &sum);
    memcpy(head + MAGIC_SIZE, sum.bytes, 32);
    DW_CLEANUP(dw_cleanup_free) char *path = file_path(cache, digest);
    struct dw_file_writer writer;
    if (!dw_file_writer_open(&writer, path, 0600, error))
        return false;
    if (!dw_file_writer_append(&writer, dw_slice_make(head, sizeof(head)), error) ||
        !dw_file_writer_append(&writer, records, error)) {
        dw_file_writer_abandon(&writer);
        return false;
    }
    return dw_file_writer_commit(&writer, error);
}
