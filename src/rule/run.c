/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/run.h"

/* --- the walk --- */

static bool uses(const struct dw_shell_scripts *scripts, const enum dw_shell_program *programs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (dw_program_in(&scripts->programs, programs[i]))
            return true;
    return count == 0;
}

static bool script_uses(const struct dw_shell_script *script, const enum dw_shell_program *programs, size_t count)
{
    for (size_t i = 0; i < script->count; i++)
        for (size_t j = 0; j < count; j++)
            if (script->commands[i].program == programs[j])
                return true;
    return count == 0;
}

/* What cannot be judged is said. */
static void tell_unread(struct dw_judge *judge, const struct dw_run *run)
{
    const struct dw_shell_script *script = run->script;
    if (script->language > DW_SHELL_NO_SHELL) {
        if (judge->rule->chapter != 0)
            dw_judge_unknown(judge, run->view->dockerfile->name, script->instruction->line,
                             dw_judge_text(judge, "%s code is not read", dw_shell_language_name(script->language)));
        return;
    }
    struct dw_judge_finding at = dw_judge_at_code(run, script->place);
    dw_judge_unknown(judge, at.path, at.line, dw_judge_text(judge, "the shell code was not understood: %s", script->problem));
}

void dw_judge_runs(struct dw_judge *judge, const struct dw_dockerfile_view *view, enum dw_run_scope scope,
                   const enum dw_shell_program *programs, size_t count,
                   void (*look)(struct dw_judge *judge, const struct dw_run *run))
{
    const struct dw_shell_scripts *scripts = view->scripts;
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    if (scripts->run_count == 0)
        return;
    if (!uses(scripts, programs, count) && !scripts->unread) {
        dw_judge_pass_quietly(judge);
        return;
    }
    for (size_t i = 0; i < scripts->scripts.len; i++) {
        struct dw_run run = {.view = view, .script = &scripts->scripts.at[i]};
        size_t stage = run.script->instruction->stage;
        if (run.script->runs->kind != DW_INSTRUCTION_RUN || stage >= dockerfile->stages.len)
            continue;
        run.stage = &dockerfile->stages.at[stage];
        if (scope == DW_RUN_SHIPPED ? !run.stage->chain : !run.stage->reachable)
            continue;
        if (run.script->uncertain || run.script->language > DW_SHELL_NO_SHELL)
            tell_unread(judge, &run);
        else
            dw_judge_pass_quietly(judge);
        if (script_uses(run.script, programs, count))
            look(judge, &run);
    }
}

/* --- places --- */

size_t dw_run_offset(const struct dw_run *run, struct dw_slice place)
{
    struct dw_slice source = run->view->dockerfile->source, logical = run->script->instruction->logical;
    if (place.at >= source.at && place.at <= source.at + source.len)
        return (size_t)(place.at - source.at);
    if (place.at >= logical.at && place.at <= logical.at + logical.len)
        return dw_instruction_offset(run->script->instruction, place);
    return SIZE_MAX;
}

struct dw_judge_finding dw_judge_at_code(const struct dw_run *run, struct dw_slice place)
{
    size_t offset = place.at == NULL ? SIZE_MAX : dw_run_offset(run, place);
    if (offset == SIZE_MAX)
        return dw_judge_at_instruction(run->view->dockerfile, run->script->instruction);
    return dw_judge_at_offset(run->view->dockerfile, run->script->instruction, offset, place);
}

struct dw_judge_finding dw_judge_at_command(const struct dw_run *run, const struct dw_shell_command *command)
{
    if (command->word_count > 0)
        return dw_judge_at_code(run, command->words[0].place);
    if (command->assignment_count > 0)
        return dw_judge_at_code(run, command->assignments[0].value.place);
    return dw_judge_at_instruction(run->view->dockerfile, run->script->instruction);
}

/* --- words --- */

bool dw_word_in(struct dw_slice word, const char *list)
{
    size_t length = word.len;
    /* A NUL in the file must not end the comparison. */
    if (length == 0 || memchr(word.at, '\0', length) != NULL)
        return false;
    for (const char *at = strchr(list, word.at[0]); at != NULL; at = strchr(at + 1, word.at[0]))
        if (at > list && at[-1] == ' ' && strncmp(at, word.at, length) == 0 && at[length] == ' ')
            return true;
    return false;
}

static bool is_option(struct dw_slice word)
{
    return word.len > 1 && word.at[0] == '-';
}

static bool takes_next(const struct dw_option_grammar *grammar, struct dw_slice word)
{
    if (dw_word_in(word, grammar->longs))
        return true;
    if (word.at[1] == '-')
        return false;
    for (size_t i = 1; i < word.len; i++)
        if (word.at[i] != '\0' && strchr(grammar->letters, word.at[i]) != NULL)
            return i + 1 == word.len;
    return false;
}

/* Of the place in *at: "--" was met. */
#define ALL_BEHIND (~(SIZE_MAX >> 1))

