/* SPDX-License-Identifier: Apache-2.0
 * The policy file: defaults, every key, every message. Expected texts and values are written by hand from
 * interface.md. */
#include "support.h"

#include "base/file.h"

#include "document/document.h"
#include "document/json_writer.h"

#include <jansson.h>
#include <unistd.h>

static void test_defaults(void **state)
{
    (void)state;
    struct dw_policy *policy = dw_policy_builtin("");
    assert_int_equal(policy->path.len, 0);
    assert_int_equal(policy->digest.len, 0);
    assert_int_equal(policy->version, 1);
    assert_int_equal(policy->families.len, 1);
    assert_slice(policy->families.at[0].runtime, "node");
    assert_int_equal(policy->families.at[0].families.len, 2);
    assert_slice(policy->families.at[0].families.at[0].text, "distroless");
    assert_slice(policy->families.at[0].families.at[1].text, "alpine");
    assert_int_equal(policy->upgrade_every, 31 * 86400);
    enum dw_severity severity = DW_SEVERITY_UNKNOWN;
    assert_true(dw_gate_is_severity(policy->fail_on, &severity));
    assert_int_equal(severity, DW_SEVERITY_CRITICAL);
    assert_int_equal(policy->unknown_severity, 0);
    assert_int_equal(policy->time_to_fix[DW_SEVERITY_CRITICAL], 7 * 86400);
    assert_int_equal(policy->time_to_fix[DW_SEVERITY_LOW], 0);
    assert_int_equal(policy->database_max_age, 86400);
    assert_int_equal(policy->scan_max_age, 86400);
    assert_true(policy->scanners[DW_SCANNER_DOCKWORTHY]);
    assert_false(policy->scanners[DW_SCANNER_TRIVY]);
    assert_slice(policy->exceptions.text, "security/exceptions.yaml");
    assert_int_equal(policy->exceptions.line, 0);
    assert_int_equal(dw_pattern_match(policy->ticket, DW_SLICE("SEC-123"), true), DW_MATCH_YES);
    assert_int_equal(dw_pattern_match(policy->ticket, DW_SLICE("see SEC-123"), true), DW_MATCH_NO);
    assert_int_equal(dw_policy_max_life(policy, DW_SEVERITY_CRITICAL), 30 * 86400);
    assert_int_equal(dw_policy_max_life(policy, DW_SEVERITY_MEDIUM), 180 * 86400);
    assert_int_equal(dw_policy_max_life(policy, DW_SEVERITY_LOW), 180 * 86400);
    assert_int_equal(dw_policy_max_life(policy, DW_SEVERITY_UNKNOWN), 30 * 86400);
    assert_int_equal(policy->user_lowest, 65532);
    assert_int_equal(policy->user_highest, 65532);
    assert_true(policy->read_only_root);
    assert_slice(policy->capabilities_drop.at[0].text, "ALL");
    assert_slice(policy->capabilities_add.at[0].text, "NET_BIND_SERVICE");
    assert_slice(policy->seccomp.text, "default");
    assert_int_equal(policy->secret_ways, DW_SECRETS_COMPOSE | DW_SECRETS_COMPOSE_ENVIRONMENT |
                                              DW_SECRETS_MOUNTED_FILES | DW_SECRETS_BUILD);
    assert_true(policy->suppress_inline);
    assert_false(policy->suppress_foreign);
    assert_slice(policy->suppress_never.at[0].text, "SEC-002");
    assert_int_equal(policy->stage, DW_STAGE_BUILD);
    assert_int_equal(policy->notes.len, 0);
    dw_policy_free(policy);
}

/* interface.md's example, its elisions filled in: full.yaml, which the schema must accept too
 * (validate-schema). */
static void read_source_file(const char *name, struct dw_buffer *text)
{
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_cleanup_free) char *path = dw_path_join(getenv("DOCKWORTHY_SOURCE"), name);
    if (!dw_file_read(path, 1 << 20, text, &error))
        fail_msg("%s", error.text);
}

