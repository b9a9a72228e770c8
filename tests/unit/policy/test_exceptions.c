/* SPDX-License-Identifier: Apache-2.0
 * The exceptions file and what its entries cover. Expected states and messages are by hand, from interface.md
 * and matching.md, section 11. */
#include "support.h"

#include "base/file.h"
#include "package/purl.h"

#include <unistd.h>

#define NOW "2026-11-24"

/* A complete entry for CVE-2021-44906; REST replaces or adds lines. */
#define ENTRY(rest)                                                                                          \
    "- id: EX-1\n"                                                                                           \
    "  ticket: SEC-123\n"                                                                                    \
    "  owner: ana\n"                                                                                         \
    "  reason: no input reaches it\n" rest
#define DATES    "  created: 2026-11-10\n  expires: 2026-12-10\n"
#define APPROVED "  approved-by: tom\n"
#define CVE      "  match: {advisory: CVE-2021-44906}\n"

static void test_wrong_files(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"", "e.yaml: an exceptions file must be one list of exceptions; write [] where there are none"},
        {"# nothing\n", "must be one list"},
        {"a: b\n", "e.yaml:1:1: an exceptions file must be one list of exceptions"},
        {"exceptions: []\n", "must be one list"},
        {"[]\n---\n[]\n", "e.yaml:3:1: an exceptions file must be one list"},
        {"- a\n", "e.yaml:1:3: an exception must be a mapping with id, match, ticket"},
        {"- []\n", "e.yaml:1:3: an exception must be a mapping"},
        {"- id: a\n  tiket: b\n",
         "e.yaml:2:3: unknown key \"tiket\" in an exception; did you mean \"ticket\"?"},
        {"- id: a\n- approvedby: b\n", "e.yaml:2:3: unknown key \"approvedby\" in an exception; did you mean "
                                       "\"approved-by\"?"},
        {"- match: {cve: x}\n", "e.yaml:1:11: unknown key \"cve\" in an exception's \"match\""},
        {"- match: {pkg: x}\n", "unknown key \"pkg\" in an exception's \"match\""},
        {"- id: a\n  id: b\n", "e.yaml:2:"},
        {"- id: [\n", "e.yaml:"},
        {"\"unclosed\n", "e.yaml:"},
    };
    struct dw_limits limits = dw_limits_default();
    struct dw_policy *policy = dw_policy_builtin("");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dw_error error = DW_ERROR_INIT;
        struct dw_exceptions *exceptions =
            dw_exceptions_parse(policy, dw_slice_of(rows[i].text), "e.yaml", &limits, &error);
        if (exceptions != NULL)
            fail_msg("accepted: %s", rows[i].text);
        if (strstr(error.text, rows[i].message) == NULL)
            fail_msg("%s\nsays:   %s\nwanted: %s", rows[i].text, error.text, rows[i].message);
        assert_int_equal(error.kind, DW_ERROR_USAGE);
    }
    DW_CLEANUP(dw_buffer_free) struct dw_buffer many = {0};
    struct dw_error error = DW_ERROR_INIT;
    for (unsigned i = 0; i < 10001; i++)
        dw_buffer_printf(&many, "- id: a%u\n", i);
    assert_null(dw_exceptions_parse(policy, dw_buffer_slice(&many), "e.yaml", &limits, &error));
    assert_int_equal(error.kind, DW_ERROR_LIMIT);
    assert_holds(dw_slice_of(error.text), "policy-entries");
    dw_policy_free(policy);
}

