/* SPDX-License-Identifier: Apache-2.0
 *
 * RT-001 to RT-025 on Compose services, pods, Dockerfiles and image configs. */
#include "base/file.h"
#include "document/edit.h"
#include "rule/chapters.h"
#include "rule_test.h"

#include <unistd.h>

static void fresh(void)
{
    rule_teardown(NULL);
    rule_setup(NULL);
}

static void judge(const char *file, const char *text)
{
    fresh();
    if (strcmp(file, "Dockerfile") == 0)
        judge_dockerfile(text, NULL);
    else if (strcmp(file, "compose.yaml") == 0)
        judge_compose(text);
    else
        judge_kubernetes(text);
}

/* Findings of "ID" or "ID.variant"; information only where INFORMATION. */
static size_t count_findings(const char *id, bool information)
{
    size_t count = 0;
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        char name[64];
        snprintf(name, sizeof(name), "%.*s%s%.*s", DW_SLICE_ARG(finding->rule), finding->variant.len > 0 ? "." : "",
                 DW_SLICE_ARG(finding->variant));
        if ((strcmp(name, id) == 0 || dw_slice_is(finding->rule, id)) && (finding->status == DW_STATUS_PASS) == information)
            count++;
    }
    return count;
}

static void run_examples(const struct dw_rule *rules, size_t count, size_t *failed)
{
    for (size_t i = 0; i < count; i++) {
        bool information = rules[i].severity == DW_SEVERITY_NEGLIGIBLE;
        assert_non_null(rules[i].examples);
        for (const struct dw_rule_example *example = rules[i].examples; example->file != NULL; example++) {
            judge(example->file, example->bad);
            if (count_findings(rules[i].id, information) == 0) {
                print_message("%s says nothing of its bad example:\n%s", rules[i].id, example->bad);
                ++*failed;
            }
            judge(example->file, example->good);
            if (count_findings(rules[i].id, information) > 0) {
                print_message("%s has something against its good example:\n%s", rules[i].id, example->good);
                ++*failed;
            }
        }
    }
}

static void examples(void **state)
{
    (void)state;
    size_t failed = 0;
    run_examples(dw_privilege_rules, dw_privilege_rule_count, &failed);
    run_examples(dw_isolation_rules, dw_isolation_rule_count, &failed);
    run_examples(dw_operation_rules, dw_operation_rule_count, &failed);
    run_examples(dw_exposure_rules, dw_exposure_rule_count, &failed);
    assert_int_equal(failed, 0);
}

#define SERVICE "services:\n  web:\n    image: shop:1.4\n"
#define POD     "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n"
#define APP     "  containers:\n    - name: app\n      image: shop:1.4\n"
#define C       "compose.yaml", SERVICE "    "
#define P       "pod.yaml", POD APP "      "

