/* SPDX-License-Identifier: Apache-2.0
 *
 * Every expected text is written by hand: what a careful person would have changed. */
#include "document/edit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct dw_limits limits;

/* One change of a file, and how it came out. */
struct change {
    struct dw_arena arena;
    struct dw_document *document;
    struct dw_edits edits;
};

static void begin(struct change *change, const char *text, const char *name)
{
    struct dw_error error = DW_ERROR_INIT;
    *change = (struct change){0};
    change->document = dw_document_parse(dw_slice_of(text), name, &limits, &error);
    if (change->document == NULL)
        fail_msg("%s", error.text);
    change->edits = (struct dw_edits){.arena = &change->arena, .problem = DW_SLICE("")};
}

/* The node at "a.b.0" below the first root. */
static struct dw_node *at(struct change *change, const char *path)
{
    struct dw_node *node = change->document->roots[0];
    struct dw_slice rest = dw_slice_of(path), name;
    for (bool more = rest.len > 0; more && dw_slice_split(&rest, '.', &more, &name);) {
        uint64_t index;
        if (node->kind == DW_NODE_SEQUENCE) {
            assert_true(dw_parse_u64(name, &index));
            assert_true(index < node->count);
            node = node->items[index];
        } else {
            char key[64];
            snprintf(key, sizeof(key), "%.*s", DW_SLICE_ARG(name));
            node = dw_node_get(node, key);
        }
        assert_non_null(node);
    }
    return node;
}

static void end(struct change *change, const char *expected)
{
    struct dw_buffer out = {0};
    struct dw_error error = DW_ERROR_INIT;
    if (expected == NULL) {
        assert_true(change->edits.problem.len > 0);
        assert_int_equal(change->edits.list.len, 0);
    } else {
        if (change->edits.problem.len > 0)
            fail_msg("%.*s", DW_SLICE_ARG(change->edits.problem));
        dw_edits_apply(change->document->source, change->edits.list.at, change->edits.list.len, &out);
        if (!dw_slice_is(dw_buffer_slice(&out), expected))
            fail_msg("\n%s\n is not\n%s", out.at, expected);
        struct dw_document *again =
            dw_document_parse(dw_buffer_slice(&out), change->document->name.at, &limits, &error);
        if (again == NULL)
            fail_msg("%s", error.text);
        dw_document_free(again);
    }
    dw_buffer_free(&out);
    dw_edits_free(&change->edits);
    dw_document_free(change->document);
    dw_arena_free(&change->arena);
}

static void set_in(const char *name, const char *text, const char *mapping, const char *path, const char *value,
                   const char *expected)
{
    struct change change;
    begin(&change, text, name);
    dw_edits_set(&change.edits, at(&change, mapping), path, dw_slice_of(value));
    end(&change, expected);
}
#define SET(...) set_in("a.yaml", __VA_ARGS__)

static void append(const char *text, const char *mapping, const char *path, const char *item, const char *expected)
{
    struct change change;
    struct dw_slice items[] = {dw_slice_of(item)};
    begin(&change, text, "a.yaml");
    dw_edits_append(&change.edits, at(&change, mapping), path, items, 1);
    end(&change, expected);
}

static void drop(const char *text, const char *path, const char *expected)
{
    struct change change;
    begin(&change, text, "a.yaml");
    dw_edits_remove(&change.edits, at(&change, path));
    end(&change, expected);
}

static void replace(const char *text, const char *path, const char *value, const char *expected)
{
    struct change change;
    begin(&change, text, "a.yaml");
    dw_edits_replace(&change.edits, at(&change, path), dw_slice_of(value));
    end(&change, expected);
}

