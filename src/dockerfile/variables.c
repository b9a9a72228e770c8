/* SPDX-License-Identifier: Apache-2.0 */
#include "dockerfile/variables.h"

enum { ENV, ARG };

void dw_variables_init(struct dw_variables *variables, struct dw_arena *arena, char escape, uint64_t *budget)
{
    *variables = (struct dw_variables){.arena = arena, .escape = escape, .budget = budget, .argument = SIZE_MAX};
    dw_variables_start(variables, "amd64");
}

void dw_variables_free(struct dw_variables *variables)
{
    dw_map_free(&variables->names);
}

void dw_variables_start(struct dw_variables *variables, const char *architecture)
{
    variables->architecture = architecture;
    variables->used = variables->platform = false;
    variables->missing = variables->problem = DW_SLICE("");
}

static bool platform_value(struct dw_variables *variables, struct dw_slice name, struct dw_slice *value)
{
    struct dw_slice rest;
    if (dw_slice_starts_with(name, "TARGET"))
        rest = dw_slice_from(name, 6);
    else if (dw_slice_starts_with(name, "BUILD"))
        rest = dw_slice_from(name, 5);
    else
        return false;
    if (dw_slice_is(rest, "PLATFORM"))
        *value = dw_arena_printf(variables->arena, "linux/%s", variables->architecture);
    else if (dw_slice_is(rest, "OS"))
        *value = DW_SLICE("linux");
    else if (dw_slice_is(rest, "ARCH"))
        *value = dw_slice_of(variables->architecture);
    else if (dw_slice_is(rest, "VARIANT"))
        *value = DW_SLICE("");
    else
        return false;
    variables->platform = true;
    return true;
}

/* An ENV of the stage or of what it is built from, else an ARG. */
static const struct dw_variable *find(const struct dw_variables *variables, struct dw_slice name)
{
    const struct dw_variable *argument = NULL;
    for (; variables != NULL; variables = variables->outer) {
        const struct dw_variable *both = variables->names.len == 0 ? NULL : dw_map_get(&variables->names, name);
        /* A long chain of stages counts as work. */
        if (variables->outer != NULL && *variables->budget > 0)
            --*variables->budget;
        if (both == NULL)
            continue;
        if (both[ENV].set)
            return &both[ENV];
        if (argument == NULL && both[ARG].declared)
            argument = &both[ARG];
    }
    return argument;
}

static bool find_value(struct dw_variables *variables, struct dw_slice name, const struct dw_variable *variable,
                       struct dw_slice *value)
{
    if (variable != NULL && variable->set) {
        if (variable->unknown && variables->missing.len == 0)
            variables->missing = name;
        *value = variable->value;
        return true;
    }
    if (variables->platform_arguments && platform_value(variables, name, value))
        return true;
    if ((variables->platform_arguments || variables->base_may_set) && variables->missing.len == 0)
        variables->missing = name;
    return false;
}

/* "${name:-…}", "${name?…}". */
static bool is_guarded(struct dw_slice text, struct dw_slice name)
{
    const char *end = name.at + name.len;
    return name.at > text.at && name.at[-1] == '{' && end < text.at + text.len && strchr(":-+?", *end) != NULL;
}

static bool lookup(void *context, struct dw_slice name, struct dw_slice *value)
{
    struct dw_variables *variables = context;
    const struct dw_variable *variable = find(variables, name);
    variables->used = true;
    bool found = find_value(variables, name, variable, value);
    bool named = name.len > 0 && (dw_is_alpha(name.at[0]) || name.at[0] == '_' || (unsigned char)name.at[0] >= 0x80);
    if (variables->record != NULL && named)
        *dw_vector_push(&variables->record->uses) =
            (struct dw_variable_use){.name = name,
                                     .argument = variables->argument,
                                     .defined = found,
                                     .declared = found || variable != NULL,
                                     .guarded = is_guarded(variables->text, name)};
    return found;
}

/* Nothing in TEXT means anything but itself. */
static bool is_plain(struct dw_slice text, char escape)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '$' || c == '\'' || c == '"' || c == escape)
            return false;
    }
    return true;
}

