/* SPDX-License-Identifier: Apache-2.0 */
#include "feed_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define INSTALLED "app/node_modules/x/package.json"

static struct dw_limits limits;

static void assert_slice(struct dw_slice slice, const char *expected)
{
    if (!dw_slice_is(slice, expected))
        fail_msg("\"%.*s\" instead of \"%s\"", DW_SLICE_ARG(slice), expected);
}

static const struct dw_package *find(const struct facts *facts, const char *name)
{
    for (size_t i = 0; i < facts->packages.len; i++)
        if (dw_slice_is(facts->packages.at[i].name, name))
            return &facts->packages.at[i];
    fail_msg("no package %s", name);
    return NULL;
}

/* SHA-512 and SHA-1 of "abc" (FIPS 180-2, appendix), as npm writes them and in hexadecimal. */
#define ABC_INTEGRITY                                                                                        \
    "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw=="
#define ABC_SHA512                                                                                           \
    "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d" \
    "4423643ce80e2a9ac94fa54ca49f"
#define ABC_SHA1_INTEGRITY "sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0="

static const char manifest[] = "\xef\xbb\xbf{\"name\": \"@corp/x\", \"version\": \"1.2.3-rc.1+b\", \"license\": \"MIT\",\n"
                               " \"author\": {\"name\": \"Ann\", \"email\": \"ann@example.org\"},\n"
                               " \"_integrity\": \"" ABC_SHA1_INTEGRITY " " ABC_INTEGRITY "?opt\",\n"
                               " \"dependencies\": {\"a\": \"^1\", \"b\": \"*\"},\n"
                               " \"optionalDependencies\": {\"b\": \"*\", \"c\": \"1\"},\n"
                               " \"big\": 123456789012345678901234567890, \"nul\": \"a\\u0000b\"}\n";

static void manifest_fields(void **state)
{
    (void)state;
    struct facts facts;
    feed_all_sizes(&facts, INSTALLED, dw_slice_of(manifest), &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.packages.len, 1);
    const struct dw_package *package = &facts.packages.at[0];
    assert_int_equal(package->type, DW_PACKAGE_NPM);
    assert_int_equal(package->evidence, DW_EVIDENCE_INSTALLED);
    assert_int_equal(package->flags, 0);
    assert_slice(package->name, "@corp/x");
    assert_slice(package->version, "1.2.3-rc.1+b");
    assert_slice(package->license, "MIT");
    assert_slice(package->supplier, "Ann <ann@example.org>");
    assert_slice(package->checksum, ABC_SHA512);
    assert_slice(package->path, INSTALLED);
    assert_int_equal(package->depend_count, 3);
    assert_slice(package->depends[2], "c");
    facts_free(&facts);
}

