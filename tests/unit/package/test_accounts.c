/* SPDX-License-Identifier: Apache-2.0
 *
 * etc/passwd, etc/group, etc/shadow; what is expected is by passwd(5), group(5) and shadow(5). */
#include "feed_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void expect(const struct facts *facts, size_t index, const char *name, const char *id, const char *group, bool no_password)
{
    const struct dw_account *account = &facts->accounts.at[index];
    if (!dw_slice_is(account->name, name) || !dw_slice_is(account->id, id) || !dw_slice_is(account->group, group) ||
        account->no_password != no_password)
        fail_msg("account %zu is \"%.*s\", %.*s, %.*s, %d", index, DW_SLICE_ARG(account->name), DW_SLICE_ARG(account->id),
                 DW_SLICE_ARG(account->group), account->no_password);
}

static void passwd(void **state)
{
    (void)state;
    struct dw_limits limits = dw_limits_default();
    struct facts facts;
    feed_all_sizes(&facts, "etc/passwd",
                   DW_SLICE("root:x:0:0:root:/root:/bin/sh\n# node:x:1:1::/:/bin/sh\n\nopen::7:8:::\nshort:x:1\n"
                            ":x:9:9:::\nlast:*:10:11:a:b:c"),
                   &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.accounts.len, 3);
    expect(&facts, 0, "root", "0", "0", false);
    expect(&facts, 1, "open", "7", "8", true);
    expect(&facts, 2, "last", "10", "11", false);
    facts_free(&facts);
    feed_all_sizes(&facts, "etc/passwd", DW_SLICE("a:x:0:0\0:::\n"), &limits);
    assert_false(facts.ok);
    facts_free(&facts);
}

static void group_and_shadow(void **state)
{
    (void)state;
    struct dw_limits limits = dw_limits_default();
    struct facts facts;
    feed_all_sizes(&facts, "etc/group", DW_SLICE("root::0:\nstaff:x:50\nx:y\n"), &limits);
    assert_int_equal(facts.accounts.len, 2);
    expect(&facts, 0, "root", "0", "", false); /* a group's password is nobody's way in */
    expect(&facts, 1, "staff", "50", "", false);
    facts_free(&facts);
    feed_all_sizes(&facts, "etc/shadow", DW_SLICE("root:*:1:0:9:7:::\nopen::1:0:9:7:::\nlocked:!:1\n"), &limits);
    assert_int_equal(facts.accounts.len, 3);
    expect(&facts, 0, "root", "", "", false);
    expect(&facts, 1, "open", "", "", true);
    expect(&facts, 2, "locked", "", "", false);
    facts_free(&facts);
    assert_null(dw_package_wants(DW_SLICE("opt/etc/passwd")));
    assert_null(dw_package_wants(DW_SLICE("etc/passwd-")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(passwd), cmocka_unit_test(group_and_shadow)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
