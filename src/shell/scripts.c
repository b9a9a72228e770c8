/* SPDX-License-Identifier: Apache-2.0
 *
 * Which instruction of a Dockerfile runs what, and by which shell (Dockerfile reference: "Shell and exec form", "SHELL",
 * "Here-Documents"; moby/buildkit frontend/dockerfile/dockerfile2llb/convert.go). */
#include "shell/reader.h"

void dw_shell_doubt(struct dw_shell_reader *reader, const char *problem)
{
    struct dw_shell_work *work = reader->work;
    if (work->problem != NULL)
        return;
    work->problem = problem;
    size_t at = reader->at < reader->text.len ? reader->at : reader->text.len;
    work->place = reader->place.len > 0 ? reader->place : dw_slice_part(reader->text, at, at < reader->text.len);
}

bool dw_shell_reader_within(struct dw_shell_reader *reader, struct dw_slice text, bool copy, struct dw_slice place,
                            struct dw_shell_reader *inner)
{
    if (reader->depth >= DW_SHELL_DEPTH_MOST) {
        dw_shell_doubt(reader, "too many constructs within one another");
        return false;
    }
    *inner = (struct dw_shell_reader){.work = reader->work,
                                      .text = text,
                                      .place = reader->place.len > 0 ? reader->place : copy ? place : DW_SLICE(""),
                                      .context = reader->context,
                                      .depth = reader->depth + 1,
                                      .mute = reader->mute};
    inner->context.condition = inner->context.after_and = false;
    return true;
}

void dw_shell_reader_end(struct dw_shell_reader *reader)
{
    if (reader->pending.len > 0)
        dw_shell_doubt(reader, "a here-document has no end");
    dw_vector_free(&reader->pending);
}

const char *dw_shell_language_name(enum dw_shell_language language)
{
    static const char *const names[] = {"sh", "exec form", "PowerShell", "cmd", "another language"};
    return names[language];
}

struct dw_slice dw_shell_name(const struct dw_shell_command *command)
{
    if (command->kind != DW_SHELL_SIMPLE || command->word_count == 0 || !command->words[0].literal)
        return DW_SLICE("");
    return dw_path_base(command->words[0].value);
}

struct dw_slice dw_shell_value(const struct dw_shell_command *command, size_t index)
{
    return index < command->word_count ? command->words[index].value : DW_SLICE("");
}

size_t dw_shell_input(const struct dw_shell_scripts *scripts, const struct dw_shell_command *command)
{
    for (size_t i = command->segment; i != SIZE_MAX; i = scripts->segments.at[i].parent)
        if (scripts->segments.at[i].previous != SIZE_MAX)
            return scripts->segments.at[i].previous;
    return SIZE_MAX;
}

/* --- one script --- */

static void start_work(struct dw_shell_work *work, struct dw_slice text)
{
    work->words.len = work->assignments.len = work->redirections.len = work->value.len = 0;
    work->budget = 16 * (uint64_t)text.len + 4096;
    work->statements = 0;
    work->problem = NULL;
}

static struct dw_shell_reader reader_of(struct dw_shell_work *work, const struct dw_shell_script *script, struct dw_slice text)
{
    start_work(work, text);
    return (struct dw_shell_reader){.work = work,
                                    .text = text,
                                    .place = DW_SLICE(""),
                                    .context = {.parent = SIZE_MAX,
                                                .segment = SIZE_MAX,
                                                .pipefail = script->pipefail,
                                                .errexit = script->errexit},
                                    .top = true};
}

static void end_script(struct dw_shell_work *work, struct dw_shell_script *script)
{
    script->count = work->out->commands.len - script->first;
    script->statements = work->statements;
    script->uncertain = work->problem != NULL;
    script->problem = work->problem != NULL ? work->problem : "";
    script->place = work->problem != NULL ? work->place : DW_SLICE("");
}

