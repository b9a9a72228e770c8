/* SPDX-License-Identifier: Apache-2.0
 *
 * Loading: interpolation, merging, extends, include, environment files, checks, limits. Expected values are from the Compose
 * Specification or by hand. */
#include "compose_test.h"

#include "base/file.h"
#include "compose/interpolate.h"
#include "compose/types.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool find(const void *context, struct dw_slice name, struct dw_slice *value)
{
    (void)context;
    if (dw_slice_is(name, "EMPTY"))
        *value = DW_SLICE("");
    else if (dw_slice_is(name, "set_1"))
        *value = DW_SLICE("v$x");
    else
        return false;
    return true;
}

/* compose-spec, 12-interpolation.md. */
static void interpolation(void **state)
{
    (void)state;
    static const struct {
        const char *text, *result, *missing, *problem;
    } cases[] = {
        {"plain", "plain", "", NULL},
        {"$set_1/${set_1}", "v$x/v$x", "", NULL},
        {"$UNSET.", ".", "UNSET", NULL},
        {"${EMPTY}", "", "", NULL},
        {"${EMPTY:-d}${EMPTY-d}", "d", "", NULL},
        {"${UNSET:-d}${UNSET-d}", "dd", "", NULL},
        {"${set_1:-d}${set_1-d}", "v$xv$x", "", NULL},
        {"${set_1:+r}${set_1+r}", "rr", "", NULL},
        {"${EMPTY:+r}${EMPTY+r}", "r", "", NULL},
        {"${UNSET:+r}${UNSET+r}", "", "", NULL},
        {"${UNSET:?e}", "", "UNSET", NULL},
        {"${EMPTY?e}", "", "", NULL},
        {"${EMPTY:?e}", "", "EMPTY", NULL},
        {"${UNSET:-${OTHER:-${EMPTY:-x}}}", "x", "", NULL},
        {"${UNSET:-${OTHER}}", "", "OTHER", NULL},
        {"${set_1:-${OTHER}}", "v$x", "", NULL},
        {"${UNSET:-{\"a\": {}}}", "{\"a\": {}}", "", NULL},
        {"$$a$${b}$$$$", "$a${b}$$", "", NULL},
        {"${UNSET-}", "", "", NULL},
        {"${UNSET:-a:-b}", "a:-b", "", NULL},
        {"$", NULL, "", "malformed"},
        {"a $ b", NULL, "", "malformed"},
        {"$1", NULL, "", "malformed"},
        {"${}", NULL, "", "malformed"},
        {"${ set_1}", NULL, "", "malformed"},
        {"${set_1 }", NULL, "", "malformed"},
        {"${set_1!}", NULL, "", "malformed"},
        {"${set_1:}", NULL, "", "malformed"},
        {"${set_1", NULL, "", "malformed"},
        {"${set_1:-", NULL, "", "not closed"},
        {"${a-${a-${a-${a-${a-${a-${a-${a-${a-${a-${a-${a-${a-${a-${a-${a-${a-${a}}}}}}}}}}}}}}}}}}", NULL, "", "too deep"},
    };
    struct dw_arena arena = {0};
    struct dw_compose_lookup lookup = {.find = find};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct dw_compose_substitution result = dw_compose_substitute(&arena, dw_slice_of(cases[i].text), &lookup, 1000);
        if ((result.problem == NULL) != (cases[i].problem == NULL))
            fail_msg("%s: %s", cases[i].text, result.problem == NULL ? "no problem" : result.problem);
        if (cases[i].problem != NULL && strstr(result.problem, cases[i].problem) == NULL)
            fail_msg("%s: %s", cases[i].text, result.problem);
        if (cases[i].problem == NULL) {
            expect_slice(result.text, cases[i].result);
            expect_slice(result.missing, cases[i].missing);
        }
    }
    assert_true(dw_compose_substitute(&arena, DW_SLICE("$set_1$set_1$$"), &lookup, 6).too_long);
    dw_arena_free(&arena);
}

