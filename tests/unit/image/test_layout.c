/* SPDX-License-Identifier: Apache-2.0 */
#include "make_layout.h"

#include "base/file.h"

#include <errno.h>
#include <seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
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

static struct dw_image *opens(const char *suffix, const char *platform)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_image *image = layout_open(&layout, suffix, platform, &error);
    if (image == NULL)
        fail_msg("%s", error.text);
    return image;
}

#define assert_slice(slice, text)                                                                            \
    do {                                                                                                     \
        struct dw_slice slice_ = (slice);                                                                    \
        if (!dw_slice_is(slice_, text))                                                                      \
            fail_msg("\"%.*s\" is not \"%s\"", DW_SLICE_ARG(slice_), text);                                  \
    } while (0)

static void assert_digest(const struct dw_digest *digest, const char *text)
{
    char own[DW_DIGEST_TEXT];
    assert_string_equal(dw_digest_format(digest, own), text);
}

static void a_plain_image_opens(void **state)
{
    (void)state;
    layout_index(&layout, layout_manifest(&layout, "linux", "amd64", ""));
    struct dw_image *image = opens("", NULL);
    assert_int_equal(image->layer_count, 1);
    assert_int_equal(image->layers[0].state, DW_LAYER_PRESENT);
    assert_digest(&image->layers[0].digest, LAYER_DIFF_ID);
    assert_digest(&image->layers[0].diff_id, LAYER_DIFF_ID);
    assert_slice(image->layers[0].instruction, "COPY a /");
    assert_false(image->layers[0].instruction_uncertain);
    assert_slice(image->summary.os, "linux");
    assert_slice(image->summary.layers[0].diff_id, LAYER_DIFF_ID);
    assert_int_equal(image->notes.len, 0);
    assert_true(dw_image_random_access(image));
    struct dw_error error = DW_ERROR_INIT;
    char bytes[16];
    struct dw_stream *stream = dw_image_layer_open(image, 0, &error);
    assert_non_null(stream);
    assert_int_equal(dw_stream_read_full(stream, bytes, sizeof(bytes), &error), 6);
    assert_memory_equal(bytes, "layer\n", 6);
    dw_stream_close(stream);
    dw_image_close(image);
}

static void a_manifest_with_another_digest_is_refused(void **state)
{
    (void)state;
    char *descriptor = layout_manifest(&layout, "linux", "amd64", "");
    char *real = strstr(descriptor, "sha256:");
    /* The right size, other content. */
    char *size = strstr(descriptor, "\"size\":") + 7;
    size_t length = strtoul(size, NULL, 10);
    char *other = layout_text(&layout, "%*s", (int)length, "");
    char *name = layout_text(&layout, "blobs/sha256/%.64s", real + 7);
    layout_file(&layout, name, other, length);
    layout_index(&layout, descriptor);
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "the content has another digest");
}

static void a_blob_of_another_size_is_refused(void **state)
{
    (void)state;
    char *descriptor = layout_manifest(&layout, "linux", "amd64", "");
    char *name = layout_text(&layout, "blobs/sha256/%.64s", strstr(descriptor, "sha256:") + 7);
    layout_file(&layout, name, "{}", 2);
    layout_index(&layout, descriptor);
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "has 2 bytes, its descriptor says");
    layout_file(&layout, name, layout_text(&layout, "%4096s", ""), 4096);
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "has 4096 bytes, its descriptor says");
}

static void a_missing_manifest_is_told(void **state)
{
    (void)state;
    char *descriptor = layout_manifest(&layout, "linux", "amd64", "");
    char *path = layout_text(&layout, "%s/blobs/sha256/%.64s", layout.path, strstr(descriptor, "sha256:") + 7);
    assert_int_equal(unlink(path), 0);
    layout_index(&layout, descriptor);
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "is not in the layout");
}

static void a_layer_of_another_size_is_refused_when_opened(void **state)
{
    (void)state;
    layout_index(&layout, layout_manifest(&layout, "linux", "amd64", ""));
    char *name = layout_text(&layout, "blobs/sha256/%s", &LAYER_DIFF_ID[7]);
    layout_file(&layout, name, "layer", 5);
    struct dw_image *image = opens("", NULL);
    struct dw_error error = DW_ERROR_INIT;
    assert_null(dw_image_layer_open(image, 0, &error));
    assert_int_equal(error.kind, DW_ERROR_INPUT);
    dw_image_close(image);
}

