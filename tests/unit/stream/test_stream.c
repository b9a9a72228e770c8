/* SPDX-License-Identifier: Apache-2.0
 *
 * Compressed samples were made with gzip 1.12 and zstd 1.5.4 from the text below. */
#include "stream/stream.h"

#include "base/encoding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/mman.h>

#include <cmocka.h>

#define TEXT "hello, layer\n"

/* printf 'hello, layer\n' | gzip -n */
static const char gzip_hex[] = "1f8b0800000000000003cb48cdc9c9d751c849ac4c2de2020033314de60d000000";
/* printf 'hello, layer\\n' | zstd */
static const char zstd_hex[] = "28b52ffd045869000068656c6c6f2c206c617965720a82b5a970";

static struct dw_buffer from_hex(const char *hex)
{
    struct dw_buffer bytes = {0};
    size_t length = strlen(hex) / 2;
    dw_buffer_reserve(&bytes, length);
    assert_true(dw_hex_decode(dw_slice_of(hex), (unsigned char *)bytes.at, length));
    bytes.len = length;
    return bytes;
}

/* Unpacks BYTES, reading PIECE bytes at a time. */
static bool unpack(struct dw_slice bytes, size_t piece, struct dw_buffer *out, struct dw_error *error)
{
    struct dw_stream *stream = dw_stream_decompress(dw_stream_of_memory(bytes), NULL, error);
    ssize_t got = -1;
    char part[512];
    dw_buffer_clear(out);
    if (stream == NULL)
        return false;
    while ((got = dw_stream_read(stream, part, piece, error)) > 0)
        dw_buffer_append(out, dw_slice_make(part, (size_t)got));
    if (got < 0) {
        /* Sticky: the same again. */
        struct dw_error again = DW_ERROR_INIT;
        assert_int_equal(dw_stream_read(stream, part, piece, &again), -1);
        assert_string_equal(again.text, error->text);
    }
    dw_stream_close(stream);
    return got == 0;
}

static void assert_unpacks(struct dw_slice bytes, const char *text)
{
    for (size_t piece = 1; piece < 512; piece = piece * 3) {
        struct dw_buffer out = {0};
        struct dw_error error = DW_ERROR_INIT;
        if (!unpack(bytes, piece, &out, &error))
            fail_msg("%s", error.text);
        assert_true(dw_slice_is(dw_buffer_slice(&out), text));
        dw_buffer_free(&out);
    }
}

static void assert_refuses(struct dw_slice bytes, enum dw_error_kind kind, const char *words)
{
    struct dw_buffer out = {0};
    struct dw_error error = DW_ERROR_INIT;
    assert_false(unpack(bytes, 100, &out, &error));
    if (error.kind != kind || strstr(error.text, words) == NULL)
        fail_msg("kind %d: %s", error.kind, error.text);
    dw_buffer_free(&out);
}

static void test_gzip(void **state)
{
    (void)state;
    struct dw_buffer one = from_hex(gzip_hex), two = from_hex(gzip_hex);
    assert_unpacks(dw_buffer_slice(&one), TEXT);
    /* Members in a row are one stream. */
    dw_buffer_append(&two, dw_buffer_slice(&one));
    assert_unpacks(dw_buffer_slice(&two), TEXT TEXT);
    /* Anything else behind a member is an error, zeros too. */
    dw_buffer_append_string(&two, "garbage");
    assert_refuses(dw_buffer_slice(&two), DW_ERROR_INPUT, "no gzip member");
    dw_buffer_append_byte(&one, '\0');
    assert_refuses(dw_buffer_slice(&one), DW_ERROR_INPUT, "no gzip member");
    dw_buffer_free(&one);
    dw_buffer_free(&two);
}

static void test_gzip_truncated_everywhere(void **state)
{
    (void)state;
    struct dw_buffer whole = from_hex(gzip_hex);
    for (size_t length = 3; length < whole.len; length++)
        assert_refuses(dw_slice_make(whole.at, length), DW_ERROR_INPUT, "gzip");
    dw_buffer_free(&whole);
}

