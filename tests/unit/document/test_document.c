/* SPDX-License-Identifier: Apache-2.0 */
#include "document/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>

static struct dw_limits limits;
static struct dw_error error;

static struct dw_document *parse(struct dw_slice text, const char *name)
{
    error = (struct dw_error)DW_ERROR_INIT;
    return dw_document_parse(text, name, &limits, &error);
}

static void expect_failure(struct dw_slice text, const char *name, enum dw_error_kind kind, const char *message)
{
    struct dw_document *document = parse(text, name);
    assert_null(document);
    assert_int_equal(error.kind, kind);
    assert_non_null(error.text);
    if (strstr(error.text, message) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", message, error.text);
}

#define EXPECT_FAILURE(text, name, kind, message) expect_failure(DW_SLICE(text), name, kind, message)

static void expect_text(const struct dw_node *node, const char *text)
{
    assert_non_null(node);
    assert_int_equal(node->kind, DW_NODE_SCALAR);
    if (!dw_slice_is(node->text, text))
        fail_msg("\"%.*s\" is not \"%s\"", DW_SLICE_ARG(node->text), text);
}

/* The node's own bytes in the file. */
static void expect_source(const struct dw_document *document, const struct dw_node *node, const char *text)
{
    assert_non_null(node);
    struct dw_slice own = dw_slice_part(document->source, node->start, node->end - node->start);
    if (!dw_slice_is(own, text))
        fail_msg("\"%.*s\" is not \"%s\"", DW_SLICE_ARG(own), text);
}

static void expect_at(const struct dw_node *node, unsigned line, unsigned column)
{
    assert_int_equal(node->line, line);
    assert_int_equal(node->column, column);
}

static void yaml_tree_and_positions(void **state)
{
    (void)state;
    struct dw_document *d = parse(DW_SLICE("a: 1\n"
                                           "b:\n"
                                           "  - x  # note\n"
                                           "  - \"y\\tz\"\n"
                                           "\n"
                                           "# end of b\n"
                                           "c: {d: [e, 'f']}\n"
                                           "g: |\n"
                                           "  h\n"),
                                  "x.yaml");
    assert_non_null(d);
    assert_int_equal(d->root_count, 1);
    struct dw_node *root = d->roots[0];
    assert_int_equal(root->kind, DW_NODE_MAPPING);
    assert_int_equal(root->count, 4);
    assert_int_equal(root->own_count, 4);
    expect_text(dw_node_get(root, "a"), "1");
    struct dw_node *b = dw_node_get(root, "b");
    assert_int_equal(b->count, 2);
    expect_at(b, 3, 3);
    expect_source(d, b, "- x  # note\n  - \"y\\tz\"");
    expect_text(b->items[1], "y\tz");
    assert_int_equal(b->items[1]->style, DW_SCALAR_QUOTED);
    expect_source(d, b->items[1], "\"y\\tz\"");
    struct dw_node *c = dw_node_get(root, "c");
    expect_source(d, c, "{d: [e, 'f']}");
    expect_at(dw_node_get(c, "d")->items[1], 7, 12);
    assert_int_equal(dw_node_get(root, "g")->style, DW_SCALAR_BLOCK);
    expect_text(dw_node_get(root, "g"), "h\n");
    expect_at(dw_node_get_key(root, "g"), 8, 1);
    assert_null(dw_node_get(root, "z"));
    assert_null(dw_node_get(NULL, "z"));
    dw_document_free(d);
}

static void indentless_sequence_ends_with_its_last_item(void **state)
{
    (void)state;
    struct dw_document *d = parse(DW_SLICE("a:\n- b\n- c: d\n\nnext: 1\n"), "x.yaml");
    assert_non_null(d);
    expect_source(d, dw_node_get(d->roots[0], "a"), "- b\n- c: d");
    dw_document_free(d);
}

/* libyaml counts characters: bytes must still be right after two-, three- and four-byte ones, over a mark's distance. */
static void byte_offsets_after_other_scripts(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_buffer_append_string(&text, "\xef\xbb\xbf");
    for (int i = 0; i < 100; i++)
        dw_buffer_printf(&text, "k%d: \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 # \xc3\xa4\r\n", i);
    dw_buffer_append_string(&text, "\xc3\xa9: here\r\n");
    struct dw_document *d = parse(dw_buffer_slice(&text), "x.yaml");
    assert_non_null(d);
    struct dw_node *node = d->roots[0]->items[100];
    expect_source(d, node, "here");
    expect_at(node, 101, 4);
    expect_source(d, d->roots[0]->items[57], "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    dw_document_free(d);
}

static void tags_and_anchors_stand_before_the_node(void **state)
{
    (void)state;
    struct dw_document *d = parse(DW_SLICE("a: !reset &x value\nb: &m # note\n  &k c: d\ne: !override [1]\nf: *x\ng: !<tag:x> h\n"),
                                  "x.yaml");
    assert_non_null(d);
    struct dw_node *root = d->roots[0], *a = dw_node_get(root, "a"), *f = dw_node_get(root, "f");
    expect_source(d, a, "value");
    expect_at(a, 1, 14);
    assert_true(dw_slice_is(a->tag, "!reset"));
    assert_false(a->alias);
    expect_source(d, dw_node_get(root, "b"), "&k c: d");
    expect_source(d, dw_node_get(root, "e"), "[1]");
    expect_source(d, dw_node_get(root, "g"), "h");
    assert_true(f->alias);
    expect_text(f, "value");
    expect_source(d, f, "value");
    expect_at(f, 1, 14);
    dw_document_free(d);
}

static void several_documents_and_none(void **state)
{
    (void)state;
    struct dw_document *d = parse(DW_SLICE("---\na: &x 1\n---\nb: 2\n...\n"), "x.yaml");
    assert_non_null(d);
    assert_int_equal(d->root_count, 2);
    expect_text(dw_node_get(d->roots[1], "b"), "2");
    dw_document_free(d);
    static const char *const empty[] = {"", "\n\n", "# only a comment\n", "\xef\xbb\xbf"};
    for (size_t i = 0; i < 4; i++) {
        d = parse(dw_slice_of(empty[i]), "x.yaml");
        assert_non_null(d);
        assert_int_equal(d->root_count, 0);
        dw_document_free(d);
    }
    EXPECT_FAILURE("---\na: &x 1\n---\nb: *x\n", "x.yaml", DW_ERROR_INPUT,
                   "x.yaml:4:4: alias \"*x\" names no anchor before it");
}

static void merge_keys(void **state)
{
    (void)state;
    struct dw_document *d = parse(DW_SLICE("one: &one {a: 1, b: 1}\n"
                                           "two: &two {b: 2, c: 2}\n"
                                           "x:\n"
                                           "  c: own\n"
                                           "  <<: [*one, *two]\n"
                                           "  d: own\n"
                                           "y: {<<: *one}\n"
                                           "z: {\"<<\": text}\n"),
                                  "x.yaml");
    assert_non_null(d);
    struct dw_node *x = dw_node_get(d->roots[0], "x");
    assert_int_equal(x->count, 4);
    assert_int_equal(x->own_count, 2);
    expect_text(dw_node_get(x, "a"), "1");
    expect_text(dw_node_get(x, "b"), "1");
    expect_text(dw_node_get(x, "c"), "own");
    expect_text(dw_node_get(x, "d"), "own");
    assert_null(dw_node_get(x, "<<"));
    expect_at(dw_node_get(x, "a"), 1, 15);
    assert_int_equal(dw_node_get(d->roots[0], "y")->count, 2);
    expect_text(dw_node_get(dw_node_get(d->roots[0], "z"), "<<"), "text");
    dw_document_free(d);
    EXPECT_FAILURE("a: {<<: text}\n", "x.yaml", DW_ERROR_INPUT, "x.yaml:1:5: the merge key");
    EXPECT_FAILURE("a: {<<: [[b]]}\n", "x.yaml", DW_ERROR_INPUT, "x.yaml:1:5: the merge key");
    d = parse(DW_SLICE("{\"<<\": 1}"), "x.json");
    expect_text(dw_node_get(d->roots[0], "<<"), "1");
    dw_document_free(d);
}

static void duplicate_keys(void **state)
{
    (void)state;
    EXPECT_FAILURE("a: 1\nb: 2\n\"a\": 3\n", "x.yaml", DW_ERROR_INPUT,
                   "x.yaml:3:1: duplicate key \"a\": it stands already at line 1, column 1");
    EXPECT_FAILURE("{\"a\": {\"b\": 1,\n \"b\": 2}}", "x.json", DW_ERROR_INPUT,
                   "x.json:2:2: duplicate key \"b\": it stands already at line 1, column 8");
    EXPECT_FAILURE("{\"a\": 1, \"\\u0061\": 2}", "x", DW_ERROR_INPUT, "duplicate key");
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    for (int i = 0; i < 20; i++)
        dw_buffer_printf(&text, "k%d: 1\n", i);
    dw_buffer_append_string(&text, "k12: 2\n");
    expect_failure(dw_buffer_slice(&text), "x.yaml", DW_ERROR_INPUT,
                   "x.yaml:21:1: duplicate key \"k12\": it stands already at line 13, column 1");
}

static void many_keys(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    for (int i = 0; i < 100000; i++)
        dw_buffer_printf(&text, "key-%d: %d\n", i, i);
    struct dw_document *d = parse(dw_buffer_slice(&text), "x.yaml");
    assert_non_null(d);
    assert_int_equal(d->roots[0]->count, 100000);
    dw_document_free(d);
    dw_buffer_append_string(&text, "key-77777: again\n");
    expect_failure(dw_buffer_slice(&text), "x.yaml", DW_ERROR_INPUT, "line 77778, column 1");
}

static void alias_bomb(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_buffer_append_string(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 40; i++) {
        dw_buffer_printf(&text, "a%d: &a%d [", i, i);
        for (int j = 0; j < 10; j++)
            dw_buffer_printf(&text, "%s*a%d", j == 0 ? "" : ", ", i - 1);
        dw_buffer_append_string(&text, "]\n");
    }
    expect_failure(dw_buffer_slice(&text), "x.yaml", DW_ERROR_LIMIT, "document-nodes");
    /* A chain that grows in depth only: the consumer's recursion is bounded as well. */
    dw_buffer_clear(&text);
    dw_buffer_append_string(&text, "- &a0 [x]\n");
    for (int i = 1; i < 200; i++)
        dw_buffer_printf(&text, "- &a%d [*a%d]\n", i, i - 1);
    expect_failure(dw_buffer_slice(&text), "x.yaml", DW_ERROR_LIMIT, "document-depth");
    EXPECT_FAILURE("a: &a [b, *a]\n", "x.yaml", DW_ERROR_INPUT, "x.yaml:1:11: alias \"*a\" is recursive");
    EXPECT_FAILURE("a: &a\n  b: {c: *a}\n", "x.yaml", DW_ERROR_INPUT, "is recursive");
    EXPECT_FAILURE("a: *b\n", "x.yaml", DW_ERROR_INPUT, "x.yaml:1:4: alias \"*b\" names no anchor");
}

static void depth_is_limited(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    for (int i = 0; i < 1000000; i++)
        dw_buffer_append_byte(&text, '[');
    expect_failure(dw_buffer_slice(&text), "x.json", DW_ERROR_LIMIT, "x.json:1:129: limit");
    expect_failure(dw_buffer_slice(&text), "x", DW_ERROR_LIMIT, "document-depth");
    dw_buffer_clear(&text);
    for (int i = 0; i < 100000; i++)
        dw_buffer_append_string(&text, "- ");
    expect_failure(dw_buffer_slice(&text), "x.yaml", DW_ERROR_LIMIT, "document-depth");
    dw_buffer_clear(&text);
    for (int i = 0; i < 128; i++)
        dw_buffer_append_byte(&text, '[');
    for (int i = 0; i < 128; i++)
        dw_buffer_append_byte(&text, ']');
    struct dw_document *d = parse(dw_buffer_slice(&text), "x.json");
    assert_non_null(d);
    dw_document_free(d);
    limits.value[DW_LIMIT_DOCUMENT_BYTES] = 10;
    EXPECT_FAILURE("12345678901", "x", DW_ERROR_LIMIT, "document-bytes");
    limits = dw_limits_default();
    dw_buffer_clear(&text);
    for (int i = 0; i < 200; i++)
        dw_buffer_printf(&text, "%%TAG !t%d! tag:x,1:\n", i);
    expect_failure(dw_buffer_slice(&text), "x.yaml", DW_ERROR_LIMIT, "%TAG");
}

static void encodings(void **state)
{
    (void)state;
    EXPECT_FAILURE("a: 1\nb: \xff\n", "x.yaml", DW_ERROR_INPUT, "x.yaml:2: not UTF-8: byte 0xff");
    EXPECT_FAILURE("\xff\xfe" "a\0:\0", "x.yaml", DW_ERROR_INPUT, "x.yaml:1: not UTF-8");
    EXPECT_FAILURE("a: 1\n\nb: \0\n", "x.yaml", DW_ERROR_INPUT, "x.yaml:3: a NUL byte");
    EXPECT_FAILURE("{\"a\": \"\\u0000\"}", "x.json", DW_ERROR_INPUT, "x.json:1:7: a NUL character");
    EXPECT_FAILURE("a: \"\\0\"", "x.yaml", DW_ERROR_INPUT, "x.yaml:1:4: a NUL character");
    EXPECT_FAILURE("a: b\x01\n", "x.yaml", DW_ERROR_INPUT, "x.yaml:1:5: control characters are not allowed");
    EXPECT_FAILURE("a: {b: c\nd: e\n", "x.yaml", DW_ERROR_INPUT, "flow mapping that begins at line 1");
    EXPECT_FAILURE("? [a]\n: b\n", "x.yaml", DW_ERROR_INPUT, "x.yaml:1:3: a mapping's key must be a scalar");
    EXPECT_FAILURE("a: &k [a]\n*k : b\n", "x.yaml", DW_ERROR_INPUT, "x.yaml:2:1: a mapping's key must be a scalar");
}

/* RFC 8259; the texts are those of the grammar and its usual misreadings. */
static void json_grammar(void **state)
{
    (void)state;
    static const char *const good[] = {"0",  "-0",   "1.5e-7", "true", "null", "\"\"", "[]", " {} ", "[1 , 2]",
                                       "{\"a\":{\"b\":[[],{}]}}", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9\""};
    static const char *const bad[] = {"",       " ",      "01",     "1.",      ".5",      "+1",     "1e",    "-",
                                      "nul",    "True",   "[1,]",   "[,1]",    "{\"a\":1,}", "{a:1}", "{'a':1}",
                                      "[1 2]",  "[1]]",   "[",      "{",       "{\"a\"",  "{\"a\":", "\"",   "\"\\x\"",
                                      "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\t\"",
                                      "// c\n1", "1 2",   "NaN",    "Infinity", "[1}",    "{\"a\":1]", "truefalse"};
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
        struct dw_document *d = parse(dw_slice_of(good[i]), "x.json");
        if (d == NULL)
            fail_msg("%s: %s", good[i], error.text);
        assert_int_equal(d->root_count, 1);
        dw_document_free(d);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct dw_document *d = parse(dw_slice_of(bad[i]), "x.json");
        if (d != NULL)
            fail_msg("%s was accepted", bad[i]);
        assert_int_equal(error.kind, DW_ERROR_INPUT);
    }
    struct dw_document *d = parse(DW_SLICE("{\"a\": \"\\ud83d\\ude00\\u00e9\",\n  \"b\": [1, 22]}"), "x.json");
    assert_non_null(d);
    expect_text(dw_node_get(d->roots[0], "a"), "\xf0\x9f\x98\x80\xc3\xa9");
    struct dw_node *b = dw_node_get(d->roots[0], "b");
    expect_source(d, b, "[1, 22]");
    expect_at(b->items[1], 2, 12);
    expect_source(d, b->items[1], "22");
    dw_document_free(d);
    EXPECT_FAILURE("{\"a\": 1,\n \"b\" 2}", "x.json", DW_ERROR_INPUT, "x.json:2:6: \":\" was expected");
    d = parse(DW_SLICE("{a: 1}"), "deploy"); /* flow style YAML without a name that says so */
    assert_non_null(d);
    expect_text(dw_node_get(d->roots[0], "a"), "1");
    dw_document_free(d);
}

static void scalars(void **state)
{
    (void)state;
    struct dw_document *d = parse(DW_SLICE("[null, ~, 'null', true, FALSE, \"true\", yes, 12, -3, '12', 1.5, !!str 7]\n---\na:\n"), "x.yaml");
    assert_non_null(d);
    struct dw_node **i = d->roots[0]->items;
    bool value = false;
    int64_t number = 0;
    assert_true(dw_node_is_null(i[0]) && dw_node_is_null(i[1]) && !dw_node_is_null(i[2]));
    assert_true(dw_node_is_null(dw_node_get(d->roots[1], "a")));
    assert_false(dw_node_is_null(NULL));
    assert_true(dw_node_bool(i[3], &value) && value);
    assert_true(dw_node_bool(i[4], &value) && !value);
    assert_false(dw_node_bool(i[5], &value) || dw_node_bool(i[6], &value));
    assert_true(dw_node_integer(i[7], &number) && number == 12);
    assert_true(dw_node_integer(i[8], &number) && number == -3);
    assert_false(dw_node_integer(i[9], &number) || dw_node_integer(i[10], &number) || dw_node_integer(i[11], &number));
    assert_false(dw_document_fail(d, i[7], DW_ERROR_USAGE, &error, "unknown key \"%s\"", "x"));
    assert_string_equal(error.text, "x.yaml:1:45: unknown key \"x\"");
    assert_int_equal(error.kind, DW_ERROR_USAGE);
    dw_document_free(d);
}

static void truncated_and_flipped(void **state)
{
    (void)state;
    static const char sample[] = "a: &x {b: [1, 'two', \"t\\u0068ree\"], c: *y}\n<<: *x\nd: |\n  text\n# end\n---\n- *x\n";
    for (size_t length = 0; length < sizeof(sample); length++) {
        dw_document_free(parse(dw_slice_make(sample, length), "x.yaml"));
        dw_document_free(parse(dw_slice_make(sample, length), "x.json"));
    }
    for (size_t bit = 0; bit < (sizeof(sample) - 1) * 8; bit++) {
        char copy[sizeof(sample)];
        memcpy(copy, sample, sizeof(sample));
        copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << bit % 8));
        struct dw_document *d = parse(dw_slice_make(copy, sizeof(sample) - 1), "x.yaml");
        assert_true((d == NULL) == (error.kind != DW_ERROR_NONE));
        dw_document_free(d);
    }
}

