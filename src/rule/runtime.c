/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/runtime.h"

#include "seccomp/capability.h"

static const struct dw_node *place_of(const struct dw_container *container, const struct dw_node *node)
{
    return node != NULL ? node : container->key != NULL ? container->key : container->node;
}

static struct dw_judge_finding finding_of(const struct dw_container *container, const struct dw_node *node,
                                          struct dw_runtime_fault fault)
{
    struct dw_judge_finding finding = dw_judge_at_node(place_of(container, node));
    finding.variant = fault.variant;
    finding.severity = fault.severity;
    finding.message = fault.message;
    finding.fix = fault.fix;
    return finding;
}

/* A value that substitution made is not what stands in the file. */
static bool is_written(const struct dw_node *node)
{
    return dw_slice_find(dw_slice_part(node->document->source, node->start, node->end - node->start), '$') == SIZE_MAX;
}

static void repair(struct dw_judge *judge, const struct dw_container *container, struct dw_runtime_fault fault,
                   struct dw_judge_finding *finding)
{
    if (!judge->settings->repairs)
        return;
    if (fault.note != NULL)
        finding->repair_note = dw_slice_of(fault.note);
    for (size_t i = 0; i < DW_RUNTIME_CHANGES && fault.changes[i].kind != DW_RUNTIME_NOTHING; i++) {
        const struct dw_runtime_change *change = &fault.changes[i];
        const struct dw_node *node = change->node != NULL ? change->node : container->node;
        switch (change->kind) {
        case DW_RUNTIME_SET:
            dw_repair_set(judge, finding, node, change->path, change->text);
            break;
        case DW_RUNTIME_APPEND:
            dw_repair_append(judge, finding, node, change->path, change->text);
            break;
        case DW_RUNTIME_REMOVE:
            dw_repair_remove(judge, finding, node);
            break;
        case DW_RUNTIME_REPLACE:
            if (is_written(node))
                dw_repair_replace(judge, finding, node, dw_slice_of(change->text));
            else
                dw_repair_refuse(judge, finding, "the value comes from a variable");
            break;
        case DW_RUNTIME_NOTHING:
            break;
        }
    }
}

void dw_runtime_fail(struct dw_judge *judge, const struct dw_container *container, const struct dw_node *node,
                     struct dw_runtime_fault fault)
{
    struct dw_judge_finding finding = finding_of(container, node, fault);
    repair(judge, container, fault, &finding);
    dw_judge_fail(judge, finding);
}

void dw_runtime_inform(struct dw_judge *judge, const struct dw_container *container, const struct dw_node *node,
                       struct dw_runtime_fault fault)
{
    dw_judge_inform(judge, finding_of(container, node, fault));
}

void dw_runtime_unknown(struct dw_judge *judge, const struct dw_container *container, const struct dw_node *node,
                        struct dw_slice problem)
{
    node = place_of(container, node);
    dw_judge_unknown(judge, node != NULL ? node->document->name : DW_SLICE(""), node != NULL ? node->line : 0,
                     dw_judge_text(judge, "%.*s: %.*s", DW_SLICE_ARG(container->what), DW_SLICE_ARG(problem)));
}

void dw_runtime_pass(struct dw_judge *judge, const struct dw_container *container, const struct dw_node *node,
                     struct dw_slice text)
{
    node = place_of(container, node);
    dw_judge_pass(judge, "file", node != NULL ? node->document->name : DW_SLICE(""), node != NULL ? node->line : 0, text);
}

bool dw_runtime_runs(const struct dw_container *container)
{
    for (size_t i = 0; i < container->host_code.len; i++)
        if (dw_slice_is(container->host_code.at[i].name, "provider"))
            return false;
    return true;
}

bool dw_runtime_allows(struct dw_judge *judge, const char *name, struct dw_slice text)
{
    size_t count;
    const struct dw_slice *values = dw_judge_parameter(judge, name, &count);
    for (size_t i = 0; i < count; i++)
        if (dw_slice_equal_nocase(values[i], text))
            return true;
    return false;
}

struct dw_slice dw_runtime_value(struct dw_judge *judge, const char *name)
{
    size_t count;
    const struct dw_slice *values = dw_judge_parameter(judge, name, &count);
    return count > 0 ? values[0] : DW_SLICE("");
}

bool dw_runtime_rule_on(const struct dw_judge *judge, const char *id)
{
    for (size_t i = 0; i < judge->settings->switch_count; i++)
        if (dw_slice_is(judge->settings->switches[i].id, id))
            return judge->settings->switches[i].enabled;
    return true;
}

static bool holds(const struct dw_container_items *items, const char *name)
{
    for (size_t i = 0; i < items->len; i++)
        if (dw_slice_equal_nocase(items->at[i].name, dw_slice_of(name)))
            return true;
    return false;
}

static uint64_t bits(const struct dw_container_items *items)
{
    uint64_t set = 0;
    for (size_t i = 0; i < items->len; i++)
        set |= dw_capability_bit(items->at[i].name);
    return set;
}

uint64_t dw_runtime_capabilities(const struct dw_container *container)
{
    const struct dw_container_items *add = &container->capabilities_add, *drop = &container->capabilities_drop;
    bool add_all = holds(add, "ALL"), drop_all = holds(drop, "ALL");
    if (container->privileged.value == DW_SWITCH_ON)
        return DW_CAPABILITIES_ALL;
    /* Docker looks at an added ALL first, and a dropped ALL then takes nothing away; containerd the other way round. */
    if (add_all && (dw_runtime_is_compose(container) || !drop_all))
        return DW_CAPABILITIES_ALL & ~bits(drop);
    if (drop_all)
        return bits(add);
    return (dw_capabilities_default() | bits(add)) & ~bits(drop);
}

void dw_runtime_instructions(struct dw_judge *judge, const struct dw_dockerfile_view *view, enum dw_instruction_kind kind,
                             void (*look)(struct dw_judge *judge, const struct dw_dockerfile *dockerfile,
                                          const struct dw_instruction *instruction))
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    for (size_t i = 0; i < dockerfile->instructions.len; i++) {
        const struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        if (instruction->stage >= dockerfile->stages.len || !dockerfile->stages.at[instruction->stage].reachable)
            continue;
        if (instruction->kind == DW_INSTRUCTION_ONBUILD && instruction->inner != NULL)
            instruction = instruction->inner;
        if (instruction->kind == kind)
            look(judge, dockerfile, instruction);
    }
}
