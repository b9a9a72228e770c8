/* SPDX-License-Identifier: Apache-2.0
 *
 * The database file: nothing of it can be damaged so that a look-up finds less than was written. */
#include "fixture.h"

#include "advisory/format.h"
#include "base/file.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const records[] = {
    "{\"id\":\"GHSA-1\",\"modified\":\"2024-01-02T00:00:00Z\",\"aliases\":[\"CVE-2024-1\"],\"affected\":[{\"package\":"
    "{\"ecosystem\":\"npm\",\"name\":\"One\"},\"ranges\":[{\"type\":\"SEMVER\",\"events\":[{\"introduced\":\"0\"},"
    "{\"fixed\":\"2.0.0\"}]}]}],\"database_specific\":{\"severity\":\"HIGH\"}}",
    "{\"id\":\"DSA-1\",\"modified\":\"2023-01-02T00:00:00Z\",\"upstream\":[\"CVE-2024-1\",\"CVE-2024-2\"],\"affected\":"
    "[{\"package\":{\"ecosystem\":\"Debian:12\",\"name\":\"two\"},\"versions\":[\"1.0-1\"]}]}",
};

static struct dw_database *open_fixture(struct fixture *fixture)
{
    return fixture_of(fixture, records, 2);
}

/* Everything that can be asked of the small database, in words; false on an error. */
static bool ask(const struct dw_database *database, struct dw_buffer *out, struct dw_error *error)
{
    static const struct {
        const char *ecosystem, *release, *name;
    } packages[] = {{"npm", "", "one"}, {"npm", "", "two"}, {"Debian", "12", "two"}, {"Debian", "11", "two"}};
    static const char *const ids[] = {"GHSA-1", "cve-2024-1", "CVE-2024-2", "DSA-1", "CVE-2024-9"};
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    for (size_t i = 0; i < sizeof(packages) / sizeof(packages[0]); i++) {
        struct dw_database_entry *entries;
        size_t count;
        uint64_t total;
        if (!dw_database_find_package(database, &arena, dw_slice_of(packages[i].ecosystem),
                                      dw_slice_of(packages[i].release), dw_slice_of(packages[i].name), &entries, &count,
                                      error) ||
            !dw_database_count_release(database, dw_slice_of(packages[i].ecosystem), dw_slice_of(packages[i].release),
                                       &total, error))
            return false;
        dw_buffer_printf(out, "%s %zu of %u;", packages[i].name, count, (unsigned)total);
        for (size_t j = 0; j < count; j++) {
            struct dw_database_advisory advisory;
            if (!dw_database_advisory(database, &arena, entries[j].advisory, &advisory, error))
                return false;
            dw_buffer_printf(out, " %.*s", DW_SLICE_ARG(advisory.record.id));
            for (size_t k = 0; k < advisory.group_count; k++) {
                struct dw_advisory_group group;
                if (!dw_database_group(database, &arena, advisory.groups[k], &group, error))
                    return false;
                dw_buffer_printf(out, " (%.*s %zu %zu)", DW_SLICE_ARG(group.primary), group.aliases.count,
                                 group.rating_count);
            }
        }
        dw_buffer_append_byte(out, '\n');
    }
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        struct dw_id_hits hits;
        if (!dw_database_find_id(database, &arena, dw_slice_of(ids[i]), &hits, error))
            return false;
        dw_buffer_printf(out, "%s: %zu %zu\n", ids[i], hits.group_count, hits.advisory_count);
    }
    return true;
}

/* GHSA-1 is the group of CVE-2024-1, with its word; DSA-1 backs that CVE (and lends nothing) and CVE-2024-2. */
static const char answers[] = "one 1 of 1; GHSA-1 (CVE-2024-1 1 1)\n"
                              "two 0 of 1;\n"
                              "two 1 of 1; DSA-1 (CVE-2024-1 1 1) (CVE-2024-2 0 0)\n"
                              "two 0 of 0;\n"
                              "GHSA-1: 1 2\ncve-2024-1: 1 2\nCVE-2024-2: 1 1\nDSA-1: 2 1\nCVE-2024-9: 0 0\n";

