/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: the build context of a Dockerfile, as far as it is at hand: its .dockerignore, and which of its files look like
 * secrets (Docker's "Build context" and ".dockerignore files"; moby/patternmatcher). */
#ifndef DW_RULE_BUILD_CONTEXT_H
#define DW_RULE_BUILD_CONTEXT_H

#include "base/memory.h"
#include "dockerfile/dockerfile.h"
#include "dockerfile/ignore.h"

struct dw_build_context {
    struct dw_arena arena;
    struct dw_context_cache *cache; /* the caller's, or NULL */
    struct dw_slice folder;      /* "." or the Dockerfile's */
    struct dw_slice ignore_path; /* of the .dockerignore, "" if there is none */
    struct dw_slice usual_ignore; /* where it would be */
    struct dw_ignore ignore;
    struct dw_slice problem;     /* why it cannot be told what is in it; "" if it can */
};
/* The folder that DOCKERFILE stands in, when everything that it copies by name is there: else problem says so. CACHE may be NULL. */
struct dw_build_context *dw_build_context_open(const struct dw_dockerfile *dockerfile, struct dw_context_cache *cache);
void dw_build_context_free(struct dw_build_context *context);

/* Paths (in ARENA, sorted) below SOURCE, a folder of the context, of files that dw_secret_file knows and that nothing ignores. Folders
 * called .git and node_modules are not searched, symbolic links not followed. *CUT becomes true at the bounds (depth 32, 50,000
 * entries). NOT_FOLDER: SOURCE is none, or cannot be listed. */
struct dw_context_files {
    DW_VECTOR(struct dw_slice) paths;
    bool cut, not_folder;
};
void dw_build_context_secrets(struct dw_build_context *context, struct dw_slice source, struct dw_context_files *files);

#endif
