/* SPDX-License-Identifier: Apache-2.0
 *
 * .dockerignore by hand (Docker's ".dockerignore files", Go's filepath.Match, moby/patternmatcher). */
#include "dockerfile/ignore.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void ignores(void **state)
{
    (void)state;
    static const struct {
        const char *file, *path;
        bool ignored;
    } rows[] = {
        {"# comment\n\n*/temp*\n", "somedir/temporary.txt", true},
        {"*/temp*\n", "somedir/subdir/temporary.txt", false},
        {"*/*/temp*\n", "somedir/subdir/temporary.txt", true},
        {"temp?\n", "tempa", true},
        {"temp?\n", "temp", false},
        {"temp?\n", "x/tempa", false},
        {"*.md\n!README.md\n", "a.md", true},
        {"*.md\n!README.md\n", "README.md", false},
        {"*.md\n!README*.md\nREADME-secret.md\n", "README-secret.md", true},
        {"*.md\nREADME-secret.md\n!README*.md\n", "README-secret.md", false},
        {"**/*.go\n", "a.go", true},
        {"**/*.go\n", "a/b/c.go", true},
        {"**\n", "a/b", true},
        {"**\n!a\n", "a/b", false},
        {"dir\n", "dir/a/b", true},
        {"dir\n!dir/a\n", "dir/a/b", false},
        {"/abs/./x/\n", "abs/x/y", true},
        {"a/**/z\n", "a/z", true},
        {"a/**/z\n", "a/b/c/z", true},
        {"[a-c]x\n", "bx", true},
        {"[^a-c]x\n", "bx", false},
        {"\\*x\n", "*x", true},
        {"\\*x\n", "ax", false},
        {"\xef\xbb\xbf" "a\r\n", "a", true},
        /* A leading "**" before a plain rest is a suffix; before others it stands for folders (moby/patternmatcher). */
        {"**foo\n", "xfoo", true},
        {"**/foo\n", "xfoo", false},
        {"**/foo\n", "a/foo", true},
        {"**/foo\n", "foo/bar", true},
        {"**/f?o\n", "foo", true},
        {"**/f?o\n", "xfoo", false},
        {"foo**\n", "foobar/x", true},
        {"foo/**\n", "foo/x/y", true},
        {"foo/**\n", "foo", false},
        {"a/**/b/**/c\n", "a/x/b/y/z/c", true},
        {"a/**/b/**/c\n", "a/x/y/z/c", false},
        {"*\n!src\nsrc/gen\n", "src/a.c", false},
        {"*\n!src\nsrc/gen\n", "src/gen/a.c", true},
        {"a?c\n", "a\xc3\xa9" "c", true}, /* a character, not a byte */
        {"a?c\n", "a/c", false},
        {"[\\]]x\n", "]x", true},
        {"[a\\-c]x\n", "-x", true},
        {"[a\\-c]x\n", "bx", false},
        {"a/../b\n", "b", true},
        {"! b\n", "b", false},
        {".\n", "a", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct dw_arena arena = {0};
        struct dw_ignore ignore = {0};
        assert_true(dw_ignore_read(&arena, dw_slice_of(rows[i].file), "f", &ignore, NULL));
        if (dw_ignore_matches(&ignore, dw_slice_of(rows[i].path)) != rows[i].ignored)
            fail_msg("\"%s\" and %s", rows[i].file, rows[i].path);
        dw_ignore_free(&ignore);
        dw_arena_free(&arena);
    }
}

/* A pattern that would be tried in countless ways ends soon. */
static void stays_cheap(void **state)
{
    (void)state;
    struct dw_arena arena = {0};
    struct dw_ignore ignore = {0};
    struct dw_buffer path = {0};
    assert_true(dw_ignore_read(&arena, DW_SLICE("**a**a**a**a**a**a**a**a**a**a**b\n*a*a*a*a*a*a*a*a*a*a*b\n"), "f", &ignore, NULL));
    for (int i = 0; i < 4000; i++)
        dw_buffer_append_byte(&path, 'a');
    assert_false(dw_ignore_matches(&ignore, dw_buffer_slice(&path)));
    dw_buffer_free(&path);
    dw_ignore_free(&ignore);
    dw_arena_free(&arena);
}

/* What the builder refuses. */
static void refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"a\n!\n", "a\n! \n", "a\n[\n", "a\n[a\n", "a\n[]a]\n", "a\n[a-\n", "a\n[-a]\n", "a\nb\\\n"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct dw_arena arena = {0};
        struct dw_ignore ignore = {0};
        struct dw_error error = DW_ERROR_INIT;
        if (dw_ignore_read(&arena, dw_slice_of(texts[i]), "f", &ignore, &error) || strncmp(error.text, "f:2: ", 5) != 0)
            fail_msg("%s: %s", texts[i], error.text);
        assert_int_equal(error.kind, DW_ERROR_INPUT);
        dw_ignore_free(&ignore);
        dw_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ignores), cmocka_unit_test(stays_cheap), cmocka_unit_test(refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
