/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/worker.h"

#include "base/digest.h"
#include "base/map.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

#include <cmocka.h>

/* Copies its input to the unpacked ring and tells its length in a record. */
static bool echo(struct dw_job *job, struct dw_error *error)
{
    uint64_t total = 0;
    for (;;) {
        size_t capacity;
        char *slot = dw_job_output_slot(job, &capacity, error);
        if (slot == NULL)
            return false;
        ssize_t got = dw_stream_read_full(dw_job_input(job), slot, capacity, error);
        if (got < 0)
            return false;
        if (got == 0)
            break;
        total += (uint64_t)got;
        if (!dw_job_output_publish(job, (size_t)got, error))
            return false;
    }
    struct dw_record_writer writer;
    dw_record_begin(&writer, dw_job_records(job), 7, 1);
    dw_record_put_u64(&writer, total);
    dw_record_put_bytes(&writer, dw_job_argument(job));
    dw_record_finish(&writer);
    return dw_job_flush(job, error);
}

static bool refuse(struct dw_job *job, struct dw_error *error)
{
    (void)job;
    return dw_fail(error, DW_ERROR_INPUT, "etc/x: not what it should be");
}

static bool crash(struct dw_job *job, struct dw_error *error)
{
    (void)job;
    (void)error;
    volatile uintptr_t nowhere = 8;
    *(volatile int *)nowhere = 1;
    return true;
}

static bool hang(struct dw_job *job, struct dw_error *error)
{
    (void)error;
    size_t capacity;
    for (volatile bool forever = true; forever;)
        if (dw_job_input(job) == NULL)
            (void)capacity;
    return true;
}

static bool grow(struct dw_job *job, struct dw_error *error)
{
    (void)job;
    (void)error;
    for (volatile bool forever = true; forever;)
        memset(dw_alloc(1, 16 << 20), 1, 16 << 20);
    return true;
}

/* Publishes unpacked bytes for ever: always busy, never done. */
static bool flood(struct dw_job *job, struct dw_error *error)
{
    size_t capacity;
    while (dw_job_output_slot(job, &capacity, error) != NULL && dw_job_output_publish(job, capacity, error))
        continue;
    return false;
}

static bool open_file(struct dw_job *job, struct dw_error *error)
{
    (void)job;
    int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
    return fd < 0 ? dw_fail(error, DW_ERROR_INPUT, "refused") : true;
}

static bool make_socket(struct dw_job *job, struct dw_error *error)
{
    (void)job;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return fd < 0 ? dw_fail(error, DW_ERROR_INPUT, "refused") : true;
}

static bool map_code(struct dw_job *job, struct dw_error *error)
{
    (void)job;
    void *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return code == MAP_FAILED ? dw_fail(error, DW_ERROR_INPUT, "refused") : true;
}

/* Sends the header of a record that would be 4 GiB long. */
static bool lie(struct dw_job *job, struct dw_error *error)
{
    dw_buffer_append(dw_job_records(job), DW_SLICE("\xff\xff\xff\xff\x01\x00\x01\x00"));
    for (size_t i = 0; i < 70000; i++)
        dw_buffer_append_byte(dw_job_records(job), 'x');
    return dw_job_flush(job, error);
}

static bool read_fd(struct dw_job *job, struct dw_error *error)
{
    char text[16] = "";
    if (pread(dw_job_fd(job), text, sizeof(text) - 1, 0) < 0)
        return dw_fail_errno(error, DW_ERROR_INPUT, "fd");
    struct dw_record_writer writer;
    dw_record_begin(&writer, dw_job_records(job), 9, 1);
    dw_record_put_bytes(&writer, dw_slice_of(text));
    dw_record_finish(&writer);
    return true;
}

/* Many records, more than a pipe holds. */
static bool chatter(struct dw_job *job, struct dw_error *error)
{
    for (uint32_t i = 0; i < 200000; i++) {
        struct dw_record_writer writer;
        dw_record_begin(&writer, dw_job_records(job), 8, 1);
        dw_record_put_u32(&writer, i);
        dw_record_finish(&writer);
        if (!dw_job_flush(job, error))
            return false;
    }
    return true;
}