static void test_answers(void **state)
{
    struct fixture fixture;
    struct dw_database *database = open_fixture(&fixture);
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    struct dw_database_summary summary = dw_database_summary(database);
    (void)state;
    if (!ask(database, &out, &error))
        fail_msg("%s", error.text);
    assert_string_equal(out.at, answers);
    assert_true(summary.present && summary.records == 2 && summary.built == 1700000000);
    assert_int_equal(summary.newest, 1704153600);
    assert_true(dw_slice_starts_with(summary.digest, "sha256:") && summary.digest.len == 71);
    if (!dw_database_verify(database, &error))
        fail_msg("%s", error.text);
    dw_database_close(database);
    fixture_close(&fixture);
}

static void write_bytes(const char *path, struct dw_slice bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0 && dw_write_all(fd, bytes));
    close(fd);
}

/* With any one bit flipped every look-up gives the right answer or an error, and verify notices. */
static void test_flipped_bits(void **state)
{
    struct fixture fixture;
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer bytes = {0};
    size_t opened = 0;
    (void)state;
    dw_database_close(open_fixture(&fixture));
    assert_true(dw_file_read(fixture.path, 1 << 20, &bytes, &error));
    for (size_t bit = 0; bit < bytes.len * 8; bit += bit % 8 == 7 && bytes.at[bit / 8] == 0 ? 9 : 1) {
        char flipped = (char)(bytes.at[bit / 8] ^ (1 << bit % 8));
        int fd = open(fixture.path, O_WRONLY | O_CLOEXEC);
        assert_true(fd >= 0 && pwrite(fd, &flipped, 1, (off_t)(bit / 8)) == 1);
        struct dw_database *database = dw_database_open(fixture.path, &error);
        if (database) {
            DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
            opened++;
            if (ask(database, &out, &error))
                assert_string_equal(out.at, answers);
            else
                assert_int_equal(error.kind, DW_ERROR_INPUT);
            if (dw_database_verify(database, &error))
                fail_msg("bit %zu: verify notices nothing", bit);
        }
        dw_database_close(database);
        assert_true(pwrite(fd, &bytes.at[bit / 8], 1, (off_t)(bit / 8)) == 1);
        close(fd);
    }
    assert_true(opened > 0);
    fixture_close(&fixture);
}

/* A change that brings its own sum: look-ups cannot know, verify does, by the SHA-256 of the whole. */
static void test_forged(void **state)
{
    struct fixture fixture;
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer bytes = {0};
    uint32_t length, kind, sum;
    (void)state;
    dw_database_close(open_fixture(&fixture));
    assert_true(dw_file_read(fixture.path, 1 << 20, &bytes, &error));
    char *item = bytes.at + DW_DATABASE_HEAD;
    memcpy(&length, item, 4);
    memcpy(&kind, item + 4, 4);
    item[DW_ITEM_HEADER + 4] = 'X'; /* of the first group's primary id */
    memcpy(item + 8, &kind, 4);
    sum = htole32(dw_checksum_at(DW_DATABASE_HEAD, dw_slice_make(item + 8, le32toh(length) + 4)));
    memcpy(item + 8, &sum, 4);
    write_bytes(fixture.path, dw_buffer_slice(&bytes));
    struct dw_database *database = dw_database_open(fixture.path, &error);
    assert_non_null(database);
    assert_false(dw_database_verify(database, &error));
    assert_non_null(strstr(error.text, "SHA-256 differs"));
    dw_database_close(database);
    fixture_close(&fixture);
}

