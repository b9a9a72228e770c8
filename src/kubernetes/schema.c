/* SPDX-License-Identifier: Apache-2.0
 * Kubernetes API reference, core/v1: PodSpec, Container, Volume, SecurityContext, ObjectMeta. Field names are told by their
 * case; a field that is null is unset. */
#include "kubernetes/schema.h"

#include <stdio.h>

#define END {NULL, DW_TYPE_OBJECT, NULL}

const struct dw_kube_field dw_kube_metadata_fields[] = {
    {"name", DW_TYPE_STRING, NULL},
    {"generateName", DW_TYPE_STRING, NULL},
    {"namespace", DW_TYPE_STRING, NULL},
    {"labels", DW_TYPE_TEXTS, NULL},
    {"annotations", DW_TYPE_TEXTS, NULL},
    END,
};
static const struct dw_kube_field profile_fields[] = {
    {"type", DW_TYPE_STRING, NULL}, {"localhostProfile", DW_TYPE_STRING, NULL}, END};
static const struct dw_kube_field selinux_fields[] = {{"user", DW_TYPE_STRING, NULL},
                                                      {"role", DW_TYPE_STRING, NULL},
                                                      {"type", DW_TYPE_STRING, NULL},
                                                      {"level", DW_TYPE_STRING, NULL},
                                                      END};
static const struct dw_kube_field windows_fields[] = {{"hostProcess", DW_TYPE_BOOL, NULL},
                                                      {"runAsUserName", DW_TYPE_STRING, NULL},
                                                      {"gmsaCredentialSpec", DW_TYPE_STRING, NULL},
                                                      {"gmsaCredentialSpecName", DW_TYPE_STRING, NULL},
                                                      END};
static const struct dw_kube_field sysctl_fields[] = {
    {"name", DW_TYPE_STRING, NULL}, {"value", DW_TYPE_STRING, NULL}, END};
static const struct dw_kube_field pod_security_fields[] = {
    {"runAsNonRoot", DW_TYPE_BOOL, NULL},
    {"runAsUser", DW_TYPE_INTEGER, NULL},
    {"runAsGroup", DW_TYPE_INTEGER, NULL},
    {"fsGroup", DW_TYPE_INTEGER, NULL},
    {"supplementalGroups", DW_TYPE_INTEGERS, NULL},
    {"seccompProfile", DW_TYPE_OBJECT, profile_fields},
    {"appArmorProfile", DW_TYPE_OBJECT, profile_fields},
    {"seLinuxOptions", DW_TYPE_OBJECT, selinux_fields},
    {"windowsOptions", DW_TYPE_OBJECT, windows_fields},
    {"sysctls", DW_TYPE_OBJECTS, sysctl_fields},
    END,
};
static const struct dw_kube_field capability_fields[] = {
    {"add", DW_TYPE_STRINGS, NULL}, {"drop", DW_TYPE_STRINGS, NULL}, END};
static const struct dw_kube_field security_fields[] = {
    {"privileged", DW_TYPE_BOOL, NULL},
    {"readOnlyRootFilesystem", DW_TYPE_BOOL, NULL},
    {"allowPrivilegeEscalation", DW_TYPE_BOOL, NULL},
    {"runAsNonRoot", DW_TYPE_BOOL, NULL},
    {"runAsUser", DW_TYPE_INTEGER, NULL},
    {"runAsGroup", DW_TYPE_INTEGER, NULL},
    {"procMount", DW_TYPE_STRING, NULL},
    {"capabilities", DW_TYPE_OBJECT, capability_fields},
    {"seccompProfile", DW_TYPE_OBJECT, profile_fields},
    {"appArmorProfile", DW_TYPE_OBJECT, profile_fields},
    {"seLinuxOptions", DW_TYPE_OBJECT, selinux_fields},
    {"windowsOptions", DW_TYPE_OBJECT, windows_fields},
    END,
};
static const struct dw_kube_field http_fields[] = {{"host", DW_TYPE_STRING, NULL},
                                                   {"port", DW_TYPE_INTEGER_OR_STRING, NULL},
                                                   {"path", DW_TYPE_STRING, NULL},
                                                   {"scheme", DW_TYPE_STRING, NULL},
                                                   END};
static const struct dw_kube_field tcp_fields[] = {
    {"host", DW_TYPE_STRING, NULL}, {"port", DW_TYPE_INTEGER_OR_STRING, NULL}, END};
static const struct dw_kube_field exec_fields[] = {{"command", DW_TYPE_STRINGS, NULL}, END};
/* A probe, and a handler of lifecycle. */
static const struct dw_kube_field handler_fields[] = {{"httpGet", DW_TYPE_OBJECT, http_fields},
                                                      {"tcpSocket", DW_TYPE_OBJECT, tcp_fields},
                                                      {"exec", DW_TYPE_OBJECT, exec_fields},
                                                      {"grpc", DW_TYPE_OBJECT, NULL},
                                                      END};
