/* SPDX-License-Identifier: Apache-2.0
 * The gate's rules, the controls and the exit code. Expected statuses are by hand, from controls.md,
 * matching.md (section 10) and architecture.md (section 1). */
#include "support.h"

#define NOW "2026-11-24"

/* A service with one image of three packages and a repository; a fresh database. */
struct scene {
    struct dw_policy *policy;
    struct dw_verdict *verdict;
    struct dw_subject *repository, *image, *dockerfile;
    struct dw_package *minimist;
    int64_t now;
};

static void set_scene(struct scene *scene, const char *policy)
{
    memset(scene, 0, sizeof(*scene));
    scene->now = at_time(NOW);
    scene->policy = policy ? policy_of(policy) : dw_policy_builtin("");
    scene->verdict = dw_verdict_new("check", scene->now);
    scene->repository = add_subject(scene->verdict, DW_SUBJECT_REPOSITORY, "repository:1", ".");
    scene->dockerfile = add_subject(scene->verdict, DW_SUBJECT_DOCKERFILE, "dockerfile:1", "Dockerfile");
    scene->image = add_subject(scene->verdict, DW_SUBJECT_IMAGE, "image:1", "oci:build/app");
    scene->image->digest = DW_SLICE(DIGEST_A);
    scene->minimist =
        add_package(scene->image, DW_PACKAGE_NPM, "minimist", "1.2.0", "pkg:npm/minimist@1.2.0");
    add_package(scene->image, DW_PACKAGE_NPM, "b", "1.0.0", "pkg:npm/b@1.0.0");
    add_package(scene->image, DW_PACKAGE_NPM, "c", "1.0.0", "pkg:npm/c@1.0.0");
    scene->verdict->database = (struct dw_database_summary){.present = true,
                                                            .digest = DW_SLICE(DIGEST_B),
                                                            .built = at_time("2026-11-23T12:00:00Z"),
                                                            .records = 7};
}

static void clear_scene(struct scene *scene)
{
    dw_verdict_free(scene->verdict);
    dw_policy_free(scene->policy);
}

/* What the rule room leaves for a sound image and Dockerfile. */
static void add_sound_results(struct scene *scene)
{
    static const char *const image_rules[] = {"BASE-004", "USR-001", "USR-002", "USR-003",
                                              "USR-004",  "IMG-001", "LBL-006"};
    for (size_t i = 0; i < sizeof(image_rules) / sizeof(image_rules[0]); i++)
        dw_verdict_result(scene->verdict, image_rules[i], scene->image, DW_STATUS_PASS, "sound");
    dw_verdict_result(scene->verdict, "BASE-001", scene->dockerfile, DW_STATUS_PASS, "pinned");
    dw_verdict_result(scene->verdict, "BASE-002", scene->dockerfile, DW_STATUS_PASS, "pinned");
}

static void judge(struct scene *scene, const char *exceptions, enum dw_stage stage, const char *only)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_exceptions *list = exceptions_of(scene->policy, exceptions);
    struct dw_controls_options options = {stage, dw_slice_of(only)};
    dw_exceptions_apply(scene->policy, list, scene->verdict, scene->now);
    dw_exceptions_free(list);
    dw_vulnerability_rules(scene->policy, scene->verdict, NULL, scene->now);
    if (!dw_controls_judge(scene->policy, scene->verdict, &options, &error))
        fail_msg("%s", error.text);
    dw_verdict_conclude(scene->verdict);
}

static enum dw_status status_of(struct scene *scene, const char *id)
{
    return find_control(scene->verdict, id)->status;
}

