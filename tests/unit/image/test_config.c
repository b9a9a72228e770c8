/* SPDX-License-Identifier: Apache-2.0
 *
 * Image configs, build instructions, and the sample layouts. */
#include "make_layout.h"

#include "image/internal.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

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

#define assert_slice(slice, text)                                                                            \
    do {                                                                                                     \
        struct dw_slice slice_ = (slice);                                                                    \
        if (!dw_slice_is(slice_, text))                                                                      \
            fail_msg("\"%.*s\" is not \"%s\"", DW_SLICE_ARG(slice_), text);                                  \
    } while (0)

static void with_config(const char *config, size_t layers, const char *annotations)
{
    char *list = layout_text(&layout, "%s", "");
    for (size_t i = 0; i < layers; i++)
        list = layout_text(&layout, "%s%s%s", list, i > 0 ? "," : "", layout_descriptor(&layout, LAYER_TYPE, "layer\n", ""));
    char *manifest = layout_text(&layout, "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]%s}",
                                 layout_descriptor(&layout, CONFIG_TYPE, config, ""), list, annotations);
    layout_index(&layout, layout_descriptor(&layout, MANIFEST_TYPE, manifest, ""));
}

static struct dw_image *opens(void)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_image *image = layout_open(&layout, "", NULL, &error);
    if (image == NULL)
        fail_msg("%s", error.text);
    return image;
}

#define ROOTFS "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" LAYER_DIFF_ID "\"]}"

static void every_field_is_taken(void **state)
{
    (void)state;
    with_config("{\"created\":\"2026-01-02T03:04:05Z\",\"author\":\"x\",\"architecture\":\"arm64\",\"os\":\"linux\","
                "\"variant\":\"v8\",\"config\":{\"User\":\"65532:65532\",\"ExposedPorts\":{\"80/tcp\":{}},"
                "\"Env\":[\"PATH=/bin\",\"A=\"],\"Entrypoint\":[\"/app\",\"--x\"],\"Cmd\":\"single\","
                "\"WorkingDir\":\"/srv\",\"Labels\":{\"b\":\"2\",\"a\":\"1\",\"org.opencontainers.image.base.name\":"
                "\"docker.io/library/node:20\",\"org.opencontainers.image.base.digest\":\"sha256:1\"},"
                "\"Healthcheck\":{\"Test\":[\"CMD\",\"true\"],\"Interval\":1}}," ROOTFS ",\"history\":null}",
                1, "");
    struct dw_image *image = opens();
    const struct dw_image_summary *summary = &image->summary;
    assert_slice(summary->created, "2026-01-02T03:04:05Z");
    assert_slice(summary->os, "linux");
    assert_slice(summary->architecture, "arm64");
    assert_slice(summary->variant, "v8");
    assert_slice(summary->user, "65532:65532");
    assert_slice(summary->working_directory, "/srv");
    assert_int_equal(summary->environment_count, 2);
    assert_slice(summary->environment[1], "A=");
    assert_int_equal(summary->entrypoint_count, 2);
    assert_slice(summary->entrypoint[1], "--x");
    assert_int_equal(summary->command_count, 1);
    assert_slice(summary->command[0], "single");
    assert_int_equal(summary->label_count, 4);
    assert_slice(summary->label_names[0], "b");
    assert_slice(summary->label_values[0], "2");
    assert_slice(summary->base_name, "docker.io/library/node:20");
    assert_slice(summary->base_digest, "sha256:1");
    assert_true(summary->healthcheck);
    dw_image_close(image);
}

static void annotations_win_over_labels_unless_empty(void **state)
{
    (void)state;
    static const char config[] = "{\"config\":{\"Labels\":{\"org.opencontainers.image.base.name\":\"label\","
                                 "\"org.opencontainers.image.base.digest\":\"label\"}}," ROOTFS "}";
    with_config(config, 1, ",\"annotations\":{\"org.opencontainers.image.base.name\":\"annotation\","
                           "\"org.opencontainers.image.base.digest\":\"\"}");
    struct dw_image *image = opens();
    assert_slice(image->summary.base_name, "annotation");
    assert_slice(image->summary.base_digest, "label");
    dw_image_close(image);
}

static void healthchecks_count_only_if_they_check(void **state)
{
    (void)state;
    static const struct {
        const char *check;
        bool set;
    } rows[] = {{"null", false}, {"{}", false}, {"{\"Test\":[]}", false}, {"{\"Test\":[\"NONE\"]}", false},
                {"{\"Test\":[\"CMD-SHELL\",\"x\"]}", true}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        with_config(layout_text(&layout, "{\"config\":{\"Healthcheck\":%s}," ROOTFS "}", rows[i].check), 1, "");
        struct dw_image *image = opens();
        assert_int_equal(image->summary.healthcheck, rows[i].set);
        dw_image_close(image);
    }
}

