/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encoding.h"
#include "check/harden_run.h"
#include "command/frame.h"
#include "report/diff.h"

#include <unistd.h>

struct harden {
    struct dw_context *context;
    bool write, asks;
    size_t files, changed, made, left, for_review;
    int worst; /* exit code of what could not be read or written */
};

static void print_line(struct dw_context *context, FILE *to, struct dw_slice text)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    (void)context;
    dw_escape_terminal(&out, text, false);
    fwrite(dw_buffer_slice(&out).at, 1, out.len, to);
    fputc('\n', to);
}

static void print_diff(struct dw_context *context, FILE *to, const char *path, struct dw_slice before, struct dw_slice after)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    struct dw_diff_options options = {
        .path = path, .color = context->color, .terminal = context->color || context->width > 0};
    dw_diff_unified(&out, &options, before, after);
    fwrite(dw_buffer_slice(&out).at, 1, out.len, to);
}

/* What was made and what not, on standard error: the diff is the result. */
static void tell(struct harden *harden, const struct dw_harden_file *file)
{
    const struct dw_harden_result *result = file->result;
    for (size_t i = 0; i < result->made.len; i++) {
        const struct dw_harden_change *change = &result->made.at[i];
        dw_context_note(harden->context, "%s:%u: %.*s %s: %.*s%s%.*s", file->path, change->line, DW_SLICE_ARG(change->rule),
                        harden->write ? "repaired" : "repairs", DW_SLICE_ARG(change->message),
                        change->repair == DW_REPAIR_REVIEW && change->note.len > 0 ? "; review: " : "",
                        DW_SLICE_ARG(change->repair == DW_REPAIR_REVIEW ? change->note : DW_SLICE("")));
    }
    for (size_t i = 0; i < result->left.len; i++) {
        const struct dw_harden_change *change = &result->left.at[i];
        dw_context_note(harden->context, "%s:%u: %.*s not repaired: %.*s: %.*s", file->path, change->line, DW_SLICE_ARG(change->rule),
                        DW_SLICE_ARG(change->message), DW_SLICE_ARG(change->note));
    }
}

static bool see_file(void *data, const struct dw_harden_file *file, struct dw_error *error)
{
    struct harden *harden = data;
    struct dw_slice after = dw_buffer_slice(&file->result->text);
    (void)error;
    harden->files++;
    harden->made += file->result->made.len;
    harden->left += file->result->left.len;
    harden->for_review += file->result->for_review;
    if (!dw_slice_equal(file->before, after)) {
        harden->changed++;
        if (!harden->write)
            print_diff(harden->context, harden->context->out, file->path, file->before, after);
    }
    tell(harden, file);
    return true;
}

/* Of several codes the first of 2, 3, 4 applies. */
static void see_problem(void *data, const struct dw_error *error)
{
    struct harden *harden = data;
    int code = dw_context_error(harden->context, error);
    if (harden->worst == 0 || code < harden->worst)
        harden->worst = code;
}

/* y, n, a, q; a line's end or the end of input are no answer and stop. */
static enum dw_harden_answer ask(void *data, const struct dw_harden_change *change, const char *path, struct dw_slice before,
                                 struct dw_slice after)
{
    struct harden *harden = data;
    struct dw_context *context = harden->context;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    fputc('\n', context->out);
    dw_buffer_printf(&text, "%s:%u  %.*s  %.*s", path, change->line, DW_SLICE_ARG(change->rule), DW_SLICE_ARG(change->message));
    print_line(context, context->out, dw_buffer_slice(&text));
    print_line(context, context->out, dw_slice_of(change->why));
    if (change->repair == DW_REPAIR_REVIEW) {
        dw_buffer_clear(&text);
        dw_buffer_printf(&text, "review: %.*s",
                         DW_SLICE_ARG(change->note.len > 0 ? change->note : DW_SLICE("this changes what the build or container may do")));
        print_line(context, context->out, dw_buffer_slice(&text));
    }
    print_diff(context, context->out, path, before, after);
    char answer[64];
    do {
        fputs("make this change? [y]es, [n]o, [a]ll, [q]uit ", context->out);
        fflush(context->out);
        if (fgets(answer, sizeof(answer), context->in) == NULL)
            return DW_HARDEN_QUIT;
    } while (strchr("ynaqYNAQ", answer[0]) == NULL || answer[0] == '\0');
    char c = dw_to_lower(answer[0]);
    return c == 'y' ? DW_HARDEN_YES : c == 'n' ? DW_HARDEN_NO : c == 'a' ? DW_HARDEN_ALL : DW_HARDEN_QUIT;
}

