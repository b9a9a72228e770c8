/* SPDX-License-Identifier: Apache-2.0
 *
 * Aliases, severity, findings, notes and explanations, on records made for each rule of matching.md 6 to 10. */
#include "advisory/explain.h"
#include "fixture.h"

#include "base/clock.h"

#define RANGE(events) "\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":[" events "]}]"
#define OPEN          "{\"introduced\":\"0\"}"
#define NPM(name)     "\"package\":{\"ecosystem\":\"npm\",\"name\":\"" name "\"}"
#define AFFECTS(name, events) "\"affected\":[{" NPM(name) "," RANGE(events) "}]"
#define CRITICAL_VECTOR "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" /* 9.8 */
#define LOW_VECTOR      "CVSS:3.1/AV:L/AC:L/PR:L/UI:R/S:U/C:L/I:L/A:N" /* 3.9 */

/* One run over packages of one subject. */
struct scene {
    struct fixture fixture;
    struct dw_database *database;
    struct dw_verdict *verdict;
    struct dw_subject *subject;
};

static void scene_open(struct scene *scene, const char *const *records, size_t count)
{
    scene->database = fixture_of(&scene->fixture, records, count);
    scene->verdict = dw_verdict_new("scan", 1700000000);
    scene->subject = dw_subject_new(DW_SUBJECT_IMAGE, DW_SLICE("image"));
    *dw_vector_push(&scene->verdict->subjects) = scene->subject;
}

static struct dw_package *scene_add(struct scene *scene, enum dw_package_type type, const char *name, const char *version)
{
    struct dw_package *package = dw_arena_alloc(&scene->subject->arena, 1, sizeof(*package));
    package->type = type;
    package->name = dw_slice_of(name);
    package->version = dw_slice_of(version);
    package->layer = -1;
    package->path = DW_SLICE("app/x");
    package->purl = dw_arena_printf(&scene->subject->arena, "pkg:%s/%s@%s", dw_package_type_name(type), name, version);
    *dw_vector_push(&scene->subject->packages) = package;
    return package;
}

static void scene_run(struct scene *scene)
{
    struct dw_error error = DW_ERROR_INIT;
    if (!dw_match_subject(scene->database, scene->verdict, scene->subject, &error))
        fail_msg("%s", error.text);
}

static void scene_close(struct scene *scene)
{
    dw_verdict_free(scene->verdict);
    dw_database_close(scene->database);
    fixture_close(&scene->fixture);
}

static const struct dw_finding *finding_of(const struct scene *scene, const char *id)
{
    for (size_t i = 0; i < scene->verdict->findings.len; i++)
        if (dw_slice_is(scene->verdict->findings.at[i].rule, id))
            return &scene->verdict->findings.at[i];
    fail_msg("no finding %s", id);
    return NULL;
}

static bool has_alias(const struct dw_finding *finding, const char *id)
{
    for (size_t i = 0; i < finding->alias_count; i++)
        if (dw_slice_is(finding->aliases[i], id))
            return true;
    return false;
}

static bool has_note(const struct scene *scene, enum dw_note_kind kind, const char *part)
{
    for (size_t i = 0; i < scene->subject->notes.len; i++)
        if (scene->subject->notes.at[i].kind == kind &&
            dw_slice_find_slice(scene->subject->notes.at[i].message, dw_slice_of(part)) != SIZE_MAX)
            return true;
    return false;
}

/* ---- aliases ----------------------------------------------------------------------------------------------------- */

