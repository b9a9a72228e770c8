/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DW_SBOM_RESOLVE_H
#define DW_SBOM_RESOLVE_H

#include "sbom/graph.h"

/* Adds an edge for every dependency that a package of the graph names and that another one of it satisfies:
 * - deb: by package name, then by Provides; of several architectures the same one (or "all");
 * - apk: by token ("so:…", "cmd:…", a name) among what the packages provide and are called;
 * - npm, installed: as Node.js looks for modules, from the package's own node_modules upwards;
 * - npm, lock file: by name within the same file; a name that is there in several versions means each of them.
 * What names nothing that is there adds no edge (optional dependencies, alternatives). */
void dw_sbom_resolve(struct dw_sbom_graph *graph);

#endif
