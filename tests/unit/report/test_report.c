/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encoding.h"
#include "base/file.h"
#include "fixture.h"
#include "report/reason.h"
#include "report/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

static struct dw_buffer render(const struct dw_verdict *verdict, const char *format,
                               const struct dw_report_options *options)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_buffer out = {0};
    const struct dw_report_format *writer = dw_report_find(dw_slice_of(format), &error);
    assert_non_null(writer);
    assert_true(writer->write(verdict, options, &out, &error));
    return out;
}

static bool contains(const struct dw_buffer *text, const char *what)
{
    return dw_slice_find_slice(dw_buffer_slice(text), dw_slice_of(what)) != SIZE_MAX;
}

/* Every line within WIDTH columns and free of what a terminal would obey. */
static void assert_fits(const struct dw_buffer *text, size_t width)
{
    struct dw_slice rest = dw_buffer_slice(text), line;
    assert_true(dw_utf8_valid(rest));
    while (dw_slice_line(&rest, &line)) {
        for (size_t i = 0; i < line.len; i++)
            assert_false((unsigned char)line.at[i] < 0x20 || line.at[i] == 0x7f);
        if (dw_display_width(line) > width)
            fail_msg("%zu columns, more than %zu: %.*s", dw_display_width(line), width, DW_SLICE_ARG(line));
    }
}

static void test_table_of_a_check(void **state)
{
    (void)state;
    static const char expected[] =
        "dockworthy check · roi-service · oci:build/roi-service\n"
        "  (sha256:4f1c2ab0d3e5…, linux/amd64, distroless, debian 12)\n"
        "with Dockerfile\n"
        "policy dockworthy.yaml · stage build · advisories of 2026-11-22 (sha256:91ab00000000…)\n"
        "\n"
        "  1  Base images             fail            1.2  1 FROM line without a digest\n"
        "  2  Vulnerability scanning  fail            2.2  1 critical in 1 package; 1 excepted (SEC-123, 38\n"
        "                                                  days left)\n"
        "  3  Signing                 not-due              at release\n"
        "  4  Runtime policies        not-evaluated   4.2 4.3\n"
        "  7  Do and don't            pass            7.3  1 active\n"
        "  8  Troubleshooting         not-applicable  8.1  no false positive is claimed\n"
        "\n"
        "not evaluated\n"
        "  1.3         no date of the base is known; a cadence record would judge it\n"
        "  4.2 4.3     Compose files and manifests are not read in this version\n"
        "\n"
        "image:1  oci:build/roi-service\n"
        "  minimist 1.2.0   npm · app/node_modules/minimist · layer 2: COPY node_modules ./node_modules\n"
        "    fail      CVE-2021-44906  critical 9.8  → 1.2.6  Prototype pollution in minimist\n"
        "    excepted  CVE-2020-7598   medium 5.6    → 1.2.3  SEC-123, 38 days left: Prototype pollution in…\n"
        "    fix: npm install minimist@1.2.6                 dockworthy explain CVE-2021-44906\n"
        "\n"
        "dockerfile:1  Dockerfile\n"
        "    fail  BASE-001  high  line 3  FROM node:22 can be another image tomorrow\n"
        "    fix: write node:22@sha256:<digest>; docker buildx imagetools inspect node:22 shows it\n"
        "\n"
        " not-scanned  image:1: layer 2: app/package.json: no version\n"
        "\n"
        "policy violated: 2 of 10 due controls failed, 3 not evaluated, 1 due later · exit 1\n"
        "next: dockworthy explain CVE-2021-44906 oci:build/roi-service\n";
    struct dw_verdict *verdict = fixture_check();
    struct dw_report_options options = {0};
    struct dw_buffer text = render(verdict, "table", &options);
    assert_string_equal(text.at, expected);
    dw_buffer_free(&text);
    dw_verdict_free(verdict);
}

static void test_table_unfolds_controls(void **state)
{
    (void)state;
    struct dw_verdict *verdict = fixture_check();
    struct dw_report_options options = {.controls = true};
    struct dw_buffer text = render(verdict, "table", &options);
    assert_true(contains(&text, "     1.1  pass            Distroless or Alpine preferred (preferred)\n"
                                "                          debian 12 distroless\n"));
    assert_true(contains(&text, "     4.1  pass            Non-root, USER 65532\n"));
    dw_buffer_free(&text);
    dw_verdict_free(verdict);
}

