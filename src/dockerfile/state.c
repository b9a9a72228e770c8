/* SPDX-License-Identifier: Apache-2.0
 *
 * What each stage's image would have: the instructions run one after the other over the state of what the stage is built from
 * (Dockerfile reference; moby/buildkit frontend/dockerfile/dockerfile2llb/convert.go). */
#include "dockerfile/state.h"

struct dw_stage_item *dw_stage_item_add(struct dw_arena *arena, struct dw_stage_items *items)
{
    if (items->len == items->capacity) {
        size_t capacity = items->capacity == 0 ? 4 : 2 * items->capacity;
        struct dw_stage_item *at = dw_arena_alloc(arena, capacity, sizeof(*at));
        if (items->len > 0)
            memcpy(at, items->at, items->len * sizeof(*at));
        items->at = at;
        items->capacity = capacity;
    }
    return &items->at[items->len++];
}

static const struct dw_stage_item *find_item(const struct dw_stage_state *state, size_t offset, struct dw_slice name)
{
    for (; state != NULL; state = state->base) {
        const struct dw_stage_items *items = (const void *)((const char *)state + offset);
        for (size_t i = items->len; i > 0; i--)
            if (dw_slice_equal(items->at[i - 1].name, name))
                return &items->at[i - 1];
    }
    return NULL;
}

const struct dw_stage_item *dw_stage_environment(const struct dw_stage_state *state, struct dw_slice name)
{
    return find_item(state, offsetof(struct dw_stage_state, environment), name);
}

const struct dw_stage_item *dw_stage_label(const struct dw_stage_state *state, struct dw_slice name)
{
    return find_item(state, offsetof(struct dw_stage_state, labels), name);
}

void dw_states_init(struct dw_states *states, struct dw_dockerfile *dockerfile,
                    const struct dw_dockerfile_options *options, uint64_t *budget, struct dw_error *error)
{
    *states = (struct dw_states){.dockerfile = dockerfile, .options = options, .budget = budget, .error = error};
    dw_variables_init(&states->global, &dockerfile->arena, dockerfile->escape, budget);
    states->global.platform_arguments = true;
    for (size_t i = 0; i < options->build_argument_count; i++) {
        struct dw_slice text = dw_arena_copy(&dockerfile->arena, dw_slice_of(options->build_arguments[i]));
        size_t equal = dw_slice_find(text, '=');
        if (equal == SIZE_MAX || equal == 0)
            continue;
        struct dw_slice *value = dw_arena_alloc(&dockerfile->arena, 1, sizeof(*value));
        *value = dw_slice_from(text, equal + 1);
        dw_map_insert(&states->build_arguments, dw_slice_part(text, 0, equal), NULL)->pointer = value;
    }
    if (options->build_argument_count > 0)
        states->global.build_arguments = &states->build_arguments;
}

void dw_states_free(struct dw_states *states)
{
    for (size_t i = 0; i < states->variables.len; i++)
        dw_variables_free(states->variables.at[i]);
    dw_vector_free(&states->variables);
    dw_vector_free(&states->uses.uses);
    dw_variables_free(&states->global);
    dw_map_free(&states->build_arguments);
}

void dw_states_record(struct dw_states *states, bool on)
{
    states->global.record = on ? &states->uses : NULL;
}

/* What was written down becomes INSTRUCTION's. */
static void keep_uses(struct dw_states *states, struct dw_instruction *instruction)
{
    size_t count = states->uses.uses.len;
    states->uses.uses.len = 0;
    if (count == 0)
        return;
    instruction->uses = dw_arena_alloc(&states->dockerfile->arena, count, sizeof(*instruction->uses));
    memcpy(instruction->uses, states->uses.uses.at, count * sizeof(*instruction->uses));
    instruction->use_count = count;
}

static struct dw_slice *new_expanded(struct dw_states *states, struct dw_instruction *instruction)
{
    instruction->expanded =
        dw_arena_alloc(&states->dockerfile->arena, instruction->argument_count + 1, sizeof(*instruction->expanded));
    return instruction->expanded;
}

