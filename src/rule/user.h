/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: USR-001 to USR-004 on one user. */
#ifndef DW_RULE_USER_H
#define DW_RULE_USER_H

#include "rule/judge.h"

/* What each of the four rules asks: is it root (USR-001), an allowed number (USR-002), of root's group (USR-003), and does it
 * bring root back over the image's own (USR-004). */
enum dw_user_aspect { DW_USER_ROOT, DW_USER_RANGE, DW_USER_GROUP, DW_USER_OVERRIDE };

/* Where a user is set, and how it is set right. */
struct dw_user_place {
    const char *kind;           /* of evidence: "image-config", "file" */
    struct dw_slice what;       /* "USER", "service web", "container app" */
    struct dw_judge_finding at; /* place, fix and repair; message and variant are the rule's */
    bool override;              /* set over an image's own user, so that root is USR-004's business */
    /* Where a repair is made: the Dockerfile, or the container with the user's node, if it has one. NULL: nowhere. */
    const struct dw_dockerfile *dockerfile;
    const struct dw_container *container;
    const struct dw_node *node;
    const struct dw_subject *accounts; /* the image whose etc/passwd and etc/group names are looked up in; NULL: not at hand */
};

/* Judges "user[:group]" as Docker reads it. */
void dw_user_judge(struct dw_judge *judge, enum dw_user_aspect aspect, const struct dw_user_place *place,
                   struct dw_slice user);
/* The user of a Windows image, which has accounts by name and neither root nor numbers; "" if none is set. USR-001 alone has a say:
 * ContainerAdministrator and Administrator are its root, ContainerUser is what Microsoft made for services. */
void dw_user_judge_windows(struct dw_judge *judge, enum dw_user_aspect aspect, const struct dw_user_place *place, struct dw_slice user);
/* Group 0 beside the primary one: "group_add", "fsGroup". Of USR-003 alone. */
void dw_user_judge_group(struct dw_judge *judge, const struct dw_user_place *place, struct dw_slice group);
/* A user that cannot be told; nothing for USR-004 unless it overrides. */
void dw_user_unknown(struct dw_judge *judge, enum dw_user_aspect aspect, const struct dw_user_place *place,
                     struct dw_slice reason);

/* The repair of FINDING: what is at PLACE runs as USER, "uid:gid". */
void dw_user_repair(struct dw_judge *judge, const struct dw_user_place *place, struct dw_judge_finding *finding, struct dw_slice user);
/* "uid:gid" with the policy's gid, and its uid if UID is "". In the verdict's arena. */
struct dw_slice dw_user_repaired(struct dw_judge *judge, struct dw_slice uid);

#endif