const struct dw_shell_word *dw_words_operand(const struct dw_shell_command *command, const struct dw_option_grammar *grammar,
                                             size_t *at)
{
    size_t all = *at & ALL_BEHIND, index = *at & ~ALL_BEHIND;
    const struct dw_shell_word *found = NULL;
    while (found == NULL && index < command->word_count) {
        const struct dw_shell_word *word = &command->words[index++];
        if (all != 0 || !is_option(word->value))
            found = word;
        else if (dw_slice_is(word->value, "--"))
            all = ALL_BEHIND;
        else
            index += takes_next(grammar, word->value);
    }
    *at = index | all;
    return found;
}

const struct dw_shell_word *dw_words_option_long(const struct dw_shell_command *command, const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 1; i < command->word_count; i++) {
        struct dw_slice word = command->words[i].value;
        if (word.len >= length && memcmp(word.at, name, length) == 0 && (word.len == length || word.at[length] == '='))
            return &command->words[i];
    }
    return NULL;
}

/* The index of LETTER in WORD, or 0. */
static size_t letter_in(const struct dw_option_grammar *grammar, struct dw_slice word, char letter)
{
    if (!is_option(word) || word.at[1] == '-')
        return 0;
    for (size_t i = 1; i < word.len; i++) {
        if (word.at[i] == letter)
            return i;
        if (word.at[i] == '\0' || strchr(grammar->letters, word.at[i]) != NULL)
            return 0;
    }
    return 0;
}

const struct dw_shell_word *dw_words_option_letter(const struct dw_shell_command *command, const struct dw_option_grammar *grammar,
                                             char letter)
{
    for (size_t i = 1; i < command->word_count; i++) {
        struct dw_slice word = command->words[i].value;
        if (letter_in(grammar, word, letter) > 0)
            return &command->words[i];
        if (is_option(word))
            i += takes_next(grammar, word);
    }
    return NULL;
}

bool dw_words_option_value(const struct dw_shell_command *command, const struct dw_option_grammar *grammar, const char *name,
                     char letter, struct dw_slice *value)
{
    size_t length = strlen(name);
    for (size_t i = 1; i < command->word_count; i++) {
        struct dw_slice word = command->words[i].value;
        size_t at = letter_in(grammar, word, letter);
        bool is_long = length > 0 && word.len >= length && memcmp(word.at, name, length) == 0;
        if (is_long && word.len > length && word.at[length] == '=') {
            *value = dw_slice_from(word, length + 1);
            return true;
        }
        if (at > 0 && at + 1 < word.len) {
            *value = dw_slice_from(word, at + 1);
            return true;
        }
        if (at > 0 || (is_long && word.len == length)) {
            *value = dw_shell_value(command, i + 1);
            return i + 1 < command->word_count;
        }
    }
    return false;
}

struct dw_slice dw_command_text(struct dw_judge *judge, const struct dw_shell_command *command)
{
    char text[201];
    size_t length = 0;
    for (size_t i = 0; i < command->word_count; i++) {
        struct dw_slice word = command->words[i].value;
        if (length + word.len + 2 > sizeof(text) - 4) {
            memcpy(text + length, " …", 4);
            length += 4;
            break;
        }
        if (i > 0)
            text[length++] = ' ';
        memcpy(text + length, word.at, word.len);
        length += word.len;
    }
    return dw_arena_copy(&judge->verdict->arena, dw_slice_make(text, length));
}

/* --- around a command --- */

static struct dw_slice without_slash(struct dw_slice path)
{
    while (path.len > 1 && path.at[path.len - 1] == '/')
        path.len--;
    return path;
}

/* Is PATH FOLDER, or below it? */
static bool is_below(struct dw_slice path, struct dw_slice folder)
{
    folder = without_slash(folder);
    if (folder.len == 0 || !dw_slice_starts(path, folder))
        return false;
    return path.len == folder.len || folder.at[folder.len - 1] == '/' || path.at[folder.len] == '/';
}

bool dw_run_mounts(const struct dw_run *run, const char *path)
{
    const struct dw_instruction *runs = run->script->runs;
    for (size_t i = 0; i < runs->flag_count; i++) {
        struct dw_slice rest = runs->flags[i], part, target = DW_SLICE("");
        bool more = true, keeps_out = false;
        if (!dw_slice_starts_with(rest, "--mount="))
            continue;
        rest = dw_slice_from(rest, 8);
        while (dw_slice_split(&rest, ',', &more, &part)) {
            keeps_out |= dw_slice_is(part, "type=cache") || dw_slice_is(part, "type=tmpfs");
            if (dw_slice_starts_with(part, "target=") || dw_slice_starts_with(part, "dst=") ||
                dw_slice_starts_with(part, "destination="))
                target = dw_slice_from(part, dw_slice_find(part, '=') + 1);
        }
        if (keeps_out && is_below(dw_slice_of(path), target))
            return true;
    }
    return false;
}

