/* SPDX-License-Identifier: Apache-2.0 */
#include "image/archive.h"
#include "make_layout.h"

#include "base/file.h"
#include "base/map.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

static struct layout layout; /* a folder to work in */
static struct dw_zygote *zygote;

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

/* ---- archives, written by libarchive ------------------------------------------------------------------------------ */

struct file {
    const char *name, *content;
    const char *link; /* symbolic */
    const char *hard;
};

enum { PLAIN = 0, GZIP = 1, PAX = 2, GNU = 4 };

static char *write_archive(const char *name, unsigned how, const struct file *files, size_t count)
{
    char *path = layout_text(&layout, "%s/%s", layout.path, name);
    struct archive *archive = archive_write_new();
    assert_int_equal(how & PAX ? archive_write_set_format_pax(archive)
                     : how & GNU ? archive_write_set_format_gnutar(archive)
                                 : archive_write_set_format_ustar(archive), ARCHIVE_OK);
    if (how & GZIP)
        assert_int_equal(archive_write_add_filter_gzip(archive), ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(archive, path), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        struct archive_entry *entry = archive_entry_new();
        size_t size = files[i].content != NULL ? strlen(files[i].content) : 0;
        archive_entry_set_pathname(entry, files[i].name);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_filetype(entry, files[i].link != NULL ? AE_IFLNK : AE_IFREG);
        if (files[i].link != NULL)
            archive_entry_set_symlink(entry, files[i].link);
        if (files[i].hard != NULL)
            archive_entry_set_hardlink(entry, files[i].hard);
        archive_entry_set_size(entry, (la_int64_t)size);
        if (archive_write_header(archive, entry) < ARCHIVE_WARN)
            fail_msg("%s", archive_error_string(archive));
        if (size > 0)
            assert_int_equal(archive_write_data(archive, files[i].content, size), size);
        archive_entry_free(entry);
    }
    assert_int_equal(archive_write_free(archive), ARCHIVE_OK);
    return path;
}

static struct dw_image *open_archive(const char *path, const char *suffix, struct dw_error *error)
{
    struct dw_reference reference;
    struct dw_image_options options = {.limits = &layout.limits, .zygote = zygote};
    char *text = layout_text(&layout, "docker-archive:%s%s", path, suffix);
    if (!dw_reference_parse(&layout.arena, dw_slice_of(text), &reference, error))
        return NULL;
    return dw_image_open(&reference, &options, error);
}

static struct dw_image *opens(const char *path, const char *suffix)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_image *image = open_archive(path, suffix, &error);
    if (image == NULL)
        fail_msg("%s", error.text);
    return image;
}

static void fails(const char *path, const char *suffix, enum dw_error_kind kind, const char *text)
{
    struct dw_error error = DW_ERROR_INIT;
    assert_null(open_archive(path, suffix, &error));
    if (error.kind != kind || strstr(error.text, text) == NULL)
        fail_msg("expected kind %s with \"%s\", got %s: %s", dw_error_kind_name(kind), text,
                 dw_error_kind_name(error.kind), error.text);
}

static void layer_is(struct dw_image *image, size_t index, const char *content)
{
    struct dw_error error = DW_ERROR_INIT;
    char bytes[4096];
    struct dw_stream *stream = dw_image_layer_open(image, index, &error);
    if (stream == NULL)
        fail_msg("%s", error.text);
    ssize_t got = dw_stream_read_full(stream, bytes, sizeof(bytes), &error);
    if (got < 0)
        fail_msg("%s", error.text);
    assert_int_equal(got, strlen(content));
    assert_memory_equal(bytes, content, strlen(content));
    dw_stream_close(stream);
}

/* ---- the walk ------------------------------------------------------------------------------------------------------ */

struct seen {
    struct dw_slice archive;
    size_t count;
    const struct file *files;
};

/* The bytes at the offset that was told are the member's. */
static bool compare(void *context, const struct dw_archive_member *member, struct dw_error *error)
{
    struct seen *seen = context;
    const struct file *file = &seen->files[seen->count++];
    (void)error;
    assert_true(dw_slice_is(member->name, file->name));
    if (file->link != NULL) {
        assert_int_equal(member->kind, DW_ARCHIVE_SYMBOLIC_LINK);
        assert_true(dw_slice_is(member->link, file->link));
        return true;
    }
    if (file->hard != NULL) {
        assert_int_equal(member->kind, DW_ARCHIVE_HARD_LINK);
        assert_true(dw_slice_is(member->link, file->hard));
        return true;
    }
    assert_int_equal(member->kind, DW_ARCHIVE_FILE);
    assert_int_equal(member->size, strlen(file->content));
    assert_true(member->offset % 512 == 0 && member->offset + member->size <= seen->archive.len);
    assert_memory_equal(seen->archive.at + member->offset, file->content, member->size);
    return true;
}

