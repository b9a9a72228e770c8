/* SPDX-License-Identifier: Apache-2.0
 *
 * Services as containers. Expected values by hand, from the Compose Specification and the documents of docker run. */
#include "compose_test.h"

#include "base/file.h"

static void security(void **state)
{
    (void)state;
    load_good("services:\n"
              "  a:\n"
              "    image: x\n"
              "    cap_add: [cap_net_admin, NET_RAW]\n"
              "    cap_drop: [all]\n"
              "    security_opt:\n"
              "      - no-new-privileges:false\n"
              "      - no-new-privileges\n"
              "      - seccomp:./s.json\n"
              "      - apparmor=unconfined\n"
              "      - label=type:t\n"
              "      - label:disable\n"
              "      - systempaths=unconfined\n"
              "      - writable-cgroups=true\n"
              "      - odd=1\n"
              "    read_only: 'True'\n"
              "    pid: host\n"
              "    userns_mode: host\n"
              "    use_api_socket: true\n"
              "    devices: ['/dev/sda:/dev/x:r', {source: /dev/fuse}]\n"
              "    gpus: all\n"
              "    group_add: [0, docker]\n"
              "    profiles: [debug, test]\n"
              "  b: {image: x, security_opt: ['seccomp=unconfined', 'seccomp=builtin']}\n");
    const struct dw_container *a = service("a");
    expect_slice(a->capabilities_add.at[0].name, "NET_ADMIN");
    expect_slice(a->capabilities_add.at[1].name, "NET_RAW");
    expect_slice(a->capabilities_drop.at[0].name, "ALL");
    assert_int_equal(a->no_new_privileges.value, DW_SWITCH_ON); /* the last one holds */
    assert_int_equal(a->no_new_privileges.node->line, 8);
    assert_int_equal(a->seccomp.kind, DW_PROFILE_CUSTOM);
    expect_slice(a->seccomp.path, "s.json");
    assert_int_equal(a->apparmor.kind, DW_PROFILE_UNCONFINED);
    expect_slice(a->selinux.at[0].name, "type");
    expect_slice(a->selinux.at[0].value, "t");
    expect_slice(a->selinux.at[1].name, "disable");
    assert_int_equal(a->system_paths_unconfined.value, DW_SWITCH_ON);
    assert_int_equal(a->writable_cgroups.value, DW_SWITCH_ON);
    expect_slice(a->security_unknown.at[0].name, "odd");
    assert_int_equal(a->read_only.value, DW_SWITCH_ON);
    expect_slice(a->pid.text, "host");
    expect_slice(a->user_namespace.text, "host");
    assert_int_equal(a->api_socket.value, DW_SWITCH_ON);
    assert_int_equal(a->devices.len, 3);
    expect_slice(a->devices.at[0].value, "/dev/sda:/dev/x:r");
    expect_slice(a->devices.at[1].value, "/dev/fuse");
    expect_slice(a->devices.at[2].name, "gpus");
    assert_int_equal(a->groups.len, 2);
    expect_slice(a->profiles, "debug, test");
    expect_slice(a->what, "service a");
    assert_int_equal(service("b")->seccomp.kind, DW_PROFILE_DEFAULT);
    assert_int_equal(service("b")->read_only.value, DW_SWITCH_UNSET);
}

static void mounts(void **state)
{
    (void)state;
    load_good("services:\n"
              "  a:\n"
              "    image: x\n"
              "    volumes:\n"
              "      - /var/run/../run/docker.sock:/s:ro\n"
              "      - ./x/../y:/y:rw,rshared\n"
              "      - ~/.ssh:/ssh\n"
              "      - named:/n\n"
              "      - hidden:/h\n"
              "      - /anonymous\n"
              "      - 'C:\\data:/c:ro'\n"
              "      - {type: bind, source: /etc, target: /e, read_only: true, bind: {propagation: slave}}\n"
              "      - {type: image, source: 'data:1', target: /i}\n"
              "      - {type: npipe, source: '\\\\.\\pipe\\docker_engine', target: /p}\n"
              "    tmpfs: ['/run:size=1m', /tmp]\n"
              "  b: {image: x, volumes_from: ['a:ro', 'container:other'], volumes: ['/own:/o']}\n"
              "volumes:\n"
              "  named: {}\n"
              "  hidden: {driver_opts: {type: none, o: 'bind,ro', device: /etc}}\n");
    const struct dw_container *a = service("a");
    static const struct {
        enum dw_mount_kind kind;
        const char *source, *target, *propagation;
        bool read_only, disguise;
        unsigned line;
    } expected[] = {
        {DW_MOUNT_BIND, "/var/run/docker.sock", "/s", "", true, false, 5},
        {DW_MOUNT_BIND, "y", "/y", "rshared", false, false, 6},
        {DW_MOUNT_BIND, "~/.ssh", "/ssh", "", false, false, 7},
        {DW_MOUNT_VOLUME, "named", "/n", "", false, false, 8},
        {DW_MOUNT_BIND, "/etc", "/h", "", true, true, 9},
        {DW_MOUNT_VOLUME, "", "/anonymous", "", false, false, 10},
        {DW_MOUNT_BIND, "C:\\data", "/c", "", true, false, 11},
        {DW_MOUNT_BIND, "/etc", "/e", "slave", true, false, 12},
        {DW_MOUNT_IMAGE, "data:1", "/i", "", false, false, 13},
        {DW_MOUNT_NPIPE, "\\\\.\\pipe\\docker_engine", "/p", "", false, false, 14},
        {DW_MOUNT_TMPFS, "", "/run", "", false, false, 15},
        {DW_MOUNT_TMPFS, "", "/tmp", "", false, false, 15},
    };
    assert_int_equal(a->mounts.len, 12);
    for (size_t i = 0; i < a->mounts.len; i++) {
        const struct dw_container_mount *mount = &a->mounts.at[i];
        assert_int_equal(mount->kind, expected[i].kind);
        expect_slice(mount->source, expected[i].source);
        expect_slice(mount->target, expected[i].target);
        expect_slice(mount->propagation, expected[i].propagation);
        assert_int_equal(mount->read_only, expected[i].read_only);
        assert_int_equal(mount->in_disguise, expected[i].disguise);
        assert_int_equal(mount->node->line, expected[i].line);
        expect_slice(mount->problem, "");
    }
    assert_int_equal(a->images.len, 2);
    const struct dw_container *b = service("b");
    assert_int_equal(b->mounts.len, 14);
    expect_slice(b->mounts.at[1].source, "/var/run/docker.sock");
    assert_true(b->mounts.at[2].read_only); /* volumes_from: a:ro */
    expect_slice(b->mounts.at[13].problem, "what \"container:other\" mounts is not known");
}

