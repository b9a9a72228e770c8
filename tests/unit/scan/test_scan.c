/* SPDX-License-Identifier: Apache-2.0
 *
 * Layers, made here tar block by tar block, through the sandboxed pass and the merge: one test a row of the OCI image
 * specification's layer.md and of the limits. */
#include "scan/scan.h"

#include "base/file.h"
#include "base/map.h"
#include "scan/layer_job.h"
#include "scan/merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const struct dw_job_type types[DW_JOB_COUNT] = {
    [DW_JOB_SCAN_LAYER] = {"scan-layer", dw_job_scan_layer}};

static struct dw_limits limits;
static struct dw_zygote *zygote;

static int set_up(void **state)
{
    (void)state;
    struct dw_error error = DW_ERROR_INIT;
    limits = dw_limits_default();
    zygote = dw_zygote_start(types, DW_JOB_COUNT, &limits, &error);
    return zygote == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    dw_zygote_stop(zygote);
    return 0;
}

/* ---- tar by hand: POSIX.1-1988 ustar headers -------------------------------------------------------------------- */

static void put_header(struct dw_buffer *tar, const char *name, char type, const char *link, size_t size)
{
    char block[512] = {0};
    snprintf(block, 100, "%s", name);
    strcpy(block + 100, "0000644");
    strcpy(block + 108, "0000000");
    strcpy(block + 116, "0000000");
    snprintf(block + 124, 12, "%011o", (unsigned)size);
    strcpy(block + 136, "00000000000");
    memset(block + 148, ' ', 8);
    block[156] = type;
    snprintf(block + 157, 100, "%s", link);
    memcpy(block + 257, "ustar\00000", 8);
    unsigned sum = 0;
    for (size_t i = 0; i < sizeof(block); i++)
        sum += (unsigned char)block[i];
    snprintf(block + 148, 8, "%06o", sum);
    dw_buffer_append(tar, dw_slice_make(block, sizeof(block)));
}

static void put_file(struct dw_buffer *tar, const char *name, const char *content)
{
    put_header(tar, name, '0', "", strlen(content));
    dw_buffer_append_string(tar, content);
    while (tar->len % 512 != 0)
        dw_buffer_append_byte(tar, '\0');
}

static void put_end(struct dw_buffer *tar)
{
    for (size_t i = 0; i < 1024; i++)
        dw_buffer_append_byte(tar, '\0');
}

static void put_package(struct dw_buffer *tar, const char *folder, const char *name, const char *version)
{
    char path[256], content[256];
    snprintf(path, sizeof(path), "%s/node_modules/%s/package.json", folder, name);
    snprintf(content, sizeof(content), "{\"name\":\"%s\",\"version\":\"%s\"}", name, version);
    put_file(tar, path, content);
}

/* ---- running ------------------------------------------------------------------------------------------------------ */

static struct dw_layer_facts *read_layer(struct dw_slice blob, struct dw_error *error)
{
    struct dw_worker *worker = dw_worker_start(zygote, error);
    struct dw_layer_facts *facts = dw_layer_facts_new();
    struct dw_stream *input = dw_stream_of_memory(blob);
    struct dw_job_request request = {.kind = DW_JOB_SCAN_LAYER, .fd = -1, .input = input, .unpacked = true};
    struct dw_worker_result result;
    enum dw_worker_event event;
    bool good = true;
    assert_non_null(worker);
    assert_true(dw_worker_submit(worker, &request, error));
    while ((event = dw_worker_next(worker, &result, error)) != DW_WORKER_END && event != DW_WORKER_ERROR)
        if (event == DW_WORKER_RECORD)
            good = good && dw_layer_facts_add(facts, &result.record, &limits, error);
    dw_worker_stop(worker);
    dw_stream_close(input);
    if (event == DW_WORKER_END && good && dw_layer_facts_finish(facts, error))
        return facts;
    dw_layer_facts_free(facts);
    return NULL;
}

