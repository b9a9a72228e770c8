/* SPDX-License-Identifier: Apache-2.0
 *
 * The shared test data, read in place: DOCKWORTHY_TEST_DATA, else ../shared/data beside the source. Include behind cmocka.h. */
#ifndef TEST_DATA_H
#define TEST_DATA_H

#include "base/file.h"

/* The path of a file or folder of it, or NULL. Freed with free(). */
static inline char *test_data(const char *below)
{
    const char *folder = getenv("DOCKWORTHY_TEST_DATA"), *source = getenv("DOCKWORTHY_SOURCE");
    DW_CLEANUP(dw_cleanup_free) char *data =
        folder ? dw_copy_string(dw_slice_of(folder)) : dw_path_join(source ? source : ".", "../shared/data");
    char *path = dw_path_join(data, below);
    if (dw_is_file(path) || dw_is_folder(path))
        return path;
    free(path);
    return NULL;
}

/* The same, or the end of the test as skipped. */
static inline char *test_data_or_skip(const char *below)
{
    char *path = test_data(below);
    if (path == NULL) {
        print_message("skipped: no test data\n");
        skip();
    }
    return path;
}

#endif