/* Aliases are transitive through an id that has no record itself. */
static void test_aliases_join(void **state)
{
    static const char *const records[] = {
        "{\"id\":\"A-1\",\"aliases\":[\"GHSA-x\"]," AFFECTS("p", OPEN) "}",
        "{\"id\":\"B-1\",\"aliases\":[\"GHSA-x\",\"CVE-2024-1\"]," AFFECTS("p", OPEN) "}",
        "{\"id\":\"C-1\",\"related\":[\"CVE-2024-1\"]," AFFECTS("p", OPEN) "}",
        "{\"id\":\"D-2\",\"aliases\":[\"D-1\"]," AFFECTS("p", OPEN) "}",
    };
    struct scene scene;
    (void)state;
    scene_open(&scene, records, 4);
    scene_add(&scene, DW_PACKAGE_NPM, "p", "1.0.0");
    scene_run(&scene);
    assert_int_equal(scene.verdict->findings.len, 3);
    const struct dw_finding *joined = finding_of(&scene, "CVE-2024-1");
    assert_int_equal(joined->record_count, 2);
    assert_true(joined->alias_count == 3 && has_alias(joined, "A-1") && has_alias(joined, "B-1") &&
                has_alias(joined, "GHSA-x"));
    finding_of(&scene, "C-1"); /* related joins nothing */
    finding_of(&scene, "D-2"); /* a record before a mere mention */
    scene_close(&scene);
}

/* One advisory of two CVEs backs both and joins neither; what is joined to it without a CVE of its own backs both too. */
static void test_two_cves(void **state)
{
    static const char *const records[] = {
        "{\"id\":\"GHSA-two\",\"aliases\":[\"CVE-2024-1\",\"CVE-2024-2\"]," AFFECTS("p", OPEN) "}",
        "{\"id\":\"GHSA-one\",\"aliases\":[\"CVE-2024-1\"]," AFFECTS("p", OPEN) "}",
        "{\"id\":\"N-1\",\"aliases\":[\"GHSA-two\"]," AFFECTS("p", OPEN) "}",
    };
    struct scene scene;
    (void)state;
    scene_open(&scene, records, 3);
    scene_add(&scene, DW_PACKAGE_NPM, "p", "1.0.0");
    scene_run(&scene);
    assert_int_equal(scene.verdict->findings.len, 2);
    const struct dw_finding *first = finding_of(&scene, "CVE-2024-1"), *second = finding_of(&scene, "CVE-2024-2");
    assert_int_equal(first->record_count, 3);
    assert_true(has_alias(first, "GHSA-one") && has_alias(first, "GHSA-two") && !has_alias(first, "CVE-2024-2"));
    assert_int_equal(second->record_count, 2);
    assert_true(has_alias(second, "GHSA-two") && has_alias(second, "N-1") && !has_alias(second, "GHSA-one"));
    scene_close(&scene);
}

/* A withdrawn record matches nothing, lends nothing and joins nothing. */
static void test_withdrawn(void **state)
{
    static const char *const records[] = {
        "{\"id\":\"GHSA-w\",\"withdrawn\":\"2024-01-01T00:00:00Z\",\"aliases\":[\"CVE-2024-1\",\"X-1\"],"
        "\"database_specific\":{\"severity\":\"CRITICAL\"}," AFFECTS("p", OPEN) "}",
        "{\"id\":\"X-1\"," AFFECTS("p", OPEN) "}",
        "{\"id\":\"X-2\",\"aliases\":[\"CVE-2024-1\"]," AFFECTS("p", OPEN) "}",
        "{\"id\":\"X-3\",\"aliases\":[\"GHSA-w\"]," AFFECTS("p", OPEN) "}",
    };
    struct scene scene;
    (void)state;
    scene_open(&scene, records, 4);
    scene_add(&scene, DW_PACKAGE_NPM, "p", "1.0.0");
    scene_run(&scene);
    assert_int_equal(scene.verdict->findings.len, 3);
    /* Another record may still name the withdrawn id; the severity of what was withdrawn is not borrowed. */
    assert_int_equal(finding_of(&scene, "GHSA-w")->severity, DW_SEVERITY_UNKNOWN);
    assert_int_equal(finding_of(&scene, "X-1")->severity, DW_SEVERITY_UNKNOWN);
    const struct dw_finding *finding = finding_of(&scene, "CVE-2024-1");
    assert_int_equal(finding->severity, DW_SEVERITY_UNKNOWN);
    assert_true(finding->record_count == 1 && dw_slice_is(finding->records[0], "X-2"));
    scene_close(&scene);
}

