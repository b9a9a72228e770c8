/* SPDX-License-Identifier: Apache-2.0
 *
 * What BuildKit refuses in an instruction that its parser took (moby/buildkit frontend/dockerfile/instructions: parse.go, bflag.go). */
#include "dockerfile/parse.h"

#include "base/encoding.h"

enum flag_kind { FLAG_TEXT, FLAG_TEXTS, FLAG_BOOLEAN };

struct flag {
    const char *name;
    enum flag_kind kind;
    const char *const *values; /* ended by NULL; NULL: any */
};

static const char *const networks[] = {"default", "none", "host", NULL};
static const char *const securities[] = {"sandbox", "insecure", NULL};

#define FLAGS_MOST 7

static const struct {
    size_t least;       /* arguments it needs */
    bool any_flags;     /* BuildKit does not look at them */
    struct flag flags[FLAGS_MOST + 1];
} table[DW_INSTRUCTION_COUNT] = {
    [DW_INSTRUCTION_ADD] = {2, false,
                            {{"chown", FLAG_TEXT, NULL},
                             {"chmod", FLAG_TEXT, NULL},
                             {"link", FLAG_BOOLEAN, NULL},
                             {"keep-git-dir", FLAG_BOOLEAN, NULL},
                             {"checksum", FLAG_TEXT, NULL},
                             {"exclude", FLAG_TEXTS, NULL},
                             {"unpack", FLAG_BOOLEAN, NULL}}},
    [DW_INSTRUCTION_ARG] = {.least = 1, .any_flags = true},
    [DW_INSTRUCTION_COPY] = {2, false,
                             {{"from", FLAG_TEXT, NULL},
                              {"chown", FLAG_TEXT, NULL},
                              {"chmod", FLAG_TEXT, NULL},
                              {"link", FLAG_BOOLEAN, NULL},
                              {"parents", FLAG_BOOLEAN, NULL},
                              {"exclude", FLAG_TEXTS, NULL}}},
    [DW_INSTRUCTION_ENV] = {.least = 3},
    [DW_INSTRUCTION_EXPOSE] = {.least = 1},
    [DW_INSTRUCTION_FROM] = {1, false, {{"platform", FLAG_TEXT, NULL}}},
    [DW_INSTRUCTION_HEALTHCHECK] = {1, false,
                                    {{"interval", FLAG_TEXT, NULL},
                                     {"timeout", FLAG_TEXT, NULL},
                                     {"start-period", FLAG_TEXT, NULL},
                                     {"start-interval", FLAG_TEXT, NULL},
                                     {"retries", FLAG_TEXT, NULL}}},
    [DW_INSTRUCTION_LABEL] = {.least = 3},
    [DW_INSTRUCTION_MAINTAINER] = {.least = 1},
    [DW_INSTRUCTION_RUN] = {0, false,
                            {{"mount", FLAG_TEXTS, NULL},
                             {"network", FLAG_TEXT, networks},
                             {"security", FLAG_TEXT, securities},
                             {"device", FLAG_TEXTS, NULL}}},
    [DW_INSTRUCTION_SHELL] = {.least = 1},
    [DW_INSTRUCTION_STOPSIGNAL] = {.least = 1, .any_flags = true},
    [DW_INSTRUCTION_USER] = {.least = 1},
    [DW_INSTRUCTION_VOLUME] = {.least = 1},
    [DW_INSTRUCTION_WORKDIR] = {.least = 1},
};

static bool check_value(const struct flag *flag, struct dw_slice value, struct dw_error *error)
{
    struct dw_slice shown = dw_slice_part(value, 0, 80);
    if (flag->kind == FLAG_BOOLEAN)
        return dw_slice_equal_nocase(value, DW_SLICE("true")) || dw_slice_equal_nocase(value, DW_SLICE("false")) ||
               dw_fail(error, DW_ERROR_INPUT, "--%s takes true or false, not \"%.*s\"", flag->name, DW_SLICE_ARG(shown));
    if (flag->values == NULL)
        return true;
    size_t count = 0;
    for (; flag->values[count] != NULL; count++)
        if (dw_slice_is(value, flag->values[count]))
            return true;
    const char *nearest = dw_nearest_name(value, flag->values, count);
    return dw_fail(error, DW_ERROR_INPUT, "--%s cannot be \"%.*s\"%s%s%s", flag->name, DW_SLICE_ARG(shown),
                   nearest == NULL ? "" : " (did you mean ", nearest == NULL ? "" : nearest, nearest == NULL ? "" : "?)");
}

static bool unknown_flag(const struct dw_instruction *instruction, struct dw_slice name, struct dw_error *error)
{
    const char *names[FLAGS_MOST];
    size_t count = 0;
    for (const struct flag *flag = table[instruction->kind].flags; flag->name != NULL; flag++)
        names[count++] = flag->name;
    const char *nearest = dw_nearest_name(name, names, count);
    struct dw_slice shown = dw_slice_part(name, 0, 80);
    return dw_fail(error, DW_ERROR_INPUT, "unknown flag --%.*s of %s%s%s%s", DW_SLICE_ARG(shown),
                   dw_instruction_name(instruction->kind), nearest == NULL ? "" : " (did you mean --",
                   nearest == NULL ? "" : nearest, nearest == NULL ? "" : "?)");
}

