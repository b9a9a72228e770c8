/* SPDX-License-Identifier: Apache-2.0
 *
 * A Compose project as the reference loader makes it of its files (compose-spec; parsing.md, section 3 of the design). */
#ifndef DW_COMPOSE_COMPOSE_H
#define DW_COMPOSE_COMPOSE_H

#include "base/limits.h"
#include "container/container.h"

struct dw_compose {
    struct dw_arena arena;
    DW_VECTOR(struct dw_document *) documents; /* every file that has a part in it, owned; nodes point to theirs */
    DW_VECTOR(struct dw_dockerfile *) dockerfiles; /* of the services' builds, owned */
    struct dw_slice name;                      /* path of the first file, for messages */
    const struct dw_node *root;                /* the merged, interpolated project; nodes know the file they stand in */
    DW_VECTOR(struct dw_container) services;
};

/* What the loader may use beside the files. */
struct dw_compose_options {
    const char *const *environment; /* "NAME=value", ended by NULL; NULL: none. The process environment is the caller's choice */
    const char *project_folder;     /* NULL: the first file's */
    bool no_override;               /* files were named: the override file beside the first is not merged unasked */
    struct dw_slice text;           /* the first file's bytes, when they do not come from its path; at NULL: read PATHS[0] */
};

/* Loads PATHS (at least one), merged in order, with what they include and extend. Fails with DW_ERROR_INPUT for what the
 * reference loader rejects ("FILE:LINE:COLUMN: what"), and DW_ERROR_LIMIT. */
struct dw_compose *dw_compose_load(const char *const *paths, size_t count, const struct dw_compose_options *options,
                                   const struct dw_limits *limits, struct dw_error *error);
void dw_compose_free(struct dw_compose *project);

#endif
