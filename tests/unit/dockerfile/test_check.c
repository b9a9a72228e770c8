/* SPDX-License-Identifier: Apache-2.0
 *
 * What BuildKit's instruction reader takes and refuses (moby/buildkit frontend/dockerfile/instructions), comments, warnings, directives,
 * mounts. */
#include "dockerfile/dockerfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct dw_limits limits;
static struct dw_error error;

static struct dw_dockerfile *parse(const char *text, const struct dw_dockerfile_options *options)
{
    error = (struct dw_error)DW_ERROR_INIT;
    return dw_dockerfile_parse_with(dw_slice_of(text), "Dockerfile", options, &limits, &error);
}

static struct dw_dockerfile *good(const char *text)
{
    struct dw_dockerfile *dockerfile = parse(text, &(struct dw_dockerfile_options){0});
    if (dockerfile == NULL)
        fail_msg("%s", error.text);
    return dockerfile;
}

#define EXPECT(slice, string)                                                                                \
    do {                                                                                                     \
        struct dw_slice expect_ = (slice);                                                                   \
        if (!dw_slice_is(expect_, string))                                                                   \
            fail_msg("\"%.*s\" is not \"%s\"", DW_SLICE_ARG(expect_), string);                               \
    } while (0)

static void instructions(void **state)
{
    (void)state;
    /* NULL: taken. */
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"COPY --link a b", NULL},
        {"COPY --link=TRUE a b", NULL},
        {"COPY --link=yes a b", "--link takes true or false"},
        {"COPY --link= a b", "--link takes true or false"},
        {"COPY --link --link a b", "--link stands twice"},
        {"COPY --chown a b", "--chown needs a value"},
        {"COPY --exclude=a --exclude=b . /", NULL},
        {"COPY --parents a b", NULL},
        {"ADD --parents a b", "unknown flag --parents of ADD"},
        {"COPY --form=a b c", "did you mean --from?"},
        {"COPY [\"a\"]", "at least two arguments"},
        {"COPY a <<EOF", "Dockerfile:2: "},
        {"COPY <<EOF /a\nx\nEOF", NULL},
        {"COPY <<EOF <<EOF\nEOF\nEOF", "cannot be the destination"},
        {"RUN --network=none x", NULL},
        {"RUN --network=hosts x", "did you mean host?"},
        {"RUN --security=insecure x", NULL},
        {"RUN --security=on x", "--security cannot be"},
        {"RUN --device=vendor.com/device=all,required x", NULL},
        {"RUN --device=a,b x", "--device"},
        {"RUN", NULL},
        {"CMD []", NULL},
        {"CMD [[\"a\"]]", "must be strings"},
        {"SHELL [\"a\"]", NULL},
        {"SHELL a", "JSON array"},
        {"SHELL []", "needs an argument"},
        {"VOLUME [\"\"]", "a path is empty"},
        {"VOLUME []", "needs an argument"},
        {"ENV =a", "a name is empty"},
        {"LABEL =a", "a name is empty"},
        {"ARG =a", "a name is empty"},
        {"ARG a= b", NULL},
        {"ENV --x=1 a=b", "unknown flag --x of ENV"},
        {"HEALTHCHECK NONE", NULL},
        {"HEALTHCHECK --interval=x NONE", NULL},
        {"HEALTHCHECK NONE a", "takes no arguments"},
        {"HEALTHCHECK CMD", "has no command"},
        {"HEALTHCHECK CMD []", "has no command"},
        {"HEALTHCHECK TEST a", "followed by CMD or NONE"},
        {"HEALTHCHECK --interval=1m30s --timeout=1.5h --start-period=0 CMD a", NULL},
        {"HEALTHCHECK --interval=30 CMD a", "is no duration"},
        {"HEALTHCHECK --interval=1us CMD a", "less than 1ms"},
        {"HEALTHCHECK --timeout=-1s CMD a", "less than 1ms"},
        {"HEALTHCHECK --timeout=1ms CMD a", NULL},
        {"HEALTHCHECK --retries=3 CMD a", NULL},
        {"HEALTHCHECK --retries=-1 CMD a", "number of retries"},
        {"HEALTHCHECK --retries=2147483648 CMD a", "number of retries"},
        {"ONBUILD", "needs an instruction"},
        {"ONBUILD NOTHING x", NULL},
        {"ONBUILD COPY x", NULL},
        {"ONBUILD --x RUN y", "unknown flag --x of ONBUILD"},
        {"EXPOSE x", NULL},
        {"FROM --platform=a --platform=b c", "--platform stands twice"},
        {"FROM a AS scratch", NULL},
        {"RUN --mount=type=bind,from=a,target=/x y", NULL},
        {"RUN --mount=type=bnid,target=/x y", "did you mean bind?"},
        {"RUN --mount=type=cache,target=/x,sharing=locked,mode=0755,uid=1000,gid=1000 y", NULL},
        {"RUN --mount=type=cache,target=/x,mode=0855 y", "mode cannot be"},
        {"RUN --mount=type=cache,target=/x,sharing=none y", "unknown sharing"},
        {"RUN --mount=type=bind,target=/x,uid=1 y", "type bind has no uid or gid"},
        {"RUN --mount=type=bind,target=/x,size=1m y", "type bind has no size"},
        {"RUN --mount=type=tmpfs,target=/x,size=1.5GiB y", NULL},
        {"RUN --mount=type=tmpfs,target=/x,size=much y", "size cannot be"},
        {"RUN --mount=type=secret y", "a secret needs an id"},
        {"RUN --mount=type=secret,id=a,source=b y", "an id or a source"},
        {"RUN --mount=type=secret,id=a,from=b y", "type secret has no from"},
        {"RUN --mount=type=secret,id=a,required=maybe y", "required cannot be"},
        {"RUN --mount=type=secret,id=a,env=B,required y", NULL},
        {"RUN --mount=target=/x,from=$y z", "no variable can stand in from"},
        {"RUN --mount=type=$x,uid=$y,target=/z z", NULL},
        {"RUN --mount=type=cache,traget=/x y", "did you mean target?"},
        {"RUN --mount=target y", "target needs a value"},
        {"RUN --mount= y", "--mount is empty"},
        {"RUN --mount='type=cache,\"target=/a,b\"' y", NULL},
        {"RUN --mount='type=cache,\"target=/a' y", "not closed"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char text[512];
        snprintf(text, sizeof(text), "FROM a\n%s\n", cases[i].text);
        struct dw_dockerfile *dockerfile = parse(text, &(struct dw_dockerfile_options){0});
        if ((dockerfile == NULL) != (cases[i].message != NULL) ||
            (dockerfile == NULL && strstr(error.text, cases[i].message) == NULL))
            fail_msg("%s: %s", cases[i].text, dockerfile == NULL ? error.text : "taken");
        dw_dockerfile_free(dockerfile);
    }
}

