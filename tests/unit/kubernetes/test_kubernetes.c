/* SPDX-License-Identifier: Apache-2.0
 *
 * Manifests: kinds and where their pods are, what beats what, types, templates, kustomizations. Expected values from the
 * Kubernetes API reference and go-yaml 2's table of scalars. */
#include "kubernetes/pod_security.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct dw_document *document;
static struct dw_kubernetes *manifests;
static struct dw_error error;

static void forget(void)
{
    dw_kubernetes_free(manifests);
    dw_document_free(document);
    manifests = NULL;
    document = NULL;
}

static bool try_read(const char *text)
{
    struct dw_limits limits = dw_limits_default();
    forget();
    error = (struct dw_error)DW_ERROR_INIT;
    document = dw_kubernetes_parse(dw_slice_of(text), "a.yaml", &limits, &error);
    manifests = document == NULL ? NULL : dw_kubernetes_read(document, &error);
    return manifests != NULL;
}

static void read_text(const char *text)
{
    if (!try_read(text))
        fail_msg("%s", error.text);
}

static int teardown(void **state)
{
    (void)state;
    forget();
    return 0;
}

static void expect_slice(struct dw_slice slice, const char *text)
{
    if (!dw_slice_is(slice, text))
        fail_msg("\"%.*s\" is not \"%s\"", DW_SLICE_ARG(slice), text);
}

static void expect_error(const char *text, enum dw_error_kind kind, const char *message)
{
    assert_false(try_read(text));
    if (error.kind != kind || strstr(error.text, message) == NULL)
        fail_msg("%d: %s", (int)error.kind, error.text);
}

static const struct dw_container *container(size_t index)
{
    assert_true(index < manifests->containers.len);
    return &manifests->containers.at[index];
}

#define POD "{containers: [{name: c, image: 'a:1'}]}"

static void kinds(void **state)
{
    (void)state;
    static const struct {
        const char *version, *kind, *before, *after;
    } rows[] = {
        {"v1", "Pod", "spec: ", ""},
        {"v1", "PodTemplate", "template: {spec: ", "}"},
        {"v1", "ReplicationController", "spec: {template: {spec: ", "}}"},
        {"apps/v1", "Deployment", "spec: {template: {spec: ", "}}"},
        {"apps/v1", "ReplicaSet", "spec: {template: {spec: ", "}}"},
        {"apps/v1", "StatefulSet", "spec: {template: {spec: ", "}}"},
        {"apps/v1", "DaemonSet", "spec: {template: {spec: ", "}}"},
        {"extensions/v1beta1", "DaemonSet", "spec: {template: {spec: ", "}}"},
        {"batch/v1", "Job", "spec: {template: {spec: ", "}}"},
        {"batch/v1beta1", "CronJob", "spec: {jobTemplate: {spec: {template: {spec: ", "}}}}"},
        {"argoproj.io/v1alpha1", "Rollout", "spec: {template: {spec: ", "}}"},
        {"batch.volcano.sh/v1alpha1", "Job", "spec: {tasks: [{template: {spec: ", "}}]}"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text), "apiVersion: %s\nkind: %s\nmetadata: {name: shop}\n%s" POD "%s\n", rows[i].version, rows[i].kind,
                 rows[i].before, rows[i].after);
        read_text(text);
        assert_int_equal(manifests->pods.len, 1);
        assert_int_equal(manifests->problems.len, 0);
        expect_slice(manifests->pods.at[0].kind, rows[i].kind);
        expect_slice(container(0)->name, "c");
        snprintf(text, sizeof(text), "container c of %s shop", rows[i].kind);
        expect_slice(container(0)->what, text);
    }
}