static void licenses_and_authors(void **state)
{
    (void)state;
    static const struct {
        const char *member, *license, *author;
    } cases[] = {
        {"\"license\": {\"type\": \"ISC\", \"url\": \"x\"}", "ISC", ""},
        {"\"licenses\": [{\"type\": \"MIT\"}, {\"type\": \"Apache2\"}]", "MIT OR Apache2", ""},
        {"\"licenses\": [\"MIT\", 3]", "MIT", ""},
        {"\"license\": 3", "", ""},
        {"\"author\": \"Ann <a@b>\"", "", "Ann <a@b>"},
        {"\"author\": {\"email\": \"a@b\"}", "", "a@b"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[300];
        struct facts facts;
        snprintf(text, sizeof(text), "{\"name\": \"x\", \"version\": \"1\", %s}", cases[i].member);
        feed_all_sizes(&facts, INSTALLED, dw_slice_of(text), &limits);
        assert_true(facts.ok);
        assert_slice(facts.packages.at[0].license, cases[i].license);
        assert_slice(facts.packages.at[0].supplier, cases[i].author);
        facts_free(&facts);
    }
}

/* Which files are packages, by where they stand. */
static void places(void **state)
{
    (void)state;
    enum { NOTHING, PACKAGE, WITHOUT_VERSION, NOTE, ERROR };
    static const struct {
        const char *path, *text;
        int outcome;
        const char *name;
    } cases[] = {
        {INSTALLED, "{\"version\": \"1\"}", PACKAGE, "x"},
        {"node_modules/@s/x/package.json", "{\"version\": \"1\"}", PACKAGE, "@s/x"},
        {INSTALLED, "{\"name\": \"y\"}", WITHOUT_VERSION, "y"},
        {INSTALLED, "{}", WITHOUT_VERSION, "x"},
        {INSTALLED, "{\"name\": 1, \"version\": 2}", WITHOUT_VERSION, "x"},
        {INSTALLED, "{\"name\": \"y\", \"name\": \"z\", \"version\": \"1\"}", PACKAGE, "z"},
        {INSTALLED, "{", ERROR, ""},
        {INSTALLED, "[]", ERROR, ""},
        {INSTALLED, "", ERROR, ""},
        {INSTALLED, "{\"name\": \"\xff\"}", ERROR, ""},
        {INSTALLED, "{\"name\": \"x\", \"version\": \"1\"} x", ERROR, ""},
        {"node_modules/x/lib/package.json", "{\"name\": \"y\", \"version\": \"1\"}", PACKAGE, "y"},
        {"node_modules/x/lib/package.json", "{\"type\": \"module\"}", NOTHING, ""},
        {"node_modules/x/lib/package.json", "{\"name\": \"x/lib\"}", NOTHING, ""},
        {"node_modules/x/lib/package.json", "{", NOTE, ""},
        {"node_modules/.cache/package.json", "{}", NOTHING, ""},
        {"node_modules/@s/package.json", "{}", NOTHING, ""},
        {"node_modules/package.json", "{}", NOTHING, ""},
        {"package.json", "{\"name\": \"app\", \"version\": \"1\"}", PACKAGE, "app"},
        {"srv/app/package.json", "{\"name\": \"app\", \"private\": true}", NOTHING, ""},
        {"srv/app/package.json", "{", ERROR, ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct facts facts;
        feed_all_sizes(&facts, cases[i].path, dw_slice_of(cases[i].text), &limits);
        if (facts.ok != (cases[i].outcome != ERROR))
            fail_msg("case %zu: %s", i, facts.error.text);
        bool package = cases[i].outcome == PACKAGE || cases[i].outcome == WITHOUT_VERSION;
        if (facts.packages.len != package || facts.notes.len != (cases[i].outcome == NOTE))
            fail_msg("case %zu: %zu packages, %zu notes", i, facts.packages.len, facts.notes.len);
        if (package) {
            assert_slice(facts.packages.at[0].name, cases[i].name);
            assert_int_equal(facts.packages.at[0].flags, cases[i].outcome == PACKAGE ? 0 : DW_PACKAGE_NO_VERSION);
        }
        if (cases[i].outcome == NOTE)
            assert_int_equal(facts.notes.at[0].kind, DW_NOTE_INFORMATION);
        facts_free(&facts);
    }
}

static void meets_limits(void **state)
{
    (void)state;
    struct facts facts;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    for (int i = 0; i < 100000; i++)
        dw_buffer_append_byte(&text, '[');
    /* Also where a broken file would only be told. */
    static const char *const paths[] = {INSTALLED, "node_modules/x/y/package.json", "package-lock.json"};
    for (size_t i = 0; i < 3; i++) {
        feed_reader(&facts, paths[i], dw_buffer_slice(&text), 4096, &limits);
        assert_false(facts.ok);
        assert_int_equal(facts.error.kind, DW_ERROR_LIMIT);
        assert_non_null(strstr(facts.error.text, "json-depth"));
        facts_free(&facts);
    }
    static const struct {
        enum dw_limit limit;
        const char *path, *name;
        uint64_t value;
    } cases[] = {
        {DW_LIMIT_PACKAGE_MANIFEST, INSTALLED, "package-manifest-bytes", 20},
        {DW_LIMIT_LOCK_FILE, "package-lock.json", "lock-file-bytes", 20},
        {DW_LIMIT_JSON_NODES, INSTALLED, "json-nodes", 2},
        {DW_LIMIT_WORKER_MEMORY, "package-lock.json", "worker-memory-bytes", 600},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct dw_limits small = limits;
        small.value[cases[i].limit] = cases[i].value;
        feed_all_sizes(&facts, cases[i].path, DW_SLICE("{\"name\": \"x\", \"version\": \"1\"}"), &small);
        assert_false(facts.ok);
        assert_int_equal(facts.error.kind, DW_ERROR_LIMIT);
        assert_non_null(strstr(facts.error.text, cases[i].name));
        facts_free(&facts);
    }
}

static const char lock_3[] =
    "{\"name\": \"app\", \"version\": \"1.0.0\", \"lockfileVersion\": 3, \"requires\": true, \"packages\": {\n"
    " \"\": {\"name\": \"app\", \"version\": \"1.0.0\", \"dependencies\": {\"a\": \"1\"}},\n"
    " \"node_modules/a\": {\"version\": \"1.0.0\", \"integrity\": \"" ABC_INTEGRITY "\", \"license\": \"MIT\",\n"
    "   \"dependencies\": {\"@s/b\": \"2\"}, \"optionalDependencies\": {\"o\": \"1\"}},\n"
    " \"node_modules/a/node_modules/@s/b\": {\"version\": \"2.0.0\", \"dev\": true},\n"
    " \"node_modules/@s/b\": {\"version\": \"2.0.0\", \"integrity\": \"" ABC_SHA1_INTEGRITY "\"},\n"
    " \"node_modules/alias\": {\"name\": \"real\", \"version\": \"3.0.0\", \"dev\": true},\n"
    " \"node_modules/linked\": {\"resolved\": \"packages/w\", \"link\": true},\n"
    " \"packages/w\": {\"name\": \"w\", \"version\": \"9.9.9\"},\n"
    " \"node_modules/odd\": {\"resolved\": \"x\"}}}\n";

static void lock_version_3(void **state)
{
    (void)state;
    struct facts facts;
    feed_all_sizes(&facts, "srv/package-lock.json", dw_slice_of(lock_3), &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.packages.len, 4);
    const struct dw_package *a = find(&facts, "a"), *b = find(&facts, "@s/b"), *real = find(&facts, "real");
    assert_int_equal(a->evidence, DW_EVIDENCE_LOCK);
    assert_slice(a->version, "1.0.0");
    assert_slice(a->checksum, ABC_SHA512);
    assert_slice(a->license, "MIT");
    assert_slice(a->path, "srv/package-lock.json");
    assert_int_equal(a->depend_count, 2);
    assert_slice(a->depends[0], "@s/b");
    assert_slice(a->depends[1], "o");
    /* Twice in the tree, once for development only: one package that is not for development only. */
    assert_int_equal(b->flags, 0);
    assert_slice(b->checksum, "sha1:a9993e364706816aba3e25717850c26c9cd0d89d");
    assert_int_equal(real->flags, DW_PACKAGE_DEVELOPMENT);
    assert_slice(real->version, "3.0.0");
    assert_int_equal(find(&facts, "odd")->flags, DW_PACKAGE_NO_VERSION);
    facts_free(&facts);
}

static void hidden_lock_tells_places(void **state)
{
    (void)state;
    struct facts facts;
    feed_all_sizes(&facts, "srv/node_modules/.package-lock.json", dw_slice_of(lock_3), &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.packages.len, 5);
    assert_slice(find(&facts, "a")->path, "srv/node_modules/a/package.json");
    assert_slice(find(&facts, "@s/b")->path, "srv/node_modules/a/node_modules/@s/b/package.json");
    assert_slice(find(&facts, "real")->path, "srv/node_modules/alias/package.json");
    facts_free(&facts);
    feed_all_sizes(&facts, "node_modules/.package-lock.json", dw_slice_of(lock_3), &limits);
    assert_slice(find(&facts, "a")->path, "node_modules/a/package.json");
    facts_free(&facts);
}

static const char lock_1[] =
    "{\"name\": \"app\", \"version\": \"1.0.0\", \"lockfileVersion\": 1, \"dependencies\": {\n"
    " \"a\": {\"version\": \"1.0.0\", \"integrity\": \"" ABC_INTEGRITY "\", \"requires\": {\"b\": \"2\"},\n"
    "   \"dependencies\": {\"b\": {\"version\": \"2.0.0\", \"dev\": true}}},\n"
    " \"alias\": {\"version\": \"npm:@s/real@3.0.0\"},\n"
    " \"g\": {\"version\": \"git+ssh://git@github.com/a/b.git#0123456789012345678901234567890123456789\"},\n"
    " \"t\": {\"version\": \"https://example.org/t-1.0.0.tgz\"},\n"
    " \"f\": {\"version\": \"file:../f\", \"dependencies\": {\"inner\": {\"version\": \"4.0.0\"}}},\n"
    " \"ft\": {\"version\": \"file:ft-1.0.0.tgz\"}}}\n";

static void lock_version_1(void **state)
{
    (void)state;
    struct facts facts;
    feed_all_sizes(&facts, "npm-shrinkwrap.json", dw_slice_of(lock_1), &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.packages.len, 7);
    assert_slice(find(&facts, "a")->checksum, ABC_SHA512);
    assert_slice(find(&facts, "a")->depends[0], "b");
    assert_int_equal(find(&facts, "b")->flags, DW_PACKAGE_DEVELOPMENT);
    assert_slice(find(&facts, "@s/real")->version, "3.0.0");
    assert_int_equal(find(&facts, "g")->flags, DW_PACKAGE_NO_VERSION);
    assert_int_equal(find(&facts, "t")->flags, DW_PACKAGE_NO_VERSION);
    assert_int_equal(find(&facts, "ft")->flags, DW_PACKAGE_NO_VERSION);
    assert_slice(find(&facts, "inner")->version, "4.0.0");
    facts_free(&facts);
    feed_all_sizes(&facts, "app/node_modules/.package-lock.json", dw_slice_of(lock_1), &limits);
    assert_slice(find(&facts, "b")->path, "app/node_modules/a/node_modules/b/package.json");
    facts_free(&facts);
}

/* Version 2 has both forms; "packages" is the one that counts. Without a version it is the old shrinkwrap form. */
static void other_lock_versions(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t packages;
        enum dw_error_kind kind;
    } cases[] = {
        {"{\"lockfileVersion\": 2, \"packages\": {\"node_modules/a\": {\"version\": \"1.0.0\"}},"
         " \"dependencies\": {\"a\": {\"version\": \"1.0.0\"}, \"b\": {\"version\": \"1.0.0\"}}}", 1, DW_ERROR_NONE},
        {"{\"dependencies\": {\"a\": {\"version\": \"1.0.0\"}}}", 1, DW_ERROR_NONE},
        {"{\"lockfileVersion\": 1}", 0, DW_ERROR_NONE},
        {"{\"lockfileVersion\": 4, \"packages\": {}}", 0, DW_ERROR_UNSUPPORTED},
        {"{\"lockfileVersion\": \"3\", \"packages\": {}}", 0, DW_ERROR_UNSUPPORTED},
        {"{\"lockfileVersion\": 3}", 0, DW_ERROR_INPUT},
        {"{\"lockfileVersion\": 3, \"packages\": []}", 0, DW_ERROR_INPUT},
        {"{\"lockfileVersion\": 3, \"packages\": {\"node_modules/a\": 1}}", 0, DW_ERROR_INPUT},
        {"{\"lockfileVersion\": 3, \"packages\": {\"node_modules/a\": {}, \"node_modules/a\": {}}}", 0, DW_ERROR_INPUT},
        {"{\"dependencies\": []}", 0, DW_ERROR_INPUT},
        {"{\"dependencies\": {\"a\": 1}}", 0, DW_ERROR_INPUT},
        {"[]", 0, DW_ERROR_INPUT},
        {"", 0, DW_ERROR_INPUT},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct facts facts;
        feed_all_sizes(&facts, "package-lock.json", dw_slice_of(cases[i].text), &limits);
        if (facts.ok != (cases[i].kind == DW_ERROR_NONE) || facts.error.kind != cases[i].kind ||
            facts.packages.len != cases[i].packages)
            fail_msg("case %zu: %s", i, facts.error.text);
        facts_free(&facts);
    }
}

static void which_files(void **state)
{
    (void)state;
    assert_null(dw_package_wants(DW_SLICE("node_modules/x/package-lock.json")));
    assert_null(dw_package_wants(DW_SLICE("node_modules/x/npm-shrinkwrap.json")));
    assert_null(dw_package_wants(DW_SLICE(".package-lock.json")));
    assert_null(dw_package_wants(DW_SLICE("x/my-package.json")));
    assert_string_equal(dw_package_wants(DW_SLICE("a/package-lock.json"))->name, "npm-lock");
    assert_true(dw_package_wants_name(DW_SLICE(".package-lock.json")));
}

/* Nested names of a hidden lock file may not add up without bound. */
static void nested_places_are_bounded(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_buffer_append_string(&text, "{");
    for (int level = 0; level < 50; level++) {
        dw_buffer_append_string(&text, "\"dependencies\": {\"");
        for (int i = 0; i < 1000; i++)
            dw_buffer_append_byte(&text, 'n');
        dw_buffer_append_string(&text, "\": {\"version\": \"1\",");
    }
    dw_buffer_append_string(&text, "\"x\": 1");
    for (int level = 0; level < 50; level++)
        dw_buffer_append_string(&text, "}}");
    dw_buffer_append_string(&text, "}");
    struct facts facts;
    feed_reader(&facts, "package-lock.json", dw_buffer_slice(&text), 4096, &limits);
    assert_true(facts.ok);
    assert_int_equal(facts.packages.len, 1);
    facts_free(&facts);
    feed_reader(&facts, "node_modules/.package-lock.json", dw_buffer_slice(&text), 4096, &limits);
    assert_false(facts.ok);
    assert_int_equal(facts.error.kind, DW_ERROR_LIMIT);
    facts_free(&facts);
}

static void survives_damage(void **state)
{
    (void)state;
    feed_damaged(INSTALLED, dw_slice_of(manifest), &limits);
    feed_damaged("package-lock.json", dw_slice_of(lock_1), &limits);
    feed_damaged("node_modules/.package-lock.json", dw_slice_of(lock_3), &limits);
}

int main(void)
{
    limits = dw_limits_default();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(manifest_fields),          cmocka_unit_test(licenses_and_authors),
        cmocka_unit_test(places),                   cmocka_unit_test(meets_limits),
        cmocka_unit_test(lock_version_3),           cmocka_unit_test(hidden_lock_tells_places),
        cmocka_unit_test(lock_version_1),           cmocka_unit_test(other_lock_versions),
        cmocka_unit_test(which_files),              cmocka_unit_test(nested_places_are_bounded),
        cmocka_unit_test(survives_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
