/* SPDX-License-Identifier: Apache-2.0
 *
 * Expected values: RFC 4648 section 10 (base64), FIPS 180-4 examples (SHA-256, SHA-512), RFC 3339 section 5.8, the Unicode
 * standard's table 3-7 (UTF-8), the SipHash reference for equality only; calendars by `date -u`. */
#include "base/clock.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void test_slice(void **state)
{
    (void)state;
    uint64_t number;
    int64_t signed_number;
    assert_true(dw_parse_u64(DW_SLICE("18446744073709551615"), &number) && number == UINT64_MAX);
    static const char *const bad[] = {"", "18446744073709551616", "99999999999999999999", "-1", "+1", " 1", "1 ", "0x1", "1e3"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(dw_parse_u64(dw_slice_of(bad[i]), &number));
    assert_true(dw_parse_i64(DW_SLICE("-12"), &signed_number) && signed_number == -12);
    assert_false(dw_parse_i64(DW_SLICE("9223372036854775808"), &signed_number));
    assert_false(dw_checked_add(UINT64_MAX, 1, &number));
    assert_false(dw_checked_multiply(UINT64_MAX / 2 + 1, 2, &number));

    struct dw_slice rest = DW_SLICE("a,,b,"), piece;
    bool more = true;
    const char *const pieces[] = {"a", "", "b", ""};
    size_t count = 0;
    while (dw_slice_split(&rest, ',', &more, &piece))
        assert_true(count < 4 && dw_slice_is(piece, pieces[count++]));
    assert_int_equal(count, 4);
    rest = DW_SLICE("one\r\ntwo\n\nlast");
    const char *const lines[] = {"one", "two", "", "last"};
    for (count = 0; dw_slice_line(&rest, &piece); count++)
        assert_true(count < 4 && dw_slice_is(piece, lines[count]));
    assert_int_equal(count, 4);
    assert_true(dw_slice_is(dw_path_base(DW_SLICE("a/b")), "b"));
    assert_int_equal(dw_path_parent(DW_SLICE("b")).len, 0);
    assert_int_equal(dw_slice_part(DW_SLICE("abc"), 5, 9).len, 0);
    assert_true(dw_slice_compare(DW_SLICE("a"), DW_SLICE("ab")) < 0);
}

static void test_time(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t time;
    } good[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1985-04-12T23:20:50.52Z", 482196050},
        {"1996-12-19T16:39:57-08:00", 851042397},
        {"1990-12-31T23:59:60Z", 662688000},
        {"2000-02-29T12:00:00+01:00", 951822000},
        {"2026-11-24T14:47:21Z", 1795531641},
        {"0001-01-01T00:00:00Z", -62135596800},
        {"9999-12-31T23:59:59Z", 253402300799},
        {"2026-11-24", 1795478400},
    };
    static const char *const bad[] = {"", "2026", "2026-13-01", "2026-02-29", "2026-00-10", "2100-02-29", "2026-11-24T24:00:00Z",
                                      "2026-11-24T14:60:00Z", "2026-11-24T14:47:21", "2026-11-24T14:47:21.Z",
                                      "2026-11-24T14:47:21+0100", "2026-11-24T14:47:21Z ", "0000-01-01T00:00:00Z",
                                      "2026-1-24", "2026-11-24X14:47:21Z", "-026-11-24"};
    int64_t time;
    char text[DW_TIME_TEXT];
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(dw_time_parse(dw_slice_of(good[i].text), true, &time));
        assert_int_equal(time, good[i].time);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (dw_time_parse(dw_slice_of(bad[i]), true, &time))
            fail_msg("accepted: %s", bad[i]);
    assert_false(dw_time_parse(DW_SLICE("2026-11-24"), false, &time));
    assert_string_equal(dw_time_format(1795531641, text), "2026-11-24T14:47:21Z");
    assert_string_equal(dw_time_format(-1, text), "1969-12-31T23:59:59Z");
    assert_string_equal(dw_date_format(951822000, text), "2000-02-29");
    assert_string_equal(dw_time_format(DW_TIME_UNKNOWN, text), "unknown");
    assert_true(dw_duration_parse(DW_SLICE("31d"), &time) && time == 31 * 86400);
    assert_true(dw_duration_parse(DW_SLICE("0h"), &time) && time == 0);
    assert_false(dw_duration_parse(DW_SLICE("31"), &time));
    assert_false(dw_duration_parse(DW_SLICE("d"), &time));
    assert_false(dw_duration_parse(DW_SLICE("9999999999999999999w"), &time));
}

