/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules on Dockerfiles, Compose files and Kubernetes manifests: a good and a bad example each, from rules.md by hand. */
#include "rule_test.h"
#include "document/edit.h"

#define PIN "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void dockerfile_pinned(void **state)
{
    (void)state;
    judge_dockerfile("ARG TAG=22" PIN "\n"
                     "FROM node:22" PIN " AS build\n"
                     "FROM build AS test\n"
                     "RUN --mount=type=bind,from=build,target=/x true\n"
                     "FROM gcr.io/distroless/nodejs:$TAG\n"
                     "COPY --from=build /a /a\n"
                     "COPY --from=0 /a /a\n"
                     "USER 65532:65532\n",
                     NULL);
    expect_result("BASE-001", DW_STATUS_PASS);
    expect_result("BASE-002", DW_STATUS_PASS);
    expect_findings("BASE-001", 0);
    judge_dockerfile("FROM scratch\nUSER 65532\n", NULL);
    expect_result("BASE-001", DW_STATUS_NOT_APPLICABLE);
}

static void dockerfile_not_pinned(void **state)
{
    (void)state;
    judge_dockerfile("ARG TAG=22\n"
                     "FROM node:$TAG AS build\n"
                     "FROM busybox AS unused\n"
                     "FROM alpine\n"
                     "COPY --from=nginx:latest /a /a\n"
                     "COPY --from=build /a /a\n"
                     "RUN --mount=type=cache,from=ghcr.io/a/b:1,target=/c true\n"
                     "ONBUILD COPY --from=ghcr.io/a/c:1 /a /a\n",
                     NULL);
    expect_result("BASE-001", DW_STATUS_FAIL);
    expect_findings("BASE-001", 5);
    expect_finding("BASE-001", 2, "\"node:22\" (written \"node:$TAG\") is not pinned");
    expect_finding("BASE-001", 4, "\"alpine\" is not pinned");
    expect_finding("BASE-001", 5, "COPY --from");
    expect_finding("BASE-001", 7, "ghcr.io/a/b:1");
    expect_finding("BASE-001", 8, "ONBUILD COPY --from");
    expect_findings("BASE-002", 2);
    expect_finding("BASE-002.missing", 4, "neither tag nor digest");
    expect_finding("BASE-002.latest", 5, "\"latest\"");
    const struct dw_finding *finding = find_finding("BASE-001");
    assert_true(dw_slice_is(finding->fix, "write node:22@sha256:<digest>; docker buildx imagetools inspect node:22 shows it"));
    assert_true(dw_slice_is(finding->place.path, "Dockerfile"));
    assert_int_equal(finding->severity, DW_SEVERITY_HIGH);
    assert_int_equal(finding->alias_count, 2);
    assert_true(dw_slice_is(finding->aliases[1], "kics:Image Without Digest"));
    expect_reason("BASE-001", "(and 4 more)");
}

static void dockerfile_unresolved(void **state)
{
    (void)state;
    judge_dockerfile("ARG TAG\nFROM node:$TAG\n", NULL);
    expect_result("BASE-001", DW_STATUS_NOT_EVALUATED);
    expect_result("BASE-002", DW_STATUS_NOT_EVALUATED);
    expect_result("BASE-004", DW_STATUS_NOT_EVALUATED);
    expect_reason("BASE-001", "Dockerfile:2: FROM \"node:$TAG\": the variable \"TAG\" has no value");
    /* A failure outweighs what is not known. */
    judge_dockerfile("ARG TAG\nFROM node:$TAG\nCOPY --from=nginx:1 /a /a\n", NULL);
    expect_result("BASE-001", DW_STATUS_FAIL);
    expect_result("BASE-002", DW_STATUS_NOT_EVALUATED);
}

static void expect_family(const char *text, enum dw_status status)
{
    judge_dockerfile(text, NULL);
    expect_result("BASE-004", status);
}

