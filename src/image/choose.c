/* SPDX-License-Identifier: Apache-2.0
 *
 * Which manifest of a layout is the image: by digest, tag and platform (OCI image specification 1.1, image-layout.md,
 * "index.json file"; image-index.md; annotations.md). */
#include "image/internal.h"

#include "base/map.h"

struct choice {
    struct dw_image *image;
    DW_VECTOR(struct dw_descriptor) candidates; /* manifests, each digest once */
    struct dw_map seen;                         /* digests of candidates and of indexes that were read */
    size_t skipped;                             /* entries of media types that are not known */
};

static void choice_free(struct choice *choice)
{
    dw_vector_free(&choice->candidates);
    dw_map_free(&choice->seen);
}

static struct dw_slice digest_text(struct dw_image *image, const struct dw_digest *digest)
{
    char text[DW_DIGEST_TEXT];
    return dw_arena_copy(&image->arena, dw_slice_of(dw_digest_format(digest, text)));
}

/* Signatures and attestations that cosign keeps beside images under tags made of the image's digest. */
static bool is_attached(struct dw_slice ref_name)
{
    struct dw_slice name = dw_slice_from(ref_name, dw_slice_find_last(ref_name, ':') + 1);
    return dw_slice_starts_with(name, "sha256-") &&
           (dw_slice_ends_with(name, ".sig") || dw_slice_ends_with(name, ".att") || dw_slice_ends_with(name, ".sbom"));
}

static bool is_known(const struct dw_descriptor *descriptor)
{
    return descriptor->kind == DW_MEDIA_MANIFEST || descriptor->kind == DW_MEDIA_INDEX ||
           descriptor->kind == DW_MEDIA_SCHEMA1;
}

static bool is_never_image(const struct dw_descriptor *descriptor)
{
    return descriptor->attestation || is_attached(descriptor->ref_name) ||
           (descriptor->artifact_type.len > 0 && dw_media_kind_of(descriptor->artifact_type) != DW_MEDIA_CONFIG);
}

static bool no_image(const struct choice *choice, struct dw_error *error)
{
    return dw_fail(error, DW_ERROR_INPUT, "the %s holds no image%s", choice->image->source->store->noun,
                   choice->skipped > 0 ? ", only things of media types that are not read" : "");
}

static bool add(struct choice *choice, const struct dw_descriptor *descriptor, unsigned depth, struct dw_error *error);

static bool add_entries(struct choice *choice, const struct dw_manifest *index, unsigned depth, struct dw_error *error)
{
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(index->json, "manifests"), i, entry)
    {
        struct dw_descriptor descriptor;
        if (!dw_descriptor_parse(entry, &choice->image->arena, &descriptor, error) ||
            !add(choice, &descriptor, depth, error))
            return false;
    }
    return true;
}

/* Adds a manifest, or all manifests of an index; DEPTH counts the indexes around it. */
static bool add(struct choice *choice, const struct dw_descriptor *descriptor, unsigned depth, struct dw_error *error)
{
    if (is_never_image(descriptor))
        return true;
    if (!is_known(descriptor)) {
        choice->skipped++;
        return true;
    }
    bool added;
    dw_map_insert(&choice->seen, digest_text(choice->image, &descriptor->digest), &added);
    if (!added)
        return true;
    if (descriptor->kind != DW_MEDIA_INDEX) {
        *dw_vector_push(&choice->candidates) = *descriptor;
        return true;
    }
    if (!dw_limit_check(choice->image->source->limits, DW_LIMIT_INDEX_DEPTH, depth, error))
        return false;
    DW_CLEANUP(dw_manifest_free) struct dw_manifest index = {0};
    return dw_manifest_read(choice->image, descriptor, &index, error) &&
           add_entries(choice, &index, depth + 1, error);
}

/* ---- by digest --------------------------------------------------------------------------------------------------- */

struct search {
    struct dw_image *image;
    struct dw_digest wanted;
    struct dw_descriptor found;
    bool is_found;
    struct dw_map seen;
};

static void search_free(struct search *search)
{
    dw_map_free(&search->seen);
}

