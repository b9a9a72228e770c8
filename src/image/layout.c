/* SPDX-License-Identifier: Apache-2.0
 *
 * An image in an OCI layout (OCI image specification 1.1, image-layout.md, manifest.md), whether that lies in a folder or
 * in an archive. */
#include "image/internal.h"

#include <inttypes.h>

static bool check_layout_version(struct dw_image *image, struct dw_error *error)
{
    static const char *const keys[] = {"imageLayoutVersion", NULL};
    struct dw_store *store = image->source->store;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    DW_CLEANUP(dw_image_json_free) json_t *json = NULL;
    struct dw_slice version;
    if (!store->operations->read(store, DW_SLICE("oci-layout"), 4096, &text, error))
        return false;
    json = dw_image_json_parse(dw_buffer_slice(&text), image->source->limits, error);
    if (json == NULL)
        return dw_context(error, "oci-layout");
    if (!json_is_object(json))
        return dw_fail(error, DW_ERROR_INPUT, "oci-layout: is not an object");
    if (!dw_image_json_keys(json, keys, error) ||
        !dw_image_json_string(json, "imageLayoutVersion", &image->arena, &version, error))
        return dw_context(error, "oci-layout");
    if (!dw_slice_is(version, "1.0.0"))
        return dw_fail(error, DW_ERROR_UNSUPPORTED, "oci-layout: version \"%.*s\" is not known; 1.0.0 is",
                       DW_SLICE_ARG(version));
    return true;
}

/* Decides whether the layer's bytes can be had. */
static bool place_layer(struct dw_image *image, size_t index, const struct dw_descriptor *descriptor,
                        struct dw_error *error)
{
    struct dw_layer *layer = &image->layers[index];
    struct dw_image_blob *blob = &image->source->layers[index];
    struct dw_store *store = image->source->store;
    layer->has_digest = true;
    layer->digest = descriptor->digest;
    layer->size = descriptor->size;
    layer->media_type = descriptor->media_type;
    blob->name = dw_blob_name(&image->arena, &descriptor->digest);
    if (descriptor->kind == DW_MEDIA_ENCRYPTED_LAYER) {
        layer->state = DW_LAYER_UNSUPPORTED;
        layer->reason = DW_SLICE("the layer is encrypted");
        return true;
    }
    if (descriptor->kind != DW_MEDIA_LAYER && descriptor->kind != DW_MEDIA_FOREIGN_LAYER) {
        layer->state = DW_LAYER_UNSUPPORTED;
        layer->reason = dw_arena_printf(&image->arena, "the layer is of type \"%.*s\", which is not read",
                                        DW_SLICE_ARG(descriptor->media_type));
        return true;
    }
    if (descriptor->has_data) {
        blob->inlined = true;
        blob->bytes = descriptor->data;
        return true;
    }
    uint64_t size;
    int found = store->operations->find(store, blob->name, &size, error);
    if (found == 0) {
        bool foreign = descriptor->kind == DW_MEDIA_FOREIGN_LAYER;
        layer->state = foreign ? DW_LAYER_ABSENT : DW_LAYER_MISSING;
        layer->reason = dw_arena_printf(&image->arena, foreign
                                            ? "the layer is distributed elsewhere and not in the %s"
                                            : "the layer is not in the %s", store->noun);
    }
    return found >= 0;
}

static bool make_layers(struct dw_image *image, const struct dw_manifest *manifest, struct dw_error *error)
{
    json_t *list = json_object_get(manifest->json, "layers"), *element;
    size_t i;
    if (!dw_image_layers_make(image, json_array_size(list), error))
        return false;
    json_array_foreach(list, i, element)
    {
        struct dw_descriptor descriptor;
        if (!dw_descriptor_parse(element, &image->arena, &descriptor, error) ||
            !place_layer(image, i, &descriptor, error))
            return dw_context(error, "layer %zu", i + 1);
    }
    return true;
}

/* The manifest's own words on the base win over the config's labels: they can be added without a new image id. */
static bool read_annotations(struct dw_image *image, const struct dw_manifest *manifest, struct dw_error *error)
{
    json_t *annotations;
    struct dw_slice name, digest;
    if (!dw_image_json_object(manifest->json, "annotations", &annotations, error) ||
        !dw_image_json_string(annotations, "org.opencontainers.image.base.name", &image->arena, &name, error) ||
        !dw_image_json_string(annotations, "org.opencontainers.image.base.digest", &image->arena, &digest, error))
        return dw_context(error, "\"annotations\"");
    if (name.len > 0)
        image->summary.base_name = name;
    if (digest.len > 0)
        image->summary.base_digest = digest;
    return true;
}

/* An index may promise one platform and lead to the image of another. */
static bool check_platform(struct dw_image *image, const struct dw_descriptor *chosen, struct dw_error *error)
{
    struct dw_platform own = {image->summary.os, image->summary.architecture, image->summary.variant};
    if (!chosen->has_platform || (dw_slice_equal(own.os, chosen->platform.os) &&
                                  dw_slice_equal(own.architecture, chosen->platform.architecture)))
        return true;
    return dw_fail(error, DW_ERROR_INPUT, "the index says the image is for %.*s, its config says %.*s",
                   DW_SLICE_ARG(dw_platform_format(&image->arena, &chosen->platform)),
                   DW_SLICE_ARG(dw_platform_format(&image->arena, &own)));
}

bool dw_image_open_layout(struct dw_image *image, struct dw_error *error)
{
    DW_CLEANUP(dw_manifest_free) struct dw_manifest manifest = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    struct dw_descriptor chosen, config;
    char digest[DW_DIGEST_TEXT];
    if (!check_layout_version(image, error) || !dw_image_choose(image, &chosen, error) ||
        !dw_manifest_read(image, &chosen, &manifest, error))
        return false;
    if (!dw_manifest_config(&manifest, &image->arena, &config, error) || !make_layers(image, &manifest, error))
        return dw_context(error, "manifest %s", dw_digest_format(&chosen.digest, digest));
    image->summary.manifest_digest = dw_arena_copy(&image->arena,
                                                   dw_slice_of(dw_digest_format(&chosen.digest, digest)));
    image->summary.image_id = dw_arena_copy(&image->arena, dw_slice_of(dw_digest_format(&config.digest, digest)));
    return dw_descriptor_read(image, &config, "config", &text, error) &&
           dw_config_read(image, dw_buffer_slice(&text), error) && check_platform(image, &chosen, error) &&
           read_annotations(image, &manifest, error);
}