static void test_every_key(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer full = {0};
    read_source_file("tests/unit/policy/full.yaml", &full);
    struct dw_policy *policy = policy_of(full.at);
    assert_slice(policy->path, "p.yaml");
    assert_slice(policy->service, "roi-service");
    assert_int_equal(policy->images.len, 1);
    assert_slice(policy->images.at[0].image.text, "ghcr.io/company/roi-service:sha-123");
    assert_slice(policy->images.at[0].dockerfile.text, "Dockerfile");
    assert_int_equal(policy->images.at[0].line, 5);
    assert_slice(policy->compose_files.at[0].text, "compose.yaml");
    assert_slice(policy->kubernetes_files.at[0].text, "deploy/");
    assert_int_equal(policy->families.len, 2);
    assert_slice(policy->families.at[1].families.at[0].text, "debian");
    assert_int_equal(policy->upgrade_every, 14 * 86400);
    assert_slice(policy->license_review.text, "docs/base-image-licences.md");
    assert_slice(policy->license_allow.at[1].text, "Apache-2.0");
    assert_slice(policy->license_deny.at[0].text, "SSPL-1.0");
    assert_slice(dw_gate_text(policy->fail_on), "severity >= high and fix != none");
    assert_int_equal(policy->unknown_severity, 1);
    assert_int_equal(policy->time_to_fix[DW_SEVERITY_CRITICAL], 3 * 86400);
    assert_int_equal(policy->time_to_fix[DW_SEVERITY_HIGH], 30 * 86400); /* a map is laid over the defaults */
    assert_int_equal(policy->time_to_fix[DW_SEVERITY_LOW], 365 * 86400);
    assert_int_equal(policy->database_max_age, 48 * 3600);
    assert_int_equal(policy->scan_max_age, 12 * 3600);
    assert_slice(policy->vex.at[0].text, "vex/roi.json");
    for (int i = 0; i < DW_SCANNER_COUNT; i++)
        assert_true(policy->scanners[i]);
    assert_slice(policy->exceptions.text, "sec/ex.yaml");
    assert_int_equal(policy->exceptions.line, 21);
    assert_int_equal(dw_pattern_match(policy->ticket, DW_SLICE("OPS-12"), true), DW_MATCH_YES);
    assert_int_equal(dw_pattern_match(policy->ticket, DW_SLICE("SEC-12"), true), DW_MATCH_NO);
    assert_int_equal(policy->max_life[DW_SEVERITY_CRITICAL], 14 * 86400);
    assert_int_equal(policy->identities.len, 1);
    assert_slice(policy->identities.at[0].subject.text, "https://github.com/company/x");
    assert_slice(policy->keys.at[0].text, "keys/release.pub");
    assert_slice(policy->trusted_root.text, "roots/trusted.json");
    assert_int_equal(policy->user_lowest, 10000);
    assert_int_equal(policy->user_highest, 65535);
    assert_false(policy->read_only_root);
    assert_slice(policy->capabilities_drop.at[0].text, "ALL");
    assert_slice(policy->capabilities_add.at[0].text, "NET_BIND_SERVICE");
    assert_slice(policy->capabilities_add.at[1].text, "NET_RAW");
    assert_slice(policy->seccomp.text, "security/seccomp.json");
    assert_int_equal(policy->secret_ways, DW_SECRETS_MOUNTED_FILES | DW_SECRETS_KUBERNETES_ENVIRONMENT);
    assert_slice(policy->secret_rules.at[0].text, "security/secret-rules.yaml");
    assert_slice(policy->secret_baseline.text, "security/secrets-baseline.yaml");
    assert_true(policy->scan_logs);
    assert_false(policy->approvals_codeowners);
    assert_slice(policy->approvals_reviews.text, "records");
    assert_slice(policy->monitoring.at[0].text, "deploy/servicemonitor.yaml");
    assert_slice(policy->sbom_format.text, "cyclonedx");
    assert_false(policy->suppress_inline);
    assert_true(policy->suppress_foreign);
    assert_int_equal(policy->suppress_never.len, 2);
    assert_slice(policy->custom_rules.at[0].text, "policy/rules.jq");
    assert_slice(policy->rule_set, "1");
    assert_slice(policy->daemon.text, "unix:///run/docker.sock");
    assert_true(policy->host);
    assert_slice(policy->containers.at[0].text, "roi");
    assert_int_equal(policy->registries_allow.len, 2);
    assert_int_equal(policy->stage, DW_STAGE_RELEASE);
    assert_int_equal(policy->controls.len, 2);
    assert_slice(policy->controls.at[0].id, "1.1");
    assert_int_equal(policy->controls.at[0].level, DW_LEVEL_REQUIRED);
    assert_int_equal(policy->controls.at[1].level, DW_LEVEL_PREFERRED);
    assert_int_equal(policy->rules.len, 2);
    assert_slice(policy->rules.at[0].id, "DF-012");
    assert_int_equal(policy->rules.at[0].severity, DW_SEVERITY_HIGH);
    assert_int_equal(policy->rules.at[1].severity, DW_SEVERITY_NEGLIGIBLE);
    /* What nothing acts upon is told, in the order of the file; "suppressions.inline: false" asks for
     * nothing. */
    static const char *const notes[] = {"base-images.families.python",
                                        "vulnerabilities.vex",
                                        "daemon",
                                        "host",
                                        "containers"};
    assert_int_equal(policy->notes.len, sizeof(notes) / sizeof(notes[0]));
    for (size_t i = 0; i < policy->notes.len; i++) {
        assert_slice(policy->notes.at[i].key, notes[i]);
        assert_true(policy->notes.at[i].line > 0);
    }
    dw_policy_free(policy);
}

