/* SPDX-License-Identifier: Apache-2.0
 * The zygote: a small process without threads, network or open files, which forks workers on request. */
#include "worker/zygote.h"

#include "worker/job.h"
#include "worker/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct dw_zygote {
    pid_t pid;
    int socket;
    pthread_mutex_t lock; /* one question at a time */
    struct dw_limits limits;
};

enum { ASK_FORK = 1, ASK_REAP = 2 };

struct wire_ask {
    uint32_t what;
    int32_t pid;
};

struct wire_answer {
    int32_t pid; /* -1: failed */
    int32_t status;
};

static bool send_message(int socket, const void *bytes, size_t size, const int *fds, size_t fd_count)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int) * DW_WORKER_FD_COUNT)];
        struct cmsghdr align;
    } control = {0};
    struct iovec part = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd_count > 0) {
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * fd_count);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * fd_count);
        memcpy(CMSG_DATA(header), fds, sizeof(int) * fd_count);
    }
    ssize_t put;
    do
        put = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (put < 0 && errno == EINTR);
    return put == (ssize_t)size;
}

static bool receive_message(int socket, void *bytes, size_t size, int *fds, size_t *fd_count)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int) * DW_WORKER_FD_COUNT)];
        struct cmsghdr align;
    } control = {0};
    struct iovec part = {.iov_base = bytes, .iov_len = size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    ssize_t got;
    do
        got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    *fd_count = 0;
    struct cmsghdr *header = got < 0 ? NULL : CMSG_FIRSTHDR(&message);
    if (header != NULL && header->cmsg_type == SCM_RIGHTS) {
        *fd_count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(fds, CMSG_DATA(header), *fd_count * sizeof(int));
    }
    return got == (ssize_t)size;
}

static void worker_out_of_memory(size_t size)
{
    (void)size;
    _exit(DW_WORKER_EXIT_MEMORY);
}

/* Closes everything behind the worker's descriptors but KEPT (-1: nothing), for tools that do not know close_range(2). */
static bool close_one_by_one(int kept)
{
    for (int fd = DW_WORKER_FD_END; fd < 256; fd++)
        if (fd != kept)
            close(fd);
    return true;
}

/* Puts the received descriptors where the worker expects them and closes all others but KEPT (-1: nothing). */
static bool place_fds(const int *fds, int kept)
{
    int high[DW_WORKER_FD_COUNT];
    for (size_t i = 0; i < DW_WORKER_FD_COUNT; i++) {
        high[i] = fcntl(fds[i], F_DUPFD, 64);
        if (high[i] < 0)
            return false;
    }
    for (int i = 0; i < DW_WORKER_FD_COUNT; i++)
        if (dup2(high[i], DW_WORKER_FD_CONTROL + i) < 0)
            return false;
    return kept >= 0 ? close_one_by_one(kept) : syscall(SYS_close_range, DW_WORKER_FD_END, ~0u, 0) == 0;
}

/* Ends this process with PARENT, which may have ended before the kernel was asked to. */
static void end_with_parent(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
}

static _Noreturn void become_worker(const struct dw_job_type *types, size_t count, const struct dw_sandbox *sandbox,
                                    const int *fds, int kept, pid_t zygote)
{
    end_with_parent(zygote);
    prctl(PR_SET_NAME, "dw-worker");
    signal(SIGPIPE, SIG_IGN);
#ifndef DW_SANITIZED
    /* Whatever handlers the program had: a fault ends the worker with its own signal. */
    static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTERM, SIGINT};
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        signal(faults[i], SIG_DFL);
#endif
    dw_memory_set_handler(worker_out_of_memory);
    if (!place_fds(fds, kept))
        _exit(DW_WORKER_EXIT_SANDBOX);
    struct dw_ring *ring =
        mmap(NULL, sizeof(*ring), PROT_READ | PROT_WRITE, MAP_SHARED, DW_WORKER_FD_RING, 0);
    if (ring == MAP_FAILED || !dw_sandbox_enter(sandbox))
        _exit(DW_WORKER_EXIT_SANDBOX);
    close(DW_WORKER_FD_RING);
    dw_job_loop(types, count, sandbox->limits, ring);
}

static void answer_fork(int socket, const struct dw_job_type *types, size_t count, const struct dw_sandbox *sandbox,
                        const int *fds)
{
    struct wire_answer answer = {.pid = -1};
    int pidfd = -1, ends[2] = {-1, -1};
    /* valgrind knows no pidfd_open(2). Without a sandbox a pipe stands in for it: the worker holds its other end. */
    if (sandbox->off && pipe2(ends, O_CLOEXEC) != 0)
        ends[0] = ends[1] = -1;
    pid_t self = getpid(), pid = fork();
    if (pid == 0)
        become_worker(types, count, sandbox, fds, ends[1] < 0 ? -1 : fcntl(ends[1], F_DUPFD, 128), self);
    if (pid > 0) {
        pidfd = ends[0] >= 0 ? ends[0] : (int)syscall(SYS_pidfd_open, pid, 0);
        answer.pid = pidfd < 0 ? -1 : pid;
        answer.status = pidfd < 0 ? errno : 0;
        if (pidfd < 0) {
            kill(pid, SIGKILL);
            waitpid(pid, NULL, 0);
        }
    } else {
        answer.status = errno;
    }
    if (ends[1] >= 0)
        close(ends[1]);
    if (ends[0] >= 0 && pidfd != ends[0])
        close(ends[0]);
    send_message(socket, &answer, sizeof(answer), &pidfd, pidfd >= 0 ? 1 : 0);
    if (pidfd >= 0)
        close(pidfd);
}

