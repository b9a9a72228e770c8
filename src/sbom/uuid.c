/* SPDX-License-Identifier: Apache-2.0 */
#include "sbom/uuid.h"

#include "base/memory.h"

#include <openssl/evp.h>
#include <stdio.h>

/* Any fixed value: documents of this tool are told from others by it. */
static const unsigned char own_space[16] = {0x5f, 0x0e, 0x3c, 0x1a, 0x7b, 0x52, 0x5d, 0x0e,
                                            0x9a, 0x4c, 0x2b, 0x8f, 0x6e, 0x1d, 0x7c, 0x30};

const char *dw_uuid_of_name_in(const unsigned char space[16], struct dw_slice name, char text[DW_UUID_TEXT])
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL || EVP_DigestInit_ex(context, EVP_sha1(), NULL) != 1 ||
        EVP_DigestUpdate(context, space, 16) != 1 || EVP_DigestUpdate(context, name.at, name.len) != 1 ||
        EVP_DigestFinal_ex(context, hash, NULL) != 1)
        abort(); /* as in base/digest: only without memory */
    EVP_MD_CTX_free(context);
    hash[6] = (unsigned char)((hash[6] & 0x0f) | 0x50);
    hash[8] = (unsigned char)((hash[8] & 0x3f) | 0x80);
    snprintf(text, DW_UUID_TEXT, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", hash[0],
             hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7], hash[8], hash[9], hash[10], hash[11],
             hash[12], hash[13], hash[14], hash[15]);
    return text;
}

const char *dw_uuid_of_name(struct dw_slice name, char text[DW_UUID_TEXT])
{
    return dw_uuid_of_name_in(own_space, name, text);
}