static void lists_and_documents(void **state)
{
    (void)state;
    read_text("kind: List\nitems:\n- kind: Pod\n  spec: " POD "\n- kind: List\n  items: [{kind: Pod, spec: " POD "}]\n---\n---\n# nothing\n---\n"
              "apiVersion: apps/v1\nkind: DeploymentList\nitems: [{metadata: {name: x}, spec: {template: {spec: " POD "}}}]\n");
    assert_int_equal(manifests->pods.len, 3);
    assert_int_equal(manifests->manifests.len, 3);
    expect_slice(manifests->pods.at[2].what, "Deployment x");
    read_text("{\"kind\": \"Pod\", \"spec\": {\"initContainers\": [{\"name\": \"i\"}], \"containers\": [{\"name\": \"c\"}], "
              "\"ephemeralContainers\": [{\"name\": \"e\"}]}}");
    assert_int_equal(manifests->containers.len, 3);
    expect_slice(container(0)->what, "container c of Pod");
    expect_slice(container(1)->what, "init container i of Pod");
    assert_int_equal(container(1)->role, DW_ROLE_INIT);
    assert_int_equal(container(2)->role, DW_ROLE_EPHEMERAL);
}

static void inheritance(void **state)
{
    (void)state;
    read_text("kind: Pod\nspec:\n"
              "  hostPID: true\n  hostIPC: false\n  hostUsers: off\n"
              "  securityContext: {runAsUser: 1000, runAsGroup: 2000, runAsNonRoot: true, fsGroup: 0, seccompProfile: {type: RuntimeDefault}}\n"
              "  containers:\n"
              "  - name: a\n"
              "  - name: b\n"
              "    securityContext:\n"
              "      runAsUser: 0x0\n      runAsNonRoot: false\n      allowPrivilegeEscalation: no\n      privileged: null\n"
              "      seccompProfile: {type: Unconfined}\n      capabilities: {add: [NET_ADMIN], drop: [ALL]}\n");
    const struct dw_container *a = container(0), *b = container(1);
    expect_slice(a->user.text, "1000:2000");
    expect_slice(b->user.text, "0:2000");
    assert_int_equal(a->run_as_non_root.value, DW_SWITCH_ON);
    assert_int_equal(b->run_as_non_root.value, DW_SWITCH_OFF);
    assert_int_equal(a->no_new_privileges.value, DW_SWITCH_UNSET);
    assert_int_equal(b->no_new_privileges.value, DW_SWITCH_ON);
    assert_int_equal(b->privileged.value, DW_SWITCH_UNSET);
    assert_int_equal(a->seccomp.kind, DW_PROFILE_DEFAULT);
    assert_int_equal(b->seccomp.kind, DW_PROFILE_UNCONFINED);
    expect_slice(a->pid.text, "host");
    expect_slice(a->ipc.text, "");
    assert_true(a->host_users_off);
    assert_int_equal(a->groups.len, 1);
    expect_slice(b->capabilities_add.at[0].name, "NET_ADMIN");
    assert_int_equal(b->capabilities_add.at[0].node->line, 16);
    expect_slice(b->capabilities_drop.at[0].name, "ALL");
}

static void profiles(void **state)
{
    (void)state;
    read_text("kind: Pod\nmetadata:\n  annotations:\n"
              "    container.apparmor.security.beta.kubernetes.io/a: unconfined\n"
              "    container.apparmor.security.beta.kubernetes.io/b: localhost/mine\n"
              "    seccomp.security.alpha.kubernetes.io/pod: runtime/default\n"
              "    container.seccomp.security.alpha.kubernetes.io/b: unconfined\n"
              "spec:\n  containers:\n  - name: a\n  - name: b\n"
              "  - name: c\n    securityContext: {seccompProfile: {type: Localhost}, appArmorProfile: {type: RuntimeDefault}}\n"
              "  - name: d\n    securityContext: {seccompProfile: {type: Localhost, localhostProfile: p.json}}\n");
    assert_int_equal(container(0)->apparmor.kind, DW_PROFILE_UNCONFINED);
    assert_int_equal(container(1)->apparmor.kind, DW_PROFILE_CUSTOM);
    expect_slice(container(1)->apparmor.text.text, "mine");
    assert_int_equal(container(2)->apparmor.kind, DW_PROFILE_DEFAULT);
    /* An annotation that Kubernetes no longer reads gives no protection that is sure. */
    assert_int_equal(container(0)->seccomp.kind, DW_PROFILE_UNKNOWN);
    assert_int_equal(container(1)->seccomp.kind, DW_PROFILE_UNCONFINED);
    assert_int_equal(container(2)->seccomp.kind, DW_PROFILE_UNKNOWN);
    assert_int_equal(container(3)->seccomp.kind, DW_PROFILE_CUSTOM);
    expect_slice(container(3)->seccomp.text.text, "p.json");
}

