/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/version/version.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct dw_slice s(const char *text)
{
    return dw_slice_of(text);
}

static char compared(const char *ecosystem, const char *a, const char *b)
{
    const struct dw_version_order *order = dw_version_order_of(s(ecosystem));
    assert_non_null(order);
    int forth = order->compare(s(a), s(b)), back = order->compare(s(b), s(a));
    assert_int_equal((forth > 0) - (forth < 0), (back < 0) - (back > 0));
    return forth < 0 ? '<' : forth > 0 ? '>' : '=';
}

struct row {
    const char *a;
    char sign;
    const char *b;
};

static void hold(const char *ecosystem, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (compared(ecosystem, rows[i].a, rows[i].b) != rows[i].sign)
            fail_msg("%s: %s %c %s does not hold", ecosystem, rows[i].a, rows[i].sign, rows[i].b);
}
#define HOLD(ecosystem, rows) hold(ecosystem, rows, sizeof(rows) / sizeof((rows)[0]))

static void test_ecosystem_names(void **state)
{
    (void)state;
    assert_string_equal(dw_version_order_of(s("Alpine:v3.18"))->name, "apk");
    assert_string_equal(dw_version_order_of(s("Debian:12"))->name, "dpkg");
    assert_string_equal(dw_version_order_of(s("Ubuntu:22.04:LTS"))->name, "dpkg");
    assert_string_equal(dw_version_order_of(s("NPM"))->name, "semver");
    assert_string_equal(dw_version_order_of(s("crates.io"))->name, "semver");
    assert_string_equal(dw_version_order_of(s("Go"))->name, "go");
    assert_string_equal(dw_version_order_of(s("GitHub Actions"))->name, "semver");
    assert_null(dw_version_order_of(s("")));
    assert_null(dw_version_order_of(s("Nothing")));
    assert_null(dw_version_order_of(s("npmx")));
    size_t count;
    const char *const *names = dw_version_ecosystems(&count);
    for (size_t i = 0; i < count; i++)
        assert_non_null(dw_version_order_of(s(names[i])));
}

/* From matching.md section 5.1 and apk-tools' own rules (apk-package(5)); the vector test has the many. */
static void test_apk(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"1.01", '<', "1.1"},        {"1.001", '<', "1.01"},     {"006", '>', "1.0.0"},
        {"6.6.2p1", '>', "6.6.2_p1"}, {"5.1p1", '<', "5.2_p1"},  {"0.8.21.r2", '<', "0.8.21r2"},
        {"1-ruff2", '=', "1-ruff1"}, {"1-r-0", '<', "1-r0"},     {"1.2_blah", '<', "1.2_cvs1"},
        {"1.2.0D", '<', "1.2.0d"},   {"1.0_rc1", '<', "1.0"},    {"1.0_alpha", '<', "1.0_beta"},
        {"1.0_beta", '<', "1.0_pre"}, {"1.0_pre", '<', "1.0_rc"}, {"1.0", '<', "1.0_cvs"},
        {"1.0_cvs", '<', "1.0_svn"}, {"1.0_svn", '<', "1.0_git"}, {"1.0_git", '<', "1.0_hg"},
        {"1.0_hg", '<', "1.0_p"},    {"1.0_p1", '<', "1.0_p2"},  {"1.0_p9", '<', "1.0_p10"},
        {"1.0-r9", '<', "1.0-r10"},  {"1.0", '<', "1.0-r0"},     {"1.0.2", '<', "1.02"},
        {"1.0~ab", '<', "1.0~ac"},   {"1.0_git1~ab-r0", '<', "1.0_git1~ab-r1"},
        {"3.10.18-r1", '>', "2.3.0b-r1"},
        {"1.2.3", '<', "1.2.100000000000000000000000000001"},
        {"1.100000000000000000000000000001", '<', "1.100000000000000000000000000002"},
    };
    HOLD("alpine", rows);
    static const char *const valid[] = {"1.2.3-r0", "1",      "5.9.2p1-r0", "1.0_alpha2", "1.0_git20230101~abcdef0-r1",
                                        "006",      "1.2_p1", "20230506",   "1.1.1w-r1",  "1.0_alpha_pre2"};
    static const char *const invalid[] = {"", "a", "1.", "1..2", "1.0-", "1.0-r", "1.0-r1x", "1.0_blah", "1.0D", "1.0 ", ".1",
                                          "1.0-r1-r2", "1a.2", "1.0~", "1.0~zz", "1-r0~ab"};
    const struct dw_version_order *order = dw_version_order_of(s("apk"));
    for (size_t i = 0; i < sizeof(valid) / sizeof(valid[0]); i++)
        if (!order->valid(s(valid[i])))
            fail_msg("%s is valid", valid[i]);
    for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++)
        if (order->valid(s(invalid[i])))
            fail_msg("%s is not valid", invalid[i]);
}

