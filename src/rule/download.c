/* SPDX-License-Identifier: Apache-2.0
 *
 * DF-020, DF-027, DF-028: what RUN instructions fetch, and by what (curl(1), wget(1)). */
#include "rule/command.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

const struct dw_option_grammar dw_curl_grammar = {
    "oudHXAebcTxmwFKErCDQPtUyYzh",
    " --output --user --data --header --request --user-agent --referer --cookie --cookie-jar --upload-file --proxy --max-time "
    "--write-out --form --config --cert --range --continue-at --dump-header --quote --connect-timeout --retry --retry-delay "
    "--retry-max-time --cacert --capath --key --data-raw --data-binary --data-urlencode --resolve --interface --limit-rate "
    "--output-dir --proxy-user --url --oauth2-bearer "};
const struct dw_option_grammar dw_wget_grammar = {
    "oaeiBtOTwQPUlARDIX",
    " --output-file --append-output --execute --input-file --base --tries --output-document --timeout --wait --quota "
    "--directory-prefix --user-agent --level --accept --reject --domains --header --user --password --http-user --http-password "
    "--post-data --post-file --ca-certificate --certificate --private-key --method --body-data --body-file "};

bool dw_is_download(const struct dw_shell_command *command)
{
    return command->program == DW_PROGRAM_CURL || command->program == DW_PROGRAM_WGET || command->program == DW_PROGRAM_ARIA2C ||
           command->program == DW_PROGRAM_FETCH || command->program == DW_PROGRAM_CURLIE || command->program == DW_PROGRAM_HTTP;
}

/* --- DF-020 --- */

static bool is_interpreter(enum dw_shell_program program)
{
    switch (program) {
    case DW_PROGRAM_PYTHON:
    case DW_PROGRAM_PYTHON2:
    case DW_PROGRAM_PYTHON3:
    case DW_PROGRAM_NODE:
    case DW_PROGRAM_NODEJS:
    case DW_PROGRAM_PERL:
    case DW_PROGRAM_RUBY:
    case DW_PROGRAM_PHP:
    case DW_PROGRAM_LUA:
    case DW_PROGRAM_FISH:
    case DW_PROGRAM_PWSH:
        return true;
    default:
        return dw_program_is_shell(program);
    }
}

/* Does it run what comes on its standard input: no script named, or "-", "-s", "/dev/stdin"? */
static bool runs_input(const struct dw_shell_command *command)
{
    if (dw_program_is_shell(command->program)) {
        struct dw_slice operand = DW_SLICE("");
        for (size_t i = 1; i < command->word_count; i++) {
            struct dw_slice word = command->words[i].value;
            if (word.len > 1 && (word.at[0] == '-' || word.at[0] == '+')) {
                if (word.at[1] != '-' && dw_slice_find(word, 'c') != SIZE_MAX)
                    return false;
                if (word.at[1] != '-' && dw_slice_find(word, 's') != SIZE_MAX)
                    return true;
                i += word.at[1] != '-' && word.at[word.len - 1] == 'o';
                continue;
            }
            operand = word;
            break;
        }
        return operand.len == 0 || dw_slice_is(operand, "-") || dw_slice_is(operand, "/dev/stdin");
    }
    /* "python -c …", "python -m json.tool", "node -e …", "perl -pe …", and any script take it for data. */
    for (size_t i = 1; i < command->word_count; i++) {
        struct dw_slice word = command->words[i].value;
        if (dw_slice_is(word, "-") || dw_slice_is(word, "/dev/stdin"))
            return true;
        if (word.len > 0 && word.at[0] != '-')
            return false;
        for (size_t j = 1; j < word.len && word.at[1] != '-'; j++)
            if (strchr("cmenpr", word.at[j]) != NULL && word.at[j] != '\0')
                return false;
        if (dw_slice_is(word, "--eval") || dw_slice_is(word, "--print"))
            return false;
    }
    return true;
}

/* The download among the commands of SEGMENT or of those that write into it. */
static const struct dw_shell_command *download_in(const struct dw_shell_scripts *scripts, size_t segment)
{
    for (size_t hops = 0; segment != SIZE_MAX && hops < 64; segment = scripts->segments.at[segment].previous, hops++)
        for (size_t i = scripts->segments.at[segment].first; i < scripts->segments.at[segment].end; i++)
            if (dw_is_download(&scripts->commands.at[i]))
                return &scripts->commands.at[i];
    return NULL;
}

static bool is_source(enum dw_shell_program program)
{
    return program == DW_PROGRAM_DOT || program == DW_PROGRAM_SOURCE || program == DW_PROGRAM_EVAL;
}

/* A download whose output COMMAND runs: through a pipe, or as a substitution among its words. */
static const struct dw_shell_command *download_run_by(const struct dw_run *run, size_t index)
{
    const struct dw_shell_scripts *scripts = run->view->scripts;
    const struct dw_shell_command *command = &run->script->commands[index];
    if (command->kind != DW_SHELL_SIMPLE || (!is_interpreter(command->program) && !is_source(command->program)))
        return NULL;
    /* Substitutions of it, and of the wrapper that it stands behind. */
    size_t self = run->script->first + index, owner = self;
    while (scripts->commands.at[owner].role == DW_SHELL_WRAPPED)
        owner = scripts->commands.at[owner].parent;
    for (size_t i = owner + 1; i < run->script->first + run->script->count && i < owner + 200; i++) {
        const struct dw_shell_command *inner = &scripts->commands.at[i];
        if ((inner->role == DW_SHELL_SUBSTITUTION || inner->role == DW_SHELL_PROCESS) && inner->parent == owner &&
            dw_is_download(inner)) {
            const char *code = dw_program_is_shell(command->program) ? "c" : "ce";
            bool from_string = is_source(command->program);
            for (size_t j = 1; j + 1 < command->word_count && !from_string; j++) {
                struct dw_slice word = command->words[j].value;
                from_string = word.len > 1 && word.at[0] == '-' && word.at[1] != '-' && strchr(code, word.at[word.len - 1]) != NULL &&
                              !command->words[j + 1].literal;
            }
            bool here_string = false;
            for (size_t j = 0; j < command->redirection_count; j++)
                here_string |= command->redirections[j].kind == DW_SHELL_HERE_STRING || command->redirections[j].kind == DW_SHELL_READ;
            bool file = inner->role == DW_SHELL_PROCESS && command->word_count > 1;
            if (from_string || file || here_string)
                return inner;
        }
    }
    size_t input = dw_shell_input(scripts, command);
    if (input == SIZE_MAX || !is_interpreter(command->program) || !runs_input(command))
        return NULL;
    return download_in(scripts, input);
}