static bool check_flags(const struct dw_instruction *instruction, struct dw_error *error)
{
    bool used[FLAGS_MOST] = {false};
    for (size_t i = 0; i < instruction->flag_count; i++) {
        struct dw_slice flag = dw_slice_from(instruction->flags[i], 2);
        size_t equal = dw_slice_find(flag, '='), known = 0;
        struct dw_slice name = dw_slice_part(flag, 0, equal);
        const struct flag *flags = table[instruction->kind].flags;
        while (flags[known].name != NULL && !dw_slice_is(name, flags[known].name))
            known++;
        if (flags[known].name == NULL)
            return unknown_flag(instruction, name, error);
        if (used[known] && flags[known].kind != FLAG_TEXTS)
            return dw_fail(error, DW_ERROR_INPUT, "--%s stands twice", flags[known].name);
        used[known] = true;
        if (equal == SIZE_MAX && flags[known].kind != FLAG_BOOLEAN)
            return dw_fail(error, DW_ERROR_INPUT, "--%s needs a value: --%s=…", flags[known].name, flags[known].name);
        if (equal != SIZE_MAX && !check_value(&flags[known], dw_slice_from(flag, equal + 1), error))
            return false;
    }
    return true;
}

/* Go's time.ParseDuration: "1h30m", "-1.5s", "0". MILLI becomes whether it is 0 or at least a millisecond. */
static bool parse_duration(struct dw_slice text, bool *milli)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{"ns", 1e-9}, {"us", 1e-6}, {"\xc2\xb5s", 1e-6}, {"\xce\xbcs", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}};
    bool negative = text.len > 0 && text.at[0] == '-';
    if (negative || (text.len > 0 && text.at[0] == '+'))
        text = dw_slice_from(text, 1);
    *milli = true;
    if (dw_slice_is(text, "0"))
        return true;
    if (text.len == 0)
        return false;
    double total = 0;
    while (text.len > 0) {
        double value = 0, scale = 1;
        size_t i = 0, digits = 0;
        for (; i < text.len && dw_is_digit(text.at[i]); i++, digits++)
            value = value * 10 + (text.at[i] - '0');
        if (i < text.len && text.at[i] == '.')
            for (i++; i < text.len && dw_is_digit(text.at[i]); i++, digits++) {
                scale /= 10;
                value += (text.at[i] - '0') * scale;
            }
        if (digits == 0)
            return false;
        size_t start = i, unit = 0;
        while (i < text.len && text.at[i] != '.' && !dw_is_digit(text.at[i]))
            i++;
        while (unit < 8 && !dw_slice_is(dw_slice_part(text, start, i - start), units[unit].name))
            unit++;
        if (unit == 8)
            return false;
        total += value * units[unit].seconds;
        text = dw_slice_from(text, i);
    }
    /* It counts nanoseconds in 63 bits, and cuts what is less than one. */
    if (total >= 9223372036.854775807)
        return false;
    *milli = total < 1e-9 || (!negative && total >= 1e-3);
    return true;
}

static bool check_healthcheck(const struct dw_instruction *instruction, struct dw_error *error)
{
    static const char *const durations[] = {"interval", "timeout", "start-period", "start-interval"};
    struct dw_slice type = instruction->arguments[0], value;
    if (dw_slice_equal_nocase(type, DW_SLICE("NONE")))
        return instruction->argument_count == 1 || dw_fail(error, DW_ERROR_INPUT, "HEALTHCHECK NONE takes no arguments");
    if (!check_flags(instruction, error))
        return false;
    if (!dw_slice_equal_nocase(type, DW_SLICE("CMD")))
        return dw_fail(error, DW_ERROR_INPUT, "HEALTHCHECK is followed by CMD or NONE, not by \"%.*s\"",
                       DW_SLICE_ARG(dw_slice_part(type, 0, 80)));
    if (instruction->argument_count < 2 || (!instruction->json && instruction->arguments[1].len == 0))
        return dw_fail(error, DW_ERROR_INPUT, "HEALTHCHECK CMD has no command");
    for (size_t i = 0; i < 4; i++) {
        bool milli;
        if (!dw_instruction_flag(instruction, durations[i], &value) || value.len == 0)
            continue;
        struct dw_slice shown = dw_slice_part(value, 0, 80);
        if (!parse_duration(value, &milli))
            return dw_fail(error, DW_ERROR_INPUT, "--%s: \"%.*s\" is no duration, as 30s or 1m30s is", durations[i],
                           DW_SLICE_ARG(shown));
        if (!milli)
            return dw_fail(error, DW_ERROR_INPUT, "--%s: %.*s is less than 1ms", durations[i], DW_SLICE_ARG(shown));
    }
    int64_t retries;
    if (!dw_instruction_flag(instruction, "retries", &value) || value.len == 0)
        return true;
    if (dw_slice_starts_with(value, "+"))
        value = dw_slice_from(value, 1);
    return (dw_parse_i64(value, &retries) && retries >= 0 && retries <= INT32_MAX) ||
           dw_fail(error, DW_ERROR_INPUT, "--retries: \"%.*s\" is no number of retries", DW_SLICE_ARG(dw_slice_part(value, 0, 80)));
}