static void note_problem(struct dw_instruction *instruction, struct dw_slice problem)
{
    if (problem.len == 0 || instruction->expansion_problem.len > 0)
        return;
    instruction->expansion_problem = problem;
    instruction->expanded = NULL;
}

static bool located(struct dw_states *states, const struct dw_instruction *instruction)
{
    return dw_context(states->error, "%.*s:%u", DW_SLICE_ARG(states->dockerfile->name), instruction->line);
}

bool dw_states_global_argument(struct dw_states *states, struct dw_instruction *argument)
{
    struct dw_variables *global = &states->global;
    dw_states_record(states, true);
    bool good = dw_variables_argument(global, NULL, argument, new_expanded(states, argument), NULL, states->error);
    dw_states_record(states, false);
    keep_uses(states, argument);
    note_problem(argument, global->problem);
    return good || located(states, argument);
}

/* Substitutes in the values of the flags that the builder substitutes in. */
static bool expand_flags(struct dw_states *states, struct dw_variables *variables, struct dw_instruction *instruction)
{
    static const char *const names[] = {"--chown=", "--chmod=", "--platform="};
    variables->argument = SIZE_MAX;
    for (size_t i = 0; i < instruction->flag_count; i++)
        for (size_t j = 0; j < 3; j++) {
            struct dw_slice flag = instruction->flags[i], result;
            if (!dw_slice_starts_with(flag, names[j]) || dw_slice_find(flag, '$') == SIZE_MAX)
                continue;
            dw_variables_start(variables, "amd64");
            if (!dw_variables_expand(variables, dw_slice_from(flag, strlen(names[j])), &result, states->error))
                return false;
            note_problem(instruction, variables->problem);
        }
    return true;
}

bool dw_states_from(struct dw_states *states, struct dw_instruction *from, struct dw_slice resolved)
{
    struct dw_slice problem = states->global.problem;
    struct dw_slice *expanded = new_expanded(states, from);
    memcpy(expanded, from->arguments, from->argument_count * sizeof(*expanded));
    expanded[0] = resolved;
    note_problem(from, problem);
    dw_states_record(states, true);
    bool good = expand_flags(states, &states->global, from);
    dw_states_record(states, false);
    keep_uses(states, from);
    /* The caller goes on with what became of the image. */
    states->global.problem = problem;
    return good || located(states, from);
}

/* --- one instruction -------------------------------------------------------------------------------------------------- */

struct run {
    struct dw_states *states;
    struct dw_variables *variables;
    struct dw_stage_state *state;
    struct dw_word_list words;
    bool command_set;      /* in the stage at hand */
};

static bool expand(struct run *run, struct dw_slice text, size_t argument, struct dw_slice *result)
{
    run->variables->argument = argument;
    dw_variables_start(run->variables, "amd64");
    return dw_variables_expand(run->variables, text, result, run->states->error);
}

/* Why the value of INSTRUCTION cannot be told, after expand; "" if it can. */
static struct dw_slice problem_of(struct run *run, enum dw_instruction_kind kind)
{
    const struct dw_variables *variables = run->variables;
    if (variables->problem.len > 0 || variables->missing.len == 0)
        return variables->problem;
    return dw_arena_printf(variables->arena, "%s depends on the variable \"%.*s\", whose value is not in the file",
                           dw_instruction_name(kind), DW_SLICE_ARG(variables->missing));
}

static bool one_value(struct run *run, struct dw_instruction *instruction, struct dw_stage_value *value)
{
    struct dw_slice *expanded = new_expanded(run->states, instruction);
    if (!expand(run, instruction->arguments[0], 0, &expanded[0]))
        return false;
    *value = (struct dw_stage_value){instruction, expanded[0], problem_of(run, instruction->kind)};
    if (value->problem.len == 0 && value->value.len == 0)
        value->problem =
            dw_arena_printf(run->variables->arena, "%s is empty after substitution", dw_instruction_name(instruction->kind));
    if (value->problem.len > 0)
        value->value = DW_SLICE("");
    note_problem(instruction, run->variables->problem);
    return true;
}

