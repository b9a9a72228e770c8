/* SPDX-License-Identifier: Apache-2.0 */
#include "model/image_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define HEX32 "0123456789abcdef0123456789abcdef"
#define HEX64 HEX32 HEX32

/* From the grammar and the normalisation of distribution/reference, by hand. */
static void good(void **state)
{
    (void)state;
    static const struct {
        const char *text, *formatted;
        bool pinned;
    } cases[] = {
        {"node", "docker.io/library/node", false},
        {"node:20-alpine", "docker.io/library/node:20-alpine", false},
        {"company/roi", "docker.io/company/roi", false},
        {"index.docker.io/node:1", "docker.io/library/node:1", false},
        {"docker.io/node", "docker.io/library/node", false},
        {"localhost/x", "localhost/x", false},
        {"localhost:5000/x/y:1", "localhost:5000/x/y:1", false},
        {"Registry/x", "Registry/x", false},
        {"[2001:db8::1]:5000/x", "[2001:db8::1]:5000/x", false},
        {"gcr.io/distroless/nodejs22-debian12:nonroot@sha256:" HEX64,
         "gcr.io/distroless/nodejs22-debian12:nonroot@sha256:" HEX64, true},
        {"a@sha512:" HEX64 HEX64, "docker.io/library/a@sha512:" HEX64 HEX64, false},
        {"a__b/c-.d", NULL, false},
        {"a__b/c---d.e_f:_x", "docker.io/a__b/c---d.e_f:_x", false},
    };
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct dw_image_name name;
        struct dw_error error = DW_ERROR_INIT;
        bool parsed = dw_image_name_parse(&arena, dw_slice_of(cases[i].text), &name, &error);
        if (parsed != (cases[i].formatted != NULL))
            fail_msg("%s: %s", cases[i].text, error.text);
        if (!parsed)
            continue;
        struct dw_slice formatted = dw_image_name_format(&arena, &name);
        if (!dw_slice_is(formatted, cases[i].formatted))
            fail_msg("%s gives %.*s", cases[i].text, DW_SLICE_ARG(formatted));
        assert_int_equal(name.pinned, cases[i].pinned);
    }
}

static void bad(void **state)
{
    (void)state;
    static const char *const cases[] = {"", ":1", "Node", "a/B", "a:", "a:-x", "a:b c", "a@", "a@sha256:", "a b",
                                        "a@sha256:" HEX32, "a@sha256:" HEX64 "0", "a@sha256:" HEX32 "0123456789ABCDEF0123456789abcdef",
                                        "a//b", "/a", "a/", "-a", "a.", "a..b", "a___b", "reg.io:/a", "reg.io:x/a",
                                        "-reg.io/a", "a@b@c", "https://reg.io/a", "$A", "a:1@"};
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct dw_image_name name;
        struct dw_error error = DW_ERROR_INIT;
        if (dw_image_name_parse(&arena, dw_slice_of(cases[i]), &name, &error))
            fail_msg("\"%s\" was accepted", cases[i]);
        assert_int_equal(error.kind, DW_ERROR_INPUT);
    }
    char text[300];
    struct dw_image_name name;
    memset(text, 'a', sizeof(text));
    assert_false(dw_image_name_parse(&arena, dw_slice_make(text, 300), &name, NULL));
    assert_false(dw_image_name_parse(&arena, dw_slice_make(text, 246), &name, NULL)); /* with "docker.io/" */
    assert_true(dw_image_name_parse(&arena, dw_slice_make(text, 245), &name, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(good), cmocka_unit_test(bad)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