/* ---- severity ---------------------------------------------------------------------------------------------------- */

static void test_severity_order(void **state)
{
    static const char *const records[] = {
        /* a: the record's word beats its own vector */
        "{\"id\":\"A-1\",\"database_specific\":{\"severity\":\"MODERATE\"},\"severity\":[{\"type\":\"CVSS_V3\",\"score\":"
        "\"" CRITICAL_VECTOR "\"}]," AFFECTS("a", OPEN) "}",
        /* b: the word of the package beats the record's */
        "{\"id\":\"B-1\",\"database_specific\":{\"severity\":\"CRITICAL\"},\"affected\":[{" NPM("b") "," RANGE(OPEN)
        ",\"ecosystem_specific\":{\"urgency\":\"low\"}}]}",
        /* c: nothing of its own: the GHSA record of another package lends, not the CVE's own record */
        "{\"id\":\"C-1\",\"aliases\":[\"CVE-2024-3\"]," AFFECTS("c", OPEN) "}",
        "{\"id\":\"GHSA-c\",\"aliases\":[\"CVE-2024-3\"],\"database_specific\":{\"severity\":\"LOW\"}," AFFECTS("other", OPEN)
        "}",
        "{\"id\":\"CVE-2024-3\",\"severity\":[{\"type\":\"CVSS_V3\",\"score\":\"" CRITICAL_VECTOR "\"}]}",
        /* d: a word that says nothing ("not yet assigned") is not a severity */
        "{\"id\":\"D-1\",\"database_specific\":{\"severity\":\"not yet assigned\"},\"severity\":[{\"type\":\"CVSS_V3\",\"score\":"
        "\"" LOW_VECTOR "\"}]," AFFECTS("d", OPEN) "}",
        /* e: a distribution's record borrows through upstream */
        "{\"id\":\"E-1\",\"upstream\":[\"CVE-2024-3\"]," AFFECTS("e", OPEN) "}",
        /* f: nobody says any */
        "{\"id\":\"F-1\"," AFFECTS("f", OPEN) "}",
        /* g: malicious, whatever is said */
        "{\"id\":\"MAL-2024-1\",\"database_specific\":{\"severity\":\"LOW\"}," AFFECTS("g", OPEN) "}",
        /* h: a score without a vector */
        "{\"id\":\"H-1\",\"database_specific\":{\"cvss_v3_score\":7.5}," AFFECTS("h", OPEN) "}",
    };
    static const struct {
        const char *package, *id;
        enum dw_severity severity;
        unsigned score;
        const char *source;
    } expected[] = {
        {"a", "A-1", DW_SEVERITY_MEDIUM, 98, "A-1 (the matched record): word MODERATE"},
        {"b", "B-1", DW_SEVERITY_LOW, 0, "B-1 (the matched record, for this package): word low"},
        {"c", "CVE-2024-3", DW_SEVERITY_LOW, 98, "GHSA-c (borrowed from a GHSA record): word LOW"},
        {"d", "D-1", DW_SEVERITY_LOW, 39, "D-1 (the matched record): CVSS 3.1 " LOW_VECTOR},
        {"e", "CVE-2024-3", DW_SEVERITY_LOW, 98, "GHSA-c (borrowed from a GHSA record): word LOW"},
        {"f", "F-1", DW_SEVERITY_UNKNOWN, 0, ""},
        {"g", "MAL-2024-1", DW_SEVERITY_CRITICAL, 0, "a malicious package is always critical"},
        {"h", "H-1", DW_SEVERITY_HIGH, 75, "H-1 (the matched record): CVSS 3.1 7.5"},
    };
    struct scene scene;
    (void)state;
    scene_open(&scene, records, sizeof(records) / sizeof(records[0]));
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
        scene_add(&scene, DW_PACKAGE_NPM, expected[i].package, "1.0.0");
    scene_run(&scene);
    assert_int_equal(scene.verdict->findings.len, sizeof(expected) / sizeof(expected[0]));
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        const struct dw_finding *finding = &scene.verdict->findings.at[i];
        assert_true(dw_slice_is(finding->rule, expected[i].id) && dw_slice_is(finding->package->name, expected[i].package));
        assert_int_equal(finding->severity, expected[i].severity);
        assert_int_equal(finding->score, expected[i].score);
        if (!dw_slice_is(finding->severity_source, expected[i].source))
            fail_msg("%s: %.*s", expected[i].package, DW_SLICE_ARG(finding->severity_source));
        assert_int_equal(finding->malicious, i == 6);
    }
    assert_true(dw_slice_is(scene.verdict->findings.at[0].vector, CRITICAL_VECTOR));
    assert_true(scene.verdict->findings.at[7].vector.len == 0);
    scene_close(&scene);
}