/* Reads and merges COUNT layers; the tars are freed. */
static struct dw_subject *merge(struct dw_buffer *tars, size_t count)
{
    struct dw_layer_facts *facts[8];
    struct dw_error error = DW_ERROR_INIT;
    for (size_t i = 0; i < count; i++) {
        put_end(&tars[i]);
        facts[i] = read_layer(dw_buffer_slice(&tars[i]), &error);
        if (facts[i] == NULL)
            fail_msg("layer %zu: %s", i, error.text);
        dw_buffer_free(&tars[i]);
    }
    struct dw_subject *subject = dw_subject_new(DW_SUBJECT_IMAGE, DW_SLICE("test"));
    if (!dw_layers_merge(facts, count, false, &limits, subject, &error))
        fail_msg("%s", error.text);
    for (size_t i = 0; i < count; i++) {
        dw_arena_adopt(&subject->arena, &facts[i]->arena);
        dw_layer_facts_free(facts[i]);
    }
    return subject;
}

/* "name@version path #layer" of every package, sorted as the subject has them, joined by "; ". */
static void assert_packages(struct dw_subject *subject, const char *expected)
{
    struct dw_buffer text = {0};
    dw_buffer_append_string(&text, "");
    for (size_t i = 0; i < subject->packages.len; i++) {
        const struct dw_package *p = subject->packages.at[i];
        dw_buffer_printf(&text, "%s%.*s@%.*s %.*s #%d", i > 0 ? "; " : "", DW_SLICE_ARG(p->name),
                         DW_SLICE_ARG(p->version), DW_SLICE_ARG(p->path), p->layer);
    }
    assert_string_equal(text.at, expected);
    dw_buffer_free(&text);
}

static void assert_note(struct dw_subject *subject, enum dw_note_kind kind, const char *words)
{
    for (size_t i = 0; i < subject->notes.len; i++)
        if (subject->notes.at[i].kind == kind &&
            dw_slice_find_slice(subject->notes.at[i].message, dw_slice_of(words)) != SIZE_MAX)
            return;
    for (size_t i = 0; i < subject->notes.len; i++)
        print_message("note: %.*s\n", DW_SLICE_ARG(subject->notes.at[i].message));
    fail_msg("no note \"%s\"", words);
}

#define ONE "one@1 app/node_modules/one/package.json #0"
#define TWO "two@2 app/node_modules/two/package.json #0"

static void test_whiteout(void **state)
{
    (void)state;
    struct dw_buffer tars[3] = {{0}};
    put_package(&tars[0], "app", "one", "1");
    put_package(&tars[0], "app", "two", "2");
    put_package(&tars[0], "./app", "three", "3");
    put_file(&tars[1], "app/node_modules/.wh.one", "");          /* a folder with all below it */
    put_file(&tars[1], "app/node_modules/three/.wh.package.json", ""); /* one file */
    put_file(&tars[1], "app/node_modules/.wh.never", "");        /* not there: no effect */
    put_file(&tars[2], "app/.wh..wh.plnk", "");                  /* AUFS's own: ignored */
    struct dw_subject *subject = merge(tars, 3);
    assert_packages(subject, TWO);
    dw_subject_free(subject);
}

static void test_whiteout_speaks_of_lower_layers(void **state)
{
    (void)state;
    struct dw_buffer tars[2] = {{0}};
    put_package(&tars[0], "app", "one", "1");
    put_file(&tars[1], "app/node_modules/one/.wh.package.json", "");
    put_package(&tars[1], "app", "one", "1.1");
    struct dw_subject *subject = merge(tars, 2);
    assert_packages(subject, "one@1.1 app/node_modules/one/package.json #1");
    dw_subject_free(subject);
}

static void test_opaque(void **state)
{
    (void)state;
    struct dw_buffer tars[2] = {{0}};
    put_package(&tars[0], "app", "one", "1");
    put_package(&tars[1], "app", "two", "2"); /* before the marker: stays all the same */
    put_file(&tars[1], "app/node_modules/.wh..wh..opq", "");
    struct dw_subject *subject = merge(tars, 2);
    assert_packages(subject, "two@2 app/node_modules/two/package.json #1");
    dw_subject_free(subject);
}

static void test_file_over_folder(void **state)
{
    (void)state;
    struct dw_buffer tars[2] = {{0}};
    put_package(&tars[0], "app", "one", "1");
    put_package(&tars[0], "lib", "two", "2");
    put_file(&tars[1], "app", "no folder any more");
    put_header(&tars[1], "lib/", '5', "", 0); /* folder over folder: merged */
    struct dw_subject *subject = merge(tars, 2);
    assert_packages(subject, "two@2 lib/node_modules/two/package.json #0");
    dw_subject_free(subject);
}