static void members_are_added_to_blocks(void **state)
{
    (void)state;
    SET("services:\n  web:\n    image: x # the image\n    # about ports\n  db:\n    image: y\n", "services.web", "read_only", "true",
        "services:\n  web:\n    image: x # the image\n    read_only: true\n    # about ports\n  db:\n    image: y\n");
    /* CRLF, and no line end at the end of the file. */
    SET("a:\r\n  b: 1", "a", "c", "[ALL]", "a:\r\n  b: 1\r\n  c: [ALL]");
    /* The mapping of an item; deeper indentation is taken over. */
    SET("c:\n    - name: app\n      image: x\n    - name: b\n", "c.0", "securityContext.capabilities.drop", "[ALL]",
        "c:\n    - name: app\n      image: x\n      securityContext:\n        capabilities:\n          drop: [ALL]\n    - name: b\n");
    SET("a:\n    b:\n        c: 1\n", "a.b", "d.e", "x", "a:\n    b:\n        c: 1\n        d:\n            e: x\n");
    /* A block value is indented. */
    SET("a:\n  b: 1\n", "a", "test", "interval: 30s\nretry:\n- one\n- two: 2\n  three: 3\n",
        "a:\n  b: 1\n  test:\n    interval: 30s\n    retry:\n      - one\n      - two: 2\n        three: 3\n");
    /* Behind a nested last member, and behind what ends in a block scalar with a blank line. */
    SET("a:\n  b:\n    - c: 1\n      d:\n        - e\n\nz: 1\n", "a", "f", "2", "a:\n  b:\n    - c: 1\n      d:\n        - e\n  f: 2\n\nz: 1\n");
    SET("a:\n  b: |\n    text\n\nz: 1\n", "a", "f", "2", "a:\n  b: |\n    text\n  f: 2\n\nz: 1\n");
    SET("a:\n  b: |+\n    text\n\nz: 1\n", "a", "f", "2", "a:\n  b: |+\n    text\n\n  f: 2\nz: 1\n");
    SET("a:\n  b: |\n    text", "a", "f", "2", NULL);
    /* The root; a byte order mark; a document end. */
    SET("\xef\xbb\xbf" "a: 1\n...\n", "", "b", "2", "\xef\xbb\xbf" "a: 1\nb: 2\n...\n");
    /* A last member without a value, a quoted multi-line one. */
    SET("a:\n  b:\n  c:   # nothing\n", "a", "d", "1", "a:\n  b:\n  c:   # nothing\n  d: 1\n");
    SET("a:\n  b: \"x\n    y\"\n", "a", "d", "1", "a:\n  b: \"x\n    y\"\n  d: 1\n");
}

static void members_merge_with_what_is_there(void **state)
{
    (void)state;
    SET("c:\n  securityContext:\n    capabilities:\n      add: [X]\n    runAsUser: 1\n", "c", "securityContext.capabilities.drop", "[ALL]",
        "c:\n  securityContext:\n    capabilities:\n      add: [X]\n      drop: [ALL]\n    runAsUser: 1\n");
    SET("c:\n  securityContext: {}   # none\n", "c", "securityContext.runAsNonRoot", "true",
        "c:\n  securityContext:   # none\n    runAsNonRoot: true\n");
    SET("c:\n  securityContext:\n  x: 1\n", "c", "securityContext.capabilities.drop", "[ALL]",
        "c:\n  securityContext:\n    capabilities:\n      drop: [ALL]\n  x: 1\n");
    SET("c: { s: {} }\n", "c", "s.t", "true", "c: { s: {t: true} }\n");
    SET("c:\n  read: false # why\n", "c", "read", "true", "c:\n  read: true # why\n");
    SET("c:\n  read: 'no'\n", "c", "read", "\"yes\"", "c:\n  read: 'yes'\n");
    SET("c:\n  read:\n", "c", "read", "true", "c:\n  read: true\n");
    SET("c:\n  read: [a]\n", "c", "read", "true", NULL);
    SET("c:\n  read: text\n", "c", "read.more", "true", NULL);
    SET("c:\n  read: !reset null\n", "c", "read", "true", NULL);
}

