/* SPDX-License-Identifier: Apache-2.0
 *
 * What holds at the end of each stage (Dockerfile reference: ARG, ENV, WORKDIR, USER, ONBUILD; scopes). */
#include "dockerfile/dockerfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct dw_limits limits;
static struct dw_error error;

static struct dw_dockerfile *parse_with(const char *text, const struct dw_dockerfile_options *options)
{
    error = (struct dw_error)DW_ERROR_INIT;
    struct dw_dockerfile *dockerfile = dw_dockerfile_parse_with(dw_slice_of(text), "Dockerfile", options, &limits, &error);
    if (dockerfile == NULL)
        fail_msg("%s", error.text);
    return dockerfile;
}

static struct dw_dockerfile *parse(const char *text)
{
    return parse_with(text, &(struct dw_dockerfile_options){0});
}

#define EXPECT(slice, string)                                                                                \
    do {                                                                                                     \
        struct dw_slice expect_ = (slice);                                                                   \
        if (!dw_slice_is(expect_, string))                                                                   \
            fail_msg("\"%.*s\" is not \"%s\"", DW_SLICE_ARG(expect_), string);                               \
    } while (0)

static void values(void **state)
{
    (void)state;
    struct dw_dockerfile *d = parse("FROM scratch AS a\n"
                                    "ENV A=1 B=\"two words\" C='$A'\n"
                                    "LABEL x.$A=$B\n"
                                    "EXPOSE $A 80/tcp\n"
                                    "VOLUME /v$A\n"
                                    "STOPSIGNAL SIG$A\n"
                                    "FROM a\n"
                                    "ENV A=9\n"
                                    "LABEL y=$A\n");
    const struct dw_stage_state *shipped = d->stages.at[1].state;
    EXPECT(dw_stage_environment(shipped, DW_SLICE("A"))->value.value, "9");
    EXPECT(dw_stage_environment(shipped, DW_SLICE("B"))->value.value, "two words");
    EXPECT(dw_stage_environment(shipped, DW_SLICE("C"))->value.value, "$A");
    EXPECT(dw_stage_environment(d->stages.at[0].state, DW_SLICE("A"))->value.value, "1");
    assert_null(dw_stage_environment(shipped, DW_SLICE("D")));
    EXPECT(dw_stage_label(shipped, DW_SLICE("x.1"))->value.value, "two words");
    EXPECT(dw_stage_label(shipped, DW_SLICE("y"))->value.value, "9");
    EXPECT(d->stages.at[0].state->ports.at[0].name, "1");
    EXPECT(d->stages.at[0].state->ports.at[1].name, "80/tcp");
    EXPECT(d->stages.at[0].state->volumes.at[0].name, "/v1");
    EXPECT(shipped->stop_signal.value, "SIG1");
    dw_dockerfile_free(d);
}

static void one_set_of_values(void **state)
{
    (void)state;
    /* The reference's own example: def is hello, ghi is bye. */
    struct dw_dockerfile *d = parse("FROM scratch\nENV abc=hello\nENV abc=bye def=$abc\nENV ghi=$abc\n");
    const struct dw_stage_state *shipped = d->stages.at[0].state;
    EXPECT(dw_stage_environment(shipped, DW_SLICE("def"))->value.value, "hello");
    EXPECT(dw_stage_environment(shipped, DW_SLICE("ghi"))->value.value, "bye");
    const struct dw_instruction *env = &d->instructions.at[2];
    assert_int_equal(env->use_count, 1);
    EXPECT(env->uses[0].name, "abc");
    assert_true(env->uses[0].self && env->uses[0].defined);
    assert_int_equal(env->uses[0].argument, 4);
    EXPECT(env->expanded[4], "hello");
    assert_false(d->instructions.at[3].uses[0].self);
    dw_dockerfile_free(d);
}

static void arguments(void **state)
{
    (void)state;
    struct dw_dockerfile *d = parse("ARG V=1\nARG W\n"
                                    "FROM a:$V\n" /* 2 */
                                    "USER $V\n"
                                    "ARG V\n"
                                    "WORKDIR /$V\n" /* 5 */
                                    "ENV V=env\n"
                                    "ARG V=arg\n"
                                    "COPY --chown=$N ${M:-x} $V ./\n"); /* 8 */
    EXPECT(d->instructions.at[2].expanded[0], "a:1");
    /* A global ARG is not seen in a stage that does not declare it; the base image may set it. */
    EXPECT(d->user.value, "");
    assert_false(d->instructions.at[3].uses[0].defined);
    EXPECT(d->stages.at[0].state->working_directory.value, "/1");
    const struct dw_instruction *copy = &d->instructions.at[8];
    EXPECT(copy->expanded[0], "x");
    EXPECT(copy->expanded[1], "env"); /* ENV wins over ARG */
    assert_int_equal(copy->use_count, 3);
    assert_true(copy->uses[0].guarded && !copy->uses[0].defined);
    EXPECT(copy->uses[2].name, "N");
    assert_true(copy->uses[2].argument == SIZE_MAX);
    dw_dockerfile_free(d);
}

