/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include "base/file.h"

#include <sys/stat.h>
#include <unistd.h>

void fixture_open(struct fixture *fixture)
{
    snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/dockworthy-advisory-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    fixture->feed = dw_path_join(fixture->folder, "feed");
    fixture->path = dw_path_join(fixture->folder, "advisories.db");
    assert_int_equal(mkdir(fixture->feed, 0700), 0);
}

void fixture_put(const struct fixture *fixture, const char *name, const char *text)
{
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_cleanup_free) char *path = dw_path_join(fixture->feed, name);
    DW_CLEANUP(dw_cleanup_free) char *folder = dw_copy_string(dw_path_parent(dw_slice_of(path)));
    assert_true(dw_make_folders(folder, &error));
    assert_true(dw_file_write(path, dw_slice_of(text), 0600, &error));
}

void fixture_close(struct fixture *fixture)
{
    char command[128];
    snprintf(command, sizeof(command), "rm -rf %s", fixture->folder);
    assert_int_equal(system(command), 0);
    free(fixture->feed);
    free(fixture->path);
}

bool fixture_build(const struct fixture *fixture, struct dw_zygote *zygote, struct dw_error *error)
{
    struct dw_limits limits = dw_limits_default();
    return dw_database_build(zygote, &limits, fixture->feed, fixture->path, 1700000000, NULL, NULL, error);
}

struct dw_database *fixture_database(const struct fixture *fixture)
{
    struct dw_error error = DW_ERROR_INIT;
    if (!fixture_build(fixture, NULL, &error))
        fail_msg("%s", error.text);
    struct dw_database *database = dw_database_open(fixture->path, &error);
    if (database == NULL)
        fail_msg("%s", error.text);
    return database;
}

struct dw_database *fixture_of(struct fixture *fixture, const char *const *records, size_t count)
{
    fixture_open(fixture);
    for (size_t i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof(name), "test/%zu.json", i);
        fixture_put(fixture, name, records[i]);
    }
    return fixture_database(fixture);
}
