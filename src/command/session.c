/* SPDX-License-Identifier: Apache-2.0 */
#include "command/session.h"

bool dw_context_session(struct dw_context *context, struct dw_progress *progress, struct dw_session *session,
                        struct dw_error *error)
{
    struct dw_session_options options = {
        .limits = &context->limits,
        .now = context->now,
        .jobs = context->jobs,
        .cache_folder = context->cache_dir,
        .database = context->database,
        .platform = context->platform,
        .progress = context->progress ? dw_progress_bytes : NULL,
        .progress_context = progress,
    };
    dw_progress_start(progress, context, "reading layers");
    return dw_session_open(session, &options, error);
}

static void warn_of_note(struct dw_context *context, const struct dw_subject *subject, const struct dw_note *note)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer place = {0};
    if (dw_slice_find_slice(note->message, subject->name) != SIZE_MAX) {
        dw_context_warn(context, "%s: %.*s", dw_note_kind_name(note->kind), DW_SLICE_ARG(note->message));
        return;
    }
    dw_buffer_append(&place, subject->name);
    if (note->layer >= 0)
        dw_buffer_printf(&place, ": layer %d", note->layer + 1);
    if (note->path.len > 0)
        dw_buffer_printf(&place, ": %.*s", DW_SLICE_ARG(note->path));
    dw_context_warn(context, "%s: %s: %.*s", place.at, dw_note_kind_name(note->kind), DW_SLICE_ARG(note->message));
}

/* Warns of what could not be read; 3, 4 or 0. */
static int warn_of_notes(struct dw_context *context, const struct dw_subject *subject)
{
    int code = 0;
    for (size_t i = 0; i < subject->notes.len; i++) {
        int worst = dw_note_exit_code(subject->notes.at[i].kind);
        if (worst != 0)
            warn_of_note(context, subject, &subject->notes.at[i]);
        if (worst != 0 && (code == 0 || worst < code))
            code = worst;
    }
    return code;
}

void dw_context_gaps(struct dw_context *context, const struct dw_verdict *verdict)
{
    for (size_t i = 0; i < context->outputs.len; i++)
        if (context->outputs.at[i].path == NULL && strcmp(context->outputs.at[i].format, "table") == 0)
            return;
    for (size_t i = 0; i < verdict->subjects.len; i++)
        warn_of_notes(context, verdict->subjects.at[i]);
    for (size_t i = 0; i < verdict->errors.len; i++)
        dw_context_warn(context, "%.*s", DW_SLICE_ARG(verdict->errors.at[i]));
}

/* Writes VERDICT in every format that was asked for; the exit code is the verdict's, or that of a report that could not be
 * written. */
static int report(struct dw_context *context, const struct dw_verdict *verdict)
{
    struct dw_error error = DW_ERROR_INIT;
    int code = verdict->exit_code;
    dw_context_gaps(context, verdict);
    for (size_t i = 0; i < context->outputs.len; i++) {
        const struct dw_output *output = &context->outputs.at[i];
        bool screen = output->path == NULL;
        struct dw_report_options options = {
            .width = screen ? context->width : 0,
            .color = screen && context->color,
            .controls = strcmp(context->command->name, "check") == 0 && dw_option_given(context, "controls"),
            .verbose = context->verbose,
            .packages = strcmp(context->command->name, "scan") == 0 && dw_option_given(context, "packages"),
        };
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        const struct dw_report_format *format = dw_report_find(dw_slice_of(output->format), &error);
        if (format == NULL || !format->write(verdict, &options, &text, &error) ||
            !dw_context_write(context, output, dw_buffer_slice(&text), &error))
            code = dw_context_error(context, &error);
    }
    return code;
}

int dw_context_conclude(struct dw_context *context, struct dw_progress *progress, struct dw_session *session,
                        struct dw_verdict *verdict, const struct dw_error *error)
{
    dw_progress_end(progress);
    int code = verdict == NULL ? dw_context_error(context, error) : report(context, verdict);
    dw_verdict_free(verdict);
    dw_session_close(session);
    return code;
}

static int render(struct dw_context *context, const struct dw_subject *subject, dw_subject_writer *write)
{
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    if (!write(context, subject, &text, &error))
        return dw_context_error(context, &error);
    for (size_t i = 0; i < context->outputs.len; i++)
        if (!dw_context_write(context, &context->outputs.at[i], dw_buffer_slice(&text), &error))
            return dw_context_error(context, &error);
    return 0;
}

int dw_context_render_subject(struct dw_context *context, dw_subject_writer *write, bool damaged_too)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_progress progress;
    struct dw_session session;
    if (!dw_context_session(context, &progress, &session, &error))
        return dw_context_error(context, &error);
    struct dw_subject *subject = dw_scan_reference(dw_slice_of(context->arguments[0]), &session.scan, &error);
    dw_progress_end(&progress);
    int code = 0;
    if (error.kind != DW_ERROR_NONE) {
        code = dw_context_error(context, &error);
    } else {
        subject->id = dw_arena_printf(&subject->arena, "%s:1", dw_subject_kind_name(subject->kind));
        code = warn_of_notes(context, subject);
        int written = code != 3 || damaged_too ? render(context, subject, write) : 0;
        code = written != 0 ? written : code;
    }
    dw_subject_free(subject);
    dw_session_close(&session);
    return code;
}
