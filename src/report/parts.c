/* SPDX-License-Identifier: Apache-2.0
 * What the JSON verdict and the JSON facts write alike. */
#include "report/formats.h"

#include "base/clock.h"
#include "base/mask.h"

void dw_part_string(struct dw_json_writer *json, const char *key, struct dw_slice value)
{
    if (value.len > 0)
        dw_json_string(json, key, value);
    else
        dw_json_null(json, key);
}

void dw_part_masked(struct dw_json_writer *json, const char *key, struct dw_slice value)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer masked = {0};
    dw_mask_secrets(&masked, value);
    dw_part_string(json, key, dw_buffer_slice(&masked));
}

void dw_part_strings(struct dw_json_writer *json, const char *key, const struct dw_slice *values, size_t count)
{
    dw_json_array_begin(json, key);
    for (size_t i = 0; i < count; i++)
        dw_json_string(json, NULL, values[i]);
    dw_json_array_end(json);
}

void dw_part_time(struct dw_json_writer *json, const char *key, int64_t time)
{
    char text[DW_TIME_TEXT];
    if (time == DW_TIME_UNKNOWN)
        dw_json_null(json, key);
    else
        dw_json_text(json, key, dw_time_format(time, text));
}

void dw_part_number(struct dw_json_writer *json, const char *key, unsigned value)
{
    if (value == 0)
        dw_json_null(json, key);
    else
        dw_json_integer(json, key, value);
}

void dw_part_place(struct dw_json_writer *json, const char *key, const struct dw_place *place)
{
    dw_json_object_begin(json, key);
    dw_part_string(json, "layer", place->layer);
    dw_part_string(json, "path", place->path);
    dw_part_number(json, "line", place->line);
    dw_part_number(json, "column", place->column);
    dw_part_string(json, "pointer", place->pointer);
    dw_part_masked(json, "instruction", place->instruction);
    dw_json_bool(json, "instruction_uncertain", place->instruction_uncertain);
    dw_json_object_end(json);
}

void dw_part_distribution(struct dw_json_writer *json, const char *key, const struct dw_distribution *distribution)
{
    if (!distribution->known) {
        dw_json_null(json, key);
        return;
    }
    dw_json_object_begin(json, key);
    dw_part_string(json, "id", distribution->id);
    dw_part_string(json, "version", distribution->version_id);
    dw_part_string(json, "release", distribution->release);
    dw_part_string(json, "codename", distribution->version_codename);
    dw_part_string(json, "name", distribution->pretty_name);
    dw_part_string(json, "like", distribution->id_like);
    dw_part_string(json, "path", distribution->path);
    dw_json_bool(json, "distroless", distribution->distroless);
    dw_json_object_end(json);
}

void dw_part_notes(struct dw_json_writer *json, const char *key, const struct dw_subject *subject)
{
    dw_json_array_begin(json, key);
    for (size_t i = 0; i < subject->notes.len; i++) {
        const struct dw_note *note = &subject->notes.at[i];
        bool has_layer = note->layer >= 0 && (size_t)note->layer < subject->image.layer_count;
        dw_json_object_begin(json, NULL);
        dw_json_text(json, "kind", dw_note_kind_name(note->kind));
        dw_part_string(json, "message", note->message);
        dw_part_string(json, "path", note->path);
        dw_part_string(json, "layer",
                       has_layer ? subject->image.layers[note->layer].diff_id : DW_SLICE(""));
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
}

struct dw_slice dw_part_platform(const struct dw_subject *subject, struct dw_buffer *text)
{
    const struct dw_image_summary *image = &subject->image;
    dw_buffer_clear(text);
    if (image->os.len == 0 && image->architecture.len == 0)
        return DW_SLICE("");
    const struct dw_slice parts[] = {image->os, image->architecture, image->variant};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (parts[i].len == 0 && i == 2)
            continue;
        if (i > 0)
            dw_buffer_append_byte(text, '/');
        dw_buffer_append(text, parts[i].len > 0 ? parts[i] : DW_SLICE("unknown"));
    }
    return dw_buffer_slice(text);
}

static const char *evidence_name(enum dw_package_evidence evidence)
{
    static const char *const names[] = {
        [DW_EVIDENCE_INSTALLED] = "installed", [DW_EVIDENCE_LOCK] = "lock-file", [DW_EVIDENCE_BINARY] = "binary"};
    return names[evidence];
}

static void write_flags(struct dw_json_writer *json, unsigned flags)
{
    static const struct {
        enum dw_package_flag flag;
        const char *name;
    } names[] = {{DW_PACKAGE_VIRTUAL, "virtual"},
                 {DW_PACKAGE_NO_VERSION, "no-version"},
                 {DW_PACKAGE_DEVELOPMENT, "development"},
                 {DW_PACKAGE_FOREIGN, "foreign"}};
    dw_json_array_begin(json, "flags");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (flags & (unsigned)names[i].flag)
            dw_json_text(json, NULL, names[i].name);
    dw_json_array_end(json);
}

void dw_part_package(struct dw_json_writer *json, const struct dw_subject *subject, const struct dw_package *package,
                     bool with_subject)
{
    struct dw_place place = dw_subject_place(subject, package);
    dw_json_object_begin(json, NULL);
    if (with_subject)
        dw_json_string(json, "subject", subject->id);
    dw_json_string(json, "name", package->name);
    dw_part_string(json, "version", package->version);
    if (package->type == DW_PACKAGE_OTHER && package->other_type.len > 0)
        dw_json_string(json, "type", package->other_type);
    else
        dw_json_text(json, "type", dw_package_type_name(package->type));
    dw_part_string(json, "purl", package->purl);
    dw_part_string(json, "architecture", package->architecture);
    dw_json_object_begin(json, "source");
    dw_json_string(json, "name", package->source_name.len > 0 ? package->source_name : package->name);
    dw_part_string(json, "version", package->source_version.len > 0 ? package->source_version : package->version);
    dw_json_object_end(json);
    dw_json_text(json, "evidence", evidence_name(package->evidence));
    write_flags(json, package->flags);
    dw_part_string(json, "license", package->license);
    dw_part_string(json, "supplier", package->supplier);
    dw_part_string(json, "checksum", package->checksum);
    if (package->owner != NULL)
        dw_part_string(json, "owner", package->owner->purl.len > 0 ? package->owner->purl : package->owner->name);
    else
        dw_json_null(json, "owner");
    dw_part_place(json, "location", &place);
    dw_part_strings(json, "depends", package->depends, package->depend_count);
    dw_part_strings(json, "provides", package->provides, package->provide_count);
    dw_json_object_end(json);
}
