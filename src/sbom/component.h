/* SPDX-License-Identifier: Apache-2.0
 *
 * Components of a CycloneDX document. */
#ifndef DW_SBOM_COMPONENT_H
#define DW_SBOM_COMPONENT_H

#include "document/json_writer.h"
#include "sbom/cyclonedx.h"
#include "sbom/graph.h"
#include "sbom/license.h"

struct dw_property {
    size_t start, name, value; /* where it begins in the text, lengths of name and value */
};

/* Properties under way, of one component after the other; written sorted by name, values of one name in the order they
 * were added. */
struct dw_properties {
    struct dw_buffer text;
    DW_VECTOR(struct dw_property) at;
};
/* An empty value adds nothing. */
void dw_properties_add(struct dw_properties *properties, const char *name, struct dw_slice value);
/* PREFIX and NAME together are the name. */
void dw_properties_add_named(struct dw_properties *properties, const char *prefix, struct dw_slice name,
                             struct dw_slice value);
/* Writes them as "properties" if there are any, and forgets them. */
void dw_properties_write(struct dw_json_writer *json, struct dw_properties *properties);
void dw_properties_free(struct dw_properties *properties);

/* The component of NODE (operating system, lock file or package), as an element of "components". PROPERTIES is scratch,
 * empty before and after; LICENSES serves all components of a document. */
void dw_component_write(struct dw_json_writer *json, const struct dw_subject *subject, const struct dw_sbom_node *node,
                        struct dw_properties *properties, struct dw_sbom_licenses *licenses);
/* metadata.component. */
void dw_component_write_root(struct dw_json_writer *json, const struct dw_subject *subject, struct dw_slice ref,
                             struct dw_slice purl, struct dw_properties *properties);
/* "hashes" with the one of CHECKSUM ("sha1:<hex>"); nothing for what the format has no name for. */
void dw_component_write_hash(struct dw_json_writer *json, struct dw_slice checksum);

/* The name of an image for people and for its package URL: the last part of its reference, without tag, digest, prefix. */
struct dw_slice dw_component_image_name(struct dw_slice reference);
/* "pkg:oci/name@sha256%3A…?arch=…"; "" if no digest is known. */
struct dw_slice dw_component_image_purl(struct dw_arena *arena, const struct dw_subject *subject);

#endif
