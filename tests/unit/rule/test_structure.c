/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules on the structure of Dockerfiles: their examples, and cases by hand from the Dockerfile reference. */
#include "rule_test.h"

#include <string.h>

static const char *const rules[] = {
    "BASE-001", "BASE-002", "BASE-008", "BASE-010", "LBL-001", "LBL-005", "SEC-001", "SEC-002", "DF-007", "DF-002", "DF-003", "DF-004", "DF-005", "DF-006", "DF-008", "DF-009", "DF-010",
    "DF-011",   "DF-013",   "DF-014",   "DF-015",   "DF-016", "DF-017", "DF-019", "DF-021", "DF-022", "DF-031", "DF-032", "DF-033", "DF-034",
    "DF-035",   "DF-038",   "DF-039",   "DF-041",
};

static size_t findings_of(const char *rule)
{
    size_t found = 0;
    for (size_t i = 0; i < verdict->findings.len; i++)
        found += dw_slice_is(verdict->findings.at[i].rule, rule);
    return found;
}

static void again(void)
{
    rule_teardown(NULL);
    rule_setup(NULL);
}

static void examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
        const struct dw_rule *rule = dw_rule_find(dw_slice_of(rules[i]));
        assert_non_null(rule);
        assert_non_null(rule->examples);
        for (const struct dw_rule_example *example = rule->examples; example->file != NULL; example++) {
            if (strcmp(example->file, "Dockerfile") != 0)
                continue;
            judge_dockerfile(example->bad, NULL);
            if (findings_of(rules[i]) == 0)
                fail_msg("%s does not fire on its bad example", rules[i]);
            again();
            judge_dockerfile(example->good, NULL);
            if (findings_of(rules[i]) != 0)
                fail_msg("%s fires on its good example", rules[i]);
            again();
        }
    }
}