/* deb-version(7) and Debian Policy 5.6.12. */
static void test_dpkg(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"0.0.0", '=', "0.0.0-00"},
        {"1.2.3-1~deb7u1", '<', "1.2.3-1"},
        {"2.7.4+reloaded2-13ubuntu1", '<', "2.7.4+reloaded2-13+deb9u1"},
        {"1:1.0", '>', "2.0"},
        {"0:1.0", '=', "1.0"},
        {"10:1", '>', "9:2"},
        {"1.0~~", '<', "1.0~~a"},
        {"1.0~~a", '<', "1.0~"},
        {"1.0~", '<', "1.0"},
        {"1.0", '<', "1.0a"},
        {"1.0-1-1", '>', "1.0-1"},
        {"1.0a", '<', "1.0+"},
        {"1.0A", '<', "1.0a"},
        {"1.09", '=', "1.9"},
        {"1.100000000000000000000000000000000", '>', "1.99999999999999999999999999999999"},
    };
    HOLD("Debian:12", rows);
    const struct dw_version_order *order = dw_version_order_of(s("deb"));
    static const char *const valid[] = {"1.0", "1:1.0-1", "2.36-9+deb12u10", "1.0-1-1", "0", "1.0~rc1-1", "1:2:3-1", "1_0"};
    static const char *const invalid[] = {"", "a:1.0", ":1.0", "1:", "1.0-", "1 0", "-1", "1:-1", "1.\xc3\xa4"};
    for (size_t i = 0; i < sizeof(valid) / sizeof(valid[0]); i++)
        if (!order->valid(s(valid[i])))
            fail_msg("%s is valid", valid[i]);
    for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++)
        if (order->valid(s(invalid[i])))
            fail_msg("%s is not valid", invalid[i]);
}

/* semver.org 2.0.0, items 9 to 11; go.dev/ref/mod. */
static void test_semver(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"1.0.0-alpha", '<', "1.0.0-alpha.1"},     {"1.0.0-alpha.1", '<', "1.0.0-alpha.beta"},
        {"1.0.0-alpha.beta", '<', "1.0.0-beta"},   {"1.0.0-beta", '<', "1.0.0-beta.2"},
        {"1.0.0-beta.2", '<', "1.0.0-beta.11"},    {"1.0.0-beta.11", '<', "1.0.0-rc.1"},
        {"1.0.0-rc.1", '<', "1.0.0"},              {"1.0.0+a", '=', "1.0.0+b"},
        {"v1", '=', "1.0.0"},                      {"1.2.3-r100", '<', "1.2.3-r2"},
        {"1.2.3-Foo", '<', "1.2.3-foo"},           {"1.2.3-alpha+x-y", '<', "1.2.3"},
        {"0", '<', "0.0.1"},                       {"0", '=', "0.0.0"},
        {"1.0.0-0", '>', "0.9.9"},                 {"1.2.3.4", '>', "1.2.3"},
        {"1.0.0-99999999999999999999999", '<', "1.0.0-100000000000000000000000"},
    };
    HOLD("npm", rows);
    static const struct row go_rows[] = {
        {"go1.21.3", '=', "1.21.3"},
        {"v2.0.0+incompatible", '=', "2.0.0"},
        {"v0.0.0-20201215153152-4422e3b66b9f", '<', "0.0.0"},
        {"v1.2.4-0.20211215153152-4422e3b66b9f", '<', "1.2.4"},
        {"v1.2.4-0.20211215153152-4422e3b66b9f", '>', "1.2.3"},
        {"v0.0.0-20201215153152-4422e3b66b9f", '<', "v0.0.0-20211215153152-000000000000"},
    };
    HOLD("Go", go_rows);
    const struct dw_version_order *npm = dw_version_order_of(s("npm")), *go = dw_version_order_of(s("go"));
    static const char *const valid[] = {"1.2.3", "v1.2.3", "0", "1.0", "1.2.3-rc.1+build.5", "1.2.3-0a-b"};
    static const char *const invalid[] = {"", "v", "x", "1.x", "1.2.3-", "1.2.3+", "1.2.3-a..b", "1.2.3beta", "*", "latest",
                                          "1.2.3 ", "go1.2", "1..2", "1.2.3-\xc3\xa4", "git+ssh://x", "1.2.3+a+b"};
    for (size_t i = 0; i < sizeof(valid) / sizeof(valid[0]); i++)
        if (!npm->valid(s(valid[i])) || !go->valid(s(valid[i])))
            fail_msg("%s is valid", valid[i]);
    for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++)
        if (npm->valid(s(invalid[i])))
            fail_msg("%s is not valid", invalid[i]);
    assert_true(go->valid(s("v0.0.0-20201215153152-4422e3b66b9f")));
    assert_true(go->valid(s("v2.0.0+incompatible+dirty")));
    assert_true(go->valid(s("go1.21.3")));
    assert_false(go->valid(s("(devel)")));
    /* A NUL is a byte as any other. */
    assert_false(npm->valid(dw_slice_make("1.0.0-a\0b", 9)));
}

