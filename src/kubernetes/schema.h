/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to kubernetes/: the types of the fields that are looked at, as the API server decodes them. */
#ifndef DW_KUBERNETES_SCHEMA_H
#define DW_KUBERNETES_SCHEMA_H

#include "kubernetes/value.h"

enum dw_kube_type {
    DW_TYPE_BOOL,
    DW_TYPE_INTEGER,
    DW_TYPE_STRING,
    DW_TYPE_QUANTITY,          /* text or number */
    DW_TYPE_INTEGER_OR_STRING, /* a port by number or name */
    DW_TYPE_OBJECT,            /* fields tells what is looked at in it; NULL: nothing */
    DW_TYPE_OBJECTS,           /* a list of them */
    DW_TYPE_STRINGS,           /* a list */
    DW_TYPE_INTEGERS,          /* a list */
    DW_TYPE_TEXTS,             /* a mapping to texts: labels, annotations */
    DW_TYPE_QUANTITIES,        /* a mapping to quantities */
};

struct dw_kube_field {
    const char *name;
    enum dw_kube_type type;
    const struct dw_kube_field *fields; /* of DW_TYPE_OBJECT and DW_TYPE_OBJECTS, ended by a NULL name */
};

extern const struct dw_kube_field dw_kube_metadata_fields[], dw_kube_pod_fields[], dw_kube_config_map_fields[],
    dw_kube_service_account_fields[];

/* Are all fields of OBJECT of their types? PATH is before the names in messages ("spec.template.spec"); else fails as
 * dw_kubernetes_read does. */
bool dw_kube_check(const struct dw_node *object, const struct dw_kube_field *fields, const char *path, struct dw_error *error);

#endif