static void dockerfile_family(void **state)
{
    (void)state;
    expect_family("FROM node:22-alpine\n", DW_STATUS_PASS);
    expect_family("FROM gcr.io/distroless/nodejs22-debian12:nonroot\n", DW_STATUS_PASS);
    expect_family("FROM cgr.dev/chainguard/node:22\n", DW_STATUS_PASS);
    expect_family("FROM cgr.dev/chainguard/node:22-dev\n", DW_STATUS_FAIL);
    expect_family("FROM gcr.io/distroless/nodejs22-debian12:debug\n", DW_STATUS_FAIL);
    expect_family("FROM node:22-bookworm-slim\n", DW_STATUS_FAIL);
    expect_finding("BASE-004", 1, "which is debian; the policy prefers distroless or alpine");
    expect_family("FROM ubuntu:24.04\nCMD [\"/usr/bin/node\", \"x\"]\n", DW_STATUS_FAIL);
    expect_family("FROM ubuntu:24.04\nCMD exec npm start\n", DW_STATUS_FAIL);
    expect_family("FROM debian:12\nENTRYPOINT [\"tini\", \"--\", \"node\"]\n", DW_STATUS_FAIL);
    expect_family("FROM debian:12\nCMD [\"sh\", \"-c\", \"yarn start\"]\n", DW_STATUS_FAIL);
    expect_family("FROM debian:12\nCOPY package.json package-lock.json /app/\n", DW_STATUS_FAIL);
    expect_family("FROM debian:12\nCMD [\"python3\", \"x\"]\n", DW_STATUS_NOT_APPLICABLE);
    expect_family("FROM node:22 AS build\nFROM nginx:1-alpine\nCOPY --from=build /d /d\n", DW_STATUS_NOT_APPLICABLE);
    expect_family("FROM ghcr.io/company/base:1\nCMD [\"node\", \"x\"]\n", DW_STATUS_NOT_EVALUATED);
    static const struct dw_slice debian[] = {DW_SLICE_INIT("debian")};
    settings.node_families = debian;
    settings.node_family_count = 1;
    expect_family("FROM node:22\n", DW_STATUS_PASS);
    expect_family("FROM node:22-alpine\n", DW_STATUS_FAIL);
    settings.node_family_count = 0;
    expect_family("FROM node:22\n", DW_STATUS_NOT_APPLICABLE);
}

/* Windows has accounts by name, no uid and no root: learn.microsoft.com, "Container security", ContainerUser and ContainerAdministrator. */
static void dockerfile_user_windows(void **state)
{
    (void)state;
    judge_dockerfile("FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nUSER ContainerUser\n", NULL);
    expect_result("USR-001", DW_STATUS_PASS);
    expect_findings("USR-002", 0);
    expect_information("USR-003", 0);
    judge_dockerfile("FROM golang:1.23-windowsservercore AS b\nFROM b\nUSER containeradministrator\n", NULL);
    expect_result("USR-001", DW_STATUS_FAIL);
    expect_finding("USR-001.explicit", 3, "is an administrator");
    assert_true(dw_slice_starts_with(find_finding("USR-001")->fix, "USER ContainerUser"));
    judge_dockerfile("FROM --platform=windows/amd64 shop:1\nUSER app\n", NULL);
    expect_result("USR-001", DW_STATUS_NOT_EVALUATED);
    expect_findings("USR-002", 0);
    judge_dockerfile("FROM mcr.microsoft.com/windows/servercore:ltsc2022\n", NULL);
    expect_result("USR-001", DW_STATUS_NOT_EVALUATED);
    /* The shipped stage decides, not its builder. */
    judge_dockerfile("FROM golang:1.23-nanoserver AS b\nFROM alpine:3\nUSER app\n", NULL);
    expect_finding("USR-002.named", 3, "names the user \"app\"");
}

