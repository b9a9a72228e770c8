/* SPDX-License-Identifier: Apache-2.0
 *
 * SEC-001, SEC-002 on Dockerfiles: secrets that a build leaves in the image (BuildKit's SecretsUsedInArgOrEnv; Docker's "Build
 * secrets"). No value is ever shown. */
#include "rule/chapters.h"
#include "rule/copy_source.h"
#include "rule/dockerfile_rule.h"
#include "rule/secret_value.h"

#include "base/mask.h"

#include <stdio.h>

/* ---- SEC-001 ------------------------------------------------------------------------------------------------------ */

static bool is_configured(const struct dw_slice *names, size_t count, struct dw_slice name)
{
    for (size_t i = 0; i < count; i++)
        if (dw_slice_equal_nocase(names[i], name))
            return true;
    return false;
}

static struct dw_slice masked_line(struct dw_judge *judge, struct dw_slice line)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_mask_secrets(&text, line);
    return dw_arena_copy(&judge->verdict->arena, dw_buffer_slice(&text));
}

/* The finding's source line without anything that looks like a secret. */
static void mask(struct dw_judge *judge, struct dw_judge_finding *at)
{
    at->source_line = masked_line(judge, at->source_line);
    at->source = DW_SLICE("");
}

/* The fingerprint of a public key, which official images keep in variables such as GPG_KEY. */
static bool is_fingerprint(struct dw_slice value)
{
    for (size_t i = 0; i < value.len; i++)
        if (!dw_is_digit(value.at[i]) && !(value.at[i] >= 'A' && value.at[i] <= 'F'))
            return false;
    return value.len == 40;
}

static void judge_name(struct dw_judge *judge, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                       const struct dw_instruction *runs, struct dw_slice name, struct dw_slice value,
                       const struct dw_slice *names, size_t count)
{
    /* Of an image it is mostly its base's doing, which nobody here can change. */
    bool harmless = judge->subject->kind == DW_SUBJECT_IMAGE && is_fingerprint(dw_rule_unquoted(judge, value, dockerfile->escape));
    if (harmless || (!dw_secret_name(name) && !is_configured(names, count, name))) {
        dw_judge_pass_quietly(judge);
        return;
    }
    bool argument = runs->kind == DW_INSTRUCTION_ARG;
    struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, name);
    at.message = dw_judge_text(judge, "%s \"%.*s\" looks like a secret by its name: %s", dw_instruction_name(runs->kind),
                               DW_SLICE_ARG(name),
                               argument ? "build arguments stay in the image's history" : "it stays in the image's config");
    at.fix = argument ? dw_judge_text(judge, "RUN --mount=type=secret,id=%.*s,env=%.*s,required=true …, and docker build --secret "
                                             "id=%.*s,env=%.*s",
                                      DW_SLICE_ARG(name), DW_SLICE_ARG(name), DW_SLICE_ARG(name), DW_SLICE_ARG(name))
                      : DW_SLICE("give it to the container when it runs, as a mounted secret; to a build step as RUN "
                                 "--mount=type=secret");
    mask(judge, &at);
    dw_judge_fail(judge, at);
}

static void judge_names(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_instruction *instruction, *runs;
    size_t count;
    const struct dw_slice *names = dw_judge_parameter(judge, "names", &count);
    for (size_t index = 0; (instruction = dw_rule_instruction(dockerfile, &index, &runs)) != NULL;) {
        if (runs->kind == DW_INSTRUCTION_ARG)
            for (size_t i = 0; i < runs->argument_count; i++)
                judge_name(judge, dockerfile, instruction, runs,
                           dw_slice_part(runs->arguments[i], 0, dw_slice_find(runs->arguments[i], '=')), DW_SLICE(""), names, count);
        else if (runs->kind == DW_INSTRUCTION_ENV)
            for (size_t i = 0; i + 2 < runs->argument_count; i += 3)
                judge_name(judge, dockerfile, instruction, runs, runs->arguments[i], runs->arguments[i + 1], names, count);
    }
}

/* ---- SEC-002 ------------------------------------------------------------------------------------------------------ */

static void fail_value(struct dw_judge *judge, struct dw_judge_finding at, const char *keyword, const char *kind)
{
    at.message = dw_judge_text(judge, "%s holds %s: whoever has the image has it", keyword, kind);
    at.fix = DW_SLICE("revoke it, take it out, rebuild; give it to the build as RUN --mount=type=secret, or to the container when it runs");
    dw_judge_fail(judge, at);
}

