/* SPDX-License-Identifier: Apache-2.0 */
#include "package/purl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void assert_slice(struct dw_slice slice, const char *expected)
{
    if (!dw_slice_is(slice, expected))
        fail_msg("\"%.*s\" instead of \"%s\"", DW_SLICE_ARG(slice), expected);
}

/* The first of these are the examples of the purl specification, "Some purl examples". */
static void splits(void **state)
{
    (void)state;
    static const struct {
        const char *text, *type, *name_space, *name, *version, *qualifiers, *subpath;
    } cases[] = {
        {"pkg:bitbucket/birkenfeld/pygments-main@244fd47e07d1014f0aed9c", "bitbucket", "birkenfeld", "pygments-main",
         "244fd47e07d1014f0aed9c", "", ""},
        {"pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie", "deb", "debian", "curl", "7.50.3-1",
         "arch=i386;distro=jessie;", ""},
        {"pkg:docker/cassandra@sha256:244fd47e07d1004f0aed9c", "docker", "", "cassandra", "sha256:244fd47e07d1004f0aed9c", "",
         ""},
        {"pkg:docker/customer/dockerimage@sha256:244fd47e07d1004f0aed9c?repository_url=gcr.io", "docker", "customer",
         "dockerimage", "sha256:244fd47e07d1004f0aed9c", "repository_url=gcr.io;", ""},
        {"pkg:gem/jruby-launcher@1.1.2?platform=java", "gem", "", "jruby-launcher", "1.1.2", "platform=java;", ""},
        {"pkg:golang/google.golang.org/genproto#googleapis/api/annotations", "golang", "google.golang.org", "genproto", "", "",
         "googleapis/api/annotations"},
        {"pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1?packaging=sources", "maven", "org.apache.xmlgraphics",
         "batik-anim", "1.9.1", "packaging=sources;", ""},
        {"pkg:npm/%40angular/animation@12.3.1", "npm", "@angular", "animation", "12.3.1", "", ""},
        {"pkg:nuget/EnterpriseLibrary.Common@6.0.1304", "nuget", "", "EnterpriseLibrary.Common", "6.0.1304", "", ""},
        {"pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&distro=fedora-25", "rpm", "fedora", "curl", "7.50.3-1.fc25",
         "arch=i386;distro=fedora-25;", ""},
        /* Ways of writing that must be read too. */
        {"pkg:npm/@angular/animation", "npm", "@angular", "animation", "", "", ""},
        {"PKG://GEM//ruby%2dx@1/", "gem", "", "ruby-x", "1", "", ""},
        {"pkg:a/b/c%2Bd@1%3A2%2B3?Key=&x=%26%3d#/s//t/", "a", "b", "c+d", "1:2+3", "x=&=;", "s/t"},
        {"pkg:generic/x@", "generic", "", "x", "", "", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
        DW_CLEANUP(dw_buffer_free) struct dw_buffer qualifiers = {0};
        struct dw_error error = DW_ERROR_INIT;
        struct dw_purl purl;
        if (!dw_purl_split(&arena, dw_slice_of(cases[i].text), &purl, &error))
            fail_msg("%s: %s", cases[i].text, error.text);
        assert_slice(purl.type, cases[i].type);
        assert_slice(purl.name_space, cases[i].name_space);
        assert_slice(purl.name, cases[i].name);
        assert_slice(purl.version, cases[i].version);
        for (size_t j = 0; j < purl.qualifier_count; j++)
            dw_buffer_printf(&qualifiers, "%.*s=%.*s;", DW_SLICE_ARG(purl.qualifiers[j].key),
                             DW_SLICE_ARG(purl.qualifiers[j].value));
        assert_slice(dw_buffer_slice(&qualifiers), cases[i].qualifiers);
        assert_slice(purl.subpath, cases[i].subpath);
    }
}

static void refuses(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "", "pkg", "pkg:", "pkg:npm", "pkg:npm/", "pkg:/x", "npm/x@1", "pkg:npm/%", "pkg:npm/%4", "pkg:npm/%zz", "pkg:npm/a%00b",
        "pkg:npm/a@1%0a", "pkg:npm/%ff", "pkg:npm/a?b", "pkg:npm/a?=b", "pkg:npm/a?k=1&K=2", "pkg:npm/a?k k=1", "pkg:1a/b",
        "pkg:a_b/c", "pkg:npm/@1.0", "pkg:npm/%20", "pkg:npm/a%2fb/c", "pkg:npm/%2Fa@1", "pkg:npm/a%2F@1", "pkg:npm/a%2F%2Fb", "pkg:npm/a?k=%1", "pkg:npm/\x1b[1m",
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
        struct dw_error error = DW_ERROR_INIT;
        struct dw_purl purl;
        if (dw_purl_split(&arena, dw_slice_of(cases[i]), &purl, &error))
            fail_msg("\"%s\" was read", cases[i]);
        assert_int_equal(error.kind, DW_ERROR_USAGE);
    }
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    struct dw_purl purl;
    dw_buffer_append_string(&text, "pkg:npm/");
    while (text.len < 100000)
        dw_buffer_append_byte(&text, 'a');
    assert_false(dw_purl_split(&arena, dw_buffer_slice(&text), &purl, NULL));
}