/* docs.docker.com, ".env file syntax". */
static void environment_files(void **state)
{
    (void)state;
    static const char text[] = "\xef\xbb\xbf# comment\n"
                               "A=a b  # not the value\n"
                               "B=b#c\n"
                               "export C='$A \\'x\\n'\n"
                               "D=\"${A}-\\n\\\"\\$A\"\n"
                               "E: e\n"
                               "F\n"
                               "G=\n"
                               "  H = ${NONE:-h}  \r\n"
                               "I='two\nlines'\n"
                               "J=\"x\" # more\n"
                               "K.k-1=1";
    static const struct {
        const char *name, *value;
        unsigned line;
    } expected[] = {{"A", "a b", 2},      {"B", "b#c", 3}, {"C", "$A 'x\\n", 4}, {"D", "a b-\n\"$A", 5}, {"E", "e", 6},
                    {"F", "", 7},         {"G", "", 8},    {"H", "h", 9},        {"I", "two\nlines", 10}, {"J", "x", 12},
                    {"K.k-1", "1", 13}};
    struct dw_arena arena = {0};
    struct compose_assignments found = {0};
    struct dw_error problem = DW_ERROR_INIT;
    if (!compose_dotenv(&arena, dw_slice_of(text), ".env", false, NULL, 10000, &found, &problem))
        fail_msg("%s", problem.text);
    assert_int_equal(found.len, sizeof(expected) / sizeof(*expected));
    for (size_t i = 0; i < found.len; i++) {
        expect_slice(found.at[i].name, expected[i].name);
        expect_slice(found.at[i].value, expected[i].value);
        assert_int_equal(found.at[i].line, expected[i].line);
        assert_int_equal(found.at[i].inherited, i == 5);
    }
    static const char *const bad[] = {"A B=1\n", "=1\n", "A='x\n", "A=\"x\n\n", "A=${B\n", "A%=1", "A=\0b"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        size_t length = i == 6 ? 4 : strlen(bad[i]);
        found.len = 0;
        assert_false(compose_dotenv(&arena, dw_slice_make(bad[i], length), ".env", false, NULL, 100, &found, &problem));
        assert_non_null(strstr(problem.text, ".env:1"));
    }
    found.len = 0;
    assert_true(compose_dotenv(&arena, DW_SLICE("A='$x'\n# c\nB\n"), ".env", true, NULL, 100, &found, &problem));
    expect_slice(found.at[0].value, "'$x'");
    assert_true(found.at[1].inherited);
    dw_vector_free(&found);
    dw_arena_free(&arena);
}

static void variables(void **state)
{
    (void)state;
    static const char *const paths[] = {"compose.yaml"}, *const environment[] = {"TAG=2", "OTHER=o", NULL};
    write_file(".env", "TAG=1\nFROM_FILE=${TAG}x\n");
    write_file("compose.yaml", "name: ${N:-p}\nservices:\n  a: {image: 'x:${TAG}', hostname: $FROM_FILE, user: '${NONE}'}\n");
    assert_true(load_files(paths, 1, NULL));
    expect_text("services/a/image", "x:1");
    expect_text("services/a/hostname", "1x");
    expect_slice(service("a")->user.problem, "the variable \"NONE\" has no value here and no default: write ${NONE:-value}");
    assert_true(load_files(paths, 1, environment)); /* the environment wins over .env, also within it */
    expect_text("services/a/image", "x:2");
    expect_text("services/a/hostname", "2x");
    expect_slice(service("a")->images.at[0].reference.written, "x:${TAG}");
    write_file(".env", "TAG='1\n");
    assert_false(load_files(paths, 1, NULL));
    expect_error(DW_ERROR_INPUT, ".env:1: a quoted value is not closed");
}

