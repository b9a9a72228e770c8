/* SPDX-License-Identifier: Apache-2.0
 *
 * SEC-005: what is done with the secret mounts of a RUN, and where its variables come from. */
#include "rule/build_secret.h"

/* --- where a variable comes from --- */

struct secret_mount {
    struct dw_slice flag, id, target, variable;
    bool required;
};

static struct dw_slice after(struct dw_slice part, const char *key, struct dw_slice before)
{
    return dw_slice_starts_with(part, key) ? dw_slice_from(part, strlen(key)) : before;
}

/* Mount NUMBER of those with type=secret; false behind the last. */
static bool secret_mount(const struct dw_instruction *runs, size_t number, struct secret_mount *mount)
{
    for (size_t i = 0; i < runs->flag_count; i++) {
        struct dw_slice rest = runs->flags[i], part;
        bool more = true, secret = false;
        if (!dw_slice_starts_with(rest, "--mount="))
            continue;
        *mount = (struct secret_mount){.flag = rest, .id = DW_SLICE(""), .target = DW_SLICE(""), .variable = DW_SLICE("")};
        rest = dw_slice_from(rest, 8);
        while (dw_slice_split(&rest, ',', &more, &part)) {
            secret |= dw_slice_is(part, "type=secret");
            mount->id = after(part, "id=", mount->id);
            mount->id = mount->id.len > 0 ? mount->id : after(part, "source=", mount->id);
            mount->id = mount->id.len > 0 ? mount->id : after(part, "src=", mount->id);
            mount->target = after(part, "target=", after(part, "dst=", after(part, "destination=", mount->target)));
            mount->variable = after(part, "env=", mount->variable);
            mount->required |= dw_slice_is(part, "required") || dw_slice_is(part, "required=true");
        }
        if (secret && number-- == 0)
            return true;
    }
    return false;
}

/* Does TEXT name the file of a secret mount of RUN? */
static bool names_secret(const struct dw_run *run, struct dw_slice text)
{
    struct secret_mount mount;
    if (dw_slice_find_slice(text, DW_SLICE("/run/secrets/")) != SIZE_MAX)
        return true;
    for (size_t i = 0; secret_mount(run->script->runs, i, &mount); i++)
        if (mount.target.len > 1 && dw_slice_find_slice(text, mount.target) != SIZE_MAX)
            return true;
    return false;
}

bool dw_declares(const struct dw_instruction *instruction, struct dw_slice name)
{
    if (instruction->kind == DW_INSTRUCTION_ENV)
        for (size_t i = 0; i + 2 < instruction->argument_count; i += 3)
            if (dw_slice_equal(instruction->arguments[i], name))
                return true;
    if (instruction->kind == DW_INSTRUCTION_ARG)
        for (size_t i = 0; i < instruction->argument_count; i++)
            if (dw_slice_equal(dw_slice_part(instruction->arguments[i], 0, dw_slice_find(instruction->arguments[i], '=')), name))
                return true;
    return false;
}

static enum dw_origin origin_of_value(const struct dw_run *run, const struct dw_shell_word *value)
{
    if (names_secret(run, value->text))
        return DW_ORIGIN_SECRET;
    return value->literal && value->value.len > 0 ? DW_ORIGIN_SCRIPT : DW_ORIGIN_COMMAND;
}

/* What NAME holds at the command at INDEX of the script. */
enum dw_origin dw_origin_of(const struct dw_run *run, size_t index, struct dw_slice name)
{
    struct secret_mount mount;
    size_t looked = 0;
    for (size_t i = index + 1; i-- > 0 && looked++ < DW_RUN_LOOK;) {
        const struct dw_shell_command *command = &run->script->commands[i];
        for (size_t j = 0; j < command->assignment_count; j++)
            if (dw_slice_equal(command->assignments[j].name, name))
                return origin_of_value(run, &command->assignments[j].value);
        for (size_t j = 1; command->program == DW_PROGRAM_EXPORT && j < command->word_count; j++) {
            struct dw_slice word = command->words[j].value;
            if (word.len > name.len && dw_slice_starts(word, name) && word.at[name.len] == '=')
                return origin_of_value(run, &command->words[j]);
        }
    }
    for (size_t i = 0; secret_mount(run->script->runs, i, &mount); i++)
        if (dw_slice_equal(mount.variable, name))
            return DW_ORIGIN_SECRET;
    const struct dw_dockerfile *dockerfile = run->view->dockerfile;
    size_t stage = run->script->instruction->stage;
    size_t at = (size_t)(run->script->instruction - dockerfile->instructions.at);
    const struct dw_instruction *before;
    for (looked = 0; looked < DW_RUN_LOOK && (before = dw_chain_previous(dockerfile, &stage, &at)) != NULL; looked++)
        if (dw_declares(before, name))
            return before->kind == DW_INSTRUCTION_ARG ? DW_ORIGIN_ARG : DW_ORIGIN_ENV;
    return DW_ORIGIN_UNSET;
}

