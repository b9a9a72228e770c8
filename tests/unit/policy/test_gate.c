/* SPDX-License-Identifier: Apache-2.0
 * Patterns and the gate. Expected answers are by hand, from matching.md, section 10, and the grammar of
 * policy/gate.h. */
#include "base/glob.h"
#include "base/glob.h"
#include "support.h"

static void test_glob(void **state)
{
    (void)state;
    static const struct {
        const char *glob, *path;
        bool matches;
    } rows[] = {
        {"a/b", "a/b", true},
        {"a/b", "a/bc", false},
        {"a/b", "/a/b", true},
        {"/a/b", "a/b", true},
        {"*", "a", true},
        {"*", "a/b", false},
        {"a/*", "a/b", true},
        {"a/*", "a/b/c", false},
        {"a/*", "a/", true},
        {"a/**", "a/b/c", true},
        {"a/**", "ab", false},
        {"**", "", true},
        {"**", "a/b/c", true},
        {"**/x", "x", true},
        {"**/x", "a/b/x", true},
        {"**/x", "ax", false},
        {"a/**/x", "a/x", true},
        {"a/**/x", "a/b/c/x", true},
        {"a/**/x", "a/bx", false},
        {"a/", "a/b/c", true},
        {"a/", "ab", false},
        {"?", "a", true},
        {"?", "/", false},
        {"?", "", false},
        {"a?c", "abc", true},
        {"a?c", "a/c", false},
        {"a\\*c", "a*c", true},
        {"a\\*c", "abc", false},
        {"*.json", "a.json", true},
        {"*.json", "b/a.json", false},
        {"a*b*c", "aXXbYYc", true},
        {"a*b*c", "aXXcYYb", false},
        {"", "", true},
        {"", "a", false},
        {"a**c", "a/b/c", true},
        {"node_modules/*/package.json", "node_modules/x/package.json", true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (dw_glob_match(dw_slice_of(rows[i].glob), dw_slice_of(rows[i].path)) != rows[i].matches)
            fail_msg("%s on %s", rows[i].glob, rows[i].path);
    /* Many stars on a long path: linear work for each, no explosion. */
    char stars[400], path[4000];
    memset(path, 'a', sizeof(path));
    for (size_t i = 0; i < sizeof(stars); i += 2)
        memcpy(stars + i, "*a", 2);
    stars[sizeof(stars) - 1] = 'b';
    assert_false(dw_glob_match(dw_slice_make(stars, sizeof(stars)), dw_slice_make(path, sizeof(path))));
}

static void test_pattern(void **state)
{
    (void)state;
    struct dw_error error = DW_ERROR_INIT;
    struct dw_pattern *pattern = dw_pattern_compile(DW_SLICE("SEC-\\d+"), &error);
    assert_int_equal(dw_pattern_match(pattern, DW_SLICE("SEC-1"), true), DW_MATCH_YES);
    assert_int_equal(dw_pattern_match(pattern, DW_SLICE("SEC-"), true), DW_MATCH_NO);
    assert_int_equal(dw_pattern_match(pattern, DW_SLICE("SEC-1\n"), true), DW_MATCH_NO);
    assert_int_equal(dw_pattern_match(pattern, DW_SLICE("x SEC-1 y"), false), DW_MATCH_YES);
    assert_int_equal(dw_pattern_match(pattern, DW_SLICE("x SEC-1 y"), true), DW_MATCH_NO);
    dw_pattern_free(pattern);
    /* Alternatives are anchored as a whole. */
    pattern = dw_pattern_compile(DW_SLICE("A-\\d|B-\\d\\d"), &error);
    assert_int_equal(dw_pattern_match(pattern, DW_SLICE("A-12"), true), DW_MATCH_NO);
    assert_int_equal(dw_pattern_match(pattern, DW_SLICE("B-12"), true), DW_MATCH_YES);
    dw_pattern_free(pattern);
    /* Exponential work meets the limit: neither yes nor no. */
    pattern = dw_pattern_compile(DW_SLICE("(a|aa)+$"), &error);
    assert_int_equal(
        dw_pattern_match(pattern, DW_SLICE("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"), true),
        DW_MATCH_UNKNOWN);
    dw_pattern_free(pattern);
    static const char *const bad[] = {"(", "[", "a{2,1}", "\\", "(?<n", "(*UTF)a", "\\C"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (dw_pattern_compile(dw_slice_of(bad[i]), &error) != NULL)
            fail_msg("compiled: %s", bad[i]);
        assert_int_equal(error.kind, DW_ERROR_USAGE);
    }
    char deep[5000];
    memset(deep, '(', sizeof(deep));
    assert_null(dw_pattern_compile(dw_slice_make(deep, 4096), &error));
    assert_null(dw_pattern_compile(dw_slice_make(deep, sizeof(deep)), &error));
    assert_holds(dw_slice_of(error.text), "5000 bytes");
}

static void test_parse_errors(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"", "the gate is empty"},
        {"   ", "the gate is empty"},
        {"none", "character 1: unknown field \"none\""},
        {"severty >= high", "character 1: unknown field \"severty\"; did you mean \"severity\"?"},
        {"severity", "character 9: expected a comparison after the field \"severity\""},
        {"severity >=", "character 12: expected a value"},
        {"severity >= severe", "character 13: unknown severity \"severe\""},
        {"severity > unknown", "\"unknown\" is neither more nor less than a severity"},
        {"severity = high", "character 10: expected a comparison"},
        {"fix == fixd", "character 8: unknown fix state \"fixd\"; did you mean \"fixed\"?"},
        {"fix > none", "no order is defined for the field \"fix\""},
        {"age > old", "character 7: expected a duration such as 30d, not \"old\""},
        {"age in (3d)", "\"in\" does not suit the field \"age\""},
        {"epss > 2", "character 8: expected a probability such as 0.1 or 10%, not \"2\""},
        {"epss > 1e9", "expected a probability"},
        {"layer == bottom", "unknown layer \"bottom\""},
        {"kev == yes", "expected true or false, not \"yes\""},
        {"id =~ CVE", "character 7: expected a regular expression in quotes, not \"CVE\""},
        {"id =~ '('", "character 7: bad regular expression, at its byte 2"},
        {"severity =~ 'high'", "\"=~\" is for type, path and id"},
        {"id == 'x", "character 7: a string that is not closed"},
        {"type in npm", "expected a list in parentheses after \"in\", not \"npm\""},
        {"type in (npm", "expected ',' or ')'"},
        {"type in (npm]", "expected ',' or ')'"},
        {"type in ()", "expected a value"},
        {"kev and", "something is missing at the end"},
        {"kev kev", "character 5: expected \"and\", \"or\" or the end, not \"kev\""},
        {"(kev", "character 5: expected ')'"},
        {"kev)", "expected \"and\", \"or\" or the end, not \")\""},
        {"kev ; new", "not \";\""},
        {"id not kev", "expected \"in\" after \"not\""},
        {"((((((((((((((((((((((((((((((((((kev))))))))))))))))))))))))))))))))))",
         "nested too deeply (32 levels)"},
        {"not not not not not not not not not not not not not not not not not not not not not not not not "
         "not not "
         "not not not not not not not kev",
         "nested too deeply"},
        {"id == \xff", "not UTF-8"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dw_error error = DW_ERROR_INIT;
        struct dw_gate *gate = dw_gate_parse(dw_slice_of(rows[i].text), &error);
        if (gate != NULL)
            fail_msg("accepted: %s", rows[i].text);
        if (strstr(error.text, rows[i].message) == NULL)
            fail_msg("%s\nsays:   %s\nwanted: %s", rows[i].text, error.text, rows[i].message);
        assert_int_equal(error.kind, DW_ERROR_USAGE);
    }
    char text[5000];
    struct dw_error error = DW_ERROR_INIT;
    memset(text, 'a', sizeof(text));
    assert_null(dw_gate_parse(dw_slice_make(text, sizeof(text)), &error));
    assert_holds(dw_slice_of(error.text), "4,096");
}

#define NOW "2026-11-24"

/* A high vulnerability of minimist 1.2.0 in the second layer, published 20 days ago, fixed. */
struct scene {
    struct dw_subject *subject;
    struct dw_layer_summary layers[2];
    struct dw_package package;
    struct dw_slice aliases[1];
    struct dw_finding finding;
};

static void set_scene(struct scene *scene)
{
    memset(scene, 0, sizeof(*scene));
    scene->subject = dw_subject_new(DW_SUBJECT_IMAGE, DW_SLICE("app"));
    scene->layers[0] = (struct dw_layer_summary){.diff_id = DW_SLICE(DIGEST_A), .base = true};
    scene->layers[1] = (struct dw_layer_summary){.diff_id = DW_SLICE(DIGEST_B)};
    scene->subject->image.layers = scene->layers;
    scene->subject->image.layer_count = 2;
    scene->package.type = DW_PACKAGE_NPM;
    scene->package.name = DW_SLICE("minimist");
    scene->aliases[0] = DW_SLICE("GHSA-xvch-5gv4-984h");
    scene->finding = (struct dw_finding){
        .kind = DW_FINDING_VULNERABILITY,
        .severity = DW_SEVERITY_HIGH,
        .rule = DW_SLICE("CVE-2021-44906"),
        .aliases = scene->aliases,
        .alias_count = 1,
        .subject = scene->subject,
        .package = &scene->package,
        .fix_state = DW_FIX_FIXED,
        .published = at_time("2026-11-04"),
        .place = {.layer = DW_SLICE(DIGEST_B), .path = DW_SLICE("app/node_modules/minimist/package.json")},
    };
}

static enum dw_gate_answer ask(const char *text, const struct dw_finding *finding, bool unknown_fails,
                               struct dw_buffer *clause)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_gate *gate = dw_gate_parse(dw_slice_of(text), &error);
    if (gate == NULL)
        fail_msg("%s: %s", text, error.text);
    enum dw_gate_answer answer = dw_gate_judge(gate, finding, at_time(NOW), unknown_fails, clause);
    dw_gate_free(gate);
    return answer;
}

