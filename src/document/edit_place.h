/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to document/: where a node stands in its file, so that it can be changed there. */
#ifndef DW_DOCUMENT_EDIT_PLACE_H
#define DW_DOCUMENT_EDIT_PLACE_H

#include "document/edit.h"
#include "document/edit_text.h"

/* The way from a root to a node: the child at INDEX of COLLECTION, or its key. */
struct dw_edit_step {
    const struct dw_node *collection;
    size_t index;
    bool key;
};

struct dw_edit_place {
    const struct dw_node *node; /* as it was parsed: consumers may hold copies with other members */
    DW_VECTOR(struct dw_edit_step) trail; /* outermost first */
    bool flow;                  /* it stands within a flow collection */
};
void dw_edit_place_free(struct dw_edit_place *place);

/* False after dw_edits_fail: NODE is not in its file as it is here, or is repeated by an alias. */
bool dw_edit_place_find(struct dw_edits *edits, const struct dw_node *node, struct dw_edit_place *place);
/* Does the collection begin with a bracket? */
bool dw_edit_is_flow(const struct dw_node *node);
/* For new members of place->node. */
struct dw_edit_layout dw_edit_place_layout(const struct dw_edit_place *place);

/* TEXT parsed; NULL after dw_edits_fail. Freed by dw_edit_value_free. */
struct dw_document *dw_edit_value(struct dw_edits *edits, struct dw_slice text);
void dw_edit_value_free(struct dw_document **value);

#endif
