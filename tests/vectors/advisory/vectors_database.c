/* SPDX-License-Identifier: Apache-2.0
 *
 * The OSV sample: every feed is read whole, and the database holds what the feeds hold. */
#include "base/clock.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <stdio.h>

/* Records as matching.md, 3.3 gives them (Alpine, Debian, crates.io), or as `unzip -l` counts members; withdrawn as counted
 * by jq over the members. */
static const struct {
    const char *feed;
    unsigned records, withdrawn;
} counts[] = {
    {"Alpine", 2438, 0},    {"Debian", 8228, 0},  {"Go", 4293, 17},     {"Maven", 471, 0},     {"NuGet", 20, 0},
    {"Packagist", 1611, 0}, {"PyPI", 2665, 10},   {"RubyGems", 1128, 0}, {"crates.io", 714, 9}, {"npm", 1172, 1},
};

static void test_counts(void **state)
{
    (void)state;
    struct dw_database *database = sample_database();
    if (database == NULL)
        skip();
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    struct dw_error error = DW_ERROR_INIT;
    struct dw_feed *feeds;
    size_t count;
    assert_true(dw_database_feeds(database, &arena, &feeds, &count, &error));
    assert_int_equal(count, sizeof(counts) / sizeof(counts[0]));
    for (size_t i = 0; i < count; i++) {
        assert_true(dw_slice_is(feeds[i].name, counts[i].feed));
        assert_int_equal(feeds[i].records, counts[i].records);
        assert_int_equal(feeds[i].withdrawn, counts[i].withdrawn);
        assert_int_equal(feeds[i].digest.len, strlen("sha256:") + 64);
    }
    /* Go's dates are all year 1; only the two GHSA records among them have one. */
    assert_true(feeds[2].newest != DW_TIME_UNKNOWN);
    /* 22,740 members; 28 ids stand in two or more feeds, with the same content: 51 more than there are ids. */
    assert_int_equal(dw_database_summary(database).records, 22689);
}

static void test_verify(void **state)
{
    struct dw_error error = DW_ERROR_INIT;
    (void)state;
    struct dw_database *database = sample_database();
    if (database == NULL)
        skip();
    if (!dw_database_verify(database, &error))
        fail_msg("%s", error.text);
}

/* Entries of a release: Alpine's 11,892 and Debian's 9,656 ranges are one an entry. */
static void test_releases(void **state)
{
    static const char *const alpine[] = {"v3.3", "v3.4", "v3.5", "v3.6", "v3.7", "v3.8", "v3.9", "v3.10", "v3.11"};
    static const char *const debian[] = {"3.1", "4.0", "5", "6", "7", "8", "9", "10", "11"};
    struct dw_error error = DW_ERROR_INIT;
    uint64_t count, total = 0;
    (void)state;
    struct dw_database *database = sample_database();
    if (database == NULL)
        skip();
    for (size_t i = 0; i < sizeof(alpine) / sizeof(alpine[0]); i++) {
        assert_true(dw_database_count_release(database, DW_SLICE("Alpine"), dw_slice_of(alpine[i]), &count, &error));
        assert_true(count > 0);
        total += count;
    }
    assert_int_equal(total, 11892);
    total = 0;
    for (size_t i = 0; i < sizeof(debian) / sizeof(debian[0]); i++) {
        assert_true(dw_database_count_release(database, DW_SLICE("Debian"), dw_slice_of(debian[i]), &count, &error));
        total += count;
    }
    assert_int_equal(total, 9656);
    assert_true(dw_database_count_release(database, DW_SLICE("Alpine"), DW_SLICE("v3.18"), &count, &error));
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_verify),
        cmocka_unit_test(test_releases),
    };
    return cmocka_run_group_tests(tests, sample_build, sample_drop);
}