static void packages_of_purls(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum dw_package_type type;
        const char *other_type, *name, *version, *architecture, *source_name, *source_version, *id, *release, *purl;
    } cases[] = {
        {"pkg:apk/alpine/openssl@1.1.1d-r0?distro=alpine-3.10", DW_PACKAGE_APK, "", "openssl", "1.1.1d-r0", "", "", "", "alpine",
         "3.10", "pkg:apk/alpine/openssl@1.1.1d-r0?distro=alpine-3.10"},
        {"pkg:apk/alpine/libssl1.1@1.1.1d-r0?arch=x86_64&distro=3.10.2&upstream=openssl", DW_PACKAGE_APK, "", "libssl1.1",
         "1.1.1d-r0", "x86_64", "openssl", "", "alpine", "3.10",
         "pkg:apk/alpine/libssl1.1@1.1.1d-r0?arch=x86_64&distro=alpine-3.10.2&upstream=openssl"},
        {"pkg:apk/alpine/a@1?distro=edge", DW_PACKAGE_APK, "", "a", "1", "", "", "", "alpine", "edge",
         "pkg:apk/alpine/a@1?distro=alpine-edge"},
        {"pkg:deb/debian/libssl3@3.0.14-1~deb12u1%2Bb1?arch=amd64&distro=debian-12.5&upstream=openssl@3.0.14-1~deb12u1",
         DW_PACKAGE_DEB, "", "libssl3", "3.0.14-1~deb12u1+b1", "amd64", "openssl", "3.0.14-1~deb12u1", "debian", "12",
         "pkg:deb/debian/libssl3@3.0.14-1~deb12u1%2Bb1?arch=amd64&distro=debian-12.5&upstream=openssl%403.0.14-1~deb12u1"},
        {"pkg:deb/debian/vim@9.0.1378-2?epoch=2&distro=bookworm", DW_PACKAGE_DEB, "", "vim", "2:9.0.1378-2", "", "", "",
         "debian", "12", "pkg:deb/debian/vim@2%3A9.0.1378-2?distro=debian-bookworm"},
        {"pkg:deb/debian/VIM@1%3A9?epoch=2&distro=sid", DW_PACKAGE_DEB, "", "vim", "1:9", "", "", "", "debian", "sid",
         "pkg:deb/debian/vim@1%3A9?distro=debian-sid"},
        {"pkg:deb/ubuntu/a@1?distro=ubuntu-22.04", DW_PACKAGE_DEB, "", "a", "1", "", "", "", "ubuntu", "22.04",
         "pkg:deb/ubuntu/a@1?distro=ubuntu-22.04"},
        {"pkg:deb/a@1?distro=debian-11", DW_PACKAGE_DEB, "", "a", "1", "", "", "", "debian", "11",
         "pkg:deb/debian/a@1?distro=debian-11"},
        {"pkg:deb/debian/a@1", DW_PACKAGE_DEB, "", "a", "1", "", "", "", "debian", "", "pkg:deb/debian/a@1"},
        {"pkg:npm/%40corp/x@1.0.0-rc.1%2B5", DW_PACKAGE_NPM, "", "@corp/x", "1.0.0-rc.1+5", "", "", "", "", "",
         "pkg:npm/%40corp/x@1.0.0-rc.1%2B5"},
        {"pkg:npm/JSONStream@1", DW_PACKAGE_NPM, "", "JSONStream", "1", "", "", "", "", "", "pkg:npm/JSONStream@1"},
        {"pkg:generic/node@22.11.0", DW_PACKAGE_GENERIC, "", "node", "22.11.0", "", "", "", "", "", "pkg:generic/node@22.11.0"},
        {"pkg:pypi/Zope_Interface@1", DW_PACKAGE_OTHER, "pypi", "zope-interface", "1", "", "", "", "", "",
         "pkg:pypi/zope-interface@1"},
        {"pkg:golang/github.com/Azure/go-autorest/v14@v14.2.0", DW_PACKAGE_OTHER, "golang", "github.com/Azure/go-autorest/v14",
         "v14.2.0", "", "", "", "", "", "pkg:golang/github.com/Azure/go-autorest/v14@v14.2.0"},
        {"pkg:maven/org.apache/log4j@2", DW_PACKAGE_OTHER, "maven", "org.apache/log4j", "2", "", "", "", "", "",
         "pkg:maven/org.apache/log4j@2"},
        {"pkg:rpm/redhat/bash@5.1?distro=redhat-9.4&epoch=1", DW_PACKAGE_OTHER, "rpm", "redhat/bash", "1:5.1", "", "", "",
         "redhat", "9.4", "pkg:rpm/redhat/bash@1%3A5.1?distro=redhat-9.4"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
        struct dw_error error = DW_ERROR_INIT;
        struct dw_package package;
        struct dw_distribution distribution;
        if (!dw_purl_parse(&arena, dw_slice_of(cases[i].text), &package, &distribution, &error))
            fail_msg("%s: %s", cases[i].text, error.text);
        assert_int_equal(package.type, cases[i].type);
        assert_slice(package.other_type, cases[i].other_type);
        assert_slice(package.name, cases[i].name);
        assert_slice(package.version, cases[i].version);
        assert_slice(package.architecture, cases[i].architecture);
        assert_slice(package.source_name, cases[i].source_name);
        assert_slice(package.source_version, cases[i].source_version);
        assert_slice(distribution.id, cases[i].id);
        assert_slice(distribution.release, cases[i].release);
        assert_int_equal(distribution.known, strstr(cases[i].text, "distro=") != NULL);
        assert_slice(package.purl, cases[i].purl);
        assert_int_equal(package.layer, -1);
        assert_int_equal(package.flags, 0);
    }
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    struct dw_package package;
    struct dw_distribution distribution;
    assert_true(dw_purl_parse(&arena, DW_SLICE("pkg:npm/x"), &package, &distribution, NULL));
    assert_int_equal(package.flags, DW_PACKAGE_NO_VERSION);
}