/* compose-spec, 13-merge.md. */
static void merging(void **state)
{
    (void)state;
    static const char *const paths[] = {"compose.yaml", "over.yaml"};
    write_file("compose.yaml", "services:\n"
                               "  a:\n"
                               "    image: x:1\n"
                               "    privileged: true\n"
                               "    command: [a, b]\n"
                               "    environment: {A: '1', B: '2'}\n"
                               "    cap_add: [NET_ADMIN]\n"
                               "    security_opt: [seccomp=unconfined]\n"
                               "    volumes: ['./a:/x', 'd:/d']\n"
                               "    ports: ['80:80']\n"
                               "    logging: {driver: json-file, options: {max-size: 1m}}\n"
                               "    healthcheck: {test: [CMD, a], interval: 5s}\n"
                               "    build: ./b\n"
                               "    dns: 1.1.1.1\n"
                               "    expose: [1]\n"
                               "    group_add: [a]\n"
                               "    depends_on: [b]\n"
                               "    networks: [n]\n"
                               "  b: {image: y, tmpfs: /a, cap_drop: [ALL]}\n"
                               "networks: {n: }\n"
                               "volumes: {d: {}}\n");
    write_file("over.yaml", "services:\n"
                            "  a:\n"
                            "    image: x:2\n"
                            "    command: c\n"
                            "    environment: [B=3, C]\n"
                            "    cap_add: [NET_ADMIN, SYS_TIME]\n"
                            "    security_opt: !reset\n"
                            "    volumes: ['./b:/x']\n"
                            "    ports: !override ['81:80']\n"
                            "    logging: {driver: local, options: {max-file: '3'}}\n"
                            "    healthcheck: {test: [CMD, b]}\n"
                            "    build: {target: t}\n"
                            "    dns: [2.2.2.2]\n"
                            "    depends_on: {b: {condition: service_healthy}}\n"
                            "    networks: {n: {priority: 1}}\n"
                            "  b: {tmpfs: [/b], cap_drop: !override [NET_RAW]}\n");
    if (!load_files(paths, 2, NULL))
        fail_msg("%s", error.text);
    expect_text("services/a/image", "x:2");
    assert_ptr_equal(at("services/a/image")->document, project->documents.at[1]);
    assert_int_equal(at("services/a/image")->line, 3);
    assert_int_equal(service("a")->privileged.node->line, 4); /* survives */
    expect_text("services/a/command", "c");
    expect_text("services/a/environment/A", "1");
    expect_text("services/a/environment/B", "3");
    assert_int_equal(at("services/a/environment")->count, 3);
    assert_int_equal(at("services/a/environment/B")->line, 5);
    assert_int_equal(at("services/a/cap_add")->count, 2);
    assert_null(at("services/a/security_opt"));
    assert_int_equal(service("a")->seccomp.kind, DW_PROFILE_UNSET);
    expect_text("services/a/volumes/0", "./b:/x");
    expect_text("services/a/volumes/1", "d:/d");
    assert_int_equal(at("services/a/ports")->count, 1);
    expect_text("services/a/ports/0", "81:80");
    expect_text("services/a/logging/driver", "local");
    assert_null(at("services/a/logging/options/max-size")); /* another driver's */
    expect_text("services/a/healthcheck/test/1", "b");
    expect_text("services/a/healthcheck/interval", "5s");
    expect_text("services/a/build/context", "./b");
    expect_text("services/a/build/target", "t");
    expect_text("services/a/dns/1", "2.2.2.2");
    expect_text("services/a/depends_on/b/condition", "service_healthy");
    expect_text("services/a/networks/n/priority", "1");
    expect_text("services/b/tmpfs/1", "/b");
    assert_int_equal(service("b")->capabilities_drop.len, 1);
    /* The service itself stands where it is defined first. */
    assert_ptr_equal(service("a")->node->document, project->documents.at[0]);
    assert_int_equal(service("a")->key->line, 2);
}

static void override_unasked(void **state)
{
    (void)state;
    write_file("compose.override.yaml", "services: {a: {privileged: true}}\n");
    load_good("services: {a: {image: x}}\n");
    assert_int_equal(service("a")->privileged.value, DW_SWITCH_ON);
    assert_ptr_equal(service("a")->privileged.node->document, project->documents.at[1]);
    static const char *const other[] = {"other.yaml"};
    write_file("other.yaml", "services: {a: {image: x}}\n");
    assert_true(load_files(other, 1, NULL)); /* as with -f */
    assert_int_equal(service("a")->privileged.value, DW_SWITCH_UNSET);
    load_good("services: {a: {image: x}}\n---\nservices: {a: {image: y}}\n");
    expect_text("services/a/image", "y");
}