static void dockerfile_user(void **state)
{
    (void)state;
    judge_dockerfile("FROM a:1\nUSER root\nRUN x\nUSER 65532:65532\n", NULL);
    expect_result("USR-001", DW_STATUS_PASS);
    expect_result("USR-002", DW_STATUS_PASS);
    expect_result("USR-003", DW_STATUS_PASS);
    expect_information("USR-003", 0);
    judge_dockerfile("FROM a:1\nUSER 65532\n", NULL);
    expect_result("USR-003", DW_STATUS_PASS);
    expect_information("USR-003", 1);
    judge_dockerfile("FROM a:1\nUSER 0:0\n", NULL);
    expect_result("USR-001", DW_STATUS_FAIL);
    expect_finding("USR-001.explicit", 2, "USER is root: \"0:0\"");
    judge_dockerfile("FROM scratch\nCMD [\"/x\"]\n", NULL);
    expect_result("USR-001", DW_STATUS_FAIL);
    expect_finding("USR-001.implicit", 1, "no user is set");
    judge_dockerfile("FROM a:1\nUSER 1000:0\n", NULL);
    expect_result("USR-001", DW_STATUS_PASS);
    expect_finding("USR-002.low-uid", 2, "uid 1000");
    expect_finding("USR-003", 2, "primary group is 0");
    judge_dockerfile("FROM a:1\nUSER node\n", NULL);
    expect_finding("USR-002.named", 2, "names the user \"node\"");
    expect_result("USR-001", DW_STATUS_NOT_EVALUATED);
    judge_dockerfile("FROM a:1\nUSER 70000\n", NULL);
    expect_finding("USR-002", 2, "uid 70000 is not the one the policy asks for, 65532");
    settings.user_lowest = 10000;
    settings.user_highest = 80000;
    judge_dockerfile("FROM a:1\nUSER 70000\n", NULL);
    expect_result("USR-002", DW_STATUS_PASS);
}

static void dockerfile_user_unknown(void **state)
{
    (void)state;
    judge_dockerfile("FROM a:1\nCMD x\n", NULL);
    expect_result("USR-001", DW_STATUS_NOT_EVALUATED);
    expect_reason("USR-001", "the user of the base \"a:1\" is not known");
    judge_dockerfile("FROM a:1\nUSER $APP\n", NULL);
    expect_result("USR-001", DW_STATUS_NOT_EVALUATED);
    /* With the image at hand, it decides what the Dockerfile leaves open, but not what it says. */
    struct dw_subject *image = rule_subject(DW_SUBJECT_IMAGE, "oci:x");
    image->image.image_id = DW_SLICE("sha256:1");
    judge_dockerfile("FROM a:1\nCMD x\n", image);
    expect_result("USR-001", DW_STATUS_NOT_APPLICABLE);
    expect_result("BASE-004", DW_STATUS_NOT_APPLICABLE);
    judge_dockerfile("FROM a:1\nUSER root\n", image);
    expect_result("USR-001", DW_STATUS_FAIL);
    image->unreadable = true;
    judge_dockerfile("FROM a:1\nCMD x\n", image);
    expect_result("USR-001", DW_STATUS_NOT_EVALUATED);
}

static void compose_images(void **state)
{
    (void)state;
    rule_subject(DW_SUBJECT_DOCKERFILE, "Dockerfile");
    judge_compose("x-image: &i {image: 'redis:7" PIN "'}\n"
                  "services:\n"
                  "  built: {build: ., image: company/roi}\n"
                  "  pinned: {image: 'postgres:16" PIN "', user: '65532:65532'}\n"
                  "  merged: {<<: *i, user: '65532:65532'}\n"
                  "  default: {image: \"nginx:${TAG:-1.27" PIN "}\", user: '65532:65532'}\n");
    expect_result("BASE-001", DW_STATUS_PASS);
    expect_result("BASE-002", DW_STATUS_PASS);
    expect_result("USR-004", DW_STATUS_PASS);
    judge_compose("services:\n"
                  "  a: {image: postgres}\n"
                  "  b:\n"
                  "    image: redis:${V:-7}\n"
                  "    volumes:\n"
                  "      - {type: image, source: 'data:1', target: /d}\n"
                  "      - ./x:/x\n"
                  "  c:\n"
                  "    build:\n"
                  "      context: .\n"
                  "      additional_contexts:\n"
                  "        base: docker-image://alpine:3\n"
                  "      dockerfile_inline: |\n"
                  "        ARG V=1\n"
                  "        FROM busybox:$${V}\n");
    expect_result("BASE-001", DW_STATUS_FAIL);
    expect_findings("BASE-001", 5);
    expect_finding("BASE-001", 2, "service a: \"postgres\"");
    expect_finding("BASE-001", 4, "\"redis:7\" (written \"redis:${V:-7}\")");
    expect_finding("BASE-001", 6, "service b: image volume");
    expect_finding("BASE-001", 12, "service c: build context");
    expect_finding("BASE-001", 15, "busybox:1");
    expect_findings("BASE-002", 1);
}