/* controls.md, all 29 rows: id, stage, level, deciding rules. */
static void test_table(void **state)
{
    (void)state;
    static const char *const rows[DW_CONTROL_COUNT] = {
        "1.1 build preferred BASE-004",
        "1.2 build required BASE-001 BASE-002",
        "1.3 build required BASE-005",
        "2.1 build required VUL-005 VUL-003",
        "2.2 build required VUL-002 EXC-001 EXC-002",
        "3.1 release required SIG-002 SIG-003",
        "3.2 release required SIG-001",
        "3.3 deploy required SIG-004",
        "4.1 build required USR-001 USR-002 USR-003 USR-004",
        "4.2 build required RT-001",
        "4.3 build required RT-002 RT-003",
        "4.4 build required RT-005",
        "5.1 build required SEC-006 SEC-007 SEC-008",
        "5.2 build required SEC-002 SEC-003",
        "5.3 build required SEC-001 SEC-004 SEC-005 SEC-009 SEC-010",
        "6.1 release required VUL-001 EVD-007",
        "6.2 release required SIG-001 SIG-002",
        "6.3 build required EVD-001 EVD-002 EVD-003",
        "6.4 release required BASE-007",
        "6.5 build required EVD-006 RT-013 RT-014",
        "7.1 release required EVD-004",
        "7.2 build required IMG-001 LBL-006",
        "7.3 build required EXC-001 EXC-002 EXC-004",
        "7.4 build required VUL-006",
        "7.5 deploy preferred DM-001",
        "7.6 build required RT-004 K8S-003",
        "8.1 build required EXC-005",
        "8.2 release required SIG-005",
        "8.3 build required SEC-011",
    };
    for (size_t i = 0; i < DW_CONTROL_COUNT; i++) {
        const struct dw_control *control = &dw_controls[i];
        DW_CLEANUP(dw_buffer_free) struct dw_buffer row = {0};
        dw_buffer_printf(&row, "%s %s %s", control->id, dw_stage_name(control->stage),
                         dw_level_name(control->level));
        for (size_t r = 0; r < DW_CONTROL_RULES && control->rules[r] != NULL; r++)
            dw_buffer_printf(&row, " %s", control->rules[r]);
        assert_string_equal(row.at, rows[i]);
        assert_true(strlen(control->title) > 0);
        assert_true(strlen(control->unjudged) > 0);
        assert_true(control->kinds == 0 || control->absent != NULL);
        assert_ptr_equal(dw_control_find(dw_slice_of(control->id)), control);
    }
    assert_null(dw_control_find(DW_SLICE("9.9")));
}

static void test_sound_service(void **state)
{
    (void)state;
    struct scene scene;
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    judge(&scene, "[]\n", DW_STAGE_BUILD, "");
    static const char *const passes[] = {"1.1", "1.2", "2.1", "2.2", "4.1", "7.2", "7.3"};
    static const char *const unknown[] = {"1.3", "4.2", "4.3", "4.4", "5.2",
                                          "5.3", "6.3", "6.5", "7.4", "7.6"};
    static const char *const later[] = {"3.1", "3.2", "3.3", "6.1", "6.2", "6.4", "7.1", "7.5", "8.2"};
    static const char *const absent[] = {"5.1", "8.1", "8.3"};
    for (size_t i = 0; i < sizeof(passes) / sizeof(passes[0]); i++)
        assert_int_equal(status_of(&scene, passes[i]), DW_STATUS_PASS);
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        assert_int_equal(status_of(&scene, unknown[i]), DW_STATUS_NOT_EVALUATED);
        assert_holds(find_control(scene.verdict, unknown[i])->reason,
                     strcmp(unknown[i], "1.3") == 0                                ? "dockworthy.lock"
                     : unknown[i][0] == '4' || strcmp(unknown[i], "7.6") == 0 ? "no file at hand says how the container is run"
                     : strcmp(unknown[i], "6.5") == 0                              ? "monitoring configuration"
                                                                                   : "this version");
    }
    for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
        assert_int_equal(status_of(&scene, later[i]), DW_STATUS_NOT_DUE);
    for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
        assert_int_equal(status_of(&scene, absent[i]), DW_STATUS_NOT_APPLICABLE);
    assert_int_equal(scene.verdict->controls.len, DW_CONTROL_COUNT);
    assert_false(scene.verdict->violated);
    assert_int_equal(scene.verdict->exit_code, 4);
    assert_slice(find_control(scene.verdict, "2.2")->reason, "no critical in 3 packages; no exceptions");
    assert_slice(find_control(scene.verdict, "2.1")->reason,
                 "scanned by dockworthy: 3 packages; advisories of 2026-11-23");
    assert_int_equal(find_control(scene.verdict, "2.2")->chapter, 2);
    assert_slice(find_control(scene.verdict, "4.3")->reason,
                 "RT-002, RT-003: no file at hand says how the container is run: name its Compose files or manifests under "
                 "\"files:\" in the policy");
    /* Of 6.3, approvals are a matter of release. */
    assert_true(dw_slice_starts_with(find_control(scene.verdict, "6.3")->reason, "EVD-001, EVD-003: "));
    bool scan = false;
    for (size_t i = 0; i < find_control(scene.verdict, "2.2")->evidence.len; i++) {
        const struct dw_evidence *evidence = &find_control(scene.verdict, "2.2")->evidence.at[i];
        scan = scan || (strcmp(evidence->kind, "scan") == 0 && dw_slice_is(evidence->digest, DIGEST_A));
    }
    assert_true(scan);
    clear_scene(&scene);
    /* The same, asked for what this version judges. */
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    judge(&scene, "[]\n", DW_STAGE_BUILD, "2.2,4.1,7.3");
    assert_int_equal(scene.verdict->exit_code, 0);
    assert_true(find_control(scene.verdict, "2.2")->chosen);
    assert_false(find_control(scene.verdict, "2.1")->chosen);
    clear_scene(&scene);
}

#define EXCEPTION                                                                                            \
    "- {id: EX-1, match: {advisory: CVE-1}, ticket: SEC-123, owner: ana, approved-by: tom, reason: x, "      \
    "created: 2026-11-10, expires: 2026-12-10}\n"

