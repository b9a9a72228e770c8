/* SPDX-License-Identifier: Apache-2.0
 *
 * Which image of a layout is taken: tags, digests, nested indexes, platforms. */
#include "make_layout.h"

#include "image/internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

static struct layout layout;

static int start(void **state)
{
    (void)state;
    layout_start(&layout);
    return 0;
}

static int end(void **state)
{
    (void)state;
    layout_end(&layout);
    return 0;
}

/* Opens and compares "os/architecture" of what was taken. */
static void takes(const char *suffix, const char *platform, const char *expected)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_image *image = layout_open(&layout, suffix, platform, &error);
    if (image == NULL)
        fail_msg("%s", error.text);
    struct dw_slice own = dw_arena_printf(&layout.arena, "%.*s/%.*s", DW_SLICE_ARG(image->summary.os),
                                          DW_SLICE_ARG(image->summary.architecture));
    if (!dw_slice_is(own, expected))
        fail_msg("%.*s was taken, not %s", DW_SLICE_ARG(own), expected);
    dw_image_close(image);
}

static char *tagged(const char *os, const char *architecture, const char *ref_name, const char *image_name)
{
    return layout_manifest(&layout, os, architecture,
        layout_text(&layout, ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"%s\",\"io.containerd.image.name\":\"%s\"}",
                    ref_name, image_name));
}

/* A manifest of its own for each variant. */
static char *for_platform(const char *os, const char *architecture, const char *variant)
{
    char *config = layout_config(&layout, os, architecture, "",
                                 layout_text(&layout, "[{\"empty_layer\":true,\"comment\":\"%s\"}]", variant));
    char *manifest = layout_text(&layout, "{\"schemaVersion\":2,\"config\":%s,\"layers\":[]}",
                                 layout_descriptor(&layout, CONFIG_TYPE, config, ""));
    return layout_descriptor(&layout, MANIFEST_TYPE, manifest,
        layout_text(&layout, ",\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\",\"variant\":\"%s\"}", os, architecture,
                    variant));
}

static char *index_of(const char *descriptors, const char *extra)
{
    char *text = layout_text(&layout, "{\"schemaVersion\":2,\"mediaType\":\"" INDEX_TYPE "\",\"manifests\":[%s]}", descriptors);
    return layout_descriptor(&layout, INDEX_TYPE, text, extra);
}

static char *digest_in(const char *descriptor)
{
    return layout_text(&layout, "@%.71s", strstr(descriptor, "sha256:"));
}

static void tags_choose(void **state)
{
    (void)state;
    char *a = tagged("linux", "a", "3.18", ""), *b = tagged("linux", "b", "busybox:1.38", "docker.io/library/busybox:1.38"),
         *c = tagged("linux", "c", "latest", "ghcr.io/x/y:latest"), *d = layout_manifest(&layout, "linux", "d", "");
    layout_index(&layout, layout_text(&layout, "%s,%s,%s,%s", a, b, c, d));
    takes(":3.18", NULL, "linux/a");
    takes(":1.38", NULL, "linux/b");
    takes(":busybox:1.38", NULL, "linux/b");
    takes(":docker.io/library/busybox:1.38", NULL, "linux/b");
    takes(":latest", NULL, "linux/c");
    takes(":ghcr.io/x/y:latest", NULL, "linux/c");
    takes(digest_in(d), NULL, "linux/d");
    takes(layout_text(&layout, ":3.18%s", digest_in(b)), NULL, "linux/b"); /* the digest decides */
    layout_fails(&layout, ":3", NULL, DW_ERROR_INPUT,
                 "has no tag \"3\"; it has: 3.18, docker.io/library/busybox:1.38, ghcr.io/x/y:latest, sha256:");
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "holds several images; name one by :TAG or @DIGEST: 3.18, ");
    layout_fails(&layout, "@sha256:0000000000000000000000000000000000000000000000000000000000000000", NULL,
                 DW_ERROR_INPUT, "has no manifest sha256:00");
}

static void one_tag_of_two_names_is_ambiguous(void **state)
{
    (void)state;
    layout_index(&layout, layout_text(&layout, "%s,%s", tagged("linux", "a", "1", "docker.io/x/a:1"),
                                      tagged("linux", "b", "1", "docker.io/x/b:1")));
    layout_fails(&layout, ":1", NULL, DW_ERROR_INPUT, "fits several images");
    takes(":x/b:1", NULL, "linux/b");
    /* The name itself is nearer than the tag of another. */
    layout_index(&layout, layout_text(&layout, "%s,%s,%s", tagged("linux", "a", "a:1", ""), tagged("linux", "b", "1", ""),
                                      tagged("linux", "c", "c:1", "")));
    takes(":1", NULL, "linux/b");
}

static void several_names_of_one_digest_are_one_image(void **state)
{
    (void)state;
    layout_index(&layout, layout_text(&layout, "%s,%s", tagged("linux", "a", "1", ""), tagged("linux", "a", "2", "")));
    takes("", NULL, "linux/a");
    takes(":2", NULL, "linux/a");
}

