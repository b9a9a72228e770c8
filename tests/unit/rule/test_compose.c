/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules on Compose projects. Values are made up. */
#include "rule_test.h"

#include <stdio.h>

static void nothing_shown(const char *secret)
{
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        const struct dw_slice texts[] = {finding->message, finding->fix, finding->source_line};
        for (size_t j = 0; j < 3; j++)
            if (dw_slice_find_slice(texts[j], dw_slice_of(secret)) != SIZE_MAX)
                fail_msg("%.*s shows the secret: %.*s", DW_SLICE_ARG(finding->rule), DW_SLICE_ARG(texts[j]));
    }
}

/* compose-spec, 12-interpolation.md: an unset variable is an empty text, which the reference loader puts into a text that is parsed
 * already; so "pid: ${NOTHING}" is neither null nor absent. What it would be with a value is not known. */
static void nothing_in_place_of_a_value(void **state)
{
    (void)state;
    judge_compose("services:\n"
                  "  a:\n"
                  "    image: x\n"
                  "    privileged: ${NOTHING}\n"
                  "    pid: ${NOTHING}\n"
                  "    read_only: ${NOTHING}\n"
                  "    user: ${NOTHING}\n"
                  "    security_opt:\n"
                  "      - ${NOTHING}\n");
    static const char *const rules[] = {"RT-001", "RT-004", "RT-005", "RT-006", "RT-007", "RT-010", "USR-001"};
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        expect_result(rules[i], DW_STATUS_NOT_EVALUATED);
}

/* An empty user: is none: the engine takes the image's. */
static void empty_user(void **state)
{
    (void)state;
    judge_compose("services:\n  a:\n    image: x\n    user: ''\n");
    expect_findings("USR-004", 0);
    expect_result("USR-001", DW_STATUS_NOT_EVALUATED);
}

static void clear_text(void **state)
{
    (void)state;
    judge_compose("services:\n"
                  "  a:\n"
                  "    image: x\n"
                  "    environment:\n"
                  "      DB_PASSWORD: hunter2hunter2\n"
                  "      FROM_SHELL_TOKEN: ${TOKEN}\n"
                  "      REQUIRED_TOKEN: ${TOKEN:?}\n"
                  "      DEFAULT_TOKEN: ${TOKEN:-hunter2hunter2}\n"
                  "      PASSED_SECRET:\n"
                  "      DB_PASSWORD_FILE: /run/secrets/db\n"
                  "      USE_AUTH: 'true'\n"
                  "      MODE: production\n"
                  "  b:\n"
                  "    image: x\n"
                  "    environment: [A=1, API_KEY=hunter2hunter2]\n"
                  "  c: {image: x, env_file: none.env}\n"
                  "configs:\n"
                  "  c: {content: \"a: 1\\nadmin_password: Xq7Lm2Vb9Rt4Kp1Zs8\\n\"}\n");
    expect_finding("SEC-006", 5, "service a: the value of \"DB_PASSWORD\"");
    expect_finding("SEC-006", 8, "as a default");
    expect_finding("SEC-006", 15, "service b: the value of \"API_KEY\"");
    expect_finding("SEC-006", 18, "config c");
    expect_findings("SEC-006", 4);
    expect_result("SEC-006", DW_STATUS_FAIL);
    nothing_shown("hunter2");
    nothing_shown("Xq7Lm");
    judge_compose("services: {c: {image: x, env_file: none.env}}\n");
    expect_result("SEC-006", DW_STATUS_NOT_EVALUATED);
    judge_compose("services: {c: {image: x, environment: {A: '${B}'}}}\n");
    expect_result("SEC-006", DW_STATUS_PASS);
    judge_compose("services: {c: {image: x}}\n");
    expect_result("SEC-006", DW_STATUS_NOT_APPLICABLE);
}

static void readable(void **state)
{
    (void)state;
    judge_compose("services:\n"
                  "  a:\n"
                  "    image: x\n"
                  "    user: '65532'\n"
                  "    secrets:\n"
                  "      - file\n"
                  "      - source: file\n"
                  "        uid: '65532'\n"
                  "        mode: 0400\n"
                  "      - {source: copied, uid: '65532', mode: 0400}\n"
                  "secrets:\n"
                  "  file: {file: ./x}\n"
                  "  copied: {environment: X}\n");
    expect_findings("SEC-007", 2);
    expect_finding("SEC-007", 8, "uid \"65532\" of secret file does nothing");
    expect_finding("SEC-007", 9, "readable for user 65532");
    judge_compose("services: {a: {image: x, secrets: [f]}}\nsecrets: {f: {file: x}}\n");
    expect_result("SEC-007", DW_STATUS_PASS);
}

static void arguments(void **state)
{
    (void)state;
    judge_compose("services:\n"
                  "  a:\n"
                  "    build:\n"
                  "      dockerfile_inline: FROM scratch\n"
                  "      args:\n"
                  "        - NPM_TOKEN\n"
                  "        - PASSWORD=hunter2hunter2\n"
                  "        - VERSION=1\n"
                  "  b:\n"
                  "    build: {dockerfile_inline: FROM scratch, args: {API_KEY: '${API_KEY}', VERSION: 2}}\n");
    expect_findings("SEC-009", 3);
    expect_finding("SEC-009", 6, "\"NPM_TOKEN\"");
    expect_finding("SEC-009", 7, "\"PASSWORD\"");
    expect_finding("SEC-009", 10, "\"API_KEY\"");
    nothing_shown("hunter2");
    judge_compose("services: {a: {build: {dockerfile_inline: FROM scratch, args: {VERSION: 1}}}}\n");
    expect_result("SEC-009", DW_STATUS_PASS);
}

/* Each row's own examples. */
static void examples(void **state)
{
    (void)state;
    static const char *const ids[] = {"SEC-006", "SEC-007", "SEC-009"};
    for (size_t i = 0; i < 3; i++) {
        const struct dw_rule *rule = dw_rule_find(dw_slice_of(ids[i]));
        assert_non_null(rule);
        for (const struct dw_rule_example *example = rule->examples; example->file != NULL; example++) {
            judge_compose(example->bad);
            expect_result(ids[i], DW_STATUS_FAIL);
            size_t before = verdict->findings.len;
            judge_compose(example->good);
            for (; before < verdict->findings.len; before++)
                assert_false(dw_slice_is(verdict->findings.at[before].rule, ids[i]));
        }
    }
}

static void repair(void **state)
{
    (void)state;
    settings.repairs = true;
    judge_compose("services: {a: {image: x, environment: [\"API_KEY=hunter2hunter2\"]}}\n");
    const struct dw_finding *finding = find_finding("SEC-006");
    assert_int_equal(finding->edit_count, 1);
    assert_int_equal(finding->repair, DW_REPAIR_REVIEW);
    assert_true(dw_slice_find_slice(finding->edits[0].text, DW_SLICE("API_KEY=${API_KEY:?}")) != SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_in_place_of_a_value, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(empty_user, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(clear_text, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(readable, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(arguments, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(examples, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(repair, rule_setup, rule_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
