/* SPDX-License-Identifier: Apache-2.0
 *
 * 8,000 public Dockerfiles beside BuildKit's parse of each, and BuildKit's tables of substitutions and words. The files'
 * text is never printed: a mismatch names the file by its hash and line. */
#include "base/file.h"
#include "dockerfile/dockerfile.h"
#include "dockerfile/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>
#include <jansson.h>

/* The path of a file of the shared test data, or NULL. Freed with free(). */
static char *data_file(const char *below)
{
    const char *folder = getenv("DOCKWORTHY_TEST_DATA"), *source = getenv("DOCKWORTHY_SOURCE");
    DW_CLEANUP(dw_cleanup_free) char *data =
        folder ? dw_copy_string(dw_slice_of(folder)) : dw_path_join(source ? source : ".", "../shared/data");
    char *path = dw_path_join(data, below);
    if (dw_is_file(path))
        return path;
    free(path);
    return NULL;
}

/* The content of the entry whose path ends in NAME, of an xz-compressed tar; or of the xz file itself when NAME is NULL. */
static bool read_packed(const char *path, const char *name, struct dw_buffer *out)
{
    struct archive *archive = archive_read_new();
    archive_read_support_filter_xz(archive);
    if (name == NULL)
        archive_read_support_format_raw(archive);
    else
        archive_read_support_format_tar(archive);
    bool found = false;
    struct archive_entry *entry;
    assert_int_equal(archive_read_open_filename(archive, path, 65536), ARCHIVE_OK);
    while (!found && archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
        if (name != NULL && !dw_slice_ends_with(dw_slice_of(archive_entry_pathname(entry)), name))
            continue;
        found = true;
        char block[65536];
        for (ssize_t got; (got = archive_read_data(archive, block, sizeof(block))) > 0;)
            dw_buffer_append(out, dw_slice_make(block, (size_t)got));
    }
    archive_read_free(archive);
    return found;
}

static struct dw_slice text_of(const json_t *string)
{
    return dw_slice_make(json_string_value(string), json_string_length(string));
}

static bool same_list(const json_t *expected, const struct dw_slice *list, size_t count)
{
    if (json_array_size(expected) != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!dw_slice_equal(text_of(json_array_get(expected, i)), list[i]))
            return false;
    return true;
}

static bool same_arguments(const json_t *expected, const struct dw_instruction *instruction)
{
    /* BuildKit has no arguments for an empty rest; here it is one empty string in the forms that take the whole rest. */
    if (json_array_size(expected) == 0 && !instruction->json && instruction->rest.len == 0)
        return true;
    return same_list(expected, instruction->arguments, instruction->argument_count);
}

static const char *difference(const json_t *expected, const struct dw_instruction *instruction, bool inner)
{
    json_t *lines = json_object_get(expected, "l"), *sub = json_object_get(expected, "s");
    if (!dw_slice_equal(text_of(json_object_get(expected, "c")), instruction->keyword))
        return "keyword";
    if (!inner && (json_integer_value(json_array_get(lines, 0)) != instruction->line ||
                   json_integer_value(json_array_get(lines, 1)) != instruction->end_line))
        return "lines";
    if (!same_list(json_object_get(expected, "f"), instruction->flags, instruction->flag_count))
        return "flags";
    if (json_is_true(json_object_get(expected, "j")) != instruction->json)
        return "JSON form";
    if (!same_arguments(json_object_get(expected, "a"), instruction))
        return "arguments";
    if ((sub != NULL) != (instruction->inner != NULL))
        return "ONBUILD";
    return sub == NULL ? NULL : difference(sub, instruction->inner, true);
}

struct tally {
    size_t files, froms, instructions, refused, wrong;
};

static void wrong(struct tally *tally, const json_t *file, const char *what, unsigned line)
{
    if (tally->wrong++ < 20)
        print_error("%s line %u: %s\n", json_string_value(json_object_get(file, "sha1")), line, what);
}