static void extending(void **state)
{
    (void)state;
    write_file("sub/base.yaml", "services:\n"
                                "  base: {image: x, volumes: ['./data:/data'], environment: {A: '1'}, extends: root, build: ./web}\n"
                                "  root: {user: root, cap_add: [SYS_ADMIN]}\n");
    write_file("sub/web/Dockerfile", "FROM scratch\nUSER 1\n");
    load_good("services:\n"
              "  a: {extends: {file: sub/base.yaml, service: base}, environment: [A=2], cap_add: [NET_RAW]}\n"
              "  b: {extends: a, user: '65532'}\n");
    expect_slice(service("a")->user.text, "root");
    expect_slice(service("b")->user.text, "65532");
    assert_int_equal(service("a")->user.node->line, 3);
    expect_slice(service("a")->user.node->document->name, "sub/base.yaml");
    assert_int_equal(service("b")->capabilities_add.len, 2);
    expect_slice(service("a")->environment.at[0].value, "2");
    expect_slice(service("b")->mounts.at[0].source, "sub/data"); /* relative to the file that says so */
    assert_non_null(service("a")->dockerfile);
    expect_slice(service("a")->dockerfile_path, "sub/web/Dockerfile");
    assert_int_equal(service("a")->key->line, 2);
    assert_null(at("services/a/extends"));
    expect_rejected("services: {a: {extends: b}, b: {extends: a}}\n", "circular reference");
    expect_rejected("services: {a: {extends: a}}\n", "circular reference");
    expect_rejected("services: {a: {extends: b}}\n", "compose.yaml:1:25: cannot extend service \"b\"");
    expect_rejected("services: {a: {extends: {file: sub/base.yaml, service: z}}}\n", "none of this name in that file");
    expect_rejected("services: {a: {extends: {file: none.yaml, service: z}}}\n", "compose.yaml:1: none.yaml: cannot be read");
    assert_false(load_text("services: {a: {extends: {file: 'https://x/y.yaml', service: z}}}\n"));
    expect_error(DW_ERROR_UNSUPPORTED, "compose.yaml:1:32: extends a service of the remote file");
    /* !reset takes back what the base has. */
    load_good("services:\n  a: {image: x, extends: {file: sub/base.yaml, service: base}, cap_add: !reset [], user: !reset ''}\n");
    assert_null(at("services/a/cap_add"));
    assert_null(service("a")->user.node);
}

static void including(void **state)
{
    (void)state;
    write_file("sub/compose.yaml", "services: {b: {image: 'x:${TAG:-0}', volumes: ['./d:/d']}}\nnetworks: {n: {}}\n");
    write_file("sub/.env", "TAG=5\n");
    write_file("sub/more.yaml", "services: {b: {read_only: true}}\n");
    load_good("include: [sub/compose.yaml]\nservices: {a: {image: y, networks: [n], depends_on: [b]}}\n");
    expect_text("services/b/image", "x:5");
    expect_slice(service("b")->mounts.at[0].source, "sub/d");
    expect_slice(service("b")->key->document->name, "sub/compose.yaml");
    write_file("other.env", "TAG=6\n");
    load_good("include:\n  - {path: [sub/compose.yaml, sub/more.yaml], project_directory: ., env_file: other.env}\nservices: {}\n");
    expect_text("services/b/image", "x:6");
    expect_slice(service("b")->mounts.at[0].source, "d");
    assert_int_equal(service("b")->read_only.value, DW_SWITCH_ON);
    load_good("include: [sub/compose.yaml, sub/compose.yaml]\n"); /* the same twice is no conflict */
    expect_rejected("include: [sub/compose.yaml]\nservices: {b: {image: z}}\n", "services.b conflicts");
    expect_rejected("include: [none.yaml]\n", "compose.yaml:1: none.yaml: cannot be read");
    expect_rejected("include: none.yaml\n", "\"include\" must be a list");
    expect_rejected("include: [{env_file: x}]\n", "an include must be a path");
    expect_rejected("include: [compose.yaml]\n", "include cycle detected");
    write_file("sub/compose.yaml", "include: [../compose.yaml]\n");
    expect_rejected("include: [sub/compose.yaml]\n", "include cycle detected");
    static const char *const remote[] = {"oci://registry/x", "https://github.com/x/y.git", "git@github.com:x/y"};
    for (size_t i = 0; i < 3; i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        dw_buffer_printf(&text, "include: ['%s']\n", remote[i]);
        assert_false(load_text(text.at));
        expect_error(DW_ERROR_UNSUPPORTED, "which is not fetched");
    }
}