static void volumes(void **state)
{
    (void)state;
    read_text("kind: Pod\nspec:\n  volumes:\n"
              "  - {name: run, hostPath: {path: /var/lib/../run/}}\n  - {name: unused, hostPath: {path: /etc}}\n  - {name: tmp}\n"
              "  - {name: mem, emptyDir: {medium: Memory}}\n  - {name: img, image: {reference: 'data:1'}}\n"
              "  containers:\n  - name: a\n    image: 'a:1'\n    volumeMounts:\n"
              "    - {name: run, mountPath: /run, readOnly: true, mountPropagation: Bidirectional}\n"
              "  - name: b\n    volumeMounts: [{name: tmp, mountPath: /tmp}, {name: mem, mountPath: /m}, {name: none, mountPath: /n}]\n");
    const struct dw_container *a = container(0), *b = container(1);
    assert_int_equal(a->mounts.len, 3); /* its own, and those that nobody mounts */
    expect_slice(a->mounts.at[0].source, "/var/run");
    assert_int_equal(a->mounts.at[0].kind, DW_MOUNT_BIND);
    assert_true(a->mounts.at[0].read_only);
    expect_slice(a->mounts.at[0].propagation, "Bidirectional");
    expect_slice(a->mounts.at[1].source, "/etc");
    expect_slice(a->mounts.at[1].target, "");
    assert_int_equal(a->mounts.at[2].kind, DW_MOUNT_IMAGE);
    assert_int_equal(a->images.len, 2);
    expect_slice(a->images.at[1].reference.text, "data:1");
    assert_int_equal(b->mounts.len, 3);
    expect_slice(b->mounts.at[0].type, "emptyDir");
    assert_int_equal(b->mounts.at[1].kind, DW_MOUNT_TMPFS);
    assert_true(b->mounts.at[2].problem.len > 0);
    assert_int_equal(b->images.len, 1);
    assert_true(b->images.at[0].reference.problem.len > 0);
}

static void the_rest(void **state)
{
    (void)state;
    read_text("kind: Pod\nspec:\n  os: {name: windows}\n  containers:\n  - name: a\n"
              "    ports: [{containerPort: 80, hostPort: 8080, hostIP: 127.0.0.1, protocol: UDP}, {containerPort: 81}]\n"
              "    env: [{name: A, value: b}, {name: B, valueFrom: {secretKeyRef: {name: s, key: k}}}]\n"
              "    envFrom: [{secretRef: {name: s}}, {configMapRef: {name: c}}]\n"
              "    resources: {limits: {memory: 1Gi, cpu: 2}, requests: {cpu: 0.5}}\n"
              "    readinessProbe: {exec: {command: [x]}}\n");
    const struct dw_container *a = container(0);
    assert_true(a->windows);
    assert_true(a->ports.at[0].published);
    assert_int_equal(a->ports.at[0].host_first, 8080);
    expect_slice(a->ports.at[0].protocol, "udp");
    expect_slice(a->ports.at[0].host_address, "127.0.0.1");
    assert_false(a->ports.at[1].published);
    assert_int_equal(a->environment.len, 4);
    expect_slice(a->environment.at[0].value, "b");
    expect_slice(a->environment.at[1].reference, "secretKeyRef");
    expect_slice(a->environment.at[2].reference, "secretRef");
    expect_slice(a->memory_limit.text, "1Gi");
    expect_slice(a->cpu_request.text, "0.5");
    assert_int_equal(a->readiness.value, DW_SWITCH_ON);
    assert_int_equal(a->liveness.value, DW_SWITCH_UNSET);
}