static bool check_names(const struct dw_instruction *instruction, struct dw_error *error)
{
    size_t step = instruction->kind == DW_INSTRUCTION_ARG ? 1 : 3;
    for (size_t i = 0; i < instruction->argument_count; i += step) {
        struct dw_slice name = instruction->arguments[i];
        if (name.len == 0 || (step == 1 && name.at[0] == '='))
            return dw_fail(error, DW_ERROR_INPUT, "%s: a name is empty", dw_instruction_name(instruction->kind));
    }
    return true;
}

static bool check_run(struct dw_dockerfile *dockerfile, struct dw_instruction *instruction, struct dw_error *error)
{
    for (size_t i = 0; i < instruction->flag_count; i++)
        if (dw_slice_starts_with(instruction->flags[i], "--device=") &&
            !dw_instruction_check_device(dockerfile, dw_slice_from(instruction->flags[i], strlen("--device=")), error))
            return false;
    return dw_instruction_check_mounts(dockerfile, instruction, error);
}

static bool check_kind(struct dw_dockerfile *dockerfile, struct dw_instruction *instruction, struct dw_error *error)
{
    switch (instruction->kind) {
    case DW_INSTRUCTION_ADD:
    case DW_INSTRUCTION_COPY:
        return !dw_word_is_heredoc(instruction->arguments[instruction->argument_count - 1]) ||
               dw_fail(error, DW_ERROR_INPUT, "%s: a here-document cannot be the destination",
                       dw_instruction_name(instruction->kind));
    case DW_INSTRUCTION_ARG:
    case DW_INSTRUCTION_ENV:
    case DW_INSTRUCTION_LABEL:
        return check_names(instruction, error);
    case DW_INSTRUCTION_RUN:
        return check_run(dockerfile, instruction, error);
    case DW_INSTRUCTION_SHELL:
        return instruction->json || dw_fail(error, DW_ERROR_INPUT, "SHELL takes a JSON array: SHELL [\"/bin/sh\", \"-c\"]");
    case DW_INSTRUCTION_VOLUME:
        for (size_t i = 0; i < instruction->argument_count; i++)
            if (dw_unicode_trim(instruction->arguments[i]).len == 0)
                return dw_fail(error, DW_ERROR_INPUT, "VOLUME: a path is empty");
        return true;
    default:
        return true;
    }
}

static bool is_forbidden_trigger(enum dw_instruction_kind kind)
{
    return kind == DW_INSTRUCTION_ONBUILD || kind == DW_INSTRUCTION_FROM || kind == DW_INSTRUCTION_MAINTAINER;
}

/* What cannot run is refused only where it would run: in every build on this image. */
static bool check_trigger(struct dw_dockerfile *dockerfile, struct dw_instruction *instruction, struct dw_error *error)
{
    struct dw_instruction *inner = instruction->inner;
    struct dw_error problem;
    problem.kind = DW_ERROR_NONE;
    if (inner == NULL)
        return dw_fail(error, DW_ERROR_INPUT, "ONBUILD needs an instruction");
    if (is_forbidden_trigger(inner->kind))
        return dw_fail(error, DW_ERROR_INPUT, "%s is not allowed behind ONBUILD", dw_instruction_name(inner->kind));
    if (inner->kind == DW_INSTRUCTION_COUNT)
        dw_fail(&problem, DW_ERROR_INPUT, "unknown instruction \"%.*s\"%s", DW_SLICE_ARG(dw_slice_part(inner->keyword, 0, 40)),
                dw_instruction_suggestion(&dockerfile->arena, inner->keyword));
    else
        dw_instruction_check(dockerfile, inner, &problem);
    if (problem.kind == DW_ERROR_NONE)
        return true;
    instruction->refused_inner = inner;
    instruction->inner = NULL;
    instruction->trigger_problem = dw_arena_copy(&dockerfile->arena, dw_slice_of(problem.text));
    return true;
}

bool dw_instruction_check(struct dw_dockerfile *dockerfile, struct dw_instruction *instruction, struct dw_error *error)
{
    enum dw_instruction_kind kind = instruction->kind;
    if (kind == DW_INSTRUCTION_HEALTHCHECK && instruction->argument_count > 0)
        return check_healthcheck(instruction, error);
    if (!table[kind].any_flags && !check_flags(instruction, error))
        return false;
    if (kind == DW_INSTRUCTION_ONBUILD)
        return check_trigger(dockerfile, instruction, error);
    if (instruction->argument_count < table[kind].least)
        return dw_fail(error, DW_ERROR_INPUT, "%s needs %s", dw_instruction_name(kind),
                       table[kind].least == 2 ? "at least two arguments" : "an argument");
    return check_kind(dockerfile, instruction, error);
}