enum { ECHO, REFUSE, CRASH, HANG, GROW, OPEN_FILE, MAKE_SOCKET, MAP_CODE, LIE, READ_FD, CHATTER, FLOOD };
static const struct dw_job_type types[] = {
    [ECHO] = {"echo", echo},           [REFUSE] = {"refuse", refuse},
    [CRASH] = {"crash", crash},        [HANG] = {"hang", hang},
    [GROW] = {"grow", grow},           [OPEN_FILE] = {"open-file", open_file},
    [MAKE_SOCKET] = {"make-socket", make_socket}, [MAP_CODE] = {"map-code", map_code},
    [LIE] = {"lie", lie},              [READ_FD] = {"read-fd", read_fd},
    [CHATTER] = {"chatter", chatter},
    [FLOOD] = {"flood", flood},
};

static struct dw_zygote *start(struct dw_limits *limits)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_zygote *zygote = dw_zygote_start(types, sizeof(types) / sizeof(types[0]), limits, &error);
    assert_non_null(zygote);
    return zygote;
}

/* Runs one job without input to its end; the number of records in *RECORDS. */
static enum dw_worker_event run(struct dw_worker *worker, int kind, int fd, size_t *records, struct dw_error *error)
{
    struct dw_job_request request = {.kind = (enum dw_job_kind)kind, .fd = fd};
    struct dw_worker_result result;
    enum dw_worker_event event;
    *error = (struct dw_error)DW_ERROR_INIT;
    *records = 0;
    assert_true(dw_worker_submit(worker, &request, error));
    while ((event = dw_worker_next(worker, &result, error)) == DW_WORKER_RECORD)
        ++*records;
    return event;
}

struct tapped {
    struct dw_hasher hasher;
};

static void tap(void *context, struct dw_slice bytes)
{
    dw_hasher_update(&((struct tapped *)context)->hasher, bytes);
}

static void test_echo(void **state)
{
    (void)state;
    struct dw_limits limits = dw_limits_default();
    struct dw_zygote *zygote = start(&limits);
    struct dw_error error = DW_ERROR_INIT;
    struct dw_worker *worker = dw_worker_start(zygote, &error);
    assert_non_null(worker);
    struct dw_buffer bytes = {0};
    for (uint32_t i = 0; i < 3000000; i++)
        dw_buffer_append_byte(&bytes, (char)(i * 2654435761u >> 24));
    /* The same worker again: its rings start anew. */
    for (int round = 0; round < 3; round++) {
        struct tapped tapped = {0};
        struct dw_hasher unpacked = {0};
        struct dw_digest in, out;
        dw_hasher_start(&tapped.hasher, DW_DIGEST_SHA256);
        dw_hasher_start(&unpacked, DW_DIGEST_SHA256);
        struct dw_stream *input = dw_stream_of_memory(dw_buffer_slice(&bytes));
        struct dw_job_request request = {.kind = (enum dw_job_kind)ECHO, .fd = -1, .input = input, .unpacked = true,
                                         .argument = DW_SLICE("a name"), .tap = tap, .tap_context = &tapped};
        assert_true(dw_worker_submit(worker, &request, &error));
        struct dw_worker_result result;
        enum dw_worker_event event;
        size_t records = 0;
        while ((event = dw_worker_next(worker, &result, &error)) > DW_WORKER_ERROR && event != DW_WORKER_END) {
            if (event == DW_WORKER_UNPACKED) {
                dw_hasher_update(&unpacked, result.unpacked);
                continue;
            }
            records++;
            assert_int_equal(result.record.type, 7);
            assert_int_equal(dw_record_get_u64(&result.record), 3000000);
            assert_true(dw_slice_is(dw_record_get_bytes(&result.record), "a name"));
            assert_true(dw_record_end(&result.record, &error));
        }
        assert_int_equal(event, DW_WORKER_END);
        assert_int_equal(records, 1);
        dw_hasher_finish(&tapped.hasher, &in);
        dw_hasher_finish(&unpacked, &out);
        assert_true(dw_digest_matches(&in, dw_buffer_slice(&bytes)));
        assert_true(dw_digest_equal(&in, &out));
        dw_stream_close(input);
    }
    dw_buffer_free(&bytes);
    dw_worker_stop(worker);
    dw_zygote_stop(zygote);
}