/* ENV and LABEL. One instruction sees one set of values: all are expanded before any is set. */
static bool pairs(struct run *run, struct dw_instruction *instruction, struct dw_stage_items *items)
{
    size_t first = items->len;
    struct dw_slice *expanded = new_expanded(run->states, instruction);
    for (size_t i = 0; i + 2 < instruction->argument_count; i += 3) {
        struct dw_slice name, value;
        if (!expand(run, instruction->arguments[i], i, &name))
            return false;
        note_problem(instruction, run->variables->problem);
        if (!expand(run, instruction->arguments[i + 1], i + 1, &value))
            return false;
        struct dw_slice problem = problem_of(run, instruction->kind);
        note_problem(instruction, run->variables->problem);
        expanded[i] = name;
        expanded[i + 1] = value;
        expanded[i + 2] = instruction->arguments[i + 2];
        *dw_stage_item_add(run->variables->arena, items) = (struct dw_stage_item){
            .name = name, .set = true, .value = {instruction, problem.len > 0 ? DW_SLICE("") : value, problem}};
    }
    if (instruction->kind != DW_INSTRUCTION_ENV)
        return true;
    for (size_t i = 0; first + i < items->len; i++) {
        const struct dw_stage_item *item = &items->at[first + i];
        /* What is known of a value is kept for patterns; it is told as unknown wherever it is used. */
        dw_variables_set(run->variables, item->name, expanded[3 * i + 1], item->value.problem.len > 0);
    }
    return true;
}

/* Marks uses of what the ENV itself sets. */
static void mark_self(struct dw_states *states, const struct dw_instruction *instruction)
{
    size_t work = states->uses.uses.len * (instruction->argument_count / 3);
    if (instruction->kind != DW_INSTRUCTION_ENV || work == 0)
        return;
    struct dw_map names = {0};
    for (size_t j = 0; j + 2 < instruction->argument_count; j += 3)
        dw_map_insert(&names, instruction->arguments[j], NULL);
    for (size_t i = 0; i < states->uses.uses.len; i++)
        states->uses.uses.at[i].self = dw_map_find(&names, states->uses.uses.at[i].name) != NULL;
    dw_map_free(&names);
}

static bool list(struct run *run, struct dw_instruction *instruction, struct dw_stage_items *items)
{
    struct dw_slice *expanded = new_expanded(run->states, instruction);
    for (size_t i = 0; i < instruction->argument_count; i++) {
        if (!expand(run, instruction->arguments[i], i, &expanded[i]))
            return false;
        struct dw_slice problem = problem_of(run, instruction->kind);
        note_problem(instruction, run->variables->problem);
        if (items != NULL)
            *dw_stage_item_add(run->variables->arena, items) = (struct dw_stage_item){
                .name = expanded[i], .set = true, .value = {instruction, expanded[i], problem}};
        if (run->variables->problem.len > 0)
            return true;
    }
    return true;
}

/* A value in EXPOSE may be several words. */
static bool ports(struct run *run, struct dw_instruction *instruction)
{
    struct dw_stage_items *items = &run->state->ports;
    if (!list(run, instruction, NULL))
        return false;
    for (size_t i = 0; instruction->expanded != NULL && i < instruction->argument_count; i++) {
        run->words.words.len = 0;
        dw_variables_start(run->variables, "amd64");
        struct dw_use_list *record = run->variables->record;
        run->variables->record = NULL;
        bool good = dw_variables_split(run->variables, instruction->arguments[i], &run->words, run->states->error);
        run->variables->record = record;
        if (!good)
            return false;
        struct dw_slice problem = problem_of(run, instruction->kind);
        for (size_t j = 0; j < run->words.words.len; j++)
            *dw_stage_item_add(run->variables->arena, items) = (struct dw_stage_item){
                .name = run->words.words.at[j], .set = true, .value = {instruction, run->words.words.at[j], problem}};
    }
    return true;
}