static void offsets_are_those_of_the_data(void **state)
{
    (void)state;
    char *longer = layout_text(&layout, "%0150d/%0150d/layer.tar", 1, 2);
    char *longest = layout_text(&layout, "%01000d/%01000d/%01000d/x", 1, 2, 3);
    char *big = layout_text(&layout, "%070000d", 7);
    const struct file files[] = {
        {"a", "one", NULL, NULL},  {longer, "two", NULL, NULL}, {"empty", "", NULL, NULL},
        {longest, big, NULL, NULL}, {"link", NULL, "a", NULL},   {"hard", NULL, NULL, "a"},
        {"\xff\xfe name", "three", NULL, NULL}, {"\xc3\xa9", "e", NULL, NULL}, {"b", big, NULL, NULL},  {"c", "four", NULL, NULL},
    };
    size_t count = sizeof(files) / sizeof(files[0]);
    for (unsigned how = PAX; how <= GNU; how += 2) {
        char *path = write_archive("x.tar", how, files, count);
        struct dw_buffer bytes = {0};
        struct dw_error error = DW_ERROR_INIT;
        struct dw_archive_end finish;
        assert_true(dw_file_read(path, UINT64_MAX, &bytes, &error));
        struct seen seen = {dw_buffer_slice(&bytes), 0, files};
        struct dw_archive_walk walk = {&layout.limits, false, compare, &seen};
        struct dw_stream *stream = dw_stream_of_memory(dw_buffer_slice(&bytes));
        if (!dw_archive_walk(stream, &walk, &finish, &error))
            fail_msg("%s", error.text);
        assert_int_equal(seen.count, count);
        assert_int_equal(finish.total, bytes.len);
        assert_int_equal(finish.trailing, 0);
        dw_stream_close(stream);
        dw_buffer_free(&bytes);
    }
}

/* The same archive by GNU tar, which writes its own long names and sparse members. */
static void what_gnu_tar_writes_is_read(void **state)
{
    (void)state;
    char *longer = layout_text(&layout, "%0120d/%0120d", 1, 2);
    layout_file(&layout, layout_text(&layout, "t/%s", longer), "deep", 4);
    layout_file(&layout, "t/z", "flat", 4);
    static const char *const formats[] = {"gnu", "pax", "posix"};
    for (size_t i = 0; i < 3; i++) {
        char *command = layout_text(&layout, "cd %s/t && tar --format=%s --sort=name -cf ../t.tar %s z", layout.path,
                                    formats[i], longer);
        assert_int_equal(system(command), 0);
        const struct file files[] = {{longer, "deep", NULL, NULL}, {"z", "flat", NULL, NULL}};
        struct dw_buffer bytes = {0};
        struct dw_error error = DW_ERROR_INIT;
        struct dw_archive_end finish;
        assert_true(dw_file_read(layout_text(&layout, "%s/t.tar", layout.path), UINT64_MAX, &bytes, &error));
        struct seen seen = {dw_buffer_slice(&bytes), 0, files};
        struct dw_archive_walk walk = {&layout.limits, false, compare, &seen};
        struct dw_stream *stream = dw_stream_of_memory(dw_buffer_slice(&bytes));
        if (!dw_archive_walk(stream, &walk, &finish, &error))
            fail_msg("%s", error.text);
        assert_int_equal(seen.count, 2);
        dw_stream_close(stream);
        dw_buffer_free(&bytes);
    }
}

static bool ignore(void *context, const struct dw_archive_member *member, struct dw_error *error)
{
    size_t *count = context;
    (void)member;
    (void)error;
    ++*count;
    return true;
}

static bool walk_bytes(struct dw_slice bytes, size_t *count, struct dw_archive_end *finish, struct dw_error *error)
{
    struct dw_archive_walk walk = {&layout.limits, true, ignore, count};
    struct dw_stream *stream = dw_stream_of_memory(bytes);
    *count = 0;
    bool good = dw_archive_walk(stream, &walk, finish, error);
    dw_stream_close(stream);
    return good;
}