static void the_platform_chooses(void **state)
{
    (void)state;
    char *list = layout_text(&layout, "%s,%s,%s,%s,%s", for_platform("linux", "amd64", ""), for_platform("linux", "arm", "v6"),
                             for_platform("linux", "arm", "v7"), for_platform("linux", "arm64", "v8"),
                             for_platform("windows", "amd64", ""));
    layout_index(&layout, index_of(list, ""));
    takes("", "linux/amd64", "linux/amd64");
    takes("", "windows/amd64", "windows/amd64");
    takes("", "linux/arm64", "linux/arm64");
    takes("", "linux/arm64/v8", "linux/arm64");
    takes("", "linux/aarch64", "linux/arm64");
    layout_fails(&layout, "", "linux/s390x", DW_ERROR_INPUT,
                 "no image for linux/s390x; choose by --platform: linux/amd64, linux/arm/v6, linux/arm/v7, "
                 "linux/arm64/v8, windows/amd64");
    layout_fails(&layout, "", "linux/arm/v5", DW_ERROR_INPUT, "no image for linux/arm/v5");
}

static void variants_match_downwards(void **state)
{
    (void)state;
    static const struct {
        const char *wanted, *offered;
        unsigned match;
    } rows[] = {
        {"linux/arm/v7", "linux/arm/v7", 1000}, {"linux/arm", "linux/arm/v7", 1000}, {"linux/arm/v7", "linux/arm/v6", 6},
        {"linux/arm/v6", "linux/arm/v7", 0},    {"linux/arm64", "linux/arm64/v8", 1000},
        {"linux/arm64/v8", "linux/arm64", 1000}, {"linux/amd64", "linux/amd64/v2", 0}, {"linux/amd64/v3", "linux/amd64", 1},
        {"linux/amd64/v3", "linux/amd64/v2", 2}, {"linux/amd64", "linux/arm64", 0}, {"linux/amd64", "windows/amd64", 0},
        {"linux/mips/x", "linux/mips/y", 0},    {"linux/arm/v99999999999999999999", "linux/arm/v7", 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dw_platform wanted, offered;
        struct dw_error error = DW_ERROR_INIT;
        assert_true(dw_platform_parse(dw_slice_of(rows[i].wanted), &wanted, &error));
        assert_true(dw_platform_parse(dw_slice_of(rows[i].offered), &offered, &error));
        assert_int_equal(dw_platform_match(&wanted, &offered), rows[i].match);
    }
    static const char *const bad[] = {"", "linux", "linux/", "/amd64", "linux/amd64/", "a/b/c/d", "Linux/amd64", "linux/a b"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct dw_platform platform;
        struct dw_error error = DW_ERROR_INIT;
        assert_false(dw_platform_parse(dw_slice_of(bad[i]), &platform, &error));
        assert_int_equal(error.kind, DW_ERROR_USAGE);
    }
}

static void a_single_image_is_taken_whatever_its_platform(void **state)
{
    (void)state;
    layout_index(&layout, index_of(for_platform("linux", "s390x", ""), ""));
    takes("", NULL, "linux/s390x");
    struct dw_error error = DW_ERROR_INIT;
    struct dw_image *image = layout_open(&layout, "", "linux/amd64", &error);
    assert_non_null(image);
    assert_int_equal(image->notes.len, 1);
    assert_true(dw_slice_is(image->notes.at[0].message, "the only image is for linux/s390x, not for linux/amd64 as asked"));
    dw_image_close(image);
}

static void the_config_tells_what_the_index_does_not(void **state)
{
    (void)state;
    layout_index(&layout, layout_text(&layout, "%s,%s", tagged("linux", "amd64", "1", ""), tagged("linux", "arm64", "1", "")));
    takes(":1", "linux/arm64", "linux/arm64");
    takes(":1", "linux/amd64", "linux/amd64");
}

static void an_index_that_lies_of_the_platform_is_refused(void **state)
{
    (void)state;
    layout_index(&layout, layout_manifest(&layout, "linux", "arm64", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}"));
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "the index says the image is for linux/amd64, its config says linux/arm64");
}

static void attestations_and_artifacts_are_never_chosen(void **state)
{
    (void)state;
    char *attestation = layout_manifest(&layout, "unknown", "unknown",
        ",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"},\"annotations\":{\"vnd.docker.reference.type\":"
        "\"attestation-manifest\",\"vnd.docker.reference.digest\":\"sha256:0\"}");
    char *artifact = layout_manifest(&layout, "linux", "b", ",\"artifactType\":\"application/spdx+json\"");
    char *signature = tagged("linux", "c", "sha256-0000000000000000000000000000000000000000000000000000000000000000.sig", "");
    char *unknown = layout_descriptor(&layout, "application/x-unknown", "{}", "");
    char *image = for_platform("linux", "s390x", "");
    layout_index(&layout, layout_text(&layout, "%s,%s,%s,%s,%s", attestation, artifact, signature, unknown, image));
    takes("", NULL, "linux/s390x");
    layout_index(&layout, index_of(layout_text(&layout, "%s,%s,%s,%s", attestation, artifact, unknown, image), ""));
    takes("", NULL, "linux/s390x");
    layout_fails(&layout, digest_in(attestation), NULL, DW_ERROR_INPUT, "is not an image, but an attestation");
    layout_index(&layout, attestation);
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "the layout holds no image");
    layout_index(&layout, unknown);
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "only things of media types that are not read");
}

