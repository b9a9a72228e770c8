/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/history.h"

#define NAME "image"

/* VALUE in double quotes, as a Dockerfile reads it; line ends become blanks. */
static void put_quoted(struct dw_buffer *text, struct dw_slice value)
{
    dw_buffer_append_byte(text, '"');
    for (size_t i = 0; i < value.len; i++) {
        char c = value.at[i];
        if (c == '"' || c == '\\' || c == '$')
            dw_buffer_append_byte(text, '\\');
        dw_buffer_append_byte(text, c == '\n' || c == '\r' || c == '\0' ? ' ' : c);
    }
    dw_buffer_append_byte(text, '"');
}

static void end_line(struct dw_history *history, struct dw_buffer *text, struct dw_slice pointer, struct dw_slice instruction)
{
    dw_buffer_append_byte(text, '\n');
    *dw_vector_push(&history->lines) = (struct dw_history_line){pointer, instruction};
}

/* A name that stands for itself in "NAME=…". */
static bool is_plain(struct dw_slice name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!dw_is_alpha(name.at[i]) && !dw_is_digit(name.at[i]) && strchr("_-./", name.at[i]) == NULL)
            return false;
    return name.len > 0;
}

static void put_pair(struct dw_history *history, struct dw_buffer *text, const char *instruction, const char *field, size_t index,
                     struct dw_slice name, struct dw_slice value)
{
    if (!is_plain(name))
        return;
    dw_buffer_printf(text, "%s %.*s=", instruction, DW_SLICE_ARG(name));
    put_quoted(text, value);
    end_line(history, text, dw_arena_printf(&history->arena, "/config/%s/%zu", field, index), DW_SLICE(""));
}

static void put_config(struct dw_history *history, struct dw_buffer *text, const struct dw_image_summary *image)
{
    for (size_t i = 0; i < image->environment_count; i++) {
        struct dw_slice variable = image->environment[i];
        size_t equals = dw_slice_find(variable, '=');
        put_pair(history, text, "ENV", "Env", i, dw_slice_part(variable, 0, equals),
                 equals == SIZE_MAX ? DW_SLICE("") : dw_slice_from(variable, equals + 1));
    }
    for (size_t i = 0; i < image->label_count; i++)
        put_pair(history, text, "LABEL", "Labels", i, image->label_names[i], image->label_values[i]);
    for (size_t i = 0; i < image->volume_count; i++) {
        dw_buffer_append_string(text, "VOLUME [");
        put_quoted(text, image->volumes[i]);
        dw_buffer_append_string(text, "]");
        end_line(history, text, DW_SLICE("/config/Volumes"), DW_SLICE(""));
    }
}

/* Does LINE stand for itself in a Dockerfile? */
static bool is_instruction(struct dw_slice line)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    struct dw_limits limits = dw_limits_default();
    dw_buffer_append_string(&text, "FROM scratch\n");
    dw_buffer_append(&text, line);
    struct dw_dockerfile *dockerfile = dw_dockerfile_parse(dw_buffer_slice(&text), NAME, &limits, NULL);
    bool good = dockerfile != NULL && dockerfile->instructions.len == 2;
    dw_dockerfile_free(dockerfile);
    return good;
}

static void put_history(struct dw_history *history, struct dw_buffer *text, const struct dw_image_summary *image)
{
    for (size_t i = 0; i < image->history_count; i++) {
        struct dw_slice line = image->history[i];
        bool build = dw_slice_starts_with(line, "RUN ") || dw_slice_starts_with(line, "COPY ") || dw_slice_starts_with(line, "ADD ");
        /* "ADD file:8d… in /" is how the classic builder tells a copy: its source is not known. */
        bool classic = dw_slice_find_slice(line, DW_SLICE(" in /")) != SIZE_MAX && !dw_slice_starts_with(line, "RUN ");
        if (!build || classic || dw_slice_find(line, '\n') != SIZE_MAX || !is_instruction(line))
            continue;
        dw_buffer_append(text, line);
        end_line(history, text, dw_arena_printf(&history->arena, "/history/%zu", i), dw_arena_copy(&history->arena, line));
    }
}

struct dw_history *dw_history_of(const struct dw_subject *image)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    struct dw_limits limits = dw_limits_default();
    if (image->kind != DW_SUBJECT_IMAGE || image->unreadable)
        return NULL;
    struct dw_history *history = dw_alloc(1, sizeof(*history));
    dw_buffer_append_string(&text, "FROM scratch");
    end_line(history, &text, DW_SLICE("/config"), DW_SLICE(""));
    put_config(history, &text, &image->image);
    put_history(history, &text, &image->image);
    history->dockerfile = dw_dockerfile_parse(dw_buffer_slice(&text), NAME, &limits, NULL);
    if (history->dockerfile != NULL)
        return history;
    dw_history_free(history);
    return NULL;
}

void dw_history_free(struct dw_history *history)
{
    if (history == NULL)
        return;
    dw_dockerfile_free(history->dockerfile);
    dw_vector_free(&history->lines);
    dw_arena_free(&history->arena);
    free(history);
}

void dw_history_place(const struct dw_history *history, struct dw_verdict *verdict, size_t first)
{
    struct dw_rule_result *result = verdict->results.len > 0 ? &verdict->results.at[verdict->results.len - 1] : NULL;
    for (size_t i = 0; result != NULL && i < result->evidence.len; i++)
        if (dw_slice_is(result->evidence.at[i].path, NAME)) {
            result->evidence.at[i].kind = "image-config";
            result->evidence.at[i].path = DW_SLICE("");
            result->evidence.at[i].line = 0;
        }
    for (size_t i = first; i < verdict->findings.len; i++) {
        struct dw_finding *finding = &verdict->findings.at[i];
        struct dw_place *place = &finding->place;
        if (!dw_slice_is(place->path, NAME) || place->line == 0 || place->line > history->lines.len)
            continue;
        const struct dw_history_line *line = &history->lines.at[place->line - 1];
        *place = (struct dw_place){.layer = DW_SLICE(""),
                                   .path = DW_SLICE(""),
                                   .pointer = dw_arena_copy(&verdict->arena, line->pointer),
                                   .instruction = dw_arena_copy(&verdict->arena, line->instruction)};
        finding->source_line = DW_SLICE("");
        finding->end_column = 0;
        finding->edit_count = 0; /* there is no file to edit */
        finding->repair = DW_REPAIR_NONE;
        dw_finding_fingerprint(&verdict->arena, finding);
    }
}