static const struct dw_kube_field lifecycle_fields[] = {
    {"postStart", DW_TYPE_OBJECT, handler_fields}, {"preStop", DW_TYPE_OBJECT, handler_fields}, END};
static const struct dw_kube_field port_fields[] = {{"containerPort", DW_TYPE_INTEGER, NULL},
                                                   {"hostPort", DW_TYPE_INTEGER, NULL},
                                                   {"hostIP", DW_TYPE_STRING, NULL},
                                                   {"protocol", DW_TYPE_STRING, NULL},
                                                   {"name", DW_TYPE_STRING, NULL},
                                                   END};
static const struct dw_kube_field resource_fields[] = {
    {"limits", DW_TYPE_QUANTITIES, NULL}, {"requests", DW_TYPE_QUANTITIES, NULL}, END};
static const struct dw_kube_field key_fields[] = {{"name", DW_TYPE_STRING, NULL},
                                                  {"key", DW_TYPE_STRING, NULL},
                                                  {"optional", DW_TYPE_BOOL, NULL},
                                                  END};
static const struct dw_kube_field source_fields[] = {{"secretKeyRef", DW_TYPE_OBJECT, key_fields},
                                                     {"configMapKeyRef", DW_TYPE_OBJECT, key_fields},
                                                     {"fieldRef", DW_TYPE_OBJECT, NULL},
                                                     {"resourceFieldRef", DW_TYPE_OBJECT, NULL},
                                                     {"fileKeyRef", DW_TYPE_OBJECT, NULL},
                                                     END};
static const struct dw_kube_field variable_fields[] = {{"name", DW_TYPE_STRING, NULL},
                                                       {"value", DW_TYPE_STRING, NULL},
                                                       {"valueFrom", DW_TYPE_OBJECT, source_fields},
                                                       END};
static const struct dw_kube_field variables_fields[] = {{"prefix", DW_TYPE_STRING, NULL},
                                                        {"secretRef", DW_TYPE_OBJECT, key_fields},
                                                        {"configMapRef", DW_TYPE_OBJECT, key_fields},
                                                        END};
static const struct dw_kube_field mount_fields[] = {{"name", DW_TYPE_STRING, NULL},
                                                    {"mountPath", DW_TYPE_STRING, NULL},
                                                    {"subPath", DW_TYPE_STRING, NULL},
                                                    {"readOnly", DW_TYPE_BOOL, NULL},
                                                    {"recursiveReadOnly", DW_TYPE_STRING, NULL},
                                                    {"mountPropagation", DW_TYPE_STRING, NULL},
                                                    END};
static const struct dw_kube_field container_fields[] = {
    {"name", DW_TYPE_STRING, NULL},
    {"image", DW_TYPE_STRING, NULL},
    {"imagePullPolicy", DW_TYPE_STRING, NULL},
    {"command", DW_TYPE_STRINGS, NULL},
    {"args", DW_TYPE_STRINGS, NULL},
    {"securityContext", DW_TYPE_OBJECT, security_fields},
    {"ports", DW_TYPE_OBJECTS, port_fields},
    {"env", DW_TYPE_OBJECTS, variable_fields},
    {"envFrom", DW_TYPE_OBJECTS, variables_fields},
    {"resources", DW_TYPE_OBJECT, resource_fields},
    {"volumeMounts", DW_TYPE_OBJECTS, mount_fields},
    {"livenessProbe", DW_TYPE_OBJECT, handler_fields},
    {"readinessProbe", DW_TYPE_OBJECT, handler_fields},
    {"startupProbe", DW_TYPE_OBJECT, handler_fields},
    {"lifecycle", DW_TYPE_OBJECT, lifecycle_fields},
    END,
};
static const struct dw_kube_field host_path_fields[] = {
    {"path", DW_TYPE_STRING, NULL}, {"type", DW_TYPE_STRING, NULL}, END};
static const struct dw_kube_field image_fields[] = {
    {"reference", DW_TYPE_STRING, NULL}, {"pullPolicy", DW_TYPE_STRING, NULL}, END};
static const struct dw_kube_field claim_fields[] = {
    {"claimName", DW_TYPE_STRING, NULL}, {"readOnly", DW_TYPE_BOOL, NULL}, END};
static const struct dw_kube_field empty_fields[] = {
    {"medium", DW_TYPE_STRING, NULL}, {"sizeLimit", DW_TYPE_QUANTITY, NULL}, END};
