/* SPDX-License-Identifier: Apache-2.0
 *
 * 8,000 public Dockerfiles beside BuildKit's parse of each, and BuildKit's tables of substitutions and words. The files'
 * text is never printed: a mismatch names the file by its hash and line. */
#include "base/encoding.h"
#include "base/file.h"
#include "dockerfile/parse.h"
#include "dockerfile/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "../test_data.h"
#include <jansson.h>
#include <openssl/evp.h>

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
    /* What is no instruction has one empty argument there. */
    if (instruction->kind == DW_INSTRUCTION_COUNT)
        return json_array_size(expected) == 1 && text_of(json_array_get(expected, 0)).len == 0;
    /* BuildKit has no arguments for an empty rest; here it is one empty string in the forms that take the whole rest. */
    if (json_array_size(expected) == 0 && !instruction->json && instruction->rest.len == 0)
        return true;
    return same_list(expected, instruction->arguments, instruction->argument_count);
}

static bool same_heredocs(const json_t *expected, const struct dw_instruction *instruction)
{
    if (json_array_size(expected) != instruction->heredoc_count)
        return false;
    for (size_t i = 0; i < instruction->heredoc_count; i++) {
        const json_t *row = json_array_get(expected, i);
        const struct dw_heredoc *heredoc = &instruction->heredocs[i];
        if (!dw_slice_equal(text_of(json_object_get(row, "N")), heredoc->name) ||
            !dw_slice_equal(text_of(json_object_get(row, "T")), heredoc->text) ||
            json_is_true(json_object_get(row, "E")) != heredoc->expand ||
            json_is_true(json_object_get(row, "C")) != heredoc->chomp ||
            (uint64_t)json_integer_value(json_object_get(row, "FD")) != heredoc->descriptor)
            return false;
    }
    return true;
}

static const char *difference(const json_t *expected, const struct dw_instruction *instruction, bool inner)
{
    json_t *lines = json_object_get(expected, "l"), *sub = json_object_get(expected, "s");
    const struct dw_instruction *behind = instruction->inner != NULL ? instruction->inner : instruction->refused_inner;
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
    if (!inner && !same_heredocs(json_object_get(expected, "h"), instruction))
        return "here-documents";
    if ((sub != NULL) != (behind != NULL))
        return "ONBUILD";
    return sub == NULL ? NULL : difference(sub, behind, true);
}

struct tally {
    size_t files, froms, instructions, refused, warnings, wrong;
};

static void wrong(struct tally *tally, const json_t *file, const char *what, unsigned line)
{
    if (tally->wrong++ < 20)
        print_error("%s line %u: %s\n", json_string_value(json_object_get(file, "sha1")), line, what);
}

static void compare_tree(struct tally *tally, const json_t *file, const struct dw_dockerfile *dockerfile)
{
    const json_t *list = json_object_get(file, "i");
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
    const json_t *escape = json_object_get(file, "esc");
    if ((escape == NULL ? '\\' : json_string_value(escape)[0]) != dockerfile->escape)
        wrong(tally, file, "escape character", 0);
}

static void compare_stages(struct tally *tally, const json_t *file, const struct dw_dockerfile *dockerfile)
{
    const json_t *names = json_object_get(file, "st"), *warnings = json_object_get(file, "w");
    bool same = json_array_size(names) == dockerfile->stages.len;
    for (size_t i = 0; same && i < dockerfile->stages.len; i++)
        same = dw_slice_equal(text_of(json_array_get(names, i)), dockerfile->stages.at[i].name);
    if (!same)
        wrong(tally, file, "stage names", 0);
    same = json_array_size(warnings) == dockerfile->warnings.len;
    /* BuildKit's parser warns before its instruction reader does, so they are looked up. */
    for (size_t i = 0; same && i < dockerfile->warnings.len; i++) {
        const struct dw_dockerfile_warning *warning = &dockerfile->warnings.at[i];
        DW_CLEANUP(dw_buffer_free) struct dw_buffer message = {0};
        dw_dockerfile_warning_message(dockerfile, warning, &message);
        bool found = false;
        for (size_t j = 0; !found && j < json_array_size(warnings); j++) {
            const json_t *row = json_array_get(warnings, j);
            found = dw_slice_is(text_of(json_object_get(row, "r")), dw_dockerfile_warning_name(warning->kind)) &&
                    json_integer_value(json_object_get(row, "l")) == warning->line &&
                    dw_slice_equal(text_of(json_object_get(row, "m")), dw_buffer_slice(&message));
        }
        same = found;
        tally->warnings++;
    }
    if (!same)
        wrong(tally, file, "warnings", 0);
}

