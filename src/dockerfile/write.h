/* SPDX-License-Identifier: Apache-2.0
 *
 * A Dockerfile as JSON, for `dockworthy show` and for custom rules. Bytes that are no UTF-8 become U+FFFD. */
#ifndef DW_DOCKERFILE_WRITE_H
#define DW_DOCKERFILE_WRITE_H

#include "dockerfile/dockerfile.h"

/* The parse tree alone, split as BuildKit's parser splits: {"escape", "instructions": [{"name", "flags", "arguments", "json", "lines":
 * [first, last], "heredocs": [{"name", "descriptor", "expand", "chomp", "text"}], "onbuild"}], "stages": names, "warnings": [{"rule",
 * "line", "message"}]}, appended to OUT with a line end. Fails where BuildKit's parser or instruction reader refuses TEXT. */
bool dw_dockerfile_write_tree(struct dw_slice text, const char *name, const struct dw_limits *limits, struct dw_buffer *out,
                              struct dw_error *error);

/* What rules see: {"schema": "dockworthy/dockerfile/1", "kind": "dockerfile", "name", directives, instructions with what they become,
 * stages with what holds at their end, the images that are used, comments, warnings}, appended to OUT without a line end. What looks like a credential is masked (base/mask.h); the tree is
 * as it is written. */
void dw_dockerfile_write_facts(const struct dw_dockerfile *dockerfile, struct dw_buffer *out);

#endif