/* A Dockerfile that nobody judges must not pass unseen. */
static void compose_builds(void **state)
{
    (void)state;
    rule_subject(DW_SUBJECT_DOCKERFILE, "./app/../web/Dockerfile.prod");
    judge_compose("services: {a: {build: {context: ./web, dockerfile: Dockerfile.prod}}}\n");
    expect_result("BASE-001", DW_STATUS_PASS);
    expect_result("USR-001", DW_STATUS_PASS);
    judge_compose("services: {a: {build: {context: web, dockerfile: './${D:-Dockerfile.prod}'}}}\n");
    expect_result("BASE-001", DW_STATUS_PASS);
    judge_compose("services:\n  a:\n    build: ./web\n");
    expect_result("BASE-001", DW_STATUS_NOT_EVALUATED);
    expect_reason("BASE-001", "compose.yaml:2: service a: its Dockerfile cannot be read: web/Dockerfile");
    expect_result("USR-001", DW_STATUS_NOT_EVALUATED);
    judge_compose("services: {a: {build: '../web', user: '65532'}}\n");
    expect_reason("BASE-001", "../web/Dockerfile");
    expect_result("USR-001", DW_STATUS_PASS);
    judge_compose("services: {a: {build: 'https://example.com/x.git'}}\n");
    expect_reason("BASE-001", "remote context");
    judge_compose("services: {a: {build: '${C}'}}\n");
    expect_reason("BASE-001", "the variable \"C\" has no value here and no default");
    judge_compose("services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM x:1\n        USER 0\n");
    expect_finding("USR-001.explicit", 6, "service a is root");
    judge_compose("services: {a: {build: {dockerfile_inline: 'FROM x:1'}}}\n");
    expect_reason("USR-001", "its inline Dockerfile, which has no USER");
}

static void other_frontend(void **state)
{
    (void)state;
    judge_dockerfile("# syntax=docker.io/docker/dockerfile:1" PIN "\nFROM x:1" PIN "\nUSER 65532\n", NULL);
    expect_result("BASE-001", DW_STATUS_PASS);
    judge_dockerfile("# syntax=ghcr.io/x/frontend:1\nFROM x:1" PIN "\nUSER 65532\n", NULL);
    static const char *const rules[] = {"BASE-001", "BASE-002", "BASE-004", "USR-001", "USR-002", "USR-003"};
    for (size_t i = 0; i < 6; i++)
        expect_result(rules[i], DW_STATUS_NOT_EVALUATED);
    expect_reason("BASE-001", "Dockerfile:1: the build frontend \"ghcr.io/x/frontend:1\"");
}

static void compose_unknown(void **state)
{
    (void)state;
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"services: {a: {image: 'x:$TAG'}}\n", "compose.yaml:1: service a: the variable \"TAG\" has no value here and no default"},
        {"services: {a: {image: 'x:${TAG:?give it}'}}\n", "the variable \"TAG\" has no value here and no default"},
        {"services: {a: {image: 'x:${'}}\n", "a malformed variable"},
        {"services: {a: {image: 'x:$-'}}\n", "a malformed variable"},
        {"services: {a: {image: [x]}}\n", "compose.yaml:1:23: services.a.image: it must be a text, not a list"},
        {"services: {a: {image: 'X:1'}}\n", "must be lower case"},
        {"services:\n  a:\n    extends: {file: b.yaml, service: b}\n", "b.yaml: other files are not read here"},
        {"include: [b.yaml]\nservices: {}\n", "compose.yaml:1: b.yaml: other files are not read here"},
        {"services: [a]\n", "services: it must be a mapping, not a list"},
        {"[a]\n", "a Compose file must be a mapping"},
        {"services: {a: {build: {dockerfile_inline: 'FORM x'}}}\n", "service a: the inline Dockerfile cannot be read: compose.yaml:1: unknown instruction"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        judge_compose(cases[i].text);
        expect_result("BASE-001", DW_STATUS_NOT_EVALUATED);
        expect_reason("BASE-001", cases[i].reason);
    }
    rule_subject(DW_SUBJECT_DOCKERFILE, "Dockerfile");
    judge_compose("services: {a: {build: .}}\n");
    expect_result("BASE-001", DW_STATUS_PASS);
    judge_compose("services: {a: {image: 'x:${A:-${B:-1}}" PIN "$$'}}\n");
    expect_reason("BASE-001", "what follows \"@\" is no digest"); /* "$$" became one "$" */
}