/* --- SEC-005 --- */

/* Does the command at INDEX have the secret among what it prints or passes on: a variable of it, or its file's content? */
static bool has_secret(const struct dw_run *run, size_t index, size_t from)
{
    const struct dw_shell_command *command = &run->script->commands[index];
    struct dw_slice name;
    for (size_t i = from; i < command->word_count; i++) {
        if (command->words[i].literal)
            continue;
        if (names_secret(run, command->words[i].text))
            return true; /* $(cat /run/secrets/x) */
        for (size_t at = 0; dw_shell_variable_next(&command->words[i], &at, &name);)
            if (dw_origin_of(run, index, name) == DW_ORIGIN_SECRET)
                return true;
    }
    for (size_t i = 0; i < command->redirection_count; i++) {
        const struct dw_shell_redirection *input = &command->redirections[i];
        if (input->kind == DW_SHELL_READ && names_secret(run, input->target.value))
            return true;
        for (size_t at = 0; input->kind == DW_SHELL_HERE_DOCUMENT && input->expand && dw_shell_variable_in(input->body, &at, &name);)
            if (dw_origin_of(run, index, name) == DW_ORIGIN_SECRET)
                return true;
    }
    return false;
}

/* The file that COMMAND's standard output goes to, or NULL. */
static const struct dw_shell_word *written_file(const struct dw_shell_command *command)
{
    for (size_t i = 0; i < command->redirection_count; i++) {
        const struct dw_shell_redirection *to = &command->redirections[i];
        if ((to->kind == DW_SHELL_WRITE || to->kind == DW_SHELL_APPEND) && !to->duplicates && to->descriptor != 2 &&
            !dw_slice_starts_with(to->target.value, "/dev/"))
            return &to->target;
    }
    return NULL;
}

/* Is FILE removed by a later command of the RUN, or does it lie on a mount? */
static bool is_gone(const struct dw_run *run, size_t index, struct dw_slice file)
{
    DW_CLEANUP(dw_cleanup_free) char *path = dw_copy_string(file);
    if (dw_run_mounts(run, path))
        return true;
    for (size_t i = index + 1; i < run->script->count && i <= index + DW_RUN_LOOK; i++) {
        const struct dw_shell_command *command = &run->script->commands[i];
        for (size_t j = 1; command->program == DW_PROGRAM_RM && j < command->word_count; j++)
            if (dw_slice_equal(command->words[j].value, file))
                return true;
    }
    return dw_run_removes(run, index, path);
}

static void tell_kept(struct dw_judge *judge, const struct dw_run *run, const struct dw_shell_command *command, struct dw_slice message)
{
    struct dw_judge_finding finding = dw_judge_at_command(run, command);
    finding.message = message;
    finding.fix = DW_SLICE("use the secret where it is mounted, for this one command; what must be written, remove in the same RUN");
    dw_judge_fail(judge, finding);
}

/* The file that a pipe out of the command's segment ends in: "… | tee file". */
static const struct dw_shell_word *tee_file(const struct dw_run *run, const struct dw_shell_command *command)
{
    const struct dw_shell_scripts *scripts = run->view->scripts;
    for (size_t i = command->segment + 1; i < scripts->segments.len && i < command->segment + 50; i++) {
        if (scripts->segments.at[i].previous != command->segment)
            continue;
        for (size_t j = scripts->segments.at[i].first; j < scripts->segments.at[i].end; j++) {
            const struct dw_shell_command *next = &scripts->commands.at[j];
            if (next->program == DW_PROGRAM_TEE && next->word_count > 1)
                return &next->words[next->word_count - 1];
            if (next->program == DW_PROGRAM_CAT && written_file(next) != NULL)
                return written_file(next);
        }
    }
    return NULL;
}

