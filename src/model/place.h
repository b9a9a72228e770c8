/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DW_MODEL_PLACE_H
#define DW_MODEL_PLACE_H

#include "base/slice.h"

/* Where a fact was read (architecture.md, section 7). Empty slices and zeros where a part does not apply. */
struct dw_place {
    struct dw_slice layer;       /* diff id, "sha256:…" */
    struct dw_slice path;        /* in the image: bytes, without a leading '/'; or a file of the repository */
    struct dw_slice instruction; /* the build instruction that made the layer; "" if not known */
    bool instruction_uncertain;  /* paired with a metadata-only instruction */
    unsigned line, column;       /* 1-based; 0: none */
    struct dw_slice pointer;     /* RFC 6901 JSON pointer, or a field of the image config */
};

#endif