static void read_text(struct dw_shell_work *work, struct dw_shell_script *script, struct dw_slice text,
                      const struct dw_heredoc *given, size_t given_count)
{
    struct dw_shell_reader reader = reader_of(work, script, text);
    reader.given = given;
    reader.given_count = given_count;
    dw_shell_read_all(&reader);
    dw_shell_reader_end(&reader);
    end_script(work, script);
}

static void free_work(struct dw_shell_work *work)
{
    dw_buffer_free(&work->value);
    dw_vector_free(&work->words);
    dw_vector_free(&work->assignments);
    dw_vector_free(&work->redirections);
}

/* --- the exec form --- */

/* The string that begins at the next '"' of *REST, without its quotes; what follows stays in *REST. */
static struct dw_slice next_json_string(struct dw_slice *rest)
{
    size_t start = dw_slice_find(*rest, '"');
    if (start == SIZE_MAX)
        return DW_SLICE("");
    size_t end = ++start;
    while (end < rest->len && rest->at[end] != '"')
        end += rest->at[end] == '\\' ? 2 : 1;
    struct dw_slice string = dw_slice_part(*rest, start, (end < rest->len ? end : rest->len) - start);
    *rest = dw_slice_from(*rest, end + 1);
    return string;
}

static void read_words(struct dw_shell_work *work, struct dw_shell_script *script, const struct dw_slice *arguments, size_t count)
{
    struct dw_shell_reader reader = reader_of(work, script, script->runs->rest);
    struct dw_slice rest = script->runs->rest;
    struct dw_shell_word *words = dw_arena_alloc(&work->out->arena, count + 1, sizeof(*words));
    for (size_t i = 0; i < count; i++) {
        struct dw_slice written = next_json_string(&rest);
        bool same = dw_slice_equal(written, arguments[i]);
        words[i] = (struct dw_shell_word){.text = same ? written : arguments[i],
                                          .place = written,
                                          .value = same ? written : arguments[i],
                                          .literal = true,
                                          .quoted = true};
    }
    reader.context.segment = work->out->segments.len;
    *dw_vector_push(&work->out->segments) = (struct dw_shell_segment){
        .parent = SIZE_MAX, .previous = SIZE_MAX, .first = script->first, .end = script->first + 1};
    if (count > 0)
        dw_shell_add_words(&reader, NULL, SIZE_MAX, words, count);
    work->out->segments.at[reader.context.segment].end = work->out->commands.len;
    work->statements = 1;
    dw_shell_reader_end(&reader);
    end_script(work, script);
}

/* --- the shell that holds --- */

struct shell {
    enum dw_shell_language language;
    struct dw_slice program;
    bool pipefail, errexit;
};

static enum dw_shell_language language_of(struct dw_slice program)
{
    size_t cut = dw_slice_find_last(program, '\\');
    program = dw_path_base(cut == SIZE_MAX ? program : dw_slice_from(program, cut + 1));
    if (program.len > 4 && dw_slice_equal_nocase(dw_slice_from(program, program.len - 4), DW_SLICE(".exe")))
        program.len -= 4;
    if (dw_program_is_shell(dw_program_find(program)))
        return DW_SHELL_POSIX;
    if (dw_slice_equal_nocase(program, DW_SLICE("pwsh")) || dw_slice_equal_nocase(program, DW_SLICE("powershell")))
        return DW_SHELL_POWERSHELL;
    return dw_slice_equal_nocase(program, DW_SLICE("cmd")) ? DW_SHELL_CMD : DW_SHELL_OTHER;
}

