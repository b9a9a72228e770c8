/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"

#include "base/encoding.h"

#include <openssl/evp.h>
#include <stdio.h>

static const struct {
    const char *name;
    size_t length;
} algorithms[] = {
    [DW_DIGEST_NONE] = {"none", 0},
    [DW_DIGEST_SHA256] = {"sha256", 32},
    [DW_DIGEST_SHA512] = {"sha512", 64},
};

#define ALGORITHM_COUNT (sizeof(algorithms) / sizeof(algorithms[0]))

bool dw_digest_parse(struct dw_slice text, struct dw_digest *digest)
{
    size_t colon = dw_slice_find(text, ':');
    if (colon == SIZE_MAX)
        return false;
    for (size_t i = 1; i < ALGORITHM_COUNT; i++) {
        if (!dw_slice_is(dw_slice_part(text, 0, colon), algorithms[i].name))
            continue;
        struct dw_digest parsed = {.algorithm = (enum dw_digest_algorithm)i};
        if (!dw_hex_decode(dw_slice_from(text, colon + 1), parsed.bytes, algorithms[i].length))
            return false;
        *digest = parsed;
        return true;
    }
    return false;
}

const char *dw_digest_hex(const struct dw_digest *digest, char text[DW_DIGEST_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    size_t length = algorithms[digest->algorithm].length;
    for (size_t i = 0; i < length; i++) {
        text[2 * i] = digits[digest->bytes[i] >> 4];
        text[2 * i + 1] = digits[digest->bytes[i] & 15];
    }
    text[2 * length] = '\0';
    return text;
}

const char *dw_digest_format(const struct dw_digest *digest, char text[DW_DIGEST_TEXT])
{
    if (digest->algorithm == DW_DIGEST_NONE) {
        text[0] = '\0';
        return text;
    }
    int used = snprintf(text, DW_DIGEST_TEXT, "%s:", algorithms[digest->algorithm].name);
    dw_digest_hex(digest, text + used);
    return text;
}

bool dw_digest_equal(const struct dw_digest *a, const struct dw_digest *b)
{
    return a->algorithm == b->algorithm && memcmp(a->bytes, b->bytes, algorithms[a->algorithm].length) == 0;
}

size_t dw_digest_length(enum dw_digest_algorithm algorithm)
{
    return algorithms[algorithm].length;
}

const char *dw_digest_algorithm_name(enum dw_digest_algorithm algorithm)
{
    return algorithms[algorithm].name;
}

void dw_hasher_start(struct dw_hasher *hasher, enum dw_digest_algorithm algorithm)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const EVP_MD *method = algorithm == DW_DIGEST_SHA512 ? EVP_sha512() : EVP_sha256();
    if (context == NULL || EVP_DigestInit_ex(context, method, NULL) != 1)
        abort();
    hasher->algorithm = algorithm;
    hasher->context = context;
}

void dw_hasher_update(struct dw_hasher *hasher, struct dw_slice bytes)
{
    if (EVP_DigestUpdate(hasher->context, bytes.at, bytes.len) != 1)
        abort();
}

void dw_hasher_finish(struct dw_hasher *hasher, struct dw_digest *digest)
{
    unsigned length = 0;
    *digest = (struct dw_digest){.algorithm = hasher->algorithm};
    if (EVP_DigestFinal_ex(hasher->context, digest->bytes, &length) != 1)
        abort();
    dw_hasher_free(hasher);
}

void dw_hasher_free(struct dw_hasher *hasher)
{
    EVP_MD_CTX_free(hasher->context);
    hasher->context = NULL;
}

void dw_sha256(struct dw_slice bytes, struct dw_digest *digest)
{
    struct dw_hasher hasher = {0};
    dw_hasher_start(&hasher, DW_DIGEST_SHA256);
    dw_hasher_update(&hasher, bytes);
    dw_hasher_finish(&hasher, digest);
}

bool dw_digest_matches(const struct dw_digest *digest, struct dw_slice content)
{
    struct dw_hasher hasher = {0};
    struct dw_digest got;
    if (digest->algorithm == DW_DIGEST_NONE)
        return false;
    dw_hasher_start(&hasher, digest->algorithm);
    dw_hasher_update(&hasher, content);
    dw_hasher_finish(&hasher, &got);
    return dw_digest_equal(&got, digest);
}