static void types(void **state)
{
    (void)state;
    static const struct {
        const char *field, *message;
    } rows[] = {
        {"securityContext: {privileged: \"true\"}", "a.yaml:6:35: spec.containers[0].securityContext.privileged: must be true or false, but is the text \"true\""},
        {"securityContext: {privileged: 1}", "privileged: must be true or false, but is the number \"1\""},
        {"securityContext: {runAsUser: \"0\"}", "runAsUser: must be a whole number, but is the text \"0\""},
        {"securityContext: {runAsUser: 1.5}", "runAsUser: must be a whole number"},
        {"securityContext: {runAsUser: 08}", ""},
        {"securityContext: {runAsNonRoot: []}", "runAsNonRoot: must be true or false, but is a list"},
        {"securityContext: [a]", "securityContext: must be a mapping, but is a list"},
        {"securityContext: {capabilities: {add: ALL}}", "capabilities.add: must be a list, but is the text \"ALL\""},
        {"securityContext: {capabilities: {add: [1]}}", "capabilities.add[0]: must be a text"},
        {"securityContext: {seccompProfile: RuntimeDefault}", "seccompProfile: must be a mapping"},
        {"env: [{name: A, value: 8080}]", "env[0].value: must be a text (put it in quotes), but is the number \"8080\""},
        {"env: [{name: A, value: yes}]", "env[0].value: must be a text (put it in quotes), but is the boolean \"yes\""},
        {"env: {A: b}", "env: must be a list, but is a mapping"},
        {"ports: [{containerPort: '80'}]", "ports[0].containerPort: must be a whole number"},
        {"ports: [80]", "ports[0]: must be a mapping"},
        {"image: 7", "image: must be a text"},
        {"image: !!binary YQ==", "image: must be a text (put it in quotes), but is a value of the tag"},
        {"volumeMounts: [{readOnly: 'yes'}]", "volumeMounts[0].readOnly: must be true or false"},
        {"livenessProbe: {httpGet: {host: 10.1}}", "livenessProbe.httpGet.host: must be a text"},
        {"livenessProbe: {httpGet: {port: http}}", ""},
        {"resources: {limits: {memory: [1]}}", "resources.limits[\"memory\"]: must be a quantity, but is a list"},
        {"securityContext: {privileged: !!bool 'true'}", ""},
        {"image: !!str 7", ""},
        {"securityContext: ~", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text), "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    %s\n", rows[i].field);
        if (rows[i].message[0] == '\0')
            read_text(text);
        else
            expect_error(text, DW_ERROR_INPUT, rows[i].message);
    }
    expect_error("kind: Deployment\nspec: {template: {metadata: {annotations: {a: true}}, spec: " POD "}}\n", DW_ERROR_INPUT,
                 "metadata.annotations[\"a\"]: must be a text");
    expect_error("kind: ConfigMap\ndata: {port: 80}\n", DW_ERROR_INPUT, "data[\"port\"]: must be a text");
}

/* What another's object holds is its own business: not known, and no error. */
static void problems(void **state)
{
    (void)state;
    read_text("apiVersion: a.b/v1\nkind: Thing\nspec: {containers: [{name: a, image: 7}]}\n");
    assert_int_equal(manifests->pods.len, 0);
    assert_int_equal(manifests->problems.len, 1);
    read_text("kind: Deployment\nmetadata: {name: x}\nspec: {}\n");
    expect_slice(manifests->problems.at[0].problem, "Deployment x has no pod spec (spec.template.spec)");
    read_text("kind: Pod\nspec: {containers: []}\n");
    expect_slice(manifests->problems.at[0].problem, "Pod has no containers (spec.containers)");
    read_text("- a\n- b\n");
    assert_int_equal(manifests->problems.len, 1);
    read_text("a: 1\n");
    expect_slice(manifests->problems.at[0].problem, "is no object of Kubernetes: it has no kind");
    read_text("kind: CustomResourceDefinition\nspec: {example: " POD "}\n");
    assert_int_equal(manifests->pods.len + manifests->problems.len, 0);
    read_text("kind: Kustomization\nresources: [a.yaml]\nnamespace: b\n");
    assert_int_equal(manifests->problems.len, 0);
    read_text("kind: Kustomization\nimages: [{name: a}]\npatches: [{path: p.yaml}]\n");
    assert_int_equal(manifests->problems.len, 2);
    expect_slice(manifests->problems.at[0].name, "");
    expect_slice(manifests->problems.at[1].name, "images");
}

