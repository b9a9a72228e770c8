/* SPDX-License-Identifier: Apache-2.0 */
#include "dockerfile/write.h"

#include "base/mask.h"
#include "document/json_writer.h"
#include "dockerfile/parse.h"

static void write_masked(struct dw_json_writer *json, const char *key, struct dw_slice name, struct dw_slice value);

static void write_list(struct dw_json_writer *json, const char *key, const struct dw_slice *list, size_t count)
{
    dw_json_array_begin(json, key);
    for (size_t i = 0; i < count; i++)
        dw_json_string(json, NULL, list[i]);
    dw_json_array_end(json);
}

/* The same, masked; of ENV and LABEL the value behind a name that says so. */
static void write_masked_list(struct dw_json_writer *json, const char *key, const struct dw_instruction *instruction,
                              const struct dw_slice *list, size_t count)
{
    bool pairs = instruction->kind == DW_INSTRUCTION_ENV || instruction->kind == DW_INSTRUCTION_LABEL;
    dw_json_array_begin(json, key);
    for (size_t i = 0; i < count; i++)
        write_masked(json, NULL, pairs && i % 3 == 1 ? list[i - 1] : DW_SLICE(""), list[i]);
    dw_json_array_end(json);
}

/* As BuildKit's parser has it: an empty rest is no argument. */
static size_t tree_arguments(const struct dw_instruction *instruction)
{
    return !instruction->json && instruction->rest.len == 0 ? 0 : instruction->argument_count;
}

