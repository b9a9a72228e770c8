/* SPDX-License-Identifier: Apache-2.0
 *
 * Every row of the version files of the orders that exist: the sign, its mirror image; and over versions taken from the
 * same file, that the order is transitive. */
#include "advisory/version/version.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "../test_data.h"

struct rows {
    struct dw_buffer text;
    DW_VECTOR(struct dw_slice) versions;
    size_t count, wrong;
};

static void check_row(struct rows *rows, const struct dw_version_order *order, struct dw_slice line)
{
    size_t space = dw_slice_find(line, ' ');
    assert_true(space != SIZE_MAX && line.len > space + 3 && line.at[space + 2] == ' ');
    struct dw_slice a = dw_slice_part(line, 0, space), b = dw_slice_from(line, space + 3);
    int forth = order->compare(a, b), back = order->compare(b, a);
    char sign = forth < 0 ? '<' : forth > 0 ? '>' : '=', mirror = back > 0 ? '<' : back < 0 ? '>' : '=';
    rows->count++;
    *dw_vector_push(&rows->versions) = a;
    *dw_vector_push(&rows->versions) = b;
    if (sign == line.at[space + 1] && mirror == sign)
        return;
    rows->wrong++;
    print_error("%.*s: found %c, mirrored %c\n", DW_SLICE_ARG(line), sign, mirror);
}

static const struct dw_version_order *sorting;
static int by_order(const void *a, const void *b)
{
    return sorting->compare(*(const struct dw_slice *)a, *(const struct dw_slice *)b);
}

/* Sorted by merge sort, neighbours are in order whatever the order is; distant pairs are only if it is transitive. */
static void check_transitivity(struct rows *rows, const struct dw_version_order *order)
{
    sorting = order;
    qsort(rows->versions.at, rows->versions.len, sizeof(struct dw_slice), by_order);
    size_t count = rows->versions.len;
    for (size_t i = 0; i < count; i++)
        for (size_t step = 1; i + step < count; step = step * 2 + i % 3) {
            struct dw_slice a = rows->versions.at[i], b = rows->versions.at[i + step];
            if (order->compare(a, b) > 0)
                fail_msg("%.*s is sorted before %.*s and greater", DW_SLICE_ARG(a), DW_SLICE_ARG(b));
            /* A triple with one between. */
            struct dw_slice between = rows->versions.at[i + step / 2];
            if (order->compare(a, between) == 0 && order->compare(between, b) == 0)
                assert_int_equal(order->compare(a, b), 0);
            if (order->compare(a, between) < 0 || order->compare(between, b) < 0)
                assert_true(order->compare(a, b) < 0);
        }
}

static void check_file(const char *ecosystem, const char *name, size_t at_least)
{
    DW_CLEANUP(dw_cleanup_free) char *folder = test_data("vectors/version");
    if (folder == NULL) {
        print_message("skipped: no test data\n");
        skip();
    }
    DW_CLEANUP(dw_cleanup_free) char *path = dw_path_join(folder, name);
    struct dw_error error = DW_ERROR_INIT;
    struct rows rows = {0};
    if (!dw_file_read(path, 16 << 20, &rows.text, &error))
        fail_msg("%s", error.text);
    const struct dw_version_order *order = dw_version_order_of(dw_slice_of(ecosystem));
    struct dw_slice rest = dw_buffer_slice(&rows.text), line;
    while (dw_slice_line(&rest, &line)) {
        line = dw_slice_trim(line);
        if (line.len > 0 && line.at[0] != '#' && !dw_slice_starts_with(line, "//"))
            check_row(&rows, order, line);
    }
    print_message("%s: %zu rows, %zu wrong\n", name, rows.count, rows.wrong);
    assert_int_equal(rows.wrong, 0);
    assert_true(rows.count >= at_least);
    check_transitivity(&rows, order);
    dw_vector_free(&rows.versions);
    dw_buffer_free(&rows.text);
}

static void test_alpine(void **state)
{
    (void)state;
    check_file("alpine", "alpine.txt", 389);
}

static void test_alpine_generated(void **state)
{
    (void)state;
    check_file("alpine", "alpine-generated.txt", 6990);
}

static void test_debian(void **state)
{
    (void)state;
    check_file("debian", "debian.txt", 15);
}

static void test_debian_generated(void **state)
{
    (void)state;
    check_file("debian", "debian-generated.txt", 7221);
}

static void test_semver(void **state)
{
    (void)state;
    check_file("npm", "semver.txt", 43);
    check_file("Go", "semver.txt", 43);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alpine),           cmocka_unit_test(test_alpine_generated), cmocka_unit_test(test_debian),
        cmocka_unit_test(test_debian_generated), cmocka_unit_test(test_semver),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