/* The place of HIT at byte OFFSET of the file, its line without the hit. */
static struct dw_judge_finding at_hit(struct dw_judge *judge, const struct dw_dockerfile *dockerfile,
                                      const struct dw_instruction *instruction, size_t offset, struct dw_slice hit)
{
    struct dw_judge_finding at = dw_judge_at_offset(dockerfile, instruction, offset, hit);
    size_t column = at.column > 0 ? at.column - 1u : 0;
    if (column <= at.source_line.len) {
        struct dw_slice before = dw_slice_part(at.source_line, 0, column), after = dw_slice_from(at.source_line, column + hit.len);
        at.source_line = dw_judge_text(judge, "%.*s***%.*s", DW_SLICE_ARG(before), DW_SLICE_ARG(after));
        at.end_column = at.column + 3;
    }
    mask(judge, &at);
    return at;
}

/* What has the form of a secret in TEXT, which stands at OFFSET of the file (or wherever the line's parts lie). */
static bool judge_forms(struct dw_judge *judge, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                        struct dw_slice text, size_t offset)
{
    struct dw_secret_hit hit;
    bool found = false;
    for (size_t at = 0; dw_secret_next(text, &at, &hit);) {
        char kind[64];
        size_t place = offset != SIZE_MAX ? offset + (size_t)(hit.text.at - text.at) : dw_instruction_offset(instruction, hit.text);
        const char *article = strchr("AEIO", hit.kind[0]) != NULL || hit.kind[0] == 'n' ? "an" : "a";
        snprintf(kind, sizeof(kind), "%s %s", article, hit.kind);
        fail_value(judge, at_hit(judge, dockerfile, instruction, place, dw_slice_part(hit.text, 0, dw_slice_find(hit.text, '\n'))),
                   dw_instruction_name(instruction->kind), kind);
        found = true;
    }
    return found;
}

/* The password of "scheme://user:password@host", or "". */
static struct dw_slice url_password(struct dw_slice value)
{
    size_t scheme = dw_slice_find_slice(value, DW_SLICE("://"));
    if (scheme == SIZE_MAX)
        return DW_SLICE("");
    struct dw_slice rest = dw_slice_from(value, scheme + 3);
    size_t end = 0;
    while (end < rest.len && strchr("/ \t\"'?#", rest.at[end]) == NULL)
        end++;
    rest = dw_slice_part(rest, 0, end);
    size_t at = dw_slice_find_last(rest, '@'), colon = dw_slice_find(rest, ':');
    if (at == SIZE_MAX || colon == SIZE_MAX || colon > at)
        return DW_SLICE("");
    struct dw_slice password = dw_slice_part(rest, colon + 1, at - colon - 1);
    bool variable = dw_slice_find(password, '$') != SIZE_MAX || dw_slice_find(password, '<') != SIZE_MAX ||
                    dw_slice_find(password, '{') != SIZE_MAX || dw_slice_is(password, "***");
    return variable ? DW_SLICE("") : password;
}

/* A value of ENV, ARG or LABEL that only its name, or a URL, tells to be secret. */
static void judge_pair(struct dw_judge *judge, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                       struct dw_slice name, struct dw_slice written)
{
    struct dw_slice value = dw_rule_unquoted(judge, written, dockerfile->escape), password = url_password(value);
    bool random = dw_secret_name(name) && dw_secret_is_random(value);
    if (!random && password.len == 0)
        return;
    struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, name);
    /* The line is not shown: where the value ends is not certain for every tool that may print it. */
    at.source_line = dw_judge_text(judge, "%.*s=***", DW_SLICE_ARG(name));
    at.source = DW_SLICE("");
    at.end_column = 0;
    char kind[128];
    snprintf(kind, sizeof(kind), "%s", random ? "a value that looks like a real secret" : "a URL with a password");
    fail_value(judge, at, dw_instruction_name(instruction->kind), kind);
}

static void judge_files(struct dw_judge *judge, const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                        const struct dw_instruction *runs)
{
    for (size_t i = 0; i + 1 < runs->argument_count; i++) {
        struct dw_slice source = runs->json ? runs->arguments[i] : dw_rule_unquoted(judge, runs->arguments[i], dockerfile->escape);
        const char *what = dw_copy_source_is_remote(source) ? NULL : dw_secret_file(source);
        if (what == NULL) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, runs->json ? runs->rest : runs->arguments[i]);
        at.message = dw_judge_text(judge, "%s takes \"%.*s\" into the image: %s %s", dw_instruction_name(runs->kind), DW_SLICE_ARG(source),
                                   strchr("aeioAEIO", what[0]) != NULL ? "an" : "a", what);
        at.fix = dw_judge_text(judge, "RUN --mount=type=secret,id=%.*s,target=<path> where the build needs it; mount it when the container "
                                      "runs; name it in .dockerignore",
                               DW_SLICE_ARG(dw_path_base(source)));
        mask(judge, &at);
        dw_judge_fail(judge, at);
    }
}