/* A file, a rule, and the lines at which it fires; 0 ends them. */
static const struct {
    const char *rule, *text;
    unsigned lines[6];
} cases[] = {
    /* FROM $x of an undeclared ARG; platform arguments need no declaration. */
    {"BASE-008.undeclared", "FROM --platform=$BULIDPLATFORM scratch\n", {1}},
    {"BASE-008.undeclared", "FROM --platform=$BUILDPLATFORM scratch\n", {0}},
    {"BASE-008.undeclared", "ARG A=1\nFROM node:$A-$B\n", {2}},
    {"BASE-008.undeclared", "FROM scratch\nARG A=1\nFROM node:${A}\n", {3}},
    {"BASE-008.empty", "ARG IMAGE\nFROM $IMAGE\n", {2}},
    {"BASE-008.empty", "ARG DEBUG\nFROM scra${DEBUG:-tch}\n", {0}},
    {"BASE-008.empty", "ARG TAG\nFROM busybox:${TAG}\n", {2}},
    {"BASE-010", "# syntax=docker/dockerfile:1\nFROM scratch\n", {1}},
    {"BASE-010.unknown-frontend", "# syntax=example.com/else:1\nFROM scratch\n", {1}},
    {"DF-002", "FROM a AS x\nFROM b AS y\nFROM c AS X\nFROM d AS x\n", {3, 4}},
    {"DF-003", "FROM a AS scratch\nFROM b AS context\nFROM c AS scratchy\n", {1, 2}},
    /* FROM of mixed case is DF-006's business. */
    {"DF-005", "FROM a as x\nfrom b AS y\nFrom c As z\nFROM d AS w\nfrom e as v\n", {1, 2}},
    {"DF-007", "FROM a\nRUN a \\\n\n  b\nRUN a \\\n# c\n  b\nRUN <<E \\\n \n x\n\n\nE\n", {4, 10}},
    {"DF-008.cmd", "FROM a\nCMD [\"a\"]\nCMD [\"b\"]\nCMD [\"c\"]\nFROM a\nCMD [\"d\"]\n", {2, 3}},
    {"DF-008.healthcheck", "FROM a\nHEALTHCHECK CMD x\nHEALTHCHECK NONE\n", {2}},
    {"DF-009", "FROM a AS x\nSHELL [\"/bin/bash\", \"-c\"]\nCMD a\nFROM x\nCMD b\nFROM a\nCMD c\n", {7}},
    {"DF-009", "FROM a\nENTRYPOINT ['a']\nCMD [\"b\"]\n", {2}},
    {"DF-010", "FROM a\nWORKDIR x\nWORKDIR y\nFROM a AS b\nWORKDIR /x\nFROM b\nWORKDIR y\n", {2}},
    {"DF-010", "FROM a\nWORKDIR $HOME/x\nFROM a\nWORKDIR \"C:\\\\x\"\n", {0}},
    {"DF-011", "FROM a\nWORKDIR /etcetera\nWORKDIR /etc\nWORKDIR \"/usr/bin/x\"\nONBUILD WORKDIR /proc\n", {3, 4, 5}},
    {"DF-013", "FROM a\nCOPY a b c\nCOPY a b c/\nCOPY a b .\nCOPY a b $D\nCOPY [\"a\", \"b\", \"c\"]\nADD a b \"c d\"\n", {2, 6, 7}},
    {"DF-014.self", "FROM a AS x\nCOPY --from=x a b\nCOPY --from=0 a b\n", {2, 3}},
    {"DF-014.forward", "FROM a AS x\nCOPY --from=y a b\nFROM a AS y\nCOPY --from=x a b\n", {2}},
    {"DF-014.undefined", "FROM a\nCOPY --from=build a b\nCOPY --from=build:1 a b\nRUN --mount=from=tools,target=/t x\n", {2, 4}},
    {"DF-015", "FROM a AS b\nCOPY a b\nWORKDIR /x\nCOPY a b\nFROM b\nCOPY a b\nFROM a\nCOPY a /b\nONBUILD COPY a b\n", {2, 9}},
    {"DF-016", "FROM a AS b\nFROM c\nCOPY --from=b / /\nCOPY --from=b /x /\nCOPY / /\n", {3}},
    {"DF-017", "FROM a\nADD x /\nADD x.tar /\nADD https://e/x /\nADD git@e:x.git /\nADD $X /\nADD x.zip y /\n", {2, 7}},
    {"DF-019", "FROM a\nADD https://e/x /\nADD --checksum=sha256:" "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
               " https://e/x /\nADD https://e/r.git#v1 /\nADD https://e/r.git#e3b0c44298fc1c149afbf4c8996fb92427ae41e4 /\n", {2, 4}},
    {"DF-021", "FROM a\nEXPOSE 65536\nEXPOSE 65535 0 80-70000\nEXPOSE $P/tcp 8000-8010/udp\n", {2, 3}},
    {"DF-022.proto-case", "FROM a\nEXPOSE 80/TcP 8080/TCP 8080/udp\n", {2, 2}},
    {"DF-022.host-part", "FROM a\nEXPOSE 127.0.0.1:80:80 [::1]:8080:8080 5000:5000 8000 ${P:-1}\n", {2, 2, 2}},
    {"DF-032", "FROM a\nENV A=1 B=$A\nENV A=1 B='$A' C=\\$A\nENV P=$P:1\nENV A=1 B=\"${A}x\"\n", {2, 5}},
    {"DF-034", "FROM scratch\nARG A\nCOPY $A $B /\nRUN $C\nENV D=1\nLABEL x=$D y=$PATH\nWORKDIR ${E:-/x}\n", {3, 7}},
    {"DF-034", "FROM a AS b\nENV X=1\nFROM b\nUSER $X\nFROM a\nUSER $X\n", {0}}, /* of an image a it cannot be told */
    {"DF-034", "ARG V=1\nFROM a\nLABEL v=$V\nLABEL p=$TARGETARCH\nARG V TARGETARCH\nLABEL v=$V p=$TARGETARCH\n", {3, 4}},
    {"DF-035", "FROM a\nENV a b\nENV a=b\nLABEL a b c\nONBUILD ENV a b\n", {2, 4, 5}},
    {"DF-038", "FROM --platform=linux/arm64 a\nFROM --platform=linux/arm64 a AS for-arm64\nFROM --platform=$X a\n", {1}},
    {"DF-039", "FROM --platform=${TARGETPLATFORM} a\nFROM --platform=$BUILDPLATFORM a\n", {1}},
    {"SEC-001", "FROM a\nENV SUPER_Secret=foo git_key=\nENV PUBLIC_KEY= password_file=x AUTH_MODULE_VERSION=1 TOKENIZER=1\n"
                "ARG x auth\nONBUILD ARG my_credentials\n", {2, 2, 4, 5}},
    {"SEC-001", "ARG apikey\nFROM a\nENV sunflower=1\nENV openai_api_key=1\n", {1, 4}},
    {"SEC-002", "FROM a\nCOPY .env .env.example .env.production /\nCOPY id_rsa.pub ca.pem server.key /\nADD https://e/.npmrc /\n"
                "COPY --from=x /root/.aws/credentials /\n", {2, 2, 3, 5}},
    {"SEC-002", "FROM a\nENV T=gh" "p_0123456789abcdefghijklmnopqrstuvwxyz\nRUN x && \\\n  curl -H 'gl" "pat-0123456789abcdefghij' e\n"
                "RUN <<EOF\necho AK" "IAABCDEFGHIJKLMNOP\necho AK" "IAIOSFODNN7EXAMPLE\nEOF\n", {2, 4, 6}},
    {"SEC-002", "FROM a\nENV DB=postgres://u:p4ss@h/d OTHER=http://h:80/x V=http://u:$P@h\nARG API_KEY=8f3kQz71LmXw02RtYbVn\n"
                "ENV API_KEY=changeme-later-please KEY_PATH=/a/b/c1/d2/e3/f4g5\nLABEL a=8f3kQz71LmXw02RtYbVn\n", {2, 3}},
    {"SEC-002", "FROM a\nRUN printf '-----BEGIN RSA PRIVATE" " KEY-----\\nMIIEowIBAAKCAQEAx\\n-----END RSA PRIVATE" " KEY-----'\n"
                "RUN grep -- '-----BEGIN PRIVATE" " KEY' x\n", {2}},
    {"LBL-001", "FROM a\nLABEL com.docker.x=1 a..b=1 9a=1 a-=1 A=1\nLABEL org.valid-key.label3=1 a=2\n", {2, 2, 2, 2, 2}},
    {"LBL-005.url", "FROM a\nLABEL org.opencontainers.image.url=here\nLABEL org.opencontainers.image.url=https://e/$X\n", {2}},
    {"LBL-005.spdx", "FROM a\nLABEL org.opencontainers.image.licenses=free\nLABEL org.opencontainers.image.licenses=\"MIT OR "
                     "Apache-2.0\"\n", {2}},
    {"DF-041", "FROM a\nVOLUME /devices /dev /sys/x\nVOLUME [\"/proc\"]\n", {2, 2, 3}},
};