static void judge_printing(struct dw_judge *judge, const struct dw_run *run, size_t index)
{
    const struct dw_shell_command *command = &run->script->commands[index];
    const struct dw_shell_scripts *scripts = run->view->scripts;
    const struct dw_shell_word *file = written_file(command);
    bool piped = scripts->segments.at[command->segment].piped;
    if (file == NULL && piped)
        file = tee_file(run, command);
    if (file != NULL && !is_gone(run, index, file->value))
        tell_kept(judge, run, command,
                  dw_judge_text(judge, "the secret is written to %.*s, which stays in the layer", DW_SLICE_ARG(file->value)));
    else if (file == NULL && !piped && command->role != DW_SHELL_SUBSTITUTION && command->role != DW_SHELL_PROCESS &&
             command->redirection_count == 0)
        tell_kept(judge, run, command, DW_SLICE("the secret is printed: it stays in the build log"));
}

/* Commands that keep a credential they are given in a file of the user's home. */
static bool keeps_credential(const struct dw_shell_command *command)
{
    struct dw_slice second = dw_shell_value(command, 1), third = dw_shell_value(command, 2);
    switch (command->program) {
    case DW_PROGRAM_NPM:
    case DW_PROGRAM_YARN:
    case DW_PROGRAM_PNPM:
    case DW_PROGRAM_PIP:
    case DW_PROGRAM_PIP3:
    case DW_PROGRAM_POETRY:
    case DW_PROGRAM_BUNDLE:
        return dw_slice_is(second, "config") || dw_slice_is(second, "set");
    case DW_PROGRAM_GIT:
    case DW_PROGRAM_COMPOSER:
        return dw_slice_is(second, "config") && !dw_slice_is(third, "--unset");
    case DW_PROGRAM_DOCKER:
        return dw_slice_is(second, "login");
    default:
        return false;
    }
}

static bool is_copy(enum dw_shell_program program)
{
    return program == DW_PROGRAM_CP || program == DW_PROGRAM_MV || program == DW_PROGRAM_INSTALL || program == DW_PROGRAM_RSYNC;
}

static void judge_copy(struct dw_judge *judge, const struct dw_run *run, size_t index)
{
    const struct dw_shell_command *command = &run->script->commands[index];
    struct dw_slice target = dw_shell_value(command, command->word_count - 1);
    for (size_t i = 1; i + 1 < command->word_count; i++) {
        if (!names_secret(run, command->words[i].value))
            continue;
        if (!is_gone(run, index, target))
            tell_kept(judge, run, command,
                      dw_judge_text(judge, "the secret is copied to %.*s, which stays in the layer", DW_SLICE_ARG(target)));
        return;
    }
}

static void judge_use(struct dw_judge *judge, const struct dw_run *run, size_t index)
{
    const struct dw_shell_command *command = &run->script->commands[index];
    if (command->kind != DW_SHELL_SIMPLE)
        return;
    bool prints = command->program == DW_PROGRAM_ECHO || command->program == DW_PROGRAM_PRINTF || command->program == DW_PROGRAM_CAT ||
                  command->program == DW_PROGRAM_TEE || command->program == DW_PROGRAM_BASE64;
    bool all = (command->program == DW_PROGRAM_ENV || command->program == DW_PROGRAM_PRINTENV || command->program == DW_PROGRAM_SET ||
                command->program == DW_PROGRAM_EXPORT) &&
               command->word_count <= 1 + (command->program == DW_PROGRAM_EXPORT);
    struct secret_mount mount;
    bool variable = false, file = false;
    for (size_t i = 0; all && secret_mount(run->script->runs, i, &mount); i++)
        variable |= mount.variable.len > 0;
    for (size_t i = 1; command->program == DW_PROGRAM_CAT && i < command->word_count; i++)
        file |= names_secret(run, command->words[i].value);
    if (is_copy(command->program) && command->word_count > 2)
        judge_copy(judge, run, index);
    else if (all && variable && (written_file(command) != NULL || command->word_count == 1))
        judge_printing(judge, run, index);
    else if (prints && (file || has_secret(run, index, 1)))
        judge_printing(judge, run, index);
    else if (keeps_credential(command) && has_secret(run, index, 1)) {
        for (size_t i = index + 1; i < run->script->count && i <= index + DW_RUN_LOOK; i++)
            if (run->script->commands[i].program == DW_PROGRAM_RM ||
                (run->script->commands[i].program == command->program && (dw_slice_is(dw_shell_value(&run->script->commands[i], 2), "delete") ||
                                                                          dw_slice_is(dw_shell_value(&run->script->commands[i], 2), "unset") ||
                                                                          dw_slice_is(dw_shell_value(&run->script->commands[i], 1), "logout"))))
                return; /* taken away again in the same layer */
        tell_kept(judge, run, command,
                  dw_judge_text(judge, "%s %.*s writes the secret into a file that stays in the layer", dw_program_name(command->program),
                                DW_SLICE_ARG(dw_shell_value(command, 1))));
    }
}

