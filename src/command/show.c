/* SPDX-License-Identifier: Apache-2.0 */
#include "command/frame.h"
#include "command/session.h"

static int run(struct dw_context *context)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_progress progress;
    struct dw_session session;
    int code;
    if (!dw_context_session(context, &progress, &session, &error))
        return dw_context_error(context, &error);
    struct dw_subject *subject = dw_context_subject(context, &session, context->arguments[0], &code);
    dw_progress_end(&progress);
    if (subject != NULL) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        subject->id = dw_arena_printf(&subject->arena, "%s:1", dw_subject_kind_name(subject->kind));
        dw_facts_write(subject, &text);
        for (size_t i = 0; i < context->outputs.len; i++)
            if (!dw_context_write(context, &context->outputs.at[i], dw_buffer_slice(&text), &error))
                code = dw_context_error(context, &error);
    }
    dw_subject_free(subject);
    dw_session_close(&session);
    return code;
}

static const char *const formats[] = {"json", NULL};

const struct dw_command dw_command_show = {
    .name = "show",
    .summary = "prints the facts that rules and matching see, as JSON",
    .synopsis = "REFERENCE",
    .description = "Reads an image, folder or package URL as scan does and prints what was found: packages with their places "
                   "and owners, distribution, layers with their instructions, config, and everything that could not be "
                   "read. The schema is schema/facts.schema.json.\n\n"
                   "Dockerfiles, Compose files and manifests are not shown in this version.\n",
    .examples = "$ dockworthy show oci:build/service\n"
                "$ dockworthy show dir:. | jq '.packages[].purl'\n",
    .formats = formats,
    .takes = DW_TAKES_PLATFORM,
    .arguments_min = 1,
    .arguments_max = 1,
    .argument = DW_VALUE_FILE,
    .run = run,
};
