/* SPDX-License-Identifier: Apache-2.0
 *
 * DF-008 to DF-011, DF-031, DF-033, DF-041: instructions that set the image's config (Dockerfile reference; BuildKit's build
 * checks). */
#include "rule/chapters.h"
#include "rule/dockerfile_rule.h"
#include "rule/repair.h"

/* ---- what a stage has from the one it is built on ------------------------------------------------------------------ */

/* One mark a stage: whether something was set in it, or in the stage that its FROM names. */
struct stage_marks {
    bool few[32];
    bool *at;
};

static void begin_marks(struct stage_marks *marks, const struct dw_dockerfile *dockerfile)
{
    memset(marks->few, 0, sizeof(marks->few));
    marks->at = dockerfile->stages.len <= sizeof(marks->few) / sizeof(*marks->few) ? marks->few
                                                                                    : dw_alloc(dockerfile->stages.len, sizeof(bool));
}

static void end_marks(struct stage_marks *marks)
{
    if (marks->at != marks->few)
        free(marks->at);
}

/* What holds at the start of STAGE. */
static void inherit(struct stage_marks *marks, const struct dw_dockerfile *dockerfile, size_t stage)
{
    const struct dw_image_use *use = &dockerfile->uses.at[dockerfile->stages.at[stage].use];
    marks->at[stage] = use->kind == DW_BASE_STAGE && use->target < stage && marks->at[use->target];
}

/* ---- DF-008 ------------------------------------------------------------------------------------------------------- */

static void judge_once(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    static const struct {
        enum dw_instruction_kind kind;
        const char *variant;
    } kinds[] = {{DW_INSTRUCTION_CMD, "cmd"}, {DW_INSTRUCTION_ENTRYPOINT, "entrypoint"}, {DW_INSTRUCTION_HEALTHCHECK, "healthcheck"}};
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    for (size_t i = 0; i < dockerfile->stages.len; i++) {
        const struct dw_build_stage *stage = &dockerfile->stages.at[i];
        const struct dw_instruction *before[3] = {NULL};
        for (size_t j = 0; j < stage->count; j++) {
            const struct dw_instruction *instruction = &dockerfile->instructions.at[stage->first + j];
            for (size_t k = 0; k < 3; k++) {
                if (instruction->kind != kinds[k].kind)
                    continue;
                if (before[k] != NULL) {
                    struct dw_judge_finding at = dw_judge_at_instruction(dockerfile, before[k]);
                    at.variant = kinds[k].variant;
                    at.message = dw_judge_text(judge, "this %s has no effect: the one at line %u replaces it",
                                               dw_instruction_name(kinds[k].kind), instruction->line);
                    at.fix = DW_SLICE("delete it");
                    dw_repair_instruction(judge, &at, dockerfile, before[k], DW_SLICE(""));
                    dw_judge_fail(judge, at);
                } else {
                    dw_judge_pass_quietly(judge);
                }
                before[k] = instruction;
            }
        }
    }
}

/* ---- DF-009 ------------------------------------------------------------------------------------------------------- */

/* "node server.js" as ["node", "server.js"]; "" where a shell has something to do with it. */
static struct dw_slice exec_form(struct dw_judge *judge, struct dw_slice text)
{
    static const char *const builtins[] = {"exec", "cd", "export", "source", ".", "set", "eval", "if", "for", "while", "case", "trap",
                                           "ulimit", "umask", "unset", "[", "[[", "{"};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    text = dw_slice_trim(text);
    for (size_t i = 0; i < text.len; i++)
        if (strchr("$`;&|<>()*?[]{}~#!\\'\"\n\r^", text.at[i]) != NULL || (unsigned char)text.at[i] < ' ')
            return DW_SLICE("");
    struct dw_slice rest = text, word;
    bool first = true;
    for (bool more = text.len > 0; more && dw_slice_split(&rest, ' ', &more, &word);) {
        if (word.len == 0)
            continue;
        if (first) {
            if (dw_slice_find(word, '=') != SIZE_MAX)
                return DW_SLICE("");
            for (size_t i = 0; i < sizeof(builtins) / sizeof(*builtins); i++)
                if (dw_slice_is(word, builtins[i]))
                    return DW_SLICE("");
        }
        dw_buffer_printf(&out, "%s\"%.*s\"", first ? "[" : ", ", DW_SLICE_ARG(word));
        first = false;
    }
    if (first)
        return DW_SLICE("");
    dw_buffer_append_byte(&out, ']');
    return dw_arena_copy(&judge->verdict->arena, dw_buffer_slice(&out));
}

