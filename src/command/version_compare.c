/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/version/version.h"
#include "base/encoding.h"
#include "base/file.h"
#include "command/frame.h"

static const struct dw_version_order *find_order(const char *ecosystem, struct dw_error *error)
{
    const struct dw_version_order *order = dw_version_order_of(dw_slice_of(ecosystem));
    if (order != NULL)
        return order;
    size_t count;
    const char *const *names = dw_version_ecosystems(&count);
    const char *near = dw_nearest_name(dw_slice_of(ecosystem), names, count);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer list = {0};
    for (size_t i = 0; i < count; i++)
        dw_buffer_printf(&list, "%s%s", i > 0 ? ", " : "", names[i]);
    dw_fail(error, DW_ERROR_USAGE, "there is no version order of \"%s\"; there is one of: %s%s%s%s", ecosystem,
            list.at, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    return NULL;
}

static char sign_of(int result)
{
    return result < 0 ? '<' : result > 0 ? '>' : '=';
}

static void explain(struct dw_context *context, const struct dw_version_order *order, struct dw_slice a,
                    struct dw_slice b)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer trace = {0};
    order->explain(a, b, &trace);
    dw_context_print(context, dw_buffer_slice(&trace));
    fputc('\n', context->out);
}

static int compare_two(struct dw_context *context, const struct dw_version_order *order)
{
    struct dw_slice a = dw_slice_of(context->arguments[1]), b = dw_slice_of(context->arguments[2]);
    if (dw_option_given(context, "explain"))
        explain(context, order, a, b);
    else
        fprintf(context->out, "%c\n", sign_of(order->compare(a, b)));
    for (int i = 1; i <= 2; i++)
        if (!order->valid(dw_slice_of(context->arguments[i])))
            dw_context_note(context, "\"%s\" is no version of %s; its place in the order is a convention",
                            context->arguments[i], context->arguments[0]);
    return 0;
}

/* "A < B", with white space between the three. */
static bool split_row(struct dw_slice row, struct dw_slice *a, char *sign, struct dw_slice *b)
{
    struct dw_slice words[3] = {{0}};
    size_t count = 0;
    while ((row = dw_slice_trim(row)).len > 0) {
        size_t end = 0;
        while (end < row.len && row.at[end] != ' ' && row.at[end] != '\t')
            end++;
        if (count == 3)
            return false;
        words[count++] = dw_slice_part(row, 0, end);
        row = dw_slice_from(row, end);
    }
    if (count != 3 || words[1].len != 1 || strchr("<=>", words[1].at[0]) == NULL)
        return false;
    *a = words[0];
    *sign = words[1].at[0];
    *b = words[2];
    return true;
}

static int check_rows(struct dw_context *context, const struct dw_version_order *order)
{
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    if (!dw_file_read_fd(fileno(context->in), "standard input", context->limits.value[DW_LIMIT_DOCUMENT_BYTES], &text,
                         &error))
        return dw_context_error(context, &error);
    struct dw_slice rest = dw_buffer_slice(&text), line;
    size_t number = 0, rows = 0, wrong = 0;
    while (dw_slice_line(&rest, &line)) {
        number++;
        line = dw_slice_trim(line);
        if (line.len == 0 || line.at[0] == '#' || dw_slice_starts_with(line, "//"))
            continue;
        struct dw_slice a, b;
        char sign;
        if (!split_row(line, &a, &sign, &b)) {
            dw_fail(&error, DW_ERROR_INPUT, "standard input: line %zu: a row is \"A < B\", \"A = B\" or \"A > B\"", number);
            return dw_context_error(context, &error);
        }
        rows++;
        char found = sign_of(order->compare(a, b));
        if (found == sign)
            continue;
        wrong++;
        dw_context_print(context, line);
        fputc('\n', context->out);
        if (dw_option_given(context, "explain"))
            explain(context, order, a, b);
    }
    dw_context_note(context, "%zu rows, %zu of them do not hold", rows, wrong);
    return wrong > 0 ? 1 : 0;
}

static int run(struct dw_context *context)
{
    struct dw_error error = DW_ERROR_INIT;
    const struct dw_version_order *order = find_order(context->arguments[0], &error);
    if (order == NULL)
        return dw_context_error(context, &error);
    if (context->argument_count == 2) {
        dw_fail(&error, DW_ERROR_USAGE, "version-compare: give two versions, or none and rows on standard input");
        return dw_context_error(context, &error);
    }
    return context->argument_count == 3 ? compare_two(context, order) : check_rows(context, order);
}

static const struct dw_option options[] = {
    {.name = "explain", .help = "show piece by piece what decides"},
    {0},
};

static const char *const ecosystems[] = {"alpine", "debian", "npm", "crates.io", "go", NULL};

const struct dw_command dw_command_version_compare = {
    .name = "version-compare",
    .summary = "compares two versions as their ecosystem orders them",
    .synopsis = "ECOSYSTEM [A B]",
    .description =
        "Prints <, = or >. Without A and B, reads rows \"A < B\", \"A = B\" or \"A > B\" from standard input (lines that "
        "begin with # or // are comments), prints those that do not hold, and exits 1 if there are any.\n\n"
        "ECOSYSTEM is a name such as alpine, debian or npm, or one as OSV writes it, with or without a release: "
        "Alpine:v3.18, Debian:12, crates.io. Case does not matter.\n",
    .examples = "$ dockworthy version-compare alpine 1.1.1g-r0 1.1.1k-r0\n"
                "<\n"
                "$ dockworthy version-compare debian --explain 1.2.3-1~deb7u1 1.2.3-1\n"
                "$ dockworthy version-compare npm <rows.txt\n",
    .options = options,
    .arguments_min = 1,
    .arguments_max = 3,
    .argument_choices = ecosystems,
    .run = run,
};
