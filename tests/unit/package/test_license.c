/* SPDX-License-Identifier: Apache-2.0 */
#include "package/license.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void normalises(void **state)
{
    (void)state;
    enum { UNKNOWN = DW_LICENSE_UNKNOWN, ID = DW_LICENSE_ID, EXPRESSION = DW_LICENSE_EXPRESSION };
    static const struct {
        const char *original;
        int form;
        const char *text;
    } cases[] = {
        {"MIT", ID, "MIT"},
        {" mit ", ID, "MIT"},
        {"GPL2", ID, "GPL-2.0-only"},
        {"GPL2+", ID, "GPL-2.0-or-later"},
        {"GPL-2.0", ID, "GPL-2.0-only"},
        {"GPL-2.0+", ID, "GPL-2.0-or-later"},
        {"LGPL-2.1-or-later", ID, "LGPL-2.1-or-later"},
        {"Apache 2", ID, "Apache-2.0"},
        {"Apache License, Version 2.0", ID, "Apache-2.0"},
        {"Apache-2.0+", EXPRESSION, "Apache-2.0+"},
        {"BSD", UNKNOWN, "BSD"},
        {"GPL", UNKNOWN, "GPL"},
        {"custom", UNKNOWN, "custom"},
        {"Unlicense", ID, "Unlicense"},
        {"UNLICENSED", UNKNOWN, "UNLICENSED"},
        {"SEE LICENSE IN LICENSE.md", UNKNOWN, "SEE LICENSE IN LICENSE.md"},
        {"MIT AND (Apache 2.0 or BSD-3-Clause)", EXPRESSION, "MIT AND (Apache-2.0 OR BSD-3-Clause)"},
        {"(MIT OR CC0-1.0)", EXPRESSION, "(MIT OR CC0-1.0)"},
        {"(MIT)", EXPRESSION, "(MIT)"},
        {"GPL-2.0-only WITH classpath-exception-2.0", EXPRESSION, "GPL-2.0-only WITH Classpath-exception-2.0"},
        {"GPL-2.0-with-classpath-exception", EXPRESSION, "GPL-2.0-only WITH Classpath-exception-2.0"},
        {"LicenseRef-My.1 OR MIT", EXPRESSION, "LicenseRef-My.1 OR MIT"},
        {"DocumentRef-a:LicenseRef-b", EXPRESSION, "DocumentRef-a:LicenseRef-b"},
        {"DocumentRef-a", UNKNOWN, "DocumentRef-a"},
        {"LicenseRef-", UNKNOWN, "LicenseRef-"},
        {"MIT OR", UNKNOWN, "MIT OR"},
        {"OR MIT", UNKNOWN, "OR MIT"},
        {"(MIT", UNKNOWN, "(MIT"},
        {"MIT)", UNKNOWN, "MIT)"},
        {"MIT OR BSD", UNKNOWN, "MIT OR BSD"},
        {"MIT WITH Nothing-exception", UNKNOWN, "MIT WITH Nothing-exception"},
        {"MIT++", UNKNOWN, "MIT++"},
        {"+", UNKNOWN, "+"},
        {"Classpath-exception-2.0", UNKNOWN, "Classpath-exception-2.0"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
        struct dw_license *licenses;
        assert_int_equal(dw_license_read(&arena, dw_slice_of(cases[i].original), false, &licenses), 1);
        if ((int)licenses[0].form != cases[i].form || !dw_slice_is(licenses[0].text, cases[i].text))
            fail_msg("\"%s\": %d \"%.*s\"", cases[i].original, (int)licenses[0].form, DW_SLICE_ARG(licenses[0].text));
    }
}

static void lists_of_names(void **state)
{
    (void)state;
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    struct dw_license *licenses;
    assert_int_equal(dw_license_read(&arena, DW_SLICE("  "), true, &licenses), 0);
    assert_int_equal(dw_license_read(&arena, DW_SLICE("MIT  BSD GPL2+"), true, &licenses), 3);
    assert_true(dw_slice_is(licenses[0].text, "MIT") && licenses[0].form == DW_LICENSE_ID);
    assert_true(dw_slice_is(licenses[1].text, "BSD") && licenses[1].form == DW_LICENSE_UNKNOWN);
    assert_true(dw_slice_is(licenses[2].text, "GPL-2.0-or-later") && licenses[2].form == DW_LICENSE_ID);
    assert_int_equal(dw_license_read(&arena, DW_SLICE("MIT BSD GPL2+"), false, &licenses), 1);
    assert_int_equal(licenses[0].form, DW_LICENSE_UNKNOWN);
    assert_int_equal(dw_license_read(&arena, DW_SLICE("MPL-2.0 AND custom"), true, &licenses), 1);
    assert_int_equal(licenses[0].form, DW_LICENSE_UNKNOWN);
    assert_int_equal(dw_license_read(&arena, DW_SLICE("Apache 2.0"), true, &licenses), 1);
    assert_int_equal(licenses[0].form, DW_LICENSE_ID);
}

/* The look-up needs its order; facts of the list's version 3.28.0. */
static void list_is_sorted(void **state)
{
    (void)state;
    for (size_t i = 0; i < dw_spdx_license_count; i++)
        assert_ptr_equal(dw_license_spdx_id(dw_slice_of(dw_spdx_licenses[i])), dw_spdx_licenses[i]);
    for (size_t i = 0; i < dw_spdx_exception_count; i++)
        assert_ptr_equal(dw_license_spdx_exception(dw_slice_of(dw_spdx_exceptions[i])), dw_spdx_exceptions[i]);
    assert_int_equal(dw_spdx_license_count + dw_spdx_exception_count, 811);
    assert_null(dw_license_spdx_id(DW_SLICE("")));
    assert_null(dw_license_spdx_id(DW_SLICE("Classpath-exception-2.0")));
}

static void hostile_expressions(void **state)
{
    (void)state;
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    struct dw_license *licenses;
    for (int i = 0; i < 1000; i++)
        dw_buffer_append_byte(&text, '(');
    assert_int_equal(dw_license_read(&arena, dw_buffer_slice(&text), true, &licenses), 1);
    assert_int_equal(licenses[0].form, DW_LICENSE_UNKNOWN);
    dw_buffer_clear(&text);
    for (int i = 0; i < 1000000; i++)
        dw_buffer_append_string(&text, "a ");
    assert_int_equal(dw_license_read(&arena, dw_buffer_slice(&text), true, &licenses), 1);
    dw_buffer_clear(&text);
    for (int i = 0; i < 2000; i++)
        dw_buffer_append_byte(&text, '+');
    assert_int_equal(dw_license_read(&arena, dw_buffer_slice(&text), true, &licenses), 1);
    assert_int_equal(licenses[0].form, DW_LICENSE_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normalises),
        cmocka_unit_test(lists_of_names),
        cmocka_unit_test(list_is_sorted),
        cmocka_unit_test(hostile_expressions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