static void test_messages(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"version: 1\nservise: x\n", "p.yaml:2:1: unknown key \"servise\"; did you mean \"service\"?"},
        {"vulnerabilities:\n  fail_on: high\n",
         "p.yaml:2:3: unknown key \"fail_on\" in \"vulnerabilities\"; did you mean \"fail-on\"?"},
        {"vulnerabilities: {zzz: 1}\n", "p.yaml:1:19: unknown key \"zzz\" in \"vulnerabilities\""},
        {"images: [{image: a, dockerfiel: b}]\n",
         "p.yaml:1:21: unknown key \"dockerfiel\" in \"images[]\"; did you mean \"dockerfile\"?"},
        {"controls: {\"1.1\": {levl: required}}\n",
         "p.yaml:1:20: unknown key \"levl\" in \"controls.*\"; did you mean \"level\"?"},
        {"checklist: {scan-logs: {path: x}}\n",
         "p.yaml:1:25: unknown key \"path\" in \"checklist.scan-logs\""},
        {"vulnerabilities.fail-on: high\n", "p.yaml:1:1: unknown key \"vulnerabilities.fail-on\""},
        {"images[]: x\n", "p.yaml:1:1: unknown key \"images[]\"; did you mean \"images\"?"},
        {"", "p.yaml: the policy file is empty; write at least \"version: 1\""},
        {"- a\n", "p.yaml:1:1: a policy file must be a mapping of keys, not a list"},
        {"just words\n", "p.yaml:1:1: a policy file must be a mapping of keys, not a single value"},
        {"version: 1\n---\nversion: 1\n",
         "p.yaml:3:1: a policy file is one YAML document, and here a second one begins"},
        {"version: 2\n", "p.yaml:1:10: \"version\" must be 1, the one version of the policy file there is"},
        {"version: '1'\n", "p.yaml:1:10: \"version\" must be 1, the one version of the policy file there is"},
        {"service: [a]\n", "p.yaml:1:10: \"service\" must be a text, not a list"},
        {"service:\n", "\"service\" must be a text, not nothing"},
        {"service: ''\n", "p.yaml:1:10: \"service\" must not be empty"},
        {"service: \"a\\u0007b\"\n", "p.yaml:1:10: \"service\" holds a control character"},
        {"service: !x a\n", "\"service\" has the tag !x; the policy file has no use for tags"},
        {"files: [a]\n", "p.yaml:1:8: \"files\" must be a mapping, not a list"},
        {"files: {compose: a}\n", "p.yaml:1:18: \"files.compose\" must be a list, not a single value"},
        {"files: {compose: [a, b, a]}\n",
         "p.yaml:1:25: \"a\" is given twice in \"files.compose\" (also in line 1)"},
        {"images: [a]\n", "p.yaml:1:10: \"images[]\" must be a mapping, not a single value"},
        {"images:\n  - dockerfile: x\n", "p.yaml:2:5: \"images[]\" lacks its key \"image\""},
        {"images:\n  - image: a\n  - image: a\n",
         "p.yaml:3:5: the same entry stands twice in \"images\" (also in line 2)"},
        {"images: [{image: a b}]\n", "p.yaml:1:18: \"a b\" in \"images[].image\" is not without white space"},
        {"host: yes\n", "p.yaml:1:7: \"host\" must be true or false"},
        {"stage: bild\n", "p.yaml:1:8: \"bild\" is not known for \"stage\"; did you mean \"build\"? (known: "
                          "build, release, deploy)"},
        {"vulnerabilities: {severity-source: nvd}\n",
         "p.yaml:1:36: \"nvd\" is not known for \"vulnerabilities.severity-source\" (known: auto)"},
        {"vulnerabilities: {scanners: [dockworty]}\n", "did you mean \"dockworthy\"?"},
        {"vulnerabilities: {scanners: []}\n",
         "p.yaml:1:29: \"vulnerabilities.scanners\" must name at least one"},
        {"base-images: {upgrade-every: 31}\n",
         "p.yaml:1:30: \"31\" in \"base-images.upgrade-every\" is no duration such as 31d, 24h or 2w"},
        {"base-images: {upgrade-every: 0d}\n", "is no duration"},
        {"base-images: {families: {node: []}}\n",
         "p.yaml:1:32: \"base-images.families\" leaves no base for node"},
        {"base-images: {families: {node: [alpin]}}\n", "did you mean \"alpine\"?"},
        {"base-images: {families: {Node: [alpine]}}\n",
         "p.yaml:1:26: \"Node\" in \"base-images.families\" is no runtime's name such as node"},
        {"vulnerabilities: {time-to-fix: {critcal: 3d}}\n",
         "p.yaml:1:33: unknown severity \"critcal\" in \"vulnerabilities.time-to-fix\"; did you mean "
         "\"critical\"?"},
        {"vulnerabilities: {time-to-fix: {critical: soon}}\n",
         "p.yaml:1:43: \"soon\" in \"vulnerabilities.time-to-fix\" is no duration such as 31d, 24h or 2w"},
        {"vulnerabilities: {exception-rules: {ticket: 'SEC-('}}\n",
         "p.yaml:1:45: \"vulnerabilities.exception-rules.ticket\": bad regular expression, at its byte 6: "
         "missing "
         "closing parenthesis"},
        {"vulnerabilities: {fail-on: severe}\n",
         "p.yaml:1:28: \"vulnerabilities.fail-on\": gate expression, character 1: unknown field \"severe\""},
        {"vulnerabilities: {fail-on: severity >= hihg}\n",
         "p.yaml:1:28: \"vulnerabilities.fail-on\": gate expression, character 13: unknown severity "
         "\"hihg\"; did you "
         "mean \"high\"?"},
        {"signing: {identities: [{issuer: x}]}\n",
         "p.yaml:1:24: \"signing.identities[]\" lacks its key \"subject\""},
        {"runtime: {user: node}\n", "p.yaml:1:17: \"node\" in \"runtime.user\" is no user id such as 65532"},
        {"runtime: {user: 9-5}\n", "is no user id"},
        {"runtime: {user: -5}\n", "is no user id"},
        {"runtime: {user: 4294967295}\n", "is no user id"},
        {"runtime: {user: 0}\n",
         "p.yaml:1:17: \"runtime.user\" takes in user 0, root, which the policy forbids"},
        {"runtime: {user: 0-70000}\n", "takes in user 0"},
        {"runtime: {capabilities: {add: [NET_BIND]}}\n",
         "p.yaml:1:32: \"NET_BIND\" in \"runtime.capabilities.add\" is no Linux capability"},
        {"runtime: {capabilities: {add: [NET_RAW, CAP_NET_RAW]}}\n", "is given twice"},
        {"suppressions: {never: [nonsense]}\n", "p.yaml:1:24: \"nonsense\" in \"suppressions.never\" is no "
                                                "rule id such as DF-012 or USR-001.implicit"},
        {"rules: {USR-1: {severity: high}}\n", "p.yaml:1:9: \"USR-1\" in \"rules\" is no rule id"},
        {"rules: {USR-001: {severity: awful}}\n", "\"awful\" is not known for \"rules.*.severity\""},
        {"rules: {USR-001: {}}\n", "p.yaml:1:18: \"USR-001\" in \"rules\" says nothing"},
        {"rules: {USR-099: {severity: high}}\n", "\"USR-099\" in \"rules\" is no rule of this version"},
        {"rules: {USR-001.no: {severity: high}}\n", "\"USR-001.no\" in \"rules\" is no variant of that rule"},
        {"rules: {USR-001: {severity: unknown}}\n", "\"unknown\" is not known for \"rules.*.severity\""},
        {"rules: {USR-001: {enabled: 1}}\n", "\"rules.*.enabled\" must be true or false"},
        {"rules: {USR-001: {parameters: {nonsense: 1}}}\n", "USR-001 has no parameter \"nonsense\""},
        {"rules: {USR-001.implicit: {parameters: {nonsense: 1}}}\n", "\"USR-001.implicit\" has no parameters"},
        {"controls: {\"9.1\": {level: required}}\n",
         "p.yaml:1:12: \"9.1\" in \"controls\" is no control: they are 1.1 to 8.3"},
        {"controls: {\"1.1\": {level: optional}}\n", "\"optional\" is not known for \"controls.*.level\""},
        {"controls: {\"1.1\": required}\n", "\"controls.*\" must be a mapping, not a single value"},
        {"daemon: /run/docker.sock\n",
         "p.yaml:1:9: \"/run/docker.sock\" in \"daemon\" is no address such as unix://"},
        {"service: a\nservice: b\n", "p.yaml:2:1"},
        {"service: [\n", "p.yaml:"},
        {"rule-set: '2'\n", "\"2\" is not known for \"rule-set\" (known: 1)"},
        {"checklist: {sbom: {format: spdx}}\n", "\"spdx\" is not known for \"checklist.sbom.format\""},
    };
    struct dw_limits limits = dw_limits_default();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dw_error error = DW_ERROR_INIT;
        struct dw_policy *policy = dw_policy_parse(dw_slice_of(rows[i].text), "p.yaml", "", &limits, &error);
        if (policy != NULL)
            fail_msg("accepted: %s", rows[i].text);
        if (strstr(error.text, rows[i].message) == NULL)
            fail_msg("%s\nsays:   %s\nwanted: %s", rows[i].text, error.text, rows[i].message);
        assert_int_equal(error.kind, DW_ERROR_USAGE);
    }
}

