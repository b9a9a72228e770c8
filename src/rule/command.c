/* SPDX-License-Identifier: Apache-2.0
 *
 * DF: what RUN instructions run, where it is a matter of order (the rows of this chapter, and its shorter rules). */
#include "rule/command.h"

#include "rule/chapters.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* --- DF-012 --- */

/* "RUN cd /a && b" becomes "WORKDIR /a" and "RUN b". */
static void mend_cd(struct dw_judge *judge, const struct dw_run *run, struct dw_judge_finding *finding, struct dw_run_repair *repair)
{
    const struct dw_shell_command *cd = run->script->commands, *next = cd + 1;
    if (run->script->count < 2 || !next->after_and || next->role != DW_SHELL_PLAIN || next->kind != DW_SHELL_SIMPLE ||
        next->word_count == 0 || next->assignment_count > 0 || next->redirection_count > 0 || cd->word_count != 2 ||
        !cd->words[1].literal || cd->words[1].quoted || cd->words[1].value.at[0] != '/' || run->script->runs->json || run->script->runs->heredoc_count > 0)
        return;
    struct dw_slice line = dw_judge_text(judge, "WORKDIR %.*s\n", DW_SLICE_ARG(cd->words[1].value));
    dw_run_insert_line(repair, run, run->script->instruction, line);
    dw_run_replace(repair, run, dw_run_offset(run, cd->words[0].place), dw_run_offset(run, next->words[0].place), DW_SLICE(""));
    dw_run_repair_end(judge, finding, repair, DW_REPAIR_REVIEW, "WORKDIR holds for the instructions behind it too, and makes the folder");
}

static void look_at_cd(struct dw_judge *judge, const struct dw_run *run)
{
    struct dw_run_repair repair = {.count = 0};
    const struct dw_shell_command *command = &run->script->commands[0];
    struct dw_slice folder = dw_shell_value(command, 1);
    if (command->program != DW_PROGRAM_CD || command->role != DW_SHELL_PLAIN || folder.len == 0 || folder.at[0] == '-')
        return;
    struct dw_judge_finding finding = dw_judge_at_command(run, command);
    finding.message = dw_judge_text(judge, "cd %.*s holds for this RUN only", DW_SLICE_ARG(folder));
    finding.fix = dw_judge_text(judge, "WORKDIR %.*s before it", DW_SLICE_ARG(folder));
    mend_cd(judge, run, &finding, &repair);
    dw_judge_fail(judge, finding);
}

static void workdir(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    static const enum dw_shell_program programs[] = {DW_PROGRAM_CD};
    dw_judge_runs(judge, view, DW_RUN_BUILT, programs, COUNT(programs), look_at_cd);
}

/* --- DF-023 --- */

static void look_at_sudo(struct dw_judge *judge, const struct dw_run *run)
{
    for (size_t i = 0; i < run->script->count; i++) {
        const struct dw_shell_command *command = &run->script->commands[i];
        if (command->program != DW_PROGRAM_SUDO && command->program != DW_PROGRAM_DOAS)
            continue;
        struct dw_judge_finding finding = dw_judge_at_command(run, command);
        finding.message = dw_judge_text(judge, "%s in a build: RUN has the user that USER sets", dw_program_name(command->program));
        finding.fix = DW_SLICE("USER root before the RUN and USER 65532:65532 behind it, and no sudo in the image");
        dw_judge_fail(judge, finding);
    }
}

static void no_sudo(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    static const enum dw_shell_program programs[] = {DW_PROGRAM_SUDO, DW_PROGRAM_DOAS};
    dw_judge_runs(judge, view, DW_RUN_BUILT, programs, COUNT(programs), look_at_sudo);
}

/* --- DF-024 --- */