static void compose_users(void **state)
{
    (void)state;
    rule_subject(DW_SUBJECT_DOCKERFILE, "Dockerfile");
    judge_compose("services: {a: {build: ., user: '65532'}}\n");
    expect_result("USR-001", DW_STATUS_PASS);
    expect_result("USR-002", DW_STATUS_PASS);
    expect_result("USR-003", DW_STATUS_PASS);
    expect_result("USR-004", DW_STATUS_PASS);
    judge_compose("services: {a: {build: .}}\n");
    expect_result("USR-001", DW_STATUS_PASS);
    expect_result("USR-004", DW_STATUS_PASS);
    judge_compose("services:\n  a:\n    build: .\n    user: root\n    pre_stop:\n      - {command: x, user: '0:0'}\n"
                  "    group_add: [root, 65532]\n");
    expect_result("USR-004", DW_STATUS_FAIL);
    expect_finding("USR-004", 4, "service a sets root: \"root\"");
    expect_finding("USR-004", 6, "service a: pre_stop sets root");
    expect_finding("USR-003", 7, "adds group 0");
    judge_compose("services: {db: {image: 'postgres:16" PIN "'}}\n");
    expect_result("USR-001", DW_STATUS_NOT_EVALUATED);
    expect_reason("USR-001", "that of its image is not known");
    judge_compose("services: {a: {build: ., user: '${UID}'}}\n");
    expect_result("USR-001", DW_STATUS_NOT_EVALUATED);
    expect_result("USR-004", DW_STATUS_NOT_EVALUATED);
    judge_compose("services: {a: {build: ., user: '${UID:-0}'}}\n");
    expect_result("USR-004", DW_STATUS_FAIL);
    judge_compose("services: {a: {build: ., user: '1000'}}\n");
    expect_finding("USR-002.low-uid", 1, "service a: uid 1000");
}

static void kubernetes_good(void **state)
{
    (void)state;
    judge_kubernetes("apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n"
                     "      securityContext: {runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532}\n"
                     "      initContainers: [{name: i, image: 'ghcr.io/a/i:1" PIN "'}]\n"
                     "      containers:\n      - {name: c, image: 'ghcr.io/a/c:1" PIN "', securityContext: {runAsUser: 65532}}\n"
                     "---\nkind: Service\nspec: {ports: [{port: 80}]}\n");
    static const char *const rules[] = {"BASE-001", "BASE-002", "USR-001", "USR-002", "USR-003", "USR-004"};
    for (size_t i = 0; i < 6; i++)
        expect_result(rules[i], DW_STATUS_PASS);
    judge_kubernetes("kind: Service\nspec: {containers: [a, b], ports: []}\n");
    for (size_t i = 0; i < 6; i++)
        expect_result(rules[i], DW_STATUS_NOT_APPLICABLE);
}