bool dw_path_covered(struct dw_slice pattern, const char *path)
{
    size_t plain = 0;
    while (plain < pattern.len && strchr("*?{[", pattern.at[plain]) == NULL)
        plain++;
    if (pattern.len == 0 || pattern.at[0] != '/')
        return false;
    if (plain == pattern.len)
        return is_below(dw_slice_of(path), pattern);
    /* What stands before the last slash before a pattern holds everything that it can match. */
    while (plain > 1 && pattern.at[plain - 1] != '/')
        plain--;
    return is_below(dw_slice_of(path), dw_slice_part(pattern, 0, plain));
}

bool dw_run_removes(const struct dw_run *run, size_t index, const char *path)
{
    for (size_t i = index + 1; i < run->script->count && i <= index + DW_RUN_LOOK; i++) {
        const struct dw_shell_command *command = &run->script->commands[i];
        if (command->program == DW_PROGRAM_FIND) {
            bool removes = false;
            for (size_t j = 2; j < command->word_count; j++)
                removes |= dw_slice_is(command->words[j].value, "-delete") || dw_slice_is(command->words[j].value, "rm");
            if (removes && dw_path_covered(dw_shell_value(command, 1), path))
                return true;
        }
        if (command->program != DW_PROGRAM_RM)
            continue;
        for (size_t j = 1; j < command->word_count; j++)
            if (dw_path_covered(command->words[j].value, path))
                return true;
    }
    return false;
}

const struct dw_instruction *dw_chain_previous(const struct dw_dockerfile *dockerfile, size_t *stage, size_t *at)
{
    for (;;) {
        if (*stage >= dockerfile->stages.len)
            return NULL;
        const struct dw_build_stage *row = &dockerfile->stages.at[*stage];
        if (*at > row->first)
            return &dockerfile->instructions.at[--*at];
        const struct dw_image_use *use = &dockerfile->uses.at[row->use];
        if (use->kind != DW_BASE_STAGE || use->target >= *stage)
            return NULL;
        *stage = use->target;
        *at = dockerfile->stages.at[*stage].first + dockerfile->stages.at[*stage].count;
    }
}

/* NAME=value among an ARG's or ENV's arguments. */
static bool defines(const struct dw_instruction *instruction, struct dw_slice name, struct dw_slice *value)
{
    if (instruction->kind == DW_INSTRUCTION_ENV)
        for (size_t i = instruction->argument_count; i >= 3; i -= 3)
            if (dw_slice_equal(instruction->arguments[i - 3], name)) {
                *value = instruction->arguments[i - 2];
                return true;
            }
    if (instruction->kind == DW_INSTRUCTION_ARG)
        for (size_t i = instruction->argument_count; i > 0; i--) {
            struct dw_slice word = instruction->arguments[i - 1];
            if (word.len > name.len && dw_slice_starts(word, name) && word.at[name.len] == '=') {
                *value = dw_slice_from(word, name.len + 1);
                return true;
            }
        }
    return false;
}

/* What COMMAND sets for those behind it, or in its own environment where OWN. */
static bool sets(const struct dw_shell_command *command, bool own, struct dw_slice name, struct dw_slice *value)
{
    for (size_t i = 0; (own || command->word_count == 0) && i < command->assignment_count; i++)
        if (dw_slice_equal(command->assignments[i].name, name)) {
            *value = command->assignments[i].value.value;
            return true;
        }
    if (command->program != DW_PROGRAM_EXPORT && command->program != DW_PROGRAM_DECLARE)
        return false;
    for (size_t i = 1; i < command->word_count; i++) {
        struct dw_slice word = command->words[i].value;
        if (word.len > name.len && dw_slice_starts(word, name) && word.at[name.len] == '=') {
            *value = dw_slice_from(word, name.len + 1);
            return true;
        }
    }
    return false;
}

bool dw_run_variable(const struct dw_run *run, const struct dw_shell_command *command, const char *name,
                     struct dw_slice *value)
{
    struct dw_slice wanted = dw_slice_of(name);
    const struct dw_shell_script *script = run->script;
    size_t index = (size_t)(command - script->commands), owner = script->first + index, looked = 0;
    for (size_t i = index + 1; i-- > 0 && looked++ < DW_RUN_LOOK;) {
        bool own = script->first + i == owner;
        if (sets(&script->commands[i], own, wanted, value))
            return true;
        if (own && script->commands[i].role == DW_SHELL_WRAPPED)
            owner = script->commands[i].parent;
    }
    const struct dw_dockerfile *dockerfile = run->view->dockerfile;
    size_t stage = script->instruction->stage;
    size_t at = (size_t)(script->instruction - dockerfile->instructions.at);
    const struct dw_instruction *before;
    for (looked = 0; looked < DW_RUN_LOOK && (before = dw_chain_previous(dockerfile, &stage, &at)) != NULL; looked++)
        if (defines(before, wanted, value))
            return true;
    return false;
}
