/* SPDX-License-Identifier: Apache-2.0 */
#include "feed_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define DATABASE "lib/apk/db/installed"

/* SHA-1 of "abc" is a9993e364706816aba3e25717850c26c9cd0d89d (FIPS 180-2, appendix A.1), in base64 as below. */
static const char two_packages[] = "C:Q1qZk+NkcGgWq6PiVxeFDCbJzQ2J0=\n"
                                   "P:busybox\n"
                                   "V:1.36.1-r2\n"
                                   "A:x86_64\n"
                                   "S:1\n"
                                   "I:2\n"
                                   "T:Size optimized toolbox\n"
                                   "L:GPL-2.0-only\n"
                                   "o:busybox-source\n"
                                   "m:Sören Tempel <soeren+alpine@soeren-tempel.net>\n"
                                   "D:so:libc.musl-x86_64.so.1 !uclibc-utils libcap2>=2.2\n"
                                   "p:cmd:busybox=1.36.1-r2 /bin/sh\n"
                                   "F:bin\n"
                                   "R:busybox\n"
                                   "a:0:0:755\n"
                                   "Z:Q1qZk+NkcGgWq6PiVxeFDCbJzQ2J0=\n"
                                   "F:usr/lib/node_modules/npm\n"
                                   "R:package.json\n"
                                   "\n"
                                   "P:.build-deps\n"
                                   "V:20240101.120000\n"
                                   "\n";

static struct dw_limits limits;

static void assert_slice(struct dw_slice slice, const char *expected)
{
    if (!dw_slice_is(slice, expected))
        fail_msg("\"%.*s\" instead of \"%s\"", DW_SLICE_ARG(slice), expected);
}

static void reads_every_field(void **state)
{
    (void)state;
    struct facts facts;
    feed_all_sizes(&facts, DATABASE, dw_slice_of(two_packages), &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.packages.len, 2);
    const struct dw_package *package = &facts.packages.at[0];
    assert_int_equal(package->type, DW_PACKAGE_APK);
    assert_int_equal(package->evidence, DW_EVIDENCE_INSTALLED);
    assert_int_equal(package->flags, 0);
    assert_slice(package->name, "busybox");
    assert_slice(package->version, "1.36.1-r2");
    assert_slice(package->architecture, "x86_64");
    assert_slice(package->source_name, "busybox-source");
    assert_slice(package->license, "GPL-2.0-only");
    assert_slice(package->supplier, "Sören Tempel <soeren+alpine@soeren-tempel.net>");
    assert_slice(package->checksum, "sha1:a9993e364706816aba3e25717850c26c9cd0d89d");
    assert_slice(package->path, DATABASE);
    assert_int_equal(package->depend_count, 2);
    assert_slice(package->depends[0], "so:libc.musl-x86_64.so.1");
    assert_slice(package->depends[1], "libcap2");
    assert_int_equal(package->provide_count, 2);
    assert_slice(package->provides[0], "cmd:busybox");
    assert_slice(package->provides[1], "/bin/sh");
    assert_int_equal(facts.packages.at[1].flags, DW_PACKAGE_VIRTUAL);
    assert_int_equal(facts.notes.len, 0);
    facts_free(&facts);
}

static void owns_only_wanted_files(void **state)
{
    (void)state;
    struct facts facts;
    static const char database[] = "P:nodejs\nV:1\nF:\nR:x.txt\nF:usr/lib/apk/db\nR:installed\nF:usr/share\nR:sed\n\n";
    feed_all_sizes(&facts, DATABASE, dw_slice_of(database), &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.owned.len, 1);
    assert_slice(facts.owned.at[0].package, "nodejs");
    assert_slice(facts.owned.at[0].path, "usr/lib/apk/db/installed");
    facts_free(&facts);
}

static void finds_the_database_anywhere(void **state)
{
    (void)state;
    assert_string_equal(dw_package_wants(DW_SLICE("usr/lib/apk/db/installed"))->name, "apk");
    assert_string_equal(dw_package_wants(DW_SLICE("opt/root/lib/apk/db/installed"))->name, "apk");
    assert_null(dw_package_wants(DW_SLICE("xlib/apk/db/installed")));
    assert_null(dw_package_wants(DW_SLICE("lib/apk/db/installed.bak")));
    assert_true(dw_package_wants_name(DW_SLICE("installed")));
    assert_false(dw_package_wants_name(DW_SLICE("installed.bak")));
}

static void without_version(void **state)
{
    (void)state;
    struct facts facts;
    feed_all_sizes(&facts, DATABASE, DW_SLICE("P:musl\nA:x86_64\n\n"), &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.packages.len, 1);
    assert_int_equal(facts.packages.at[0].flags, DW_PACKAGE_NO_VERSION);
    facts_free(&facts);
}