static void test_values(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum dw_exception_state state;
        const char *problem;
    } rows[] = {
        {ENTRY(CVE APPROVED DATES), DW_EXCEPTION_ACTIVE, ""},
        {"- {}\n", DW_EXCEPTION_MALFORMED,
         "id is missing; match is missing; ticket is missing; owner is missing; reason is missing; created "
         "is missing; "
         "expires is missing"},
        {ENTRY(CVE DATES "  disposition: acceptd\n"), DW_EXCEPTION_MALFORMED,
         "disposition \"acceptd\" is not known; did you mean \"accepted\"?"},
        {ENTRY(CVE DATES "  kind: vuln\n"), DW_EXCEPTION_MALFORMED, "kind \"vuln\" is not known"},
        {ENTRY(CVE "  created: yesterday\n  expires: 2026-12-10\n"), DW_EXCEPTION_MALFORMED,
         "created \"yesterday\" is no date such as 2026-11-24"},
        {ENTRY(CVE "  created: 2026-11-10\n  expires: 2026-02-30\n"), DW_EXCEPTION_MALFORMED,
         "expires \"2026-02-30\" is no date"},
        {ENTRY(CVE "  created: 2026-12-11\n  expires: 2026-12-10\n"), DW_EXCEPTION_MALFORMED,
         "it expires before it was created"},
        {ENTRY(CVE DATES "  justification: trust me\n"), DW_EXCEPTION_MALFORMED,
         "justification \"trust me\" is not known"},
        {ENTRY(CVE DATES "  approved-by: [tom]\n"), DW_EXCEPTION_MALFORMED, "approved-by must be a text"},
        {ENTRY(CVE DATES "  approved-by: ''\n"), DW_EXCEPTION_MALFORMED, "approved-by is empty"},
        {ENTRY("  match: CVE-1\n" DATES), DW_EXCEPTION_MALFORMED, "match must be a mapping"},
        {ENTRY("  match: {advisory: CVE-*}\n" DATES), DW_EXCEPTION_MALFORMED,
         "match.advisory takes no wildcards"},
        {ENTRY("  match: {advisory: CVE-1, rule: USR-001}\n" DATES), DW_EXCEPTION_MALFORMED,
         "match names both a rule and an advisory"},
        {ENTRY("  match: {package: minimist}\n" DATES), DW_EXCEPTION_MALFORMED,
         "match.package is no package URL such as pkg:npm/minimist@1.2.0"},
        {ENTRY("  match: {package: 'pkg:npm/'}\n" DATES), DW_EXCEPTION_MALFORMED,
         "match.package is no package URL"},
        {ENTRY("  match: {digest: 'sha256:abc', advisory: CVE-1}\n" DATES), DW_EXCEPTION_MALFORMED,
         "match.digest is no digest"},
        {ENTRY("  match: {layer: x, advisory: CVE-1}\n" DATES), DW_EXCEPTION_MALFORMED,
         "match.layer is no digest"},
        {ENTRY("  match: {fingerprint: ABC}\n" DATES), DW_EXCEPTION_MALFORMED,
         "match.fingerprint has not 64 lower-case hexadecimal digits"},
        {ENTRY("  match: {rule: SEC-002}\n" DATES), DW_EXCEPTION_MALFORMED,
         "the policy lets nothing suppress SEC-002 (suppressions.never)"},
        {ENTRY("  match: {rule: '4.2'}\n" DATES), DW_EXCEPTION_MALFORMED,
         "match.rule 4.2 is a control: say so by \"kind: control\""},
        {ENTRY("  match: {rule: USR-001}\n  kind: control\n" DATES), DW_EXCEPTION_MALFORMED,
         "an exception of kind control needs match.rule with a control's id such as 4.2"},
        {ENTRY("  match: {rule: '4.2', image: app}\n  kind: control\n" DATES), DW_EXCEPTION_MALFORMED,
         "an exception of kind control takes in the whole control"},
        {ENTRY("  match: {rule: '4.2', digest: '" DIGEST_A "'}\n  kind: control\n" DATES), DW_EXCEPTION_MALFORMED,
         "an exception of kind control takes in the whole control"},
        {ENTRY(CVE DATES "  disposition: false-positive\n  justification: component_not_present\n"),
         DW_EXCEPTION_MALFORMED, "a false positive needs match.digest, the image it was judged on"},
        {ENTRY("  match: {advisory: CVE-1, digest: '" DIGEST_A "'}\n" DATES
               "  disposition: false-positive\n"),
         DW_EXCEPTION_MALFORMED, "a false positive needs an OpenVEX justification"},
        {ENTRY("  match: {advisory: CVE-1, digest: '" DIGEST_A "'}\n" DATES
               "  disposition: false-positive\n  justification: component_not_present\n"),
         DW_EXCEPTION_ACTIVE, ""},
        {ENTRY("  match: {}\n" DATES), DW_EXCEPTION_TOO_BROAD, "its match takes in everything"},
        {ENTRY("  match: {path: '**'}\n" DATES), DW_EXCEPTION_TOO_BROAD, "its match takes in everything"},
        {ENTRY("  match: {path: '/*/**'}\n" DATES), DW_EXCEPTION_TOO_BROAD, "its match takes in everything"},
        {ENTRY("  match: {image: app}\n" DATES), DW_EXCEPTION_TOO_BROAD, "its match takes in everything"},
        {ENTRY("  match: {digest: '" DIGEST_A "'}\n" DATES), DW_EXCEPTION_TOO_BROAD, "takes in everything"},
        {ENTRY("  match: {path: 'test/**'}\n" DATES), DW_EXCEPTION_ACTIVE, ""},
        {ENTRY("  match: {rule: '2.2'}\n  kind: control\n" DATES), DW_EXCEPTION_TOO_BROAD,
         "control 2.2 is about single findings and exceptions"},
        {"- id: EX-1\n  match: {advisory: CVE-1}\n  ticket: JIRA-1\n  owner: a\n  reason: b\n" DATES,
         DW_EXCEPTION_MALFORMED, "ticket \"JIRA-1\" does not match the policy's 'SEC-\\d+'"},
        {"- id: EX 1\n  match: {advisory: CVE-1}\n  ticket: SEC-1\n  owner: a\n  reason: b\n" DATES,
         DW_EXCEPTION_MALFORMED, "id holds white space"},
        {"- id: EX-1\n  match: {advisory: CVE-1}\n  ticket: SEC-1\n  owner: ~\n  reason: ' '\n" DATES,
         DW_EXCEPTION_MALFORMED, "owner is missing; reason is missing"},
    };
    struct dw_policy *policy = dw_policy_builtin("");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dw_exceptions *exceptions = exceptions_of(policy, rows[i].text);
        assert_int_equal(exceptions->list.len, 1);
        const struct dw_exception *exception = &exceptions->list.at[0];
        if (exception->state != rows[i].state)
            fail_msg("%s is %s: %.*s", rows[i].text, dw_exception_state_name(exception->state),
                     DW_SLICE_ARG(exception->problem));
        assert_holds(exception->problem, rows[i].problem);
        assert_int_equal(exception->line, 1);
        dw_exceptions_free(exceptions);
    }
    struct dw_exceptions *two = exceptions_of(policy, ENTRY(CVE DATES) "\n" ENTRY(CVE DATES));
    assert_int_equal(two->list.at[0].state, DW_EXCEPTION_MALFORMED);
    assert_int_equal(two->list.at[1].state, DW_EXCEPTION_MALFORMED);
    assert_slice(two->list.at[0].problem, "its id stands in line 9 too");
    assert_slice(two->list.at[1].problem, "its id stands in line 1 too");
    dw_exceptions_free(two);
    dw_policy_free(policy);
}

