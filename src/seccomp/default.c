/* SPDX-License-Identifier: Apache-2.0
 *
 * What container engines allow when nothing is said: the calls of Moby's default profile (profiles/seccomp, 2025), each group with
 * the condition it stands under. */
#include "seccomp/capability.h"
#include "seccomp/profile.h"

struct row {
    const char *names; /* blanks between */
    enum dw_seccomp_action action; /* KILL_PROCESS, the zero: allow */
    unsigned errno_value;
    bool compares;
    unsigned index;
    enum dw_seccomp_comparison comparison;
    uint64_t value;
    const char *include_architectures, *exclude_architectures;
    const char *include_capability, *exclude_capability;
    struct dw_kernel_version include_kernel;
};

static const struct row rows[] = {
    /* clang-format off */
    {"accept accept4 access adjtimex alarm bind brk cachestat capget capset chdir chmod chown chown32 "
     "clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep "
     "clock_nanosleep_time64 close close_range connect copy_file_range creat dup dup2 dup3 epoll_create "
     "epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 "
     "execve execveat exit exit_group faccessat faccessat2 fadvise64 fadvise64_64 fallocate fanotify_mark fchdir "
     "fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr flistxattr flock fork "
     "fremovexattr fsetxattr fstat fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 futex "
     "futex_requeue futex_time64 futex_wait futex_waitv futex_wake futimesat getcpu getcwd getdents getdents64 "
     "getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 getitimer getpeername getpgid "
     "getpgrp getpid getppid getpriority getrandom getresgid getresgid32 getresuid getresuid32 getrlimit "
     "get_robust_list getrusage getsid getsockname getsockopt get_thread_area gettid gettimeofday getuid getuid32 "
     "getxattr getxattrat inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel ioctl io_destroy "
     "io_getevents io_pgetevents io_pgetevents_time64 ioprio_get ioprio_set io_setup io_submit ipc kill "
     "landlock_add_rule landlock_create_ruleset landlock_restrict_self lchown lchown32 lgetxattr link linkat "
     "listen listmount listxattr listxattrat llistxattr _llseek lremovexattr lseek lsetxattr lstat lstat64 madvise "
     "map_shadow_stack membarrier memfd_create memfd_secret mincore mkdir mkdirat mknod mknodat mlock mlock2 "
     "mlockall mmap mmap2 mprotect mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 "
     "mq_timedsend mq_timedsend_time64 mq_unlink mremap mseal msgctl msgget msgrcv msgsnd msync munlock munlockall "
     "munmap name_to_handle_at nanosleep newfstatat _newselect open openat openat2 pause pidfd_open "
     "pidfd_send_signal pipe pipe2 pkey_alloc pkey_free pkey_mprotect poll ppoll ppoll_time64 prctl pread64 preadv "
     "preadv2 prlimit64 process_mrelease pselect6 pselect6_time64 pwrite64 pwritev pwritev2 read readahead "
     "readlink readlinkat readv recv recvfrom recvmmsg recvmmsg_time64 recvmsg remap_file_pages removexattr "
     "removexattrat rename renameat renameat2 restart_syscall riscv_hwprobe rmdir rseq rt_sigaction rt_sigpending "
     "rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 "
     "rt_tgsigqueueinfo sched_getaffinity sched_getattr sched_getparam sched_get_priority_max "
     "sched_get_priority_min sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64 "
     "sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield seccomp select semctl semget "
     "semop semtimedop semtimedop_time64 send sendfile sendfile64 sendmmsg sendmsg sendto setfsgid setfsgid32 "
     "setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setitimer setpgid setpriority setregid setregid32 "
     "setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setrlimit set_robust_list setsid setsockopt "
     "set_thread_area set_tid_address setuid setuid32 setxattr setxattrat shmat shmctl shmdt shmget shutdown "
     "sigaltstack signalfd signalfd4 sigprocmask sigreturn socketcall socketpair splice stat stat64 statfs "
     "statfs64 statmount statx symlink symlinkat sync sync_file_range syncfs sysinfo tee tgkill time timer_create "
     "timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64 timerfd_create "
     "timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64 times tkill truncate truncate64 "
     "ugetrlimit umask uname unlink unlinkat uretprobe utime utimensat utimensat_time64 utimes vfork vmsplice "
     "wait4 waitid waitpid write writev"},
    {"process_vm_readv process_vm_writev ptrace", .include_kernel = {4, 8}},
    {"socket", .compares = true, .index = 0, .comparison = DW_SECCOMP_LESS, .value = 38},
    {"socket", .compares = true, .index = 0, .comparison = DW_SECCOMP_EQUAL, .value = 39},
    {"socket", .compares = true, .index = 0, .comparison = DW_SECCOMP_GREATER, .value = 40},
    {"personality", .compares = true, .index = 0, .comparison = DW_SECCOMP_EQUAL, .value = 0},
    {"personality", .compares = true, .index = 0, .comparison = DW_SECCOMP_EQUAL, .value = 8},
    {"personality", .compares = true, .index = 0, .comparison = DW_SECCOMP_EQUAL, .value = 0x20000},
    {"personality", .compares = true, .index = 0, .comparison = DW_SECCOMP_EQUAL, .value = 0x20008},
    {"personality", .compares = true, .index = 0, .comparison = DW_SECCOMP_EQUAL, .value = 0xffffffff},
    {"sync_file_range2 swapcontext", .include_architectures = "ppc64le"},
    {"arm_fadvise64_64 arm_sync_file_range sync_file_range2 breakpoint cacheflush set_tls", .include_architectures = "arm arm64"},
    {"arch_prctl", .include_architectures = "amd64 x32"},
    {"modify_ldt", .include_architectures = "amd64 x32 x86"},
    {"s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr", .include_architectures = "s390 s390x"},
    {"riscv_flush_icache", .include_architectures = "riscv64"},
    {"open_by_handle_at", .include_capability = "CAP_DAC_READ_SEARCH"},
    {"bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie lsm_get_self_attr "
     "lsm_list_modules lsm_set_self_attr mount mount_setattr move_mount open_tree perf_event_open quotactl "
     "quotactl_fd setdomainname sethostname setns syslog umount umount2 unshare", .include_capability = "CAP_SYS_ADMIN"},
    {"clone", .compares = true, .index = 0, .comparison = DW_SECCOMP_MASKED, .value = 0x7e020000, .exclude_architectures = "s390 s390x", .exclude_capability = "CAP_SYS_ADMIN"},
    {"clone", .compares = true, .index = 1, .comparison = DW_SECCOMP_MASKED, .value = 0x7e020000, .include_architectures = "s390 s390x", .exclude_capability = "CAP_SYS_ADMIN"},
    {"clone3", .action = DW_SECCOMP_ERRNO, .errno_value = 38, .exclude_capability = "CAP_SYS_ADMIN"},
    {"reboot", .include_capability = "CAP_SYS_BOOT"},
    {"chroot", .include_capability = "CAP_SYS_CHROOT"},
    {"delete_module init_module finit_module", .include_capability = "CAP_SYS_MODULE"},
    {"acct", .include_capability = "CAP_SYS_PACCT"},
    {"kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace", .include_capability = "CAP_SYS_PTRACE"},
    {"iopl ioperm", .include_capability = "CAP_SYS_RAWIO"},
    {"settimeofday stime clock_settime clock_settime64", .include_capability = "CAP_SYS_TIME"},
    {"vhangup", .include_capability = "CAP_SYS_TTY_CONFIG"},
    {"get_mempolicy mbind set_mempolicy set_mempolicy_home_node", .include_capability = "CAP_SYS_NICE"},
    {"syslog", .include_capability = "CAP_SYSLOG"},
    {"bpf", .include_capability = "CAP_BPF"},
    {"perf_event_open", .include_capability = "CAP_PERFMON"},
    /* clang-format on */
};
#define COUNT (sizeof(rows) / sizeof(rows[0]))