static void test_replaced(void **state)
{
    (void)state;
    struct dw_buffer tars[3] = {{0}};
    put_package(&tars[0], "app", "one", "1");
    put_package(&tars[0], "app", "two", "2");
    put_package(&tars[1], "app", "one", "1.5");
    put_file(&tars[2], "app/node_modules/two/package.json", "{}"); /* without a version: not scanned, and says so */
    struct dw_subject *subject = merge(tars, 3);
    assert_packages(subject, "one@1.5 app/node_modules/one/package.json #1; two@ app/node_modules/two/package.json #2");
    dw_subject_free(subject);
}

static void test_last_entry_of_a_layer_wins(void **state)
{
    (void)state;
    struct dw_buffer tars[1] = {{0}};
    put_package(&tars[0], "app", "one", "1");
    put_package(&tars[0], "app", "one", "9");
    struct dw_subject *subject = merge(tars, 1);
    assert_packages(subject, "one@9 app/node_modules/one/package.json #0");
    dw_subject_free(subject);
}

static void test_merged_usr(void **state)
{
    (void)state;
    struct dw_buffer tars[3] = {{0}};
    put_header(&tars[0], "usr/lib/", '5', "", 0);
    put_header(&tars[0], "lib", '2', "usr/lib", 0);
    put_package(&tars[0], "usr/lib", "one", "1");
    put_package(&tars[0], "usr/lib", "two", "2");
    put_package(&tars[1], "lib", "one", "1.1");           /* lands in usr/lib */
    put_file(&tars[2], "lib/node_modules/.wh.two", ""); /* removes usr/lib/node_modules/two */
    struct dw_subject *subject = merge(tars, 3);
    assert_packages(subject, "one@1.1 usr/lib/node_modules/one/package.json #1");
    dw_subject_free(subject);
}

static void test_folder_over_link(void **state)
{
    (void)state;
    struct dw_buffer tars[3] = {{0}};
    put_header(&tars[0], "real/", '5', "", 0);
    put_header(&tars[0], "app", '2', "/real", 0);
    put_package(&tars[0], "real", "one", "1");
    put_header(&tars[1], "app/", '5', "", 0); /* the link is gone: a folder of its own */
    put_package(&tars[2], "app", "two", "2");
    struct dw_subject *subject = merge(tars, 3);
    assert_packages(subject, "one@1 real/node_modules/one/package.json #0; two@2 app/node_modules/two/package.json #2");
    dw_subject_free(subject);
}

static void test_hard_link(void **state)
{
    (void)state;
    struct dw_buffer tars[2] = {{0}};
    put_package(&tars[0], "app", "one", "1");
    put_header(&tars[0], "app/node_modules/copy/package.json", '1', "app/node_modules/one/package.json", 0);
    put_file(&tars[0], "store/abc", "{\"name\":\"x\",\"version\":\"1\"}");
    put_header(&tars[0], "app/node_modules/x/package.json", '1', "store/abc", 0);
    put_header(&tars[0], "app/node_modules/y/package.json", '1', "store/none", 0);
    put_file(&tars[1], "app/node_modules/.wh.one", ""); /* the link keeps its content */
    struct dw_subject *subject = merge(tars, 2);
    assert_packages(subject, "one@1 app/node_modules/copy/package.json #0");
    assert_note(subject, DW_NOTE_UNSUPPORTED, "hard link to a file that was not read");
    assert_note(subject, DW_NOTE_UNREADABLE, "hard link to a file that is not there");
    dw_subject_free(subject);
}