static void compare(struct tally *tally, const json_t *file, const struct dw_dockerfile *dockerfile)
{
    const json_t *list = json_object_get(file, "i"), *names = json_object_get(file, "st");
    if (json_array_size(list) != dockerfile->instructions.len) {
        wrong(tally, file, "number of instructions", 0);
        return;
    }
    for (size_t i = 0; i < dockerfile->instructions.len; i++) {
        const struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        const char *what = difference(json_array_get(list, i), instruction, false);
        if (what != NULL)
            wrong(tally, file, what, instruction->line);
        tally->froms += instruction->kind == DW_INSTRUCTION_FROM;
        tally->instructions++;
    }
    bool same = json_array_size(names) == dockerfile->stages.len;
    for (size_t i = 0; same && i < dockerfile->stages.len; i++)
        same = dw_slice_equal(text_of(json_array_get(names, i)), dockerfile->stages.at[i].name);
    if (!same)
        wrong(tally, file, "stage names", 0);
}

static void corpus(void **state)
{
    (void)state;
    DW_CLEANUP(dw_cleanup_free) char *path = data_file("vectors/dockerfile/corpus-8k.jsonl.xz");
    if (path == NULL) {
        print_message("skipped: no test data\n");
        skip();
    }
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    assert_true(read_packed(path, NULL, &text));
    struct dw_limits limits = dw_limits_default();
    struct dw_slice rest = dw_buffer_slice(&text), line;
    struct tally tally = {0};
    while (dw_slice_line(&rest, &line)) {
        json_t *file = json_loadb(line.at, line.len, JSON_ALLOW_NUL, NULL);
        assert_non_null(file);
        struct dw_error error = DW_ERROR_INIT;
        struct dw_dockerfile *dockerfile =
            dw_dockerfile_parse(text_of(json_object_get(file, "t")), "Dockerfile", &limits, &error);
        bool refused = json_object_get(file, "err") != NULL;
        tally.files++;
        tally.refused += refused;
        if (refused != (dockerfile == NULL))
            wrong(&tally, file, refused ? "accepted, BuildKit refuses it" : "refused, BuildKit accepts it", 0);
        else if (dockerfile != NULL)
            compare(&tally, file, dockerfile);
        dw_dockerfile_free(dockerfile);
        json_decref(file);
    }
    print_message("%zu files, %zu refused, %zu instructions, %zu FROM\n", tally.files, tally.refused,
                  tally.instructions, tally.froms);
    assert_int_equal(tally.files, 8000);
    assert_int_equal(tally.refused, 11);
    assert_int_equal(tally.wrong, 0);
}

struct table {
    const struct dw_slice *names, *values;
    size_t count;
};

static bool lookup(void *context, struct dw_slice name, struct dw_slice *value)
{
    const struct table *table = context;
    for (size_t i = table->count; i > 0; i--)
        if (dw_slice_equal(table->names[i - 1], name)) {
            *value = table->values[i - 1];
            return true;
        }
    return false;
}

static void buildkit_table(const char *name, struct dw_buffer *text)
{
    DW_CLEANUP(dw_cleanup_free) char *path = data_file("vectors/dockerfile/buildkit-dockerfile.Apache2.tar.xz");
    if (path == NULL) {
        print_message("skipped: no test data\n");
        skip();
    }
    assert_true(read_packed(path, name, text));
}