/* The policy's line: critical passes only with an exception that has a ticket. */
static void test_critical(void **state)
{
    (void)state;
    struct scene scene;
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    add_vulnerability(scene.verdict, scene.image, "CVE-1", DW_SEVERITY_CRITICAL, scene.minimist);
    add_vulnerability(scene.verdict, scene.image, "CVE-2", DW_SEVERITY_HIGH, scene.minimist);
    judge(&scene, "[]\n", DW_STAGE_BUILD, "");
    assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_FAIL);
    assert_slice(find_control(scene.verdict, "2.2")->reason,
                 "1 critical in 3 packages: CVE-1 in minimist 1.2.0");
    assert_int_equal(find_finding(scene.verdict, "CVE-1")->status, DW_STATUS_FAIL);
    assert_int_equal(find_finding(scene.verdict, "CVE-2")->status, DW_STATUS_PASS);
    assert_true(scene.verdict->violated);
    assert_int_equal(scene.verdict->exit_code, 1);
    clear_scene(&scene);

    set_scene(&scene, NULL);
    add_sound_results(&scene);
    add_vulnerability(scene.verdict, scene.image, "CVE-1", DW_SEVERITY_CRITICAL, scene.minimist);
    judge(&scene, EXCEPTION, DW_STAGE_BUILD, "2,7.3");
    assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_EXCEPTED);
    assert_slice(find_control(scene.verdict, "2.2")->reason,
                 "no other critical in 3 packages; 1 excepted (SEC-123, 16 days left)");
    assert_int_equal(status_of(&scene, "7.3"), DW_STATUS_PASS);
    assert_false(scene.verdict->violated);
    assert_int_equal(scene.verdict->exit_code, 0);
    clear_scene(&scene);

    /* An exception of what the gate lets pass anyway makes nothing "excepted". */
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    add_vulnerability(scene.verdict, scene.image, "CVE-1", DW_SEVERITY_MEDIUM, scene.minimist);
    judge(&scene, EXCEPTION, DW_STAGE_BUILD, "2.2");
    assert_int_equal(find_finding(scene.verdict, "CVE-1")->status, DW_STATUS_EXCEPTED);
    assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_PASS);
    clear_scene(&scene);

    /* One of two excepted: still a failure. */
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    add_vulnerability(scene.verdict, scene.image, "CVE-1", DW_SEVERITY_CRITICAL, scene.minimist);
    add_vulnerability(scene.verdict, scene.image, "CVE-3", DW_SEVERITY_CRITICAL, scene.minimist);
    judge(&scene, EXCEPTION, DW_STAGE_BUILD, "2.2");
    assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_FAIL);
    assert_slice(find_control(scene.verdict, "2.2")->reason,
                 "1 critical in 3 packages: CVE-3 in minimist 1.2.0; 1 excepted (SEC-123, 16 days left)");
    clear_scene(&scene);
}

