/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules on whatever the parsers accept: as a Dockerfile, a Compose file and a Kubernetes manifest. */
#include "rule/rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct dw_subject *subject(struct dw_verdict *verdict, enum dw_subject_kind kind)
{
    struct dw_subject *made = dw_subject_new(kind, DW_SLICE("file"));
    made->id = DW_SLICE("file:1");
    *dw_vector_push(&verdict->subjects) = made;
    return made;
}

/* Every rule says one thing of its subject, and a failure has a finding. */
static void check(const struct dw_verdict *verdict)
{
    for (size_t i = 0; i < verdict->results.len; i++) {
        const struct dw_rule_result *result = &verdict->results.at[i];
        size_t failing = 0;
        for (size_t j = 0; j < verdict->findings.len; j++)
            failing += dw_slice_is(verdict->findings.at[j].rule, result->rule) &&
                       verdict->findings.at[j].subject == result->subject && verdict->findings.at[j].status == DW_STATUS_FAIL;
        if ((failing > 0) != (result->status == DW_STATUS_FAIL) || result->reason.len == 0)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dw_limits limits = dw_limits_default();
    limits.value[DW_LIMIT_DOCUMENT_NODES] = 2000;
    struct dw_rule_settings settings = dw_rule_settings_default();
    struct dw_slice text = dw_slice_make(data, size);
    struct dw_error error = DW_ERROR_INIT;
    struct dw_verdict *verdict = dw_verdict_new("check", 0);
    struct dw_dockerfile *dockerfile = dw_dockerfile_parse(text, "Dockerfile", &limits, &error);
    if (dockerfile != NULL)
        dw_rules_judge_dockerfile(&settings, verdict, subject(verdict, DW_SUBJECT_DOCKERFILE), dockerfile, NULL);
    dw_dockerfile_free(dockerfile);
    static const char *const paths[] = {"compose.yaml"};
    struct dw_compose_options options = {.text = text, .no_files = true};
    struct dw_compose *project = dw_compose_load(paths, 1, &options, &limits, &error);
    if (project != NULL)
        dw_rules_judge_compose(&settings, verdict, subject(verdict, DW_SUBJECT_COMPOSE), project);
    dw_compose_free(project);
    struct dw_document *document = dw_document_parse(text, "a.yaml", &limits, &error);
    if (document != NULL) {
        struct dw_kubernetes *manifests = dw_kubernetes_read(document, &error);
        if (manifests != NULL)
            dw_rules_judge_kubernetes(&settings, verdict, subject(verdict, DW_SUBJECT_KUBERNETES), manifests);
        dw_kubernetes_free(manifests);
    }
    dw_document_free(document);
    check(verdict);
    dw_verdict_free(verdict);
    return 0;
}
