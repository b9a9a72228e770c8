/* SPDX-License-Identifier: Apache-2.0
 *
 * Completion scripts for bash, zsh and fish, made from the descriptors. */
#include "command/frame.h"

/* The words an option's value can be: its choices, or the formats of the command. */
static const char *const *words_of(const struct dw_command *command, const struct dw_option *option)
{
    return strcmp(option->name, "format") == 0 && command != NULL ? command->formats : option->choices;
}

static void join(struct dw_buffer *out, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++)
        dw_buffer_printf(out, "%s%s", i > 0 ? " " : "", words[i]);
}

static void join_commands(struct dw_buffer *out, const struct dw_command *const *list, char separator)
{
    for (size_t i = 0; list[i] != NULL; i++)
        dw_buffer_printf(out, "%.*s%s", i > 0, &separator, list[i]->name);
}

struct visit {
    struct dw_buffer *out;
    const struct dw_command *parent, *command;
};

static void each_option(struct visit *visit, void (*write)(void *context, const struct dw_option *option))
{
    dw_command_each_option(visit->command, false, write, visit);
    dw_command_each_option(visit->command, true, write, visit);
}

/* Calls WRITE for every command and subcommand that runs. */
static void each_command(struct dw_buffer *out, const struct dw_command *const *list, void (*write)(struct visit *visit))
{
    for (size_t i = 0; list[i] != NULL; i++) {
        const struct dw_command *const *subs = list[i]->subcommands;
        struct visit visit = {out, NULL, list[i]};
        write(&visit);
        for (size_t j = 0; subs != NULL && subs[j] != NULL; j++) {
            visit = (struct visit){out, list[i], subs[j]};
            write(&visit);
        }
    }
}

/* ---- bash ---- */

static void bash_name(void *context, const struct dw_option *option)
{
    struct visit *visit = context;
    dw_buffer_printf(visit->out, "--%s ", option->name);
    if (option->letter != 0)
        dw_buffer_printf(visit->out, "-%c ", option->letter);
}

static void bash_value(void *context, const struct dw_option *option)
{
    struct visit *visit = context;
    if (option->argument == NULL)
        return;
    dw_buffer_printf(visit->out, "                --%s", option->name);
    if (option->letter != 0)
        dw_buffer_printf(visit->out, "|-%c", option->letter);
    const char *const *words = words_of(visit->command, option);
    if (words != NULL) {
        dw_buffer_append_string(visit->out, ") words='");
        join(visit->out, words);
        dw_buffer_append_string(visit->out, "' ;;\n");
    } else if (option->value == DW_VALUE_TEXT)
        dw_buffer_append_string(visit->out, ") return ;;\n");
    else
        dw_buffer_printf(visit->out, ") kind=%s ;;\n", option->value == DW_VALUE_FILE ? "-f" : "-d");
}

static void bash_command(struct visit *visit)
{
    const struct dw_command *command = visit->command;
    dw_buffer_printf(visit->out, "        '%s%s%s')\n            case \"$previous\" in\n",
                     visit->parent ? visit->parent->name : "", visit->parent ? " " : "", command->name);
    each_option(visit, bash_value);
    dw_buffer_append_string(visit->out, "                *)\n                    options='");
    each_option(visit, bash_name);
    dw_buffer_append_string(visit->out, "'\n");
    if (command->subcommands != NULL || command->argument_choices != NULL) {
        dw_buffer_append_string(visit->out, "                    words='");
        if (command->subcommands != NULL)
            join_commands(visit->out, command->subcommands, ' ');
        else
            join(visit->out, command->argument_choices);
        dw_buffer_append_string(visit->out, "'\n");
    } else if (command->argument != DW_VALUE_TEXT)
        dw_buffer_printf(visit->out, "                    kind=%s\n", command->argument == DW_VALUE_FILE ? "-f" : "-d");
    dw_buffer_append_string(visit->out, "                    ;;\n            esac\n            ;;\n");
}