static void test_answers(void **state)
{
    (void)state;
    enum { P = DW_GATE_PASS, F = DW_GATE_FAIL, U = DW_GATE_UNKNOWN };
    static const struct {
        const char *text;
        int answer;
    } rows[] = {
        {"critical", P},
        {"high", F},
        {" HIGH ", F},
        {"low", F},
        {"info", F},
        {"severity == high", F},
        {"severity != high", P},
        {"severity > high", P},
        {"severity<critical", F},
        {"severity <= medium", P},
        {"severity in (critical, high)", F},
        {"severity not in [critical, high]", P},
        {"severity == unknown", P},
        {"severity in (unknown, low)", P},
        {"fix == fixed", F},
        {"fix == available", F},
        {"fix != none", F},
        {"fix == none", P},
        {"fix in (affected, will-not-fix)", P},
        {"fix not in (affected)", F},
        {"age > 19d", F},
        {"age > 20d", P},
        {"age >= 20d", F},
        {"age < 3w", F},
        {"kev", U},
        {"not kev", U},
        {"kev == false", U},
        {"new", U},
        {"epss > 0.1", U},
        {"epss < 50%", U},
        {"layer == application", F},
        {"layer == base", P},
        {"layer != base", F},
        {"layer in (base, application)", F},
        {"type == npm", F},
        {"type in (deb, apk)", P},
        {"type =~ '^n'", F},
        {"path == 'app/node_modules/minimist/package.json'", F},
        {"path =~ '^test/'", P},
        {"malicious", P},
        {"not malicious", F},
        {"malicious == false", F},
        {"headers", P},
        {"id == CVE-2021-44906", F},
        {"id == cve-2021-44906", F},
        {"id == GHSA-xvch-5gv4-984h", F},
        {"id != GHSA-xvch-5gv4-984h", P},
        {"id in (CVE-1, GHSA-xvch-5gv4-984h)", F},
        {"id not in (CVE-1, CVE-2)", F},
        {"id =~ '^GHSA-'", F},
        {"id =~ \"^OSV-\"", P},
        /* Three values: a known side decides, else unknown stays. */
        {"kev or severity >= high", F},
        {"kev or severity >= critical", U},
        {"kev and severity >= high", U},
        {"kev and severity >= critical", P},
        {"kev || severity >= high", F},
        {"kev && severity >= critical", P},
        {"not (kev and severity >= critical)", F},
        {"!(kev or severity >= high)", P},
        {"not (kev or severity >= critical)", U},
        /* "and" binds tighter than "or", "not" tighter than both. */
        {"severity >= high or severity >= low and malicious", F},
        {"(severity >= high or severity >= low) and malicious", P},
        {"not malicious and severity >= critical", P},
        /* Asked for elsewhere: a fixable high fails, a critical that will not be fixed does not. */
        {"severity >= high and fix != none", F},
        {"severity >= critical and fix == will-not-fix", P},
    };
    struct scene scene;
    set_scene(&scene);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if ((int)ask(rows[i].text, &scene.finding, false, NULL) != rows[i].answer)
            fail_msg("%s: %d", rows[i].text, (int)ask(rows[i].text, &scene.finding, false, NULL));
    dw_subject_free(scene.subject);
}

