/* SPDX-License-Identifier: Apache-2.0 */
#include "feed_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define STATUS "var/lib/dpkg/status"

static struct dw_limits limits;

static void assert_slice(struct dw_slice slice, const char *expected)
{
    if (!dw_slice_is(slice, expected))
        fail_msg("\"%.*s\" instead of \"%s\"", DW_SLICE_ARG(slice), expected);
}

static const char three_packages[] =
    "Package: libssl3\n"
    "Status: install ok installed\n"
    "Priority: optional\n"
    "Maintainer: Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>\n"
    "Architecture: amd64\n"
    "Multi-Arch: same\n"
    "Source: openssl (3.0.14-1~deb12u1)\n"
    "Version: 3.0.14-1~deb12u1+b1\n"
    "Depends: libc6 (>= 2.34), debconf (>= 0.5) | debconf-2.0, python3:any,\n"
    " zlib1g [amd64]\n"
    "Pre-Depends: dpkg\n"
    "Provides: libssl (= 3.0), ssl\n"
    "Description: Secure Sockets Layer toolkit\n"
    " This package is part of the OpenSSL project.\n"
    " .\n"
    " Version: 9 is no field here\n"
    "\n"
    "Package: gone\n"
    "Status: deinstall ok config-files\n"
    "Version: 1\n"
    "\n"
    "\n"
    "Package: vim\n"
    "Status: hold ok half-configured\n"
    "version: 2:9.0.1378-2";

