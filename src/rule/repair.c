/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/repair.h"

/* The finding's edits so far, to add to; false when there is nothing to do. */
static bool begin(struct dw_judge *judge, const struct dw_judge_finding *finding, struct dw_edits *edits)
{
    *edits = (struct dw_edits){.arena = &judge->verdict->arena, .problem = DW_SLICE("")};
    if (!judge->settings->repairs || finding->repair_refused)
        return false;
    for (size_t i = 0; i < finding->edit_count; i++)
        *dw_vector_push(&edits->list) = finding->edits[i];
    return true;
}

static bool end(struct dw_judge *judge, struct dw_judge_finding *finding, struct dw_edits *edits)
{
    bool good = edits->problem.len == 0 && edits->list.len > 0;
    finding->repair_refused = !good;
    finding->edit_count = good ? edits->list.len : 0;
    if (!good) {
        finding->repair = DW_REPAIR_NONE;
        finding->repair_note = edits->problem;
    } else {
        struct dw_edit *kept = dw_arena_alloc(&judge->verdict->arena, edits->list.len, sizeof(*kept));
        memcpy(kept, edits->list.at, edits->list.len * sizeof(*kept));
        finding->edits = kept;
        if (finding->repair == DW_REPAIR_NONE)
            finding->repair = judge->rule->repair;
    }
    dw_edits_free(edits);
    return good;
}

bool dw_repair_set(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_node *mapping, const char *path,
                   const char *value)
{
    struct dw_edits edits;
    if (!begin(judge, finding, &edits))
        return false;
    dw_edits_set(&edits, mapping, path, dw_slice_of(value));
    return end(judge, finding, &edits);
}

bool dw_repair_append(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_node *mapping, const char *path,
                      const char *item)
{
    struct dw_edits edits;
    struct dw_slice items[] = {dw_slice_of(item)};
    if (!begin(judge, finding, &edits))
        return false;
    dw_edits_append(&edits, mapping, path, items, 1);
    return end(judge, finding, &edits);
}

bool dw_repair_replace(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_node *scalar, struct dw_slice text)
{
    struct dw_edits edits;
    if (!begin(judge, finding, &edits))
        return false;
    dw_edits_replace(&edits, scalar, text);
    return end(judge, finding, &edits);
}

bool dw_repair_remove(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_node *node)
{
    struct dw_edits edits;
    if (!begin(judge, finding, &edits))
        return false;
    dw_edits_remove(&edits, node);
    return end(judge, finding, &edits);
}

const char *dw_repair_quote(struct dw_judge *judge, struct dw_slice text)
{
    return judge->settings->repairs ? dw_yaml_quote(&judge->verdict->arena, text).at : "";
}

/* A Dockerfile within a Compose file has places of its own, not the file's. */
static bool begin_dockerfile(struct dw_judge *judge, struct dw_judge_finding *finding, struct dw_edits *edits)
{
    if (!begin(judge, finding, edits))
        return false;
    if (judge->subject->kind == DW_SUBJECT_DOCKERFILE)
        return true;
    dw_edits_fail(edits, "the Dockerfile is repaired where it is a subject of its own");
    return end(judge, finding, edits);
}

bool dw_repair_line_before(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_dockerfile *dockerfile,
                           const struct dw_instruction *instruction, struct dw_slice text)
{
    struct dw_edits edits;
    if (!begin_dockerfile(judge, finding, &edits))
        return false;
    dw_edits_line_before(&edits, dockerfile, instruction, text);
    return end(judge, finding, &edits);
}

bool dw_repair_line_after(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_dockerfile *dockerfile,
                          const struct dw_instruction *instruction, struct dw_slice text)
{
    struct dw_edits edits;
    if (!begin_dockerfile(judge, finding, &edits))
        return false;
    dw_edits_line_after(&edits, dockerfile, instruction, text);
    return end(judge, finding, &edits);
}

bool dw_repair_part(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_dockerfile *dockerfile,
                    const struct dw_instruction *instruction, struct dw_slice part, struct dw_slice text)
{
    struct dw_edits edits;
    if (!begin_dockerfile(judge, finding, &edits))
        return false;
    dw_edits_part(&edits, dockerfile, instruction, part, text);
    return end(judge, finding, &edits);
}

bool dw_repair_after_part(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_dockerfile *dockerfile,
                          const struct dw_instruction *instruction, struct dw_slice part, struct dw_slice text)
{
    /* The last byte's place and one more: the byte behind it may be on the next line. */
    struct dw_edits edits;
    if (!begin_dockerfile(judge, finding, &edits))
        return false;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer whole = {0};
    dw_buffer_append(&whole, part);
    dw_buffer_append(&whole, text);
    dw_edits_part(&edits, dockerfile, instruction, part, dw_buffer_slice(&whole));
    return end(judge, finding, &edits);
}

bool dw_repair_remove_flag(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_dockerfile *dockerfile,
                           const struct dw_instruction *instruction, const char *name)
{
    struct dw_edits edits;
    if (!begin_dockerfile(judge, finding, &edits))
        return false;
    dw_edits_remove_flag(&edits, dockerfile, instruction, name);
    return end(judge, finding, &edits);
}

bool dw_repair_instruction(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_dockerfile *dockerfile,
                           const struct dw_instruction *instruction, struct dw_slice text)
{
    struct dw_edits edits;
    if (!begin_dockerfile(judge, finding, &edits))
        return false;
    dw_edits_instruction(&edits, dockerfile, instruction, text);
    return end(judge, finding, &edits);
}

bool dw_repair_bytes(struct dw_judge *judge, struct dw_judge_finding *finding, const struct dw_dockerfile *dockerfile, size_t start,
                     size_t finish, struct dw_slice text)
{
    struct dw_edits edits;
    if (!begin_dockerfile(judge, finding, &edits))
        return false;
    if (start == SIZE_MAX)
        dw_edits_fail(&edits, "the file writes this in another form");
    else
        dw_edits_add(&edits, dockerfile->name, dockerfile->source, start, finish, text);
    return end(judge, finding, &edits);
}

void dw_repair_refuse(struct dw_judge *judge, struct dw_judge_finding *finding, const char *reason)
{
    struct dw_edits edits;
    if (!begin(judge, finding, &edits))
        return;
    dw_edits_fail(&edits, "%s", reason);
    end(judge, finding, &edits);
}