static void fires_where_it_should(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *dot = strchr(cases[i].rule, '.');
        struct dw_slice rule = dw_slice_make(cases[i].rule, dot != NULL ? (size_t)(dot - cases[i].rule) : strlen(cases[i].rule));
        size_t next = 0;
        again();
        judge_dockerfile(cases[i].text, NULL);
        for (size_t j = 0; j < verdict->findings.len; j++) {
            const struct dw_finding *finding = &verdict->findings.at[j];
            if (!dw_slice_equal(finding->rule, rule) || (dot != NULL && !dw_slice_is(finding->variant, dot + 1)))
                continue;
            if (next == 6 || cases[i].lines[next] != finding->place.line)
                fail_msg("case %zu: %s fires at line %u: %.*s", i, cases[i].rule, finding->place.line,
                         DW_SLICE_ARG(finding->message));
            next++;
        }
        if (next < 6 && cases[i].lines[next] != 0)
            fail_msg("case %zu: %s does not fire at line %u", i, cases[i].rule, cases[i].lines[next]);
    }
}

/* The file after the repair of the rule's first finding; NULL: none is offered. */
static const struct {
    const char *rule, *text, *expected;
    enum dw_repair repair;
} repairs[] = {
    {"DF-004", "FROM a AS Build\n", "FROM a AS build\n", DW_REPAIR_SAFE},
    {"DF-005", "FROM a \\\n  as b\n", "FROM a \\\n  AS b\n", DW_REPAIR_SAFE},
    {"DF-006", "from a\ncopy b /\nRun c\n", "from a\ncopy b /\nrun c\n", DW_REPAIR_SAFE},
    {"DF-007", "FROM a\r\nRUN b \\\r\n\r\n # c\r\n  \r\n  d\r\n", "FROM a\r\nRUN b \\\r\n # c\r\n  d\r\n", DW_REPAIR_SAFE},
    {"DF-008", "FROM a\nCMD [\"b\", \\\n  \"c\"]\nUSER 1\nCMD [\"d\"]\n", "FROM a\nUSER 1\nCMD [\"d\"]\n", DW_REPAIR_SAFE},
    {"DF-009", "FROM a\nCMD node  server.js\n", "FROM a\nCMD [\"node\", \"server.js\"]\n", DW_REPAIR_REVIEW},
    {"DF-009", "FROM a\nCMD node $X\n", NULL, DW_REPAIR_NONE},
    {"DF-009", "FROM a\nCMD exec node\n", NULL, DW_REPAIR_NONE},
    {"DF-009", "FROM a\nENTRYPOINT A=1 node\n", NULL, DW_REPAIR_NONE},
    {"DF-013", "FROM a\nCOPY b c /d\n", "FROM a\nCOPY b c /d/\n", DW_REPAIR_SAFE},
    {"DF-013", "FROM a\nONBUILD COPY b c '/d'\n", "FROM a\nONBUILD COPY b c '/d/'\n", DW_REPAIR_SAFE},
    {"DF-017", "FROM a\nADD --chown=1:1 b /c\n", "FROM a\nCOPY --chown=1:1 b /c\n", DW_REPAIR_SAFE},
    {"DF-017", "FROM a\nADD b* /c\n", NULL, DW_REPAIR_NONE},
    {"DF-022", "FROM a\nEXPOSE 80 81/UDP\n", "FROM a\nEXPOSE 80 81/udp\n", DW_REPAIR_SAFE},
    {"DF-022", "FROM a\nEXPOSE 1.2.3.4:80:81/udp 2\n", "FROM a\nEXPOSE 81/udp 2\n", DW_REPAIR_REVIEW},
    {"DF-031", "FROM a\nMAINTAINER A \"B\" <c@d> $5\n",
     "FROM a\nLABEL org.opencontainers.image.authors=\"A \\\"B\\\" <c@d> \\$5\"\n", DW_REPAIR_SAFE},
    {"DF-035", "FROM a\nENV B  c\n", "FROM a\nENV B=c\n", DW_REPAIR_SAFE},
    {"DF-035", "FROM a\nENV B c $d \\\n  e\n", "FROM a\nENV B=\"c $d \\\n  e\"\n", DW_REPAIR_SAFE},
    {"DF-035", "FROM a\nONBUILD LABEL B 'c d'\n", "FROM a\nONBUILD LABEL B='c d'\n", DW_REPAIR_SAFE},
    {"DF-035", "FROM a\nENV B c \"d\"\n", NULL, DW_REPAIR_NONE},
    {"DF-038", "FROM --platform=linux/amd64 a\n", "FROM a\n", DW_REPAIR_REVIEW},
    {"DF-039", "FROM --platform=$TARGETPLATFORM a\n", "FROM a\n", DW_REPAIR_SAFE},
};