/* The native architecture, then those whose programs its kernel runs too. */
static const char *const architectures[] = {
    "SCMP_ARCH_X86_64 SCMP_ARCH_X86 SCMP_ARCH_X32",
    "SCMP_ARCH_AARCH64 SCMP_ARCH_ARM",
    "SCMP_ARCH_MIPS64 SCMP_ARCH_MIPS SCMP_ARCH_MIPS64N32",
    "SCMP_ARCH_MIPS64N32 SCMP_ARCH_MIPS SCMP_ARCH_MIPS64",
    "SCMP_ARCH_MIPSEL64 SCMP_ARCH_MIPSEL SCMP_ARCH_MIPSEL64N32",
    "SCMP_ARCH_MIPSEL64N32 SCMP_ARCH_MIPSEL SCMP_ARCH_MIPSEL64",
    "SCMP_ARCH_S390X SCMP_ARCH_S390",
    "SCMP_ARCH_RISCV64",
    "SCMP_ARCH_LOONGARCH64",
};
#define ARCHITECTURES (sizeof(architectures) / sizeof(architectures[0]))

static const struct dw_slice *words(struct dw_arena *arena, const char *text, size_t *count)
{
    struct dw_slice rest = dw_slice_of(text), word;
    *count = 0;
    if (rest.len == 0)
        return NULL;
    size_t most = 1;
    for (size_t i = 0; i < rest.len; i++)
        most += rest.at[i] == ' ';
    struct dw_slice *list = dw_arena_alloc(arena, most, sizeof(*list));
    for (bool more = true; dw_slice_split(&rest, ' ', &more, &word);)
        list[(*count)++] = word;
    return list;
}

