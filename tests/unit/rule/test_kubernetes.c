/* SPDX-License-Identifier: Apache-2.0
 *
 * K8S-001 to K8S-006, SEC-008 and the Pod Security Standards as findings; what a kustomization leaves open; one finding for what a
 * pod gives to all its containers. */
#include "rule_test.h"

#include "document/edit.h"

#define PIN "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void examples(void **state)
{
    (void)state;
    static const char *const ids[] = {"K8S-001", "K8S-002", "K8S-003", "K8S-004", "K8S-005", "K8S-006", "SEC-008"};
    for (size_t i = 0; i < 7; i++) {
        const struct dw_rule *rule = dw_rule_find(dw_slice_of(ids[i]));
        for (const struct dw_rule_example *example = rule->examples; example->file != NULL; example++) {
            rule_teardown(state);
            rule_setup(state);
            judge_kubernetes(example->good);
            expect_findings(ids[i], 0);
            expect_information(ids[i], 0);
            judge_kubernetes(example->bad);
            find_finding(ids[i]);
        }
    }
}

static void pods(void **state)
{
    (void)state;
    judge_kubernetes("kind: Pod\nmetadata: {name: p}\nspec:\n"
                     "  automountServiceAccountToken: no\n"
                     "  volumes: [{name: a, nfs: {server: s, path: /}}, {name: b, hostPath: {path: /etc}}, {name: c}]\n"
                     "  initContainers:\n  - name: i\n    livenessProbe: {httpGet: {host: '::1', port: 80}}\n"
                     "  containers:\n  - name: c\n    image: 'a:1'\n    imagePullPolicy: IfNotPresent\n"
                     "    securityContext: {windowsOptions: {hostProcess: true}}\n"
                     "    lifecycle: {preStop: {tcpSocket: {host: 127.0.0.1, port: 80}}}\n");
    expect_finding("K8S-001", 8, "init container i of Pod p: livenessProbe.httpGet.host is \"::1\"");
    expect_finding("K8S-001", 14, "lifecycle.preStop.tcpSocket.host is \"127.0.0.1\"");
    expect_findings("K8S-001", 2);
    expect_findings("K8S-002", 2);
    expect_finding("K8S-002", 5, "volume \"a\" is of type nfs");
    expect_finding("K8S-003", 13, "windowsOptions.hostProcess is true");
    expect_result("K8S-004", DW_STATUS_NOT_APPLICABLE);
    expect_result("K8S-005", DW_STATUS_PASS);
    expect_information("K8S-006", 1);
    expect_result("K8S-006", DW_STATUS_PASS);
    judge_kubernetes("kind: Pod\nspec: {containers: [{name: a, image: 'a:latest'}, {name: b, image: 'b:1" PIN "'}]}\n");
    expect_information("K8S-006", 1);
}

static void accounts(void **state)
{
    (void)state;
    judge_kubernetes("kind: ServiceAccount\nmetadata: {name: s, namespace: shop}\nautomountServiceAccountToken: false\n---\n"
                     "kind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {serviceAccountName: s, containers: [{name: c}]}\n---\n"
                     "kind: Pod\nmetadata: {name: b}\nspec: {serviceAccountName: s, containers: [{name: c}]}\n---\n"
                     "kind: Pod\nmetadata: {name: c, namespace: shop}\nspec: {serviceAccountName: s, automountServiceAccountToken: true, containers: [{name: c}]}\n");
    expect_findings("K8S-005", 2);
    expect_finding("K8S-005", 11, "Pod b: the token of service account s is mounted");
    expect_finding("K8S-005", 15, "Pod c: automountServiceAccountToken is true");
}

static void namespaces(void **state)
{
    (void)state;
    struct dw_slice level = DW_SLICE("baseline"), version = DW_SLICE("v1.30");
    struct dw_rule_values values[] = {{DW_SLICE("K8S-004"), DW_SLICE("level"), &level, 1},
                                      {DW_SLICE("K8S-004"), DW_SLICE("version"), &version, 1}};
    static const char text[] = "kind: Namespace\nmetadata:\n  name: a\n  labels:\n    pod-security.kubernetes.io/enforce: baseline\n"
                               "    pod-security.kubernetes.io/enforce-version: v1.30\n"
                               "---\nkind: Namespace\nmetadata:\n  name: b\n  labels:\n    pod-security.kubernetes.io/enforce: Restricted\n"
                               "    pod-security.kubernetes.io/enforce-version: 'v2'\n";
    judge_kubernetes(text);
    expect_finding("K8S-004.weak", 5, "Namespace a enforces baseline; restricted is asked for");
    expect_finding("K8S-004.invalid", 12, "enforces \"Restricted\"");
    expect_finding("K8S-004.invalid", 13, "version \"v2\"");
    expect_findings("K8S-004", 3);
    settings.values = values;
    settings.value_count = 2;
    judge_kubernetes(text);
    expect_findings("K8S-004", 5);
    judge_kubernetes("kind: Namespace\nmetadata: {name: a, labels: {pod-security.kubernetes.io/enforce: restricted}}\n");
    expect_finding("K8S-004.version", 1, "enforces version latest; v1.30 is asked for");
    level = DW_SLICE("high");
    judge_kubernetes(text);
    expect_result("K8S-004", DW_STATUS_NOT_EVALUATED);
}