static void bash_subcommands(struct dw_buffer *out, const struct dw_command *const *list)
{
    for (size_t i = 0; list[i] != NULL; i++)
        if (list[i]->subcommands != NULL) {
            dw_buffer_append_string(out, "            ");
            for (size_t j = 0; list[i]->subcommands[j] != NULL; j++)
                dw_buffer_printf(out, "%s%s:%s", j > 0 ? "|" : "", list[i]->name,
                                 list[i]->subcommands[j]->name);
            dw_buffer_append_string(out, ") command=\"$command $word\" ;;\n");
        }
}

static void write_bash(struct dw_buffer *out, const struct dw_command *const *list)
{
    dw_buffer_append_string(out, "# bash completion of dockworthy: source <(dockworthy completion bash)\n"
                                 "_dockworthy()\n{\n"
                                 "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
                                 "    local command='' options='' words='' kind='' word i\n"
                                 "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                                 "        word=${COMP_WORDS[i]}\n"
                                 "        case \"$command:$word\" in\n            ");
    for (size_t i = 0; list[i] != NULL; i++)
        dw_buffer_printf(out, "%s:%s", i > 0 ? "|" : "", list[i]->name);
    dw_buffer_append_string(out, ") command=$word ;;\n");
    bash_subcommands(out, list);
    dw_buffer_append_string(out, "        esac\n    done\n    case \"$command\" in\n        '')\n            words='");
    join_commands(out, list, ' ');
    dw_buffer_append_string(out, "'\n            options='");
    struct visit none = {out, NULL, NULL};
    dw_command_each_option(NULL, true, bash_name, &none);
    dw_buffer_append_string(out, "'\n            ;;\n");
    each_command(out, list, bash_command);
    dw_buffer_append_string(out, "    esac\n"
                                 "    if [[ $current == -* ]]; then words=$options kind=''; fi\n"
                                 "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\" || :\n"
                                 "        [[ -z $kind ]] || compgen \"$kind\" -- \"$current\" || :)\n"
                                 "    [[ -z $kind ]] || compopt -o filenames 2>/dev/null || :\n"
                                 "    return 0\n}\n"
                                 "complete -F _dockworthy dockworthy\n");
}

/* ---- zsh ---- */

static void zsh_text(struct dw_buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            dw_buffer_append_string(out, "'\\'");
        else if (strchr("[]:\\", *text) != NULL)
            dw_buffer_append_byte(out, '\\');
        dw_buffer_append_byte(out, *text);
    }
}

static void zsh_value(struct dw_buffer *out, const char *const *words, enum dw_value value)
{
    if (words != NULL) {
        dw_buffer_append_byte(out, '(');
        join(out, words);
        dw_buffer_append_byte(out, ')');
    } else
        dw_buffer_append_string(out, value == DW_VALUE_FILE ? "_files" : value == DW_VALUE_FOLDER ? "_files -/" : " ");
}

static void zsh_spelling(struct visit *visit, const struct dw_option *option, bool letter)
{
    struct dw_buffer *out = visit->out;
    dw_buffer_printf(out, " \\\n        '%s", option->repeatable ? "*" : "");
    if (letter)
        dw_buffer_printf(out, "-%c%s[", option->letter, option->argument ? "+" : "");
    else
        dw_buffer_printf(out, "--%s%s[", option->name, option->argument ? "=" : "");
    zsh_text(out, option->help);
    dw_buffer_append_byte(out, ']');
    if (option->argument != NULL) {
        dw_buffer_append_byte(out, ':');
        zsh_text(out, option->argument);
        dw_buffer_append_byte(out, ':');
        zsh_value(out, words_of(visit->command, option), option->value);
    }
    dw_buffer_append_byte(out, '\'');
}

static void zsh_option(void *context, const struct dw_option *option)
{
    zsh_spelling(context, option, false);
    if (option->letter != 0)
        zsh_spelling(context, option, true);
}

