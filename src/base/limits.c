/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"

#include "base/encoding.h"

#include <inttypes.h>

#define KIB UINT64_C(1024)
#define MIB (KIB * 1024)
#define GIB (MIB * 1024)

static const struct {
    const char *name, *title;
    uint64_t value;
} table[DW_LIMIT_COUNT] = {
    [DW_LIMIT_LAYER_BYTES] = {"layer-bytes", "uncompressed bytes of one layer", 32 * GIB},
    [DW_LIMIT_IMAGE_BYTES] = {"image-bytes", "uncompressed bytes of an image", 64 * GIB},
    [DW_LIMIT_IMAGE_ENTRIES] = {"image-entries", "archive entries of an image", 20000000},
    [DW_LIMIT_LAYERS] = {"layers", "layers of an image", 1000},
    [DW_LIMIT_ARCHIVE_MEMBERS] = {"archive-members", "files of an image archive", 200000},
    [DW_LIMIT_LINKS] = {"links", "links and whiteouts of an image", 4000000},
    [DW_LIMIT_PATH_BYTES] = {"path-bytes", "bytes of a path", 4096},
    [DW_LIMIT_PATH_COMPONENTS] = {"path-components", "components of a path", 256},
    [DW_LIMIT_SYMLINK_HOPS] = {"symlink-hops", "symbolic links followed for a path", 255},
    [DW_LIMIT_INDEX_DEPTH] = {"index-depth", "image indexes within indexes", 4},
    [DW_LIMIT_MANIFEST_BYTES] = {"manifest-bytes", "bytes of a manifest, index or image config", 4 * MIB},
    [DW_LIMIT_PACKAGE_DATABASE] = {"package-database-bytes", "bytes of one package database", 512 * MIB},
    [DW_LIMIT_LOCK_FILE] = {"lock-file-bytes", "bytes of one lock file", 64 * MIB},
    [DW_LIMIT_PACKAGE_MANIFEST] = {"package-manifest-bytes", "bytes of one package manifest", 4 * MIB},
    [DW_LIMIT_PACKAGES] = {"packages", "packages of a subject", 2000000},
    [DW_LIMIT_TEXT_LINE] = {"line-bytes", "bytes of one line of a package database", MIB},
    [DW_LIMIT_JSON_DEPTH] = {"json-depth", "levels of a JSON document", 128},
    [DW_LIMIT_JSON_NODES] = {"json-nodes", "values of a JSON document", 50000000},
    [DW_LIMIT_DOCUMENT_BYTES] = {"document-bytes", "bytes of a YAML or JSON file", 16 * MIB},
    [DW_LIMIT_DOCUMENT_DEPTH] = {"document-depth", "levels of a YAML or JSON file", 128},
    [DW_LIMIT_DOCUMENT_NODES] = {"document-nodes", "nodes of a YAML or JSON file, aliases expanded", 1000000},
    [DW_LIMIT_COMPOSE_NODES] = {"compose-nodes", "nodes of a Compose project as it is merged", 4000000},
    [DW_LIMIT_COMPOSE_FILES] = {"compose-files", "files of a Compose project", 1000},
    [DW_LIMIT_POLICY_ENTRIES] = {"policy-entries", "entries of one list of the policy or exceptions file", 10000},
    [DW_LIMIT_DOCKERFILE_BYTES] = {"dockerfile-bytes", "bytes of a Dockerfile", 4 * MIB},
    [DW_LIMIT_ADVISORY_RECORD] = {"advisory-record-bytes", "bytes of one advisory record", 16 * MIB},
    [DW_LIMIT_ADVISORY_BYTES] = {"advisory-bytes", "uncompressed bytes of one advisory feed", 16 * GIB},
    [DW_LIMIT_FOLDER_ENTRIES] = {"folder-entries", "files of a folder", 20000000},
    [DW_LIMIT_WORKER_MEMORY] = {"worker-memory-bytes", "memory of a worker", 1 * GIB},
    [DW_LIMIT_WORKER_SECONDS] = {"worker-seconds", "seconds a worker may take", 600},
    [DW_LIMIT_CUSTOM_SECONDS] = {"custom-rule-seconds", "seconds a custom rule may take", 10},
    [DW_LIMIT_RECORD_BYTES] = {"record-bytes", "bytes of one record from a worker", 64 * MIB},
    [DW_LIMIT_FACTS_BYTES] = {"facts-bytes", "bytes of all facts of one layer", 1 * GIB},
};

struct dw_limits dw_limits_default(void)
{
    struct dw_limits limits;
    for (size_t i = 0; i < DW_LIMIT_COUNT; i++)
        limits.value[i] = table[i].value;
    return limits;
}

const char *dw_limit_name(enum dw_limit limit)
{
    return table[limit].name;
}

const char *dw_limit_title(enum dw_limit limit)
{
    return table[limit].title;
}

static bool parse_value(struct dw_slice text, uint64_t *value)
{
    static const struct {
        char suffix;
        uint64_t factor;
    } units[] = {{'K', KIB}, {'M', MIB}, {'G', GIB}};
    for (size_t i = 0; text.len > 0 && i < sizeof(units) / sizeof(units[0]); i++)
        if (text.at[text.len - 1] == units[i].suffix)
            return dw_parse_u64(dw_slice_part(text, 0, text.len - 1), value) &&
                   dw_checked_multiply(*value, units[i].factor, value);
    return dw_parse_u64(text, value);
}

bool dw_limits_set(struct dw_limits *limits, struct dw_slice assignment, struct dw_error *error)
{
    size_t equals = dw_slice_find(assignment, '=');
    struct dw_slice name = dw_slice_part(assignment, 0, equals);
    for (size_t i = 0; i < DW_LIMIT_COUNT; i++) {
        if (!dw_slice_is(name, table[i].name))
            continue;
        uint64_t value;
        if (equals == SIZE_MAX || !parse_value(dw_slice_from(assignment, equals + 1), &value))
            return dw_fail(error, DW_ERROR_USAGE, "limit %s: give a number, optionally with K, M or G, such as %s=%" PRIu64,
                           table[i].name, table[i].name, table[i].value);
        limits->value[i] = value;
        return true;
    }
    const char *names[DW_LIMIT_COUNT];
    for (size_t i = 0; i < DW_LIMIT_COUNT; i++)
        names[i] = table[i].name;
    const char *near = dw_nearest_name(name, names, DW_LIMIT_COUNT);
    return dw_fail(error, DW_ERROR_USAGE, "there is no limit \"%.*s\"%s%s%s", DW_SLICE_ARG(name),
                   near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

bool dw_limit_check(const struct dw_limits *limits, enum dw_limit limit, uint64_t value, struct dw_error *error)
{
    if (value <= limits->value[limit])
        return true;
    return dw_fail(error, DW_ERROR_LIMIT, "limit %s (%s) met: more than %" PRIu64 "; raise it with --limit %s=N",
                   table[limit].name, table[limit].title, limits->value[limit], table[limit].name);
}