/* Does an earlier RUN of the stage have the same fault? Its repair mends this one too. */
static bool has_earlier_pipe(const struct dw_run *run)
{
    const struct dw_shell_scripts *scripts = run->view->scripts;
    const struct dw_shell_script *script = run->script;
    for (size_t looked = 0; script-- > scripts->scripts.at && looked < 200; looked++) {
        if (script->instruction->stage != run->script->instruction->stage)
            return false;
        for (size_t i = 0; script->runs->kind == DW_INSTRUCTION_RUN && i < script->count; i++)
            if (scripts->segments.at[script->commands[i].segment].piped && !script->commands[i].pipefail && !script->commands[i].condition)
                return true;
    }
    return false;
}

/* What the RUN's stage is built upon in the end. */
static const struct dw_image_use *external_base(const struct dw_run *run)
{
    const struct dw_dockerfile *dockerfile = run->view->dockerfile;
    const struct dw_image_use *base = &dockerfile->uses.at[run->stage->use];
    for (size_t hops = 0; base->kind == DW_BASE_STAGE && hops < 100; hops++)
        base = &dockerfile->uses.at[dockerfile->stages.at[base->target].use];
    return base;
}

static bool is_alpine(const struct dw_run *run)
{
    return dw_slice_find_slice(external_base(run)->resolved, DW_SLICE("alpine")) != SIZE_MAX;
}

/* A SHELL before the RUN, where the base's name tells which shell there is. */
static void mend_pipe(struct dw_judge *judge, const struct dw_run *run, struct dw_judge_finding *finding, struct dw_run_repair *repair)
{
    const struct dw_image_use *base = external_base(run);
    bool alpine = is_alpine(run);
    bool own = dw_slice_is(run->script->shell, "/bin/sh") || dw_slice_ends_with(run->script->shell, "/bash");
    if (base->kind != DW_BASE_IMAGE || !own || run->script->language != DW_SHELL_POSIX || run->script->runs->heredoc_count > 0 ||
        dw_slice_find_slice(base->resolved, DW_SLICE("busybox")) != SIZE_MAX || has_earlier_pipe(run))
        return;
    dw_run_insert_line(repair, run, run->script->instruction,
                       alpine ? DW_SLICE("SHELL [\"/bin/ash\", \"-o\", \"pipefail\", \"-c\"]\n")
                              : DW_SLICE("SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\n"));
    dw_run_repair_end(judge, finding, repair, DW_REPAIR_REVIEW,
                      alpine ? "a pipe that hid a failure now stops the build" : "needs bash in the base; a pipe that hid a failure now stops the build");
}

static void look_at_pipes(struct dw_judge *judge, const struct dw_run *run)
{
    struct dw_run_repair repair = {.count = 0};
    const struct dw_shell_scripts *scripts = run->view->scripts;
    for (size_t i = 0; i < run->script->count; i++) {
        const struct dw_shell_command *command = &run->script->commands[i];
        const struct dw_shell_segment *segment = &scripts->segments.at[command->segment];
        if (!segment->piped || command->pipefail || command->condition || segment->first != run->script->first + i)
            continue;
        struct dw_judge_finding finding = dw_judge_at_command(run, command);
        struct dw_slice name = dw_shell_name(command);
        finding.message = dw_judge_text(judge, "if %.*s fails, the pipe hides it and the build goes on",
                                        DW_SLICE_ARG(name.len > 0 ? name : DW_SLICE("this command")));
        finding.fix = dw_judge_text(judge, "SHELL [\"%s\", \"-o\", \"pipefail\", \"-c\"] before the RUN, or set -o pipefail at its beginning",
                                    is_alpine(run) ? "/bin/ash" : "/bin/bash");
        if (command->role != DW_SHELL_STRING && command->role != DW_SHELL_STANDARD_INPUT)
            mend_pipe(judge, run, &finding, &repair);
        dw_judge_fail(judge, finding);
        return; /* one for a RUN: one line mends all */
    }
}

static void pipefail(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    dw_judge_runs(judge, view, DW_RUN_BUILT, NULL, 0, look_at_pipes);
}

/* --- DF-025 --- */