static void members_are_added_to_flow_and_json(void **state)
{
    (void)state;
    SET("a: {b: 1}\n", "a", "c.d", "[ALL]", "a: {b: 1, c: {d: [ALL]}}\n");
    SET("a: { b: 1, }\n", "a", "c", "x", "a: { b: 1, c: x, }\n");
    SET("a: {\n  b: 1, # one\n  c: 2  # two\n}\n", "a", "d", "3", "a: {\n  b: 1, # one\n  c: 2,\n  d: 3  # two\n}\n");
    set_in("a.json", "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n", "a", "c.d", "[ALL]",
           "{\n  \"a\": {\n    \"b\": 1,\n    \"c\": {\"d\": [\"ALL\"]}\n  }\n}\n");
    set_in("a.json", "{\"a\":{}}", "a", "c", "true", "{\"a\":{\"c\": true}}");
    set_in("a.json", "{\"a\":{}}", "", "a.c", "x", "{\"a\":{\"c\": \"x\"}}");
    /* Known by its keys, whatever the file is called. */
    SET("{\"a\": {\"b\": 1}}", "a", "c", "x", "{\"a\": {\"b\": 1, \"c\": \"x\"}}");
    SET("a: [b: 1]\n", "a.0", "c", "x", NULL);
}

static void anchors_are_left_alone(void **state)
{
    (void)state;
    const char *text = "x: &x\n  a: 1\n  n: {b: 1}\ny:\n  <<: *x\n  c: 2\nz: *x\nl:\n  k: *x\n";
    SET(text, "x", "d", "1", NULL);
    SET(text, "z", "d", "1", NULL);
    SET(text, "x.n", "d", "1", NULL);
    SET(text, "y", "n.d", "1", NULL);
    SET(text, "y", "a", "3", "x: &x\n  a: 1\n  n: {b: 1}\ny:\n  <<: *x\n  c: 2\n  a: 3\nz: *x\nl:\n  k: *x\n");
    /* Behind an alias. */
    SET(text, "l", "m", "1", "x: &x\n  a: 1\n  n: {b: 1}\ny:\n  <<: *x\n  c: 2\nz: *x\nl:\n  k: *x\n  m: 1\n");
    SET("x: &x {a: 1}\ny: {k: *x}\n", "y", "m", "1", "x: &x {a: 1}\ny: {m: 1, k: *x}\n");
    SET("x: &x {a: 1}\ny: {<<: *x}\n", "y", "m", "1", "x: &x {a: 1}\ny: {m: 1, <<: *x}\n");
    /* An anchor that nothing uses is no obstacle. */
    SET("x: &x\n  a: 1\n", "x", "b", "2", "x: &x\n  a: 1\n  b: 2\n");
    replace("x: &x one\ny: *x\n", "x", "two", NULL);
    replace("x: &x one\ny: *x\n", "y", "two", NULL);
}

static void items_are_appended(void **state)
{
    (void)state;
    append("s:\n  opt:\n    - \"a:b\"\n  t: 1\n", "s", "opt", "c:true", "s:\n  opt:\n    - \"a:b\"\n    - \"c:true\"\n  t: 1\n");
    append("s:\n  opt:\n  - 'a'   # one\n", "s", "opt", "b", "s:\n  opt:\n  - 'a'   # one\n  - 'b'\n");
    append("s:\n  opt:\n    -   a\n", "s", "opt", "b", "s:\n  opt:\n    -   a\n    -   b\n");
    append("s:\n  opt: [a, b]\n", "s", "opt", "c", "s:\n  opt: [a, b, c]\n");
    append("s:\n  opt: [\n    a,\n    b\n  ]\n", "s", "opt", "c", "s:\n  opt: [\n    a,\n    b,\n    c\n  ]\n");
    append("s:\n  opt: []\n", "s", "opt", "c", "s:\n  opt: [c]\n");
    append("s:\n  opt:\n", "s", "opt", "c", "s:\n  opt: [c]\n");
    append("s:\n  x: 1\n", "s", "opt", "c", "s:\n  x: 1\n  opt: [c]\n");
    append("a: &a x\ns:\n  opt:\n  - *a\n", "s", "opt", "c", "a: &a x\ns:\n  opt:\n  - *a\n  - c\n");
    append("s:\n  opt:\n  - type: bind\n    source: /a\n", "s", "opt", "c", "s:\n  opt:\n  - type: bind\n    source: /a\n  - c\n");
    append("s: {opt: x}\n", "s", "opt.more", "c", NULL);
}