static void test_left_out_controls_are_not_shown(void **state)
{
    (void)state;
    struct dw_verdict *verdict = fixture_check();
    struct dw_report_options options = {0};
    for (size_t i = 0; i < verdict->controls.len; i++)
        verdict->controls.at[i].chosen = verdict->controls.at[i].chapter == 7;
    struct dw_buffer text = render(verdict, "table", &options);
    assert_false(contains(&text, "Base images"));
    assert_true(contains(&text, "Do and don't"));
    assert_true(contains(&text, "0 of 1 due controls failed"));
    dw_buffer_free(&text);
    dw_verdict_free(verdict);
}

/* A preferred control that fails is shown and counted apart (controls.md, "Level"). */
static void test_preferred_miss(void **state)
{
    (void)state;
    struct dw_verdict *verdict = fixture_check();
    struct dw_report_options options = {0};
    verdict->controls.at[0].status = DW_STATUS_FAIL;
    verdict->controls.at[0].reason = DW_SLICE("ubuntu 24.04");
    struct dw_buffer text = render(verdict, "table", &options);
    assert_true(contains(&text, "1.1  preferred: ubuntu 24.04\n"));
    assert_true(contains(&text, "2 of 10 due controls failed, 1 preferred one missed, 3 not evaluated"));
    dw_buffer_free(&text);
    dw_verdict_free(verdict);
}

/* Below the gate is open, never "pass". */
static void test_status_words(void **state)
{
    (void)state;
    struct dw_verdict *verdict = fixture_check();
    struct dw_report_options options = {.verbose = true};
    for (size_t i = 0; i < verdict->findings.len; i++)
        verdict->findings.at[i].status = DW_STATUS_PASS;
    struct dw_buffer text = render(verdict, "table", &options);
    assert_true(contains(&text, "    open  CVE-2021-44906  critical 9.8"));
    assert_true(contains(&text, "    note  BASE-001  high"));
    dw_buffer_free(&text);
    dw_verdict_free(verdict);
}

/* check counts what is below the gate; the fix of a package is the one that mends all that fails. */
static void test_below_the_gate(void **state)
{
    (void)state;
    static struct dw_slice higher[] = {DW_SLICE_INIT("1.10.0")}, lower[] = {DW_SLICE_INIT("1.9.0")};
    struct dw_verdict *verdict = fixture_check();
    struct dw_report_options options = {0}, verbose = {.verbose = true};
    struct dw_finding *critical = &verdict->findings.at[1], *medium = &verdict->findings.at[2];
    assert_true(dw_slice_is(critical->rule, "CVE-2021-44906"));
    assert_true(dw_slice_is(medium->rule, "CVE-2020-7598"));
    medium->status = DW_STATUS_PASS;
    medium->exception = NULL;
    medium->fix = DW_SLICE("npm install minimist@9.9.9");
    struct dw_buffer text = render(verdict, "table", &options);
    assert_true(contains(&text, "    and 1 medium below the gate\n    fix: npm install minimist@1.2.6 "));
    assert_false(contains(&text, "CVE-2020-7598"));
    dw_buffer_free(&text);
    text = render(verdict, "table", &verbose);
    assert_true(contains(&text, "    open  CVE-2020-7598   medium 5.6    → 1.2.3  Prototype pollution in minimist\n"));
    dw_buffer_free(&text);

    medium->status = DW_STATUS_FAIL; /* 1.10.0 is higher than 1.9.0, though not by its text */
    medium->fixed = higher;
    critical->fixed = lower;
    medium->fix = DW_SLICE("npm install minimist@1.10.0");
    critical->fix = DW_SLICE("npm install minimist@1.9.0");
    text = render(verdict, "table", &options);
    assert_true(contains(&text, "    fix: npm install minimist@1.10.0 "));
    assert_false(contains(&text, "fix: npm install minimist@1.9.0"));
    dw_buffer_free(&text);
    dw_verdict_free(verdict);
}