/* matching.md, section 10, row by row. */
static void test_fail_closed(void **state)
{
    (void)state;
    struct scene scene;
    /* Severity unknown: not evaluated, exit 4 … */
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    add_vulnerability(scene.verdict, scene.image, "CVE-1", DW_SEVERITY_UNKNOWN, scene.minimist);
    judge(&scene, "[]\n", DW_STAGE_BUILD, "2.2");
    assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_NOT_EVALUATED);
    assert_int_equal(find_finding(scene.verdict, "CVE-1")->status, DW_STATUS_NOT_EVALUATED);
    assert_slice(find_control(scene.verdict, "2.2")->reason,
                 "the gate cannot judge 1 finding: CVE-1 in minimist 1.2.0: severity >= critical (unknown)");
    assert_int_equal(scene.verdict->exit_code, 4);
    clear_scene(&scene);
    /* … unless the policy says that it fails. */
    set_scene(&scene, "vulnerabilities: {unknown-severity: fail}\n");
    add_sound_results(&scene);
    add_vulnerability(scene.verdict, scene.image, "CVE-1", DW_SEVERITY_UNKNOWN, scene.minimist);
    judge(&scene, "[]\n", DW_STAGE_BUILD, "2.2");
    assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_FAIL);
    assert_int_equal(scene.verdict->exit_code, 1);
    clear_scene(&scene);
    /* A package without a version, a kind that is not read, a layer that is not there, no feed: not
     * evaluated, exit 4. */
    static const enum dw_note_kind incomplete[] = {DW_NOTE_NOT_SCANNED, DW_NOTE_UNSUPPORTED,
                                                   DW_NOTE_UNAVAILABLE};
    for (size_t i = 0; i < 3; i++) {
        set_scene(&scene, NULL);
        add_sound_results(&scene);
        dw_subject_note(scene.image, incomplete[i], -1, DW_SLICE("a/b"), DW_SLICE("what is wrong"));
        judge(&scene, "[]\n", DW_STAGE_BUILD, "2.2");
        assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_NOT_EVALUATED);
        assert_holds(find_control(scene.verdict, "2.2")->reason, ": a/b: what is wrong");
        assert_int_equal(scene.verdict->exit_code, 4);
        clear_scene(&scene);
    }
    /* Malformed, a limit, a crash: likewise, exit 3. */
    static const enum dw_note_kind unreadable[] = {DW_NOTE_UNREADABLE, DW_NOTE_LIMIT, DW_NOTE_CRASH};
    for (size_t i = 0; i < 3; i++) {
        set_scene(&scene, NULL);
        add_sound_results(&scene);
        dw_subject_note(scene.image, unreadable[i], -1, DW_SLICE(""), DW_SLICE("what is wrong"));
        judge(&scene, "[]\n", DW_STAGE_BUILD, "2.2");
        assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_NOT_EVALUATED);
        assert_int_equal(scene.verdict->exit_code, 3);
        clear_scene(&scene);
    }
    /* No database; a stale one. */
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    scene.verdict->database.present = false;
    judge(&scene, "[]\n", DW_STAGE_BUILD, "2");
    assert_int_equal(status_of(&scene, "2.1"), DW_STATUS_NOT_EVALUATED);
    assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_NOT_EVALUATED);
    assert_holds(find_control(scene.verdict, "2.2")->reason, "no advisory database");
    assert_int_equal(scene.verdict->exit_code, 4);
    clear_scene(&scene);
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    scene.verdict->database.built = at_time("2026-11-20");
    judge(&scene, "[]\n", DW_STAGE_BUILD, "2");
    assert_true(scene.verdict->database.stale);
    assert_int_equal(status_of(&scene, "2.1"), DW_STATUS_NOT_EVALUATED);
    assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_NOT_EVALUATED);
    assert_holds(find_control(scene.verdict, "2.2")->reason,
                 "the advisory database is of 2026-11-20, 4 days old; the policy allows 24 hours");
    assert_int_equal(scene.verdict->exit_code, 4);
    clear_scene(&scene);
    /* One of tomorrow's tomorrow would never grow old. */
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    scene.verdict->database.built = at_time("2027-11-20");
    judge(&scene, "[]\n", DW_STAGE_BUILD, "2");
    assert_int_equal(status_of(&scene, "2.1"), DW_STATUS_NOT_EVALUATED);
    assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_NOT_EVALUATED);
    assert_holds(find_control(scene.verdict, "2.2")->reason, "the advisory database is of 2027-11-20, in the future");
    clear_scene(&scene);
    /* A critical found with stale data is one all the same. */
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    scene.verdict->database.built = at_time("2026-11-20");
    add_vulnerability(scene.verdict, scene.image, "CVE-1", DW_SEVERITY_CRITICAL, scene.minimist);
    judge(&scene, "[]\n", DW_STAGE_BUILD, "2.2");
    assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_FAIL);
    assert_int_equal(scene.verdict->exit_code, 1);
    clear_scene(&scene);
    /* An expired exception: the finding counts again, and so does the exception. */
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    scene.now = at_time("2026-12-24");
    scene.verdict->database.built = scene.now;
    add_vulnerability(scene.verdict, scene.image, "CVE-1", DW_SEVERITY_CRITICAL, scene.minimist);
    judge(&scene, EXCEPTION, DW_STAGE_BUILD, "2.2,7.3");
    assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_FAIL);
    assert_int_equal(status_of(&scene, "7.3"), DW_STATUS_FAIL);
    clear_scene(&scene);
    /* … even where the finding is gone. */
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    scene.now = at_time("2026-12-24");
    scene.verdict->database.built = scene.now;
    judge(&scene, EXCEPTION, DW_STAGE_BUILD, "2.2");
    assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_FAIL);
    assert_holds(find_control(scene.verdict, "2.2")->reason, "1 of 1 exception expired: EX-1");
    clear_scene(&scene);
    /* An unused exception never fails anything. */
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    judge(&scene, EXCEPTION, DW_STAGE_BUILD, "2.2,7.3");
    assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_PASS);
    assert_int_equal(status_of(&scene, "7.3"), DW_STATUS_PASS);
    assert_int_equal(find_finding(scene.verdict, "EXC-003")->status, DW_STATUS_PASS);
    assert_int_equal(scene.verdict->exit_code, 0);
    clear_scene(&scene);
    /* A malformed one suppresses nothing, and is a finding. */
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    add_vulnerability(scene.verdict, scene.image, "CVE-1", DW_SEVERITY_CRITICAL, scene.minimist);
    judge(&scene,
          "- {id: EX-1, match: {advisory: CVE-1}, owner: a, reason: x, created: 2026-11-10, expires: "
          "2026-12-10}\n",
          DW_STAGE_BUILD, "7.3");
    assert_int_equal(status_of(&scene, "7.3"), DW_STATUS_FAIL);
    assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_FAIL);
    assert_int_equal(find_finding(scene.verdict, "CVE-1")->status, DW_STATUS_FAIL);
    clear_scene(&scene);
    /* Findings and tool errors together. */
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    add_vulnerability(scene.verdict, scene.image, "CVE-1", DW_SEVERITY_CRITICAL, scene.minimist);
    dw_subject_note(scene.image, DW_NOTE_CRASH, -1, DW_SLICE(""), DW_SLICE("died"));
    judge(&scene, "[]\n", DW_STAGE_BUILD, "");
    assert_true(scene.verdict->violated);
    assert_int_equal(scene.verdict->exit_code, 3);
    clear_scene(&scene);
    /* What the gate asks and nobody knows. */
    set_scene(&scene, "vulnerabilities: {fail-on: severity >= high and kev}\n");
    add_sound_results(&scene);
    add_vulnerability(scene.verdict, scene.image, "CVE-1", DW_SEVERITY_HIGH, scene.minimist);
    judge(&scene, "[]\n", DW_STAGE_BUILD, "2.2");
    assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_NOT_EVALUATED);
    assert_int_equal(scene.verdict->exit_code, 4);
    clear_scene(&scene);
}