static void mends(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(repairs) / sizeof(*repairs); i++) {
        again();
        settings.repairs = true;
        judge_dockerfile(repairs[i].text, NULL);
        const struct dw_finding *finding = find_finding(repairs[i].rule);
        DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
        struct dw_slice text = dw_slice_of(repairs[i].text);
        size_t at = 0;
        for (size_t j = 0; j < finding->edit_count; j++) {
            assert_true(finding->edits[j].start >= at && finding->edits[j].end <= text.len);
            dw_buffer_append(&out, dw_slice_part(text, at, finding->edits[j].start - at));
            dw_buffer_append(&out, finding->edits[j].text);
            at = finding->edits[j].end;
        }
        dw_buffer_append(&out, dw_slice_from(text, at));
        const char *expected = repairs[i].expected != NULL ? repairs[i].expected : repairs[i].text;
        if (!dw_slice_is(dw_buffer_slice(&out), expected) || (finding->edit_count > 0) != (repairs[i].expected != NULL))
            fail_msg("%s of\n%sis\n%.*s", repairs[i].rule, repairs[i].text, DW_SLICE_ARG(dw_buffer_slice(&out)));
        if (finding->edit_count > 0) {
            assert_int_equal(finding->repair, repairs[i].repair);
            assert_true((finding->repair_note.len > 0) == (finding->repair == DW_REPAIR_REVIEW));
        }
    }
}

/* Line, column and end of what is meant. */
static void points_at_it(void **state)
{
    (void)state;
    judge_dockerfile("FROM --platform=linux/arm64 \\\n  node:22 as Build\nONBUILD EXPOSE 1 \\\n  70000\n", NULL);
    const struct dw_finding *finding = find_finding("DF-004");
    assert_int_equal(finding->place.line, 2);
    assert_int_equal(finding->place.column, 14);
    assert_int_equal(finding->end_column, 19);
    finding = find_finding("DF-005");
    assert_int_equal(finding->place.column, 11);
    finding = find_finding("DF-038");
    assert_int_equal(finding->place.line, 1);
    assert_int_equal(finding->place.column, 6);
    assert_int_equal(finding->end_column, 28);
    finding = find_finding("DF-021");
    assert_int_equal(finding->place.line, 4);
    assert_int_equal(finding->place.column, 3);
    finding = find_finding("BASE-001");
    assert_int_equal(finding->place.line, 2);
    assert_int_equal(finding->place.column, 3);
    assert_int_equal(finding->end_column, 10);
}