static void kubernetes_bad(void **state)
{
    (void)state;
    judge_kubernetes("kind: List\n"
                     "items:\n"
                     "- kind: CronJob\n"
                     "  spec:\n"
                     "    jobTemplate:\n"
                     "      spec:\n"
                     "        template:\n"
                     "          spec:\n"
                     "            securityContext: {runAsUser: 65532, runAsGroup: 0, supplementalGroups: [0]}\n"
                     "            containers:\n"
                     "            - name: a\n"
                     "              image: nginx\n"
                     "              securityContext: {runAsUser: 0}\n"
                     "            ephemeralContainers:\n"
                     "            - {name: e, image: 'debug:1'}\n"
                     "            volumes:\n"
                     "            - {name: v, image: {reference: 'data:1'}}\n"
                     "- kind: Rollout\n"
                     "  spec: {template: {spec: {containers: [{name: r, image: 'x:latest'}]}}}\n");
    expect_findings("BASE-001", 4);
    expect_finding("BASE-001", 12, "container a of CronJob: \"nginx\"");
    expect_finding("BASE-001", 15, "ephemeral container e");
    expect_finding("BASE-001", 17, "image volume");
    expect_finding("BASE-002.latest", 19, "container r");
    expect_finding("BASE-002.missing", 12, "container a of CronJob");
    expect_finding("USR-004", 13, "container a of CronJob sets root: \"0:0\"");
    expect_finding("USR-003", 9, "ephemeral container e of CronJob: the primary group is 0");
    expect_finding("USR-003", 9, "container a of CronJob adds group 0");
    expect_finding("USR-001.implicit", 19, "container r of Rollout: neither runAsNonRoot");
    expect_result("USR-004", DW_STATUS_FAIL);
}

static void kubernetes_unknown(void **state)
{
    (void)state;
    judge_kubernetes("kind: Pod\nspec: {containers: [{name: a, securityContext: {runAsNonRoot: true}}]}\n");
    expect_result("BASE-001", DW_STATUS_NOT_EVALUATED);
    expect_reason("BASE-001", "container a of Pod: names no image");
    expect_result("USR-001", DW_STATUS_PASS);
    expect_result("USR-002", DW_STATUS_NOT_APPLICABLE);
    judge_kubernetes("kind: Pod\nspec: {containers: [{name: a, image: 'x:1', securityContext: {runAsUser: 0x0}}]}\n");
    expect_result("USR-004", DW_STATUS_FAIL);
    judge_kubernetes("kind: Kustomization\nimages: [{name: x, newTag: '2'}]\n");
    expect_result("BASE-001", DW_STATUS_NOT_EVALUATED);
    judge_kubernetes("kind: Pod\nspec: {containers: [{name: a, image: '{{ .Values.image }}', securityContext: {runAsNonRoot: false}}]}\n");
    expect_result("BASE-001", DW_STATUS_NOT_EVALUATED);
    expect_result("USR-001", DW_STATUS_FAIL);
}

static void severities_of_the_policy(void **state)
{
    (void)state;
    struct dw_rule_severity severities[] = {
        {DW_SLICE("BASE-001"), DW_SEVERITY_CRITICAL},
        {DW_SLICE("BASE-002"), DW_SEVERITY_HIGH},
        {DW_SLICE("BASE-002.missing"), DW_SEVERITY_NEGLIGIBLE},
        {DW_SLICE("USR-003.implicit"), DW_SEVERITY_LOW},
    };
    settings.severities = severities;
    settings.severity_count = 4;
    judge_dockerfile("FROM alpine\nUSER 65532\n", NULL);
    assert_int_equal(find_finding("BASE-001")->severity, DW_SEVERITY_CRITICAL);
    /* A severity is no way to take a rule's weight away. */
    expect_findings("BASE-002", 1);
    expect_result("BASE-002", DW_STATUS_FAIL);
    assert_int_equal(find_finding("BASE-002.missing")->severity, DW_SEVERITY_NEGLIGIBLE);
    expect_result("USR-003", DW_STATUS_FAIL);
    assert_int_equal(find_finding("USR-003.implicit")->severity, DW_SEVERITY_LOW);
    judge_dockerfile("FROM alpine:latest\nUSER 65532\n", NULL);
    assert_int_equal(find_finding("BASE-002.latest")->severity, DW_SEVERITY_HIGH);
}

