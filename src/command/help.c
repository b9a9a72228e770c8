/* SPDX-License-Identifier: Apache-2.0
 *
 * Help for a terminal, made from the descriptors. */
#include "base/encoding.h"
#include "command/frame.h"

#include <inttypes.h>

#define WIDTH_DEFAULT 80
#define WIDTH_MAX     110
#define OPTION_COLUMN 28

/* Appends the words of one paragraph, wrapped; the cursor stands at COLUMN already. */
static void wrap_paragraph(struct dw_buffer *out, struct dw_slice text, size_t indent, size_t column, unsigned width)
{
    struct dw_slice word;
    bool first = true;
    for (bool more = true; dw_slice_split(&text, ' ', &more, &word);) {
        if (word.len == 0)
            continue;
        size_t wide = dw_display_width(word);
        if (!first && column + 1 + wide > width) {
            dw_buffer_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            dw_buffer_append_byte(out, ' ');
            column++;
        }
        dw_buffer_append(out, word);
        column += wide;
        first = false;
    }
    dw_buffer_append_byte(out, '\n');
}

/* Paragraphs are separated by empty lines; a line that begins with a space stands as it is. */
static void wrap_text(struct dw_buffer *out, const char *text, unsigned width)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer paragraph = {0};
    struct dw_slice rest = dw_slice_of(text), line;
    while (dw_slice_line(&rest, &line)) {
        bool verbatim = line.len == 0 || line.at[0] == ' ';
        if (verbatim && paragraph.len > 0) {
            wrap_paragraph(out, dw_buffer_slice(&paragraph), 0, 0, width);
            dw_buffer_clear(&paragraph);
        }
        if (verbatim) {
            dw_buffer_append(out, line);
            dw_buffer_append_byte(out, '\n');
            continue;
        }
        if (paragraph.len > 0)
            dw_buffer_append_byte(&paragraph, ' ');
        dw_buffer_append(&paragraph, line);
    }
    if (paragraph.len > 0)
        wrap_paragraph(out, dw_buffer_slice(&paragraph), 0, 0, width);
}

/* A term in the left column and its text in the right one. */
static void row(struct dw_buffer *out, struct dw_slice term, const char *text, size_t column, unsigned width)
{
    dw_buffer_append(out, term);
    size_t at = dw_display_width(term);
    if (at + 2 > column) {
        dw_buffer_append_byte(out, '\n');
        at = 0;
    }
    dw_buffer_printf(out, "%*s", (int)(column - at), "");
    wrap_paragraph(out, dw_slice_of(text), column, column, width);
}

struct option_list {
    struct dw_buffer *out;
    const char *title; /* written before the first option */
    const struct dw_command *command;
    unsigned width;
};

static void append_choices(struct dw_buffer *text, const char *const *choices)
{
    dw_buffer_append_string(text, ": ");
    for (size_t i = 0; choices[i] != NULL; i++)
        dw_buffer_printf(text, "%s%s", i > 0 ? ", " : "", choices[i]);
}

static void option_row(void *context, const struct dw_option *option)
{
    struct option_list *list = context;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer term = {0}, text = {0};
    if (list->title != NULL)
        dw_buffer_printf(list->out, "\n%s\n", list->title);
    list->title = NULL;
    if (option->letter != 0)
        dw_buffer_printf(&term, "  -%c, ", option->letter);
    else
        dw_buffer_append_string(&term, "      ");
    dw_buffer_printf(&term, "--%s%s%s", option->name, option->argument ? " " : "",
                     option->argument ? option->argument : "");
    dw_buffer_append_string(&text, option->help);
    if (strcmp(option->name, "format") == 0 && list->command->formats != NULL)
        append_choices(&text, list->command->formats);
    else if (option->choices != NULL && strcmp(option->name, "color") != 0)
        append_choices(&text, option->choices);
    if (option->repeatable)
        dw_buffer_append_string(&text, " (can be given more than once)");
    row(list->out, dw_buffer_slice(&term), text.at, OPTION_COLUMN, list->width);
}

