/* SPDX-License-Identifier: Apache-2.0
 *
 * What the OSV sample says of single packages, worked out by hand from the records: which record and which of its ranges
 * is named in WHY. Severities are the word a record publishes, or the CVSS band of its vector. */
#include "advisory/match.h"
#include "package/purl.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { UNKNOWN = DW_SEVERITY_UNKNOWN, LOW = DW_SEVERITY_LOW, MEDIUM = DW_SEVERITY_MEDIUM, HIGH = DW_SEVERITY_HIGH,
       CRITICAL = DW_SEVERITY_CRITICAL };

struct expected {
    const char *id;
    int severity;
    const char *fixed; /* the first; NULL: no fix */
};

static const struct answer {
    const char *purl, *why;
    struct expected expected[16]; /* sorted by id */
    const char *note;             /* part of the note that must be there; NULL: no note at all */
} answers[] = {
    /* ---- npm ---- */
    {"pkg:npm/minimist@1.2.5",
     "GHSA-xvch-5gv4-984h [1.0.0, 1.2.6) and [0, 0.2.4): in the first. GHSA-vh95-rmgr-6w4m [1.0.0, 1.2.3): fixed before.",
     {{"CVE-2021-44906", CRITICAL, "1.2.6"}}, NULL},
    {"pkg:npm/minimist@0.2.1",
     "GHSA-vh95-rmgr-6w4m [0, 0.2.1): the fixed version itself is not affected. GHSA-xvch-5gv4-984h [0, 0.2.4) is open.",
     {{"CVE-2021-44906", CRITICAL, "0.2.4"}}, NULL},
    {"pkg:npm/minimist@1.2.6", "Both records' ranges end at or below 1.2.6.", {{NULL, 0, NULL}}, NULL},
    {"pkg:npm/jsonwebtoken@8.5.1",
     "GHSA-8cf7, GHSA-hjrf, GHSA-qwph [0, 9.0.0), by vector 8.1, 5.0, 6.4. GHSA-27h2-hvpr-p74q has the same range but is "
     "withdrawn: CVE-2022-23529 must not appear. NSWG-ECO-17 [0, 4.2.2) ended.",
     {{"CVE-2022-23539", HIGH, "9.0.0"}, {"CVE-2022-23540", MEDIUM, "9.0.0"}, {"CVE-2022-23541", MEDIUM, "9.0.0"}}, NULL},
    {"pkg:npm/lodash@4.17.20",
     "GHSA-29mw [4.0.0, 4.17.21). GHSA-35jh [0, 4.17.21) for CVE-2021-23337, and GHSA-r5fr [4.0.0, 4.18.0) for that and "
     "CVE-2026-4800: the first is only fixed for both at 4.18.0. GHSA-xxjr [4.0.0, 4.17.23) and GHSA-f23m [0, 4.18.0) both "
     "name CVE-2025-13465 and CVE-2026-2950: two findings, not joined, fixed at 4.18.0.",
     {{"CVE-2020-28500", MEDIUM, "4.17.21"},
      {"CVE-2021-23337", HIGH, "4.18.0"},
      {"CVE-2025-13465", MEDIUM, "4.18.0"},
      {"CVE-2026-2950", MEDIUM, "4.18.0"},
      {"CVE-2026-4800", HIGH, "4.18.0"}},
     NULL},
    {"pkg:npm/uri-js@2.1.1",
     "NSWG-ECO-100 [0, last_affected 2.1.1]: the last one is affected; no fix is known; no CVE, so its own id; vector 7.5. "
     "GHSA-333w-rxj3-f55r [0, 3.0.0), MODERATE, is CVE-2017-16021.",
     {{"CVE-2017-16021", MEDIUM, "3.0.0"}, {"NSWG-ECO-100", HIGH, NULL}}, NULL},
    {"pkg:npm/uri-js@2.1.2", "NSWG-ECO-100: past last_affected 2.1.1. GHSA-333w-rxj3-f55r [0, 3.0.0) still open.",
     {{"CVE-2017-16021", MEDIUM, "3.0.0"}}, NULL},
    {"pkg:npm/colors@1.4.44-liberty-2",
     "GHSA-5rqg-jm4f-cqx7: listed in `versions`, which has no range; [1.4.1, last_affected 1.4.2] does not reach it. The "
     "record says no severity and has no alias to borrow one from.",
     {{"GHSA-5rqg-jm4f-cqx7", UNKNOWN, NULL}}, NULL},
    {"pkg:npm/ansi-regex@6.2.1",
     "MAL-2025-46966 lists 6.2.1; its alias GHSA-jvhh-2m83-6w29 is the primary id, no CVE. Malicious: critical. "
     "GHSA-93q8-gq69-wqmw [6.0.0, 6.0.1) ended.",
     {{"GHSA-jvhh-2m83-6w29", CRITICAL, NULL}}, NULL},
    {"pkg:npm/fsevents@1.2.4",
     "GHSA-8r6j-v8pm-fqw3 [0, 1.2.11) is CVE-2023-45311. MAL-2023-462 and its alias GHSA-xv2f-5jw4-v95m [1.0.0, 1.2.11) are "
     "one other finding.",
     {{"CVE-2023-45311", CRITICAL, "1.2.11"}, {"GHSA-xv2f-5jw4-v95m", CRITICAL, "1.2.11"}}, NULL},
    {"pkg:npm/%40babel/traverse@8.0.0-alpha.3",
     "GHSA-67hx-6x53-jw92: [0, 7.23.2) ended, [8.0.0-alpha.0, 8.0.0-alpha.4) holds pre-releases too.",
     {{"CVE-2023-45133", CRITICAL, "8.0.0-alpha.4"}}, NULL},
    {"pkg:npm/babel-traverse@6.26.0",
     "GHSA-67hx-6x53-jw92, its entry for the old name: introduced 0, never closed, last known affected < 7.23.2; no fix.",
     {{"CVE-2023-45133", CRITICAL, NULL}}, NULL},
    {"pkg:npm/babel-traverse@7.23.2", "The same entry: 7.23.2 is beyond the last known.", {{NULL, 0, NULL}}, NULL},
    {"pkg:npm/statics-server@0.1.0",
     "NSWG-ECO-504 [0, never closed): affected, no fix; its vector has I:U and A:U, which CVSS does not know: severity "
     "unknown. NSWG-ECO-451 [0, last_affected 0.0.9] ended.",
     {{"CVE-2019-15596", UNKNOWN, NULL}}, NULL},
    /* ---- Alpine ---- */
    {"pkg:apk/alpine/libssl1.1@1.1.1d-r0?distro=alpine-3.11&upstream=openssl",
     "By origin openssl, Alpine:v3.11: CVE-2019-1547, -1549, -1563 fixed in 1.1.1d-r1, CVE-2019-1551 in 1.1.1d-r3; the older "
     "four are fixed before. No record gives a severity.",
     {{"CVE-2019-1547", UNKNOWN, "1.1.1d-r1"},
      {"CVE-2019-1549", UNKNOWN, "1.1.1d-r1"},
      {"CVE-2019-1551", UNKNOWN, "1.1.1d-r3"},
      {"CVE-2019-1563", UNKNOWN, "1.1.1d-r1"}},
     NULL},
    {"pkg:apk/alpine/libssl1.1@1.1.1d-r0?distro=alpine-3.10&upstream=openssl",
     "The same version in Alpine:v3.10: there the three are fixed in 1.1.1d-r0 itself, and CVE-2019-1551 has no entry.",
     {{NULL, 0, NULL}}, NULL},
    {"pkg:apk/alpine/musl@1.1.22-r3?distro=alpine-3.11",
     "ALPINE-CVE-2019-14697: Alpine:v3.11 fixed in 1.1.23-r2 (v3.10 in 1.1.22-r3: must not be taken). CVE-2016-8859 before.",
     {{"CVE-2019-14697", UNKNOWN, "1.1.23-r2"}}, NULL},
    {"pkg:apk/alpine/busybox@1.29.3-r9?distro=alpine-3.10",
     "ALPINE-CVE-2018-20679 fixed in 1.29.3-r10. ALPINE-CVE-2019-5747 has two entries, fixed in 1.29.3-r10 and 1.30.1-r2: "
     "the higher one counts. The three of 2017 are fixed in 1.27.2-r4.",
     {{"CVE-2018-20679", UNKNOWN, "1.29.3-r10"}, {"CVE-2019-5747", UNKNOWN, "1.30.1-r2"}}, NULL},
    {"pkg:apk/alpine/mariadb@10.2.22-r0?distro=alpine-3.8",
     "The feed writes \"10.2.24.r0\" and \"10.2.26.r0\", which are no versions: 10.2.22 is below them, so it is affected, but "
     "no fix can be named. \"10.2.22.r0\" (CVE-2019-2510, -2537) cannot be told from 10.2.22-r0: not evaluated.",
     {{"CVE-2019-2614", UNKNOWN, NULL},
      {"CVE-2019-2627", UNKNOWN, NULL},
      {"CVE-2019-2628", UNKNOWN, NULL},
      {"CVE-2019-2737", UNKNOWN, NULL},
      {"CVE-2019-2739", UNKNOWN, NULL},
      {"CVE-2019-2740", UNKNOWN, NULL},
      {"CVE-2019-2758", UNKNOWN, NULL},
      {"CVE-2019-2805", UNKNOWN, NULL}},
     "cannot be compared with 2 records (ALPINE-CVE-2019-2510, …)"},
    {"pkg:apk/alpine/musl@1.1.22-r2?distro=alpine-3.18",
     "The sample has no record of Alpine:v3.18: not evaluated, whatever other releases say.", {{NULL, 0, NULL}}, "no records for Alpine:v3.18"},
    /* ---- Debian ---- */
    {"pkg:deb/debian/libssl1.1@1.1.1k-1?distro=debian-11&upstream=openssl",
     "By source openssl, Debian:11. DSA-4963-1 (…k-1+deb11u1), DSA-5103-1 (…u2), DSA-5139-1, DSA-5169-1, DSA-5343-1 "
     "(1.1.1n-0+deb11u2, u3, u4), one finding a CVE each names. Borrowed: RUSTSEC-2021-0097 (9.8), RUSTSEC-2021-0098 (7.4); "
     "the RUSTSEC records of the others say none.",
     {{"CVE-2021-3711", CRITICAL, "1.1.1k-1+deb11u1"},
      {"CVE-2021-3712", HIGH, "1.1.1k-1+deb11u1"},
      {"CVE-2021-4160", UNKNOWN, "1.1.1k-1+deb11u2"},
      {"CVE-2022-0778", UNKNOWN, "1.1.1k-1+deb11u2"},
      {"CVE-2022-1292", UNKNOWN, "1.1.1n-0+deb11u2"},
      {"CVE-2022-2068", UNKNOWN, "1.1.1n-0+deb11u3"},
      {"CVE-2022-2097", UNKNOWN, "1.1.1n-0+deb11u4"},
      {"CVE-2022-4304", UNKNOWN, "1.1.1n-0+deb11u4"},
      {"CVE-2022-4450", UNKNOWN, "1.1.1n-0+deb11u4"},
      {"CVE-2023-0215", UNKNOWN, "1.1.1n-0+deb11u4"},
      {"CVE-2023-0286", UNKNOWN, "1.1.1n-0+deb11u4"}},
     NULL},
    {"pkg:deb/debian/zlib1g@1%3A1.2.11.dfsg-2?distro=debian-11&upstream=zlib",
     "DSA-5111-1 (1:1.2.11.dfsg-2+deb11u1) and DSA-5218-1 (…u2), with epoch. CVE-2018-25032: the gem record "
     "GHSA-v6gp-9mmm-c6p5 gives a CVSS 3 score of 7.5; CVE-2022-37434: nobody gives one.",
     {{"CVE-2018-25032", HIGH, "1:1.2.11.dfsg-2+deb11u1"}, {"CVE-2022-37434", UNKNOWN, "1:1.2.11.dfsg-2+deb11u2"}}, NULL},
    {"pkg:deb/debian/python-django@0.95.1-1etch1?distro=debian-4.0",
     "DSA-1640-1 (0.95.1-1etch2) names CVE-2007-5712 and CVE-2008-3909: two findings of one record.", {{"CVE-2007-5712", UNKNOWN, "0.95.1-1etch2"}, {"CVE-2008-3909", UNKNOWN, "0.95.1-1etch2"}}, NULL},
    {"pkg:deb/debian/libbz2-1.0@1.0.6-9.2~deb10u1?distro=debian-10&upstream=bzip2",
     "DLA-3112-1 (1.0.6-9.2~deb10u2) has neither upstream nor alias: its own id.", {{"DLA-3112-1", UNKNOWN, "1.0.6-9.2~deb10u2"}}, NULL},
    {"pkg:deb/debian/libbz2-1.0@1.0.6-9.2?distro=debian-10&upstream=bzip2",
     "1.0.6-9.2 is above 1.0.6-9.2~deb10u2: a tilde is below the end.", {{NULL, 0, NULL}}, NULL},
    {"pkg:deb/debian/apt@1.4.9?distro=debian-9",
     "DSA-4371-1 is fixed in 1.4.9 itself; DSA-4685-1 in 1.4.10, DLA-2487-1 in 1.4.11 (a number, so above 1.4.9).",
     {{"CVE-2020-27350", UNKNOWN, "1.4.11"}, {"CVE-2020-3810", UNKNOWN, "1.4.10"}}, NULL},
    {"pkg:deb/debian/libapt-pkg5.0@1.4.11%2Bb1?distro=debian-9&upstream=apt@1.4.10",
     "The source's version decides: 1.4.10 is affected by DLA-2487-1 (1.4.11), though the binary's 1.4.11+b1 is above it.",
     {{"CVE-2020-27350", UNKNOWN, "1.4.11"}}, NULL},
};
#define ANSWERS (sizeof(answers) / sizeof(answers[0]))

