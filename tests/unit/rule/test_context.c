/* SPDX-License-Identifier: Apache-2.0
 *
 * Files that look like secrets by their names. */
#include "rule/secret_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

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
        cmocka_unit_test(files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
