/* SPDX-License-Identifier: Apache-2.0
 *
 * Every line of the CVSS lists: scores, vectors that must be refused, and vectors that print back unchanged. */
#include "advisory/cvss.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "../test_data.h"

/* What a list's line promises. */
typedef bool check_line(struct dw_slice vector, struct dw_slice rest);

static void check_file(const char *folder, const char *name, size_t lines, check_line *check)
{
    DW_CLEANUP(dw_cleanup_free) char *path = dw_path_join(folder, name);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    struct dw_error error = DW_ERROR_INIT;
    if (!dw_file_read(path, 1 << 20, &text, &error))
        fail_msg("%s", error.text);
    struct dw_slice rest = dw_buffer_slice(&text), line;
    size_t checked = 0, wrong = 0;
    while (dw_slice_line(&rest, &line)) {
        line = dw_slice_trim(line);
        if (line.len == 0 || line.at[0] == '#')
            continue;
        size_t space = dw_slice_find(line, ' ');
        checked++;
        if (!check(dw_slice_part(line, 0, space), dw_slice_trim(dw_slice_from(line, space == SIZE_MAX ? line.len : space))))
            wrong++;
    }
    print_message("%s: %zu lines, %zu wrong\n", name, checked, wrong);
    assert_int_equal(wrong, 0);
    assert_int_equal(checked, lines);
}

static void check_list(const char *name, size_t lines, check_line *check)
{
    DW_CLEANUP(dw_cleanup_free) char *folder = test_data("vectors/cvss");
    if (folder == NULL) {
        print_message("skipped: no test data\n");
        skip();
    }
    check_file(folder, name, lines, check);
}

static bool check_score(struct dw_slice vector, struct dw_slice rest)
{
    struct dw_cvss cvss;
    struct dw_error error = DW_ERROR_INIT;
    if (!dw_cvss_parse_score(vector, &cvss, &error)) {
        print_error("%.*s: %s\n", DW_SLICE_ARG(vector), error.text);
        return false;
    }
    char found[16];
    struct dw_slice expected = dw_slice_part(rest, 0, dw_slice_find(rest, ' '));
    snprintf(found, sizeof(found), "%u.%u", cvss.score_tenths / 10, cvss.score_tenths % 10);
    if (dw_slice_is(expected, found) || (dw_slice_is(expected, "0") && cvss.score_tenths == 0))
        return true;
    print_error("%.*s: %s instead of %.*s\n", DW_SLICE_ARG(vector), found, DW_SLICE_ARG(expected));
    return false;
}

static bool check_refused(struct dw_slice vector, struct dw_slice rest, unsigned major)
{
    struct dw_cvss cvss;
    struct dw_error error = DW_ERROR_INIT;
    /* A list refuses other versions' vectors too. */
    bool accepted = dw_cvss_parse_score(vector, &cvss, &error) && cvss.major == major;
    if (accepted == dw_slice_starts_with(rest, "#OK"))
        return true;
    print_error("%.*s: %s\n", DW_SLICE_ARG(vector), accepted ? "accepted" : error.text);
    return false;
}

static bool check_refused2(struct dw_slice vector, struct dw_slice rest)
{
    return check_refused(vector, rest, 2);
}

static bool check_refused3(struct dw_slice vector, struct dw_slice rest)
{
    return check_refused(vector, rest, 3);
}

static bool check_refused4(struct dw_slice vector, struct dw_slice rest)
{
    return check_refused(vector, rest, 4);
}

static bool check_round_trip(struct dw_slice vector, struct dw_slice rest)
{
    (void)rest;
    struct dw_cvss cvss;
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    if (dw_cvss_parse_score(vector, &cvss, &error))
        dw_cvss_format(&cvss, &text);
    if (dw_slice_equal(dw_buffer_slice(&text), vector))
        return true;
    print_error("%.*s: %.*s %s\n", DW_SLICE_ARG(vector), DW_SLICE_ARG(dw_buffer_slice(&text)), error.text);
    return false;
}

#define TEST(name, list, lines, check)                                                                       \
    static void name(void **state)                                                                           \
    {                                                                                                        \
        (void)state;                                                                                         \
        check_list(list, lines, check);                                                                      \
    }
TEST(test_v2_score, "v2_score.list", 12, check_score)
TEST(test_v30_score, "v30_score.list", 32, check_score)
TEST(test_v31_score, "v31_score.list", 35, check_score)
TEST(test_v4_score, "v4_score.list", 40, check_score)
TEST(test_v2_error, "v2_error.list", 12, check_refused2)
TEST(test_v3_error, "v3_error.list", 21, check_refused3)
TEST(test_v4_error, "v4_error.list", 15, check_refused4)
TEST(test_v2_round_trip, "v2_roundtrip.list", 6, check_round_trip)
TEST(test_v3_round_trip, "v3_roundtrip.list", 22, check_round_trip)
TEST(test_v4_round_trip, "v4_roundtrip.list", 43, check_round_trip)

/* One vector of each of the 270 macro vectors of 4.0, and 180 of the other versions with all groups. */
static void test_peer(void **state)
{
    (void)state;
    const char *source = getenv("DOCKWORTHY_SOURCE");
    DW_CLEANUP(dw_cleanup_free) char *folder = dw_path_join(source ? source : ".", "tests/vectors/advisory");
    check_file(folder, "cvss_peer.list", 450, check_score);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_v2_score),      cmocka_unit_test(test_v30_score),     cmocka_unit_test(test_v31_score),
        cmocka_unit_test(test_v4_score),      cmocka_unit_test(test_v2_error),      cmocka_unit_test(test_v3_error),
        cmocka_unit_test(test_v4_error),      cmocka_unit_test(test_v2_round_trip), cmocka_unit_test(test_v3_round_trip),
        cmocka_unit_test(test_v4_round_trip), cmocka_unit_test(test_peer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