static void test_files(void **state)
{
    (void)state;
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    assert_null(dw_policy_read("/nonexistent/dockworthy.yaml", &limits, &error));
    assert_int_equal(error.kind, DW_ERROR_INPUT);

    limits.value[DW_LIMIT_DOCUMENT_DEPTH] = 4;
    assert_null(dw_policy_parse(DW_SLICE("service: [[[[[[]]]]]]\n"), "p.yaml", "", &limits, &error));
    assert_int_equal(error.kind, DW_ERROR_LIMIT);
    /* More entries than anyone writes; quadratic work on them is bounded. */
    limits = dw_limits_default();
    static const char *const lists[] = {"files: {compose: [", "images: ["};
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        for (unsigned count = 10000; count <= 10001; count++) {
            DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
            dw_buffer_append_string(&text, lists[i]);
            for (unsigned n = 0; n < count; n++)
                dw_buffer_printf(&text, i == 0 ? "a%u," : "{image: a%u},", n);
            dw_buffer_append_string(&text, i == 0 ? "]}\n" : "]\n");
            error = (struct dw_error)DW_ERROR_INIT;
            dw_policy_free(dw_policy_parse(dw_buffer_slice(&text), "p.yaml", "", &limits, &error));
            assert_int_equal(error.kind, count == 10000 ? DW_ERROR_NONE : DW_ERROR_LIMIT);
        }
    assert_holds(dw_slice_of(error.text), "policy-entries");
}