/* Of the words of SHELL, or of a #! line. */
static struct shell shell_of(const struct dw_slice *words, size_t count)
{
    struct dw_shell_word *list = dw_alloc(count + 1, sizeof(*list));
    for (size_t i = 0; i < count; i++)
        list[i].value = words[i];
    size_t first = 0;
    /* "/usr/bin/env -S bash -e", "busybox sh" */
    while (first + 1 < count && (dw_slice_is(dw_path_base(words[first]), "env") || dw_slice_is(dw_path_base(words[first]), "busybox") ||
                                 (first > 0 && dw_slice_starts_with(words[first], "-"))))
        first++;
    struct dw_shell_options options = dw_shell_options_read(list + first, count - first);
    free(list);
    return (struct shell){.language = count == 0 ? DW_SHELL_OTHER : language_of(words[first]),
                          .program = count == 0 ? DW_SLICE("") : words[first],
                          .pipefail = options.pipefail,
                          .errexit = options.errexit};
}

static struct shell shell_default(void)
{
    return (struct shell){.language = DW_SHELL_POSIX, .program = DW_SLICE("/bin/sh")};
}

/* --- instructions --- */

struct walk {
    struct dw_shell_work work;
    const struct dw_dockerfile *dockerfile;
    struct shell *shells; /* at the end of each stage */
    struct shell shell;
};

static void begin_stage(struct walk *walk, size_t stage)
{
    const struct dw_image_use *use = &walk->dockerfile->uses.at[walk->dockerfile->stages.at[stage].use];
    if (use->kind == DW_BASE_STAGE && use->target < stage)
        walk->shell = walk->shells[use->target];
    else
        walk->shell = shell_default();
    /* Of a Windows base image cmd runs the shell form. */
    if (use->kind == DW_BASE_IMAGE && dw_windows_base(use->resolved)) {
        walk->shell.language = DW_SHELL_CMD;
        walk->shell.program = DW_SLICE("cmd");
    }
}

/* Is the rest nothing but "<<EOF"? Then the body is a script. */
static bool is_script(const struct dw_instruction *runs)
{
    struct dw_slice rest = dw_slice_trim(runs->rest);
    return runs->heredoc_count == 1 && dw_slice_starts_with(rest, "<<") && dw_slice_find(rest, ' ') == SIZE_MAX &&
           dw_slice_find(rest, '\t') == SIZE_MAX && dw_slice_find(rest, '<') == 0 && dw_slice_find_last(rest, '<') == 1 &&
           dw_slice_find(rest, '>') == SIZE_MAX && dw_slice_find(rest, '|') == SIZE_MAX && dw_slice_find(rest, ';') == SIZE_MAX &&
           dw_slice_find(rest, '&') == SIZE_MAX;
}

/* "#!/bin/bash -e" of a body. */
static bool shebang(struct dw_slice body, struct shell *shell)
{
    struct dw_slice line, words[8];
    size_t count = 0;
    if (!dw_slice_starts_with(body, "#!") || !dw_slice_line(&body, &line))
        return false;
    line = dw_slice_trim(dw_slice_from(line, 2));
    bool more = true;
    for (struct dw_slice word; count < 8 && dw_slice_split(&line, ' ', &more, &word);)
        if (word.len > 0)
            words[count++] = word;
    *shell = shell_of(words, count);
    return true;
}

static struct dw_shell_script *add_script(struct walk *walk, const struct dw_instruction *instruction,
                                          const struct dw_instruction *runs, const struct shell *shell)
{
    struct dw_shell_script *script = dw_vector_push(&walk->work.out->scripts);
    *script = (struct dw_shell_script){.instruction = instruction,
                                       .runs = runs,
                                       .language = shell->language,
                                       .shell = shell->program,
                                       .pipefail = shell->pipefail,
                                       .errexit = shell->errexit,
                                       .first = walk->work.out->commands.len,
                                       .problem = "",
                                       .place = DW_SLICE("")};
    return script;
}