static void secrets(void **state)
{
    (void)state;
    static const char text[] =
        "kind: Pod\nspec:\n  containers:\n  - name: c\n    env:\n"
        "    - {name: DB_PASSWORD, value: hunter2}\n"
        "    - {name: DB_PASSWORD_FILE, value: /run/x}\n"
        "    - {name: TOKENIZER, value: fast}\n"
        "    - {name: USE_AUTH, value: 'true'}\n"
        "    - {name: API_TOKEN, value: '$(OTHER)'}\n"
        "    - {name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}\n"
        "    - {name: B, valueFrom: {configMapKeyRef: {name: s, key: k}}}\n"
        "    envFrom: [{secretRef: {name: s}}, {configMapRef: {name: c}}]\n"
        "---\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n  dbPassword: hunter2\n  auth.conf: |\n    a\n    b\n  host: db\n";
    judge_kubernetes(text);
    expect_finding("SEC-008.env-literal", 6, "DB_PASSWORD stands in the file");
    expect_finding("SEC-008.env-ref", 11, "variable A takes a Secret's value");
    expect_finding("SEC-008.env-ref", 13, "all keys of a Secret");
    expect_finding("SEC-008.configmap", 18, "ConfigMap m: key dbPassword");
    expect_findings("SEC-008", 4);
    assert_int_equal(find_finding("SEC-008.env-literal")->severity, DW_SEVERITY_HIGH);
    assert_int_equal(find_finding("SEC-008.env-ref")->severity, DW_SEVERITY_MEDIUM);
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        if (dw_slice_is(finding->rule, "SEC-008"))
            assert_true(dw_slice_find_slice(finding->message, DW_SLICE("hunter2")) == SIZE_MAX &&
                        dw_slice_find_slice(finding->source_line, DW_SLICE("hunter2")) == SIZE_MAX);
    }
    settings.kubernetes_secret_env = true;
    judge_kubernetes(text);
    expect_findings("SEC-008", 6);
}

static void kustomizations(void **state)
{
    (void)state;
    judge_kubernetes("kind: Kustomization\nimages: [{name: a, newTag: '2'}]\n");
    expect_result("BASE-001", DW_STATUS_NOT_EVALUATED);
    expect_result("K8S-001", DW_STATUS_NOT_APPLICABLE);
    judge_kubernetes("kind: Kustomization\npatches: [{path: a.yaml}]\n");
    expect_result("K8S-001", DW_STATUS_NOT_EVALUATED);
    expect_reason("USR-001", "pod.yaml:2: a kustomization (patches) changes what other files say");
    judge_kubernetes("kind: Kustomization\nresources: [a.yaml]\n");
    expect_result("BASE-001", DW_STATUS_NOT_APPLICABLE);
}

/* The same place for two containers of a pod: one finding; in another pod it is another's. */
static void shared(void **state)
{
    (void)state;
    judge_kubernetes("kind: Pod\nspec:\n  securityContext: {runAsUser: 0}\n  containers: [{name: a}, {name: b}]\n---\n"
                     "kind: Pod\nspec:\n  securityContext: {runAsUser: 0}\n  containers: [{name: a}, {name: b}]\n");
    expect_findings("USR-004", 2);
    expect_finding("USR-004", 3, "container a");
    expect_finding("USR-004", 8, "container a");
}

