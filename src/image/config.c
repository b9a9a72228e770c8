/* SPDX-License-Identifier: Apache-2.0
 *
 * Image configuration: OCI image specification 1.1, config.md; the same fields as Docker writes them. */
#include "image/internal.h"

static const char *const config_keys[] = {"architecture", "os", "variant", "os.version", "os.features", "created",
                                          "author", "config", "rootfs", "history", NULL};
static const char *const execution_keys[] = {"User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes",
                                             "WorkingDir", "Labels", "StopSignal", "Healthcheck", "Shell", "OnBuild",
                                             "ArgsEscaped", NULL};
static const char *const rootfs_keys[] = {"type", "diff_ids", NULL};
static const char *const history_keys[] = {"created", "created_by", "author", "comment", "empty_layer", NULL};

static json_t *parse(struct dw_slice text, const struct dw_limits *limits, struct dw_error *error)
{
    json_t *json = dw_image_json_parse(text, limits, error);
    if (json != NULL && json_is_object(json) && dw_image_json_keys(json, config_keys, error))
        return json;
    if (json != NULL && !json_is_object(json))
        dw_fail(error, DW_ERROR_INPUT, "is not an object");
    json_decref(json);
    return NULL;
}

static bool read_platform(const json_t *json, struct dw_arena *arena, struct dw_platform *platform,
                          struct dw_error *error)
{
    return dw_image_json_string(json, "os", arena, &platform->os, error) &&
           dw_image_json_string(json, "architecture", arena, &platform->architecture, error) &&
           dw_image_json_string(json, "variant", arena, &platform->variant, error);
}

bool dw_config_platform(struct dw_slice text, struct dw_arena *arena, const struct dw_limits *limits,
                        struct dw_platform *platform, struct dw_error *error)
{
    DW_CLEANUP(dw_image_json_free) json_t *json = parse(text, limits, error);
    return (json != NULL && read_platform(json, arena, platform, error)) || dw_context(error, "config");
}

static bool read_labels(const json_t *execution, struct dw_arena *arena, struct dw_image_summary *summary,
                        struct dw_error *error)
{
    json_t *labels;
    if (!dw_image_json_object(execution, "Labels", &labels, error))
        return false;
    size_t count = json_object_size(labels);
    summary->label_names = dw_arena_alloc(arena, count + 1, sizeof(struct dw_slice));
    summary->label_values = dw_arena_alloc(arena, count + 1, sizeof(struct dw_slice));
    const char *name;
    json_t *value;
    json_object_foreach(labels, name, value)
    {
        if (!json_is_string(value))
            return dw_fail(error, DW_ERROR_INPUT, "label \"%s\" is not a string", name);
        size_t i = summary->label_count++;
        summary->label_names[i] = dw_arena_copy(arena, dw_slice_of(name));
        summary->label_values[i] = dw_arena_copy(arena, dw_image_json_text(value));
        if (strcmp(name, "org.opencontainers.image.base.name") == 0)
            summary->base_name = summary->label_values[i];
        if (strcmp(name, "org.opencontainers.image.base.digest") == 0)
            summary->base_digest = summary->label_values[i];
    }
    return true;
}

/* Docker: Test is [] (inherit), ["NONE"], ["CMD", …] or ["CMD-SHELL", …]. */
static bool read_healthcheck(const json_t *execution, struct dw_arena *arena, struct dw_image_summary *summary,
                             struct dw_error *error)
{
    static const char *const keys[] = {"Test", NULL};
    json_t *check;
    struct dw_slice *test;
    size_t count;
    if (!dw_image_json_object(execution, "Healthcheck", &check, error))
        return false;
    if (check == NULL)
        return true;
    if (!dw_image_json_keys(check, keys, error) ||
        !dw_image_json_strings(check, "Test", false, arena, &test, &count, error))
        return dw_context(error, "\"Healthcheck\"");
    summary->healthcheck = count > 0 && !dw_slice_is(test[0], "NONE");
    return true;
}

/* The names of an object that stands for a set: ExposedPorts, Volumes. */
static bool read_set(const json_t *execution, const char *key, struct dw_arena *arena, struct dw_slice **names, size_t *count,
                     struct dw_error *error)
{
    json_t *set, *value;
    const char *name;
    if (!dw_image_json_object(execution, key, &set, error))
        return false;
    *names = dw_arena_alloc(arena, json_object_size(set) + 1, sizeof(**names));
    json_object_foreach(set, name, value)
        (*names)[(*count)++] = dw_arena_copy(arena, dw_slice_of(name));
    return true;
}