static void judge_exec_form(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    struct stage_marks shell;
    begin_marks(&shell, dockerfile);
    for (size_t i = 0; i < dockerfile->stages.len; i++) {
        const struct dw_build_stage *stage = &dockerfile->stages.at[i];
        inherit(&shell, dockerfile, i);
        for (size_t j = 1; j < stage->count; j++) {
            const struct dw_instruction *instruction = &dockerfile->instructions.at[stage->first + j];
            if (instruction->kind == DW_INSTRUCTION_SHELL)
                shell.at[i] = true;
            if (instruction->kind != DW_INSTRUCTION_CMD && instruction->kind != DW_INSTRUCTION_ENTRYPOINT)
                continue;
            if (instruction->json || shell.at[i]) {
                dw_judge_pass_quietly(judge);
                continue;
            }
            const char *name = dw_instruction_name(instruction->kind);
            struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, instruction->rest);
            struct dw_slice words = exec_form(judge, instruction->rest);
            bool bracket = dw_slice_starts_with(dw_slice_trim(instruction->rest), "[");
            at.message = bracket ? dw_judge_text(judge, "%s is no JSON array (strings take double quotes): a shell runs it as it stands",
                                                 name)
                                 : dw_judge_text(judge, "%s in shell form: a shell is process 1, and signals do not reach the program",
                                                 name);
            at.fix = words.len > 0 ? dw_judge_text(judge, "%s %.*s", name, DW_SLICE_ARG(words))
                                   : dw_judge_text(judge, "%s [\"program\", \"argument\"], or a SHELL instruction if a shell is wanted", name);
            if (words.len > 0) {
                at.repair_note = DW_SLICE("the program is started without a shell, as process 1, and gets the signals itself");
                dw_repair_part(judge, &at, dockerfile, instruction, instruction->rest, words);
            }
            dw_judge_fail(judge, at);
        }
    }
    end_marks(&shell);
}

/* ---- DF-010, DF-011 ----------------------------------------------------------------------------------------------- */

/* "/x", "C:\x", or something that begins with a variable: not for certain relative. */
static bool may_be_absolute(struct dw_slice path)
{
    return path.len > 0 && (path.at[0] == '/' || path.at[0] == '\\' || path.at[0] == '$' ||
                            (path.len > 1 && path.at[1] == ':' && dw_is_alpha(path.at[0])));
}

static void judge_workdir(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    struct stage_marks set;
    begin_marks(&set, dockerfile);
    for (size_t i = 0; i < dockerfile->stages.len; i++) {
        const struct dw_build_stage *stage = &dockerfile->stages.at[i];
        inherit(&set, dockerfile, i);
        for (size_t j = 1; j < stage->count; j++) {
            const struct dw_instruction *instruction = &dockerfile->instructions.at[stage->first + j];
            if (instruction->kind != DW_INSTRUCTION_WORKDIR || instruction->argument_count == 0)
                continue;
            struct dw_slice path = dw_rule_unquoted(judge, instruction->arguments[0], dockerfile->escape);
            /* Only the first: those behind it are right when it is. */
            if (set.at[i] || may_be_absolute(path)) {
                dw_judge_pass_quietly(judge);
            } else {
                struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, instruction->rest);
                at.message = dw_judge_text(judge, "WORKDIR \"%.*s\" is relative to the base image's, which may change",
                                           DW_SLICE_ARG(path));
                at.fix = dw_judge_text(judge, "WORKDIR /%.*s", DW_SLICE_ARG(path));
                dw_judge_fail(judge, at);
            }
            set.at[i] = true;
        }
    }
    end_marks(&set);
}

