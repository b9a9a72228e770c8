/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#define LAYER_1 "sha256:1111111111111111111111111111111111111111111111111111111111111111"
#define LAYER_2 "sha256:2222222222222222222222222222222222222222222222222222222222222222"
#define DIGEST  "sha256:4f1c2ab0d3e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f"
#define ADVISORIES "sha256:91ab00000000000000000000000000000000000000000000000000000000000f"

static struct dw_subject *image(struct dw_verdict *verdict, const char *name)
{
    struct dw_subject *subject = dw_subject_new(DW_SUBJECT_IMAGE, dw_slice_of(name));
    *dw_vector_push(&verdict->subjects) = subject;
    subject->id = DW_SLICE("image:1");
    subject->digest = DW_SLICE(DIGEST);
    subject->distribution = (struct dw_distribution){
        .known = true, .distroless = true, .id = DW_SLICE("debian"), .version_id = DW_SLICE("12"),
        .release = DW_SLICE("12"), .pretty_name = DW_SLICE("Distroless"), .path = DW_SLICE("usr/lib/os-release")};
    struct dw_image_summary *summary = &subject->image;
    summary->manifest_digest = subject->digest;
    summary->image_id = DW_SLICE(LAYER_1);
    summary->os = DW_SLICE("linux");
    summary->architecture = DW_SLICE("amd64");
    summary->created = DW_SLICE("2026-11-01T00:00:00Z");
    summary->user = DW_SLICE("65532");
    summary->layers = dw_arena_alloc(&subject->arena, 2, sizeof(summary->layers[0]));
    summary->layer_count = 2;
    summary->layers[0] = (struct dw_layer_summary){
        .digest = DW_SLICE(LAYER_1), .diff_id = DW_SLICE(LAYER_1), .size = 1000, .base = true,
        .media_type = DW_SLICE("application/vnd.oci.image.layer.v1.tar+gzip")};
    summary->layers[1] = (struct dw_layer_summary){
        .digest = DW_SLICE(LAYER_2), .diff_id = DW_SLICE(LAYER_2), .size = 2000,
        .media_type = DW_SLICE("application/vnd.oci.image.layer.v1.tar+gzip"),
        .instruction = DW_SLICE("COPY node_modules ./node_modules")};
    return subject;
}

static struct dw_package *package(struct dw_subject *subject, const char *name, const char *version)
{
    struct dw_package *package = dw_arena_alloc(&subject->arena, 1, sizeof(*package));
    package->type = DW_PACKAGE_NPM;
    package->name = dw_slice_of(name);
    package->version = dw_slice_of(version);
    package->layer = 1;
    package->purl = dw_arena_printf(&subject->arena, "pkg:npm/%s@%s", name, version);
    package->path = dw_arena_printf(&subject->arena, "app/node_modules/%s/package.json", name);
    *dw_vector_push(&subject->packages) = package;
    return package;
}

static void control(struct dw_verdict *verdict, const char *id, const char *title, enum dw_stage stage,
                    enum dw_status status, const char *reason)
{
    struct dw_control_result *result = dw_vector_push(&verdict->controls);
    result->id = id;
    result->title = title;
    result->chapter = (unsigned)(id[0] - '0');
    result->stage = stage;
    result->chosen = true;
    result->status = status;
    result->reason = dw_slice_of(reason);
}

static struct dw_finding *vulnerability(struct dw_verdict *verdict, struct dw_subject *subject,
                                        struct dw_package *of, const char *id, enum dw_severity severity)
{
    struct dw_finding *finding = dw_vector_push(&verdict->findings);
    finding->kind = DW_FINDING_VULNERABILITY;
    finding->status = DW_STATUS_FAIL;
    finding->rule = dw_slice_of(id);
    finding->subject = subject;
    finding->severity = severity;
    finding->published = DW_TIME_UNKNOWN;
    finding->package = of;
    finding->place = dw_subject_place(subject, of);
    return finding;
}

