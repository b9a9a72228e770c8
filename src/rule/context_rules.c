/* SPDX-License-Identifier: Apache-2.0
 *
 * DF-036, SEC-003: what a build takes of its context, and what .dockerignore keeps out of it. */
#include "rule/build_context.h"
#include "rule/chapters.h"
#include "rule/copy_source.h"
#include "rule/dockerfile_rule.h"
#include "rule/secret_value.h"

#include "base/file.h"

/* A COPY or ADD of the build context. */
static bool takes_context(const struct dw_instruction *runs)
{
    struct dw_slice from;
    return (runs->kind == DW_INSTRUCTION_COPY || runs->kind == DW_INSTRUCTION_ADD) && runs->argument_count >= 2 &&
           !dw_instruction_flag(runs, "from", &from);
}

static struct dw_slice source_of(struct dw_judge *judge, const struct dw_dockerfile *dockerfile, const struct dw_instruction *runs,
                                 size_t index)
{
    return runs->json ? runs->arguments[index] : dw_rule_unquoted(judge, runs->arguments[index], dockerfile->escape);
}

/* ---- DF-036 ------------------------------------------------------------------------------------------------------- */

static void judge_ignored(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    struct dw_build_context *context = view->context;
    const struct dw_instruction *instruction, *runs;
    /* With exceptions a folder may be left out and its files not. */
    if (context == NULL || context->problem.len > 0 || context->ignore.exceptions || context->ignore.patterns.len == 0)
        return;
    for (size_t index = 0; (instruction = dw_rule_instruction(dockerfile, &index, &runs)) != NULL;) {
        for (size_t i = 0; takes_context(runs) && i + 1 < runs->argument_count; i++) {
            struct dw_slice source = source_of(judge, dockerfile, runs, i);
            if (dw_copy_source_is_remote(source) || dw_slice_starts_with(source, "<<") || dw_slice_find(source, '$') != SIZE_MAX)
                continue;
            DW_CLEANUP(dw_cleanup_free) char *clean = dw_path_normal(source);
            struct dw_slice path = dw_slice_of(clean);
            while (dw_slice_starts_with(path, "/"))
                path = dw_slice_from(path, 1);
            if (!dw_ignore_matches(&context->ignore, path)) {
                dw_judge_pass_quietly(judge);
                continue;
            }
            struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, runs->json ? runs->rest : runs->arguments[i]);
            at.message = dw_judge_text(judge, "%s takes \"%.*s\", which %.*s leaves out of the build context",
                                       dw_instruction_name(runs->kind), DW_SLICE_ARG(source), DW_SLICE_ARG(context->ignore_path));
            at.fix = dw_judge_text(judge, "take the line out of %.*s, or copy something else", DW_SLICE_ARG(context->ignore_path));
            dw_judge_fail(judge, at);
        }
    }
}

/* ---- SEC-003 ------------------------------------------------------------------------------------------------------ */

/* By its name a file, not a folder: "server.js", but not "." or "dist". */
static bool looks_like_file(struct dw_slice source)
{
    struct dw_slice name = dw_path_base(source);
    size_t dot = dw_slice_find_last(name, '.');
    return dot != SIZE_MAX && dot > 0 && dot + 1 < name.len && name.at[0] != '.' && dw_slice_find(name, '*') == SIZE_MAX;
}

