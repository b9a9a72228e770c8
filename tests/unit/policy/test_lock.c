/* SPDX-License-Identifier: Apache-2.0
 *
 * dockworthy.lock: what it may say, and finding an image in it. */
#include "policy/lock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#define DIGEST "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static struct dw_lock *parse(const char *text, struct dw_error *error)
{
    struct dw_limits limits = dw_limits_default();
    return dw_lock_parse(dw_slice_of(text), "dockworthy.lock", &limits, error);
}

static void test_find(void **state)
{
    (void)state;
    struct dw_error error = DW_ERROR_INIT;
    struct dw_lock *lock = parse("version: 1\nimages:\n  node:22-alpine: {digest: '" DIGEST "', date: 2026-11-01}\n"
                                 "  gcr.io/a/b:1: {digest: '" DIGEST "', date: 2026-10-01}\n", &error);
    if (lock == NULL)
        fail_msg("%s", error.text);
    assert_int_equal(dw_lock_find(lock, DW_SLICE("docker.io/library/node:22-alpine"))->date, 1793491200);
    assert_ptr_equal(dw_lock_find(lock, DW_SLICE("node:22-alpine@" DIGEST)), &lock->images.at[0]);
    assert_ptr_equal(dw_lock_find(lock, DW_SLICE("gcr.io/a/b:1")), &lock->images.at[1]);
    assert_null(dw_lock_find(lock, DW_SLICE("node:22")));
    assert_null(dw_lock_find(lock, DW_SLICE("node")));
    assert_null(dw_lock_find(lock, DW_SLICE("!")));
    dw_lock_free(lock);
}

static void test_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"", "one mapping"},
        {"- 1\n", "one mapping"},
        {"version: 2\nimages: {}\n", "\"version\" must be 1"},
        {"images: {}\n", "\"version\" must be 1"},
        {"version: 1\n", "\"images\" must be a mapping"},
        {"version: 1\nimages: {}\nmore: 1\n", "dockworthy.lock:3:1: unknown key \"more\""},
        {"version: 1\nimages: {node: {digest: '" DIGEST "', date: 2026-11-01}}\n", "must name a tag"},
        {"version: 1\nimages: {'node:1@" DIGEST "': {digest: '" DIGEST "', date: 2026-11-01}}\n", "must name a tag"},
        {"version: 1\nimages: {'node:1': {digest: sha256:12, date: 2026-11-01}}\n", "\"digest\" must be"},
        {"version: 1\nimages: {'node:1': {date: 2026-11-01}}\n", "\"digest\" must be"},
        {"version: 1\nimages: {'node:1': {digest: '" DIGEST "'}}\n", "\"date\" must be"},
        {"version: 1\nimages: {'node:1': {digest: '" DIGEST "', date: 2026-02-30}}\n", "\"date\" must be"},
        {"version: 1\nimages: {'node:1': {digest: '" DIGEST "', date: 2026-11-01, x: 1}}\n", "unknown key \"x\""},
        {"version: 1\nimages: {'node:1': 1}\n", "a mapping with"},
        {"version: 1\nimages: {'node:1': {digest: '" DIGEST "', date: 2026-11-01}, 'docker.io/node:1': {}}\n", "locked twice"},
        {"version: 1\nimages: {'N!': {}}\n", "dockworthy.lock:2:10: "},
        {"version: [\n", "dockworthy.lock:"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dw_error error = DW_ERROR_INIT;
        assert_null(parse(rows[i].text, &error));
        assert_int_equal(error.kind, DW_ERROR_USAGE);
        if (strstr(error.text, rows[i].message) == NULL)
            fail_msg("\"%s\" is not in \"%s\"", rows[i].message, error.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_find), cmocka_unit_test(test_wrong)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
