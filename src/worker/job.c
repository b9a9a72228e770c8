/* SPDX-License-Identifier: Apache-2.0
 * The worker's side: one job after the other, input and unpacked bytes through the rings, records through a pipe. */
#include "worker/job.h"

#include "base/file.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define FLUSH_BYTES (64 * 1024)

struct job_input {
    struct dw_stream base;
    struct dw_ring *ring;
    uint64_t tail;
    struct dw_slice piece; /* the rest of the slot in use */
    bool in_slot;
};

/* A job that runs in the calling process (dw_job_run_local). */
struct dw_job_local {
    struct dw_stream borrowed; /* reads INPUT, which stays the caller's when the job closes it */
    struct dw_stream *input;
    char *slots[2]; /* for unpacked bytes, which nobody reads */
};

struct dw_job {
    const struct dw_limits *limits;
    struct dw_ring *ring;
    struct dw_slice argument;
    int fd;
    bool has_input;
    struct job_input input;
    uint64_t output_head;
    struct dw_buffer records;
    struct dw_job_local *local; /* NULL in a worker */
};

/* Waits until the parent has done something. */
static bool wait_for_parent(void)
{
    uint64_t count;
    ssize_t got;
    do
        got = read(DW_WORKER_FD_WAKE, &count, sizeof(count));
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof(count);
}

static void tell_parent(void)
{
    uint64_t one = 1;
    ssize_t put = write(DW_WORKER_FD_DONE, &one, sizeof(one));
    (void)put; /* a full counter means that the parent is awake anyway */
}

static ssize_t input_read(struct dw_stream *stream, char *bytes, size_t size, struct dw_error *error)
{
    struct job_input *input = (struct job_input *)stream;
    struct dw_ring *ring = input->ring;
    while (input->piece.len == 0) {
        if (input->in_slot) {
            atomic_store(&ring->input_tail, ++input->tail);
            input->in_slot = false;
            tell_parent();
        }
        /* The end is read before the head: what was filled before the end was set is seen. */
        uint32_t end = atomic_load(&ring->input_end);
        if (atomic_load(&ring->input_head) > input->tail) {
            size_t slot = input->tail % DW_RING_INPUT_SLOTS;
            input->piece = dw_slice_make(ring->input[slot], atomic_load(&ring->input_length[slot]));
            input->in_slot = true;
        } else if (end == 1) {
            return 0;
        } else if (end == 2 || !wait_for_parent()) {
            dw_fail(error, DW_ERROR_INPUT, "the input could not be read");
            return -1;
        }
    }
    struct dw_slice piece = dw_slice_part(input->piece, 0, size);
    memcpy(bytes, piece.at, piece.len);
    input->piece = dw_slice_from(input->piece, piece.len);
    return (ssize_t)piece.len;
}

static void input_close(struct dw_stream *stream)
{
    (void)stream; /* belongs to the job */
}

const struct dw_limits *dw_job_limits(const struct dw_job *job)
{
    return job->limits;
}

struct dw_slice dw_job_argument(const struct dw_job *job)
{
    return job->argument;
}

int dw_job_fd(const struct dw_job *job)
{
    return job->fd;
}

struct dw_stream *dw_job_input(struct dw_job *job)
{
    if (job->local != NULL)
        return job->local->input == NULL ? NULL : &job->local->borrowed;
    return job->has_input ? &job->input.base : NULL;
}

struct dw_buffer *dw_job_records(struct dw_job *job)
{
    return &job->records;
}

static bool send_records(struct dw_job *job, struct dw_error *error)
{
    if (job->local != NULL)
        return true; /* they stay in the buffer */
    if (!dw_write_all(DW_WORKER_FD_RECORDS, dw_buffer_slice(&job->records)))
        return dw_fail_errno(error, DW_ERROR_SYSTEM, "facts cannot be sent");
    dw_buffer_clear(&job->records);
    return true;
}

bool dw_job_flush(struct dw_job *job, struct dw_error *error)
{
    return job->records.len < FLUSH_BYTES || send_records(job, error);
}

