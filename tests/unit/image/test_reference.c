/* SPDX-License-Identifier: Apache-2.0 */
#include "make_layout.h"

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
    layout_file(&layout, "plain/file", "x", 1);
    layout_file(&layout, "with:colon/oci-layout", "{}", 2);
    layout_file(&layout, "a.tar", layout_text(&layout, "%257sustar%*s", "", 250, ""), 512);
    layout_file(&layout, "a.tgz", "\x1f\x8b\x08\0\0\0\0\0\0\0", 10);
    layout_file(&layout, "text", "hello\n", 6);
    return chdir(layout.path);
}

static int end(void **state)
{
    (void)state;
    assert_int_equal(chdir("/"), 0);
    layout_end(&layout);
    return 0;
}

#define D "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void references_are_split(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum dw_source_kind kind;
        const char *path, *tag, *digest;
    } rows[] = {
        {"oci:.", DW_SOURCE_OCI_LAYOUT, ".", "", ""},
        {"oci:.:1", DW_SOURCE_OCI_LAYOUT, ".", "1", ""},
        {"oci-dir:.:1", DW_SOURCE_OCI_LAYOUT, ".", "1", ""},
        {"oci:.@" D, DW_SOURCE_OCI_LAYOUT, ".", "", D},
        {"oci:.:1@" D, DW_SOURCE_OCI_LAYOUT, ".", "1", D},
        {"oci:.:docker.io/library/x:1", DW_SOURCE_OCI_LAYOUT, ".", "docker.io/library/x:1", ""},
        {"oci:with:colon", DW_SOURCE_OCI_LAYOUT, "with:colon", "", ""},
        {"oci:with:colon:1", DW_SOURCE_OCI_LAYOUT, "with:colon", "1", ""},
        {"docker-archive:a.tar:x/y:1", DW_SOURCE_DOCKER_ARCHIVE, "a.tar", "x/y:1", ""},
        {"oci-archive:a.tgz", DW_SOURCE_DOCKER_ARCHIVE, "a.tgz", "", ""},
        {"dir:plain", DW_SOURCE_FOLDER, "plain", "", ""},
        {"purl:pkg:npm/a@1", DW_SOURCE_PURL, "pkg:npm/a@1", "", ""},
        {"pkg:npm/a@1", DW_SOURCE_PURL, "pkg:npm/a@1", "", ""},
        {".", DW_SOURCE_OCI_LAYOUT, ".", "", ""},
        {"plain", DW_SOURCE_FOLDER, "plain", "", ""},
        {"with:colon", DW_SOURCE_OCI_LAYOUT, "with:colon", "", ""},
        {"./with:colon:2", DW_SOURCE_OCI_LAYOUT, "./with:colon", "2", ""},
        {"a.tar", DW_SOURCE_DOCKER_ARCHIVE, "a.tar", "", ""},
        {"./a.tgz:1", DW_SOURCE_DOCKER_ARCHIVE, "./a.tgz", "1", ""},
        {"alpine", DW_SOURCE_REGISTRY, "alpine", "", ""},
        {"alpine:3.18", DW_SOURCE_REGISTRY, "alpine:3.18", "3.18", ""},
        {"docker://alpine:3.18", DW_SOURCE_REGISTRY, "alpine:3.18", "3.18", ""},
        {"localhost:5000/a/b", DW_SOURCE_REGISTRY, "localhost:5000/a/b", "", ""},
        {"ghcr.io/a-b/c__d.e:x@" D, DW_SOURCE_REGISTRY, "ghcr.io/a-b/c__d.e:x@" D, "x", D},
        {"[::1]:5000/a:1", DW_SOURCE_REGISTRY, "[::1]:5000/a:1", "1", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dw_reference reference;
        struct dw_error error = DW_ERROR_INIT;
        if (!dw_reference_parse(&layout.arena, dw_slice_of(rows[i].text), &reference, &error))
            fail_msg("%s: %s", rows[i].text, error.text);
        if (reference.kind != rows[i].kind || !dw_slice_is(reference.path, rows[i].path) ||
            !dw_slice_is(reference.tag, rows[i].tag) || !dw_slice_is(reference.digest, rows[i].digest) ||
            !dw_slice_is(reference.text, rows[i].text))
            fail_msg("%s: kind %d path \"%.*s\" tag \"%.*s\" digest \"%.*s\"", rows[i].text, reference.kind,
                     DW_SLICE_ARG(reference.path), DW_SLICE_ARG(reference.tag), DW_SLICE_ARG(reference.digest));
    }
}

