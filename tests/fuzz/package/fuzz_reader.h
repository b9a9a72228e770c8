/* SPDX-License-Identifier: Apache-2.0
 *
 * A fuzz target for the reader of one path: the whole and pieces of 3 bytes must tell the same facts. */
#include "../../unit/package/feed_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline int fuzz_reader(const char *path, const uint8_t *data, size_t size)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_slice content = dw_slice_make(data, size);
    struct facts whole, pieces;
    limits.value[DW_LIMIT_TEXT_LINE] = 200; /* so that short inputs meet it */
    feed_reader(&whole, path, content, size ? size : 1, &limits);
    feed_reader(&pieces, path, content, 3, &limits);
    if (!dw_slice_equal(dw_buffer_slice(&whole.text), dw_buffer_slice(&pieces.text)))
        abort();
    facts_free(&whole);
    facts_free(&pieces);
    return 0;
}