static bool search_index(struct search *search, const struct dw_manifest *index, unsigned depth, struct dw_error *error)
{
    size_t i;
    json_t *entry;
    DW_VECTOR(struct dw_descriptor) inner = {0};
    bool good = true;
    json_array_foreach(json_object_get(index->json, "manifests"), i, entry)
    {
        struct dw_descriptor descriptor;
        good = dw_descriptor_parse(entry, &search->image->arena, &descriptor, error);
        if (!good)
            break;
        if (dw_digest_equal(&descriptor.digest, &search->wanted)) {
            search->found = descriptor;
            search->is_found = true;
            break;
        }
        if (descriptor.kind == DW_MEDIA_INDEX)
            *dw_vector_push(&inner) = descriptor;
    }
    for (i = 0; good && !search->is_found && i < inner.len; i++) {
        bool added;
        dw_map_insert(&search->seen, digest_text(search->image, &inner.at[i].digest), &added);
        if (!added)
            continue;
        DW_CLEANUP(dw_manifest_free) struct dw_manifest next = {0};
        good = dw_limit_check(search->image->source->limits, DW_LIMIT_INDEX_DEPTH, depth, error) &&
               dw_manifest_read(search->image, &inner.at[i], &next, error) &&
               search_index(search, &next, depth + 1, error);
    }
    dw_vector_free(&inner);
    return good;
}

static bool choose_by_digest(struct dw_image *image, const struct dw_manifest *index, struct choice *choice,
                             struct dw_error *error)
{
    DW_CLEANUP(search_free) struct search search = {.image = image};
    struct dw_slice text = image->reference.digest;
    if (!dw_digest_parse(text, &search.wanted))
        return dw_fail(error, DW_ERROR_USAGE, "\"%.*s\" is no digest", DW_SLICE_ARG(text));
    if (!search_index(&search, index, 1, error))
        return false;
    if (!search.is_found)
        return dw_fail(error, DW_ERROR_INPUT, "the %s has no manifest %.*s", image->source->store->noun,
                       DW_SLICE_ARG(text));
    if (is_never_image(&search.found))
        return dw_fail(error, DW_ERROR_INPUT, "%.*s is not an image, but an attestation, signature or other artifact",
                       DW_SLICE_ARG(text));
    return add(choice, &search.found, 1, error);
}

/* ---- by tag ------------------------------------------------------------------------------------------------------ */

/* "docker.io/library/busybox:1" → "busybox:1", as Docker shows names. */
static struct dw_slice familiar(struct dw_slice name)
{
    static const char *const prefixes[] = {"docker.io/library/", "docker.io/"};
    for (size_t i = 0; i < 2; i++)
        if (dw_slice_starts_with(name, prefixes[i]))
            return dw_slice_from(name, strlen(prefixes[i]));
    return name;
}

unsigned dw_image_name_match(struct dw_slice name, struct dw_slice tag)
{
    if (name.len == 0)
        return 0;
    if (dw_slice_equal(name, tag))
        return 3;
    if (dw_slice_equal(familiar(name), familiar(tag)))
        return 2;
    size_t colon = dw_slice_find_last(name, ':');
    return colon != SIZE_MAX && dw_slice_equal(dw_slice_from(name, colon + 1), tag) ? 1 : 0;
}

static struct dw_slice entry_name(const struct dw_descriptor *entry)
{
    return entry->image_name.len > 0 ? entry->image_name : entry->ref_name;
}

/* The distinct names of ENTRIES, as a list for a message. */
static struct dw_slice list_names(struct dw_image *image, const struct dw_descriptor *entries, size_t count)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer list = {0};
    struct dw_slice shown[20];
    size_t shown_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct dw_slice name = entry_name(&entries[i]);
        bool known = false;
        for (size_t j = 0; j < shown_count && !known; j++)
            known = name.len > 0 && dw_slice_equal(shown[j], name);
        if (known)
            continue;
        if (list.len > 0)
            dw_buffer_append_string(&list, ", ");
        if (shown_count == sizeof(shown) / sizeof(shown[0])) {
            dw_buffer_append_string(&list, "…");
            break;
        }
        shown[shown_count++] = name;
        dw_buffer_append(&list, name.len > 0 ? name : digest_text(image, &entries[i].digest));
    }
    return dw_arena_copy(&image->arena, dw_buffer_slice(&list));
}

