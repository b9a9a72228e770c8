/* SPDX-License-Identifier: Apache-2.0
 *
 * Expected scores are worked out by the specifications' equations, or what the calculators of FIRST and the Python
 * package cvss 3.6 give. */
#include "advisory/cvss.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct {
    const char *vector;
    unsigned tenths;
    enum dw_severity severity;
} scored[] = {
    /* base, temporal and environmental scores of 2.0's guide, section 3.3.1 (CVE-2002-0392) */
    {"AV:N/AC:L/Au:N/C:N/I:N/A:C", 78, DW_SEVERITY_HIGH},
    {"AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C", 64, DW_SEVERITY_MEDIUM},
    {"AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", 92, DW_SEVERITY_HIGH},
    /* no impact: f is 0; 2.0 has no "none" */
    {"AV:N/AC:L/Au:N/C:N/I:N/A:N", 0, DW_SEVERITY_LOW},
    {"AV:N/AC:L/Au:N/C:C/I:C/A:C", 100, DW_SEVERITY_HIGH},
    /* 3.x */
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 98, DW_SEVERITY_CRITICAL},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0, DW_SEVERITY_NEGLIGIBLE},
    {"CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 31, DW_SEVERITY_LOW},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 61, DW_SEVERITY_MEDIUM},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 75, DW_SEVERITY_HIGH},
    /* the order of metrics is free in 3.x */
    {"CVSS:3.1/A:H/I:H/C:H/S:U/UI:N/PR:N/AC:L/AV:N", 98, DW_SEVERITY_CRITICAL},
    /* X everywhere is the base score */
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:X/RL:X/RC:X/CR:X/MAV:X/MA:X", 98, DW_SEVERITY_CRITICAL},
    /* modified metrics replace the base ones */
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MC:N/MI:N/MA:N", 0, DW_SEVERITY_NEGLIGIBLE},
    {"CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MAV:N", 98, DW_SEVERITY_CRITICAL},
    /* 4.0 */
    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 100, DW_SEVERITY_CRITICAL},
    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 93, DW_SEVERITY_CRITICAL},
    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0, DW_SEVERITY_NEGLIGIBLE},
    {"CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", 10, DW_SEVERITY_LOW},
    /* supplemental metrics do not score */
    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/S:P/AU:Y/R:I/V:C/RE:H/U:Red", 93,
     DW_SEVERITY_CRITICAL},
};

static void test_scores(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(scored) / sizeof(scored[0]); i++) {
        struct dw_cvss cvss;
        struct dw_error error = DW_ERROR_INIT;
        if (!dw_cvss_parse_score(dw_slice_of(scored[i].vector), &cvss, &error))
            fail_msg("%s: %s", scored[i].vector, error.text);
        if (cvss.score_tenths != scored[i].tenths || cvss.severity != scored[i].severity)
            fail_msg("%s: %u, %s", scored[i].vector, cvss.score_tenths, dw_severity_name(cvss.severity));
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *vector, *message;
    } refused[] = {
        {"", "CVSS 2.0 has no metric \"\""},
        {"CVSS:3.1", "is no CVSS vector of version"},
        {"CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "is no CVSS vector of version"},
        {"cvss:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "has no metric"},
        {"CVSS:3.1/", "has no metric \"\""},
        {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/", "has no metric \"\""},
        {"CVSS:3.1//AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "has no metric \"\""},
        {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", "base metric A is missing"},
        {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/A:H", "metric A stands twice"},
        {"CVSS:3.1/AV:n/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "metric AV has no value \"n\""},
        {"CVSS:3.1/AV:N /AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "metric AV has no value \"N \""},
        {"CVSS:3.1/AV:N A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "metric AV has no value \"N A\""},
        {"CVSS:3.1/AV:/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "metric AV has no value \"\""},
        {"CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "metric AV has no value \"X\""},
        {"CVSS:4.0/AC:L/AV:N/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "metric AV is out of order"},
        {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:S/SA:N", "metric SI has no value \"S\""},
        {"AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF", "a group of metrics is not complete"},
        {"AV:N/AC:L/Au:N/C:N/I:N/A:C/CDP:N", "a group of metrics is not complete"},
        {"AC:L/AV:N/Au:N/C:N/I:N/A:C", "metric AV is out of order"},
    };
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct dw_cvss cvss;
        struct dw_error error = DW_ERROR_INIT;
        assert_false(dw_cvss_parse_score(dw_slice_of(refused[i].vector), &cvss, &error));
        assert_int_equal(error.kind, DW_ERROR_INPUT);
        if (strstr(error.text, refused[i].message) == NULL)
            fail_msg("%s: %s", refused[i].vector, error.text);
    }
}

static void test_format(void **state)
{
    (void)state;
    struct dw_cvss cvss;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    assert_true(dw_cvss_parse_score(DW_SLICE("CVSS:3.0/MA:X/A:H/I:H/C:H/S:U/UI:N/PR:N/AC:L/AV:N"), &cvss, NULL));
    assert_string_equal(dw_cvss_version_name(&cvss), "3.0");
    dw_cvss_format(&cvss, &text);
    assert_string_equal(text.at, "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MA:X");
}

/* Making one base metric less severe never raises a 4.0 score, over all 104,976 base vectors. */
static void test_v4_falls(void **state)
{
    (void)state;
    static const char *const names[] = {"AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"};
    static const char *const values[] = {"NALP", "LH", "NP", "NLH", "NPA", "HLN", "HLN", "HLN", "HLN", "HLN", "HLN"};
    enum { METRICS = 11, ALL = 4 * 2 * 2 * 3 * 3 * 729 };
    static unsigned char scores[ALL];
    for (unsigned number = 0; number < ALL; number++) {
        char vector[128] = "CVSS:4.0";
        size_t at = strlen(vector);
        for (unsigned i = 0, rest = number; i < METRICS; i++) {
            unsigned count = (unsigned)strlen(values[i]);
            vector[at++] = '/';
            vector[at++] = names[i][0];
            vector[at++] = names[i][1];
            vector[at++] = ':';
            vector[at++] = values[i][rest % count];
            rest /= count;
        }
        struct dw_cvss cvss;
        assert_true(dw_cvss_parse_score(dw_slice_make(vector, at), &cvss, NULL));
        assert_true(cvss.score_tenths <= 100);
        scores[number] = (unsigned char)cvss.score_tenths;
        for (unsigned i = 0, rest = number, unit = 1; i < METRICS; i++) {
            unsigned count = (unsigned)strlen(values[i]);
            if (rest % count > 0 && scores[number - unit] < scores[number])
                fail_msg("%s scores %u, with %s less severe", vector, scores[number], names[i]);
            rest /= count;
            unit *= count;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scores),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_v4_falls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