static void configs_that_are_refused(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"[]", "is not an object"},
        {"{}", "has no \"rootfs\""},
        {"{\"rootfs\":{}}", "the manifest has 1 layers, the config 0 diff ids"},
        {"{\"rootfs\":{\"diff_ids\":[\"sha256:00\"]}}", "diff id 1 is neither"},
        {"{\"rootfs\":{\"diff_ids\":[7]}}", "diff id 1 is neither"},
        {"{\"rootfs\":{\"diff_ids\":{}}}", "\"diff_ids\" is not a list"},
        {"{\"rootfs\":{\"type\":\"other\",\"diff_ids\":[]}}", "of a type that is not \"layers\""},
        {"{\"os\":7," ROOTFS "}", "\"os\" is not a string"},
        {"{\"config\":7," ROOTFS "}", "\"config\" is not an object"},
        {"{\"config\":{\"User\":0}," ROOTFS "}", "\"User\" is not a string"},
        {"{\"config\":{\"User\":\"a\",\"user\":\"root\"}," ROOTFS "}", "ambiguous"},
        {"{\"config\":{\"Env\":\"A=1\"}," ROOTFS "}", "\"Env\" is not a list"},
        {"{\"config\":{\"Env\":[1]}," ROOTFS "}", "\"Env\" is not a list of strings"},
        {"{\"config\":{\"Labels\":{\"a\":1}}," ROOTFS "}", "label \"a\" is not a string"},
        {"{\"config\":{\"Healthcheck\":{\"Test\":\"x\"}}," ROOTFS "}", "\"Test\" is not a list"},
        {"{\"history\":{}," ROOTFS "}", "\"history\" is not a list"},
        {"{\"history\":[7]," ROOTFS "}", "an entry is not an object"},
        {"{\"history\":[{\"empty_layer\":\"no\"}]," ROOTFS "}", "neither true nor false"},
        {"{\"history\":[{\"created_by\":[]}]," ROOTFS "}", "\"created_by\" is not a string"},
        {"{\"user\":\"\\u0000\"," ROOTFS "}", "no valid JSON"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        with_config(rows[i][0], 1, "");
        layout_fails(&layout, "", NULL, DW_ERROR_INPUT, rows[i][1]);
    }
}

static void history_is_paired_with_layers(void **state)
{
    (void)state;
    char *diff_ids = layout_text(&layout, "\"%s\",\"%s\"", LAYER_DIFF_ID, LAYER_DIFF_ID);
    with_config(layout_config(&layout, "linux", "amd64", diff_ids,
                              "[{\"created_by\":\"ADD x\",\"empty_layer\":true},{\"created_by\":\"CMD [\\\"a\\\"]\"},"
                              "{\"created_by\":\"ENV A=1\",\"empty_layer\":true},{\"created_by\":\"WORKDIR /x\","
                              "\"empty_layer\":false}]"), 2, "");
    struct dw_image *image = opens();
    assert_slice(image->layers[0].instruction, "CMD [\"a\"]");
    assert_true(image->layers[0].instruction_uncertain);
    assert_slice(image->layers[1].instruction, "WORKDIR /x");
    assert_false(image->layers[1].instruction_uncertain);
    assert_int_equal(image->notes.len, 0);
    dw_image_close(image);
}

static void a_history_that_does_not_fit_gives_no_instructions(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"[]", "layers have no build instructions: the history names 0 for 1 layers"},
        {"null", "layers have no build instructions: the history names 0 for 1 layers"},
        {"[{\"created_by\":\"a\"},{\"created_by\":\"b\"}]", "layers have no build instructions: the history names 2 for 1 layers"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        with_config(layout_config(&layout, "linux", "amd64", "\"" LAYER_DIFF_ID "\"", rows[i][0]), 1, "");
        struct dw_image *image = opens();
        assert_slice(image->layers[0].instruction, "");
        assert_int_equal(image->notes.len, 1);
        assert_int_equal(image->notes.at[0].kind, DW_NOTE_INFORMATION);
        assert_slice(image->notes.at[0].message, rows[i][1]);
        dw_image_close(image);
    }
}