static void triggers(void **state)
{
    (void)state;
    struct dw_dockerfile *d = good("FROM a\nONBUILD COPY x\nONBUILD RUN y\n");
    assert_null(d->instructions.at[1].inner);
    EXPECT(d->instructions.at[1].trigger_problem, "COPY needs at least two arguments");
    assert_non_null(d->instructions.at[2].inner);
    EXPECT(d->instructions.at[2].trigger_problem, "");
    dw_dockerfile_free(d);
}

static void mounts(void **state)
{
    (void)state;
    struct dw_dockerfile *d = good("FROM a\n"
                                   "RUN --mount=type=secret,target=/root/.npmrc,uid=65532,mode=0440 "
                                   "--mount='type=cache,\"target=/a,b\"' --mount=type=ssh --mount=source=x,target=/y,rw z\n");
    const struct dw_instruction *run = &d->instructions.at[1];
    assert_int_equal(run->mount_count, 4);
    const struct dw_run_mount *mount = run->mounts;
    assert_int_equal(mount->type, DW_RUN_MOUNT_SECRET);
    EXPECT(mount->id, ".npmrc");
    assert_false(mount->id_written);
    assert_false(mount->required);
    assert_true(mount->read_only && mount->owner_written && mount->mode_written);
    assert_int_equal(mount->uid, 65532);
    assert_int_equal(mount->mode, 0440);
    mount++;
    assert_int_equal(mount->type, DW_RUN_MOUNT_CACHE);
    EXPECT(mount->target, "/a,b");
    EXPECT(mount->id, "/a,b");
    EXPECT(mount->sharing, "shared");
    assert_false(mount->read_only);
    assert_int_equal(mount->mode, 0755);
    mount++;
    EXPECT(mount->id, "default");
    assert_int_equal(mount->mode, 0600);
    mount++;
    assert_int_equal(mount->type, DW_RUN_MOUNT_BIND);
    EXPECT(mount->source, "x");
    assert_false(mount->read_only);
    EXPECT(mount->flag, "--mount=source=x,target=/y,rw");
    dw_dockerfile_free(d);
}