static const struct dw_kube_field secret_fields[] = {{"secretName", DW_TYPE_STRING, NULL}, END};
static const struct dw_kube_field volume_fields[] = {
    {"name", DW_TYPE_STRING, NULL},
    {"hostPath", DW_TYPE_OBJECT, host_path_fields},
    {"image", DW_TYPE_OBJECT, image_fields},
    {"persistentVolumeClaim", DW_TYPE_OBJECT, claim_fields},
    {"emptyDir", DW_TYPE_OBJECT, empty_fields},
    {"secret", DW_TYPE_OBJECT, secret_fields},
    {"configMap", DW_TYPE_OBJECT, NULL},
    {"projected", DW_TYPE_OBJECT, NULL},
    {"downwardAPI", DW_TYPE_OBJECT, NULL},
    {"csi", DW_TYPE_OBJECT, NULL},
    {"ephemeral", DW_TYPE_OBJECT, NULL},
    END,
};
static const struct dw_kube_field os_fields[] = {{"name", DW_TYPE_STRING, NULL}, END};
const struct dw_kube_field dw_kube_pod_fields[] = {
    {"containers", DW_TYPE_OBJECTS, container_fields},
    {"initContainers", DW_TYPE_OBJECTS, container_fields},
    {"ephemeralContainers", DW_TYPE_OBJECTS, container_fields},
    {"hostNetwork", DW_TYPE_BOOL, NULL},
    {"hostPID", DW_TYPE_BOOL, NULL},
    {"hostIPC", DW_TYPE_BOOL, NULL},
    {"hostUsers", DW_TYPE_BOOL, NULL},
    {"automountServiceAccountToken", DW_TYPE_BOOL, NULL},
    {"serviceAccountName", DW_TYPE_STRING, NULL},
    {"serviceAccount", DW_TYPE_STRING, NULL},
    {"os", DW_TYPE_OBJECT, os_fields},
    {"securityContext", DW_TYPE_OBJECT, pod_security_fields},
    {"volumes", DW_TYPE_OBJECTS, volume_fields},
    END,
};
const struct dw_kube_field dw_kube_config_map_fields[] = {{"data", DW_TYPE_TEXTS, NULL}, END};
const struct dw_kube_field dw_kube_service_account_fields[] = {{"automountServiceAccountToken", DW_TYPE_BOOL, NULL}, END};

/* Where a value stands: names of the fields that lead to it, innermost first. */
struct trail {
    const struct trail *up;
    const char *name;     /* NULL: an item */
    struct dw_slice key;  /* of a mapping to texts, when NAME is NULL and ITEM is SIZE_MAX */
    size_t item;
};

static void write_trail(struct dw_buffer *out, const struct trail *trail)
{
    if (trail == NULL)
        return;
    write_trail(out, trail->up);
    if (trail->name != NULL)
        dw_buffer_printf(out, "%s%s", out->len > 0 ? "." : "", trail->name);
    else if (trail->item != SIZE_MAX)
        dw_buffer_printf(out, "[%zu]", trail->item);
    else
        dw_buffer_printf(out, "[\"%.*s\"]", DW_SLICE_ARG(dw_slice_part(trail->key, 0, 80)));
}

static bool refuse(const struct dw_node *node, const struct trail *trail, const char *wanted, struct dw_error *error)
{
    static const char *const kinds[] = {
        [DW_KUBE_NULL] = "null",     [DW_KUBE_BOOL] = "the boolean", [DW_KUBE_INTEGER] = "the number",
        [DW_KUBE_NUMBER] = "the number", [DW_KUBE_STRING] = "the text",  [DW_KUBE_LIST] = "a list",
        [DW_KUBE_MAP] = "a mapping", [DW_KUBE_OTHER] = "a value of the tag",
    };
    DW_CLEANUP(dw_buffer_free) struct dw_buffer path = {0};
    write_trail(&path, trail);
    enum dw_kube_kind kind = dw_kube_value(node).kind;
    struct dw_slice text = dw_slice_part(kind == DW_KUBE_OTHER ? node->tag : node->text, 0, 60);
    if (dw_slice_find_slice(node->text, DW_SLICE("{{")) != SIZE_MAX)
        return dw_document_fail(node->document, node, DW_ERROR_UNSUPPORTED, error,
                                "%s: \"%.*s\" is a template's action: render the chart first, helm template CHART | dockworthy "
                                "lint -",
                                path.at, DW_SLICE_ARG(text));
    if (node->kind != DW_NODE_SCALAR || kind == DW_KUBE_NULL)
        return dw_document_fail(node->document, node, DW_ERROR_INPUT, error, "%s: must be %s, but is %s", path.at, wanted,
                                kinds[kind]);
    return dw_document_fail(node->document, node, DW_ERROR_INPUT, error, "%s: must be %s, but is %s \"%.*s\"", path.at, wanted,
                            kinds[kind], DW_SLICE_ARG(text));
}

