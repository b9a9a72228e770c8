/* SPDX-License-Identifier: Apache-2.0 */
#include "feed_reader.h"
#include "package/distribution.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct dw_limits limits;

static void assert_slice(struct dw_slice slice, const char *expected)
{
    if (!dw_slice_is(slice, expected))
        fail_msg("\"%.*s\" instead of \"%s\"", DW_SLICE_ARG(slice), expected);
}

static const char os_release[] = "# comment\n"
                                 "PRETTY_NAME=\"A \\\"quoted\\\" \\x name\"\r\n"
                                 "  ID='deb'ian # what follows is no value\n"
                                 "ID_LIKE=\n"
                                 "VERSION_ID=11\n"
                                 "VERSION_ID=\"12.5\"\n"
                                 "VERSION_CODENAME=book\\worm\n"
                                 "NOT_A_KEY\n";

static void reads_os_release(void **state)
{
    (void)state;
    struct facts facts;
    feed_all_sizes(&facts, "etc/os-release", dw_slice_of(os_release), &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.distributions.len, 1);
    const struct dw_distribution *fact = &facts.distributions.at[0];
    assert_slice(fact->pretty_name, "A \"quoted\" \\x name");
    assert_slice(fact->id, "debian");
    assert_slice(fact->id_like, "");
    assert_slice(fact->version_id, "12.5");
    assert_slice(fact->version_codename, "bookworm");
    assert_slice(fact->path, "etc/os-release");
    assert_false(fact->distroless);
    facts_free(&facts);
    feed_all_sizes(&facts, "usr/lib/os-release", DW_SLICE("PRETTY_NAME=\"Distroless\"\nID=\"debian\nVERSION_ID=12"), &limits);
    assert_true(facts.ok);
    assert_true(facts.distributions.at[0].distroless);
    assert_int_equal(facts.notes.len, 1); /* the quote that does not end */
    facts_free(&facts);
    feed_all_sizes(&facts, "etc/os-release", DW_SLICE("ID=a\0b\n"), &limits);
    assert_false(facts.ok);
    facts_free(&facts);
    assert_null(dw_package_wants(DW_SLICE("opt/etc/os-release")));
}

