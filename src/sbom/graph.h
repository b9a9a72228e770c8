/* SPDX-License-Identifier: Apache-2.0
 *
 * The components of a subject and which needs which: a root, an operating system, lock files and packages, each with a
 * reference that is unique in the document. */
#ifndef DW_SBOM_GRAPH_H
#define DW_SBOM_GRAPH_H

#include "base/map.h"
#include "model/subject.h"

enum dw_sbom_node_kind { DW_SBOM_ROOT, DW_SBOM_SYSTEM, DW_SBOM_LOCK_FILE, DW_SBOM_PACKAGE };

struct dw_sbom_node {
    enum dw_sbom_node_kind kind;
    struct dw_slice ref;
    const struct dw_package *package; /* DW_SBOM_PACKAGE; of a lock file: one of its packages */
    DW_VECTOR(size_t) depends;        /* numbers of nodes, rising: the order of their refs */
    bool needed;                      /* another package depends on it */
    bool reached;
};

struct dw_sbom_graph {
    struct dw_arena arena;
    DW_VECTOR(struct dw_sbom_node) nodes; /* sorted by ref */
    size_t root, system;                  /* their numbers; system is SIZE_MAX if no distribution is known */
    bool ambiguous; /* a dependency could mean too many packages to list: the edges are incomplete */
};

/* Builds the graph. Every node can be reached from the root: the root needs the operating system, the lock files and
 * what no package of an installed tree needs; the operating system what no OS package needs; cycles that nothing else
 * needs hang by their first member. ROOT_REF is copied. */
void dw_sbom_graph_build(struct dw_sbom_graph *graph, const struct dw_subject *subject, struct dw_slice root_ref);
void dw_sbom_graph_free(struct dw_sbom_graph *graph);

/* Trivy's name of the distribution family ("redhat" for rhel); the id itself where they agree. */
struct dw_slice dw_sbom_family(const struct dw_distribution *distribution);
struct dw_slice dw_sbom_release(const struct dw_distribution *distribution);

#endif
