/* SPDX-License-Identifier: Apache-2.0
 * Components with what Trivy and Syft read back from an SBOM: Trivy keeps the source package in properties
 * (aquasecurity:trivy:Src…), Syft and Grype in the package URL's qualifiers and in syft:metadata:…; all are written, so
 * that either finds in the document what it finds in the image. */
#include "sbom/component.h"

#include "base/mask.h"
#include "package/purl.h"

#define TRIVY "aquasecurity:trivy:"

/* --- properties --- */

void dw_properties_add_named(struct dw_properties *properties, const char *prefix, struct dw_slice name,
                             struct dw_slice value)
{
    if (value.len == 0)
        return;
    struct dw_property *property = dw_vector_push(&properties->at);
    property->start = properties->text.len;
    property->name = strlen(prefix) + name.len;
    property->value = value.len;
    dw_buffer_append_string(&properties->text, prefix);
    dw_buffer_append(&properties->text, name);
    dw_buffer_append(&properties->text, value);
}

void dw_properties_add(struct dw_properties *properties, const char *name, struct dw_slice value)
{
    dw_properties_add_named(properties, name, DW_SLICE(""), value);
}

static struct dw_slice name_of(const struct dw_properties *properties, const struct dw_property *property)
{
    return dw_slice_part(dw_buffer_slice(&properties->text), property->start, property->name);
}

static int compare_properties(const void *a, const void *b, void *properties)
{
    const struct dw_property *x = a, *y = b;
    int order = dw_slice_compare(name_of(properties, x), name_of(properties, y));
    return order != 0 ? order : (x->start > y->start) - (x->start < y->start);
}

void dw_properties_write(struct dw_json_writer *json, struct dw_properties *properties)
{
    if (properties->at.len == 0)
        return;
    qsort_r(properties->at.at, properties->at.len, sizeof(properties->at.at[0]), compare_properties, properties);
    dw_json_array_begin(json, "properties");
    for (size_t i = 0; i < properties->at.len; i++) {
        const struct dw_property *property = &properties->at.at[i];
        dw_json_object_begin(json, NULL);
        dw_json_string(json, "name", name_of(properties, property));
        dw_json_string(json, "value", dw_slice_part(dw_buffer_slice(&properties->text),
                                                    property->start + property->name, property->value));
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
    properties->at.len = 0;
    dw_buffer_clear(&properties->text);
}

void dw_properties_free(struct dw_properties *properties)
{
    dw_vector_free(&properties->at);
    dw_buffer_free(&properties->text);
}

/* --- parts --- */

void dw_component_write_hash(struct dw_json_writer *json, struct dw_slice checksum)
{
    static const struct {
        const char *name, *algorithm;
        size_t digits;
    } algorithms[] = {{"md5", "MD5", 32},
                      {"sha1", "SHA-1", 40},
                      {"sha256", "SHA-256", 64},
                      {"sha384", "SHA-384", 96},
                      {"sha512", "SHA-512", 128}};
    size_t colon = dw_slice_find(checksum, ':');
    if (colon == SIZE_MAX)
        return;
    struct dw_slice name = dw_slice_part(checksum, 0, colon), digits = dw_slice_from(checksum, colon + 1);
    for (size_t i = 0; i < digits.len; i++)
        if (!dw_is_digit(digits.at[i]) && (digits.at[i] < 'a' || digits.at[i] > 'f'))
            return;
    for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
        if (!dw_slice_is(name, algorithms[i].name) || digits.len != algorithms[i].digits)
            continue;
        dw_json_array_begin(json, "hashes");
        dw_json_object_begin(json, NULL);
        dw_json_text(json, "alg", algorithms[i].algorithm);
        dw_json_string(json, "content", digits);
        dw_json_object_end(json);
        dw_json_array_end(json);
        return;
    }
}

static void write_supplier(struct dw_json_writer *json, struct dw_slice supplier)
{
    if (supplier.len == 0)
        return;
    dw_json_object_begin(json, "supplier");
    dw_json_string(json, "name", supplier);
    dw_json_object_end(json);
}

static void write_occurrence(struct dw_json_writer *json, struct dw_slice path)
{
    if (path.len == 0)
        return;
    dw_json_object_begin(json, "evidence");
    dw_json_array_begin(json, "occurrences");
    dw_json_object_begin(json, NULL);
    dw_json_string(json, "location", path);
    dw_json_object_end(json);
    dw_json_array_end(json);
    dw_json_object_end(json);
}