/* Are ENTRIES all of one image: one digest, or one name (then they are its platforms)? */
static bool one_image(const struct dw_descriptor *entries, size_t count)
{
    bool same_digest = true, same_name = true;
    for (size_t i = 1; i < count; i++) {
        same_digest = same_digest && dw_digest_equal(&entries[0].digest, &entries[i].digest);
        same_name = same_name && dw_slice_equal(entry_name(&entries[0]), entry_name(&entries[i]));
    }
    return same_digest || same_name;
}

struct entries {
    struct dw_descriptor *at;
    size_t len, capacity;
};

static void entries_free(struct entries *entries)
{
    dw_vector_free(entries);
}

static bool choose_by_tag(struct dw_image *image, const struct dw_manifest *index, struct choice *choice,
                          struct dw_error *error)
{
    DW_CLEANUP(entries_free) struct entries all = {0}, matching = {0};
    struct dw_slice tag = image->reference.tag;
    size_t i;
    json_t *json;
    unsigned best = 0;
    json_array_foreach(json_object_get(index->json, "manifests"), i, json)
    {
        struct dw_descriptor entry;
        if (!dw_descriptor_parse(json, &image->arena, &entry, error))
            return false;
        if (is_never_image(&entry))
            continue;
        if (!is_known(&entry)) {
            choice->skipped++;
            continue;
        }
        *dw_vector_push(&all) = entry;
        unsigned by_image = dw_image_name_match(entry.image_name, tag), by_ref = dw_image_name_match(entry.ref_name, tag);
        unsigned match = tag.len == 0 ? 1 : by_image > by_ref ? by_image : by_ref;
        if (match > best) {
            best = match;
            matching.len = 0;
        }
        if (match > 0 && match == best)
            *dw_vector_push(&matching) = entry;
    }
    if (all.len == 0)
        return no_image(choice, error);
    if (matching.len == 0)
        return dw_fail(error, DW_ERROR_INPUT, "the %s has no tag \"%.*s\"; it has: %.*s", image->source->store->noun,
                       DW_SLICE_ARG(tag), DW_SLICE_ARG(list_names(image, all.at, all.len)));
    if (!one_image(matching.at, matching.len)) {
        struct dw_slice names = list_names(image, matching.at, matching.len);
        if (tag.len == 0)
            return dw_fail(error, DW_ERROR_INPUT, "the %s holds several images; name one by :TAG or @DIGEST: %.*s",
                           image->source->store->noun, DW_SLICE_ARG(names));
        return dw_fail(error, DW_ERROR_INPUT, "the tag \"%.*s\" fits several images; give the whole name or @DIGEST: %.*s",
                       DW_SLICE_ARG(tag), DW_SLICE_ARG(names));
    }
    for (i = 0; i < matching.len; i++)
        if (!add(choice, &matching.at[i], 1, error))
            return false;
    return true;
}

/* ---- by platform ------------------------------------------------------------------------------------------------- */

static int is_present(struct dw_image *image, const struct dw_descriptor *descriptor, struct dw_error *error)
{
    uint64_t size;
    struct dw_store *store = image->source->store;
    if (descriptor->has_data)
        return 1;
    return store->operations->find(store, dw_blob_name(&image->arena, &descriptor->digest), &size, error);
}

/* Candidates whose index entry names no platform: their config does. Those that are no images fall out. */
static bool complete_platforms(struct choice *choice, struct dw_error *error)
{
    size_t kept = 0;
    for (size_t i = 0; i < choice->candidates.len; i++) {
        struct dw_descriptor *candidate = &choice->candidates.at[i];
        int present = candidate->has_platform || candidate->kind != DW_MEDIA_MANIFEST
                          ? 0 : is_present(choice->image, candidate, error);
        if (present < 0)
            return false;
        if (present > 0) {
            DW_CLEANUP(dw_manifest_free) struct dw_manifest manifest = {0};
            DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
            struct dw_descriptor config;
            struct dw_error not_image = DW_ERROR_INIT;
            if (!dw_manifest_read(choice->image, candidate, &manifest, error))
                return false;
            if (!dw_manifest_config(&manifest, &choice->image->arena, &config, &not_image))
                continue;
            if (!dw_descriptor_read(choice->image, &config, "config", &text, error) ||
                !dw_config_platform(dw_buffer_slice(&text), &choice->image->arena, choice->image->source->limits,
                                    &candidate->platform, error))
                return false;
            candidate->has_platform = true;
        }
        choice->candidates.at[kept++] = *candidate;
    }
    choice->candidates.len = kept;
    return true;
}