static void purl_of_package(void **state)
{
    (void)state;
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    const struct dw_distribution debian = {.known = true, .id = DW_SLICE_INIT("debian"), .version_id = DW_SLICE_INIT("12.5")};
    const struct dw_distribution testing = {.known = true, .id = DW_SLICE_INIT("debian"),
                                            .version_codename = DW_SLICE_INIT("trixie")};
    const struct dw_distribution unknown = {0};
    struct dw_package package = {.type = DW_PACKAGE_DEB, .name = DW_SLICE_INIT("libstdc++6"), .version = DW_SLICE_INIT("12.2.0-14"),
                                 .architecture = DW_SLICE_INIT("amd64"), .source_name = DW_SLICE_INIT("gcc-12")};
    assert_slice(dw_purl_of_package(&arena, &package, &debian),
                 "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64&distro=debian-12.5&upstream=gcc-12");
    assert_slice(dw_purl_of_package(&arena, &package, &testing),
                 "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64&distro=debian-trixie&upstream=gcc-12");
    assert_slice(dw_purl_of_package(&arena, &package, &unknown), "pkg:deb/libstdc%2B%2B6@12.2.0-14?arch=amd64&upstream=gcc-12");
    package.source_name = package.name;
    package.source_version = DW_SLICE("12.2.0-13");
    assert_slice(dw_purl_of_package(&arena, &package, &debian),
                 "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64&distro=debian-12.5&upstream=libstdc%2B%2B6%4012.2.0-13");
    package = (struct dw_package){.type = DW_PACKAGE_NPM, .name = DW_SLICE_INIT("a\0\xff/b c"), .version = DW_SLICE_INIT("1 2")};
    assert_slice(dw_purl_of_package(&arena, &package, &debian), "pkg:npm/a%00%FF/b%20c@1%202");
}

