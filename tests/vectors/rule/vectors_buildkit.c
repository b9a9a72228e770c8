/* SPDX-License-Identifier: Apache-2.0
 *
 * BuildKit's own cases for its build checks: every warning that is listed is found by the rule that has the check's name for an
 * alias, at its line, and no such rule fires where none is listed. "check=skip" counts as BuildKit counts it. */
#include "base/file.h"
#include "policy/suppress.h"
#include "rule/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "../test_data.h"
#include <jansson.h>
#include <unistd.h>

/* Cases that cannot be judged as they are recorded, by their index. */
static const struct {
    size_t index;
    const char *reason;
} explained[] = {
    {9, "its .dockerignore is not recorded"},
    {18, "the check is chosen by a build argument"},
    {19, "the check is chosen by a build argument"},
    {47, "the file is refused, as by BuildKit"},
    {55, "the file of another case is recorded"},
    {56, "the file of another case is recorded"},
    {63, "the file of another case is recorded"},
    {64, "the file of another case is recorded"},
    {66, "its warnings are not recorded"},
    {67, "its warnings are not recorded"},
    {71, "the lines of another case are recorded"},
    {78, "the file of another case is recorded"},
    {79, "the file of another case is recorded"},
    {80, "the file of another case is recorded"},
    {81, "the file of another case is recorded"},
};

static const char *reason_of(size_t index)
{
    for (size_t i = 0; i < sizeof(explained) / sizeof(*explained); i++)
        if (explained[i].index == index)
            return explained[i].reason;
    return NULL;
}

static bool read_cases(struct dw_buffer *out)
{
    DW_CLEANUP(dw_cleanup_free) char *path = test_data("vectors/dockerfile/buildkit-dockerfile.Apache2.tar.xz");
    if (path == NULL)
        return false;
    struct archive *archive = archive_read_new();
    archive_read_support_filter_xz(archive);
    archive_read_support_format_tar(archive);
    assert_int_equal(archive_read_open_filename(archive, path, 65536), ARCHIVE_OK);
    for (struct archive_entry *entry; archive_read_next_header(archive, &entry) == ARCHIVE_OK;) {
        char block[65536];
        if (!dw_slice_ends_with(dw_slice_of(archive_entry_pathname(entry)), "buildkit-check-vectors.json"))
            continue;
        for (ssize_t got; (got = archive_read_data(archive, block, sizeof(block))) > 0;)
            dw_buffer_append(out, dw_slice_make(block, (size_t)got));
    }
    archive_read_free(archive);
    return out->len > 0;
}

static bool has_alias(const struct dw_finding *finding, const char *name)
{
    for (size_t i = 0; i < finding->alias_count; i++)
        if (dw_slice_starts_with(finding->aliases[i], "bk:") && (name == NULL || dw_slice_is(dw_slice_from(finding->aliases[i], 3), name)))
            return true;
    return false;
}

static bool is_listed(const json_t *warnings, const struct dw_finding *finding)
{
    const json_t *warning;
    size_t i;
    json_array_foreach(warnings, i, warning)
        if (json_integer_value(json_object_get(warning, "line")) == (json_int_t)finding->place.line &&
            has_alias(finding, json_string_value(json_object_get(warning, "rule"))))
            return true;
    return false;
}

/* Warnings that nothing finds, and findings that nothing lists. */
static size_t compare(size_t index, const json_t *warnings, const struct dw_verdict *verdict, bool quiet)
{
    size_t wrong = 0, i;
    const json_t *warning;
    json_array_foreach(warnings, i, warning) {
        const char *rule = json_string_value(json_object_get(warning, "rule"));
        json_int_t line = json_integer_value(json_object_get(warning, "line"));
        bool found = false;
        for (size_t j = 0; j < verdict->findings.len && !found; j++)
            found = has_alias(&verdict->findings.at[j], rule) && verdict->findings.at[j].place.line == line &&
                    verdict->findings.at[j].status != DW_STATUS_EXCEPTED;
        wrong += !found;
        if (!found && !quiet)
            print_error("case %zu: %s at line %d is not found\n", index, rule, (int)line);
    }
    for (i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        if (finding->status == DW_STATUS_EXCEPTED || !has_alias(finding, NULL) || is_listed(warnings, finding))
            continue;
        wrong++;
        if (!quiet)
            print_error("case %zu: %.*s at line %u is not listed\n", index, DW_SLICE_ARG(finding->rule), finding->place.line);
    }
    return wrong;
}