static void command_rows(struct dw_buffer *out, const struct dw_command *const *list, unsigned width)
{
    size_t longest = 0;
    for (size_t i = 0; list[i] != NULL; i++)
        if (strlen(list[i]->name) > longest)
            longest = strlen(list[i]->name);
    for (size_t i = 0; list[i] != NULL; i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer term = {0};
        dw_buffer_printf(&term, "  %s", list[i]->name);
        row(out, dw_buffer_slice(&term), list[i]->summary, longest + 4, width);
    }
}

static const struct {
    const char *code, *meaning;
} exit_codes[] = {
    {"  0", "all due, required controls pass, are excepted or not applicable"},
    {"  1", "the policy is violated"},
    {"  2", "usage or configuration: unknown option or key, malformed policy or exceptions file"},
    {"  3", "a named input cannot be read or trusted"},
    {"  4", "incomplete: something that is due could not be evaluated"},
};

static void overview(struct dw_buffer *out, unsigned width)
{
    dw_buffer_append_string(out, "dockworthy: does a container service keep the security policy, and what proves it?\n\n"
                                 "  dockworthy COMMAND [ARGUMENTS] [OPTIONS]\n\nCommands\n");
    command_rows(out, dw_commands, width);
    struct option_list list = {out, "Options of every command", NULL, width};
    dw_command_each_option(NULL, true, option_row, &list);
    dw_buffer_append_string(out, "\nExit codes\n");
    for (size_t i = 0; i < sizeof(exit_codes) / sizeof(exit_codes[0]); i++)
        row(out, dw_slice_of(exit_codes[i].code), exit_codes[i].meaning, 6, width);
    dw_buffer_append_string(out, "\nSee also: dockworthy help COMMAND, dockworthy help environment, "
                                 "dockworthy help limits\n");
}

void dw_help_text(struct dw_buffer *out, const struct dw_command *parent, const struct dw_command *command,
                  unsigned width)
{
    width = width == 0 ? WIDTH_DEFAULT : width > WIDTH_MAX ? WIDTH_MAX : width;
    if (command == NULL) {
        overview(out, width);
        return;
    }
    const char *before = parent ? parent->name : "", *space = parent ? " " : "";
    dw_buffer_printf(out, "dockworthy %s%s%s: %s\n\n", before, space, command->name, command->summary);
    if (command->subcommands != NULL)
        dw_buffer_printf(out, "  dockworthy %s COMMAND\n\n", command->name);
    else
        dw_buffer_printf(out, "  dockworthy %s%s%s%s%s%s\n\n", before, space, command->name,
                         command->synopsis ? " " : "", command->synopsis ? command->synopsis : "", " [OPTIONS]");
    wrap_text(out, command->description, width);
    if (command->subcommands != NULL) {
        dw_buffer_append_string(out, "\nCommands\n");
        command_rows(out, command->subcommands, width);
    } else {
        struct option_list own = {out, "Options", command, width};
        dw_command_each_option(command, false, option_row, &own);
    }
    struct option_list common = {out, "Options of every command", command, width};
    dw_command_each_option(command, true, option_row, &common);
    if (command->examples == NULL)
        return;
    dw_buffer_append_string(out, "\nExamples\n");
    struct dw_slice rest = dw_slice_of(command->examples), line;
    while (dw_slice_line(&rest, &line))
        dw_buffer_printf(out, "%s%.*s\n", line.len > 0 ? "  " : "", DW_SLICE_ARG(line));
}

void dw_option_variable(struct dw_buffer *out, const struct dw_option *option)
{
    dw_buffer_append_string(out, "DOCKWORTHY_");
    for (const char *c = option->name; *c != '\0'; c++)
        dw_buffer_append_byte(out, *c == '-' ? '_' : *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c);
}

/* ---- topics ---- */

static void limits_topic(struct dw_buffer *out, unsigned width)
{
    (void)width;
    const struct dw_limits limits = dw_limits_default();
    dw_buffer_append_string(out, "Limits on hostile input. Each can be changed with --limit NAME=VALUE.\n\n");
    for (int i = 0; i < DW_LIMIT_COUNT; i++)
        dw_buffer_printf(out, "  %-24s %14" PRIu64 "  %s\n", dw_limit_name((enum dw_limit)i), limits.value[i],
                         dw_limit_title((enum dw_limit)i));
}