/* What is left of a path that one layer holds twice depends on who unpacks it. */
static void test_one_path_twice(void **state)
{
    (void)state;
    struct dw_buffer folder[2] = {{0}}, link[2] = {{0}}, hard[1] = {{0}}, same[1] = {{0}};
    /* overlay2 keeps the lower folder's content below the new folder, a file system that is written to does not. */
    put_package(&folder[0], "app", "one", "1");
    put_file(&folder[1], "app", "x");
    put_header(&folder[1], "app/", '5', "", 0);
    struct dw_subject *subject = merge(folder, 2);
    assert_note(subject, DW_NOTE_UNSUPPORTED, "one path as several kinds of things");
    dw_subject_free(subject);
    /* The link is gone before the upper layer speaks of what lies behind it. */
    put_header(&link[0], "lib", '2', "app", 0);
    put_file(&link[0], "lib", "x");
    put_package(&link[0], "app", "one", "1");
    put_file(&link[1], "lib/node_modules/.wh.one", "");
    subject = merge(link, 2);
    assert_note(subject, DW_NOTE_UNSUPPORTED, "one path as several kinds of things");
    dw_subject_free(subject);
    /* The last entry wins: version 1. */
    put_package(&hard[0], "other", "one", "9");
    put_header(&hard[0], "app/node_modules/one/package.json", '1', "other/node_modules/one/package.json", 0);
    put_package(&hard[0], "app", "one", "1");
    subject = merge(hard, 1);
    assert_note(subject, DW_NOTE_UNSUPPORTED, "one path as several kinds of things");
    dw_subject_free(subject);
    /* Twice the same is none of this. */
    for (size_t i = 0; i < 2; i++) {
        put_header(&same[0], "app/", '5', "", 0);
        put_header(&same[0], "lib", '2', "app", 0);
        put_package(&same[0], "app", "one", "1");
    }
    subject = merge(same, 1);
    assert_packages(subject, "one@1 app/node_modules/one/package.json #0");
    assert_int_equal(subject->notes.len, 0);
    dw_subject_free(subject);
}

static void test_links_out_of_the_root(void **state)
{
    (void)state;
    struct dw_buffer tars[2] = {{0}};
    put_header(&tars[0], "app", '2', "../../../../etc", 0); /* stays inside: etc */
    put_header(&tars[0], "loop", '2', "loop", 0);
    put_header(&tars[0], "etc/", '5', "", 0);
    put_package(&tars[1], "app", "one", "1");
    struct dw_subject *subject = merge(tars, 2);
    assert_packages(subject, "one@1 etc/node_modules/one/package.json #1");
    dw_subject_free(subject);
}

static void test_shell(void **state)
{
    (void)state;
    struct dw_buffer tars[2] = {{0}}, again[1] = {{0}};
    put_file(&tars[0], "bin/sh", "#!");
    put_file(&tars[1], "bin/.wh.sh", "");
    put_file(&again[0], "usr/bin/dpkg", "");
    struct dw_subject *subject = merge(tars, 2);
    assert_false(subject->shell);
    dw_subject_free(subject);
    subject = merge(again, 1);
    assert_true(subject->shell);
    dw_subject_free(subject);
}

static void test_names(void **state)
{
    (void)state;
    struct dw_buffer tars[1] = {{0}};
    put_package(&tars[0], "/app", "one", "1"); /* absolute: below the root */
    put_package(&tars[0], "x/../app", "two", "2");
    put_file(&tars[0], "../../etc/passwd", "root");
    put_file(&tars[0], "app/.wh.", "");
    struct dw_subject *subject = merge(tars, 1);
    assert_packages(subject, ONE "; " TWO);
    assert_note(subject, DW_NOTE_UNREADABLE, "leaves the root");
    assert_note(subject, DW_NOTE_UNREADABLE, "whiteout without a name");
    dw_subject_free(subject);
}

static void test_lock_file_and_owner(void **state)
{
    (void)state;
    struct dw_buffer tars[1] = {{0}};
    put_package(&tars[0], "app", "one", "1");
    put_file(&tars[0], "app/package-lock.json",
             "{\"lockfileVersion\":3,\"packages\":{\"\":{},\"node_modules/one\":{\"version\":\"1\"},"
             "\"node_modules/dev\":{\"version\":\"7\",\"dev\":true}}}");
    struct dw_subject *subject = merge(tars, 1);
    assert_packages(subject, ONE); /* dev was never installed */
    dw_subject_free(subject);
}

static void test_owner_of_distroless(void **state)
{
    (void)state;
    struct dw_buffer tars[1] = {{0}};
    put_file(&tars[0], "var/lib/dpkg/status.d/bm9kZQ", "Package: node-one\nVersion: 1\n");
    put_file(&tars[0], "var/lib/dpkg/status.d/bm9kZQ.md5sums",
             "d41d8cd98f00b204e9800998ecf8427e  usr/share/nodejs/node_modules/one/package.json\n");
    put_package(&tars[0], "usr/share/nodejs", "one", "1");
    put_package(&tars[0], "usr/share/nodejs", "two", "2");
    struct dw_subject *subject = merge(tars, 1);
    assert_int_equal(subject->packages.len, 3);
    assert_ptr_equal(subject->packages.at[1]->owner, subject->packages.at[0]);
    assert_null(subject->packages.at[2]->owner);
    dw_subject_free(subject);
}