/* Where FLAG, which is followed by a blank, stands in the file as it is; SIZE_MAX if it does not. */
static size_t flag_offset(const struct dw_run *run, struct dw_slice flag)
{
    struct dw_slice logical = run->script->instruction->logical;
    for (size_t at = 0, found; (found = dw_slice_find_slice(dw_slice_from(logical, at), flag)) != SIZE_MAX; at += found + 1) {
        struct dw_slice part = dw_slice_part(logical, at + found, flag.len + 1);
        size_t offset = dw_run_offset(run, part);
        if (part.len == flag.len + 1 && (part.at[flag.len] == ' ' || part.at[flag.len] == '\t') && offset != SIZE_MAX &&
            dw_slice_equal(dw_slice_part(run->view->dockerfile->source, offset, flag.len), flag))
            return offset;
    }
    return SIZE_MAX;
}

static void judge_mount(struct dw_judge *judge, const struct dw_run *run, const struct secret_mount *mount)
{
    struct dw_judge_finding finding = dw_judge_at_instruction(run->view->dockerfile, run->script->instruction);
    struct dw_slice id = mount->id.len > 0 ? mount->id : dw_path_base(mount->target);
    struct dw_run_repair repair = {.count = 0};
    if (!mount->required) {
        finding.variant = "required";
        finding.message = dw_judge_text(judge, "secret %.*s is empty, and nothing is said, when the build is not given it",
                                        DW_SLICE_ARG(id));
        finding.fix = dw_judge_text(judge, "%.*s,required=true", DW_SLICE_ARG(mount->flag));
        size_t at = flag_offset(run, mount->flag);
        if (at != SIZE_MAX)
            dw_run_replace(&repair, run, at + mount->flag.len, at + mount->flag.len, DW_SLICE(",required=true"));
        dw_run_repair_end(judge, &finding, &repair, DW_REPAIR_REVIEW, "the build stops when it is not given the secret");
        dw_judge_fail(judge, finding);
    }
    if (mount->target.len == 0 || mount->target.at[0] != '/' || dw_slice_starts_with(mount->target, "/run/") ||
        dw_slice_starts_with(mount->target, "/tmp/"))
        return;
    finding.edit_count = 0;
    finding.variant = "target";
    finding.message = dw_judge_text(judge, "an empty file stays at %.*s where secret %.*s was mounted", DW_SLICE_ARG(mount->target),
                                    DW_SLICE_ARG(id));
    finding.fix = DW_SLICE("mount it below /run/secrets, and name that path to the program");
    dw_judge_inform(judge, finding);
}

static void look_at_mounts(struct dw_judge *judge, const struct dw_run *run)
{
    struct secret_mount mount;
    size_t count = 0;
    while (secret_mount(run->script->runs, count, &mount)) {
        judge_mount(judge, run, &mount);
        count++;
    }
    for (size_t i = 0; count > 0 && i < run->script->count; i++)
        judge_use(judge, run, i);
}

void dw_secret_mount_judge(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    bool any = false;
    struct secret_mount mount;
    for (size_t i = 0; i < view->scripts->scripts.len && !any; i++)
        any = view->scripts->scripts.at[i].runs->flag_count > 0 && secret_mount(view->scripts->scripts.at[i].runs, 0, &mount);
    if (any)
        dw_judge_runs(judge, view, DW_RUN_BUILT, NULL, 0, look_at_mounts);
}

