/* SPDX-License-Identifier: Apache-2.0
 *
 * What a repository holds that can be judged, when no policy file names it. */
#ifndef DW_CHECK_DISCOVER_H
#define DW_CHECK_DISCOVER_H

#include "base/error.h"
#include "base/memory.h"

struct dw_paths {
    DW_VECTOR(char *) list; /* sorted by bytes; each freed by dw_paths_free */
};
void dw_paths_add(struct dw_paths *paths, const char *path);
void dw_paths_sort(struct dw_paths *paths);
void dw_paths_free(struct dw_paths *paths);

struct dw_discovery {
    struct dw_paths dockerfiles; /* Dockerfile, Dockerfile.*, *.Dockerfile, Containerfile */
    struct dw_paths compose;     /* compose.yaml, docker-compose.yml and their like, and YAML with services; no overrides */
    struct dw_paths manifests;   /* YAML and JSON files that look like Kubernetes manifests, and those of folders named for them */
    struct dw_paths templates;   /* YAML files that Helm makes manifests of: they cannot be judged as they stand */
    struct dw_paths skipped;     /* YAML and JSON files that are neither Compose nor Kubernetes */
    struct dw_paths layouts;     /* folders with an oci-layout file */
    bool cut;                    /* the walk met its bounds (depth 12, 200,000 entries): something may be missing */
};

/* Walks FOLDER; symbolic links are not followed, and .git, node_modules and __pycache__ not entered. Fails with
 * DW_ERROR_INPUT if FOLDER cannot be listed. */
bool dw_discover(const char *folder, struct dw_discovery *found, struct dw_error *error);
void dw_discovery_free(struct dw_discovery *found);

/* The manifests that PATH means: itself if it is a file, else every .yaml, .yml and .json file below it. */
bool dw_discover_manifests(const char *path, struct dw_paths *paths, bool *cut, struct dw_error *error);

#endif
