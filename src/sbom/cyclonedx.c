/* SPDX-License-Identifier: Apache-2.0
 * CycloneDX 1.5, 1.6 and 1.7, JSON. */
#include "sbom/cyclonedx.h"

#include "base/mask.h"
#include "sbom/component.h"
#include "sbom/uuid.h"

static const struct {
    const char *name, *schema;
} versions[] = {
    [DW_CYCLONEDX_1_6] = {"1.6", "http://cyclonedx.org/schema/bom-1.6.schema.json"},
    [DW_CYCLONEDX_1_5] = {"1.5", "http://cyclonedx.org/schema/bom-1.5.schema.json"},
    [DW_CYCLONEDX_1_7] = {"1.7", "http://cyclonedx.org/schema/bom-1.7.schema.json"},
};

bool dw_cyclonedx_version_parse(struct dw_slice text, enum dw_cyclonedx_version *version, struct dw_error *error)
{
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
        if (dw_slice_is(text, versions[i].name)) {
            *version = (enum dw_cyclonedx_version)i;
            return true;
        }
    return dw_fail(error, DW_ERROR_USAGE, "CycloneDX version '%.*s' is not written: 1.5, 1.6 and 1.7 are",
                   DW_SLICE_ARG(text));
}

const char *dw_cyclonedx_version_name(enum dw_cyclonedx_version version)
{
    return versions[version].name;
}

/* Does NOTE say that something of the subject may be missing from the list? */
static bool takes_away(const struct dw_note *note)
{
    return note->kind != DW_NOTE_INFORMATION && note->kind != DW_NOTE_NOT_SCANNED;
}

static bool is_complete(const struct dw_subject *subject)
{
    for (size_t i = 0; i < subject->notes.len; i++)
        if (takes_away(&subject->notes.at[i]))
            return false;
    return !subject->unreadable;
}

static void write_timestamp(struct dw_json_writer *json, const struct dw_subject *subject,
                            const struct dw_sbom_options *options)
{
    char text[DW_TIME_TEXT];
    int64_t time = options->source_date_epoch;
    if (time == DW_TIME_UNKNOWN && !dw_time_parse(subject->image.created, false, &time))
        return;
    dw_json_text(json, "timestamp", dw_time_format(time, text));
}

/* Syft reads labels from here; what could not be read stands here too. */
static void write_metadata_properties(struct dw_json_writer *json, const struct dw_subject *subject,
                                      struct dw_properties *properties)
{
    const struct dw_image_summary *image = &subject->image;
    for (size_t i = 0; i < image->label_count; i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer value = {0};
        dw_mask_value(&value, image->label_names[i], image->label_values[i]);
        dw_properties_add_named(properties, "syft:image:labels:", image->label_names[i], dw_buffer_slice(&value));
    }
    for (size_t i = 0; i < subject->notes.len; i++) {
        const struct dw_note *note = &subject->notes.at[i];
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        if (!takes_away(note))
            continue;
        dw_buffer_printf(&text, "%s: ", dw_note_kind_name(note->kind));
        if (note->layer >= 0)
            dw_buffer_printf(&text, "layer %d: ", note->layer + 1);
        if (note->path.len > 0) {
            dw_buffer_append(&text, note->path);
            dw_buffer_append_string(&text, ": ");
        }
        dw_buffer_append(&text, note->message);
        dw_properties_add(properties, "dockworthy:incomplete", dw_buffer_slice(&text));
    }
    dw_properties_write(json, properties);
}

static void write_metadata(struct dw_json_writer *json, const struct dw_subject *subject,
                           const struct dw_sbom_options *options, struct dw_slice root, struct dw_slice purl,
                           struct dw_properties *properties)
{
    dw_json_object_begin(json, "metadata");
    write_timestamp(json, subject, options);
    if (subject->kind == DW_SUBJECT_IMAGE) {
        dw_json_array_begin(json, "lifecycles");
        dw_json_object_begin(json, NULL);
        dw_json_text(json, "phase", "post-build");
        dw_json_object_end(json);
        dw_json_array_end(json);
    }
    dw_json_object_begin(json, "tools");
    dw_json_array_begin(json, "components");
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "type", "application");
    dw_json_text(json, "name", "dockworthy");
    dw_json_text(json, "version", DW_VERSION);
    dw_json_object_end(json);
    dw_json_array_end(json);
    dw_json_object_end(json);
    dw_component_write_root(json, subject, root, purl, properties);
    write_metadata_properties(json, subject, properties);
    dw_json_object_end(json);
}