/* A file, and how many failing findings there are of a rule, or of one variant of it. */
static const struct {
    const char *rule, *file, *text;
    size_t count;
} cases[] = {
    {"RT-001", C "read_only: false", 1},
    {"RT-001", C "read_only: \"true\"", 0},
    {"RT-001", P "securityContext: {readOnlyRootFilesystem: false}", 1},
    {"RT-001", "pod.yaml", POD "  initContainers: [{name: i, image: \"a:1\"}]\n" APP, 2},
    {"RT-001", "pod.yaml", POD "  os: {name: windows}\n" APP, 0},
    {"RT-002.any", C "init: true", 1},
    {"RT-002.all", C "init: true", 0},
    {"RT-002.all", C "cap_drop: [NET_RAW, MKNOD]", 1},
    {"RT-002", C "cap_drop: [all]", 0},
    {"RT-002", C "cap_drop: [CAP_ALL]", 0},
    {"RT-002", P "securityContext: {capabilities: {drop: [all]}}", 0},
    {"RT-002", P "securityContext: {capabilities: {drop: [CAP_ALL]}}", 1},
    {"RT-003", C "cap_add: [NET_BIND_SERVICE, cap_net_bind_service]", 0},
    {"RT-003.sys-admin", C "cap_add: [SYS_ADMIN]", 1},
    {"RT-003.sys-module", C "cap_add: [CAP_SYS_MODULE]", 1},
    {"RT-003.net-raw", C "cap_add: [NET_RAW]", 1},
    {"RT-003.outside-baseline", C "cap_add: [ALL]\n    cap_drop: [ALL]", 1},
    {"RT-003.outside-baseline", C "cap_add: [CHOWN]", 0},
    {"RT-003", C "cap_add: [CHOWN]", 1},
    {"RT-003", P "securityContext: {capabilities: {add: [NET_ADMIN, SYS_TIME]}}", 2},
    {"RT-004", C "privileged: \"true\"", 1},
    {"RT-004", C "privileged: false", 0},
    {"RT-004", C "post_start: [{command: id, privileged: true}]", 1},
    {"RT-004", C "build: {context: ., privileged: true}", 1},
    {"RT-004", C "build: {context: ., entitlements: [security.insecure, network.host]}", 1},
    {"RT-004", "Dockerfile", "FROM alpine:3.22 AS a\nRUN --security=insecure id\nFROM alpine:3.22\nRUN id\n", 0},
    {"RT-004", "Dockerfile", "FROM alpine:3.22\nONBUILD RUN --security=insecure id\n", 1},
    {"RT-005.unconfined", C "security_opt: [\"seccomp:unconfined\"]", 1},
    {"RT-005.unconfined", C "privileged: true", 1},
    {"RT-005", C "init: true", 0},
    {"RT-005", C "security_opt: [\"seccomp=unconfined\", \"seccomp=builtin\"]", 0},
    {"RT-005.missing-file", C "security_opt: [\"seccomp=./no-such-profile.json\"]", 1},
    {"RT-005.unset", P "tty: true", 1},
    {"RT-005.unconfined", P "securityContext: {seccompProfile: {type: Unconfined}}", 1},
    {"RT-005", "pod.yaml", POD "  securityContext: {seccompProfile: {type: RuntimeDefault}}\n" APP, 0},
    {"RT-006", C "security_opt: [no-new-privileges]", 0},
    {"RT-006", C "security_opt: [\"no-new-privileges=true\"]", 0},
    {"RT-006", C "security_opt: [\"no-new-privileges:true\", \"no-new-privileges:false\"]", 1},
    {"RT-006", P "securityContext: {allowPrivilegeEscalation: true}", 1},
    {"RT-007.net", C "network_mode: host", 1},
    {"RT-007", C "ipc: shareable", 0},
    {"RT-007.ipc", C "ipc: host", 1},
    {"RT-007.uts", C "uts: host", 1},
    {"RT-007.userns", C "userns_mode: host", 1},
    {"RT-007.cgroup", C "cgroup: host", 1},
    {"RT-007.net", C "build: {context: ., network: host}", 1},
    {"RT-007.pid", "pod.yaml", POD "  hostPID: true\n  initContainers: [{name: i, image: \"a:1\"}]\n" APP, 1},
    {"RT-007.net", "Dockerfile", "FROM alpine:3.22\nRUN --network=none id\n", 0},
    {"RT-008", C "volumes: [\"/run:/host/run:ro\"]", 1},
    {"RT-008", C "volumes: [\"/run/user/1000/docker.sock:/s\"]", 1},
    {"RT-008", C "volumes: [\"/var/run/../run/docker.sock:/s\"]", 1},
    {"RT-008", C "volumes: [{type: npipe, source: '\\\\.\\pipe\\docker_engine', target: '\\\\.\\pipe\\docker_engine'}]", 1},
    {"RT-008", C "use_api_socket: true", 1},
    {"RT-008", C "volumes: [\"/run/app:/run/app\"]", 0},
    {"RT-008", C "volumes: [\"sock:/var/run\"]\nvolumes:\n  sock: {driver_opts: {type: none, o: bind, device: /var/run}}", 1},
    {"RT-009.sensitive", C "volumes: [\"/proc:/host/proc:ro\", \"/srv/app:/app:ro\"]", 1},
    {"RT-009.writable", C "volumes: [\"/srv/app:/app\"]", 1},
    {"RT-009.writable", C "volumes: [\"/srv/app:/app:ro\"]", 0},
    {"RT-009.sensitive", C "volumes: [\"/home/anna:/data:ro\"]", 1},
    {"RT-009.sensitive", C "volumes: [\"/var/lib/docker/volumes:/data:ro\"]", 1},
    {"RT-009.hostpath", C "volumes: [\"/srv/app:/app\"]", 0},
    {"RT-009.propagation", C "volumes: [\"/srv/app:/app:ro,rshared\"]", 1},
    {"RT-009.propagation", C "volumes: [\"/srv/app:/app:ro,rslave\"]", 0},
    {"RT-009.propagation", C "volumes: [\"/srv/app:/app:rslave\"]", 1},
    {"RT-009.sensitive", C "volumes: [\"hidden:/data\"]\nvolumes:\n  hidden: {driver_opts: {type: none, o: bind, device: /etc}}", 1},
    {"RT-010.selinux", C "security_opt: [\"label=disable\"]", 1},
    {"RT-010.selinux", C "security_opt: [\"label:type:container_t\"]", 0},
    {"RT-010.selinux", C "security_opt: [\"label:type:spc_t\", \"label:user:root\"]", 2},
    {"RT-010.systempaths", C "security_opt: [\"systempaths=unconfined\"]", 1},
    {"RT-010.writable-cgroups", C "security_opt: [\"writable-cgroups=true\"]", 1},
    {"RT-010.procmount", P "securityContext: {procMount: Unmasked}", 1},
    {"RT-010.apparmor", P "securityContext: {appArmorProfile: {type: Unconfined}}", 1},
    {"RT-011", C "devices: [\"/dev/fuse\"]\n    device_cgroup_rules: [\"c 1:3 mr\"]", 2},
    {"RT-012.pids", C "pids_limit: -1", 1},
    {"RT-012.pids", C "deploy: {resources: {limits: {pids: 100}}}", 0},
    {"RT-012.memory", C "mem_limit: 64m", 0},
    {"RT-012.memory", C "mem_limit: 0", 1},
    {"RT-012.cpu", C "deploy: {resources: {limits: {cpus: \"0.5\"}}}", 0},
    {"RT-012.oom-kill-disable", C "oom_kill_disable: true", 1},
    {"RT-012.requests", P "resources: {limits: {cpu: \"1\", memory: 1Gi}}", 0},
    {"RT-012.requests", P "resources: {requests: {cpu: 100m}}", 1},
    {"RT-012.pids", P "tty: true", 0},
    {"RT-013", C "healthcheck: {disable: true}", 1},
    {"RT-013", C "healthcheck: {test: [NONE]}", 1},
    {"RT-013", C "healthcheck: {test: curl -f http://127.0.0.1}", 0},
    {"RT-013", P "tty: true", 2},
    {"RT-013", P "readinessProbe: {tcpSocket: {port: 80}}", 0},
    {"RT-013", "pod.yaml", POD "  restartPolicy: Never\n" APP, 0},
    {"RT-013", "Dockerfile", "FROM scratch AS a\nHEALTHCHECK CMD [\"/a\"]\nFROM a\nCMD [\"/a\"]\n", 0},
    {"RT-013", "Dockerfile", "FROM scratch AS a\nHEALTHCHECK CMD [\"/a\"]\nFROM scratch\nCOPY --from=a / /\n", 1},
    {"RT-013",
     "compose.yaml",
     "services:\n  web:\n    build:\n      target: a\n      dockerfile_inline: |\n        FROM scratch AS a\n        HEALTHCHECK CMD "
     "[\"/a\"]\n        FROM scratch\n",
     0},
    {"RT-013", "Dockerfile", "FROM scratch\nHEALTHCHECK CMD [\"/a\"]\nHEALTHCHECK NONE\n", 1},
    {"RT-014", C "logging: {driver: none}", 1},
    {"RT-014", C "logging: {driver: local}", 0},
    {"RT-014", C "logging: {driver: json-file, options: {max-size: 1m}}", 1},
    {"RT-014", P "tty: true", 0},
    {"RT-015", C "restart: \"no\"", 0},
    {"RT-015", C "restart: on-failure", 1},
    {"RT-015", C "restart: \"on-failure:6\"", 1},
    {"RT-015", C "restart: unless-stopped", 1},
    {"RT-015", C "deploy: {restart_policy: {condition: on-failure, max_attempts: 3}}", 0},
    {"RT-016.any-address", C "ports: [\"0.0.0.0:8080:80\", \"8081:81\", \"192.168.1.4:82:82\"]", 2},
    {"RT-016.privileged-port", C "ports: [\"127.0.0.1:80:8080\", \"127.0.0.1:1024:8080\"]", 1},
    {"RT-016", C "ports: [{target: 80, published: \"8080\", host_ip: 127.0.0.1}]", 0},
    {"RT-016", C "expose: [\"80\"]", 0},
    {"RT-016.host-port", P "ports: [{containerPort: 80, hostPort: 80}]", 1},
    {"RT-017", C "runtime: runsc", 1},
    {"RT-018", C "sysctls: [net.core.somaxconn=1024]", 1},
    {"RT-018", C "sysctls: [net.ipv4.tcp_rmem=1]", 0},
    {"RT-020", C "command: /usr/sbin/sshd -D", 1},
    {"RT-020", "Dockerfile", "FROM alpine:3.22 AS a\nEXPOSE 22\nFROM alpine:3.22\nEXPOSE 22/tcp 2222\n", 1},
    {"RT-020", "Dockerfile", "FROM alpine:3.22\nCMD exec /usr/sbin/sshd -D\n", 1},
    {"RT-021.ulimit", C "ulimits: {nofile: {soft: 1024, hard: 2000000}}", 1},
    {"RT-021.ulimit", C "ulimits: {nofile: {soft: 1024, hard: 2048}}", 0},
    {"RT-021.cgroup-parent", C "cgroup_parent: my.slice", 1},
    {"RT-022", C "init: true", 1},
    {"RT-022", C "network_mode: none", 0},
    {"RT-022", C "networks: {front: {}}\nnetworks:\n  front:", 0},
    {"RT-024", C "security_opt: [\"no-new-privilege\"]", 1},
};

