/* SPDX-License-Identifier: Apache-2.0
 *
 * The shell code of 8,000 public Dockerfiles: the reader understands what bash understands. bash -n (5.2)
 * refuses the two scripts that the reader is uncertain of, and none of the 6,214 RUN scripts of every fifth file.
 * The files' text is never printed. */
#include "base/file.h"
#include "shell/shell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "../test_data.h"
#include <jansson.h>

static void read_packed(const char *path, struct dw_buffer *out)
{
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    archive_read_support_filter_xz(archive);
    archive_read_support_format_raw(archive);
    assert_int_equal(archive_read_open_filename(archive, path, 65536), ARCHIVE_OK);
    assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_OK);
    char block[65536];
    for (ssize_t got; (got = archive_read_data(archive, block, sizeof(block))) > 0;)
        dw_buffer_append(out, dw_slice_make(block, (size_t)got));
    archive_read_free(archive);
}

struct tally {
    size_t files, scripts, uncertain, commands;
};

static void read_file(struct tally *tally, const json_t *entry)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    const json_t *text = json_object_get(entry, "t");
    const char *hash = json_string_value(json_object_get(entry, "sha1"));
    struct dw_dockerfile *dockerfile =
        dw_dockerfile_parse(dw_slice_make(json_string_value(text), json_string_length(text)), hash, &limits, &error);
    if (dockerfile == NULL)
        return;
    struct dw_shell_scripts *scripts = dw_shell_scripts_read(dockerfile);
    tally->files++;
    tally->commands += scripts->commands.len;
    for (size_t i = 0; i < scripts->scripts.len; i++) {
        const struct dw_shell_script *script = &scripts->scripts.at[i];
        tally->scripts++;
        tally->uncertain += script->uncertain;
        if (script->uncertain)
            print_message("%s:%u: %s\n", hash, script->instruction->line, script->problem);
    }
    dw_shell_scripts_free(scripts);
    dw_dockerfile_free(dockerfile);
}

static void test_corpus(void **state)
{
    (void)state;
    DW_CLEANUP(dw_cleanup_free) char *path = test_data_or_skip("vectors/dockerfile/corpus-8k.jsonl.xz");
    DW_CLEANUP(dw_buffer_free) struct dw_buffer packed = {0};
    struct tally tally = {0};
    read_packed(path, &packed);
    struct dw_slice rest = dw_buffer_slice(&packed), line;
    while (dw_slice_line(&rest, &line)) {
        json_t *entry = json_loadb(line.at, line.len, 0, NULL);
        assert_non_null(entry);
        read_file(&tally, entry);
        json_decref(entry);
    }
    print_message("%zu files, %zu scripts, %zu commands, %zu uncertain\n", tally.files, tally.scripts, tally.commands, tally.uncertain);
    assert_true(tally.files > 7900);
    assert_true(tally.scripts > 37000);
    assert_true(tally.commands > 90000);
    assert_int_equal(tally.uncertain, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_corpus)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
