/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON files of package managers (RFC 8259) by jansson, with limits that are checked before anything is allocated for
 * the values. Private to the room. */
#ifndef DW_PACKAGE_JSON_INPUT_H
#define DW_PACKAGE_JSON_INPUT_H

#include "base/limits.h"
#include "base/memory.h"

#include <jansson.h>

/* How many bytes of a worker's memory one JSON value may cost, at most, with jansson's hash tables. */
#define DW_JSON_VALUE_BYTES 256

/* Parses TEXT, a leading byte order mark skipped as npm does. A key that stands twice counts by its last value, as for
 * JSON.parse, which is what Node.js and npm read these files with; UNIQUE refuses it instead. Fails with DW_ERROR_LIMIT
 * (levels, values) or DW_ERROR_INPUT, with line and column. The value is freed with json_decref. */
json_t *dw_json_input_parse(struct dw_slice text, bool unique, const struct dw_limits *limits, struct dw_error *error);
void dw_json_input_free(json_t **json);

/* The bytes of a string; empty for NULL and for any other value. They live as long as the value. */
struct dw_slice dw_json_input_text(const json_t *string);
/* The same of member KEY of OBJECT (which may be NULL or no object). */
struct dw_slice dw_json_input_member(const json_t *object, const char *key);

/* Subresource Integrity as npm writes it ("sha512-<base64>", several separated by spaces, options after '?'): the strongest
 * as "sha512:<hex>" in the arena; empty if there is none that is well-formed. */
struct dw_slice dw_json_input_integrity(struct dw_arena *arena, struct dw_slice text);

#endif
