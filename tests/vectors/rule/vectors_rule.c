/* SPDX-License-Identifier: Apache-2.0
 *
 * The pods of the Pod Security Standards' test data, whose folder and name say what is allowed, and the sample projects of
 * awesome-compose, whose references were counted with a YAML reader of another make. */
#include "base/file.h"
#include "rule/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "../test_data.h"

struct tally {
    size_t files, allowed, denied, wrong, asked, unpinned, untagged;
};

typedef void judge_file(struct tally *tally, const char *path, struct dw_slice text);

/* Calls JUDGE with every YAML file of an xz-compressed tar. */
static void each_file(const char *packed, judge_file *judge, struct tally *tally)
{
    struct archive *archive = archive_read_new();
    archive_read_support_filter_xz(archive);
    archive_read_support_format_tar(archive);
    assert_int_equal(archive_read_open_filename(archive, packed, 65536), ARCHIVE_OK);
    for (struct archive_entry *entry; archive_read_next_header(archive, &entry) == ARCHIVE_OK;) {
        DW_CLEANUP(dw_cleanup_free) char *path = dw_copy_string(dw_slice_of(archive_entry_pathname(entry)));
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        char block[65536];
        if (!dw_slice_ends_with(dw_slice_of(path), ".yaml") && !dw_slice_ends_with(dw_slice_of(path), ".yml"))
            continue;
        for (ssize_t got; (got = archive_read_data(archive, block, sizeof(block))) > 0;)
            dw_buffer_append(&text, dw_slice_make(block, (size_t)got));
        tally->files++;
        judge(tally, path, dw_buffer_slice(&text));
    }
    archive_read_free(archive);
}

static void judge_manifests(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                            struct dw_subject *subject, const struct dw_document *document)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_kubernetes *manifests = dw_kubernetes_read(document, &error);
    if (manifests == NULL)
        fail_msg("%s", error.text);
    dw_rules_judge_kubernetes(settings, verdict, subject, manifests);
    dw_kubernetes_free(manifests);
}

static struct dw_verdict *verdict_of(enum dw_subject_kind kind, const char *path, struct dw_slice text)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_rule_settings settings = dw_rule_settings_default();
    struct dw_error error = DW_ERROR_INIT;
    struct dw_verdict *verdict = dw_verdict_new("check", 0);
    struct dw_subject *subject = dw_subject_new(kind, dw_slice_of(path));
    *dw_vector_push(&verdict->subjects) = subject;
    if (kind == DW_SUBJECT_COMPOSE) {
        struct dw_compose_options options = {.text = text, .no_files = true};
        struct dw_compose *project = dw_compose_load(&path, 1, &options, &limits, &error);
        if (project == NULL)
            fail_msg("%s", error.text);
        dw_rules_judge_compose(&settings, verdict, subject, project);
        dw_compose_free(project);
        return verdict;
    }
    struct dw_document *document = dw_document_parse(text, path, &limits, &error);
    if (document == NULL)
        fail_msg("%s", error.text);
    judge_manifests(&settings, verdict, subject, document);
    dw_document_free(document);
    return verdict;
}

static bool fails(const struct dw_verdict *verdict, const char *rule)
{
    for (size_t i = 0; i < verdict->results.len; i++)
        if (strcmp(verdict->results.at[i].rule, rule) == 0)
            return verdict->results.at[i].status == DW_STATUS_FAIL;
    fail_msg("no result of %s", rule);
    return false;
}

/* The check of the newest standard that denies PATH; NULL for a pod that is allowed, or of an older version. */
static const struct dw_pod_security_check *check_of(const char *path)
{
    struct dw_slice name = dw_path_base(dw_slice_of(path));
    const struct dw_pod_security_check *check;
    if (strstr(path, "/v1.37/fail/") == NULL)
        return NULL;
    name = dw_slice_part(name, 0, dw_slice_find(name, '.'));
    while (name.len > 0 && dw_is_digit(name.at[name.len - 1]))
        name.len--;
    for (size_t i = 0; (check = dw_pod_security_check_at(i)) != NULL; i++)
        if (dw_slice_equal_nocase(name, dw_slice_of(check->id)))
            return check;
    fail_msg("%s: no such check", path);
    return NULL;
}