/* SHA-1 of "abc" (FIPS 180-2, appendix A.1). */
static void test_hidden_lock_file(void **state)
{
    (void)state;
    static const char lock[] = "{\"lockfileVersion\":3,\"packages\":{\"node_modules/one\":{\"version\":\"1\","
                               "\"integrity\":\"sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0=\"},"
                               "\"node_modules/gone\":{\"version\":\"7\"}}}";
    struct dw_buffer tars[1] = {{0}}, alone[1] = {{0}};
    put_package(&tars[0], "app", "one", "1");
    put_file(&tars[0], "app/node_modules/.package-lock.json", lock);
    struct dw_subject *subject = merge(tars, 1);
    assert_packages(subject, ONE);
    assert_true(dw_slice_is(subject->packages.at[0]->checksum, "sha1:a9993e364706816aba3e25717850c26c9cd0d89d"));
    dw_subject_free(subject);
    /* No package.json is left of what it lists: it may be there all the same. */
    put_file(&alone[0], "app/node_modules/.package-lock.json", lock);
    subject = merge(alone, 1);
    assert_packages(subject, "gone@7 app/node_modules/.package-lock.json #0; one@1 app/node_modules/.package-lock.json #0");
    dw_subject_free(subject);
}

static void test_node_header(void **state)
{
    (void)state;
    static const char header[] = "#define NODE_MAJOR_VERSION 22\n#define NODE_MINOR_VERSION 11\n#define NODE_PATCH_VERSION 0\n";
    static const struct {
        const char *program, *packages;
    } cases[] = {
        {"\177ELF node.js/v20.1.2", "node@20.1.2 usr/local/bin/node #0"},
        {"\177ELF", "node@22.11.0 usr/local/bin/node #0"},
        {NULL, ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct dw_buffer tars[1] = {{0}};
        put_file(&tars[0], "usr/local/include/node/node_version.h", header);
        if (cases[i].program != NULL)
            put_file(&tars[0], "usr/local/bin/node", cases[i].program);
        struct dw_subject *subject = merge(tars, 1);
        assert_packages(subject, cases[i].packages);
        dw_subject_free(subject);
    }
}

static void test_unread_kinds(void **state)
{
    (void)state;
    struct dw_buffer tars[1] = {{0}};
    put_file(&tars[0], "usr/lib/python3/owned-1.dist-info/METADATA", "");
    put_file(&tars[0], "usr/lib/python3/a-1.dist-info/METADATA", "");
    put_file(&tars[0], "usr/lib/python3/b-1.dist-info/METADATA", "");
    put_file(&tars[0], "var/lib/dpkg/status", "Package: python3-owned\nVersion: 1\n");
    put_file(&tars[0], "var/lib/dpkg/info/python3-owned.list", "/usr/lib/python3/owned-1.dist-info/METADATA\n");
    put_file(&tars[0], "var/lib/rpm/rpmdb.sqlite", "");
    put_package(&tars[0], "app", "one", "1");
    put_file(&tars[0], "app/yarn.lock", "");
    put_file(&tars[0], "other/yarn.lock", "");
    struct dw_subject *subject = merge(tars, 1);
    static const struct {
        const char *path, *words;
    } expected[] = {
        {"usr/lib/python3/a-1.dist-info/METADATA", "Python packages are not read: what they list is not scanned (and 1 more "
                                                   "such file)"},
        {"var/lib/rpm/rpmdb.sqlite", "rpm package databases are not read: what they list is not scanned"},
        {"other/yarn.lock", "lock files of Yarn are not read: what they list is not scanned"},
    };
    size_t found = 0;
    for (size_t i = 0; i < subject->notes.len; i++) {
        const struct dw_note *note = &subject->notes.at[i];
        if (note->kind != DW_NOTE_UNSUPPORTED)
            continue;
        assert_true(found < 3);
        if (!dw_slice_is(note->path, expected[found].path) || !dw_slice_is(note->message, expected[found].words))
            fail_msg("%.*s: %.*s", DW_SLICE_ARG(note->path), DW_SLICE_ARG(note->message));
        found++;
    }
    assert_int_equal(found, 3);
    dw_subject_free(subject);
}

/* Programs are told only if something is found in them, and nothing of a lower one that is replaced or removed. */
static void test_programs(void **state)
{
    (void)state;
    static const char go[] = "\177ELF....\xff Go buildinf:";
    struct dw_buffer tars[2] = {{0}};
    put_package(&tars[0], "app", "one", "1");
    put_file(&tars[0], "usr/bin/kept", go);
    put_file(&tars[0], "usr/bin/replaced", go);
    put_file(&tars[0], "usr/bin/removed", go);
    put_file(&tars[0], "usr/bin/sh", "\177ELF");
    put_file(&tars[0], "usr/bin/text", "\xff Go buildinf:");
    put_header(&tars[0], "usr/bin/link", '1', "usr/bin/elsewhere", 0);
    put_header(&tars[0], "usr/bin/symlink", '2', "../share/text", 0);
    put_file(&tars[0], "usr/share/text", "");
    put_file(&tars[1], "usr/bin/replaced", "#!/bin/sh");
    put_file(&tars[1], "usr/bin/.wh.removed", "");
    struct dw_subject *subject = merge(tars, 2);
    assert_true(subject->shell);
    assert_int_equal(subject->notes.len, 1);
    assert_int_equal(subject->notes.at[0].kind, DW_NOTE_UNSUPPORTED);
    assert_true(dw_slice_is(subject->notes.at[0].path, "usr/bin/kept"));
    assert_true(dw_slice_starts_with(subject->notes.at[0].message, "Go programs are not read"));
    dw_subject_free(subject);
}

static void test_attribution(void **state)
{
    (void)state;
    struct dw_buffer tars[3] = {{0}};
#define STANZA(name, version) "Package: " name "\nStatus: install ok installed\nVersion: " version "\nArchitecture: amd64\n\n"
    put_file(&tars[0], "var/lib/dpkg/status", STANZA("a", "1") STANZA("b", "1"));
    put_file(&tars[1], "var/lib/dpkg/status", STANZA("a", "1") STANZA("b", "2"));
    put_file(&tars[2], "var/lib/dpkg/status", STANZA("a", "1") STANZA("b", "2") STANZA("c", "1"));
    struct dw_subject *subject = merge(tars, 3);
    assert_packages(subject, "a@1 var/lib/dpkg/status #0; b@2 var/lib/dpkg/status #1; c@1 var/lib/dpkg/status #2");
    dw_subject_free(subject);
}

/* ---- bad layers ---------------------------------------------------------------------------------------------------- */

static void assert_refused(struct dw_slice blob, enum dw_error_kind kind, const char *words)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_layer_facts *facts = read_layer(blob, &error);
    assert_null(facts);
    if (error.kind != kind || strstr(error.text, words) == NULL)
        fail_msg("kind %d: %s", error.kind, error.text);
}