/* --- packages --- */

/* What Syft calls a package's type, its language and its metadata; Trivy its type (os: the distribution's family). */
static const struct type_words {
    const char *syft, *language, *metadata, *trivy;
} words_of_types[] = {
    [DW_PACKAGE_APK] = {"apk", "", "apk-db-entry", ""},
    [DW_PACKAGE_DEB] = {"deb", "", "dpkg-db-entry", ""},
    [DW_PACKAGE_NPM] = {"npm", "javascript", "javascript-npm-package", "node-pkg"},
    [DW_PACKAGE_GENERIC] = {"binary", "", "binary-signature", ""},
    [DW_PACKAGE_OTHER] = {"", "", "", ""},
};

/* EPOCH:UPSTREAM-REVISION (deb-version(7)) in its parts. */
static void split_deb_version(struct dw_slice version, struct dw_slice *epoch, struct dw_slice *upstream,
                              struct dw_slice *revision)
{
    uint64_t number;
    size_t colon = dw_slice_find(version, ':');
    *epoch = *revision = DW_SLICE("");
    if (colon != SIZE_MAX && dw_parse_u64(dw_slice_part(version, 0, colon), &number)) {
        if (number > 0)
            *epoch = dw_slice_part(version, 0, colon);
        version = dw_slice_from(version, colon + 1);
    }
    size_t dash = dw_slice_find_last(version, '-');
    *upstream = version;
    if (dash != SIZE_MAX) {
        *upstream = dw_slice_part(version, 0, dash);
        *revision = dw_slice_from(version, dash + 1);
    }
}

static void add_source(struct dw_properties *properties, const struct dw_package *package)
{
    struct dw_slice name = package->source_name.len > 0 ? package->source_name : package->name;
    struct dw_slice version = package->source_version.len > 0 ? package->source_version : package->version;
    struct dw_slice epoch = DW_SLICE(""), upstream = version, revision = DW_SLICE("");
    if (!dw_package_is_os(package->type))
        return;
    if (package->type == DW_PACKAGE_DEB)
        split_deb_version(version, &epoch, &upstream, &revision);
    dw_properties_add(properties, TRIVY "SrcName", name);
    dw_properties_add(properties, TRIVY "SrcVersion", upstream);
    dw_properties_add(properties, TRIVY "SrcRelease", revision);
    dw_properties_add(properties, TRIVY "SrcEpoch", epoch);
    if (package->type == DW_PACKAGE_APK) {
        dw_properties_add(properties, "syft:metadata:originPackage", name);
    } else {
        dw_properties_add(properties, "syft:metadata:source", package->source_name);
        dw_properties_add(properties, "syft:metadata:sourceVersion", package->source_version);
    }
}