static void look_at_links(struct dw_judge *judge, const struct dw_run *run)
{
    for (size_t i = 0; i < run->script->count; i++) {
        const struct dw_shell_command *command = &run->script->commands[i];
        if (command->program != DW_PROGRAM_LN || !dw_slice_is(dw_shell_value(command, command->word_count - 1), "/bin/sh"))
            continue;
        struct dw_judge_finding finding = dw_judge_at_command(run, command);
        finding.message = DW_SLICE("/bin/sh is replaced for everything in the image");
        finding.fix = DW_SLICE("SHELL [\"/bin/bash\", \"-c\"]");
        dw_judge_fail(judge, finding);
    }
}

static void shell_changed(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    static const enum dw_shell_program programs[] = {DW_PROGRAM_LN};
    dw_judge_runs(judge, view, DW_RUN_BUILT, programs, COUNT(programs), look_at_links);
}

/* --- DF-026 --- */

static const enum dw_shell_program pointless_programs[] = {
    DW_PROGRAM_SSH, DW_PROGRAM_VIM,  DW_PROGRAM_SHUTDOWN, DW_PROGRAM_SERVICE, DW_PROGRAM_PS,
    DW_PROGRAM_FREE, DW_PROGRAM_TOP, DW_PROGRAM_KILL,     DW_PROGRAM_MOUNT,   DW_PROGRAM_IFCONFIG,
};

static void look_at_pointless(struct dw_judge *judge, const struct dw_run *run)
{
    for (size_t i = 0; i < run->script->count; i++) {
        const struct dw_shell_command *command = &run->script->commands[i];
        bool known = false;
        for (size_t j = 0; j < COUNT(pointless_programs); j++)
            known |= command->program == pointless_programs[j];
        if (!known)
            continue;
        struct dw_judge_finding finding = dw_judge_at_command(run, command);
        finding.message = dw_judge_text(judge, "%s has no use in a build", dw_program_name(command->program));
        finding.fix = DW_SLICE("leave it out");
        dw_judge_fail(judge, finding);
    }
}

static void pointless(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    dw_judge_runs(judge, view, DW_RUN_BUILT, pointless_programs, COUNT(pointless_programs), look_at_pointless);
}

/* --- DF-029 --- */

/* A sparse file of 292 bytes a uid: /var/log/lastlog. */
#define HIGH_UID 65532

static void look_at_useradd(struct dw_judge *judge, const struct dw_run *run)
{
    static const struct dw_option_grammar grammar = {
        "bcdefgGkKpRPsuZ", " --base-dir --comment --home-dir --expiredate --inactive --gid --groups --skel --key --password --root --prefix "
                           "--shell --uid --selinux-user "};
    for (size_t i = 0; i < run->script->count; i++) {
        const struct dw_shell_command *command = &run->script->commands[i];
        struct dw_slice value;
        uint64_t uid;
        if (command->program != DW_PROGRAM_USERADD || !dw_words_option_value(command, &grammar, "--uid", 'u', &value) ||
            !dw_parse_u64(value, &uid) || uid < HIGH_UID || dw_words_option_letter(command, &grammar, 'l') != NULL ||
            dw_words_option_long(command, "--no-log-init") != NULL)
            continue;
        struct dw_judge_finding finding = dw_judge_at_command(run, command);
        finding.message = dw_judge_text(judge, "useradd with uid %.*s and without -l writes a sparse lastlog of up to %" PRIu64 " MB, which a "
                                               "layer may hold in full",
                                        DW_SLICE_ARG(value), uid > UINT32_MAX ? UINT64_C(0) : uid * 292 / 1000000);
        finding.fix = dw_judge_text(judge, "useradd -l -u %.*s …", DW_SLICE_ARG(value));
        struct dw_run_repair repair = {.count = 0};
        dw_run_insert_behind(&repair, run, &command->words[0], " -l");
        dw_run_repair_end(judge, &finding, &repair, DW_REPAIR_SAFE, "");
        dw_judge_fail(judge, finding);
    }
}

static void high_uid(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    static const enum dw_shell_program programs[] = {DW_PROGRAM_USERADD};
    dw_judge_runs(judge, view, DW_RUN_BUILT, programs, COUNT(programs), look_at_useradd);
}

/* --- DF-030 --- */

