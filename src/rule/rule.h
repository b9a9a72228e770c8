/* SPDX-License-Identifier: Apache-2.0
 *
 * The catalogue of rules (rules.md), and what judges models by it. A rule is one row of a chapter's table and the functions
 * that look at a model for it; the catalogue runs every rule that has a function for a model, so that lint and check say the
 * same. For every rule that can say something of the subject there is one result, and a finding for everything wrong. */
#ifndef DW_RULE_RULE_H
#define DW_RULE_RULE_H

#include "compose/compose.h"
#include "container/container.h"
#include "document/document.h"
#include "dockerfile/dockerfile.h"
#include "kubernetes/kubernetes.h"
#include "kubernetes/pod_security.h"
#include "model/verdict.h"
#include "shell/shell.h"

struct dw_judge;
struct dw_build_context;

/* A Dockerfile with what is known around it. */
struct dw_dockerfile_view {
    const struct dw_dockerfile *dockerfile;
    const struct dw_subject *image; /* the image built from it, at hand and readable; else NULL */
    const struct dw_shell_scripts *scripts; /* what its instructions run, read once for all rules */
    struct dw_build_context *context;       /* the folder it is built in, where settings allow it to be read; else NULL */
};

/* A sub-check with a severity and aliases of its own. */
struct dw_rule_variant {
    const char *name;          /* "implicit" of USR-001.implicit */
    enum dw_severity severity; /* DW_SEVERITY_UNKNOWN: the rule's; DW_SEVERITY_NEGLIGIBLE: information that fails nothing */
    const char *aliases;       /* beside the rule's; "" for none */
    const char *what;          /* what it means, some words */
};

/* A file that the rule finds something in, and the same file put right. */
struct dw_rule_example {
    const char *file; /* "Dockerfile", "compose.yaml", "pod.yaml": tells the kind */
    const char *bad, *good;
};

/* A value of the policy file under rules: ID: besides severity and enabled. */
struct dw_rule_parameter {
    const char *name;            /* "drivers" */
    const char *what;            /* for the documents */
    const char *const *defaults; /* ended by NULL; one text for a parameter that is no list */
    bool list;
};

struct dw_rule {
    const char *id;             /* "BASE-001" */
    const char *title;
    unsigned chapter;           /* of the policy: 1 to 8; 0: hygiene, the policy does not ask for it */
    enum dw_severity severity;  /* DW_SEVERITY_NEGLIGIBLE is written "info": information, fails nothing */
    bool off;                   /* judged only where the policy enables it */
    bool needs_records;         /* asks for more than files can tell (a registry, a lock file): for lint not evaluated is no gap */
    enum dw_repair repair;      /* the most that its repairs do */
    const char *what;           /* what it checks, one or two sentences */
    const char *why;            /* why it matters */
    const char *fix;            /* what to do, in general */
    const char *aliases;        /* ids in other tools, separated by "|"; "" for none */
    const char *pass;           /* said when all passed: "every image is pinned by digest" */
    const char *none;           /* said when nothing was there to judge: "no image of a registry is named" */
    const struct dw_rule_variant *variants; /* ended by a NULL name; NULL: none */
    const struct dw_rule_parameter *parameters; /* likewise */
    const struct dw_rule_example *examples; /* ended by a NULL file; NULL: none */
    unsigned subjects;          /* bits 1 << enum dw_subject_kind of kinds without a function below; these have their own bit */
    /* Each says what it found by the dw_judge_ functions of judge.h, and nothing for what it does not apply to. */
    void (*dockerfile)(struct dw_judge *judge, const struct dw_dockerfile_view *view);
    void (*compose)(struct dw_judge *judge, const struct dw_compose *project);
    void (*kubernetes)(struct dw_judge *judge, const struct dw_kubernetes *manifests);
    void (*container)(struct dw_judge *judge, const struct dw_container *container); /* each of a project or of manifests */
    bool builds; /* .container looks itself into the Dockerfile that the container is built from, also an inline one */
    void (*image)(struct dw_judge *judge, const struct dw_dockerfile *built_from);   /* judge->subject; BUILT_FROM may be NULL */
    bool on_image;              /* DOCKERFILE also judges an image, as its config and history tell how it was made */
};
/* A table of rules with its length. */
#define DW_RULE_COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* The rule at INDEX, in the order of the catalogue, or NULL at the end. */
const struct dw_rule *dw_rule_at(size_t index);
/* The row of ID ("BASE-001", or with a variant: "USR-001.implicit"), or NULL. */
const struct dw_rule *dw_rule_find(struct dw_slice id);
/* Does ID, as a person or another tool writes it, name ALIAS of a row? "DS002", "DS-0002", "AVD-DS-0002" and "ds-0002" are one;
 * names of BuildKit's checks ("bk:…") and texts of KICS are told by their case; ID may lack the prefix "bk:", "kl:", "cis:",
 * "pss:", "kics:" or "scout:". */
bool dw_rule_alias_is(struct dw_slice id, struct dw_slice alias);
/* The next rule after *INDEX (start with 0) that ID names by its own id or by an alias; *VARIANT becomes the variant that the
 * alias or the id belongs to, or NULL for the whole rule. NULL at the end. */
const struct dw_rule *dw_rule_named(struct dw_slice id, size_t *index, const struct dw_rule_variant **variant);
/* Bits 1 << enum dw_subject_kind of what RULE can judge. */
unsigned dw_rule_subjects(const struct dw_rule *rule);
/* The variant's row, or NULL. */
const struct dw_rule_variant *dw_rule_variant_find(const struct dw_rule *rule, struct dw_slice name);

