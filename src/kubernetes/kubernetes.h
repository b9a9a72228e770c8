/* SPDX-License-Identifier: Apache-2.0
 *
 * Kubernetes manifests as the kubelet will run them: objects of the API (kubernetes.io/docs/reference/kubernetes-api), their pods
 * and containers. */
#ifndef DW_KUBERNETES_KUBERNETES_H
#define DW_KUBERNETES_KUBERNETES_H

#include "container/container.h"

/* One object of the file; those of a List stand each for itself. */
struct dw_manifest {
    struct dw_slice kind, version; /* "Deployment", "apps/v1"; "" where the file does not say it */
    struct dw_slice name, space;   /* "" if unset; space is metadata.namespace */
    const struct dw_node *node;
};

/* One pod spec, whatever the object around it. */
struct dw_pod {
    struct dw_slice kind, name;     /* "Deployment", "shop" */
    struct dw_slice what;           /* for messages: "Deployment shop" */
    size_t manifest;                /* index of the object it stands in */
    const struct dw_node *object;   /* the whole object */
    const struct dw_node *metadata; /* of the pod: the template's for controllers; NULL if absent */
    const struct dw_node *spec;     /* the pod spec */
    size_t first, count;            /* its containers in dw_kubernetes.containers */
};

struct dw_kubernetes {
    struct dw_arena arena;
    const struct dw_document *document; /* the caller's; must outlive this */
    DW_VECTOR(struct dw_manifest) manifests;
    DW_VECTOR(size_t) accounts;    /* indexes of the ServiceAccounts */
    DW_VECTOR(size_t) config_maps; /* and of the ConfigMaps */
    DW_VECTOR(struct dw_pod) pods;
    DW_VECTOR(struct dw_container) containers;
    /* What cannot be told from the file, with its place: a kustomization, an object that is none. The item's name is "images" when
     * it is only about images, else "". */
    struct dw_container_items problems;
};

/* Finds every pod of DOCUMENT: in the kinds that have one (Pod, PodTemplate, ReplicationController, Deployment, ReplicaSet,
 * StatefulSet, DaemonSet, Job, CronJob), in what a List holds, and in objects of other groups wherever one is embedded. All three
 * container lists are read. Fails with DW_ERROR_INPUT ("FILE:LINE:COLUMN: field: what") for values of a type that the API server
 * would refuse in a field that is looked at, and with DW_ERROR_UNSUPPORTED where such a field holds a template's action. What an
 * object of another group holds that is no pod spec is a problem only.
 *
 * Settings that the pod gives for all its containers (groups, host namespaces, sysctls, seccomp and its like) are in each of
 * them; volumes that no container mounts, volumes of images, and SELinux options that the pod's sandbox has beside containers with others,
 * are in the pod's first container. */
struct dw_kubernetes *dw_kubernetes_read(const struct dw_document *document, struct dw_error *error);
void dw_kubernetes_free(struct dw_kubernetes *manifests);

/* Is NODE a boolean as the API server reads it from this file ("no" is false in YAML 1.1), and false? */
bool dw_kubernetes_is_false(const struct dw_node *node);

/* Parses a file of manifests. As dw_document_parse, but for a template of Helm, which is no YAML before it is rendered, the error
 * says so (DW_ERROR_UNSUPPORTED). */
struct dw_document *dw_kubernetes_parse(struct dw_slice bytes, const char *name, const struct dw_limits *limits,
                                        struct dw_error *error);
/* Reads PATH and parses it. */
struct dw_document *dw_kubernetes_open(const char *path, const struct dw_limits *limits, struct dw_error *error);

/* What rules see: {"schema": "dockworthy/kubernetes/1", "kind": "kubernetes", "name", "manifests", "pods" with their containers as they
 * will run, "problems"}, appended to OUT without a line end. Values of environment variables are left out: they may be secrets. */
void dw_kubernetes_write_facts(const struct dw_kubernetes *manifests, struct dw_buffer *out);

#endif