/* Patterns of registries.allow. */
static void allowed_places(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *image;
        bool allowed;
    } rows[] = {
        {"docker.io", "node:22", true},
        {"ghcr.io", "node:22", false},
        {"*", "example.com/a", true},
        {"*.example.com", "eu.example.com/a/b", true},
        {"*.example.com", "example.com/a", false},
        {"docker.io/library/*", "node", true},
        {"docker.io/library/*", "bitnami/node", false},
        {"node", "node:22", true},
        {"node:22", "node:22", true},
        {"node:22", "node:23", false},
        {"docker.io/node", "library/node", true},
        {"ghcr.io/team/*", "ghcr.io/team/app/x:1", true},
        {"ghcr.io/team/*", "ghcr.io/teamwork/app", false},
        {"ghcr.io/team/app:1*", "ghcr.io/team/app:1.2", true},
        {"ghcr.io/team/app:1*", "ghcr.io/team/app", false},
        {"localhost:5000", "localhost:5000/a", true},
        {"localhost:5000", "localhost/a", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        again();
        char text[200];
        struct dw_slice pattern = dw_slice_of(rows[i].pattern);
        snprintf(text, sizeof(text), "FROM %s\n", rows[i].image);
        settings.registries = &pattern;
        settings.registry_count = 1;
        judge_dockerfile(text, NULL);
        if ((findings_of("BASE-003") == 0) != rows[i].allowed)
            fail_msg("%s, %s", rows[i].pattern, rows[i].image);
    }
}

/* A secret is in no text that a report can show. */
static void never_shown(void **state)
{
    (void)state;
    static const char github[] = "gh" "p_0123456789abcdefghijklmnopqrstuvwxyz";
    const char *const secrets[] = {github, "8f3kQz71LmXw02RtYbVn", "p4ssW0rd"};
    judge_dockerfile("FROM a\nENV T=gh" "p_0123456789abcdefghijklmnopqrstuvwxyz API_KEY=8f3kQz71LmXw02RtYbVn\n"
                     "ARG API_KEY=8f3kQz71LmXw02RtYbVn\nENV U=https://u:p4ssW0rd@h/\nLABEL gh" "p_0123456789abcdefghijklmnopqrstuvwxyz=1\n",
                     NULL);
    size_t seen = 0;
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        if (!dw_slice_starts_with(finding->rule, "SEC-00"))
            continue;
        seen++;
        for (size_t j = 0; j < 3; j++) {
            struct dw_slice secret = dw_slice_of(secrets[j]);
            assert_true(dw_slice_find_slice(finding->message, secret) == SIZE_MAX);
            assert_true(dw_slice_find_slice(finding->source_line, secret) == SIZE_MAX);
            assert_true(dw_slice_find_slice(finding->fix, secret) == SIZE_MAX);
        }
    }
    assert_true(seen >= 5);
}

static struct dw_rule_values labels_of(const struct dw_slice *values, size_t count)
{
    return (struct dw_rule_values){.id = DW_SLICE("LBL-002"), .name = DW_SLICE("labels"), .values = values, .count = count};
}

/* The list of labels of the policy. */
static void label_list(void **state)
{
    (void)state;
    static const struct dw_slice list[] = {DW_SLICE_INIT("owner:email"), DW_SLICE_INIT("version:semver"), DW_SLICE_INIT("commit:git-hash"),
                                           DW_SLICE_INIT("team")};
    struct dw_rule_values values = labels_of(list, 4);
    struct dw_rule_switch strict = {DW_SLICE("LBL-003"), true};
    settings.values = &values;
    settings.value_count = 1;
    settings.switches = &strict;
    settings.switch_count = 1;
    judge_dockerfile("FROM a AS b\nLABEL owner=me version=01.2.3\nFROM x\nLABEL team=1\nFROM b\nLABEL commit=\"\" other=1\n", NULL);
    expect_findings("LBL-002", 1);
    expect_finding("LBL-002", 5, "\"team\"");
    expect_information("LBL-003", 1);
    expect_finding("LBL-004", 6, "\"commit\"");
    expect_finding("LBL-005.email", 2, "\"me\"");
    expect_finding("LBL-005.semver", 2, "01.2.3");
    again();
    settings.values = &values;
    settings.value_count = 1;
    judge_dockerfile("FROM a\nLABEL owner=\"Team <t@example.com>\" version=1.2.3-rc.1+5 commit=2dbfae9 team=x other=1\n", NULL);
    for (unsigned i = 1; i <= 5; i++) {
        char rule[16];
        snprintf(rule, sizeof(rule), "LBL-00%u", i);
        assert_int_equal(findings_of(rule), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(examples, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(fires_where_it_should, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(mends, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(points_at_it, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(never_shown, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(label_list, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(allowed_places, rule_setup, rule_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