static void repairs(void **state)
{
    static const struct {
        const char *rule, *text, *expected;
    } rows[] = {
        {"K8S-001", "kind: Pod\nspec:\n  containers:\n  - name: c\n    livenessProbe:\n      httpGet:\n        host: a # why\n        port: 80\n",
         "kind: Pod\nspec:\n  containers:\n  - name: c\n    livenessProbe:\n      httpGet:\n        port: 80\n"},
        {"K8S-003", "kind: Pod\nspec:\n  securityContext:\n    windowsOptions: {hostProcess: true, runAsUserName: a}\n  containers: [{name: c}]\n",
         "kind: Pod\nspec:\n  securityContext:\n    windowsOptions: {runAsUserName: a}\n  containers: [{name: c}]\n"},
        {"K8S-004", "kind: Namespace\nmetadata:\n  name: a\n",
         "kind: Namespace\nmetadata:\n  name: a\n  labels: {pod-security.kubernetes.io/enforce: restricted}\n"},
        {"K8S-004", "kind: Namespace\nmetadata:\n  labels:\n    pod-security.kubernetes.io/enforce: 'baseline'\n",
         "kind: Namespace\nmetadata:\n  labels:\n    pod-security.kubernetes.io/enforce: 'restricted'\n"},
        {"K8S-004", "kind: Namespace\nmetadata:\n  labels: {a: b}\n", NULL},
        {"K8S-005", "kind: Pod\nspec:\n  containers:\n  - name: c\n",
         "kind: Pod\nspec:\n  containers:\n  - name: c\n  automountServiceAccountToken: false\n"},
        {"K8S-005", "{\"kind\": \"Pod\", \"spec\": {\"automountServiceAccountToken\": true, \"containers\": [{\"name\": \"c\"}]}}\n",
         "{\"kind\": \"Pod\", \"spec\": {\"automountServiceAccountToken\": false, \"containers\": [{\"name\": \"c\"}]}}\n"},
        {"K8S-006", "kind: Pod\nspec:\n  containers:\n  - name: c\n    image: a:1\n",
         "kind: Pod\nspec:\n  containers:\n  - name: c\n    image: a:1\n    imagePullPolicy: Always\n"},
        {"RT-012.memory", "kind: Pod\nspec:\n  containers:\n  - name: c\n    resources: {limits: {cpu: 1}, requests: {cpu: 1}}\n",
         "kind: Pod\nspec:\n  containers:\n  - name: c\n    resources: {limits: {cpu: 1, memory: 512Mi}, requests: {cpu: 1}}\n"},
        {"RT-012.requests", "kind: Pod\nspec:\n  containers:\n  - name: c\n    resources: {requests: {memory: 1Gi}}\n",
         "kind: Pod\nspec:\n  containers:\n  - name: c\n    resources: {requests: {memory: 1Gi, cpu: 100m}}\n"},
        {"RT-012.memory", "kind: Pod\nspec:\n  containers:\n  - name: c\n    resources: {requests: {cpu: 1, memory: 1Gi}}\n",
         "kind: Pod\nspec:\n  containers:\n  - name: c\n    resources: {requests: {cpu: 1, memory: 1Gi}, limits: {memory: 1Gi}}\n"},
        {"RT-016.host-port", "kind: Pod\nspec:\n  containers:\n  - name: c\n    ports:\n    - containerPort: 80\n      hostPort: 8080 # why\n",
         "kind: Pod\nspec:\n  containers:\n  - name: c\n    ports:\n    - containerPort: 80\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        rule_teardown(state);
        rule_setup(state);
        settings.repairs = true;
        judge_kubernetes(rows[i].text);
        const struct dw_finding *finding = find_finding(rows[i].rule);
        DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
        dw_edits_apply(dw_slice_of(rows[i].text), finding->edits, finding->edit_count, &out);
        assert_true(finding->repair_note.len > 0);
        assert_int_equal(finding->edit_count > 0, rows[i].expected != NULL);
        if (rows[i].expected != NULL)
            assert_string_equal(out.at, rows[i].expected);
    }
}

static void pod_security(void **state)
{
    (void)state;
    struct dw_limits all = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    struct dw_document *document =
        dw_document_parse(DW_SLICE("kind: Pod\nmetadata: {name: p}\nspec:\n  hostNetwork: true\n  containers:\n  - name: c\n"
                                   "    livenessProbe: {httpGet: {host: a, port: 80}}\n"),
                          "pod.yaml", &all, &error);
    struct dw_kubernetes *manifests = dw_kubernetes_read(document, &error);
    assert_non_null(manifests);
    struct dw_subject *subject = rule_subject(DW_SUBJECT_KUBERNETES, "pod.yaml");
    dw_rules_judge_pod_security(&settings, verdict, subject, manifests, DW_POD_SECURITY_BASELINE, 33);
    for (size_t i = 0; i < verdict->results.len; i++)
        assert_string_not_equal(verdict->results.at[i].rule, "K8S-001"); /* the check came with 1.34 */
    dw_rules_judge_pod_security(&settings, verdict, subject, manifests, DW_POD_SECURITY_RESTRICTED, 34);
    expect_finding("K8S-001.hostProbesAndHostLifecycle", 7, "container c of Pod p: livenessProbe.httpGet.host is \"a\"");
    expect_finding("USR-001.runAsNonRoot", 6, "runAsNonRoot is true neither here nor at the pod");
    expect_result("K8S-002", DW_STATUS_PASS);
    dw_kubernetes_free(manifests);
    dw_document_free(document);
}

/* Every check belongs to a rule that carries its alias. */
static void aliases(void **state)
{
    (void)state;
    const struct dw_pod_security_check *check;
    for (size_t i = 0; (check = dw_pod_security_check_at(i)) != NULL; i++) {
        char alias[80];
        const struct dw_rule_variant *variant;
        const struct dw_rule *rule;
        size_t index = 0;
        bool found = false;
        assert_non_null(dw_rule_find(dw_slice_of(check->rule)));
        snprintf(alias, sizeof(alias), "pss:%s/%s", dw_pod_security_level_name(check->level), check->id);
        while ((rule = dw_rule_named(dw_slice_of(alias), &index, &variant)) != NULL)
            found = found || strcmp(rule->id, check->rule) == 0;
        if (!found)
            fail_msg("%s is no alias of %s", alias, check->rule);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, rule_setup, rule_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(examples), TEST(pods),   TEST(accounts),     TEST(namespaces), TEST(secrets),
        TEST(kustomizations), TEST(shared), TEST(repairs), TEST(pod_security), TEST(aliases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