static bool check_fields(const struct dw_node *object, const struct dw_kube_field *fields, const struct trail *trail,
                         struct dw_error *error);

static bool check_scalar(const struct dw_node *node, enum dw_kube_type type, const struct trail *trail, struct dw_error *error)
{
    static const struct {
        unsigned kinds;
        const char *wanted;
    } types[] = {
        [DW_TYPE_BOOL] = {1u << DW_KUBE_BOOL, "true or false"},
        [DW_TYPE_INTEGER] = {1u << DW_KUBE_INTEGER, "a whole number"},
        [DW_TYPE_STRING] = {1u << DW_KUBE_STRING, "a text (put it in quotes)"},
        [DW_TYPE_QUANTITY] = {1u << DW_KUBE_STRING | 1u << DW_KUBE_INTEGER | 1u << DW_KUBE_NUMBER, "a quantity"},
        [DW_TYPE_INTEGER_OR_STRING] = {1u << DW_KUBE_STRING | 1u << DW_KUBE_INTEGER, "a number or a name"},
    };
    if (types[type].kinds >> dw_kube_value(node).kind & 1)
        return true;
    return refuse(node, trail, type == DW_TYPE_STRING && node->kind != DW_NODE_SCALAR ? "a text" : types[type].wanted, error);
}

/* A list, or a mapping when KEYED, of scalars. */
static bool check_scalars(const struct dw_node *node, bool keyed, enum dw_kube_type type, bool nullable, const struct trail *trail,
                          struct dw_error *error)
{
    if (node->kind != (keyed ? DW_NODE_MAPPING : DW_NODE_SEQUENCE))
        return refuse(node, trail, keyed ? "a mapping" : "a list", error);
    for (size_t i = 0; i < node->count; i++) {
        struct trail item = {.up = trail, .item = keyed ? SIZE_MAX : i};
        if (keyed)
            item.key = node->keys[i]->text;
        if (nullable && dw_kube_value(node->items[i]).kind == DW_KUBE_NULL)
            continue;
        if (!check_scalar(node->items[i], type, &item, error))
            return false;
    }
    return true;
}

static bool check_field(const struct dw_node *node, const struct dw_kube_field *field, const struct trail *trail,
                        struct dw_error *error)
{
    switch (field->type) {
    case DW_TYPE_OBJECT:
        if (node->kind != DW_NODE_MAPPING)
            return refuse(node, trail, "a mapping", error);
        return field->fields == NULL || check_fields(node, field->fields, trail, error);
    case DW_TYPE_OBJECTS:
        if (node->kind != DW_NODE_SEQUENCE)
            return refuse(node, trail, "a list", error);
        for (size_t i = 0; i < node->count; i++) {
            struct trail item = {.up = trail, .item = i};
            if (node->items[i]->kind != DW_NODE_MAPPING)
                return refuse(node->items[i], &item, "a mapping", error);
            if (!check_fields(node->items[i], field->fields, &item, error))
                return false;
        }
        return true;
    case DW_TYPE_STRINGS:
        return check_scalars(node, false, DW_TYPE_STRING, false, trail, error);
    case DW_TYPE_INTEGERS:
        return check_scalars(node, false, DW_TYPE_INTEGER, false, trail, error);
    case DW_TYPE_TEXTS: /* a null among them is "" */
        return check_scalars(node, true, DW_TYPE_STRING, true, trail, error);
    case DW_TYPE_QUANTITIES:
        return check_scalars(node, true, DW_TYPE_QUANTITY, true, trail, error);
    default:
        return check_scalar(node, field->type, trail, error);
    }
}

static bool check_fields(const struct dw_node *object, const struct dw_kube_field *fields, const struct trail *trail,
                         struct dw_error *error)
{
    for (size_t i = 0; i < object->count; i++) {
        const struct dw_kube_field *field = fields;
        while (field->name != NULL && !dw_slice_is(object->keys[i]->text, field->name))
            field++;
        if (field->name == NULL || dw_kube_value(object->items[i]).kind == DW_KUBE_NULL)
            continue;
        struct trail here = {.up = trail, .name = field->name};
        if (!check_field(object->items[i], field, &here, error))
            return false;
    }
    return true;
}

bool dw_kube_check(const struct dw_node *object, const struct dw_kube_field *fields, const char *path, struct dw_error *error)
{
    struct trail top = {.name = path};
    if (object == NULL || dw_kube_value(object).kind == DW_KUBE_NULL)
        return true;
    if (object->kind != DW_NODE_MAPPING)
        return refuse(object, &top, "a mapping", error);
    return check_fields(object, fields, path[0] == '\0' ? NULL : &top, error);
}
