/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of this room share and no other room sees. */
#ifndef DW_IMAGE_INTERNAL_H
#define DW_IMAGE_INTERNAL_H

#include "image/image.h"

#include <jansson.h>

/* ---- where blobs lie ----------------------------------------------------------------------------------------- */

/* A place of named files: a folder or an archive. Names are relative, with '/', without "." and ".."; what they name
 * is always inside the place. */
struct dw_store;

struct dw_store_operations {
    /* 1: a regular file of *SIZE bytes is there; 0: nothing is; -1: something is, that cannot be used (ERROR). */
    int (*find)(struct dw_store *store, struct dw_slice name, uint64_t *size, struct dw_error *error);
    /* All bytes, at most LIMIT, appended to OUT. */
    bool (*read)(struct dw_store *store, struct dw_slice name, uint64_t limit, struct dw_buffer *out,
                 struct dw_error *error);
    struct dw_stream *(*open)(struct dw_store *store, struct dw_slice name, struct dw_error *error);
    /* Where the file lies; files are cheapest to open in rising order. */
    uint64_t (*position)(struct dw_store *store, struct dw_slice name);
    void (*close)(struct dw_store *store);
};

/* Embedded as the first member. */
struct dw_store {
    const struct dw_store_operations *operations;
    const char *noun; /* "layout" or "archive", for messages */
    bool random_access;
};

struct dw_store *dw_store_of_folder(const char *path, struct dw_error *error);
/* Lists the archive by a worker of ZYGOTE. Adds notes to IMAGE. */
struct dw_store *dw_store_of_archive(const char *path, struct dw_image *image, const struct dw_limits *limits,
                                     struct dw_zygote *zygote, struct dw_error *error);
void dw_store_close(struct dw_store *store);

/* One blob of an image: a file of the store, or bytes that the descriptor itself carries. */
struct dw_image_blob {
    struct dw_slice name; /* "blobs/sha256/…", "<id>/layer.tar" */
    bool inlined;
    struct dw_slice bytes;
};

struct dw_image_source {
    struct dw_store *store;
    const struct dw_limits *limits;
    struct dw_zygote *zygote;
    bool platform_given;
    struct dw_platform platform;  /* wanted */
    struct dw_image_blob *layers; /* layer_count */
    size_t choices;               /* manifests of the layout among which one was chosen */
};