static void test_foreign_scanners(void **state)
{
    (void)state;
    struct scene scene;
    set_scene(&scene, "vulnerabilities: {scanners: [dockworthy, trivy, scout]}\n");
    add_sound_results(&scene);
    judge(&scene, "[]\n", DW_STAGE_BUILD, "2.1");
    assert_int_equal(status_of(&scene, "2.1"), DW_STATUS_NOT_EVALUATED);
    assert_slice(
        find_control(scene.verdict, "2.1")->reason,
        "no result of trivy, scout: taking in other scanners' results (ingest) is not part of this version");
    assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_PASS);
    assert_int_equal(scene.verdict->exit_code, 4);
    clear_scene(&scene);
}

static void test_images(void **state)
{
    (void)state;
    struct scene scene;
    struct dw_error error = DW_ERROR_INIT;
    struct dw_controls_options options = {DW_STAGE_BUILD, DW_SLICE("")};
    /* No image at hand, but a Dockerfile: not evaluated, not not-applicable. */
    struct dw_policy *policy = dw_policy_builtin("");
    struct dw_verdict *verdict = dw_verdict_new("check", at_time(NOW));
    struct dw_subject *dockerfile = add_subject(verdict, DW_SUBJECT_DOCKERFILE, "dockerfile:1", "Dockerfile");
    static const char *const rules[] = {"BASE-004", "USR-001", "USR-002", "USR-003", "USR-004"};
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        dw_verdict_result(verdict, rules[i], dockerfile, DW_STATUS_PASS, "sound");
    assert_true(dw_controls_judge(policy, verdict, &options, &error));
    assert_int_equal(find_control(verdict, "4.1")->status, DW_STATUS_NOT_EVALUATED);
    assert_holds(find_control(verdict, "4.1")->reason, "no image at hand");
    assert_int_equal(find_control(verdict, "2.2")->status, DW_STATUS_NOT_EVALUATED);
    assert_int_equal(find_control(verdict, "1.1")->status, DW_STATUS_PASS); /* the Dockerfile may decide it */
    dw_verdict_free(verdict);
    /* Nothing at all. */
    verdict = dw_verdict_new("check", at_time(NOW));
    assert_true(dw_controls_judge(policy, verdict, &options, &error));
    dw_verdict_conclude(verdict);
    assert_int_equal(verdict->exit_code, 4);
    for (size_t i = 0; i < verdict->controls.len; i++)
        assert_int_not_equal(verdict->controls.at[i].status, DW_STATUS_PASS);
    dw_verdict_free(verdict);
    dw_policy_free(policy);
    /* A second image that could not be read. */
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    struct dw_subject *second = add_subject(scene.verdict, DW_SUBJECT_IMAGE, "image:2", "oci:other");
    second->unreadable = true;
    dw_subject_note(second, DW_NOTE_UNREADABLE, -1, DW_SLICE(""), DW_SLICE("index.json: malformed"));
    judge(&scene, "[]\n", DW_STAGE_BUILD, "");
    assert_int_equal(status_of(&scene, "4.1"), DW_STATUS_NOT_EVALUATED);
    assert_holds(find_control(scene.verdict, "4.1")->reason, "oci:other could not be read");
    assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_NOT_EVALUATED);
    assert_int_equal(scene.verdict->exit_code, 3);
    clear_scene(&scene);
    /* … or that a rule forgot. */
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    add_subject(scene.verdict, DW_SUBJECT_IMAGE, "image:2", "oci:other");
    judge(&scene, "[]\n", DW_STAGE_BUILD, "");
    assert_int_equal(status_of(&scene, "4.1"), DW_STATUS_NOT_EVALUATED);
    assert_holds(find_control(scene.verdict, "4.1")->reason, "oci:other was not judged");
    assert_int_equal(status_of(&scene, "2.2"), DW_STATUS_PASS);
    clear_scene(&scene);
}

