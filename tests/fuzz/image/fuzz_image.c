/* SPDX-License-Identifier: Apache-2.0
 *
 * The documents of images. The first byte says what the rest is: "i" an index.json, "m" a manifest, "c" a config of as
 * many layers as the second byte says, "d" a manifest.json of docker save, "n" the name of a link and its target, "r" a
 * reference, "p" a platform. */
#include "image/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A place that holds one file of the input, and a config. */
struct place {
    struct dw_store store;
    struct dw_slice name, content;
};

static const struct dw_slice config_name = DW_SLICE_INIT("c.json");
static const struct dw_slice config = DW_SLICE_INIT("{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}");
static const struct dw_slice version_name = DW_SLICE_INIT("oci-layout");
static const struct dw_slice version = DW_SLICE_INIT("{\"imageLayoutVersion\":\"1.0.0\"}");

static const struct dw_slice *content_of(const struct place *place, struct dw_slice name)
{
    if (dw_slice_equal(name, place->name))
        return &place->content;
    if (dw_slice_equal(name, config_name))
        return &config;
    return dw_slice_equal(name, version_name) ? &version : NULL;
}

static int place_find(struct dw_store *store, struct dw_slice name, uint64_t *size, struct dw_error *error)
{
    const struct dw_slice *content = content_of((struct place *)store, name);
    (void)error;
    *size = content != NULL ? content->len : 0;
    return content != NULL;
}

static bool place_read(struct dw_store *store, struct dw_slice name, uint64_t limit, struct dw_buffer *out,
                       struct dw_error *error)
{
    const struct dw_slice *content = content_of((struct place *)store, name);
    if (content == NULL || content->len > limit)
        return dw_fail(error, DW_ERROR_INPUT, "not there, or too large");
    dw_buffer_append(out, *content);
    return true;
}

static struct dw_stream *place_open(struct dw_store *store, struct dw_slice name, struct dw_error *error)
{
    const struct dw_slice *content = content_of((struct place *)store, name);
    if (content == NULL)
        dw_fail(error, DW_ERROR_INPUT, "not there");
    return content != NULL ? dw_stream_of_memory(*content) : NULL;
}

static uint64_t place_position(struct dw_store *store, struct dw_slice name)
{
    (void)store;
    return name.len;
}

static void place_close(struct dw_store *store)
{
    (void)store;
}

static const struct dw_store_operations place_operations = {place_find, place_read, place_open, place_position,
                                                            place_close};

static struct dw_image *image_in(struct place *place, const struct dw_limits *limits)
{
    struct dw_image *image = dw_alloc(1, sizeof(*image));
    image->source = dw_alloc(1, sizeof(*image->source));
    image->source->store = &place->store;
    image->source->limits = limits;
    image->source->platform = dw_platform_host();
    image->reference.kind = DW_SOURCE_DOCKER_ARCHIVE;
    place->store = (struct dw_store){&place_operations, "place", true};
    return image;
}

/* A failure says why. */
static void demand(bool good, const struct dw_error *error)
{
    if (good != (error->kind == DW_ERROR_NONE))
        abort();
}

static void try_config(struct dw_image *image, struct dw_slice text, struct dw_error *error)
{
    struct dw_platform platform;
    struct dw_error other = DW_ERROR_INIT;
    size_t count = text.len > 0 ? (unsigned char)text.at[0] % 8 : 0;
    text = dw_slice_from(text, 1);
    dw_config_platform(text, &image->arena, image->source->limits, &platform, &other);
    demand(dw_image_layers_make(image, count, error) && dw_config_read(image, text, error), error);
}

static void try_manifest(struct dw_image *image, struct dw_slice text, struct dw_error *error)
{
    struct dw_manifest manifest;
    struct dw_descriptor descriptor;
    demand(dw_manifest_parse(text, DW_MEDIA_UNKNOWN, image->source->limits, &manifest, error) &&
           dw_manifest_config(&manifest, &image->arena, &descriptor, error), error);
    dw_manifest_free(&manifest);
}

static void try_link(struct dw_image *image, struct dw_slice text)
{
    struct dw_slice name, member;
    size_t end = dw_slice_find(text, '\n');
    if (end == SIZE_MAX || !dw_member_name(dw_slice_part(text, 0, end), &name))
        return;
    if (dw_member_link(&image->arena, name, dw_slice_from(text, end + 1), &member) &&
        (dw_slice_starts_with(member, "../") || dw_slice_starts_with(member, "/") ||
         dw_slice_find_slice(member, DW_SLICE("/../")) != SIZE_MAX))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    struct place place = {.name = DW_SLICE(""), .content = dw_slice_make(data + 1, size - 1)};
    struct dw_image *image = image_in(&place, &limits);
    struct dw_platform platform;
    struct dw_reference reference;
    switch (data[0]) {
    case 'i':
        place.name = DW_SLICE("index.json");
        demand(dw_image_open_layout(image, &error), &error);
        break;
    case 'm':
        try_manifest(image, place.content, &error);
        break;
    case 'c':
        try_config(image, place.content, &error);
        break;
    case 'd':
        place.name = DW_SLICE("manifest.json");
        demand(dw_image_open_docker(image, &error), &error);
        break;
    case 'n':
        try_link(image, place.content);
        break;
    case 'r':
        demand(dw_reference_parse(&image->arena, place.content, &reference, &error), &error);
        break;
    case 'p':
        demand(dw_platform_parse(place.content, &platform, &error), &error);
        break;
    default:
        break;
    }
    dw_image_close(image);
    return 0;
}