/* The tree, what BuildKit refuses at each of its two steps, and that this reader takes the same. */
static void compare(struct tally *tally, const json_t *file, struct dw_slice text)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    bool refused = json_object_get(file, "err") != NULL;
    bool at_parse = refused && dw_slice_is(text_of(json_object_get(file, "at")), "parse");
    tally->files++;
    tally->refused += refused;
    struct dw_dockerfile *tree = dw_dockerfile_parse_tree(text, "Dockerfile", false, &limits, &error);
    if (at_parse != (tree == NULL))
        wrong(tally, file, at_parse ? "parsed, BuildKit does not" : "not parsed, BuildKit does", 0);
    else if (tree != NULL)
        compare_tree(tally, file, tree);
    dw_dockerfile_free(tree);
    struct dw_dockerfile *checked = dw_dockerfile_parse_tree(text, "Dockerfile", true, &limits, &error);
    if (refused != (checked == NULL))
        wrong(tally, file, refused ? "accepted, BuildKit refuses it" : "refused, BuildKit accepts it", 0);
    else if (checked != NULL)
        compare_stages(tally, file, checked);
    /* A file of ARG alone is refused only when it is built. */
    bool empty = checked != NULL && checked->stages.len == 0;
    struct dw_dockerfile *whole = dw_dockerfile_parse(text, "Dockerfile", &limits, &error);
    if ((whole == NULL) != (checked == NULL || empty))
        wrong(tally, file, "the reader and its tree differ", 0);
    dw_dockerfile_free(whole);
    dw_dockerfile_free(checked);
}

static struct dw_slice packed(const char *below, struct dw_buffer *text)
{
    DW_CLEANUP(dw_cleanup_free) char *path = test_data(below);
    if (path == NULL) {
        print_message("skipped: no test data\n");
        skip();
    }
    assert_true(read_packed(path, NULL, text));
    return dw_buffer_slice(text);
}

static void report(const struct tally *tally)
{
    print_message("%zu files, %zu refused, %zu instructions, %zu FROM, %zu warnings\n", tally->files, tally->refused,
                  tally->instructions, tally->froms, tally->warnings);
    assert_int_equal(tally->wrong, 0);
}

static void corpus(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    struct dw_slice rest = packed("vectors/dockerfile/corpus-8k.jsonl.xz", &text), line;
    struct tally tally = {0};
    while (dw_slice_line(&rest, &line)) {
        json_t *file = json_loadb(line.at, line.len, JSON_ALLOW_NUL, NULL);
        assert_non_null(file);
        compare(&tally, file, text_of(json_object_get(file, "t")));
        json_decref(file);
    }
    report(&tally);
    assert_int_equal(tally.files, 8000);
    assert_int_equal(tally.refused, 11);
    assert_true(tally.warnings > 3700);
}