static void reads_every_field(void **state)
{
    (void)state;
    struct facts facts;
    feed_all_sizes(&facts, STATUS, dw_slice_of(three_packages), &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.packages.len, 2);
    const struct dw_package *package = &facts.packages.at[0];
    assert_int_equal(package->type, DW_PACKAGE_DEB);
    assert_int_equal(package->flags, 0);
    assert_slice(package->name, "libssl3");
    assert_slice(package->version, "3.0.14-1~deb12u1+b1");
    assert_slice(package->source_name, "openssl");
    assert_slice(package->source_version, "3.0.14-1~deb12u1");
    assert_slice(package->architecture, "amd64");
    assert_slice(package->supplier, "Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>");
    static const char *const depends[] = {"dpkg", "libc6", "debconf", "debconf-2.0", "python3", "zlib1g"};
    assert_int_equal(package->depend_count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_slice(package->depends[i], depends[i]);
    assert_int_equal(package->provide_count, 2);
    assert_slice(package->provides[0], "libssl");
    assert_slice(package->provides[1], "ssl");
    assert_slice(facts.packages.at[1].name, "vim");
    assert_slice(facts.packages.at[1].version, "2:9.0.1378-2");
    assert_int_equal(facts.notes.len, 0);
    facts_free(&facts);
}

static void states_of_packages(void **state)
{
    (void)state;
    static const struct {
        const char *status;
        bool installed;
        size_t notes;
    } cases[] = {
        {"install ok installed", true, 0},       {"hold ok installed", true, 0},
        {"install ok half-installed", true, 0},  {"install ok unpacked", true, 0},
        {"install ok half-configured", true, 0}, {"install ok triggers-awaited", true, 0},
        {"install ok triggers-pending", true, 0},
        {"deinstall ok config-files", false, 0}, {"purge ok not-installed", false, 0},
        {"install ok", true, 1},                 {"install ok installed twice", true, 1},
        {"install ok somehow", true, 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[200];
        struct facts facts;
        snprintf(text, sizeof(text), "Package: a\nVersion: 1\nStatus: %s\n", cases[i].status);
        feed_all_sizes(&facts, STATUS, dw_slice_of(text), &limits);
        assert_true(facts.ok);
        assert_int_equal(facts.packages.len, cases[i].installed);
        assert_int_equal(facts.notes.len, cases[i].notes);
        facts_free(&facts);
    }
}

static void status_folder_of_distroless(void **state)
{
    (void)state;
    struct facts facts;
    feed_all_sizes(&facts, "var/lib/dpkg/status.d/bGliYzY", DW_SLICE("Package: libc6\nVersion: 2.36-9\nSource: glibc\n"),
                   &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.packages.len, 1);
    assert_slice(facts.packages.at[0].name, "libc6");
    assert_slice(facts.packages.at[0].source_name, "glibc");
    assert_int_equal(facts.packages.at[0].source_version.len, 0);
    facts_free(&facts);
    assert_string_equal(dw_package_wants(DW_SLICE("var/lib/dpkg/status.d/libc6.md5sums"))->name, "dpkg-files");
    assert_null(dw_package_wants(DW_SLICE("var/lib/dpkg/status.d/.hidden")));
    assert_null(dw_package_wants(DW_SLICE("var/lib/dpkg/status-old")));
    assert_null(dw_package_wants(DW_SLICE("var/lib/dpkg/status.d/x/y")));
}

static void missing_version_is_kept(void **state)
{
    (void)state;
    struct facts facts;
    feed_all_sizes(&facts, STATUS, DW_SLICE("Package: a\nStatus: install ok installed\n\nPackage: b\nVersion: 1\n"), &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.packages.len, 2);
    assert_int_equal(facts.packages.at[0].flags, DW_PACKAGE_NO_VERSION);
    facts_free(&facts);
}

static void damage_stays_in_its_stanza(void **state)
{
    (void)state;
    static const struct {
        struct dw_slice damaged;
        const char *reason;
        size_t packages; /* of three stanzas, the second damaged */
    } cases[] = {
        {DW_SLICE_INIT("Package: b\nVersion: 1\nX: \0\n"), "line 6: a NUL byte", 3},
        {DW_SLICE_INIT("Pack\0ge: b\nVersion: 1\n"), "line 4: a NUL byte", 2},
        {DW_SLICE_INIT("Package: b\nVersion: 1\nrubbish\n"), "line 6: not a \"Field: value\" line", 3},
        {DW_SLICE_INIT("Package: b\nVersion: 1\nVersion: 2\n"), "line 6: the same field twice", 3},
        {DW_SLICE_INIT("Version: 1\n"), "line 4: a stanza that names no package", 2},
        {DW_SLICE_INIT("Package: b\nDescription: 12345678901234567890123456789012345678901234567890\nVersion: 1\n"),
         "line 5: longer than the limit line-bytes", 3},
    };
    struct dw_limits small = limits;
    small.value[DW_LIMIT_TEXT_LINE] = 40;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        dw_buffer_append_string(&text, "Package: a\nVersion: 1\n\n");
        dw_buffer_append(&text, cases[i].damaged);
        dw_buffer_append_string(&text, "\nPackage: c\nVersion: 1\n");
        struct facts facts;
        feed_all_sizes(&facts, STATUS, dw_buffer_slice(&text), &small);
        assert_true(facts.ok);
        assert_int_equal(facts.packages.len, cases[i].packages);
        assert_slice(facts.packages.at[0].name, "a");
        assert_slice(facts.packages.at[facts.packages.len - 1].name, "c");
        assert_int_equal(facts.notes.len, 1);
        assert_int_equal(facts.notes.at[0].kind, DW_NOTE_UNREADABLE);
        if (dw_slice_find_slice(facts.notes.at[0].message, dw_slice_of(cases[i].reason)) == SIZE_MAX)
            fail_msg("case %zu: %.*s", i, DW_SLICE_ARG(facts.notes.at[0].message));
        facts_free(&facts);
    }
}

static void rubbish_is_refused(void **state)
{
    (void)state;
    static const char *const units[] = {"rubbish\n", "rubbish\n\n", "A: b\n\n", "x"};
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        while (text.len < 4 << 20)
            dw_buffer_append_string(&text, units[i]);
        struct facts facts;
        feed_reader(&facts, STATUS, dw_buffer_slice(&text), 65536, &limits);
        assert_false(facts.ok);
        assert_int_equal(facts.error.kind, DW_ERROR_INPUT);
        assert_int_equal(facts.packages.len, 0);
        facts_free(&facts);
    }
}