static void test_paths(void **state)
{
    (void)state;
    static const struct {
        const char *folder, *reference, *expected;
    } rows[] = {
        {"", "oci:build/app", "oci:build/app"},
        {".", "oci:build/app", "oci:build/app"},
        {"examples/roi", "oci:build/app", "oci:examples/roi/build/app"},
        {"examples/roi", "oci:/srv/app", "oci:/srv/app"},
        {"examples/roi", "docker-archive:a.tar", "docker-archive:examples/roi/a.tar"},
        {"examples/roi", "ghcr.io/company/app:1", "ghcr.io/company/app:1"},
        {"/", "dir:srv", "dir:/srv"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dw_policy *policy = dw_policy_builtin(rows[i].folder);
        DW_CLEANUP(dw_cleanup_free) char *path = dw_policy_reference(policy, dw_slice_of(rows[i].reference));
        assert_string_equal(path, rows[i].expected);
        dw_policy_free(policy);
    }
    struct dw_policy *policy = dw_policy_builtin("a/b");
    DW_CLEANUP(dw_cleanup_free) char *path = dw_policy_path(policy, DW_SLICE("../c.yaml"));
    assert_string_equal(path, "a/b/../c.yaml");
    dw_policy_free(policy);
}

static void test_override_severities(void **state)
{
    (void)state;
    struct dw_policy *policy =
        policy_of("rules: {USR-001: {severity: low}, USR-001.implicit: {severity: critical}}\n");
    struct dw_verdict *verdict = dw_verdict_new("check", 0);
    struct dw_subject *subject = add_subject(verdict, DW_SUBJECT_IMAGE, "image:1", "x");
    dw_verdict_finding(verdict, "USR-001", subject, DW_SEVERITY_HIGH)->variant = DW_SLICE("implicit");
    dw_verdict_finding(verdict, "USR-001", subject, DW_SEVERITY_HIGH)->variant = DW_SLICE("explicit");
    dw_verdict_finding(verdict, "USR-002", subject, DW_SEVERITY_HIGH);
    dw_policy_override_severities(policy, verdict);
    assert_int_equal(verdict->findings.at[0].severity, DW_SEVERITY_CRITICAL);
    assert_int_equal(verdict->findings.at[1].severity, DW_SEVERITY_LOW);
    assert_int_equal(verdict->findings.at[2].severity, DW_SEVERITY_HIGH);
    assert_int_equal(verdict->findings.at[1].status, DW_STATUS_FAIL);
    dw_verdict_free(verdict);
    dw_policy_free(policy);
}

static void test_rule_settings(void **state)
{
    (void)state;
    struct dw_arena arena = {0};
    struct dw_policy *policy =
        policy_of("runtime: {user: 10000-20000, capabilities: {add: [CAP_chown]}, seccomp: p.json, read-only-root: false}\n"
                  "registries: {allow: [ghcr.io/company/*]}\n"
                  "secrets: {allow: [kubernetes-secret-env]}\n"
                  "rules: {USR-001: {enabled: false}, USR-002.named: {severity: low, enabled: true}}\n");
    struct dw_rule_settings settings = dw_policy_rule_settings(policy, &arena, 77);
    assert_int_equal(settings.user_lowest, 10000);
    assert_int_equal(settings.user_highest, 20000);
    assert_int_equal(settings.capability_count, 1);
    assert_slice(settings.capabilities_add[0], "CHOWN");
    assert_slice(settings.seccomp, "p.json");
    assert_false(settings.read_only_root);
    assert_int_equal(settings.registry_count, 1);
    assert_slice(settings.registries[0], "ghcr.io/company/*");
    assert_true(settings.kubernetes_secret_env);
    assert_int_equal(settings.now, 77);
    assert_int_equal(settings.severity_count, 1);
    assert_slice(settings.severities[0].id, "USR-002.named");
    assert_int_equal(settings.switch_count, 2);
    assert_false(settings.switches[0].enabled);
    assert_true(settings.switches[1].enabled);
    dw_arena_free(&arena);
    dw_policy_free(policy);
}

/* --- the JSON Schema lists exactly the keys of the table --- */

static bool is_leaf_key(const char *path)
{
    struct dw_policy_key key;
    for (size_t i = 0; dw_policy_key_at(i, &key); i++)
        if (strcmp(key.path, path) == 0)
            return key.leaf;
    return false;
}

static bool is_key(const char *path)
{
    struct dw_policy_key key;
    for (size_t i = 0; dw_policy_key_at(i, &key); i++)
        if (strcmp(key.path, path) == 0)
            return true;
    return false;
}

/* Collects into FOUND every path of SCHEMA that is a key, and fails on a leaf of it that is none. */
static void walk(json_t *schema, const char *prefix, json_t *found)
{
    const char *name;
    json_t *property, *properties = json_object_get(schema, "properties");
    char path[256];
    if (is_key(prefix))
        json_object_set_new(found, prefix, json_true());
    if (is_leaf_key(prefix))
        return;
    if (json_object_get(schema, "items") != NULL) {
        snprintf(path, sizeof(path), "%s[]", prefix);
        walk(json_object_get(schema, "items"), path, found);
        return;
    }
    json_t *patterns = json_object_get(schema, "patternProperties");
    if (patterns != NULL) {
        snprintf(path, sizeof(path), "%s.*", prefix);
        walk(json_object_iter_value(json_object_iter(patterns)), path, found);
        return;
    }
    if (properties == NULL)
        fail_msg("schema has the key \"%s\", which the table has not", prefix);
    assert_true(json_is_false(json_object_get(schema, "additionalProperties")));
    json_object_foreach(properties, name, property)
    {
        snprintf(path, sizeof(path), "%s%s%s", prefix, *prefix ? "." : "", name);
        walk(property, path, found);
    }
}

static void test_schema_lists_the_keys(void **state)
{
    (void)state;
    struct dw_policy_key key;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    read_source_file("schema/dockworthy.schema.json", &text);
    json_t *schema = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, NULL), *found = json_object();
    assert_non_null(schema);
    walk(schema, "", found);
    for (size_t i = 0; dw_policy_key_at(i, &key); i++)
        if (json_object_get(found, key.path) == NULL)
            fail_msg("the table has the key \"%s\", which the schema has not", key.path);
    json_decref(found);
    json_decref(schema);
}