static void a_missing_layer_is_refused(void **state)
{
    (void)state;
    layout_index(&layout, layout_manifest(&layout, "linux", "amd64", ""));
    assert_int_equal(unlink(layout_text(&layout, "%s/blobs/sha256/%s", layout.path, &LAYER_DIFF_ID[7])), 0);
    struct dw_image *image = opens("", NULL);
    struct dw_error error = DW_ERROR_INIT;
    assert_int_equal(image->layers[0].state, DW_LAYER_MISSING);
    assert_slice(image->layers[0].reason, "the layer is not in the layout");
    assert_null(dw_image_layer_open(image, 0, &error));
    assert_int_equal(error.kind, DW_ERROR_INPUT);
    dw_image_close(image);
}

/* A manifest of the given text, alone in the index. */
static void only_manifest(const char *manifest)
{
    layout_index(&layout, layout_descriptor(&layout, MANIFEST_TYPE, manifest, ""));
}

static char *one_layer(const char *layer)
{
    char *config = layout_config(&layout, "linux", "amd64", "\"" LAYER_DIFF_ID "\"", "[{}]");
    return layout_text(&layout, "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}",
                       layout_descriptor(&layout, CONFIG_TYPE, config, ""), layer);
}

static void layer_types_decide_the_state(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        enum dw_layer_state state;
        const char *reason;
    } rows[] = {
        {"application/vnd.oci.image.layer.v1.tar+gzip", DW_LAYER_PRESENT, ""},
        {"application/vnd.oci.image.layer.v1.tar+zstd", DW_LAYER_PRESENT, ""},
        {"application/vnd.docker.image.rootfs.diff.tar.gzip", DW_LAYER_PRESENT, ""},
        {"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", DW_LAYER_PRESENT, ""},
        {"application/vnd.oci.image.layer.v1.tar+gzip+encrypted", DW_LAYER_UNSUPPORTED, "the layer is encrypted"},
        {"application/vnd.cncf.helm.chart.content.v1.tar+gzip", DW_LAYER_UNSUPPORTED,
         "the layer is of type \"application/vnd.cncf.helm.chart.content.v1.tar+gzip\", which is not read"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        only_manifest(one_layer(layout_descriptor(&layout, rows[i].type, "layer\n", "")));
        struct dw_image *image = opens("", NULL);
        assert_int_equal(image->layers[0].state, rows[i].state);
        assert_slice(image->layers[0].reason, rows[i].reason);
        dw_image_close(image);
    }
}

static void an_absent_foreign_layer_says_so(void **state)
{
    (void)state;
    only_manifest(one_layer("{\"mediaType\":\"application/vnd.oci.image.layer.nondistributable.v1.tar+gzip\",\"digest\":"
                            "\"sha256:0000000000000000000000000000000000000000000000000000000000000000\",\"size\":9,"
                            "\"urls\":[\"https://example.com/x\"]}"));
    struct dw_image *image = opens("", NULL);
    assert_int_equal(image->layers[0].state, DW_LAYER_ABSENT);
    assert_slice(image->layers[0].reason, "the layer is distributed elsewhere and not in the layout");
    struct dw_error error = DW_ERROR_INIT;
    assert_null(dw_image_layer_open(image, 0, &error));
    assert_int_equal(error.kind, DW_ERROR_UNAVAILABLE);
    dw_image_close(image);
}

static void inline_data_is_used_and_verified(void **state)
{
    (void)state;
    /* base64 of "layer\n" */
    only_manifest(one_layer("{\"mediaType\":\"" LAYER_TYPE "\",\"digest\":\"" LAYER_DIFF_ID
                            "\",\"size\":6,\"data\":\"bGF5ZXIK\"}"));
    struct dw_image *image = opens("", NULL);
    struct dw_error error = DW_ERROR_INIT;
    char bytes[16];
    struct dw_stream *stream = dw_image_layer_open(image, 0, &error);
    assert_int_equal(dw_stream_read_full(stream, bytes, sizeof(bytes), &error), 6);
    assert_memory_equal(bytes, "layer\n", 6);
    dw_stream_close(stream);
    dw_image_close(image);

    only_manifest(one_layer("{\"mediaType\":\"" LAYER_TYPE "\",\"digest\":\"" LAYER_DIFF_ID
                            "\",\"size\":6,\"data\":\"bGF5ZXIL\"}"));
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "\"data\" has another digest");
    only_manifest(one_layer("{\"mediaType\":\"" LAYER_TYPE "\",\"digest\":\"" LAYER_DIFF_ID
                            "\",\"size\":7,\"data\":\"bGF5ZXIK\"}"));
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "\"data\" has 6 bytes, \"size\" says 7");
    only_manifest(one_layer("{\"mediaType\":\"" LAYER_TYPE "\",\"digest\":\"" LAYER_DIFF_ID
                            "\",\"size\":6,\"data\":\"bGF5ZXI\"}"));
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "no base64");
}

