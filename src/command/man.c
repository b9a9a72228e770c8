/* SPDX-License-Identifier: Apache-2.0
 *
 * Manual pages as source for scdoc(1) (scdoc(5), version 1.11), made from the descriptors. */
#include "command/frame.h"

/* scdoc gives * _ \ # a meaning everywhere, and some characters at the start of a line. */
static void escape(struct dw_buffer *out, struct dw_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (strchr("*_\\#`", c) != NULL || (i == 0 && strchr("-.[|]!+", c) != NULL))
            dw_buffer_append_byte(out, '\\');
        dw_buffer_append_byte(out, c);
    }
}

static void page_name(struct dw_buffer *out, const struct dw_command *parent, const struct dw_command *command)
{
    dw_buffer_append_string(out, "dockworthy");
    if (parent != NULL)
        dw_buffer_printf(out, "-%s", parent->name);
    if (command != NULL)
        dw_buffer_printf(out, "-%s", command->name);
}

/* Lines that begin with a space are literal, the others paragraphs. */
static void description(struct dw_buffer *out, const char *text)
{
    bool literal = false;
    struct dw_slice rest = dw_slice_of(text), line;
    while (dw_slice_line(&rest, &line)) {
        bool now = line.len > 0 && line.at[0] == ' ';
        if (now != literal)
            dw_buffer_append_string(out, now ? "\n```\n" : "```\n\n");
        literal = now;
        if (literal)
            dw_buffer_append(out, line);
        else
            escape(out, line);
        dw_buffer_append_byte(out, '\n');
    }
    if (literal)
        dw_buffer_append_string(out, "```\n");
}

struct option_list {
    struct dw_buffer *out;
    const char *title;
    const struct dw_command *command;
};

static void option_entry(void *context, const struct dw_option *option)
{
    struct option_list *list = context;
    struct dw_buffer *out = list->out;
    if (list->title != NULL)
        dw_buffer_printf(out, "\n# %s\n\n", list->title);
    list->title = NULL;
    if (option->letter != 0)
        dw_buffer_printf(out, "*-%c*, ", option->letter);
    dw_buffer_printf(out, "*--%s*", option->name);
    if (option->argument != NULL)
        dw_buffer_printf(out, " _%s_", option->argument);
    dw_buffer_append_string(out, "\n\t");
    escape(out, dw_slice_of(option->help));
    const char *const *choices = option->choices;
    if (strcmp(option->name, "format") == 0 && list->command != NULL)
        choices = list->command->formats;
    for (size_t i = 0; choices != NULL && choices[i] != NULL; i++)
        dw_buffer_printf(out, "%s*%s*", i > 0 ? ", " : ". Values: ", choices[i]);
    if (option->repeatable)
        dw_buffer_append_string(out, ". Can be given more than once");
    dw_buffer_append_string(out, ".\n\n");
}

static void command_entries(struct dw_buffer *out, const struct dw_command *parent, const struct dw_command *const *list)
{
    dw_buffer_append_string(out, "\n# COMMANDS\n\n");
    for (; *list != NULL; list++) {
        dw_buffer_append_byte(out, '*');
        page_name(out, parent, *list);
        dw_buffer_append_string(out, "*(1)\n\t");
        escape(out, dw_slice_of((*list)->summary));
        dw_buffer_append_string(out, ".\n\n");
    }
}

static void synopsis(struct dw_buffer *out, const struct dw_command *parent, const struct dw_command *command)
{
    dw_buffer_append_string(out, "# SYNOPSIS\n\n*dockworthy*");
    if (parent != NULL)
        dw_buffer_printf(out, " *%s*", parent->name);
    if (command != NULL)
        dw_buffer_printf(out, " *%s*", command->name);
    dw_buffer_append_byte(out, ' ');
    if (command == NULL || command->subcommands != NULL)
        dw_buffer_append_string(out, "_COMMAND_ ");
    else if (command->synopsis != NULL) {
        escape(out, dw_slice_of(command->synopsis));
        dw_buffer_append_byte(out, ' ');
    }
    dw_buffer_append_string(out, "\\[_OPTIONS_]\n");
}

static void exit_status(struct dw_buffer *out)
{
    dw_buffer_append_string(out, "\n# EXIT STATUS\n\n"
                                 "*0*\n\tAll due, required controls pass, are excepted or not applicable.\n\n"
                                 "*1*\n\tThe policy is violated.\n\n"
                                 "*2*\n\tUsage or configuration error.\n\n"
                                 "*3*\n\tA named input cannot be read or trusted.\n\n"
                                 "*4*\n\tIncomplete: something that is due could not be evaluated.\n");
}

void dw_help_man(struct dw_buffer *out, const struct dw_command *parent, const struct dw_command *command)
{
    page_name(out, parent, command);
    dw_buffer_append_string(out, "(1)\n\n# NAME\n\n");
    page_name(out, parent, command);
    dw_buffer_append_string(out, " - ");
    escape(out, dw_slice_of(command ? command->summary : "judges a container service by its security policy"));
    dw_buffer_append_string(out, "\n\n");
    synopsis(out, parent, command);
    dw_buffer_append_string(out, "\n# DESCRIPTION\n\n");
    description(out, command ? command->description
                             : "Answers one question about a container service: does it keep the security and "
                               "compliance policy, and what proves it?\n");
    if (command == NULL || command->subcommands != NULL)
        command_entries(out, command, command ? command->subcommands : dw_commands);
    struct option_list own = {out, "OPTIONS", command}, common = {out, "OPTIONS OF EVERY COMMAND", command};
    if (command != NULL && command->subcommands == NULL)
        dw_command_each_option(command, false, option_entry, &own);
    if (command == NULL)
        dw_command_each_option(NULL, true, option_entry, &common);
    else
        dw_buffer_append_string(out, "\nThe options that every command takes are in *dockworthy*(1).\n");
    if (command != NULL && command->examples != NULL)
        dw_buffer_printf(out, "\n# EXAMPLES\n\n```\n%s```\n", command->examples);
    dw_buffer_append_string(out, "\n# ENVIRONMENT\n\nEvery option is also an environment variable: DOCKWORTHY\\_ and its "
                                 "name in upper case, with an underscore for each hyphen. The command line wins.\n");
    exit_status(out);
    if (command != NULL) {
        dw_buffer_append_string(out, "\n# SEE ALSO\n\n*dockworthy*(1)");
        if (parent != NULL) {
            dw_buffer_append_string(out, ", *");
            page_name(out, NULL, parent);
            dw_buffer_append_string(out, "*(1)");
        }
        dw_buffer_append_byte(out, '\n');
    }
}
