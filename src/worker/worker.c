/* SPDX-License-Identifier: Apache-2.0
 * The parent's side: pumps input, takes records and unpacked bytes, notices every way in which a worker can end. */
#include "worker/worker.h"

#include "worker/ring.h"
#include "worker/zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct dw_worker {
    struct dw_zygote *zygote;
    int32_t pid;
    int pidfd, control, records, wake, done;
    struct dw_ring *ring;
    bool dead;

    /* The job under way. */
    bool working;
    struct dw_job_request request;
    bool input_ended;
    struct dw_error input_error;
    uint64_t input_head;
    uint64_t output_tail;
    bool output_lent;      /* slot output_tail was given to the caller */
    struct dw_buffer buffer; /* record bytes; those before RECORD_START are used up */
    size_t record_start;
    uint64_t record_bytes; /* of all records of this job */
    bool job_ended;
    struct dw_error job_error;
    int64_t deadline; /* milliseconds of the monotonic clock */
};

static int64_t monotonic_milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void close_if(int fd)
{
    if (fd >= 0)
        close(fd);
}

/* Makes the memory, sockets, pipe and eventfds; FDS gets the worker's ends. */
static bool make_channels(struct dw_worker *worker, int *fds, struct dw_error *error)
{
    int pair[2], pipes[2];
    for (size_t i = 0; i < DW_WORKER_FD_COUNT; i++)
        fds[i] = -1;
    int memory = memfd_create("dockworthy-ring", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    fds[DW_WORKER_FD_RING - DW_WORKER_FD_CONTROL] = memory;
    /* Sealed, or a worker could cut the memory short under its parent. */
    if (memory < 0 || ftruncate(memory, (off_t)sizeof(struct dw_ring)) != 0 ||
        fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
        goto failed;
    worker->ring = mmap(NULL, sizeof(struct dw_ring), PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    if (worker->ring == MAP_FAILED)
        goto failed;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        goto failed;
    worker->control = pair[0];
    fds[DW_WORKER_FD_CONTROL - DW_WORKER_FD_CONTROL] = pair[1];
    if (pipe2(pipes, O_CLOEXEC) != 0)
        goto failed;
    worker->records = pipes[0];
    fds[DW_WORKER_FD_RECORDS - DW_WORKER_FD_CONTROL] = pipes[1];
    if (fcntl(worker->records, F_SETFL, O_NONBLOCK) != 0)
        goto failed;
    worker->wake = eventfd(0, EFD_CLOEXEC);
    worker->done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    fds[DW_WORKER_FD_WAKE - DW_WORKER_FD_CONTROL] = worker->wake;
    fds[DW_WORKER_FD_DONE - DW_WORKER_FD_CONTROL] = worker->done;
    if (worker->wake >= 0 && worker->done >= 0)
        return true;
failed:
    return dw_fail_errno(error, DW_ERROR_SYSTEM, "a parser process cannot be started");
}

struct dw_worker *dw_worker_start(struct dw_zygote *zygote, struct dw_error *error)
{
    int fds[DW_WORKER_FD_COUNT];
    struct dw_worker *worker = dw_alloc(1, sizeof(*worker));
    *worker = (struct dw_worker){.zygote = zygote, .pid = -1, .pidfd = -1, .control = -1, .records = -1,
                                 .wake = -1, .done = -1, .ring = MAP_FAILED};
    bool good = make_channels(worker, fds, error) &&
                dw_zygote_fork(zygote, fds, &worker->pid, &worker->pidfd, error);
    /* The eventfds are one object for both; the rest is the worker's alone. */
    for (int i = 0; i < DW_WORKER_FD_COUNT; i++)
        if (i + DW_WORKER_FD_CONTROL < DW_WORKER_FD_WAKE)
            close_if(fds[i]);
    if (good)
        return worker;
    dw_worker_stop(worker);
    return NULL;
}

static void kill_worker(struct dw_worker *worker)
{
    /* A worker that is not reaped keeps its number, so that the second way, for want of a pidfd, is as safe. */
    if (worker->pid > 0 && worker->pidfd >= 0 &&
        syscall(SYS_pidfd_send_signal, worker->pidfd, SIGKILL, NULL, 0) != 0 && errno != ESRCH)
        kill(worker->pid, SIGKILL);
}

/* The worker's wait status, once; -1 if it is not known. */
static int reap(struct dw_worker *worker)
{
    int status = worker->pid < 0 ? -1 : dw_zygote_reap(worker->zygote, worker->pid);
    worker->pid = -1;
    return status;
}

void dw_worker_stop(struct dw_worker *worker)
{
    if (worker == NULL)
        return;
    if (worker->pid >= 0) {
        kill_worker(worker);
        reap(worker);
    }
    close_if(worker->pidfd);
    close_if(worker->control);
    close_if(worker->records);
    close_if(worker->wake);
    close_if(worker->done);
    if (worker->ring != MAP_FAILED)
        munmap(worker->ring, sizeof(*worker->ring));
    dw_buffer_free(&worker->buffer);
    free(worker);
}

bool dw_worker_submit(struct dw_worker *worker, const struct dw_job_request *request, struct dw_error *error)
{
    struct dw_wire_request wire = {.kind = (uint32_t)request->kind, .has_input = request->input != NULL,
                                   .has_fd = request->fd >= 0, .argument_length = (uint32_t)request->argument.len};
    if (worker->dead || worker->working)
        return dw_fail(error, DW_ERROR_CRASH, "a parser process that is %s was given a job",
                       worker->dead ? "dead" : "busy");
    if (request->argument.len > sizeof(wire.argument))
        return dw_fail(error, DW_ERROR_LIMIT, "a job's argument is longer than %zu bytes", sizeof(wire.argument));
    if (request->argument.len > 0)
        memcpy(wire.argument, request->argument.at, request->argument.len);
    struct dw_ring *ring = worker->ring;
    atomic_store(&ring->input_head, 0);
    atomic_store(&ring->input_tail, 0);
    atomic_store(&ring->input_end, 0);
    atomic_store(&ring->output_head, 0);
    atomic_store(&ring->output_tail, 0);
    worker->request = *request;
    worker->input_ended = request->input == NULL;
    worker->input_error = worker->job_error = (struct dw_error)DW_ERROR_INIT;
    worker->input_head = worker->output_tail = 0;
    worker->output_lent = worker->job_ended = false;
    dw_buffer_clear(&worker->buffer);
    worker->record_start = 0;
    worker->record_bytes = 0;
    worker->working = true;
    if (worker->request.time == 0)
        worker->request.time = DW_LIMIT_WORKER_SECONDS;
    worker->deadline =
        monotonic_milliseconds() + (int64_t)dw_zygote_limits(worker->zygote)->value[worker->request.time] * 1000;

    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec part = {.iov_base = &wire, .iov_len = sizeof(wire)};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (request->fd >= 0) {
        message.msg_control = &control;
        message.msg_controllen = sizeof(control);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &request->fd, sizeof(int));
    }
    /* A worker that is already gone shows by its pidfd in dw_worker_next, which can say how it ended. */
    ssize_t put = sendmsg(worker->control, &message, MSG_NOSIGNAL);
    if (put < 0 && errno != EPIPE && errno != ECONNRESET)
        return dw_fail_errno(error, DW_ERROR_SYSTEM, "a parser process cannot be given a job");
    return true;
}

static void wake_worker(struct dw_worker *worker)
{
    uint64_t one = 1;
    ssize_t put = write(worker->wake, &one, sizeof(one));
    (void)put;
}

/* Reads one slot's worth of input into BYTES and shows it to the tap. */
static ssize_t read_input(struct dw_worker *worker, char *bytes)
{
    ssize_t got =
        dw_stream_read_full(worker->request.input, bytes, DW_RING_INPUT_BYTES, &worker->input_error);
    if (got > 0 && worker->request.tap != NULL)
        worker->request.tap(worker->request.tap_context, dw_slice_make(bytes, (size_t)got));
    return got;
}

/* Fills one slot if one is free; true if it did something. */
static bool push_input(struct dw_worker *worker)
{
    struct dw_ring *ring = worker->ring;
    if (worker->input_ended || worker->input_head - atomic_load(&ring->input_tail) >= DW_RING_INPUT_SLOTS)
        return false;
    size_t slot = worker->input_head % DW_RING_INPUT_SLOTS;
    ssize_t got = read_input(worker, ring->input[slot]);
    if (got <= 0) {
        worker->input_ended = true;
        atomic_store(&ring->input_end, got == 0 ? 1 : 2);
    } else {
        atomic_store(&ring->input_length[slot], (uint32_t)got);
        atomic_store(&ring->input_head, ++worker->input_head);
    }
    wake_worker(worker);
    return true;
}

/* The job needs no more input: the rest is read for the tap's sake. */
static void drain_input(struct dw_worker *worker)
{
    if (worker->input_ended)
        return;
    char *bytes = dw_alloc(DW_RING_INPUT_BYTES, 1);
    while (read_input(worker, bytes) > 0)
        ;
    worker->input_ended = true;
    free(bytes);
}

static bool take_output(struct dw_worker *worker, struct dw_slice *unpacked, struct dw_error *error)
{
    struct dw_ring *ring = worker->ring;
    uint64_t head = atomic_load(&ring->output_head);
    if (head == worker->output_tail || !worker->request.unpacked)
        return false;
    size_t slot = worker->output_tail % DW_RING_OUTPUT_SLOTS;
    uint32_t length = atomic_load(&ring->output_length[slot]);
    if (head - worker->output_tail > DW_RING_OUTPUT_SLOTS || length > DW_RING_OUTPUT_BYTES || length == 0) {
        dw_fail(error, DW_ERROR_CRASH, "its parser process broke the rules of its ring");
        return false;
    }
    *unpacked = dw_slice_make(ring->output[slot], length);
    worker->output_lent = true;
    return true;
}

/* Reads what the pipe holds; true if there was something. */
static bool read_records(struct dw_worker *worker)
{
    if (worker->record_start > 0) {
        size_t left = worker->buffer.len - worker->record_start;
        memmove(worker->buffer.at, worker->buffer.at + worker->record_start, left);
        worker->buffer.len = left;
        worker->record_start = 0;
    }
    dw_buffer_reserve(&worker->buffer, 64 * 1024);
    ssize_t got = read(worker->records, worker->buffer.at + worker->buffer.len, 64 * 1024);
    if (got <= 0)
        return false;
    worker->buffer.len += (size_t)got;
    return true;
}

/* 1: a record for the caller; 0: none complete; -1: ERROR. The job's own end is kept, not given. */
static int take_record(struct dw_worker *worker, struct dw_record *record, struct dw_error *error)
{
    const struct dw_limits *limits = dw_zygote_limits(worker->zygote);
    struct dw_slice bytes = dw_slice_from(dw_buffer_slice(&worker->buffer), worker->record_start);
    size_t before = bytes.len;
    int taken = dw_record_take(&bytes, limits->value[DW_LIMIT_RECORD_BYTES], record);
    if (taken < 0) {
        dw_fail(error, DW_ERROR_CRASH, "its parser process sent something that is no record");
        return -1;
    }
    if (taken == 0)
        return 0;
    worker->record_start += before - bytes.len;
    worker->record_bytes += before - bytes.len;
    if (!dw_limit_check(limits, DW_LIMIT_FACTS_BYTES, worker->record_bytes, error))
        return -1;
    if (record->type != DW_RECORD_JOB_END)
        return 1;
    unsigned kind = dw_record_get_u8(record);
    struct dw_slice text = dw_record_get_bytes(record);
    if (!dw_record_end(record, error))
        return -1;
    worker->job_ended = true;
    if (kind != DW_ERROR_NONE)
        dw_fail(&worker->job_error, kind <= DW_ERROR_UNAVAILABLE ? (enum dw_error_kind)kind : DW_ERROR_CRASH,
                "%.*s", DW_SLICE_ARG(text));
    return 0;
}

/* The worker is of no more use. */
static enum dw_worker_event give_up(struct dw_worker *worker)
{
    kill_worker(worker);
    reap(worker);
    worker->dead = true;
    worker->working = false;
    return DW_WORKER_ERROR;
}

static enum dw_worker_event out_of_time(struct dw_worker *worker, struct dw_error *error)
{
    dw_limit_check(dw_zygote_limits(worker->zygote), worker->request.time, UINT64_MAX, error);
    return give_up(worker);
}

static enum dw_worker_event describe_end(struct dw_worker *worker, struct dw_error *error)
{
    const struct dw_limits *limits = dw_zygote_limits(worker->zygote);
    int status = reap(worker);
    worker->dead = true;
    worker->working = false;
    if (status == -1)
        dw_fail(error, DW_ERROR_CRASH, "its parser process ended");
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
        dw_fail(error, DW_ERROR_CRASH, "its parser process tried a system call that its sandbox forbids");
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        dw_fail(error, DW_ERROR_LIMIT, "limit %s (%s) met: more than %" PRIu64, dw_limit_name(DW_LIMIT_WORKER_SECONDS),
                dw_limit_title(DW_LIMIT_WORKER_SECONDS), limits->value[DW_LIMIT_WORKER_SECONDS]);
    else if (WIFSIGNALED(status))
        dw_fail(error, DW_ERROR_CRASH, "its parser process died by signal %d (%s)", WTERMSIG(status),
                strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) == DW_WORKER_EXIT_MEMORY)
        dw_fail(error, DW_ERROR_LIMIT, "limit %s (%s) met: more than %" PRIu64 "; raise it with --limit %s=N",
                dw_limit_name(DW_LIMIT_WORKER_MEMORY), dw_limit_title(DW_LIMIT_WORKER_MEMORY),
                limits->value[DW_LIMIT_WORKER_MEMORY], dw_limit_name(DW_LIMIT_WORKER_MEMORY));
    else if (WEXITSTATUS(status) == DW_WORKER_EXIT_SANDBOX)
        dw_fail(error, DW_ERROR_CRASH,
                "its parser process could not enter its sandbox (seccomp and, where the kernel has it, Landlock)");
    else
        dw_fail(error, DW_ERROR_CRASH, "its parser process ended with status %d", WEXITSTATUS(status));
    return DW_WORKER_ERROR;
}

static enum dw_worker_event finish(struct dw_worker *worker, struct dw_error *error)
{
    drain_input(worker);
    worker->working = false;
    if (worker->input_error.kind != DW_ERROR_NONE) {
        *error = worker->input_error;
        return DW_WORKER_ERROR;
    }
    if (worker->job_error.kind != DW_ERROR_NONE) {
        *error = worker->job_error;
        return DW_WORKER_ERROR;
    }
    return DW_WORKER_END;
}

/* Waits for news; false when the worker's time is up. */
static bool wait_for_worker(struct dw_worker *worker, bool *ended)
{
    struct pollfd polls[] = {{.fd = worker->done, .events = POLLIN},
                             {.fd = worker->records, .events = POLLIN},
                             {.fd = worker->pidfd, .events = POLLIN}};
    int64_t left = worker->deadline - monotonic_milliseconds();
    if (left <= 0)
        return false;
    int count = poll(polls, 3, left > INT32_MAX ? INT32_MAX : (int)left);
    if (count < 0 && errno != EINTR)
        return false;
    if (count > 0 && polls[0].revents != 0) {
        uint64_t rung;
        ssize_t got = read(worker->done, &rung, sizeof(rung));
        (void)got;
    }
    *ended = count > 0 && polls[2].revents != 0;
    return true;
}

enum dw_worker_event dw_worker_next(struct dw_worker *worker, struct dw_worker_result *result, struct dw_error *error)
{
    struct dw_error trouble = DW_ERROR_INIT;
    bool ended = false;
    if (worker->dead || !worker->working) {
        dw_fail(error, DW_ERROR_CRASH, "a parser process without a job was asked for results");
        return DW_WORKER_ERROR;
    }
    if (worker->output_lent) {
        atomic_store(&worker->ring->output_tail, ++worker->output_tail);
        worker->output_lent = false;
        wake_worker(worker);
    }
    for (;;) {
        /* A worker that never stops sending is as much a hang as one that is silent. */
        if (!worker->job_ended && monotonic_milliseconds() > worker->deadline)
            return out_of_time(worker, error);
        bool pushed = !worker->job_ended && push_input(worker);
        int taken = take_record(worker, &result->record, &trouble);
        if (taken > 0)
            return DW_WORKER_RECORD;
        if (taken == 0 && take_output(worker, &result->unpacked, &trouble))
            return DW_WORKER_UNPACKED;
        if (trouble.kind != DW_ERROR_NONE) {
            if (error != NULL)
                *error = trouble;
            return give_up(worker);
        }
        if (worker->job_ended)
            return finish(worker, error != NULL ? error : &trouble);
        if (read_records(worker) || pushed)
            continue;
        if (ended) {
            drain_input(worker);
            return describe_end(worker, error);
        }
        if (!wait_for_worker(worker, &ended))
            return out_of_time(worker, error);
    }
}