/* What is neither in the project's folder nor in the current one is named, not read. */
static void outside(void **state)
{
    (void)state;
    write_file("in/compose.yaml", "include: [../other.yaml]\nservices: {}\n");
    write_file("other.yaml", "services: {o: {image: x}}\n");
    static const char *const below[] = {"in/compose.yaml"}, *const here[] = {"compose.yaml"};
    if (!load_files(below, 1, NULL)) /* the current folder holds both */
        fail_msg("%s", error.text);
    assert_int_equal(chdir("in"), 0);
    assert_false(load_files(here, 1, NULL));
    expect_error(DW_ERROR_UNSUPPORTED, "other.yaml: is outside the project and is not read");
    assert_int_equal(symlink("../other.yaml", "link.yaml"), 0);
    expect_rejected("services: [\n", "compose.yaml"); /* writes the file anew */
    assert_false(load_text("include: [link.yaml]\n"));
    expect_error(DW_ERROR_UNSUPPORTED, "link.yaml: is outside the project");
    assert_false(load_text("services: {a: {extends: {file: ../other.yaml, service: o}}}\n"));
    expect_error(DW_ERROR_UNSUPPORTED, "outside the project");
    load_good("services: {a: {image: x, env_file: ../other.yaml}, b: {build: ..}}\n");
    assert_non_null(strstr(service("a")->environment.at[0].problem.at, "outside the project"));
    assert_non_null(strstr(service("b")->build_problem.at, ".."));
    assert_int_equal(chdir(".."), 0);
}

/* A pipe that nobody writes to must not hold the run up. */
static void pipes(void **state)
{
    (void)state;
    assert_int_equal(mkfifo("pipe", 0600), 0);
    load_good("services: {a: {image: x, env_file: pipe}, b: {build: {context: ., dockerfile: pipe}}}\n");
    assert_non_null(strstr(service("a")->environment.at[0].problem.at, "pipe: is a pipe or a device and is not read"));
    assert_non_null(strstr(service("b")->build_problem.at, "is a pipe or a device"));
    assert_false(load_text("include: [pipe]\n"));
    expect_error(DW_ERROR_UNSUPPORTED, "pipe: is a pipe or a device");
    assert_int_equal(unlink("pipe"), 0);
}

static void checks(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"services: {a: {image: x, privilegd: true}}\n",
         "compose.yaml:1:26: services.a: unknown key \"privilegd\": did you mean \"privileged\"?"},
        {"service: {}\n", "unknown key \"service\": did you mean \"services\"?"},
        {"services: {a: {image: 1}}\n", "compose.yaml:1:23: services.a.image: it must be a text, not a whole number: write \"1\""},
        {"services: {a: {image: x, ports: '80'}}\n", "services.a.ports: it must be a list, not a text"},
        {"services: {a: {image: x, privileged: []}}\n", "services.a.privileged: it must be a text or true or false, not a list"},
        {"services: {a: {image: x, cgroup: foreign}}\n", "one of \"host\", \"private\", not \"foreign\""},
        {"services: {a: {image: x, volumes: [{target: /x}]}}\n", "services.a.volumes.0: the key \"type\" is missing"},
        {"services: {'a b': {image: x}}\n", "a name may have letters"},
        {"services: {a: {image: x, security_opt: [a, a]}}\n", "it stands here twice"},
        {"services: {a: }\n", "services.a: it must be a mapping, not nothing (null)"},
        {"[a]\n", "must be a mapping"},
        {"", "the file is empty"},
        {"services: {a: {}}\n", "compose.yaml:1:12: service \"a\" has neither an image nor a build context"},
        {"services: {a: {image: x, networks: [n]}}\n", "refers to the undefined network \"n\""},
        {"services: {a: {image: x, volumes: ['data:/x']}}\n", "refers to the undefined volume \"data\""},
        {"services: {a: {image: x, secrets: [s]}}\n", "refers to the undefined secret \"s\""},
        {"services: {a: {image: x, configs: [{source: s}]}}\n", "refers to the undefined config \"s\""},
        {"services: {a: {build: {context: ., secrets: [s]}}}\n", "refers to the undefined build secret \"s\""},
        {"services: {a: {image: x, depends_on: [b]}}\n", "depends on the undefined service \"b\""},
        {"services: {a: {image: x, network_mode: 'service:b'}}\n", "refers to the undefined service \"b\""},
        {"services: {a: {image: x, depends_on: [b]}, b: {image: x, depends_on: [a]}}\n", "dependency cycle"},
        {"services: {a: {image: x, depends_on: [a]}}\n", "dependency cycle"},
        {"services: {a: {image: x, network_mode: host, networks: [default]}}\n", "mutually exclusive"},
        {"services: {a: {build: {dockerfile: x, dockerfile_inline: 'FROM x'}}}\n", "mutually exclusive"},
        {"services: {a: {image: x, container_name: c, scale: 2}}\n", "several replicas"},
        {"services: {a: {image: x, ports: ['x']}}\n", "\"x\" is no port"},
        {"services: {a: {image: x, ports: ['80-82:80-81']}}\n", "is no port"},
        {"services: {a: {image: x, ports: ['65536']}}\n", "is no port"},
        {"services: {a: {image: x, volumes: ['a:b:c:d']}}\n", "is no volume"},
        {"services: {a: {image: x, mem_limit: lots}}\n", "is no size"},
        {"services: {a: {image: x, healthcheck: {interval: '5'}}}\n", "is no duration"},
        {"services: {a: {image: x, privileged: maybe}}\n", "neither true nor false"},
        {"services: {a: {image: '${'}}\n", "compose.yaml:1:23: a malformed variable"},
        {"secrets: {s: {}}\n", "secret \"s\" needs \"file\" or \"environment\""},
        {"secrets: {s: {file: a, environment: b}}\n", "mutually exclusive"},
        {"volumes: {v: {external: true, driver: x}}\n", "conflicting parameters"},
        {"name: A\n", "is no project name"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        expect_rejected(cases[i].text, cases[i].part);
    load_good("x-a: [1]\nversion: '3'\nservices:\n  a:\n    image: x\n    x-b: {c: d}\n    privileged: yes\n    healthcheck: {interval: 1m30s}\n"
              "    depends_on: {b: {condition: service_started, required: false}}\n    mem_limit: 1.5gb\n");
    assert_int_equal(service("a")->privileged.value, DW_SWITCH_ON);
}