static void test_truncated(void **state)
{
    struct fixture fixture;
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer bytes = {0};
    (void)state;
    struct dw_database *open = open_fixture(&fixture);
    assert_true(dw_file_read(fixture.path, 1 << 20, &bytes, &error));
    for (size_t length = 0; length < bytes.len; length += length < 200 || length + 200 > bytes.len ? 1 : 13) {
        write_bytes(fixture.path, dw_slice_make(bytes.at, length));
        struct dw_database *database = dw_database_open(fixture.path, &error);
        if (database)
            fail_msg("%zu of %zu bytes are accepted", length, bytes.len);
        assert_int_equal(error.kind, DW_ERROR_INPUT);
    }
    dw_buffer_append_byte(&bytes, 0);
    write_bytes(fixture.path, dw_buffer_slice(&bytes));
    assert_null(dw_database_open(fixture.path, &error));
    /* The file was cut and rewritten under an open database: it is read, not mapped, so this is an error and no signal. */
    write_bytes(fixture.path, DW_SLICE(""));
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    assert_false(ask(open, &out, &error));
    assert_int_equal(error.kind, DW_ERROR_INPUT);
    dw_database_close(open);
    fixture_close(&fixture);
}

static void test_missing(void **state)
{
    struct dw_error error = DW_ERROR_INIT;
    (void)state;
    assert_null(dw_database_open("/nonexistent/advisories.db", &error));
    assert_int_equal(error.kind, DW_ERROR_UNAVAILABLE);
    assert_non_null(strstr(error.text, "dockworthy db build"));
    assert_null(dw_database_open("/dev/null", &error));
    assert_int_equal(error.kind, DW_ERROR_INPUT);
}

static void put_zip_of(const struct fixture *fixture, const char *name, const char *const *names,
                       const char *const *contents, size_t count)
{
    DW_CLEANUP(dw_cleanup_free) char *path = dw_path_join(fixture->feed, name);
    struct archive *archive = archive_write_new();
    assert_int_equal(archive_write_set_format_zip(archive), ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(archive, path), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        struct archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, names[i]);
        bool folder = names[i][strlen(names[i]) - 1] == '/';
        archive_entry_set_filetype(entry, folder ? AE_IFDIR : AE_IFREG);
        archive_entry_set_perm(entry, 0700);
        archive_entry_set_size(entry, folder ? 0 : (la_int64_t)strlen(contents[i]));
        assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
        if (!folder)
            assert_int_equal(archive_write_data(archive, contents[i], strlen(contents[i])), strlen(contents[i]));
        archive_entry_free(entry);
    }
    archive_write_free(archive);
}

static void put_zip(const struct fixture *fixture, const char *name, const char *const *names, size_t count)
{
    put_zip_of(fixture, name, names, records, count);
}

/* The same records from an archive and from files, in this process or in a worker, in any order: the same bytes but for the
 * feeds' names and digests, so the same answers; twice the same input gives the same file. */
static void test_build_paths(void **state)
{
    static const char *const names[] = {"GHSA-1.json", "DSA-1.json"};
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer first = {0};
    struct dw_zygote *zygote = *state;
    struct fixture fixture;
    for (unsigned pass = 0; pass < 3; pass++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0}, bytes = {0};
        fixture_open(&fixture);
        if (pass == 2) {
            fixture_put(&fixture, "b/GHSA-1.json", records[0]);
            fixture_put(&fixture, "DSA-1.json", records[1]);
            fixture_put(&fixture, "b/notes.txt", "not read");
        } else {
            fixture_put(&fixture, "mixed/modified_id.csv", "");
            put_zip(&fixture, "mixed/all.zip", names, 2);
        }
        if (!fixture_build(&fixture, pass == 0 ? NULL : zygote, &error))
            fail_msg("pass %u: %s", pass, error.text);
        struct dw_database *database = dw_database_open(fixture.path, &error);
        assert_non_null(database);
        assert_true(ask(database, &out, &error));
        assert_string_equal(out.at, answers);
        dw_database_close(database);
        assert_true(dw_file_read(fixture.path, 1 << 20, &bytes, &error));
        if (pass == 0)
            dw_buffer_append(&first, dw_buffer_slice(&bytes));
        else if (pass == 1)
            assert_true(dw_slice_equal(dw_buffer_slice(&first), dw_buffer_slice(&bytes)));
        fixture_close(&fixture);
    }
}

