/* SPDX-License-Identifier: Apache-2.0
 *
 * One container as it will run, in one model for every way to ask for it: a Compose service, a container of a Kubernetes
 * pod, and later docker run, docker inspect and OCI config.json (parsing.md, sections 3.5, 4, 5, 6 of the design). The
 * rules of chapter 4 judge this model and nothing else, so that a setting means the same everywhere.
 *
 * Every setting carries the node of the document it was written at; defaults of the engine or kubelet are not filled in: unset is
 * a value of its own. */
#ifndef DW_CONTAINER_CONTAINER_H
#define DW_CONTAINER_CONTAINER_H

#include "document/document.h"
#include "dockerfile/dockerfile.h"

enum dw_platform_kind {
    DW_CONTAINER_COMPOSE,
    DW_CONTAINER_KUBERNETES,
};

/* Which of a pod's lists it stands in; Compose services are main containers. */
enum dw_container_role { DW_ROLE_MAIN, DW_ROLE_INIT, DW_ROLE_EPHEMERAL };

/* A setting that is yes or no. */
enum dw_switch {
    DW_SWITCH_UNSET,
    DW_SWITCH_OFF,
    DW_SWITCH_ON,
    DW_SWITCH_UNKNOWN, /* set, but what it says cannot be told: a variable without a value, no boolean */
};

/* A switch or a text with the place it was written at. NODE is NULL when it is unset; PROBLEM says why its value cannot be told,
 * "" if it can. */
struct dw_container_switch {
    enum dw_switch value;
    const struct dw_node *node;
    struct dw_slice problem;
};
struct dw_container_text {
    struct dw_slice text;    /* after substitution; "" when unset */
    struct dw_slice written; /* as it stands in the file */
    const struct dw_node *node;
    struct dw_slice problem;
};

/* An image of a registry that the container needs. */
enum dw_container_image_use {
    DW_CONTAINER_IMAGE,         /* the container's own */
    DW_CONTAINER_IMAGE_VOLUME,  /* a volume made of an image */
    DW_CONTAINER_BUILD_CONTEXT, /* build.additional_contexts: docker-image:// */
};
struct dw_container_image {
    enum dw_container_image_use use;
    struct dw_container_text reference;
};

enum dw_profile {
    DW_PROFILE_UNSET,
    DW_PROFILE_DEFAULT,    /* the runtime's: "builtin", RuntimeDefault, runtime/default */
    DW_PROFILE_UNCONFINED,
    DW_PROFILE_CUSTOM,     /* a name or file of its own: text */
    DW_PROFILE_UNKNOWN,    /* set to something that is none of these: problem */
};
struct dw_container_profile {
    enum dw_profile kind;
    struct dw_container_text text; /* custom: the profile's name or path, as written */
    struct dw_slice path;          /* seccomp, custom: path to read from the current folder; "" if it is not a file here (localhostProfile) */
};

/* Key of a capability list, a group, a sysctl, an option: with the place of the item. */
struct dw_container_item {
    struct dw_slice name, value; /* value: "" where the kind has none */
    const struct dw_node *node;
    struct dw_slice problem;     /* the item cannot be told; "" if it can */
};
struct dw_container_items {
    struct dw_container_item *at;
    size_t len, capacity;
    const struct dw_node *node; /* of the whole list, NULL if there is none */
};

enum dw_mount_kind { DW_MOUNT_BIND, DW_MOUNT_VOLUME, DW_MOUNT_TMPFS, DW_MOUNT_NPIPE, DW_MOUNT_IMAGE, DW_MOUNT_OTHER };
struct dw_container_mount {
    enum dw_mount_kind kind;
    struct dw_slice type;        /* as the platform calls it: "hostPath", "emptyDir", "bind" */
    struct dw_slice source;      /* bind: path on the host, cleaned and absolute where it can be told; volume: its name; "" for none */
    struct dw_slice target;      /* in the container; "" if the volume is defined but not mounted */
    bool read_only;
    struct dw_slice propagation; /* "shared", "rslave", "Bidirectional"; "" if unset */
    bool in_disguise;            /* a named volume whose driver options make it a bind mount */
    const struct dw_node *node;
    struct dw_slice problem;
};

struct dw_container_port {
    struct dw_slice host_address; /* "" if none is given */
    bool published;               /* to the host: Compose ports, hostPort */
    unsigned host_first, host_last; /* 0: chosen by the engine */
    unsigned container_first, container_last;
    struct dw_slice protocol;     /* "tcp" by default */
    const struct dw_node *node;
    struct dw_slice problem;
};