static void each_case(void **state)
{
    (void)state;
    size_t failed = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        judge(cases[i].file, cases[i].text);
        size_t count = count_findings(cases[i].rule, false);
        if (count == cases[i].count)
            continue;
        failed++;
        print_message("%s: %zu findings, not %zu, of\n%s\n", cases[i].rule, count, cases[i].count, cases[i].text);
        for (size_t j = 0; j < verdict->results.len; j++)
            if (strncmp(verdict->results.at[j].rule, cases[i].rule, 6) == 0)
                print_message("  %s: %.*s\n", dw_status_name(verdict->results.at[j].status),
                              DW_SLICE_ARG(verdict->results.at[j].reason));
    }
    assert_int_equal(failed, 0);
}

static enum dw_severity severity_of(const char *rule)
{
    const struct dw_finding *finding = find_finding(rule);
    assert_non_null(finding);
    return finding->severity;
}

static void severities(void **state)
{
    (void)state;
    static const char *const critical[] = {"ALL",           "SYS_ADMIN",       "SYS_MODULE", "SYS_PTRACE",
                                           "SYS_RAWIO",     "DAC_READ_SEARCH", "BPF",        "NET_ADMIN"};
    for (size_t i = 0; i < 8; i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        dw_buffer_printf(&text, SERVICE "    cap_add: [%s]\n", critical[i]);
        judge("compose.yaml", text.at);
        assert_int_equal(severity_of("RT-003"), DW_SEVERITY_CRITICAL);
    }
    judge(C "cap_add: [SYS_TIME]");
    assert_int_equal(severity_of("RT-003"), DW_SEVERITY_HIGH);
    judge(C "volumes: [\"/var/run/docker.sock:/s:ro\"]");
    assert_int_equal(severity_of("RT-008"), DW_SEVERITY_CRITICAL);
    judge(C "volumes: [\"/srv:/srv\"]");
    assert_int_equal(severity_of("RT-009"), DW_SEVERITY_MEDIUM);
    judge(C "volumes: [\"/etc:/srv:ro\"]");
    assert_int_equal(severity_of("RT-009"), DW_SEVERITY_HIGH);
}

