/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of images in registries, by the grammar of the distribution project's reference package:
 * [registry[:port]/]path[:tag][@algorithm:hex]. */
#ifndef DW_MODEL_IMAGE_NAME_H
#define DW_MODEL_IMAGE_NAME_H

#include "base/error.h"
#include "base/memory.h"

struct dw_image_name {
    struct dw_slice registry;   /* "docker.io" when none was written; "index.docker.io" becomes "docker.io" */
    struct dw_slice repository; /* "library/node" for "node" on docker.io */
    struct dw_slice tag;        /* "" when none was written */
    struct dw_slice digest;     /* "algorithm:hex"; "" when none was written */
    bool pinned;                /* the digest is "sha256:" and 64 lower-case hexadecimal digits */
};

/* Slices point into TEXT or ARENA. Fails with DW_ERROR_INPUT and what is wrong: an empty text, an upper-case path, a
 * malformed tag or digest, a name of more than 255 characters. */
bool dw_image_name_parse(struct dw_arena *arena, struct dw_slice text, struct dw_image_name *name,
                         struct dw_error *error);
/* "docker.io/library/node:20@sha256:…": with everything that is known; no "latest" is added. */
struct dw_slice dw_image_name_format(struct dw_arena *arena, const struct dw_image_name *name);

#endif
