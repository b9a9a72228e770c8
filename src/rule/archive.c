/* SPDX-License-Identifier: Apache-2.0
 *
 * DF-018: archives that are copied and unpacked (tar(1); Dockerfile reference, "ADD"). */
#include "rule/command.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const struct dw_option_grammar no_values = {"", ""};

static const char *const archives[] = {".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.lzma", ".gz", ".bz2", ".xz", ".Z"};

static bool is_archive(struct dw_slice name)
{
    for (size_t i = 0; i < COUNT(archives); i++)
        if (dw_slice_ends_with(name, archives[i]))
            return true;
    return false;
}

/* The last component of a path of either system, without a closing quote. */
static struct dw_slice base_name(struct dw_slice path)
{
    while (path.len > 0 && (path.at[path.len - 1] == '"' || path.at[path.len - 1] == '\''))
        path.len--;
    size_t slash = dw_slice_find_last(path, '/'), back = dw_slice_find_last(path, '\\');
    if (back != SIZE_MAX && (slash == SIZE_MAX || back > slash))
        slash = back;
    return slash == SIZE_MAX ? path : dw_slice_from(path, slash + 1);
}

/* tar with x, in any of its ways to write it; unzip is not asked for: ADD does not unpack zip. */
static bool extracts(const struct dw_shell_command *command)
{
    static const struct dw_option_grammar tar = {"fCbITKNVXgL", ""};
    if (command->program == DW_PROGRAM_GUNZIP || command->program == DW_PROGRAM_XZ)
        return command->program == DW_PROGRAM_GUNZIP || dw_words_option_letter(command, &no_values, 'd') != NULL;
    if (command->program != DW_PROGRAM_TAR)
        return false;
    struct dw_slice first = dw_shell_value(command, 1);
    return dw_words_option_letter(command, &tar, 'x') != NULL || dw_words_option_long(command, "--extract") != NULL ||
           dw_words_option_long(command, "--get") != NULL ||
           (first.len > 0 && first.at[0] != '-' && dw_slice_find(first, 'x') != SIZE_MAX && dw_slice_find(first, '/') == SIZE_MAX);
}

/* The archive that COMMAND unpacks and a COPY of the stage brought, or NULL. */
static const struct dw_instruction *copied_archive(const struct dw_run *run, const struct dw_shell_command *command)
{
    const struct dw_dockerfile *dockerfile = run->view->dockerfile;
    const struct dw_instruction *here = run->script->instruction;
    for (size_t i = run->stage->first, looked = 0; &dockerfile->instructions.at[i] < here && looked < 500; i++) {
        const struct dw_instruction *copy = &dockerfile->instructions.at[i];
        struct dw_slice from;
        if (copy->kind != DW_INSTRUCTION_COPY || copy->argument_count < 2 || dw_instruction_flag(copy, "from", &from))
            continue;
        looked++;
        struct dw_slice target = base_name(copy->arguments[copy->argument_count - 1]);
        for (size_t j = 0; j + 1 < copy->argument_count; j++) {
            struct dw_slice name = base_name(copy->arguments[j]);
            if (!is_archive(name))
                continue;
            for (size_t k = 1; k < command->word_count; k++) {
                struct dw_slice word = base_name(command->words[k].value);
                if (word.len > 0 && (dw_slice_equal(word, name) || (dw_slice_equal(word, target) && is_archive(target))))
                    return copy;
            }
        }
    }
    return NULL;
}

/* "COPY a.tar.gz /tmp/" and "RUN tar -xzf /tmp/a.tar.gz -C /opt && rm /tmp/a.tar.gz" become "ADD a.tar.gz /opt/". Only where that is
 * all that both do. */
static void mend(struct dw_judge *judge, const struct dw_run *run, const struct dw_instruction *copy, struct dw_judge_finding *finding,
                 struct dw_run_repair *repair)
{
    const struct dw_shell_command *tar = run->script->commands, *rm = tar + 1;
    const struct dw_instruction *here = run->script->instruction;
    struct dw_slice folder = DW_SLICE(""), target = copy->arguments[copy->argument_count - 1];
    bool only = run->script->count == 1 || (run->script->count == 2 && rm->program == DW_PROGRAM_RM && rm->after_and);
    if (!only || here != copy + 1 || copy->json || copy->argument_count != 2 || copy->flag_count > 0 ||
        run->script->runs->flag_count > 0 || tar->program != DW_PROGRAM_TAR || tar->redirection_count > 0)
        return;
    for (size_t i = 1; i < tar->word_count; i++) {
        struct dw_slice word = tar->words[i].value;
        if (dw_slice_is(word, "-C") && i + 1 < tar->word_count && tar->words[i + 1].literal) {
            folder = tar->words[++i].value;
            continue;
        }
        bool archive = dw_slice_equal(base_name(word), base_name(copy->arguments[0]));
        for (size_t j = 0; j < word.len && !archive; j++)
            if (strchr("-xzjJvf", word.at[j]) == NULL)
                return;
    }
    if (folder.len < 2 || folder.at[0] != '/')
        return;
    size_t keyword = dw_instruction_offset(copy, copy->keyword), at = dw_instruction_offset(copy, target);
    dw_run_replace(repair, run, keyword, keyword + copy->keyword.len, DW_SLICE("ADD"));
    dw_run_replace(repair, run, at, at + target.len, dw_judge_text(judge, "%.*s/", DW_SLICE_ARG(folder)));
    dw_run_delete(repair, run, here);
    dw_run_repair_end(judge, finding, repair, DW_REPAIR_REVIEW, "the archive itself is no longer in the image; its files belong to root");
}

static void look_at_extraction(struct dw_judge *judge, const struct dw_run *run)
{
    for (size_t i = 0; i < run->script->count; i++) {
        const struct dw_shell_command *command = &run->script->commands[i];
        const struct dw_instruction *copy = extracts(command) ? copied_archive(run, command) : NULL;
        if (copy == NULL)
            continue;
        struct dw_judge_finding finding = dw_judge_at_instruction(run->view->dockerfile, copy);
        finding.message = dw_judge_text(judge, "the archive is copied and unpacked in line %u: it stays in a layer as well",
                                        run->script->instruction->line);
        finding.fix = DW_SLICE("ADD archive folder/ unpacks it in one step; then no tar is needed");
        struct dw_run_repair repair = {.count = 0};
        mend(judge, run, copy, &finding, &repair);
        dw_judge_fail(judge, finding);
    }
}

void dw_archive_judge(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    static const enum dw_shell_program programs[] = {DW_PROGRAM_TAR, DW_PROGRAM_GUNZIP, DW_PROGRAM_XZ};
    dw_judge_runs(judge, view, DW_RUN_BUILT, programs, COUNT(programs), look_at_extraction);
}