static void indexes_nest_up_to_the_limit(void **state)
{
    (void)state;
    char *inner = for_platform("linux", "amd64", "");
    char *wanted = digest_in(inner);
    for (int depth = 1; depth <= 5; depth++) {
        inner = index_of(layout_text(&layout, "%s,%s", inner, inner), "");
        layout_index(&layout, inner);
        if (depth <= 4) {
            takes("", NULL, "linux/amd64");
            takes(wanted, NULL, "linux/amd64");
        } else {
            layout_fails(&layout, "", NULL, DW_ERROR_LIMIT, "index-depth");
            layout_fails(&layout, wanted, NULL, DW_ERROR_LIMIT, "index-depth");
        }
    }
}

static void schema_1_is_refused_by_its_type(void **state)
{
    (void)state;
    layout_index(&layout, layout_descriptor(&layout, "application/vnd.docker.distribution.manifest.v1+prettyjws", "{}", ""));
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "schema 1");
}

/* Layouts made by `docker save` list all platforms and hold one. */
static void platforms_that_are_not_there_are_passed_over(void **state)
{
    (void)state;
    char *here = for_platform("linux", "s390x", ""), *gone = for_platform("linux", "amd64", ""),
         *also = for_platform("linux", "arm64", "");
    assert_int_equal(unlink(layout_text(&layout, "%s/blobs/sha256/%s", layout.path, digest_in(gone) + 8)), 0);
    assert_int_equal(unlink(layout_text(&layout, "%s/blobs/sha256/%s", layout.path, digest_in(also) + 8)), 0);
    layout_index(&layout, index_of(layout_text(&layout, "%s,%s,%s", gone, also, here), ""));
    takes("", NULL, "linux/s390x");
    takes("", "linux/s390x", "linux/s390x");
    layout_fails(&layout, "", "linux/amd64", DW_ERROR_UNAVAILABLE, "the image for linux/amd64 is listed, but not in the layout");
}

static void descriptors_that_are_refused(void **state)
{
    (void)state;
#define ZERO "sha256:0000000000000000000000000000000000000000000000000000000000000000"
    static const char *const rows[][2] = {
        {"7", "a descriptor is not an object"},
        {"{}", "has no \"mediaType\""},
        {"{\"mediaType\":7}", "\"mediaType\" is not a string"},
        {"{\"mediaType\":\"a\",\"digest\":\"sha256:00\",\"size\":1}", "neither sha256 nor sha512"},
        {"{\"mediaType\":\"a\",\"digest\":\"md5:00000000000000000000000000000000\",\"size\":1}", "neither sha256 nor sha512"},
        {"{\"mediaType\":\"a\",\"digest\":\"" ZERO "\"}", "\"size\" is not a whole number"},
        {"{\"mediaType\":\"a\",\"digest\":\"" ZERO "\",\"size\":1.5}", "\"size\" is not a whole number"},
        {"{\"mediaType\":\"a\",\"digest\":\"" ZERO "\",\"size\":99999999999999999999}", "no valid JSON"},
        {"{\"mediaType\":\"a\",\"digest\":\"" ZERO "\",\"size\":1,\"Size\":2}", "ambiguous"},
        {"{\"mediaType\":\"a\",\"digest\":\"" ZERO "\",\"size\":1,\"urls\":\"x\"}", "\"urls\" is not a list"},
        {"{\"mediaType\":\"a\",\"digest\":\"" ZERO "\",\"size\":1,\"platform\":[]}", "\"platform\" is not an object"},
        {"{\"mediaType\":\"a\",\"digest\":\"" ZERO "\",\"size\":1,\"annotations\":{\"io.containerd.image.name\":1}}",
         "\"io.containerd.image.name\" is not a string"},
        {"{\"mediaType\":\"a\",\"digest\":\"" ZERO "\",\"size\":1,\"data\":\"*\"}", "\"data\" is no base64"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        layout_index(&layout, rows[i][0]);
        layout_fails(&layout, "", NULL, DW_ERROR_INPUT, rows[i][1]);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)
    const struct CMUnitTest tests[] = {
        TEST(tags_choose),
        TEST(one_tag_of_two_names_is_ambiguous),
        TEST(several_names_of_one_digest_are_one_image),
        TEST(the_platform_chooses),
        TEST(variants_match_downwards),
        TEST(a_single_image_is_taken_whatever_its_platform),
        TEST(the_config_tells_what_the_index_does_not),
        TEST(an_index_that_lies_of_the_platform_is_refused),
        TEST(attestations_and_artifacts_are_never_chosen),
        TEST(indexes_nest_up_to_the_limit),
        TEST(schema_1_is_refused_by_its_type),
        TEST(platforms_that_are_not_there_are_passed_over),
        TEST(descriptors_that_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
