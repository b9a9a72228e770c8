/* SPDX-License-Identifier: Apache-2.0
 *
 * The YAML documents of compose-go's tests: what its loader rejects is rejected, all else is loaded; two files merge to what its
 * tests of merging expect; and the projects of awesome-compose. */
#include "base/file.h"
#include "compose/internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "../test_data.h"
#include <jansson.h>

static char folder[] = "/tmp/dockworthy-compose-XXXXXX";
static struct dw_limits limits;
static bool have_data;

/* Unpacks an xz-compressed tar below FOLDER; entries beneath FROM come to TO. */
static void unpack(const char *packed, const char *from, const char *to)
{
    struct archive *archive = archive_read_new();
    struct dw_error error = DW_ERROR_INIT;
    archive_read_support_filter_xz(archive);
    archive_read_support_format_tar(archive);
    assert_int_equal(archive_read_open_filename(archive, packed, 65536), ARCHIVE_OK);
    for (struct archive_entry *entry; archive_read_next_header(archive, &entry) == ARCHIVE_OK;) {
        struct dw_slice name = dw_slice_of(archive_entry_pathname(entry));
        if (dw_slice_starts_with(name, "./"))
            name = dw_slice_from(name, 2);
        if (archive_entry_filetype(entry) != AE_IFREG || !dw_slice_starts_with(name, from))
            continue;
        name = dw_slice_from(name, strlen(from));
        DW_CLEANUP(dw_buffer_free) struct dw_buffer path = {0}, text = {0};
        dw_buffer_printf(&path, "%s/%s/%.*s", folder, to, DW_SLICE_ARG(name));
        DW_CLEANUP(dw_cleanup_free) char *parent = dw_copy_string(dw_path_parent(dw_buffer_slice(&path)));
        char block[65536];
        for (ssize_t got; (got = archive_read_data(archive, block, sizeof(block))) > 0;)
            dw_buffer_append(&text, dw_slice_make(block, (size_t)got));
        if (!dw_make_folders(parent, &error) || !dw_file_write(path.at, dw_buffer_slice(&text), 0600, &error))
            fail_msg("%s", error.text);
    }
    archive_read_free(archive);
}

static int setup(void **state)
{
    (void)state;
    limits = dw_limits_default();
    DW_CLEANUP(dw_cleanup_free) char *loader = test_data("vectors/compose/compose.Apache2.tar.xz");
    DW_CLEANUP(dw_cleanup_free) char *awesome = test_data("vectors/compose/awesome-compose.CC0.tar.xz");
    have_data = loader != NULL && awesome != NULL;
    if (!have_data) {
        print_message("skipped: no test data\n");
        return 0;
    }
    if (mkdtemp(folder) == NULL)
        return 1;
    unpack(loader, "loader-testdata/", "loader/testdata");
    unpack(loader, "compose-go", "literals");
    unpack(awesome, "", "awesome");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer command = {0};
    dw_buffer_printf(&command, "rm -rf %s", folder);
    return have_data && system(command.at) != 0;
}

/* ---- the loader's tests ------------------------------------------------------------------------------------------------ */

enum outcome { LOADS, REJECTED, NEEDS };

/* What is not simply loaded, by test; NUMBER counts the documents of a test, 0 is each. REJECTED: the reference rejects it, too.
 * NEEDS: the test has files or values that the document alone has not, or calls a part of the loader only. */
