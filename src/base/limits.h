/* SPDX-License-Identifier: Apache-2.0
 *
 * The one table of limits. Each has a default that a real image never meets, an option (--limit NAME=VALUE), and is
 * named in the error when it is met. */
#ifndef DW_BASE_LIMITS_H
#define DW_BASE_LIMITS_H

#include "base/error.h"
#include "base/slice.h"

enum dw_limit {
    DW_LIMIT_LAYER_BYTES,       /* uncompressed bytes of one layer */
    DW_LIMIT_IMAGE_BYTES,       /* of all layers of an image */
    DW_LIMIT_IMAGE_ENTRIES,     /* tar entries of an image */
    DW_LIMIT_LAYERS,            /* layers of an image */
    DW_LIMIT_ARCHIVE_MEMBERS,   /* files and links of an archive that holds an image (not of its layers) */
    DW_LIMIT_LINKS,             /* symbolic links, hard links and whiteouts kept of an image */
    DW_LIMIT_PATH_BYTES,
    DW_LIMIT_PATH_COMPONENTS,
    DW_LIMIT_SYMLINK_HOPS,
    DW_LIMIT_INDEX_DEPTH,       /* index in index */
    DW_LIMIT_MANIFEST_BYTES,    /* manifest, index, config */
    DW_LIMIT_PACKAGE_DATABASE,  /* bytes of one package database */
    DW_LIMIT_LOCK_FILE,         /* bytes of one lock file */
    DW_LIMIT_PACKAGE_MANIFEST,  /* bytes of one package.json and its like */
    DW_LIMIT_PACKAGES,          /* packages of a subject */
    DW_LIMIT_TEXT_LINE,         /* bytes of one line of a package database */
    DW_LIMIT_JSON_DEPTH,
    DW_LIMIT_JSON_NODES,
    DW_LIMIT_DOCUMENT_BYTES,    /* a YAML or JSON file that people write */
    DW_LIMIT_DOCUMENT_DEPTH,
    DW_LIMIT_DOCUMENT_NODES,    /* aliases counted as often as they are used */
    DW_LIMIT_COMPOSE_NODES,     /* of a whole Compose project: read, merged and extended */
    DW_LIMIT_COMPOSE_FILES,     /* that a Compose project consists of */
    DW_LIMIT_POLICY_ENTRIES,    /* of one list or mapping of a policy file; exceptions of a file */
    DW_LIMIT_DOCKERFILE_BYTES,
    DW_LIMIT_ADVISORY_RECORD,   /* bytes of one advisory record */
    DW_LIMIT_ADVISORY_BYTES,    /* uncompressed bytes of one feed archive */
    DW_LIMIT_FOLDER_ENTRIES,    /* files of a folder subject */
    DW_LIMIT_WORKER_MEMORY,     /* address space of a worker, bytes */
    DW_LIMIT_WORKER_SECONDS,    /* time a worker may take for one subject */
    DW_LIMIT_CUSTOM_SECONDS,    /* time one custom rule may take for all subjects */
    DW_LIMIT_RECORD_BYTES,      /* one record from a worker */
    DW_LIMIT_FACTS_BYTES,       /* all records of one layer */
    DW_LIMIT_COUNT
};

struct dw_limits {
    uint64_t value[DW_LIMIT_COUNT];
};

/* The defaults. */
struct dw_limits dw_limits_default(void);
/* "layer-bytes", and what it counts ("uncompressed bytes of one layer"). */
const char *dw_limit_name(enum dw_limit limit);
const char *dw_limit_title(enum dw_limit limit);
/* Sets one limit from "NAME=VALUE" (VALUE a number, or one with K, M, G = 1024^n behind it); unknown names fail
 * with the nearest. */
bool dw_limits_set(struct dw_limits *limits, struct dw_slice assignment, struct dw_error *error);
/* True if VALUE is within; else fails with kind DW_ERROR_LIMIT, naming limit and value. */
bool dw_limit_check(const struct dw_limits *limits, enum dw_limit limit, uint64_t value,
                    struct dw_error *error);

#endif