static void look_at_unseen(struct dw_judge *judge, const struct dw_run *run)
{
    for (size_t i = 0; i < run->script->count; i++) {
        const struct dw_shell_command *download = download_run_by(run, i);
        if (download == NULL)
            continue;
        struct dw_judge_finding finding = dw_judge_at_command(run, download);
        finding.message = dw_judge_text(judge, "what %s fetches is run by %s without a look at it", dw_program_name(download->program),
                                        dw_program_name(run->script->commands[i].program));
        finding.fix = DW_SLICE("ADD --checksum=sha256:… URL /tmp/install.sh, then RUN sh /tmp/install.sh; or keep the script in the repository");
        dw_judge_fail(judge, finding);
    }
}

static const enum dw_shell_program download_programs[] = {DW_PROGRAM_CURL,  DW_PROGRAM_WGET,   DW_PROGRAM_ARIA2C,
                                                          DW_PROGRAM_FETCH, DW_PROGRAM_CURLIE, DW_PROGRAM_HTTP};

void dw_download_run_judge(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    dw_judge_runs(judge, view, DW_RUN_BUILT, download_programs, COUNT(download_programs), look_at_unseen);
}

/* --- DF-027 --- */

static const struct dw_shell_command *first_use(const struct dw_run *run, enum dw_shell_program program)
{
    for (size_t i = 0; i < run->script->count; i++)
        if (run->script->commands[i].program == program)
            return &run->script->commands[i];
    return NULL;
}

/* Told at the RUN that brings the second tool into its stage. */
void dw_download_tool_judge(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_shell_scripts *scripts = view->scripts;
    size_t stage = SIZE_MAX;
    bool curl = false, wget = false;
    if (scripts->run_count == 0)
        return;
    dw_judge_pass_quietly(judge);
    if (!dw_program_in(&scripts->programs, DW_PROGRAM_CURL) || !dw_program_in(&scripts->programs, DW_PROGRAM_WGET))
        return;
    for (size_t i = 0; i < scripts->scripts.len; i++) {
        struct dw_run run = {.view = view, .script = &scripts->scripts.at[i]};
        size_t here = run.script->instruction->stage;
        if (run.script->runs->kind != DW_INSTRUCTION_RUN || here >= view->dockerfile->stages.len ||
            !view->dockerfile->stages.at[here].reachable)
            continue;
        if (here != stage)
            curl = wget = false;
        stage = here;
        const struct dw_shell_command *has_curl = first_use(&run, DW_PROGRAM_CURL), *has_wget = first_use(&run, DW_PROGRAM_WGET);
        bool told = curl && wget;
        curl |= has_curl != NULL;
        wget |= has_wget != NULL;
        if (told || !curl || !wget)
            continue;
        const struct dw_shell_command *second = has_wget == NULL || (has_curl != NULL && has_curl > has_wget) ? has_curl : has_wget;
        struct dw_judge_finding finding = dw_judge_at_command(&run, second);
        finding.message = dw_judge_text(judge, "the stage uses both curl and wget: %s comes second here", dw_program_name(second->program));
        finding.fix = DW_SLICE("use one of them in the whole stage");
        dw_judge_fail(judge, finding);
    }
}

/* --- DF-028 --- */

static void look_at_wget(struct dw_judge *judge, const struct dw_run *run)
{
    static const char *const longs[] = {"--progress", "--quiet", "--no-verbose", "--output-file", "--append-output", "-nv"};
    for (size_t i = 0; i < run->script->count; i++) {
        const struct dw_shell_command *command = &run->script->commands[i];
        if (command->program != DW_PROGRAM_WGET || command->word_count < 2)
            continue;
        bool quiet = dw_words_option_letter(command, &dw_wget_grammar, 'q') != NULL ||
                     dw_words_option_letter(command, &dw_wget_grammar, 'o') != NULL ||
                     dw_words_option_letter(command, &dw_wget_grammar, 'a') != NULL;
        for (size_t j = 0; j < COUNT(longs); j++)
            quiet |= dw_words_option_long(command, longs[j]) != NULL;
        if (quiet)
            continue;
        struct dw_judge_finding finding = dw_judge_at_command(run, command);
        finding.message = DW_SLICE("wget fills the build log with its progress bar");
        finding.fix = DW_SLICE("wget -nv …");
        struct dw_run_repair repair = {.count = 0};
        dw_run_insert_behind(&repair, run, &command->words[0], " -nv");
        dw_run_repair_end(judge, &finding, &repair, DW_REPAIR_SAFE, "");
        dw_judge_fail(judge, finding);
    }
}

void dw_download_quiet_judge(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    static const enum dw_shell_program programs[] = {DW_PROGRAM_WGET};
    dw_judge_runs(judge, view, DW_RUN_BUILT, programs, COUNT(programs), look_at_wget);
}