static void operation(void **state)
{
    (void)state;
    load_good("services:\n"
              "  a:\n"
              "    image: x\n"
              "    mem_limit: 1g\n"
              "    deploy: {resources: {limits: {cpus: 0.5, pids: 9}}, restart_policy: {condition: on-failure, max_attempts: 5}}\n"
              "    healthcheck: {test: [NONE]}\n"
              "    logging: {driver: json-file, options: {max-size: 1m, max-file: 3}}\n"
              "    ports: ['80', '8080:80', '127.0.0.1:53:53/udp', '[::1]:90-91:90-91', {target: 5, published: 6, host_ip: 10.0.0.1}]\n"
              "    ulimits: {nproc: 5, nofile: {soft: 1, hard: 2}}\n"
              "    sysctls: [a.b=1]\n"
              "    post_start: [{command: x, user: root, privileged: true}]\n"
              "    credential_spec: {file: c.json}\n"
              "    env_file: [{path: a.env}, {path: none.env, required: false}, none.env]\n"
              "    environment: {A: literal, B: , C: '${C}', D: '${D:-d}'}\n"
              "  b: {image: x, healthcheck: {interval: 5s}, restart: always, provider: {type: model}}\n");
    const struct dw_container *a = service("a");
    expect_slice(a->memory_limit.text, "1g");
    expect_slice(a->cpu_limit.text, "0.5");
    expect_slice(a->pids_limit.text, "9");
    expect_slice(a->restart.text, "on-failure:5");
    assert_int_equal(a->health_check.value, DW_SWITCH_OFF);
    expect_slice(a->log_driver.text, "json-file");
    assert_int_equal(a->log_options.len, 2);
    assert_int_equal(a->ports.len, 5);
    static const struct {
        const char *address, *protocol;
        unsigned host_first, host_last, container_first, container_last;
    } ports[] = {{"", "tcp", 0, 0, 80, 80},
                 {"", "tcp", 8080, 8080, 80, 80},
                 {"127.0.0.1", "udp", 53, 53, 53, 53},
                 {"::1", "tcp", 90, 91, 90, 91},
                 {"10.0.0.1", "tcp", 6, 6, 5, 5}};
    for (size_t i = 0; i < 5; i++) {
        const struct dw_container_port *port = &a->ports.at[i];
        expect_slice(port->host_address, ports[i].address);
        expect_slice(port->protocol, ports[i].protocol);
        assert_int_equal(port->host_first, ports[i].host_first);
        assert_int_equal(port->host_last, ports[i].host_last);
        assert_int_equal(port->container_first, ports[i].container_first);
        assert_int_equal(port->container_last, ports[i].container_last);
        assert_true(port->published);
    }
    expect_slice(a->ulimits.at[1].value, "1:2");
    expect_slice(a->sysctls.at[0].name, "a.b");
    expect_slice(a->hooks.at[0].user.text, "root");
    assert_int_equal(a->hooks.at[0].privileged.value, DW_SWITCH_ON);
    expect_slice(a->host_code.at[0].name, "credential_spec");
    /* Neither file is there: only the one that is required is a problem. */
    static const char *const paths[] = {"compose.yaml"};
    assert_int_equal(a->environment.len, 6);
    write_file("a.env", "A=file\nE=e\n");
    assert_true(load_files(paths, 1, NULL));
    a = service("a");
    assert_int_equal(a->environment.len, 6);
    expect_slice(a->environment.at[0].value, "literal"); /* environment wins over env_file */
    assert_int_equal(a->environment.at[1].source, DW_VARIABLE_FILE);
    expect_slice(a->environment.at[1].file, "a.env");
    expect_slice(a->environment.at[1].value, "e");
    assert_true(a->environment.at[2].problem.len > 0);
    assert_int_equal(a->environment.at[3].source, DW_VARIABLE_SHELL);
    assert_int_equal(a->environment.at[4].source, DW_VARIABLE_SHELL);
    assert_int_equal(a->environment.at[5].source, DW_VARIABLE_LITERAL);
    const struct dw_container *b = service("b");
    assert_int_equal(b->health_check.value, DW_SWITCH_UNSET);
    expect_slice(b->restart.text, "always");
    expect_slice(b->host_code.at[0].value, "model");
}