static void references_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum dw_error_kind kind;
        const char *message;
    } rows[] = {
        {"", DW_ERROR_USAGE, "an empty reference"},
        {"oci:", DW_ERROR_USAGE, "names no path"},
        {"oci::1", DW_ERROR_USAGE, "names no path"},
        {"oci:.:", DW_ERROR_USAGE, "is no tag"},
        {"oci:.:a b", DW_ERROR_USAGE, "is no tag"},
        {"oci:.@sha256:12", DW_ERROR_USAGE, "is no digest"},
        {"oci:.@sha256:0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef", DW_ERROR_USAGE, "is no digest"},
        {"oci:nowhere", DW_ERROR_INPUT, "nowhere: no such file or folder"},
        {"oci:nowhere:1", DW_ERROR_INPUT, "nowhere: no such file or folder"},
        {"oci:a.tar", DW_ERROR_INPUT, "is no folder"},
        {"docker-archive:plain", DW_ERROR_INPUT, "is a folder, not an archive"},
        {"dir:", DW_ERROR_USAGE, "names no path"},
        {"dir:nowhere", DW_ERROR_INPUT, "no such folder"},
        {"dir:text", DW_ERROR_INPUT, "is no folder"},
        {"purl:npm/a", DW_ERROR_USAGE, "is no package URL"},
        {"pkg:", DW_ERROR_USAGE, "is no package URL"},
        {"text", DW_ERROR_INPUT, "neither a folder nor an image archive"},
        {"./nowhere", DW_ERROR_INPUT, "no such file or folder"},
        {"/nowhere:1", DW_ERROR_INPUT, "no such file or folder"},
        {"./plain:1", DW_ERROR_INPUT, "has no tags or digests"},
        {"docker:alpine", DW_ERROR_UNSUPPORTED, "\"docker:\" are not read"},
        {"sbom:x.json", DW_ERROR_UNSUPPORTED, "\"sbom:\" are not read"},
        {"Alpine", DW_ERROR_USAGE, "neither an existing file or folder nor the name of an image"},
        {"a//b", DW_ERROR_USAGE, "nor the name of an image"},
        {"a/b_/c", DW_ERROR_USAGE, "nor the name of an image"},
        {"a/b___c", DW_ERROR_USAGE, "nor the name of an image"},
        {"a/b..c", DW_ERROR_USAGE, "nor the name of an image"},
        {"a:-x", DW_ERROR_USAGE, "nor the name of an image"},
        {"a@" "sha256:0", DW_ERROR_USAGE, "is no digest"},
        {"host:99999/a", DW_ERROR_USAGE, "nor the name of an image"},
        {"a b", DW_ERROR_USAGE, "nor the name of an image"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dw_reference reference;
        struct dw_error error = DW_ERROR_INIT;
        if (dw_reference_parse(&layout.arena, dw_slice_of(rows[i].text), &reference, &error))
            fail_msg("\"%s\" was accepted", rows[i].text);
        if (error.kind != rows[i].kind || strstr(error.text, rows[i].message) == NULL)
            fail_msg("\"%s\": %s: %s", rows[i].text, dw_error_kind_name(error.kind), error.text);
    }
    struct dw_reference reference;
    struct dw_error error = DW_ERROR_INIT;
    assert_false(dw_reference_parse(&layout.arena, dw_slice_make("oci:.\0x", 7), &reference, &error));
    assert_int_equal(error.kind, DW_ERROR_USAGE);
}

static void a_file_may_be_called_like_a_prefix(void **state)
{
    (void)state;
    layout_file(&layout, "docker:26/x", "", 0);
    struct dw_reference reference;
    struct dw_error error = DW_ERROR_INIT;
    assert_true(dw_reference_parse(&layout.arena, DW_SLICE("docker:26"), &reference, &error));
    assert_int_equal(reference.kind, DW_SOURCE_FOLDER);
}

static void what_is_no_image_is_not_opened(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum dw_error_kind kind;
        const char *message;
    } rows[] = {
        {"nowhere.tar", DW_ERROR_UNSUPPORTED, "nowhere.tar: there is no such file or folder, and images in registries"},
        {"dir:plain", DW_ERROR_USAGE, "is no image"},
        {"pkg:npm/a", DW_ERROR_USAGE, "is no image"},
        {"oci:plain", DW_ERROR_INPUT, "is no OCI layout"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dw_reference reference;
        struct dw_error error = DW_ERROR_INIT;
        struct dw_image_options options = {.limits = &layout.limits};
        assert_true(dw_reference_parse(&layout.arena, dw_slice_of(rows[i].text), &reference, &error));
        assert_null(dw_image_open(&reference, &options, &error));
        if (error.kind != rows[i].kind || strstr(error.text, rows[i].message) == NULL)
            fail_msg("\"%s\": %s: %s", rows[i].text, dw_error_kind_name(error.kind), error.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_are_split),
        cmocka_unit_test(references_are_refused),
        cmocka_unit_test(a_file_may_be_called_like_a_prefix),
        cmocka_unit_test(what_is_no_image_is_not_opened),
    };
    return cmocka_run_group_tests(tests, start, end);
}
