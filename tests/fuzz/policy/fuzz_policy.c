/* SPDX-License-Identifier: Apache-2.0
 *
 * The first byte says what the rest is: a policy file, an exceptions file (then applied to a small verdict),
 * a gate expression, a path glob with a path, a package URL pattern. */
#include "base/clock.h"
#include "package/purl.h"
#include "base/glob.h"
#include "policy/controls.h"
#include "policy/exceptions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW 1795478400 /* 2026-11-24 */

static struct dw_verdict *make_verdict(void)
{
    static struct dw_package package = {.type = DW_PACKAGE_NPM,
                                        .name = DW_SLICE_INIT("minimist"),
                                        .version = DW_SLICE_INIT("1.2.0"),
                                        .purl = DW_SLICE_INIT("pkg:npm/minimist@1.2.0"),
                                        .path = DW_SLICE_INIT("app/node_modules/minimist/package.json"),
                                        .layer = -1};
    struct dw_verdict *verdict = dw_verdict_new("check", NOW);
    *dw_vector_push(&verdict->subjects) = dw_subject_new(DW_SUBJECT_REPOSITORY, DW_SLICE("."));
    struct dw_subject *image = dw_subject_new(DW_SUBJECT_IMAGE, DW_SLICE("oci:build/app"));
    *dw_vector_push(&verdict->subjects) = image;
    verdict->database.present = true;
    verdict->database.built = NOW - 3600;
    for (int severity = DW_SEVERITY_UNKNOWN; severity < DW_SEVERITY_COUNT; severity++) {
        struct dw_finding *finding =
            dw_verdict_finding(verdict, "CVE-2021-44906", image, (enum dw_severity)severity);
        finding->kind = DW_FINDING_VULNERABILITY;
        finding->package = &package;
        finding->place.path = package.path;
        dw_finding_fingerprint(&verdict->arena, finding);
    }
    return verdict;
}

/* A run with what the input gave; nothing that is wrong with it may hide a critical finding. */
static void run(const struct dw_policy *policy, const struct dw_exceptions *exceptions)
{
    struct dw_verdict *verdict = make_verdict();
    struct dw_controls_options options = {policy->stage, DW_SLICE("")};
    dw_exceptions_apply(policy, exceptions, verdict, NOW);
    dw_vulnerability_rules(policy, verdict, NULL, NOW);
    dw_policy_override_severities(policy, verdict);
    if (!dw_controls_judge(policy, verdict, &options, NULL) || verdict->controls.len != DW_CONTROL_COUNT)
        abort();
    dw_verdict_conclude(verdict);
    for (size_t i = 0; i < verdict->findings.len; i++) {
        const struct dw_finding *finding = &verdict->findings.at[i];
        if ((finding->status == DW_STATUS_EXCEPTED) != (finding->exception != NULL))
            abort();
        if (finding->exception == NULL)
            continue;
        const struct dw_exception *exception = finding->exception;
        if (exception->ticket.len == 0 || exception->owner.len == 0 || exception->reason.len == 0 ||
            exception->expires <= NOW || exception->problem.len > 0 ||
            (finding->severity >= DW_SEVERITY_HIGH && exception->approved_by.len == 0))
            abort();
    }
    dw_verdict_free(verdict);
}

static void try_policy(struct dw_slice bytes, const struct dw_limits *limits)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_policy *policy = dw_policy_parse(bytes, "p.yaml", "folder", limits, &error);
    if ((policy == NULL) != (error.kind != DW_ERROR_NONE))
        abort();
    if (policy == NULL)
        return;
    run(policy, NULL);
    for (size_t i = 0; i < policy->images.len; i++)
        free(dw_policy_reference(policy, policy->images.at[i].image.text));
    dw_policy_free(policy);
}

static void try_exceptions(struct dw_slice bytes, const struct dw_limits *limits)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_policy *policy = dw_policy_builtin("");
    struct dw_exceptions *exceptions = dw_exceptions_parse(policy, bytes, "e.yaml", limits, &error);
    if ((exceptions == NULL) != (error.kind != DW_ERROR_NONE))
        abort();
    if (exceptions != NULL)
        run(policy, exceptions);
    dw_exceptions_free(exceptions);
    dw_policy_free(policy);
}

static void try_gate(struct dw_slice bytes)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_gate *gate = dw_gate_parse(bytes, &error);
    if ((gate == NULL) != (error.kind != DW_ERROR_NONE))
        abort();
    if (gate == NULL)
        return;
    struct dw_verdict *verdict = make_verdict();
    for (size_t i = 0; i < verdict->findings.len; i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer clause = {0};
        dw_gate_judge(gate, &verdict->findings.at[i], NOW, i % 2 == 0, &clause);
    }
    dw_verdict_free(verdict);
    dw_gate_free(gate);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dw_limits limits = dw_limits_default();
    limits.value[DW_LIMIT_DOCUMENT_NODES] = 20000;
    if (size == 0)
        return 0;
    struct dw_slice bytes = dw_slice_make(data + 1, size - 1), first = bytes;
    bool more = true;
    switch (data[0]) {
    case 'p':
        try_policy(bytes, &limits);
        break;
    case 'e':
        try_exceptions(bytes, &limits);
        break;
    case 'g':
        try_gate(bytes);
        break;
    default:
        if (!dw_slice_split(&bytes, '\n', &more, &first))
            break;
        (void)dw_glob_match(first, bytes);
        (void)dw_purl_matches(first, bytes);
        break;
    }
    return 0;
}