static void test_reasons(void **state)
{
    (void)state;
    static const struct {
        const char *reason, *by_rule, *plain;
    } rows[] = {
        {"", "", ""},
        {"at release", "at release", "at release"},
        {"a; b", "a; b", "a; b"},
        {"RT-001: x; later y", "RT-001: x; later y", "x; later y"},
        {"RT-002: x; y; RT-003: x; y", "RT-002, RT-003: x; y", "x; y"},
        {"A1-002: x; A1-003: z; A1-004: x; and 2 more", "A1-002, A1-004: x; A1-003: z; and 2 more", "x; z"},
        {"RT-002 is no rule: x", "RT-002 is no rule: x", "RT-002 is no rule: x"},
        {"RT-0021: x; RT-02: y", "RT-0021: x; RT-02: y", "RT-0021: x; RT-02: y"},
        {"; and 3 more", "and 3 more", ""},
        {"; ; ", "; ; ", "; ; "},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dw_buffer out = {0};
        dw_reason_by_rule(&out, dw_slice_of(rows[i].reason));
        assert_string_equal(dw_buffer_slice(&out).at, rows[i].by_rule);
        dw_buffer_clear(&out);
        dw_reason_plain(&out, dw_slice_of(rows[i].reason));
        assert_string_equal(out.len > 0 ? out.at : "", rows[i].plain);
        dw_buffer_free(&out);
    }
}

static void test_outcome_names_every_exit_code(void **state)
{
    (void)state;
    static const struct {
        int code;
        bool violated;
        const char *words;
    } rows[] = {{0, false, "\npolicy kept: "},
                {1, true, "\npolicy violated: "},
                {3, true, "\nan input could not be read, and the policy is violated: "},
                {3, false, "\nan input could not be read: "},
                {4, false, "\nincomplete: "},
                {4, true, "\nincomplete, and the policy is violated: "}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char last[32];
        struct dw_verdict *verdict = fixture_check();
        struct dw_report_options options = {.width = 160};
        verdict->exit_code = rows[i].code;
        verdict->violated = rows[i].violated;
        struct dw_buffer text = render(verdict, "table", &options);
        assert_true(contains(&text, rows[i].words));
        snprintf(last, sizeof(last), " · exit %d\n", rows[i].code);
        assert_true(contains(&text, last));
        dw_buffer_free(&text);
        dw_verdict_free(verdict);
    }
}

static void test_colours_only_when_asked(void **state)
{
    (void)state;
    struct dw_verdict *verdict = fixture_check();
    struct dw_report_options options = {.color = true};
    struct dw_buffer text = render(verdict, "table", &options);
    assert_true(contains(&text, "\033[1;31mfail\033[0m"));
    /* What is coloured is the same text. */
    struct dw_buffer plain = {0};
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '\033')
            while (text.at[i] != 'm')
                i++;
        else
            dw_buffer_append_byte(&plain, text.at[i]);
    }
    struct dw_report_options none = {0};
    struct dw_buffer expected = render(verdict, "table", &none);
    assert_string_equal(plain.at, expected.at);
    dw_buffer_free(&text);
    dw_buffer_free(&plain);
    dw_buffer_free(&expected);
    dw_verdict_free(verdict);
}

static void test_long_scan_is_folded(void **state)
{
    (void)state;
    struct dw_verdict *verdict = fixture_scan(60);
    struct dw_report_options options = {.width = 132}, verbose = {.verbose = true};
    struct dw_buffer text = render(verdict, "table", &options);
    assert_true(contains(&text, "CVE-2020-0005  critical"));
    assert_true(contains(&text, "CVE-2020-0000  unknown")); /* unknown is never minor */
    assert_false(contains(&text, "CVE-2020-0003"));
    assert_true(contains(&text, "  and 30 more packages or files: 10 medium, 10 low, 10 negligible"
                                " (--verbose lists them)\n"));
    assert_true(contains(&text, "10 critical, 10 high, 10 medium, 10 low, 10 negligible, 10 unknown in 60 of 60 "
                                "packages"));
    dw_buffer_free(&text);
    text = render(verdict, "table", &verbose);
    for (int i = 0; i < 60; i++) {
        char id[32];
        snprintf(id, sizeof(id), " CVE-2020-%04d ", i);
        assert_true(contains(&text, id));
    }
    dw_buffer_free(&text);
    dw_verdict_free(verdict);
}

static void test_scan_without_findings(void **state)
{
    (void)state;
    struct dw_verdict *verdict = fixture_scan(0);
    struct dw_report_options options = {0};
    struct dw_buffer text = render(verdict, "table", &options);
    assert_string_equal(text.at,
                        "dockworthy scan · oci:big (sha256:4f1c2ab0d3e5…, linux/amd64, distroless, debian 12)\n"
                        "no advisory database\n"
                        "\n"
                        "policy kept: no finding in 0 packages · exit 0\n");
    dw_buffer_free(&text);
    dw_verdict_free(verdict);
}

