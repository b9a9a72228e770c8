/* SPDX-License-Identifier: Apache-2.0
 *
 * The examples of the catalogue are executed: in the bad file the rule finds something, in the good one it does not. They are also
 * the examples of the documents. */
#include "rule_test.h"

#include "base/clock.h"

static bool is_dockerfile(const char *file)
{
    return strncmp(file, "Dockerfile", strlen("Dockerfile")) == 0;
}

static bool is_compose(const char *file)
{
    return strstr(file, "compose") != NULL;
}

/* Findings of RULE in TEXT; of a rule that fails something only those that do. */
static size_t judge(const struct dw_rule *rule, const char *file, const char *text)
{
    size_t found = 0, before = verdict->findings.len;
    if (is_dockerfile(file))
        judge_dockerfile(text, NULL);
    else if (is_compose(file))
        judge_compose(text);
    else
        judge_kubernetes(text);
    for (size_t i = before; i < verdict->findings.len; i++)
        found += dw_slice_is(verdict->findings.at[i].rule, rule->id) &&
                 (verdict->findings.at[i].status == DW_STATUS_FAIL ||
                  (rule->severity == DW_SEVERITY_NEGLIGIBLE && verdict->findings.at[i].status == DW_STATUS_PASS));
    return found;
}

/* Judged by policy/, and tested there; or one that finds nothing before a policy, a lock file or the files around it say what it asks for. */
static bool is_judged_elsewhere(const struct dw_rule *rule)
{
    static const char *const asking[] = {"BASE-003", "BASE-005", "BASE-009", "DF-040", "DF-036", "DF-037", "SEC-003", "LBL-002", "LBL-003", "LBL-004"};
    for (size_t i = 0; i < DW_RULE_COUNT(asking); i++)
        if (strcmp(rule->id, asking[i]) == 0 && rule->examples == NULL)
            return true;
    return rule->dockerfile == NULL && rule->compose == NULL && rule->container == NULL && rule->kubernetes == NULL;
}

static void test_examples(void **state)
{
    (void)state;
    const struct dw_rule *rule;
    size_t wrong = 0, executed = 0;
    for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++) {
        if (is_judged_elsewhere(rule))
            continue;
        if (rule->examples == NULL) {
            fprintf(stderr, "%s has no example\n", rule->id);
            wrong++;
            continue;
        }
        bool chosen[512] = {false};
        assert_true(i < sizeof(chosen));
        chosen[i] = true; /* those that are off by default, too */
        settings.chosen = chosen;
        assert_true(dw_time_parse(DW_SLICE("2026-11-24T12:00:00Z"), false, &settings.now));
        for (const struct dw_rule_example *example = rule->examples; example->file != NULL; example++) {
            size_t bad = judge(rule, example->file, example->bad), good = judge(rule, example->file, example->good);
            executed++;
            if (bad == 0)
                fprintf(stderr, "%s finds nothing in the bad example:\n%s\n", rule->id, example->bad);
            if (good > 0)
                fprintf(stderr, "%s finds something in the good example:\n%s\n", rule->id, example->good);
            wrong += (size_t)(bad == 0) + (size_t)(good > 0);
        }
        settings.chosen = NULL;
    }
    assert_int_equal(wrong, 0);
    assert_true(executed > 50);
}

/* A row says everything that a page needs. */
static void test_rows(void **state)
{
    (void)state;
    const struct dw_rule *rule, *other;
    for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++) {
        assert_true(rule->id[0] != '\0' && rule->title[0] != '\0');
        assert_non_null(rule->what);
        assert_non_null(rule->why);
        assert_non_null(rule->fix);
        assert_non_null(rule->aliases);
        assert_non_null(rule->pass);
        assert_non_null(rule->none);
        assert_true(dw_rule_subjects(rule) != 0);
        for (size_t j = 0; j < i && (other = dw_rule_at(j)) != NULL; j++)
            assert_string_not_equal(rule->id, other->id);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_examples, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(test_rows, rule_setup, rule_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