static void reads_repositories(void **state)
{
    (void)state;
    static const struct {
        const char *text, *release;
    } cases[] = {
        {"http://dl-cdn.alpinelinux.org/alpine/v3.18/main\nhttp://dl-cdn.alpinelinux.org/alpine/v3.18/community\n", "3.18"},
        {"https://mirror.example/pub/alpine/edge/main/\n", "edge"},
        {"https://m/alpine/v3.9/main\nhttps://m/alpine/v3.10/main\nhttps://m/alpine/v3.2/main\n", "3.10"},
        {"https://m/alpine/v3.9/main\nhttps://m/alpine/edge/testing\nhttps://m/alpine/v3.20/main\n", "edge"},
        {"https://m/alpine/v3.9/main\n@edge https://m/alpine/edge/testing\n#https://m/alpine/edge/main\n", "3.9"},
        {"/media/cdrom/apks\nhttps://packages.wolfi.dev/os\nhttps://m/alpine/latest-stable/main\n", ""},
        {"https://m/alpine/v3.x/main\nhttps://m/alpine/v.3/main\nmain\n/main\nv3.1/other\n", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct facts facts;
        feed_all_sizes(&facts, i % 2 ? "etc/apk/repositories.d/x.list" : "etc/apk/repositories",
                       dw_slice_of(cases[i].text), &limits);
        assert_true(facts.ok);
        assert_slice(facts.distributions.at[0].release, cases[i].release);
        facts_free(&facts);
    }
}

static void releases(void **state)
{
    (void)state;
    static const struct {
        const char *id, *version, *codename, *release;
    } cases[] = {
        {"alpine", "3.18.9", "", "3.18"},
        {"alpine", "3.21.0_alpha20240923", "", "edge"},
        {"alpine", "edge", "", "edge"},
        {"alpine", "v3.10", "", "3.10"},
        {"postmarketOS", "v23.06", "", "3.18"},
        {"postmarketOS", "v99.06", "", ""},
        {"wolfi", "20230201", "", ""},
        {"debian", "12", "bookworm", "12"},
        {"debian", "12.5", "", "12"},
        {"debian", "", "trixie", "13"},
        {"debian", "", "sid", "sid"},
        {"debian", "trixie/sid", "", "13"},
        {"debian", "jessie", "", "8"},
        {"debian", "", "zurg", "zurg"},
        {"raspbian", "11", "", "11"},
        {"ubuntu", "22.04", "jammy", "22.04"},
        {"rhel", "8.9", "", "8"},
        {"amzn", "2", "", "2"},
        {"amzn", "2023", "", "2023"},
        {"amzn", "2018.03", "", "1"},
        {"opensuse-leap", "15.5", "", "15.5"},
        {"unheard-of", "7.1", "", "7.1"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_slice(dw_distribution_release(dw_slice_of(cases[i].id), dw_slice_of(cases[i].version),
                                             dw_slice_of(cases[i].codename)),
                     cases[i].release);
}

/* A fact as the reader of PATH gives it. */
struct given {
    const char *path, *id, *version, *codename, *release;
};

static void decides(void **state)
{
    (void)state;
    static const struct {
        struct given facts[3];
        const char *id, *release;
        bool known, remark;
    } cases[] = {
        {{{0}}, "", "", false, false},
        {{{"usr/lib/os-release", "b", "2", "", ""}, {"etc/os-release", "a", "1", "", ""}}, "a", "1", true, false},
        {{{"usr/lib/os-release", "b", "2", "", ""}}, "b", "2", true, false},
        {{{"etc/os-release", "", "2", "", ""}}, "linux", "2", true, false},
        {{{"etc/alpine-release", "alpine", "3.18.9", "", ""}}, "alpine", "3.18", true, false},
        {{{"etc/os-release", "alpine", "", "", ""}, {"etc/alpine-release", "alpine", "3.17.0", "", ""}},
         "alpine", "3.17", true, false},
        {{{"etc/os-release", "alpine", "3.18.9", "", ""}, {"etc/apk/repositories", "", "", "", "3.18"}},
         "alpine", "3.18", true, false},
        {{{"etc/apk/repositories", "", "", "", "3.20"}, {"etc/os-release", "alpine", "3.18.9", "", ""}},
         "alpine", "3.20", true, true},
        {{{"etc/apk/repositories", "", "", "", "3.20"}, {"etc/apk/repositories.d/e.list", "", "", "", "edge"},
          {"etc/os-release", "alpine", "3.18.9", "", ""}},
         "alpine", "edge", true, true},
        {{{"etc/apk/repositories", "", "", "", ""}, {"etc/os-release", "alpine", "3.18.9", "", ""}},
         "alpine", "3.18", true, false},
        {{{"etc/apk/repositories", "", "", "", "3.20"}, {"etc/os-release", "wolfi", "20230201", "", ""}},
         "wolfi", "", true, false},
        {{{"etc/apk/repositories", "", "", "", "3.20"}}, "", "", false, false},
        {{{"etc/os-release", "debian", "", "", ""}, {"etc/debian_version", "debian", "trixie/sid", "", ""}},
         "debian", "13", true, false},
        {{{"etc/os-release", "debian", "", "forky", ""}, {"etc/debian_version", "debian", "forky/sid", "", ""}},
         "debian", "14", true, false},
        {{{"etc/debian_version", "debian", "9.13", "", ""}}, "debian", "9", true, false},
        {{{"etc/os-release", "ubuntu", "22.04", "jammy", ""}, {"etc/debian_version", "debian", "bookworm/sid", "", ""}},
         "ubuntu", "22.04", true, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct dw_arena arena = {0};
        struct dw_distribution facts[3] = {0}, merged;
        struct dw_slice remark;
        size_t count = 0;
        for (; count < 3 && cases[i].facts[count].path != NULL; count++) {
            const struct given *given = &cases[i].facts[count];
            facts[count] = (struct dw_distribution){.known = true,
                                                    .path = dw_slice_of(given->path),
                                                    .id = dw_slice_of(given->id),
                                                    .version_id = dw_slice_of(given->version),
                                                    .version_codename = dw_slice_of(given->codename),
                                                    .release = dw_slice_of(given->release)};
        }
        dw_distribution_decide(facts, count, &arena, &merged, &remark);
        assert_int_equal(merged.known, cases[i].known);
        assert_slice(merged.id, cases[i].id);
        assert_slice(merged.release, cases[i].release);
        assert_int_equal(remark.len > 0, cases[i].remark);
        dw_arena_free(&arena);
    }
}

static void survives_damage(void **state)
{
    (void)state;
    feed_damaged("etc/os-release", dw_slice_of(os_release), &limits);
    feed_damaged("etc/apk/repositories", DW_SLICE("https://m/alpine/v3.9/main\n@e https://m/alpine/edge/main\n"), &limits);
    feed_damaged("etc/alpine-release", DW_SLICE("\n3.18.9\n"), &limits);
    feed_damaged("etc/debian_version", DW_SLICE("trixie/sid\n"), &limits);
}

int main(void)
{
    limits = dw_limits_default();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_os_release), cmocka_unit_test(reads_repositories), cmocka_unit_test(releases),
        cmocka_unit_test(decides),          cmocka_unit_test(survives_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
