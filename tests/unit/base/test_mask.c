/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mask.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_rows(void **state)
{
    (void)state;
    static const struct {
        const char *text, *masked;
    } rows[] = {
        {"", ""},
        {"RUN npm ci", "RUN npm ci"},
        {"RUN |2 A=1 NPM_TOKEN=abc /bin/sh -c x", "RUN |2 A=1 NPM_TOKEN=*** /bin/sh -c x"},
        {"ENV DB_PASSWORD=a b c", "ENV DB_PASSWORD=***"},
        {"/bin/sh -c #(nop)  ENV API_KEY=x y", "/bin/sh -c #(nop)  ENV API_KEY=***"},
        {"ENV PATH=/usr/bin:/bin", "ENV PATH=/usr/bin:/bin"},
        {"RUN SECRET='a b' make", "RUN SECRET=*** make"},
        {"RUN SECRET=\"a \\\" b\" make", "RUN SECRET=*** make"},
        {"RUN SECRET=\"never closed", "RUN SECRET=***"},
        {"curl -H \"Authorization: Bearer abc\" u", "curl -H \"Authorization: ***\" u"},
        {"git clone https://bob:hunter2@host/x", "git clone https://bob:***@host/x"},
        {"curl https://host:8080/x@y", "curl https://host:8080/x@y"},
        {"curl -u admin:hunter2 https://h/x", "curl -u admin:*** https://h/x"},
        {"curl --user \"admin:hunter2\" u", "curl --user \"admin:***\" u"},
        {"curl -u $USER:$PASS u", "curl -u $USER:$PASS u"},
        {"docker run -u 1000:1000 x", "docker run -u 1000:1000 x"},
        {"useradd -u 65532 app", "useradd -u 65532 app"},
        {"mysql -h db -phunter2 -e x", "mysql -h db -p*** -e x"},
        {"mysqldump --password hunter2 x", "mysqldump --password *** x"},
        {"sshpass -p hunter2 ssh h", "sshpass -p *** ssh h"},
        {"mkdir -p /a/b", "mkdir -p /a/b"},
        {"-u", "-u"},
        {"-u :", "-u :"},
        {"--password=x --user=y", "--password=*** --user=y"},
        {"use ghp_0123456789abcdefghijABCDEFGHIJ012345 now", "use *** now"},
        {"AKIAIOSFODNN7EXAMPLE", "***"},
        {"AKIA is a prefix", "AKIA is a prefix"},
        {"LABEL maintainer=a AUTHOR=b", "LABEL maintainer=a AUTHOR=b"},
        {"RUN --mount=type=secret,id=npm npm ci", "RUN --mount=type=secret,id=npm npm ci"},
        {"a -----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- b", "a *** b"},
        {"-----BEGIN PRIVATE KEY-----\nabc", "***"},
        {"-----BEGIN CERTIFICATE-----\nabc", "-----BEGIN CERTIFICATE-----\nabc"},
        {"TOKEN=", "TOKEN="},
        {"=x :y", "=x :y"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dw_buffer out = {0};
        dw_mask_secrets(&out, dw_slice_of(rows[i].text));
        assert_string_equal(dw_buffer_slice(&out).at, rows[i].masked);
        dw_buffer_free(&out);
    }
}

static void test_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *text, *masked;
    } rows[] = {
        {"", ""},
        {"the secret: is no value", "the secret: is no value"},
        {"ADD takes \"https://bob:hunter2@host/a\" and http://c:d@e", "ADD takes \"https://bob:***@host/a\" and http://c:***@e"},
        {"https://bob@host:80/a://x:y@z://", "https://bob@host:80/a://x:***@z://"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dw_buffer out = {0};
        dw_mask_addresses(&out, dw_slice_of(rows[i].text));
        assert_true(dw_slice_is(dw_buffer_slice(&out), rows[i].masked));
        dw_buffer_free(&out);
    }
}

static void test_value(void **state)
{
    (void)state;
    struct dw_buffer out = {0};
    dw_mask_value(&out, DW_SLICE("session.secret"), DW_SLICE("two words"));
    assert_string_equal(out.at, "***");
    dw_buffer_clear(&out);
    dw_mask_value(&out, DW_SLICE("org.opencontainers.image.title"), DW_SLICE("two words"));
    assert_string_equal(out.at, "two words");
    dw_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_addresses), cmocka_unit_test(test_value)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
