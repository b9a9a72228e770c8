/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/dockerfile_rule.h"

#include <string.h>

const struct dw_instruction *dw_rule_instruction(const struct dw_dockerfile *dockerfile, size_t *index,
                                                 const struct dw_instruction **runs)
{
    if (*index >= dockerfile->instructions.len)
        return NULL;
    const struct dw_instruction *instruction = &dockerfile->instructions.at[(*index)++];
    *runs = instruction->inner != NULL ? instruction->inner : instruction;
    return instruction;
}

static bool is_within(struct dw_slice part, struct dw_slice whole)
{
    uintptr_t at = (uintptr_t)part.at, start = (uintptr_t)whole.at;
    return part.at != NULL && at >= start && at + part.len <= start + whole.len;
}

struct dw_judge_finding dw_rule_at_part(const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                                        struct dw_slice part)
{
    return part.len > 0 && is_within(part, instruction->logical) ? dw_judge_at_part(dockerfile, instruction, part)
                                                                 : dw_judge_at_instruction(dockerfile, instruction);
}

struct dw_slice dw_rule_flag_text(const struct dw_instruction *instruction, const char *name)
{
    if (!is_within(instruction->rest, instruction->logical))
        return DW_SLICE("");
    /* Flags stand between the keyword and the rest. */
    struct dw_slice before =
        dw_slice_make(instruction->logical.at, (size_t)(instruction->rest.at - instruction->logical.at));
    struct dw_slice wanted = dw_slice_of(name);
    for (size_t from = 0; from + 2 + wanted.len <= before.len;) {
        struct dw_slice rest = dw_slice_from(before, from);
        size_t found = dw_slice_find_slice(rest, wanted);
        if (found == SIZE_MAX)
            break;
        size_t end = found + wanted.len;
        bool flag = found >= 2 && rest.at[found - 1] == '-' && rest.at[found - 2] == '-';
        if (flag && (end >= rest.len || strchr("= \t", rest.at[end]) != NULL)) {
            while (end < rest.len && strchr(" \t\r\n", rest.at[end]) == NULL)
                end++;
            return dw_slice_part(rest, found - 2, end - (found - 2));
        }
        from += found + wanted.len;
    }
    return DW_SLICE("");
}

struct dw_judge_finding dw_rule_at_flag(const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                                        const char *name)
{
    const struct dw_instruction *runs = instruction->inner != NULL ? instruction->inner : instruction;
    return dw_rule_at_part(dockerfile, instruction, dw_rule_flag_text(runs, name));
}

static size_t name_length(struct dw_slice text)
{
    size_t len = 0;
    while (len < text.len && (dw_is_alpha(text.at[len]) || text.at[len] == '_' || (len > 0 && dw_is_digit(text.at[len]))))
        len++;
    return len;
}

bool dw_rule_variable_next(struct dw_rule_variables *variables, struct dw_slice *name)
{
    struct dw_slice text = variables->text;
    while (variables->at < text.len) {
        char c = text.at[variables->at];
        if (c == variables->escape) {
            variables->at += 2;
        } else if (c == '"') {
            variables->doubled = !variables->doubled;
            variables->at++;
        } else if (c == '\'' && !variables->doubled) {
            size_t end = dw_slice_find(dw_slice_from(text, variables->at + 1), '\'');
            variables->at = end == SIZE_MAX ? text.len : variables->at + end + 2;
        } else if (c == '$') {
            variables->at++;
            if (variables->at < text.len && text.at[variables->at] == '{')
                variables->at++;
            size_t len = name_length(dw_slice_from(text, variables->at));
            *name = dw_slice_part(text, variables->at, len);
            variables->at += len;
            if (len > 0)
                return true;
        } else {
            variables->at++;
        }
    }
    return false;
}

struct dw_slice dw_rule_unquoted(struct dw_judge *judge, struct dw_slice text, char escape)
{
    if (memchr(text.at, '"', text.len) == NULL && memchr(text.at, '\'', text.len) == NULL &&
        memchr(text.at, escape, text.len) == NULL)
        return text;
    char *out = dw_arena_alloc(&judge->verdict->arena, text.len + 1, 1);
    size_t len = 0;
    char quote = '\0';
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == escape && quote != '\'' && i + 1 < text.len) {
            char next = text.at[i + 1];
            if (quote == '"' && next != '"' && next != '$' && next != escape)
                out[len++] = c;
            out[len++] = next;
            i++;
        } else if (quote != '\0' ? c == quote : c == '"' || c == '\'') {
            quote = quote != '\0' ? '\0' : c;
        } else {
            out[len++] = c;
        }
    }
    return dw_slice_make(out, len);
}

/* Edits (insert, delete, replace, and swapped neighbours as two) between names of at most this length. */
#define NEAREST_MOST 64

static size_t edit_distance(struct dw_slice a, struct dw_slice b)
{
    size_t row[NEAREST_MOST + 1];
    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t replace = corner + (a.at[i - 1] != b.at[j - 1]);
            corner = row[j];
            size_t best = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            row[j] = replace < best ? replace : best;
        }
    }
    return row[b.len];
}

void dw_rule_nearest_offer(struct dw_rule_nearest *nearest, struct dw_slice candidate)
{
    if (nearest->name.len == 0 || nearest->name.len > NEAREST_MOST || candidate.len == 0 || candidate.len > NEAREST_MOST)
        return;
    size_t distance = edit_distance(nearest->name, candidate), most = nearest->name.len > 3 ? 2 : 1;
    /* Of equally near ones the first in byte order: the order of the offers does not count. */
    bool better = nearest->best.len == 0 || distance < nearest->distance ||
                  (distance == nearest->distance && dw_slice_compare(candidate, nearest->best) < 0);
    if (distance > 0 && distance <= most && better) {
        nearest->best = candidate;
        nearest->distance = distance;
    }
}

bool dw_rule_is_platform_argument(struct dw_slice name)
{
    struct dw_slice rest;
    if (dw_slice_starts_with(name, "TARGET"))
        rest = dw_slice_from(name, 6);
    else if (dw_slice_starts_with(name, "BUILD"))
        rest = dw_slice_from(name, 5);
    else
        return false;
    return dw_slice_is(rest, "PLATFORM") || dw_slice_is(rest, "OS") || dw_slice_is(rest, "ARCH") ||
           dw_slice_is(rest, "VARIANT");
}

bool dw_rule_argument_declares(const struct dw_instruction *instruction, struct dw_slice name)
{
    for (size_t i = 0; i < instruction->argument_count; i++) {
        struct dw_slice argument = instruction->arguments[i];
        if (dw_slice_equal(dw_slice_part(argument, 0, dw_slice_find(argument, '=')), name))
            return true;
    }
    return false;
}