/* Every wrong kind of value at every key of the table is an error that says where, or is taken; never a crash. */
static void wrong_kind(const char *key, const struct compose_key *row, const char *value, size_t *refused)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_buffer_printf(&text, key, row->name, value);
    static const char *const paths[] = {"compose.yaml"};
    struct dw_error problem = DW_ERROR_INIT;
    struct dw_compose_options options = {.text = dw_buffer_slice(&text), .no_files = true};
    struct dw_compose *loaded = dw_compose_load(paths, 1, &options, &limits, &problem);
    if (loaded == NULL && strncmp(problem.text, "compose.yaml:", 13) != 0)
        fail_msg("%s: %s", text.at, problem.text);
    *refused += loaded == NULL;
    dw_compose_free(loaded);
}

static void each_key(const char *format, const struct compose_type *type, size_t *tried, size_t *refused)
{
    static const char *const values[] = {"", "text", "1", "0.5", "true", "[]", "[a]", "[[a]]", "[1]", "[{a: b}]", "{}", "{a: b}",
                                         "{a: {b: c}}", "{a: [b]}", "-1", "''", "${X}", "!reset a", "!override [a]", "[{}]", "[~]"};
    for (size_t i = 0; i < type->key_count; i++) {
        for (size_t j = 0; j < sizeof(values) / sizeof(*values); j++, (*tried)++)
            wrong_kind(format, &type->keys[i], values[j], refused);
        DW_CLEANUP(dw_buffer_free) struct dw_buffer inner = {0};
        const struct compose_type *below = type->keys[i].type;
        bool list = below->keys == NULL && below->items != NULL;
        if (list)
            below = below->items;
        if (below->keys == NULL || strlen(format) > 150)
            continue;
        /* The format once more, with the key put in and a mapping as its value. */
        const char *mark = strstr(format, "%s: %s");
        dw_buffer_printf(&inner, "%.*s%s: %s{%%s: %%s}%s%s", (int)(mark - format), format, type->keys[i].name, list ? "[" : "",
                         list ? "]" : "", mark + 6);
        each_key(inner.at, below, tried, refused);
    }
}

static void wrong_kinds(void **state)
{
    (void)state;
    size_t tried = 0, refused = 0;
    each_key("{%s: %s}\n", &compose_project_type, &tried, &refused);
    each_key("services: {a: {image: x, %s: %s}}\n", &compose_service_type, &tried, &refused);
    print_message("%zu values, %zu refused\n", tried, refused);
    assert_true(tried > 3000 && refused > tried / 2);
}