static void test_reuse_after_refusal(void **state)
{
    (void)state;
    struct dw_limits limits = dw_limits_default();
    struct dw_zygote *zygote = start(&limits);
    struct dw_error error = DW_ERROR_INIT;
    struct dw_worker *worker = dw_worker_start(zygote, &error);
    size_t records;
    assert_int_equal(run(worker, REFUSE, -1, &records, &error), DW_WORKER_ERROR);
    assert_int_equal(error.kind, DW_ERROR_INPUT);
    assert_string_equal(error.text, "etc/x: not what it should be");
    assert_int_equal(run(worker, CHATTER, -1, &records, &error), DW_WORKER_END);
    assert_int_equal(records, 200000);
    int fd = memfd_create("input", MFD_CLOEXEC);
    assert_int_equal(write(fd, "hello", 5), 5);
    assert_int_equal(run(worker, READ_FD, fd, &records, &error), DW_WORKER_END);
    assert_int_equal(records, 1);
    close(fd);
    dw_worker_stop(worker);
    dw_zygote_stop(zygote);
}

static void expect_death(int kind, enum dw_error_kind error_kind, const char *words)
{
    struct dw_limits limits = dw_limits_default();
    limits.value[DW_LIMIT_WORKER_SECONDS] = 2;
    limits.value[DW_LIMIT_WORKER_MEMORY] = 256 << 20;
    struct dw_zygote *zygote = start(&limits);
    struct dw_error error = DW_ERROR_INIT;
    struct dw_worker *worker = dw_worker_start(zygote, &error);
    size_t records;
    time_t before = time(NULL);
    assert_int_equal(run(worker, kind, -1, &records, &error), DW_WORKER_ERROR);
    assert_true(time(NULL) - before < 60);
    if (strstr(error.text, words) == NULL)
        print_message("%s\n", error.text);
    assert_int_equal(error.kind, error_kind);
    assert_non_null(strstr(error.text, words));
    /* The next one is not touched by it. */
    struct dw_worker *other = dw_worker_start(zygote, &error);
    assert_non_null(other);
    assert_int_equal(run(other, CHATTER, -1, &records, &error), DW_WORKER_END);
    dw_worker_stop(other);
    dw_worker_stop(worker);
    dw_zygote_stop(zygote);
}

static void test_crash(void **state)
{
    (void)state;
#ifdef DW_SANITIZED
    expect_death(CRASH, DW_ERROR_CRASH, "its parser process");
#else
    expect_death(CRASH, DW_ERROR_CRASH, "signal 11");
#endif
}

static void test_hang(void **state)
{
    (void)state;
    expect_death(HANG, DW_ERROR_LIMIT, "worker-seconds");
}

/* A worker that always has something to say meets its limit on time too. */
static void test_flood(void **state)
{
    (void)state;
    struct dw_limits limits = dw_limits_default();
    limits.value[DW_LIMIT_WORKER_SECONDS] = 1;
    struct dw_zygote *zygote = start(&limits);
    struct dw_error error = DW_ERROR_INIT;
    struct dw_worker *worker = dw_worker_start(zygote, &error);
    struct dw_job_request request = {.kind = (enum dw_job_kind)FLOOD, .fd = -1, .unpacked = true};
    struct dw_worker_result result;
    enum dw_worker_event event;
    time_t before = time(NULL);
    assert_true(dw_worker_submit(worker, &request, &error));
    /* The slower side is the parent, which so never has to wait. */
    while ((event = dw_worker_next(worker, &result, &error)) == DW_WORKER_UNPACKED && time(NULL) - before < 10)
        usleep(10000);
    assert_int_equal(event, DW_WORKER_ERROR);
    assert_true(time(NULL) - before < 5);
    assert_int_equal(error.kind, DW_ERROR_LIMIT);
    assert_non_null(strstr(error.text, "worker-seconds"));
    dw_worker_stop(worker);
    dw_zygote_stop(zygote);
}