static void test_any_width_fits(void **state)
{
    (void)state;
    static const unsigned widths[] = {1, 40, 59, 60, 80, 90, 100, 132, 200, 1000};
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
        for (int verbose = 0; verbose < 2; verbose++) {
            struct dw_report_options options = {.width = widths[i], .verbose = verbose, .controls = verbose,
                                                .packages = verbose};
            struct dw_verdict *verdicts[] = {fixture_check(), fixture_scan(50)};
            for (size_t j = 0; j < 2; j++) {
                struct dw_buffer text = render(verdicts[j], "table", &options);
                assert_fits(&text, widths[i] < 60 ? 60 : widths[i]);
                dw_buffer_free(&text);
                dw_verdict_free(verdicts[j]);
            }
        }
}

static void test_hostile_text(void **state)
{
    (void)state;
    struct dw_buffer lengthy = {0};
    for (int i = 0; i < 20000; i++)
        dw_buffer_append_string(&lengthy, i % 3 == 0 ? "\033[2J" : i % 3 == 1 ? "\xff\xfe" : "\xe4\xb8\xad");
    struct dw_slice texts[] = {DW_SLICE(""),
                               DW_SLICE("\033]0;title\a\033[31mred"),
                               DW_SLICE("\xff\xc0\x80\xed\xa0\x80"),
                               DW_SLICE("\xc2\x9b" "31m \xe2\x80\xae olleh"),
                               DW_SLICE("a\0b\nc\td\re"),
                               DW_SLICE("\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87 \xcc\x81\xcc\x81"),
                               DW_SLICE("%s%n%999999d"),
                               dw_buffer_slice(&lengthy)};
    static const unsigned widths[] = {60, 77, 100};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        for (size_t j = 0; j < 3; j++) {
            struct dw_verdict *verdict = fixture_hostile(texts[i]);
            struct dw_report_options options = {.width = widths[j], .packages = true, .verbose = j == 1};
            struct dw_buffer text = render(verdict, "table", &options);
            assert_fits(&text, widths[j]);
            dw_buffer_free(&text);
            text = render(verdict, "json", &options);
            assert_true(dw_utf8_valid(dw_buffer_slice(&text)));
            assert_false(contains(&text, "\033"));
            assert_false(contains(&text, "\xc2\x9b"));
            assert_false(contains(&text, "\xe2\x80\xae"));
            dw_buffer_free(&text);
            dw_facts_write(verdict->subjects.at[0], &text);
            assert_true(dw_utf8_valid(dw_buffer_slice(&text)));
            dw_buffer_free(&text);
            dw_verdict_free(verdict);
        }
    dw_buffer_free(&lengthy);
}

static void test_same_bytes_twice(void **state)
{
    (void)state;
    static const char *const formats[] = {"table", "json"};
    for (size_t i = 0; i < 2; i++) {
        struct dw_verdict *one = fixture_check(), *two = fixture_check();
        struct dw_report_options options = {.packages = true, .verbose = true};
        struct dw_buffer a = render(one, formats[i], &options), b = render(two, formats[i], &options);
        assert_string_equal(a.at, b.at);
        dw_buffer_free(&a);
        dw_buffer_free(&b);
        dw_verdict_free(one);
        dw_verdict_free(two);
    }
}

/* An instruction's credentials reach no report. */
static void test_credentials_are_masked(void **state)
{
    (void)state;
    static struct dw_slice environment[] = {DW_SLICE_INIT("DB_PASSWORD=hunter2 and more"), DW_SLICE_INIT("A=b")};
    static struct dw_slice names[] = {DW_SLICE_INIT("api-token")}, values[] = {DW_SLICE_INIT("hunter2")};
    struct dw_verdict *verdict = fixture_check();
    struct dw_image_summary *image = &verdict->subjects.at[0]->image;
    struct dw_report_options options = {.verbose = true, .packages = true, .width = 200};
    image->layers[1].instruction = DW_SLICE("RUN |1 NPM_TOKEN=hunter2 /bin/sh -c npm ci # buildkit");
    image->environment = environment;
    image->environment_count = 2;
    image->label_names = names;
    image->label_values = values;
    image->label_count = 1;
    for (size_t i = 0; i < verdict->findings.len; i++)
        if (verdict->findings.at[i].package != NULL)
            verdict->findings.at[i].place.instruction = image->layers[1].instruction;
    struct dw_buffer texts[] = {render(verdict, "table", &options), render(verdict, "json", &options), {0}};
    dw_facts_write(verdict->subjects.at[0], &texts[2]);
    for (size_t i = 0; i < 3; i++) {
        assert_true(contains(&texts[i], "NPM_TOKEN=*** /bin/sh -c npm ci"));
        assert_false(contains(&texts[i], "hunter2"));
    }
    assert_true(contains(&texts[2], "\"DB_PASSWORD=***\",\n        \"A=b\""));
    assert_true(contains(&texts[2], "\"name\": \"api-token\",\n          \"value\": \"***\""));
    for (size_t i = 0; i < 3; i++)
        dw_buffer_free(&texts[i]);
    dw_verdict_free(verdict);
}

