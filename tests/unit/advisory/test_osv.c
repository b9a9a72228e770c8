/* SPDX-License-Identifier: Apache-2.0
 *
 * OSV records: what is read, what is refused; and their packed form against truncation and flipped bits. */
#include "advisory/feed/osv.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static bool parse(struct dw_arena *arena, const char *text, struct dw_advisory *advisory, struct dw_error *error)
{
    struct dw_limits limits = dw_limits_default();
    return dw_osv_parse(arena, dw_slice_of(text), &limits, advisory, error);
}

static const char whole[] =
    "{\"schema_version\":\"1.7.0\",\"id\":\"GHSA-a\",\"modified\":\"2024-02-03T04:05:06.789Z\","
    "\"published\":\"0001-01-01T00:00:00Z\",\"withdrawn\":\"2024-03-01T00:00:00Z\",\"aliases\":[\"CVE-2024-1\"],"
    "\"upstream\":[\"CVE-2024-2\"],\"related\":[\"CVE-2024-3\"],\"summary\":\"One line\",\"details\":\"long\","
    "\"severity\":[{\"type\":\"CVSS_V3\",\"score\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"},"
    "{\"type\":\"CVSS_V3\",\"score\":\"CVSS:3.1/AV:X\"},{\"type\":\"Ubuntu\",\"score\":\"low\"}],"
    "\"database_specific\":{\"severity\":\"MODERATE\",\"cwe_ids\":[\"CWE-79\"],\"cvss_v2_score\":10.0},"
    "\"references\":[{\"type\":\"WEB\",\"url\":\"https://w\"},{\"type\":\"ADVISORY\",\"url\":\"https://a\"}],"
    "\"affected\":[{\"package\":{\"ecosystem\":\"Ubuntu:22.04:LTS\",\"name\":\"x\"},\"versions\":[\"1\"],"
    "\"ecosystem_specific\":{\"urgency\":\"unimportant\",\"imports\":[{\"path\":\"p\",\"symbols\":[\"A\",\"B\"],"
    "\"goos\":[\"windows\"]}]},\"database_specific\":{\"informational\":\"unmaintained\",\"cvss\":null}},"
    "{\"ranges\":[{\"type\":\"GIT\",\"repo\":\"r\",\"events\":[{\"introduced\":\"0\"}]}]}]}";

static void check_whole(const struct dw_advisory *advisory)
{
    assert_true(dw_slice_is(advisory->id, "GHSA-a") && dw_slice_is(advisory->summary, "One line"));
    assert_true(dw_slice_is(advisory->url, "https://a"));
    assert_int_equal(advisory->modified, 1706933106);
    assert_int_equal(advisory->published, DW_TIME_UNKNOWN);
    assert_true(advisory->withdrawn);
    assert_int_equal(advisory->withdrawn_at, 1709251200);
    assert_true(advisory->aliases.count == 1 && dw_slice_is(advisory->aliases.at[0], "CVE-2024-1"));
    assert_true(advisory->upstream.count == 1 && dw_slice_is(advisory->upstream.at[0], "CVE-2024-2"));
    assert_true(advisory->related.count == 1 && advisory->cwes.count == 1);
    assert_int_equal(advisory->rating_count, 5);
    const struct dw_rating *ratings = advisory->ratings;
    assert_true(ratings[0].scheme == DW_SCHEME_CVSS_V31 && ratings[0].score == 98 &&
                ratings[0].severity == DW_SEVERITY_CRITICAL);
    assert_true(ratings[1].scheme == DW_SCHEME_OTHER && ratings[1].severity == DW_SEVERITY_UNKNOWN);
    assert_true(ratings[2].scheme == DW_SCHEME_WORD && ratings[2].severity == DW_SEVERITY_LOW);
    assert_true(ratings[3].scheme == DW_SCHEME_WORD && ratings[3].severity == DW_SEVERITY_MEDIUM);
    assert_true(ratings[4].scheme == DW_SCHEME_CVSS_V2 && ratings[4].severity == DW_SEVERITY_HIGH &&
                dw_slice_is(ratings[4].value, "10.0"));
    assert_int_equal(advisory->affected_count, 2);
    const struct dw_affected *affected = &advisory->affected[0];
    assert_true(dw_slice_is(affected->ecosystem, "Ubuntu") && dw_slice_is(affected->release, "22.04:LTS"));
    assert_true(dw_slice_is(affected->informational, "unmaintained"));
    assert_true(affected->imports.count == 1 && dw_slice_is(affected->imports.at[0], "p: A, B only for GOOS windows"));
    assert_true(affected->rating_count == 1 && affected->ratings[0].severity == DW_SEVERITY_NEGLIGIBLE);
    assert_true(advisory->affected[1].name.len == 0 && advisory->affected[1].ranges[0].kind == DW_RANGE_GIT);
}