static void answer_reap(int socket, pid_t pid)
{
    struct wire_answer answer = {.pid = pid};
    pid_t ended;
    do
        ended = waitpid(pid, &answer.status, 0);
    while (ended < 0 && errno == EINTR);
    if (ended != pid)
        answer.pid = -1;
    send_message(socket, &answer, sizeof(answer), NULL, 0);
}

static _Noreturn void zygote_loop(int socket, const struct dw_job_type *types, size_t count,
                                  struct dw_sandbox *sandbox)
{
    struct wire_ask ask;
    int fds[DW_WORKER_FD_COUNT];
    size_t fd_count;
    while (receive_message(socket, &ask, sizeof(ask), fds, &fd_count)) {
        if (ask.what == ASK_FORK && fd_count == DW_WORKER_FD_COUNT)
            answer_fork(socket, types, count, sandbox, fds);
        else if (ask.what == ASK_REAP)
            answer_reap(socket, ask.pid);
        for (size_t i = 0; i < fd_count; i++)
            close(fds[i]);
    }
    dw_sandbox_release(sandbox);
    _exit(0);
}

/* Keeps standard input and output away from workers; errors of sanitizers need standard error. */
static void close_standard_files(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0)
        return;
    dup2(null, 0);
    dup2(null, 1);
#ifndef DW_SANITIZED
    dup2(null, 2);
#endif
    if (null > 2)
        close(null);
}

struct dw_zygote *dw_zygote_start(const struct dw_job_type *types, size_t count, const struct dw_limits *limits,
                                  struct dw_error *error)
{
    int sockets[2];
    struct dw_sandbox sandbox;
    struct dw_zygote *zygote = dw_alloc(1, sizeof(*zygote));
    zygote->limits = *limits;
    if (!dw_sandbox_prepare(&sandbox, &zygote->limits, error)) {
        free(zygote);
        return NULL;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
        dw_fail_errno(error, DW_ERROR_SYSTEM, "the parser processes cannot be started");
        dw_sandbox_release(&sandbox);
        free(zygote);
        return NULL;
    }
    fflush(NULL); /* so that no child writes what is buffered here again */
    pid_t self = getpid();
    zygote->pid = fork();
    if (zygote->pid == 0) {
        end_with_parent(self);
        prctl(PR_SET_NAME, "dw-zygote");
        setpgid(0, 0); /* an interrupt from the terminal ends the parent, and by that the zygote */
        close_standard_files();
        /* Away from low numbers, then everything else is closed. */
        int socket = fcntl(sockets[1], F_DUPFD_CLOEXEC, 64);
        if (socket < 0)
            _exit(1);
        syscall(SYS_close_range, 3, (unsigned)socket - 1, 0);
        syscall(SYS_close_range, (unsigned)socket + 1, ~0u, 0);
        zygote_loop(socket, types, count, &sandbox);
    }
    dw_sandbox_release(&sandbox);
    close(sockets[1]);
    if (zygote->pid < 0) {
        dw_fail_errno(error, DW_ERROR_SYSTEM, "the parser processes cannot be started");
        close(sockets[0]);
        free(zygote);
        return NULL;
    }
    zygote->socket = sockets[0];
    pthread_mutex_init(&zygote->lock, NULL);
    return zygote;
}

void dw_zygote_stop(struct dw_zygote *zygote)
{
    if (zygote == NULL)
        return;
    close(zygote->socket);
    while (waitpid(zygote->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    pthread_mutex_destroy(&zygote->lock);
    free(zygote);
}

const struct dw_limits *dw_zygote_limits(const struct dw_zygote *zygote)
{
    return &zygote->limits;
}

bool dw_zygote_fork(struct dw_zygote *zygote, const int *fds, int32_t *pid, int *pidfd, struct dw_error *error)
{
    struct wire_ask ask = {.what = ASK_FORK};
    struct wire_answer answer = {.pid = -1};
    size_t fd_count = 0;
    int received[DW_WORKER_FD_COUNT];
    pthread_mutex_lock(&zygote->lock);
    bool good = send_message(zygote->socket, &ask, sizeof(ask), fds, DW_WORKER_FD_COUNT) &&
                receive_message(zygote->socket, &answer, sizeof(answer), received, &fd_count);
    pthread_mutex_unlock(&zygote->lock);
    if (!good)
        return dw_fail(error, DW_ERROR_CRASH, "the process that starts parsers has ended");
    if (answer.pid < 0 || fd_count != 1) {
        errno = answer.status;
        return dw_fail_errno(error, DW_ERROR_SYSTEM, "a parser process cannot be started");
    }
    *pid = answer.pid;
    *pidfd = received[0];
    return true;
}

int dw_zygote_reap(struct dw_zygote *zygote, int32_t pid)
{
    struct wire_ask ask = {.what = ASK_REAP, .pid = pid};
    struct wire_answer answer = {.pid = -1};
    size_t fd_count;
    int received[DW_WORKER_FD_COUNT];
    pthread_mutex_lock(&zygote->lock);
    bool good = send_message(zygote->socket, &ask, sizeof(ask), NULL, 0) &&
                receive_message(zygote->socket, &answer, sizeof(answer), received, &fd_count);
    pthread_mutex_unlock(&zygote->lock);
    return good && answer.pid == pid ? answer.status : -1;
}