static void bounds(void **state)
{
    (void)state;
    /* Services that extend a large one: each merge costs. */
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_buffer_append_string(&text, "services:\n  a:\n    image: x\n    labels:\n");
    for (size_t i = 0; i < 2000; i++)
        dw_buffer_printf(&text, "      l%zu: v\n", i);
    for (size_t i = 0; i < 5000; i++)
        dw_buffer_printf(&text, "  s%zu: {extends: a, labels: {x: y}}\n", i);
    assert_false(load_text(text.at));
    expect_error(DW_ERROR_LIMIT, "compose-nodes");
    /* Variables that grow. */
    dw_buffer_clear(&text);
    dw_buffer_append_string(&text, "A=aaaaaaaaaaaaaaaa\n");
    for (char c = 'B'; c <= 'Z'; c++)
        dw_buffer_printf(&text, "%c=$%c$%c$%c$%c\n", c, c - 1, c - 1, c - 1, c - 1);
    write_file(".env", text.at);
    assert_false(load_text("services: {a: {image: $Z}}\n"));
    expect_error(DW_ERROR_LIMIT, ".env");
    write_file(".env", "");
    /* A chain that is too long. */
    dw_buffer_clear(&text);
    dw_buffer_append_string(&text, "services:\n  s0: {image: x}\n");
    for (size_t i = 1; i < 100; i++)
        dw_buffer_printf(&text, "  t%zu: {extends: t%zu}\n", i, i + 1);
    dw_buffer_append_string(&text, "  t100: {image: x}\n");
    assert_false(load_text(text.at));
    expect_error(DW_ERROR_LIMIT, "deep");
    /* Many documents, many services. */
    dw_buffer_clear(&text);
    for (size_t i = 0; i < 10000; i++)
        dw_buffer_printf(&text, "---\nservices: {s%zu: {image: x}}\n", i % 50);
    load_good(text.at);
    assert_int_equal(project->services.len, 50);
}

/* Every cut and every changed bit of a file with much in it is loaded or refused. */
static void damage(void **state)
{
    (void)state;
    static const char whole[] =
        "x-b: &b {image: 'r:${V:-7}', environment: {A: '1', B: }}\n"
        "services:\n"
        "  a: {<<: *b, cap_drop: [ALL], security_opt: [no-new-privileges:true], volumes: ['./x:/x:ro', d:/d, {type: bind, source: /, target: /h}],\n"
        "      ports: ['127.0.0.1:80:80'], volumes_from: [c:ro]}\n"
        "  c: {extends: a, volumes_from: !reset [], ulimits: {nofile: {soft: 1, hard: 2}}, build: {dockerfile_inline: \"FROM x\\nUSER 1\\n\"}}\n"
        "volumes: {d: {driver_opts: {o: bind, device: /etc}}}\n---\nservices: {c: {user: root}}\n";
    static const char *const paths[] = {"compose.yaml"};
    size_t loaded = 0;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    for (size_t i = 0; i < (sizeof(whole) - 1) * 9; i++) {
        size_t byte = i / 9;
        dw_buffer_clear(&text);
        dw_buffer_append(&text, dw_slice_make(whole, i % 9 == 8 ? byte : sizeof(whole) - 1));
        if (i % 9 < 8)
            text.at[byte] = (char)(text.at[byte] ^ (1 << (i % 9)));
        struct dw_error problem = DW_ERROR_INIT;
        struct dw_compose_options options = {.text = dw_buffer_slice(&text), .no_files = true};
        struct dw_compose *damaged = dw_compose_load(paths, 1, &options, &limits, &problem);
        assert_int_equal(damaged == NULL, problem.kind != DW_ERROR_NONE);
        loaded += damaged != NULL;
        dw_compose_free(damaged);
    }
    assert_true(loaded > 100);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, compose_setup, compose_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interpolation), cmocka_unit_test(environment_files), TEST(variables), TEST(merging), TEST(override_unasked),
        TEST(extending), TEST(including), TEST(outside), TEST(pipes), TEST(checks), TEST(wrong_kinds), TEST(bounds), TEST(damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