/* USR-004 is about Compose files and manifests: without any it has nothing to say, with one it must say
 * something. */
static void test_rules_without_subjects(void **state)
{
    (void)state;
    static const enum dw_subject_kind kinds[] = {DW_SUBJECT_REPOSITORY, DW_SUBJECT_COMPOSE,
                                                 DW_SUBJECT_KUBERNETES};
    static const enum dw_status expected[] = {DW_STATUS_PASS, DW_STATUS_NOT_EVALUATED,
                                              DW_STATUS_NOT_EVALUATED};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct scene scene;
        set_scene(&scene, NULL);
        add_sound_results(&scene);
        find_result(scene.verdict, "USR-004")->rule = "USR-999";
        add_subject(scene.verdict, kinds[i], "other:1", "other");
        judge(&scene, "[]\n", DW_STAGE_BUILD, "");
        assert_int_equal(status_of(&scene, "4.1"), expected[i]);
        clear_scene(&scene);
    }
    /* No file names a base image: that is not known, not absent. */
    struct scene scene;
    set_scene(&scene, NULL);
    scene.dockerfile->kind = DW_SUBJECT_REPOSITORY;
    judge(&scene, "[]\n", DW_STAGE_BUILD, "");
    assert_int_equal(status_of(&scene, "1.2"), DW_STATUS_NOT_EVALUATED);
    clear_scene(&scene);
}

/* A rule's result against the statuses of its findings. */
static void test_findings_decide(void **state)
{
    (void)state;
    static const struct {
        enum dw_status result, finding; /* finding: DW_STATUS_COUNT for none */
        enum dw_status control;
    } rows[] = {
        {DW_STATUS_FAIL, DW_STATUS_FAIL, DW_STATUS_FAIL},
        {DW_STATUS_FAIL, DW_STATUS_COUNT, DW_STATUS_FAIL},
        {DW_STATUS_FAIL, DW_STATUS_EXCEPTED, DW_STATUS_EXCEPTED},
        {DW_STATUS_FAIL, DW_STATUS_PASS, DW_STATUS_PASS}, /* information only */
        {DW_STATUS_FAIL, DW_STATUS_NOT_EVALUATED, DW_STATUS_NOT_EVALUATED},
        {DW_STATUS_PASS, DW_STATUS_FAIL, DW_STATUS_FAIL},
        {DW_STATUS_PASS, DW_STATUS_PASS, DW_STATUS_PASS},
        {DW_STATUS_NOT_EVALUATED, DW_STATUS_COUNT, DW_STATUS_NOT_EVALUATED},
        {DW_STATUS_NOT_EVALUATED, DW_STATUS_EXCEPTED, DW_STATUS_NOT_EVALUATED},
        {DW_STATUS_NOT_EVALUATED, DW_STATUS_FAIL, DW_STATUS_FAIL},
        {DW_STATUS_NOT_APPLICABLE, DW_STATUS_COUNT, DW_STATUS_PASS}, /* the other rules pass */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct scene scene;
        struct dw_error error = DW_ERROR_INIT;
        struct dw_controls_options options = {DW_STAGE_BUILD, DW_SLICE("")};
        set_scene(&scene, NULL);
        add_sound_results(&scene);
        find_result(scene.verdict, "USR-002")->status = rows[i].result;
        if (rows[i].finding != DW_STATUS_COUNT)
            dw_verdict_finding(scene.verdict, "USR-002", scene.image, DW_SEVERITY_HIGH)->status =
                rows[i].finding;
        /* Another rule's finding, and the same rule's of another subject, decide nothing here. */
        dw_verdict_finding(scene.verdict, "USR-009", scene.image, DW_SEVERITY_CRITICAL);
        assert_true(dw_controls_judge(scene.policy, scene.verdict, &options, &error));
        if (status_of(&scene, "4.1") != rows[i].control)
            fail_msg("row %zu: %s", i, dw_status_name(status_of(&scene, "4.1")));
        clear_scene(&scene);
    }
}

