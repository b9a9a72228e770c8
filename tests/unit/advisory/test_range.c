/* SPDX-License-Identifier: Apache-2.0
 *
 * Evaluation of ranges: OSV schema, "Evaluation", and matching.md 3.1, on records made for each rule. */
#include "advisory/feed/osv.h"
#include "advisory/range.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { NO = DW_ANSWER_NOT_AFFECTED, YES = DW_ANSWER_AFFECTED, UNCLEAR = DW_ANSWER_UNCLEAR };

#define RANGE(events)   "\"ranges\":[{\"type\":\"SEMVER\",\"events\":[" events "]}]"
#define INTRODUCED(v)   "{\"introduced\":\"" v "\"}"
#define FIXED(v)        "{\"fixed\":\"" v "\"}"
#define LAST(v)         "{\"last_affected\":\"" v "\"}"
#define LIMIT(v)        "{\"limit\":\"" v "\"}"
#define LAST_KNOWN(v)   ",\"database_specific\":{\"last_known_affected_version_range\":\"" v "\"}"

static const struct row {
    const char *entry; /* the affected entry without its package */
    const char *version;
    int answer;
    const char *fixed;
} rows[] = {
    /* one pair; ends belong as said */
    {RANGE(INTRODUCED("1.0.0") "," FIXED("1.2.0")), "0.9.9", NO, ""},
    {RANGE(INTRODUCED("1.0.0") "," FIXED("1.2.0")), "1.0.0", YES, "1.2.0"},
    {RANGE(INTRODUCED("1.0.0") "," FIXED("1.2.0")), "1.1.9", YES, "1.2.0"},
    {RANGE(INTRODUCED("1.0.0") "," FIXED("1.2.0")), "1.2.0", NO, ""},
    {RANGE(INTRODUCED("1.0.0") "," LAST("1.2.0")), "1.2.0", YES, ""},
    {RANGE(INTRODUCED("1.0.0") "," LAST("1.2.0")), "1.2.1", NO, ""},
    /* unsorted events are sorted, by version and not by text */
    {RANGE(FIXED("1.10.0") "," INTRODUCED("1.9.0")), "1.9.5", YES, "1.10.0"},
    {RANGE(FIXED("3.1.0") "," INTRODUCED("3.0.0") "," FIXED("2.5.0") "," INTRODUCED("0")), "2.7.0", NO, ""},
    {RANGE(FIXED("3.1.0") "," INTRODUCED("3.0.0") "," FIXED("2.5.0") "," INTRODUCED("0")), "3.0.5", YES, "3.1.0"},
    {RANGE(FIXED("3.1.0") "," INTRODUCED("3.0.0") "," FIXED("2.5.0") "," INTRODUCED("0")), "1.0.0", YES, "2.5.0"},
    /* open at the end, also after a closed pair */
    {RANGE(INTRODUCED("1.0.0")), "99.0.0", YES, ""},
    {RANGE(INTRODUCED("0") "," FIXED("1.0.0") "," INTRODUCED("2.0.0")), "1.5.0", NO, ""},
    {RANGE(INTRODUCED("0") "," FIXED("1.0.0") "," INTRODUCED("2.0.0")), "2.0.0", YES, ""},
    /* equal versions keep their listed order */
    {RANGE(INTRODUCED("2.0.0") "," FIXED("2.0.0")), "2.0.0", NO, ""},
    {RANGE(INTRODUCED("2.0.0") "," FIXED("2.0.0")), "2.1.0", NO, ""},
    {RANGE(INTRODUCED("1.0.0") "," FIXED("2.0.0") "," INTRODUCED("2.0.0")), "2.0.0", YES, ""},
    {RANGE(INTRODUCED("0") "," FIXED("0")), "1.0.0", NO, ""},
    /* introduced 0 is below everything, also a pre-release of 0.0.0 */
    {RANGE(INTRODUCED("0") "," FIXED("1.0.0")), "0.0.0-alpha", YES, "1.0.0"},
    {RANGE(INTRODUCED("0") "," FIXED("0.0.0-alpha.1")), "0.0.0-alpha.2", NO, ""},
    /* pre-releases are inside */
    {RANGE(INTRODUCED("1.0.0") "," FIXED("2.0.0")), "2.0.0-rc.1", YES, "2.0.0"},
    {RANGE(INTRODUCED("1.0.0") "," FIXED("2.0.0-rc.1")), "2.0.0-rc.1", NO, ""},
    /* limits: below at least one */
    {RANGE(INTRODUCED("0") "," LIMIT("1.5.0")), "1.4.0", YES, ""},
    {RANGE(INTRODUCED("0") "," LIMIT("1.5.0")), "1.5.0", NO, ""},
    {RANGE(INTRODUCED("0") "," LIMIT("1.5.0") "," LIMIT("3.0.0")), "2.0.0", YES, ""},
    {RANGE(INTRODUCED("0") "," LIMIT("*")), "7.0.0", YES, ""},
    /* several kinds in one object */
    {RANGE("{\"introduced\":\"1.0.0\",\"fixed\":\"1.5.0\"}"), "1.4.0", YES, "1.5.0"},
    {RANGE("{\"introduced\":\"1.0.0\",\"fixed\":\"1.5.0\"}"), "1.5.0", NO, ""},
    /* version lists: alone, beside ranges, by order and not by bytes */
    {"\"versions\":[\"1.2.3\",\"1.2.5\"]", "1.2.4", NO, ""},
    {"\"versions\":[\"1.2.3\",\"1.2.5\"]", "1.2.5", YES, ""},
    {"\"versions\":[\"v1.2.3\"]", "1.2.3", YES, ""},
    {"\"versions\":[\"9.0.0\"]," RANGE(INTRODUCED("1.0.0") "," FIXED("1.2.0")), "9.0.0", YES, ""},
    {"\"versions\":[\"9.0.0\"]," RANGE(INTRODUCED("1.0.0") "," FIXED("1.2.0")), "1.1.0", YES, "1.2.0"},
    /* neither: everything; null counts as absent */
    {"\"ranges\":null,\"versions\":null", "5.0.0", YES, ""},
    {"\"ranges\":[],\"versions\":[]", "no version at all", YES, ""},
    /* commits only */
    {"\"ranges\":[{\"type\":\"GIT\",\"repo\":\"https://x\",\"events\":[{\"introduced\":\"0\"},{\"fixed\":\"abc\"}]}]", "1.0.0",
     UNCLEAR, ""},
    {"\"ranges\":[{\"type\":\"GIT\",\"repo\":\"https://x\",\"events\":[{\"introduced\":\"0\"}]}],\"versions\":[\"1.0.0\"]",
     "1.0.0", YES, ""},
    {"\"ranges\":[{\"type\":\"GIT\",\"repo\":\"https://x\",\"events\":[{\"introduced\":\"0\"}]}],\"versions\":[\"1.0.0\"]",
     "2.0.0", NO, ""},
    /* last_known_affected_version_range, only where nothing is fixed */
    {RANGE(INTRODUCED("0")) LAST_KNOWN("<= 1.2.3"), "1.2.3", YES, ""},
    {RANGE(INTRODUCED("0")) LAST_KNOWN("<= 1.2.3"), "1.2.4", NO, ""},
    {RANGE(INTRODUCED("0")) LAST_KNOWN("< 1.2.3"), "1.2.3", NO, ""},
    {RANGE(INTRODUCED("0")) LAST_KNOWN("< 1.2.3"), "1.2.2", YES, ""},
    {RANGE(INTRODUCED("1.0.0")) LAST_KNOWN("<= 1.2.3"), "0.5.0", NO, ""},
    {RANGE(INTRODUCED("0") "," FIXED("2.0.0")) LAST_KNOWN("<= 1.2.3"), "1.9.0", YES, "2.0.0"},
    {RANGE(INTRODUCED("0")) LAST_KNOWN("about 1.2"), "9.0.0", YES, ""}, /* not understood: does not narrow */
    /* what is no version */
    {RANGE(INTRODUCED("1.0.0") "," FIXED("1.2.0")), "banana", UNCLEAR, ""},
    {"\"versions\":[\"1.2.3\"]", "banana", UNCLEAR, ""},
    {RANGE(INTRODUCED("0")), "banana", YES, ""},
    {RANGE(INTRODUCED("0") "," FIXED("banana")), "1.0.0", YES, "banana"},
    {RANGE(INTRODUCED("0") "," FIXED("0.banana")), "1.0.0", UNCLEAR, ""},
};