struct dw_verdict *fixture_check(void)
{
    static struct dw_slice aliases[] = {DW_SLICE_INIT("GHSA-xvch-5gv4-984h")};
    static struct dw_slice fixed[] = {DW_SLICE_INIT("1.2.6")}, fixed_before[] = {DW_SLICE_INIT("1.2.3")};
    struct dw_verdict *verdict = dw_verdict_new("check", FIXTURE_NOW);
    verdict->service = DW_SLICE("roi-service");
    verdict->policy_path = DW_SLICE("dockworthy.yaml");
    verdict->policy_digest = DW_SLICE(DIGEST);
    verdict->exceptions_path = DW_SLICE("security/exceptions.yaml");
    verdict->database = (struct dw_database_summary){
        .present = true, .digest = DW_SLICE(ADVISORIES), .built = INT64_C(1795305600) /* 2026-11-22 */,
        .newest = DW_TIME_UNKNOWN, .records = 42};
    struct dw_subject *subject = image(verdict, "oci:build/roi-service");
    struct dw_package *minimist = package(subject, "minimist", "1.2.0");

    struct dw_subject *file = dw_subject_new(DW_SUBJECT_DOCKERFILE, DW_SLICE("Dockerfile"));
    file->id = DW_SLICE("dockerfile:1");
    *dw_vector_push(&verdict->subjects) = file;

    control(verdict, "1.1", "Distroless or Alpine preferred", DW_STAGE_BUILD, DW_STATUS_PASS, "debian 12 distroless");
    verdict->controls.at[0].level = DW_LEVEL_PREFERRED;
    control(verdict, "1.2", "Digest pinned", DW_STAGE_BUILD, DW_STATUS_FAIL, "1 FROM line without a digest");
    control(verdict, "1.3", "Upgrade cadence documented and kept", DW_STAGE_BUILD, DW_STATUS_NOT_EVALUATED,
            "no date of the base is known; a cadence record would judge it");
    control(verdict, "2.1", "Image scanned", DW_STAGE_BUILD, DW_STATUS_PASS, "scanned by dockworthy");
    control(verdict, "2.2", "No critical CVE without a ticket", DW_STAGE_BUILD, DW_STATUS_FAIL,
            "1 critical in 1 package; 1 excepted (SEC-123, 38 days left)");
    control(verdict, "3.1", "Image signed with cosign, keyless", DW_STAGE_RELEASE, DW_STATUS_NOT_DUE, "at release");
    control(verdict, "4.1", "Non-root, USER 65532", DW_STAGE_BUILD, DW_STATUS_PASS, "user 65532");
    control(verdict, "4.2", "Read-only root file system", DW_STAGE_BUILD, DW_STATUS_NOT_EVALUATED,
            "Compose files and manifests are not read in this version");
    control(verdict, "4.3", "All capabilities dropped", DW_STAGE_BUILD, DW_STATUS_NOT_EVALUATED,
            "Compose files and manifests are not read in this version");
    control(verdict, "7.3", "CVE exceptions documented", DW_STAGE_BUILD, DW_STATUS_PASS, "1 active");
    control(verdict, "8.1", "False positives pinned and justified", DW_STAGE_BUILD, DW_STATUS_NOT_APPLICABLE,
            "no false positive is claimed");
    struct dw_evidence *evidence = dw_vector_push(&verdict->controls.at[4].evidence);
    evidence->kind = "scan";
    evidence->subject = subject;
    evidence->digest = subject->digest;

    verdict->exceptions = dw_arena_alloc(&verdict->arena, 1, sizeof(verdict->exceptions[0]));
    verdict->exception_count = 1;
    struct dw_exception *exception = &verdict->exceptions[0];
    *exception = (struct dw_exception){
        .id = DW_SLICE("EX-1"), .ticket = DW_SLICE("SEC-123"), .owner = DW_SLICE("ana"),
        .approved_by = DW_SLICE("ben"), .reason = DW_SLICE("not reachable"), .kind = DW_SLICE("vulnerability"),
        .created = INT64_C(1793491200), .expires = INT64_C(1798761600), .line = 2, .used = 1};
    exception->match.advisory = DW_SLICE("CVE-2020-7598");

