/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules on images and folders. */
#include "rule_test.h"

static struct dw_subject *image(const char *user)
{
    struct dw_subject *subject = rule_subject(DW_SUBJECT_IMAGE, "oci:build/service");
    subject->image.image_id = DW_SLICE("sha256:1");
    subject->image.user = dw_slice_of(user);
    return subject;
}

static void distribution(struct dw_subject *subject, const char *id, bool shell)
{
    subject->distribution.known = true;
    subject->distribution.id = dw_slice_of(id);
    subject->distribution.path = DW_SLICE("etc/os-release");
    subject->shell = shell;
}

static void package(struct dw_subject *subject, enum dw_package_type type, const char *name, const char *version)
{
    struct dw_package *package = dw_arena_alloc(&subject->arena, 1, sizeof(*package));
    package->type = type;
    package->name = dw_slice_of(name);
    package->version = dw_slice_of(version);
    package->path = DW_SLICE("usr/local/bin/node");
    *dw_vector_push(&subject->packages) = package;
}

static void judge(struct dw_subject *subject)
{
    dw_rules_judge_image(&settings, verdict, subject, NULL);
}

static void family(void **state)
{
    (void)state;
    struct dw_subject *subject = image("65532");
    package(subject, DW_PACKAGE_GENERIC, "node", "22.1.0");
    distribution(subject, "debian", false);
    judge(subject);
    expect_result("BASE-004", DW_STATUS_PASS);
    distribution(subject, "alpine", true);
    judge(subject);
    expect_result("BASE-004", DW_STATUS_PASS);
    distribution(subject, "debian", true);
    judge(subject);
    expect_result("BASE-004", DW_STATUS_FAIL);
    expect_finding("BASE-004", 0, "Node.js 22.1.0 at usr/local/bin/node on debian");
    assert_true(dw_slice_find_slice(find_finding("BASE-004")->fix, DW_SLICE("node:22-alpine")) != SIZE_MAX);
    subject->distribution.known = false;
    subject->distribution.id = DW_SLICE("");
    judge(subject);
    expect_result("BASE-004", DW_STATUS_NOT_EVALUATED);
    /* A hidden layer may hold a shell. */
    distribution(subject, "debian", false);
    dw_subject_note(subject, DW_NOTE_UNSUPPORTED, 0, DW_SLICE(""), DW_SLICE("encrypted layer"));
    judge(subject);
    expect_result("BASE-004", DW_STATUS_NOT_EVALUATED);
}

static void runtime(void **state)
{
    (void)state;
    struct dw_subject *subject = image("65532");
    distribution(subject, "debian", true);
    package(subject, DW_PACKAGE_NPM, "express", "4.0.0");
    judge(subject);
    expect_result("BASE-004", DW_STATUS_NOT_APPLICABLE);
    struct dw_slice command[] = {DW_SLICE("node"), DW_SLICE("server.js")};
    subject->image.command = command;
    subject->image.command_count = 2;
    judge(subject);
    expect_result("BASE-004", DW_STATUS_FAIL);
    subject->image.command_count = 0;
    package(subject, DW_PACKAGE_DEB, "nodejs", "18.0.0");
    judge(subject);
    expect_result("BASE-004", DW_STATUS_FAIL);
    struct dw_subject *other = image("65532");
    distribution(other, "debian", true);
    dw_subject_note(other, DW_NOTE_UNAVAILABLE, 0, DW_SLICE(""), DW_SLICE("absent"));
    judge(other);
    expect_result("BASE-004", DW_STATUS_NOT_EVALUATED);
}