static void test_base64(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"", ""},         {"f", "Zg=="},     {"fo", "Zm8="},        {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
    static const char *const bad[] = {"Zg=", "Zg", "Zh==", "Zm9=", "Z===", "Zm 9v", "Zm9v\n", "=Zm9", "Zg==Zg=="};
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct dw_buffer out = {0};
        dw_base64_encode(&out, dw_slice_of(pairs[i][0]));
        assert_true(dw_slice_is(dw_buffer_slice(&out), pairs[i][1]));
        dw_buffer_clear(&out);
        assert_true(dw_base64_decode(dw_slice_of(pairs[i][1]), &out));
        assert_true(dw_slice_is(dw_buffer_slice(&out), pairs[i][0]));
        dw_buffer_free(&out);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct dw_buffer out = {0};
        if (dw_base64_decode(dw_slice_of(bad[i]), &out))
            fail_msg("accepted: %s", bad[i]);
        assert_int_equal(out.len, 0);
        dw_buffer_free(&out);
    }
}

static void test_utf8(void **state)
{
    (void)state;
    static const char *const good[] = {"", "abc", "é", "€", "😀", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"};
    static const char *const bad[] = {"\x80",         "\xc0\x80",         "\xc1\xbf",     "\xe0\x80\x80", "\xe0\x9f\xbf",
                                      "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82",
                                      "12345678\xff"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(dw_utf8_valid(dw_slice_of(good[i])));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(dw_utf8_valid(dw_slice_of(bad[i])));
    struct dw_buffer out = {0};
    dw_escape_terminal(&out, DW_SLICE("a\x1b[31m\n\x7f\xc2\x9b\xff\xe2\x80\xae€"), false);
    assert_string_equal(out.at, "a\\x1b[31m\\x0a\\x7f\\u{009b}\\xff\\u{202e}€");
    dw_buffer_clear(&out);
    dw_escape_terminal(&out, DW_SLICE("a\tb\nc\r"), true);
    assert_string_equal(out.at, "a\tb\nc\\x0d");
    dw_buffer_free(&out);
    assert_int_equal(dw_display_width(DW_SLICE("aé€")), 3);
    assert_int_equal(dw_display_width(DW_SLICE("日本")), 4);
    assert_int_equal(dw_display_width(DW_SLICE("e\xcc\x81")), 1);
}

static void test_nearest(void **state)
{
    (void)state;
    static const char *const names[] = {"format", "output", "quiet", "jobs"};
    assert_string_equal(dw_nearest_name(DW_SLICE("fromat"), names, 4), "format");
    assert_string_equal(dw_nearest_name(DW_SLICE("job"), names, 4), "jobs");
    assert_null(dw_nearest_name(DW_SLICE("something"), names, 4));
    assert_null(dw_nearest_name(DW_SLICE(""), names, 4));
}

static void test_digest(void **state)
{
    (void)state;
    static const char abc256[] = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    static const char abc512[] = "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                                 "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";
    struct dw_digest digest;
    char text[DW_DIGEST_TEXT];
    assert_true(dw_digest_parse(dw_slice_of(abc256), &digest));
    assert_true(dw_digest_matches(&digest, DW_SLICE("abc")));
    assert_false(dw_digest_matches(&digest, DW_SLICE("abd")));
    assert_string_equal(dw_digest_format(&digest, text), abc256);
    assert_true(dw_digest_parse(dw_slice_of(abc512), &digest));
    assert_true(dw_digest_matches(&digest, DW_SLICE("abc")));
    static const char *const bad[] = {"", "sha256:", "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
                                      "md5:900150983cd24fb0d6963f7d28e17f72",
                                      "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
                                      "sha256:../../../../../../../../../../../../../../../../../../etc/passwd0",
                                      "none:"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(dw_digest_parse(dw_slice_of(bad[i]), &digest));
}

static void test_map(void **state)
{
    (void)state;
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    DW_CLEANUP(dw_map_free) struct dw_map map = {0};
    for (uint64_t i = 0; i < 5000; i++) {
        bool added;
        struct dw_slice key = dw_arena_printf(&arena, "key %d", (int)i);
        dw_map_insert(&map, key, &added)->number = i;
        assert_true(added);
    }
    for (uint64_t i = 0; i < 5000; i++) {
        struct dw_map_entry *entry = dw_map_find(&map, dw_arena_printf(&arena, "key %d", (int)i));
        assert_non_null(entry);
        assert_int_equal(entry->number, i);
    }
    assert_null(dw_map_find(&map, DW_SLICE("key 5000")));
    size_t at = 0, count = 0;
    while (dw_map_next(&map, &at) != NULL)
        count++;
    assert_int_equal(count, 5000);
}

static void test_error(void **state)
{
    (void)state;
    struct dw_error error = DW_ERROR_INIT;
    assert_false(dw_fail(&error, DW_ERROR_LIMIT, "%s", "inner"));
    dw_context(&error, "layer %d", 2);
    dw_context(&error, "image");
    assert_string_equal(error.text, "image: layer 2: inner");
    assert_int_equal(dw_error_exit_code(error.kind), 3);
    char longest[5000];
    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    dw_fail(&error, DW_ERROR_INPUT, "%s", longest);
    assert_int_equal(strlen(error.text), DW_ERROR_TEXT - 1);
    assert_true(dw_slice_ends_with(dw_slice_of(error.text), "…"));
    dw_context(&error, "more");
    assert_true(dw_slice_ends_with(dw_slice_of(error.text), "…"));
    dw_fail(NULL, DW_ERROR_INPUT, "nobody listens");
}

static void test_limits(void **state)
{
    (void)state;
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    assert_true(dw_limits_set(&limits, DW_SLICE("layer-bytes=2M"), &error));
    assert_int_equal(limits.value[DW_LIMIT_LAYER_BYTES], 2 << 20);
    assert_false(dw_limits_set(&limits, DW_SLICE("layer-bites=2"), &error));
    assert_non_null(strstr(error.text, "layer-bytes"));
    assert_int_equal(error.kind, DW_ERROR_USAGE);
    assert_false(dw_limits_set(&limits, DW_SLICE("layer-bytes"), &error));
    assert_false(dw_limits_set(&limits, DW_SLICE("layer-bytes=99999999999999999999G"), &error));
    assert_true(dw_limit_check(&limits, DW_LIMIT_LAYER_BYTES, 2 << 20, &error));
    assert_false(dw_limit_check(&limits, DW_LIMIT_LAYER_BYTES, (2 << 20) + 1, &error));
    assert_int_equal(error.kind, DW_ERROR_LIMIT);
    for (enum dw_limit i = 0; i < DW_LIMIT_COUNT; i++)
        assert_true(dw_limit_name(i) != NULL && dw_limit_title(i) != NULL && limits.value[i] > 0);
}

static void test_file(void **state)
{
    (void)state;
    char folder[] = "/tmp/dockworthy-test-XXXXXX";
    struct dw_error error = DW_ERROR_INIT;
    struct stat status;
    assert_non_null(mkdtemp(folder));
    DW_CLEANUP(dw_cleanup_free) char *path = dw_path_join(folder, "file");
    DW_CLEANUP(dw_cleanup_free) char *deep = dw_path_join(folder, "a/b/c");
    assert_true(dw_file_write(path, DW_SLICE("first"), 0644, &error));
    assert_true(dw_file_write(path, DW_SLICE("second"), 0644, &error));
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    assert_true(dw_file_read(path, 6, &text, &error));
    assert_string_equal(text.at, "second");
    dw_buffer_clear(&text);
    assert_false(dw_file_read(path, 5, &text, &error));
    assert_int_equal(error.kind, DW_ERROR_LIMIT);
    assert_false(dw_file_read(folder, 100, &text, &error));
    assert_int_equal(error.kind, DW_ERROR_INPUT);

    /* An abandoned write leaves the old content and nothing beside it. */
    struct dw_file_writer writer;
    assert_true(dw_file_writer_open(&writer, path, 0600, &error));
    assert_true(dw_file_writer_append(&writer, DW_SLICE("third"), &error));
    dw_file_writer_abandon(&writer);
    dw_buffer_clear(&text);
    assert_true(dw_file_read(path, 100, &text, &error));
    assert_string_equal(text.at, "second");

    /* A link is replaced, what it leads to stays. */
    DW_CLEANUP(dw_cleanup_free) char *link = dw_path_join(folder, "link");
    assert_int_equal(symlink("file", link), 0);
    assert_true(dw_file_write(link, DW_SLICE("own"), 0644, &error));
    assert_int_equal(lstat(link, &status), 0);
    assert_true(S_ISREG(status.st_mode));

    assert_false(dw_file_write(deep, DW_SLICE("x"), 0644, &error));
    assert_int_equal(error.kind, DW_ERROR_SYSTEM);
    assert_true(dw_make_folders(deep, &error));
    assert_true(dw_is_folder(deep));
    assert_false(dw_make_folders(path, &error));
    char command[256];
    snprintf(command, sizeof(command), "test \"$(ls -A %s | tr '\\n' ' ')\" = 'a file link ' && rm -r %s", folder, folder);
    assert_int_equal(system(command), 0);
}

static void test_arena(void **state)
{
    (void)state;
    struct dw_arena arena = {0};
    char *kept[300];
    for (size_t i = 0; i < 300; i++) {
        size_t size = i % 7 == 0 ? 40000 : i;
        kept[i] = dw_arena_alloc(&arena, 1, size + 1);
        assert_int_equal((uintptr_t)kept[i] % _Alignof(max_align_t), 0);
        for (size_t j = 0; j <= size; j++)
            assert_int_equal(kept[i][j], 0);
        memset(kept[i], (int)i, size + 1);
        assert_true(dw_slice_is(dw_arena_copy(&arena, DW_SLICE("odd")), "odd"));
    }
    for (size_t i = 0; i < 300; i++)
        assert_int_equal((unsigned char)kept[i][0], i % 256);
    /* What another arena held lives on in this one, and neither writes over the other. */
    struct dw_arena other = {0}, empty = {0};
    struct dw_slice word = dw_arena_copy(&other, DW_SLICE("kept"));
    dw_arena_adopt(&arena, &other);
    dw_arena_adopt(&arena, &empty);
    for (size_t i = 0; i < 5000; i++)
        dw_arena_copy(&arena, DW_SLICE("more"));
    assert_true(dw_slice_is(word, "kept"));
    assert_int_equal(other.total, 0);
    dw_arena_adopt(&empty, &arena);
    assert_true(dw_slice_is(word, "kept"));
    dw_arena_copy(&empty, DW_SLICE("still writable"));
    dw_arena_free(&arena);
    dw_arena_free(&empty);
}

static void test_path_normal(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"", "."},          {".", "."},           {"a/./b//c", "a/b/c"}, {"a/../b", "b"},
                                          {"../a", "../a"},   {"a/../../b", "../b"}, {"/../a", "/a"},       {"/", "/"},
                                          {"a/b/../..", "."}, {"./a/", "a"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        DW_CLEANUP(dw_cleanup_free) char *normal = dw_path_normal(dw_slice_of(rows[i][0]));
        assert_string_equal(normal, rows[i][1]);
    }
}

int main(void)
{
    dw_hash_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_path_normal),
        cmocka_unit_test(test_slice),  cmocka_unit_test(test_time),   cmocka_unit_test(test_base64),
        cmocka_unit_test(test_utf8),   cmocka_unit_test(test_nearest), cmocka_unit_test(test_digest),
        cmocka_unit_test(test_map),    cmocka_unit_test(test_error),  cmocka_unit_test(test_limits),
        cmocka_unit_test(test_file),   cmocka_unit_test(test_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