enum dw_variable_source { DW_VARIABLE_LITERAL, DW_VARIABLE_SHELL, DW_VARIABLE_FILE, DW_VARIABLE_REFERENCE };
struct dw_container_variable {
    struct dw_slice name, value; /* value: "" unless literal or file */
    enum dw_variable_source source; /* shell: passed from the environment of the command; reference: secretKeyRef and its like */
    struct dw_slice file;        /* file: the env_file's path */
    bool untracked;              /* file: it lies in a git repository that does not track it */
    struct dw_slice reference;   /* reference: "secretKeyRef", "configMapKeyRef", "fieldRef"; "secretRef" when NAME is "" */
    const struct dw_node *node;
    struct dw_slice problem;
};

/* A user or hook that is given over the container's own. */
struct dw_container_hook {
    struct dw_slice name; /* "post_start", "pre_stop" */
    struct dw_container_text user;
    struct dw_container_switch privileged;
};

struct dw_container {
    enum dw_platform_kind platform;
    enum dw_container_role role;
    struct dw_slice name;
    struct dw_slice what;       /* for messages: "service web", "container app of Deployment shop" */
    const struct dw_node *node; /* the mapping of the service or container: missing settings are reported here and added here */
    const struct dw_node *key;  /* the service's key, or the container's name node; for the position of messages */
    const struct dw_node *pod;  /* Kubernetes: the pod spec's mapping; else NULL */
    struct dw_slice profiles;   /* Compose: "debug" when the service is only in that profile; else "" */
    bool windows;               /* Kubernetes: spec.os.name is windows */
    bool host_users_off;        /* Kubernetes: hostUsers: false */

    DW_VECTOR(struct dw_container_image) images;
    /* Compose: what the service is built from; parsed and owned by the project. NULL: it is not built, or problem says why
     * the Dockerfile cannot be read. */
    const struct dw_dockerfile *dockerfile;
    struct dw_slice build_problem;
    struct dw_slice dockerfile_path; /* from the current folder, whether it can be read or not; "" if it is no file of its own */
    struct dw_slice target;          /* the stage that is built, when it is named and not the last one */
    bool dockerfile_inline;          /* the Dockerfile stands in the Compose file itself, and so do its places */
    bool built; /* the service has a build section */

    struct dw_container_text user;           /* Docker's user[:group]; Kubernetes: "runAsUser[:runAsGroup]" of the effective ones,
                                              * ":runAsGroup" when only that is set */
    struct dw_container_switch run_as_non_root; /* Kubernetes, effective; unset elsewhere */
    struct dw_container_items groups;        /* group_add, supplementalGroups, fsGroup */
    DW_VECTOR(struct dw_container_hook) hooks;

    struct dw_container_switch read_only, privileged, no_new_privileges /* Kubernetes: allowPrivilegeEscalation: false is ON */;
    struct dw_container_items capabilities_add, capabilities_drop; /* names upper case, without CAP_ (Kubernetes: as written) */
    struct dw_container_profile seccomp, apparmor;
    struct dw_container_items selinux;       /* "user", "role", "type", "level"; "disable" */
    struct dw_container_switch system_paths_unconfined, writable_cgroups;
    struct dw_container_text proc_mount;     /* Kubernetes */
    struct dw_container_items security_unknown; /* keys of security_opt that nobody knows */
    /* "host", "private", "service:x", "container:x", a name; Kubernetes hostPID and its like give "host". */
    struct dw_container_text pid, network, ipc, uts, user_namespace, cgroup;
    DW_VECTOR(struct dw_container_mount) mounts;
    struct dw_container_switch api_socket;   /* use_api_socket */
    struct dw_container_items devices;       /* devices, device_cgroup_rules, gpus, reservations: name is the key, value what it says */
    struct dw_container_text pids_limit, memory_limit, cpu_limit, memory_request, cpu_request;
    struct dw_container_switch oom_kill_disable;
    struct dw_container_switch health_check; /* Compose: OFF is disable: true or NONE */
    struct dw_container_switch liveness, readiness; /* Kubernetes probes */
    struct dw_container_text log_driver;
    struct dw_container_items log_options;
    struct dw_container_text restart;        /* Compose: "on-failure:5"; deploy.restart_policy as the same text */
    struct dw_container_switch publish_all;
    DW_VECTOR(struct dw_container_port) ports;
    struct dw_container_text runtime, cgroup_parent;
    struct dw_container_items sysctls, ulimits;
    struct dw_container_items host_code;     /* provider, credential_spec: what runs or reads on the host */
    DW_VECTOR(struct dw_container_variable) environment;
};

#endif
