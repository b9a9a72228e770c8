/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to kubernetes/. */
#ifndef DW_KUBERNETES_INTERNAL_H
#define DW_KUBERNETES_INTERNAL_H

#include "kubernetes/kubernetes.h"
#include "kubernetes/value.h"

/* Adds the containers of POD, whose fields have been checked, and sets its first and count. */
void dw_kube_add_containers(struct dw_kubernetes *manifests, struct dw_pod *pod);
void dw_kube_free_container(struct dw_container *container);

/* The volume's source: its node, and *TYPE the field ("hostPath"). A volume without any is an emptyDir: NULL, and "emptyDir". */
const struct dw_node *dw_kube_volume_source(const struct dw_node *volume, struct dw_slice *type);
/* The annotation KEY followed by NAME of a pod's metadata, or NULL. */
const struct dw_node *dw_kube_annotation(const struct dw_node *metadata, const char *key, struct dw_slice name);

#define DW_KUBE_APPARMOR_ANNOTATION      "container.apparmor.security.beta.kubernetes.io/"
#define DW_KUBE_SECCOMP_ANNOTATION       "container.seccomp.security.alpha.kubernetes.io/"
#define DW_KUBE_SECCOMP_POD_ANNOTATION   "seccomp.security.alpha.kubernetes.io/pod"

#endif