static void builds(void **state)
{
    (void)state;
    write_file("Dockerfile", "FROM a AS first\nFROM b AS last\nUSER 7\n");
    load_good("services:\n"
              "  a: {build: ., image: named}\n"
              "  b: {build: {context: ., target: first}}\n"
              "  c: {build: {context: ., target: LAST}}\n"
              "  d: {build: ./none}\n"
              "  e: {build: 'https://example.com/x.git'}\n"
              "  f:\n"
              "    build:\n"
              "      additional_contexts: {base: 'docker-image://alpine:3', other: ./x}\n"
              "      dockerfile_inline: |\n"
              "        FROM x:1\n"
              "\n"
              "        USER 0\n"
              "  g: {build: {dockerfile_inline: \"FROM x\\nUSER 5\\n\"}}\n"
              "  h: {build: {dockerfile_inline: 'FORM x'}}\n"
              "  i: {build: '${WHERE}'}\n");
    assert_int_equal(service("a")->images.len, 0); /* beside a build it names what is built */
    assert_non_null(service("a")->dockerfile);
    assert_int_equal(service("c")->dockerfile->shipped, 1);
    expect_slice(service("a")->dockerfile_path, "Dockerfile");
    expect_slice(service("b")->target, "first");
    assert_int_equal(service("b")->dockerfile->shipped, 0);
    expect_slice(service("c")->target, "");
    expect_slice(service("d")->dockerfile_path, "none/Dockerfile");
    assert_non_null(strstr(service("e")->build_problem.at, "remote context"));
    assert_non_null(strstr(service("h")->build_problem.at, "unknown instruction"));
    assert_non_null(strstr(service("i")->build_problem.at, "\"WHERE\" has no value"));
    const struct dw_container *f = service("f");
    assert_true(f->dockerfile_inline);
    assert_int_equal(f->images.len, 1);
    expect_slice(f->images.at[0].reference.text, "alpine:3");
    /* Its places are the Compose file's. */
    const struct dw_instruction *user = f->dockerfile->user.instruction;
    assert_int_equal(user->line, 13);
    size_t offset = dw_instruction_offset(user, user->rest);
    assert_int_equal(f->dockerfile->source.at[offset], '0');
    expect_slice(dw_slice_part(f->dockerfile->source, offset - 5, 6), "USER 0");
    expect_slice(service("g")->dockerfile->user.value, "5");
    assert_int_equal(service("g")->dockerfile->user.instruction->line, 14);
}

/* git's index, version 2: a header, and for every file 62 bytes, its name, and NULs up to a multiple of 8. */
static void untracked(void **state)
{
    (void)state;
    static const char *const paths[] = {"sub/compose.yaml"};
    char index[12 + 80] = {'D', 'I', 'R', 'C', 0, 0, 0, 2, 0, 0, 0, 1};
    struct dw_error trouble = DW_ERROR_INIT;
    memcpy(index + 12 + 62, "sub/in.env", 10);
    write_file("sub/in.env", "A=1\n");
    write_file("sub/out.env", "B=1\n");
    write_file("sub/compose.yaml", "services: {a: {image: x, env_file: [in.env, out.env]}}\n");
    assert_true(load_files(paths, 1, NULL)); /* no repository: everything is part of what is delivered */
    assert_false(service("a")->environment.at[1].untracked);
    assert_true(dw_make_folders(".git", &trouble) && dw_file_write(".git/index", dw_slice_make(index, sizeof(index)), 0600, &trouble));
    assert_true(load_files(paths, 1, NULL));
    assert_false(service("a")->environment.at[0].untracked);
    assert_true(service("a")->environment.at[1].untracked);
    /* An index that is cut or of another version tells nothing. */
    assert_true(dw_file_write(".git/index", dw_slice_make(index, 70), 0600, &trouble));
    assert_true(load_files(paths, 1, NULL));
    assert_false(service("a")->environment.at[1].untracked);
    index[7] = 4;
    assert_true(dw_file_write(".git/index", dw_slice_make(index, sizeof(index)), 0600, &trouble));
    assert_true(load_files(paths, 1, NULL));
    assert_false(service("a")->environment.at[1].untracked);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, compose_setup, compose_teardown)
    const struct CMUnitTest tests[] = {TEST(security), TEST(mounts), TEST(operation), TEST(builds), TEST(untracked)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