static void documents_that_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *manifest;
        enum dw_error_kind kind;
        const char *text;
    } rows[] = {
        {"", DW_ERROR_INPUT, "no valid JSON"},
        {"[]", DW_ERROR_INPUT, "neither an image manifest nor an image index"},
        {"{\"schemaVersion\":2}", DW_ERROR_INPUT, "neither \"layers\" nor \"manifests\""},
        {"{\"schemaVersion\":2,\"layers\":[],\"layers\":[]}", DW_ERROR_INPUT, "duplicate object key"},
        {"{\"schemaVersion\":2,\"layers\":[],\"manifests\":[]}", DW_ERROR_INPUT, "both \"layers\" and \"manifests\""},
        {"{\"schemaVersion\":2,\"config\":{},\"manifests\":[]}", DW_ERROR_INPUT, "both \"config\" and \"manifests\""},
        {"{\"schemaVersion\":2,\"layers\":[],\"Layers\":[]}", DW_ERROR_INPUT, "the document is ambiguous"},
        {"{\"schemaVersion\":2,\"layer\xc5\xbf\":[],\"layers\":[]}", DW_ERROR_INPUT, "the document is ambiguous"},
        {"{\"schemaVersion\":2,\"manifests\":[]}", DW_ERROR_INPUT, "its descriptor says it is a manifest"},
        {"{\"schemaVersion\":2,\"mediaType\":\"" INDEX_TYPE "\",\"layers\":[]}", DW_ERROR_INPUT, "calls itself"},
        {"{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\",\"layers\":[]}",
         DW_ERROR_INPUT, "calls itself"},
        {"{\"schemaVersion\":1,\"fsLayers\":[]}", DW_ERROR_INPUT, "schema 1"},
        {"{\"schemaVersion\":3,\"layers\":[]}", DW_ERROR_INPUT, "\"schemaVersion\" is not 2"},
        {"{\"schemaVersion\":\"2\",\"layers\":[]}", DW_ERROR_INPUT, "\"schemaVersion\" is not 2"},
        {"{\"schemaVersion\":2,\"layers\":{}}", DW_ERROR_INPUT, "\"layers\" is not a list"},
        {"{\"schemaVersion\":2,\"layers\":[]}", DW_ERROR_INPUT, "has no \"config\""},
        {"{\"schemaVersion\":2,\"layers\":[]} {}", DW_ERROR_INPUT, "no valid JSON"},
        {"{\"schemaVersion\":2,\"layers\":[],\"x\":\"\xff\"}", DW_ERROR_INPUT, "no valid JSON"},
        {"{\"schemaVersion\":2,\"layers\":[],\"config\":{\"mediaType\":\"" CONFIG_TYPE "\",\"digest\":\"sha256:"
         "0000000000000000000000000000000000000000000000000000000000000000\",\"size\":-1}}",
         DW_ERROR_INPUT, "\"size\" is not a whole number from 0"},
        {"{\"schemaVersion\":2,\"layers\":[],\"config\":{\"mediaType\":\"" CONFIG_TYPE "\",\"digest\":\"sha256:"
         "0000000000000000000000000000000000000000000000000000000000000000\",\"size\":4294967296}}",
         DW_ERROR_LIMIT, "manifest-bytes"},
        {"{\"schemaVersion\":2,\"layers\":[],\"config\":{\"mediaType\":\"" CONFIG_TYPE "\",\"digest\":\"sha256:"
         "000000000000000000000000000000000000000000000000000000000000000A\",\"size\":1}}",
         DW_ERROR_INPUT, "neither sha256 nor sha512"},
        {"{\"schemaVersion\":2,\"layers\":[],\"config\":{\"mediaType\":\"" CONFIG_TYPE "\",\"digest\":\"sha256:../../../x\","
         "\"size\":1}}", DW_ERROR_INPUT, "neither sha256 nor sha512"},
        {"{\"schemaVersion\":2,\"layers\":[],\"config\":{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"digest\":"
         "\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\",\"size\":2}}",
         DW_ERROR_INPUT, "is not an image"},
        {"{\"schemaVersion\":2,\"layers\":[],\"config\":{\"mediaType\":\"application/vnd.cncf.helm.config.v1+json\","
         "\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\",\"size\":2}}",
         DW_ERROR_INPUT, "is not an image: its config is of type \"application/vnd.cncf.helm.config.v1+json\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        only_manifest(rows[i].manifest);
        layout_fails(&layout, "", NULL, rows[i].kind, rows[i].text);
    }
}