static void test_documents_list_the_keys(void **state)
{
    (void)state;
    struct dw_policy_key key;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    read_source_file("docs/policy-file.md", &text);
    for (size_t i = 0; dw_policy_key_at(i, &key); i++) {
        char quoted[128];
        snprintf(quoted, sizeof(quoted), "`%s`", key.path);
        bool map = !key.leaf && strchr(key.path, '[') == NULL && strcmp(key.path, "images") != 0;
        if (strstr(text.at, quoted) == NULL && !map)
            fail_msg("docs/policy-file.md does not explain %s", key.path);
    }
}

/* --- the JSON Schema judges as the reader does, as far as it can --- */

static void write_json(struct dw_json_writer *json, const struct dw_node *node)
{
    bool flag;
    int64_t number;
    if (node->kind == DW_NODE_MAPPING) {
        dw_json_object_begin(json, NULL);
        for (size_t i = 0; i < node->count; i++) {
            dw_json_key(json, node->keys[i]->text);
            write_json(json, node->items[i]);
        }
        dw_json_object_end(json);
    } else if (node->kind == DW_NODE_SEQUENCE) {
        dw_json_array_begin(json, NULL);
        for (size_t i = 0; i < node->count; i++)
            write_json(json, node->items[i]);
        dw_json_array_end(json);
    } else if (dw_node_is_null(node))
        dw_json_null(json, NULL);
    else if (dw_node_bool(node, &flag))
        dw_json_bool(json, NULL, flag);
    else if (dw_node_integer(node, &number))
        dw_json_integer(json, NULL, number);
    else
        dw_json_string(json, NULL, node->text);
}