static void unreadable(void **state)
{
    (void)state;
    dw_rules_judge_unreadable(verdict, rule_subject(DW_SUBJECT_COMPOSE, "compose.yaml"), DW_SLICE("compose.yaml:3: bad"));
    size_t judged = 0;
    const struct dw_rule *rule;
    for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++)
        judged += (dw_rule_subjects(rule) >> DW_SUBJECT_COMPOSE & 1) != 0;
    assert_true(judged >= 7);
    assert_int_equal(verdict->results.len, judged);
    expect_result("USR-004", DW_STATUS_NOT_EVALUATED);
    expect_reason("BASE-001", "compose.yaml:3: bad");
}

#define NOW INT64_C(1795478400) /* 2026-11-24 */

static void base_age(void **state)
{
    (void)state;
    static const char text[] = "FROM node:22-alpine@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n";
    struct dw_locked_image locked = {DW_SLICE("docker.io/library/node:22-alpine"),
                                     DW_SLICE("sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
                                     NOW - INT64_C(31) * 86400};
    settings.now = NOW;
    judge_dockerfile(text, NULL);
    expect_result("BASE-005", DW_STATUS_NOT_EVALUATED);
    expect_reason("BASE-005", "dockworthy.lock");
    settings.locked = &locked;
    settings.locked_count = 1;
    judge_dockerfile(text, NULL);
    expect_result("BASE-005", DW_STATUS_PASS);
    locked.date -= 86400;
    judge_dockerfile(text, NULL);
    expect_result("BASE-005", DW_STATUS_FAIL);
    expect_finding("BASE-005", 1, "32 days ago; the policy upgrades every 31 days");
    judge_dockerfile("FROM node:22-alpine\n", NULL); /* another digest, or none: not the one of the lock */
    expect_result("BASE-005", DW_STATUS_NOT_EVALUATED);
    judge_dockerfile("FROM scratch\n", NULL);
    expect_result("BASE-005", DW_STATUS_NOT_APPLICABLE);
}

/* The digest of the lock file stands where the reference does, in every place that can name an image. */
static void locked_repairs(void **state)
{
#define LOCKED "@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    static const struct {
        const char *rule, *before, *after; /* the digest is to stand between them */
        void (*judge)(const char *text);
    } rows[] = {
        {"BASE-001", "FROM alpine:3.22", " AS a\nFROM a\n", NULL},
        {"BASE-001", "FROM scratch\nCOPY --chmod=0644 --from=alpine:3.22", " /a /b\n", NULL},
        {"BASE-001", "FROM scratch\nRUN --mount=type=bind,from=alpine:3.22", ",target=/a true\n", NULL},
        {"BASE-001", "FROM scratch\nRUN \\\n  --mount=type=bind,target=/a,from=alpine:3.22", " true\n", NULL},
        {"BASE-001", "FROM scratch\nONBUILD COPY --from=alpine:3.22", " /a /b\n", NULL},
        {"BASE-010", "# syntax=alpine:3.22", "\nFROM scratch\n", NULL},
        {"BASE-010", "# escape=\\\r\n#  Syntax = alpine:3.22", " x\r\nFROM scratch\r\n", NULL},
        {"BASE-001", "services:\n  a:\n    image: \"alpine:3.22", "\"\n", judge_compose},
        {"BASE-001", "services:\n  a:\n    image: b" PIN "\n    volumes:\n      - {type: image, source: alpine:3.22", ", target: /a}\n",
         judge_compose},
        {"BASE-001", "services:\n  a:\n    build:\n      dockerfile_inline: FROM scratch\n      additional_contexts:\n"
                     "        b: docker-image://alpine:3.22", "\n", judge_compose},
        {"BASE-001", "services:\n  a:\n    build:\n      dockerfile_inline: FROM scratch\n      additional_contexts:\n"
                     "        - b=docker-image://alpine:3.22", "\n", judge_compose},
        {"BASE-001", "kind: Pod\nspec:\n  containers: [{name: c, image: b" PIN "}]\n  volumes:\n  - name: v\n    image:\n"
                     "      reference: alpine:3.22", "\n", judge_kubernetes},
    };
    const struct dw_locked_image locked = {DW_SLICE("docker.io/library/alpine:3.22"), dw_slice_of(&LOCKED[1]), NOW};
    static const struct dw_slice frontend[] = {{"alpine", 6}};
    const struct dw_rule_values values = {DW_SLICE("BASE-010"), DW_SLICE("frontends"), frontend, 1};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0}, expected = {0}, out = {0};
        rule_teardown(state);
        rule_setup(state);
        settings.repairs = true;
        settings.locked = &locked;
        settings.locked_count = 1;
        settings.values = &values;
        settings.value_count = 1;
        dw_buffer_printf(&text, "%s%s", rows[i].before, rows[i].after);
        dw_buffer_printf(&expected, "%s" LOCKED "%s", rows[i].before, rows[i].after);
        if (rows[i].judge != NULL)
            rows[i].judge(text.at);
        else
            judge_dockerfile(text.at, NULL);
        const struct dw_finding *finding = find_finding(rows[i].rule);
        assert_non_null(finding);
        dw_edits_apply(dw_buffer_slice(&text), finding->edits, finding->edit_count, &out);
        assert_string_equal(out.at, expected.at);
        assert_int_equal(finding->repair, DW_REPAIR_REVIEW);
    }
}

