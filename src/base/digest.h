/* SPDX-License-Identifier: Apache-2.0
 *
 * Content digests as the OCI image specification writes them ("sha256:<64 lower-case hex digits>", descriptor.md,
 * "Digests"); sha256 and sha512 only. */
#ifndef DW_BASE_DIGEST_H
#define DW_BASE_DIGEST_H

#include "base/error.h"
#include "base/memory.h"

enum dw_digest_algorithm { DW_DIGEST_NONE, DW_DIGEST_SHA256, DW_DIGEST_SHA512 };

struct dw_digest {
    enum dw_digest_algorithm algorithm;
    unsigned char bytes[64];
};

/* "sha512:" and 128 digits and NUL fit. */
#define DW_DIGEST_TEXT 136

/* Strict: known algorithm, exact length, lower case. */
bool dw_digest_parse(struct dw_slice text, struct dw_digest *digest);
const char *dw_digest_format(const struct dw_digest *digest, char text[DW_DIGEST_TEXT]);
/* The hexadecimal part alone, as it names a blob's file. */
const char *dw_digest_hex(const struct dw_digest *digest, char text[DW_DIGEST_TEXT]);
bool dw_digest_equal(const struct dw_digest *a, const struct dw_digest *b);
size_t dw_digest_length(enum dw_digest_algorithm algorithm);
const char *dw_digest_algorithm_name(enum dw_digest_algorithm algorithm);

/* Hashing piece by piece. Start, update as often as wanted, finish once; finish also frees. A hasher that is not
 * finished is freed by dw_hasher_free (harmless on a finished or zeroed one). */
struct dw_hasher {
    enum dw_digest_algorithm algorithm;
    void *context;
};
void dw_hasher_start(struct dw_hasher *hasher, enum dw_digest_algorithm algorithm);
void dw_hasher_update(struct dw_hasher *hasher, struct dw_slice bytes);
void dw_hasher_finish(struct dw_hasher *hasher, struct dw_digest *digest);
void dw_hasher_free(struct dw_hasher *hasher);

void dw_sha256(struct dw_slice bytes, struct dw_digest *digest);
/* Does CONTENT hash to DIGEST, by DIGEST's own algorithm? */
bool dw_digest_matches(const struct dw_digest *digest, struct dw_slice content);

#endif
