/* SPDX-License-Identifier: Apache-2.0 */
#include "dockerfile/variables.h"

struct variable {
    struct dw_slice value;
    bool set;      /* ARG without a default is declared, not set */
    bool unknown;  /* made with a variable that the base image may set */
};

void dw_variables_init(struct dw_variables *variables, struct dw_arena *arena, char escape, uint64_t *budget)
{
    *variables = (struct dw_variables){.arena = arena, .escape = escape, .budget = budget, .architecture = "amd64"};
    dw_variables_start(variables, "amd64");
}

void dw_variables_free(struct dw_variables *variables)
{
    dw_map_free(&variables->environment);
    dw_map_free(&variables->arguments);
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

static bool lookup(void *context, struct dw_slice name, struct dw_slice *value)
{
    struct dw_variables *variables = context;
    const struct variable *variable = dw_map_get(&variables->environment, name);
    if (variable == NULL)
        variable = dw_map_get(&variables->arguments, name);
    variables->used = true;
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

bool dw_variables_expand(struct dw_variables *variables, struct dw_slice text, struct dw_slice *result,
                         struct dw_error *error)
{
    struct dw_word_lexer lexer = {.arena = variables->arena,
                                  .escape = variables->escape,
                                  .lookup = lookup,
                                  .context = variables,
                                  .budget = variables->budget};
    struct dw_error problem = DW_ERROR_INIT;
    if (dw_word_expand(&lexer, text, result, &problem))
        return true;
    if (problem.kind == DW_ERROR_INPUT) {
        variables->problem = dw_arena_copy(variables->arena, dw_slice_of(problem.text));
        return true;
    }
    if (error != NULL)
        *error = problem;
    return false;
}

/* Can what was just expanded not be known? */
static bool is_unknown(const struct dw_variables *variables)
{
    return variables->problem.len > 0 || variables->missing.len > 0;
}

static void set(struct dw_variables *variables, struct dw_map *map, struct dw_slice name, struct variable value)
{
    struct dw_map_entry *entry = dw_map_insert(map, name, NULL);
    if (entry->pointer == NULL)
        entry->pointer = dw_arena_alloc(variables->arena, 1, sizeof(struct variable));
    *(struct variable *)entry->pointer = value;
}

bool dw_variables_argument(struct dw_variables *variables, struct dw_variables *global,
                           const struct dw_instruction *instruction, struct dw_error *error)
{
    for (size_t i = 0; i < instruction->argument_count; i++) {
        struct dw_slice word = instruction->arguments[i], name;
        size_t equal = dw_slice_find(word, '=');
        struct variable value = {.value = DW_SLICE("")};
        dw_variables_start(variables, "amd64");
        if (!dw_variables_expand(variables, dw_slice_part(word, 0, equal), &name, error))
            return false;
        if (equal != SIZE_MAX) {
            value.set = true;
            if (!dw_variables_expand(variables, dw_slice_from(word, equal + 1), &value.value, error))
                return false;
            value.unknown = is_unknown(variables);
        } else if (global != NULL) {
            dw_variables_start(global, "amd64");
            value.set = lookup(global, name, &value.value);
            value.unknown = global->platform; /* differs from build to build */
        }
        set(variables, &variables->arguments, name, value);
    }
    return true;
}

bool dw_variables_environment(struct dw_variables *variables, const struct dw_instruction *instruction,
                              struct dw_error *error)
{
    DW_VECTOR(struct variable) values = {0};
    bool good = true;
    /* One instruction sees one set of values: all are expanded before any is set. */
    for (size_t i = 0; i + 1 < instruction->argument_count && good; i += 3) {
        struct variable *value = dw_vector_push(&values);
        dw_variables_start(variables, "amd64");
        value->set = true;
        good = dw_variables_expand(variables, instruction->arguments[i + 1], &value->value, error);
        value->unknown = is_unknown(variables);
    }
    for (size_t i = 0; i < values.len && good; i++) {
        struct dw_slice name;
        dw_variables_start(variables, "amd64");
        good = dw_variables_expand(variables, instruction->arguments[3 * i], &name, error);
        if (good)
            set(variables, &variables->environment, name, values.at[i]);
    }
    dw_vector_free(&values);
    return good;
}
