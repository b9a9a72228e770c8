/* SPDX-License-Identifier: Apache-2.0 */
#include "rule_test.h"

struct dw_verdict *verdict;
struct dw_rule_settings settings;
struct dw_limits limits;

int rule_setup(void **state)
{
    (void)state;
    verdict = dw_verdict_new("check", 0);
    settings = dw_rule_settings_default();
    limits = dw_limits_default();
    return 0;
}

int rule_teardown(void **state)
{
    (void)state;
    dw_verdict_free(verdict);
    return 0;
}

struct dw_subject *rule_subject(enum dw_subject_kind kind, const char *name)
{
    struct dw_subject *subject = dw_subject_new(kind, dw_slice_of(name));
    subject->id = DW_SLICE("subject:1");
    *dw_vector_push(&verdict->subjects) = subject;
    return subject;
}

void judge_dockerfile(const char *text, const struct dw_subject *image)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_dockerfile *dockerfile = dw_dockerfile_parse(dw_slice_of(text), "Dockerfile", &limits, &error);
    if (dockerfile == NULL)
        fail_msg("%s", error.text);
    dw_rules_judge_dockerfile(&settings, verdict, rule_subject(DW_SUBJECT_DOCKERFILE, "Dockerfile"), dockerfile, image);
    /* What the verdict keeps must not point into what is gone. */
    dw_dockerfile_free(dockerfile);
}

void judge_compose(const char *text)
{
    static const char *const paths[] = {"compose.yaml"};
    struct dw_error error = DW_ERROR_INIT;
    struct dw_compose_options options = {.text = dw_slice_of(text), .no_files = true};
    struct dw_subject *subject = rule_subject(DW_SUBJECT_COMPOSE, paths[0]);
    struct dw_compose *project = dw_compose_load(paths, 1, &options, &limits, &error);
    if (project != NULL)
        dw_rules_judge_compose(&settings, verdict, subject, project);
    else
        dw_rules_judge_unreadable(verdict, subject, dw_slice_of(error.text));
    dw_compose_free(project);
}

void judge_kubernetes(const char *text)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_document *document = dw_document_parse(dw_slice_of(text), "pod.yaml", &limits, &error);
    struct dw_kubernetes *manifests = document == NULL ? NULL : dw_kubernetes_read(document, &error);
    if (manifests == NULL)
        fail_msg("%s", error.text);
    dw_rules_judge_kubernetes(&settings, verdict, rule_subject(DW_SUBJECT_KUBERNETES, "pod.yaml"), manifests);
    dw_kubernetes_free(manifests);
    dw_document_free(document);
}

static const struct dw_rule_result *result_of(const char *rule)
{
    for (size_t i = verdict->results.len; i > 0; i--)
        if (strcmp(verdict->results.at[i - 1].rule, rule) == 0)
            return &verdict->results.at[i - 1];
    fail_msg("no result of %s", rule);
    return NULL;
}

void expect_result(const char *rule, enum dw_status status)
{
    const struct dw_rule_result *result = result_of(rule);
    if (result->status != status)
        fail_msg("%s is %s: %.*s", rule, dw_status_name(result->status), DW_SLICE_ARG(result->reason));
}

void expect_reason(const char *rule, const char *part)
{
    const struct dw_rule_result *result = result_of(rule);
    if (dw_slice_find_slice(result->reason, dw_slice_of(part)) == SIZE_MAX)
        fail_msg("\"%s\" is not in \"%.*s\"", part, DW_SLICE_ARG(result->reason));
}

static size_t count(const char *rule, enum dw_status status)
{
    size_t found = 0;
    for (size_t i = 0; i < verdict->findings.len; i++)
        found += dw_slice_is(verdict->findings.at[i].rule, rule) && verdict->findings.at[i].status == status;
    return found;
}

void expect_findings(const char *rule, size_t expected)
{
    assert_int_equal(count(rule, DW_STATUS_FAIL), expected);
}

void expect_information(const char *rule, size_t expected)
{
    assert_int_equal(count(rule, DW_STATUS_PASS), expected);
}

static bool is_rule(const struct dw_finding *finding, const char *rule)
{
    const char *dot = strchr(rule, '.');
    if (dot == NULL)
        return dw_slice_is(finding->rule, rule);
    return dw_slice_equal(finding->rule, dw_slice_make(rule, (size_t)(dot - rule))) &&
           dw_slice_is(finding->variant, dot + 1);
}

const struct dw_finding *find_finding(const char *rule)
{
    for (size_t i = 0; i < verdict->findings.len; i++)
        if (is_rule(&verdict->findings.at[i], rule))
            return &verdict->findings.at[i];
    fail_msg("no finding %s", rule);
    return NULL;
}

void expect_finding(const char *rule, unsigned line, const char *part)
{
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        if (is_rule(finding, rule) && finding->status == DW_STATUS_FAIL && finding->place.line == line &&
            dw_slice_find_slice(finding->message, dw_slice_of(part)) != SIZE_MAX) {
            assert_true(finding->title.len > 0 && finding->fingerprint.len == 64);
            return;
        }
    }
    for (size_t i = 0; i < verdict->findings.len; i++)
        print_error("%.*s.%.*s line %u: %.*s\n", DW_SLICE_ARG(verdict->findings.at[i].rule),
                    DW_SLICE_ARG(verdict->findings.at[i].variant), verdict->findings.at[i].place.line,
                    DW_SLICE_ARG(verdict->findings.at[i].message));
    fail_msg("no finding %s at line %u with \"%s\"", rule, line, part);
}