static const struct {
    const char *test;
    unsigned number;
    enum outcome outcome;
    const char *why;
} exceptions[] = {
    {"TestExtendsWihtMissingService", 0, REJECTED, "extends must name a service"},
    {"TestExtendsWithServiceRef", 2, REJECTED, "undefined service"},
    {"TestExtendsWithServiceRef", 3, REJECTED, "undefined service"},
    {"TestExtendsWithServiceRef", 4, REJECTED, "undefined service"},
    {"TestLoadWithMultipleIncludeConflict", 0, REJECTED, "conflicts"},
    {"TestNonStringKeys", 2, REJECTED, "unknown key"}, /* the others: keys become strings */
    {"TestNonMappingObject", 0, REJECTED, "must be a mapping"},
    {"TestNonStringImage", 0, REJECTED, "must be a text"},
    {"TestInvalidEnvironmentValue", 0, REJECTED, "must be a text"},
    {"TestInvalidEnvironmentObject", 0, REJECTED, "must be a list or a mapping"},
    {"TestInvalidResource", 0, REJECTED, "unknown key"},
    {"TestLoadTmpfsVolumeAdditionalPropertyNotAllowed", 0, REJECTED, "unknown key"},
    {"TestLoadBindMountSourceMustNotBeEmpty", 0, REJECTED, "needs a source"},
    {"TestLoadTmpfsVolumeSizeMustBeGTEQZero", 0, REJECTED, "negative"},
    {"TestLoadTmpfsVolumeSizeMustBeInteger", 0, REJECTED, "whole number"},
    {"TestServiceDeviceRequestCountInvalidStringType", 0, REJECTED, "neither a number"},
    {"TestServiceDeviceRequestCountAndDeviceIdsExclusive", 0, REJECTED, "exclusive"},
    {"TestServiceDeviceRequestCapabilitiesMandatory", 0, REJECTED, "capabilities"},
    {"TestLoadSSHWithoutValueInBuildConfig", 0, REJECTED, "must be a list or a mapping"},
    {"TestBadDevelopConfig", 0, REJECTED, "\"action\" is missing"},
    {"TestBadServiceConfig", 0, REJECTED, "mutually exclusive"},
    {"Test_DuplicateReset", 0, REJECTED, "duplicate key"},
    {"TestAliasBombPrevented", 2, REJECTED, "document-nodes"},
    {"TestAliasNodePreservation", 0, REJECTED, "document-nodes"}, /* the second bomb stands behind it in the file */
    {"TestMergeKeyAliasToScalarRejected", 0, REJECTED, "merge key"},
    {"TestDevelopMissingAction", 0, REJECTED, "\"action\" is missing"},
    {"TestEnvironmentInvalidValue", 0, REJECTED, "must be a text"},
    {"TestEnvironmentInvalidObject", 0, REJECTED, "must be a list or a mapping"},
    {"TestLoadTmpfsVolume", 0, NEEDS, "a size is printed into it"},
    {"TestResolveAdditionalContexts", 0, NEEDS, "a path is printed into it"},
    {"TestLoadExtendsSameFile", 0, NEEDS, "sub/compose.yaml"},
    {"TestLoadExtendsListenerMultipleFiles", 2, NEEDS, "sub/compose.yaml"},
    {"TestLoadWithIncludeEnv", 1, NEEDS, "module/compose.yml"},
    {"TestNestedIncludeAndExtends", 1, NEEDS, "dir/extended.yaml"},
    {"TestLoadExtendsMultipleFiles", 0, NEEDS, "a/compose.yaml"},
    {"TestOverrideMiddle", 2, NEEDS, "base.yaml"},
    {"TestOverrideMiddle", 3, NEEDS, "override.yaml"},
    {"TestLoadWithRemoteResources", 0, NEEDS, "a loader of its own"},
    {"TestLoadWithMissingResources", 0, NEEDS, "a loader of its own"},
    {"TestLoadWithResourcesCycle", 0, NEEDS, "a loader of its own"},
    {"TestOverridePartial", 2, NEEDS, "the file it is merged over has the condition"},
    {"TestNormalizeImplicitDependencies", 0, NEEDS, "the schema rejects its cgroup; only Normalize is called"},
};

static enum outcome outcome_of(const char *test, unsigned number, const char **why)
{
    for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++)
        if (strcmp(exceptions[i].test, test) == 0 && (exceptions[i].number == 0 || exceptions[i].number == number)) {
            *why = exceptions[i].why;
            return exceptions[i].outcome;
        }
    return LOADS;
}

static bool load(struct dw_slice text, bool no_consistency, struct dw_error *error)
{
    static const char *const environment[] = {"SOURCE=override", NULL}; /* of TestLoadWithMultipleInclude */
    DW_CLEANUP(dw_buffer_free) struct dw_buffer path = {0};
    dw_buffer_printf(&path, "%s/loader/compose.yaml", folder);
    const char *const paths[] = {path.at};
    struct dw_compose_options options = {.text = text, .environment = environment, .no_consistency = no_consistency};
    struct dw_compose *project = dw_compose_load(paths, 1, &options, &limits, error);
    bool good = project != NULL;
    assert_true(good || (error->kind != DW_ERROR_NONE && error->text[0] != '\0'));
    dw_compose_free(project);
    return good;
}

static json_t *literals(void)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer path = {0};
    dw_buffer_printf(&path, "%s/literals/-yaml-literals.json", folder);
    json_error_t problem;
    json_t *all = json_load_file(path.at, 0, &problem);
    if (all == NULL)
        fail_msg("%s", problem.text);
    return all;
}

/* The number of document AT among those of its test. */
static unsigned number_of(const json_t *all, size_t at)
{
    unsigned number = 1;
    const char *test = json_string_value(json_object_get(json_array_get(all, at), "test"));
    for (size_t i = 0; test != NULL && i < at; i++) {
        const char *other = json_string_value(json_object_get(json_array_get(all, i), "test"));
        number += other != NULL && strcmp(test, other) == 0;
    }
    return number;
}