    struct dw_finding *finding = vulnerability(verdict, subject, minimist, "CVE-2021-44906", DW_SEVERITY_CRITICAL);
    finding->aliases = aliases;
    finding->alias_count = 1;
    finding->fixed = fixed;
    finding->fixed_count = 1;
    finding->fix_state = DW_FIX_FIXED;
    finding->score = 98;
    finding->vector = DW_SLICE("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
    finding->title = DW_SLICE("Prototype pollution in minimist");
    finding->message = DW_SLICE("minimist 1.2.0 is affected (before 1.2.6)");
    finding->fix = DW_SLICE("npm install minimist@1.2.6");
    finding->published = INT64_C(1647561600); /* 2022-03-18 */
    dw_finding_fingerprint(&verdict->arena, finding);
    finding = vulnerability(verdict, subject, minimist, "CVE-2020-7598", DW_SEVERITY_MEDIUM);
    finding->status = DW_STATUS_EXCEPTED;
    finding->exception = exception;
    finding->fixed = fixed_before;
    finding->fixed_count = 1;
    finding->fix_state = DW_FIX_FIXED;
    finding->score = 56;
    finding->title = DW_SLICE("Prototype pollution in minimist");
    dw_finding_fingerprint(&verdict->arena, finding);
    finding = dw_verdict_finding(verdict, "BASE-001", file, DW_SEVERITY_HIGH);
    finding->title = DW_SLICE("Base image without a digest");
    finding->message = DW_SLICE("FROM node:22 can be another image tomorrow");
    finding->fix = DW_SLICE("write node:22@sha256:<digest>; docker buildx imagetools inspect node:22 shows it");
    finding->place.path = DW_SLICE("Dockerfile");
    finding->place.line = 3;
    dw_finding_fingerprint(&verdict->arena, finding);

    struct dw_rule_result *result = dw_verdict_result(verdict, "BASE-001", file, DW_STATUS_FAIL, "line %d", 3);
    evidence = dw_result_evidence(result, "file", file);
    evidence->path = DW_SLICE("Dockerfile");
    evidence->line = 3;
    dw_subject_note(subject, DW_NOTE_NOT_SCANNED, 1, DW_SLICE("app/package.json"), DW_SLICE("no version"));
    verdict->violated = true;
    verdict->exit_code = 1;
    verdict->next = DW_SLICE("dockworthy explain CVE-2021-44906 oci:build/roi-service");
    dw_verdict_sort(verdict);
    return verdict;
}

struct dw_verdict *fixture_scan(size_t count)
{
    struct dw_verdict *verdict = dw_verdict_new("scan", FIXTURE_NOW);
    struct dw_subject *subject = image(verdict, "oci:big");
    for (size_t i = 0; i < count; i++) {
        struct dw_slice name = dw_arena_printf(&verdict->arena, "p%03zu", i);
        struct dw_slice id = dw_arena_printf(&verdict->arena, "CVE-2020-%04zu", i);
        struct dw_finding *finding = vulnerability(verdict, subject, package(subject, name.at, "1.0.0"), id.at,
                                                   (enum dw_severity)(i % DW_SEVERITY_COUNT));
        finding->title = DW_SLICE("something");
    }
    verdict->violated = count > 0;
    verdict->exit_code = count > 0 ? 1 : 0;
    dw_verdict_sort(verdict);
    return verdict;
}

struct dw_verdict *fixture_hostile(struct dw_slice text)
{
    struct dw_verdict *verdict = fixture_check();
    struct dw_subject *subject = verdict->subjects.at[0];
    struct dw_package *package = subject->packages.at[0];
    struct dw_slice *values = dw_arena_alloc(&verdict->arena, 1, sizeof(*values));
    values[0] = text;
    subject->name = subject->digest = verdict->service = verdict->policy_path = verdict->next = text;
    subject->distribution.id = subject->distribution.version_id = text;
    subject->image.os = subject->image.architecture = subject->image.variant = subject->image.user = text;
    subject->image.layers[1].instruction = text;
    subject->image.environment = subject->image.label_names = subject->image.label_values = values;
    subject->image.environment_count = subject->image.label_count = 1;
    package->name = package->version = package->path = package->purl = package->license = text;
    package->depends = values;
    package->depend_count = 1;
    for (size_t i = 0; i < verdict->controls.len; i++)
        verdict->controls.at[i].reason = text;
    for (size_t i = 0; i < verdict->findings.len; i++) {
        struct dw_finding *finding = &verdict->findings.at[i];
        finding->rule = finding->variant = finding->title = finding->message = finding->fix = text;
        finding->fixed = finding->aliases = values;
        finding->fixed_count = finding->alias_count = 1;
        finding->place.path = finding->place.instruction = text;
    }
    verdict->exceptions[0].ticket = verdict->exceptions[0].reason = verdict->database.digest = text;
    subject->notes.at[0].path = subject->notes.at[0].message = text;
    *dw_vector_push(&verdict->errors) = text;
    return verdict;
}