static bool is_below(struct dw_slice path, const char *folder)
{
    size_t length = strlen(folder);
    return dw_slice_starts_with(path, folder) && (path.len == length || path.at[length] == '/');
}

static void judge_system_workdir(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    static const char *const folders[] = {"/proc", "/sys", "/dev", "/etc", "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/boot", "/lib"};
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_instruction *instruction, *runs;
    for (size_t index = 0; (instruction = dw_rule_instruction(dockerfile, &index, &runs)) != NULL;) {
        if (runs->kind != DW_INSTRUCTION_WORKDIR || runs->argument_count == 0)
            continue;
        struct dw_slice path = dw_rule_unquoted(judge, runs->arguments[0], dockerfile->escape);
        const char *found = NULL;
        for (size_t i = 0; i < sizeof(folders) / sizeof(*folders) && found == NULL; i++)
            if (is_below(path, folders[i]))
                found = folders[i];
        if (found == NULL) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, runs->rest);
        at.message = dw_judge_text(judge, "WORKDIR \"%.*s\" lies in %s, which belongs to the system", DW_SLICE_ARG(path), found);
        at.fix = DW_SLICE("WORKDIR /app, or another folder of the service's own");
        dw_judge_fail(judge, at);
    }
}

/* ---- DF-031, DF-041 ----------------------------------------------------------------------------------------------- */

/* LABEL with the text of MAINTAINER, in which nothing is substituted. */
static struct dw_slice authors_label(struct dw_judge *judge, const struct dw_dockerfile *dockerfile,
                                     const struct dw_instruction *instruction)
{
    struct dw_slice text = dw_slice_trim(instruction->rest);
    if (text.len >= 2 && text.at[0] == '"' && text.at[text.len - 1] == '"')
        text = dw_slice_part(text, 1, text.len - 2);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    bool low = instruction->keyword.len > 0 && instruction->keyword.at[0] == 'm';
    dw_buffer_printf(&out, "%s org.opencontainers.image.authors=\"", low ? "label" : "LABEL");
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '"' || text.at[i] == '$' || text.at[i] == dockerfile->escape)
            dw_buffer_append_byte(&out, dockerfile->escape);
        dw_buffer_append_byte(&out, text.at[i]);
    }
    dw_buffer_append_byte(&out, '"');
    return dw_arena_copy(&judge->verdict->arena, dw_buffer_slice(&out));
}

static void judge_maintainer(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    dw_judge_pass_quietly(judge);
    for (size_t i = 0; i < dockerfile->instructions.len; i++) {
        const struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        if (instruction->kind != DW_INSTRUCTION_MAINTAINER)
            continue;
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, instruction->keyword);
        at.message = DW_SLICE("MAINTAINER is deprecated: a label says it");
        at.fix = authors_label(judge, dockerfile, instruction);
        dw_repair_instruction(judge, &at, dockerfile, instruction, at.fix);
        dw_judge_fail(judge, at);
    }
}

static void judge_volume(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    static const char *const folders[] = {"/dev", "/proc", "/sys"};
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_instruction *instruction, *runs;
    for (size_t index = 0; (instruction = dw_rule_instruction(dockerfile, &index, &runs)) != NULL;) {
        if (runs->kind != DW_INSTRUCTION_VOLUME)
            continue;
        for (size_t i = 0; i < runs->argument_count; i++) {
            struct dw_slice path = runs->json ? runs->arguments[i]
                                              : dw_rule_unquoted(judge, runs->arguments[i], dockerfile->escape);
            bool found = false;
            for (size_t j = 0; j < 3; j++)
                found |= is_below(path, folders[j]);
            if (!found) {
                dw_judge_pass_quietly(judge);
                continue;
            }
            struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, runs->json ? runs->rest : runs->arguments[i]);
            at.message = dw_judge_text(judge, "VOLUME \"%.*s\" lies over a folder of the kernel", DW_SLICE_ARG(path));
            at.fix = DW_SLICE("declare only folders of the service's own data");
            dw_judge_fail(judge, at);
        }
    }
}