static void write_dependencies(struct dw_json_writer *json, const struct dw_sbom_graph *graph)
{
    dw_json_array_begin(json, "dependencies");
    for (size_t i = 0; i < graph->nodes.len; i++) {
        const struct dw_sbom_node *node = &graph->nodes.at[i];
        dw_json_object_begin(json, NULL);
        dw_json_string(json, "ref", node->ref);
        dw_json_array_begin(json, "dependsOn");
        for (size_t j = 0; j < node->depends.len; j++)
            dw_json_string(json, NULL, graph->nodes.at[node->depends.at[j]].ref);
        dw_json_array_end(json);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
}

static void write_composition(struct dw_json_writer *json, const char *key, bool complete, struct dw_slice root)
{
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "aggregate", complete ? "complete" : "incomplete");
    dw_json_array_begin(json, key);
    dw_json_string(json, NULL, root);
    dw_json_array_end(json);
    dw_json_object_end(json);
}

bool dw_cyclonedx_write(struct dw_buffer *out, const struct dw_subject *subject, const struct dw_sbom_options *options,
                        struct dw_error *error)
{
    static const char no_serial[DW_UUID_TEXT] = "00000000-0000-0000-0000-000000000000";
    char serial[DW_UUID_TEXT];
    if (subject->kind != DW_SUBJECT_IMAGE && subject->kind != DW_SUBJECT_FOLDER && subject->kind != DW_SUBJECT_PURL)
        return dw_fail(error, DW_ERROR_USAGE, "%.*s: a %s has no packages to list", DW_SLICE_ARG(subject->name),
                       dw_subject_kind_name(subject->kind));
    if (subject->unreadable)
        return dw_fail(error, DW_ERROR_INPUT, "%.*s: could not be read, so there is nothing to list",
                       DW_SLICE_ARG(subject->name));

    struct dw_sbom_graph graph = {0};
    struct dw_slice purl = dw_component_image_purl(&graph.arena, subject), ref = purl;
    if (purl.len == 0)
        ref = dw_arena_printf(&graph.arena, "urn:uuid:%s",
                              dw_uuid_of_name(dw_arena_printf(&graph.arena, "%s %.*s",
                                                              dw_subject_kind_name(subject->kind),
                                                              DW_SLICE_ARG(subject->name)),
                                              serial));
    dw_sbom_graph_build(&graph, subject, ref);
    ref = graph.nodes.at[graph.root].ref;

    DW_CLEANUP(dw_properties_free) struct dw_properties properties = {0};
    DW_CLEANUP(dw_sbom_licenses_free) struct dw_sbom_licenses licenses = {0};
    size_t start = out->len;
    struct dw_json_writer writer = {.out = out, .indent = true}, *json = &writer;
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "$schema", versions[options->version].schema);
    dw_json_text(json, "bomFormat", "CycloneDX");
    dw_json_text(json, "specVersion", versions[options->version].name);
    dw_json_string(json, "serialNumber", dw_arena_printf(&graph.arena, "urn:uuid:%s", no_serial));
    size_t serial_end = out->len - 1; /* before the closing quote */
    dw_json_integer(json, "version", 1);
    write_metadata(json, subject, options, ref, purl, &properties);
    dw_json_array_begin(json, "components");
    for (size_t i = 0; i < graph.nodes.len; i++)
        if (i != graph.root)
            dw_component_write(json, subject, &graph.nodes.at[i], &properties, &licenses);
    dw_json_array_end(json);
    write_dependencies(json, &graph);
    bool complete = is_complete(subject);
    dw_json_array_begin(json, "compositions");
    write_composition(json, "assemblies", complete, ref);
    write_composition(json, "dependencies", complete && !graph.ambiguous, ref);
    dw_json_array_end(json);
    dw_json_object_end(json);

    dw_uuid_of_name(dw_slice_make(out->at + start, out->len - start), serial);
    memcpy(out->at + serial_end - strlen(serial), serial, strlen(serial));
    dw_sbom_graph_free(&graph);
    return true;
}