static bool working_directory(struct run *run, struct dw_instruction *instruction)
{
    struct dw_stage_value before = run->state->working_directory, *after = &run->state->working_directory;
    if (!one_value(run, instruction, after))
        return false;
    bool absolute = after->value.len > 0 && after->value.at[0] == '/';
    if (after->problem.len > 0)
        return true;
    if (!absolute && before.instruction != NULL && before.problem.len > 0 && before.value.len == 0) {
        after->problem = before.problem;
        after->value = DW_SLICE("");
        return true;
    }
    struct dw_slice whole = after->value;
    if (!absolute && before.value.len > 0)
        whole = dw_arena_printf(run->variables->arena, "%.*s/%.*s", DW_SLICE_ARG(before.value), DW_SLICE_ARG(whole));
    after->value = dw_path_clean(run->variables->arena, whole);
    if (after->value.at[0] != '/')
        after->problem = DW_SLICE("WORKDIR is relative to the base image's, which is not in the file");
    return true;
}

/* What an instruction changes. */
static bool apply(struct run *run, struct dw_instruction *instruction)
{
    struct dw_stage_state *state = run->state;
    switch (instruction->kind) {
    case DW_INSTRUCTION_ARG:
        if (!dw_variables_argument(run->variables, &run->states->global, instruction, new_expanded(run->states, instruction),
                                   &state->arguments, run->states->error))
            return false;
        note_problem(instruction, run->variables->problem);
        return true;
    case DW_INSTRUCTION_ENV:
        return pairs(run, instruction, &state->environment);
    case DW_INSTRUCTION_LABEL:
        return pairs(run, instruction, &state->labels);
    case DW_INSTRUCTION_EXPOSE:
        return ports(run, instruction);
    case DW_INSTRUCTION_VOLUME:
        return list(run, instruction, &state->volumes);
    case DW_INSTRUCTION_ADD:
    case DW_INSTRUCTION_COPY:
        return list(run, instruction, NULL) && expand_flags(run->states, run->variables, instruction);
    case DW_INSTRUCTION_USER:
        return one_value(run, instruction, &state->user);
    case DW_INSTRUCTION_STOPSIGNAL:
        return one_value(run, instruction, &state->stop_signal);
    case DW_INSTRUCTION_WORKDIR:
        return working_directory(run, instruction);
    case DW_INSTRUCTION_ENTRYPOINT:
        state->entrypoint = instruction;
        if (!run->command_set)
            state->command = NULL;
        return true;
    case DW_INSTRUCTION_CMD:
        state->command = instruction;
        run->command_set = true;
        return true;
    case DW_INSTRUCTION_SHELL:
        state->shell = instruction;
        return true;
    case DW_INSTRUCTION_HEALTHCHECK:
        state->healthcheck = instruction;
        return true;
    case DW_INSTRUCTION_ONBUILD:
        state->triggers++;
        return true;
    default:
        return true;
    }
}

static bool apply_recorded(struct run *run, struct dw_instruction *instruction)
{
    bool good = apply(run, instruction);
    mark_self(run->states, instruction);
    keep_uses(run->states, instruction);
    return good || located(run->states, instruction);
}

/* --- one stage ----------------------------------------------------------------------------------------------------- */

static void start_from_image(struct run *run, const struct dw_image_summary *image)
{
    struct dw_stage_state *state = run->state;
    state->base_image = image;
    for (size_t i = 0; i < image->environment_count; i++) {
        size_t equal = dw_slice_find(image->environment[i], '=');
        if (equal != SIZE_MAX)
            dw_variables_set(run->variables, dw_slice_part(image->environment[i], 0, equal),
                             dw_slice_from(image->environment[i], equal + 1), false);
    }
    state->user.value = image->user;
    state->working_directory.value = image->working_directory.len > 0 ? image->working_directory : DW_SLICE("/");
}

