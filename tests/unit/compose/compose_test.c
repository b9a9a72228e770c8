/* SPDX-License-Identifier: Apache-2.0 */
#include "compose_test.h"

#include "base/file.h"

#include <stdio.h>
#include <unistd.h>

struct dw_limits limits;
struct dw_compose *project;
struct dw_error error;
static char folder[64];

int compose_setup(void **state)
{
    (void)state;
    limits = dw_limits_default();
    strcpy(folder, "/tmp/dockworthy-test-XXXXXX");
    return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

int compose_teardown(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer command = {0};
    dw_compose_free(project);
    project = NULL;
    dw_buffer_printf(&command, "rm -rf %s", folder);
    return chdir("/") != 0 || system(command.at) != 0;
}

void write_file(const char *name, const char *text)
{
    struct dw_error trouble = DW_ERROR_INIT;
    DW_CLEANUP(dw_cleanup_free) char *parent = dw_copy_string(dw_path_parent(dw_slice_of(name)));
    if ((parent[0] != '\0' && !dw_make_folders(parent, &trouble)) || !dw_file_write(name, dw_slice_of(text), 0600, &trouble))
        fail_msg("%s", trouble.text);
}

bool load_files(const char *const *paths, size_t count, const char *const *environment)
{
    struct dw_compose_options options = {.environment = environment, .no_override = count > 1};
    dw_compose_free(project);
    error = (struct dw_error)DW_ERROR_INIT;
    project = dw_compose_load(paths, count, &options, &limits, &error);
    return project != NULL;
}

bool load_text(const char *text)
{
    static const char *const paths[] = {"compose.yaml"};
    write_file("compose.yaml", text);
    return load_files(paths, 1, NULL);
}

void load_good(const char *text)
{
    if (!load_text(text))
        fail_msg("%s", error.text);
}

void expect_error(enum dw_error_kind kind, const char *part)
{
    assert_null(project);
    if (error.kind != kind || strstr(error.text, part) == NULL)
        fail_msg("%s: %s; expected: %s", dw_error_kind_name(error.kind), error.text, part);
}

void expect_rejected(const char *text, const char *part)
{
    if (load_text(text))
        fail_msg("it is loaded: %s", text);
    expect_error(DW_ERROR_INPUT, part);
}

const struct dw_container *service(const char *name)
{
    for (size_t i = 0; i < project->services.len; i++)
        if (dw_slice_is(project->services.at[i].name, name))
            return &project->services.at[i];
    fail_msg("no service %s", name);
    return NULL;
}

const struct dw_node *at(const char *path)
{
    const struct dw_node *node = project->root;
    struct dw_slice rest = dw_slice_of(path), part;
    bool more = true;
    while (node != NULL && dw_slice_split(&rest, '/', &more, &part)) {
        DW_CLEANUP(dw_cleanup_free) char *key = dw_copy_string(part);
        uint64_t index;
        if (node->kind == DW_NODE_SEQUENCE)
            node = dw_parse_u64(part, &index) && index < node->count ? node->items[index] : NULL;
        else
            node = dw_node_get(node, key);
    }
    return node;
}

void expect_text(const char *path, const char *text)
{
    const struct dw_node *node = at(path);
    if (node == NULL)
        fail_msg("nothing at %s", path);
    expect_slice(node->text, text);
}

void expect_slice(struct dw_slice slice, const char *text)
{
    if (!dw_slice_is(slice, text))
        fail_msg("\"%.*s\", expected \"%s\"", DW_SLICE_ARG(slice), text);
}
