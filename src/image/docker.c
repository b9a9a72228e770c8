/* SPDX-License-Identifier: Apache-2.0
 *
 * What `docker save` writes (Docker image specification v1.2, "Combined Image JSON + Filesystem Changeset Format"):
 * manifest.json = [{"Config": name, "RepoTags": [name:tag] or null, "Layers": [name, …]}, …]. The older files beside it
 * (repositories, <id>/json, <id>/VERSION) say nothing more and are not read. */
#include "image/internal.h"

static const char *const entry_keys[] = {"Config", "RepoTags", "Layers", "Parent", "LayerSources", NULL};

static json_t *read_manifest(struct dw_image *image, struct dw_error *error)
{
    struct dw_store *store = image->source->store;
    const struct dw_limits *limits = image->source->limits;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    if (!store->operations->read(store, DW_SLICE("manifest.json"), limits->value[DW_LIMIT_MANIFEST_BYTES], &text, error))
        return NULL;
    json_t *json = dw_image_json_parse(dw_buffer_slice(&text), limits, error);
    bool good = json != NULL;
    if (good && (!json_is_array(json) || json_array_size(json) == 0))
        good = dw_fail(error, DW_ERROR_INPUT, "is not a list of images");
    for (size_t i = 0; good && i < json_array_size(json); i++) {
        const json_t *entry = json_array_get(json, i);
        good = json_is_object(entry) ? dw_image_json_keys(entry, entry_keys, error)
                                     : dw_fail(error, DW_ERROR_INPUT, "is not a list of images");
    }
    if (good)
        return json;
    dw_context(error, "manifest.json");
    json_decref(json);
    return NULL;
}

/* The digest in "<hex>.json", "sha256:<hex>" (as go-containerregistry writes) or "blobs/sha256/<hex>". */
static bool digest_of_name(struct dw_slice name, struct dw_digest *digest)
{
    char text[DW_DIGEST_TEXT] = "sha256:";
    struct dw_slice base = dw_path_base(name);
    if (dw_slice_ends_with(base, ".json"))
        base.len -= strlen(".json");
    if (dw_slice_starts_with(base, "sha256:"))
        base = dw_slice_from(base, strlen("sha256:"));
    if (base.len != 64)
        return false;
    memcpy(text + 7, base.at, 64);
    return dw_digest_parse(dw_slice_make(text, 71), digest);
}

static bool member(const json_t *entry, const char *key, struct dw_arena *arena, struct dw_slice *name,
                   struct dw_error *error)
{
    struct dw_slice text;
    if (!dw_image_json_string(entry, key, arena, &text, error))
        return false;
    if (!dw_member_name(text, name))
        return dw_fail(error, DW_ERROR_INPUT, "\"%s\" is no name of a member: \"%.*s\"", key, DW_SLICE_ARG(text));
    return true;
}

/* Its name promises a digest, which then must be the content's. */
static bool read_config(struct dw_image *image, const json_t *entry, struct dw_buffer *text, struct dw_digest *digest,
                        struct dw_error *error)
{
    struct dw_store *store = image->source->store;
    struct dw_slice name;
    struct dw_digest promised;
    if (!member(entry, "Config", &image->arena, &name, error))
        return dw_context(error, "manifest.json");
    if (!store->operations->read(store, name, image->source->limits->value[DW_LIMIT_MANIFEST_BYTES], text, error))
        return dw_context(error, "config");
    dw_sha256(dw_buffer_slice(text), digest);
    if (digest_of_name(name, &promised) && !dw_digest_equal(&promised, digest))
        return dw_fail(error, DW_ERROR_INPUT, "config %.*s: the content has another digest than its name: it was changed or "
                       "damaged", DW_SLICE_ARG(name));
    return true;
}

static void append_tags(struct dw_buffer *list, const struct dw_slice *tags, size_t count, size_t number)
{
    if (list->len > 0)
        dw_buffer_append_string(list, ", ");
    if (count == 0)
        dw_buffer_printf(list, "image %zu without a tag", number);
    for (size_t i = 0; i < count && list->len < 1000; i++) {
        if (i > 0)
            dw_buffer_append_string(list, ", ");
        dw_buffer_append(list, tags[i]);
    }
}

