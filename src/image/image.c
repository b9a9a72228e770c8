/* SPDX-License-Identifier: Apache-2.0 */
#include "image/internal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void dw_image_note(struct dw_image *image, enum dw_note_kind kind, int layer, const char *format, ...)
{
    char text[DW_ERROR_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    struct dw_note *note = dw_vector_push(&image->notes);
    note->kind = kind;
    note->layer = layer;
    note->path = DW_SLICE("");
    note->message = dw_arena_copy(&image->arena, dw_slice_of(text));
}

bool dw_image_layers_make(struct dw_image *image, size_t count, struct dw_error *error)
{
    if (!dw_limit_check(image->source->limits, DW_LIMIT_LAYERS, count, error))
        return false;
    image->layers = dw_arena_alloc(&image->arena, count + 1, sizeof(*image->layers));
    image->source->layers = dw_arena_alloc(&image->arena, count + 1, sizeof(*image->source->layers));
    image->layer_count = count;
    for (size_t i = 0; i < count; i++)
        image->layers[i].reason = image->layers[i].media_type = image->layers[i].instruction = DW_SLICE("");
    return true;
}

static void summarise_layers(struct dw_image *image)
{
    struct dw_image_summary *summary = &image->summary;
    char text[DW_DIGEST_TEXT];
    summary->layer_count = image->layer_count;
    summary->layers = dw_arena_alloc(&image->arena, image->layer_count + 1, sizeof(*summary->layers));
    for (size_t i = 0; i < image->layer_count; i++) {
        const struct dw_layer *layer = &image->layers[i];
        struct dw_layer_summary *to = &summary->layers[i];
        to->digest = layer->has_digest ? dw_arena_copy(&image->arena, dw_slice_of(dw_digest_format(&layer->digest, text)))
                                       : DW_SLICE("");
        to->diff_id = dw_arena_copy(&image->arena, dw_slice_of(dw_digest_format(&layer->diff_id, text)));
        to->media_type = layer->media_type;
        to->instruction = layer->instruction;
        to->instruction_uncertain = layer->instruction_uncertain;
        to->size = layer->size;
    }
}

static int has(struct dw_image *image, const char *name, struct dw_error *error)
{
    uint64_t size;
    return image->source->store->operations->find(image->source->store, dw_slice_of(name), &size, error);
}

/* What the place holds decides: since Docker 25 `docker save` writes an OCI layout and a manifest.json side by side. */
static bool open_by_content(struct dw_image *image, struct dw_error *error)
{
    int layout = has(image, "oci-layout", error), index = 0, docker = 0;
    if (layout < 0 || (index = has(image, "index.json", error)) < 0 ||
        (docker = has(image, "manifest.json", error)) < 0)
        return false;
    if (layout > 0 && index > 0)
        return dw_image_open_layout(image, error) && (docker == 0 || dw_image_check_docker(image, error));
    if (image->reference.kind == DW_SOURCE_OCI_LAYOUT)
        return dw_fail(error, DW_ERROR_INPUT, "is no OCI layout: it has no %s", layout == 0 ? "oci-layout" : "index.json");
    if (docker > 0)
        return dw_image_open_docker(image, error);
    return dw_fail(error, DW_ERROR_INPUT,
                   "is no image archive: it has neither oci-layout and index.json nor manifest.json");
}

static void note_platform(struct dw_image *image)
{
    const struct dw_image_source *source = image->source;
    struct dw_platform own = {image->summary.os, image->summary.architecture, image->summary.variant};
    if (source->platform_given && dw_platform_match(&source->platform, &own) == 0)
        dw_image_note(image, DW_NOTE_INFORMATION, -1, "the only image is for %.*s, not for %.*s as asked",
                      DW_SLICE_ARG(dw_platform_format(&image->arena, &own)),
                      DW_SLICE_ARG(dw_platform_format(&image->arena, &source->platform)));
}

static bool open_image(struct dw_image *image, struct dw_error *error)
{
    const struct dw_reference *reference = &image->reference;
    struct dw_image_source *source = image->source;
    DW_CLEANUP(dw_cleanup_free) char *path = dw_copy_string(reference->path);
    switch (reference->kind) {
    case DW_SOURCE_OCI_LAYOUT:
        source->store = dw_store_of_folder(path, error);
        break;
    case DW_SOURCE_DOCKER_ARCHIVE:
        source->store = dw_store_of_archive(path, image, source->limits, source->zygote, error);
        break;
    case DW_SOURCE_REGISTRY:
        return dw_fail(error, DW_ERROR_UNSUPPORTED, "there is no such file or folder, and images in registries are not "
                       "read in this version; save the image (docker save, skopeo copy) and name the archive or layout");
    case DW_SOURCE_FOLDER:
    case DW_SOURCE_PURL:
        return dw_fail(error, DW_ERROR_USAGE, "is no image");
    }
    if (source->store == NULL || !open_by_content(image, error))
        return false;
    note_platform(image);
    summarise_layers(image);
    return true;
}

struct dw_image *dw_image_open(const struct dw_reference *reference, const struct dw_image_options *options,
                               struct dw_error *error)
{
    struct dw_image *image = dw_alloc(1, sizeof(*image));
    image->source = dw_alloc(1, sizeof(*image->source));
    image->source->limits = options->limits;
    image->source->zygote = options->zygote;
    image->source->platform_given = options->platform_given;
    image->source->platform = options->platform_given ? options->platform : dw_platform_host();
    image->reference = (struct dw_reference){
        reference->kind, dw_arena_copy(&image->arena, reference->text), dw_arena_copy(&image->arena, reference->path),
        dw_arena_copy(&image->arena, reference->tag), dw_arena_copy(&image->arena, reference->digest)};
    if (open_image(image, error))
        return image;
    dw_context(error, "%.*s", DW_SLICE_ARG(reference->text));
    dw_image_close(image);
    return NULL;
}

void dw_image_close(struct dw_image *image)
{
    if (image == NULL)
        return;
    dw_store_close(image->source->store);
    free(image->source);
    dw_vector_free(&image->notes);
    dw_arena_free(&image->arena);
    free(image);
}

struct dw_stream *dw_image_layer_open(struct dw_image *image, size_t index, struct dw_error *error)
{
    const struct dw_layer *layer = &image->layers[index];
    const struct dw_image_blob *blob = &image->source->layers[index];
    struct dw_store *store = image->source->store;
    uint64_t size;
    if (layer->state != DW_LAYER_PRESENT) {
        static const enum dw_error_kind kinds[] = {[DW_LAYER_ABSENT] = DW_ERROR_UNAVAILABLE,
                                                   [DW_LAYER_MISSING] = DW_ERROR_INPUT,
                                                   [DW_LAYER_UNSUPPORTED] = DW_ERROR_UNSUPPORTED};
        dw_fail(error, kinds[layer->state], "%.*s", DW_SLICE_ARG(layer->reason));
        return NULL;
    }
    if (blob->inlined)
        return dw_stream_of_memory(blob->bytes);
    int found = store->operations->find(store, blob->name, &size, error);
    if (found > 0 && size == layer->size)
        return store->operations->open(store, blob->name, error);
    if (found == 0)
        dw_fail(error, DW_ERROR_INPUT, "the layer is not in the %s: %.*s", store->noun, DW_SLICE_ARG(blob->name));
    if (found > 0)
        dw_fail(error, DW_ERROR_INPUT, "the layer has %" PRIu64 " bytes, its descriptor says %" PRIu64, size, layer->size);
    return NULL;
}

bool dw_image_random_access(const struct dw_image *image)
{
    return image->source->store->random_access;
}

void dw_image_layer_order(const struct dw_image *image, size_t *order)
{
    struct dw_store *store = image->source->store;
    for (size_t i = 0; i < image->layer_count; i++) {
        uint64_t position = store->operations->position(store, image->source->layers[i].name);
        size_t at = i;
        /* At most DW_LIMIT_LAYERS, mostly in order already. */
        for (; at > 0 && store->operations->position(store, image->source->layers[order[at - 1]].name) > position; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}
