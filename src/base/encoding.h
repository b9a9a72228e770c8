/* SPDX-License-Identifier: Apache-2.0
 *
 * Strict encodings: what is not exactly right is refused. */
#ifndef DW_BASE_ENCODING_H
#define DW_BASE_ENCODING_H

#include "base/memory.h"

/* Lower-case hexadecimal, appended. */
void dw_hex_encode(struct dw_buffer *out, struct dw_slice bytes);
/* Exactly 2 × LEN lower-case digits into BYTES. */
bool dw_hex_decode(struct dw_slice text, unsigned char *bytes, size_t len);
/* RFC 4648 section 4, with padding, no white space, unused bits zero; appended to OUT (unchanged on failure). */
bool dw_base64_decode(struct dw_slice text, struct dw_buffer *out);
void dw_base64_encode(struct dw_buffer *out, struct dw_slice bytes);

/* Length of the leading part that is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). */
size_t dw_utf8_valid_prefix(struct dw_slice text);
bool dw_utf8_valid(struct dw_slice text);
/* Decodes the character at the start of a valid, non-empty TEXT; returns its length in bytes. */
size_t dw_utf8_decode(struct dw_slice text, uint32_t *code_point);
void dw_utf8_encode(struct dw_buffer *out, uint32_t code_point);

/* Appends TEXT so that it can go to a terminal or log: control characters (C0, DEL, C1, and the bidirectional
 * overrides U+202A–202E, U+2066–2069) become \xHH or \u{HHHH}, bytes that are no UTF-8 become \xHH. Line feeds
 * and tabs too, unless KEEP_LINES. */
void dw_escape_terminal(struct dw_buffer *out, struct dw_slice text, bool keep_lines);
/* Columns that TEXT takes on a terminal: code points, wide East Asian ones count two, combining marks none. */
size_t dw_display_width(struct dw_slice text);

/* The nearest of COUNT names to TEXT by edit distance (transpositions count one), or NULL if none is near enough
 * (at most a third of the length, at least one). For "unknown option --fromat, did you mean --format?". */
const char *dw_nearest_name(struct dw_slice text, const char *const *names, size_t count);

#endif