static bool read_execution(const json_t *json, struct dw_arena *arena, struct dw_image_summary *summary,
                           struct dw_error *error)
{
    json_t *execution;
    if (!dw_image_json_object(json, "config", &execution, error))
        return false;
    if (execution == NULL)
        return true;
    return (dw_image_json_keys(execution, execution_keys, error) &&
            dw_image_json_string(execution, "User", arena, &summary->user, error) &&
            dw_image_json_string(execution, "WorkingDir", arena, &summary->working_directory, error) &&
            dw_image_json_strings(execution, "Env", false, arena, &summary->environment, &summary->environment_count,
                                  error) &&
            dw_image_json_strings(execution, "Entrypoint", true, arena, &summary->entrypoint,
                                  &summary->entrypoint_count, error) &&
            dw_image_json_strings(execution, "Cmd", true, arena, &summary->command, &summary->command_count, error) &&
            read_set(execution, "ExposedPorts", arena, &summary->ports, &summary->port_count, error) &&
            read_set(execution, "Volumes", arena, &summary->volumes, &summary->volume_count, error) &&
            read_labels(execution, arena, summary, error) && read_healthcheck(execution, arena, summary, error)) ||
           dw_context(error, "\"config\"");
}

static bool read_diff_ids(struct dw_image *image, const json_t *json, struct dw_error *error)
{
    json_t *rootfs, *list, *element;
    size_t i;
    if (!dw_image_json_object(json, "rootfs", &rootfs, error))
        return false;
    if (rootfs == NULL)
        return dw_fail(error, DW_ERROR_INPUT, "has no \"rootfs\"");
    if (!dw_image_json_keys(rootfs, rootfs_keys, error) || !dw_image_json_array(rootfs, "diff_ids", &list, error))
        return dw_context(error, "\"rootfs\"");
    const json_t *type = json_object_get(rootfs, "type");
    if (type != NULL && (!json_is_string(type) || strcmp(json_string_value(type), "layers") != 0))
        return dw_fail(error, DW_ERROR_INPUT, "\"rootfs\" is of a type that is not \"layers\"");
    if (json_array_size(list) != image->layer_count)
        return dw_fail(error, DW_ERROR_INPUT, "the manifest has %zu layers, the config %zu diff ids",
                       image->layer_count, json_array_size(list));
    json_array_foreach(list, i, element)
    {
        if (!json_is_string(element) || !dw_digest_parse(dw_image_json_text(element), &image->layers[i].diff_id))
            return dw_fail(error, DW_ERROR_INPUT, "diff id %zu is neither sha256 nor sha512 in lower-case hexadecimal",
                           i + 1);
    }
    return true;
}

static bool is_empty_layer(json_t *entry, bool *empty, struct dw_error *error)
{
    if (!json_is_object(entry))
        return dw_fail(error, DW_ERROR_INPUT, "an entry is not an object");
    if (!dw_image_json_keys(entry, history_keys, error))
        return false;
    const json_t *value = json_object_get(entry, "empty_layer");
    if (value != NULL && !json_is_boolean(value) && !json_is_null(value))
        return dw_fail(error, DW_ERROR_INPUT, "\"empty_layer\" is neither true nor false");
    *empty = json_is_true(value);
    return true;
}

/* Pairs the history's entries that are not marked empty with the layers, in order. */
static bool read_history(struct dw_image *image, const json_t *json, struct dw_error *error)
{
    json_t *history, *entry;
    size_t i, layer = 0, filled = 0;
    bool empty;
    if (!dw_image_json_array(json, "history", &history, error))
        return false;
    json_array_foreach(history, i, entry)
    {
        if (!is_empty_layer(entry, &empty, error))
            return dw_context(error, "\"history\"");
        filled += !empty;
    }
    struct dw_image_summary *summary = &image->summary;
    summary->history = dw_arena_alloc(&image->arena, json_array_size(history) + 1, sizeof(*summary->history));
    json_array_foreach(history, i, entry)
    {
        struct dw_slice created_by;
        if (!dw_image_json_string(entry, "created_by", &image->arena, &created_by, error))
            return dw_context(error, "\"history\"");
        summary->history[summary->history_count++] = dw_instruction_clean(&image->arena, created_by);
    }
    if (filled != image->layer_count) {
        dw_image_note(image, DW_NOTE_INFORMATION, -1,
                      "layers have no build instructions: the history names %zu for %zu layers", filled,
                      image->layer_count);
        return true;
    }
    json_array_foreach(history, i, entry)
    {
        struct dw_slice created_by;
        if (!is_empty_layer(entry, &empty, error) ||
            !dw_image_json_string(entry, "created_by", &image->arena, &created_by, error))
            return dw_context(error, "\"history\"");
        if (empty)
            continue;
        struct dw_layer *at = &image->layers[layer++];
        at->instruction = dw_instruction_clean(&image->arena, created_by);
        at->instruction_uncertain = dw_instruction_is_metadata(at->instruction);
    }
    return true;
}

bool dw_config_read(struct dw_image *image, struct dw_slice text, struct dw_error *error)
{
    struct dw_image_summary *summary = &image->summary;
    struct dw_platform platform = {0};
    DW_CLEANUP(dw_image_json_free) json_t *json = parse(text, image->source->limits, error);
    if (json == NULL || !read_platform(json, &image->arena, &platform, error) ||
        !dw_image_json_string(json, "created", &image->arena, &summary->created, error) ||
        !read_execution(json, &image->arena, summary, error) || !read_diff_ids(image, json, error) ||
        !read_history(image, json, error))
        return dw_context(error, "config");
    summary->os = platform.os;
    summary->architecture = platform.architecture;
    summary->variant = platform.variant;
    return true;
}