static struct dw_slice slice(const char *text)
{
    return text ? dw_slice_of(text) : DW_SLICE("");
}

static bool check_findings(const struct answer *answer, const struct dw_verdict *verdict)
{
    size_t count = 0;
    bool good = true;
    while (answer->expected[count].id)
        count++;
    if (verdict->findings.len != count)
        good = false;
    for (size_t i = 0; i < count && good; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        const struct expected *expected = &answer->expected[i];
        struct dw_slice fixed = finding->fixed_count > 0 ? finding->fixed[0] : DW_SLICE("");
        good = dw_slice_is(finding->rule, expected->id) && (int)finding->severity == expected->severity &&
               dw_slice_equal(fixed, slice(expected->fixed)) &&
               finding->fix_state == (expected->fixed ? DW_FIX_FIXED : DW_FIX_AFFECTED) && finding->record_count > 0 &&
               finding->fingerprint.len == 64;
    }
    if (good)
        return true;
    print_error("%s\n  %s\n", answer->purl, answer->why);
    for (size_t i = 0; i < count; i++)
        print_error("  expected %s %s %s\n", answer->expected[i].id,
                    dw_severity_name((enum dw_severity)answer->expected[i].severity),
                    answer->expected[i].fixed ? answer->expected[i].fixed : "(no fix)");
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        print_error("  found    %.*s %s %.*s, of %.*s\n", DW_SLICE_ARG(finding->rule), dw_severity_name(finding->severity),
                    DW_SLICE_ARG(finding->fixed_count > 0 ? finding->fixed[0] : DW_SLICE("(no fix)")),
                    DW_SLICE_ARG(finding->records[0]));
    }
    return false;
}

