/* SPDX-License-Identifier: Apache-2.0
 *
 * Comments and annotations of a file that ask for findings to be left out: our own, and those of other tools. Here they are
 * read; suppress.c decides what they may do. */
#ifndef DW_POLICY_PRAGMA_H
#define DW_POLICY_PRAGMA_H

#include "document/document.h"
#include "dockerfile/dockerfile.h"

enum dw_pragma_tool {
    DW_PRAGMA_OWN,         /* # dockworthy [global|stage] ignore=ID[,ID…] ticket=… until=YYYY-MM-DD reason="…" */
    DW_PRAGMA_HADOLINT,    /* # hadolint [global|stage] ignore=DL3008 */
    DW_PRAGMA_BUILDKIT,    /* # check=skip=JSONArgsRecommended */
    DW_PRAGMA_CHECKOV,     /* #checkov:skip=CKV_DOCKER_2:reason; annotation checkov.io/skip1 */
    DW_PRAGMA_TRIVY,       /* #trivy:ignore:DS-0002[:exp:YYYY-MM-DD] */
    DW_PRAGMA_KICS,        /* # kics-scan ignore */
    DW_PRAGMA_KUBE_LINTER, /* annotation ignore-check.kube-linter.io/NAME */
    DW_PRAGMA_TOOL_COUNT
};
/* "dockworthy", "hadolint", … */
const char *dw_pragma_tool_name(enum dw_pragma_tool tool);

struct dw_pragma {
    enum dw_pragma_tool tool;
    struct dw_slice path;      /* the file it stands in */
    unsigned line;             /* where it stands */
    unsigned first, last;      /* lines whose findings it is about; UINT_MAX: to the end of the file */
    bool every;                /* every rule of its tool */
    struct dw_slice *ids;
    size_t id_count;
    struct dw_slice ticket, reason; /* "" if not given */
    int64_t until;             /* first second of that day; DW_TIME_UNKNOWN if not given */
    struct dw_slice problem;   /* why it means nothing; "" if it means something */
    size_t used;               /* findings it covers */
};
struct dw_pragmas {
    DW_VECTOR(struct dw_pragma) list;
};
void dw_pragmas_free(struct dw_pragmas *pragmas);

/* Adds those of DOCKERFILE; texts are in ARENA. */
void dw_pragmas_of_dockerfile(struct dw_pragmas *pragmas, struct dw_arena *arena, const struct dw_dockerfile *dockerfile);
/* Adds those of a YAML document: a comment of its own line is about the member or item behind it with all that is below, a
 * comment behind a member about that one; annotations of an object are about the object. */
void dw_pragmas_of_document(struct dw_pragmas *pragmas, struct dw_arena *arena, const struct dw_document *document);

#endif