/* The texts of Hadolint's labelled cases, found by their SHA-1 as BuildKit's verdicts on them are. */
static void snippets(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer verdicts = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer cases = {0};
    struct dw_slice rest = packed("vectors/dockerfile/hadolint-vectors.GPL3.jsonl.xz", &cases), line;
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    DW_CLEANUP(dw_map_free) struct dw_map texts = {0};
    while (dw_slice_line(&rest, &line)) {
        json_t *row = json_loadb(line.at, line.len, JSON_ALLOW_NUL, NULL);
        assert_non_null(row);
        struct dw_slice *text = dw_arena_alloc(&arena, 1, sizeof(*text));
        *text = dw_arena_copy(&arena, text_of(json_object_get(row, "dockerfile")));
        unsigned char digest[20];
        DW_CLEANUP(dw_buffer_free) struct dw_buffer hex = {0};
        assert_int_equal(EVP_Digest(text->at, text->len, digest, NULL, EVP_sha1(), NULL), 1);
        dw_hex_encode(&hex, dw_slice_make(digest, sizeof(digest)));
        dw_map_insert(&texts, dw_arena_copy(&arena, dw_buffer_slice(&hex)), NULL)->pointer = text;
        json_decref(row);
    }
    struct tally tally = {0};
    rest = packed("vectors/dockerfile/hadolint-snippets-buildkit-ast.jsonl.xz", &verdicts);
    while (dw_slice_line(&rest, &line)) {
        json_t *file = json_loadb(line.at, line.len, JSON_ALLOW_NUL, NULL);
        assert_non_null(file);
        const struct dw_slice *text = dw_map_get(&texts, text_of(json_object_get(file, "sha1")));
        if (text == NULL)
            wrong(&tally, file, "no text", 0);
        else
            compare(&tally, file, *text);
        json_decref(file);
    }
    report(&tally);
    assert_int_equal(tally.files, 626);
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
    DW_CLEANUP(dw_cleanup_free) char *path = test_data("vectors/dockerfile/buildkit-dockerfile.Apache2.tar.xz");
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

/* --- BuildKit's own parser tests ----------------------------------------------------------------------------------- */

/* As Go's strconv.Quote, for what the tests hold. */
static void quote(struct dw_buffer *out, struct dw_slice text)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    dw_buffer_append_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        const char *found = text.at[i] == '\0' ? NULL : strchr(from, text.at[i]);
        if (found != NULL)
            dw_buffer_printf(out, "\\%c", to[found - from]);
        else if (text.at[i] == '\0')
            dw_buffer_append_string(out, "\\x00");
        else
            dw_buffer_append_byte(out, text.at[i]);
    }
    dw_buffer_append_byte(out, '"');
}

/* "(run [\"--flag\"] \"argument\")". */
static void dump(struct dw_buffer *out, const struct dw_instruction *instruction)
{
    dw_buffer_append_byte(out, '(');
    for (size_t i = 0; i < instruction->keyword.len; i++)
        dw_buffer_append_byte(out, dw_to_lower(instruction->keyword.at[i]));
    for (size_t i = 0; i < instruction->flag_count; i++) {
        dw_buffer_append_string(out, i == 0 ? " [" : " ");
        quote(out, instruction->flags[i]);
    }
    if (instruction->flag_count > 0)
        dw_buffer_append_byte(out, ']');
    bool empty = !instruction->json && instruction->rest.len == 0;
    for (size_t i = 0; i < instruction->argument_count && !empty; i++) {
        dw_buffer_append_byte(out, ' ');
        quote(out, instruction->arguments[i]);
    }
    if (instruction->inner != NULL) {
        dw_buffer_append_byte(out, ' ');
        dump(out, instruction->inner);
    }
    dw_buffer_append_byte(out, ')');
}

struct entry {
    struct dw_slice path, text;
};
struct entries {
    struct dw_arena arena;
    DW_VECTOR(struct entry) list;
};

