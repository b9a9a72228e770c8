/* SPDX-License-Identifier: Apache-2.0
 *
 * Repairs of every tenth of 8,000 public Dockerfiles, those for review too: the result is read, a second run changes nothing, and
 * what was no finding before is none after. The files' text is never printed: a fault names the file by its number. */
#include "base/file.h"
#include "check/harden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "../test_data.h"
#include <jansson.h>

static struct dw_limits limits;
static struct dw_rule_settings settings;

static bool read_corpus(struct dw_buffer *out)
{
    DW_CLEANUP(dw_cleanup_free) char *path = test_data("vectors/dockerfile/corpus-8k.jsonl.xz");
    if (path == NULL)
        return false;
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    char block[65536];
    archive_read_support_filter_xz(archive);
    archive_read_support_format_raw(archive);
    assert_int_equal(archive_read_open_filename(archive, path, sizeof(block)), ARCHIVE_OK);
    assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_OK);
    for (ssize_t got; (got = archive_read_data(archive, block, sizeof(block))) > 0;)
        dw_buffer_append(out, dw_slice_make(block, (size_t)got));
    archive_read_free(archive);
    return true;
}

/* Failing findings by the row of their rule. */
static void count(struct dw_slice text, size_t *rows, size_t most)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_dockerfile *dockerfile = dw_dockerfile_parse(text, "Dockerfile", &limits, &error);
    assert_non_null(dockerfile);
    struct dw_verdict *verdict = dw_verdict_new("lint", 0);
    struct dw_subject *subject = dw_subject_new(DW_SUBJECT_DOCKERFILE, DW_SLICE("Dockerfile"));
    *dw_vector_push(&verdict->subjects) = subject;
    dw_rules_judge_dockerfile(&settings, verdict, subject, dockerfile, NULL);
    for (size_t i = 0; i < verdict->findings.len; i++)
        for (size_t row = 0; row < most && dw_rule_at(row) != NULL; row++)
            rows[row] += verdict->findings.at[i].status == DW_STATUS_FAIL &&
                         dw_slice_is(verdict->findings.at[i].rule, dw_rule_at(row)->id);
    dw_verdict_free(verdict);
    dw_dockerfile_free(dockerfile);
}

enum { ROWS = 512 };

struct tally {
    size_t files, changed, made, left, before, after;
};

static void repair(struct tally *tally, const struct dw_harden_options *options, struct dw_slice text, size_t number)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_harden_result once, twice;
    size_t before[ROWS] = {0}, after[ROWS] = {0};
    bool good = dw_harden(options, DW_SUBJECT_DOCKERFILE, "Dockerfile", text, &once, &error);
    if (good) {
        count(text, before, ROWS);
        count(dw_buffer_slice(&once.text), after, ROWS);
        for (size_t row = 0; row < ROWS; row++) {
            if (after[row] > before[row])
                fail_msg("file %zu: %s judges worse", number, dw_rule_at(row)->id);
            tally->before += before[row];
            tally->after += after[row];
        }
        assert_true(dw_harden(options, DW_SUBJECT_DOCKERFILE, "Dockerfile", dw_buffer_slice(&once.text), &twice, &error));
        if (!dw_slice_equal(dw_buffer_slice(&once.text), dw_buffer_slice(&twice.text)))
            fail_msg("file %zu: a second run repairs %.*s", number, DW_SLICE_ARG(twice.made.at[0].rule));
        dw_harden_result_free(&twice);
        tally->files++;
        tally->changed += once.made.len > 0;
        tally->made += once.made.len;
        tally->left += once.left.len;
    }
    dw_harden_result_free(&once);
}

static void corpus(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    if (!read_corpus(&text)) {
        print_message("skipped: no test data\n");
        skip();
    }
    limits = dw_limits_default();
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    struct dw_policy *policy = dw_policy_builtin(".");
    settings = dw_policy_rule_settings(policy, &arena, 0);
    struct dw_harden_options options = {.policy = policy, .settings = &settings, .limits = &limits, .review = true};
    struct tally tally = {0};
    struct dw_slice rest = dw_buffer_slice(&text), line;
    for (size_t number = 0; dw_slice_line(&rest, &line); number++) {
        if (number % 10 != 0)
            continue;
        json_t *file = json_loadb(line.at, line.len, JSON_ALLOW_NUL, NULL);
        assert_non_null(file);
        const json_t *content = json_object_get(file, "t");
        repair(&tally, &options, dw_slice_make(json_string_value(content), json_string_length(content)), number);
        json_decref(file);
    }
    dw_policy_free(policy);
    print_message("%zu files, %zu changed: %zu repairs, %zu not made; %zu findings before, %zu after\n", tally.files, tally.changed,
                  tally.made, tally.left, tally.before, tally.after);
    assert_true(tally.files > 780 && tally.changed > 500 && tally.after < tally.before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(corpus)};
    return cmocka_run_group_tests_name("harden: public Dockerfiles", tests, NULL, NULL);
}
