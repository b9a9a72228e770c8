/* SPDX-License-Identifier: Apache-2.0
 *
 * Repairs of users: always for review, as files may belong to another one. */
#include "rule/repair.h"
#include "rule/user.h"

#include <inttypes.h>

static bool runs_code(enum dw_instruction_kind kind)
{
    return kind == DW_INSTRUCTION_RUN || kind == DW_INSTRUCTION_USER;
}

/* The last USER, if nothing is run behind it; else a new one before what the image starts with: what is run there may need root. */
static void of_dockerfile(struct dw_judge *judge, const struct dw_dockerfile *dockerfile, struct dw_judge_finding *finding,
                          struct dw_slice user)
{
    const struct dw_build_stage *stage = &dockerfile->stages.at[dockerfile->shipped];
    const struct dw_instruction *start = NULL, *last = &dockerfile->instructions.at[stage->first + stage->count - 1];
    struct dw_slice line = dw_judge_text(judge, "USER %.*s", DW_SLICE_ARG(user));
    for (size_t i = stage->first + stage->count; i-- > stage->first;) {
        const struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        if (instruction == dockerfile->user.instruction && instruction->argument_count > 0) {
            dw_repair_part(judge, finding, dockerfile, instruction, dw_slice_trim(instruction->rest), user);
            return;
        }
        if (runs_code(instruction->kind))
            break;
        if (instruction->kind == DW_INSTRUCTION_CMD || instruction->kind == DW_INSTRUCTION_ENTRYPOINT)
            start = instruction;
    }
    if (start != NULL)
        dw_repair_line_before(judge, finding, dockerfile, start, line);
    else
        dw_repair_line_after(judge, finding, dockerfile, last, line);
}

static bool is_within(const struct dw_node *node, const struct dw_node *around)
{
    return around != NULL && node->document == around->document && node->start >= around->start && node->end <= around->end;
}

/* Several members of a securityContext, which may not be there yet. */
static void of_pod(struct dw_judge *judge, const struct dw_container *container, const struct dw_node *node,
                   struct dw_judge_finding *finding, struct dw_slice user)
{
    size_t colon = dw_slice_find(user, ':');
    const char *uid = dw_arena_copy(&judge->verdict->arena, dw_slice_part(user, 0, colon)).at;
    const char *gid = dw_arena_copy(&judge->verdict->arena, colon == SIZE_MAX ? DW_SLICE("") : dw_slice_from(user, colon + 1)).at;
    const struct dw_node *around = node != NULL && !is_within(node, container->node) ? container->pod : container->node;
    const struct dw_node *context = dw_node_get(around, "securityContext");
    if (context != NULL && context->kind == DW_NODE_MAPPING && context->count > 0) {
        dw_repair_set(judge, finding, context, "runAsNonRoot", "true");
        dw_repair_set(judge, finding, context, "runAsUser", uid);
        dw_repair_set(judge, finding, context, "runAsGroup", gid);
    } else {
        dw_repair_set(judge, finding, around, "securityContext",
                      dw_judge_text(judge, "runAsNonRoot: true\nrunAsUser: %s\nrunAsGroup: %s", uid, gid).at);
    }
}

static void of_service(struct dw_judge *judge, const struct dw_container *container, const struct dw_node *node,
                       struct dw_judge_finding *finding, struct dw_slice user)
{
    if (node != NULL && node->kind == DW_NODE_SCALAR)
        dw_repair_replace(judge, finding, node, user);
    else
        dw_repair_set(judge, finding, container->node, "user", dw_judge_text(judge, "\"%.*s\"", DW_SLICE_ARG(user)).at);
}

void dw_user_repair(struct dw_judge *judge, const struct dw_user_place *place, struct dw_judge_finding *finding, struct dw_slice user)
{
    if (!judge->settings->repairs)
        return;
    finding->repair = DW_REPAIR_REVIEW;
    finding->repair_note = dw_judge_text(judge, "it runs as %.*s: files that it writes must belong to this user, and ports below "
                                                "1024 may be closed to it",
                                         DW_SLICE_ARG(user));
    if (place->dockerfile != NULL)
        of_dockerfile(judge, place->dockerfile, finding, user);
    else if (place->container != NULL && place->container->platform == DW_CONTAINER_KUBERNETES)
        of_pod(judge, place->container, place->node, finding, user);
    else if (place->container != NULL)
        of_service(judge, place->container, place->node, finding, user);
    else
        finding->repair = DW_REPAIR_NONE;
}

struct dw_slice dw_user_repaired(struct dw_judge *judge, struct dw_slice uid)
{
    uint32_t own = judge->settings->user_lowest;
    return uid.len > 0 ? dw_judge_text(judge, "%.*s:%" PRIu32, DW_SLICE_ARG(uid), own)
                       : dw_judge_text(judge, "%" PRIu32 ":%" PRIu32, own, own);
}