/* ---- DF-033 ------------------------------------------------------------------------------------------------------- */

static void judge_trigger(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    for (size_t i = 0; i < dockerfile->instructions.len; i++) {
        const struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        if (instruction->kind != DW_INSTRUCTION_ONBUILD)
            continue;
        if (instruction->inner != NULL) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, instruction->rest);
        at.message = dw_judge_text(judge, "no build on this image can run this ONBUILD: %.*s", DW_SLICE_ARG(instruction->trigger_problem));
        at.fix = DW_SLICE("write an instruction that a Dockerfile could hold as it stands, but FROM, MAINTAINER and ONBUILD");
        dw_judge_fail(judge, at);
    }
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

static const struct dw_rule_variant once_variants[] = {
    {"cmd", DW_SEVERITY_UNKNOWN, "DL4003|DS-0016", "CMD"},
    {"entrypoint", DW_SEVERITY_UNKNOWN, "DL4004|DS-0007", "ENTRYPOINT"},
    {"healthcheck", DW_SEVERITY_UNKNOWN, "DL3012|DS-0023", "HEALTHCHECK"},
    {NULL},
};

static const struct dw_rule_example once_examples[] = {
    {"Dockerfile", "FROM node:22\nCMD [\"npm\", \"start\"]\nCMD [\"node\", \"server.js\"]\n",
     "FROM node:22\nCMD [\"node\", \"server.js\"]\n"},
    {NULL},
};
static const struct dw_rule_example exec_examples[] = {
    {"Dockerfile", "FROM node:22\nCMD node server.js\n", "FROM node:22\nCMD [\"node\", \"server.js\"]\n"},
    {NULL},
};
static const struct dw_rule_example workdir_examples[] = {
    {"Dockerfile", "FROM node:22\nWORKDIR app\n", "FROM node:22\nWORKDIR /app\n"},
    {NULL},
};
static const struct dw_rule_example system_examples[] = {
    {"Dockerfile", "FROM node:22\nWORKDIR /etc/shop\n", "FROM node:22\nWORKDIR /app\n"},
    {NULL},
};
static const struct dw_rule_example maintainer_examples[] = {
    {"Dockerfile", "FROM node:22\nMAINTAINER team@example.com\n",
     "FROM node:22\nLABEL org.opencontainers.image.authors=\"team@example.com\"\n"},
    {NULL},
};
static const struct dw_rule_example trigger_examples[] = {
    {"Dockerfile", "FROM node:22\nONBUILD COPY package.json\n", "FROM node:22\nONBUILD COPY package.json /app/\n"},
    {NULL},
};
static const struct dw_rule_example volume_examples[] = {
    {"Dockerfile", "FROM node:22\nVOLUME /proc/data\n", "FROM node:22\nVOLUME /data\n"},
    {NULL},
};