static void start(struct run *run, const struct dw_image_use *use, struct dw_stage_state *base)
{
    struct dw_states *states = run->states;
    struct dw_stage_state *state = run->state;
    if (base != NULL) {
        *state = *base;
        static const struct dw_stage_items none;
        state->environment = state->labels = state->ports = state->volumes = state->arguments = none;
        state->triggers = 0;
        state->base = base;
        run->variables->outer = states->variables.at[use->target];
        run->variables->base_may_set = run->variables->outer->base_may_set;
        return;
    }
    struct dw_slice none = DW_SLICE("");
    state->user.value = state->user.problem = state->stop_signal.value = state->stop_signal.problem = none;
    state->working_directory = (struct dw_stage_value){NULL, none, none};
    if (use->kind == DW_BASE_SCRATCH) {
        state->working_directory.value = DW_SLICE("/");
        return;
    }
    const struct dw_image_summary *image = NULL;
    if (use->kind == DW_BASE_IMAGE && states->options->base_image != NULL)
        image = states->options->base_image(states->options->context, use->resolved);
    if (image != NULL) {
        start_from_image(run, image);
        return;
    }
    run->variables->base_may_set = true;
    state->working_directory.problem = DW_SLICE("the base image's working directory is not in the file");
}

bool dw_states_run(struct dw_states *states, size_t index)
{
    struct dw_dockerfile *dockerfile = states->dockerfile;
    struct dw_arena *arena = &dockerfile->arena;
    struct dw_build_stage *stage = &dockerfile->stages.at[index];
    const struct dw_image_use *use = &dockerfile->uses.at[stage->use];
    struct run run = {.states = states,
                      .variables = dw_arena_alloc(arena, 1, sizeof(*run.variables)),
                      .state = dw_arena_alloc(arena, 1, sizeof(*run.state))};
    dw_variables_init(run.variables, arena, dockerfile->escape, states->budget);
    *dw_vector_push(&states->variables) = run.variables;
    stage->state = run.state;
    if (states->options->build_argument_count > 0)
        run.variables->build_arguments = &states->build_arguments;
    const struct dw_build_stage *before = use->target == SIZE_MAX ? NULL : &dockerfile->stages.at[use->target];
    start(&run, use, before == NULL ? NULL : (struct dw_stage_state *)before->state);
    bool good = true;
    /* The triggers of the stage that it is built from run first; what they are in general is not in their own instruction. */
    for (size_t i = 1; good && before != NULL && before->state->triggers > 0 && i < before->count; i++) {
        const struct dw_instruction *trigger = &dockerfile->instructions.at[before->first + i];
        if (trigger->inner == NULL)
            continue;
        good = apply(&run, trigger->inner) || located(states, trigger);
        trigger->inner->expanded = NULL;
        trigger->inner->expansion_problem = DW_SLICE("");
    }
    run.variables->record = &states->uses;
    for (size_t i = 1; good && i < stage->count; i++)
        good = apply_recorded(&run, &dockerfile->instructions.at[stage->first + i]);
    run.variables->record = NULL;
    dw_word_list_free(&run.words);
    return good;
}

/* ---- Windows ------------------------------------------------------------------------------------------------------ */

bool dw_windows_base(struct dw_slice reference)
{
    static const char *const parts[] = {"windows/", "windowsservercore", "nanoserver", "mcr.microsoft.com/windows"};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (dw_slice_find_slice(reference, dw_slice_of(parts[i])) != SIZE_MAX)
            return true;
    return false;
}

bool dw_dockerfile_is_windows(const struct dw_dockerfile *dockerfile)
{
    const struct dw_image_use *use = &dockerfile->uses.at[dockerfile->external_use];
    struct dw_slice platform = dockerfile->stages.at[use->stage].platform;
    if (dw_slice_is(platform, "windows") || dw_slice_starts_with(platform, "windows/"))
        return true;
    return use->kind == DW_BASE_IMAGE && dw_windows_base(use->resolved);
}
