/* SPDX-License-Identifier: Apache-2.0
 *
 * Content descriptors: OCI image specification 1.1, descriptor.md; media types: media-types.md and Docker's image
 * manifest v2 schema 2. */
#include "image/internal.h"

#include "base/encoding.h"

#include <inttypes.h>

#define OCI    "application/vnd.oci."
#define DOCKER "application/vnd.docker."

static const struct {
    const char *name;
    enum dw_media_kind kind;
} media_types[] = {
    {OCI "image.index.v1+json", DW_MEDIA_INDEX},
    {DOCKER "distribution.manifest.list.v2+json", DW_MEDIA_INDEX},
    {OCI "image.manifest.v1+json", DW_MEDIA_MANIFEST},
    {DOCKER "distribution.manifest.v2+json", DW_MEDIA_MANIFEST},
    {DOCKER "distribution.manifest.v1+json", DW_MEDIA_SCHEMA1},
    {DOCKER "distribution.manifest.v1+prettyjws", DW_MEDIA_SCHEMA1},
    {OCI "image.config.v1+json", DW_MEDIA_CONFIG},
    {DOCKER "container.image.v1+json", DW_MEDIA_CONFIG},
    {OCI "empty.v1+json", DW_MEDIA_EMPTY},
    {OCI "image.layer.v1.tar", DW_MEDIA_LAYER},
    {OCI "image.layer.v1.tar+gzip", DW_MEDIA_LAYER},
    {OCI "image.layer.v1.tar+zstd", DW_MEDIA_LAYER},
    {DOCKER "image.rootfs.diff.tar", DW_MEDIA_LAYER},
    {DOCKER "image.rootfs.diff.tar.gzip", DW_MEDIA_LAYER},
    {DOCKER "image.rootfs.diff.tar.zstd", DW_MEDIA_LAYER},
    {OCI "image.layer.nondistributable.v1.tar", DW_MEDIA_FOREIGN_LAYER},
    {OCI "image.layer.nondistributable.v1.tar+gzip", DW_MEDIA_FOREIGN_LAYER},
    {OCI "image.layer.nondistributable.v1.tar+zstd", DW_MEDIA_FOREIGN_LAYER},
    {DOCKER "image.rootfs.foreign.diff.tar", DW_MEDIA_FOREIGN_LAYER},
    {DOCKER "image.rootfs.foreign.diff.tar.gzip", DW_MEDIA_FOREIGN_LAYER},
    {DOCKER "image.rootfs.foreign.diff.tar.zstd", DW_MEDIA_FOREIGN_LAYER},
};

enum dw_media_kind dw_media_kind_of(struct dw_slice media_type)
{
    for (size_t i = 0; i < sizeof(media_types) / sizeof(media_types[0]); i++)
        if (dw_slice_is(media_type, media_types[i].name))
            return media_types[i].kind;
    if (dw_slice_ends_with(media_type, "+encrypted"))
        return DW_MEDIA_ENCRYPTED_LAYER;
    return DW_MEDIA_UNKNOWN;
}

static const char *const descriptor_keys[] = {"mediaType", "digest", "size", "urls", "annotations", "data",
                                              "artifactType", "platform", NULL};
static const char *const platform_keys[] = {"architecture", "os", "os.version", "os.features", "variant", "features",
                                            NULL};

static bool parse_platform(json_t *json, struct dw_arena *arena, struct dw_descriptor *descriptor,
                           struct dw_error *error)
{
    json_t *platform;
    if (!dw_image_json_object(json, "platform", &platform, error))
        return false;
    if (platform == NULL)
        return true;
    if (!dw_image_json_keys(platform, platform_keys, error) ||
        !dw_image_json_string(platform, "os", arena, &descriptor->platform.os, error) ||
        !dw_image_json_string(platform, "architecture", arena, &descriptor->platform.architecture, error) ||
        !dw_image_json_string(platform, "variant", arena, &descriptor->platform.variant, error))
        return dw_context(error, "\"platform\"");
    /* One with empty members says nothing; then the config decides. */
    descriptor->has_platform = descriptor->platform.os.len > 0 && descriptor->platform.architecture.len > 0;
    if (dw_slice_is(descriptor->platform.os, "unknown") && dw_slice_is(descriptor->platform.architecture, "unknown"))
        descriptor->attestation = true;
    return true;
}

static bool parse_annotations(json_t *json, struct dw_arena *arena, struct dw_descriptor *descriptor,
                              struct dw_error *error)
{
    json_t *annotations;
    struct dw_slice type;
    if (!dw_image_json_object(json, "annotations", &annotations, error))
        return false;
    if (annotations == NULL)
        return true;
    if (!dw_image_json_string(annotations, "org.opencontainers.image.ref.name", arena, &descriptor->ref_name, error) ||
        !dw_image_json_string(annotations, "io.containerd.image.name", arena, &descriptor->image_name, error) ||
        !dw_image_json_string(annotations, "vnd.docker.reference.type", arena, &type, error))
        return dw_context(error, "\"annotations\"");
    if (dw_slice_is(type, "attestation-manifest"))
        descriptor->attestation = true;
    return true;
}