char *dw_job_output_slot(struct dw_job *job, size_t *capacity, struct dw_error *error)
{
    if (job->local != NULL) {
        *capacity = DW_RING_OUTPUT_BYTES;
        return job->local->slots[job->output_head % 2];
    }
    while (job->output_head - atomic_load(&job->ring->output_tail) >= DW_RING_OUTPUT_SLOTS) {
        if (!wait_for_parent()) {
            dw_fail_errno(error, DW_ERROR_SYSTEM, "the parent is gone");
            return NULL;
        }
    }
    *capacity = DW_RING_OUTPUT_BYTES;
    return job->ring->output[job->output_head % DW_RING_OUTPUT_SLOTS];
}

bool dw_job_output_publish(struct dw_job *job, size_t len, struct dw_error *error)
{
    (void)error;
    if (len == 0)
        return true;
    if (job->local != NULL) {
        job->output_head++;
        return true;
    }
    atomic_store(&job->ring->output_length[job->output_head % DW_RING_OUTPUT_SLOTS], (uint32_t)len);
    atomic_store(&job->ring->output_head, ++job->output_head);
    tell_parent();
    return true;
}

static ssize_t borrowed_read(struct dw_stream *stream, char *bytes, size_t size, struct dw_error *error)
{
    struct dw_job_local *local = (struct dw_job_local *)stream;
    return dw_stream_read(local->input, bytes, size, error);
}

bool dw_job_run_local(const struct dw_job_type *type, struct dw_stream *input, int fd, struct dw_slice argument,
                      const struct dw_limits *limits, struct dw_buffer *records, struct dw_error *error)
{
    static const struct dw_stream_operations operations = {borrowed_read, input_close};
    struct dw_job_local local = {.borrowed.operations = &operations, .input = input};
    struct dw_job job = {.limits = limits, .argument = argument, .fd = fd, .local = &local};
    for (size_t i = 0; i < 2; i++)
        local.slots[i] = dw_alloc(DW_RING_OUTPUT_BYTES, 1);
    bool good = type->run(&job, error);
    for (size_t i = 0; i < 2; i++)
        free(local.slots[i]);
    *records = job.records;
    return good;
}

/* False when the parent has closed the socket. */
static bool receive(struct dw_wire_request *request, int *fd)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec part = {.iov_base = request, .iov_len = sizeof(*request)};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    ssize_t got;
    do
        got = recvmsg(DW_WORKER_FD_CONTROL, &message, 0);
    while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof(*request) || request->argument_length > sizeof(request->argument))
        return false;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    *fd = -1;
    if (header != NULL && header->cmsg_type == SCM_RIGHTS)
        memcpy(fd, CMSG_DATA(header), sizeof(*fd));
    return true;
}

static void run(const struct dw_job_type *type, struct dw_job *job)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_record_writer writer;
    bool good = type->run(job, &error);
    if (!good && error.kind == DW_ERROR_NONE)
        dw_fail(&error, DW_ERROR_CRASH, "job %s failed without a word", type->name);
    dw_record_begin(&writer, &job->records, DW_RECORD_JOB_END, 1);
    dw_record_put_u8(&writer, good ? DW_ERROR_NONE : (unsigned)error.kind);
    dw_record_put_bytes(&writer, good ? DW_SLICE("") : dw_slice_of(error.text));
    dw_record_finish(&writer);
    if (!send_records(job, &error))
        _exit(1);
}

_Noreturn void dw_job_loop(const struct dw_job_type *types, size_t count, const struct dw_limits *limits,
                           struct dw_ring *ring)
{
    static const struct dw_stream_operations operations = {input_read, input_close};
    struct dw_wire_request request;
    struct dw_job job = {.limits = limits, .ring = ring, .fd = -1};
    while (receive(&request, &job.fd)) {
        if (request.kind >= count)
            _exit(1);
        job.argument = dw_slice_make(request.argument, request.argument_length);
        job.has_input = request.has_input != 0;
        job.input = (struct job_input){.base.operations = &operations, .ring = ring};
        job.output_head = 0;
        run(&types[request.kind], &job);
        if (job.fd >= 0)
            close(job.fd);
    }
    dw_buffer_free(&job.records);
    _exit(0);
}