static void comments(void **state)
{
    (void)state;
    struct dw_dockerfile *d = good("# check=skip=A, B;error=true\n" /* 1 */
                                   "# of nothing\n"
                                   "\n"
                                   "# one\n"
                                   "#\n"
                                   "# two\n" /* 6 */
                                   "  # three  \n"
                                   "FROM a\n"
                                   "RUN x \\\n"
                                   "  # inside\n" /* 10 */
                                   "\n"
                                   "  y\n"
                                   "# last\n");
    static const struct {
        const char *text;
        unsigned line;
        size_t instruction;
        bool inside, directive;
    } expected[] = {
        {"check=skip=A, B;error=true", 1, SIZE_MAX, false, true},
        {"of nothing", 2, SIZE_MAX, false, false},
        {"one", 4, SIZE_MAX, false, false},
        {"", 5, SIZE_MAX, false, false},
        {"two", 6, 0, false, false},
        {"three", 7, 0, false, false},
        {"inside", 10, 1, true, false},
        {"last", 13, SIZE_MAX, false, false},
    };
    assert_int_equal(d->comments.len, 8);
    for (size_t i = 0; i < 8; i++) {
        const struct dw_comment *comment = &d->comments.at[i];
        EXPECT(comment->text, expected[i].text);
        assert_int_equal(comment->line, expected[i].line);
        assert_true(comment->instruction == expected[i].instruction);
        assert_int_equal(comment->inside, expected[i].inside);
        assert_int_equal(comment->directive, expected[i].directive);
        assert_int_equal(d->source.at[comment->offset], '#');
    }
    assert_int_equal(d->build_check.skip_count, 2);
    EXPECT(d->build_check.skip[1], "B");
    assert_true(d->build_check.error);
    assert_false(d->build_check.skip_all);
    assert_int_equal(d->directives[DW_DIRECTIVE_CHECK].line, 1);
    dw_dockerfile_free(d);
}

static void warnings(void **state)
{
    (void)state;
    struct dw_dockerfile *d = good("FROM a as Build\nRUN x \\\n\n\t\n  y\nMAINTAINER z\nfrom b AS c\nFrom b As d\n");
    static const struct {
        enum dw_dockerfile_warning_kind kind;
        unsigned line;
    } expected[] = {{DW_WARNING_FROM_AS_CASING, 1},
                    {DW_WARNING_STAGE_NAME_CASING, 1},
                    {DW_WARNING_EMPTY_CONTINUATION, 5},
                    {DW_WARNING_MAINTAINER, 6},
                    {DW_WARNING_FROM_AS_CASING, 7}};
    assert_int_equal(d->warnings.len, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(d->warnings.at[i].kind, expected[i].kind);
        assert_int_equal(d->warnings.at[i].line, expected[i].line);
    }
    assert_int_equal(d->warnings.at[2].first_line, 3);
    assert_int_equal(d->warnings.at[2].length, 1);
    assert_int_equal(d->source.at[d->warnings.at[2].offset], '\n');
    dw_dockerfile_free(d);
}

static void options(void **state)
{
    (void)state;
    static const char *const arguments[] = {"BASE=c:1", "BUILDKIT_DOCKERFILE_CHECK=skip=all", "UNUSED=1", "V=2"};
    struct dw_dockerfile_options with = {arguments, 4, "first", 10, NULL, NULL};
    struct dw_dockerfile *d = parse("ARG BASE=a\nFROM $BASE AS first\nARG V=1\nUSER $V\nFROM b\nUSER 3\n", &with);
    assert_non_null(d);
    assert_int_equal(d->shipped, 0);
    EXPECT(d->uses.at[0].resolved, "c:1");
    EXPECT(d->user.value, "2");
    assert_true(d->build_check.skip_all);
    assert_int_equal(d->instructions.at[1].line, 12);
    assert_false(d->stages.at[1].reachable);
    dw_dockerfile_free(d);
    with.target = "1";
    d = parse("FROM a\nFROM b\nUSER x\nFROM c\n", &with);
    assert_int_equal(d->shipped, 1);
    dw_dockerfile_free(d);
    with.target = "nothing";
    assert_null(parse("FROM a\n", &with));
    assert_non_null(strstr(error.text, "there is no stage \"nothing\""));
    with.target = NULL;
    assert_null(parse("FROM a\nFORM b\n", &with));
    assert_non_null(strstr(error.text, "Dockerfile:12: "));
}