const struct dw_rule dw_config_instruction_rules[] = {
    {.id = "DF-008",
     .title = "One CMD, ENTRYPOINT and HEALTHCHECK",
     .severity = DW_SEVERITY_MEDIUM,
     .repair = DW_REPAIR_SAFE,
     .what = "A stage has at most one CMD, one ENTRYPOINT and one HEALTHCHECK.",
     .why = "The last one holds: the others say what does not happen.",
     .fix = "Delete the earlier ones.",
     .aliases = "bk:MultipleInstructionsDisallowed",
     .pass = "no CMD, ENTRYPOINT or HEALTHCHECK is replaced in its stage",
     .none = "no CMD, ENTRYPOINT or HEALTHCHECK",
     .variants = once_variants,
     .examples = once_examples,
     .dockerfile = judge_once},
    {.id = "DF-009",
     .title = "CMD and ENTRYPOINT in exec form",
     .severity = DW_SEVERITY_LOW,
     .repair = DW_REPAIR_REVIEW,
     .what = "CMD and ENTRYPOINT are JSON arrays, unless a SHELL instruction says that a shell is meant.",
     .why = "In shell form /bin/sh is process 1 and does not pass signals on, so that the service is killed instead of stopped; and a "
            "distroless image has no shell.",
     .fix = "Write a JSON array of the program and its arguments.",
     .aliases = "DL3025|bk:JSONArgsRecommended",
     .pass = "CMD and ENTRYPOINT are in exec form",
     .none = "no CMD or ENTRYPOINT",
     .examples = exec_examples,
     .dockerfile = judge_exec_form},
    {.id = "DF-010",
     .title = "WORKDIR absolute",
     .severity = DW_SEVERITY_LOW,
     .what = "The first WORKDIR of a stage and of those it is built on is an absolute path.",
     .why = "A relative one depends on the base image's WORKDIR, which may change with the next version.",
     .fix = "Write the whole path.",
     .aliases = "DL3000|bk:WorkdirRelativePath|DS-0009|CKV_DOCKER_10",
     .pass = "every WORKDIR can be told from the file",
     .none = "no WORKDIR",
     .examples = workdir_examples,
     .dockerfile = judge_workdir},
    {.id = "DF-011",
     .title = "WORKDIR outside system folders",
     .severity = DW_SEVERITY_MEDIUM,
     .what = "No WORKDIR lies in /proc, /sys, /dev, /etc, /bin, /sbin, /usr/bin, /usr/sbin, /boot or /lib.",
     .why = "A service that works in a system folder can overwrite what the system runs on.",
     .fix = "Use a folder of the service's own, such as /app.",
     .aliases = "DS-0030",
     .pass = "no WORKDIR lies in a system folder",
     .none = "no WORKDIR",
     .examples = system_examples,
     .dockerfile = judge_system_workdir},
    {.id = "DF-031",
     .title = "MAINTAINER deprecated",
     .severity = DW_SEVERITY_LOW,
     .repair = DW_REPAIR_SAFE,
     .what = "The file has no MAINTAINER instruction.",
     .why = "It is deprecated; a label is seen by every tool and can be overridden.",
     .fix = "Write LABEL org.opencontainers.image.authors=….",
     .aliases = "DL4000|bk:MaintainerDeprecated|DS-0022|CKV_DOCKER_6",
     .pass = "no MAINTAINER",
     .none = "no instruction",
     .examples = maintainer_examples,
     .dockerfile = judge_maintainer},
    {.id = "DF-033",
     .title = "ONBUILD target allowed",
     .severity = DW_SEVERITY_HIGH,
     .what = "What stands behind ONBUILD is an instruction that the build of another image can run. FROM, MAINTAINER and ONBUILD behind "
             "it are refused when the file is read, as Docker refuses them.",
     .why = "The image is built without an error, and every build on it fails.",
     .fix = "Write the instruction as it would stand in the other Dockerfile.",
     .aliases = "DL3043",
     .pass = "every ONBUILD can be run",
     .none = "no ONBUILD",
     .examples = trigger_examples,
     .dockerfile = judge_trigger},
    {.id = "DF-041",
     .title = "VOLUME off system paths",
     .chapter = 4,
     .severity = DW_SEVERITY_HIGH,
     .what = "No VOLUME lies on or below /dev, /proc or /sys.",
     .why = "A volume over a folder of the kernel hides what protects the host, or makes it writable.",
     .fix = "Declare only folders of the service's own data.",
     .aliases = "DKL-DI-0002",
     .pass = "no VOLUME lies on a system path",
     .none = "no VOLUME",
     .examples = volume_examples,
     .on_image = true,
     .dockerfile = judge_volume},
};
const size_t dw_config_instruction_rule_count = DW_RULE_COUNT(dw_config_instruction_rules);
