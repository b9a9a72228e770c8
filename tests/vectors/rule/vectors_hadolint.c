/* SPDX-License-Identifier: Apache-2.0
 *
 * Hadolint's labelled cases beside our judgement of the same files: for each of its rules, whether the rule that has its id for
 * an alias fires. Every case that is judged otherwise is explained here, by its index; the cases' texts are never printed.
 * docs/comparison.md is made of the table that this prints. */
#include "base/file.h"
#include "rule/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "../test_data.h"
#include <jansson.h>

enum reason {
    AGREES,
    REFUSED,
    NOT_BUILT,
    SHELL_REFUSES,
    ONE_SHIPPED,
    SCRATCH_ROOT,
    WITH_POLICY,
    OWN_STAGE,
    NO_SIGNALS,
    SWITCHED_OFF,
    REASON_COUNT
};
static const char *const reasons[REASON_COUNT] = {
    [AGREES] = "",
    [REFUSED] = "the file is refused, as by BuildKit",
    [NOT_BUILT] = "the stage is not needed for the shipped one: BuildKit never runs it",
    [SHELL_REFUSES] = "a /bin/sh that does not know pipefail ends at once, one that does (Alpine's) obeys: no failure is hidden",
    [ONE_SHIPPED] = "the shipped stage counts: a builder may be root",
    [SCRATCH_ROOT] = "an image from scratch without USER runs as root",
    [WITH_POLICY] = "comments that suppress are judged with the policy file, not with the Dockerfile alone",
    [OWN_STAGE] = "told as a copy from the very stage, DL3023",
    [NO_SIGNALS] = "a health check ends by itself: that a shell passes no signals on does not matter",
    [SWITCHED_OFF] = "HEALTHCHECK NONE switches the check off: there is none",
};

static const struct {
    size_t index;
    enum reason reason;
} explained[] = {
    {0, WITH_POLICY},
    {27, ONE_SHIPPED},
    {28, SCRATCH_ROOT},
    {44, NOT_BUILT},
    {45, NOT_BUILT},
    {70, NOT_BUILT},
    {78, NOT_BUILT},
    {369, OWN_STAGE},
    {380, NO_SIGNALS},
    {840, SWITCHED_OFF},
    {843, SWITCHED_OFF},
    {890, NOT_BUILT},
    {971, NOT_BUILT},
    {997, SHELL_REFUSES},
    {1003, SHELL_REFUSES},
};
#define EXPLAINED_COUNT (sizeof(explained) / sizeof(explained[0]))

/* The recorded agreement: of 338 cases in which a rule must fire and 666 in which it must not. */
#define POSITIVES_LEAST 326
#define NEGATIVES_LEAST 663

struct row {
    char rule[8];
    bool covered;
    size_t positives, positives_agreed, negatives, negatives_agreed, explained, open;
};

static void read_packed(const char *path, struct dw_buffer *out)
{
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    archive_read_support_filter_xz(archive);
    archive_read_support_format_raw(archive);
    assert_int_equal(archive_read_open_filename(archive, path, 65536), ARCHIVE_OK);
    assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_OK);
    char block[65536];
    for (ssize_t got; (got = archive_read_data(archive, block, sizeof(block))) > 0;)
        dw_buffer_append(out, dw_slice_make(block, (size_t)got));
    archive_read_free(archive);
}

static bool begins(struct dw_slice line, const char *keyword)
{
    size_t length = strlen(keyword);
    return line.len > length && dw_slice_equal_nocase(dw_slice_part(line, 0, length), dw_slice_of(keyword)) &&
           (line.at[length] == ' ' || line.at[length] == '\t' || line.at[length] == '\\');
}

/* The cases are fragments: a FROM is put before those that begin with another instruction (but for DL3061, which is about
 * that), and where ONBUILD every RUN goes behind one. */
static void make_file(struct dw_buffer *out, struct dw_slice rule, struct dw_slice text, bool onbuild)
{
    struct dw_slice rest = text, line;
    bool from = dw_slice_is(rule, "DL3061"), any = from, first = true;
    while (dw_slice_line(&rest, &line)) {
        if (dw_slice_trim(line).len == 0 || line.at[0] == '#')
            continue;
        from |= first && (begins(line, "FROM") || begins(line, "ARG"));
        any |= begins(line, "FROM");
        first = false;
    }
    if (!from || !any)
        dw_buffer_append_string(out, "FROM scratch\n");
    rest = text;
    while (dw_slice_line(&rest, &line)) {
        if (onbuild && begins(line, "RUN"))
            dw_buffer_append_string(out, "ONBUILD ");
        dw_buffer_append(out, line);
        dw_buffer_append_byte(out, '\n');
    }
}

