/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#include "base/file.h"

#include <stdio.h>
#include <unistd.h>

#define NOW 1764000000

static struct dw_database *database;
static char path[] = "/tmp/dockworthy-osv-XXXXXX";

static char *data_folder(void)
{
    const char *given = getenv("DOCKWORTHY_TEST_DATA"), *source = getenv("DOCKWORTHY_SOURCE");
    char *root =
        given ? dw_copy_string(dw_slice_of(given)) : dw_path_join(source ? source : ".", "../shared/data");
    char *osv = dw_path_join(root, "osv");
    free(root);
    if (dw_is_folder(osv))
        return osv;
    free(osv);
    return NULL;
}

int sample_build(void **state)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_limits limits = dw_limits_default();
    char *folder = data_folder();
    (void)state;
    if (folder == NULL)
        return 0;
    int fd = mkstemp(path);
    if (fd < 0)
        return 1;
    close(fd);
    if (dw_database_build(NULL, &limits, folder, path, NOW, NULL, NULL, &error))
        database = dw_database_open(path, &error);
    free(folder);
    if (database == NULL)
        fprintf(stderr, "%s\n", error.text);
    return database == NULL;
}

int sample_drop(void **state)
{
    (void)state;
    dw_database_close(database);
    unlink(path);
    return 0;
}

struct dw_database *sample_database(void)
{
    if (database == NULL)
        printf("skipped: no test data\n");
    return database;
}