static void test_whole(void **state)
{
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer packed = {0};
    struct dw_advisory advisory, again;
    struct dw_error error = DW_ERROR_INIT;
    (void)state;
    if (!parse(&arena, whole, &advisory, &error))
        fail_msg("%s", error.text);
    check_whole(&advisory);
    dw_advisory_pack(&packed, &advisory);
    assert_true(dw_advisory_unpack(&arena, dw_buffer_slice(&packed), &again));
    check_whole(&again);
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"", "no valid JSON"},
        {"[]", "no JSON object"},
        {"{\"id\":\"A\"} x", "no valid JSON"},
        {"{\"id\":\"A\",\"id\":\"B\"}", "no valid JSON: line 1"},
        {"{}", "\"id\" is empty"},
        {"{\"id\":\"\"}", "\"id\" is empty"},
        {"{\"id\":7}", "\"id\" is of the wrong type"},
        {"{\"id\":\"A\\u001b[31m\"}", "control characters"},
        {"{\"id\":\"A\",\"modified\":\"yesterday\"}", "record A: \"modified\" is no RFC 3339 time"},
        {"{\"id\":\"A\",\"withdrawn\":\"1-13-01T00:00:00Z\"}", "\"withdrawn\" is no RFC 3339 time"},
        {"{\"id\":\"A\",\"aliases\":\"CVE-1\"}", "\"aliases\" is of the wrong type"},
        {"{\"id\":\"A\",\"aliases\":[1]}", "\"aliases\" has an item that is no string"},
        {"{\"id\":\"A\",\"affected\":{}}", "\"affected\" is of the wrong type"},
        {"{\"id\":\"A\",\"affected\":[3]}", "is no object"},
        {"{\"id\":\"A\",\"affected\":[{\"package\":{\"name\":\"x\"}}]}", "an ecosystem is empty"},
        {"{\"id\":\"A\",\"affected\":[{\"package\":{\"ecosystem\":\"npm\"}}]}", "a package name is empty"},
        {"{\"id\":\"A\",\"affected\":[{\"package\":{\"ecosystem\":\":1\",\"name\":\"x\"}}]}", "begins with a colon"},
        {"{\"id\":\"A\",\"affected\":[{\"ranges\":[{\"events\":[]}]}]}", "a range has no type"},
        {"{\"id\":\"A\",\"affected\":[{\"ranges\":[{\"type\":\"MAGIC\",\"events\":[]}]}]}", "unknown type"},
        {"{\"id\":\"A\",\"affected\":[{\"ranges\":[{\"type\":\"SEMVER\",\"events\":[]}]}]}", "no \"introduced\""},
        {"{\"id\":\"A\",\"affected\":[{\"ranges\":[{\"type\":\"SEMVER\",\"events\":[{\"fixed\":\"1\"}]}]}]}", "no \"introduced\""},
        {"{\"id\":\"A\",\"affected\":[{\"ranges\":[{\"type\":\"SEMVER\",\"events\":[{\"begun\":\"1\"}]}]}]}", "unknown kind"},
        {"{\"id\":\"A\",\"affected\":[{\"ranges\":[{\"type\":\"SEMVER\",\"events\":[{\"introduced\":\"\"}]}]}]}", "version"},
        {"{\"id\":\"A\",\"affected\":[{\"ranges\":[{\"type\":\"SEMVER\",\"events\":[{\"introduced\":1}]}]}]}", "version"},
        {"{\"id\":\"A\",\"severity\":[{\"type\":\"CVSS_V3\"}]}", "lacks type or score"},
        {"{\"id\":\"A\",\"references\":[{\"type\":\"WEB\"}]}", "a reference has no url"},
        {"{\"id\":\"A\",\"database_specific\":{\"cvss_v3_score\":11}}", "from 0 to 10"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
        struct dw_advisory advisory;
        struct dw_error error = DW_ERROR_INIT;
        if (parse(&arena, bad[i].text, &advisory, &error))
            fail_msg("accepted: %s", bad[i].text);
        assert_int_equal(error.kind, DW_ERROR_INPUT);
        if (strstr(error.text, bad[i].says) == NULL)
            fail_msg("%s: \"%s\" does not say \"%s\"", bad[i].text, error.text, bad[i].says);
    }
}