static void user(void **state)
{
    (void)state;
    static const struct {
        const char *user;
        enum dw_status root, range, group;
    } cases[] = {
        {"65532", DW_STATUS_PASS, DW_STATUS_PASS, DW_STATUS_PASS},
        {"65532:65532", DW_STATUS_PASS, DW_STATUS_PASS, DW_STATUS_PASS},
        {"65532:0", DW_STATUS_PASS, DW_STATUS_PASS, DW_STATUS_FAIL},
        {"65532:root", DW_STATUS_PASS, DW_STATUS_PASS, DW_STATUS_FAIL},
        {"65532:staff", DW_STATUS_PASS, DW_STATUS_PASS, DW_STATUS_NOT_EVALUATED},
        {"", DW_STATUS_FAIL, DW_STATUS_NOT_APPLICABLE, DW_STATUS_NOT_APPLICABLE},
        {"root", DW_STATUS_FAIL, DW_STATUS_NOT_APPLICABLE, DW_STATUS_NOT_APPLICABLE},
        {"root:1", DW_STATUS_FAIL, DW_STATUS_NOT_APPLICABLE, DW_STATUS_NOT_APPLICABLE},
        {"0", DW_STATUS_FAIL, DW_STATUS_NOT_APPLICABLE, DW_STATUS_NOT_APPLICABLE},
        {"000:5", DW_STATUS_FAIL, DW_STATUS_NOT_APPLICABLE, DW_STATUS_NOT_APPLICABLE},
        {"+0", DW_STATUS_FAIL, DW_STATUS_NOT_APPLICABLE, DW_STATUS_NOT_APPLICABLE},
        {":1000", DW_STATUS_FAIL, DW_STATUS_NOT_APPLICABLE, DW_STATUS_NOT_APPLICABLE},
        {"nonroot", DW_STATUS_NOT_EVALUATED, DW_STATUS_FAIL, DW_STATUS_PASS},
        {"1000", DW_STATUS_PASS, DW_STATUS_FAIL, DW_STATUS_PASS},
        {"-1", DW_STATUS_NOT_EVALUATED, DW_STATUS_NOT_EVALUATED, DW_STATUS_NOT_EVALUATED},
        {"4294967296", DW_STATUS_NOT_EVALUATED, DW_STATUS_NOT_EVALUATED, DW_STATUS_NOT_EVALUATED},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        judge(image(cases[i].user));
        expect_result("USR-001", cases[i].root);
        expect_result("USR-002", cases[i].range);
        expect_result("USR-003", cases[i].group);
    }
    assert_true(dw_slice_is(find_finding("USR-001.implicit")->place.pointer, "/config/User"));
    struct dw_subject *subject = image("65532");
    subject->image.image_id = DW_SLICE("");
    judge(subject);
    expect_result("USR-001", DW_STATUS_NOT_EVALUATED);
    judge(rule_subject(DW_SUBJECT_FOLDER, "dir:x"));
    expect_result("USR-001", DW_STATUS_NOT_APPLICABLE);
}

static void user_names(void **state)
{
    (void)state;
    static const struct {
        const char *user;
        enum dw_status root, range, group;
    } cases[] = {
        {"node", DW_STATUS_PASS, DW_STATUS_FAIL, DW_STATUS_PASS},
        {"node:staff", DW_STATUS_PASS, DW_STATUS_FAIL, DW_STATUS_PASS},
        {"node:wheel", DW_STATUS_PASS, DW_STATUS_FAIL, DW_STATUS_FAIL},
        {"toor", DW_STATUS_FAIL, DW_STATUS_FAIL, DW_STATUS_PASS},
        {"nobody", DW_STATUS_NOT_EVALUATED, DW_STATUS_FAIL, DW_STATUS_PASS},
    };
    static const struct dw_account accounts[] = {
        {DW_ACCOUNT_USER, DW_SLICE_INIT("node"), DW_SLICE_INIT("1000"), DW_SLICE_INIT("1000"), false, DW_SLICE_INIT("etc/passwd")},
        {DW_ACCOUNT_USER, DW_SLICE_INIT("toor"), DW_SLICE_INIT("0"), DW_SLICE_INIT("0"), false, DW_SLICE_INIT("etc/passwd")},
        {DW_ACCOUNT_GROUP, DW_SLICE_INIT("staff"), DW_SLICE_INIT("20000"), DW_SLICE_INIT(""), false, DW_SLICE_INIT("etc/group")},
        {DW_ACCOUNT_GROUP, DW_SLICE_INIT("wheel"), DW_SLICE_INIT("0"), DW_SLICE_INIT(""), false, DW_SLICE_INIT("etc/group")},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct dw_subject *subject = image(cases[i].user);
        for (size_t j = 0; j < sizeof(accounts) / sizeof(*accounts); j++)
            *dw_vector_push(&subject->accounts) = accounts[j];
        judge(subject);
        expect_result("USR-001", cases[i].root);
        expect_result("USR-002", cases[i].range);
        expect_result("USR-003", cases[i].group);
    }
}