static void depth_and_number_of_values_are_limited(void **state)
{
    (void)state;
    struct dw_buffer deep = {0};
    for (int i = 0; i < 100000; i++)
        dw_buffer_append_byte(&deep, '[');
    only_manifest(deep.at);
    layout_fails(&layout, "", NULL, DW_ERROR_LIMIT, "json-depth");
    layout.limits.value[DW_LIMIT_JSON_NODES] = 10;
    only_manifest("{\"schemaVersion\":2,\"layers\":[0,0,0,0,0,0,0,0,0,0]}");
    layout_fails(&layout, "", NULL, DW_ERROR_LIMIT, "json-nodes");
    dw_buffer_free(&deep);
}

static void the_number_of_layers_is_limited_and_must_agree(void **state)
{
    (void)state;
    char *layer = layout_descriptor(&layout, LAYER_TYPE, "layer\n", "");
    only_manifest(one_layer(layout_text(&layout, "%s,%s", layer, layer)));
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "the manifest has 2 layers, the config 1 diff ids");
    layout.limits.value[DW_LIMIT_LAYERS] = 1;
    layout_fails(&layout, "", NULL, DW_ERROR_LIMIT, "layers");
}

static void layout_files_are_checked(void **state)
{
    (void)state;
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "it has no index.json");
    layout_index(&layout, "");
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "the layout holds no image");
    layout_file(&layout, "index.json", "{\"schemaVersion\":2,\"layers\":[]}", 31);
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "its descriptor says it is an index");
    char *liar = layout_text(&layout, "{\"schemaVersion\":2,\"mediaType\":\"" MANIFEST_TYPE "\",\"manifests\":[]}");
    layout_file(&layout, "index.json", liar, strlen(liar));
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "calls itself");
    layout_file(&layout, "oci-layout", "{\"imageLayoutVersion\":\"2.0.0\"}", 30);
    layout_fails(&layout, "", NULL, DW_ERROR_UNSUPPORTED, "version \"2.0.0\" is not known");
    layout_file(&layout, "oci-layout", "{}", 2);
    layout_fails(&layout, "", NULL, DW_ERROR_UNSUPPORTED, "version \"\" is not known");
    assert_int_equal(unlink(layout_text(&layout, "%s/oci-layout", layout.path)), 0);
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "it has no oci-layout");
}

static void nothing_outside_the_layout_is_read(void **state)
{
    (void)state;
    char *descriptor = layout_manifest(&layout, "linux", "amd64", "");
    layout_index(&layout, descriptor);
    /* The blob moved out of the layout, a link in its place. */
    char *path = layout_text(&layout, "%s/blobs/sha256/%.64s", layout.path, strstr(descriptor, "sha256:") + 7);
    char *outside = layout_text(&layout, "%s-outside", layout.path);
    assert_int_equal(rename(path, outside), 0);
    assert_int_equal(symlink(outside, path), 0);
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "leads out of the layout");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unlink(outside), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "is not a regular file");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    layout_fails(&layout, "", NULL, DW_ERROR_INPUT, "is not a regular file");
}

/* Runs CHECK in a process for which the kernel has no openat2. */
static void without_openat2(void (*check)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
        if (filter == NULL || seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(openat2), 0) != 0 ||
            seccomp_load(filter) != 0)
            _exit(77);
        check();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        skip();
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void expect(const char *text)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_image *image = layout_open(&layout, "", NULL, &error);
    if (text == NULL ? image == NULL : image != NULL || strstr(error.text, text) == NULL)
        _exit(1);
    dw_image_close(image);
}

static void opens_by_components(void)
{
    expect(NULL);
}

static void refuses_a_linked_blob(void)
{
    expect("is a symbolic link that is not followed");
}

static void refuses_a_linked_folder(void)
{
    expect("cannot be opened: Not a directory");
}

static void old_kernels_read_nothing_outside_either(void **state)
{
    (void)state;
    char *descriptor = layout_manifest(&layout, "linux", "amd64", "");
    layout_index(&layout, descriptor);
    without_openat2(opens_by_components);
    char *path = layout_text(&layout, "%s/blobs/sha256/%.64s", layout.path, strstr(descriptor, "sha256:") + 7);
    char *outside = layout_text(&layout, "%s-outside", layout.path);
    assert_int_equal(rename(path, outside), 0);
    assert_int_equal(symlink(outside, path), 0);
    without_openat2(refuses_a_linked_blob);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rename(outside, path), 0);
    char *folder = layout_text(&layout, "%s/blobs/sha256", layout.path);
    assert_int_equal(rename(folder, outside), 0);
    assert_int_equal(symlink(outside, folder), 0);
    without_openat2(refuses_a_linked_folder);
    assert_int_equal(unlink(folder), 0);
    assert_int_equal(rename(outside, folder), 0);
}