static void cut_and_flipped_archives_never_break_it(void **state)
{
    (void)state;
    const struct file files[] = {{"index.json", "{\"a\":1}", NULL, NULL}, {"l", NULL, "index.json", NULL},
                                 {layout_text(&layout, "%0200d", 3), "x", NULL, NULL}};
    struct dw_buffer bytes = {0};
    struct dw_error error = DW_ERROR_INIT;
    struct dw_archive_end finish;
    size_t count;
    assert_true(dw_file_read(write_archive("x.tar", PAX, files, 3), UINT64_MAX, &bytes, &error));
    for (size_t cut = 0; cut < bytes.len; cut += 7) {
        error = (struct dw_error)DW_ERROR_INIT;
        bool good = walk_bytes(dw_slice_make(bytes.at, cut), &count, &finish, &error);
        assert_true(good || error.kind == DW_ERROR_INPUT);
        /* Within the first member's data nothing can be whole. */
        if (cut < 512 + 7)
            assert_false(good);
    }
    for (size_t bit = 0; bit < bytes.len * 8; bit += 13) {
        error = (struct dw_error)DW_ERROR_INIT;
        bytes.at[bit / 8] = (char)(bytes.at[bit / 8] ^ (1 << bit % 8));
        if (!walk_bytes(dw_buffer_slice(&bytes), &count, &finish, &error))
            assert_true(error.kind == DW_ERROR_INPUT || error.kind == DW_ERROR_LIMIT);
        bytes.at[bit / 8] = (char)(bytes.at[bit / 8] ^ (1 << bit % 8));
    }
    dw_buffer_free(&bytes);
}

static void names_and_rests_are_judged(void **state)
{
    (void)state;
    const struct file files[] = {{"/etc/passwd", "x", NULL, NULL}, {"../up", "x", NULL, NULL}, {"a/../b", "x", NULL, NULL},
                                 {"./good", "x", NULL, NULL}};
    struct dw_buffer bytes = {0};
    struct dw_error error = DW_ERROR_INIT;
    struct dw_archive_end finish;
    size_t count;
    assert_true(dw_file_read(write_archive("x.tar", PAX, files, 4), UINT64_MAX, &bytes, &error));
    assert_true(walk_bytes(dw_buffer_slice(&bytes), &count, &finish, &error));
    assert_int_equal(finish.trailing, 0);
    dw_buffer_append_string(&bytes, "rubbish");
    assert_true(walk_bytes(dw_buffer_slice(&bytes), &count, &finish, &error));
    assert_int_equal(count, 1);
    assert_int_equal(finish.ignored, 3);
    assert_true(finish.trailing >= 7);
    layout.limits.value[DW_LIMIT_ARCHIVE_MEMBERS] = 3;
    assert_false(walk_bytes(dw_buffer_slice(&bytes), &count, &finish, &error));
    assert_non_null(strstr(error.text, "archive-members"));
    bytes.len = 0;
    const struct file endless[] = {{layout_text(&layout, "%0100000d", 1), "x", NULL, NULL}};
    assert_true(dw_file_read(write_archive("x.tar", GNU, endless, 1), UINT64_MAX, &bytes, &error));
    assert_false(walk_bytes(dw_buffer_slice(&bytes), &count, &finish, &error));
    assert_int_equal(error.kind, DW_ERROR_LIMIT);
    assert_non_null(strstr(error.text, "path-bytes"));
    layout.limits.value[DW_LIMIT_IMAGE_BYTES] = 1024;
    assert_false(walk_bytes(dw_buffer_slice(&bytes), &count, &finish, &error));
    assert_non_null(strstr(error.text, "image-bytes"));
    dw_buffer_free(&bytes);
}

/* A header that promises more than there is (base 256: 2^62 bytes). */
static void a_member_size_past_the_end_is_refused(void **state)
{
    (void)state;
    const struct file files[] = {{"manifest.json", "[]", NULL, NULL}};
    struct dw_buffer bytes = {0};
    struct dw_error error = DW_ERROR_INIT;
    struct dw_archive_end finish;
    size_t count;
    assert_true(dw_file_read(write_archive("x.tar", GNU, files, 1), UINT64_MAX, &bytes, &error));
    memset(bytes.at + 124, 0, 12);
    bytes.at[124] = (char)0x80;
    bytes.at[128] = 0x40;
    memset(bytes.at + 148, ' ', 8);
    unsigned sum = 0;
    for (size_t i = 0; i < 512; i++)
        sum += (unsigned char)bytes.at[i];
    snprintf(bytes.at + 148, 8, "%06o", sum);
    assert_false(walk_bytes(dw_buffer_slice(&bytes), &count, &finish, &error));
    assert_int_equal(error.kind, DW_ERROR_INPUT);
    dw_buffer_free(&bytes);
}

