/* SPDX-License-Identifier: Apache-2.0
 *
 * A subject and what was read of it: for images and folders its inventory of packages. */
#ifndef DW_MODEL_SUBJECT_H
#define DW_MODEL_SUBJECT_H

#include "model/note.h"
#include "model/package.h"
#include "model/place.h"

enum dw_subject_kind {
    DW_SUBJECT_IMAGE,
    DW_SUBJECT_FOLDER,
    DW_SUBJECT_PURL,
    DW_SUBJECT_DOCKERFILE,
    DW_SUBJECT_COMPOSE,
    DW_SUBJECT_KUBERNETES,
    DW_SUBJECT_REPOSITORY,
    DW_SUBJECT_KIND_COUNT
};

/* "image", "folder", … */
const char *dw_subject_kind_name(enum dw_subject_kind kind);

/* One layer as it is reported. */
struct dw_layer_summary {
    struct dw_slice digest;      /* of the blob; "" if not known */
    struct dw_slice diff_id;
    struct dw_slice media_type;
    struct dw_slice instruction; /* "" if not known */
    bool instruction_uncertain;
    bool base;                   /* known to belong to the base image */
    uint64_t size;               /* bytes of the blob */
};

/* The parts of the image config that rules judge (OCI image specification, config.md). */
struct dw_image_summary {
    struct dw_slice manifest_digest; /* "" for a docker-archive without one */
    struct dw_slice image_id;        /* digest of the config */
    struct dw_slice os, architecture, variant;
    struct dw_slice created;         /* as written */
    struct dw_slice user;
    struct dw_slice working_directory;
    struct dw_slice *entrypoint;
    size_t entrypoint_count;
    struct dw_slice *command;
    size_t command_count;
    struct dw_slice *environment;    /* "NAME=value" */
    size_t environment_count;
    struct dw_slice *label_names, *label_values;
    size_t label_count;
    bool healthcheck;                /* one is set and is not NONE */
    struct dw_slice *ports;          /* ExposedPorts: "80/tcp" */
    size_t port_count;
    struct dw_slice *volumes;        /* paths */
    size_t volume_count;
    struct dw_slice *history;        /* every build instruction that the config tells, as a Dockerfile has it */
    size_t history_count;
    struct dw_layer_summary *layers;
    size_t layer_count;
    struct dw_slice base_name, base_digest; /* org.opencontainers.image.base.*; "" if not labelled */
};

/* A regular file with a setuid or setgid bit. */
struct dw_special_file {
    struct dw_slice path, mode; /* mode: octal, "4755" */
    int layer;
    bool visible;               /* a later layer neither removes nor replaces it */
};

/* A file that a build usually leaves behind. */
struct dw_leftover {
    struct dw_slice path;
    struct dw_slice of; /* "var/lib/apt/lists", ".git" */
    int layer;
};

struct dw_subject {
    enum dw_subject_kind kind;
    struct dw_slice id;       /* "image:1": kind and number in the order of the policy file */
    struct dw_slice name;     /* as it was named */
    struct dw_slice digest;   /* "sha256:…" or "" */
    struct dw_arena arena;    /* owns everything below */
    struct dw_distribution distribution;
    struct dw_image_summary image; /* DW_SUBJECT_IMAGE */
    DW_VECTOR(struct dw_package *) packages; /* sorted by purl, then path */
    DW_VECTOR(struct dw_note) notes;
    DW_VECTOR(struct dw_account) accounts; /* DW_SUBJECT_IMAGE: of the files that the running container sees */
    DW_VECTOR(struct dw_leftover) leftovers; /* DW_SUBJECT_IMAGE; at most 5,000, of a layer 1,000 */
    DW_VECTOR(struct dw_special_file) special_files; /* DW_SUBJECT_IMAGE, in the order of the layers */
    bool shell;               /* a shell or a package manager is in the file system (distroless has none) */
    bool unreadable;          /* could not be judged at all; notes say why */
};

/* Zeroed, with its arena; freed with dw_subject_free. */
struct dw_subject *dw_subject_new(enum dw_subject_kind kind, struct dw_slice name);
void dw_subject_free(struct dw_subject *subject);
/* Adds a note; texts are copied. */
void dw_subject_note(struct dw_subject *subject, enum dw_note_kind kind, int layer, struct dw_slice path,
                     struct dw_slice message);
/* The place of PACKAGE: layer diff id, path and instruction; slices point into the subject. */
struct dw_place dw_subject_place(const struct dw_subject *subject, const struct dw_package *package);

#endif