/* --- application --- */

struct stage {
    struct dw_policy *policy;
    struct dw_verdict *verdict;
    struct dw_subject *repository, *image;
    struct dw_package *minimist, *openssl;
};

static void set_stage(struct stage *stage, const char *policy)
{
    memset(stage, 0, sizeof(*stage));
    stage->policy = policy ? policy_of(policy) : dw_policy_builtin("");
    stage->verdict = dw_verdict_new("check", at_time(NOW));
    stage->repository = add_subject(stage->verdict, DW_SUBJECT_REPOSITORY, "repository:1", ".");
    stage->image = add_subject(stage->verdict, DW_SUBJECT_IMAGE, "image:1", "ghcr.io/company/app:1.2");
    stage->image->digest = DW_SLICE(DIGEST_A);
    stage->minimist =
        add_package(stage->image, DW_PACKAGE_NPM, "minimist", "1.2.0", "pkg:npm/minimist@1.2.0");
    stage->minimist->path = DW_SLICE("app/node_modules/minimist/package.json");
    stage->openssl = add_package(stage->image, DW_PACKAGE_DEB, "libssl3", "3.0.11-1",
                                 "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12");
}

static void clear_stage(struct stage *stage)
{
    dw_verdict_free(stage->verdict);
    dw_policy_free(stage->policy);
}

static void apply(struct stage *stage, const char *text, const char *now)
{
    struct dw_exceptions *exceptions = exceptions_of(stage->policy, text);
    dw_exceptions_apply(stage->policy, exceptions, stage->verdict, at_time(now));
    dw_exceptions_free(exceptions); /* the verdict must not need it any more */
}

static struct dw_finding *add_critical(struct stage *stage)
{
    static struct dw_slice aliases[] = {DW_SLICE_INIT("GHSA-xvch-5gv4-984h")};
    size_t index = add_vulnerability(stage->verdict, stage->image, "CVE-2021-44906", DW_SEVERITY_CRITICAL,
                                     stage->minimist);
    stage->verdict->findings.at[index].aliases = aliases;
    stage->verdict->findings.at[index].alias_count = 1;
    return &stage->verdict->findings.at[index];
}

static void test_active(void **state)
{
    (void)state;
    struct stage stage;
    set_stage(&stage, NULL);
    add_critical(&stage);
    apply(&stage, ENTRY(CVE APPROVED DATES), NOW);
    const struct dw_finding *finding = find_finding(stage.verdict, "CVE-2021-44906");
    assert_int_equal(finding->status, DW_STATUS_EXCEPTED);
    assert_ptr_equal(finding->exception, &stage.verdict->exceptions[0]);
    assert_slice(finding->exception->ticket, "SEC-123");
    assert_int_equal(finding->exception->state, DW_EXCEPTION_ACTIVE);
    assert_int_equal(finding->exception->used, 1);
    assert_int_equal(dw_exception_days_left(finding->exception, at_time(NOW)), 16);
    assert_int_equal(stage.verdict->exception_count, 1);
    assert_slice(stage.verdict->exceptions_path, "e.yaml");
    assert_int_equal(stage.verdict->findings.len, 1);
    assert_int_equal(find_result(stage.verdict, "EXC-001")->status, DW_STATUS_PASS);
    assert_int_equal(find_result(stage.verdict, "EXC-002")->status, DW_STATUS_PASS);
    assert_int_equal(find_result(stage.verdict, "EXC-003")->status, DW_STATUS_PASS);
    assert_int_equal(find_result(stage.verdict, "EXC-004")->status, DW_STATUS_NOT_APPLICABLE);
    assert_int_equal(find_result(stage.verdict, "EXC-005")->status, DW_STATUS_NOT_APPLICABLE);
    assert_ptr_equal(find_result(stage.verdict, "EXC-001")->subject, stage.repository);
    clear_stage(&stage);
}

/* Each state over time: active, expiring at fewer than 14 days, expired from the first second of its date in
 * UTC on. */
