/* SPDX-License-Identifier: Apache-2.0
 *
 * Raw facts of layers on disk, one file a layer, named by the digest of the blob (which the parent has verified) and of the
 * set of readers: another blob, reader version or limit never finds them. Files are written atomically and checked by
 * SHA-256 when read; a damaged one is as if it were not there. No process waits for another. */
#ifndef DW_SCAN_CACHE_H
#define DW_SCAN_CACHE_H

#include "base/digest.h"
#include "scan/facts.h"

struct dw_cache {
    char *folder; /* NULL: no cache */
    struct dw_digest readers;
};

/* Uses FOLDER/layers, made on the first write; FOLDER NULL switches the cache off. */
void dw_cache_open(struct dw_cache *cache, const char *folder, const struct dw_limits *limits);
void dw_cache_close(struct dw_cache *cache);

/* The facts of the layer whose blob has DIGEST, if they are there, sound, and say that it unpacks to DIFF_ID (which may be
 * of algorithm NONE: not compared); else NULL. */
struct dw_layer_facts *dw_cache_get(const struct dw_cache *cache, const struct dw_digest *digest,
                                    const struct dw_digest *diff_id, const struct dw_limits *limits);

/* Keeps RECORDS, the run of records that the facts were made of. A failure (disk full) is told, and leaves nothing. */
bool dw_cache_put(const struct dw_cache *cache, const struct dw_digest *digest, const struct dw_digest *diff_id,
                  struct dw_slice records, struct dw_error *error);

#endif
