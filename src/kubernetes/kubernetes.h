/* SPDX-License-Identifier: Apache-2.0
 *
 * Kubernetes manifests as the kubelet will run them (parsing.md, section 4 of the design). */
#ifndef DW_KUBERNETES_KUBERNETES_H
#define DW_KUBERNETES_KUBERNETES_H

#include "container/container.h"

/* One pod spec, whatever the object around it. */
struct dw_pod {
    struct dw_slice kind, name;     /* "Deployment", "shop" */
    const struct dw_node *object;   /* the whole object */
    const struct dw_node *metadata; /* of the pod: the template's for controllers; NULL if absent */
    const struct dw_node *spec;     /* the pod spec */
    size_t first, count;            /* its containers in dw_kubernetes.containers */
};

struct dw_kubernetes {
    struct dw_arena arena;
    const struct dw_document *document; /* the caller's; must outlive this */
    DW_VECTOR(struct dw_pod) pods;
    DW_VECTOR(struct dw_container) containers;
    /* What cannot be told from the file, with its place: a kustomization that replaces images, an object that is none. */
    struct dw_container_items problems;
};

/* Finds every pod of DOCUMENT. Fails with DW_ERROR_INPUT ("FILE:LINE:COLUMN: what") for values of a type that the API server would
 * refuse in a field that a rule looks at. */
struct dw_kubernetes *dw_kubernetes_read(const struct dw_document *document, struct dw_error *error);
void dw_kubernetes_free(struct dw_kubernetes *manifests);

#endif