static void test_clock(void **state)
{
    (void)state;
    static const struct {
        const char *now;
        enum dw_exception_state state;
        enum dw_status status;
    } rows[] = {
        {"2026-11-10", DW_EXCEPTION_ACTIVE, DW_STATUS_EXCEPTED},
        {"2026-11-09T00:00:00Z", DW_EXCEPTION_ACTIVE, DW_STATUS_EXCEPTED}, /* a day's grace for time zones */
        {"2026-11-08T23:59:59Z", DW_EXCEPTION_MALFORMED, DW_STATUS_FAIL},  /* created in the future */
        {"2026-11-26T00:00:00Z", DW_EXCEPTION_ACTIVE, DW_STATUS_EXCEPTED},
        {"2026-11-27T00:00:00Z", DW_EXCEPTION_EXPIRING, DW_STATUS_EXCEPTED},
        {"2026-12-09T23:59:59Z", DW_EXCEPTION_EXPIRING, DW_STATUS_EXCEPTED},
        {"2026-12-10T00:00:00Z", DW_EXCEPTION_EXPIRED, DW_STATUS_FAIL},
        {"2028-11-24T00:00:00Z", DW_EXCEPTION_EXPIRED, DW_STATUS_FAIL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct stage stage;
        set_stage(&stage, NULL);
        add_critical(&stage);
        apply(&stage, ENTRY(CVE APPROVED DATES), rows[i].now);
        if (stage.verdict->exceptions[0].state != rows[i].state)
            fail_msg("%s: %s", rows[i].now, dw_exception_state_name(stage.verdict->exceptions[0].state));
        assert_int_equal(find_finding(stage.verdict, "CVE-2021-44906")->status, rows[i].status);
        clear_stage(&stage);
    }
}

static void test_expired_is_a_finding(void **state)
{
    (void)state;
    struct stage stage;
    set_stage(&stage, NULL);
    add_critical(&stage);
    apply(&stage, "\n" ENTRY(CVE APPROVED DATES), "2026-12-24");
    const struct dw_finding *finding = find_finding(stage.verdict, "EXC-002");
    assert_non_null(finding);
    assert_int_equal(finding->kind, DW_FINDING_EXCEPTION);
    assert_int_equal(finding->status, DW_STATUS_FAIL);
    assert_int_equal(finding->severity, DW_SEVERITY_HIGH);
    assert_slice(finding->place.path, "e.yaml");
    assert_int_equal(finding->place.line, 2);
    assert_slice(finding->message, "EX-1: expired on 2026-12-10 (SEC-123); what it covered counts again");
    assert_true(finding->fix.len > 0);
    assert_int_equal(finding->fingerprint.len, 64);
    assert_int_equal(find_result(stage.verdict, "EXC-002")->status, DW_STATUS_FAIL);
    assert_slice(find_result(stage.verdict, "EXC-002")->reason, "1 of 1 exception expired: EX-1");
    assert_int_equal(find_result(stage.verdict, "EXC-001")->status, DW_STATUS_PASS);
    assert_int_equal(find_finding(stage.verdict, "CVE-2021-44906")->status, DW_STATUS_FAIL);
    assert_null(find_finding(stage.verdict, "CVE-2021-44906")->exception);
    clear_stage(&stage);
}

static void test_unused_is_information(void **state)
{
    (void)state;
    struct stage stage;
    set_stage(&stage, NULL);
    add_critical(&stage);
    apply(&stage, ENTRY("  match: {advisory: CVE-1999-0001}\n" DATES), NOW);
    const struct dw_finding *finding = find_finding(stage.verdict, "EXC-003");
    assert_non_null(finding);
    assert_int_equal(finding->status, DW_STATUS_PASS);
    assert_int_equal(finding->severity, DW_SEVERITY_NEGLIGIBLE);
    assert_int_equal(find_result(stage.verdict, "EXC-003")->status, DW_STATUS_PASS);
    assert_int_equal(stage.verdict->exceptions[0].state, DW_EXCEPTION_UNUSED);
    assert_int_equal(find_finding(stage.verdict, "CVE-2021-44906")->status, DW_STATUS_FAIL);
    clear_stage(&stage);
}

static void test_malformed_suppresses_nothing(void **state)
{
    (void)state;
    struct stage stage;
    set_stage(&stage, NULL);
    add_critical(&stage);
    apply(&stage,
          "- match: {advisory: CVE-2021-44906}\n  owner: ana\n  approved-by: tom\n  ticket: SEC-1\n  reason: "
          "x\n" DATES "- id: EX-2\n  match: {path: '**'}\n  owner: ana\n  approved-by: tom\n  ticket: "
          "SEC-1\n  reason: x\n" DATES,
          NOW);
    const struct dw_finding *finding = find_finding(stage.verdict, "EXC-001");
    assert_slice(finding->message, "the entry in line 1: id is missing; it suppresses nothing");
    assert_int_equal(finding->place.line, 1);
    assert_int_equal(finding->status, DW_STATUS_FAIL);
    assert_int_equal(stage.verdict->exceptions[1].state, DW_EXCEPTION_TOO_BROAD);
    assert_slice(find_result(stage.verdict, "EXC-001")->reason,
                 "2 of 2 exceptions incomplete, too broad or against the policy: the entry in line 1, …");
    assert_int_equal(find_finding(stage.verdict, "CVE-2021-44906")->status, DW_STATUS_FAIL);
    /* Two findings of one rule have different fingerprints. */
    assert_false(
        dw_slice_equal(stage.verdict->findings.at[1].fingerprint, stage.verdict->findings.at[2].fingerprint));
    clear_stage(&stage);
}

static void test_approval_and_life(void **state)
{
    (void)state;
    static const struct {
        enum dw_severity severity;
        const char *rest;
        enum dw_exception_state state;
        const char *problem;
    } rows[] = {
        {DW_SEVERITY_CRITICAL, DATES, DW_EXCEPTION_MALFORMED,
         "approved-by is missing: critical needs an approver who is not the owner"},
        {DW_SEVERITY_HIGH, DATES, DW_EXCEPTION_MALFORMED, "approved-by is missing: high needs"},
        {DW_SEVERITY_UNKNOWN, DATES, DW_EXCEPTION_MALFORMED, "approved-by is missing: critical needs"},
        {DW_SEVERITY_MEDIUM, DATES, DW_EXCEPTION_ACTIVE, ""},
        {DW_SEVERITY_HIGH, "  approved-by: ana\n" DATES, DW_EXCEPTION_MALFORMED, "approved-by is the owner"},
        {DW_SEVERITY_HIGH, "  approved-by: ANA\n" DATES, DW_EXCEPTION_MALFORMED, "approved-by is the owner"},
        {DW_SEVERITY_MEDIUM, "  approved-by: ana\n" DATES, DW_EXCEPTION_ACTIVE, ""},
        {DW_SEVERITY_HIGH, APPROVED DATES, DW_EXCEPTION_ACTIVE, ""},
        /* Lives: 30, 90, 180 days. */
        {DW_SEVERITY_CRITICAL, APPROVED "  created: 2026-11-10\n  expires: 2026-12-10\n", DW_EXCEPTION_ACTIVE,
         ""},
        {DW_SEVERITY_CRITICAL, APPROVED "  created: 2026-11-10\n  expires: 2026-12-11\n",
         DW_EXCEPTION_MALFORMED, "it lives 31 days, and the policy allows 30 days for critical"},
        {DW_SEVERITY_HIGH, APPROVED "  created: 2026-11-10\n  expires: 2027-02-08\n", DW_EXCEPTION_ACTIVE,
         ""},
        {DW_SEVERITY_HIGH, APPROVED "  created: 2026-11-10\n  expires: 2027-02-09\n", DW_EXCEPTION_MALFORMED,
         "it lives 91 days, and the policy allows 90 days for high"},
        {DW_SEVERITY_MEDIUM, "  created: 2026-11-10\n  expires: 2027-05-09\n", DW_EXCEPTION_ACTIVE, ""},
        {DW_SEVERITY_LOW, "  created: 2026-11-10\n  expires: 2027-05-10\n", DW_EXCEPTION_MALFORMED,
         "it lives 181 days, and the policy allows 180 days for low"},
        {DW_SEVERITY_UNKNOWN, APPROVED "  created: 2026-11-10\n  expires: 2026-12-11\n",
         DW_EXCEPTION_MALFORMED, "it lives 31 days, and the policy allows 30 days for critical"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct stage stage;
        char text[1024];
        set_stage(&stage, NULL);
        add_vulnerability(stage.verdict, stage.image, "CVE-2021-44906", rows[i].severity, stage.minimist);
        snprintf(text, sizeof(text), "%s%s", ENTRY(CVE), rows[i].rest);
        apply(&stage, text, NOW);
        const struct dw_exception *exception = &stage.verdict->exceptions[0];
        if (exception->state != rows[i].state)
            fail_msg("row %zu is %s: %.*s", i, dw_exception_state_name(exception->state),
                     DW_SLICE_ARG(exception->problem));
        assert_holds(exception->problem, rows[i].problem);
        assert_int_equal(find_finding(stage.verdict, "CVE-2021-44906")->status,
                         rows[i].state == DW_EXCEPTION_ACTIVE ? DW_STATUS_EXCEPTED : DW_STATUS_FAIL);
        clear_stage(&stage);
    }
    /* Of all it covers the worst counts: the whole exception falls. */
    struct stage stage;
    set_stage(&stage, NULL);
    add_vulnerability(stage.verdict, stage.image, "CVE-1", DW_SEVERITY_LOW, stage.minimist);
    add_vulnerability(stage.verdict, stage.image, "CVE-2", DW_SEVERITY_CRITICAL, stage.minimist);
    apply(&stage, ENTRY("  match: {package: 'pkg:npm/minimist'}\n" DATES), NOW);
    assert_int_equal(stage.verdict->exceptions[0].state, DW_EXCEPTION_MALFORMED);
    assert_int_equal(find_finding(stage.verdict, "CVE-1")->status, DW_STATUS_FAIL);
    clear_stage(&stage);
}

static void test_scope(void **state)
{
    (void)state;
    static const struct {
        const char *match;
        bool matches;
    } rows[] = {
        {"{advisory: CVE-2021-44906}", true},
        {"{advisory: cve-2021-44906}", true},
        {"{advisory: GHSA-xvch-5gv4-984h}", true}, /* any alias */
        {"{advisory: CVE-2021-44907}", false},
        {"{rule: CVE-2021-44906}", true},
        {"{rule: USR-001}", false},
        {"{package: 'pkg:npm/minimist'}", true},
        {"{package: 'pkg:npm/minimist@1.2.0'}", true},
        {"{package: 'pkg:npm/minimist@1.2.1'}", false},
        {"{package: 'pkg:npm/mini'}", false},
        {"{package: 'pkg:deb/minimist'}", false},
        {"{advisory: CVE-2021-44906, package: 'pkg:npm/lodash'}", false},
        {"{advisory: CVE-2021-44906, path: 'app/**'}", true},
        {"{advisory: CVE-2021-44906, path: 'app/*'}", false},
        {"{advisory: CVE-2021-44906, image: 'ghcr.io/company/app:1.2'}", true},
        {"{advisory: CVE-2021-44906, image: ghcr.io/company/app}", true},
        {"{advisory: CVE-2021-44906, image: 'ghcr.io/company/app:1.3'}", false},
        {"{advisory: CVE-2021-44906, image: ghcr.io/company}", false},
        {"{advisory: CVE-2021-44906, digest: '" DIGEST_A "'}", true},
        {"{advisory: CVE-2021-44906, digest: '" DIGEST_B "'}", false},
        {"{advisory: CVE-2021-44906, layer: '" DIGEST_B "'}", true},
        {"{advisory: CVE-2021-44906, layer: '" DIGEST_A "'}", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct stage stage;
        char text[1024];
        set_stage(&stage, NULL);
        add_critical(&stage)->place.layer = DW_SLICE(DIGEST_B);
        snprintf(text, sizeof(text), "%s  match: %s\n", ENTRY(APPROVED DATES), rows[i].match);
        apply(&stage, text, NOW);
        if ((find_finding(stage.verdict, "CVE-2021-44906")->status == DW_STATUS_EXCEPTED) != rows[i].matches)
            fail_msg("%s", rows[i].match);
        assert_int_equal(stage.verdict->exceptions[0].state,
                         rows[i].matches ? DW_EXCEPTION_ACTIVE : DW_EXCEPTION_UNUSED);
        clear_stage(&stage);
    }
}

static void test_fingerprint_and_places(void **state)
{
    (void)state;
    struct stage stage;
    char text[1024];
    set_stage(&stage, NULL);
    struct dw_finding *finding = add_critical(&stage);
    snprintf(text, sizeof(text), "%s  match: {fingerprint: %.*s}\n", ENTRY(APPROVED DATES),
             DW_SLICE_ARG(finding->fingerprint));
    apply(&stage, text, NOW);
    assert_int_equal(find_finding(stage.verdict, "CVE-2021-44906")->status, DW_STATUS_EXCEPTED);
    clear_stage(&stage);
    /* The finding is also at a place that the exception does not name. */
    set_stage(&stage, NULL);
    finding = add_critical(&stage);
    struct dw_place other = {.path = DW_SLICE("srv/node_modules/minimist/package.json")};
    finding->occurrences = &other;
    finding->occurrence_count = 1;
    apply(&stage, ENTRY(APPROVED DATES "  match: {advisory: CVE-2021-44906, path: 'app/**'}\n"), NOW);
    assert_int_equal(find_finding(stage.verdict, "CVE-2021-44906")->status, DW_STATUS_FAIL);
    assert_int_equal(stage.verdict->exceptions[0].state, DW_EXCEPTION_UNUSED);
    clear_stage(&stage);
}

static void test_kinds(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *rule;
        bool vulnerability, matches;
    } rows[] = {
        {"vulnerability", "CVE-1", true, true},     {"config", "CVE-1", true, false},
        {"secret", "CVE-1", true, false},           {"config", "USR-001", false, true},
        {"vulnerability", "USR-001", false, false}, {"secret", "SEC-001", false, true},
        {"config", "SEC-001", false, false},        {"license", "BASE-007", false, true},
        {"license", "USR-001", false, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dw_verdict *verdict = dw_verdict_new("check", 0);
        struct dw_subject *image = add_subject(verdict, DW_SUBJECT_IMAGE, "image:1", "x");
        struct dw_finding *finding = dw_verdict_finding(verdict, rows[i].rule, image, DW_SEVERITY_LOW);
        struct dw_exception exception = {.kind = dw_slice_of(rows[i].kind)};
        exception.match.rule = dw_slice_of(rows[i].rule);
        finding->kind = rows[i].vulnerability ? DW_FINDING_VULNERABILITY : DW_FINDING_CONFIGURATION;
        assert_int_equal(dw_exception_matches(&exception, finding), rows[i].matches);
        finding->kind = DW_FINDING_EXCEPTION;
        assert_false(dw_exception_matches(&exception, finding));
        dw_verdict_free(verdict);
    }
    struct dw_verdict *verdict = dw_verdict_new("check", 0);
    struct dw_finding *finding = dw_verdict_finding(
        verdict, "USR-001", add_subject(verdict, DW_SUBJECT_IMAGE, "image:1", "x"), DW_SEVERITY_LOW);
    struct dw_exception exception = {.match = {.rule = DW_SLICE_INIT("USR-001.implicit")}};
    assert_false(dw_exception_matches(&exception, finding));
    finding->variant = DW_SLICE("implicit");
    assert_true(dw_exception_matches(&exception, finding));
    exception.match.rule = DW_SLICE("USR-001"); /* the rule's id takes in all its variants */
    assert_true(dw_exception_matches(&exception, finding));
    dw_verdict_free(verdict);
}

static void test_purl_patterns(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *purl;
        bool matches;
    } rows[] = {
        {"pkg:npm/a", "pkg:npm/a@1", true},
        {"PKG:NPM/a", "pkg:npm/a@1", true},
        {"pkg:npm/A", "pkg:npm/a@1", false},
        {"pkg:npm/%40corp/a", "pkg:npm/%40corp/a@1", true},
        {"pkg:npm/@corp/a", "pkg:npm/%40corp/a@1", true},
        {"pkg:npm/@corp/a@1", "pkg:npm/%40corp/a@1", true},
        {"pkg:npm/@corp/a@2", "pkg:npm/%40corp/a@1", false},
        {"pkg:npm/a", "pkg:npm/%40corp/a@1", false}, /* a scope is part of the name */
        {"pkg:npm/%40corp/a", "pkg:npm/a@1", false},
        {"pkg:deb/libssl3", "pkg:deb/debian/libssl3@3?arch=amd64&distro=debian-12", true},
        {"pkg:deb/debian/libssl3", "pkg:deb/debian/libssl3@3?arch=amd64&distro=debian-12", true},
        {"pkg:deb/ubuntu/libssl3", "pkg:deb/debian/libssl3@3?arch=amd64&distro=debian-12", false},
        {"pkg:deb/debian/libssl3?distro=debian-12", "pkg:deb/debian/libssl3@3?arch=amd64&distro=debian-12",
         true},
        {"pkg:deb/debian/libssl3?distro=debian-11", "pkg:deb/debian/libssl3@3?arch=amd64&distro=debian-12",
         false},
        {"pkg:deb/debian/libssl3@3", "pkg:deb/debian/libssl3@3?arch=amd64&distro=debian-12", true},
        {"pkg:deb/debian/libssl3@3%2B1", "pkg:deb/debian/libssl3@3+1", true},
        {"pkg:apk/openssl", "pkg:apk/alpine/openssl@3", true},
        {"pkg:npm/a#lib", "pkg:npm/a@1", false},
        {"pkg:npm/a@1?x=y", "pkg:npm/a@1", false},
        {"pkg:npm", "pkg:npm", false},
        {"pkg:/a", "pkg:/a", false},
        {"npm/a", "npm/a", false},
        {"", "", false},
        {"pkg:npm/a%", "pkg:npm/a%", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (dw_purl_matches(dw_slice_of(rows[i].pattern), dw_slice_of(rows[i].purl)) != rows[i].matches)
            fail_msg("%s on %s", rows[i].pattern, rows[i].purl);
}

static void test_most_specific_then_latest(void **state)
{
    (void)state;
    static const char three[] = "- {id: WIDE, match: {advisory: CVE-1}, ticket: SEC-1, owner: a, reason: b, "
                                "created: 2026-11-20, expires: "
                                "2026-12-10}\n"
                                "- {id: NARROW, match: {advisory: CVE-1, package: 'pkg:npm/minimist'}, "
                                "ticket: SEC-2, owner: a, reason: b, "
                                "created: 2026-11-10, expires: 2026-12-10}\n"
                                "- {id: OTHER, match: {advisory: CVE-1, path: 'app/**'}, ticket: SEC-3, "
                                "owner: a, reason: b, created: "
                                "2026-11-11, expires: 2026-12-10}\n";
    struct stage stage;
    set_stage(&stage, NULL);
    add_vulnerability(stage.verdict, stage.image, "CVE-1", DW_SEVERITY_LOW, stage.minimist);
    apply(&stage, three, NOW);
    assert_slice(find_finding(stage.verdict, "CVE-1")->exception->id, "OTHER");
    /* The others match too: they are not unused. */
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(stage.verdict->exceptions[i].state, DW_EXCEPTION_ACTIVE);
    assert_int_equal(stage.verdict->exceptions[0].used, 0);
    assert_int_equal(stage.verdict->exceptions[2].used, 1);
    clear_stage(&stage);
}

static void test_what_is_not_covered(void **state)
{
    (void)state;
    struct stage stage;
    set_stage(&stage, "suppressions: {never: [USR-001]}\n");
    size_t info = add_vulnerability(stage.verdict, stage.image, "CVE-1", DW_SEVERITY_LOW, stage.minimist);
    stage.verdict->findings.at[info].status = DW_STATUS_PASS;
    dw_verdict_finding(stage.verdict, "USR-002", stage.image, DW_SEVERITY_LOW)->status =
        DW_STATUS_NOT_EVALUATED;
    dw_verdict_finding(stage.verdict, "USR-001", stage.image, DW_SEVERITY_LOW)->place.path =
        DW_SLICE("app/x");
    size_t unknown = add_vulnerability(stage.verdict, stage.image, "CVE-2", DW_SEVERITY_LOW, stage.minimist);
    stage.verdict->findings.at[unknown].status = DW_STATUS_NOT_EVALUATED;
    apply(&stage, ENTRY("  match: {path: 'app/**'}\n" DATES), NOW);
    assert_int_equal(find_finding(stage.verdict, "CVE-1")->status, DW_STATUS_PASS);
    assert_int_equal(find_finding(stage.verdict, "USR-001")->status, DW_STATUS_FAIL); /* suppressions.never */
    assert_int_equal(find_finding(stage.verdict, "USR-002")->status, DW_STATUS_NOT_EVALUATED);
    assert_int_equal(find_finding(stage.verdict, "CVE-2")->status, DW_STATUS_EXCEPTED);
    clear_stage(&stage);
}

static void test_false_positive(void **state)
{
    (void)state;
    struct stage stage;
    set_stage(&stage, NULL);
    add_critical(&stage);
    apply(&stage,
          ENTRY("  match: {advisory: CVE-2021-44906, digest: '" DIGEST_A "'}\n" DATES APPROVED
                "  disposition: false-positive\n  justification: vulnerable_code_not_in_execute_path\n"),
          NOW);
    assert_int_equal(find_finding(stage.verdict, "CVE-2021-44906")->status, DW_STATUS_EXCEPTED);
    assert_int_equal(find_result(stage.verdict, "EXC-005")->status, DW_STATUS_PASS);
    clear_stage(&stage);

    set_stage(&stage, NULL);
    add_critical(&stage);
    apply(&stage,
          ENTRY(CVE DATES APPROVED "  disposition: false-positive\n  justification: component_not_present\n"),
          NOW);
    assert_int_equal(find_finding(stage.verdict, "CVE-2021-44906")->status, DW_STATUS_FAIL);
    assert_int_equal(find_finding(stage.verdict, "EXC-005")->status, DW_STATUS_FAIL);
    assert_non_null(find_finding(stage.verdict, "EXC-001"));
    assert_int_equal(find_result(stage.verdict, "EXC-005")->status, DW_STATUS_FAIL);
    clear_stage(&stage);
}

static void test_without_repository_or_file(void **state)
{
    (void)state;
    struct stage stage;
    set_stage(&stage, NULL);
    add_critical(&stage);
    dw_exceptions_apply(stage.policy, NULL, stage.verdict, at_time(NOW));
    assert_int_equal(stage.verdict->exception_count, 0);
    assert_slice(find_result(stage.verdict, "EXC-001")->reason, "no exceptions");
    stage.verdict->results.len = 0;
    stage.repository->kind = DW_SUBJECT_FOLDER;
    apply(&stage, "- {}\n", NOW);
    assert_int_equal(stage.verdict->results.len, 0);
    assert_int_equal(stage.verdict->findings.len, 1);
    assert_int_equal(stage.verdict->exceptions[0].state, DW_EXCEPTION_MALFORMED);
    clear_stage(&stage);
}

static void test_reading_files(void **state)
{
    (void)state;
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    char folder[] = "/tmp/dockworthy-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    /* The default need not exist. */
    struct dw_policy *policy = dw_policy_builtin(folder);
    struct dw_exceptions *exceptions = dw_exceptions_read(policy, &limits, &error);
    assert_non_null(exceptions);
    assert_int_equal(exceptions->list.len, 0);
    dw_exceptions_free(exceptions);
    dw_policy_free(policy);
    /* What the policy names must. */
    policy = dw_policy_parse(DW_SLICE("vulnerabilities: {exceptions: security/exceptions.yaml}\n"), "p.yaml",
                             folder, &limits, &error);
    assert_null(dw_exceptions_read(policy, &limits, &error));
    assert_int_equal(error.kind, DW_ERROR_INPUT);
    dw_policy_free(policy);
    /* The default that is there and is no file is an error too. */
    DW_CLEANUP(dw_cleanup_free) char *path = dw_path_join(folder, "security");
    assert_true(dw_make_folders(path, &error));
    DW_CLEANUP(dw_cleanup_free) char *file = dw_path_join(path, "exceptions.yaml");
    assert_true(dw_make_folders(file, &error));
    policy = dw_policy_builtin(folder);
    assert_null(dw_exceptions_read(policy, &limits, &error));
    assert_int_equal(error.kind, DW_ERROR_INPUT);
    rmdir(file);
    assert_true(dw_file_write(file, DW_SLICE("[]\n"), 0600, &error));
    exceptions = dw_exceptions_read(policy, &limits, &error);
    assert_non_null(exceptions);
    assert_slice(exceptions->path, file);
    assert_true(dw_slice_starts_with(exceptions->digest, "sha256:"));
    dw_exceptions_free(exceptions);
    dw_policy_free(policy);
    unlink(file);
    rmdir(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wrong_files),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_active),
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_expired_is_a_finding),
        cmocka_unit_test(test_unused_is_information),
        cmocka_unit_test(test_malformed_suppresses_nothing),
        cmocka_unit_test(test_approval_and_life),
        cmocka_unit_test(test_scope),
        cmocka_unit_test(test_fingerprint_and_places),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_purl_patterns),
        cmocka_unit_test(test_most_specific_then_latest),
        cmocka_unit_test(test_what_is_not_covered),
        cmocka_unit_test(test_false_positive),
        cmocka_unit_test(test_without_repository_or_file),
        cmocka_unit_test(test_reading_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