static bool parse_data(json_t *json, struct dw_arena *arena, struct dw_descriptor *descriptor, struct dw_error *error)
{
    const json_t *data = json_object_get(json, "data");
    if (data == NULL || json_is_null(data))
        return true;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer bytes = {0};
    if (!json_is_string(data) || !dw_base64_decode(dw_image_json_text(data), &bytes))
        return dw_fail(error, DW_ERROR_INPUT, "\"data\" is no base64");
    if (bytes.len != descriptor->size)
        return dw_fail(error, DW_ERROR_INPUT, "\"data\" has %zu bytes, \"size\" says %" PRIu64, bytes.len,
                       descriptor->size);
    if (!dw_digest_matches(&descriptor->digest, dw_buffer_slice(&bytes)))
        return dw_fail(error, DW_ERROR_INPUT, "\"data\" has another digest");
    descriptor->has_data = true;
    descriptor->data = dw_arena_copy(arena, dw_buffer_slice(&bytes));
    return true;
}

bool dw_descriptor_parse(json_t *json, struct dw_arena *arena, struct dw_descriptor *descriptor,
                         struct dw_error *error)
{
    struct dw_slice digest;
    struct dw_slice *urls;
    size_t url_count;
    *descriptor = (struct dw_descriptor){.media_type = DW_SLICE(""), .ref_name = DW_SLICE(""),
                                         .image_name = DW_SLICE(""), .data = DW_SLICE("")};
    if (!json_is_object(json))
        return dw_fail(error, DW_ERROR_INPUT, "a descriptor is not an object");
    if (!dw_image_json_keys(json, descriptor_keys, error) ||
        !dw_image_json_string(json, "mediaType", arena, &descriptor->media_type, error) ||
        !dw_image_json_string(json, "artifactType", arena, &descriptor->artifact_type, error) ||
        !dw_image_json_string(json, "digest", arena, &digest, error) ||
        !dw_image_json_strings(json, "urls", false, arena, &urls, &url_count, error) ||
        !parse_platform(json, arena, descriptor, error) || !parse_annotations(json, arena, descriptor, error))
        return dw_context(error, "a descriptor");
    if (descriptor->media_type.len == 0)
        return dw_fail(error, DW_ERROR_INPUT, "a descriptor has no \"mediaType\"");
    descriptor->kind = dw_media_kind_of(descriptor->media_type);
    if (!dw_digest_parse(digest, &descriptor->digest))
        return dw_fail(error, DW_ERROR_INPUT, "a descriptor has the digest \"%.*s\", which is neither sha256 nor sha512 "
                       "in lower-case hexadecimal of the right length", DW_SLICE_ARG(digest));
    const json_t *size = json_object_get(json, "size");
    if (!json_is_integer(size) || json_integer_value(size) < 0)
        return dw_fail(error, DW_ERROR_INPUT, "descriptor %.*s: \"size\" is not a whole number from 0",
                       DW_SLICE_ARG(digest));
    descriptor->size = (uint64_t)json_integer_value(size);
    if (!parse_data(json, arena, descriptor, error))
        return dw_context(error, "descriptor %.*s", DW_SLICE_ARG(digest));
    return true;
}

struct dw_slice dw_blob_name(struct dw_arena *arena, const struct dw_digest *digest)
{
    char hex[DW_DIGEST_TEXT];
    return dw_arena_printf(arena, "blobs/%s/%s", dw_digest_algorithm_name(digest->algorithm),
                           dw_digest_hex(digest, hex));
}

bool dw_descriptor_read(struct dw_image *image, const struct dw_descriptor *descriptor, const char *noun,
                        struct dw_buffer *out, struct dw_error *error)
{
    struct dw_store *store = image->source->store;
    char text[DW_DIGEST_TEXT];
    dw_digest_format(&descriptor->digest, text);
    if (!dw_limit_check(image->source->limits, DW_LIMIT_MANIFEST_BYTES, descriptor->size, error))
        return dw_context(error, "%s %s", noun, text);
    size_t before = out->len;
    if (descriptor->has_data) {
        dw_buffer_append(out, descriptor->data);
    } else {
        uint64_t size;
        struct dw_slice name = dw_blob_name(&image->arena, &descriptor->digest);
        int found = store->operations->find(store, name, &size, error);
        if (found < 0)
            return dw_context(error, "%s %s", noun, text);
        if (found == 0)
            return dw_fail(error, DW_ERROR_INPUT, "%s %s is not in the %s", noun, text, store->noun);
        /* Told before the limit could be: a blob that is too long is a wrong one. */
        if (size != descriptor->size)
            return dw_fail(error, DW_ERROR_INPUT, "%s %s has %" PRIu64 " bytes, its descriptor says %" PRIu64, noun,
                           text, size, descriptor->size);
        if (!store->operations->read(store, name, descriptor->size, out, error))
            return dw_context(error, "%s %s", noun, text);
    }
    struct dw_slice bytes = dw_slice_from(dw_buffer_slice(out), before);
    if (bytes.len != descriptor->size)
        return dw_fail(error, DW_ERROR_INPUT, "%s %s has %zu bytes, its descriptor says %" PRIu64, noun, text,
                       bytes.len, descriptor->size);
    if (!dw_digest_matches(&descriptor->digest, bytes))
        return dw_fail(error, DW_ERROR_INPUT, "%s %s: the content has another digest: it was changed or damaged", noun,
                       text);
    return true;
}
