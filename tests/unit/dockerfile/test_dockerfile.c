/* SPDX-License-Identifier: Apache-2.0 */
#include "dockerfile/dockerfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct dw_limits limits;
static struct dw_error error;

static struct dw_dockerfile *parse_slice(struct dw_slice text)
{
    error = (struct dw_error)DW_ERROR_INIT;
    return dw_dockerfile_parse(text, "Dockerfile", &limits, &error);
}

static struct dw_dockerfile *parse(const char *text)
{
    struct dw_dockerfile *dockerfile = parse_slice(dw_slice_of(text));
    if (dockerfile == NULL)
        fail_msg("%s", error.text);
    return dockerfile;
}

static void expect_failure(const char *text, enum dw_error_kind kind, const char *message)
{
    assert_null(parse_slice(dw_slice_of(text)));
    assert_int_equal(error.kind, kind);
    if (strstr(error.text, message) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", message, error.text);
}

#define EXPECT(slice, string)                                                                                \
    do {                                                                                                     \
        struct dw_slice expect_ = (slice);                                                                   \
        if (!dw_slice_is(expect_, string))                                                                   \
            fail_msg("\"%.*s\" is not \"%s\"", DW_SLICE_ARG(expect_), string);                               \
    } while (0)

static void lines_and_continuations(void **state)
{
    (void)state;
    struct dw_dockerfile *d = parse("\xef\xbb\xbf# comment\r\n"
                                    "\r\n"
                                    "  FROM \\ \t\r\n"
                                    "# in between\r\n"
                                    "\r\n"
                                    "    node:20 \\\r\n"
                                    "  AS   build\r\n"
                                    "RUN echo a \\\\\r\n"
                                    "run echo b # no comment \\");
    assert_int_equal(d->instructions.len, 3);
    struct dw_instruction *from = &d->instructions.at[0];
    assert_int_equal(from->kind, DW_INSTRUCTION_FROM);
    assert_int_equal(from->line, 3);
    assert_int_equal(from->end_line, 7);
    assert_int_equal(from->argument_count, 3);
    EXPECT(from->arguments[0], "node:20");
    /* Where the reference stands in the file: behind the byte order mark, line 6, column 5. */
    size_t offset = dw_instruction_offset(from, from->arguments[0]);
    EXPECT(dw_slice_part(d->source, offset, 7), "node:20");
    EXPECT(dw_slice_part(d->source, dw_instruction_offset(from, from->arguments[2]), 5), "build");
    EXPECT(d->stages.at[0].name, "build");
    EXPECT(d->instructions.at[1].rest, "echo a \\\\");
    EXPECT(d->instructions.at[2].keyword, "run");
    EXPECT(d->instructions.at[2].rest, "echo b # no comment");
    assert_int_equal(d->instructions.at[2].line, 9);
    dw_dockerfile_free(d);
}

static void directives(void **state)
{
    (void)state;
    struct dw_dockerfile *d = parse("# syntax = docker/dockerfile:1 extra\n#ESCAPE=`\n# check=skip=all\nFROM a`\n:1\nRUN c:\\\n");
    EXPECT(d->syntax, "docker/dockerfile:1");
    EXPECT(d->check, "skip=all");
    EXPECT(d->uses.at[0].resolved, "a:1");
    EXPECT(d->instructions.at[1].rest, "c:\\");
    dw_dockerfile_free(d);
    d = parse("# a comment ends them\n# escape=`\nFROM a\\\n:1\n");
    EXPECT(d->uses.at[0].resolved, "a:1");
    dw_dockerfile_free(d);
    d = parse("\n# escape=`\nFROM a\\\n:1\n");
    EXPECT(d->uses.at[0].resolved, "a:1");
    dw_dockerfile_free(d);
    d = parse("#!/usr/bin/env build\n# syntax=x/y\n# escape=`\nFROM a\\\n:1\n");
    EXPECT(d->syntax, "x/y");
    EXPECT(d->uses.at[0].resolved, "a:1");
    dw_dockerfile_free(d);
    d = parse("#!/usr/bin/env build\n# escape=`\nFROM a\\\n:1\n");
    EXPECT(d->uses.at[0].resolved, "a:1");
    dw_dockerfile_free(d);
    expect_failure("# escape=x\nFROM a\n", DW_ERROR_INPUT, "Dockerfile:1: the escape character");
    expect_failure("# escape=`\n# escape=`\nFROM a\n", DW_ERROR_INPUT, "Dockerfile:2: the parser directive \"escape\"");
}

static void heredocs(void **state)
{
    (void)state;
    struct dw_dockerfile *d = parse("FROM a\n"
                                    "RUN <<EOF cat <<-'X' 3<<  Y\n"
                                    "FROM b\n"
                                    "# kept \\\n"
                                    "EOF\n"
                                    "\ttext\n"
                                    "\tX\n"
                                    "Y\n"
                                    "COPY <<A /x\n"
                                    "A\n"
                                    "CMD [\"<<EOF\"]\n"
                                    "RUN cat <<<word\n"
                                    "RUN [\"x\", \"<<Z\"]\n"
                                    "ONBUILD RUN <<Q\n"
                                    "FROM c\n"
                                    "Q\n"
                                    "USER 1\n");
    assert_int_equal(d->stages.len, 1);
    assert_int_equal(d->instructions.len, 8);
    struct dw_instruction *run = &d->instructions.at[1];
    assert_int_equal(run->heredoc_count, 3);
    assert_int_equal(run->end_line, 8);
    EXPECT(run->heredocs[0].name, "EOF");
    EXPECT(run->heredocs[0].text, "FROM b\n# kept \\\n");
    assert_true(run->heredocs[0].expand);
    assert_int_equal(run->heredocs[0].line, 3);
    EXPECT(run->heredocs[1].text, "\ttext\n");
    assert_true(run->heredocs[1].chomp);
    assert_false(run->heredocs[1].expand);
    assert_int_equal(run->heredocs[2].descriptor, 3);
    EXPECT(run->heredocs[2].name, "Y");
    EXPECT(run->heredocs[2].text, "");
    assert_int_equal(d->instructions.at[6].inner->heredoc_count, 1);
    assert_int_equal(d->instructions.at[7].line, 17);
    dw_dockerfile_free(d);
    expect_failure("FROM a\nRUN <<EOF\nx\n", DW_ERROR_INPUT, "Dockerfile:2: the here-document \"EOF\" has no end");
}

static void stages_and_uses(void **state)
{
    (void)state;
    struct dw_dockerfile *d = parse("FROM node:20 AS Build\n"
                                    "FROM build\n"
                                    "COPY --from=0 /a /b\n"
                                    "COPY --from=nginx:1 /a /b\n"
                                    "COPY --from=9 /a /b\n"
                                    "COPY --from=$X /a /b\n"
                                    "RUN --mount=type=bind,from=build,target=/x --mount=type=cache,\"from=busy:1\",target=/y true\n"
                                    "ONBUILD COPY --from=later /a /b\n"
                                    "ONBUILD COPY --from=ghcr.io/a/b:1 /a /b\n"
                                    "FROM unused AS unused\n"
                                    "FROM scratch\n"
                                    "COPY --from=1 /b /b\n");
    assert_int_equal(d->stages.len, 4);
    static const struct {
        enum dw_use_kind use;
        enum dw_base_kind kind;
        size_t target;
        const char *resolved;
    } expected[] = {
        {DW_USE_FROM, DW_BASE_IMAGE, SIZE_MAX, "node:20"},
        {DW_USE_FROM, DW_BASE_STAGE, 0, "build"},
        {DW_USE_COPY, DW_BASE_STAGE, 0, "0"},
        {DW_USE_COPY, DW_BASE_IMAGE, SIZE_MAX, "nginx:1"},
        {DW_USE_COPY, DW_BASE_UNRESOLVED, SIZE_MAX, "9"},
        {DW_USE_COPY, DW_BASE_UNRESOLVED, SIZE_MAX, ""},
        {DW_USE_MOUNT, DW_BASE_STAGE, 0, "build"},
        {DW_USE_MOUNT, DW_BASE_IMAGE, SIZE_MAX, "busy:1"},
        {DW_USE_ONBUILD_COPY, DW_BASE_UNRESOLVED, SIZE_MAX, "later"},
        {DW_USE_ONBUILD_COPY, DW_BASE_IMAGE, SIZE_MAX, "ghcr.io/a/b:1"},
        {DW_USE_FROM, DW_BASE_IMAGE, SIZE_MAX, "unused"},
        {DW_USE_FROM, DW_BASE_SCRATCH, SIZE_MAX, "scratch"},
        {DW_USE_COPY, DW_BASE_STAGE, 1, "1"},
    };
    assert_int_equal(d->uses.len, sizeof(expected) / sizeof(*expected));
    for (size_t i = 0; i < d->uses.len; i++) {
        assert_int_equal(d->uses.at[i].use, expected[i].use);
        assert_int_equal(d->uses.at[i].kind, expected[i].kind);
        assert_int_equal(d->uses.at[i].target, expected[i].target);
        EXPECT(d->uses.at[i].resolved, expected[i].resolved);
        assert_true((d->uses.at[i].problem.len > 0) == (expected[i].kind == DW_BASE_UNRESOLVED));
    }
    assert_true(d->stages.at[0].reachable && d->stages.at[1].reachable && d->stages.at[3].reachable);
    assert_false(d->stages.at[2].reachable);
    assert_true(d->stages.at[3].chain);
    assert_false(d->stages.at[1].chain);
    assert_int_equal(d->external_use, 11);
    dw_dockerfile_free(d);
    /* A stage wins over an image of the same name, but not before it stands there. */
    d = parse("FROM a AS a\nFROM a\n");
    assert_int_equal(d->uses.at[0].kind, DW_BASE_IMAGE);
    assert_int_equal(d->uses.at[1].kind, DW_BASE_STAGE);
    assert_int_equal(d->external_use, 0);
    dw_dockerfile_free(d);
}

static void expect_from(const char *text, enum dw_base_kind kind, const char *resolved)
{
    struct dw_dockerfile *d = parse(text);
    const struct dw_image_use *use = &d->uses.at[d->external_use];
    EXPECT(use->resolved, resolved);
    assert_int_equal(use->kind, kind);
    dw_dockerfile_free(d);
}

/* Expected values from the Dockerfile reference's rules, by hand. */
static void arguments_in_from(void **state)
{
    (void)state;
    expect_from("ARG V=20\nFROM node:$V\n", DW_BASE_IMAGE, "node:20");
    expect_from("ARG V=20 W=${V}-alpine\nFROM node:${W}\n", DW_BASE_IMAGE, "node:20-alpine");
    expect_from("ARG V\nFROM node:${V:-22}\n", DW_BASE_IMAGE, "node:22");
    expect_from("ARG V=1\nFROM node:20${V:+-slim}\n", DW_BASE_IMAGE, "node:20-slim");
    expect_from("ARG V\nFROM node:$V\n", DW_BASE_UNRESOLVED, "node:");
    expect_from("FROM $V\n", DW_BASE_UNRESOLVED, "");
    expect_from("FROM ${V\n", DW_BASE_UNRESOLVED, "");
    expect_from("FROM \"node:20\"\n", DW_BASE_IMAGE, "node:20");
    expect_from("ARG V=20\nFROM a\nARG V=21\nFROM node:$V\n", DW_BASE_IMAGE, "node:20");
    expect_from("FROM $TARGETARCH/node:20\n", DW_BASE_IMAGE, "amd64/node:20");
    expect_from("ARG T=v1.2.3\nFROM a:${T#v}-${T%%.*}-${T//./_}\n", DW_BASE_IMAGE, "a:1.2.3-v1-v1_2_3");
    expect_from("FROM Node:20\n", DW_BASE_UNRESOLVED, "Node:20");
    struct dw_dockerfile *d = parse("FROM x AS build_arm64\nFROM build_$TARGETARCH\n");
    assert_int_equal(d->uses.at[1].kind, DW_BASE_STAGE);
    assert_true(d->uses.at[1].platform_dependent);
    dw_dockerfile_free(d);
    d = parse("ARG V\nFROM node:$V\n");
    assert_non_null(strstr(d->uses.at[0].problem.at, "\"V\""));
    assert_true(d->uses.at[0].from_argument);
    dw_dockerfile_free(d);
}

static void expect_user(const char *text, unsigned line, const char *value)
{
    struct dw_dockerfile *d = parse(text);
    assert_int_equal(d->user.instruction == NULL ? 0 : d->user.instruction->line, line);
    EXPECT(d->user.value, value);
    assert_true(d->user.instruction == NULL || (d->user.problem.len > 0) == (*value == '\0'));
    dw_dockerfile_free(d);
}

static void effective_user(void **state)
{
    (void)state;
    expect_user("FROM a\n", 0, "");
    expect_user("FROM a\nUSER root\nUSER 65532:65532\n", 3, "65532:65532");
    expect_user("FROM a AS b\nUSER 65532\nFROM b\nRUN x\n", 2, "65532");
    expect_user("FROM a AS b\nUSER 65532\nFROM c\nCOPY --from=b /a /b\n", 0, "");
    expect_user("FROM a\nENV U=1000\nUSER $U\n", 3, "1000");
    expect_user("FROM a\nARG U=1000\nUSER ${U}:0\n", 3, "1000:0");
    expect_user("ARG U=5\nFROM a\nARG U\nUSER $U\n", 4, "5");
    expect_user("ARG U=5\nFROM a\nUSER $U\n", 3, "");
    expect_user("FROM a\nENV U=1\nARG U=2\nUSER $U\n", 4, "1");
    expect_user("FROM a\nUSER $APP_UID\n", 2, "");
    expect_user("FROM a\nENV U=$APP_UID\nUSER 1$U\n", 3, "");
    expect_user("FROM scratch\nUSER ${APP_UID:-7}\n", 2, "7");
    expect_user("FROM a AS b\nONBUILD USER 9\nFROM b\n", 2, "9");
    expect_user("FROM a AS b\nONBUILD USER 9\nFROM b AS c\nUSER 8\nFROM c\n", 4, "8");
    expect_user("FROM a\nUSER \"quoted\"\n", 2, "quoted");
}

static void commands(void **state)
{
    (void)state;
    struct dw_dockerfile *d = parse("FROM a AS b\nCMD [\"node\", \"s\\u002ejs\"]\nFROM b\nENTRYPOINT exec x\n");
    assert_null(d->command);
    assert_int_equal(d->entrypoint->line, 4);
    assert_false(d->entrypoint->json);
    EXPECT(d->entrypoint->arguments[0], "exec x");
    assert_true(d->instructions.at[1].json);
    EXPECT(d->instructions.at[1].arguments[1], "s.js");
    dw_dockerfile_free(d);
    d = parse("FROM a\nCMD ['node']\nCMD []\nCMD [\"a\",]\nCMD [ \"a\" ] x\nCMD [\"c:\\windows\"]\n");
    assert_false(d->instructions.at[1].json);
    assert_true(d->instructions.at[2].json);
    assert_int_equal(d->instructions.at[2].argument_count, 0);
    assert_false(d->instructions.at[3].json || d->instructions.at[4].json || d->instructions.at[5].json);
    dw_dockerfile_free(d);
    expect_failure("FROM a\nCMD [\"a\", [\"b\"]]\n", DW_ERROR_INPUT, "Dockerfile:2: when the arguments of CMD");
}

static void flags_and_arguments(void **state)
{
    (void)state;
    struct dw_dockerfile *d = parse("FROM --platform=\"linux/amd64\" a\nCOPY --chown='1:1' --link -- a b\nENV A=1 B=\"x y\" C='z'\\ w\nENV D  e f\n"
                                    "HEALTHCHECK --interval=5s CMD curl x\nEXPOSE 80 443/tcp\nCOPY [\"a b\", \"c\"]\n");
    EXPECT(d->stages.at[0].platform, "linux/amd64");
    struct dw_instruction *copy = &d->instructions.at[1], *env = &d->instructions.at[2];
    assert_int_equal(copy->flag_count, 2);
    EXPECT(copy->flags[0], "--chown=1:1");
    assert_int_equal(copy->argument_count, 2);
    assert_int_equal(env->argument_count, 9);
    EXPECT(env->arguments[4], "\"x y\"");
    EXPECT(env->arguments[7], "'z'\\ w");
    EXPECT(d->instructions.at[3].arguments[1], "e f");
    EXPECT(d->instructions.at[4].arguments[0], "CMD");
    EXPECT(d->instructions.at[4].arguments[1], "curl x");
    EXPECT(d->instructions.at[6].arguments[0], "a b");
    dw_dockerfile_free(d);
}

static void refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "no instructions"},
        {"# only\n\n", "no instructions"},
        {"RUN x\n", "Dockerfile:1: RUN stands before the first FROM"},
        {"ARG x\n", "no FROM"},
        {"FROM a\nFORM b\n", "Dockerfile:2: unknown instruction \"FORM\" (did you mean FROM?)"},
        {"FROM\n", "Dockerfile:1: FROM needs an argument"},
        {"FROM a b\n", "FROM takes an image"},
        {"FROM a as 1x\n", "is no stage name"},
        {"FROM a\nENV x\n", "ENV must have two arguments"},
        {"FROM a\nENV a=b c\n", "no \"=\" in \"c\""},
        {"FROM --platfrom=x a\n", "unknown flag --platfrom of FROM (did you mean --platform?)"},
        {"FROM a\nCOPY b\n", "COPY needs at least two arguments"},
        {"FROM a\nONBUILD FROM b\n", "FROM is not allowed behind ONBUILD"},
        {"FROM a\nONBUILD ONBUILD RUN x\n", "ONBUILD is not allowed behind ONBUILD"},
        {"FROM a\nUSER\n", "USER needs an argument"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        expect_failure(cases[i].text, DW_ERROR_INPUT, cases[i].message);
}

