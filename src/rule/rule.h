/* SPDX-License-Identifier: Apache-2.0
 *
 * The catalogue of rules (rules.md), and what judges models by it. Each judge adds findings and, for every rule that can
 * say something of the subject, one result to the verdict. */
#ifndef DW_RULE_RULE_H
#define DW_RULE_RULE_H

#include "document/document.h"
#include "dockerfile/dockerfile.h"
#include "model/verdict.h"

struct dw_rule {
    const char *id;             /* "BASE-001" */
    const char *title;
    enum dw_severity severity;  /* DW_SEVERITY_NEGLIGIBLE is written "info" */
    unsigned subjects;          /* bits 1 << enum dw_subject_kind */
    const char *what;           /* what it checks, one or two sentences */
    const char *why;            /* why it matters */
    const char *fix;            /* what to do, in general */
    const char *aliases;        /* ids in other tools, separated by "|"; "" for none */
};

extern const struct dw_rule dw_rules[];
extern const size_t dw_rule_count;
/* The row of ID ("BASE-001", or with a variant: "USR-001.implicit"), or NULL. */
const struct dw_rule *dw_rule_find(struct dw_slice id);

/* A severity that the policy sets for a rule or a variant of it. */
struct dw_rule_severity {
    struct dw_slice id; /* "USR-001" or "USR-001.implicit" */
    enum dw_severity severity;
};

/* What the policy says to the rules. Everything is the caller's and must live as long as the verdict. */
struct dw_rule_settings {
    const struct dw_slice *node_families; /* allowed base families of a Node service: "distroless", "alpine", a distribution's id */
    size_t node_family_count;             /* 0: any */
    uint32_t user_lowest, user_highest;   /* allowed uids; equal for one */
    const struct dw_rule_severity *severities; /* a finding of a variant takes the variant's own, else the rule's */
    size_t severity_count;
};

/* "distroless" and "alpine"; 65532. */
struct dw_rule_settings dw_rule_settings_default(void);

/* An image or folder: BASE-004, USR-001 to USR-003, IMG-001, LBL-006. DOCKERFILE, from which it was built, is evidence
 * and may be NULL. Nothing for other kinds. */
void dw_rules_judge_image(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                          struct dw_subject *subject, const struct dw_dockerfile *dockerfile);

/* A Dockerfile: BASE-001, BASE-002, BASE-004, USR-001 to USR-003. IMAGE is the image built from it, if it is at hand and
 * readable: then it decides whatever the Dockerfile leaves open. May be NULL. A file for another build frontend than
 * docker/dockerfile may have another grammar: not evaluated. */
void dw_rules_judge_dockerfile(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                               struct dw_subject *subject, const struct dw_dockerfile *dockerfile,
                               const struct dw_subject *image);

/* A Compose file: BASE-001, BASE-002 on images, volumes and build contexts, also of inline Dockerfiles; USR-001 to
 * USR-004 on the users it sets. Files it extends or includes are not followed, and a Dockerfile that it builds from must be
 * a subject of the verdict already (its name a path, as the document's is): else not evaluated. */
void dw_rules_judge_compose(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                            struct dw_subject *subject, const struct dw_document *document);

/* A file of Kubernetes manifests: BASE-001, BASE-002 on all three container lists and image volumes of every pod spec that is
 * found, whatever the kind of the object around it; USR-001 to USR-004. A file without any is not applicable. */
void dw_rules_judge_kubernetes(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                               struct dw_subject *subject, const struct dw_document *document);

/* A subject that could not be read: every rule of its kind is not evaluated, for REASON. */
void dw_rules_judge_unreadable(struct dw_verdict *verdict, struct dw_subject *subject, struct dw_slice reason);

#endif
