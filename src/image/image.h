/* SPDX-License-Identifier: Apache-2.0
 *
 * Images: where they are, what they consist of. OCI image specification 1.1 (image-layout.md, manifest.md,
 * image-index.md, config.md) and Docker's image manifest v2 schema 2 and `docker save` archives.
 * Everything that is read is checked against size and digest before it is parsed. */
#ifndef DW_IMAGE_IMAGE_H
#define DW_IMAGE_IMAGE_H

#include "base/digest.h"
#include "model/subject.h"
#include "worker/worker.h"

enum dw_source_kind {
    DW_SOURCE_OCI_LAYOUT,     /* oci:PATH[:TAG|@DIGEST] */
    DW_SOURCE_DOCKER_ARCHIVE, /* docker-archive:PATH[:TAG]: docker save, or an OCI layout in a tar; plain or gzip */
    DW_SOURCE_FOLDER,         /* dir:PATH */
    DW_SOURCE_PURL,           /* purl:pkg:… or pkg:… */
    DW_SOURCE_REGISTRY,       /* name/repo:tag: not read in this version */
};

struct dw_reference {
    enum dw_source_kind kind;
    struct dw_slice text;   /* as given; all slices point into the arena of dw_reference_parse */
    struct dw_slice path;   /* of layouts, archives, folders; the purl; the registry reference, whole */
    struct dw_slice tag;    /* "" if none */
    struct dw_slice digest; /* "sha256:…" or "" */
};

/* Reads a reference (interface.md, "Conventions"): with a prefix, or a bare existing path recognised by its content.
 * Where a path may hold colons, the longest part that exists is the path and the rest is the tag; oci-dir: and
 * oci-archive: are read as oci: and docker-archive:, and both of these take :TAG and @DIGEST together (the digest
 * decides). Fails with DW_ERROR_USAGE for a reference that cannot be one, DW_ERROR_INPUT for a path that is not there,
 * DW_ERROR_UNSUPPORTED for docker:, podman:, sbom: and their like. */
bool dw_reference_parse(struct dw_arena *arena, struct dw_slice text, struct dw_reference *reference,
                        struct dw_error *error);

struct dw_platform {
    struct dw_slice os, architecture, variant;
};
/* "linux/arm64/v8"; "x86_64" and "aarch64" are taken as amd64 and arm64. The slices point into TEXT or are constant.
 * Fails with DW_ERROR_USAGE. */
bool dw_platform_parse(struct dw_slice text, struct dw_platform *platform, struct dw_error *error);
/* The host's. */
struct dw_platform dw_platform_host(void);

enum dw_layer_state {
    DW_LAYER_PRESENT,
    DW_LAYER_ABSENT,      /* a foreign layer, distributed elsewhere: not available (exit 4) */
    DW_LAYER_MISSING,     /* should be there, and is not: the image is damaged (exit 3) */
    DW_LAYER_UNSUPPORTED, /* of a media type that is not read (encrypted, unknown): named, exit 4 */
};

struct dw_layer {
    enum dw_layer_state state;
    struct dw_slice reason;      /* for every other state than PRESENT */
    bool has_digest;             /* docker-archive layers have none of their own */
    struct dw_digest digest;     /* of the blob */
    struct dw_digest diff_id;    /* from the config; algorithm NONE if the config names none */
    uint64_t size;               /* of the blob */
    struct dw_slice media_type;
    struct dw_slice instruction; /* created_by of its history entry, "" if not known */
    bool instruction_uncertain;
};

struct dw_image {
    struct dw_arena arena;
    struct dw_reference reference;
    struct dw_image_summary summary; /* its layers array is filled by dw_image_open */
    struct dw_layer *layers;
    size_t layer_count;
    DW_VECTOR(struct dw_note) notes; /* attribution not possible, platform taken without choice, … */
    struct dw_image_source *source;  /* private */
};

struct dw_image_options {
    bool platform_given;
    struct dw_platform platform;
    const struct dw_limits *limits;
    struct dw_zygote *zygote; /* archives are read by a worker */
};

/* Opens an image: layout or archive, index, platform choice, manifest, config, history. NULL with ERROR on failure,
 * whose text starts with the reference. OPTIONS' limits and zygote must outlive the image; a layout needs no zygote. */
struct dw_image *dw_image_open(const struct dw_reference *reference, const struct dw_image_options *options,
                               struct dw_error *error);
void dw_image_close(struct dw_image *image);

/* The blob's bytes of layer INDEX, as they lie there (compressed or not). The size is compared with the descriptor's;
 * the digest is checked by whoever reads all of it. A layer that is not PRESENT fails with UNAVAILABLE, INPUT or UNSUPPORTED,
 * by its state. The image must outlive the stream. May be called from several threads at once if dw_image_random_access;
 * otherwise layers are opened in the order that dw_image_layer_order gives, one at a time, each closed before the next. */
struct dw_stream *dw_image_layer_open(struct dw_image *image, size_t index, struct dw_error *error);
/* False for a compressed archive, whose layers can only be read in the order in which they lie. */
bool dw_image_random_access(const struct dw_image *image);
/* Fills ORDER (layer_count numbers) with the order in which layers are to be opened. */
void dw_image_layer_order(const struct dw_image *image, size_t *order);

/* The job that lists an outer archive (DW_JOB_ARCHIVE_INDEX). */
bool dw_job_archive_index(struct dw_job *job, struct dw_error *error);
/* The job that only decompresses: input → unpacked bytes (DW_JOB_DECOMPRESS). */
bool dw_job_decompress(struct dw_job *job, struct dw_error *error);

#endif
