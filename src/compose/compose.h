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
    DW_VECTOR(struct dw_slice) folders;        /* beside documents: what relative paths in each are relative to */
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
    bool no_consistency;            /* names that nothing defines and settings that exclude each other are let pass: the files may be a
                                     * part of a project (as `docker compose config --no-consistency`) */
    bool no_files;                  /* nothing but PATHS is read: a project that needs another file fails or says what it lacks */
    struct dw_slice text;           /* the first file's bytes, when they do not come from its path; at NULL: read PATHS[0] */
};

/* Loads PATHS (at least one), merged in order, with what they include and extend; nothing is fetched, and no file is read that is
 * neither beneath the first file's folder nor beneath the current one. Fails with DW_ERROR_INPUT for what the reference loader
 * rejects ("FILE:LINE:COLUMN: what"), DW_ERROR_UNSUPPORTED for a remote or outside file that the project is made of, and
 * DW_ERROR_LIMIT. Two things are lighter here: a variable that is required ("${V:?}") and not set, and an env_file that is
 * missing, are unknown values of those who need them, for the environment of a check is not the one of the deployment. */
struct dw_compose *dw_compose_load(const char *const *paths, size_t count, const struct dw_compose_options *options,
                                   const struct dw_limits *limits, struct dw_error *error);
void dw_compose_free(struct dw_compose *project);

/* What rules see: {"schema": "dockworthy/compose/1", "kind": "compose", "name", "files", "project" as it is merged, "services" as they
 * will run}, appended to OUT without a line end. Values of environment variables are left out: they may be secrets. */
void dw_compose_write_facts(const struct dw_compose *project, struct dw_buffer *out);

#endif