/* ---- findings ---------------------------------------------------------------------------------------------------- */

static void test_finding(void **state)
{
    static const char *const records[] = {
        "{\"id\":\"GHSA-1\",\"published\":\"2024-01-02T00:00:00Z\",\"aliases\":[\"CVE-2024-1\"],\"summary\":\"Bad thing\","
        "\"affected\":[{" NPM("p") "," RANGE("{\"introduced\":\"1.0.0\"},{\"fixed\":\"1.2.0\"}") "},{" NPM("p") ","
        RANGE("{\"introduced\":\"2.0.0\"},{\"fixed\":\"2.1.0\"}") "}]}",
        "{\"id\":\"RUSTSEC-1\",\"affected\":[{" NPM("q") "," RANGE(OPEN)
        ",\"database_specific\":{\"informational\":\"unmaintained\"}}]}",
        "{\"id\":\"X-2\"," AFFECTS("$(reboot)", "{\"introduced\":\"0\"},{\"fixed\":\"9.0.0\"}") "}",
        "{\"id\":\"X-3\"," AFFECTS("--global", "{\"introduced\":\"0\"},{\"fixed\":\"9.0.0\"}") "}",
    };
    struct scene scene;
    (void)state;
    scene_open(&scene, records, 4);
    scene_add(&scene, DW_PACKAGE_NPM, "p", "1.1.0");
    scene_add(&scene, DW_PACKAGE_NPM, "p", "1.1.0")->path = DW_SLICE("app/y");
    scene_add(&scene, DW_PACKAGE_NPM, "p", "2.0.5");
    scene_add(&scene, DW_PACKAGE_NPM, "p", "2.1.0");
    scene_add(&scene, DW_PACKAGE_NPM, "q", "1.0.0");
    scene_add(&scene, DW_PACKAGE_NPM, "$(reboot)", "1.0.0");
    scene_add(&scene, DW_PACKAGE_NPM, "--global", "1.0.0");
    scene_run(&scene);
    assert_int_equal(scene.verdict->findings.len, 5);
    const struct dw_finding *first = &scene.verdict->findings.at[0];
    assert_true(first->kind == DW_FINDING_VULNERABILITY && first->status == DW_STATUS_FAIL);
    assert_true(dw_slice_is(first->title, "Bad thing") && dw_slice_is(first->fix, "npm install p@1.2.0"));
    assert_true(dw_slice_is(first->message, "p 1.1.0 is affected by CVE-2024-1; fixed in 1.2.0"));
    assert_int_equal(first->published, 1704153600);
    assert_true(dw_slice_is(first->place.path, "app/x") && first->occurrence_count == 1 &&
                dw_slice_is(first->occurrences[0].path, "app/y"));
    assert_true(scene.verdict->findings.at[1].fixed_count == 1 && dw_slice_is(scene.verdict->findings.at[1].fixed[0], "2.1.0"));
    const struct dw_finding *unmaintained = finding_of(&scene, "RUSTSEC-1");
    assert_true(unmaintained->informational && unmaintained->status == DW_STATUS_PASS);
    assert_true(dw_slice_is(unmaintained->message,
                            "q 1.0.0 is affected by RUSTSEC-1, unmaintained; no fixed version is known"));
    /* A name out of an image never becomes a command. */
    assert_true(dw_slice_starts_with(finding_of(&scene, "X-2")->fix, "upgrade "));
    assert_true(dw_slice_starts_with(finding_of(&scene, "X-3")->fix, "upgrade "));
    scene_close(&scene);
}

