/* SPDX-License-Identifier: Apache-2.0
 *
 * One run from the command line to the exit code. */
#include "command/frame.h"

#include <errno.h>

static void print_help(struct dw_context *context, FILE *stream)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_help_text(&text, context->parent, context->command, context->width);
    fwrite(text.at, 1, text.len, stream);
}

static int run(struct dw_context *context, int argc, char *const *argv)
{
    struct dw_error error = DW_ERROR_INIT;
    if (!dw_command_parse(context, dw_commands, argc, argv, &error))
        return dw_context_error(context, &error);
    if (dw_option_given(context, "help")) {
        print_help(context, context->out);
        return 0;
    }
    if (context->command == NULL) {
        print_help(context, context->err);
        return dw_error_exit_code(DW_ERROR_USAGE);
    }
    return context->command->run(context);
}

/* A reader that has gone away (head, a pager) is its own affair; a full disk is not. */
static int finish(struct dw_context *context, int code)
{
    errno = 0;
    bool earlier = ferror(context->out) != 0;
    bool failed = fflush(context->out) != 0 || earlier;
    if (!failed || errno == EPIPE || code == dw_error_exit_code(DW_ERROR_USAGE))
        return code;
    struct dw_error error = DW_ERROR_INIT;
    if (errno != 0)
        dw_fail_errno(&error, DW_ERROR_SYSTEM, "standard output cannot be written");
    else
        dw_fail(&error, DW_ERROR_SYSTEM, "standard output cannot be written");
    return dw_context_error(context, &error);
}

int dw_command_main(int argc, char *const *argv, FILE *in, FILE *out, FILE *err)
{
    struct dw_context context;
    dw_context_init(&context, in, out, err);
    int code = finish(&context, run(&context, argc, argv));
    dw_context_free(&context);
    return code;
}
