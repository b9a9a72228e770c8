/* SPDX-License-Identifier: Apache-2.0
 *
 * SEC-004, SEC-005, SEC-010: secrets of a build (Dockerfile reference: "RUN --mount=type=secret"). No message shows a value. */
#include "rule/build_secret.h"
#include "rule/chapters.h"
#include "rule/command.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

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
static enum dw_origin slot_origin(const struct dw_run *run, size_t index, struct dw_slice slot, struct dw_slice *name)
{
    size_t at = 0;
    bool any = dw_slice_find_slice(slot, DW_SLICE("$(")) != SIZE_MAX || dw_slice_find(slot, '`') != SIZE_MAX;
    enum dw_origin first = any ? DW_ORIGIN_COMMAND : DW_ORIGIN_SCRIPT;
    while (dw_shell_variable_in(slot, &at, name)) {
        enum dw_origin origin = dw_origin_of(run, index, *name);
        if (origin == DW_ORIGIN_ARG || origin == DW_ORIGIN_ENV || origin == DW_ORIGIN_SCRIPT)
            return origin;
        first = origin;
    }
    return first;
}

/* The last ARG of NAME alone, in the RUN's own stage, before it; or NULL. */
static const struct dw_instruction *own_argument(const struct dw_run *run, struct dw_slice name)
{
    const struct dw_dockerfile *dockerfile = run->view->dockerfile;
    size_t at = (size_t)(run->script->instruction - dockerfile->instructions.at);
    for (size_t looked = 0; at-- > run->stage->first && looked < DW_RUN_LOOK; looked++) {
        const struct dw_instruction *before = &dockerfile->instructions.at[at];
        if (before->kind == DW_INSTRUCTION_ARG && dw_declares(before, name))
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
                                               DW_SLICE_ARG(name), DW_SLICE_ARG(name)));
    dw_run_repair_end(judge, finding, repair, DW_REPAIR_REVIEW,
                      "the build must be given the secret (--secret id=…); other instructions that use the ARG no longer have it");
}

static bool tell_slot(struct dw_judge *judge, const struct dw_run *run, size_t index, const struct dw_shell_word *word,
                      const struct slot *slot)
{
    struct dw_slice name = DW_SLICE("");
    enum dw_origin origin = slot_origin(run, index, slot->text, &name);
    if (origin != DW_ORIGIN_ARG && origin != DW_ORIGIN_ENV && origin != DW_ORIGIN_SCRIPT)
        return false;
    struct dw_run_repair repair = {.count = 0};
    struct dw_judge_finding finding = dw_judge_at_code(run, word->place);
    if (name.len > 0 && origin != DW_ORIGIN_SCRIPT) {
        finding.message = dw_judge_text(judge, "%s comes from %s %.*s: it stays in the image's history", slot->what,
                                        origin == DW_ORIGIN_ARG ? "ARG" : "ENV", DW_SLICE_ARG(name));
        finding.fix = dw_judge_text(judge, "RUN --mount=type=secret,id=%.*s,env=%.*s,required=true …, and no %s %.*s",
                                    DW_SLICE_ARG(name), DW_SLICE_ARG(name), origin == DW_ORIGIN_ARG ? "ARG" : "ENV",
                                    DW_SLICE_ARG(name));
        if (origin == DW_ORIGIN_ARG)
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
     .dockerfile = dw_secret_mount_judge},
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