static void judge_baked(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_instruction *instruction, *runs;
    for (size_t index = 0; (instruction = dw_rule_instruction(dockerfile, &index, &runs)) != NULL;) {
        dw_judge_pass_quietly(judge);
        if (runs->kind == DW_INSTRUCTION_COPY || runs->kind == DW_INSTRUCTION_ADD)
            judge_files(judge, dockerfile, instruction, runs);
        bool found = judge_forms(judge, dockerfile, instruction, instruction->logical, SIZE_MAX);
        for (size_t i = 0; i < instruction->heredoc_count; i++) {
            struct dw_slice body = instruction->heredocs[i].text;
            if (body.at >= dockerfile->source.at && body.at < dockerfile->source.at + dockerfile->source.len)
                judge_forms(judge, dockerfile, instruction, body, (size_t)(body.at - dockerfile->source.at));
        }
        if (found)
            continue;
        if (runs->kind == DW_INSTRUCTION_ENV || runs->kind == DW_INSTRUCTION_LABEL) {
            for (size_t i = 0; i + 2 < runs->argument_count; i += 3)
                judge_pair(judge, dockerfile, instruction, runs->arguments[i], runs->arguments[i + 1]);
        } else if (runs->kind == DW_INSTRUCTION_ARG) {
            for (size_t i = 0; i < runs->argument_count; i++) {
                size_t equal = dw_slice_find(runs->arguments[i], '=');
                if (equal != SIZE_MAX)
                    judge_pair(judge, dockerfile, instruction, dw_slice_part(runs->arguments[i], 0, equal),
                               dw_slice_from(runs->arguments[i], equal + 1));
            }
        }
    }
}

/* The config and history are judged as a Dockerfile; what the layers hold is another matter. */
static void judge_layers(struct dw_judge *judge, const struct dw_dockerfile *built_from)
{
    (void)built_from;
    if (judge->subject->kind == DW_SUBJECT_IMAGE)
        dw_judge_unknown(judge, DW_SLICE(""), 0,
                         DW_SLICE("the files of the image's layers are not searched for secrets by this version; a later version will, "
                                  "by \"dockworthy secrets\""));
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

static const struct dw_rule_parameter name_parameters[] = {
    {"names", "further names of variables that hold secrets; their case does not count", NULL, true},
    {NULL},
};
static const struct dw_rule_example name_examples[] = {
    {"Dockerfile", "FROM node:22\nARG NPM_TOKEN\nRUN npm ci\n",
     "FROM node:22\nRUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN,required=true npm ci\n"},
    {"Dockerfile", "FROM node:22\nENV DB_PASSWORD=changeme\n", "FROM node:22\nENV DB_PASSWORD_FILE=/run/secrets/db\n"},
    {NULL},
};
static const struct dw_rule_example baked_examples[] = {
    {"Dockerfile", "FROM node:22\nCOPY .npmrc package.json /app/\n",
     "FROM node:22\nCOPY package.json /app/\nRUN --mount=type=secret,id=npmrc,target=/app/.npmrc,required=true cd /app && npm ci\n"},
    {NULL},
};

const struct dw_rule dw_secret_use_rules[] = {
    {.id = "SEC-001",
     .title = "Secret-looking ARG or ENV name",
     .chapter = 5,
     .severity = DW_SEVERITY_HIGH,
     .what = "No ARG or ENV has a name of which a word is apikey, auth, credential, key, password, pword, passwd, secret or token, "
             "unless another is public, file or version. Every stage is judged.",
     .why = "Values of ENV are in the image's config, and those of ARG in its history: everybody who can pull the image can read "
            "them.",
     .fix = "Give secrets to a build step by RUN --mount=type=secret, and to the container when it runs.",
     .aliases = "bk:SecretsUsedInArgOrEnv|DL3064|DS-0031|CIS-DI-0010|cis:4.10|kics:Passwords And Secrets",
     .pass = "no ARG or ENV is named like a secret",
     .none = "no ARG or ENV",
     .parameters = name_parameters,
     .examples = name_examples,
     .dockerfile = judge_names,
     .on_image = true},
    {.id = "SEC-002",
     .title = "Secret value or credential file baked in",
     .chapter = 5,
     .severity = DW_SEVERITY_CRITICAL,
     .what = "No instruction holds a token, private key or password, and no COPY or ADD takes a file of credentials (.env, .npmrc, "
             ".netrc, .pypirc, SSH and TLS private keys, cloud, registry and git credentials) into the image.",
     .why = "What is in an image's layers or config can be read by everybody who can pull it, also when a later instruction "
            "removes it.",
     .fix = "Revoke the secret, take it out, and rebuild.",
     .aliases = "DS-0031|CIS-DI-0010|cis:4.10",
     .pass = "no secret stands in the file, and no file of credentials is copied",
     .none = "no instruction",
     .examples = baked_examples,
     .dockerfile = judge_baked,
     .on_image = true,
     .image = judge_layers},
};
const size_t dw_secret_use_rule_count = DW_RULE_COUNT(dw_secret_use_rules);