static void test_levels_and_stages(void **state)
{
    (void)state;
    struct scene scene;
    /* A preferred control is shown and changes nothing. */
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    find_result(scene.verdict, "BASE-004")->status = DW_STATUS_FAIL;
    judge(&scene, "[]\n", DW_STAGE_BUILD, "1.1,4.1");
    assert_int_equal(status_of(&scene, "1.1"), DW_STATUS_FAIL);
    assert_int_equal(find_control(scene.verdict, "1.1")->level, DW_LEVEL_PREFERRED);
    assert_false(scene.verdict->violated);
    assert_int_equal(scene.verdict->exit_code, 0);
    clear_scene(&scene);
    set_scene(&scene, "controls: {'1.1': {level: required}}\n");
    add_sound_results(&scene);
    find_result(scene.verdict, "BASE-004")->status = DW_STATUS_FAIL;
    judge(&scene, "[]\n", DW_STAGE_BUILD, "1.1,4.1");
    assert_true(scene.verdict->violated);
    assert_int_equal(scene.verdict->exit_code, 1);
    clear_scene(&scene);
    set_scene(&scene, "controls: {'4.2': {level: preferred}}\n");
    add_sound_results(&scene);
    judge(&scene, "[]\n", DW_STAGE_BUILD, "4.1,4.2");
    assert_int_equal(status_of(&scene, "4.2"), DW_STATUS_NOT_EVALUATED);
    assert_int_equal(scene.verdict->exit_code, 0);
    clear_scene(&scene);
    /* Later stages make more due. */
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    judge(&scene, "[]\n", DW_STAGE_RELEASE, "");
    assert_int_equal(status_of(&scene, "3.1"), DW_STATUS_NOT_EVALUATED);
    assert_int_equal(status_of(&scene, "3.3"), DW_STATUS_NOT_DUE);
    assert_true(
        dw_slice_starts_with(find_control(scene.verdict, "6.3")->reason, "EVD-001, EVD-002, EVD-003: "));
    assert_int_equal(status_of(&scene, "8.2"), DW_STATUS_NOT_APPLICABLE);
    assert_int_equal(scene.verdict->stage, DW_STAGE_RELEASE);
    clear_scene(&scene);
    set_scene(&scene, "signing: {identities: [{issuer: i, subject: s}]}\ndaemon: unix:///run/docker.sock\n");
    add_sound_results(&scene);
    judge(&scene, "[]\n", DW_STAGE_DEPLOY, "");
    assert_int_equal(status_of(&scene, "3.3"), DW_STATUS_NOT_EVALUATED);
    assert_int_equal(status_of(&scene, "7.5"), DW_STATUS_NOT_EVALUATED);
    assert_int_equal(status_of(&scene, "8.2"), DW_STATUS_NOT_EVALUATED);
    /* The daemon that the policy names is not read: that is said. */
    assert_int_equal(scene.repository->notes.len, 1);
    assert_int_equal(scene.repository->notes.at[0].kind, DW_NOTE_INFORMATION);
    assert_slice(scene.repository->notes.at[0].path, "p.yaml");
    assert_holds(scene.repository->notes.at[0].message,
                 "line 2: daemon: the daemon is not read by this version");
    clear_scene(&scene);
}

static void test_only(void **state)
{
    (void)state;
    static const struct {
        const char *only, *message;
    } rows[] = {
        {"9", "unknown control \"9\""},       {"2.9", "unknown control \"2.9\""},
        {"2,,4.1", "unknown control \"\""},   {"2.2.", "unknown control \"2.2.\""},
        {"all", "unknown control \"all\""},   {"0", "unknown control \"0\""},
        {"2,4.1,x", "unknown control \"x\""},
    };
    struct dw_policy *policy = dw_policy_builtin("");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dw_verdict *verdict = dw_verdict_new("check", 0);
        struct dw_error error = DW_ERROR_INIT;
        struct dw_controls_options options = {DW_STAGE_BUILD, dw_slice_of(rows[i].only)};
        assert_false(dw_controls_judge(policy, verdict, &options, &error));
        assert_int_equal(error.kind, DW_ERROR_USAGE);
        assert_holds(dw_slice_of(error.text), rows[i].message);
        dw_verdict_free(verdict);
    }
    dw_policy_free(policy);
    struct scene scene;
    set_scene(&scene, NULL);
    judge(&scene, "[]\n", DW_STAGE_BUILD, " 2 , 4.1 ");
    size_t chosen = 0;
    for (size_t i = 0; i < scene.verdict->controls.len; i++)
        chosen += scene.verdict->controls.at[i].chosen;
    assert_int_equal(chosen, 3);
    clear_scene(&scene);
}

#define CONTROL_EXCEPTION                                                                                    \
    "- {id: EX-9, kind: control, match: {rule: '4.1'}, ticket: SEC-9, owner: ana, approved-by: tom, "        \
    "reason: x, "                                                                                            \
    "created: 2026-11-10, expires: 2026-12-10}\n"