static void explained(const char *ecosystem, const char *a, const char *b, const char *text)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    dw_version_order_of(s(ecosystem))->explain(s(a), s(b), &out);
    assert_string_equal(out.at, text);
}

static void test_explain(void **state)
{
    (void)state;
    explained("Alpine", "1.1.1g-r0", "1.1.1k-r0", "1.1.1g-r0 < 1.1.1k-r0: equal 1, 1, 1; letter g < k");
    explained("Alpine", "1.2_rc1", "1.2", "1.2_rc1 < 1.2: equal 1, 2; then pre-release suffix rc < end");
    explained("Alpine", "1.2", "1.2", "1.2 = 1.2: equal 1, 2");
    explained("Debian", "1:2.0-1", "3.0-1", "1:2.0-1 > 3.0-1: epoch 1 > 0");
    explained("Debian", "2.0-1~deb1", "2.0-1",
              "2.0-1~deb1 < 2.0-1: equal 2, ., 0, 1; revision ~deb < nothing");
    explained("npm", "1.2.0", "1.2.6", "1.2.0 < 1.2.6: equal 1, 2; number 0 < 6");
    explained("npm", "1.0.0-rc.1", "1.0.0", "1.0.0-rc.1 < 1.0.0: equal 1, 0, 0; pre-release rc.1 < release");
    explained("npm", "", "", " = : nothing differs");
}

/* Every pair and triple of difficult strings: antisymmetric and transitive. */
static void test_total_preorder(void **state)
{
    (void)state;
    static const char *const hard[] = {
        "",        "0",       "00",       "1",        "01",      "1.0",       "1.00",      "1.01",      "1.010",    "1.0.0",
        "1.",      "1..",     "1..1",     "1.a",      "1.0a",    "1a",        "1a1",       "1a1.2",     "1_",       "1_x",
        "1_alpha", "1_rc",    "1_rc0",    "1_p",      "1_p1",    "1_p_rc",    "1~",        "1~a",       "1~ab",     "1-r",
        "1-r0",    "1-r1",    "1-r1x",    "1-",       "1-0",     "1-a",       "1-A",       "1-1.a",     "1-1.1",    "1-1.",
        "1+",      "1+a",     "1:1",      ":1",       "a:1",     "1:",        "a",         ".",         "..",       "v1",
        "V1",      "v",       "go1",      "~",        "-",       "_",         "1.0~",      "1.0~1",     "1.0+b",    "1.0-1-1",
        "\xff",    "1\xff",   "1.\xff",   "1.D",      "1.2.x",   "1.x.2",     "1.2-x.y",   "1.2-y.x",   "1.2.0-x",  "1.2.0.0-x",
    };
    static const char *const ecosystems[] = {"apk", "deb", "npm", "go"};
    enum { COUNT = sizeof(hard) / sizeof(hard[0]) };
    for (size_t e = 0; e < 4; e++) {
        const struct dw_version_order *order = dw_version_order_of(s(ecosystems[e]));
        static int8_t sign[COUNT][COUNT];
        for (size_t i = 0; i < COUNT; i++)
            for (size_t j = 0; j < COUNT; j++) {
                int result = order->compare(s(hard[i]), s(hard[j]));
                sign[i][j] = (int8_t)((result > 0) - (result < 0));
            }
        for (size_t i = 0; i < COUNT; i++) {
            assert_int_equal(sign[i][i], 0);
            for (size_t j = 0; j < COUNT; j++) {
                assert_int_equal(sign[i][j], -sign[j][i]);
                for (size_t k = 0; k < COUNT; k++)
                    if (sign[i][j] <= 0 && sign[j][k] <= 0 &&
                        (sign[i][k] > 0 || ((sign[i][j] < 0 || sign[j][k] < 0) && sign[i][k] == 0)))
                        fail_msg("%s: \"%s\" \"%s\" \"%s\"", ecosystems[e], hard[i], hard[j], hard[k]);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ecosystem_names), cmocka_unit_test(test_apk),     cmocka_unit_test(test_dpkg),
        cmocka_unit_test(test_semver),          cmocka_unit_test(test_explain), cmocka_unit_test(test_total_preorder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