static void test_bad_feeds(void **state)
{
    static const char *const bad_name[] = {"readme.txt"}, *const folder_only[] = {"npm/"};
    struct dw_zygote *zygote = *state;
    for (unsigned pass = 0; pass < 2; pass++) {
        struct dw_error error = DW_ERROR_INIT;
        struct fixture fixture;
        struct stat status;
        struct dw_zygote *with = pass == 0 ? NULL : zygote;
        fixture_open(&fixture);
        assert_false(fixture_build(&fixture, with, &error)); /* nothing there */
        assert_non_null(strstr(error.text, "holds no OSV records"));
        fixture_put(&fixture, "npm/GHSA-1.json", records[0]);
        fixture_put(&fixture, "npm/GHSA-2.json", "{\"id\":\"GHSA-2\",\"affected\":[7]}");
        assert_false(fixture_build(&fixture, with, &error));
        assert_int_equal(error.kind, DW_ERROR_INPUT);
        assert_non_null(strstr(error.text, "npm/GHSA-2.json: record GHSA-2: an item of \"affected\" is no object"));
        assert_int_not_equal(stat(fixture.path, &status), 0); /* nothing half-written */
        fixture_put(&fixture, "npm/GHSA-2.json", records[1]);
        put_zip(&fixture, "npm/all.zip", bad_name, 1);
        assert_false(fixture_build(&fixture, with, &error));
        assert_non_null(strstr(error.text, "npm/all.zip: readme.txt: is no .json file"));
        put_zip(&fixture, "npm/all.zip", folder_only, 1);
        assert_false(fixture_build(&fixture, with, &error));
        assert_non_null(strstr(error.text, "npm/all.zip: the feed has no record"));
        fixture_put(&fixture, "npm/all.zip", "PK\3\4 no archive");
        assert_false(fixture_build(&fixture, with, &error));
        assert_int_equal(error.kind, DW_ERROR_INPUT);
        assert_non_null(strstr(error.text, "npm/all.zip"));
        fixture_close(&fixture);
    }
}

/* A small archive that unpacks to more than one record may have: refused by name of member and limit. */
static void test_bomb(void **state)
{
    static const char *const names[] = {"GHSA-1.json"};
    size_t size = 17 << 20;
    DW_CLEANUP(dw_cleanup_free) char *spaces = dw_alloc(size + 1, 1);
    memset(spaces, ' ', size);
    const char *const contents[] = {spaces};
    for (unsigned pass = 0; pass < 2; pass++) {
        struct dw_error error = DW_ERROR_INIT;
        struct fixture fixture;
        fixture_open(&fixture);
        fixture_put(&fixture, "npm/x", "");
        put_zip_of(&fixture, "npm/all.zip", names, contents, 1);
        assert_false(fixture_build(&fixture, pass == 0 ? NULL : *state, &error));
        assert_int_equal(error.kind, DW_ERROR_LIMIT);
        assert_non_null(strstr(error.text, "npm/all.zip: GHSA-1.json: "));
        assert_non_null(strstr(error.text, "advisory-record-bytes"));
        fixture_close(&fixture);
    }
}

/* An archive cut anywhere, or with a bit flipped in its data, is never read as a smaller feed. */
static void test_damaged_archive(void **state)
{
    static const char *const names[] = {"GHSA-1.json", "DSA-1.json"};
    struct fixture fixture;
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer bytes = {0};
    (void)state;
    fixture_open(&fixture);
    fixture_put(&fixture, "npm/x", "");
    put_zip(&fixture, "npm/all.zip", names, 2);
    DW_CLEANUP(dw_cleanup_free) char *path = dw_path_join(fixture.feed, "npm/all.zip");
    assert_true(dw_file_read(path, 1 << 20, &bytes, &error));
    for (size_t length = 0; length < bytes.len; length += 7) {
        write_bytes(path, dw_slice_make(bytes.at, length));
        if (fixture_build(&fixture, NULL, &error))
            fail_msg("%zu of %zu bytes are accepted", length, bytes.len);
    }
    for (size_t at = 0; at < bytes.len; at += 3) {
        bytes.at[at] = (char)(bytes.at[at] ^ 0x10);
        write_bytes(path, dw_buffer_slice(&bytes));
        if (fixture_build(&fixture, NULL, &error)) {
            struct dw_database *database = dw_database_open(fixture.path, &error);
            assert_non_null(database);
            assert_int_equal(dw_database_summary(database).records, 2);
            dw_database_close(database);
        }
        bytes.at[at] = (char)(bytes.at[at] ^ 0x10);
    }
    fixture_close(&fixture);
}