static void test_gzip_every_bit_of_data_and_trailer(void **state)
{
    (void)state;
    struct dw_buffer whole = from_hex(gzip_hex);
    /* From byte 10 on: deflate data, CRC-32 and length. A flipped bit may not pass unnoticed. */
    for (size_t bit = 80; bit < whole.len * 8; bit++) {
        struct dw_buffer out = {0};
        struct dw_error error = DW_ERROR_INIT;
        whole.at[bit / 8] = (char)(whole.at[bit / 8] ^ (1 << bit % 8));
        if (unpack(dw_buffer_slice(&whole), 100, &out, &error) && !dw_slice_is(dw_buffer_slice(&out), TEXT))
            fail_msg("bit %zu: other bytes came out", bit);
        whole.at[bit / 8] = (char)(whole.at[bit / 8] ^ (1 << bit % 8));
        dw_buffer_free(&out);
    }
    /* Wrong CRC, wrong length (RFC 1952, section 2.3.1). */
    whole.at[whole.len - 8] = (char)(whole.at[whole.len - 8] ^ 1);
    assert_refuses(dw_buffer_slice(&whole), DW_ERROR_INPUT, "gzip");
    whole.at[whole.len - 8] = (char)(whole.at[whole.len - 8] ^ 1);
    whole.at[whole.len - 4] = (char)(whole.at[whole.len - 4] ^ 1);
    assert_refuses(dw_buffer_slice(&whole), DW_ERROR_INPUT, "gzip");
    dw_buffer_free(&whole);
}

static void test_zstd(void **state)
{
    (void)state;
    struct dw_buffer frame = from_hex(zstd_hex), all = {0};
    assert_unpacks(dw_buffer_slice(&frame), TEXT);
    /* A skippable frame of 3 bytes (RFC 8878, section 3.1.2), then two frames, then another skippable one. */
    dw_buffer_append(&all, DW_SLICE("\x50\x2a\x4d\x18\x03\x00\x00\x00xyz"));
    dw_buffer_append(&all, dw_buffer_slice(&frame));
    dw_buffer_append(&all, dw_buffer_slice(&frame));
    dw_buffer_append(&all, DW_SLICE("\x5e\x2a\x4d\x18\x01\x00\x00\x00t"));
    assert_unpacks(dw_buffer_slice(&all), TEXT TEXT);
    dw_buffer_append_string(&all, "garbage");
    assert_refuses(dw_buffer_slice(&all), DW_ERROR_INPUT, "zstd");
    for (size_t length = 5; length < frame.len; length++)
        assert_refuses(dw_slice_make(frame.at, length), DW_ERROR_INPUT, "zstd");
    dw_buffer_free(&frame);
    dw_buffer_free(&all);
}

static void test_zstd_large_window(void **state)
{
    (void)state;
    /* A frame header that asks for a window of 2 GiB: refused before memory is taken. */
    assert_refuses(DW_SLICE("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00"), DW_ERROR_INPUT, "zstd");
}

static void test_plain_and_others(void **state)
{
    (void)state;
    assert_unpacks(DW_SLICE(""), "");
    assert_unpacks(DW_SLICE("ab"), "ab");
    assert_unpacks(DW_SLICE("plain bytes of no kind"), "plain bytes of no kind");
    assert_refuses(DW_SLICE("BZh91AY&SY"), DW_ERROR_UNSUPPORTED, "bzip2");
    assert_refuses(DW_SLICE("\xfd"
                            "7zXZ\x00\x00\x04"), DW_ERROR_UNSUPPORTED, "xz");
}

static void test_file_range(void **state)
{
    (void)state;
    char text[16];
    struct dw_error error = DW_ERROR_INIT;
    int fd = memfd_create("file", MFD_CLOEXEC);
    assert_int_equal(write(fd, "0123456789", 10), 10);
    struct dw_stream *stream = dw_stream_of_file(fd, false, 3, 4, "file");
    assert_int_equal(dw_stream_read_full(stream, text, sizeof(text), &error), 4);
    assert_memory_equal(text, "3456", 4);
    dw_stream_close(stream);
    stream = dw_stream_of_file(fd, false, 8, UINT64_MAX, "file");
    assert_int_equal(dw_stream_read_full(stream, text, sizeof(text), &error), 2);
    dw_stream_close(stream);
    stream = dw_stream_of_file(fd, true, 8, 5, "file");
    assert_int_equal(dw_stream_read_full(stream, text, sizeof(text), &error), -1);
    assert_int_equal(error.kind, DW_ERROR_INPUT);
    assert_non_null(strstr(error.text, "3 bytes too early"));
    dw_stream_close(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_gzip_truncated_everywhere),
        cmocka_unit_test(test_gzip_every_bit_of_data_and_trailer),
        cmocka_unit_test(test_zstd),
        cmocka_unit_test(test_zstd_large_window),
        cmocka_unit_test(test_plain_and_others),
        cmocka_unit_test(test_file_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
