/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes JSON (RFC 8259) into a buffer, indented by two spaces or compact, members in the order they are written.
 * Strings that are not UTF-8 have their bad bytes replaced by U+FFFD. */
#ifndef DW_DOCUMENT_JSON_WRITER_H
#define DW_DOCUMENT_JSON_WRITER_H

#include "base/memory.h"

struct dw_json_writer {
    struct dw_buffer *out;
    bool indent;
    bool after_value; /* a comma is due before the next value */
    bool after_key;
    unsigned depth;
};

/* KEY is NULL inside arrays and at the top. */
void dw_json_object_begin(struct dw_json_writer *json, const char *key);
void dw_json_object_end(struct dw_json_writer *json);
void dw_json_array_begin(struct dw_json_writer *json, const char *key);
void dw_json_array_end(struct dw_json_writer *json);
void dw_json_string(struct dw_json_writer *json, const char *key, struct dw_slice value);
void dw_json_text(struct dw_json_writer *json, const char *key, const char *value); /* NULL: null */
void dw_json_integer(struct dw_json_writer *json, const char *key, int64_t value);
void dw_json_tenths(struct dw_json_writer *json, const char *key, unsigned tenths); /* 98 -> 9.8 */
void dw_json_bool(struct dw_json_writer *json, const char *key, bool value);
void dw_json_null(struct dw_json_writer *json, const char *key);
/* As dw_json_string, but nothing at all for an empty value. */
void dw_json_string_if(struct dw_json_writer *json, const char *key, struct dw_slice value);
/* A key that is a slice; the next call's key must be NULL. */
void dw_json_key(struct dw_json_writer *json, struct dw_slice key);

#endif