static void test_find(void **state)
{
    (void)state;
    struct dw_error error = DW_ERROR_INIT;
    assert_non_null(dw_report_find(DW_SLICE("json"), &error));
    assert_null(dw_report_find(DW_SLICE("oscal"), &error));
    assert_int_equal(error.kind, DW_ERROR_USAGE);
    assert_string_equal(error.text, "report format oscal is not in this version, which writes table, json, sarif, junit, github and gitlab");
    assert_null(dw_report_find(DW_SLICE("jsn"), &error));
    assert_string_equal(error.text,
                        "unknown report format 'jsn': did you mean json? This version writes table, json, sarif, junit, "
                        "github and gitlab");
    assert_null(dw_report_find(DW_SLICE(""), &error));
    assert_null(dw_report_find(DW_SLICE("cyclonedx"), &error));
    assert_non_null(strstr(error.text, "dockworthy sbom writes CycloneDX"));
}

static void write_file(const char *folder, const char *name, size_t number, const struct dw_buffer *content)
{
    char path[512];
    struct dw_error error = DW_ERROR_INIT;
    snprintf(path, sizeof(path), "%s/%s-%zu.json", folder, name, number);
    assert_true(dw_file_write(path, dw_buffer_slice(content), 0600, &error));
}

/* Verdicts and facts of all kinds hold to the published schemas. */
static void test_schemas(void **state)
{
    (void)state;
    struct dw_slice hostile = DW_SLICE("\033[31m\xff \"quoted\" \xe2\x80\xae");
    const char *source = getenv("DOCKWORTHY_SOURCE");
    char folder[] = "/tmp/dockworthy-report-XXXXXX", command[4096];
    if (source == NULL || system("/usr/bin/python3 -c 'import jsonschema' 2>/dev/null") != 0) {
        print_message("skipped: no python3-jsonschema\n");
        skip();
    }
    assert_non_null(mkdtemp(folder));
    struct dw_verdict *verdicts[] = {fixture_check(), fixture_scan(7), fixture_hostile(hostile),
                                     dw_verdict_new("check", FIXTURE_NOW)};
    for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
        struct dw_report_options options = {.packages = i % 2 == 0};
        struct dw_buffer out = render(verdicts[i], "json", &options);
        write_file(folder, "verdict", i, &out);
        for (size_t j = 0; j < verdicts[i]->subjects.len; j++) {
            dw_buffer_clear(&out);
            dw_facts_write(verdicts[i]->subjects.at[j], &out);
            write_file(folder, "facts", i * 10 + j, &out);
        }
        dw_buffer_free(&out);
        dw_verdict_free(verdicts[i]);
    }
    static const char *const kinds[] = {"verdict", "facts"};
    for (size_t i = 0; i < 2; i++) {
        snprintf(command, sizeof(command), "%s/tests/validate-json %s/schema/%s.schema.json %s/%s-*.json", source,
                 source, kinds[i], folder, kinds[i]);
        assert_int_equal(system(command), 0);
    }
    snprintf(command, sizeof(command), "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_of_a_check),
        cmocka_unit_test(test_table_unfolds_controls),
        cmocka_unit_test(test_left_out_controls_are_not_shown),
        cmocka_unit_test(test_preferred_miss),
        cmocka_unit_test(test_status_words),
        cmocka_unit_test(test_below_the_gate),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_outcome_names_every_exit_code),
        cmocka_unit_test(test_colours_only_when_asked),
        cmocka_unit_test(test_long_scan_is_folded),
        cmocka_unit_test(test_scan_without_findings),
        cmocka_unit_test(test_any_width_fits),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_same_bytes_twice),
        cmocka_unit_test(test_credentials_are_masked),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_schemas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