/* Dates of the projects' own pages, as base_support.c names them. */
static void base_support(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum dw_status status;
    } rows[] = {
        {"FROM node:24-alpine3.23\n", DW_STATUS_PASS},      {"FROM node:24-alpine3.17\n", DW_STATUS_FAIL},
        {"FROM node:18-bookworm\n", DW_STATUS_FAIL},        {"FROM node:24-buster-slim\n", DW_STATUS_FAIL},
        {"FROM node:24.1.0-trixie\n", DW_STATUS_PASS},      {"FROM debian:12\n", DW_STATUS_PASS},
        {"FROM debian:buster-slim\n", DW_STATUS_FAIL},      {"FROM debian:bookworm-20260101\n", DW_STATUS_PASS},
        {"FROM alpine:3.18.4\n", DW_STATUS_FAIL},           {"FROM alpine:3.22\n", DW_STATUS_PASS},
        {"FROM ubuntu:20.04\n", DW_STATUS_FAIL},            {"FROM ubuntu:noble\n", DW_STATUS_PASS},
        {"FROM gcr.io/distroless/nodejs18-debian12\n", DW_STATUS_FAIL},
        {"FROM gcr.io/distroless/nodejs22-debian12\n", DW_STATUS_PASS},
        {"FROM gcr.io/distroless/static-debian10\n", DW_STATUS_FAIL},
        {"FROM node:lts\n", DW_STATUS_NOT_APPLICABLE},      {"FROM example.com/node:8\n", DW_STATUS_NOT_APPLICABLE},
        {"FROM alpine\n", DW_STATUS_NOT_APPLICABLE},        {"FROM scratch\n", DW_STATUS_NOT_APPLICABLE},
    };
    settings.now = NOW;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        judge_dockerfile(rows[i].text, NULL);
        expect_result("BASE-006", rows[i].status);
    }
    settings.now = INT64_C(1798761600); /* 2027-01-01; on its last day a release still counts */
    judge_dockerfile("FROM node:22\n", NULL);
    expect_result("BASE-006", DW_STATUS_PASS);
    settings.now = INT64_C(1809129599); /* 2027-04-30T23:59:59Z */
    judge_dockerfile("FROM node:22\n", NULL);
    expect_result("BASE-006", DW_STATUS_PASS);
    settings.now++;
    judge_dockerfile("FROM node:22\n", NULL);
    expect_result("BASE-006", DW_STATUS_FAIL);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, rule_setup, rule_teardown)
    const struct CMUnitTest tests[] = {
        TEST(dockerfile_pinned),   TEST(dockerfile_not_pinned),   TEST(dockerfile_unresolved), TEST(dockerfile_family),
        TEST(dockerfile_user),     TEST(dockerfile_user_windows), TEST(dockerfile_user_unknown), TEST(compose_images), TEST(compose_builds), TEST(other_frontend),       TEST(compose_unknown),
        TEST(compose_users),       TEST(kubernetes_good),         TEST(kubernetes_bad),        TEST(kubernetes_unknown),
        TEST(severities_of_the_policy), TEST(unreadable), TEST(base_age), TEST(locked_repairs), TEST(base_support),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