/* Does a rule fail that carries the check's alias? A root user that is set is USR-004's business. */
static bool is_denied(const struct dw_verdict *verdict, const struct dw_pod_security_check *check)
{
    char alias[80];
    const struct dw_rule_variant *variant;
    const struct dw_rule *rule;
    size_t index = 0;
    snprintf(alias, sizeof(alias), "pss:%s/%s", dw_pod_security_level_name(check->level), check->id);
    while ((rule = dw_rule_named(dw_slice_of(alias), &index, &variant)) != NULL)
        if (fails(verdict, rule->id))
            return true;
    return strcmp(check->id, "runAsUser") == 0 && fails(verdict, "USR-004");
}

static void judge_pod(struct tally *tally, const char *path, struct dw_slice text)
{
    struct dw_slice name = dw_slice_of(path), base = dw_path_base(name);
    bool restricted = dw_slice_find_slice(name, DW_SLICE("/restricted/")) != SIZE_MAX;
    bool pass = dw_slice_find_slice(name, DW_SLICE("/pass/")) != SIZE_MAX;
    bool root = dw_slice_starts_with(base, "runasuser"), unsaid = dw_slice_starts_with(base, "runasnonroot");
    struct dw_verdict *verdict = verdict_of(DW_SUBJECT_KUBERNETES, path, text);
    /* Every pod of the test data names images by tag or not at all by version, none by digest. */
    bool wrong = !fails(verdict, "BASE-001");
    if (restricted && pass) {
        tally->allowed++;
        wrong = wrong || fails(verdict, "USR-001") || fails(verdict, "USR-004");
    } else if (restricted && (root || unsaid)) {
        tally->denied++;
        wrong = wrong || !fails(verdict, root ? "USR-004" : "USR-001");
    }
    const struct dw_pod_security_check *check = check_of(path);
    tally->asked += check != NULL;
    wrong = wrong || (check != NULL && !is_denied(verdict, check));
    if (wrong && tally->wrong++ < 20)
        print_error("%s\n", path);
    dw_verdict_free(verdict);
}

static void pod_security(void **state)
{
    (void)state;
    DW_CLEANUP(dw_cleanup_free) char *packed = test_data_or_skip("vectors/kubernetes/pss-testdata.Apache2.tar.xz");
    struct tally tally = {0};
    each_file(packed, judge_pod, &tally);
    print_message("%zu pods, %zu restricted and allowed, %zu denied for their user\n", tally.files, tally.allowed,
                  tally.denied);
    assert_int_equal(tally.files, 4537);
    assert_true(tally.allowed > 500);
    assert_true(tally.denied > 100);
    assert_int_equal(tally.asked, 34 + 76);
    assert_int_equal(tally.wrong, 0);
}

static void judge_project(struct tally *tally, const char *path, struct dw_slice text)
{
    struct dw_verdict *verdict = verdict_of(DW_SUBJECT_COMPOSE, path, text);
    for (size_t i = 0; i < verdict->findings.len; i++) {
        tally->unpinned += dw_slice_is(verdict->findings.at[i].rule, "BASE-001");
        tally->untagged += dw_slice_is(verdict->findings.at[i].rule, "BASE-002");
    }
    dw_verdict_free(verdict);
}

static void sample_projects(void **state)
{
    (void)state;
    DW_CLEANUP(dw_cleanup_free) char *packed = test_data_or_skip("vectors/compose/awesome-compose.CC0.tar.xz");
    struct tally tally = {0};
    each_file(packed, judge_project, &tally);
    /* 39 projects; of 81 services 45 name an image that is not built: none by digest, 20 without a tag or by "latest". */
    assert_int_equal(tally.files, 39);
    assert_int_equal(tally.unpinned, 45);
    assert_int_equal(tally.untagged, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(pod_security), cmocka_unit_test(sample_projects)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