static void config_and_history(void **state)
{
    (void)state;
    static struct dw_slice environment[] = {DW_SLICE_INIT("PATH=/bin"), DW_SLICE_INIT("NODE_TLS_REJECT_UNAUTHORIZED=0")};
    static struct dw_slice volumes[] = {DW_SLICE_INIT("/proc/x"), DW_SLICE_INIT("/da\"ta")};
    static struct dw_slice history[] = {DW_SLICE_INIT("ADD file:8d1 in /"), DW_SLICE_INIT("RUN apt-get update"),
                                        DW_SLICE_INIT("CMD [\"x\"]"), DW_SLICE_INIT("RUN a\nb"), DW_SLICE_INIT("bazel build"),
                                        DW_SLICE_INIT("RUN sudo make"), DW_SLICE_INIT("COPY \"[bad")};
    struct dw_subject *subject = image("65532");
    subject->image.environment = environment;
    subject->image.environment_count = 2;
    subject->image.volumes = volumes;
    subject->image.volume_count = 2;
    subject->image.history = history;
    subject->image.history_count = 7;
    judge(subject);
    static const struct {
        const char *rule, *pointer, *instruction;
    } expected[] = {
        {"DF-045", "/config/Env/1", ""},
        {"DF-041", "/config/Volumes", ""},
        {"PKG-005", "/history/1", "RUN apt-get update"},
        {"DF-023", "/history/5", "RUN sudo make"},
    };
    for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
        const struct dw_finding *finding = find_finding(expected[i].rule);
        expect_findings(expected[i].rule, 1);
        if (!dw_slice_is(finding->place.pointer, expected[i].pointer) || finding->place.path.len > 0 ||
            !dw_slice_is(finding->place.instruction, expected[i].instruction))
            fail_msg("%s at \"%.*s\" \"%.*s\"", expected[i].rule, DW_SLICE_ARG(finding->place.pointer),
                     DW_SLICE_ARG(finding->place.instruction));
    }
    expect_findings("DF-017", 0);
}

static void dockerfile_line_is_evidence(void **state)
{
    (void)state;
    struct dw_error error = DW_ERROR_INIT;
    struct dw_dockerfile *dockerfile =
        dw_dockerfile_parse(DW_SLICE("FROM a:1\nRUN x\nUSER 65532\n"), "Dockerfile", &limits, &error);
    assert_non_null(dockerfile);
    dw_rules_judge_image(&settings, verdict, image("65532"), dockerfile);
    dw_dockerfile_free(dockerfile);
    for (size_t i = 0; i < verdict->results.len; i++) {
        const struct dw_rule_result *result = &verdict->results.at[i];
        if (strcmp(result->rule, "USR-001") != 0)
            continue;
        assert_int_equal(result->evidence.len, 2);
        assert_string_equal(result->evidence.at[0].kind, "image-config");
        assert_int_equal(result->evidence.at[1].line, 3);
        assert_true(dw_slice_is(result->evidence.at[1].path, "Dockerfile"));
    }
}

static void read_completely(void **state)
{
    (void)state;
    static const enum dw_note_kind bad[] = {DW_NOTE_UNSUPPORTED, DW_NOTE_UNAVAILABLE, DW_NOTE_UNREADABLE, DW_NOTE_LIMIT,
                                            DW_NOTE_CRASH};
    struct dw_subject *subject = image("65532");
    dw_subject_note(subject, DW_NOTE_INFORMATION, -1, DW_SLICE(""), DW_SLICE("platform taken"));
    dw_subject_note(subject, DW_NOTE_NOT_SCANNED, -1, DW_SLICE("a"), DW_SLICE("no version"));
    judge(subject);
    expect_result("IMG-001", DW_STATUS_PASS);
    for (size_t i = 0; i < 5; i++) {
        subject = image("65532");
        dw_subject_note(subject, bad[i], -1, DW_SLICE("var/lib/dpkg/status"), DW_SLICE("what is wrong"));
        judge(subject);
        expect_result("IMG-001", DW_STATUS_FAIL);
        expect_findings("IMG-001", i + 1);
        const struct dw_finding *finding = &verdict->findings.at[verdict->findings.len - 1];
        while (!dw_slice_is(finding->rule, "IMG-001"))
            finding--;
        assert_true(dw_slice_is(finding->place.path, "var/lib/dpkg/status"));
        assert_true(finding->fix.len > 0);
    }
    subject = image("65532");
    subject->unreadable = true;
    judge(subject);
    expect_result("IMG-001", DW_STATUS_FAIL);
}