/* Several records of one CVE: a version is a fix only if none of them affects it. */
static void test_fixes(void **state)
{
    static const char *const records[] = {
        "{\"id\":\"DSA-1-1\",\"upstream\":[\"CVE-2024-1\"]," AFFECTS("p", OPEN ",{\"fixed\":\"1.0.1\"}") "}",
        "{\"id\":\"DSA-1-2\",\"upstream\":[\"CVE-2024-1\"]," AFFECTS("p", OPEN ",{\"fixed\":\"1.0.2\"}") "}",
        "{\"id\":\"N-1\"," AFFECTS("q", OPEN ",{\"last_affected\":\"1.5.0\"},{\"introduced\":\"2.0.0\"},{\"fixed\":\"2.1.0\"}")
        "}",
        "{\"id\":\"X-1\",\"aliases\":[\"CVE-2024-3\"]," AFFECTS("r", OPEN ",{\"fixed\":\"1.1.0\"}") "}",
        "{\"id\":\"X-2\",\"aliases\":[\"CVE-2024-3\"]," AFFECTS("r", OPEN) "}",
    };
    struct scene scene;
    (void)state;
    scene_open(&scene, records, 5);
    scene_add(&scene, DW_PACKAGE_NPM, "p", "1.0.0");
    scene_add(&scene, DW_PACKAGE_NPM, "q", "1.0.0");
    scene_add(&scene, DW_PACKAGE_NPM, "r", "1.0.0");
    scene_run(&scene);
    assert_int_equal(scene.verdict->findings.len, 3);
    const struct dw_finding *both = finding_of(&scene, "CVE-2024-1"), *branch = finding_of(&scene, "N-1"),
                            *partial = finding_of(&scene, "CVE-2024-3");
    assert_true(both->fixed_count == 1 && dw_slice_is(both->fixed[0], "1.0.2"));
    assert_true(branch->fixed_count == 1 && dw_slice_is(branch->fixed[0], "2.1.0"));
    assert_true(partial->fixed_count == 0 && partial->fix_state == DW_FIX_AFFECTED && partial->fix.len == 0);
    assert_non_null(strstr(partial->message.at, "no version fixes it for all records"));
    scene_close(&scene);
}

