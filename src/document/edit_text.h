/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to document/: values written for the place they come to. */
#ifndef DW_DOCUMENT_EDIT_TEXT_H
#define DW_DOCUMENT_EDIT_TEXT_H

#include "document/document.h"

/* How the collection that takes a value is written. */
enum dw_edit_style { DW_EDIT_BLOCK, DW_EDIT_FLOW, DW_EDIT_JSON };

struct dw_edit_layout {
    enum dw_edit_style style;
    size_t indent;           /* block: of the members */
    size_t step;             /* block: more for the members' members */
    struct dw_slice newline;
};

/* Appends "key: value" of the keys of PATH ("a.b.c" gives nested mappings) and of VALUE. */
void dw_edit_write_member(struct dw_buffer *out, const struct dw_edit_layout *layout, struct dw_slice path,
                          const struct dw_node *value);
/* Appends VALUE on one line. */
void dw_edit_write_inline(struct dw_buffer *out, const struct dw_edit_layout *layout, const struct dw_node *value);
/* Appends TEXT in QUOTE ('"' or '\''), or plain for 0 (then the caller knows that it may be). JSON escapes hold in YAML too. */
void dw_edit_write_string(struct dw_buffer *out, struct dw_slice text, char quote);
/* Is TEXT the same string when it stands plain in YAML, also in a flow collection? */
bool dw_edit_is_plain(struct dw_slice text);
void dw_edit_spaces(struct dw_buffer *out, size_t count);

#endif
