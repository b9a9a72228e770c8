/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of the policy room share: policies, exceptions and verdicts made by hand. */
#ifndef DW_TEST_POLICY_SUPPORT_H
#define DW_TEST_POLICY_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/clock.h"
#include "policy/controls.h"
#include "policy/exceptions.h"

#define DIGEST_A "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DIGEST_B "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static inline int64_t at_time(const char *text)
{
    int64_t time = DW_TIME_UNKNOWN;
    assert_true(dw_time_parse(dw_slice_of(text), true, &time));
    return time;
}

static inline struct dw_policy *policy_of(const char *text)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    struct dw_policy *policy = dw_policy_parse(dw_slice_of(text), "p.yaml", "", &limits, &error);
    if (policy == NULL)
        fail_msg("%s", error.text);
    return policy;
}

static inline struct dw_exceptions *exceptions_of(const struct dw_policy *policy, const char *text)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    struct dw_exceptions *exceptions =
        dw_exceptions_parse(policy, dw_slice_of(text), "e.yaml", &limits, &error);
    if (exceptions == NULL)
        fail_msg("%s", error.text);
    return exceptions;
}

static inline struct dw_subject *add_subject(struct dw_verdict *verdict, enum dw_subject_kind kind,
                                             const char *id, const char *name)
{
    struct dw_subject *subject = dw_subject_new(kind, dw_slice_of(name));
    subject->id = dw_slice_of(id);
    *dw_vector_push(&verdict->subjects) = subject;
    return subject;
}

static inline struct dw_package *add_package(struct dw_subject *subject, enum dw_package_type type,
                                             const char *name, const char *version, const char *purl)
{
    struct dw_package *package = dw_arena_alloc(&subject->arena, 1, sizeof(*package));
    package->type = type;
    package->name = dw_slice_of(name);
    package->version = dw_slice_of(version);
    package->purl = dw_slice_of(purl);
    package->layer = -1;
    *dw_vector_push(&subject->packages) = package;
    return package;
}

/* A vulnerability of PACKAGE; its index, as pointers into the vector move. */
static inline size_t add_vulnerability(struct dw_verdict *verdict, struct dw_subject *subject, const char *id,
                                       enum dw_severity severity, const struct dw_package *package)
{
    struct dw_finding *finding = dw_verdict_finding(verdict, id, subject, severity);
    finding->kind = DW_FINDING_VULNERABILITY;
    finding->package = package;
    finding->place.path = package ? package->path : DW_SLICE("");
    dw_finding_fingerprint(&verdict->arena, finding);
    return verdict->findings.len - 1;
}

static inline struct dw_finding *find_finding(struct dw_verdict *verdict, const char *rule)
{
    for (size_t i = 0; i < verdict->findings.len; i++)
        if (dw_slice_is(verdict->findings.at[i].rule, rule))
            return &verdict->findings.at[i];
    return NULL;
}

static inline struct dw_rule_result *find_result(struct dw_verdict *verdict, const char *rule)
{
    for (size_t i = 0; i < verdict->results.len; i++)
        if (strcmp(verdict->results.at[i].rule, rule) == 0)
            return &verdict->results.at[i];
    return NULL;
}

static inline struct dw_control_result *find_control(struct dw_verdict *verdict, const char *id)
{
    for (size_t i = 0; i < verdict->controls.len; i++)
        if (strcmp(verdict->controls.at[i].id, id) == 0)
            return &verdict->controls.at[i];
    fail_msg("no control %s", id);
    return NULL;
}

/* SLICE is exactly TEXT. */
#define assert_slice(slice, text)                                                                            \
    do {                                                                                                     \
        DW_CLEANUP(dw_cleanup_free) char *is_ = dw_copy_string(slice);                                       \
        assert_string_equal(is_, text);                                                                      \
    } while (0)
/* SLICE holds TEXT somewhere. */
#define assert_holds(slice, text)                                                                            \
    do {                                                                                                     \
        DW_CLEANUP(dw_cleanup_free) char *is_ = dw_copy_string(slice);                                       \
        if (strstr(is_, text) == NULL)                                                                       \
            fail_msg("\"%s\" is not in \"%s\"", text, is_);                                                  \
    } while (0)

#endif