static void working_directories(void **state)
{
    (void)state;
    static const struct {
        const char *text, *value;
        bool known;
    } cases[] = {
        {"FROM scratch\n", "/", true},
        {"FROM scratch\nWORKDIR a\nWORKDIR ../b/./c//\n", "/b/c", true},
        {"FROM scratch\nWORKDIR /..\n", "/", true},
        {"FROM x\n", "", false},
        {"FROM x\nWORKDIR a\nWORKDIR ../../b\n", "../b", false},
        {"FROM x\nWORKDIR a\nWORKDIR /b\nWORKDIR c\n", "/b/c", true},
        {"FROM x\nWORKDIR $A\nWORKDIR b\n", "", false},
        {"FROM x\nARG A=/q\nWORKDIR $A\n", "/q", true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct dw_dockerfile *d = parse(cases[i].text);
        const struct dw_stage_value *value = &d->stages.at[0].state->working_directory;
        EXPECT(value->value, cases[i].value);
        if ((value->problem.len == 0) != cases[i].known)
            fail_msg("%s: \"%.*s\"", cases[i].text, DW_SLICE_ARG(value->problem));
        dw_dockerfile_free(d);
    }
}

static void triggers_run_in_the_child(void **state)
{
    (void)state;
    struct dw_dockerfile *d = parse("FROM scratch AS a\n"
                                    "ONBUILD ARG U=5\n"
                                    "ONBUILD USER $U\n"
                                    "FROM a AS b\n"
                                    "FROM b\n"
                                    "HEALTHCHECK NONE\n");
    EXPECT(d->stages.at[0].state->user.value, "");
    EXPECT(d->stages.at[1].state->user.value, "5");
    EXPECT(d->stages.at[2].state->user.value, "5");
    assert_ptr_equal(d->stages.at[2].state->healthcheck, &d->instructions.at[5]);
    assert_int_equal(d->stages.at[0].state->triggers, 2);
    assert_null(d->instructions.at[2].inner->expanded);
    dw_dockerfile_free(d);
}

static const struct dw_image_summary *base_image(void *context, struct dw_slice reference)
{
    return dw_slice_is(reference, "known:1") ? context : NULL;
}

static void base_images(void **state)
{
    (void)state;
    struct dw_slice environment[] = {DW_SLICE_INIT("APP=app"), DW_SLICE_INIT("odd")};
    struct dw_image_summary image = {.user = DW_SLICE("7"),
                                     .working_directory = DW_SLICE("/srv"),
                                     .environment = environment,
                                     .environment_count = 2};
    struct dw_dockerfile_options options = {.base_image = base_image, .context = &image};
    struct dw_dockerfile *d = parse_with("FROM known:1\nWORKDIR $APP\nEXPOSE $NONE\nFROM other:1\nEXPOSE $APP\n", &options);
    const struct dw_stage_state *known = d->stages.at[0].state;
    EXPECT(known->user.value, "7");
    assert_null(known->user.instruction);
    EXPECT(known->working_directory.value, "/srv/app");
    assert_ptr_equal(known->base_image, &image);
    /* With the config at hand it is known that nothing sets NONE. */
    assert_int_equal(known->ports.len, 0);
    assert_true(d->stages.at[1].state->ports.at == NULL);
    assert_false(d->instructions.at[4].uses[0].defined);
    assert_true(d->instructions.at[1].uses[0].defined);
    dw_dockerfile_free(d);
}

static void bad_substitutions(void **state)
{
    (void)state;
    struct dw_dockerfile *d = parse("FROM a\nENV A=${B\nLABEL \"x=y\nCOPY ${C?gone} /\n");
    for (size_t i = 1; i < 4; i++) {
        assert_null(d->instructions.at[i].expanded);
        assert_true(d->instructions.at[i].expansion_problem.len > 0);
    }
    EXPECT(d->instructions.at[3].expansion_problem, "variable \"C\" must have a value: gone");
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),      cmocka_unit_test(one_set_of_values),         cmocka_unit_test(arguments),
        cmocka_unit_test(working_directories), cmocka_unit_test(triggers_run_in_the_child), cmocka_unit_test(base_images),
        cmocka_unit_test(bad_substitutions),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