static void test_hostile_json(void **state)
{
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer deep = {0};
    struct dw_advisory advisory;
    struct dw_error error = DW_ERROR_INIT;
    struct dw_limits limits = dw_limits_default();
    (void)state;
    for (size_t i = 0; i < 100000; i++)
        dw_buffer_append_byte(&deep, '[');
    assert_false(dw_osv_parse(&arena, dw_buffer_slice(&deep), &limits, &advisory, &error));
    limits.value[DW_LIMIT_ADVISORY_RECORD] = 100;
    assert_false(dw_osv_parse(&arena, dw_slice_of(whole), &limits, &advisory, &error));
    assert_int_equal(error.kind, DW_ERROR_LIMIT);
    assert_non_null(strstr(error.text, "advisory-record-bytes"));
    /* Truncated everywhere: never accepted, never read past the end (the copy is exactly that long). */
    for (size_t length = 0; length + 1 < sizeof(whole); length++) {
        DW_CLEANUP(dw_arena_free) struct dw_arena own = {0};
        char *copy = malloc(length ? length : 1);
        assert_non_null(copy);
        memcpy(copy, whole, length);
        limits = dw_limits_default();
        assert_false(dw_osv_parse(&own, dw_slice_make(copy, length), &limits, &advisory, NULL));
        free(copy);
    }
}

/* A worker is not trusted: whatever it sends, unpacking ends well or says no. */
static void test_hostile_packed(void **state)
{
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer packed = {0};
    struct dw_advisory advisory;
    (void)state;
    assert_true(parse(&arena, whole, &advisory, NULL));
    dw_advisory_pack(&packed, &advisory);
    for (size_t length = 0; length < packed.len; length++) {
        DW_CLEANUP(dw_arena_free) struct dw_arena own = {0};
        char *copy = malloc(length ? length : 1);
        assert_non_null(copy);
        memcpy(copy, packed.at, length);
        assert_false(dw_advisory_unpack(&own, dw_slice_make(copy, length), &advisory));
        free(copy);
    }
    for (size_t bit = 0; bit < packed.len * 8; bit++) {
        DW_CLEANUP(dw_arena_free) struct dw_arena own = {0};
        packed.at[bit / 8] = (char)(packed.at[bit / 8] ^ (1 << bit % 8));
        if (dw_advisory_unpack(&own, dw_buffer_slice(&packed), &advisory)) {
            DW_CLEANUP(dw_buffer_free) struct dw_buffer again = {0};
            dw_advisory_pack(&again, &advisory); /* every slice can be read */
            assert_int_equal(again.len, packed.len);
        }
        packed.at[bit / 8] = (char)(packed.at[bit / 8] ^ (1 << bit % 8));
    }
    dw_buffer_append_byte(&packed, 0);
    assert_false(dw_advisory_unpack(&arena, dw_buffer_slice(&packed), &advisory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_hostile_json),
        cmocka_unit_test(test_hostile_packed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
