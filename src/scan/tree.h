/* SPDX-License-Identifier: Apache-2.0
 *
 * What is visible of layers laid on each other: questions about paths, answered from raw facts. Private to this room. */
#ifndef DW_SCAN_TREE_H
#define DW_SCAN_TREE_H

#include "base/map.h"
#include "scan/facts.h"

struct dw_tree_layer {
    struct dw_layer_facts *facts;
    struct dw_map whiteouts; /* resolved path → 1 whiteout, 2 opaque, 3 both */
    struct dw_map hidden;    /* folder → 1 no, 2 yes: memo of hidden_folder */
};

struct dw_tree_link {
    struct dw_slice path, target; /* path is resolved */
    int layer;
    struct dw_tree_link *next; /* the same path in a lower layer */
};

/* Another name of a folder: a symbolic link NAME that leads to it. */
struct dw_tree_alias {
    struct dw_slice name;
    struct dw_tree_alias *next; /* of the same folder */
    unsigned count;             /* of the chain from here */
};

struct dw_tree {
    struct dw_arena arena;
    const struct dw_limits *limits;
    struct dw_tree_layer *layers;
    size_t layer_count;
    struct dw_map links; /* resolved path → struct dw_tree_link *, the highest layer first */
    struct dw_map aliases; /* folder → struct dw_tree_alias * */
};

void dw_tree_init(struct dw_tree *tree, struct dw_layer_facts *const *facts, size_t count,
                  const struct dw_limits *limits);
void dw_tree_free(struct dw_tree *tree);

/* Where PATH of layer LAYER lands: its folder is resolved through the symbolic links of that layer and those below, its
 * last component is not. In the tree's arena. False (limit symlink-hops) for a loop. */
bool dw_tree_place(struct dw_tree *tree, struct dw_slice path, int layer, struct dw_slice *placed,
                   struct dw_error *error);
/* The same with the last component resolved too: what opening PATH would open. */
bool dw_tree_resolve(struct dw_tree *tree, struct dw_slice path, int layer, struct dw_slice *resolved,
                     struct dw_error *error);
/* Is what layer FROM put at PATH (as placed) still there when the layers up to and with UPTO are applied? */
bool dw_tree_visible(struct dw_tree *tree, struct dw_slice path, int from, int upto);
/* Does any layer hold a file or link of this name? */
bool dw_tree_exists(const struct dw_tree *tree, struct dw_slice path);

#endif
