/* SPDX-License-Identifier: Apache-2.0 */
#include "document/json_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void compact(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    struct dw_json_writer json = {.out = &out};
    dw_json_object_begin(&json, NULL);
    dw_json_integer(&json, "n", -5);
    dw_json_tenths(&json, "score", 98);
    dw_json_array_begin(&json, "list");
    dw_json_bool(&json, NULL, true);
    dw_json_null(&json, NULL);
    dw_json_array_end(&json);
    dw_json_string_if(&json, "absent", DW_SLICE(""));
    dw_json_string(&json, "s", DW_SLICE("a\"\\\n\x01\xc3\xa9"));
    dw_json_text(&json, "t", NULL);
    dw_json_object_end(&json);
    assert_string_equal(out.at,
                        "{\"n\":-5,\"score\":9.8,\"list\":[true,null],\"s\":\"a\\\"\\\\\\n\\u0001\xc3\xa9\",\"t\":null}");
}

static void bad_utf8_is_replaced(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    struct dw_json_writer json = {.out = &out};
    dw_json_string(&json, NULL, DW_SLICE("a\xff" "b"));
    assert_string_equal(out.at, "\"a\xef\xbf\xbd" "b\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(compact), cmocka_unit_test(bad_utf8_is_replaced)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
