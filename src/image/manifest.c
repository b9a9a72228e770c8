/* SPDX-License-Identifier: Apache-2.0
 *
 * Image manifests and indexes: OCI image specification 1.1 (manifest.md, image-index.md), Docker image manifest v2
 * schema 2 and manifest lists. */
#include "image/internal.h"

static const char *const manifest_keys[] = {"schemaVersion", "mediaType", "artifactType", "config", "layers",
                                            "manifests", "subject", "annotations", "fsLayers", "signatures", NULL};

void dw_manifest_free(struct dw_manifest *manifest)
{
    json_decref(manifest->json);
    manifest->json = NULL;
}

static bool check_schema(json_t *json, struct dw_error *error)
{
    const json_t *version = json_object_get(json, "schemaVersion");
    if ((json_is_integer(version) && json_integer_value(version) == 1) || json_object_get(json, "fsLayers") != NULL)
        return dw_fail(error, DW_ERROR_INPUT, "is an image manifest of Docker's schema 1, which has no verifiable layers and "
                       "is not accepted; push or save the image again with a current tool");
    if (!json_is_integer(version) || json_integer_value(version) != 2)
        return dw_fail(error, DW_ERROR_INPUT, "\"schemaVersion\" is not 2");
    return true;
}

bool dw_manifest_parse(struct dw_slice text, enum dw_media_kind expected, const struct dw_limits *limits,
                       struct dw_manifest *manifest, struct dw_error *error)
{
    manifest->kind = DW_MEDIA_UNKNOWN;
    manifest->json = dw_image_json_parse(text, limits, error);
    json_t *json = manifest->json;
    if (json == NULL)
        return false;
    if (!json_is_object(json))
        return dw_fail(error, DW_ERROR_INPUT, "is neither an image manifest nor an image index");
    if (!dw_image_json_keys(json, manifest_keys, error) || !check_schema(json, error))
        return false;
    bool layers = json_object_get(json, "layers") != NULL, manifests = json_object_get(json, "manifests") != NULL;
    if (layers && manifests)
        return dw_fail(error, DW_ERROR_INPUT, "has both \"layers\" and \"manifests\": it is ambiguous and not accepted");
    if (manifests && json_object_get(json, "config") != NULL)
        return dw_fail(error, DW_ERROR_INPUT, "has both \"config\" and \"manifests\": it is ambiguous and not accepted");
    if (!layers && !manifests)
        return dw_fail(error, DW_ERROR_INPUT, "has neither \"layers\" nor \"manifests\"");
    manifest->kind = layers ? DW_MEDIA_MANIFEST : DW_MEDIA_INDEX;
    if (!json_is_array(json_object_get(json, layers ? "layers" : "manifests")))
        return dw_fail(error, DW_ERROR_INPUT, "\"%s\" is not a list", layers ? "layers" : "manifests");
    const json_t *type = json_object_get(json, "mediaType");
    if (type != NULL && !json_is_string(type))
        return dw_fail(error, DW_ERROR_INPUT, "\"mediaType\" is not a string");
    if (json_string_length(type) > 0) {
        enum dw_media_kind own = dw_media_kind_of(dw_image_json_text(type));
        if (own != manifest->kind)
            return dw_fail(error, DW_ERROR_INPUT, "calls itself \"%s\", but holds \"%s\"", json_string_value(type),
                           layers ? "layers" : "manifests");
    }
    if (expected != DW_MEDIA_UNKNOWN && expected != manifest->kind)
        return dw_fail(error, DW_ERROR_INPUT, "holds \"%s\", but its descriptor says it is %s",
                       layers ? "layers" : "manifests", expected == DW_MEDIA_INDEX ? "an index" : "a manifest");
    return true;
}

/* The inner media type, if there is one, must be the descriptor's own, not merely of its kind. */
static bool check_media_type(const struct dw_manifest *manifest, const struct dw_descriptor *descriptor,
                             struct dw_error *error)
{
    const json_t *type = json_object_get(manifest->json, "mediaType");
    if (json_string_length(type) > 0 && !dw_slice_equal(dw_image_json_text(type), descriptor->media_type))
        return dw_fail(error, DW_ERROR_INPUT, "calls itself \"%s\", its descriptor says \"%.*s\"",
                       json_string_value(type), DW_SLICE_ARG(descriptor->media_type));
    return true;
}

bool dw_manifest_read(struct dw_image *image, const struct dw_descriptor *descriptor, struct dw_manifest *manifest,
                      struct dw_error *error)
{
    const char *noun = descriptor->kind == DW_MEDIA_INDEX ? "index" : "manifest";
    char digest[DW_DIGEST_TEXT];
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    manifest->json = NULL;
    if (!dw_descriptor_read(image, descriptor, noun, &text, error))
        return false;
    if (!dw_manifest_parse(dw_buffer_slice(&text), descriptor->kind, image->source->limits, manifest, error) ||
        !check_media_type(manifest, descriptor, error))
        return dw_context(error, "%s %s", noun, dw_digest_format(&descriptor->digest, digest));
    return true;
}

bool dw_manifest_config(const struct dw_manifest *manifest, struct dw_arena *arena, struct dw_descriptor *config,
                        struct dw_error *error)
{
    json_t *json;
    struct dw_slice artifact_type;
    if (!dw_image_json_object(manifest->json, "config", &json, error) ||
        !dw_image_json_string(manifest->json, "artifactType", arena, &artifact_type, error))
        return false;
    if (json == NULL)
        return dw_fail(error, DW_ERROR_INPUT, "has no \"config\"");
    if (!dw_descriptor_parse(json, arena, config, error))
        return dw_context(error, "\"config\"");
    if (config->kind == DW_MEDIA_CONFIG)
        return true;
    if (artifact_type.len > 0)
        return dw_fail(error, DW_ERROR_INPUT, "is not an image: it is an artifact of type \"%.*s\"",
                       DW_SLICE_ARG(artifact_type));
    if (config->kind == DW_MEDIA_EMPTY)
        return dw_fail(error, DW_ERROR_INPUT, "is not an image: its config is the empty one of an artifact");
    return dw_fail(error, DW_ERROR_INPUT, "is not an image: its config is of type \"%.*s\"",
                   DW_SLICE_ARG(config->media_type));
}