static void what_is_not_told_is_not_evaluated(void **state)
{
    (void)state;
    judge("pod.yaml", POD "  securityContext: {seccompProfile: {type: Localhost, localhostProfile: shop.json}}\n" APP);
    expect_result("RT-005", DW_STATUS_NOT_EVALUATED);
    /* A provider's service is no container. */
    judge("compose.yaml", "services:\n  database:\n    provider: {type: cloud}\n");
    expect_result("RT-001", DW_STATUS_NOT_APPLICABLE);
    expect_result("RT-024", DW_STATUS_FAIL);
}

static void settings_count(void **state)
{
    (void)state;
    static const struct dw_slice allowed[] = {DW_SLICE_INIT("ALL"), DW_SLICE_INIT("CHOWN")};
    fresh();
    settings.capabilities_add = allowed;
    settings.capability_count = 2;
    settings.read_only_root = false;
    judge_compose(SERVICE "    cap_add: [ALL, CHOWN]\n");
    expect_findings("RT-003", 1); /* ALL cannot be allowed */
    expect_result("RT-001", DW_STATUS_NOT_APPLICABLE);
    fresh();
    settings.seccomp = DW_SLICE("security/seccomp.json");
    judge_compose(SERVICE);
    expect_finding("RT-005", 2, "the policy asks for security/seccomp.json");
}