/* A build context of its own: the Dockerfile, and its .dockerignore if there is one. */
static void write_context(const char *folder, const json_t *entry, char **path, bool remove)
{
    DW_CLEANUP(dw_cleanup_free) char *ignore = dw_path_join(folder, ".dockerignore");
    const json_t *text = json_object_get(entry, "dockerfile"), *ignored = json_object_get(entry, "dockerignore");
    *path = dw_path_join(folder, "Dockerfile");
    if (remove) {
        unlink(*path);
        unlink(ignore);
        rmdir(folder);
        return;
    }
    assert_true(dw_file_write(*path, dw_slice_make(json_string_value(text), json_string_length(text)), 0600, NULL));
    if (json_is_string(ignored))
        assert_true(dw_file_write(ignore, dw_slice_make(json_string_value(ignored), json_string_length(ignored)), 0600, NULL));
}

static size_t judge(size_t index, const json_t *entry, struct dw_policy *policy)
{
    const json_t *text = json_object_get(entry, "dockerfile");
    struct dw_limits limits = dw_limits_default();
    struct dw_rule_settings settings = dw_rule_settings_default();
    struct dw_error error = DW_ERROR_INIT;
    bool quiet = reason_of(index) != NULL;
    /* Off unless it is asked for, as BuildKit's is. */
    struct dw_rule_switch experimental = {DW_SLICE("DF-037"), true};
    settings.switches = &experimental;
    settings.switch_count = strstr(json_string_value(text), "experimental=InvalidDefinitionDescription") != NULL;
    char folder[] = "/tmp/dockworthy-context-XXXXXX";
    DW_CLEANUP(dw_cleanup_free) char *path = NULL;
    DW_CLEANUP(dw_cleanup_free) char *again = NULL;
    assert_non_null(mkdtemp(folder));
    write_context(folder, entry, &path, false);
    settings.build_contexts = true;
    struct dw_dockerfile *dockerfile = dw_dockerfile_read(path, &limits, &error);
    if (dockerfile == NULL)
        write_context(folder, entry, &again, true);
    if (dockerfile == NULL) {
        if (!quiet)
            print_error("case %zu: %s\n", index, error.text);
        return 1;
    }
    struct dw_verdict *verdict = dw_verdict_new("lint", 0);
    struct dw_subject *subject = dw_subject_new(DW_SUBJECT_DOCKERFILE, DW_SLICE("Dockerfile"));
    subject->id = DW_SLICE("dockerfile:1");
    *dw_vector_push(&verdict->subjects) = subject;
    dw_rules_judge_dockerfile(&settings, verdict, subject, dockerfile, NULL);
    write_context(folder, entry, &again, true);
    dw_suppressions_in_dockerfile(policy, &settings, verdict, subject, dockerfile, 0);
    size_t wrong = compare(index, json_object_get(entry, "warnings"), verdict, quiet);
    dw_verdict_free(verdict);
    dw_dockerfile_free(dockerfile);
    return wrong;
}

static void test_buildkit(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer packed = {0};
    if (!read_cases(&packed)) {
        print_message("skipped: no test data\n");
        skip();
    }
    json_t *cases = json_loadb(packed.at, packed.len, 0, NULL);
    assert_int_equal(json_array_size(cases), 89);
    struct dw_policy *policy = dw_policy_builtin(".");
    policy->suppress_foreign = true;
    size_t agreed = 0, wrong = 0, warnings = 0, i;
    const json_t *entry;
    json_array_foreach(cases, i, entry) {
        if (!json_is_string(json_object_get(entry, "dockerfile")))
            continue; /* made while the test ran, and not recorded */
        size_t differences = judge(i, entry, policy);
        const char *reason = reason_of(i);
        if (reason != NULL)
            print_message("case %zu: %s\n", i, reason);
        else if (differences == 0)
            warnings += json_array_size(json_object_get(entry, "warnings"));
        wrong += reason == NULL ? differences : differences == 0;
        if (reason != NULL && differences == 0)
            print_error("case %zu is explained, but agrees\n", i);
        agreed += differences == 0;
    }
    print_message("%zu cases agree, with %zu warnings\n", agreed, warnings);
    assert_int_equal(wrong, 0);
    dw_policy_free(policy);
    json_decref(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_buildkit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