static bool same_flags(const struct dw_instruction *a, const struct dw_instruction *b)
{
    if (a->flag_count != b->flag_count)
        return false;
    for (size_t i = 0; i < a->flag_count; i++)
        if (!dw_slice_equal(a->flags[i], b->flags[i]))
            return false;
    return true;
}

static void look_at_neighbours(struct dw_judge *judge, const struct dw_run *run)
{
    const struct dw_shell_scripts *scripts = run->view->scripts;
    const struct dw_shell_script *script = run->script, *before = script - 1;
    if (script == scripts->scripts.at || script->instruction != before->instruction + 1 ||
        before->runs->kind != DW_INSTRUCTION_RUN || script->instruction->kind != DW_INSTRUCTION_RUN ||
        before->instruction->kind != DW_INSTRUCTION_RUN || script->statements > 1 || before->statements > 1 ||
        !same_flags(script->runs, before->runs))
        return;
    struct dw_judge_finding finding = dw_judge_at_instruction(run->view->dockerfile, script->instruction);
    finding.message = DW_SLICE("this RUN follows another one: two layers where one would do");
    finding.fix = DW_SLICE("join them with &&, or in one here-document");
    dw_judge_fail(judge, finding);
}

static void consecutive(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    dw_judge_runs(judge, view, DW_RUN_SHIPPED, NULL, 0, look_at_neighbours);
}

/* --- DF-042 --- */

/* A limit of ours is no fault of the code. */
static bool is_limit(const char *problem)
{
    return strncmp(problem, "too many", 8) == 0;
}

static void well_formed(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    for (size_t i = 0; i < view->scripts->scripts.len; i++) {
        struct dw_run run = {.view = view, .script = &view->scripts->scripts.at[i]};
        size_t stage = run.script->instruction->stage;
        if (run.script->language > DW_SHELL_NO_SHELL || stage >= view->dockerfile->stages.len ||
            !view->dockerfile->stages.at[stage].reachable)
            continue;
        struct dw_judge_finding finding = dw_judge_at_code(&run, run.script->place);
        if (!run.script->uncertain) {
            dw_judge_pass_quietly(judge);
        } else if (is_limit(run.script->problem)) {
            dw_judge_unknown(judge, finding.path, finding.line, dw_slice_of(run.script->problem));
        } else {
            finding.message = dw_judge_text(judge, "the shell will refuse this: %s", run.script->problem);
            finding.fix = DW_SLICE("close what is open; text that is not for the shell belongs between single quotes");
            dw_judge_fail(judge, finding);
        }
    }
}

/* --- the rows --- */

#define NO_RUN "no RUN instruction"

static const struct dw_rule_example workdir_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN cd /opt/app && make\n", "FROM debian:12.5\nWORKDIR /opt/app\nRUN make\n"}, {0}};
static const struct dw_rule_example archive_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nCOPY app.tar.gz /tmp/\nRUN tar -xzf /tmp/app.tar.gz -C /opt\n",
     "FROM debian:12.5\nADD app.tar.gz /opt/\n"},
    {0}};
static const struct dw_rule_example download_shell_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN curl -fsSL https://example.com/install.sh | sh\n",
     "FROM debian:12.5\nADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d "
     "https://example.com/install.sh /tmp/install.sh\nRUN sh /tmp/install.sh\n"},
    {"Dockerfile", "FROM debian:12.5\nRUN bash -c \"$(wget -qO- https://example.com/install.sh)\"\n",
     "FROM debian:12.5\nCOPY install.sh /tmp/\nRUN bash /tmp/install.sh\n"},
    {0}};
static const struct dw_rule_example sudo_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN sudo make install\n", "FROM debian:12.5\nUSER root\nRUN make install\nUSER 65532:65532\n"},
    {0}};
static const struct dw_rule_example pipefail_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN wget -qO- https://example.com/data | sort > /data\n",
     "FROM debian:12.5\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN wget -qO- https://example.com/data | sort > /data\n"},
    {"Dockerfile", "FROM debian:12.5\nRUN <<EOF bash\ncat a | sort\nEOF\n",
     "FROM debian:12.5\nRUN <<EOF bash\nset -o pipefail\ncat a | sort\nEOF\n"},
    {0}};