static void test_rows(void **state)
{
    const struct dw_version_order *order = dw_version_order_of(DW_SLICE("npm"));
    struct dw_limits limits = dw_limits_default();
    size_t wrong = 0;
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
        DW_CLEANUP(dw_buffer_free) struct dw_buffer json = {0}, trace = {0};
        struct dw_advisory advisory;
        struct dw_error error = DW_ERROR_INIT;
        dw_buffer_printf(&json, "{\"id\":\"T-1\",\"affected\":[{\"package\":{\"ecosystem\":\"npm\",\"name\":\"x\"},%s}]}",
                         rows[i].entry);
        if (!dw_osv_parse(&arena, dw_buffer_slice(&json), &limits, &advisory, &error))
            fail_msg("row %zu: %s", i, error.text);
        struct dw_range_answer answer =
            dw_affected_evaluate(order, &advisory.affected[0], dw_slice_of(rows[i].version), &trace);
        /* A trace changes nothing, and an undecided answer says why. */
        struct dw_range_answer untraced =
            dw_affected_evaluate(order, &advisory.affected[0], dw_slice_of(rows[i].version), NULL);
        if ((int)answer.answer != rows[i].answer || !dw_slice_is(answer.fixed, rows[i].fixed) ||
            untraced.answer != answer.answer || (answer.answer == DW_ANSWER_UNCLEAR) != (answer.reason != NULL)) {
            print_error("%s at %s: found %d \"%.*s\", expected %d \"%s\"\n%.*s", rows[i].entry, rows[i].version,
                        answer.answer, DW_SLICE_ARG(answer.fixed), rows[i].answer, rows[i].fixed,
                        DW_SLICE_ARG(dw_buffer_slice(&trace)));
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

/* Go's custom ranges: GO-2024-2428 (ingress-nginx) says "all" in its plain range and 1.9.0 in its custom one. */
static void test_custom_ranges(void **state)
{
    static const char record[] =
        "{\"id\":\"GO-2024-2428\",\"affected\":[{\"package\":{\"ecosystem\":\"Go\",\"name\":\"k8s.io/ingress-nginx\"},"
        "\"ranges\":[{\"type\":\"SEMVER\",\"events\":[{\"introduced\":\"0\"}]}],\"ecosystem_specific\":{\"custom_ranges\":"
        "[{\"type\":\"ECOSYSTEM\",\"events\":[{\"introduced\":\"0\"},{\"fixed\":\"%s\"}]}]}}]}";
    static const struct {
        const char *fixed, *version;
        int answer;
    } cases[] = {{"1.9.0", "1.8.9", YES}, {"1.9.0", "1.9.0", NO}, {"RELEASE.2024-06-06T09-36-42Z", "1.9.0", UNCLEAR}};
    struct dw_limits limits = dw_limits_default();
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
        struct dw_advisory advisory;
        struct dw_error error = DW_ERROR_INIT;
        struct dw_slice json = dw_arena_printf(&arena, record, cases[i].fixed);
        assert_true(dw_osv_parse(&arena, json, &limits, &advisory, &error));
        assert_int_equal(dw_affected_evaluate(dw_version_order_of(DW_SLICE("Go")), &advisory.affected[0],
                                              dw_slice_of(cases[i].version), NULL)
                             .answer,
                         cases[i].answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_custom_ranges)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