static void read_instruction(struct walk *walk, const struct dw_instruction *instruction, const struct dw_instruction *runs)
{
    size_t skip = runs->kind == DW_INSTRUCTION_HEALTHCHECK;
    if (runs->argument_count <= skip)
        return;
    if (runs->json) {
        static const struct shell none = {.language = DW_SHELL_NO_SHELL, .program = DW_SLICE_INIT("")};
        read_words(&walk->work, add_script(walk, instruction, runs, &none), runs->arguments + skip, runs->argument_count - skip);
        return;
    }
    struct shell shell = walk->shell;
    bool body = runs->kind == DW_INSTRUCTION_RUN && is_script(runs);
    if (body)
        shebang(runs->heredocs[0].text, &shell);
    struct dw_shell_script *script = add_script(walk, instruction, runs, &shell);
    if (shell.language != DW_SHELL_POSIX)
        return;
    if (body)
        read_text(&walk->work, script, runs->heredocs[0].text, NULL, 0);
    else
        read_text(&walk->work, script, runs->arguments[skip], runs->heredocs, runs->heredoc_count);
}

static void walk_all(struct walk *walk)
{
    const struct dw_dockerfile *dockerfile = walk->dockerfile;
    size_t stage = SIZE_MAX;
    for (size_t i = 0; i < dockerfile->instructions.len; i++) {
        const struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        const struct dw_instruction *runs = instruction->inner != NULL ? instruction->inner : instruction;
        if (instruction->kind == DW_INSTRUCTION_FROM && instruction->stage < dockerfile->stages.len) {
            if (stage != SIZE_MAX)
                walk->shells[stage] = walk->shell;
            stage = instruction->stage;
            begin_stage(walk, stage);
        } else if (instruction->kind == DW_INSTRUCTION_SHELL && instruction->argument_count > 0) {
            walk->shell = shell_of(instruction->arguments, instruction->json ? instruction->argument_count : 1);
        } else if (runs->kind == DW_INSTRUCTION_RUN || runs->kind == DW_INSTRUCTION_CMD ||
                   runs->kind == DW_INSTRUCTION_ENTRYPOINT || runs->kind == DW_INSTRUCTION_HEALTHCHECK) {
            read_instruction(walk, instruction, runs);
        }
    }
}

/* Commands are in their place now: pointers to them hold. */
static void set_commands(struct dw_shell_scripts *scripts)
{
    for (size_t i = 0; i < scripts->scripts.len; i++) {
        struct dw_shell_script *script = &scripts->scripts.at[i];
        script->commands = script->count > 0 ? scripts->commands.at + script->first : NULL;
        if (script->runs != NULL && script->runs->kind != DW_INSTRUCTION_RUN)
            continue;
        scripts->run_count++;
        scripts->unread |= script->uncertain || script->language > DW_SHELL_NO_SHELL;
        for (size_t j = 0; j < script->count; j++)
            dw_program_add(&scripts->programs, script->commands[j].program);
    }
}

struct dw_shell_scripts *dw_shell_scripts_read(const struct dw_dockerfile *dockerfile)
{
    struct dw_shell_scripts *scripts = dw_alloc(1, sizeof(*scripts));
    struct walk walk = {.work = {.out = scripts}, .dockerfile = dockerfile, .shell = shell_default()};
    walk.shells = dw_arena_alloc(&scripts->arena, dockerfile->stages.len + 1, sizeof(*walk.shells));
    walk_all(&walk);
    free_work(&walk.work);
    set_commands(scripts);
    return scripts;
}

struct dw_shell_scripts *dw_shell_text_read(struct dw_slice text)
{
    struct dw_shell_scripts *scripts = dw_alloc(1, sizeof(*scripts));
    struct dw_shell_work work = {.out = scripts};
    struct dw_shell_script *script = dw_vector_push(&scripts->scripts);
    script->language = DW_SHELL_POSIX;
    script->shell = DW_SLICE("/bin/sh");
    read_text(&work, script, text, NULL, 0);
    free_work(&work);
    set_commands(scripts);
    return scripts;
}

void dw_shell_scripts_free(struct dw_shell_scripts *scripts)
{
    if (scripts == NULL)
        return;
    dw_vector_free(&scripts->scripts);
    dw_vector_free(&scripts->commands);
    dw_vector_free(&scripts->segments);
    dw_arena_free(&scripts->arena);
    free(scripts);
}
