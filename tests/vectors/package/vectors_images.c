/* SPDX-License-Identifier: Apache-2.0
 *
 * The sample images: their layer unpacked by libarchive here, their package databases read by the readers alone. */
#include "../../unit/package/feed_reader.h"
#include "base/file.h"
#include "package/distribution.h"

#include <archive.h>
#include <archive_entry.h>
#include <jansson.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct dw_limits limits;

static char *images_folder(void)
{
    const char *given = getenv("DOCKWORTHY_TEST_DATA"), *source = getenv("DOCKWORTHY_SOURCE");
    char *root = given ? dw_copy_string(dw_slice_of(given)) : dw_path_join(source ? source : ".", "../shared/data");
    char *images = dw_path_join(root, "images");
    free(root);
    if (dw_is_folder(images))
        return images;
    free(images);
    return NULL;
}

/* The digest of member KEY (an array's first item, or an object) of a document, as the name of a blob: "sha256/<hex>". */
static char *blob_of(const char *layout, const char *document, const char *key)
{
    char *path = dw_path_join(layout, document);
    json_error_t problem;
    json_t *json = json_load_file(path, 0, &problem);
    assert_non_null(json);
    const char *digest = json_string_value(json_object_get(json_array_get(json_object_get(json, key), 0), "digest"));
    assert_non_null(digest);
    assert_int_equal(strncmp(digest, "sha256:", 7), 0);
    char name[200];
    snprintf(name, sizeof(name), "blobs/sha256/%s", digest + 7);
    free(path);
    json_decref(json);
    return dw_copy_string(dw_slice_of(name));
}

/* Feeds every wanted file of the layer, and adds its facts to the counts. */
struct image_facts {
    size_t packages;
    struct dw_arena arena;
    struct dw_distribution distributions[8];
    size_t distribution_count;
};

static void read_layer(const char *path, struct image_facts *all)
{
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    archive_read_support_filter_gzip(archive);
    archive_read_support_format_tar(archive);
    assert_int_equal(archive_read_open_filename(archive, path, 65536), ARCHIVE_OK);
    while (archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
        const char *name = archive_entry_pathname(entry);
        if (archive_entry_filetype(entry) != AE_IFREG || dw_package_wants(dw_slice_of(name)) == NULL)
            continue;
        DW_CLEANUP(dw_buffer_free) struct dw_buffer content = {0};
        char bytes[65536];
        for (ssize_t got; (got = archive_read_data(archive, bytes, sizeof(bytes))) > 0;)
            dw_buffer_append(&content, dw_slice_make(bytes, (size_t)got));
        struct facts facts;
        feed_all_sizes(&facts, name, dw_buffer_slice(&content), &limits);
        if (!facts.ok)
            fail_msg("%s: %s", name, facts.error.text);
        assert_int_equal(facts.notes.len, 0);
        all->packages += facts.packages.len;
        for (size_t i = 0; i < facts.packages.len; i++) {
            const struct dw_package *package = &facts.packages.at[i];
            assert_true(package->name.len > 0 && package->version.len > 0 && package->source_name.len > 0);
            assert_true(dw_slice_starts_with(package->checksum, "sha1:") && package->checksum.len == 45);
            assert_int_equal(package->flags, 0);
        }
        for (size_t i = 0; i < facts.distributions.len && all->distribution_count < 8; i++) {
            struct dw_distribution *copy = &all->distributions[all->distribution_count++];
            const struct dw_distribution *fact = &facts.distributions.at[i];
            *copy = *fact;
            copy->id = dw_arena_copy(&all->arena, fact->id);
            copy->version_id = dw_arena_copy(&all->arena, fact->version_id);
            copy->version_codename = dw_arena_copy(&all->arena, fact->version_codename);
            copy->release = dw_arena_copy(&all->arena, fact->release);
            copy->path = dw_arena_copy(&all->arena, fact->path);
        }
        facts_free(&facts);
    }
    archive_read_free(archive);
}

/* Numbers of packages: as many as the database has lines that begin with "P:". */
static void alpine_images(void **state)
{
    (void)state;
    static const struct {
        const char *image, *release;
        size_t packages;
    } cases[] = {
        {"alpine-3.6", "3.6", 13},   {"alpine-3.9", "3.9", 14},   {"alpine-3.10", "3.10", 14},
        {"alpine-3.14", "3.14", 14}, {"alpine-3.18", "3.18", 15}, {"alpine-3.20", "3.20", 14},
    };
    DW_CLEANUP(dw_cleanup_free) char *images = images_folder();
    if (images == NULL) {
        printf("skipped: no test data\n");
        skip();
    }
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *layout = dw_path_join(images, cases[i].image);
        char *manifest = blob_of(layout, "index.json", "manifests");
        char *layer = blob_of(layout, manifest, "layers");
        char *path = dw_path_join(layout, layer);
        struct image_facts all = {0};
        struct dw_distribution distribution;
        struct dw_slice remark;
        read_layer(path, &all);
        dw_distribution_decide(all.distributions, all.distribution_count, &all.arena, &distribution, &remark);
        if (all.packages != cases[i].packages || !dw_slice_is(distribution.release, cases[i].release))
            fail_msg("%s: %zu packages, release %.*s", cases[i].image, all.packages, DW_SLICE_ARG(distribution.release));
        assert_true(dw_slice_is(distribution.id, "alpine"));
        assert_int_equal(remark.len, 0);
        dw_arena_free(&all.arena);
        free(path);
        free(layer);
        free(manifest);
        free(layout);
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    limits = dw_limits_default();
    const struct CMUnitTest tests[] = {cmocka_unit_test(alpine_images)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