/* One entry, or the only one whose tags fit. */
static const json_t *choose(struct dw_image *image, const json_t *manifest, struct dw_error *error)
{
    const json_t *chosen = NULL;
    struct dw_slice tag = image->reference.tag;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer list = {0};
    unsigned best = 0;
    bool several = false;
    for (size_t i = 0; i < json_array_size(manifest); i++) {
        const json_t *entry = json_array_get(manifest, i);
        struct dw_slice *tags;
        size_t count;
        unsigned match = tag.len == 0;
        if (!dw_image_json_strings(entry, "RepoTags", false, &image->arena, &tags, &count, error)) {
            dw_context(error, "manifest.json");
            return NULL;
        }
        for (size_t j = 0; j < count && tag.len > 0; j++) {
            unsigned fits = dw_image_name_match(tags[j], tag);
            match = fits > match ? fits : match;
        }
        if (list.len < 1000)
            append_tags(&list, tags, count, i + 1);
        several = match == 0 || match < best ? several : match == best;
        if (match > best) {
            best = match;
            chosen = entry;
        }
    }
    if (chosen == NULL)
        dw_fail(error, DW_ERROR_INPUT, "the archive has no tag \"%.*s\"; it has: %.*s", DW_SLICE_ARG(tag),
                DW_SLICE_ARG(dw_buffer_slice(&list)));
    else if (several && tag.len > 0)
        dw_fail(error, DW_ERROR_INPUT, "the tag \"%.*s\" fits several images; give the whole name: %.*s", DW_SLICE_ARG(tag),
                DW_SLICE_ARG(dw_buffer_slice(&list)));
    else if (several)
        dw_fail(error, DW_ERROR_INPUT, "the archive holds several images; name one by :TAG: %.*s",
                DW_SLICE_ARG(dw_buffer_slice(&list)));
    return several ? NULL : chosen;
}

static bool place_layer(struct dw_image *image, size_t index, struct dw_slice given, struct dw_error *error)
{
    struct dw_layer *layer = &image->layers[index];
    struct dw_image_blob *blob = &image->source->layers[index];
    struct dw_store *store = image->source->store;
    struct dw_slice name;
    if (!dw_member_name(given, &name))
        return dw_fail(error, DW_ERROR_INPUT, "manifest.json: layer %zu is no name of a member: \"%.*s\"", index + 1,
                       DW_SLICE_ARG(given));
    blob->name = name;
    layer->has_digest = dw_slice_starts_with(name, "blobs/sha256/") && digest_of_name(name, &layer->digest);
    int found = store->operations->find(store, name, &layer->size, error);
    if (found == 0) {
        layer->state = DW_LAYER_MISSING;
        layer->reason = dw_arena_printf(&image->arena, "the layer (%.*s) is not in the archive", DW_SLICE_ARG(name));
    }
    return found >= 0;
}

bool dw_image_open_docker(struct dw_image *image, struct dw_error *error)
{
    DW_CLEANUP(dw_image_json_free) json_t *manifest = read_manifest(image, error);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    struct dw_digest id;
    struct dw_slice *names;
    size_t count;
    char digest[DW_DIGEST_TEXT];
    if (manifest == NULL)
        return false;
    if (image->reference.digest.len > 0)
        return dw_fail(error, DW_ERROR_INPUT, "the archive knows no manifest digests (it was written by docker save before "
                       "version 25); name the image by :TAG");
    const json_t *entry = choose(image, manifest, error);
    if (entry == NULL || !read_config(image, entry, &text, &id, error))
        return false;
    if (!dw_image_json_strings(entry, "Layers", false, &image->arena, &names, &count, error))
        return dw_context(error, "manifest.json");
    if (!dw_image_layers_make(image, count, error))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!place_layer(image, i, names[i], error))
            return dw_context(error, "layer %zu", i + 1);
    image->summary.manifest_digest = DW_SLICE("");
    image->summary.image_id = dw_arena_copy(&image->arena, dw_slice_of(dw_digest_format(&id, digest)));
    return dw_config_read(image, dw_buffer_slice(&text), error);
}

bool dw_image_check_docker(struct dw_image *image, struct dw_error *error)
{
    DW_CLEANUP(dw_image_json_free) json_t *manifest = read_manifest(image, error);
    char text[DW_DIGEST_TEXT];
    if (manifest == NULL)
        return false;
    for (size_t i = 0; i < json_array_size(manifest); i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer config = {0};
        struct dw_digest id;
        if (!read_config(image, json_array_get(manifest, i), &config, &id, error))
            return false;
        if (dw_slice_is(image->summary.image_id, dw_digest_format(&id, text)))
            return true;
    }
    if (image->source->choices <= 1)
        return dw_fail(error, DW_ERROR_INPUT, "manifest.json names another image than index.json: what is loaded would not "
                       "be what is judged");
    dw_image_note(image, DW_NOTE_INFORMATION, -1, "the archive's manifest.json names the image of another platform, which "
                  "docker load may take");
    return true;
}