/* Every beginning of a file, and every bit of it flipped: an answer, and an error where there is none. */
static void damaged(void **state)
{
    (void)state;
    static const char text[] = "# check=skip=a\nARG A=1\nFROM a:${A:-$B} AS b\n"
                               "RUN --mount='type=cache,\"target=/x\"' <<-E cat \\\n# c\n\n d\n\tx\n\tE\n"
                               "ENV B=\"$A\" C='d'\nONBUILD COPY [\"a\", \"b\\u00e9\"]\nHEALTHCHECK --interval=1s CMD x\nWORKDIR ../a\n";
    struct dw_dockerfile_options options = {0};
    char copy[sizeof(text)];
    for (size_t length = 0; length < sizeof(text); length++) {
        error = (struct dw_error)DW_ERROR_INIT;
        struct dw_dockerfile *d = dw_dockerfile_parse_with(dw_slice_make(text, length), "Dockerfile", &options, &limits, &error);
        assert_int_equal(d == NULL, error.kind != DW_ERROR_NONE);
        dw_dockerfile_free(d);
    }
    for (size_t bit = 0; bit < 8 * (sizeof(text) - 1); bit++) {
        memcpy(copy, text, sizeof(text));
        copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << bit % 8));
        error = (struct dw_error)DW_ERROR_INIT;
        struct dw_dockerfile *d =
            dw_dockerfile_parse_with(dw_slice_make(copy, sizeof(text) - 1), "Dockerfile", &options, &limits, &error);
        assert_int_equal(d == NULL, error.kind != DW_ERROR_NONE);
        dw_dockerfile_free(d);
    }
}

static void refuse(struct dw_slice text, enum dw_error_kind kind, const char *message)
{
    error = (struct dw_error)DW_ERROR_INIT;
    assert_null(dw_dockerfile_parse(text, "Dockerfile", &limits, &error));
    assert_int_equal(error.kind, kind);
    if (strstr(error.text, message) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", message, error.text);
}

static void odd_files(void **state)
{
    (void)state;
    refuse(DW_SLICE("\xff\xfe" "F\0R\0O\0M\0"), DW_ERROR_INPUT, "UTF-16");
    refuse(DW_SLICE("\xfe\xff" "\0F\0R\0O\0M"), DW_ERROR_INPUT, "UTF-16");
    refuse(DW_SLICE("F\0R\0O\0M\0 \0a\0"), DW_ERROR_INPUT, "UTF-16");
    refuse(DW_SLICE("FROM a\nRUN <<A <<B\nA\n"), DW_ERROR_INPUT, "\"B\" has no end");
    /* A NUL is a character like others. */
    error = (struct dw_error)DW_ERROR_INIT;
    struct dw_dockerfile *d = dw_dockerfile_parse(DW_SLICE("FROM a\nRUN x\0y\n"), "Dockerfile", &limits, &error);
    assert_non_null(d);
    assert_int_equal(d->instructions.at[1].rest.len, 3);
    dw_dockerfile_free(d);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_buffer_append_string(&text, "FROM a\nRUN ");
    for (size_t i = 0; i < (3 << 20); i++)
        dw_buffer_append_byte(&text, 'x');
    refuse(dw_buffer_slice(&text), DW_ERROR_LIMIT, "65535");
}

/* Each of these would take minutes if the work grew with the square of the file. */
static void large_files(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_buffer_append_string(&text, "FROM scratch AS s0\nENV A=1\n");
    for (int i = 1; i < 2000; i++)
        dw_buffer_printf(&text, "FROM s%d AS s%d\nENV B%d=$A\nLABEL c%d=$B%d\n", i - 1, i, i, i, i);
    struct dw_dockerfile_options options = {0};
    struct dw_dockerfile *d = dw_dockerfile_parse_with(dw_buffer_slice(&text), "Dockerfile", &options, &limits, &error);
    assert_non_null(d);
    EXPECT(dw_stage_label(d->stages.at[1999].state, DW_SLICE("c1"))->value.value, "1");
    dw_dockerfile_free(d);
    dw_buffer_clear(&text);
    dw_buffer_append_string(&text, "FROM scratch\n");
    for (int i = 0; i < 20000; i++)
        dw_buffer_printf(&text, "ENV A%d=$A%d B=${B:-x}\n", i, i - 1);
    d = dw_dockerfile_parse_with(dw_buffer_slice(&text), "Dockerfile", &options, &limits, &error);
    assert_non_null(d);
    dw_dockerfile_free(d);
    dw_buffer_clear(&text);
    dw_buffer_append_string(&text, "FROM scratch\nENV A=1");
    for (int i = 0; i < 200000; i++)
        dw_buffer_printf(&text, " \\\n A=$A");
    d = dw_dockerfile_parse_with(dw_buffer_slice(&text), "Dockerfile", &options, &limits, &error);
    assert_non_null(d);
    assert_int_equal(d->instructions.at[1].use_count, 200000);
    dw_dockerfile_free(d);
}

static int setup(void **state)
{
    (void)state;
    limits = dw_limits_default();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(instructions), cmocka_unit_test(triggers), cmocka_unit_test(mounts),
                                       cmocka_unit_test(comments),     cmocka_unit_test(warnings), cmocka_unit_test(options),
                                       cmocka_unit_test(damaged),      cmocka_unit_test(odd_files), cmocka_unit_test(large_files)};
    return cmocka_run_group_tests(tests, setup, NULL);
}