static void matches(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *purl;
        bool match;
    } cases[] = {
        {"pkg:npm/minimist", "pkg:npm/minimist@1.2.0", true},
        {"pkg:npm/minimist@1.2.0", "pkg:npm/minimist@1.2.0", true},
        {"pkg:npm/minimist@1.2.1", "pkg:npm/minimist@1.2.0", false},
        {"pkg:npm/minimist", "pkg:npm/%40corp/minimist@1.2.0", false},
        {"pkg:npm/%40corp/minimist", "pkg:npm/minimist@1.2.0", false},
        {"pkg:npm/@corp/minimist", "pkg:npm/%40corp/minimist@1.2.0", true},
        {"pkg:npm/mini", "pkg:npm/minimist@1.2.0", false},
        {"pkg:npm/Minimist", "pkg:npm/minimist@1.2.0", false},
        {"pkg:pypi/My_Pkg", "pkg:pypi/my-pkg@1", true},
        {"pkg:gem/minimist", "pkg:npm/minimist@1.2.0", false},
        {"pkg:deb/openssl", "pkg:deb/debian/openssl@3?arch=amd64&distro=debian-12.5", true},
        {"pkg:deb/ubuntu/openssl", "pkg:deb/debian/openssl@3?arch=amd64&distro=debian-12.5", false},
        {"pkg:deb/debian/OpenSSL?arch=amd64", "pkg:deb/debian/openssl@3?arch=amd64&distro=debian-12.5", true},
        {"pkg:deb/debian/openssl?arch=arm64", "pkg:deb/debian/openssl@3?arch=amd64&distro=debian-12.5", false},
        {"pkg:deb/debian/openssl?distro=debian-12", "pkg:deb/debian/openssl@3?distro=debian-12.5", true},
        {"pkg:deb/debian/openssl?distro=debian-1", "pkg:deb/debian/openssl@3?distro=debian-12.5", false},
        {"pkg:deb/debian/openssl?distro=debian-12", "pkg:deb/debian/openssl@3", false},
        {"pkg:deb/debian/vim@2:9", "pkg:deb/debian/vim@2%3A9", true},
        {"pkg:deb/debian/vim@9?epoch=2", "pkg:deb/debian/vim@2%3A9", true},
        {"pkg:deb/debian/vim@9", "pkg:deb/debian/vim@2%3A9", false},
        {"pkg:golang/x/y#sub", "pkg:golang/x/y", false},
        {"pkg:golang/x/y", "pkg:golang/x/y#sub", true},
        {"rubbish", "pkg:npm/minimist@1.2.0", false},
        {"pkg:npm/minimist", "", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (dw_purl_matches(dw_slice_of(cases[i].pattern), dw_slice_of(cases[i].purl)) != cases[i].match)
            fail_msg("%s and %s", cases[i].pattern, cases[i].purl);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits),          cmocka_unit_test(refuses), cmocka_unit_test(packages_of_purls),
        cmocka_unit_test(purl_of_package), cmocka_unit_test(matches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