static void environment_topic(struct dw_buffer *out, unsigned width)
{
    static const struct {
        const char *name, *meaning;
    } others[] = {
        {"NO_COLOR", "if not empty: no colour, unless --color says otherwise"},
        {"XDG_CACHE_HOME, HOME", "where the cache folder is, unless --cache-dir says otherwise"},
        {"SOURCE_DATE_EPOCH", "the date inside documents that are written; never the time that is judged by (--now)"},
        {"COLUMNS", "the width of tables, instead of the terminal's"},
    };
    wrap_text(out,
              "Every option is also an environment variable: DOCKWORTHY_ and its name in upper case, with an underscore "
              "for each hyphen: DOCKWORTHY_CACHE_DIR for --cache-dir. The command line wins. An option without a value is "
              "switched on by 1, true, yes or on; one that can be given more than once takes its values with commas "
              "between them.\n\nOther variables:\n",
              width);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer term = {0};
        dw_buffer_printf(&term, "  %s", others[i].name);
        row(out, dw_buffer_slice(&term), others[i].meaning, OPTION_COLUMN, width);
    }
}

static const struct {
    const char *name;
    void (*write)(struct dw_buffer *out, unsigned width);
} topics[] = {{"limits", limits_topic}, {"environment", environment_topic}};

/* ---- the command ---- */

static void print_names(FILE *stream)
{
    for (size_t i = 0; dw_commands[i] != NULL; i++) {
        const struct dw_command *const *subs = dw_commands[i]->subcommands;
        fprintf(stream, "%s\n", dw_commands[i]->name);
        for (size_t j = 0; subs != NULL && subs[j] != NULL; j++)
            fprintf(stream, "%s %s\n", dw_commands[i]->name, subs[j]->name);
    }
}

static bool find_commands(struct dw_context *context, const struct dw_command **parent,
                          const struct dw_command **command, struct dw_error *error)
{
    *parent = *command = NULL;
    for (size_t i = 0; i < context->argument_count; i++) {
        struct dw_slice name = dw_slice_of(context->arguments[i]);
        const struct dw_command *const *list = *command ? (*command)->subcommands : dw_commands;
        if (list == NULL)
            return dw_fail(error, DW_ERROR_USAGE, "%s has no further commands", (*command)->name);
        const struct dw_command *found = dw_command_find(list, name);
        if (found == NULL)
            return dw_command_unknown(list, "command", name, error);
        *parent = *command;
        *command = found;
    }
    return true;
}

static int run(struct dw_context *context)
{
    unsigned width = context->width == 0 ? WIDTH_DEFAULT : context->width > WIDTH_MAX ? WIDTH_MAX : context->width;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    if (dw_option_given(context, "names")) {
        print_names(context->out);
        return 0;
    }
    if (context->argument_count == 1)
        for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++)
            if (strcmp(context->arguments[0], topics[i].name) == 0) {
                topics[i].write(&text, width);
                fwrite(text.at, 1, text.len, context->out);
                return 0;
            }
    struct dw_error error = DW_ERROR_INIT;
    const struct dw_command *parent, *command;
    if (!find_commands(context, &parent, &command, &error))
        return dw_context_error(context, &error);
    if (dw_option_given(context, "man"))
        dw_help_man(&text, parent, command);
    else
        dw_help_text(&text, parent, command, width);
    fwrite(text.at, 1, text.len, context->out);
    return 0;
}

static const struct dw_option options[] = {
    {.name = "man", .help = "print the source of the manual page, for scdoc(1)"},
    {.name = "names", .help = "print the names of all commands only, one a line"},
    {0},
};

const struct dw_command dw_command_help = {
    .name = "help",
    .summary = "shows what a command does and takes",
    .synopsis = "[COMMAND [SUBCOMMAND] | environment | limits]",
    .description = "Without an argument, lists the commands, the options that all of them take, and the exit codes.\n",
    .examples = "$ dockworthy help version-compare\n"
                "$ dockworthy help limits\n"
                "    the limits on hostile input and their defaults\n",
    .options = options,
    .arguments_max = 2,
    .run = run,
};
