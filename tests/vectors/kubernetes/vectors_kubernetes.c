/* SPDX-License-Identifier: Apache-2.0
 *
 * The pods of the Pod Security Standards' own tests: folder and file name tell level, version, verdict and the check that
 * denies. */
#include "base/file.h"
#include "kubernetes/pod_security.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "../test_data.h"

struct tally {
    size_t pods, admitted, denied, wrong;
    struct {
        size_t pass, fail;
    } levels[3];
};

static bool denied_by(const struct dw_pod_security_denials *denials, struct dw_slice check)
{
    for (size_t i = 0; i < denials->len; i++)
        if (dw_slice_equal_nocase(check, dw_slice_of(denials->at[i].check->id)))
            return true;
    return false;
}

/* "…/restricted/v1.22/fail/capabilities_baseline3.yaml": the check whose name the file's begins with; under restricted the one
 * that replaces it there. */
static struct dw_slice expected_check(struct dw_slice file, enum dw_pod_security_level level, unsigned minor)
{
    struct dw_slice name = dw_slice_part(file, 0, file.len - strlen(".yaml"));
    while (name.len > 0 && dw_is_digit(name.at[name.len - 1]))
        name.len--;
    const struct dw_pod_security_check *check, *other;
    for (size_t i = 0; (check = dw_pod_security_check_at(i)) != NULL; i++) {
        if (!dw_slice_equal_nocase(name, dw_slice_of(check->id)))
            continue;
        for (size_t j = 0; (other = dw_pod_security_check_at(j)) != NULL; j++)
            if (other->replaces != NULL && strcmp(other->replaces, check->id) == 0 && dw_pod_security_applies(other, level, minor))
                return dw_slice_of(other->id);
        return dw_slice_of(check->id);
    }
    return name;
}

static void judge(struct tally *tally, const char *path, struct dw_slice text)
{
    struct dw_slice rest = dw_slice_of(path), part[8] = {0};
    size_t parts = 0;
    for (bool more = true; parts < 8 && dw_slice_split(&rest, '/', &more, &part[parts]);)
        parts++;
    assert_true(parts >= 4);
    struct dw_slice file = part[parts - 1], verdict = part[parts - 2];
    enum dw_pod_security_level level;
    unsigned minor;
    assert_true(dw_pod_security_level_parse(part[parts - 4], &level));
    assert_true(dw_pod_security_version_parse(part[parts - 3], &minor));
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    struct dw_document *document = dw_document_parse(text, path, &limits, &error);
    struct dw_kubernetes *manifests = document == NULL ? NULL : dw_kubernetes_read(document, &error);
    if (manifests == NULL)
        fail_msg("%s", error.text);
    assert_int_equal(manifests->pods.len, 1);
    assert_int_equal(manifests->problems.len, 0);
    struct dw_pod_security_denials denials = {0};
    dw_pod_security_judge(level, minor, manifests, &manifests->pods.at[0], &manifests->arena, &denials);
    bool pass = dw_slice_is(verdict, "pass");
    tally->pods++;
    tally->admitted += pass;
    tally->denied += !pass;
    *(pass ? &tally->levels[level].pass : &tally->levels[level].fail) += 1;
    bool good = pass ? denials.len == 0 : denied_by(&denials, expected_check(file, level, minor));
    for (size_t i = 0; i < denials.len; i++)
        good = good && denials.at[i].node != NULL && denials.at[i].node->line > 0 && denials.at[i].message.len > 0;
    if (!good && tally->wrong++ < 20)
        print_error("%s: %zu denials, first %s\n", path, denials.len, denials.len > 0 ? denials.at[0].check->id : "none");
    dw_vector_free(&denials);
    dw_kubernetes_free(manifests);
    dw_document_free(document);
}

static void pod_security(void **state)
{
    (void)state;
    DW_CLEANUP(dw_cleanup_free) char *packed = test_data_or_skip("vectors/kubernetes/pss-testdata.Apache2.tar.xz");
    struct tally tally = {0};
    struct archive *archive = archive_read_new();
    archive_read_support_filter_xz(archive);
    archive_read_support_format_tar(archive);
    assert_int_equal(archive_read_open_filename(archive, packed, 65536), ARCHIVE_OK);
    for (struct archive_entry *entry; archive_read_next_header(archive, &entry) == ARCHIVE_OK;) {
        DW_CLEANUP(dw_cleanup_free) char *path = dw_copy_string(dw_slice_of(archive_entry_pathname(entry)));
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        char block[65536];
        if (!dw_slice_ends_with(dw_slice_of(path), ".yaml"))
            continue;
        for (ssize_t got; (got = archive_read_data(archive, block, sizeof(block))) > 0;)
            dw_buffer_append(&text, dw_slice_make(block, (size_t)got));
        judge(&tally, path, dw_buffer_slice(&text));
    }
    archive_read_free(archive);
    print_message("%zu pods: baseline %zu admitted, %zu denied; restricted %zu admitted, %zu denied; %zu disagree\n", tally.pods,
                  tally.levels[1].pass, tally.levels[1].fail, tally.levels[2].pass, tally.levels[2].fail, tally.wrong);
    assert_int_equal(tally.pods, 4537);
    assert_int_equal(tally.wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(pod_security)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