static void judge_source(struct dw_judge *judge, const struct dw_dockerfile *dockerfile, struct dw_build_context *context,
                         const struct dw_instruction *instruction, const struct dw_instruction *runs, size_t index)
{
    struct dw_slice source = source_of(judge, dockerfile, runs, index);
    struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, runs->json ? runs->rest : runs->arguments[index]);
    /* "COPY * /" takes what stands in the folder, as "COPY . /" does. */
    size_t star = dw_slice_find(source, '*');
    if (star != SIZE_MAX && (star == 0 || source.at[star - 1] == '/') && star + 1 == source.len)
        source = star == 0 ? DW_SLICE(".") : dw_slice_part(source, 0, star);
    else if (star != SIZE_MAX || dw_slice_find(source, '?') != SIZE_MAX)
        return; /* SEC-002 looks at patterns */
    struct dw_context_files files = {0};
    dw_build_context_secrets(context, source, &files);
    if (files.paths.len > 0) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer shown = {0};
        DW_CLEANUP(dw_buffer_free) struct dw_buffer lines = {0};
        for (size_t i = 0; i < files.paths.len && i < 3; i++) {
            dw_buffer_printf(&shown, "%s%.*s (%s)", i > 0 ? ", " : "", DW_SLICE_ARG(files.paths.at[i]),
                             dw_secret_file(files.paths.at[i]));
            dw_buffer_printf(&lines, "%s\"%.*s\"", i > 0 ? ", " : "", DW_SLICE_ARG(files.paths.at[i]));
        }
        if (files.paths.len > 3)
            dw_buffer_printf(&shown, " and %zu more", files.paths.len - 3);
        at.message = dw_judge_text(judge, "%s of \"%.*s\" takes files of credentials into the image: %.*s",
                                   dw_instruction_name(runs->kind), DW_SLICE_ARG(source), DW_SLICE_ARG(dw_buffer_slice(&shown)));
        at.fix = dw_judge_text(judge, "add to %.*s: %.*s",
                               DW_SLICE_ARG(context->ignore_path.len > 0 ? context->ignore_path : context->usual_ignore),
                               DW_SLICE_ARG(dw_buffer_slice(&lines)));
        dw_judge_fail(judge, at);
    } else if (files.cut) {
        dw_judge_unknown(judge, at.path, at.line,
                         dw_judge_text(judge, "\"%.*s\" of the build context has too many files or folders to be searched, or some that "
                                              "cannot be listed",
                                       DW_SLICE_ARG(source)));
    } else {
        dw_judge_pass_quietly(judge);
    }
    dw_vector_free(&files.paths);
}

static void judge_context(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_instruction *instruction, *runs;
    for (size_t index = 0; (instruction = dw_rule_instruction(dockerfile, &index, &runs)) != NULL;) {
        for (size_t i = 0; takes_context(runs) && i + 1 < runs->argument_count; i++) {
            struct dw_slice source = source_of(judge, dockerfile, runs, i);
            if (dw_copy_source_is_remote(source) || dw_slice_starts_with(source, "<<"))
                continue;
            if (looks_like_file(source)) {
                dw_judge_pass_quietly(judge); /* SEC-002 looks at its name */
                continue;
            }
            bool variable = dw_slice_find(source, '$') != SIZE_MAX;
            if (view->context != NULL && view->context->problem.len == 0 && !variable)
                judge_source(judge, dockerfile, view->context, instruction, runs, i);
            else
                dw_judge_unknown(judge, dockerfile->name, instruction->line,
                                 variable                ? dw_judge_text(judge, "\"%.*s\" depends on a variable", DW_SLICE_ARG(source))
                                 : view->context == NULL ? DW_SLICE("the build context is not at hand")
                                                         : view->context->problem);
        }
    }
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

const struct dw_rule dw_context_rules[] = {
    {.id = "DF-036",
     .title = "Copied path not ignored",
     .severity = DW_SEVERITY_MEDIUM,
     .what = "No COPY or ADD takes a path that .dockerignore leaves out of the build context. Judged where the context is at hand and "
             ".dockerignore has no exceptions.",
     .why = "The build fails, or takes less than the line says.",
     .fix = "Take the line out of .dockerignore, or copy something else.",
     .aliases = "bk:CopyIgnoredFile",
     .pass = "nothing that is copied is ignored",
     .none = "no .dockerignore without exceptions is at hand, or nothing is copied",
     .dockerfile = judge_ignored},
    {.id = "SEC-003",
     .title = "Context excludes secret files",
     .chapter = 5,
     .severity = DW_SEVERITY_HIGH,
     .what = "No folder of the build context that COPY or ADD takes holds files of credentials (those of SEC-002), unless .dockerignore "
             "leaves them out. The context is the Dockerfile's folder, if what the file copies by name is there; .git and node_modules are "
             "not searched.",
     .why = "COPY . takes everything along that happens to lie there: .env, keys and tokens of developers.",
     .fix = "Name the files in .dockerignore.",
     .aliases = "",
     .pass = "no folder that is copied holds files of credentials",
     .none = "no folder of the build context is copied",
     .dockerfile = judge_context},
};
const size_t dw_context_rule_count = DW_RULE_COUNT(dw_context_rules);