/* A profile file beside the Compose file, and what RT-005 says of it. */
static void judge_profile(const char *profile, const char *more)
{
    char path[] = "/tmp/dw-seccomp-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_true(dw_write_all(fd, dw_slice_of(profile)));
    close(fd);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_buffer_printf(&text, SERVICE "    security_opt: [\"seccomp=%s\"]\n%s", path, more);
    judge("compose.yaml", text.at);
    unlink(path);
}

static void profiles(void **state)
{
    (void)state;
#define PROFILE(calls) "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [{\"names\": [" calls "], \"action\": \"SCMP_ACT_ALLOW\"}]}"
    judge_profile(PROFILE("\"read\", \"write\""), "");
    expect_result("RT-005", DW_STATUS_PASS);
    judge_profile(PROFILE("\"read\", \"mount\""), "");
    expect_finding("RT-005.weak", 4, "lets through what the default denies: mount");
    assert_int_equal(severity_of("RT-005"), DW_SEVERITY_HIGH);
    judge_profile(PROFILE("\"vhangup\""), "");
    assert_int_equal(severity_of("RT-005"), DW_SEVERITY_MEDIUM);
    /* With the capability the default allows it too. */
    judge_profile(PROFILE("\"mount\""), "    cap_add: [SYS_ADMIN]\n");
    expect_result("RT-005", DW_STATUS_PASS);
    judge_profile(PROFILE("\"chroot\""), "    cap_drop: [ALL]\n");
    expect_finding("RT-005.weak", 4, "chroot");
    judge_profile("{}", "");
    expect_finding("RT-005.empty", 4, "switches seccomp off");
    judge_profile("{\"defaultAction\": \"SCMP_ACT_ALLOW\"}", "");
    expect_finding("RT-005.weak", 4, "lets through whatever it does not name");
    judge_profile("{\"defaultAction\": \"ALLOW\"}", "");
    expect_finding("RT-005", 4, "no engine takes the seccomp profile");
#undef PROFILE
}

/* Applies the first repair of RULE; false if there is none. */
static bool apply_one(const char *rule, struct dw_buffer *text)
{
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        if (!dw_slice_is(finding->rule, rule) || finding->status == DW_STATUS_PASS || finding->edit_count == 0)
            continue;
        assert_int_equal(finding->repair, DW_REPAIR_REVIEW);
        assert_true(finding->repair_note.len > 0);
        struct dw_buffer out = {0};
        dw_edits_apply(dw_buffer_slice(text), finding->edits, finding->edit_count, &out);
        dw_buffer_free(text);
        *text = out;
        return true;
    }
    return false;
}

static void judge_repairing(const char *file, const char *text)
{
    fresh();
    settings.repairs = true;
    if (strcmp(file, "Dockerfile") == 0)
        judge_dockerfile(text, NULL);
    else if (strcmp(file, "compose.yaml") == 0)
        judge_compose(text);
    else
        judge_kubernetes(text);
}

static void repair_all(const char *rule, const char *file, struct dw_buffer *text)
{
    for (size_t round = 0; round < 10; round++) {
        judge_repairing(file, text->at);
        if (!apply_one(rule, text))
            return;
    }
}