static void loader_tests(void **state)
{
    (void)state;
    if (!have_data)
        return;
    json_t *all = literals();
    size_t loaded = 0, rejected = 0, needing = 0, wrong = 0;
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *row = json_array_get(all, i), *yaml = json_object_get(row, "yaml");
        const char *file = json_string_value(json_object_get(row, "file"));
        const char *test = json_string_value(json_object_get(row, "test")), *why = "";
        struct dw_slice text = dw_slice_make(json_string_value(yaml), json_string_length(yaml));
        struct dw_error error = DW_ERROR_INIT;
        if (strncmp(file, "loader/", 7) != 0 && strncmp(file, "cli/", 4) != 0)
            continue;
        enum outcome outcome = outcome_of(test == NULL ? "" : test, number_of(all, i), &why);
        needing += outcome == NEEDS;
        /* Most tests of the loader skip its checks of consistency; what they load may be part of a project. */
        bool good = load(text, false, &error) ||
                    (outcome == LOADS && load(text, true, &error));
        loaded += good;
        rejected += outcome == REJECTED && !good;
        bool as_expected = outcome == NEEDS || good == (outcome == LOADS);
        if (outcome == REJECTED && !good && dw_slice_find_slice(dw_slice_of(error.text), dw_slice_of(why)) == SIZE_MAX)
            as_expected = false;
        if (!as_expected && wrong++ < 20)
            print_error("%s %s %zu: %s\n", file, test == NULL ? "" : test, i, good ? "was loaded" : error.text);
    }
    json_decref(all);
    print_message("%zu loaded, %zu rejected as expected, %zu need more than themselves\n", loaded, rejected, needing);
    assert_int_equal(wrong, 0);
    assert_true(loaded > 230 && rejected >= 28);
}

/* ---- merging ----------------------------------------------------------------------------------------------------------- */

static void write_tree(const struct dw_node *node, struct dw_buffer *out, unsigned depth);

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Members in the order of their keys; a list of NAME=value, which may be a mapping elsewhere, likewise. */
static void write_sorted(const struct dw_node *node, struct dw_buffer *out, unsigned depth, bool pairs)
{
    char **lines = dw_alloc(node->count + 1, sizeof(*lines));
    for (size_t i = 0; i < node->count; i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer line = {0};
        if (node->kind == DW_NODE_MAPPING)
            dw_buffer_printf(&line, "%.*s%s", DW_SLICE_ARG(node->keys[i]->text),
                             pairs && dw_node_is_null(node->items[i]) ? "" : pairs ? "=" : ": ");
        if (!(pairs && node->kind == DW_NODE_MAPPING && dw_node_is_null(node->items[i])))
            write_tree(node->items[i], &line, depth + 1);
        dw_buffer_append_byte(&line, '\n');
        lines[i] = dw_copy_string(dw_buffer_slice(&line));
    }
    qsort(lines, node->count, sizeof(*lines), compare_lines);
    for (size_t i = 0; i < node->count; i++) {
        dw_buffer_append_string(out, lines[i]);
        free(lines[i]);
    }
    free(lines);
}

static bool is_pairs(const struct dw_node *node)
{
    size_t pairs = 0;
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind != DW_NODE_SEQUENCE || node->items[i]->kind != DW_NODE_SCALAR)
            return false;
        pairs += dw_slice_find(node->items[i]->text, '=') != SIZE_MAX;
    }
    return pairs > 0;
}

static void write_tree(const struct dw_node *node, struct dw_buffer *out, unsigned depth)
{
    if (node->kind == DW_NODE_SCALAR) {
        dw_buffer_append(out, node->text);
        return;
    }
    dw_buffer_append_string(out, node->kind == DW_NODE_MAPPING || is_pairs(node) ? "{\n" : "[\n");
    if (node->kind == DW_NODE_MAPPING) {
        bool scalars = depth >= 3 && node->count > 0;
        for (size_t i = 0; i < node->count; i++)
            scalars &= node->items[i]->kind == DW_NODE_SCALAR;
        write_sorted(node, out, depth, scalars);
    } else if (is_pairs(node)) {
        write_sorted(node, out, depth, true);
    } else {
        for (size_t i = 0; i < node->count; i++) {
            write_tree(node->items[i], out, depth + 1);
            dw_buffer_append_byte(out, '\n');
        }
    }
    dw_buffer_append_string(out, "}");
}