/* The variables that BuildKit's TestShellParserMandatoryEnvVars and its table's runner set. */
static void substitutions(void **state)
{
    (void)state;
    static const struct dw_slice names[] = {DW_SLICE_INIT("PWD"), DW_SLICE_INIT("SHELL"), DW_SLICE_INIT("KOREAN"),
                                            DW_SLICE_INIT("NULL")};
    static const struct dw_slice values[] = {DW_SLICE_INIT("/home"), DW_SLICE_INIT("bash"),
                                             DW_SLICE_INIT("\xed\x95\x9c\xea\xb5\xad\xec\x96\xb4"), DW_SLICE_INIT("")};
    struct table table = {names, values, 4};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    buildkit_table("shell/envVarTest", &text);
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    uint64_t budget = DW_WORD_BUDGET;
    struct dw_word_lexer lexer = {&arena, '\\', lookup, &table, false, false, &budget};
    struct dw_slice rest = dw_buffer_slice(&text), line;
    size_t rows = 0, bad = 0;
    for (unsigned number = 1; dw_slice_line(&rest, &line); number++) {
        size_t comment = dw_slice_find(line, '#');
        if (dw_slice_trim(line).len == 0 || comment == 0 || line.at[0] == 'W')
            continue;
        struct dw_slice left = dw_slice_from(line, 2);
        size_t bar = dw_slice_find(left, '|');
        assert_true(bar != SIZE_MAX);
        struct dw_slice expected = dw_slice_trim(dw_slice_from(left, bar + 1)), result;
        struct dw_error error = DW_ERROR_INIT;
        bool good = dw_word_expand(&lexer, dw_slice_trim(dw_slice_part(left, 0, bar)), &result, &error);
        rows++;
        if (good ? dw_slice_equal(result, expected) : dw_slice_is(expected, "error"))
            continue;
        bad++;
        print_error("envVarTest:%u: %.*s gives %.*s\n", number, DW_SLICE_ARG(line), DW_SLICE_ARG(result));
    }
    print_message("%zu rows\n", rows);
    assert_true(rows > 100);
    assert_int_equal(bad, 0);
}

/* Does WORDS equal the comma-separated EXPECTED? */
static bool same_words(struct dw_slice expected, const struct dw_word_list *words)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer joined = {0};
    for (size_t i = 0; i < words->words.len; i++) {
        if (i > 0)
            dw_buffer_append_byte(&joined, ',');
        dw_buffer_append(&joined, words->words.at[i]);
    }
    return dw_slice_equal(dw_buffer_slice(&joined), expected);
}

static void words(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    buildkit_table("shell/wordsTest", &text);
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    struct dw_slice names[200], values[200];
    struct table table = {names, values, 0};
    uint64_t budget = DW_WORD_BUDGET;
    struct dw_word_lexer lexer = {&arena, '\\', lookup, &table, false, false, &budget};
    struct dw_slice rest = dw_buffer_slice(&text), line;
    size_t rows = 0, bad = 0;
    for (unsigned number = 1; dw_slice_line(&rest, &line); number++) {
        if (dw_slice_trim(line).len == 0 || line.at[0] == '#')
            continue;
        if (dw_slice_starts_with(line, "ENV ")) {
            size_t equal = dw_slice_find(line, '=');
            assert_true(table.count < 200 && equal != SIZE_MAX);
            names[table.count] = dw_slice_part(line, 4, equal - 4);
            values[table.count++] = dw_slice_from(line, equal + 1);
            continue;
        }
        size_t bar = dw_slice_find(line, '|');
        assert_true(bar != SIZE_MAX);
        struct dw_slice expected = dw_slice_from(line, bar + 1);
        if (dw_slice_starts_with(expected, " "))
            expected = dw_slice_from(expected, 1);
        DW_CLEANUP(dw_word_list_free) struct dw_word_list list = {0};
        struct dw_error error = DW_ERROR_INIT;
        bool good = dw_word_split(&lexer, dw_slice_trim(dw_slice_part(line, 0, bar)), &list, &error);
        rows++;
        if (good ? same_words(expected, &list) : dw_slice_is(dw_slice_trim(expected), "error"))
            continue;
        bad++;
        print_error("wordsTest:%u: %.*s gives %zu words\n", number, DW_SLICE_ARG(line), list.words.len);
    }
    print_message("%zu rows\n", rows);
    assert_true(rows > 15);
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(corpus), cmocka_unit_test(substitutions),
                                       cmocka_unit_test(words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