/* ---- docker save ---------------------------------------------------------------------------------------------------- */

/* printf one | sha256sum; printf two | sha256sum */
#define ONE "sha256:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
#define TWO "sha256:3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"

static char *docker_config(void)
{
    return layout_config(&layout, "linux", "amd64", "\"" ONE "\",\"" TWO "\"",
                         "[{\"created_by\":\"/bin/sh -c #(nop) COPY file:1 in / \"},{\"created_by\":\"RUN x # buildkit\"}]");
}

static char *hex_of(const char *content)
{
    struct dw_digest digest;
    char text[DW_DIGEST_TEXT];
    dw_sha256(dw_slice_of(content), &digest);
    return layout_text(&layout, "%s", dw_digest_format(&digest, text) + 7);
}

/* Contents are carried up to a bound; what is beyond is read by the second pass. */
static void contents_are_bounded(void **state)
{
    (void)state;
    char *bulk = layout_text(&layout, "[%*s]", (4 << 20) - 2, ""), *config = docker_config();
    struct file files[20] = {{NULL, NULL, NULL, NULL}};
    for (size_t i = 0; i < 17; i++)
        files[i] = (struct file){layout_text(&layout, "%zu.json", i), bulk, NULL, NULL};
    files[17] = (struct file){"c.json", config, NULL, NULL};
    files[18] = (struct file){"one", "one", NULL, NULL};
    files[19] = (struct file){"manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"one\",\"two\"]}]", NULL, NULL};
    struct dw_image *image = opens(write_archive("x.tgz", GNU | GZIP, files, 20), "");
    assert_int_equal(image->layer_count, 2);
    layer_is(image, 0, "one");
    dw_image_close(image);
}

static void a_docker_archive_opens(void **state)
{
    (void)state;
    char *config = docker_config(), *name = layout_text(&layout, "%s.json", hex_of(config));
    char *manifest = layout_text(&layout,
        "[{\"Config\":\"%s\",\"RepoTags\":[\"a/b:1\"],\"Layers\":[\"l1/layer.tar\",\"l2/layer.tar\"]}]", name);
    /* The layers the wrong way round, and the second only a link. */
    const struct file files[] = {{"l0/layer.tar", "two", NULL, NULL},
                                 {"l1/layer.tar", "one", NULL, NULL},
                                 {"l2/layer.tar", NULL, "../l0/layer.tar", NULL},
                                 {name, config, NULL, NULL},
                                 {"manifest.json", manifest, NULL, NULL},
                                 {"repositories", "{}", NULL, NULL}};
    for (unsigned how = PAX; how <= (PAX | GZIP); how++) {
        char *path = write_archive("docker.tar", how, files, 6);
        struct dw_image *image = opens(path, "");
        assert_int_equal(image->layer_count, 2);
        assert_false(image->layers[0].has_digest);
        assert_int_equal(image->layers[1].size, 3);
        assert_true(dw_slice_is(image->layers[1].instruction, "RUN x"));
        assert_true(dw_slice_is(image->layers[0].instruction, "COPY file:1 in /"));
        assert_true(dw_slice_is(image->summary.manifest_digest, ""));
        assert_true(dw_slice_is(image->summary.image_id, layout_text(&layout, "sha256:%s", hex_of(config))));
        assert_int_equal(dw_image_random_access(image), how == PAX);
        size_t order[2];
        dw_image_layer_order(image, order);
        assert_int_equal(order[0], 1);
        assert_int_equal(order[1], 0);
        layer_is(image, 1, "two");
        layer_is(image, 0, "one");
        /* Going back is slow, but right. */
        layer_is(image, 1, "two");
        dw_image_close(image);
        dw_image_close(opens(path, ":1"));
        dw_image_close(opens(path, ":a/b:1"));
        dw_image_close(opens(path, ":docker.io/a/b:1"));
        fails(path, ":2", DW_ERROR_INPUT, "has no tag \"2\"; it has: a/b:1");
        fails(path, "@" ONE, DW_ERROR_INPUT, "knows no manifest digests");
        layout.limits.value[DW_LIMIT_MANIFEST_BYTES] = strlen(config) - 1;
        fails(path, "", DW_ERROR_LIMIT, "more than the limit");
        layout.limits = dw_limits_default();
    }
}

