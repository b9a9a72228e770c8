/* SPDX-License-Identifier: Apache-2.0
 *
 * Image layouts for tests, made in a temporary folder. */
#ifndef DW_TEST_MAKE_LAYOUT_H
#define DW_TEST_MAKE_LAYOUT_H

#include "image/image.h"

#define MANIFEST_TYPE "application/vnd.oci.image.manifest.v1+json"
#define INDEX_TYPE    "application/vnd.oci.image.index.v1+json"
#define CONFIG_TYPE   "application/vnd.oci.image.config.v1+json"
#define LAYER_TYPE    "application/vnd.oci.image.layer.v1.tar"

struct layout {
    char path[64];
    struct dw_arena arena;
    struct dw_limits limits;
};

/* An empty layout with an oci-layout file. */
void layout_start(struct layout *layout);
/* Removes it. */
void layout_end(struct layout *layout);
/* printf into the arena. */
char *layout_text(struct layout *layout, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Writes a file below the layout, its folders too. */
void layout_file(struct layout *layout, const char *name, const char *content, size_t size);
/* Writes a blob under its own digest, which it returns ("sha256:…"). */
char *layout_blob(struct layout *layout, const char *content);
/* A descriptor of a blob that is written; EXTRA (",\"k\":v" or "") is added. */
char *layout_descriptor(struct layout *layout, const char *media_type, const char *content, const char *extra);
/* A config for PLATFORM's os and architecture ("linux", "amd64") with the given diff ids ("\"sha256:…\"") and HISTORY
 * (a JSON list). */
char *layout_config(struct layout *layout, const char *os, const char *architecture, const char *diff_ids,
                    const char *history);
/* A manifest of one layer that holds the bytes "layer\n"; its descriptor, with EXTRA. */
char *layout_manifest(struct layout *layout, const char *os, const char *architecture, const char *extra);
/* index.json with the given descriptors, comma separated. */
void layout_index(struct layout *layout, const char *descriptors);
/* Opens oci:<path>SUFFIX (":tag", "@sha256:…"); PLATFORM may be NULL. */
struct dw_image *layout_open(struct layout *layout, const char *suffix, const char *platform, struct dw_error *error);
/* Opens and demands an error of KIND with TEXT in it. */
void layout_fails(struct layout *layout, const char *suffix, const char *platform, enum dw_error_kind kind,
                  const char *text);

/* What sha256sum prints for "layer\n". */
#define LAYER_DIFF_ID "sha256:4970405cb2a3a461cc00fd755712beded51919d7e69270d7d10d0dcf5e209714"

#endif
