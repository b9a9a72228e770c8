/* SPDX-License-Identifier: Apache-2.0
 *
 * SEC-004, SEC-005, SEC-010: secrets of a build (Dockerfile reference: "RUN --mount=type=secret"). No message shows a value. */
#include "rule/chapters.h"
#include "rule/command.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define LOOK_BACK   1000

/* --- where a variable comes from --- */

enum origin { UNSET, FROM_ARG, FROM_ENV, FROM_SCRIPT, FROM_SECRET, FROM_COMMAND };

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

static bool declares(const struct dw_instruction *instruction, struct dw_slice name)
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

static enum origin origin_of_value(const struct dw_run *run, const struct dw_shell_word *value)
{
    if (names_secret(run, value->text))
        return FROM_SECRET;
    return value->literal && value->value.len > 0 ? FROM_SCRIPT : FROM_COMMAND;
}

/* What NAME holds at the command at INDEX of the script. */
static enum origin origin_of(const struct dw_run *run, size_t index, struct dw_slice name)
{
    struct secret_mount mount;
    size_t looked = 0;
    for (size_t i = index + 1; i-- > 0 && looked++ < LOOK_BACK;) {
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
            return FROM_SECRET;
    const struct dw_dockerfile *dockerfile = run->view->dockerfile;
    size_t stage = run->script->instruction->stage;
    size_t at = (size_t)(run->script->instruction - dockerfile->instructions.at);
    const struct dw_instruction *before;
    for (looked = 0; looked < LOOK_BACK && (before = dw_chain_previous(dockerfile, &stage, &at)) != NULL; looked++)
        if (declares(before, name))
            return before->kind == DW_INSTRUCTION_ARG ? FROM_ARG : FROM_ENV;
    return UNSET;
}

/* --- SEC-004 --- */

/* Where a credential is expected in a word. */
struct slot {
    struct dw_slice text;
    const char *what;
};

static struct dw_slice up_to(struct dw_slice text, const char *ends)
{
    size_t end = 0;
    while (end < text.len && strchr(ends, text.at[end]) == NULL)
        end++;
    return dw_slice_part(text, 0, end);
}

/* The user information of the URL at the start of REST, behind "://". */
static bool url_slot(struct dw_slice scheme, struct dw_slice rest, struct slot *slot)
{
    struct dw_slice authority = up_to(rest, "/ \t\n\"'?#|;");
    size_t at = dw_slice_find_last(authority, '@');
    /* "${TOKEN/x/y}@host": an expansion may hold a slash. */
    if (at == SIZE_MAX || at == 0)
        return false;
    struct dw_slice user = dw_slice_part(authority, 0, at);
    size_t colon = dw_slice_find(user, ':');
    bool variable = dw_slice_find(user, '$') != SIZE_MAX;
    if (dw_slice_ends_with(scheme, "ssh"))
        return false;
    slot->what = "a URL with a password or token";
    slot->text = colon == SIZE_MAX ? user : dw_slice_from(user, colon + 1);
    /* A name alone is none, unless it is as long as tokens are or the token stands before "x-oauth-basic". */
    if (colon == SIZE_MAX)
        return variable || user.len >= 20;
    if (dw_slice_starts_with(slot->text, "x-oauth"))
        slot->text = dw_slice_part(user, 0, colon);
    return slot->text.len > 0 && !dw_slice_is(dw_slice_part(user, 0, colon), "anonymous");
}

/* What stands before a credential. Names of settings begin behind no letter or digit ("mod_auth" is none) and have their value
 * behind "=", ":" or a blank, or as the next word; headers end in their colon. */
static const struct {
    char has;      /* a character of KEY that few words have */
    bool setting;
    const char *key, *what;
} keys[] = {
    {'_', true, "_authToken", "a token of an npm registry"},
    {'_', true, "_password", "a password of an npm registry"},
    {'_', true, "_auth", "a password of an npm registry"},
    {'_', true, "aws_secret_access_key", "a key of AWS"},
    {'_', true, "aws_session_token", "a token of AWS"},
    {'T', true, "npmAuthToken", "a token of an npm registry"},
    {'-', true, "github-oauth.github.com", "a token of GitHub"},
    {':', false, "uthorization:", "an Authorization header"},
    {':', false, "UTHORIZATION:", "an Authorization header"},
    {':', false, "PRIVATE-TOKEN:", "a token of GitLab"},
    {':', false, "JOB-TOKEN:", "a token of GitLab"},
    {':', false, "X-JFrog-Art-Api:", "a key of Artifactory"},
    {':', false, "x-api-key:", "an API key"},
    {':', false, "X-Api-Key:", "an API key"},
};

/* The index behind KEY in WORD, or SIZE_MAX. */
static size_t find_key(struct dw_slice word, size_t row)
{
    size_t length = strlen(keys[row].key), at = dw_slice_find_slice(word, dw_slice_of(keys[row].key));
    if (at == SIZE_MAX || !keys[row].setting)
        return at == SIZE_MAX ? at : at + length;
    char before = at > 0 ? word.at[at - 1] : ' ', behind = at + length < word.len ? word.at[at + length] : ' ';
    bool begins = !dw_is_alpha(before) && !dw_is_digit(before) && before != '_' && before != '-';
    return begins && strchr("=: \t\"'", behind) != NULL ? at + length : SIZE_MAX;
}

static bool key_slot(const struct dw_shell_command *command, size_t index, struct slot *slot)
{
    static const char *const schemes[] = {"Bearer ", "bearer ", "Basic ", "basic ", "token ", "Token "};
    struct dw_slice word = command->words[index].value;
    char checked = '\0';
    bool has = false;
    for (size_t i = 0; i < COUNT(keys); i++) {
        if (keys[i].has != checked) {
            checked = keys[i].has;
            has = memchr(word.at, checked, word.len) != NULL;
        }
        size_t behind = has ? find_key(word, i) : SIZE_MAX;
        if (behind == SIZE_MAX)
            continue;
        struct dw_slice rest = dw_slice_from(word, behind);
        while (rest.len > 0 && strchr("=: \t\"'", rest.at[0]) != NULL)
            rest = dw_slice_from(rest, 1);
        for (size_t j = 0; j < COUNT(schemes); j++)
            if (dw_slice_starts_with(rest, schemes[j]))
                rest = dw_slice_trim(dw_slice_from(rest, strlen(schemes[j])));
        if (rest.len == 0)
            rest = dw_shell_value(command, index + 1);
        slot->text = up_to(rest, " \t\n\"'\\");
        slot->what = keys[i].what;
        return slot->text.len > 0;
    }
    return false;
}

/* "machine h login u password p" of a .netrc. */
static bool netrc_slot(struct dw_slice word, struct slot *slot)
{
    if (word.len < 20)
        return false;
    size_t machine = dw_slice_find_slice(word, DW_SLICE("machine ")), at = dw_slice_find_slice(word, DW_SLICE("password "));
    if (machine == SIZE_MAX || at == SIZE_MAX || at < machine)
        return false;
    *slot = (struct slot){up_to(dw_slice_trim(dw_slice_from(word, at + 9)), " \t\n\\"), "a password of .netrc"};
    return slot->text.len > 0;
}

/* curl -u user:password, docker login -p password, wget --password=… */
static bool option_slot(const struct dw_shell_command *command, struct slot *slot)
{
    struct dw_slice value = DW_SLICE("");
    static const struct dw_option_grammar login = {"pu", " --password --username "};
    switch (command->program) {
    case DW_PROGRAM_CURL:
        if (!dw_words_option_value(command, &dw_curl_grammar, "--user", 'u', &value) &&
            !dw_words_option_value(command, &dw_curl_grammar, "--proxy-user", 'U', &value) &&
            !dw_words_option_value(command, &dw_curl_grammar, "--oauth2-bearer", '\0', &value))
            return false;
        if (dw_slice_find(value, ':') == SIZE_MAX && dw_words_option_long(command, "--oauth2-bearer") == NULL &&
            dw_slice_find(value, '$') == SIZE_MAX)
            return false; /* a name alone: curl asks for the password */
        *slot = (struct slot){dw_slice_from(value, dw_slice_find(value, ':') == SIZE_MAX ? 0 : dw_slice_find(value, ':') + 1),
                              "the user and password of curl"};
        return slot->text.len > 0;
    case DW_PROGRAM_WGET:
        if (!dw_words_option_value(command, &dw_wget_grammar, "--password", '\0', &value) &&
            !dw_words_option_value(command, &dw_wget_grammar, "--http-password", '\0', &value))
            return false;
        *slot = (struct slot){value, "the password of wget"};
        return value.len > 0;
    case DW_PROGRAM_DOCKER:
        if (!dw_slice_is(dw_shell_value(command, 1), "login") || !dw_words_option_value(command, &login, "--password", 'p', &value))
            return false;
        *slot = (struct slot){value, "the password of docker login"};
        return value.len > 0;
    default:
        return false;
    }
}

/* The first name in SLOT, expanded by the shell or, as in .npmrc, by the program that reads it, that comes of ARG or ENV. */
static enum origin slot_origin(const struct dw_run *run, size_t index, struct dw_slice slot, struct dw_slice *name)
{
    size_t at = 0;
    bool any = dw_slice_find_slice(slot, DW_SLICE("$(")) != SIZE_MAX || dw_slice_find(slot, '`') != SIZE_MAX;
    enum origin first = any ? FROM_COMMAND : FROM_SCRIPT;
    while (dw_shell_variable_in(slot, &at, name)) {
        enum origin origin = origin_of(run, index, *name);
        if (origin == FROM_ARG || origin == FROM_ENV || origin == FROM_SCRIPT)
            return origin;
        first = origin;
    }
    return first;
}

static struct dw_slice lower(struct dw_judge *judge, struct dw_slice name)
{
    char text[64];
    size_t length = name.len < sizeof(text) ? name.len : sizeof(text) - 1;
    for (size_t i = 0; i < length; i++)
        text[i] = dw_to_lower(name.at[i]);
    text[length] = '\0';
    return dw_judge_text(judge, "%s", text);
}

/* The last ARG of NAME alone, in the RUN's own stage, before it; or NULL. */
static const struct dw_instruction *own_argument(const struct dw_run *run, struct dw_slice name)
{
    const struct dw_dockerfile *dockerfile = run->view->dockerfile;
    size_t at = (size_t)(run->script->instruction - dockerfile->instructions.at);
    for (size_t looked = 0; at-- > run->stage->first && looked < LOOK_BACK; looked++) {
        const struct dw_instruction *before = &dockerfile->instructions.at[at];
        if (before->kind == DW_INSTRUCTION_ARG && declares(before, name))
            return before->argument_count == 1 ? before : NULL;
    }
    return NULL;
}

/* The ARG goes, and the RUN gets a secret mount in its place. */
static void mend_argument(struct dw_judge *judge, const struct dw_run *run, struct dw_slice name, struct dw_judge_finding *finding,
                          struct dw_run_repair *repair)
{
    const struct dw_instruction *argument = own_argument(run, name);
    if (argument == NULL || run->script->instruction->kind == DW_INSTRUCTION_ONBUILD)
        return;
    dw_run_delete(repair, run, argument);
    dw_run_add_flag(repair, run, dw_judge_text(judge, " --mount=type=secret,id=%.*s,env=%.*s,required=true",
                                               DW_SLICE_ARG(lower(judge, name)), DW_SLICE_ARG(name)));
    dw_run_repair_end(judge, finding, repair, DW_REPAIR_REVIEW,
                      "the build must be given the secret (--secret id=…); other instructions that use the ARG no longer have it");
}

static bool tell_slot(struct dw_judge *judge, const struct dw_run *run, size_t index, const struct dw_shell_word *word,
                      const struct slot *slot)
{
    struct dw_slice name = DW_SLICE("");
    enum origin origin = slot_origin(run, index, slot->text, &name);
    if (origin != FROM_ARG && origin != FROM_ENV && origin != FROM_SCRIPT)
        return false;
    struct dw_run_repair repair = {.count = 0};
    struct dw_judge_finding finding = dw_judge_at_code(run, word->place);
    if (name.len > 0 && origin != FROM_SCRIPT) {
        finding.message = dw_judge_text(judge, "%s comes from %s %.*s: it stays in the image's history", slot->what,
                                        origin == FROM_ARG ? "ARG" : "ENV", DW_SLICE_ARG(name));
        finding.fix = dw_judge_text(judge, "RUN --mount=type=secret,id=%.*s,env=%.*s,required=true …, and no %s %.*s",
                                    DW_SLICE_ARG(lower(judge, name)), DW_SLICE_ARG(name), origin == FROM_ARG ? "ARG" : "ENV",
                                    DW_SLICE_ARG(name));
        if (origin == FROM_ARG)
            mend_argument(judge, run, name, &finding, &repair);
    } else {
        finding.message = dw_judge_text(judge, "%s is written in the Dockerfile", slot->what);
        finding.fix = DW_SLICE("revoke it; RUN --mount=type=secret,id=token,env=TOKEN,required=true …, and $TOKEN in its place");
    }
    dw_judge_fail(judge, finding);
    return true;
}

static bool judge_word(struct dw_judge *judge, const struct dw_run *run, size_t index, size_t word)
{
    const struct dw_shell_command *command = &run->script->commands[index];
    struct dw_slice value = command->words[word].value;
    struct slot slot;
    if (value.len < 5)
        return false;
    for (size_t at = 0, found; (found = dw_slice_find_slice(dw_slice_from(value, at), DW_SLICE("://"))) != SIZE_MAX; at += found + 3)
        if (url_slot(dw_slice_part(value, 0, at + found), dw_slice_from(value, at + found + 3), &slot) &&
            tell_slot(judge, run, index, &command->words[word], &slot))
            return true;
    return (key_slot(command, word, &slot) || netrc_slot(value, &slot)) &&
           tell_slot(judge, run, index, &command->words[word], &slot);
}

static void look_at_tokens(struct dw_judge *judge, const struct dw_run *run)
{
    for (size_t i = 0; i < run->script->count; i++) {
        const struct dw_shell_command *command = &run->script->commands[i];
        bool wraps = i + 1 < run->script->count && command[1].parent == run->script->first + i &&
                     (command[1].role == DW_SHELL_WRAPPED || command[1].role == DW_SHELL_STRING);
        struct slot slot;
        if (command->kind != DW_SHELL_SIMPLE || wraps)
            continue;
        if (option_slot(command, &slot) && tell_slot(judge, run, i, &command->words[0], &slot))
            continue;
        for (size_t j = 1; j < command->word_count; j++)
            if (judge_word(judge, run, i, j))
                break;
    }
}

/* ADD https://user:password@host/… */
static void look_at_add(struct dw_judge *judge, const struct dw_dockerfile_view *view, const struct dw_instruction *add)
{
    for (size_t i = 0; i + 1 < add->argument_count; i++) {
        struct slot slot;
        struct dw_slice source = add->arguments[i];
        size_t at = dw_slice_find_slice(source, DW_SLICE("://"));
        if (at == SIZE_MAX || !url_slot(dw_slice_part(source, 0, at), dw_slice_from(source, at + 3), &slot))
            continue;
        struct dw_judge_finding finding = dw_judge_at_instruction(view->dockerfile, add);
        finding.message = DW_SLICE("ADD takes a URL with a password or token: it stays in the image's history");
        finding.fix = DW_SLICE("give it to the build as secret HTTP_AUTH_TOKEN_<host>, or fetch in a RUN --mount=type=secret,…");
        dw_judge_fail(judge, finding);
    }
}

static void by_mount(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    for (size_t i = 0; i < dockerfile->instructions.len; i++) {
        const struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        const struct dw_instruction *inner = instruction->inner != NULL ? instruction->inner : instruction;
        if (inner->kind != DW_INSTRUCTION_ADD || instruction->stage >= dockerfile->stages.len ||
            !dockerfile->stages.at[instruction->stage].reachable)
            continue;
        look_at_add(judge, view, inner);
        dw_judge_pass_quietly(judge);
    }
    dw_judge_runs(judge, view, DW_RUN_BUILT, NULL, 0, look_at_tokens);
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
            if (origin_of(run, index, name) == FROM_SECRET)
                return true;
    }
    for (size_t i = 0; i < command->redirection_count; i++) {
        const struct dw_shell_redirection *input = &command->redirections[i];
        if (input->kind == DW_SHELL_READ && names_secret(run, input->target.value))
            return true;
        for (size_t at = 0; input->kind == DW_SHELL_HERE_DOCUMENT && input->expand && dw_shell_variable_in(input->body, &at, &name);)
            if (origin_of(run, index, name) == FROM_SECRET)
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
    for (size_t i = index + 1; i < run->script->count; i++) {
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
        for (size_t i = index + 1; i < run->script->count; i++)
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

static void not_kept(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    bool any = false;
    struct secret_mount mount;
    for (size_t i = 0; i < view->scripts->scripts.len && !any; i++)
        any = view->scripts->scripts.at[i].runs->flag_count > 0 && secret_mount(view->scripts->scripts.at[i].runs, 0, &mount);
    if (any)
        dw_judge_runs(judge, view, DW_RUN_BUILT, NULL, 0, look_at_mounts);
}

/* --- SEC-010 --- */

static void look_at_passwords(struct dw_judge *judge, const struct dw_run *run)
{
    static const struct dw_option_grammar useradd = {"bcdefgGkKpRPsuZ", " --password "};
    for (size_t i = 0; i < run->script->count; i++) {
        const struct dw_shell_command *command = &run->script->commands[i];
        bool sets = command->program == DW_PROGRAM_CHPASSWD ||
                    (command->program == DW_PROGRAM_PASSWD && dw_words_option_long(command, "--stdin") != NULL) ||
                    ((command->program == DW_PROGRAM_USERMOD || command->program == DW_PROGRAM_USERADD) &&
                     (dw_words_option_letter(command, &useradd, 'p') != NULL || dw_words_option_long(command, "--password") != NULL));
        if (!sets)
            continue;
        struct dw_judge_finding finding = dw_judge_at_command(run, command);
        finding.message = dw_judge_text(judge, "%s sets a password that every container of the image shares", dw_program_name(command->program));
        finding.fix = DW_SLICE("no password: a service needs none; revoke this one if it is used elsewhere");
        dw_judge_fail(judge, finding);
    }
}

static void no_password(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    static const enum dw_shell_program programs[] = {DW_PROGRAM_CHPASSWD, DW_PROGRAM_PASSWD, DW_PROGRAM_USERMOD, DW_PROGRAM_USERADD};
    dw_judge_runs(judge, view, DW_RUN_BUILT, programs, COUNT(programs), look_at_passwords);
}

/* --- the rows --- */

static const struct dw_rule_variant kept_variants[] = {
    {"required", DW_SEVERITY_LOW, "", "the mount does not say required=true"},
    {"target", DW_SEVERITY_NEGLIGIBLE, "", "an empty file stays where it was mounted"},
    {0},
};
static const struct dw_rule_example token_examples[] = {
    {"Dockerfile", "FROM node:22-alpine\nARG NPM_TOKEN\nRUN npm config set //registry.npmjs.org/:_authToken $NPM_TOKEN && npm ci\n",
     "FROM node:22-alpine\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci\n"},
    {"Dockerfile", "FROM debian:12.5\nENV TOKEN=x\nRUN git clone https://oauth2:${TOKEN}@git.example.com/app.git\n",
     "FROM debian:12.5\nRUN --mount=type=secret,id=token,env=TOKEN,required=true git clone "
     "https://oauth2:${TOKEN}@git.example.com/app.git\n"},
    {0},
};
static const struct dw_rule_example kept_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN --mount=type=secret,id=key,required=true cp /run/secrets/key /etc/app.key\n",
     "FROM debian:12.5\nRUN --mount=type=secret,id=key,required=true fetch-data --key /run/secrets/key\n"},
    {"Dockerfile", "FROM debian:12.5\nRUN --mount=type=secret,id=token,env=TOKEN ./fetch-data\n",
     "FROM debian:12.5\nRUN --mount=type=secret,id=token,env=TOKEN,required=true ./fetch-data\n"},
    {0},
};
static const struct dw_rule_example password_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN useradd app && echo \"app:app\" | chpasswd\n", "FROM debian:12.5\nRUN useradd app\n"},
    {0},
};

