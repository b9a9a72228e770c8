/* SPDX-License-Identifier: Apache-2.0
 *
 * Changes of YAML and JSON files by position, so that comments, order, quotes and layout stay: each function finds the bytes
 * that must change and writes nothing else anew. They are made for the file as it is: a caller that wants to be sure parses
 * the result. What cannot be changed without changing more than is meant (text that an alias repeats, members that came by a
 * merge key, values of another type) is refused with the reason. */
#ifndef DW_DOCUMENT_EDIT_H
#define DW_DOCUMENT_EDIT_H

#include "document/document.h"
#include "model/finding.h"

/* Edits that belong together. Start with {.arena = …}; texts are in the arena, the list is freed by dw_edits_free. */
struct dw_edits {
    struct dw_arena *arena;
    DW_VECTOR(struct dw_edit) list;
    struct dw_slice problem; /* why a change could not be made: then there is none at all */
};
void dw_edits_free(struct dw_edits *edits);
/* Takes all edits back, for the reason FORMAT; later ones are refused. Returns false. */
bool dw_edits_fail(struct dw_edits *edits, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Bytes START to END of PATH, whose text is SOURCE, become TEXT. All functions below return false after dw_edits_fail. */
bool dw_edits_add(struct dw_edits *edits, struct dw_slice path, struct dw_slice source, size_t start, size_t end,
                  struct dw_slice text);

/* The member at PATH ("securityContext.capabilities") below MAPPING becomes VALUE, a YAML text ("true", "[ALL]", or a block
 * that begins at column 1); what is missing on the way is added. The new text stands behind the mapping's last member, in its
 * style: block with its indentation, flow, JSON. A scalar that is there keeps its kind of quotes; a collection that is there
 * is refused. */
bool dw_edits_set(struct dw_edits *edits, const struct dw_node *mapping, const char *path, struct dw_slice value);
/* Adds ITEMS (YAML scalars or flow collections) at the end of the sequence at PATH below MAPPING, quoted as its last item is
 * where both are scalars; a sequence that is not there yet is made. */
bool dw_edits_append(struct dw_edits *edits, const struct dw_node *mapping, const char *path, const struct dw_slice *items,
                     size_t count);
/* SCALAR becomes the string TEXT, quoted as SCALAR is, or as is needed. */
bool dw_edits_replace(struct dw_edits *edits, const struct dw_node *scalar, struct dw_slice text);
/* Takes away a mapping's member (NODE is its key or its value) or a sequence's item. The collection goes with its only
 * member. Comments on lines of their own stay. */
bool dw_edits_remove(struct dw_edits *edits, const struct dw_node *node);
/* The same for the member at PATH below MAPPING. */
bool dw_edits_remove_member(struct dw_edits *edits, const struct dw_node *mapping, const char *path);

/* TEXT as a YAML scalar that is read as this very string: plain, or in double quotes where it must be. In ARENA. */
struct dw_slice dw_yaml_quote(struct dw_arena *arena, struct dw_slice text);

/* SOURCE with EDITS, of which none overlap, in the order of their start (of equal starts: as they stand). Appended to OUT. */
void dw_edits_apply(struct dw_slice source, const struct dw_edit *edits, size_t count, struct dw_buffer *out);
/* The line end that TEXT uses: "\r\n" if its first line ends so, else "\n". */
struct dw_slice dw_newline_of(struct dw_slice text);
/* The offset of the first byte of the line that AT is on, and of its end, without CR LF or LF. */
size_t dw_line_start(struct dw_slice text, size_t at);
size_t dw_line_end(struct dw_slice text, size_t at);

#endif