static struct dw_slice list_platforms(struct choice *choice)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer list = {0};
    struct dw_arena *arena = &choice->image->arena;
    for (size_t i = 0; i < choice->candidates.len && i < 40; i++) {
        const struct dw_descriptor *candidate = &choice->candidates.at[i];
        if (list.len > 0)
            dw_buffer_append_string(&list, ", ");
        dw_buffer_append(&list, candidate->has_platform ? dw_platform_format(arena, &candidate->platform)
                                                        : digest_text(choice->image, &candidate->digest));
    }
    if (choice->candidates.len > 40)
        dw_buffer_append_string(&list, ", …");
    return dw_arena_copy(arena, dw_buffer_slice(&list));
}

static bool choose_platform(struct choice *choice, struct dw_descriptor *chosen, struct dw_error *error)
{
    struct dw_image *image = choice->image;
    const struct dw_image_source *source = image->source;
    if (choice->candidates.len > 1 && !complete_platforms(choice, error))
        return false;
    if (choice->candidates.len == 0)
        return no_image(choice, error);
    if (choice->candidates.len == 1) {
        *chosen = choice->candidates.at[0];
        return true;
    }
    /* Of equally good ones the first, as the specification says. One that was left out of the layout is only chosen if
     * it was asked for. */
    unsigned best = 0;
    size_t present = 0, only = 0;
    for (size_t i = 0; i < choice->candidates.len; i++) {
        const struct dw_descriptor *candidate = &choice->candidates.at[i];
        int there = is_present(image, candidate, error);
        if (there < 0)
            return false;
        if (there > 0) {
            present++;
            only = i;
        } else if (!source->platform_given) {
            continue;
        }
        unsigned match = candidate->has_platform ? dw_platform_match(&source->platform, &candidate->platform) : 0;
        if (match > best) {
            best = match;
            *chosen = *candidate;
        }
    }
    if (best > 0)
        return is_present(image, chosen, error) > 0 ||
               dw_fail(error, DW_ERROR_UNAVAILABLE, "the image for %.*s is listed, but not in the %s",
                       DW_SLICE_ARG(dw_platform_format(&image->arena, &source->platform)), source->store->noun);
    if (present == 1 && !source->platform_given) {
        *chosen = choice->candidates.at[only];
        return true;
    }
    return dw_fail(error, DW_ERROR_INPUT, "no image for %.*s; choose by --platform: %.*s",
                   DW_SLICE_ARG(dw_platform_format(&image->arena, &source->platform)),
                   DW_SLICE_ARG(list_platforms(choice)));
}

bool dw_image_choose(struct dw_image *image, struct dw_descriptor *chosen, struct dw_error *error)
{
    DW_CLEANUP(choice_free) struct choice choice = {.image = image};
    DW_CLEANUP(dw_manifest_free) struct dw_manifest index = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    struct dw_image_source *source = image->source;
    if (!source->store->operations->read(source->store, DW_SLICE("index.json"),
                                         source->limits->value[DW_LIMIT_MANIFEST_BYTES], &text, error))
        return false;
    if (!dw_manifest_parse(dw_buffer_slice(&text), DW_MEDIA_INDEX, source->limits, &index, error))
        return dw_context(error, "index.json");
    bool good = image->reference.digest.len > 0 ? choose_by_digest(image, &index, &choice, error)
                                                : choose_by_tag(image, &index, &choice, error);
    if (!good || !choose_platform(&choice, chosen, error))
        return false;
    source->choices = choice.candidates.len;
    if (chosen->kind == DW_MEDIA_SCHEMA1)
        return dw_fail(error, DW_ERROR_INPUT, "the image is of Docker's schema 1, which has no verifiable layers and is "
                       "not accepted; push or save it again with a current tool");
    return true;
}
