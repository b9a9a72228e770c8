/* SPDX-License-Identifier: Apache-2.0 */
#include "make_layout.h"

#include "base/file.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

char *layout_text(struct layout *layout, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    assert_true(length >= 0);
    char *copy = (char *)(uintptr_t)dw_arena_copy(&layout->arena, dw_slice_make(text, (size_t)length)).at;
    free(text);
    return copy;
}

void layout_file(struct layout *layout, const char *name, const char *content, size_t size)
{
    struct dw_error error = DW_ERROR_INIT;
    char *path = layout_text(layout, "%s/%s", layout->path, name);
    char *folder = layout_text(layout, "%s", path);
    *strrchr(folder, '/') = '\0';
    assert_true(dw_make_folders(folder, &error));
    /* Not dw_file_write, which waits for the disk. */
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(fd >= 0 && dw_write_all(fd, dw_slice_make(content, size)));
    close(fd);
}

void layout_start(struct layout *layout)
{
    *layout = (struct layout){.limits = dw_limits_default()};
    strcpy(layout->path, "/tmp/dockworthy-test-XXXXXX");
    assert_non_null(mkdtemp(layout->path));
    layout_file(layout, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}", 30);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

void layout_end(struct layout *layout)
{
    assert_int_equal(nftw(layout->path, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    dw_arena_free(&layout->arena);
}

char *layout_blob(struct layout *layout, const char *content)
{
    struct dw_digest digest;
    char text[DW_DIGEST_TEXT];
    dw_sha256(dw_slice_of(content), &digest);
    dw_digest_format(&digest, text);
    layout_file(layout, layout_text(layout, "blobs/sha256/%s", text + 7), content, strlen(content));
    return layout_text(layout, "%s", text);
}

char *layout_descriptor(struct layout *layout, const char *media_type, const char *content, const char *extra)
{
    char *digest = layout_blob(layout, content);
    return layout_text(layout, "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%zu%s}", media_type, digest,
                       strlen(content), extra);
}

char *layout_config(struct layout *layout, const char *os, const char *architecture, const char *diff_ids,
                    const char *history)
{
    return layout_text(layout,
                       "{\"os\":\"%s\",\"architecture\":\"%s\",\"config\":{},\"rootfs\":{\"type\":\"layers\","
                       "\"diff_ids\":[%s]},\"history\":%s}",
                       os, architecture, diff_ids, history);
}

char *layout_manifest(struct layout *layout, const char *os, const char *architecture, const char *extra)
{
    char *config = layout_config(layout, os, architecture, "\"" LAYER_DIFF_ID "\"",
                                 "[{\"created_by\":\"COPY a / # buildkit\"}]");
    char *manifest = layout_text(layout, "{\"schemaVersion\":2,\"mediaType\":\"" MANIFEST_TYPE "\",\"config\":%s,\"layers\":[%s]}",
                                 layout_descriptor(layout, CONFIG_TYPE, config, ""),
                                 layout_descriptor(layout, LAYER_TYPE, "layer\n", ""));
    return layout_descriptor(layout, MANIFEST_TYPE, manifest, extra);
}

void layout_index(struct layout *layout, const char *descriptors)
{
    char *text = layout_text(layout, "{\"schemaVersion\":2,\"manifests\":[%s]}", descriptors);
    layout_file(layout, "index.json", text, strlen(text));
}

struct dw_image *layout_open(struct layout *layout, const char *suffix, const char *platform, struct dw_error *error)
{
    struct dw_reference reference;
    char *text = layout_text(layout, "oci:%s%s", layout->path, suffix);
    struct dw_image_options options = {.limits = &layout->limits};
    if (platform != NULL) {
        options.platform_given = true;
        assert_true(dw_platform_parse(dw_slice_of(platform), &options.platform, error));
    }
    if (!dw_reference_parse(&layout->arena, dw_slice_of(text), &reference, error))
        return NULL;
    return dw_image_open(&reference, &options, error);
}

void layout_fails(struct layout *layout, const char *suffix, const char *platform, enum dw_error_kind kind,
                  const char *text)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_image *image = layout_open(layout, suffix, platform, &error);
    assert_null(image);
    if (error.kind != kind || strstr(error.text, text) == NULL)
        fail_msg("expected kind %s with \"%s\", got %s: %s", dw_error_kind_name(kind), text,
                 dw_error_kind_name(error.kind), error.text);
}
