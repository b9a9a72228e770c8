/* SPDX-License-Identifier: Apache-2.0
 *
 * The version orders: input is three versions, a line each. Every order must be antisymmetric and transitive over them. */
#include "advisory/version/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int sign(int result)
{
    return (result > 0) - (result < 0);
}

static void check(const struct dw_version_order *order, const struct dw_slice versions[3])
{
    int signs[3][3];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            signs[i][j] = sign(order->compare(versions[i], versions[j]));
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            if (signs[i][j] != -signs[j][i] || (i == j && signs[i][j] != 0))
                abort();
            for (int k = 0; k < 3; k++)
                if (signs[i][j] <= 0 && signs[j][k] <= 0 &&
                    signs[i][k] != (signs[i][j] < 0 || signs[j][k] < 0 ? -1 : 0))
                    abort();
        }
    struct dw_buffer trace = {0};
    order->explain(versions[0], versions[1], &trace);
    if (trace.len == 0 || trace.len > 16384)
        abort();
    dw_buffer_free(&trace);
    for (int i = 0; i < 3; i++)
        order->valid(versions[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const ecosystems[] = {"alpine", "debian", "npm", "go"};
    struct dw_slice rest = dw_slice_make(data, size), versions[3] = {{0}};
    bool more = true;
    for (int i = 0; i < 3; i++)
        dw_slice_split(&rest, '\n', &more, &versions[i]);
    for (size_t i = 0; i < sizeof(ecosystems) / sizeof(ecosystems[0]); i++)
        check(dw_version_order_of(dw_slice_of(ecosystems[i])), versions);
    return 0;
}
