/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line: "--name value", "--name=value", "-n value", "-nvalue", "-n"; "--" ends the options, "-" is an
 * argument. Options may stand before the command, between its arguments and behind them. */
#include "base/encoding.h"
#include "command/frame.h"

struct parser {
    struct dw_context *context;
    const struct dw_command *const *list;
    char *const *words;
    size_t count, at;
};

/* ---- names ---- */

struct names {
    const char **at;
    size_t len, capacity;
};

static void collect(void *list, const struct dw_option *option)
{
    struct names *names = list;
    *dw_vector_push(names) = option->name;
}

static bool fail_unknown(const struct dw_command *command, struct dw_slice word, struct dw_slice name,
                         struct dw_error *error)
{
    struct names names = {0};
    dw_command_each_option(command, false, collect, &names);
    dw_command_each_option(command, true, collect, &names);
    const char *near = dw_nearest_name(name, names.at, names.len);
    dw_vector_free(&names);
    const char *of = command ? command->name : "";
    return dw_fail(error, DW_ERROR_USAGE, "%s%sunknown option %.*s%s%s%s", of, command ? ": " : "", DW_SLICE_ARG(word),
                   near ? "; did you mean --" : "", near ? near : "", near ? "?" : "");
}

struct by_letter {
    char letter;
    const struct dw_option *found;
};

static void match_letter(void *context, const struct dw_option *option)
{
    struct by_letter *search = context;
    if (option->letter == search->letter && search->found == NULL)
        search->found = option;
}

static const struct dw_option *find_letter(const struct dw_command *command, char letter)
{
    struct by_letter search = {.letter = letter};
    dw_command_each_option(command, false, match_letter, &search);
    dw_command_each_option(command, true, match_letter, &search);
    return search.found;
}

/* Before the command is known, any option that some command could take by the common table. */
static const struct dw_option *find_early(struct dw_slice name, char letter)
{
    for (size_t i = 0; i < dw_common_option_count; i++) {
        const struct dw_option *option = &dw_common_options[i].option;
        if (name.len > 0 ? dw_slice_is(name, option->name) : option->letter == letter)
            return option;
    }
    return NULL;
}

/* ---- values ---- */