static void test_no_tar(void **state)
{
    (void)state;
    struct dw_buffer zeros = {0}, text = {0}, tail = {0};
    for (size_t i = 0; i < (2u << 20); i++)
        dw_buffer_append_byte(&zeros, '\0');
    for (size_t i = 0; i < 2048; i++)
        dw_buffer_append_byte(&text, 'x');
    put_file(&tail, "a", "b");
    put_end(&tail);
    dw_buffer_append_string(&tail, "something else");
    assert_refused(DW_SLICE(""), DW_ERROR_INPUT, "");
    assert_refused(dw_buffer_slice(&zeros), DW_ERROR_INPUT, "zero bytes");
    assert_refused(dw_buffer_slice(&text), DW_ERROR_INPUT, "no readable tar");
    assert_refused(dw_buffer_slice(&tail), DW_ERROR_INPUT, "followed by other data");
    /* The empty layer of the image specification: 1,024 zero bytes. */
    struct dw_error error = DW_ERROR_INIT;
    struct dw_layer_facts *facts = read_layer(dw_slice_make(zeros.at, 1024), &error);
    assert_non_null(facts);
    assert_int_equal(facts->entry_count, 0);
    dw_layer_facts_free(facts);
    dw_buffer_free(&zeros);
    dw_buffer_free(&text);
    dw_buffer_free(&tail);
}

/* archive/tar of Go, by which Docker and containerd unpack, takes a link's data for the next entries, and a regular file
 * whose name ends in '/' for a file; libarchive passes both over. */