static void labels(void **state)
{
    (void)state;
    struct dw_slice names[] = {
        DW_SLICE("org.opencontainers.image.source"),   DW_SLICE("org.opencontainers.image.revision"),
        DW_SLICE("org.opencontainers.image.created"),  DW_SLICE("org.opencontainers.image.licenses"),
        DW_SLICE("org.opencontainers.image.base.name"), DW_SLICE("org.opencontainers.image.base.digest"),
    };
    struct dw_slice values[] = {DW_SLICE("a"), DW_SLICE("b"), DW_SLICE("c"), DW_SLICE("d"), DW_SLICE("e"), DW_SLICE("f")};
    struct dw_subject *subject = image("65532");
    subject->image.label_names = names;
    subject->image.label_values = values;
    subject->image.label_count = 6;
    judge(subject);
    expect_result("LBL-006", DW_STATUS_PASS);
    values[1] = DW_SLICE(" ");
    subject->image.label_count = 4;
    judge(subject);
    expect_result("LBL-006", DW_STATUS_FAIL);
    expect_finding("LBL-006", 0, "org.opencontainers.image.revision, org.opencontainers.image.base.name");
    values[1] = DW_SLICE("b");
    subject->image.base_name = DW_SLICE("e");
    subject->image.base_digest = DW_SLICE("f");
    judge(subject);
    expect_result("LBL-006", DW_STATUS_PASS);
}

static void catalogue(void **state)
{
    (void)state;
    const struct dw_rule *rule;
    for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++) {
        assert_ptr_equal(dw_rule_find(dw_slice_of(rule->id)), rule);
        assert_true(*rule->title && *rule->what && *rule->why && *rule->fix && rule->aliases != NULL && dw_rule_subjects(rule) != 0);
    }
    assert_string_equal(dw_rule_find(DW_SLICE("USR-001.implicit"))->id, "USR-001");
    assert_null(dw_rule_find(DW_SLICE("USR-0011")));
    assert_null(dw_rule_find(DW_SLICE("")));
}

static void aliases(void **state)
{
    (void)state;
    /* rules.md, section 1: what counts as one id */
    static const struct {
        const char *id, *alias;
        bool same;
    } rows[] = {
        {"DS002", "DS-0002", true},        {"AVD-DS-0002", "DS-0002", true}, {"avd-ksv-0012", "KSV-0012", true},
        {"KSV012", "KSV-0012", true},      {"DS-0003", "DS-0002", false},    {"dl3006", "DL3006", true},
        {"DL3006", "DL30060", false},      {"ckv_docker_3", "CKV_DOCKER_3", true},
        {"UndefinedVar", "bk:UndefinedVar", true}, {"undefinedvar", "bk:UndefinedVar", false},
        {"bk:UndefinedVar", "bk:UndefinedVar", true}, {"Latest-Tag", "kl:latest-tag", true},
        {"cis:4.1", "cis:4.1", true},      {"4.10", "cis:4.1", false},       {"", "DS-0002", false},
        {"DS", "DS-0002", false},          {"DS00002", "DS-0002", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (dw_rule_alias_is(dw_slice_of(rows[i].id), dw_slice_of(rows[i].alias)) != rows[i].same)
            fail_msg("%s and %s", rows[i].id, rows[i].alias);
    const struct dw_rule_variant *variant;
    size_t index = 0;
    assert_string_equal(dw_rule_named(DW_SLICE("CKV_DOCKER_8"), &index, &variant)->id, "USR-001");
    assert_string_equal(variant->name, "explicit");
    assert_null(dw_rule_named(DW_SLICE("CKV_DOCKER_8"), &index, &variant));
    index = 0;
    assert_string_equal(dw_rule_named(DW_SLICE("usr-002.named"), &index, &variant)->id, "USR-002");
    assert_string_equal(variant->name, "named");
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, rule_setup, rule_teardown)
    const struct CMUnitTest tests[] = {
        TEST(family), TEST(runtime), TEST(config_and_history), TEST(user), TEST(user_names), TEST(dockerfile_line_is_evidence), TEST(read_completely), TEST(labels),
        TEST(catalogue), TEST(aliases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
