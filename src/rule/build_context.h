/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: the build context of a Dockerfile, as far as it is at hand: its .dockerignore, and which of its files look like
 * secrets (Docker's "Build context" and ".dockerignore files"; moby/patternmatcher). */
#ifndef DW_RULE_BUILD_CONTEXT_H
#define DW_RULE_BUILD_CONTEXT_H

#include "base/memory.h"
#include "dockerfile/dockerfile.h"

struct dw_ignore_pattern {
    struct dw_slice text; /* cleaned, without "!" and leading "/" */
    bool exception;       /* "!" stood before it */
};
struct dw_ignore {
    DW_VECTOR(struct dw_ignore_pattern) patterns;
    bool exceptions; /* one of them is */
    uint64_t work;   /* that was spent on comparing */
};
/* Steps of comparing that one .dockerignore may cost: behind them it leaves nothing out. */
#define DW_IGNORE_WORK (UINT64_C(50) * 1000 * 1000)
/* Reads the lines of a .dockerignore; slices are in ARENA. Lines that the builder refuses ("!" alone) are left out. */
void dw_ignore_read(struct dw_arena *arena, struct dw_slice text, struct dw_ignore *ignore);
void dw_ignore_free(struct dw_ignore *ignore);
/* Is PATH, relative to the context, left out? The last pattern that fits it or a folder above it decides. */
bool dw_ignore_matches(struct dw_ignore *ignore, struct dw_slice path);

struct dw_build_context {
    struct dw_arena arena;
    struct dw_slice folder;      /* "." or the Dockerfile's */
    struct dw_slice ignore_path; /* of the .dockerignore, "" if there is none */
    struct dw_slice usual_ignore; /* where it would be */
    struct dw_ignore ignore;
    struct dw_slice problem;     /* why it cannot be told what is in it; "" if it can */
};
/* The folder that DOCKERFILE stands in, when everything that it copies by name is there: else problem says so. */
struct dw_build_context *dw_build_context_open(const struct dw_dockerfile *dockerfile);
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
