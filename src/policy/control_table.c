/* SPDX-License-Identifier: Apache-2.0
 * The 29 controls (controls.md), in the policy's order. A rule that this version does not have leaves no result: then
 * "unjudged" says what will judge the control. */
#include "policy/controls.h"

#define BUILD    DW_STAGE_BUILD
#define RELEASE  DW_STAGE_RELEASE
#define DEPLOY   DW_STAGE_DEPLOY
#define REQUIRED DW_LEVEL_REQUIRED
#define KIND(kind) (1u << DW_SUBJECT_##kind)

const struct dw_control dw_controls[DW_CONTROL_COUNT] = {
    {"1.1", "Distroless or Alpine preferred for Node services", BUILD, DW_LEVEL_PREFERRED, {"BASE-004"},
     "name the image under \"images:\" in the policy, or check where its Dockerfile is", DW_IMAGES_IF_ANY},
    {"1.2", "Base images pinned by digest", BUILD, REQUIRED, {"BASE-001", "BASE-002"},
     "name the Dockerfile, Compose files and manifests in the policy: no file at hand names an image"},
    {"1.3", "Upgrade cadence of base images documented and kept", BUILD, REQUIRED, {"BASE-005"},
     "the age of the pinned base is not judged by this version; a later version will, by \"dockworthy pin --upgrade\""},
    {"2.1", "Image scanned", BUILD, REQUIRED, {"VUL-005", "VUL-003"},
     "build the image and name it under \"images:\" in the policy", DW_IMAGES_REQUIRED},
    {"2.2", "No critical CVE without a documented ticket", BUILD, REQUIRED, {"VUL-002", "EXC-001", "EXC-002"},
     "build the image and name it under \"images:\" in the policy", DW_IMAGES_REQUIRED},
    {"3.1", "Image signed with cosign, keyless", RELEASE, REQUIRED, {"SIG-002", "SIG-003"},
     "signatures are not verified by this version; a later version will, by \"dockworthy verify\""},
    {"3.2", "Signature stored in the OCI registry", RELEASE, REQUIRED, {"SIG-001"},
     "registries are not read by this version; a later version will, by \"dockworthy tree\""},
    {"3.3", "Signature verified before deploy", DEPLOY, REQUIRED, {"SIG-004"},
     "deploying workflows are not read by this version; a later version will record it by \"dockworthy verify\""},
    {"4.1", "Containers run as non-root, USER 65532", BUILD, REQUIRED, {"USR-001", "USR-002", "USR-003", "USR-004"},
     "build the image and name it under \"images:\" in the policy", DW_IMAGES_REQUIRED},
    {"4.2", "Read-only root file system", BUILD, REQUIRED, {"RT-001"},
     "runtime settings are not judged by this version; a later version will, by \"dockworthy lint\""},
    {"4.3", "All capabilities dropped, only NET_BIND_SERVICE added", BUILD, REQUIRED, {"RT-002", "RT-003"},
     "runtime settings are not judged by this version; a later version will, by \"dockworthy lint\""},
    {"4.4", "Default or custom seccomp profile", BUILD, REQUIRED, {"RT-005"},
     "seccomp profiles are not judged by this version; a later version will, by \"dockworthy seccomp\""},
    {"5.1", "Secrets injected as Compose secrets or mounted files", BUILD, REQUIRED, {"SEC-006", "SEC-007", "SEC-008"},
     "uses of secrets are not judged by this version; a later version will, by \"dockworthy lint\"",
     .kinds = KIND(COMPOSE) | KIND(KUBERNETES), .absent = "no Compose file and no Kubernetes manifest"},
    {"5.2", "No secrets in images", BUILD, REQUIRED, {"SEC-002", "SEC-003"},
     "images are not searched for secrets by this version; a later version will, by \"dockworthy secrets\""},
    {"5.3", "Build-time tokens by docker build --secret", BUILD, REQUIRED,
     {"SEC-001", "SEC-004", "SEC-005", "SEC-009", "SEC-010"},
     "secrets in Dockerfiles are not judged by this version; a later version will, by \"dockworthy lint\"",
     .kinds = KIND(DOCKERFILE), .absent = "no Dockerfile"},
    {"6.1", "Scan results captured in CI logs", RELEASE, REQUIRED, {"VUL-001", "EVD-007"},
     "CI workflows and run records are not read by this version; a later version will, in \"dockworthy check\""},
    {"6.2", "Cosign signature stored per artifact", RELEASE, REQUIRED, {"SIG-001", "SIG-002"},
     "signatures are not verified by this version; a later version will, by \"dockworthy verify\""},
    {"6.3", "Dockerfiles in the repository with approvals", BUILD, REQUIRED, {"EVD-001", "EVD-002", "EVD-003"},
     "git history and code owners are not read by this version; a later version will, in \"dockworthy check\"", .kinds = KIND(DOCKERFILE) | KIND(COMPOSE),
     .absent = "no Dockerfile and no Compose file"},
    {"6.4", "Base image licence review completed", RELEASE, REQUIRED, {"BASE-007"},
     "licence reviews are not judged by this version; a later version will, by \"dockworthy report --licenses\""},
    {"6.5", "Logging and monitoring configured", BUILD, REQUIRED, {"EVD-006", "RT-013", "RT-014"},
     "logging and monitoring are not judged by this version; a later version will, by \"dockworthy lint\""},
    {"7.1", "Image SBOM (CycloneDX) kept", RELEASE, REQUIRED, {"EVD-004"},
     "kept SBOMs are not compared by this version; a later version will, and \"dockworthy sbom\" writes one now"},
    {"7.2", "No opaque images", BUILD, REQUIRED, {"IMG-001", "LBL-006"},
     "build the image and name it under \"images:\" in the policy", DW_IMAGES_REQUIRED},
    {"7.3", "CVE exceptions documented", BUILD, REQUIRED, {"EXC-001", "EXC-002", "EXC-004"},
     "no exceptions file was judged in this run"},
    {"7.4", "Vulnerability reports not ignored", BUILD, REQUIRED, {"VUL-006"},
     "how long findings have been open is not known to this version; a later version will keep it in \"dockworthy history\""},
    {"7.5", "Rootless Docker where possible", DEPLOY, DW_LEVEL_PREFERRED, {"DM-001"},
     "the daemon is not asked by this version; a later version will, by \"dockworthy audit\""},
    {"7.6", "No privileged mode", BUILD, REQUIRED, {"RT-004", "K8S-003"},
     "runtime settings are not judged by this version; a later version will, by \"dockworthy lint\""},
    {"8.1", "False-positive CVE: digest pinned, suppression with justification", BUILD, REQUIRED, {"EXC-005"},
     "no exceptions file was judged in this run"},
    {"8.2", "Cosign permission denied: OIDC identity allowed", RELEASE, REQUIRED, {"SIG-005"},
     "identities are not diagnosed by this version; a later version will, by \"dockworthy doctor\""},
    {"8.3", "Image flagged for secret exposure: revoke, remove, rebuild", BUILD, REQUIRED, {"SEC-011"},
     "secret findings are not kept by this version; a later version will, by \"dockworthy secrets\""},
};

enum dw_stage dw_control_rule_stage(const struct dw_control *control, const char *rule)
{
    /* Approvals are seen where the change is merged: of 6.3 only the other rules are due at build. */
    return strcmp(rule, "EVD-002") == 0 ? DW_STAGE_RELEASE : control->stage;
}

const struct dw_control *dw_control_find(struct dw_slice id)
{
    for (size_t i = 0; i < DW_CONTROL_COUNT; i++)
        if (dw_slice_is(id, dw_controls[i].id))
            return &dw_controls[i];
    return NULL;
}