static void test_sources(void **state)
{
    static const char *const records[] = {
        "{\"id\":\"DSA-1\",\"affected\":[{\"package\":{\"ecosystem\":\"Debian:12\",\"name\":\"linux\"}," RANGE(
            OPEN ",{\"fixed\":\"6.1.9-1\"}") "},{\"package\":{\"ecosystem\":\"Debian:12\",\"name\":\"openssl\"}," RANGE(
            OPEN ",{\"fixed\":\"3.0.9-1\"}") "}]}",
        "{\"id\":\"DSA-2\",\"affected\":[{\"package\":{\"ecosystem\":\"Debian\",\"name\":\"openssl\"}," RANGE(
            OPEN ",{\"fixed\":\"3.0.8-1\"}") "}]}",
        "{\"id\":\"X-1\"," AFFECTS("p", OPEN ",{\"fixed\":\"2.0.0\"}") "}",
    };
    struct scene scene;
    (void)state;
    scene_open(&scene, records, 3);
    scene.subject->distribution = (struct dw_distribution){
        .known = true, .id = DW_SLICE_INIT("debian"), .release = DW_SLICE_INIT("12")};
    scene_add(&scene, DW_PACKAGE_DEB, "libssl3", "3.0.7-1+b1")->source_name = DW_SLICE("openssl");
    scene.subject->packages.at[0]->source_version = DW_SLICE("3.0.7-1");
    struct dw_package *foreign = scene_add(&scene, DW_PACKAGE_DEB, "openssl-foreign", "1");
    foreign->flags = DW_PACKAGE_FOREIGN;
    scene_add(&scene, DW_PACKAGE_DEB, "linux-libc-dev", "6.1.0-1")->source_name = DW_SLICE("linux");
    scene_add(&scene, DW_PACKAGE_NPM, "p", "1.0.0")->owner = foreign;
    scene_run(&scene);
    /* A record that names the distribution without a release speaks of all releases. */
    assert_int_equal(scene.verdict->findings.len, 4);
    const struct dw_finding *first = &scene.verdict->findings.at[0];
    assert_true(dw_slice_is(first->rule, "DSA-1") && dw_slice_is(scene.verdict->findings.at[1].rule, "DSA-2"));
    assert_true(dw_slice_is(first->message,
                            "libssl3 3.0.7-1+b1 (source openssl 3.0.7-1) is affected by DSA-1; fixed in 3.0.9-1"));
    assert_true(dw_slice_is(first->fix, "apt-get update && apt-get install --only-upgrade libssl3 # of source openssl, to "
                                        "3.0.9-1 or later"));
    /* Headers of a kernel are a matter of the gate. */
    assert_true(scene.verdict->findings.at[2].status == DW_STATUS_FAIL && !scene.verdict->findings.at[2].informational);
    assert_true(has_note(&scene, DW_NOTE_NOT_SCANNED, "openssl-foreign comes from a third party"));
    /* What such a package brings along is nobody's to judge but npm's. */
    assert_true(dw_slice_is(scene.verdict->findings.at[3].rule, "X-1"));
    scene_close(&scene);
}

/* ---- what is not evaluated --------------------------------------------------------------------------------------- */

