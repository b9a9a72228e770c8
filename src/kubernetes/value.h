/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to kubernetes/: scalars as kubectl and the API server read them. Manifests become JSON by way of go-yaml 2
 * (sigs.k8s.io/yaml), which knows the booleans and octal numbers of YAML 1.1; JSON is then decoded strictly by type. */
#ifndef DW_KUBERNETES_VALUE_H
#define DW_KUBERNETES_VALUE_H

#include "document/document.h"

enum dw_kube_kind {
    DW_KUBE_NULL, /* also a node that is NULL: the field is unset */
    DW_KUBE_BOOL,
    DW_KUBE_INTEGER,
    DW_KUBE_NUMBER, /* no integer of 64 bits */
    DW_KUBE_STRING,
    DW_KUBE_LIST,
    DW_KUBE_MAP,
    DW_KUBE_OTHER, /* a tag that nobody knows here: "!!binary" */
};

struct dw_kube_value {
    enum dw_kube_kind kind;
    bool boolean;
    int64_t integer;
};

struct dw_kube_value dw_kube_value(const struct dw_node *node);

/* Fields of a mapping that dw_kube_check has accepted. A field that is unset or null is NULL. */
const struct dw_node *dw_kube_get(const struct dw_node *mapping, const char *field);
/* The same through several mappings, ended by NULL. */
const struct dw_node *dw_kube_find(const struct dw_node *mapping, const char *const *fields);
/* A scalar's text; "" when it is unset or no scalar. */
struct dw_slice dw_kube_text(const struct dw_node *mapping, const char *field);
bool dw_kube_is_true(const struct dw_node *mapping, const char *field);
bool dw_kube_is_false(const struct dw_node *mapping, const char *field);
/* 0 when it is unset or no integer. */
int64_t dw_kube_integer(const struct dw_node *mapping, const char *field);
/* Items of a list; 0 when it is unset or no list. */
size_t dw_kube_count(const struct dw_node *list);

#endif