/* Of one id the record last modified counts; undecided, all are kept. */
static void test_same_id(void **state)
{
    static const char text[] = "{\"id\":\"X-1\",%s\"affected\":[{\"package\":{\"ecosystem\":\"npm\",\"name\":\"%s\"}}]}";
    static const struct {
        const char *modified_a, *modified_b;
        unsigned records;
        bool a;
    } cases[] = {
        {"\"modified\":\"2024-01-01T00:00:00Z\",", "\"modified\":\"2023-01-01T00:00:00Z\",", 1, true},
        {"\"modified\":\"2023-01-01T00:00:00Z\",", "\"modified\":\"2024-01-01T00:00:00Z\",", 1, false},
        {"", "\"modified\":\"2024-01-01T00:00:00Z\",", 1, false},
        {"", "", 2, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
        struct dw_slice a = dw_arena_printf(&arena, text, cases[i].modified_a, "a");
        struct dw_slice b = dw_arena_printf(&arena, text, cases[i].modified_b, "b");
        const char *pair[] = {a.at, b.at};
        struct dw_error error = DW_ERROR_INIT;
        struct dw_database_entry *entries;
        size_t count;
        struct fixture fixture;
        struct dw_database *database = fixture_of(&fixture, pair, 2);
        assert_int_equal(dw_database_summary(database).records, cases[i].records);
        assert_true(dw_database_find_package(database, &arena, DW_SLICE("npm"), DW_SLICE(""), DW_SLICE("a"), &entries,
                                             &count, &error));
        assert_int_equal(count, cases[i].a);
        dw_database_close(database);
        fixture_close(&fixture);
    }
}

/* The order of files does not reach the database: entries stand by their records' ids. */
static void test_order(void **state)
{
    static const char *const unsorted[] = {
        "{\"id\":\"B-1\",\"affected\":[{\"package\":{\"ecosystem\":\"npm\",\"name\":\"a\"}}]}",
        "{\"id\":\"A-1\",\"affected\":[{\"package\":{\"ecosystem\":\"npm\",\"name\":\"a\"}}]}",
    };
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    struct dw_error error = DW_ERROR_INIT;
    struct dw_database_entry *entries;
    struct dw_database_advisory advisory;
    size_t count;
    struct fixture fixture;
    (void)state;
    struct dw_database *database = fixture_of(&fixture, unsorted, 2);
    assert_true(dw_database_find_package(database, &arena, DW_SLICE("npm"), DW_SLICE(""), DW_SLICE("a"), &entries, &count,
                                         &error));
    assert_int_equal(count, 2);
    assert_true(dw_database_advisory(database, &arena, entries[0].advisory, &advisory, &error));
    assert_true(dw_slice_is(advisory.record.id, "A-1"));
    dw_database_close(database);
    fixture_close(&fixture);
}

static int start(void **state)
{
    static const struct dw_job_type jobs[DW_JOB_COUNT] = {[DW_JOB_FEED] = {"feed", dw_job_feed}};
    static struct dw_limits limits;
    struct dw_error error = DW_ERROR_INIT;
    limits = dw_limits_default();
    *state = dw_zygote_start(jobs, DW_JOB_COUNT, &limits, &error);
    if (*state == NULL)
        print_error("%s\n", error.text);
    return *state == NULL;
}

static int stop(void **state)
{
    dw_zygote_stop(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),         cmocka_unit_test(test_flipped_bits), cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_missing),         cmocka_unit_test(test_build_paths),  cmocka_unit_test(test_bad_feeds),
        cmocka_unit_test(test_damaged_archive), cmocka_unit_test(test_same_id),
        cmocka_unit_test(test_forged),          cmocka_unit_test(test_order),
        cmocka_unit_test(test_bomb),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
