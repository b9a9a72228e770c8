/* SPDX-License-Identifier: Apache-2.0
 *
 * The default profile as Moby's own code flattens it, beside ours and beside our reading of its file; Moby's fixtures. */
#include "base/file.h"
#include "seccomp/capability.h"
#include "seccomp/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

static char *archive_path;

/* The content of the entry called NAME. */
static void read_packed(const char *name, struct dw_buffer *out)
{
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    bool found = false;
    archive_read_support_filter_xz(archive);
    archive_read_support_format_tar(archive);
    assert_int_equal(archive_read_open_filename(archive, archive_path, 65536), ARCHIVE_OK);
    while (!found && archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
        DW_CLEANUP(dw_cleanup_free) char *path = dw_path_normal(dw_slice_of(archive_entry_pathname(entry)));
        if (strcmp(path, name) != 0)
            continue;
        found = true;
        char block[65536];
        for (ssize_t got; (got = archive_read_data(archive, block, sizeof(block))) > 0;)
            dw_buffer_append(out, dw_slice_make(block, (size_t)got));
    }
    archive_read_free(archive);
    if (!found)
        fail_msg("%s is not in the archive", name);
}

static struct dw_seccomp_profile *read_profile(const char *name)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer bytes = {0};
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    read_packed(name, &bytes);
    struct dw_seccomp_profile *profile = dw_seccomp_profile_parse(dw_buffer_slice(&bytes), name, &limits, &error);
    if (profile == NULL)
        fail_msg("%s", error.text);
    return profile;
}

static bool no_data(void)
{
    if (archive_path == NULL)
        print_message("skipped: no test data\n");
    return archive_path == NULL;
}

/* Lines "syscall action errno condition" as the vectors have them. */
static void write_flat(struct dw_buffer *out, const struct dw_seccomp_profile *profile, uint64_t capabilities)
{
    struct dw_arena arena = {0};
    struct dw_seccomp_target target = {.architecture = DW_SLICE("amd64"), .capabilities = capabilities};
    struct dw_seccomp_rules rules = dw_seccomp_flatten(profile, &target, &arena);
    for (size_t i = 0; i < rules.len; i++) {
        const struct dw_seccomp_rule *rule = &rules.at[i];
        dw_buffer_printf(out, "%.*s %s %u ", DW_SLICE_ARG(rule->name), dw_seccomp_action_name(rule->action),
                         rule->errno_value);
        for (size_t c = 0; c < rule->condition_count; c++)
            dw_buffer_printf(out, "%s%u,%s,%llu,%llu", c > 0 ? ";" : "", rule->conditions[c].index,
                             dw_seccomp_comparison_name(rule->conditions[c].comparison),
                             (unsigned long long)rule->conditions[c].value,
                             (unsigned long long)rule->conditions[c].value_two);
        dw_buffer_append_string(out, rule->condition_count > 0 ? "\n" : "-\n");
    }
    dw_arena_free(&arena);
}

static void expect_flat(const struct dw_seccomp_profile *profile, uint64_t capabilities, const char *name)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer expected = {0}, actual = {0};
    read_packed(name, &expected);
    write_flat(&actual, profile, capabilities);
    assert_string_equal(actual.at, expected.at);
}

static void flat_lists(void **state)
{
    (void)state;
    if (no_data())
        return;
    struct dw_seccomp_profile *profiles[2] = {dw_seccomp_profile_default(), read_profile("default.json")};
    for (size_t i = 0; i < 2; i++) {
        expect_flat(profiles[i], 0, "flat.txt");
        expect_flat(profiles[i], dw_capability_bit(DW_SLICE("NET_BIND_SERVICE")), "flat_nbs.txt");
        expect_flat(profiles[i], dw_capabilities_default(), "flat_def.txt");
    }
    /* And for every architecture, capability and old kernels: our table is the file. */
    static const char *const architectures[] = {"amd64", "arm64", "arm", "x86", "x32", "s390x", "ppc64le", "riscv64"};
    for (size_t a = 0; a < 8; a++)
        for (unsigned c = 0; c <= DW_CAPABILITY_COUNT; c++) {
            struct dw_arena arena = {0};
            struct dw_seccomp_target target = {.architecture = dw_slice_of(architectures[a]),
                                               .capabilities = c == DW_CAPABILITY_COUNT ? DW_CAPABILITIES_ALL : UINT64_C(1) << c,
                                               .kernel = {4, c % 2 ? 7 : 8}};
            struct dw_seccomp_rules ours = dw_seccomp_flatten(profiles[0], &target, &arena);
            struct dw_seccomp_rules theirs = dw_seccomp_flatten(profiles[1], &target, &arena);
            assert_int_equal(ours.len, theirs.len);
            for (size_t i = 0; i < ours.len; i++)
                assert_true(dw_slice_equal(ours.at[i].name, theirs.at[i].name));
            struct dw_seccomp_differences differences = dw_seccomp_compare(profiles[0], profiles[1], &target, &arena);
            assert_int_equal(differences.len, 0);
            dw_arena_free(&arena);
        }
    dw_seccomp_profile_free(profiles[0]);
    dw_seccomp_profile_free(profiles[1]);
}

