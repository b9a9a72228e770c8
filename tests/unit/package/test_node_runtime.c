/* SPDX-License-Identifier: Apache-2.0 */
#include "feed_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define PROGRAM "usr/local/bin/node"

static struct dw_limits limits;

static void assert_slice(struct dw_slice slice, const char *expected)
{
    if (!dw_slice_is(slice, expected))
        fail_msg("\"%.*s\" instead of \"%s\"", DW_SLICE_ARG(slice), expected);
}

#define ELF "\x7f" "ELF"

static void versions(void **state)
{
    (void)state;
    static const struct {
        struct dw_slice content;
        const char *version; /* NULL: no package */
        size_t notes;
    } cases[] = {
        {DW_SLICE_INIT(ELF "..node.js/v22.11.0\0.."), "22.11.0", 0},
        {DW_SLICE_INIT(ELF "..node.js/v22.11.0"), "22.11.0", 0},
        {DW_SLICE_INIT(ELF "..node.js/v23.0.0-nightly20240901abc\0"), "23.0.0-nightly20240901abc", 0},
        {DW_SLICE_INIT(ELF "..node.js/v22.11.0 (x)\0node.js/v22.11.0\0"), "22.11.0", 0},
        {DW_SLICE_INIT(ELF "..node.js/v22.11.0\0node.js/v20.0.0\0"), "", 1},
        {DW_SLICE_INIT(ELF "..node.js/v22.11\0node.js/vx\0node.js/v"), "", 1},
        {DW_SLICE_INIT(ELF "..node.js/v99999999999.1.1\0"), "", 1},
        {DW_SLICE_INIT(ELF "\0node v0.10.48\0v1.2.3\0v2.0.0\0"), "0.10.48", 0},
        {DW_SLICE_INIT(ELF "\0node v10.12.0\0"), "", 1},
        {DW_SLICE_INIT(ELF "\0node v10.12.0 stdio\0v6.17.1\0"), "6.17.1", 0},
        {DW_SLICE_INIT(ELF "\0v6.17.1\0v0.12.0\0"), "", 1},
        {DW_SLICE_INIT(ELF "\0v6.17.1 \0v60.0.0\0v7.0.0\0"), "", 1},
        {DW_SLICE_INIT(ELF "\0v6.17.1\0node.js/v22.11.0\0v0.12.0\0"), "22.11.0", 0},
        {DW_SLICE_INIT(ELF), "", 1},
        {DW_SLICE_INIT("#!/bin/sh\nnode.js/v22.11.0\n"), NULL, 0},
        {DW_SLICE_INIT("\x7f""EL"), NULL, 0},
        {DW_SLICE_INIT(""), NULL, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct facts facts;
        feed_all_sizes(&facts, PROGRAM, cases[i].content, &limits);
        assert_true(facts.ok);
        if (facts.packages.len != (cases[i].version != NULL) || facts.notes.len != cases[i].notes)
            fail_msg("case %zu: %s", i, facts.text.at);
        if (cases[i].version != NULL) {
            const struct dw_package *package = &facts.packages.at[0];
            assert_int_equal(package->type, DW_PACKAGE_GENERIC);
            assert_int_equal(package->evidence, DW_EVIDENCE_BINARY);
            assert_slice(package->name, "node");
            if (!dw_slice_is(package->version, cases[i].version))
                fail_msg("case %zu: %.*s", i, DW_SLICE_ARG(package->version));
            assert_int_equal(package->flags, cases[i].version[0] ? 0 : DW_PACKAGE_NO_VERSION);
        }
        facts_free(&facts);
    }
}

/* The version string at every place around the end of a window, and at the end of the file. */
static void across_windows(void **state)
{
    (void)state;
    static const char text[] = "node.js/v22.11.0-rc.1";
    size_t size = 65536 * 2 + 1000;
    char *content = calloc(size, 1);
    memcpy(content, ELF, 4);
    for (size_t window = 0; window < 3; window++)
        for (size_t at = 65200; at < 65700; at++) {
            size_t place = window == 2 ? size - (at - 65200) / 10 - sizeof(text) + 1 : at + window * (65536 - 128);
            memcpy(content + place, text, sizeof(text) - 1);
            struct facts facts;
            feed_reader(&facts, PROGRAM, dw_slice_make(content, size), 30011, &limits);
            if (facts.packages.len != 1 || !dw_slice_is(facts.packages.at[0].version, "22.11.0-rc.1"))
                fail_msg("at %zu: %s", place, facts.text.at);
            facts_free(&facts);
            memset(content + place, 0, sizeof(text) - 1);
        }
    free(content);
}

static void header(void **state)
{
    (void)state;
    struct facts facts;
    static const char text[] = "#ifndef X\n#define NODE_MAJOR_VERSION 22\n#define   NODE_MINOR_VERSION\t11\n"
                               "#define NODE_PATCH_VERSION 0\n#define NODE_VERSION_IS_LTS 1\n";
    feed_all_sizes(&facts, "usr/local/include/node/node_version.h", dw_slice_of(text), &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.packages.len, 1);
    assert_slice(facts.packages.at[0].version, "22.11.0");
    facts_free(&facts);
    feed_all_sizes(&facts, "include/node/node_version.h", DW_SLICE("#define NODE_MAJOR_VERSION x\n"), &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.packages.len, 0);
    assert_int_equal(facts.notes.len, 1);
    facts_free(&facts);
    feed_damaged("include/node/node_version.h", dw_slice_of(text), &limits);
}

static void which_files(void **state)
{
    (void)state;
    assert_string_equal(dw_package_wants(DW_SLICE("node"))->name, "node-runtime");
    assert_string_equal(dw_package_wants(DW_SLICE("usr/bin/nodejs"))->name, "node-runtime");
    assert_string_equal(dw_package_wants(DW_SLICE("usr/bin/xnode"))->name, "programs");
    assert_null(dw_package_wants(DW_SLICE("usr/bin/node.exe")));
    assert_null(dw_package_wants(DW_SLICE("src/node_version.h")));
    assert_true(dw_package_wants_name(DW_SLICE("node")));
}

int main(void)
{
    limits = dw_limits_default();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions),
        cmocka_unit_test(across_windows),
        cmocka_unit_test(header),
        cmocka_unit_test(which_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
