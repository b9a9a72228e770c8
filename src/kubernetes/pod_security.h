/* SPDX-License-Identifier: Apache-2.0
 *
 * The Pod Security Standards (kubernetes.io/docs/concepts/security/pod-security-standards), as the admission controller of
 * Kubernetes 1.0 to 1.37 decides them: checks with the level and version they begin at. */
#ifndef DW_KUBERNETES_POD_SECURITY_H
#define DW_KUBERNETES_POD_SECURITY_H

#include "kubernetes/kubernetes.h"

enum dw_pod_security_level { DW_POD_SECURITY_PRIVILEGED, DW_POD_SECURITY_BASELINE, DW_POD_SECURITY_RESTRICTED };

/* The newest minor version whose checks are known. */
#define DW_POD_SECURITY_LATEST 37

struct dw_pod_security_pod;
struct dw_pod_security_check {
    const char *id;                   /* "capabilities_baseline" */
    enum dw_pod_security_level level;
    unsigned since;                   /* minor version: 22 is 1.22 */
    const char *replaces;             /* the baseline check that is not judged where this one is; NULL: none */
    const char *what;                 /* what it asks for, some words */
    const char *rule;                 /* the rule of the catalogue that asks for the same */
    void (*judge)(struct dw_pod_security_pod *pod);
};

/* Something that a check denies. */
struct dw_pod_security_denial {
    const struct dw_pod_security_check *check;
    struct dw_slice message;          /* "container app of Pod shop: privileged is true" */
    const struct dw_node *node;       /* what is wrong, or where it is missing */
};
struct dw_pod_security_denials {
    struct dw_pod_security_denial *at;
    size_t len, capacity;
};

/* The check at INDEX, in the order of the standards' page, or NULL at the end. */
const struct dw_pod_security_check *dw_pod_security_check_at(size_t index);
const struct dw_pod_security_check *dw_pod_security_check_find(const char *id);
/* Is CHECK judged at LEVEL of policy version 1.MINOR? */
bool dw_pod_security_applies(const struct dw_pod_security_check *check, enum dw_pod_security_level level, unsigned minor);

/* "baseline"; "restricted:v1.30", "restricted:latest". Without a version the newest. Fails with DW_ERROR_USAGE. */
bool dw_pod_security_parse(struct dw_slice text, enum dw_pod_security_level *level, unsigned *minor, struct dw_error *error);
/* "latest" or "v1.N" alone. */
bool dw_pod_security_version_parse(struct dw_slice text, unsigned *minor);
/* "privileged", "baseline", "restricted". */
const char *dw_pod_security_level_name(enum dw_pod_security_level level);
bool dw_pod_security_level_parse(struct dw_slice text, enum dw_pod_security_level *level);

/* Adds to DENIALS what CHECK has against POD; texts are in ARENA. */
void dw_pod_security_run(const struct dw_pod_security_check *check, const struct dw_kubernetes *manifests,
                         const struct dw_pod *pod, unsigned minor, struct dw_arena *arena, struct dw_pod_security_denials *denials);
/* The same for all checks of LEVEL in version 1.MINOR: the pod is admitted when nothing is added. */
void dw_pod_security_judge(enum dw_pod_security_level level, unsigned minor, const struct dw_kubernetes *manifests,
                           const struct dw_pod *pod, struct dw_arena *arena, struct dw_pod_security_denials *denials);

#endif
