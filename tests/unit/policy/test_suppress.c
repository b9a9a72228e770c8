/* SPDX-License-Identifier: Apache-2.0
 *
 * Comments and annotations that suppress: which lines they cover, and what is wrong with them. */
#include "policy/suppress.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#define NOW INT64_C(1795478400) /* 2026-11-24 */

struct scene {
    struct dw_policy *policy;
    struct dw_rule_settings settings;
    struct dw_verdict *verdict;
    struct dw_subject *subject;
};

static void set(struct scene *scene, const char *policy, enum dw_subject_kind kind)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    scene->policy = dw_policy_parse(dw_slice_of(policy), "p.yaml", "", &limits, &error);
    if (scene->policy == NULL)
        fail_msg("%s", error.text);
    scene->settings = dw_rule_settings_default();
    scene->verdict = dw_verdict_new("check", NOW);
    scene->subject = dw_subject_new(kind, DW_SLICE("file"));
    *dw_vector_push(&scene->verdict->subjects) = scene->subject;
}

static void end(struct scene *scene)
{
    dw_verdict_free(scene->verdict);
    dw_policy_free(scene->policy);
}

/* A finding of RULE at LINE with ALIAS. */
static void add(struct scene *scene, const char *rule, const char *variant, unsigned line, const char *alias)
{
    struct dw_finding *finding =
        dw_verdict_finding(scene->verdict, dw_rule_find(dw_slice_of(rule))->id, scene->subject, DW_SEVERITY_MEDIUM);
    finding->variant = dw_slice_of(variant);
    finding->place = (struct dw_place){.path = DW_SLICE("file"), .line = line};
    finding->aliases = dw_arena_alloc(&scene->verdict->arena, 1, sizeof(*finding->aliases));
    finding->aliases[0] = dw_slice_of(alias);
    finding->alias_count = 1;
}

static void judge_dockerfile(struct scene *scene, const char *text)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    struct dw_dockerfile *dockerfile = dw_dockerfile_parse(dw_slice_of(text), "file", &limits, &error);
    if (dockerfile == NULL)
        fail_msg("%s", error.text);
    dw_suppressions_in_dockerfile(scene->policy, &scene->settings, scene->verdict, scene->subject, dockerfile, NOW);
    dw_dockerfile_free(dockerfile);
}

static void judge_yaml(struct scene *scene, const char *text)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    struct dw_document *document = dw_document_parse(dw_slice_of(text), "file", &limits, &error);
    if (document == NULL)
        fail_msg("%s", error.text);
    dw_suppressions_in_documents(scene->policy, &scene->settings, scene->verdict, scene->subject,
                                 (const struct dw_document *const *)&document, 1, NOW);
    dw_document_free(document);
}

/* Of all findings but EXC-004: 'x' excepted, '.' not. */
static void expect_covered(const struct scene *scene, const char *expected)
{
    char got[64] = "";
    size_t count = 0;
    for (size_t i = 0; i < scene->verdict->findings.len; i++)
        if (!dw_slice_is(scene->verdict->findings.at[i].rule, "EXC-004"))
            got[count++] = scene->verdict->findings.at[i].status == DW_STATUS_EXCEPTED ? 'x' : '.';
    assert_string_equal(got, expected);
}

/* The variants of the findings EXC-004, in order. */
static void expect_variants(const struct scene *scene, const char *expected)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer got = {0};
    for (size_t i = 0; i < scene->verdict->findings.len; i++)
        if (dw_slice_is(scene->verdict->findings.at[i].rule, "EXC-004"))
            dw_buffer_printf(&got, "%s%.*s", got.len > 0 ? " " : "", DW_SLICE_ARG(scene->verdict->findings.at[i].variant));
    assert_string_equal(got.len > 0 ? got.at : "", expected);
}

#define GOOD "ticket=SEC-1 until=2027-01-31 reason=\"agreed upon\"\n"
#define FILE_TEXT(comment) "FROM a:1 AS one\nRUN x\nFROM b:2\n" comment "RUN a && \\\n  b\nRUN c\n"