static void created_by_is_cleaned(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"COPY src dst # buildkit", "COPY src dst"},
        {"RUN /bin/sh -c apk add curl # buildkit", "RUN apk add curl"},
        {"RUN |2 A=1 B=two words /bin/sh -c make all # buildkit", "RUN make all"},
        {"RUN |1 T=secret /bin/bash -o pipefail -c make # buildkit", "RUN make"},
        {"RUN |1 T=secret /opt/shell run # buildkit", "RUN (command not shown: it cannot be told from its build arguments)"},
        {"/bin/sh -c #(nop)  CMD [\"/bin/sh\"]", "CMD [\"/bin/sh\"]"},
        {"/bin/sh -c #(nop) COPY file:abc in /x ", "COPY file:abc in /x"},
        {"|1 A=1 /bin/sh -c echo $A", "RUN echo $A"},
        {"/bin/sh -c apt-get update", "RUN apt-get update"},
        {"ENTRYPOINT [\"a\"]", "ENTRYPOINT [\"a\"]"},
        {"bazel build ...", "bazel build ..."},
        {"", ""},
        {"# buildkit", ""},
        {"|", "|"},
        {"|1", "RUN (command not shown: it cannot be told from its build arguments)"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_slice(dw_instruction_clean(&layout.arena, dw_slice_of(rows[i][0])), rows[i][1]);
    static const char *const metadata[] = {"CMD [\"a\"]", "cmd x", "ENV A=1", "LABEL a=b", "ENTRYPOINT x", "USER 1",
                                           "EXPOSE 80", "HEALTHCHECK NONE", "STOPSIGNAL 9", "ARG A", "ONBUILD RUN x",
                                           "SHELL [\"a\"]", "MAINTAINER x", "VOLUME /x"};
    for (size_t i = 0; i < sizeof(metadata) / sizeof(metadata[0]); i++)
        assert_true(dw_instruction_is_metadata(dw_slice_of(metadata[i])));
    static const char *const others[] = {"", "RUN CMD", "COPY a b", "ADD a b", "WORKDIR /x", "CMDS"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_false(dw_instruction_is_metadata(dw_slice_of(others[i])));
}

/* The samples' own config and manifest say these things. */
static void the_sample_layouts_open(void **state)
{
    (void)state;
    static const struct {
        const char *name, *tag, *manifest, *diff_id, *instruction;
        uint64_t size;
    } rows[] = {
        {"alpine-3.18", "3.18", "sha256:dd20ab1b5f68284dc915355b8fde8ac49ade3fb85373f432fca1af844a4f979f",
         "sha256:d62a02444d39e0408f390b5531241920618333b50d589215edb5e90a4d24f457", "CMD [\"/bin/sh\"]", 3513826},
        {"busybox-glibc", "1.38.0-glibc", "sha256:1cfa4e2b09e127b9c4ed43578d3f3c18e7d44ea47b9ea98475c0cbe9086525f8",
         "sha256:0958e0fef2d6a31e1325b8bfecd99dead933363682d69850a7606599023751bc", "BusyBox 1.38.0 (glibc), Debian 13", 2226327},
    };
    const char *data = getenv("DOCKWORTHY_TEST_DATA"), *source = getenv("DOCKWORTHY_SOURCE");
    char *root = data != NULL ? layout_text(&layout, "%s", data)
                              : layout_text(&layout, "%s/../shared/data", source != NULL ? source : ".");
    if (!dw_is_folder(layout_text(&layout, "%s/images", root))) {
        print_message("skipped: no test data\n");
        skip();
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dw_reference reference;
        struct dw_error error = DW_ERROR_INIT;
        struct dw_image_options options = {.limits = &layout.limits};
        char *text = layout_text(&layout, "oci:%s/images/%s:%s", root, rows[i].name, rows[i].tag);
        assert_true(dw_reference_parse(&layout.arena, dw_slice_of(text), &reference, &error));
        struct dw_image *image = dw_image_open(&reference, &options, &error);
        if (image == NULL)
            fail_msg("%s", error.text);
        assert_slice(image->summary.manifest_digest, rows[i].manifest);
        assert_slice(image->summary.architecture, "amd64");
        assert_int_equal(image->layer_count, 1);
        assert_slice(image->summary.layers[0].diff_id, rows[i].diff_id);
        assert_slice(image->layers[0].instruction, rows[i].instruction);
        assert_int_equal(image->layers[0].size, rows[i].size);
        /* The blob is what its digest says. */
        struct dw_stream *stream = dw_image_layer_open(image, 0, &error);
        struct dw_hasher hasher;
        struct dw_digest digest;
        char bytes[65536];
        ssize_t got;
        dw_hasher_start(&hasher, DW_DIGEST_SHA256);
        while ((got = dw_stream_read(stream, bytes, sizeof(bytes), &error)) > 0)
            dw_hasher_update(&hasher, dw_slice_make(bytes, (size_t)got));
        dw_hasher_finish(&hasher, &digest);
        assert_int_equal(got, 0);
        assert_true(dw_digest_equal(&digest, &image->layers[0].digest));
        dw_stream_close(stream);
        dw_image_close(image);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)
    const struct CMUnitTest tests[] = {
        TEST(every_field_is_taken),
        TEST(annotations_win_over_labels_unless_empty),
        TEST(healthchecks_count_only_if_they_check),
        TEST(configs_that_are_refused),
        TEST(history_is_paired_with_layers),
        TEST(a_history_that_does_not_fit_gives_no_instructions),
        TEST(created_by_is_cleaned),
        TEST(the_sample_layouts_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