static void test_control_exceptions(void **state)
{
    (void)state;
    struct scene scene;
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    find_result(scene.verdict, "USR-001")->status = DW_STATUS_FAIL;
    judge(&scene, CONTROL_EXCEPTION, DW_STAGE_BUILD, "4.1");
    assert_int_equal(status_of(&scene, "4.1"), DW_STATUS_EXCEPTED);
    assert_holds(find_control(scene.verdict, "4.1")->reason, "accepted by EX-9 (SEC-9, 16 days left)");
    assert_int_equal(scene.verdict->exit_code, 0);
    assert_int_equal(scene.verdict->exceptions[0].state, DW_EXCEPTION_ACTIVE);
    clear_scene(&scene);
    /* Nor is a rule that nothing may suppress. */
    set_scene(&scene, "suppressions: {never: [USR-001]}\n");
    add_sound_results(&scene);
    find_result(scene.verdict, "USR-001")->status = DW_STATUS_FAIL;
    judge(&scene, CONTROL_EXCEPTION, DW_STAGE_BUILD, "4.1");
    assert_int_equal(status_of(&scene, "4.1"), DW_STATUS_FAIL);
    assert_int_equal(scene.verdict->exit_code, 1);
    clear_scene(&scene);
    /* What could not be judged is not accepted by it. */
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    find_result(scene.verdict, "USR-001")->status = DW_STATUS_NOT_EVALUATED;
    judge(&scene, CONTROL_EXCEPTION, DW_STAGE_BUILD, "4.1");
    assert_int_equal(status_of(&scene, "4.1"), DW_STATUS_NOT_EVALUATED);
    clear_scene(&scene);
    /* A control that passes leaves it unused. */
    set_scene(&scene, NULL);
    add_sound_results(&scene);
    judge(&scene, CONTROL_EXCEPTION, DW_STAGE_BUILD, "4.1");
    assert_int_equal(status_of(&scene, "4.1"), DW_STATUS_PASS);
    assert_int_equal(scene.verdict->exceptions[0].state, DW_EXCEPTION_UNUSED);
    assert_holds(find_finding(scene.verdict, "EXC-003")->message, "control 4.1 does not fail");
    clear_scene(&scene);
}

static void test_order_of_subjects(void **state)
{
    (void)state;
    struct dw_verdict *verdict = dw_verdict_new("check", 0);
    struct dw_subject *tenth = add_subject(verdict, DW_SUBJECT_IMAGE, "image:10", "b");
    struct dw_subject *second = add_subject(verdict, DW_SUBJECT_IMAGE, "image:2", "a");
    dw_verdict_finding(verdict, "USR-001", tenth, DW_SEVERITY_HIGH);
    dw_verdict_finding(verdict, "USR-001", second, DW_SEVERITY_LOW);
    dw_verdict_sort(verdict);
    assert_ptr_equal(verdict->findings.at[0].subject, second);
    assert_ptr_equal(verdict->findings.at[1].subject, tenth);
    dw_verdict_free(verdict);
}

/* scan: no controls; the rule results decide. */
static void test_scan(void **state)
{
    (void)state;
    static const struct {
        const char *gate;
        enum dw_severity severity;
        int exit_code;
    } rows[] = {
        {"critical", DW_SEVERITY_HIGH, 0},
        {"high", DW_SEVERITY_HIGH, 1},
        {"high", DW_SEVERITY_UNKNOWN, 4},
        {"kev", DW_SEVERITY_HIGH, 4},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct scene scene;
        set_scene(&scene, "vulnerabilities: {scanners: [dockworthy, trivy]}\n");
        struct dw_gate *gate = dw_gate_parse(dw_slice_of(rows[i].gate), NULL);
        add_vulnerability(scene.verdict, scene.image, "CVE-1", rows[i].severity, scene.minimist);
        dw_vulnerability_rules(scene.policy, scene.verdict, gate, scene.now);
        dw_verdict_conclude(scene.verdict);
        assert_int_equal(scene.verdict->exit_code, rows[i].exit_code);
        dw_gate_free(gate);
        clear_scene(&scene);
    }
    struct dw_verdict *verdict = dw_verdict_new("scan", 0);
    static const int codes[] = {2, 3, 4};
    for (size_t i = 0; i < 3; i++) {
        verdict->worst_error = codes[i];
        dw_verdict_conclude(verdict);
        assert_int_equal(verdict->exit_code, codes[i]);
    }
    dw_verdict_free(verdict);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_sound_service),
        cmocka_unit_test(test_critical),
        cmocka_unit_test(test_fail_closed),
        cmocka_unit_test(test_foreign_scanners),
        cmocka_unit_test(test_images),
        cmocka_unit_test(test_findings_decide),
        cmocka_unit_test(test_rules_without_subjects),
        cmocka_unit_test(test_levels_and_stages),
        cmocka_unit_test(test_only),
        cmocka_unit_test(test_control_exceptions),
        cmocka_unit_test(test_order_of_subjects),
        cmocka_unit_test(test_scan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