static void zsh_command(struct visit *visit)
{
    const struct dw_command *command = visit->command;
    if (command->subcommands != NULL)
        return;
    dw_buffer_printf(visit->out, "    '%s%s%s') _arguments", visit->parent ? visit->parent->name : "",
                     visit->parent ? " " : "", command->name);
    each_option(visit, zsh_option);
    if (command->arguments_max > 0) {
        dw_buffer_append_string(visit->out, " \\\n        '*:argument:");
        zsh_value(visit->out, command->argument_choices, command->argument);
        dw_buffer_append_byte(visit->out, '\'');
    }
    dw_buffer_append_string(visit->out, " ;;\n");
}

static void zsh_list(struct dw_buffer *out, const struct dw_command *const *list)
{
    dw_buffer_append_string(out, "list=(");
    for (size_t i = 0; list[i] != NULL; i++) {
        dw_buffer_printf(out, " '%s:", list[i]->name);
        zsh_text(out, list[i]->summary);
        dw_buffer_append_byte(out, '\'');
    }
    dw_buffer_append_string(out, "); _describe command list; return ;;\n");
}

static void write_zsh(struct dw_buffer *out, const struct dw_command *const *list)
{
    dw_buffer_append_string(out, "#compdef dockworthy\n"
                                 "# zsh completion of dockworthy: dockworthy completion zsh >_dockworthy in $fpath\n"
                                 "local -a list\nlocal name=${words[2]}\n"
                                 "if (( CURRENT == 2 )); then name=''; fi\n"
                                 "case \"$name\" in\n    '') ");
    zsh_list(out, list);
    for (size_t i = 0; list[i] != NULL; i++)
        if (list[i]->subcommands != NULL) {
            dw_buffer_printf(out, "    %s) if (( CURRENT > 3 )); then name=\"$name ${words[3]}\"; shift words; "
                                  "(( CURRENT-- )); else ",
                             list[i]->name);
            struct dw_buffer words = {0};
            zsh_list(&words, list[i]->subcommands);
            dw_buffer_append(out, dw_slice_part(dw_buffer_slice(&words), 0, words.len - strlen(" ;;\n")));
            dw_buffer_append_string(out, "; fi ;;\n");
            dw_buffer_free(&words);
        }
    dw_buffer_append_string(out, "esac\nshift words\n(( CURRENT-- ))\ncase \"$name\" in\n");
    each_command(out, list, zsh_command);
    dw_buffer_append_string(out, "esac\n");
}

/* ---- fish ---- */

static void fish_text(struct dw_buffer *out, const char *text)
{
    dw_buffer_append_byte(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            dw_buffer_append_byte(out, '\\');
        dw_buffer_append_byte(out, *text);
    }
    dw_buffer_append_byte(out, '\'');
}

static void fish_condition(const struct visit *visit)
{
    dw_buffer_append_string(visit->out, "complete -c dockworthy");
    if (visit->command == NULL)
        return;
    if (visit->parent == NULL)
        dw_buffer_printf(visit->out, " -n '__fish_seen_subcommand_from %s'", visit->command->name);
    else
        dw_buffer_printf(visit->out, " -n '__fish_seen_subcommand_from %s; and __fish_seen_subcommand_from %s'",
                         visit->parent->name, visit->command->name);
}

static void fish_option(void *context, const struct dw_option *option)
{
    struct visit *visit = context;
    struct dw_buffer *out = visit->out;
    fish_condition(visit);
    dw_buffer_printf(out, " -l %s", option->name);
    if (option->letter != 0)
        dw_buffer_printf(out, " -s %c", option->letter);
    const char *const *words = words_of(visit->command, option);
    if (option->argument != NULL)
        dw_buffer_append_string(out, option->value == DW_VALUE_TEXT ? " -x" : " -r -F");
    if (words != NULL) {
        dw_buffer_append_string(out, " -a '");
        join(out, words);
        dw_buffer_append_byte(out, '\'');
    }
    dw_buffer_append_string(out, " -d ");
    fish_text(out, option->help);
    dw_buffer_append_byte(out, '\n');
}