static bool check_choice(const struct dw_option *option, const char *value, struct dw_error *error)
{
    if (option->choices == NULL)
        return true;
    size_t count = 0;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer list = {0};
    for (; option->choices[count] != NULL; count++) {
        if (strcmp(option->choices[count], value) == 0)
            return true;
        dw_buffer_printf(&list, "%s%s", count > 0 ? ", " : "", option->choices[count]);
    }
    const char *near = dw_nearest_name(dw_slice_of(value), option->choices, count);
    return dw_fail(error, DW_ERROR_USAGE, "--%s %s: give one of %s%s%s%s", option->name, value, list.at,
                   near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static bool is_given(const struct dw_context *context, const struct dw_option *option)
{
    for (size_t i = 0; i < context->given.len; i++)
        if (context->given.at[i].option == option)
            return true;
    return false;
}

static bool give(struct dw_context *context, const struct dw_option *option, const char *value, struct dw_error *error)
{
    if (!option->repeatable && option->argument != NULL && is_given(context, option))
        return dw_fail(error, DW_ERROR_USAGE, "--%s is given twice", option->name);
    if (option->argument != NULL && value[0] == '\0')
        return dw_fail(error, DW_ERROR_USAGE, "--%s needs a value that is not empty", option->name);
    if (option->argument != NULL && !check_choice(option, value, error))
        return false;
    *dw_vector_push(&context->given) = (struct dw_given){option, value};
    return true;
}

static bool take_value(struct parser *parser, const struct dw_option *option, const char *attached,
                       struct dw_error *error)
{
    if (option->argument == NULL) {
        if (attached != NULL)
            return dw_fail(error, DW_ERROR_USAGE, "--%s takes no value", option->name);
        return give(parser->context, option, NULL, error);
    }
    if (attached != NULL)
        return give(parser->context, option, attached, error);
    if (parser->at == parser->count)
        return dw_fail(error, DW_ERROR_USAGE, "--%s needs a value: --%s %s", option->name, option->name,
                       option->argument);
    return give(parser->context, option, parser->words[parser->at++], error);
}

static bool parse_long(struct parser *parser, const char *word, struct dw_error *error)
{
    struct dw_slice name = dw_slice_of(word + 2);
    const char *equals = strchr(word, '=');
    if (equals != NULL)
        name.len = (size_t)(equals - word) - 2;
    const struct dw_command *command = parser->context->command;
    if (command == NULL && strcmp(word, "--version") == 0) {
        parser->context->command = &dw_command_version;
        return true;
    }
    const struct dw_option *option = command ? dw_command_option(command, name) : find_early(name, 0);
    if (option == NULL)
        return fail_unknown(command, dw_slice_make(word, name.len + 2), name, error);
    return take_value(parser, option, equals ? equals + 1 : NULL, error);
}

static bool parse_short(struct parser *parser, const char *word, struct dw_error *error)
{
    const struct dw_command *command = parser->context->command;
    const struct dw_option *option =
        command ? find_letter(command, word[1]) : find_early((struct dw_slice){0}, word[1]);
    if (option == NULL)
        return fail_unknown(command, dw_slice_of(word), dw_slice_of(word + 1), error);
    return take_value(parser, option, word[2] != '\0' ? word + 2 : NULL, error);
}

/* ---- the command ---- */

static bool choose_command(struct parser *parser, const char *word, struct dw_error *error)
{
    struct dw_context *context = parser->context;
    struct dw_slice name = dw_slice_of(word);
    const struct dw_command *command = context->command;
    if (command == NULL) {
        context->command = dw_command_find(parser->list, name);
        return context->command != NULL || dw_command_unknown(parser->list, "command", name, error);
    }
    const struct dw_command *sub = dw_command_find(command->subcommands, name);
    if (sub == NULL) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer what = {0};
        dw_buffer_printf(&what, "%s command", command->name);
        return dw_command_unknown(command->subcommands, what.at, name, error);
    }
    context->parent = command;
    context->command = sub;
    return true;
}

static bool parse_words(struct parser *parser, struct dw_error *error)
{
    struct dw_context *context = parser->context;
    for (bool options = true; parser->at < parser->count;) {
        const char *word = parser->words[parser->at++];
        if (options && strcmp(word, "--") == 0)
            options = false;
        else if (options && word[0] == '-' && word[1] == '-') {
            if (!parse_long(parser, word, error))
                return false;
        } else if (options && word[0] == '-' && word[1] != '\0') {
            if (!parse_short(parser, word, error))
                return false;
        } else if (context->command == NULL || context->command->subcommands != NULL) {
            if (!choose_command(parser, word, error))
                return false;
        } else
            context->arguments[context->argument_count++] = word;
    }
    return true;
}

/* Options that stood before the command, which takes some and not others. */
static bool check_early(const struct dw_context *context, struct dw_error *error)
{
    for (size_t i = 0; i < context->given.len; i++) {
        const struct dw_option *option = context->given.at[i].option;
        if (dw_command_option(context->command, dw_slice_of(option->name)) != option)
            return dw_fail(error, DW_ERROR_USAGE, "%s takes no option --%s", context->command->name, option->name);
    }
    return true;
}

static bool check_arguments(const struct dw_context *context, struct dw_error *error)
{
    const struct dw_command *command = context->command;
    if (context->argument_count >= command->arguments_min && context->argument_count <= command->arguments_max)
        return true;
    const char *synopsis = command->synopsis ? command->synopsis : "";
    if (context->argument_count < command->arguments_min)
        return dw_fail(error, DW_ERROR_USAGE, "%s: something is missing: dockworthy %s%s%s %s", command->name,
                       context->parent ? context->parent->name : "", context->parent ? " " : "", command->name, synopsis);
    return dw_fail(error, DW_ERROR_USAGE, "%s: \"%s\" is one argument too many", command->name,
                   context->arguments[command->arguments_max]);
}

/* ---- the environment ---- */

static bool switched_on(const char *variable, const char *value, bool *on, struct dw_error *error)
{
    static const char *const yes[] = {"1", "true", "yes", "on"}, *const no[] = {"0", "false", "no", "off", ""};
    struct dw_slice word = dw_slice_of(value);
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
        if (dw_slice_equal_nocase(word, dw_slice_of(yes[i])))
            return *on = true;
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
        if (dw_slice_equal_nocase(word, dw_slice_of(no[i]))) {
            *on = false;
            return true;
        }
    return dw_fail(error, DW_ERROR_USAGE, "%s=%s: give 1 or 0", variable, value);
}

struct environment {
    struct dw_context *context;
    struct dw_error *error;
    bool good;
};

static bool take_variable(struct dw_context *context, const struct dw_option *option, const char *variable,
                          const char *value, struct dw_error *error)
{
    bool on = false;
    if (option->argument == NULL)
        return switched_on(variable, value, &on, error) && (!on || give(context, option, NULL, error));
    if (value[0] == '\0')
        return true;
    struct dw_slice rest = dw_slice_of(value), piece;
    if (!option->repeatable)
        return give(context, option, value, error);
    for (bool more = true; dw_slice_split(&rest, ',', &more, &piece);)
        if (!give(context, option, dw_arena_copy(&context->arena, piece).at, error))
            return false;
    return true;
}

static void visit_variable(void *argument, const struct dw_option *option)
{
    struct environment *environment = argument;
    if (!environment->good || is_given(environment->context, option) || strcmp(option->name, "help") == 0)
        return;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer name = {0};
    dw_option_variable(&name, option);
    const char *value = getenv(name.at);
    if (value == NULL)
        return;
    environment->good = take_variable(environment->context, option, name.at, value, environment->error);
    if (!environment->good)
        dw_context(environment->error, "environment variable %s", name.at);
}

/* ---- formats ---- */

static bool resolve_format(const struct dw_command *command, const char *format, struct dw_error *error)
{
    struct dw_option option = {.name = "format", .choices = command->formats};
    return check_choice(&option, format, error);
}

/* An --output belongs to the --format before it that has none yet, else to the next one, else to the default. */
static bool pair_outputs(struct dw_context *context, struct dw_error *error)
{
    const struct dw_command *command = context->command;
    const char *pending = NULL;
    bool open = false; /* the last format has no output yet */
    for (size_t i = 0; i < context->given.len; i++) {
        const struct dw_given *given = &context->given.at[i];
        if (strcmp(given->option->name, "format") == 0) {
            if (!resolve_format(command, given->value, error))
                return false;
            *dw_vector_push(&context->outputs) = (struct dw_output){given->value, pending};
            open = pending == NULL;
            pending = NULL;
        } else if (strcmp(given->option->name, "output") == 0) {
            if (open)
                context->outputs.at[context->outputs.len - 1].path = given->value;
            else if (pending != NULL)
                return dw_fail(error, DW_ERROR_USAGE, "--output %s has no --format of its own", pending);
            else
                pending = given->value;
            open = false;
        }
    }
    if (pending != NULL && context->outputs.len > 0)
        return dw_fail(error, DW_ERROR_USAGE, "--output %s has no --format of its own", pending);
    if (context->outputs.len == 0)
        *dw_vector_push(&context->outputs) = (struct dw_output){command->formats[0], pending};
    for (size_t i = 0; i < context->outputs.len; i++) {
        struct dw_output *output = &context->outputs.at[i];
        if (output->path != NULL && strcmp(output->path, "-") == 0)
            output->path = NULL;
        for (size_t j = 0; j < i; j++) {
            const char *other = context->outputs.at[j].path;
            if (output->path == NULL && other == NULL)
                return dw_fail(error, DW_ERROR_USAGE, "formats %s and %s both go to standard output; give one an --output",
                               context->outputs.at[j].format, output->format);
            if (output->path != NULL && other != NULL && strcmp(output->path, other) == 0)
                return dw_fail(error, DW_ERROR_USAGE, "two formats go to %s", other);
        }
    }
    return true;
}

static bool apply_common(struct dw_context *context, struct dw_error *error)
{
    for (size_t i = 0; i < context->given.len; i++)
        for (size_t j = 0; j < dw_common_option_count; j++) {
            const struct dw_common_option *common = &dw_common_options[j];
            if (context->given.at[i].option == &common->option && common->set != NULL &&
                !common->set(context, context->given.at[i].value, error))
                return false;
        }
    return true;
}

bool dw_command_parse(struct dw_context *context, const struct dw_command *const *list, int argc, char *const *argv,
                      struct dw_error *error)
{
    struct parser parser = {.context = context, .list = list, .words = argv + 1, .count = argc > 0 ? (size_t)argc - 1 : 0};
    context->arguments = dw_alloc(parser.count + 1, sizeof(*context->arguments));
    if (!parse_words(&parser, error))
        return false;
    if (dw_option_given(context, "help") || context->command == NULL)
        return true;
    if (context->command->run == NULL) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer names = {0};
        for (const struct dw_command *const *sub = context->command->subcommands; *sub != NULL; sub++)
            dw_buffer_printf(&names, "%s%s", names.len > 0 ? ", " : "", (*sub)->name);
        return dw_fail(error, DW_ERROR_USAGE, "%s: say what to do: %s", context->command->name, names.at);
    }
    if (!check_early(context, error) || !check_arguments(context, error))
        return false;
    struct environment environment = {context, error, true};
    dw_command_each_option(context->command, false, visit_variable, &environment);
    dw_command_each_option(context->command, true, visit_variable, &environment);
    return environment.good && apply_common(context, error) &&
           (context->command->formats == NULL || pair_outputs(context, error));
}