static void add_package(struct dw_properties *properties, const struct dw_subject *subject,
                        const struct dw_package *package)
{
    const struct type_words *words = &words_of_types[package->type];
    bool lock = package->evidence == DW_EVIDENCE_LOCK, system = dw_package_is_os(package->type);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_buffer_append(&text, package->name);
    dw_buffer_append_byte(&text, '@');
    dw_buffer_append(&text, package->version);
    dw_properties_add(properties, TRIVY "PkgID", dw_buffer_slice(&text));
    if (system && subject->distribution.known)
        dw_properties_add(properties, TRIVY "PkgType", dw_sbom_family(&subject->distribution));
    else
        dw_properties_add(properties, TRIVY "PkgType",
                          dw_slice_of(lock && package->type == DW_PACKAGE_NPM ? "npm" : words->trivy));
    if (!lock && !system)
        dw_properties_add(properties, TRIVY "FilePath", package->path);
    if (system)
        dw_properties_add(properties, TRIVY "Arch", package->architecture);
    add_source(properties, package);

    dw_properties_add(properties, "syft:package:type", dw_slice_of(words->syft));
    dw_properties_add(properties, "syft:package:language", dw_slice_of(words->language));
    dw_properties_add(properties, "syft:package:foundBy", DW_SLICE("dockworthy"));
    dw_properties_add(properties, "syft:package:metadataType",
                      dw_slice_of(lock && package->type == DW_PACKAGE_NPM ? "javascript-npm-package-lock-entry"
                                                                          : words->metadata));
    if (package->path.len > 0) {
        dw_buffer_clear(&text);
        dw_buffer_append_byte(&text, '/');
        dw_buffer_append(&text, package->path);
        dw_properties_add(properties, "syft:location:0:path", dw_buffer_slice(&text));
    }
    if (package->layer >= 0 && (size_t)package->layer < subject->image.layer_count) {
        const struct dw_layer_summary *layer = &subject->image.layers[package->layer];
        dw_properties_add(properties, TRIVY "LayerDigest", layer->digest);
        dw_properties_add(properties, TRIVY "LayerDiffID", layer->diff_id);
        dw_properties_add(properties, "syft:location:0:layerID", layer->diff_id);
    }

    if (package->owner != NULL)
        dw_properties_add(properties, "dockworthy:owned-by",
                          package->owner->purl.len > 0 ? package->owner->purl : package->owner->name);
    if (package->flags & DW_PACKAGE_VIRTUAL)
        dw_properties_add(properties, "dockworthy:virtual", DW_SLICE("true"));
    if (package->flags & DW_PACKAGE_FOREIGN)
        dw_properties_add(properties, "dockworthy:foreign", DW_SLICE("true"));
    if (package->flags & DW_PACKAGE_DEVELOPMENT && package->type == DW_PACKAGE_NPM)
        dw_properties_add(properties, "cdx:npm:package:development", DW_SLICE("true"));
}

static void write_package(struct dw_json_writer *json, const struct dw_subject *subject,
                          const struct dw_sbom_node *node, struct dw_properties *properties,
                          struct dw_sbom_licenses *licenses)
{
    const struct dw_package *package = node->package;
    struct dw_slice group = DW_SLICE(""), name = package->name;
    size_t slash = dw_slice_find(name, '/');
    if (package->type == DW_PACKAGE_NPM && dw_slice_starts_with(name, "@") && slash != SIZE_MAX) {
        group = dw_slice_part(name, 0, slash);
        name = dw_slice_from(name, slash + 1);
    }
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "type", package->type == DW_PACKAGE_GENERIC ? "application" : "library");
    dw_json_string(json, "bom-ref", node->ref);
    write_supplier(json, package->supplier);
    dw_json_string_if(json, "group", group);
    dw_json_string(json, "name", name);
    dw_json_string_if(json, "version", package->version);
    dw_component_write_hash(json, package->checksum);
    dw_sbom_license_write(json, licenses, package);
    dw_json_string_if(json, "purl", package->purl);
    write_occurrence(json, package->path);
    add_package(properties, subject, package);
    dw_properties_write(json, properties);
    dw_json_object_end(json);
}

/* --- operating system, lock files, root --- */

static void write_system(struct dw_json_writer *json, const struct dw_subject *subject,
                         const struct dw_sbom_node *node, struct dw_properties *properties)
{
    const struct dw_distribution *distribution = &subject->distribution;
    struct dw_slice family = dw_sbom_family(distribution);
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "type", "operating-system");
    dw_json_string(json, "bom-ref", node->ref);
    dw_json_string(json, "name", family);
    dw_json_string_if(json, "version", dw_sbom_release(distribution));
    dw_json_string_if(json, "description", distribution->pretty_name);
    write_occurrence(json, distribution->path);
    dw_properties_add(properties, TRIVY "Class", DW_SLICE("os-pkgs"));
    dw_properties_add(properties, TRIVY "Type", family);
    dw_properties_add(properties, "syft:distro:id", distribution->id);
    dw_properties_add(properties, "syft:distro:idLike:0", distribution->id_like);
    dw_properties_add(properties, "syft:distro:prettyName", distribution->pretty_name);
    dw_properties_add(properties, "syft:distro:versionCodename", distribution->version_codename);
    dw_properties_add(properties, "syft:distro:versionID", distribution->version_id);
    dw_properties_write(json, properties);
    dw_json_object_end(json);
}