static const struct dw_rule_example shell_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN ln -sf /bin/bash /bin/sh\n", "FROM debian:12.5\nSHELL [\"/bin/bash\", \"-c\"]\n"}, {0}};
static const struct dw_rule_example pointless_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN service nginx start\n", "FROM debian:12.5\nCMD [\"nginx\", \"-g\", \"daemon off;\"]\n"}, {0}};
static const struct dw_rule_example tool_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN wget -q https://example.com/a && curl -fsSLO https://example.com/b\n",
     "FROM debian:12.5\nRUN curl -fsSLO https://example.com/a && curl -fsSLO https://example.com/b\n"},
    {0}};
static const struct dw_rule_example wget_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN wget https://example.com/a\n", "FROM debian:12.5\nRUN wget -nv https://example.com/a\n"}, {0}};
static const struct dw_rule_example uid_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN useradd -u 65532 app\n", "FROM debian:12.5\nRUN useradd -l -u 65532 app\n"}, {0}};
static const struct dw_rule_example consecutive_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN ./configure\nRUN make\n", "FROM debian:12.5\nRUN ./configure && make\n"}, {0}};
static const struct dw_rule_example shell_code_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN if true; then echo 'yes\n", "FROM debian:12.5\nRUN if true; then echo 'yes'; fi\n"}, {0}};

