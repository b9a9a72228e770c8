/* SPDX-License-Identifier: Apache-2.0
 *
 * Expected texts are what diff -u of GNU diffutils prints, less its dates. */
#include "report/diff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void expect(const struct dw_diff_options *options, const char *before, const char *after, const char *expected)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    dw_diff_unified(&out, options, dw_slice_of(before), dw_slice_of(after));
    if (!dw_slice_is(dw_buffer_slice(&out), expected))
        fail_msg("\n%s\n is not\n%s", out.at, expected);
}

static const struct dw_diff_options plain = {.path = "x/f"};
#define HEAD "--- a/x/f\n+++ b/x/f\n"

static void hunks(void **state)
{
    (void)state;
    expect(&plain, "a\n", "a\n", "");
    expect(&plain, "a\nb\nc\n", "a\nx\nc\n", HEAD "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
    expect(&plain, "", "a\nb\n", HEAD "@@ -0,0 +1,2 @@\n+a\n+b\n");
    expect(&plain, "a\n", "", HEAD "@@ -1 +0,0 @@\n-a\n");
    /* Six equal lines between two changes keep them in one hunk, seven do not. */
    expect(&plain, "a\n1\n2\n3\n4\n5\n6\nb\n", "x\n1\n2\n3\n4\n5\n6\ny\n",
           HEAD "@@ -1,8 +1,8 @@\n-a\n+x\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+y\n");
    expect(&plain, "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "x\n1\n2\n3\n4\n5\n6\n7\ny\n",
           HEAD "@@ -1,4 +1,4 @@\n-a\n+x\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+y\n");
    expect(&plain, "1\n2\n3\n4\n5\n", "1\n2\n3\n4\nn\n5\n", HEAD "@@ -2,4 +2,5 @@\n 2\n 3\n 4\n+n\n 5\n");
}

static void ends_and_terminals(void **state)
{
    (void)state;
    expect(&plain, "a\nb", "a\nc", HEAD "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n");
    expect(&plain, "a\r\n", "b\r\n", HEAD "@@ -1 +1 @@\n-a\r\n+b\r\n");
    struct dw_diff_options terminal = {.path = "/f", .terminal = true};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    dw_diff_unified(&out, &terminal, DW_SLICE("a\r\n"), DW_SLICE("\033[2Jb\r\n"));
    assert_int_equal(dw_slice_find(dw_buffer_slice(&out), '\033'), SIZE_MAX);
    assert_int_equal(dw_slice_find(dw_buffer_slice(&out), '\r'), SIZE_MAX);
    assert_true(dw_slice_starts_with(dw_buffer_slice(&out), "--- a/f\n+++ b/f\n"));
}

/* Beyond the bound on differences everything is one change, and still a right one. */
static void very_different(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer before = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer after = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    for (int i = 0; i < 1500; i++) {
        dw_buffer_printf(&before, "a%d\n", i);
        dw_buffer_printf(&after, "b%d\n", i);
    }
    dw_diff_unified(&out, &plain, dw_buffer_slice(&before), dw_buffer_slice(&after));
    assert_true(dw_slice_starts_with(dw_buffer_slice(&out), HEAD "@@ -1,1500 +1,1500 @@\n-a0\n-a1\n"));
    assert_true(dw_slice_ends_with(dw_buffer_slice(&out), "+b1498\n+b1499\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hunks), cmocka_unit_test(ends_and_terminals), cmocka_unit_test(very_different)};
    return cmocka_run_group_tests_name("report: diff", tests, NULL, NULL);
}