static struct dw_seccomp_filter filter(struct dw_arena *arena, const char *names, const char *capability,
                                       struct dw_kernel_version kernel)
{
    struct dw_seccomp_filter filter = {.kernel = kernel};
    filter.architectures = words(arena, names, &filter.architecture_count);
    if (capability != NULL)
        filter.capabilities = dw_capability_bit(dw_slice_of(capability));
    return filter;
}

struct dw_seccomp_profile *dw_seccomp_profile_default(void)
{
    struct dw_seccomp_profile *profile = dw_alloc(1, sizeof(*profile));
    struct dw_arena *arena = &profile->arena;
    struct dw_seccomp_entry *entries = dw_arena_alloc(arena, COUNT, sizeof(*entries));
    struct dw_seccomp_architecture *list = dw_arena_alloc(arena, ARCHITECTURES, sizeof(*list));
    profile->name = DW_SLICE("the engine's default");
    profile->default_action = DW_SECCOMP_ERRNO;
    profile->default_errno = 1;
    profile->architecture_map = true;
    profile->architectures = list;
    profile->architecture_count = ARCHITECTURES;
    profile->entries = entries;
    profile->entry_count = COUNT;
    for (size_t i = 0; i < ARCHITECTURES; i++) {
        size_t count;
        const struct dw_slice *names = words(arena, architectures[i], &count);
        list[i] = (struct dw_seccomp_architecture){.name = names[0], .sub = names + 1, .sub_count = count - 1};
    }
    for (size_t i = 0; i < COUNT; i++) {
        const struct row *row = &rows[i];
        struct dw_seccomp_entry *entry = &entries[i];
        entry->names = words(arena, row->names, &entry->name_count);
        entry->action = row->action == DW_SECCOMP_KILL_PROCESS ? DW_SECCOMP_ALLOW : row->action;
        entry->errno_value = row->errno_value;
        entry->includes = filter(arena, row->include_architectures, row->include_capability, row->include_kernel);
        entry->excludes =
            filter(arena, row->exclude_architectures, row->exclude_capability, (struct dw_kernel_version){0});
        if (row->compares) {
            struct dw_seccomp_condition *condition = dw_arena_alloc(arena, 1, sizeof(*condition));
            *condition = (struct dw_seccomp_condition){row->index, row->comparison, row->value, 0};
            entry->conditions = condition;
            entry->condition_count = 1;
        }
    }
    return profile;
}