static void test_notes(void **state)
{
    static const char *const records[] = {
        "{\"id\":\"X-1\"," AFFECTS("p", OPEN ",{\"fixed\":\"2.0.0\"}") "}",
        "{\"id\":\"X-2\",\"affected\":[{\"package\":{\"ecosystem\":\"RubyGems\",\"name\":\"rack\"}," RANGE(OPEN) "}]}",
        "{\"id\":\"X-3\",\"affected\":[{\"package\":{\"ecosystem\":\"Debian:12\",\"name\":\"x\"}," RANGE(OPEN) "}]}",
        /* Of all releases: it tells nothing of whether Debian 11 is covered. */
        "{\"id\":\"X-4\",\"affected\":[{\"package\":{\"ecosystem\":\"Debian\",\"name\":\"y\"}," RANGE(OPEN) "}]}",
    };
    struct scene scene;
    struct dw_package owner = {.type = DW_PACKAGE_DEB, .name = DW_SLICE_INIT("node-p"), .version = DW_SLICE_INIT("1")};
    (void)state;
    scene_open(&scene, records, 4);
    scene.subject->distribution = (struct dw_distribution){
        .known = true, .id = DW_SLICE_INIT("debian"), .release = DW_SLICE_INIT("11")};
    scene_add(&scene, DW_PACKAGE_NPM, "p", "banana");            /* no version of npm, and a record names p */
    scene_add(&scene, DW_PACKAGE_NPM, "unnamed", "banana");      /* no record names it: cannot be affected */
    scene_add(&scene, DW_PACKAGE_NPM, "p", "");                  /* no version at all */
    scene_add(&scene, DW_PACKAGE_NPM, "p", "1.0.0")->owner = &owner;
    scene_add(&scene, DW_PACKAGE_APK, ".build-deps", "0")->flags = DW_PACKAGE_VIRTUAL;
    scene_add(&scene, DW_PACKAGE_DEB, "x", "1");                 /* a release without records */
    scene_add(&scene, DW_PACKAGE_APK, "musl", "1.2.3-r0");       /* an apk package on Debian */
    scene_add(&scene, DW_PACKAGE_GENERIC, "node", "20.1.0");     /* no feed speaks of runtimes */
    scene_add(&scene, DW_PACKAGE_OTHER, "rack", "2.0.0")->other_type = DW_SLICE("gem");
    scene_add(&scene, DW_PACKAGE_OTHER, "x", "1")->other_type = DW_SLICE("vhdl");
    scene_run(&scene);
    assert_int_equal(scene.verdict->findings.len, 0);
    assert_int_equal(scene.subject->notes.len, 7);
    assert_true(has_note(&scene, DW_NOTE_NOT_SCANNED, "p banana cannot be compared with 1 record (X-1)"));
    assert_true(has_note(&scene, DW_NOTE_NOT_SCANNED, "p has no version"));
    assert_true(has_note(&scene, DW_NOTE_UNAVAILABLE, "no records for Debian:11: 1 package is not evaluated"));
    assert_true(has_note(&scene, DW_NOTE_NOT_SCANNED, "musl 1.2.3-r0 is not evaluated: no feed for apk packages"));
    assert_true(has_note(&scene, DW_NOTE_UNAVAILABLE, "no records for Bitnami: 1 package is"));
    assert_true(has_note(&scene, DW_NOTE_UNSUPPORTED, "versions of RubyGems cannot be compared here: 1 package is"));
    assert_true(has_note(&scene, DW_NOTE_NOT_SCANNED, "no feed judges packages of type \"vhdl\""));
    scene_close(&scene);
}

static void test_runtime(void **state)
{
    static const char *const records[] = {
        "{\"id\":\"BIT-node-2023-1\",\"aliases\":[\"CVE-2023-1\"],\"affected\":[{\"package\":{\"ecosystem\":\"Bitnami\","
        "\"name\":\"node\"}," RANGE("{\"introduced\":\"20.0.0\"},{\"fixed\":\"20.3.1\"}") "}]}",
    };
    struct scene scene;
    (void)state;
    scene_open(&scene, records, 1);
    scene_add(&scene, DW_PACKAGE_GENERIC, "node", "20.1.0");
    scene_run(&scene);
    assert_true(scene.verdict->findings.len == 1 && scene.subject->notes.len == 0);
    assert_true(dw_slice_is(finding_of(&scene, "CVE-2023-1")->fixed[0], "20.3.1"));
    scene_close(&scene);
}

/* ---- names ------------------------------------------------------------------------------------------------------- */