/* Writes TEXT (YAML) as JSON to FOLDER/NAME and adds that path to COMMAND. */
static void add_document(struct dw_slice text, const char *folder, const char *name,
                         struct dw_buffer *command)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    struct dw_json_writer json = {.out = &out};
    struct dw_document *document = dw_document_parse(text, "p.yaml", &limits, &error);
    if (document == NULL)
        fail_msg("%s", error.text);
    write_json(&json, document->roots[0]);
    dw_document_free(document);
    DW_CLEANUP(dw_cleanup_free) char *path = dw_path_join(folder, name);
    if (!dw_file_write(path, dw_buffer_slice(&out), 0600, &error))
        fail_msg("%s", error.text);
    dw_buffer_printf(command, " %s", path);
}

static void test_schema_judges_alike(void **state)
{
    (void)state;
    static const char *const accepted[] = {"tests/unit/policy/full.yaml",
                                           "examples/roi-service/dockworthy.yaml",
                                           "examples/roi-service/dockworthy-fixed.yaml"};
    static const char *const refused[] = {
        "servise: x",
        "version: 2",
        "service: [a]",
        "service: ''",
        "images: [a]",
        "images: [{dockerfile: x}]",
        "images: [{image: a b}]",
        "files: {compose: a}",
        "files: {compose: [a, a]}",
        "base-images: {upgrade-every: 31}",
        "base-images: {upgrade-every: 0d}",
        "base-images: {families: {node: []}}",
        "base-images: {families: {node: [alpin]}}",
        "base-images: {families: {Node: [alpine]}}",
        "vulnerabilities: {fail_on: high}",
        "vulnerabilities: {unknown-severity: pass}",
        "vulnerabilities: {scanners: []}",
        "vulnerabilities: {scanners: [grype]}",
        "vulnerabilities: {time-to-fix: {critcal: 3d}}",
        "signing: {identities: [{issuer: x}]}",
        "runtime: {user: node}",
        "runtime: {user: 0}",
        "checklist: {scan-logs: {path: x}}",
        "suppressions: {never: [nonsense]}",
        "daemon: /run/docker.sock",
        "host: 1",
        "stage: bild",
        "controls: {'9.1': {level: required}}",
        "controls: {'1.1': {}}",
        "controls: {'1.1': {level: optional}}",
        "rules: {USR-1: {severity: high}}",
        "rules: {USR-001: {severity: awful}}",
    };
    if (system("/usr/bin/python3 -c 'import jsonschema' 2>/dev/null") != 0) {
        printf("skipped: no python3-jsonschema\n");
        skip();
    }
    char folder[] = "/tmp/dockworthy-test-XXXXXX", name[32];
    assert_non_null(mkdtemp(folder));
    const char *source = getenv("DOCKWORTHY_SOURCE");
    DW_CLEANUP(dw_buffer_free) struct dw_buffer good = {0}, bad = {0}, output = {0};
    struct dw_buffer *commands[] = {&good, &bad};
    for (size_t i = 0; i < 2; i++)
        dw_buffer_printf(commands[i], "%s/tests/validate-json %s/schema/dockworthy.schema.json", source,
                         source);
    for (size_t i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        read_source_file(accepted[i], &text);
        snprintf(name, sizeof(name), "good-%zu.json", i);
        add_document(dw_buffer_slice(&text), folder, name, &good);
        dw_policy_free(policy_of(text.at)); /* and so does the reader */
    }
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct dw_limits limits = dw_limits_default();
        snprintf(name, sizeof(name), "bad-%02zu.json", i);
        add_document(dw_slice_of(refused[i]), folder, name, &bad);
        assert_null(dw_policy_parse(dw_slice_of(refused[i]), "p.yaml", "", &limits, NULL));
    }
    assert_int_equal(system(good.at), 0);
    FILE *pipe = popen(bad.at, "r");
    assert_non_null(pipe);
    for (char part[4096]; fgets(part, sizeof(part), pipe) != NULL;)
        dw_buffer_append_string(&output, part);
    pclose(pipe);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        snprintf(name, sizeof(name), "/bad-%02zu.json: ", i);
        if (strstr(output.at, name) == NULL)
            fail_msg("the schema accepts: %s", refused[i]);
    }
    DW_CLEANUP(dw_buffer_free) struct dw_buffer clean = {0};
    dw_buffer_printf(&clean, "rm -r %s", folder);
    assert_int_equal(system(clean.at), 0);
}

/* printf 'version: 1\n' | sha256sum */
static void test_digest(void **state)
{
    (void)state;
    struct dw_policy *policy = policy_of("version: 1\n");
    assert_slice(policy->digest, "sha256:09bfcc6a14b83e2192b8673677725c84883ee9cd0c70e45c9ec09daa8f2b2847");
    dw_policy_free(policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_every_key),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_override_severities),
        cmocka_unit_test(test_rule_settings),
        cmocka_unit_test(test_schema_lists_the_keys),
        cmocka_unit_test(test_documents_list_the_keys),
        cmocka_unit_test(test_schema_judges_alike),
        cmocka_unit_test(test_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