static void files(void **state)
{
    (void)state;
    assert_null(dw_document_read("/nonexistent/policy.yaml", &limits, &error));
    assert_int_equal(error.kind, DW_ERROR_INPUT);
    assert_non_null(strstr(error.text, "/nonexistent/policy.yaml"));
    char path[] = "/tmp/dockworthy-document-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    /* 512 MiB of '[' take no room as a file with a hole would be NUL, so a tighter limit stands for the size. */
    assert_int_equal(write(fd, "[[[[[[[[[[", 10), 10);
    close(fd);
    limits.value[DW_LIMIT_DOCUMENT_BYTES] = 9;
    error = (struct dw_error)DW_ERROR_INIT;
    assert_null(dw_document_read(path, &limits, &error));
    assert_int_equal(error.kind, DW_ERROR_LIMIT);
    assert_non_null(strstr(error.text, "document-bytes"));
    limits = dw_limits_default();
    unlink(path);
}

static int setup(void **state)
{
    (void)state;
    limits = dw_limits_default();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yaml_tree_and_positions),
        cmocka_unit_test(indentless_sequence_ends_with_its_last_item),
        cmocka_unit_test(byte_offsets_after_other_scripts),
        cmocka_unit_test(tags_and_anchors_stand_before_the_node),
        cmocka_unit_test(several_documents_and_none),
        cmocka_unit_test(merge_keys),
        cmocka_unit_test(duplicate_keys),
        cmocka_unit_test(many_keys),
        cmocka_unit_test(alias_bomb),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(encodings),
        cmocka_unit_test(json_grammar),
        cmocka_unit_test(scalars),
        cmocka_unit_test(truncated_and_flipped),
        cmocka_unit_test(files),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