static void scalars_keep_their_quotes(void **state)
{
    (void)state;
    replace("a: node:20 # pin\n", "a", "node:20@sha256:ab", "a: node:20@sha256:ab # pin\n");
    replace("a: \"node:20\"\n", "a", "no\"de", "a: \"no\\\"de\"\n");
    replace("a: 'it'\n", "a", "it's", "a: 'it''s'\n");
    replace("a: x\n", "a", "true", "a: \"true\"\n");
    replace("a: x\n", "a", "65532:65532", "a: \"65532:65532\"\n");
    replace("a: x\n", "a", "a b", "a: \"a b\"\n");
    replace("a: |\n  x\n", "a", "y", NULL);
}

static void members_and_items_are_taken_away(void **state)
{
    (void)state;
    drop("s:\n  # stays\n  privileged: true  # goes\n  image: x\n", "s.privileged", "s:\n  # stays\n  image: x\n");
    drop("s:\n  image: x\n  cap_add:\n    - A\n    - B\n", "s.cap_add", "s:\n  image: x\n");
    drop("s:\n  image: x\n  cap_add:\n    - A\n    - B # b\n", "s.cap_add.1", "s:\n  image: x\n  cap_add:\n    - A\n");
    /* The collection goes with its only item, and with it what holds nothing else. */
    drop("s:\n  image: x\n  cap_add:\n    - A\n", "s.cap_add.0", "s:\n  image: x\n");
    drop("s:\n  image: x\n  a:\n    b: {c: 1}\n  z: 1\n", "s.a.b.c", "s:\n  image: x\n  z: 1\n");
    drop("s:\n  o: [a, b, c]\n", "s.o.1", "s:\n  o: [a, c]\n");
    drop("s:\n  o: [a, b, c]\n", "s.o.2", "s:\n  o: [a, b]\n");
    drop("s: {o: 1, p: 2}\n", "s.o", "s: {p: 2}\n");
    /* The first member of an item stands behind the dash. */
    drop("c:\n  - privileged: true\n    name: x\n", "c.0.privileged", "c:\n  - name: x\n");
    drop("c:\n  - privileged: true\n    # about the name\n    name: x\n", "c.0.privileged", NULL);
    drop("s:\r\n  a: 1\r\n  b: 2", "s.b", "s:\r\n  a: 1");
    drop("s:\n  t: |\n    text\n  b: 2\n", "s.t", "s:\n  b: 2\n");
    drop("a: 1\n", "a", NULL);
    drop("x: &x {a: 1}\ns: {<<: *x, b: 2, c: 3}\n", "s.b", NULL);
    drop("x: &x 1\ns:\n  a: *x\n  b: 2\n", "s.b", "x: &x 1\ns:\n  a: *x\n");
}

static void one_refusal_takes_all_back(void **state)
{
    (void)state;
    struct change change;
    begin(&change, "a:\n  b: text\n  c: 1\n", "a.yaml");
    assert_true(dw_edits_set(&change.edits, at(&change, "a"), "d", DW_SLICE("1")));
    assert_false(dw_edits_set(&change.edits, at(&change, "a"), "b.x", DW_SLICE("1")));
    assert_false(dw_edits_set(&change.edits, at(&change, "a"), "e", DW_SLICE("1")));
    end(&change, NULL);
}

int main(void)
{
    limits = dw_limits_default();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_added_to_blocks),     cmocka_unit_test(members_merge_with_what_is_there),
        cmocka_unit_test(members_are_added_to_flow_and_json), cmocka_unit_test(anchors_are_left_alone),
        cmocka_unit_test(items_are_appended),              cmocka_unit_test(scalars_keep_their_quotes),
        cmocka_unit_test(members_and_items_are_taken_away), cmocka_unit_test(one_refusal_takes_all_back),
    };
    return cmocka_run_group_tests_name("document: edits", tests, NULL, NULL);
}