static void several_images_are_chosen_by_tag(void **state)
{
    (void)state;
    char *config = docker_config();
    char *entry = layout_text(&layout, "\"Config\":\"c.json\",\"Layers\":[\"1\",\"2\"]");
    char *manifest = layout_text(&layout, "[{%s,\"RepoTags\":[\"a:1\",\"a:2\"]},{%s,\"RepoTags\":null},"
                                 "{%s,\"RepoTags\":[\"b:1\"]}]", entry, entry, entry);
    const struct file files[] = {{"1", "one", NULL, NULL}, {"2", "two", NULL, NULL}, {"c.json", config, NULL, NULL},
                                 {"manifest.json", manifest, NULL, NULL}};
    char *path = write_archive("several.tar", GNU, files, 4);
    fails(path, "", DW_ERROR_INPUT, "holds several images; name one by :TAG: a:1, a:2, image 2 without a tag, b:1");
    fails(path, ":1", DW_ERROR_INPUT, "fits several images");
    dw_image_close(opens(path, ":2"));
    dw_image_close(opens(path, ":b:1"));
}

static void docker_archives_that_are_refused(void **state)
{
    (void)state;
    char *config = docker_config(), *wrong = layout_text(&layout, "%064d.json", 0),
         *also = layout_text(&layout, "sha256:%064d", 0);
    static const char *const loops[] = {"b", "a"};
    const struct {
        const char *manifest;
        enum dw_error_kind kind;
        const char *text;
    } rows[] = {
        {"{}", DW_ERROR_INPUT, "manifest.json: is not a list of images"},
        {"[]", DW_ERROR_INPUT, "manifest.json: is not a list of images"},
        {"[1]", DW_ERROR_INPUT, "manifest.json: is not a list of images"},
        {"[{\"Config\":\"c.json\",\"config\":\"d\"}]", DW_ERROR_INPUT, "ambiguous"},
        {"[{\"Config\":\"nothing.json\",\"Layers\":[]}]", DW_ERROR_INPUT, "nothing.json: is not in the archive"},
        {"[{\"Config\":\"../c.json\",\"Layers\":[]}]", DW_ERROR_INPUT, "is no name of a member"},
        {"[{\"Layers\":[]}]", DW_ERROR_INPUT, "is no name of a member"},
        {"[{\"Config\":7,\"Layers\":[]}]", DW_ERROR_INPUT, "\"Config\" is not a string"},
        {"[{\"Config\":\"c.json\",\"Layers\":[\"one\"]}]", DW_ERROR_INPUT, "1 layers, the config 2 diff ids"},
        {"[{\"Config\":\"c.json\",\"Layers\":[\"one\",\"/two\"]}]", DW_ERROR_INPUT, "is no name of a member"},
        {"[{\"Config\":\"c.json\",\"Layers\":[\"one\",\"out\"]}]", DW_ERROR_INPUT, "leads out of the archive"},
        {"[{\"Config\":\"c.json\",\"Layers\":[\"one\",\"lost\"]}]", DW_ERROR_INPUT, "which is not in the archive"},
        {"[{\"Config\":\"c.json\",\"Layers\":[\"one\",\"a\"]}]", DW_ERROR_LIMIT, "symlink-hops"},
        {"[{\"Config\":\"c.json\",\"Layers\":[\"one\",\"twice\"]}]", DW_ERROR_INPUT, "several members of this name"},
        {layout_text(&layout, "[{\"Config\":\"%s\",\"Layers\":[]}]", wrong), DW_ERROR_INPUT,
         "another digest than its name"},
        {layout_text(&layout, "[{\"Config\":\"%s\",\"Layers\":[]}]", also), DW_ERROR_INPUT,
         "another digest than its name"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct file files[] = {{"c.json", config, NULL, NULL}, {"one", "one", NULL, NULL},
                                     {"out", NULL, "../../etc/passwd", NULL}, {"lost", NULL, "x", NULL},
                                     {"a", NULL, loops[0], NULL}, {"b", NULL, loops[1], NULL},
                                     {"twice", "1", NULL, NULL}, {"twice", "2", NULL, NULL},
                                     {wrong, config, NULL, NULL}, {also, config, NULL, NULL},
                                     {"manifest.json", rows[i].manifest, NULL, NULL}};
        fails(write_archive("bad.tar", i % 2 ? GNU | GZIP : PAX, files, 11), "", rows[i].kind, rows[i].text);
    }
}

static void a_missing_layer_of_a_docker_archive_is_told(void **state)
{
    (void)state;
    const struct file files[] = {{"c.json", docker_config(), NULL, NULL}, {"one", "one", NULL, NULL},
                                 {"manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"one\",\"two\"]}]", NULL, NULL}};
    struct dw_image *image = opens(write_archive("x.tar", GNU, files, 3), "");
    assert_int_equal(image->layers[1].state, DW_LAYER_MISSING);
    assert_true(dw_slice_is(image->layers[1].reason, "the layer (two) is not in the archive"));
    dw_image_close(image);
}

/* ---- OCI layouts in archives ---------------------------------------------------------------------------------------- */

struct parts {
    char *config, *config_name, *manifest, *manifest_name, *index;
};

static struct parts oci_parts(void)
{
    struct parts parts;
    parts.config = docker_config();
    parts.config_name = layout_text(&layout, "blobs/sha256/%s", hex_of(parts.config));
    parts.manifest = layout_text(&layout,
        "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"" CONFIG_TYPE "\",\"digest\":\"sha256:%s\",\"size\":%zu},"
        "\"layers\":[{\"mediaType\":\"" LAYER_TYPE "\",\"digest\":\"" ONE "\",\"size\":3},"
        "{\"mediaType\":\"" LAYER_TYPE "\",\"digest\":\"" TWO "\",\"size\":3}]}",
        hex_of(parts.config), strlen(parts.config));
    parts.manifest_name = layout_text(&layout, "blobs/sha256/%s", hex_of(parts.manifest));
    parts.index = layout_text(&layout,
        "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" MANIFEST_TYPE "\",\"digest\":\"sha256:%s\",\"size\":%zu,"
        "\"annotations\":{\"io.containerd.image.name\":\"docker.io/library/x:1\",\"org.opencontainers.image.ref.name\":"
        "\"1\"}}]}", hex_of(parts.manifest), strlen(parts.manifest));
    return parts;
}

static void an_oci_archive_opens_in_any_order(void **state)
{
    (void)state;
    struct parts parts = oci_parts();
    const struct file files[] = {{"blobs/sha256/3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3", "two", NULL, NULL},
                                 {parts.config_name, parts.config, NULL, NULL},
                                 {"blobs/sha256/7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed", "one", NULL, NULL},
                                 {parts.manifest_name, parts.manifest, NULL, NULL},
                                 {"./index.json", parts.index, NULL, NULL},
                                 {"oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}", NULL, NULL}};
    for (unsigned how = PAX; how <= (PAX | GZIP); how++) {
        char *path = write_archive("oci.tar", how, files, 6);
        struct dw_image *image = opens(path, ":x:1");
        assert_true(image->layers[0].has_digest);
        assert_true(dw_slice_is(image->summary.manifest_digest, layout_text(&layout, "sha256:%s", parts.manifest_name + 13)));
        layer_is(image, 1, "two");
        layer_is(image, 0, "one");
        dw_image_close(image);
        dw_image_close(opens(path, layout_text(&layout, "@sha256:%s", parts.manifest_name + 13)));
    }
}

static void a_hybrid_is_read_as_a_layout_and_both_must_agree(void **state)
{
    (void)state;
    struct parts parts = oci_parts();
    char *good = layout_text(&layout, "[{\"Config\":\"%s\",\"RepoTags\":[\"x:1\"],\"Layers\":[]}]", parts.config_name);
    char *other = layout_config(&layout, "linux", "arm64", "", "[]");
    char *bad = layout_text(&layout, "[{\"Config\":\"other.json\",\"RepoTags\":[\"x:1\"],\"Layers\":[]}]");
    for (int i = 0; i < 2; i++) {
        const struct file files[] = {{"oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}", NULL, NULL},
                                     {"index.json", parts.index, NULL, NULL},
                                     {parts.manifest_name, parts.manifest, NULL, NULL},
                                     {parts.config_name, parts.config, NULL, NULL},
                                     {"other.json", other, NULL, NULL},
                                     {"manifest.json", i == 0 ? good : bad, NULL, NULL}};
        char *path = write_archive("hybrid.tar", PAX, files, 6);
        if (i == 0)
            dw_image_close(opens(path, ""));
        else
            fails(path, "", DW_ERROR_INPUT, "manifest.json names another image than index.json");
    }
}

static void what_is_no_archive_is_refused(void **state)
{
    (void)state;
    const struct file files[] = {{"etc/passwd", "x", NULL, NULL}};
    fails(write_archive("x.tar", PAX, files, 1), "", DW_ERROR_INPUT, "is no image archive");
    layout_file(&layout, "zeros", layout_text(&layout, "%8192s", ""), 8192);
    fails(layout_text(&layout, "%s/zeros", layout.path), "", DW_ERROR_INPUT, "is no readable tar archive");
    layout_file(&layout, "none", "", 0);
    fails(layout_text(&layout, "%s/none", layout.path), "", DW_ERROR_INPUT, "is no readable tar archive");
    layout_file(&layout, "gz", "\x1f\x8b\x08\0\0\0\0\0\0\0nonsense", 18);
    fails(layout_text(&layout, "%s/gz", layout.path), "", DW_ERROR_INPUT, "gzip");
    layout_file(&layout, "xz", "\xfd" "7zXZ\0\0\0\0\0\0\0", 12);
    fails(layout_text(&layout, "%s/xz", layout.path), "", DW_ERROR_UNSUPPORTED, "xz");
}

/* A gzip archive that is cut, or changed behind our back between the passes. */
static void a_cut_compressed_archive_is_refused(void **state)
{
    (void)state;
    struct dw_error error = DW_ERROR_INIT;
    struct dw_buffer bytes = {0};
    const struct file files[] = {{"c.json", docker_config(), NULL, NULL}, {"1", "one", NULL, NULL}, {"2", "two", NULL, NULL},
                                 {"manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"1\",\"2\"]}]", NULL, NULL}};
    char *path = write_archive("x.tgz", GNU | GZIP, files, 4);
    assert_true(dw_file_read(path, UINT64_MAX, &bytes, &error));
    struct dw_image *image = opens(path, "");
    layout_file(&layout, "cut.tgz", bytes.at, bytes.len - 9);
    fails(layout_text(&layout, "%s/cut.tgz", layout.path), "", DW_ERROR_INPUT, "gzip");
    char piece[16];
    struct dw_stream *stream = dw_image_layer_open(image, 1, &error);
    assert_int_equal(truncate(path, (off_t)bytes.len / 2), 0);
    assert_int_equal(dw_stream_read_full(stream, piece, sizeof(piece), &error), -1);
    assert_int_equal(error.kind, DW_ERROR_INPUT);
    dw_stream_close(stream);
    dw_image_close(image);
    dw_buffer_free(&bytes);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)
    const struct CMUnitTest tests[] = {
        TEST(offsets_are_those_of_the_data),
        TEST(what_gnu_tar_writes_is_read),
        TEST(cut_and_flipped_archives_never_break_it),
        TEST(names_and_rests_are_judged),
        TEST(a_member_size_past_the_end_is_refused),
        TEST(contents_are_bounded),
        TEST(a_docker_archive_opens),
        TEST(several_images_are_chosen_by_tag),
        TEST(docker_archives_that_are_refused),
        TEST(a_missing_layer_of_a_docker_archive_is_told),
        TEST(an_oci_archive_opens_in_any_order),
        TEST(a_hybrid_is_read_as_a_layout_and_both_must_agree),
        TEST(what_is_no_archive_is_refused),
        TEST(a_cut_compressed_archive_is_refused),
    };
    static struct dw_job_type types[DW_JOB_COUNT];
    static struct dw_limits limits;
    struct dw_error error = DW_ERROR_INIT;
    limits = dw_limits_default();
    types[DW_JOB_ARCHIVE_INDEX] = (struct dw_job_type){"archive-index", dw_job_archive_index};
    types[DW_JOB_DECOMPRESS] = (struct dw_job_type){"decompress", dw_job_decompress};
    setlocale(LC_CTYPE, "C.UTF-8");
    zygote = dw_zygote_start(types, DW_JOB_COUNT, &limits, &error);
    if (zygote == NULL) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dw_zygote_stop(zygote);
    return failed;
}
