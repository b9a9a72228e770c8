/* SPDX-License-Identifier: Apache-2.0
 *
 * Repairs end to end: every rule's bad example is repaired so that the rule is silent and a second run changes nothing. */
#include "check/harden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct dw_limits limits;
static struct dw_policy *policy;
static struct dw_arena arena;
static struct dw_rule_settings settings;
static struct dw_harden_options options;
static struct dw_harden_result result;

static int setup(void **state)
{
    (void)state;
    limits = dw_limits_default();
    policy = dw_policy_builtin(".");
    settings = dw_policy_rule_settings(policy, &arena, 0);
    options = (struct dw_harden_options){.policy = policy, .settings = &settings, .limits = &limits, .review = true};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    dw_harden_result_free(&result);
    result = (struct dw_harden_result){0};
    dw_policy_free(policy);
    dw_arena_free(&arena);
    arena = (struct dw_arena){0};
    return 0;
}

static enum dw_subject_kind kind_of(const char *file)
{
    return strstr(file, "ockerfile") != NULL ? DW_SUBJECT_DOCKERFILE
           : strstr(file, "compose") != NULL ? DW_SUBJECT_COMPOSE
                                             : DW_SUBJECT_KUBERNETES;
}

static void harden(const char *file, struct dw_slice text)
{
    struct dw_error error = DW_ERROR_INIT;
    dw_harden_result_free(&result);
    if (!dw_harden(&options, kind_of(file), file, text, &result, &error))
        fail_msg("%s", error.text);
}

static void expect(const char *file, const char *text, const char *expected)
{
    harden(file, dw_slice_of(text));
    if (!dw_slice_is(dw_buffer_slice(&result.text), expected))
        fail_msg("\n%s\n is not\n%s", result.text.at, expected);
}

static bool made(const char *rule)
{
    for (size_t i = 0; i < result.made.len; i++)
        if (dw_slice_starts_with(result.made.at[i].rule, rule))
            return true;
    return false;
}

/* Only rules of the catalogue that repair something; each is switched on for its own example. */
static void every_example(void **state)
{
    (void)state;
    const struct dw_rule *rule;
    size_t repaired = 0;
    for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++) {
        for (const struct dw_rule_example *example = rule->examples; example != NULL && example->file != NULL; example++) {
            struct dw_rule_switch on = {dw_slice_of(rule->id), true};
            settings.switches = &on;
            settings.switch_count = 1;
            harden(example->file, dw_slice_of(example->bad));
            bool by_rule = made(rule->id);
            if (by_rule && rule->repair == DW_REPAIR_NONE)
                fail_msg("%s repairs, but its row says it does not", rule->id);
            repaired += by_rule;
            struct dw_buffer once = {0};
            dw_buffer_append(&once, dw_buffer_slice(&result.text));
            harden(example->file, dw_buffer_slice(&once));
            if (!dw_slice_equal(dw_buffer_slice(&result.text), dw_buffer_slice(&once)))
                fail_msg("%s: a second run changes the file again:\n%s\n%s", rule->id, once.at, result.text.at);
            if (by_rule && result.made.len > 0)
                fail_msg("%s: a second run repairs %.*s", rule->id, DW_SLICE_ARG(result.made.at[0].rule));
            dw_buffer_free(&once);
            settings.switch_count = 0;
        }
    }
    printf("%zu examples are repaired by their rule\n", repaired);
    assert_true(repaired > 20);
}

static void safe_ones_alone(void **state)
{
    (void)state;
    const char *text = "FROM scratch\n# who\nmaintainer Ann <ann@example.com>\nUSER root\nCMD [\"/a\"]\n";
    options.review = false;
    harden("Dockerfile", dw_slice_of(text));
    assert_true(made("DF-031"));
    assert_false(made("USR-001"));
    assert_true(result.for_review > 0);
    assert_true(dw_slice_find_slice(dw_buffer_slice(&result.text), DW_SLICE("# who\n")) != SIZE_MAX);
}