static void no_remarks_on_the_default(void **state)
{
    (void)state;
    if (no_data())
        return;
    struct dw_seccomp_profile *profile = read_profile("default.json");
    struct dw_seccomp_remarks remarks = dw_seccomp_lint(profile);
    for (size_t i = 0; i < remarks.len; i++)
        fail_msg("%u: %.*s", remarks.at[i].line, DW_SLICE_ARG(remarks.at[i].text));
    dw_seccomp_profile_free(profile);
}

static bool allows(const struct dw_seccomp_profile *profile, const char *name, uint64_t capabilities)
{
    struct dw_arena arena = {0};
    struct dw_seccomp_target target = {.architecture = DW_SLICE("amd64"), .capabilities = capabilities};
    struct dw_seccomp_rules rules = dw_seccomp_flatten(profile, &target, &arena);
    bool found = false;
    for (size_t i = 0; i < rules.len; i++)
        found |= dw_slice_is(rules.at[i].name, name) && rules.at[i].action == DW_SECCOMP_ALLOW;
    dw_arena_free(&arena);
    return found;
}

static void conditional_include(void **state)
{
    (void)state;
    if (no_data())
        return;
    struct dw_seccomp_profile *profile = read_profile("fixtures/conditional_include.json");
    uint64_t syslog = dw_capability_bit(DW_SLICE("CAP_SYSLOG")), admin = dw_capability_bit(DW_SLICE("CAP_SYS_ADMIN"));
    assert_true(allows(profile, "chmod", 0) && allows(profile, "chmod", admin));
    assert_true(allows(profile, "syslog", syslog) && !allows(profile, "syslog", 0));
    assert_true(allows(profile, "ptrace", 0) && !allows(profile, "ptrace", admin));
    dw_seccomp_profile_free(profile);
}

static void old_forms(void **state)
{
    (void)state;
    if (no_data())
        return;
    struct dw_seccomp_profile *old = read_profile("fixtures/default-old-format.json");
    assert_int_equal(old->default_action, DW_SECCOMP_ERRNO);
    assert_int_equal(old->architecture_count, 3);
    assert_true(allows(old, "accept", 0) && !allows(old, "mount", DW_CAPABILITIES_ALL));
    dw_seccomp_profile_free(old);
    struct dw_seccomp_profile *example = read_profile("fixtures/example.json");
    assert_int_equal(example->entry_count, 4);
    assert_int_equal(example->entries[0].conditions[0].comparison, DW_SECCOMP_MASKED);
    assert_int_equal(example->entries[0].conditions[0].value, 2114060288);
    assert_int_equal(example->entries[3].errno_value, 12345);
    dw_seccomp_profile_free(example);
}

int main(void)
{
    const char *folder = getenv("DOCKWORTHY_TEST_DATA"), *source = getenv("DOCKWORTHY_SOURCE");
    char *data = folder ? dw_copy_string(dw_slice_of(folder)) : dw_path_join(source ? source : ".", "../shared/data");
    archive_path = dw_path_join(data, "vectors/seccomp/seccomp.Apache2.tar.xz");
    free(data);
    if (!dw_is_file(archive_path)) {
        free(archive_path);
        archive_path = NULL;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flat_lists),
        cmocka_unit_test(no_remarks_on_the_default),
        cmocka_unit_test(conditional_include),
        cmocka_unit_test(old_forms),
    };
    int result = cmocka_run_group_tests(tests, NULL, NULL);
    free(archive_path);
    return result;
}