/* "A,B" of every --only as single ids, ended by NULL. */
static const char *const *chosen_rules(struct dw_context *context)
{
    size_t count, ids = 0;
    const char *const *values = dw_option_values(context, "only", &count);
    if (count == 0)
        return NULL;
    for (size_t i = 0; i < count; i++)
        ids += strlen(values[i]) + 1;
    const char **list = dw_arena_alloc(&context->arena, ids + 1, sizeof(*list));
    ids = 0;
    for (size_t i = 0; i < count; i++) {
        struct dw_slice rest = dw_slice_of(values[i]), id;
        for (bool more = true; dw_slice_split(&rest, ',', &more, &id);)
            list[ids++] = dw_arena_copy(&context->arena, dw_slice_trim(id)).at;
    }
    return list;
}

static void summarise(const struct harden *harden)
{
    struct dw_context *context = harden->context;
    if (harden->changed == 0)
        dw_context_note(context, "%zu files: nothing to repair", harden->files);
    else
        dw_context_note(context, "%zu of %zu files: %zu repairs %s%s", harden->changed, harden->files, harden->made,
                        harden->write ? "written" : "proposed", harden->write ? "" : "; --write makes them");
    if (harden->for_review > 0)
        dw_context_note(context, "%zu more change what the build or the container may do: --all proposes them", harden->for_review);
}

static int run(struct dw_context *context)
{
    struct dw_error error = DW_ERROR_INIT;
    struct harden harden = {.context = context, .asks = dw_option_given(context, "interactive")};
    harden.write = harden.asks || dw_option_given(context, "write");
    struct dw_harden_run_options options = {
        .paths = context->arguments,
        .count = context->argument_count,
        .policy = context->policy,
        .digests = dw_option_value(context, "digests"),
        .image = dw_option_value(context, "image"),
        .limits = &context->limits,
        .environment = (const char *const *)environ, /* as `docker compose` takes it */
        .now = context->now,
        .review = dw_option_given(context, "all"),
        .write = harden.write,
        .only = chosen_rules(context),
        .ask = harden.asks ? ask : NULL,
        .file = see_file,
        .problem = see_problem,
        .context = &harden,
    };
    for (size_t i = 0; i < options.count; i++)
        if (strcmp(options.paths[i], "-") == 0) {
            dw_fail(&error, DW_ERROR_USAGE, "harden takes no standard input: it repairs files, beside what they include; name one");
            return dw_context_error(context, &error);
        }
    if (!dw_harden_run(&options, &error))
        return dw_context_error(context, &error);
    summarise(&harden);
    if (harden.worst != 0 && harden.worst < 4)
        return harden.worst;
    return harden.changed > 0 && !harden.write ? 1 : harden.worst;
}

static const struct dw_option options[] = {
    {.name = "write", .letter = 'w', .help = "write the changed files in place of printing a diff"},
    {.name = "interactive", .letter = 'i', .help = "show each change with its reason, ask, and write those that were agreed to"},
    {.name = "all", .letter = 'a', .help = "also make repairs that change what the build or the container may do"},
    {.name = "only", .argument = "IDS", .repeatable = true, .help = "repair what these rules find, such as RT-001,USR-001.implicit"},
    {.name = "digests", .argument = "FILE", .value = DW_VALUE_FILE,
     .help = "lock file with the digests of images (default: dockworthy.lock beside the policy file)"},
    {.name = "image", .argument = "REFERENCE",
     .help = "image built from the file: its base labels say which digest the base had"},
    {0},
};

const struct dw_command dw_command_harden = {
    .name = "harden",
    .summary = "repairs Dockerfiles, Compose files and Kubernetes manifests",
    .synopsis = "FILE...",
    .description =
        "Repairs what the rules find, by changing the text where it stands: comments, order, quotes and indentation stay. Prints "
        "a unified diff, as patch -p1 and git apply take it; --write changes the files. Folders are looked through for "
        "Dockerfiles, Compose files and manifests.\n\n"
        "Without --all only repairs that keep the behaviour are made. With --all also those that change what the build or the "
        "container may do, such as its user, its capabilities or a read-only root filesystem: each is explained, and wants a look "
        "before it is shipped. A digest is written where it is known: from dockworthy.lock, --digests, or --image.\n\n"
        "The result is parsed and judged again: a repair after which a rule judged worse, or the file could not be read, is "
        "not made, and is said. A second run changes nothing. A file that is not understood is not touched, and a finding with "
        "an active suppression is left alone.\n\n"
        "Exits 0 if there is nothing to repair or everything was written; 1 if a diff was printed; 2 for a wrong option or policy "
        "file; 3 if a file cannot be read or written (the others are repaired all the same); 4 if a folder has no file to "
        "repair.\n",
    .examples = "$ dockworthy harden Dockerfile\n"
                "$ dockworthy harden --all --write Dockerfile compose.yaml deploy/\n"
                "$ dockworthy harden --interactive --all --only RT-001,RT-002 compose.yaml\n"
                "$ dockworthy harden --all . | git apply\n",
    .options = options,
    .takes = DW_TAKES_POLICY,
    .arguments_min = 1,
    .arguments_max = DW_ARGUMENTS_ANY,
    .argument = DW_VALUE_FILE,
    .run = run,
};