static void fish_word(struct dw_buffer *out, const char *condition, const struct dw_command *const *list, size_t i)
{
    dw_buffer_printf(out, "complete -c dockworthy -f -n '%s' -a %s -d ", condition, list[i]->name);
    fish_text(out, list[i]->summary);
    dw_buffer_append_byte(out, '\n');
}

static void fish_command(struct visit *visit)
{
    const struct dw_command *command = visit->command;
    dw_command_each_option(command, false, fish_option, visit);
    if (command->argument_choices != NULL || command->argument != DW_VALUE_TEXT) {
        fish_condition(visit);
        if (command->argument_choices != NULL) {
            dw_buffer_append_string(visit->out, " -f -a '");
            join(visit->out, command->argument_choices);
            dw_buffer_append_string(visit->out, "'\n");
        } else
            dw_buffer_append_string(visit->out, " -F\n");
    }
}

static void write_fish(struct dw_buffer *out, const struct dw_command *const *list)
{
    dw_buffer_append_string(out, "# fish completion of dockworthy: dockworthy completion fish | source\n"
                                 "complete -c dockworthy -f\n");
    for (size_t i = 0; list[i] != NULL; i++)
        fish_word(out, "__fish_use_subcommand", list, i);
    for (size_t i = 0; list[i] != NULL; i++) {
        const struct dw_command *const *subs = list[i]->subcommands;
        if (subs == NULL)
            continue;
        DW_CLEANUP(dw_buffer_free) struct dw_buffer condition = {0}, names = {0};
        join_commands(&names, subs, ' ');
        dw_buffer_printf(&condition, "__fish_seen_subcommand_from %s; and not __fish_seen_subcommand_from %s",
                         list[i]->name, names.at);
        for (size_t j = 0; subs[j] != NULL; j++)
            fish_word(out, condition.at, subs, j);
    }
    struct visit all = {out, NULL, NULL};
    dw_command_each_option(NULL, true, fish_option, &all);
    each_command(out, list, fish_command);
}

/* ---- the command ---- */

static const char *const shells[] = {"bash", "zsh", "fish", NULL};

bool dw_completion_script(struct dw_buffer *out, const char *shell, const struct dw_command *const *list)
{
    static void (*const writers[])(struct dw_buffer *buffer, const struct dw_command *const *commands) = {
        write_bash, write_zsh, write_fish};
    for (size_t i = 0; shells[i] != NULL; i++)
        if (strcmp(shell, shells[i]) == 0) {
            writers[i](out, list);
            return true;
        }
    return false;
}

static int run(struct dw_context *context)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer script = {0};
    if (dw_completion_script(&script, context->arguments[0], dw_commands)) {
        fwrite(script.at, 1, script.len, context->out);
        return 0;
    }
    struct dw_error error = DW_ERROR_INIT;
    dw_fail(&error, DW_ERROR_USAGE, "completion: there is no script for \"%s\"; give bash, zsh or fish",
            context->arguments[0]);
    return dw_context_error(context, &error);
}

const struct dw_command dw_command_completion = {
    .name = "completion",
    .summary = "prints a completion script for a shell",
    .synopsis = "bash|zsh|fish",
    .description = "Prints a script that completes commands, options and their values.\n",
    .examples = "$ source <(dockworthy completion bash)\n"
                "$ dockworthy completion zsh >\"${fpath[1]}/_dockworthy\"\n"
                "$ dockworthy completion fish >~/.config/fish/completions/dockworthy.fish\n",
    .arguments_min = 1,
    .arguments_max = 1,
    .argument_choices = shells,
    .run = run,
};