static void limits_are_kept(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_buffer_append_string(&text, "FROM a\nRUN ");
    for (int i = 0; i < 65531; i++)
        dw_buffer_append_byte(&text, 'x');
    struct dw_dockerfile *d = parse_slice(dw_buffer_slice(&text));
    assert_non_null(d);
    dw_dockerfile_free(d);
    dw_buffer_append_byte(&text, 'x');
    assert_null(parse_slice(dw_buffer_slice(&text)));
    assert_int_equal(error.kind, DW_ERROR_LIMIT);
    assert_non_null(strstr(error.text, "65535"));
    /* Values that double with every line. */
    dw_buffer_clear(&text);
    dw_buffer_append_string(&text, "ARG a0=xxxxxxxxxxxxxxxx\n");
    for (int i = 1; i < 60; i++)
        dw_buffer_printf(&text, "ARG a%d=$a%d$a%d\n", i, i - 1, i - 1);
    dw_buffer_append_string(&text, "FROM $a59\n");
    assert_null(parse_slice(dw_buffer_slice(&text)));
    assert_int_equal(error.kind, DW_ERROR_LIMIT);
    dw_buffer_clear(&text);
    dw_buffer_append_string(&text, "FROM ");
    for (int i = 0; i < 10000; i++)
        dw_buffer_append_string(&text, "${a:-");
    assert_null(parse_slice(dw_buffer_slice(&text)));
    assert_int_equal(error.kind, DW_ERROR_LIMIT);
    limits.value[DW_LIMIT_DOCKERFILE_BYTES] = 5;
    expect_failure("FROM a\n", DW_ERROR_LIMIT, "dockerfile-bytes");
    limits = dw_limits_default();
    assert_null(dw_dockerfile_read("/nonexistent/Dockerfile", &limits, &error));
    assert_non_null(strstr(error.text, "/nonexistent/Dockerfile"));
}

static int setup(void **state)
{
    (void)state;
    limits = dw_limits_default();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_and_continuations), cmocka_unit_test(directives),       cmocka_unit_test(heredocs),
        cmocka_unit_test(stages_and_uses),         cmocka_unit_test(arguments_in_from), cmocka_unit_test(effective_user),
        cmocka_unit_test(commands),                cmocka_unit_test(flags_and_arguments), cmocka_unit_test(refused),
        cmocka_unit_test(limits_are_kept),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
