/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of rules (rules.md, sections 2, 3, 7.2 and 9). */
#include "rule/rule.h"

#define IMAGE      (1u << DW_SUBJECT_IMAGE)
#define FOLDER     (1u << DW_SUBJECT_FOLDER)
#define DOCKERFILE (1u << DW_SUBJECT_DOCKERFILE)
#define COMPOSE    (1u << DW_SUBJECT_COMPOSE)
#define KUBERNETES (1u << DW_SUBJECT_KUBERNETES)

const struct dw_rule dw_rules[] = {
    {"BASE-001", "Image pinned by digest", DW_SEVERITY_HIGH, DOCKERFILE | COMPOSE | KUBERNETES,
     "Every image that a build or a deployment takes from a registry is named with its sha256 digest: FROM, COPY --from, "
     "RUN --mount from, ONBUILD of those, Compose images, image volumes and build contexts, and every container and image "
     "volume of a Kubernetes manifest.",
     "A tag can be moved to another image at any time; only a digest says which bytes were reviewed, scanned and signed.",
     "Write the digest behind the tag: name:tag@sha256:…; the tag stays for people.",
     "CKV_K8S_43|kics:Image Without Digest"},
    {"BASE-002", "Tag missing or mutable \"latest\"", DW_SEVERITY_MEDIUM, DOCKERFILE | COMPOSE | KUBERNETES,
     "A reference has a tag that is not \"latest\", or a digest.",
     "Without a version nobody can tell what runs, nor go back to it.", "Choose a version and write its tag and digest.",
     "DL3006|DL3007|DS-0001|KSV-0013|CKV_DOCKER_7|CKV_K8S_14|DKL-DI-0006|cis:5.28|kl:latest-tag"},
    {"BASE-004", "Node service on distroless or Alpine", DW_SEVERITY_MEDIUM, IMAGE | FOLDER | DOCKERFILE,
     "An image that runs Node stands on one of the allowed base families (base-images.families.node).",
     "A small base has fewer packages to attack and to update; without a shell an intruder has no tools.",
     "Build the last stage from the matching distroless or Alpine image.", ""},
    {"USR-001", "Runs as a known non-root user", DW_SEVERITY_HIGH, IMAGE | DOCKERFILE | COMPOSE | KUBERNETES,
     "The effective user is known and is not uid 0.",
     "A process that is root in its container is root for the kernel: one flaw away from the host.",
     "Put USER 65532:65532 before the last CMD or ENTRYPOINT; in Kubernetes set runAsNonRoot: true.",
     "DL3002|DS-0002|KSV-0012|KSV-0105|CKV_DOCKER_3|CKV_DOCKER_8|CKV_K8S_6|CKV_K8S_23|CIS-DI-0001|cis:4.1|"
     "kl:run-as-non-root|pss:restricted/runAsNonRoot|pss:restricted/runAsUser|scout:default-non-root-user|"
     "kics:Missing User Instruction|kics:Last User Is 'root'"},
    {"USR-002", "Uid is 65532 or in the configured range, numeric", DW_SEVERITY_MEDIUM,
     IMAGE | DOCKERFILE | COMPOSE | KUBERNETES, "The user is a number, and one that the policy allows (runtime.user).",
     "A name means nothing to the host and cannot be checked by runAsNonRoot; a low uid may belong to somebody on the host.",
     "Write the allowed number in place of the name or other number.",
     "DL3066|KSV-0020|KSV-0021|CKV_K8S_40"},
    {"USR-003", "No root group", DW_SEVERITY_MEDIUM, IMAGE | DOCKERFILE | COMPOSE | KUBERNETES,
     "Neither the primary group nor a supplementary one is gid 0.",
     "Files that root's group may write are common in images; group 0 opens them.",
     "Write a group behind the user: 65532:65532.", "KSV-0116"},
    {"USR-004", "Override does not bring root back", DW_SEVERITY_HIGH, COMPOSE | KUBERNETES,
     "Neither user: of a Compose service or its hooks nor runAsUser of a pod or container sets root.",
     "What the image does right is lost by one line of the deployment.", "Drop the override, or set the allowed uid.", ""},
    {"LBL-006", "Provenance labels", DW_SEVERITY_LOW, IMAGE,
     "The image says where it comes from: org.opencontainers.image.source, revision, created, licenses, base.name and "
     "base.digest.",
     "An image without them cannot be traced to its source or its base: it is opaque.",
     "Set the labels in the build, with build arguments for what changes.", ""},
    {"IMG-001", "Everything in the image was read", DW_SEVERITY_HIGH, IMAGE | FOLDER,
     "No layer, archive or package database was absent, of an unknown kind, malformed, or beyond a limit.",
     "What cannot be read cannot be judged; a hidden part must not pass.",
     "Rebuild or fetch the part that is named; raise the limit that is named if the image is trusted.", ""},
};
const size_t dw_rule_count = sizeof(dw_rules) / sizeof(dw_rules[0]);

const struct dw_rule *dw_rule_find(struct dw_slice id)
{
    id = dw_slice_part(id, 0, dw_slice_find(id, '.'));
    for (size_t i = 0; i < dw_rule_count; i++)
        if (dw_slice_is(id, dw_rules[i].id))
            return &dw_rules[i];
    return NULL;
}

struct dw_rule_settings dw_rule_settings_default(void)
{
    static const struct dw_slice families[] = {DW_SLICE_INIT("distroless"), DW_SLICE_INIT("alpine")};
    return (struct dw_rule_settings){
        .node_families = families, .node_family_count = 2, .user_lowest = 65532, .user_highest = 65532};
}