static void templates(void **state)
{
    (void)state;
    expect_error("kind: Pod\nspec:\n{{- if .Values.x }}\n  a: b\n{{- end }}\n", DW_ERROR_UNSUPPORTED, "a.yaml:3: a template");
    expect_error("kind: Pod\nspec: {containers: [{securityContext: {privileged: '{{ .Values.p }}'}}]}\n", DW_ERROR_UNSUPPORTED,
                 "is a template's action: render the chart first");
    expect_error("kind: [\n", DW_ERROR_INPUT, "a.yaml:");
    read_text("kind: Pod\nspec: {containers: [{name: a, image: '{{ .Values.image }}', env: [{name: A, value: '{{ x }}'}]}]}\n");
    assert_true(container(0)->images.at[0].reference.problem.len > 0);
}

static void levels(void **state)
{
    (void)state;
    enum dw_pod_security_level level;
    unsigned minor;
    assert_true(dw_pod_security_parse(DW_SLICE("restricted:v1.22"), &level, &minor, &error));
    assert_int_equal(level, DW_POD_SECURITY_RESTRICTED);
    assert_int_equal(minor, 22);
    assert_true(dw_pod_security_parse(DW_SLICE("baseline"), &level, &minor, &error));
    assert_int_equal(minor, DW_POD_SECURITY_LATEST);
    static const char *const wrong[] = {"", "Baseline", "baseline:", "baseline:1.2", "baseline:v1.", "baseline:v1.99", "baseline:v2.0"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(dw_pod_security_parse(dw_slice_of(wrong[i]), &level, &minor, &error));
}

static void facts(void **state)
{
    (void)state;
    read_text("kind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: 'a:1', env: [{name: TOKEN, value: hunter2}]}]}\n");
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    dw_kubernetes_write_facts(manifests, &out);
    assert_non_null(strstr(out.at, "\"reference\": \"a:1\""));
    assert_non_null(strstr(out.at, "\"name\": \"TOKEN\""));
    assert_null(strstr(out.at, "hunter2"));
}

/* Many documents, and many containers with many volumes, in time that does not grow with their square. */
static void large(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    for (size_t i = 0; i < 10000; i++)
        dw_buffer_printf(&text, "---\nkind: Pod\nmetadata: {name: p%zu}\nspec: " POD "\n", i);
    read_text(text.at);
    assert_int_equal(manifests->pods.len, 10000);
    dw_buffer_clear(&text);
    dw_buffer_append_string(&text, "kind: Pod\nspec:\n  volumes:\n");
    for (size_t i = 0; i < 10000; i++)
        dw_buffer_printf(&text, "  - {name: v%zu}\n", i);
    dw_buffer_append_string(&text, "  containers:\n");
    for (size_t i = 0; i < 10000; i++)
        dw_buffer_printf(&text, "  - {name: c%zu, volumeMounts: [{name: v%zu, mountPath: /a}]}\n", i, i);
    read_text(text.at);
    assert_int_equal(manifests->containers.len, 10000);
    expect_slice(container(9999)->mounts.at[0].type, "emptyDir");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds),   cmocka_unit_test(lists_and_documents), cmocka_unit_test(inheritance), cmocka_unit_test(profiles),
        cmocka_unit_test(volumes), cmocka_unit_test(the_rest),            cmocka_unit_test(types),       cmocka_unit_test(problems),
        cmocka_unit_test(templates), cmocka_unit_test(levels),            cmocka_unit_test(facts),       cmocka_unit_test(large),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
