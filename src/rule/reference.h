/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: what BASE-001 to BASE-003 ask of one reference to an image, wherever it stands. */
#ifndef DW_RULE_REFERENCE_H
#define DW_RULE_REFERENCE_H

#include "model/image_name.h"
#include "rule/judge.h"

/* Is it pinned by digest (BASE-001), has it a version (BASE-002), does it come from an allowed place (BASE-003)? */
enum dw_reference_aspect { DW_REFERENCE_PINNED, DW_REFERENCE_TAGGED, DW_REFERENCE_ALLOWED };

/* A reference and its place. */
struct dw_reference_place {
    struct dw_slice text;       /* after substitution */
    struct dw_slice written;    /* as it stands in the file */
    struct dw_slice what;       /* names the place in messages: "FROM", "service web" */
    struct dw_judge_finding at; /* place; message, fix and variant are the rule's */
    /* Where a digest can be written: the node, or the part WRITTEN of the instruction's line. NULL: nowhere. */
    const struct dw_node *node;
    const struct dw_dockerfile *dockerfile;
    const struct dw_instruction *instruction;
};

/* Judges the reference; one that is none is unknown. */
void dw_reference_aspect_judge(struct dw_judge *judge, enum dw_reference_aspect aspect,
                               const struct dw_reference_place *place);
/* Every reference of DOCKERFILE that the shipped stage needs. */
void dw_reference_aspect_judge_dockerfile(struct dw_judge *judge, enum dw_reference_aspect aspect,
                                          const struct dw_dockerfile *dockerfile);

/* The digest that NAME, which has none, has by dockworthy.lock or a given image; or "". */
struct dw_slice dw_reference_locked(struct dw_judge *judge, const struct dw_image_name *name);

/* Does NAME match PATTERN: a registry ("ghcr.io", "*.example.com"), or registry, repository and tag ("ghcr.io/team/...",
 * "docker.io/library/node:2*", "node")? "*" stands for any text; what Docker Hub's names leave out is filled in; a pattern without a
 * tag takes every tag. */
bool dw_reference_matches(struct dw_slice pattern, struct dw_slice registry, struct dw_slice repository, struct dw_slice tag);

#endif