/* A severity that the policy sets for a rule or a variant of it. */
struct dw_rule_severity {
    struct dw_slice id; /* "USR-001" or "USR-001.implicit" */
    enum dw_severity severity;
};
/* A rule or variant that the policy switches on or off. */
struct dw_rule_switch {
    struct dw_slice id;
    bool enabled;
};
/* Values that the policy gives for a parameter. */
struct dw_rule_values {
    struct dw_slice id;   /* "RT-014" */
    struct dw_slice name; /* "drivers" */
    const struct dw_slice *values;
    size_t count;
};

/* An image that dockworthy.lock names: the digest that its tag had on a day. */
struct dw_locked_image {
    struct dw_slice reference; /* "docker.io/library/node:22-alpine": registry, repository and tag, normalised */
    struct dw_slice digest;    /* "sha256:…" */
    int64_t date;              /* first second of that day */
};

/* What build contexts were found to hold, for the time of one run. */
struct dw_context_cache;
struct dw_context_cache *dw_context_cache_new(void);
void dw_context_cache_free(struct dw_context_cache *cache);

/* What the policy says to the rules. Everything is the caller's and must live as long as the verdict. */
struct dw_rule_settings {
    const struct dw_slice *node_families; /* allowed base families of a Node service: "distroless", "alpine", a distribution's id */
    size_t node_family_count;             /* 0: any */
    uint32_t user_lowest, user_highest;   /* allowed uids; equal for one */
    bool read_only_root;                  /* RT-001 is asked for */
    const struct dw_slice *capabilities_add; /* that may be added; without CAP_ */
    size_t capability_count;
    struct dw_slice seccomp;              /* "default", or the path of the profile that containers must name */
    const struct dw_slice *registries;    /* globs of allowed registries and repositories; none: all */
    size_t registry_count;
    bool kubernetes_secret_env;           /* secrets.allow: secretKeyRef in env is allowed */
    int64_t now;                          /* DW_TIME_UNKNOWN: rules that need it are not evaluated */
    int64_t upgrade_every;                /* seconds */
    const struct dw_locked_image *locked; /* dockworthy.lock */
    size_t locked_count;
    bool repairs;                         /* findings get their edits */
    bool build_contexts;                  /* the folder of a Dockerfile and its .dockerignore may be read */
    struct dw_context_cache *context_cache; /* what folders hold, for many Dockerfiles in one; may be shared by threads; or NULL */
    bool repairs_unknown;                 /* what could not be told, but can be settled by a repair, is a finding too: not evaluated */
    bool findings_only;                   /* of results only those that are not evaluated are kept: for thousands of files */
    const bool *chosen;                   /* by the index of the catalogue, instead of switches of whole rules; NULL: those decide */
    const struct dw_rule_severity *severities; /* a finding of a variant takes the variant's own, else the rule's */
    size_t severity_count;
    const struct dw_rule_switch *switches;
    size_t switch_count;
    const struct dw_rule_values *values;
    size_t value_count;
};

/* "distroless" and "alpine"; 65532; read-only root; NET_BIND_SERVICE; default seccomp. */
struct dw_rule_settings dw_rule_settings_default(void);

/* Is RULE, a row of the catalogue, judged? */
bool dw_rule_is_on(const struct dw_rule_settings *settings, const struct dw_rule *rule);
/* Judges only the rules and variants that ONLY names (none: all that are on), without those of SKIP: lists of ids of ours or of
 * other tools ("DF-012", "USR-001.implicit", "DL3008"), each text may hold several with commas between. A rule that ONLY names is
 * judged though it is off by default. What it makes is in ARENA. Fails with DW_ERROR_USAGE for an id that names no rule. */
bool dw_rule_settings_choose(struct dw_rule_settings *settings, struct dw_arena *arena, const char *const *only, size_t only_count,
                             const char *const *skip, size_t skip_count, struct dw_error *error);

/* An image or folder. DOCKERFILE, from which it was built, is evidence and may be NULL. Nothing for other kinds. */
void dw_rules_judge_image(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                          struct dw_subject *subject, const struct dw_dockerfile *dockerfile);

/* A Dockerfile. IMAGE is the image built from it, if it is at hand and readable: then it decides whatever the Dockerfile
 * leaves open. May be NULL. A file for another build frontend than docker/dockerfile may have another grammar: not
 * evaluated. */
void dw_rules_judge_dockerfile(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                               struct dw_subject *subject, const struct dw_dockerfile *dockerfile,
                               const struct dw_subject *image);

/* A Compose project: every service as the container it becomes, the project as a whole, and its inline Dockerfiles as Dockerfiles.
 * A Dockerfile of its own that a service is built from is better a subject of the verdict already (its name a path from the current
 * folder): else only the rules that look into builds see it. */
void dw_rules_judge_compose(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                            struct dw_subject *subject, const struct dw_compose *project);

/* Kubernetes manifests. What they leave open (their problems) makes rules not evaluated. */
void dw_rules_judge_kubernetes(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                               struct dw_subject *subject, const struct dw_kubernetes *manifests);

/* The Pod Security Standards in place of the catalogue: LEVEL in version 1.MINOR on every pod. A finding is of the rule that asks for
 * the same, its variant is the check ("capabilities_restricted"); there is a result for each of these rules. Not together with
 * dw_rules_judge_kubernetes on the same subject. */
void dw_rules_judge_pod_security(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                                 struct dw_subject *subject, const struct dw_kubernetes *manifests,
                                 enum dw_pod_security_level level, unsigned minor);

/* A subject that could not be read: every rule of its kind is not evaluated, for REASON. */
void dw_rules_judge_unreadable(struct dw_verdict *verdict, struct dw_subject *subject, struct dw_slice reason);

#endif