static void test_data_that_readers_skip(void **state)
{
    (void)state;
    static const char record[] = "13 size=1024\n";
    struct dw_buffer link = {0}, slash = {0};
    put_file(&link, "a", "x");
    put_header(&link, "pax", 'x', "", strlen(record));
    dw_buffer_append_string(&link, record);
    while (link.len % 512 != 0)
        dw_buffer_append_byte(&link, '\0');
    put_header(&link, "b", '1', "a", 1024);
    put_package(&link, "app", "one", "1");
    put_end(&link);
    put_file(&slash, "app/node_modules/one/package.json/", "{\"name\":\"one\",\"version\":\"1\"}");
    put_end(&slash);
    assert_refused(dw_buffer_slice(&link), DW_ERROR_INPUT, "no regular file and has data");
    assert_refused(dw_buffer_slice(&slash), DW_ERROR_INPUT, "no regular file and has data");
    dw_buffer_free(&link);
    dw_buffer_free(&slash);
}

static void test_truncated(void **state)
{
    (void)state;
    struct dw_buffer tar = {0};
    put_package(&tar, "app", "one", "1");
    put_file(&tar, "app/x", "0123456789");
    for (size_t length = 1; length < tar.len; length += 97) {
        struct dw_error error = DW_ERROR_INIT;
        struct dw_layer_facts *facts = read_layer(dw_slice_make(tar.at, length), &error);
        /* At a header's boundary only the end marker is missing, which is accepted. */
        if (facts != NULL && length % 512 != 0)
            fail_msg("accepted at %zu", length);
        dw_layer_facts_free(facts);
    }
    dw_buffer_free(&tar);
}

static void test_worker_of_many_entries(void **state)
{
    (void)state;
    struct dw_buffer tar = {0};
    for (size_t i = 0; i < 20000; i++) {
        char name[32];
        snprintf(name, sizeof(name), "d/%zu", i);
        put_file(&tar, name, "");
    }
    put_end(&tar);
    struct dw_error error = DW_ERROR_INIT;
    struct dw_layer_facts *facts = read_layer(dw_buffer_slice(&tar), &error);
    assert_non_null(facts);
    assert_int_equal(facts->entry_count, 20000);
    assert_int_equal(facts->hashes[0].len, 20000);
    dw_layer_facts_free(facts);
    dw_buffer_free(&tar);
}

/* A list of a distribution's package counts where such packages put files, and nowhere else. */
static void test_owner_only_in_its_places(void **state)
{
    (void)state;
    struct dw_buffer tars[1] = {{0}};
    put_file(&tars[0], "var/lib/dpkg/status", STANZA("node-one", "1"));
    put_file(&tars[0], "var/lib/dpkg/info/node-one.list",
             "/usr/share/nodejs/node_modules/one/package.json\n/app/node_modules/two/package.json\n");
    put_package(&tars[0], "usr/share/nodejs", "one", "1");
    put_package(&tars[0], "app", "two", "2");
    struct dw_subject *subject = merge(tars, 1);
    size_t seen = 0;
    for (size_t i = 0; i < subject->packages.len; i++) {
        const struct dw_package *package = subject->packages.at[i];
        if (dw_slice_is(package->name, "one") && ++seen)
            assert_non_null(package->owner);
        if (dw_slice_is(package->name, "two") && ++seen)
            assert_null(package->owner);
    }
    assert_int_equal(seen, 2);
    dw_subject_free(subject);
}

int main(void)
{
    dw_hash_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whiteout),
        cmocka_unit_test(test_whiteout_speaks_of_lower_layers),
        cmocka_unit_test(test_opaque),
        cmocka_unit_test(test_file_over_folder),
        cmocka_unit_test(test_replaced),
        cmocka_unit_test(test_last_entry_of_a_layer_wins),
        cmocka_unit_test(test_merged_usr),
        cmocka_unit_test(test_folder_over_link),
        cmocka_unit_test(test_hard_link),
        cmocka_unit_test(test_one_path_twice),
        cmocka_unit_test(test_links_out_of_the_root),
        cmocka_unit_test(test_shell),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_lock_file_and_owner),
        cmocka_unit_test(test_owner_of_distroless),
        cmocka_unit_test(test_hidden_lock_file),
        cmocka_unit_test(test_node_header),
        cmocka_unit_test(test_unread_kinds),
        cmocka_unit_test(test_programs),
        cmocka_unit_test(test_attribution),
        cmocka_unit_test(test_owner_only_in_its_places),
        cmocka_unit_test(test_no_tar),
        cmocka_unit_test(test_data_that_readers_skip),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_worker_of_many_entries),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
