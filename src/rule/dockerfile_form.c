/* SPDX-License-Identifier: Apache-2.0
 *
 * DF-007, DF-037: lines and comments (Dockerfile reference, "Format"; BuildKit's NoEmptyContinuation and
 * InvalidDefinitionDescription). */
#include "rule/chapters.h"
#include "rule/dockerfile_rule.h"
#include "rule/repair.h"

/* ---- DF-007 ------------------------------------------------------------------------------------------------------- */

/* The next blank line between the lines of INSTRUCTION, from byte *END of the file on (start with 0): its bytes, with its end. */
static bool blank_within(const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction, size_t *start, size_t *end)
{
    size_t first = instruction->runs[0].source, at = *end > first ? *end : first, last = instruction->runs[instruction->run_count - 1].source;
    struct dw_slice source = dockerfile->source;
    for (; at < last; at = *end) {
        size_t newline = dw_slice_find(dw_slice_part(source, at, last - at), '\n');
        if (newline == SIZE_MAX)
            return false;
        *start = at;
        *end = at + newline + 1;
        if (dw_slice_trim(dw_slice_part(source, at, newline)).len == 0)
            return true;
    }
    return false;
}

static void judge_continuation(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    for (size_t i = 0; i < dockerfile->instructions.len; i++) {
        const struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        size_t start, end = 0;
        if (instruction->run_count < 2)
            continue;
        if (!blank_within(dockerfile, instruction, &start, &end)) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        /* Placed as BuildKit places it: at the last line of what it continues. */
        const struct dw_text_run *run = &instruction->runs[instruction->run_count - 1];
        struct dw_judge_finding at = dw_judge_at_offset(dockerfile, instruction, run->source, DW_SLICE(""));
        at.end_column = 0;
        at.message = dw_judge_text(judge, "%s goes on behind a blank line, which a later version of Docker will take for its end",
                                   dw_instruction_name(instruction->kind));
        at.fix = DW_SLICE("delete the blank line");
        do
            dw_repair_bytes(judge, &at, dockerfile, start, end, DW_SLICE(""));
        while (blank_within(dockerfile, instruction, &start, &end));
        dw_judge_fail(judge, at);
    }
}

/* ---- DF-037 ------------------------------------------------------------------------------------------------------- */

/* The comment line directly above LINE's first byte, without "#" and blanks; "" if there is none, or an empty one. */
static struct dw_slice comment_above(const struct dw_dockerfile *dockerfile, size_t offset)
{
    struct dw_slice source = dockerfile->source;
    while (offset > 0 && source.at[offset - 1] != '\n')
        offset--;
    if (offset == 0)
        return DW_SLICE("");
    size_t end = offset - 1, start = end;
    while (start > 0 && source.at[start - 1] != '\n')
        start--;
    struct dw_slice line = dw_slice_trim(dw_slice_part(source, start, end - start));
    return dw_slice_starts_with(line, "#") ? dw_slice_trim(dw_slice_from(line, 1)) : DW_SLICE("");
}

/* Directives and what suppresses findings describe nothing. */
static bool describes(struct dw_slice comment)
{
    static const char *const others[] = {"check=", "syntax=", "escape=", "hadolint ", "dockworthy ", "checkov:", "trivy:", "kics-scan "};
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        if (dw_slice_equal_nocase(dw_slice_part(comment, 0, strlen(others[i])), dw_slice_of(others[i])))
            return false;
    return comment.len > 0;
}

static void judge_description(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    for (size_t i = 0; i < dockerfile->instructions.len; i++) {
        const struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        bool from = instruction->kind == DW_INSTRUCTION_FROM;
        if ((!from && instruction->kind != DW_INSTRUCTION_ARG) || (from && instruction->argument_count != 3) ||
            instruction->argument_count == 0 || instruction->run_count == 0)
            continue;
        struct dw_slice comment = comment_above(dockerfile, instruction->runs[0].source);
        if (!describes(comment))
            continue;
        struct dw_slice first = dw_slice_part(comment, 0, dw_slice_find(comment, ' '));
        struct dw_slice name = from ? instruction->arguments[2]
                                    : dw_slice_part(instruction->arguments[0], 0, dw_slice_find(instruction->arguments[0], '='));
        bool good = from ? dw_slice_equal(first, name) : dw_rule_argument_declares(instruction, first);
        if (good) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_judge_at_instruction(dockerfile, instruction);
        bool several = !from && instruction->argument_count > 1;
        at.message = dw_judge_text(judge, "the comment above %s does not begin with %s%.*s: BuildKit's outline would show it as the "
                                          "description of nothing",
                                   from ? "FROM" : "ARG", several ? "the name of one of its variables, such as " : "", DW_SLICE_ARG(name));
        at.fix = dw_judge_text(judge, "# %.*s <description>, or a blank line below the comment", DW_SLICE_ARG(name));
        dw_judge_fail(judge, at);
    }
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

static const struct dw_rule_example continuation_examples[] = {
    {"Dockerfile", "FROM node:22\nRUN npm ci && \\\n\n    npm test\n", "FROM node:22\nRUN npm ci && \\\n    npm test\n"},
    {NULL},
};

const struct dw_rule dw_form_rules[] = {
    {.id = "DF-007",
     .title = "No empty continuation line",
     .severity = DW_SEVERITY_LOW,
     .repair = DW_REPAIR_SAFE,
     .what = "No blank line stands between the lines of a continued instruction.",
     .why = "Docker skips it today and warns that it will be an error; a reader takes it for the end of the instruction.",
     .fix = "Delete the line, or make it a comment.",
     .aliases = "bk:NoEmptyContinuation",
     .pass = "no continued instruction has a blank line",
     .none = "no instruction is continued on another line",
     .examples = continuation_examples,
     .dockerfile = judge_continuation},
    {.id = "DF-037",
     .title = "Description comment format",
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .off = true,
     .what = "A comment directly above ARG or a FROM with a name begins with that name. Judged only where the policy enables it: BuildKit's "
             "check is experimental.",
     .why = "docker build --call=outline shows such comments as descriptions of build arguments and targets.",
     .fix = "Begin the comment with the name, or put a blank line below it.",
     .aliases = "bk:InvalidDefinitionDescription",
     .pass = "comments that describe begin with a name",
     .none = "no ARG or FROM has a comment",
     .dockerfile = judge_description},
};
const size_t dw_form_rule_count = DW_RULE_COUNT(dw_form_rules);