static void write_heredocs(struct dw_json_writer *json, const struct dw_instruction *instruction, bool mask)
{
    dw_json_array_begin(json, "heredocs");
    for (size_t i = 0; i < instruction->heredoc_count; i++) {
        const struct dw_heredoc *heredoc = &instruction->heredocs[i];
        dw_json_object_begin(json, NULL);
        dw_json_string(json, "name", heredoc->name);
        dw_json_integer(json, "descriptor", heredoc->descriptor > INT64_MAX ? 0 : (int64_t)heredoc->descriptor);
        dw_json_bool(json, "expand", heredoc->expand);
        dw_json_bool(json, "chomp", heredoc->chomp);
        if (mask)
            write_masked(json, "text", DW_SLICE(""), heredoc->text);
        else
            dw_json_string(json, "text", heredoc->text);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
}

static void write_instruction(struct dw_json_writer *json, const char *key, const struct dw_instruction *instruction, bool mask);

/* The members of the tree; the facts MASK what looks like a credential. */
static void write_parts(struct dw_json_writer *json, const struct dw_instruction *instruction, bool mask)
{
    dw_json_string(json, "name", instruction->keyword);
    write_list(json, "flags", instruction->flags, instruction->flag_count);
    if (mask)
        write_masked_list(json, "arguments", instruction, instruction->arguments, tree_arguments(instruction));
    else
        write_list(json, "arguments", instruction->arguments, tree_arguments(instruction));
    dw_json_bool(json, "json", instruction->json);
    dw_json_array_begin(json, "lines");
    dw_json_integer(json, NULL, instruction->line);
    dw_json_integer(json, NULL, instruction->end_line);
    dw_json_array_end(json);
    write_heredocs(json, instruction, mask);
    const struct dw_instruction *inner = instruction->inner != NULL ? instruction->inner : instruction->refused_inner;
    if (inner == NULL)
        dw_json_null(json, "onbuild");
    else
        write_instruction(json, "onbuild", inner, mask);
}

/* ONBUILD stands behind ONBUILD only where it is refused. */
static void write_instruction(struct dw_json_writer *json, const char *key, const struct dw_instruction *instruction, bool mask)
{
    dw_json_object_begin(json, key);
    write_parts(json, instruction, mask);
    dw_json_object_end(json);
}

static void write_warnings(struct dw_json_writer *json, const struct dw_dockerfile *dockerfile)
{
    dw_json_array_begin(json, "warnings");
    for (size_t i = 0; i < dockerfile->warnings.len; i++) {
        const struct dw_dockerfile_warning *warning = &dockerfile->warnings.at[i];
        DW_CLEANUP(dw_buffer_free) struct dw_buffer message = {0};
        dw_dockerfile_warning_message(dockerfile, warning, &message);
        dw_json_object_begin(json, NULL);
        dw_json_text(json, "rule", dw_dockerfile_warning_name(warning->kind));
        dw_json_integer(json, "line", warning->line);
        dw_json_string(json, "message", dw_buffer_slice(&message));
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
}

bool dw_dockerfile_write_tree(struct dw_slice text, const char *name, const struct dw_limits *limits, struct dw_buffer *out,
                              struct dw_error *error)
{
    struct dw_dockerfile *dockerfile = dw_dockerfile_parse_tree(text, name, true, limits, error);
    if (dockerfile == NULL)
        return false;
    struct dw_json_writer json = {.out = out, .indent = true};
    dw_json_object_begin(&json, NULL);
    dw_json_string(&json, "escape", dw_slice_make(&dockerfile->escape, 1));
    dw_json_array_begin(&json, "instructions");
    for (size_t i = 0; i < dockerfile->instructions.len; i++)
        write_instruction(&json, NULL, &dockerfile->instructions.at[i], false);
    dw_json_array_end(&json);
    dw_json_array_begin(&json, "stages");
    for (size_t i = 0; i < dockerfile->stages.len; i++)
        dw_json_string(&json, NULL, dockerfile->stages.at[i].name);
    dw_json_array_end(&json);
    write_warnings(&json, dockerfile);
    dw_json_object_end(&json);
    dw_buffer_append_byte(out, '\n');
    dw_dockerfile_free(dockerfile);
    return true;
}

/* A string as facts show it: what looks like a credential is masked. NAME: of the variable or label whose value it is, or "". */
static void write_masked(struct dw_json_writer *json, const char *key, struct dw_slice name, struct dw_slice value)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    if (name.len > 0)
        dw_mask_value(&out, name, value);
    else
        dw_mask_secrets(&out, value);
    dw_json_string(json, key, dw_buffer_slice(&out));
}

/* --- facts --------------------------------------------------------------------------------------------------------- */

static void write_mounts(struct dw_json_writer *json, const struct dw_instruction *instruction)
{
    static const char *const types[] = {"bind", "cache", "tmpfs", "secret", "ssh", "variable"};
    dw_json_array_begin(json, "mounts");
    for (size_t i = 0; i < instruction->mount_count; i++) {
        const struct dw_run_mount *mount = &instruction->mounts[i];
        dw_json_object_begin(json, NULL);
        dw_json_text(json, "type", types[mount->type]);
        dw_json_string_if(json, "id", mount->id);
        dw_json_string_if(json, "source", mount->source);
        dw_json_string_if(json, "target", mount->target);
        dw_json_string_if(json, "from", mount->from);
        dw_json_string_if(json, "sharing", mount->sharing);
        dw_json_string_if(json, "env", mount->environment);
        dw_json_bool(json, "required", mount->required);
        dw_json_bool(json, "readonly", mount->read_only);
        dw_json_integer(json, "uid", mount->uid);
        dw_json_integer(json, "gid", mount->gid);
        dw_json_integer(json, "mode", mount->mode);
        if (mount->size > 0)
            dw_json_integer(json, "size", (int64_t)mount->size);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
}

static void write_uses_of_variables(struct dw_json_writer *json, const struct dw_instruction *instruction)
{
    dw_json_array_begin(json, "variables");
    for (size_t i = 0; i < instruction->use_count; i++) {
        const struct dw_variable_use *use = &instruction->uses[i];
        dw_json_object_begin(json, NULL);
        dw_json_string(json, "name", use->name);
        dw_json_bool(json, "defined", use->defined);
        dw_json_bool(json, "declared", use->declared);
        dw_json_bool(json, "guarded", use->guarded);
        dw_json_bool(json, "self", use->self);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
}

static void write_index(struct dw_json_writer *json, const char *key, size_t index)
{
    if (index == SIZE_MAX)
        dw_json_null(json, key);
    else
        dw_json_integer(json, key, (int64_t)index);
}

static void write_instruction_facts(struct dw_json_writer *json, const struct dw_instruction *instruction)
{
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "instruction", dw_instruction_name(instruction->kind));
    write_parts(json, instruction, true);
    dw_json_string_if(json, "onbuild_problem", instruction->trigger_problem);
    write_index(json, "stage", instruction->stage);
    if (instruction->expanded != NULL)
        write_masked_list(json, "expanded", instruction, instruction->expanded, instruction->argument_count);
    else
        dw_json_null(json, "expanded");
    dw_json_string_if(json, "expansion_problem", instruction->expansion_problem);
    write_uses_of_variables(json, instruction);
    write_mounts(json, instruction);
    dw_json_object_end(json);
}

static void write_value(struct dw_json_writer *json, const char *key, const struct dw_stage_value *value)
{
    dw_json_object_begin(json, key);
    if (value->problem.len > 0 || (value->value.len == 0 && value->instruction == NULL))
        dw_json_null(json, "value");
    else
        dw_json_string(json, "value", value->value);
    dw_json_string_if(json, "problem", value->problem);
    if (value->instruction != NULL)
        dw_json_integer(json, "line", value->instruction->line);
    dw_json_object_end(json);
}

static void write_command(struct dw_json_writer *json, const char *key, const struct dw_instruction *instruction)
{
    if (instruction == NULL) {
        dw_json_null(json, key);
        return;
    }
    dw_json_object_begin(json, key);
    write_masked_list(json, "arguments", instruction, instruction->arguments, tree_arguments(instruction));
    dw_json_bool(json, "json", instruction->json);
    dw_json_integer(json, "line", instruction->line);
    dw_json_object_end(json);
}

/* Items of a state and those it is built on, the last of each name: COUNT of them. */
static void write_items(struct dw_json_writer *json, const char *key, const struct dw_stage_state *state, size_t offset, bool values)
{
    DW_CLEANUP(dw_map_free) struct dw_map seen = {0};
    DW_VECTOR(const struct dw_stage_item *) list = {0};
    for (; state != NULL; state = state->base) {
        const struct dw_stage_items *items = (const void *)((const char *)state + offset);
        for (size_t i = items->len; i > 0; i--) {
            bool added;
            dw_map_insert(&seen, items->at[i - 1].name, &added);
            if (added)
                *dw_vector_push(&list) = &items->at[i - 1];
        }
    }
    dw_json_array_begin(json, key);
    for (size_t i = list.len; i > 0; i--) {
        const struct dw_stage_item *item = list.at[i - 1];
        dw_json_object_begin(json, NULL);
        dw_json_string(json, "name", item->name);
        if (values && item->set && item->value.problem.len == 0)
            write_masked(json, "value", item->name, item->value.value);
        else if (values)
            dw_json_null(json, "value");
        dw_json_string_if(json, "problem", item->value.problem);
        dw_json_integer(json, "line", item->value.instruction->line);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
    dw_vector_free(&list);
}

static void write_state(struct dw_json_writer *json, const struct dw_stage_state *state)
{
    write_value(json, "user", &state->user);
    write_value(json, "working_directory", &state->working_directory);
    write_value(json, "stop_signal", &state->stop_signal);
    write_command(json, "shell", state->shell);
    write_command(json, "entrypoint", state->entrypoint);
    write_command(json, "command", state->command);
    write_command(json, "healthcheck", state->healthcheck);
    write_items(json, "environment", state, offsetof(struct dw_stage_state, environment), true);
    write_items(json, "arguments", state, offsetof(struct dw_stage_state, arguments), true);
    write_items(json, "labels", state, offsetof(struct dw_stage_state, labels), true);
    write_items(json, "ports", state, offsetof(struct dw_stage_state, ports), false);
    write_items(json, "volumes", state, offsetof(struct dw_stage_state, volumes), false);
    dw_json_integer(json, "triggers", (int64_t)state->triggers);
}

static void write_stages(struct dw_json_writer *json, const struct dw_dockerfile *dockerfile)
{
    dw_json_array_begin(json, "stages");
    for (size_t i = 0; i < dockerfile->stages.len; i++) {
        const struct dw_build_stage *stage = &dockerfile->stages.at[i];
        dw_json_object_begin(json, NULL);
        dw_json_string(json, "name", stage->name);
        dw_json_string_if(json, "platform", stage->platform);
        dw_json_integer(json, "line", stage->from->line);
        dw_json_integer(json, "use", (int64_t)stage->use);
        dw_json_bool(json, "shipped", i == dockerfile->shipped);
        dw_json_bool(json, "reachable", stage->reachable);
        dw_json_bool(json, "chain", stage->chain);
        /* A long chain of stages would write its items over and over: those that are not shipped have their own alone. */
        struct dw_stage_state own = *stage->state;
        if (i != dockerfile->shipped)
            own.base = NULL;
        write_state(json, &own);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
}

static void write_image_uses(struct dw_json_writer *json, const struct dw_dockerfile *dockerfile)
{
    static const char *const by[] = {"from", "copy", "mount", "onbuild-copy", "onbuild-mount"};
    static const char *const kinds[] = {"image", "stage", "scratch", "unresolved"};
    dw_json_array_begin(json, "uses");
    for (size_t i = 0; i < dockerfile->uses.len; i++) {
        const struct dw_image_use *use = &dockerfile->uses.at[i];
        dw_json_object_begin(json, NULL);
        dw_json_text(json, "by", by[use->use]);
        dw_json_text(json, "kind", kinds[use->kind]);
        dw_json_string(json, "written", use->written);
        dw_json_string(json, "resolved", use->resolved);
        dw_json_string_if(json, "problem", use->problem);
        dw_json_integer(json, "line", use->instruction->line);
        dw_json_integer(json, "stage", (int64_t)use->stage);
        write_index(json, "target", use->target);
        dw_json_bool(json, "from_argument", use->from_argument);
        dw_json_bool(json, "platform_dependent", use->platform_dependent);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
}

void dw_dockerfile_write_facts(const struct dw_dockerfile *dockerfile, struct dw_buffer *out)
{
    struct dw_json_writer writer = {.out = out, .indent = true}, *json = &writer;
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "schema", "dockworthy/dockerfile/1");
    dw_json_text(json, "kind", "dockerfile");
    dw_json_string(json, "name", dockerfile->name);
    dw_json_string(json, "escape", dw_slice_make(&dockerfile->escape, 1));
    dw_json_string_if(json, "syntax", dockerfile->syntax);
    dw_json_string_if(json, "check", dockerfile->check);
    dw_json_array_begin(json, "instructions");
    for (size_t i = 0; i < dockerfile->instructions.len; i++)
        write_instruction_facts(json, &dockerfile->instructions.at[i]);
    dw_json_array_end(json);
    write_stages(json, dockerfile);
    dw_json_integer(json, "shipped", (int64_t)dockerfile->shipped);
    dw_json_integer(json, "external_use", (int64_t)dockerfile->external_use);
    write_image_uses(json, dockerfile);
    dw_json_array_begin(json, "comments");
    for (size_t i = 0; i < dockerfile->comments.len; i++) {
        const struct dw_comment *comment = &dockerfile->comments.at[i];
        dw_json_object_begin(json, NULL);
        dw_json_integer(json, "line", comment->line);
        dw_json_string(json, "text", comment->text);
        write_index(json, "instruction", comment->instruction);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
    write_warnings(json, dockerfile);
    dw_json_object_end(json);
}