const struct dw_rule dw_command_rules[] = {
    {.id = "DF-012",
     .title = "WORKDIR instead of cd",
     .severity = DW_SEVERITY_LOW,
     .repair = DW_REPAIR_REVIEW,
     .what = "No RUN begins with cd.",
     .why = "cd ends with its RUN; WORKDIR holds for what follows, and is seen.",
     .fix = "Write WORKDIR before the RUN.",
     .aliases = "DL3003|DS-0013",
     .pass = "no RUN begins with cd",
     .none = NO_RUN,
     .examples = workdir_examples,
     .dockerfile = workdir},
    {.id = "DF-018",
     .title = "ADD for archives",
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .repair = DW_REPAIR_REVIEW,
     .what = "A tar archive of the build context is unpacked by ADD, not copied and unpacked by a RUN.",
     .why = "COPY leaves the archive in a layer, beside what was unpacked from it.",
     .fix = "ADD archive.tar.gz folder/.",
     .aliases = "DL3010",
     .pass = "no copied archive is unpacked",
     .none = NO_RUN,
     .examples = archive_examples,
     .dockerfile = dw_archive_judge},
    {.id = "DF-020",
     .title = "No download piped to a shell",
     .chapter = 1,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "What is fetched from the network is not run by a shell or another interpreter without being looked at.",
     .why = "Whoever holds the server, or the way to it, runs code in the build; nothing says which code it was.",
     .fix = "Fetch the file with a checksum (ADD --checksum=sha256:…), or keep it in the repository, and run that.",
     .aliases = "",
     .pass = "no download is run unseen",
     .none = NO_RUN,
     .examples = download_shell_examples,
     .dockerfile = dw_download_run_judge},
    {.id = "DF-023",
     .title = "No sudo",
     .chapter = 4,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "RUN does not use sudo.",
     .why = "A build sets its user by USER; a sudo in the image is a way to root for whoever gets in.",
     .fix = "USER root around what needs it, then the service's user again.",
     .aliases = "DL3004|DS-0010|CKV2_DOCKER_1|DKL-DI-0001",
     .pass = "sudo is not used",
     .none = NO_RUN,
     .examples = sudo_examples,
     .on_image = true,
     .dockerfile = no_sudo},
    {.id = "DF-024",
     .title = "pipefail before a pipe",
     .severity = DW_SEVERITY_LOW,
     .repair = DW_REPAIR_REVIEW,
     .what = "Where a RUN has a pipe, the shell is told to fail when any part of it fails: by SHELL, by the #! line, or by set -o pipefail.",
     .why = "Else only the last command of a pipe counts: a failed download goes unnoticed into the image.",
     .fix = "SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"], where the base has bash; Alpine's /bin/sh knows the option too.",
     .aliases = "DL4006",
     .pass = "no pipe hides a failure",
     .none = NO_RUN,
     .examples = pipefail_examples,
     .dockerfile = pipefail},
    {.id = "DF-025",
     .title = "Shell changed by SHELL",
     .severity = DW_SEVERITY_LOW,
     .what = "/bin/sh is not replaced by a link to another shell.",
     .why = "Programs of the distribution rely on its /bin/sh; SHELL changes it for the build alone.",
     .fix = "SHELL [\"/bin/bash\", \"-c\"].",
     .aliases = "DL4005",
     .pass = "/bin/sh is left as it is",
     .none = NO_RUN,
     .examples = shell_examples,
     .dockerfile = shell_changed},
    {.id = "DF-026",
     .title = "Pointless commands",
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .what = "RUN has no ssh, vim, shutdown, service, ps, free, top, kill, mount or ifconfig.",
     .why = "What they do ends with the RUN, or cannot be done in a build.",
     .fix = "Leave them out; a service is started by CMD or ENTRYPOINT.",
     .aliases = "DL3001",
     .pass = "no command is without use in a build",
     .none = NO_RUN,
     .examples = pointless_examples,
     .dockerfile = pointless},
    {.id = "DF-027",
     .title = "One download tool",
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .what = "A stage does not use both wget and curl.",
     .why = "Two tools for one thing are one too many to install and to update.",
     .fix = "Use one of them.",
     .aliases = "DL4001|DS-0014",
     .pass = "one download tool at most",
     .none = NO_RUN,
     .examples = tool_examples,
     .dockerfile = dw_download_tool_judge},
    {.id = "DF-028",
     .title = "wget without progress bar",
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .repair = DW_REPAIR_SAFE,
     .what = "wget is told how to report: --progress=…, -q, -nv, or a log file.",
     .why = "Its progress bar fills the build log with thousands of lines.",
     .fix = "wget -nv, or --progress=dot:giga.",
     .aliases = "DL3047",
     .pass = "wget does not fill the log",
     .none = NO_RUN,
     .examples = wget_examples,
     .dockerfile = dw_download_quiet_judge},
    {.id = "DF-029",
     .title = "useradd with high uid and -l",
     .chapter = 4,
     .severity = DW_SEVERITY_LOW,
     .repair = DW_REPAIR_SAFE,
     .what = "useradd with a uid of 65532 or more has -l (--no-log-init).",
     .why = "Without it useradd writes records into lastlog and faillog at the place of the uid: sparse files that a layer may hold in full.",
     .fix = "useradd -l -u 65532 ….",
     .aliases = "DL3046",
     .pass = "no useradd with a high uid writes login records",
     .none = NO_RUN,
     .examples = uid_examples,
     .dockerfile = high_uid},
    {.id = "DF-030",
     .title = "Consecutive RUN",
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .what = "Two RUN of one command each, with the same flags, do not follow each other.",
     .why = "Each RUN is a layer of its own.",
     .fix = "Join them with &&, or in a here-document.",
     .aliases = "DL3059",
     .pass = "no RUN could be joined to the one before",
     .none = NO_RUN,
     .examples = consecutive_examples,
     .dockerfile = consecutive},
    {.id = "DF-042",
     .title = "Shell code is well-formed",
     .severity = DW_SEVERITY_LOW,
     .what = "The shell code of RUN, CMD, ENTRYPOINT and HEALTHCHECK, in lines, here-documents and sh -c words, can be read as such: quotes, "
             "brackets and keywords are closed.",
     .why = "The build stops at code that the shell refuses, or the container does when it starts; what cannot be read cannot be judged "
            "either.",
     .fix = "Close what is open.",
     .aliases = "",
     .pass = "all shell code can be read",
     .none = "no shell code",
     .examples = shell_code_examples,
     .dockerfile = well_formed},
};
const size_t dw_command_rule_count = DW_RULE_COUNT(dw_command_rules);
