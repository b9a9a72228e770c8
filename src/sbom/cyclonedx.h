/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes CycloneDX 1.5, 1.6 and 1.7 as JSON (https://cyclonedx.org/docs/1.6/json/): what a subject consists of, so that
 * other scanners find in the document what they would find in the image itself. */
#ifndef DW_SBOM_CYCLONEDX_H
#define DW_SBOM_CYCLONEDX_H

#include "base/clock.h"
#include "base/error.h"
#include "model/subject.h"

enum dw_cyclonedx_version { DW_CYCLONEDX_1_6, DW_CYCLONEDX_1_5, DW_CYCLONEDX_1_7 };

struct dw_sbom_options {
    enum dw_cyclonedx_version version; /* zero is the default, 1.6 */
    int64_t source_date_epoch;         /* timestamp of the document; DW_TIME_UNKNOWN: the image's creation, if known */
};

/* "1.5", "1.6" or "1.7"; others fail with DW_ERROR_USAGE and the list. */
bool dw_cyclonedx_version_parse(struct dw_slice text, enum dw_cyclonedx_version *version, struct dw_error *error);
const char *dw_cyclonedx_version_name(enum dw_cyclonedx_version version);

/* Appends the document of SUBJECT (image, folder or purl) to OUT. The same subject and options give the same bytes: the
 * serial number is a UUID of version 5 (RFC 4122) over the content, and everything is sorted.
 * Fails with DW_ERROR_USAGE for a subject of a kind without an inventory, DW_ERROR_INPUT for one that could not be read
 * at all (then its notes say why); OUT is unchanged on failure. What was read in part is written with the composition
 * "incomplete" and a property dockworthy:incomplete for each note that says so. */
bool dw_cyclonedx_write(struct dw_buffer *out, const struct dw_subject *subject, const struct dw_sbom_options *options,
                        struct dw_error *error);

#endif