static void empty_database(void **state)
{
    (void)state;
    struct facts facts;
    feed_all_sizes(&facts, DATABASE, DW_SLICE(""), &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.packages.len, 0);
    facts_free(&facts);
}

static void refuses_damage(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
        size_t packages;
        enum dw_error_kind kind;
    } cases[] = {
        {"P:a\nV:1\n\nrubbish\n\n", "line 4 is no \"K:value\"", 1, DW_ERROR_INPUT},
        {"P:a\nV:1\n\nX\n\n", "line 4 is no \"K:value\"", 1, DW_ERROR_INPUT},
        {"V:1\n\n", "has no name", 0, DW_ERROR_INPUT},
        {"P:\nV:1\n\n", "has no name", 0, DW_ERROR_INPUT},
        {"P:a\nV:1\nP:b\nV:2\n\n", "line 3: a second \"P:\"", 0, DW_ERROR_INPUT},
        {"P:a\nV:1\nR:x\n\n", "before any folder", 0, DW_ERROR_INPUT},
        {"P:a\nV:1.2.3-r", "ends without a line feed", 0, DW_ERROR_INPUT},
        {"P:a\nV:1\n", "cut off", 1, DW_ERROR_INPUT},
        {"ADB.\n\n", "ADB", 0, DW_ERROR_UNSUPPORTED},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct facts facts;
        feed_all_sizes(&facts, DATABASE, dw_slice_of(cases[i].text), &limits);
        assert_false(facts.ok);
        assert_int_equal(facts.error.kind, cases[i].kind);
        if (strstr(facts.error.text, cases[i].message) == NULL)
            fail_msg("case %zu: %s", i, facts.error.text);
        assert_int_equal(facts.packages.len, cases[i].packages);
        facts_free(&facts);
    }
    struct facts facts;
    feed_all_sizes(&facts, DATABASE, DW_SLICE("P:a\nV:1\0\n\n"), &limits);
    assert_false(facts.ok);
    facts_free(&facts);
}

static void meets_limits(void **state)
{
    (void)state;
    struct dw_limits small = limits;
    struct facts facts;
    small.value[DW_LIMIT_TEXT_LINE] = 10;
    feed_all_sizes(&facts, DATABASE, DW_SLICE("P:12345678\nV:1\n\n"), &small);
    assert_true(facts.ok);
    facts_free(&facts);
    feed_all_sizes(&facts, DATABASE, DW_SLICE("V:1\nP:123456789\n\n"), &small);
    assert_false(facts.ok);
    assert_int_equal(facts.error.kind, DW_ERROR_LIMIT);
    assert_non_null(strstr(facts.error.text, "line 2: limit line-bytes"));
    facts_free(&facts);
    small = limits;
    small.value[DW_LIMIT_PACKAGE_DATABASE] = 10;
    feed_all_sizes(&facts, DATABASE, DW_SLICE("P:a\nV:1\nA:x86_64\n\n"), &small);
    assert_false(facts.ok);
    assert_int_equal(facts.error.kind, DW_ERROR_LIMIT);
    facts_free(&facts);
}

static void odd_checksum_is_told(void **state)
{
    (void)state;
    struct facts facts;
    feed_all_sizes(&facts, DATABASE, DW_SLICE("C:Q1abc\nP:a\nV:1\n\n"), &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.packages.at[0].checksum.len, 0);
    assert_int_equal(facts.notes.len, 1);
    assert_int_equal(facts.notes.at[0].kind, DW_NOTE_INFORMATION);
    facts_free(&facts);
}

/* A database that is cut anywhere but before its first byte or after a package's empty line is an error. */
static void every_truncation_is_noticed(void **state)
{
    (void)state;
    struct dw_slice whole = dw_slice_of(two_packages);
    size_t first = dw_slice_find_slice(whole, DW_SLICE("\n\n")) + 2;
    for (size_t length = 0; length <= whole.len; length++) {
        struct facts facts;
        feed_reader(&facts, DATABASE, dw_slice_part(whole, 0, length), 64, &limits);
        assert_int_equal(facts.ok, length == 0 || length == first || length == whole.len);
        facts_free(&facts);
    }
    feed_damaged(DATABASE, whole, &limits);
}

int main(void)
{
    limits = dw_limits_default();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_field),    cmocka_unit_test(owns_only_wanted_files),
        cmocka_unit_test(finds_the_database_anywhere),
        cmocka_unit_test(without_version),      cmocka_unit_test(empty_database),
        cmocka_unit_test(refuses_damage),       cmocka_unit_test(meets_limits),
        cmocka_unit_test(odd_checksum_is_told), cmocka_unit_test(every_truncation_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
