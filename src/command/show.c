/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "check/recognise.h"
#include "command/frame.h"
#include "command/session.h"
#include "compose/compose.h"
#include "dockerfile/write.h"
#include "kubernetes/kubernetes.h"

#include <unistd.h>

static bool write_facts(struct dw_context *context, const struct dw_subject *subject, struct dw_buffer *out,
                        struct dw_error *error)
{
    (void)context;
    (void)error;
    dw_facts_write(subject, out);
    return true;
}

static bool write_dockerfile(struct dw_context *context, const char *name, struct dw_slice text, struct dw_buffer *out,
                             struct dw_error *error)
{
    if (dw_option_given(context, "tree"))
        return dw_dockerfile_write_tree(text, name, &context->limits, out, error);
    struct dw_dockerfile *dockerfile = dw_dockerfile_parse(text, name, &context->limits, error);
    if (dockerfile == NULL)
        return false;
    dw_dockerfile_write_facts(dockerfile, out);
    dw_buffer_append_byte(out, '\n');
    dw_dockerfile_free(dockerfile);
    return true;
}

static bool write_manifests(struct dw_context *context, const char *name, struct dw_slice text, struct dw_buffer *out,
                            struct dw_error *error)
{
    struct dw_document *document = dw_kubernetes_parse(text, name, &context->limits, error);
    struct dw_kubernetes *manifests = document == NULL ? NULL : dw_kubernetes_read(document, error);
    if (manifests != NULL) {
        dw_kubernetes_write_facts(manifests, out);
        dw_buffer_append_byte(out, '\n');
    }
    dw_kubernetes_free(manifests);
    dw_document_free(document);
    return manifests != NULL;
}

/* From standard input (NAME is then only a name) the project's folder is the current one. */
static bool write_project(struct dw_context *context, const char *name, struct dw_slice text, struct dw_buffer *out,
                          struct dw_error *error)
{
    bool input = strcmp(context->arguments[0], "-") == 0;
    struct dw_compose_options options = {.environment = (const char *const *)environ, .project_folder = input ? "." : NULL,
                                         .no_override = input,
                                         .text = text};
    struct dw_compose *project = dw_compose_load(&name, 1, &options, &context->limits, error);
    if (project == NULL)
        return false;
    dw_compose_write_facts(project, out);
    dw_buffer_append_byte(out, '\n');
    dw_compose_free(project);
    return true;
}

/* The whole of the file PATH, "-" for standard input. Of an image archive the start is enough to see that it is none of ours. */
static bool read_text(struct dw_context *context, const char *path, struct dw_buffer *text, struct dw_error *error)
{
    uint64_t most = context->limits.value[DW_LIMIT_DOCKERFILE_BYTES];
    if (context->limits.value[DW_LIMIT_DOCUMENT_BYTES] > most)
        most = context->limits.value[DW_LIMIT_DOCUMENT_BYTES];
    return strcmp(path, "-") == 0 ? dw_file_read_fd(fileno(context->in), "standard input", most, text, error)
                                  : dw_file_read(path, most, text, error);
}

/* The kind of the file, and its text: by name, else by content. DW_FILE_OTHER for what is read otherwise: archives, folders,
 * references. False if a file that must be one of these cannot be read. */
static bool recognise(struct dw_context *context, enum dw_subject_kind *kind, struct dw_buffer *text, struct dw_error *error)
{
    const char *path = context->arguments[0];
    bool input = strcmp(path, "-") == 0, tree = dw_option_given(context, "tree");
    *kind = input ? DW_FILE_OTHER : dw_recognise_name(dw_path_base(dw_slice_of(path)));
    if (!input && !tree && !dw_is_file(path)) {
        *kind = DW_FILE_OTHER;
        return true;
    }
    bool named = *kind != DW_FILE_OTHER;
    struct dw_error unread = DW_ERROR_INIT;
    if (!read_text(context, path, text, &unread)) {
        if (!named && !input && !tree && unread.kind == DW_ERROR_LIMIT)
            return true;
        *error = unread;
        return false;
    }
    if (*kind == DW_FILE_OTHER)
        *kind = dw_recognise_text(dw_buffer_slice(text));
    /* An odd text that was piped in, or a tree that is asked for, can only mean a Dockerfile. */
    if (*kind == DW_FILE_OTHER && (input || tree))
        *kind = DW_SUBJECT_DOCKERFILE;
    return true;
}

static int run(struct dw_context *context)
{
    struct dw_error error = DW_ERROR_INIT;
    enum dw_subject_kind kind;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    if (!recognise(context, &kind, &text, &error))
        return dw_context_error(context, &error);
    const char *name = strcmp(context->arguments[0], "-") != 0 ? context->arguments[0]
                       : kind == DW_SUBJECT_DOCKERFILE         ? "Dockerfile"
                       : kind == DW_SUBJECT_COMPOSE            ? "compose.yaml"
                                                               : "manifest.yaml";
    if (kind == DW_FILE_OTHER)
        return dw_context_render_subject(context, write_facts, true);
    if (kind != DW_SUBJECT_DOCKERFILE && dw_option_given(context, "tree")) {
        dw_fail(&error, DW_ERROR_USAGE, "%s: --tree shows the parse tree of a Dockerfile, and this is none", name);
        return dw_context_error(context, &error);
    }
    bool good = kind == DW_SUBJECT_DOCKERFILE   ? write_dockerfile(context, name, dw_buffer_slice(&text), &out, &error)
                : kind == DW_SUBJECT_KUBERNETES ? write_manifests(context, name, dw_buffer_slice(&text), &out, &error)
                                                : write_project(context, name, dw_buffer_slice(&text), &out, &error);
    if (!good)
        return dw_context_error(context, &error);
    for (size_t i = 0; i < context->outputs.len; i++)
        if (!dw_context_write(context, &context->outputs.at[i], dw_buffer_slice(&out), &error))
            return dw_context_error(context, &error);
    return 0;
}

static const struct dw_option options[] = {
    {.name = "tree", .help = "of a Dockerfile: the parse tree alone, as BuildKit's parser splits it"},
    {0},
};

static const char *const formats[] = {"json", NULL};

const struct dw_command dw_command_show = {
    .name = "show",
    .summary = "prints the facts that rules and matching see, as JSON",
    .synopsis = "SUBJECT",
    .description = "Reads an image, folder or package URL as scan does and prints what was found: packages with their places "
                   "and owners, distribution, layers with their instructions, config, and everything that could not be "
                   "read. The schema is schema/facts.schema.json.\n\n"
                   "Of a Dockerfile, told by its name or content, or from standard input (-), it prints the instructions with what "
                   "they become, the stages with what holds at the end of each, and the images that are used. --tree prints the parse "
                   "tree alone; what BuildKit refuses ends with exit code 3.\n\n"
                   "Of a file of Kubernetes manifests it prints the objects, and the pods with their containers as they will run; of a "
                   "Compose file the services as they will run, merged with the override file beside it.\n",
    .examples = "$ dockworthy show oci:build/service\n"
                "$ dockworthy show dir:. | jq '.packages[].purl'\n"
                "$ dockworthy show Dockerfile | jq '.stages[] | select(.shipped).user'\n"
                "$ dockworthy show --tree - < Dockerfile\n",
    .options = options,
    .formats = formats,
    .takes = DW_TAKES_PLATFORM,
    .arguments_min = 1,
    .arguments_max = 1,
    .argument = DW_VALUE_FILE,
    .run = run,
};