static void test_lie(void **state)
{
    (void)state;
    expect_death(LIE, DW_ERROR_CRASH, "no record");
}

#ifndef DW_SANITIZED
static void test_memory(void **state)
{
    (void)state;
    expect_death(GROW, DW_ERROR_LIMIT, "worker-memory-bytes");
}

static void test_sandbox(void **state)
{
    (void)state;
    expect_death(OPEN_FILE, DW_ERROR_INPUT, "refused");
    expect_death(MAKE_SOCKET, DW_ERROR_CRASH, "sandbox");
    expect_death(MAP_CODE, DW_ERROR_CRASH, "sandbox");
}

static void test_without_landlock(void **state)
{
    (void)state;
    setenv("DOCKWORTHY_LANDLOCK", "off", 1);
    assert_non_null(strstr(dw_sandbox_describe(), "no landlock"));
    expect_death(OPEN_FILE, DW_ERROR_INPUT, "refused");
    expect_death(MAKE_SOCKET, DW_ERROR_CRASH, "sandbox");
    unsetenv("DOCKWORTHY_LANDLOCK");
}
#endif

static void test_records(void **state)
{
    (void)state;
    struct dw_buffer buffer = {0};
    struct dw_record_writer writer;
    struct dw_record record;
    struct dw_error error = DW_ERROR_INIT;
    dw_record_begin(&writer, &buffer, 300, 2);
    dw_record_put_u8(&writer, 200);
    dw_record_put_u32(&writer, 0xdeadbeef);
    dw_record_put_i64(&writer, -5);
    dw_record_put_bytes(&writer, DW_SLICE("abc"));
    dw_record_finish(&writer);
    /* u32 length | u16 type | u8 version | u8 0 | fields, little endian */
    static const char wire[] = "\x18\x00\x00\x00\x2c\x01\x02\x00\xc8\xef\xbe\xad\xde\xfb\xff\xff\xff\xff\xff\xff\xff"
                               "\x03\x00\x00\x00"
                               "abc";
    assert_int_equal(buffer.len, sizeof(wire) - 1);
    assert_memory_equal(buffer.at, wire, buffer.len);
    for (size_t length = 0; length < buffer.len; length++) {
        struct dw_slice cut = dw_slice_make(buffer.at, length);
        assert_int_equal(dw_record_take(&cut, 1000, &record), 0);
    }
    struct dw_slice all = dw_buffer_slice(&buffer);
    assert_int_equal(dw_record_take(&all, 10, &record), -1);
    all = dw_buffer_slice(&buffer);
    assert_int_equal(dw_record_take(&all, 1000, &record), 1);
    assert_int_equal(all.len, 0);
    assert_int_equal(record.type, 300);
    assert_int_equal(record.version, 2);
    assert_int_equal(dw_record_get_u8(&record), 200);
    assert_int_equal(dw_record_get_u32(&record), 0xdeadbeef);
    struct dw_record early = record;
    assert_false(dw_record_end(&early, &error));
    assert_int_equal(dw_record_get_i64(&record), -5);
    assert_true(dw_slice_is(dw_record_get_bytes(&record), "abc"));
    assert_true(dw_record_end(&record, &error));
    assert_int_equal(dw_record_get_bytes(&record).len, 0);
    assert_false(dw_record_end(&record, &error));
    dw_buffer_free(&buffer);
}

int main(void)
{
    dw_hash_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_echo),
        cmocka_unit_test(test_reuse_after_refusal),
        cmocka_unit_test(test_crash),
        cmocka_unit_test(test_hang),
        cmocka_unit_test(test_flood),
        cmocka_unit_test(test_lie),
#ifndef DW_SANITIZED
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_sandbox),
        cmocka_unit_test(test_without_landlock),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