/* Tests of merging that are not in threes, or merge what the schema refuses. */
static const struct {
    const char *test, *why;
} not_compared[] = {
    {"Test_mergeYamlBuildSequence", "build has no key \"platform\""},
    {"TestMemLimitMixed", "two documents each"},
    {"TestMergeTmpfsMixed", "four documents"},
    {"TestMergeEnvFilesMixed", "the documents of its first part stand in another order"},
};

static bool is_not_compared(const char *test)
{
    for (size_t i = 0; i < sizeof(not_compared) / sizeof(not_compared[0]); i++)
        if (strcmp(not_compared[i].test, test) == 0)
            return true;
    return false;
}

static struct dw_node *merge_three(struct compose_loader *loader, const json_t *all, size_t at, struct dw_node **expected)
{
    struct dw_node *roots[3] = {0};
    for (size_t i = 0; i < 3; i++) {
        const json_t *yaml = json_object_get(json_array_get(all, at + i), "yaml");
        struct dw_document *document = dw_document_parse(dw_slice_make(json_string_value(yaml), json_string_length(yaml)),
                                                         "compose.yaml", &limits, loader->error);
        if (document == NULL || document->root_count != 1)
            fail_msg("%zu: %s", at + i, loader->error->text);
        *dw_vector_push(&loader->project->documents) = document;
        *dw_vector_push(&loader->project->folders) = DW_SLICE("");
        roots[i] = document->roots[0];
    }
    *expected = roots[2];
    struct dw_node *merged = compose_merge_project(loader, roots[0], roots[1]);
    if (merged == NULL)
        fail_msg("%zu: %s", at, loader->error->text);
    return compose_unify(loader, merged);
}

static void merge_tests(void **state)
{
    (void)state;
    if (!have_data)
        return;
    json_t *all = literals();
    size_t compared = 0, wrong = 0;
    for (size_t i = 0; i + 2 < json_array_size(all); i++) {
        const json_t *row = json_array_get(all, i);
        const char *file = json_string_value(json_object_get(row, "file"));
        const char *test = json_string_value(json_object_get(row, "test"));
        const char *last = json_string_value(json_object_get(json_array_get(all, i + 2), "test"));
        if (strncmp(file, "override/merge_", 15) != 0 || test == NULL || last == NULL || strcmp(test, last) != 0 ||
            number_of(all, i) % 3 != 1 || is_not_compared(test))
            continue;
        struct dw_error error = DW_ERROR_INIT;
        static const struct dw_compose_options none;
        struct dw_compose *project = dw_alloc(1, sizeof(*project));
        struct compose_loader loader = {.project = project, .arena = &project->arena, .options = &none, .limits = &limits,
                                        .error = &error};
        struct dw_node *expected = NULL, *merged = merge_three(&loader, all, i, &expected);
        DW_CLEANUP(dw_buffer_free) struct dw_buffer have = {0}, want = {0};
        write_tree(merged, &have, 0);
        write_tree(expected, &want, 0);
        compared++;
        if (strcmp(have.at, want.at) != 0 && wrong++ < 8)
            print_error("%s %s:\n%s\n--- expected\n%s\n", file, test, have.at, want.at);
        dw_compose_free(project);
    }
    json_decref(all);
    print_message("%zu merges\n", compared);
    assert_int_equal(wrong, 0);
    assert_true(compared > 50);
}

/* ---- whole projects ------------------------------------------------------------------------------------------------------ */

static void awesome(void **state)
{
    (void)state;
    if (!have_data)
        return;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer command = {0};
    dw_buffer_printf(&command, "find %s/awesome -name 'compose.yaml' -o -name 'compose.yml' | sort", folder);
    FILE *list = popen(command.at, "r");
    char line[4096];
    size_t projects = 0, services = 0;
    assert_non_null(list);
    while (fgets(line, sizeof(line), list) != NULL) {
        struct dw_error error = DW_ERROR_INIT;
        line[strcspn(line, "\n")] = '\0';
        const char *const paths[] = {line};
        struct dw_compose *project = dw_compose_load(paths, 1, NULL, &limits, &error);
        if (project == NULL)
            fail_msg("%s", error.text);
        projects++;
        services += project->services.len;
        for (size_t i = 0; i < project->services.len; i++) {
            const struct dw_container *service = &project->services.at[i];
            if (service->built && service->dockerfile == NULL)
                fail_msg("%s: %.*s", line, DW_SLICE_ARG(service->build_problem));
        }
        dw_compose_free(project);
    }
    pclose(list);
    print_message("%zu projects, %zu services\n", projects, services);
    assert_int_equal(projects, 39);
    assert_int_equal(services, 81);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(loader_tests), cmocka_unit_test(merge_tests), cmocka_unit_test(awesome)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