static void test_unknown_values(void **state)
{
    (void)state;
    struct scene scene;
    set_scene(&scene);
    struct dw_finding *finding = &scene.finding;
    finding->severity = DW_SEVERITY_UNKNOWN;
    assert_int_equal(ask("critical", finding, false, NULL), DW_GATE_UNKNOWN);
    assert_int_equal(ask("severity == high", finding, false, NULL), DW_GATE_UNKNOWN);
    assert_int_equal(ask("severity != high", finding, false, NULL), DW_GATE_UNKNOWN);
    assert_int_equal(ask("severity not in (high)", finding, false, NULL), DW_GATE_UNKNOWN);
    assert_int_equal(ask("severity == unknown", finding, false, NULL), DW_GATE_FAIL);
    assert_int_equal(ask("severity != unknown", finding, false, NULL), DW_GATE_PASS);
    /* "unknown-severity: fail": counts as the worst severity that the gate names. */
    assert_int_equal(ask("critical", finding, true, NULL), DW_GATE_FAIL);
    assert_int_equal(ask("severity >= medium and severity <= high", finding, true, NULL), DW_GATE_FAIL);
    assert_int_equal(ask("severity == high", finding, true, NULL), DW_GATE_FAIL);
    assert_int_equal(ask("severity == high and fix == none", finding, true, NULL), DW_GATE_PASS);
    finding->severity = DW_SEVERITY_HIGH;

    finding->fix_state = DW_FIX_UNKNOWN;
    assert_int_equal(ask("fix == fixed", finding, false, NULL), DW_GATE_UNKNOWN);
    assert_int_equal(ask("fix != none", finding, false, NULL), DW_GATE_UNKNOWN);
    assert_int_equal(ask("fix == unknown", finding, false, NULL), DW_GATE_FAIL);
    finding->fix_state = DW_FIX_WONT_FIX;
    assert_int_equal(ask("fix == none", finding, false, NULL), DW_GATE_FAIL);
    assert_int_equal(ask("fix == will-not-fix", finding, false, NULL), DW_GATE_FAIL);

    /* matching.md, section 8: an unknown date counts as old. */
    finding->published = DW_TIME_UNKNOWN;
    assert_int_equal(ask("age > 3650d", finding, false, NULL), DW_GATE_FAIL);
    assert_int_equal(ask("age < 3650d", finding, false, NULL), DW_GATE_PASS);

    scene.layers[0].base = false; /* nothing says where the base ends */
    assert_int_equal(ask("layer == application", finding, false, NULL), DW_GATE_UNKNOWN);
    assert_int_equal(ask("layer == base", finding, false, NULL), DW_GATE_UNKNOWN);
    assert_int_equal(ask("severity >= high and layer == application", finding, false, NULL), DW_GATE_UNKNOWN);
    scene.layers[0].base = true;
    finding->place.layer = DW_SLICE("");
    assert_int_equal(ask("layer != base", finding, false, NULL), DW_GATE_UNKNOWN);
    finding->package = NULL;
    assert_int_equal(ask("type == npm", finding, false, NULL), DW_GATE_UNKNOWN);
    /* A pattern whose work meets its limit. */
    finding->place.path = DW_SLICE("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
    assert_int_equal(ask("path =~ '^(a|aa)+$'", finding, false, NULL), DW_GATE_UNKNOWN);
    dw_subject_free(scene.subject);
}

static void test_outside_the_expression(void **state)
{
    (void)state;
    struct scene scene;
    set_scene(&scene);
    scene.finding.malicious = true;
    assert_int_equal(ask("critical", &scene.finding, false, NULL), DW_GATE_FAIL);
    assert_int_equal(ask("type == deb", &scene.finding, false, NULL), DW_GATE_FAIL);
    scene.finding.malicious = false;
    scene.finding.informational = true;
    assert_int_equal(ask("low", &scene.finding, false, NULL), DW_GATE_PASS);
    scene.finding.severity = DW_SEVERITY_UNKNOWN;
    assert_int_equal(ask("low", &scene.finding, false, NULL), DW_GATE_PASS);
    scene.finding.informational = false;
    scene.finding.severity = DW_SEVERITY_CRITICAL;
    /* Headers only (matching.md, section 6.11). */
    scene.package.type = DW_PACKAGE_DEB;
    static const char *const names[] = {"linux-libc-dev", "linux-headers-6.1.0-1-amd64", "linux-kbuild-6.1",
                                        "kernel-headers"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        scene.package.name = dw_slice_of(names[i]);
        assert_true(dw_package_headers_only(&scene.package));
        assert_int_equal(ask("critical", &scene.finding, false, NULL), DW_GATE_PASS);
        assert_int_equal(ask("critical", &scene.finding, true, NULL), DW_GATE_PASS);
        assert_int_equal(
            ask("severity >= critical and (headers or not headers)", &scene.finding, false, NULL),
            DW_GATE_FAIL);
    }
    scene.package.name = DW_SLICE("linux-libc-dev-but-not");
    assert_false(dw_package_headers_only(&scene.package));
    scene.package.name = DW_SLICE("linux-libc-dev");
    scene.package.type = DW_PACKAGE_NPM; /* anyone can name an npm package so */
    assert_int_equal(ask("critical", &scene.finding, false, NULL), DW_GATE_FAIL);
    dw_subject_free(scene.subject);
}

/* A package below test/ and below app/: neither place excuses the other. */
static void test_every_place(void **state)
{
    (void)state;
    struct scene scene;
    set_scene(&scene);
    struct dw_place second = {.layer = DW_SLICE(DIGEST_A), .path = DW_SLICE("test/x/package.json")};
    scene.finding.occurrences = &second;
    scene.finding.occurrence_count = 1;
    assert_int_equal(ask("not (path =~ '^test/')", &scene.finding, false, NULL), DW_GATE_FAIL);
    assert_int_equal(ask("not (path =~ '^app/')", &scene.finding, false, NULL), DW_GATE_FAIL);
    assert_int_equal(ask("not (path =~ '^(app|test)/')", &scene.finding, false, NULL), DW_GATE_PASS);
    assert_int_equal(ask("layer == base", &scene.finding, false, NULL), DW_GATE_FAIL);
    second.layer = DW_SLICE("");
    assert_int_equal(ask("layer == base", &scene.finding, false, NULL), DW_GATE_UNKNOWN);
    dw_subject_free(scene.subject);
}

static void test_clause(void **state)
{
    (void)state;
    static const struct {
        const char *text, *clause;
    } rows[] = {
        {"high", "severity >= high (high)"},
        {"critical", "severity >= critical (high)"},
        {"severity >= high  and fix != none", "severity >= high (high) and fix != none (fixed)"},
        {"malicious or severity>=high", "severity>=high (high)"},
        {"kev or malicious", "kev (unknown: not available in this version)"},
        {"not (age > 30d)", "not (age > 30d (published 2026-11-04))"},
        {"layer in (application)", "layer in (application) (application)"},
        {"type == npm and id =~ '^GHSA'", "type == npm (npm) and id =~ '^GHSA' (CVE-2021-44906)"},
    };
    struct scene scene;
    set_scene(&scene);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer clause = {0};
        ask(rows[i].text, &scene.finding, false, &clause);
        assert_slice(dw_buffer_slice(&clause), rows[i].clause);
    }
    dw_subject_free(scene.subject);
}

static void test_names(void **state)
{
    (void)state;
    struct dw_gate *gate = dw_gate_parse(DW_SLICE("severity >= high or kev"), NULL);
    enum dw_severity severity = DW_SEVERITY_LOW;
    assert_true(dw_gate_names(gate, DW_GATE_KEV));
    assert_true(dw_gate_names(gate, DW_GATE_SEVERITY));
    assert_false(dw_gate_names(gate, DW_GATE_EPSS));
    assert_false(dw_gate_is_severity(gate, &severity));
    assert_int_equal(severity, DW_SEVERITY_LOW);
    dw_gate_free(gate);
    gate = dw_gate_parse(DW_SLICE("medium"), NULL);
    assert_true(dw_gate_is_severity(gate, &severity));
    assert_int_equal(severity, DW_SEVERITY_MEDIUM);
    dw_gate_free(gate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_glob),           cmocka_unit_test(test_pattern),
        cmocka_unit_test(test_parse_errors),   cmocka_unit_test(test_answers),
        cmocka_unit_test(test_unknown_values), cmocka_unit_test(test_outside_the_expression),
        cmocka_unit_test(test_every_place),    cmocka_unit_test(test_clause),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