/* The quoted words of a configuration behind KEY: allowedRegistries = ["a", "b"]. */
static size_t read_list(const char *configuration, const char *key, struct dw_slice *list, size_t most)
{
    const char *at = strstr(configuration, key), *end = at == NULL ? NULL : strchr(at, ']');
    size_t count = 0;
    while (at != NULL && end != NULL && count < most) {
        const char *open = strchr(at, '"'), *close = open == NULL ? NULL : strchr(open + 1, '"');
        if (open == NULL || close == NULL || open > end)
            break;
        list[count++] = dw_slice_make(open + 1, (size_t)(close - open - 1));
        at = close + 1;
    }
    return count;
}

static bool fires(const struct dw_verdict *verdict, struct dw_slice rule)
{
    for (size_t i = 0; i < verdict->findings.len; i++)
        for (size_t j = 0; j < verdict->findings.at[i].alias_count; j++)
            if (dw_slice_equal(verdict->findings.at[i].aliases[j], rule))
                return true;
    return false;
}

enum outcome { SILENT, FIRES, NO_FILE };

/* One label with its type: labelSchema = Map.fromList [("name", Rule.SemVer)] becomes "name:semver" in TEXT; false without one. */
static bool read_schema(const char *configuration, char *text, size_t size)
{
    static const struct {
        const char *theirs, *ours;
    } types[] = {{"RawText", "text"}, {"Rfc3339", "rfc3339"}, {"SemVer", "semver"}, {"GitHash", "git-hash"},
                 {"Url", "url"},      {"Email", "email"},     {"Spdx", "spdx"}};
    const char *at = strstr(configuration, "labelSchema"), *open = at == NULL ? NULL : strchr(at, '"');
    const char *close = open == NULL ? NULL : strchr(open + 1, '"');
    for (size_t i = 0; close != NULL && i < sizeof(types) / sizeof(*types); i++)
        if (strstr(close, types[i].theirs) != NULL) {
            snprintf(text, size, "%.*s:%s", (int)(close - open - 1), open + 1, types[i].ours);
            return true;
        }
    return false;
}

static enum outcome judge(struct dw_slice rule, struct dw_slice text, bool onbuild, const char *configuration)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer file = {0};
    struct dw_limits limits = dw_limits_default();
    struct dw_rule_settings settings = dw_rule_settings_default();
    struct dw_error error = DW_ERROR_INIT;
    struct dw_slice registries[8];
    settings.registry_count = read_list(configuration, "allowedRegistries", registries, 8);
    settings.registries = registries;
    char schema[64];
    bool labelled = read_schema(configuration, schema, sizeof(schema));
    struct dw_slice label = labelled ? dw_slice_of(schema) : DW_SLICE("");
    struct dw_rule_values labels = {.id = DW_SLICE("LBL-002"), .name = DW_SLICE("labels"), .values = &label, .count = 1};
    struct dw_rule_switch strict = {DW_SLICE("LBL-003"), true};
    settings.values = &labels;
    settings.value_count = labelled;
    settings.switches = &strict;
    settings.switch_count = strstr(configuration, "strictLabels") != NULL;
    make_file(&file, rule, text, onbuild);
    struct dw_dockerfile *dockerfile = dw_dockerfile_parse(dw_buffer_slice(&file), "Dockerfile", &limits, &error);
    if (dockerfile == NULL)
        return NO_FILE;
    struct dw_verdict *verdict = dw_verdict_new("lint", 0);
    struct dw_subject *subject = dw_subject_new(DW_SUBJECT_DOCKERFILE, DW_SLICE("Dockerfile"));
    subject->id = DW_SLICE("dockerfile:1");
    *dw_vector_push(&verdict->subjects) = subject;
    dw_rules_judge_dockerfile(&settings, verdict, subject, dockerfile, NULL);
    enum outcome outcome = fires(verdict, rule) ? FIRES : SILENT;
    dw_verdict_free(verdict);
    dw_dockerfile_free(dockerfile);
    return outcome;
}

static bool has_alias(const char *aliases, struct dw_slice id)
{
    struct dw_slice rest = dw_slice_of(aliases), alias;
    for (bool more = rest.len > 0; more && dw_slice_split(&rest, '|', &more, &alias);)
        if (dw_slice_equal(alias, id))
            return true;
    return false;
}

/* Does a rule that looks at Dockerfiles have ID for an alias? */
static bool is_covered(struct dw_slice id)
{
    const struct dw_rule *rule;
    for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++) {
        if (!(dw_rule_subjects(rule) & 1u << DW_SUBJECT_DOCKERFILE))
            continue;
        if (has_alias(rule->aliases, id))
            return true;
        for (const struct dw_rule_variant *variant = rule->variants; variant != NULL && variant->name != NULL; variant++)
            if (has_alias(variant->aliases, id))
                return true;
    }
    return false;
}

/* What the parser refuses, as BuildKit does, needs no rule: the file is refused with its line (exit 3). */
static bool is_refusal(struct dw_slice id)
{
    return dw_slice_is(id, "DL3043") || dw_slice_is(id, "DL3061");
}