static void users(void **state)
{
    (void)state;
    const char *only[] = {"USR-001", "USR-003", "USR-004", NULL};
    options.only = only;
    expect("Dockerfile", "FROM scratch\nCOPY a /a\nUSER root\nCMD [\"/a\"]\n",
           "FROM scratch\nCOPY a /a\nUSER 65532:65532\nCMD [\"/a\"]\n");
    /* What is run behind USER may need root: the new one stands before the start. */
    expect("Dockerfile", "FROM scratch\r\nUSER root\r\nRUN x\r\nENTRYPOINT [\"/a\"]\r\nCMD [\"b\"]",
           "FROM scratch\r\nUSER root\r\nRUN x\r\nUSER 65532:65532\r\nENTRYPOINT [\"/a\"]\r\nCMD [\"b\"]");
    expect("compose.yaml", "services:\n  a:\n    image: x:1 # one\n    user: 'root'\n", "services:\n  a:\n    image: x:1 # one\n    user: '65532:65532'\n");
    expect("pod.yaml",
           "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: x:1\n    securityContext:\n"
           "      privileged: false\n",
           "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: x:1\n    securityContext:\n"
           "      privileged: false\n      runAsNonRoot: true\n      runAsUser: 65532\n      runAsGroup: 65532\n");
}

static void digests_of_the_lock_file(void **state)
{
    (void)state;
#define DIGEST "sha256:1111111111111111111111111111111111111111111111111111111111111111"
    struct dw_locked_image locked = {DW_SLICE("docker.io/library/node:22-alpine"), DW_SLICE(DIGEST), 0};
    const char *only[] = {"BASE-001", NULL};
    options.only = only;
    settings.locked = &locked;
    settings.locked_count = 1;
    expect("Dockerfile", "FROM --platform=linux/amd64 node:22-alpine AS a\nFROM node:20\n",
           "FROM --platform=linux/amd64 node:22-alpine AS a\nFROM node:20\n"); /* a stage that is not built */
    expect("Dockerfile", "FROM node:22-alpine AS a\nFROM scratch\nCOPY --from=a /x /x\n",
           "FROM node:22-alpine@" DIGEST " AS a\nFROM scratch\nCOPY --from=a /x /x\n");
    expect("compose.yaml", "services:\n  a:\n    image: \"node:22-alpine\"\n", "services:\n  a:\n    image: \"node:22-alpine@" DIGEST "\"\n");
}

static enum dw_harden_answer answer(void *context, const struct dw_harden_change *change, struct dw_slice before, struct dw_slice after)
{
    size_t *asked = context;
    assert_true(change->message.len > 0 && strlen(change->why) > 0);
    assert_false(dw_slice_equal(before, after));
    ++*asked;
    return dw_slice_starts_with(change->rule, "DF-031") ? DW_HARDEN_NO : DW_HARDEN_YES;
}

static void answers_decide(void **state)
{
    (void)state;
    size_t asked = 0;
    const char *only[] = {"DF-031", "USR-001.explicit", NULL};
    options.only = only;
    options.ask = answer;
    options.ask_context = &asked;
    expect("Dockerfile", "FROM scratch\nMAINTAINER a\nUSER root\nCMD [\"/a\"]\n", "FROM scratch\nMAINTAINER a\nUSER 65532:65532\nCMD [\"/a\"]\n");
    assert_int_equal(asked, 2);
    assert_int_equal(result.left.len, 1);
}

static void what_is_not_understood_stays(void **state)
{
    (void)state;
    struct dw_error error = DW_ERROR_INIT;
    assert_false(dw_harden(&options, DW_SUBJECT_DOCKERFILE, "Dockerfile", DW_SLICE("FORM x\n"), &result, &error));
    assert_int_equal(error.kind, DW_ERROR_INPUT);
    /* A service that shares its text with another by an anchor is not changed behind the other's back. */
    const char *only[] = {"USR-004", NULL};
    const char *text = "x-a: &a {user: root, image: \"x:1\"}\nservices:\n  a: *a\n  b: *a\n";
    options.only = only;
    expect("compose.yaml", text, text);
    assert_true(result.left.len > 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_example),  TEST(safe_ones_alone), TEST(users),
        TEST(digests_of_the_lock_file), TEST(answers_decide),  TEST(what_is_not_understood_stays),
    };
    return cmocka_run_group_tests_name("check: harden", tests, NULL, NULL);
}