/* What is written instead, exactly. */
static const struct {
    const char *rule, *file, *text, *expected;
} repairs[] = {
    {"RT-001", "compose.yaml", SERVICE "    tmpfs: [/run] # keep\n",
     SERVICE "    tmpfs: [/run, \"/tmp:noexec,nosuid,nodev,size=64m\"] # keep\n    read_only: true\n"},
    {"RT-001", "pod.yaml", POD APP,
     POD APP "      securityContext:\n        readOnlyRootFilesystem: true\n      volumeMounts: [{name: tmp, mountPath: "
             "/tmp}]\n  volumes: [{name: tmp, emptyDir: {}}]\n"},
    {"RT-002", C "cap_drop:\n      - NET_RAW\n", SERVICE "    cap_drop:\n      - NET_RAW\n      - ALL\n"},
    {"RT-003", C "cap_add: [NET_BIND_SERVICE, SYS_ADMIN]\n", SERVICE "    cap_add: [NET_BIND_SERVICE]\n"},
    {"RT-004", C "privileged: true # no\n    init: true\n", SERVICE "    init: true\n"},
    {"RT-005", C "security_opt:\n      - seccomp=unconfined\n      - no-new-privileges\n",
     SERVICE "    security_opt:\n      - no-new-privileges\n"},
    {"RT-006", C "security_opt: [\"no-new-privileges:false\"]\n", SERVICE "    security_opt: [\"no-new-privileges:true\"]\n"},
    {"RT-012", C "pids_limit: -1\n    mem_limit: 1g\n    cpus: 1\n", SERVICE "    pids_limit: \"200\"\n    mem_limit: 1g\n    cpus: 1\n"},
    {"RT-014", C "logging:\n      driver: json-file\n",
     SERVICE "    logging:\n      driver: json-file\n      options: {max-size: \"10m\", max-file: \"3\"}\n"},
    {"RT-015", C "restart: always\n", SERVICE "    restart: \"on-failure:5\"\n"},
    {"RT-016", C "ports:\n      - \"8080:80\"\n      - 9000\n",
     SERVICE "    ports:\n      - \"127.0.0.1:8080:80\"\n      - \"127.0.0.1::9000\"\n"},
};

static void repairs_as_written(void **state)
{
    (void)state;
    size_t failed = 0;
    for (size_t i = 0; i < sizeof(repairs) / sizeof(repairs[0]); i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        dw_buffer_append_string(&text, repairs[i].text);
        repair_all(repairs[i].rule, repairs[i].file, &text);
        if (strcmp(text.at, repairs[i].expected) != 0) {
            print_message("%s:\n%s\n", repairs[i].rule, text.at);
            for (size_t j = 0; j < verdict->findings.len; j++)
                if (dw_slice_is(verdict->findings.at[j].rule, repairs[i].rule))
                    print_message("  %.*s\n", DW_SLICE_ARG(verdict->findings.at[j].repair_note));
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void repair_examples(const struct dw_rule *rules, size_t count, size_t *failed)
{
    for (size_t i = 0; i < count; i++)
        for (const struct dw_rule_example *example = rules[i].examples; example->file != NULL; example++) {
            if (rules[i].repair == DW_REPAIR_NONE)
                continue;
            DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
            dw_buffer_append_string(&text, example->bad);
            repair_all(rules[i].id, example->file, &text);
            judge_repairing(example->file, text.at);
            /* Limits of processor time, ports of nodes and SELinux in Kubernetes are for a person to decide. */
            bool left = strcmp(rules[i].id, "RT-012") == 0 ||
                        (strcmp(example->file, "pod.yaml") == 0 &&
                         (strcmp(rules[i].id, "RT-016") == 0 || strcmp(rules[i].id, "RT-010") == 0));
            if (!left && count_findings(rules[i].id, false) > 0) {
                print_message("%s is not repaired:\n%s\n", rules[i].id, text.at);
                ++*failed;
            }
        }
}

static void repaired_examples(void **state)
{
    (void)state;
    size_t failed = 0;
    repair_examples(dw_privilege_rules, dw_privilege_rule_count, &failed);
    repair_examples(dw_isolation_rules, dw_isolation_rule_count, &failed);
    repair_examples(dw_operation_rules, dw_operation_rule_count, &failed);
    repair_examples(dw_exposure_rules, dw_exposure_rule_count, &failed);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(examples, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(each_case, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(severities, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(what_is_not_told_is_not_evaluated, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(settings_count, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(profiles, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(repairs_as_written, rule_setup, rule_teardown),
        cmocka_unit_test_setup_teardown(repaired_examples, rule_setup, rule_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
