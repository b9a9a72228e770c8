/* SPDX-License-Identifier: Apache-2.0
 * The facts of a subject as JSON, "dockworthy/facts/1": schema/facts.schema.json says what each key is. */
#include "base/mask.h"
#include "report/formats.h"

static void masked_strings(struct dw_json_writer *json, const char *key, const struct dw_slice *values, size_t count)
{
    dw_json_array_begin(json, key);
    for (size_t i = 0; i < count; i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer masked = {0};
        dw_mask_secrets(&masked, values[i]);
        dw_json_string(json, NULL, dw_buffer_slice(&masked));
    }
    dw_json_array_end(json);
}

/* "NAME=value": the value masked by its name. */
static void write_environment(struct dw_json_writer *json, const struct dw_image_summary *image)
{
    dw_json_array_begin(json, "environment");
    for (size_t i = 0; i < image->environment_count; i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        struct dw_slice entry = image->environment[i];
        size_t equals = dw_slice_find(entry, '=');
        size_t name = equals == SIZE_MAX ? entry.len : equals;
        dw_buffer_append(&text, dw_slice_part(entry, 0, equals == SIZE_MAX ? name : name + 1));
        dw_mask_value(&text, dw_slice_part(entry, 0, name), dw_slice_from(entry, name + 1));
        dw_json_string(json, NULL, dw_buffer_slice(&text));
    }
    dw_json_array_end(json);
}

static void write_labels(struct dw_json_writer *json, const struct dw_image_summary *image)
{
    dw_json_array_begin(json, "labels");
    for (size_t i = 0; i < image->label_count; i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        dw_mask_value(&text, image->label_names[i], image->label_values[i]);
        dw_json_object_begin(json, NULL);
        dw_json_string(json, "name", image->label_names[i]);
        dw_json_string(json, "value", dw_buffer_slice(&text));
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
}

static void write_image(struct dw_json_writer *json, const struct dw_subject *subject)
{
    const struct dw_image_summary *image = &subject->image;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer platform = {0};
    dw_json_object_begin(json, "image");
    dw_part_string(json, "manifest_digest", image->manifest_digest);
    dw_part_string(json, "image_id", image->image_id);
    dw_part_string(json, "platform", dw_part_platform(subject, &platform));
    dw_part_string(json, "created", image->created);
    dw_part_string(json, "base_name", image->base_name);
    dw_part_string(json, "base_digest", image->base_digest);
    dw_json_object_begin(json, "config");
    dw_part_string(json, "user", image->user);
    dw_part_string(json, "working_directory", image->working_directory);
    masked_strings(json, "entrypoint", image->entrypoint, image->entrypoint_count);
    masked_strings(json, "command", image->command, image->command_count);
    write_environment(json, image);
    write_labels(json, image);
    dw_json_bool(json, "healthcheck", image->healthcheck);
    dw_part_strings(json, "ports", image->ports, image->port_count);
    dw_part_strings(json, "volumes", image->volumes, image->volume_count);
    dw_json_object_end(json);
    masked_strings(json, "history", image->history, image->history_count);
    dw_json_array_begin(json, "special_files");
    for (size_t i = 0; i < subject->special_files.len; i++) {
        const struct dw_special_file *file = &subject->special_files.at[i];
        dw_json_object_begin(json, NULL);
        dw_json_string(json, "path", file->path);
        dw_json_string(json, "mode", file->mode);
        dw_json_integer(json, "layer", file->layer + 1);
        dw_json_bool(json, "visible", file->visible);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
    dw_json_array_begin(json, "layers");
    for (size_t i = 0; i < image->layer_count; i++) {
        const struct dw_layer_summary *layer = &image->layers[i];
        dw_json_object_begin(json, NULL);
        dw_json_integer(json, "number", (int64_t)i + 1);
        dw_part_string(json, "digest", layer->digest);
        dw_part_string(json, "diff_id", layer->diff_id);
        dw_part_string(json, "media_type", layer->media_type);
        dw_json_integer(json, "size", (int64_t)layer->size);
        dw_part_masked(json, "instruction", layer->instruction);
        dw_json_bool(json, "instruction_uncertain", layer->instruction_uncertain);
        dw_json_bool(json, "base", layer->base);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
    dw_json_object_end(json);
}

void dw_facts_write(const struct dw_subject *subject, struct dw_buffer *out)
{
    struct dw_json_writer writer = {.out = out, .indent = true}, *json = &writer;
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "schema", "dockworthy/facts/1");
    dw_json_text(json, "kind", dw_subject_kind_name(subject->kind));
    dw_json_string(json, "name", subject->name);
    dw_part_string(json, "digest", subject->digest);
    dw_json_bool(json, "unreadable", subject->unreadable);
    dw_part_distribution(json, "distribution", &subject->distribution);
    dw_json_bool(json, "shell", subject->shell);
    if (subject->kind == DW_SUBJECT_IMAGE)
        write_image(json, subject);
    else
        dw_json_null(json, "image");
    dw_json_array_begin(json, "packages");
    for (size_t i = 0; i < subject->packages.len; i++)
        dw_part_package(json, subject, subject->packages.at[i], false);
    dw_json_array_end(json);
    dw_part_notes(json, "notes", subject);
    dw_json_object_end(json);
}
