/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/lock.h"

#include "base/clock.h"
#include "base/file.h"
#include "document/document.h"
#include "model/image_name.h"

void dw_lock_free(struct dw_lock *lock)
{
    if (lock == NULL)
        return;
    dw_vector_free(&lock->images);
    dw_arena_free(&lock->arena);
    free(lock);
}

static struct dw_slice normal(struct dw_arena *arena, const struct dw_image_name *name)
{
    struct dw_slice tag = name->tag.len > 0 ? name->tag : DW_SLICE("latest");
    return dw_arena_printf(arena, "%.*s/%.*s:%.*s", DW_SLICE_ARG(name->registry), DW_SLICE_ARG(name->repository),
                           DW_SLICE_ARG(tag));
}

const struct dw_locked_image *dw_lock_find(const struct dw_lock *lock, struct dw_slice reference)
{
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    struct dw_image_name name;
    if (!dw_image_name_parse(&arena, reference, &name, NULL))
        return NULL;
    struct dw_slice wanted = normal(&arena, &name);
    for (size_t i = 0; i < lock->images.len; i++)
        if (dw_slice_equal(lock->images.at[i].reference, wanted))
            return &lock->images.at[i];
    return NULL;
}

#define REFUSE(node, ...) dw_document_fail(document, node, DW_ERROR_USAGE, error, __VA_ARGS__)

static bool is_text(const struct dw_node *node)
{
    return node != NULL && node->kind == DW_NODE_SCALAR && !dw_node_is_null(node);
}

static bool read_image(struct dw_lock *lock, const struct dw_document *document, const struct dw_node *key,
                       const struct dw_node *value, struct dw_error *error)
{
    struct dw_image_name name, pinned;
    struct dw_error why = DW_ERROR_INIT;
    if (!dw_image_name_parse(&lock->arena, key->text, &name, &why))
        return REFUSE(key, "%s", why.text);
    if (name.digest.len > 0 || name.tag.len == 0)
        return REFUSE(key, "\"%.*s\" must name a tag and no digest", DW_SLICE_ARG(dw_slice_part(key->text, 0, 80)));
    if (dw_lock_find(lock, key->text) != NULL)
        return REFUSE(key, "\"%.*s\" is locked twice", DW_SLICE_ARG(dw_slice_part(key->text, 0, 80)));
    if (value->kind != DW_NODE_MAPPING)
        return REFUSE(value, "a mapping with \"digest\" and \"date\" was expected");
    const struct dw_node *digest = dw_node_get(value, "digest"), *date = dw_node_get(value, "date");
    for (size_t i = 0; i < value->count; i++)
        if (value->items[i] != digest && value->items[i] != date)
            return REFUSE(value->keys[i], "unknown key \"%.*s\"; an image has \"digest\" and \"date\"",
                          DW_SLICE_ARG(dw_slice_part(value->keys[i]->text, 0, 80)));
    struct dw_locked_image image = {.reference = normal(&lock->arena, &name)};
    struct dw_slice whole = dw_arena_printf(&lock->arena, "x@%.*s", DW_SLICE_ARG(is_text(digest) ? digest->text : DW_SLICE("")));
    if (!is_text(digest) || !dw_image_name_parse(&lock->arena, whole, &pinned, NULL) || !pinned.pinned)
        return REFUSE(digest != NULL ? digest : value, "\"digest\" must be sha256: and 64 lower-case hexadecimal digits");
    if (!is_text(date) || date->text.len != 10 || !dw_time_parse(date->text, true, &image.date))
        return REFUSE(date != NULL ? date : value, "\"date\" must be a day such as 2026-11-24");
    image.digest = dw_arena_copy(&lock->arena, digest->text);
    *dw_vector_push(&lock->images) = image;
    return true;
}

static bool read_lock(struct dw_lock *lock, const struct dw_document *document, const struct dw_limits *limits,
                      struct dw_error *error)
{
    int64_t number = 0;
    const struct dw_node *root = document->root_count > 0 ? document->roots[0] : NULL;
    if (document->root_count != 1 || root->kind != DW_NODE_MAPPING)
        return REFUSE(root, "a lock file is one mapping with \"version\" and \"images\"");
    const struct dw_node *version = dw_node_get(root, "version"), *images = dw_node_get(root, "images");
    for (size_t i = 0; i < root->count; i++)
        if (root->items[i] != version && root->items[i] != images)
            return REFUSE(root->keys[i], "unknown key \"%.*s\"; a lock file has \"version\" and \"images\"",
                          DW_SLICE_ARG(dw_slice_part(root->keys[i]->text, 0, 80)));
    if (version == NULL || !dw_node_integer(version, &number) || number != 1)
        return REFUSE(version != NULL ? version : root, "\"version\" must be 1");
    if (images == NULL || images->kind != DW_NODE_MAPPING)
        return REFUSE(images != NULL ? images : root, "\"images\" must be a mapping from references to digests");
    struct dw_error why = DW_ERROR_INIT;
    if (!dw_limit_check(limits, DW_LIMIT_POLICY_ENTRIES, images->count, &why))
        return dw_document_fail(document, images, DW_ERROR_LIMIT, error, "%s", why.text);
    for (size_t i = 0; i < images->count; i++)
        if (!read_image(lock, document, images->keys[i], images->items[i], error))
            return false;
    return true;
}

struct dw_lock *dw_lock_parse(struct dw_slice bytes, const char *name, const struct dw_limits *limits, struct dw_error *error)
{
    struct dw_document *document = dw_document_parse(bytes, name, limits, error);
    if (document == NULL) {
        if (error != NULL && error->kind == DW_ERROR_INPUT)
            error->kind = DW_ERROR_USAGE; /* it is a configuration file */
        return NULL;
    }
    struct dw_lock *lock = dw_alloc(1, sizeof(*lock));
    bool good = read_lock(lock, document, limits, error);
    dw_document_free(document);
    if (good)
        return lock;
    dw_lock_free(lock);
    return NULL;
}

struct dw_lock *dw_lock_read(const char *path, const struct dw_limits *limits, struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer bytes = {0};
    if (!dw_is_file(path))
        return dw_alloc(1, sizeof(struct dw_lock));
    if (!dw_file_read_within(path, limits, DW_LIMIT_DOCUMENT_BYTES, &bytes, error))
        return NULL;
    return dw_lock_parse(dw_buffer_slice(&bytes), path, limits, error);
}