static void test_dockerfile_scopes(void **state)
{
    (void)state;
    static const struct {
        const char *text, *covered, *variants;
    } rows[] = {
        {FILE_TEXT("# dockworthy ignore=USR-001 " GOOD), "...x.", ""},
        {FILE_TEXT("# dockworthy stage ignore=USR-001 " GOOD), "..xxx", ""},
        {FILE_TEXT("# dockworthy global ignore=USR-001 " GOOD), "xxxxx", ""},
        {FILE_TEXT("# dockworthy ignore=USR-002,USR-001.implicit " GOOD), "...x.", ""},
        {FILE_TEXT("# dockworthy ignore=USR-001.explicit " GOOD), ".....", "unused"},
        {FILE_TEXT("# dockworthy ignore=USR-002 " GOOD), ".....", "unused"},
        {FILE_TEXT("# dockworthy ignore=DL3002 " GOOD), ".....", "unknown-rule"},
        {FILE_TEXT("# dockworthy ignore=USR-001 until=2027-01-31 reason=x\n"), ".....", "incomplete"},
        {FILE_TEXT("# dockworthy ignore=USR-001 ticket=SEC-1 reason=x\n"), ".....", "incomplete"},
        {FILE_TEXT("# dockworthy ignore=USR-001 ticket=SEC-1 until=2027-01-31\n"), ".....", "incomplete"},
        {FILE_TEXT("# dockworthy ignore=USR-001 ticket=X until=2027-01-31 reason=x\n"), ".....", "incomplete"},
        {FILE_TEXT("# dockworthy ignore=USR-001 ticket=SEC-1 until=2027-02-30 reason=x\n"), ".....", "incomplete"},
        {FILE_TEXT("# dockworthy ignore=USR-001 ticket=SEC-1 until=2027-01-31 reason=\"x\n"), ".....", "incomplete"},
        {FILE_TEXT("# dockworthy ignore=USR-001 ticket=SEC-1 until=2027-01-31 why=x\n"), ".....", "incomplete"},
        {FILE_TEXT("# dockworthy ignore=USR-001 ticket=SEC-1 until=2026-11-24 reason=x\n"), ".....", "expired"},
        {FILE_TEXT("# dockworthy ignore=USR-001 ticket=SEC-1 until=2026-11-25 reason=x\n"), "...x.", ""},
        {FILE_TEXT("# dockworthy ignore=USR-001 ticket=SEC-1 until=2028-01-31 reason=x\n"), ".....", "too-long"},
        {FILE_TEXT("# dockworthy is the tool that reads this\n"), ".....", ""},
        {FILE_TEXT("# hadolint ignore=DL3002\n"), ".....", "foreign"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct scene scene;
        set(&scene, "version: 1\n", DW_SUBJECT_DOCKERFILE);
        bool moved = strchr(rows[i].text, '#') != NULL; /* lines behind the comment are one further */
        const unsigned lines[] = {1, 2, 3, 4 + moved, 6 + moved};
        for (size_t j = 0; j < 5; j++)
            add(&scene, "USR-001", "implicit", lines[j], "DL3002");
        judge_dockerfile(&scene, rows[i].text);
        expect_covered(&scene, rows[i].covered);
        expect_variants(&scene, rows[i].variants);
        end(&scene);
    }
}

static void test_comment_inside_instruction(void **state)
{
    (void)state;
    struct scene scene;
    set(&scene, "version: 1\n", DW_SUBJECT_DOCKERFILE);
    add(&scene, "USR-001", "implicit", 2, "DL3002");
    add(&scene, "USR-001", "implicit", 5, "DL3002");
    judge_dockerfile(&scene, "FROM a:1\nRUN <<X\n# dockworthy ignore=USR-001 " GOOD "X\nRUN y\n");
    expect_covered(&scene, "x.");
    end(&scene);
    /* What COPY writes is a file, not a comment of this one. */
    set(&scene, "version: 1\n", DW_SUBJECT_DOCKERFILE);
    add(&scene, "USR-001", "implicit", 2, "DL3002");
    judge_dockerfile(&scene, "FROM a:1\nCOPY <<X /x\n# dockworthy global ignore=USR-001 " GOOD "X\n");
    expect_covered(&scene, ".");
    expect_variants(&scene, "");
    end(&scene);
}

static void test_policy_rules(void **state)
{
    (void)state;
    static const struct {
        const char *policy, *comment, *covered, *variants;
    } rows[] = {
        {"suppressions: {never: [USR-001]}\n", "# dockworthy ignore=USR-001 " GOOD, ".", "never"},
        {"suppressions: {inline: false}\n", "# dockworthy ignore=USR-001 " GOOD, ".", "forbidden"},
        {"suppressions: {foreign: true}\n", "# hadolint ignore=DL3002 # why\n", "x", "unjustified"},
        {"suppressions: {foreign: true}\n", "# hadolint global ignore=DL3002\n", "x", "unjustified"},
        {"suppressions: {foreign: true}\n", "# hadolint ignore=DL3003\n", ".", "foreign"},
        {"suppressions: {foreign: true}\n", "#checkov:skip=DL3002:why\n", "x", "unjustified"},
        {"suppressions: {foreign: true}\n", "#trivy:ignore:DL3002\n", "x", "unjustified"},
        {"suppressions: {foreign: true}\n", "#trivy:ignore:DL3002:exp:2026-11-24\n", ".", "expired"},
        {"suppressions: {foreign: true}\n", "#trivy:ignore:DL3002[name=x]\n", ".", "foreign"},
        {"suppressions: {foreign: true}\n", "# kics-scan ignore\n", ".", "foreign"},
        {"version: 1\n", "#trivy:ignore:DL3002\n", ".", "foreign"},
        /* USR-001 is asked for by chapter 4 */
        {"version: 1\n", "# check=skip=DL3002\n", ".", "foreign"},
        {"suppressions: {foreign: true}\n", "# check=skip=DL3002\n", "x", "unjustified"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct scene scene;
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        dw_buffer_printf(&text, "FROM a:1\n%sRUN x\n", rows[i].comment);
        set(&scene, rows[i].policy, DW_SUBJECT_DOCKERFILE);
        add(&scene, "USR-001", "explicit", 3, "DL3002");
        judge_dockerfile(&scene, text.at);
        expect_covered(&scene, rows[i].covered);
        expect_variants(&scene, rows[i].variants);
        end(&scene);
    }
}

static void test_yaml_scopes(void **state)
{
    (void)state;
    static const struct {
        const char *text, *covered, *variants;
    } rows[] = {
        /* findings at every line from 1 to 6 */
        {"services:\n  web:\n    user: root # dockworthy ignore=USR-001 " GOOD "    image: x\n  db:\n    user: root\n", "..x...", ""},
        {"services:\n  web: # dockworthy ignore=USR-001 " GOOD "    user: root\n    image: x\n  db:\n    user: root\n", ".xxx..", ""},
        {"services:\n  # dockworthy ignore=USR-001 " GOOD "  web:\n    user: root\n  db:\n    user: root\n", "..xx..", ""},
        {"# dockworthy global ignore=USR-001 " GOOD "services:\n  web:\n    user: root\n  db:\n    user: root\n", "xxxxxx", ""},
        {"a:\n# dockworthy ignore=USR-001 " GOOD "- x: 1\n  y: 2\n- x: 3\n  y: 4\n", "..xx..", ""},
        {"# dockworthy ignore=USR-001 " GOOD "a:\n- x: 1\n- x: 3\nb:\n- 1\n", ".xxx..", ""},
        /* text, no comments */
        {"a: |\n  # dockworthy global ignore=USR-001 " GOOD "b: 1\nc: 1\nd: 1\ne: 1\n", "......", ""},
        {"a: \"x # dockworthy global ignore=USR-001\"\nb: 1\nc: 1\nd: 1\ne: 1\nf: 1\n", "......", ""},
        {"a: x# dockworthy global ignore=USR-001\nb: 1\nc: 1\nd: 1\ne: 1\nf: 1\n", "......", ""},
        {"a: 1 # dockworthy stage ignore=USR-001 " GOOD "b: 1\nc: 1\nd: 1\ne: 1\nf: 1\n", "......", "incomplete"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct scene scene;
        set(&scene, "version: 1\n", DW_SUBJECT_COMPOSE);
        for (unsigned line = 1; line <= 6; line++)
            add(&scene, "USR-001", "explicit", line, "DL3002");
        judge_yaml(&scene, rows[i].text);
        expect_covered(&scene, rows[i].covered);
        expect_variants(&scene, rows[i].variants);
        end(&scene);
    }
}

static void test_annotations(void **state)
{
    (void)state;
    static const char text[] = "kind: Deployment\napiVersion: apps/v1\nmetadata:\n  annotations:\n"
                               "    checkov.io/skip1: DL3002=agreed\nspec: {}\n---\n"
                               "kind: Pod\napiVersion: v1\nspec:\n  template:\n    metadata:\n"
                               "      annotations: {ignore-check.kube-linter.io/run-as-non-root: agreed}\n";
    for (int opted = 0; opted < 2; opted++) {
        struct scene scene;
        set(&scene, opted ? "suppressions: {foreign: true}\n" : "version: 1\n", DW_SUBJECT_KUBERNETES);
        add(&scene, "USR-001", "explicit", 6, "DL3002");
        add(&scene, "USR-001", "explicit", 10, "DL3002");
        add(&scene, "USR-001", "explicit", 11, "kl:run-as-non-root");
        judge_yaml(&scene, text);
        expect_covered(&scene, opted ? "x.x" : "...");
        expect_variants(&scene, opted ? "unjustified unjustified" : "foreign foreign");
        end(&scene);
    }
}

/* Nothing but a result comes of hostile comments. */
static void test_truncated(void **state)
{
    (void)state;
    static const char text[] = "FROM a:1\n# dockworthy global ignore=USR-001,USR-002 ticket=\"SEC-1\" until=2027-01-31 reason=\"x y\"\n"
                               "# check=skip=a;error=true\n#trivy:ignore:A:exp:2027-01-01 trivy:ignore:B:ws:x";
    for (size_t len = 10; len < sizeof(text); len++) {
        struct scene scene;
        DW_CLEANUP(dw_cleanup_free) char *part = dw_copy_string(dw_slice_make(text, len));
        set(&scene, "suppressions: {foreign: true}\n", DW_SUBJECT_DOCKERFILE);
        add(&scene, "USR-001", "explicit", 1, "DL3002");
        judge_dockerfile(&scene, part);
        assert_string_equal(scene.verdict->results.at[0].rule, "EXC-004");
        end(&scene);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dockerfile_scopes), cmocka_unit_test(test_comment_inside_instruction),
        cmocka_unit_test(test_policy_rules),      cmocka_unit_test(test_yaml_scopes),
        cmocka_unit_test(test_annotations),       cmocka_unit_test(test_truncated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