static void docker_types_are_read(void **state)
{
    (void)state;
    char *config = layout_config(&layout, "linux", "amd64", "\"" LAYER_DIFF_ID "\"", "[{}]");
    char *manifest = layout_text(&layout,
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\",\"config\":%s,"
        "\"layers\":[%s]}",
        layout_descriptor(&layout, "application/vnd.docker.container.image.v1+json", config, ""),
        layout_descriptor(&layout, "application/vnd.docker.image.rootfs.diff.tar.gzip", "layer\n", ""));
    char *list = layout_text(&layout,
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.list.v2+json\",\"manifests\":[%s]}",
        layout_descriptor(&layout, "application/vnd.docker.distribution.manifest.v2+json", manifest,
                          ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}"));
    layout_index(&layout, layout_descriptor(&layout, "application/vnd.docker.distribution.manifest.list.v2+json", list, ""));
    struct dw_image *image = opens("", NULL);
    assert_int_equal(image->layer_count, 1);
    dw_image_close(image);
}

static void sha512_digests_are_verified_too(void **state)
{
    (void)state;
    /* printf 'layer\n' | sha512sum */
    static const char hex[] = "1fe257d365c1c4cb99367d6c751f2fc50ff03c92f84c48b9fde96493e45aa97e505d2807419ed8877814490c15cb0328f03932a2b256435145bb40423485d924";
    layout_file(&layout, layout_text(&layout, "blobs/sha512/%s", hex), "layer\n", 6);
    only_manifest(one_layer(layout_text(&layout, "{\"mediaType\":\"" LAYER_TYPE "\",\"digest\":\"sha512:%s\",\"size\":6}", hex)));
    struct dw_image *image = opens("", NULL);
    assert_int_equal(image->layers[0].state, DW_LAYER_PRESENT);
    assert_int_equal(image->layers[0].digest.algorithm, DW_DIGEST_SHA512);
    dw_image_close(image);
}

/* Every cut and many flipped bits of a manifest under its old descriptor are refused; under a fresh descriptor nothing
 * breaks. */
static void damaged_manifests_never_break_it(void **state)
{
    (void)state;
    char *layer = layout_descriptor(&layout, LAYER_TYPE, "layer\n", ",\"annotations\":{\"a\":\"b\"}");
    char *whole = one_layer(layer);
    size_t length = strlen(whole);
    for (size_t cut = 0; cut < length; cut += 3) {
        only_manifest(layout_text(&layout, "%.*s", (int)cut, whole));
        struct dw_error error = DW_ERROR_INIT;
        assert_null(layout_open(&layout, "", NULL, &error));
        assert_int_equal(error.kind, DW_ERROR_INPUT);
    }
    for (size_t bit = 0; bit < length * 8; bit += 17) {
        char *flipped = layout_text(&layout, "%s", whole);
        flipped[bit / 8] = (char)(flipped[bit / 8] ^ (1 << bit % 8));
        only_manifest(flipped);
        struct dw_error error = DW_ERROR_INIT;
        struct dw_image *image = layout_open(&layout, "", NULL, &error);
        assert_true(image != NULL || error.kind != DW_ERROR_NONE);
        dw_image_close(image);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)
    const struct CMUnitTest tests[] = {
        TEST(a_plain_image_opens),
        TEST(a_manifest_with_another_digest_is_refused),
        TEST(a_blob_of_another_size_is_refused),
        TEST(a_missing_manifest_is_told),
        TEST(a_layer_of_another_size_is_refused_when_opened),
        TEST(a_missing_layer_is_refused),
        TEST(layer_types_decide_the_state),
        TEST(an_absent_foreign_layer_says_so),
        TEST(inline_data_is_used_and_verified),
        TEST(documents_that_are_refused),
        TEST(depth_and_number_of_values_are_limited),
        TEST(the_number_of_layers_is_limited_and_must_agree),
        TEST(layout_files_are_checked),
        TEST(nothing_outside_the_layout_is_read),
        TEST(old_kernels_read_nothing_outside_either),
        TEST(docker_types_are_read),
        TEST(sha512_digests_are_verified_too),
        TEST(damaged_manifests_never_break_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