static void meets_limits(void **state)
{
    (void)state;
    struct dw_limits small = limits;
    struct facts facts;
    small.value[DW_LIMIT_PACKAGE_DATABASE] = 10;
    feed_all_sizes(&facts, STATUS, DW_SLICE("Package: a\nVersion: 1\n"), &small);
    assert_false(facts.ok);
    assert_int_equal(facts.error.kind, DW_ERROR_LIMIT);
    facts_free(&facts);
    /* An empty file is a database without packages. */
    feed_all_sizes(&facts, STATUS, DW_SLICE(""), &limits);
    assert_true(facts.ok);
    facts_free(&facts);
}

static void third_parties(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool foreign;
    } cases[] = {
        {"Package: docker-ce\nVersion: 5:24\nMaintainer: Docker <support@docker.com>\n", true},
        {"Package: libpq5\nVersion: 16.1-1.pgdg120+1\n", true},
        {"Package: nodejs\nVersion: 18.19.0-1nodesource1\n", true},
        {"Package: libcublas\nVersion: 1\nMaintainer: cudatools <cudatools@nvidia.com>\n", true},
        {"Package: mstflint\nVersion: 1\nMaintainer: Tzafrir Cohen <tzafrirc@nvidia.com>\n", false},
        {"Package: libpq5\nVersion: 15.8-0+deb12u1\n", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct facts facts;
        feed_all_sizes(&facts, STATUS, dw_slice_of(cases[i].text), &limits);
        assert_int_equal(facts.packages.at[0].flags, cases[i].foreign ? DW_PACKAGE_FOREIGN : 0);
        facts_free(&facts);
    }
}

static void ownership(void **state)
{
    (void)state;
    struct facts facts;
    feed_all_sizes(&facts, "var/lib/dpkg/info/base-files:amd64.list",
                   DW_SLICE("/.\n/usr/share\n/usr/lib/apk/db/installed\n/usr/share/sed\n/var/lib/dpkg/status"), &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.owned.len, 2);
    assert_slice(facts.owned.at[0].package, "base-files");
    assert_slice(facts.owned.at[0].path, "usr/lib/apk/db/installed");
    assert_slice(facts.owned.at[1].path, "var/lib/dpkg/status");
    facts_free(&facts);
    feed_all_sizes(&facts, "var/lib/dpkg/status.d/base.md5sums",
                   DW_SLICE("d41d8cd98f00b204e9800998ecf8427e  usr/lib/apk/db/installed\nshort\n"
                            "d41d8cd98f00b204e9800998ecf8427e  ./lib/dpkg/status\n"),
                   &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.owned.len, 2);
    assert_slice(facts.owned.at[0].package, "base");
    assert_slice(facts.owned.at[1].path, "lib/dpkg/status");
    assert_int_equal(facts.notes.len, 1);
    assert_int_equal(facts.notes.at[0].kind, DW_NOTE_INFORMATION);
    facts_free(&facts);
}

static void survives_damage(void **state)
{
    (void)state;
    feed_damaged(STATUS, dw_slice_of(three_packages), &limits);
    feed_damaged("var/lib/dpkg/status.d/a.md5sums",
                 DW_SLICE("d41d8cd98f00b204e9800998ecf8427e  usr/lib/apk/db/installed\n"), &limits);
}

int main(void)
{
    limits = dw_limits_default();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_field),           cmocka_unit_test(states_of_packages),
        cmocka_unit_test(status_folder_of_distroless), cmocka_unit_test(missing_version_is_kept),
        cmocka_unit_test(damage_stays_in_its_stanza),  cmocka_unit_test(rubbish_is_refused),
        cmocka_unit_test(meets_limits),                cmocka_unit_test(third_parties),
        cmocka_unit_test(ownership),                   cmocka_unit_test(survives_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