const struct dw_rule dw_build_secret_rules[] = {
    {.id = "SEC-004",
     .title = "Build secret by secret mount only",
     .chapter = 5,
     .severity = DW_SEVERITY_HIGH,
     .repair = DW_REPAIR_REVIEW,
     .what = "A token or password that a RUN or ADD needs comes from a secret mount, not from ARG, ENV or the Dockerfile's text: in URLs, npm "
             "and pip configuration, curl -u, headers, .netrc.",
     .why = "ARG and ENV values, and the text of RUN, are in the image's history for everybody who can pull it; removing a file later does not help.",
     .fix = "RUN --mount=type=secret,id=token,env=TOKEN,required=true …, and give the build --secret id=token,….",
     .aliases = "",
     .pass = "no credential is taken from ARG, ENV or the text",
     .none = "nothing is run or fetched",
     .examples = token_examples,
     .dockerfile = by_mount},
    {.id = "SEC-005",
     .title = "Secret mount not persisted",
     .chapter = 5,
     .severity = DW_SEVERITY_HIGH,
     .repair = DW_REPAIR_REVIEW,
     .what = "A RUN with a secret mount neither copies, prints nor writes the secret to a file of the layer, and says that the secret is required.",
     .why = "The mount is gone with its RUN, but what was copied from it is in the image. A secret that is not required is silently empty.",
     .fix = "Use the secret where it is mounted; add required=true.",
     .aliases = "",
     .pass = "no secret leaves its mount",
     .none = "no secret is mounted",
     .variants = kept_variants,
     .examples = kept_examples,
     .dockerfile = not_kept},
    {.id = "SEC-010",
     .title = "No password set in build",
     .chapter = 5,
     .severity = DW_SEVERITY_HIGH,
     .what = "No RUN sets a password: chpasswd, passwd --stdin, useradd -p, usermod -p.",
     .why = "The password, or its hash, is in the image for everybody who can pull it, and the same in every container.",
     .fix = "Leave it out: processes of a container need no login.",
     .aliases = "CKV2_DOCKER_17",
     .pass = "no password is set",
     .none = "no RUN instruction",
     .examples = password_examples,
     .dockerfile = no_password},
};
const size_t dw_build_secret_rule_count = DW_RULE_COUNT(dw_build_secret_rules);
