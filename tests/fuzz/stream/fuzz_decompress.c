/* SPDX-License-Identifier: Apache-2.0 */
#include "stream/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_stream *stream = dw_stream_decompress(dw_stream_of_memory(dw_slice_make(data, size)), NULL, &error);
    char bytes[4096];
    size_t total = 0;
    ssize_t got = 0;
    while (stream != NULL && total < (4 << 20) && (got = dw_stream_read(stream, bytes, sizeof(bytes), &error)) > 0)
        total += (size_t)got;
    if ((stream == NULL || got < 0) && error.kind == DW_ERROR_NONE)
        abort();
    dw_stream_close(stream);
    return 0;
}
