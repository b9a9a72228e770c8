/* SPDX-License-Identifier: Apache-2.0
 * seccomp(2) by libseccomp, landlock(7), setrlimit(2). */
#include "worker/sandbox.h"

#include "base/memory.h"
#include "worker/worker.h"

#include <errno.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What parsing needs: bytes in, bytes out, memory. */
static const int allowed[] = {
    SCMP_SYS(read),         SCMP_SYS(write),        SCMP_SYS(readv),         SCMP_SYS(writev),
    SCMP_SYS(pread64),      SCMP_SYS(lseek),        SCMP_SYS(fstat),         SCMP_SYS(close),
    SCMP_SYS(recvmsg),      SCMP_SYS(munmap),       SCMP_SYS(mremap),        SCMP_SYS(madvise),
    SCMP_SYS(brk),          SCMP_SYS(futex),        SCMP_SYS(exit),          SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(getrandom),
    SCMP_SYS(restart_syscall),
};

/* What libraries try and can do without: refused, so that they take their other way. */
static const int refused[] = {
    SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(stat),   SCMP_SYS(newfstatat), SCMP_SYS(statx),
    SCMP_SYS(access), SCMP_SYS(readlink), SCMP_SYS(ioctl), SCMP_SYS(fcntl),   SCMP_SYS(getpid),
    SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(uname), SCMP_SYS(sysinfo),
};

#ifdef DW_SANITIZED
/* Sanitizers need wider rights to report: everything but reaching out of the process. */
static const int forbidden[] = {
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(ptrace),
};
#endif

static bool add(scmp_filter_ctx context, uint32_t action, const int *calls, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (seccomp_rule_add(context, action, calls[i], 0) != 0)
            return false;
    return true;
}

static bool add_rules(scmp_filter_ctx context)
{
#ifdef DW_SANITIZED
    (void)allowed;
    (void)refused;
    return add(context, SCMP_ACT_ERRNO(EPERM), forbidden, sizeof(forbidden) / sizeof(forbidden[0]));
#else
    /* New memory, but never executable. */
    return seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0 &&
           seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0 &&
           add(context, SCMP_ACT_ALLOW, allowed, sizeof(allowed) / sizeof(allowed[0])) &&
           add(context, SCMP_ACT_ERRNO(EPERM), refused, sizeof(refused) / sizeof(refused[0]));
#endif
}

/* The compiled program, through a memory file: libseccomp only writes to descriptors. */
static bool export_filter(scmp_filter_ctx context, struct sock_fprog *filter)
{
    int fd = memfd_create("filter", MFD_CLOEXEC);
    if (fd < 0)
        return false;
    off_t size = seccomp_export_bpf(context, fd) == 0 ? lseek(fd, 0, SEEK_END) : -1;
    bool good = size > 0 && size % (off_t)sizeof(struct sock_filter) == 0;
    if (good) {
        filter->len = (unsigned short)((size_t)size / sizeof(struct sock_filter));
        filter->filter = dw_alloc((size_t)size, 1);
        good = pread(fd, filter->filter, (size_t)size, 0) == size;
    }
    close(fd);
    return good;
}

bool dw_sandbox_prepare(struct dw_sandbox *sandbox, const struct dw_limits *limits, struct dw_error *error)
{
    *sandbox = (struct dw_sandbox){.limits = limits};
#ifdef DW_SANDBOX_SWITCH
    const char *wish = getenv("DOCKWORTHY_SANDBOX");
    sandbox->off = wish != NULL && strcmp(wish, "off") == 0;
    if (sandbox->off)
        return true;
#endif
#ifdef DW_SANITIZED
    uint32_t otherwise = SCMP_ACT_ALLOW;
#else
    uint32_t otherwise = SCMP_ACT_KILL_PROCESS;
#endif
    scmp_filter_ctx context = seccomp_init(otherwise);
    bool good = context != NULL && add_rules(context) && export_filter(context, &sandbox->filter);
    seccomp_release(context);
    return good || dw_fail(error, DW_ERROR_SYSTEM, "the sandbox's system call filter cannot be made");
}

void dw_sandbox_release(struct dw_sandbox *sandbox)
{
    free(sandbox->filter.filter);
    sandbox->filter = (struct sock_fprog){0};
}

static int landlock_version(void)
{
    /* Lets a test see what a kernel without Landlock gives. */
    const char *wish = getenv("DOCKWORTHY_LANDLOCK");
    if (wish != NULL && strcmp(wish, "off") == 0)
        return 0;
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return version > 0 ? (int)version : 0;
}

/* No rule is added: nothing on the file system, and no TCP port, can be reached. A kernel that has Landlock but fails to
 * apply it is an error; one without it leaves seccomp and the resource limits. */
static bool enter_landlock(void)
{
    /* Rights by version (landlock(7)): 13 at first, then refer, truncate, ioctl. */
    static const uint64_t rights[] = {0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff};
    struct {
        uint64_t fs, net, scoped;
    } attributes = {0};
    int version = landlock_version();
    if (version == 0)
        return true;
    size_t known = sizeof(rights) / sizeof(rights[0]) - 1;
    attributes.fs = rights[(size_t)version < known ? (size_t)version : known];
    size_t size = sizeof(uint64_t);
    if (version >= 4) {
        attributes.net = 3;
        size = 2 * sizeof(uint64_t);
    }
    if (version >= 6) {
        attributes.scoped = 3;
        size = 3 * sizeof(uint64_t);
    }
    long fd = syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
    if (fd < 0)
        return false;
    bool good = syscall(SYS_landlock_restrict_self, (int)fd, 0) == 0;
    close((int)fd);
    return good;
}

static bool limit(int resource, uint64_t value)
{
    struct rlimit both;
    if (getrlimit((__rlimit_resource_t)resource, &both) != 0)
        return false;
    /* A limit that is stricter already stays. */
    if (both.rlim_max != RLIM_INFINITY && both.rlim_max < (rlim_t)value)
        value = both.rlim_max;
    both.rlim_cur = both.rlim_max = (rlim_t)value;
    return setrlimit((__rlimit_resource_t)resource, &both) == 0;
}

static bool enter_limits(const struct dw_limits *limits)
{
    uint64_t seconds = limits->value[DW_LIMIT_WORKER_SECONDS];
#ifndef DW_SANITIZED
    if (!limit(RLIMIT_AS, limits->value[DW_LIMIT_WORKER_MEMORY]))
        return false;
#endif
    return limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NPROC, 0) &&
           limit(RLIMIT_CPU, seconds + 5 < seconds ? seconds : seconds + 5) /* the parent's clock comes first */;
}

bool dw_sandbox_enter(const struct dw_sandbox *sandbox)
{
    if (sandbox->off)
        return true;
    return enter_limits(sandbox->limits) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && enter_landlock() &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &sandbox->filter, 0, 0) == 0;
}

const char *dw_sandbox_describe(void)
{
    static char text[64];
    int version = landlock_version();
#ifdef DW_SANITIZED
    const char *seccomp = "seccomp (widened for sanitizers)";
#else
    const char *seccomp = "seccomp, rlimits";
#endif
    if (version > 0)
        snprintf(text, sizeof(text), "%s, landlock %d", seccomp, version);
    else
        snprintf(text, sizeof(text), "%s, no landlock", seccomp);
    return text;
}