static bool lex(struct dw_variables *variables, struct dw_slice text, struct dw_slice *result, struct dw_word_list *list,
                struct dw_error *error)
{
    struct dw_word_lexer lexer = {.arena = variables->arena,
                                  .escape = variables->escape,
                                  .lookup = lookup,
                                  .context = variables,
                                  .budget = variables->budget};
    struct dw_error problem;
    problem.kind = DW_ERROR_NONE;
    variables->text = text;
    if (list != NULL ? dw_word_split(&lexer, text, list, &problem) : dw_word_expand(&lexer, text, result, &problem))
        return true;
    if (problem.kind == DW_ERROR_INPUT) {
        variables->problem = dw_arena_copy(variables->arena, dw_slice_of(problem.text));
        return true;
    }
    if (error != NULL)
        *error = problem;
    return false;
}

bool dw_variables_expand(struct dw_variables *variables, struct dw_slice text, struct dw_slice *result,
                         struct dw_error *error)
{
    *result = text;
    return is_plain(text, variables->escape) || lex(variables, text, result, NULL, error);
}

bool dw_variables_split(struct dw_variables *variables, struct dw_slice text, struct dw_word_list *list,
                        struct dw_error *error)
{
    return lex(variables, text, NULL, list, error);
}

bool dw_variables_unknown(const struct dw_variables *variables)
{
    return variables->problem.len > 0 || variables->missing.len > 0;
}

static struct dw_variable *both_of(struct dw_variables *variables, struct dw_slice name)
{
    struct dw_map_entry *entry = dw_map_insert(&variables->names, name, NULL);
    if (entry->pointer == NULL)
        entry->pointer = dw_arena_alloc(variables->arena, 2, sizeof(struct dw_variable));
    return entry->pointer;
}

void dw_variables_set(struct dw_variables *variables, struct dw_slice name, struct dw_slice value, bool unknown)
{
    both_of(variables, name)[ENV] = (struct dw_variable){.value = value, .set = true, .unknown = unknown};
}

/* "name=value" after substitution; the words as they are if nothing changed. */
static struct dw_slice join(struct dw_variables *variables, struct dw_slice word, size_t equal, struct dw_slice name,
                            struct dw_slice value)
{
    if (equal == SIZE_MAX)
        return name;
    if (name.at == word.at && value.at == word.at + equal + 1)
        return word;
    return dw_arena_printf(variables->arena, "%.*s=%.*s", DW_SLICE_ARG(name), DW_SLICE_ARG(value));
}

bool dw_variables_argument(struct dw_variables *variables, struct dw_variables *global,
                           const struct dw_instruction *instruction, struct dw_slice *expanded,
                           struct dw_stage_items *items, struct dw_error *error)
{
    struct dw_slice problem = DW_SLICE("");
    for (size_t i = 0; i < instruction->argument_count; i++) {
        struct dw_slice word = instruction->arguments[i], name;
        size_t equal = dw_slice_find(word, '=');
        struct dw_variable value = {.value = DW_SLICE(""), .declared = true};
        variables->argument = i;
        dw_variables_start(variables, "amd64");
        if (!dw_variables_expand(variables, dw_slice_part(word, 0, equal), &name, error))
            return false;
        if (equal != SIZE_MAX) {
            value.set = true;
            if (!dw_variables_expand(variables, dw_slice_from(word, equal + 1), &value.value, error))
                return false;
            value.unknown = dw_variables_unknown(variables);
        }
        if (expanded != NULL)
            expanded[i] = join(variables, word, equal, name, value.value);
        const struct dw_slice *given =
            variables->build_arguments == NULL ? NULL : dw_map_get(variables->build_arguments, name);
        if (given != NULL) {
            value = (struct dw_variable){.value = *given, .declared = true, .set = true};
        } else if (equal == SIZE_MAX && global != NULL) {
            dw_variables_start(global, "amd64");
            value.set = find_value(global, name, find(global, name), &value.value);
            value.unknown = global->platform; /* differs from build to build */
        }
        if (problem.len == 0)
            problem = variables->problem;
        both_of(variables, name)[ARG] = value;
        if (items != NULL)
            *dw_stage_item_add(variables->arena, items) = (struct dw_stage_item){
                .name = name,
                .set = value.set,
                .value = {.instruction = instruction, .value = value.value, .problem = variables->problem}};
    }
    variables->problem = problem;
    return true;
}
