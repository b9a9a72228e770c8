/* SPDX-License-Identifier: Apache-2.0 */
#include "command/frame.h"
#include "command/session.h"

static bool write_facts(struct dw_context *context, const struct dw_subject *subject, struct dw_buffer *out,
                        struct dw_error *error)
{
    (void)context;
    (void)error;
    dw_facts_write(subject, out);
    return true;
}

static int run(struct dw_context *context)
{
    return dw_context_render_subject(context, write_facts, true);
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
