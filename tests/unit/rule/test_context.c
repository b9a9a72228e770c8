/* SPDX-License-Identifier: Apache-2.0
 *
 * .dockerignore by hand (Docker's ".dockerignore files" and Go's filepath.Match), and files that look like secrets by their names. */
#include "rule/build_context.h"
#include "rule/secret_value.h"

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
        {"!\n", "a", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct dw_arena arena = {0};
        struct dw_ignore ignore = {0};
        dw_ignore_read(&arena, dw_slice_of(rows[i].file), &ignore);
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
    dw_ignore_read(&arena, DW_SLICE("**a**a**a**a**a**a**a**a**a**a**b\n*a*a*a*a*a*a*a*a*a*a*b\n[a\n[\n\\\n"), &ignore);
    for (int i = 0; i < 4000; i++)
        dw_buffer_append_byte(&path, 'a');
    assert_false(dw_ignore_matches(&ignore, dw_buffer_slice(&path)));
    dw_buffer_free(&path);
    dw_ignore_free(&ignore);
    dw_arena_free(&arena);
}

static void files(void **state)
{
    (void)state;
    static const char *const secret[] = {".env", "a/.env", ".env.production", ".npmrc", "x/.netrc", ".pypirc", "id_rsa", "id_ed25519",
                                         "deploy.key", "server.pem", ".aws/", ".aws/credentials", "a/.docker/config.json",
                                         ".git-credentials", "tls/*.key"};
    static const char *const harmless[] = {"env", ".env.example", ".env.sample", "id_rsa.pub", "ca.pem", "fullchain.pem", "cert.pem",
                                           "public.pem", "root-ca.key", "settings.py", "libcrypto3", "config.json", "credentials",
                                           "ca-bundle.pem", "docker.gpg.key", "tokenizer.js", "key"};
    for (size_t i = 0; i < sizeof(secret) / sizeof(*secret); i++)
        if (dw_secret_file(dw_slice_of(secret[i])) == NULL)
            fail_msg("%s", secret[i]);
    for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
        if (dw_secret_file(dw_slice_of(harmless[i])) != NULL)
            fail_msg("%s is taken for a %s", harmless[i], dw_secret_file(dw_slice_of(harmless[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ignores),
        cmocka_unit_test(stays_cheap),
        cmocka_unit_test(files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
