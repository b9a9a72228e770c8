/* SPDX-License-Identifier: Apache-2.0 */
#include "feed_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void tells_what_is_not_read(void **state)
{
    (void)state;
    static const struct {
        const char *path, *what; /* NULL: not wanted by this reader */
    } cases[] = {
        {"var/lib/rpm/rpmdb.sqlite", "rpm package databases"},
        {"usr/lib/sysimage/rpm/Packages.db", "rpm package databases"},
        {"var/lib/rpm/Packages", "rpm package databases"},
        {"Packages", NULL},
        {"var/lib/pacman/local/bash-5.2-1/desc", "pacman packages"},
        {"var/lib/pacman/local/desc", NULL},
        {"var/db/pkg/app-shells/bash-5.2/CONTENTS", "Portage packages"},
        {"usr/lib/python3/site-packages/x-1.dist-info/METADATA", "Python packages"},
        {"usr/lib/python3/site-packages/.dist-info/METADATA", NULL},
        {"usr/lib/python3/site-packages/METADATA", NULL},
        {"METADATA", NULL},
        {"x.egg-info", "Python packages"},
        {"usr/lib/ruby/gems/3.1.0/specifications/rake-13.gemspec", "Ruby gems"},
        {"usr/lib/ruby/gems/3.1.0/gems/rake-13/rake.gemspec", NULL},
        {"srv/app/app.jar", "Java archives"},
        {"srv/app/jar", NULL},
        {"srv/app/yarn.lock", "lock files of Yarn"},
        {"srv/app/node_modules/x/yarn.lock", NULL},
        {"node_modules/x/Cargo.lock", NULL},
        {"node_modules/x/y.jar", "Java archives"},
        {"go.mod", "Go module files"},
        {"", NULL},
    };
    struct dw_limits limits = dw_limits_default();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct dw_package_reader *reader = dw_package_wants(dw_slice_of(cases[i].path));
        if ((reader != NULL && strcmp(reader->name, "unread") == 0) != (cases[i].what != NULL))
            fail_msg("%s", cases[i].path);
        if (cases[i].what == NULL)
            continue;
        struct facts facts;
        feed_all_sizes(&facts, cases[i].path, DW_SLICE("any bytes"), &limits);
        assert_true(facts.ok);
        assert_int_equal(facts.packages.len, 0);
        assert_int_equal(facts.notes.len, 1);
        assert_int_equal(facts.notes.at[0].kind, DW_NOTE_UNSUPPORTED);
        if (!dw_slice_starts_with(facts.notes.at[0].message, cases[i].what))
            fail_msg("%s: %.*s", cases[i].path, DW_SLICE_ARG(facts.notes.at[0].message));
        facts_free(&facts);
    }
    assert_true(dw_package_wants_name(DW_SLICE("rpmdb.sqlite")));
    assert_false(dw_package_wants_name(DW_SLICE("x.jar")));
}

static void programs(void **state)
{
    (void)state;
    static const struct {
        struct dw_slice content;
        const char *what; /* NULL: nothing */
    } cases[] = {
        {DW_SLICE_INIT("\177ELF..\xff Go buildinf:\x08\x02"), "Go programs"},
        {DW_SLICE_INIT("\177ELF..\0.dep-v0\0"), "Rust programs"},
        {DW_SLICE_INIT("\177ELF.. Go buildinf:"), NULL},
        {DW_SLICE_INIT("....\xff Go buildinf:"), NULL},
        {DW_SLICE_INIT("\177EL"), NULL},
        {DW_SLICE_INIT(""), NULL},
    };
    struct dw_limits limits = dw_limits_default();
    struct facts facts;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        feed_all_sizes(&facts, "usr/bin/prog", cases[i].content, &limits);
        assert_true(facts.ok);
        assert_int_equal(facts.notes.len, cases[i].what != NULL);
        if (cases[i].what != NULL)
            assert_true(dw_slice_starts_with(facts.notes.at[0].message, cases[i].what));
        facts_free(&facts);
    }
    /* Around the end of a window. */
    char *content = calloc(140000, 1);
    memcpy(content, "\177ELF", 4);
    for (size_t at = 65480; at < 65560; at++) {
        memcpy(content + at, "\xff Go buildinf:", 14);
        feed_reader(&facts, "manager", dw_slice_make(content, 140000), 9999, &limits);
        assert_int_equal(facts.notes.len, 1);
        facts_free(&facts);
        memset(content + at, 0, 14);
    }
    free(content);
    static const struct {
        const char *path;
        bool wanted;
    } places[] = {{"server", true},          {"app/server", true},    {"usr/local/bin/x", true}, {"app/server.js", false},
                  {"usr/share/doc/x", false}, {"etc/hosts", false}, {"app/src/x", false}};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        assert_int_equal(dw_package_wants(dw_slice_of(places[i].path)) != NULL, places[i].wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tells_what_is_not_read), cmocka_unit_test(programs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