static void test_names(void **state)
{
    static const struct {
        const char *ecosystem, *name, *key;
    } cases[] = {
        {"npm", "JSONStream", "jsonstream"},     {"npm", "@Corp/X", "@corp/x"},
        {"PyPI", "Zope.Interface", "zope-interface"}, {"PyPI", "a-_.b", "a-b"},
        {"NuGet", "Newtonsoft.Json", "newtonsoft.json"}, {"Packagist", "Vendor/Name", "vendor/name"},
        {"crates.io", "Inflector", "Inflector"}, {"Go", "github.com/BurntSushi/toml", "github.com/BurntSushi/toml"},
        {"Debian", "libX", "libX"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer key = {0};
        dw_ecosystem_name(dw_slice_of(cases[i].ecosystem), dw_slice_of(cases[i].name), &key);
        assert_string_equal(key.at, cases[i].key);
    }
}

/* ---- explain ----------------------------------------------------------------------------------------------------- */

static void explain(const struct scene *scene, const char *id, const char *package, struct dw_buffer *out, bool known)
{
    struct dw_error error = DW_ERROR_INIT;
    bool found;
    dw_buffer_clear(out);
    if (!dw_match_explain(scene->database, scene->subject, dw_slice_of(id), dw_slice_of(package), out, &found, &error))
        fail_msg("%s", error.text);
    assert_int_equal(found, known);
}

static void test_explain(void **state)
{
    static const char *const records[] = {
        "{\"id\":\"GHSA-1\",\"modified\":\"2024-01-02T00:00:00Z\",\"aliases\":[\"CVE-2024-1\"],\"database_specific\":"
        "{\"severity\":\"HIGH\"}," AFFECTS("p", "{\"introduced\":\"1.0.0\"},{\"fixed\":\"1.2.0\"}") "}",
        "{\"id\":\"W-1\",\"withdrawn\":\"2024-01-01T00:00:00Z\",\"aliases\":[\"CVE-2024-9\"]," AFFECTS("p", OPEN) "}",
    };
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    struct scene scene;
    (void)state;
    scene_open(&scene, records, 2);
    scene_add(&scene, DW_PACKAGE_NPM, "p", "1.1.0");
    scene_add(&scene, DW_PACKAGE_NPM, "q", "1.1.0");
    explain(&scene, "cve-2024-1", "", &out, true); /* any alias, any case */
    static const char *const parts[] = {
        "package p 1.1.0\n",
        "ecosystem: npm, by the package's type\n",
        "entries of it: 2, of them withdrawn: 1\n",
        "record GHSA-1 of feed test\n",
        "modified: 2024-01-02T00:00:00Z\n",
        "introduced 1.0.0: 1.1.0 > 1.0.0",
        "fixed 1.2.0: 1.1.0 < 1.2.0",
        "open at the end: affected\n",
        "fix of CVE-2024-1: 1.2.0\n",
        "severity of CVE-2024-1: high\n",
        "* GHSA-1: word HIGH = high, the matched record\n",
        "answer: p 1.1.0 is affected by cve-2024-1\n",
    };
    const char *from = out.at;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        const char *found = strstr(from, parts[i]);
        if (found == NULL)
            fail_msg("\"%s\" is not in its place in:\n%s", parts[i], out.at);
        from = found;
    }
    /* What the matched record says stands there once, not also as lent by its group. */
    assert_null(strstr(strstr(out.at, "GHSA-1: word HIGH") + 1, "GHSA-1: word HIGH"));
    explain(&scene, "W-1", "", &out, true);
    assert_non_null(strstr(out.at, "the record is withdrawn, so it matches nothing"));
    assert_non_null(strstr(out.at, "is not found affected by W-1"));
    explain(&scene, "CVE-2024-9", "", &out, true); /* named by nothing but a withdrawn record */
    assert_non_null(strstr(out.at, "the record is withdrawn, so it matches nothing"));
    explain(&scene, "GHSA-1", "q", &out, true); /* why not */
    assert_non_null(strstr(out.at, "answer: not affected: no record of GHSA-1 names this package"));
    explain(&scene, "GHSA-1", "pkg:npm/p@1.1.0", &out, true);
    assert_non_null(strstr(out.at, "answer: p 1.1.0 is affected"));
    explain(&scene, "GHSA-1", "nothing", &out, true);
    assert_non_null(strstr(out.at, "image has no package nothing"));
    explain(&scene, "CVE-1999-1", "", &out, false);
    assert_non_null(strstr(out.at, "no record of the advisory database has this id"));
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aliases_join), cmocka_unit_test(test_two_cves), cmocka_unit_test(test_withdrawn),
        cmocka_unit_test(test_severity_order), cmocka_unit_test(test_finding), cmocka_unit_test(test_fixes),
        cmocka_unit_test(test_sources),      cmocka_unit_test(test_notes),    cmocka_unit_test(test_runtime),
        cmocka_unit_test(test_names),        cmocka_unit_test(test_explain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