static bool check_notes(const struct answer *answer, const struct dw_subject *subject)
{
    if (subject->notes.len == (answer->note ? 1 : 0) &&
        (answer->note == NULL ||
         dw_slice_find_slice(subject->notes.at[0].message, dw_slice_of(answer->note)) != SIZE_MAX))
        return true;
    print_error("%s: %zu notes; expected: %s\n", answer->purl, subject->notes.len, answer->note ? answer->note : "none");
    for (size_t i = 0; i < subject->notes.len; i++)
        print_error("  note: %.*s\n", DW_SLICE_ARG(subject->notes.at[i].message));
    return false;
}

static bool check_answer(const struct dw_database *database, const struct answer *answer)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_verdict *verdict = dw_verdict_new("scan", 0);
    struct dw_subject *subject = dw_subject_new(DW_SUBJECT_PURL, dw_slice_of(answer->purl));
    struct dw_package package = {0};
    if (!dw_purl_parse(&subject->arena, dw_slice_of(answer->purl), &package, &subject->distribution, &error))
        fail_msg("%s", error.text);
    *dw_vector_push(&subject->packages) = &package;
    *dw_vector_push(&verdict->subjects) = subject;
    if (!dw_match_subject(database, verdict, subject, &error))
        fail_msg("%s: %s", answer->purl, error.text);
    bool good = check_findings(answer, verdict);
    good = check_notes(answer, subject) && good;
    dw_verdict_free(verdict);
    return good;
}

static void test_answers(void **state)
{
    struct dw_database *database = sample_database();
    size_t wrong = 0;
    (void)state;
    if (database == NULL)
        skip();
    for (size_t i = 0; i < ANSWERS; i++)
        wrong += !check_answer(database, &answers[i]);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_answers)};
    return cmocka_run_group_tests(tests, sample_build, sample_drop);
}
