/* SPDX-License-Identifier: Apache-2.0
 *
 * The context of a run: what the process finds around it, and how it speaks to people. */
#include "base/clock.h"
#include "base/encoding.h"
#include "base/file.h"
#include "command/frame.h"

#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define JOBS_DEFAULT_MAX 64

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

static bool terminal(FILE *stream)
{
    int fd = fileno(stream);
    return fd >= 0 && isatty(fd) == 1;
}

static unsigned columns(FILE *stream)
{
    uint64_t number;
    const char *forced = variable("COLUMNS");
    if (forced != NULL && dw_parse_u64(dw_slice_of(forced), &number) && number >= 20 && number <= 1000)
        return (unsigned)number;
    struct winsize size;
    if (!terminal(stream))
        return 0;
    return ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col >= 20 ? size.ws_col : 80;
}

static bool colorful(FILE *stream)
{
    const char *kind = variable("TERM");
    return variable("NO_COLOR") == NULL && terminal(stream) && kind != NULL && strcmp(kind, "dumb") != 0;
}

static unsigned processors(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
    return count < 1 ? 1 : count > JOBS_DEFAULT_MAX ? JOBS_DEFAULT_MAX : (unsigned)count;
}

/* XDG Base Directory Specification 0.8: a path that is not absolute is invalid and ignored. */
static const char *cache_folder(struct dw_context *context)
{
    const char *xdg = variable("XDG_CACHE_HOME"), *home = variable("HOME");
    if (xdg != NULL && xdg[0] == '/')
        return dw_arena_printf(&context->arena, "%s/dockworthy", xdg).at;
    if (home != NULL && home[0] == '/')
        return dw_arena_printf(&context->arena, "%s/.cache/dockworthy", home).at;
    return NULL;
}

void dw_context_init(struct dw_context *context, FILE *in, FILE *out, FILE *err)
{
    *context = (struct dw_context){
        .in = in,
        .out = out,
        .err = err,
        .limits = dw_limits_default(),
        .now = (int64_t)time(NULL),
        .source_date = DW_TIME_UNKNOWN,
        .color = colorful(out),
        .color_err = colorful(err),
        .progress = terminal(err),
        .width = columns(out),
        .jobs = processors(),
    };
    const char *date = variable("SOURCE_DATE_EPOCH");
    int64_t seconds;
    if (date != NULL && dw_parse_i64(dw_slice_of(date), &seconds))
        context->source_date = seconds;
    context->cache_dir = cache_folder(context);
}

void dw_context_free(struct dw_context *context)
{
    dw_vector_free(&context->outputs);
    dw_vector_free(&context->given);
    free(context->arguments);
    dw_arena_free(&context->arena);
}

static const struct dw_given *find_given(const struct dw_context *context, const char *name)
{
    const struct dw_given *found = NULL;
    for (size_t i = 0; i < context->given.len; i++)
        if (strcmp(context->given.at[i].option->name, name) == 0)
            found = &context->given.at[i];
    return found;
}

bool dw_option_given(const struct dw_context *context, const char *name)
{
    return find_given(context, name) != NULL;
}

const char *dw_option_value(const struct dw_context *context, const char *name)
{
    const struct dw_given *given = find_given(context, name);
    return given == NULL ? NULL : given->value;
}

const char *const *dw_option_values(struct dw_context *context, const char *name, size_t *count)
{
    const char **values = dw_arena_alloc(&context->arena, context->given.len + 1, sizeof(*values));
    *count = 0;
    for (size_t i = 0; i < context->given.len; i++)
        if (strcmp(context->given.at[i].option->name, name) == 0)
            values[(*count)++] = context->given.at[i].value;
    return values;
}

bool dw_option_number(const struct dw_context *context, const char *name, uint64_t least, uint64_t most,
                      uint64_t fallback, uint64_t *value, struct dw_error *error)
{
    const char *text = dw_option_value(context, name);
    *value = fallback;
    if (text == NULL ||
        (dw_parse_u64(dw_slice_of(text), value) && *value >= least && *value <= most))
        return true;
    return dw_fail(error, DW_ERROR_USAGE, "--%s %s: give a number from %llu to %llu", name, text,
                   (unsigned long long)least, (unsigned long long)most);
}

static void say(struct dw_context *context, const char *mark, const char *format, va_list arguments)
{
    DW_CLEANUP(dw_cleanup_free) char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0)
        return;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer line = {0};
    dw_buffer_append_string(&line, mark);
    dw_escape_terminal(&line, dw_slice_of(text), true);
    dw_buffer_append_byte(&line, '\n');
    fwrite(line.at, 1, line.len, context->err);
}

void dw_context_warn(struct dw_context *context, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(context, "dockworthy: warning: ", format, arguments);
    va_end(arguments);
}

void dw_context_note(struct dw_context *context, const char *format, ...)
{
    if (context->quiet)
        return;
    va_list arguments;
    va_start(arguments, format);
    say(context, "", format, arguments);
    va_end(arguments);
}

void dw_context_detail(struct dw_context *context, const char *format, ...)
{
    if (!context->verbose)
        return;
    va_list arguments;
    va_start(arguments, format);
    say(context, "", format, arguments);
    va_end(arguments);
}

static void say_error(struct dw_context *context, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say_error(struct dw_context *context, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(context, context->color_err ? "\033[1;31mdockworthy:\033[0m " : "dockworthy: ", format, arguments);
    va_end(arguments);
}

int dw_context_error(struct dw_context *context, const struct dw_error *error)
{
    say_error(context, "%s", error->text);
    if (error->kind == DW_ERROR_USAGE && context->command != NULL)
        dw_context_note(context, "see: dockworthy help %s%s%s", context->parent ? context->parent->name : "",
                        context->parent ? " " : "", context->command->name);
    else if (error->kind == DW_ERROR_USAGE)
        dw_context_note(context, "see: dockworthy help");
    return dw_error_exit_code(error->kind);
}

void dw_context_print(struct dw_context *context, struct dw_slice text)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer escaped = {0};
    dw_escape_terminal(&escaped, text, false);
    fwrite(dw_buffer_slice(&escaped).at, 1, escaped.len, context->out);
}

bool dw_context_write(struct dw_context *context, const struct dw_output *output, struct dw_slice text,
                      struct dw_error *error)
{
    if (output->path != NULL)
        return dw_file_write(output->path, text, 0666, error);
    if (text.len > 0 && fwrite(text.at, 1, text.len, context->out) != text.len && errno != EPIPE)
        return dw_fail_errno(error, DW_ERROR_SYSTEM, "standard output cannot be written");
    return true;
}