static struct row *row_of(struct row *rows, size_t *count, struct dw_slice rule)
{
    for (size_t i = 0; i < *count; i++)
        if (dw_slice_is(rule, rows[i].rule))
            return &rows[i];
    struct row *row = &rows[(*count)++];
    assert_true(*count <= 100 && rule.len < sizeof(row->rule));
    memcpy(row->rule, rule.at, rule.len);
    row->covered = is_covered(rule) || is_refusal(rule);
    return row;
}

static enum reason reason_of(size_t index)
{
    for (size_t i = 0; i < EXPLAINED_COUNT; i++)
        if (explained[i].index == index)
            return explained[i].reason;
    return AGREES;
}

static struct dw_slice text_of(const json_t *string)
{
    return dw_slice_make(json_string_value(string), json_string_length(string));
}

static bool is_of(const json_t *entry, const char *rule)
{
    return entry != NULL && dw_slice_is(text_of(json_object_get(entry, "rule")), rule);
}

/* Of DL3026 each case's configuration was recorded with the case behind it. */
static const char *configuration_of(const json_t *entry, const json_t *next)
{
    const json_t *from = is_of(entry, "DL3026") && is_of(next, "DL3026") ? next : entry;
    const char *text = json_string_value(json_object_get(from, "cfg"));
    return text == NULL ? "" : text;
}

static void run_case(struct row *rows, size_t *count, size_t index, const json_t *entry, const json_t *next, size_t *stale)
{
    struct dw_slice rule = text_of(json_object_get(entry, "rule"));
    struct row *row = row_of(rows, count, rule);
    bool expect = json_is_true(json_object_get(entry, "expect"));
    row->positives += expect;
    row->negatives += !expect;
    if (!row->covered)
        return;
    enum outcome outcome = judge(rule, text_of(json_object_get(entry, "dockerfile")),
                                 json_is_true(json_object_get(entry, "onbuild")), configuration_of(entry, next));
    enum reason reason = reason_of(index);
    if (is_refusal(rule))
        outcome = outcome == NO_FILE ? FIRES : SILENT;
    bool agreed = outcome != NO_FILE && (outcome == FIRES) == expect;
    row->positives_agreed += agreed && expect;
    row->negatives_agreed += agreed && !expect;
    if (agreed && reason != AGREES) {
        print_message("case %zu (%.*s) is explained, but agrees\n", index, DW_SLICE_ARG(rule));
        ++*stale;
    }
    if (agreed)
        return;
    row->explained += reason != AGREES;
    if (reason == AGREES) {
        row->open++;
        print_message("case %zu (%.*s, %s%s): %s\n", index, DW_SLICE_ARG(rule), expect ? "positive" : "negative",
                      json_is_true(json_object_get(entry, "onbuild")) ? ", behind ONBUILD" : "",
                      outcome == NO_FILE ? "refused" : "judged otherwise");
    } else {
        print_message("case %zu (%.*s): %s\n", index, DW_SLICE_ARG(rule), reasons[reason]);
    }
}

static void test_hadolint(void **state)
{
    (void)state;
    DW_CLEANUP(dw_cleanup_free) char *path = test_data_or_skip("vectors/dockerfile/hadolint-vectors.GPL3.jsonl.xz");
    DW_CLEANUP(dw_buffer_free) struct dw_buffer packed = {0};
    read_packed(path, &packed);
    struct row rows[100] = {0};
    size_t count = 0, index = 0, stale = 0, open = 0;
    struct row sum = {0};
    struct dw_slice rest = dw_buffer_slice(&packed), line;
    json_t *entry = NULL;
    for (; dw_slice_line(&rest, &line); index++) {
        json_t *next = json_loadb(line.at, line.len, 0, NULL);
        assert_non_null(next);
        if (entry != NULL)
            run_case(rows, &count, index - 1, entry, next, &stale);
        json_decref(entry);
        entry = next;
    }
    run_case(rows, &count, index - 1, entry, NULL, &stale);
    json_decref(entry);
    assert_int_equal(index, 1004);
    print_message("rule    positives  negatives  explained\n");
    for (size_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        if (!row->covered) {
            print_message("%s  no rule has this id for an alias yet\n", row->rule);
            continue;
        }
        print_message("%s  %3zu of %3zu %3zu of %3zu  %zu\n", row->rule, row->positives_agreed, row->positives,
                      row->negatives_agreed, row->negatives, row->explained);
        sum.positives += row->positives;
        sum.negatives += row->negatives;
        sum.positives_agreed += row->positives_agreed;
        sum.negatives_agreed += row->negatives_agreed;
        open += row->open;
    }
    print_message("all     %3zu of %3zu %3zu of %3zu\n", sum.positives_agreed, sum.positives, sum.negatives_agreed,
                  sum.negatives);
    assert_true(sum.positives_agreed >= POSITIVES_LEAST && sum.negatives_agreed >= NEGATIVES_LEAST);
    assert_int_equal(open, 0);
    assert_int_equal(stale, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_hadolint)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