static void write_lock_file(struct dw_json_writer *json, const struct dw_sbom_node *node,
                            struct dw_properties *properties)
{
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "type", "application");
    dw_json_string(json, "bom-ref", node->ref);
    dw_json_string(json, "name", node->package->path);
    write_occurrence(json, node->package->path);
    dw_properties_add(properties, TRIVY "Class", DW_SLICE("lang-pkgs"));
    dw_properties_add(properties, TRIVY "Type", dw_slice_of(dw_package_type_name(node->package->type)));
    dw_properties_write(json, properties);
    dw_json_object_end(json);
}

void dw_component_write(struct dw_json_writer *json, const struct dw_subject *subject, const struct dw_sbom_node *node,
                        struct dw_properties *properties, struct dw_sbom_licenses *licenses)
{
    if (node->kind == DW_SBOM_SYSTEM)
        write_system(json, subject, node, properties);
    else if (node->kind == DW_SBOM_LOCK_FILE)
        write_lock_file(json, node, properties);
    else
        write_package(json, subject, node, properties, licenses);
}

struct dw_slice dw_component_image_name(struct dw_slice reference)
{
    static const char *const prefixes[] = {"oci:", "docker-archive:", "docker:", "dir:"};
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        if (dw_slice_starts_with(reference, prefixes[i])) {
            reference = dw_slice_from(reference, strlen(prefixes[i]));
            break;
        }
    size_t digest = dw_slice_find_slice(reference, DW_SLICE("@sha"));
    reference = dw_slice_part(reference, 0, digest == SIZE_MAX ? reference.len : digest);
    while (dw_slice_ends_with(reference, "/"))
        reference.len--;
    struct dw_slice name = dw_path_base(reference);
    size_t tag = dw_slice_find(name, ':');
    name = dw_slice_part(name, 0, tag == SIZE_MAX ? name.len : tag);
    return name.len > 0 ? name : DW_SLICE("image");
}

struct dw_slice dw_component_image_purl(struct dw_arena *arena, const struct dw_subject *subject)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer purl = {0};
    if (subject->kind != DW_SUBJECT_IMAGE || subject->digest.len == 0)
        return DW_SLICE("");
    DW_CLEANUP(dw_buffer_free) struct dw_buffer name = {0};
    dw_buffer_append(&name, dw_component_image_name(subject->name));
    for (size_t i = 0; i < name.len; i++) /* purl-spec, oci: lower case */
        name.at[i] = dw_to_lower(name.at[i]);
    dw_buffer_append_string(&purl, "pkg:oci/");
    dw_purl_encode(&purl, dw_buffer_slice(&name), "");
    dw_buffer_append_byte(&purl, '@');
    dw_purl_encode(&purl, subject->digest, "");
    if (subject->image.architecture.len > 0) {
        dw_buffer_append_string(&purl, "?arch=");
        dw_purl_encode(&purl, subject->image.architecture, "");
    }
    return dw_arena_copy(arena, dw_buffer_slice(&purl));
}

static void add_image(struct dw_properties *properties, const struct dw_subject *subject)
{
    const struct dw_image_summary *image = &subject->image;
    dw_properties_add(properties, TRIVY "ImageID", image->image_id);
    for (size_t i = 0; i < image->layer_count; i++)
        dw_properties_add(properties, TRIVY "DiffID", image->layers[i].diff_id);
    for (size_t i = 0; i < image->label_count; i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer value = {0};
        dw_mask_value(&value, image->label_names[i], image->label_values[i]);
        dw_properties_add_named(properties, TRIVY "Labels:", image->label_names[i], dw_buffer_slice(&value));
    }
}

void dw_component_write_root(struct dw_json_writer *json, const struct dw_subject *subject, struct dw_slice ref,
                             struct dw_slice purl, struct dw_properties *properties)
{
    bool image = subject->kind == DW_SUBJECT_IMAGE;
    dw_json_object_begin(json, "component");
    dw_json_text(json, "type", image ? "container" : "application");
    dw_json_string(json, "bom-ref", ref);
    dw_json_string(json, "name", subject->name);
    if (image) {
        dw_json_string_if(json, "version", subject->digest);
        dw_component_write_hash(json, subject->digest);
        dw_json_string_if(json, "purl", purl);
        add_image(properties, subject);
    }
    dw_properties_add(properties, TRIVY "Reference", subject->name);
    dw_properties_add(properties, TRIVY "SchemaVersion", DW_SLICE("2"));
    dw_properties_write(json, properties);
    dw_json_object_end(json);
}