void dw_image_note(struct dw_image *image, enum dw_note_kind kind, int layer, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* ---- JSON ------------------------------------------------------------------------------------------------------ */

/* Parses an object or array: duplicate keys, depth and number of values checked, nothing may follow. Freed with
 * json_decref (or DW_CLEANUP(dw_image_json_free)). */
json_t *dw_image_json_parse(struct dw_slice text, const struct dw_limits *limits, struct dw_error *error);
void dw_image_json_free(json_t **json);
/* Go programs read keys without regard to case: an object with a key that is one of KNOWN (ends with NULL) but for its
 * case would say one thing to them and another to us. Refuses it. */
bool dw_image_json_keys(const json_t *object, const char *const *known, struct dw_error *error);
/* A string member copied into ARENA; absent or null gives the empty slice, another type fails. */
bool dw_image_json_string(const json_t *object, const char *key, struct dw_arena *arena, struct dw_slice *value,
                          struct dw_error *error);
/* An array of strings; absent or null: none. SINGLE: a string alone counts as an array of one. */
bool dw_image_json_strings(const json_t *object, const char *key, bool single, struct dw_arena *arena,
                           struct dw_slice **values, size_t *count, struct dw_error *error);
/* An object member; *VALUE is NULL if it is absent or null, another type fails. */
bool dw_image_json_object(const json_t *object, const char *key, json_t **value, struct dw_error *error);
bool dw_image_json_array(const json_t *object, const char *key, json_t **value, struct dw_error *error);
struct dw_slice dw_image_json_text(const json_t *string);

/* ---- descriptors (OCI image specification, descriptor.md) -------------------------------------------------------- */

enum dw_media_kind {
    DW_MEDIA_UNKNOWN,
    DW_MEDIA_INDEX,
    DW_MEDIA_MANIFEST,
    DW_MEDIA_SCHEMA1, /* Docker image manifest v2 schema 1: refused */
    DW_MEDIA_CONFIG,
    DW_MEDIA_EMPTY,   /* the empty config of an artifact */
    DW_MEDIA_LAYER,
    DW_MEDIA_FOREIGN_LAYER,   /* may be absent */
    DW_MEDIA_ENCRYPTED_LAYER,
};
enum dw_media_kind dw_media_kind_of(struct dw_slice media_type);

struct dw_descriptor {
    struct dw_slice media_type, artifact_type;
    enum dw_media_kind kind;
    struct dw_digest digest;
    uint64_t size;
    bool has_data;
    struct dw_slice data;       /* decoded, checked against size and digest */
    bool has_platform;
    struct dw_platform platform;
    struct dw_slice ref_name;   /* org.opencontainers.image.ref.name */
    struct dw_slice image_name; /* io.containerd.image.name */
    bool attestation;           /* of BuildKit; never the image */
};
bool dw_descriptor_parse(json_t *json, struct dw_arena *arena, struct dw_descriptor *descriptor,
                         struct dw_error *error);
/* The whole blob, at most DW_LIMIT_MANIFEST_BYTES, checked against size and digest. NOUN ("manifest") is for
 * messages. */
bool dw_descriptor_read(struct dw_image *image, const struct dw_descriptor *descriptor, const char *noun,
                        struct dw_buffer *out, struct dw_error *error);
/* "blobs/sha256/<hex>", in ARENA. */
struct dw_slice dw_blob_name(struct dw_arena *arena, const struct dw_digest *digest);

/* ---- manifests and indexes --------------------------------------------------------------------------------------- */

/* A parsed and checked manifest or index. */
struct dw_manifest {
    json_t *json;
    enum dw_media_kind kind;
};
/* Checks schemaVersion, mediaType against EXPECTED (that of the descriptor; UNKNOWN: none), and that the document is
 * one of manifest and index. Free with dw_manifest_free, also after failure. */
bool dw_manifest_parse(struct dw_slice text, enum dw_media_kind expected, const struct dw_limits *limits,
                       struct dw_manifest *manifest, struct dw_error *error);
void dw_manifest_free(struct dw_manifest *manifest);
/* Reads, checks and parses what DESCRIPTOR names; the inner mediaType must be the descriptor's. */
bool dw_manifest_read(struct dw_image *image, const struct dw_descriptor *descriptor, struct dw_manifest *manifest,
                      struct dw_error *error);
/* The config of a manifest; fails if that is no image's. */
bool dw_manifest_config(const struct dw_manifest *manifest, struct dw_arena *arena, struct dw_descriptor *config,
                        struct dw_error *error);

/* Chooses the image's manifest by tag, digest and platform from the layout's index.json. */
bool dw_image_choose(struct dw_image *image, struct dw_descriptor *chosen, struct dw_error *error);
/* Opens the image of an OCI layout (image->source->store): everything but the layers' bytes. */
bool dw_image_open_layout(struct dw_image *image, struct dw_error *error);
/* The same of what `docker save` wrote: manifest.json. */
bool dw_image_open_docker(struct dw_image *image, struct dw_error *error);
/* In an archive that holds both, manifest.json must speak of the image that the layout gave: `docker load` may read it
 * instead, and would then load what was not looked at. */
bool dw_image_check_docker(struct dw_image *image, struct dw_error *error);
/* How well a name of an image fits the tag of a reference: 3 the name itself, 2 what Docker shows for it, 1 its tag,
 * 0 not at all. */
unsigned dw_image_name_match(struct dw_slice name, struct dw_slice tag);
/* Makes image->layers from the manifest's layers (OCI) and the config's diff ids and history. */
bool dw_image_layers_make(struct dw_image *image, size_t count, struct dw_error *error);

/* ---- config (OCI image specification, config.md) ----------------------------------------------------------------- */

/* What is said of platforms, without the rest: for choosing. */
bool dw_config_platform(struct dw_slice text, struct dw_arena *arena, const struct dw_limits *limits,
                        struct dw_platform *platform, struct dw_error *error);
/* Fills image->summary and, for LAYER_COUNT layers that must be as many as the config has diff ids, diff id and
 * instruction of image->layers. */
bool dw_config_read(struct dw_image *image, struct dw_slice text, struct dw_error *error);
/* created_by as people wrote it: without "# buildkit", "#(nop)", shell and build arguments; in ARENA. */
struct dw_slice dw_instruction_clean(struct dw_arena *arena, struct dw_slice created_by);
/* Is it an instruction that changes no file? A layer paired with it is attributed uncertainly. */
bool dw_instruction_is_metadata(struct dw_slice instruction);

/* ---- platforms ---------------------------------------------------------------------------------------------------- */

/* 0: does not run on WANTED; else the higher the better. */
unsigned dw_platform_match(const struct dw_platform *wanted, const struct dw_platform *offered);
/* "linux/arm64/v8" in ARENA. */
struct dw_slice dw_platform_format(struct dw_arena *arena, const struct dw_platform *platform);

/* ---- tar names ------------------------------------------------------------------------------------------------------ */

/* NAME of an archive member as it is looked up: without leading "./" and without trailing '/'. False for a name that
 * is absolute, has an empty, "." or ".." component, or a NUL. */
bool dw_member_name(struct dw_slice name, struct dw_slice *clean);
/* TARGET of a symbolic link that lies at NAME, as a member name in ARENA; false if it leaves the archive. */
bool dw_member_link(struct dw_arena *arena, struct dw_slice name, struct dw_slice target, struct dw_slice *member);

#endif
