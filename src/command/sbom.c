/* SPDX-License-Identifier: Apache-2.0 */
#include "command/frame.h"
#include "command/session.h"
#include "sbom/cyclonedx.h"

static const char *const spec_versions[] = {"1.5", "1.6", "1.7", NULL};

static bool write_sbom(struct dw_context *context, const struct dw_subject *subject, struct dw_buffer *out,
                       struct dw_error *error)
{
    struct dw_sbom_options options = {.source_date_epoch = context->source_date};
    const char *version = dw_option_value(context, "spec-version");
    return (version == NULL || dw_cyclonedx_version_parse(dw_slice_of(version), &options.version, error)) &&
           dw_cyclonedx_write(out, subject, &options, error);
}

/* A document of what is malformed or not what its digest says would be taken for the image's. */
static int run(struct dw_context *context)
{
    return dw_context_render_subject(context, write_sbom, false);
}

static const struct dw_option options[] = {
    {.name = "spec-version", .argument = "VERSION", .choices = spec_versions,
     .help = "version of the CycloneDX specification (default 1.6)"},
    {0},
};

static const char *const formats[] = {"cyclonedx", NULL};

const struct dw_command dw_command_sbom = {
    .name = "sbom",
    .summary = "writes the software bill of materials of an image or folder",
    .synopsis = "REFERENCE",
    .description = "Writes CycloneDX JSON. The same image gives the same bytes: the document's time is SOURCE_DATE_EPOCH, else "
                   "the image's creation, and its serial number is made from its content.\n\n"
                   "An image that is malformed, or not what its digests say, gives no document and exit code 3. What is of a kind "
                   "that is not read (an encrypted layer) is named on standard error, makes the document say so (compositions: "
                   "incomplete), and gives exit code 4. SPDX is not written in this version.\n",
    .examples = "$ dockworthy sbom oci:build/service --output service.cdx.json\n"
                "$ dockworthy sbom --spec-version 1.5 docker-archive:service.tar\n",
    .options = options,
    .formats = formats,
    .takes = DW_TAKES_PLATFORM,
    .arguments_min = 1,
    .arguments_max = 1,
    .argument = DW_VALUE_FILE,
    .run = run,
};