static void read_entries(struct entries *entries)
{
    DW_CLEANUP(dw_cleanup_free) char *path = test_data("vectors/dockerfile/buildkit-dockerfile.Apache2.tar.xz");
    if (path == NULL) {
        print_message("skipped: no test data\n");
        skip();
    }
    struct archive *archive = archive_read_new();
    archive_read_support_filter_xz(archive);
    archive_read_support_format_tar(archive);
    struct archive_entry *head;
    assert_int_equal(archive_read_open_filename(archive, path, 65536), ARCHIVE_OK);
    while (archive_read_next_header(archive, &head) == ARCHIVE_OK) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        char block[65536];
        for (ssize_t got; (got = archive_read_data(archive, block, sizeof(block))) > 0;)
            dw_buffer_append(&text, dw_slice_make(block, (size_t)got));
        *dw_vector_push(&entries->list) = (struct entry){
            dw_arena_copy(&entries->arena, dw_slice_of(archive_entry_pathname(head))),
            dw_arena_copy(&entries->arena, dw_buffer_slice(&text))};
    }
    archive_read_free(archive);
}

static const struct entry *entry_of(const struct entries *entries, struct dw_slice folder, const char *name)
{
    for (size_t i = 0; i < entries->list.len; i++)
        if (dw_slice_equal(dw_path_parent(entries->list.at[i].path), folder) &&
            dw_slice_is(dw_path_base(entries->list.at[i].path), name))
            return &entries->list.at[i];
    return NULL;
}

static void parser_tests(void **state)
{
    (void)state;
    struct entries entries = {0};
    struct dw_limits limits = dw_limits_default();
    size_t trees = 0, refused = 0, bad = 0;
    read_entries(&entries);
    for (size_t i = 0; i < entries.list.len; i++) {
        struct dw_slice folder = dw_path_parent(entries.list.at[i].path), text = entries.list.at[i].text;
        if (!dw_slice_is(dw_path_base(entries.list.at[i].path), "Dockerfile"))
            continue;
        struct dw_error error = DW_ERROR_INIT;
        struct dw_dockerfile *tree = dw_dockerfile_parse_tree(text, "Dockerfile", false, &limits, &error);
        if (dw_slice_find_slice(folder, DW_SLICE("testfiles-negative")) != SIZE_MAX) {
            refused++;
            bad += tree != NULL;
            if (tree != NULL)
                print_error("%.*s: accepted\n", DW_SLICE_ARG(folder));
        }
        const struct entry *result = entry_of(&entries, folder, "result");
        if (result != NULL) {
            DW_CLEANUP(dw_buffer_free) struct dw_buffer got = {0};
            trees++;
            for (size_t j = 0; tree != NULL && j < tree->instructions.len; j++) {
                dump(&got, &tree->instructions.at[j]);
                dw_buffer_append_byte(&got, '\n');
            }
            if (!dw_slice_equal(dw_slice_trim(dw_buffer_slice(&got)), dw_slice_trim(result->text))) {
                bad++;
                print_error("%.*s: expected\n%.*s\ngot %s\n%.*s\n", DW_SLICE_ARG(folder), DW_SLICE_ARG(result->text),
                            tree == NULL ? error.text : "", DW_SLICE_ARG(dw_buffer_slice(&got)));
            }
        }
        /* The lines that BuildKit's own test of this file expects. */
        static const unsigned lines[3][2] = {{5, 5}, {11, 12}, {17, 31}};
        if (dw_slice_ends_with(folder, "testfile-line")) {
            trees++;
            assert_non_null(tree);
            assert_int_equal(tree->instructions.len, 3);
            for (size_t j = 0; j < 3; j++) {
                assert_int_equal(tree->instructions.at[j].line, lines[j][0]);
                assert_int_equal(tree->instructions.at[j].end_line, lines[j][1]);
            }
        }
        dw_dockerfile_free(tree);
    }
    dw_vector_free(&entries.list);
    dw_arena_free(&entries.arena);
    print_message("%zu trees, %zu refused\n", trees, refused);
    assert_true(trees > 30);
    assert_int_equal(refused, 4);
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(corpus), cmocka_unit_test(snippets), cmocka_unit_test(parser_tests), cmocka_unit_test(substitutions),
                                       cmocka_unit_test(words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
