/* SPDX-License-Identifier: Apache-2.0
 *
 * The system calls of Linux up to 6.17, and on which architectures a program can make them. Sorted by name. */
#include "seccomp/syscall.h"

#include <stdlib.h>

#define A     DW_SYSCALL_AMD64
#define I     DW_SYSCALL_X86
#define X     DW_SYSCALL_X32
#define G     DW_SYSCALL_ARM64
#define R     DW_SYSCALL_ARM
#define O     DW_SYSCALL_OTHER
#define EVERY (A | I | X | G | R | O)

static const struct dw_syscall table[] = {
    /* clang-format off */
    {"_llseek", I | R | O}, {"_newselect", I | R | O}, {"_sysctl", A | I | R | O}, {"accept", A | X | G | R | O},
    {"accept4", EVERY}, {"access", A | I | X | R | O}, {"acct", EVERY}, {"add_key", EVERY}, {"adjtimex", EVERY},
    {"afs_syscall", A | I | X | O}, {"alarm", A | I | X | O}, {"arch_prctl", A | I | X}, {"arm_fadvise64_64", R},
    {"arm_sync_file_range", R}, {"bdflush", I | R | O}, {"bind", EVERY}, {"bpf", EVERY}, {"break", I | O},
    {"breakpoint", R}, {"brk", EVERY}, {"cachectl", O}, {"cacheflush", R | O}, {"cachestat", EVERY},
    {"capget", EVERY}, {"capset", EVERY}, {"chdir", EVERY}, {"chmod", A | I | X | R | O},
    {"chown", A | I | X | R | O}, {"chown32", I | R | O}, {"chroot", EVERY}, {"clock_adjtime", EVERY},
    {"clock_adjtime64", I | R | O}, {"clock_getres", EVERY}, {"clock_getres_time64", I | R | O},
    {"clock_gettime", EVERY}, {"clock_gettime64", I | R | O}, {"clock_nanosleep", EVERY},
    {"clock_nanosleep_time64", I | R | O}, {"clock_settime", EVERY}, {"clock_settime64", I | R | O}, {"clone", EVERY},
    {"clone3", EVERY}, {"close", EVERY}, {"close_range", EVERY}, {"connect", EVERY}, {"copy_file_range", EVERY},
    {"creat", A | I | X | R | O}, {"create_module", A | I | O}, {"delete_module", EVERY}, {"dup", EVERY},
    {"dup2", A | I | X | R | O}, {"dup3", EVERY}, {"epoll_create", A | I | X | R | O}, {"epoll_create1", EVERY},
    {"epoll_ctl", EVERY}, {"epoll_ctl_old", A}, {"epoll_pwait", EVERY}, {"epoll_pwait2", EVERY},
    {"epoll_wait", A | I | X | R | O}, {"epoll_wait_old", A}, {"eventfd", A | I | X | R | O}, {"eventfd2", EVERY},
    {"execve", EVERY}, {"execveat", EVERY}, {"exit", EVERY}, {"exit_group", EVERY}, {"faccessat", EVERY},
    {"faccessat2", EVERY}, {"fadvise64", A | I | X | G | O}, {"fadvise64_64", I | O}, {"fallocate", EVERY},
    {"fanotify_init", EVERY}, {"fanotify_mark", EVERY}, {"fchdir", EVERY}, {"fchmod", EVERY}, {"fchmodat", EVERY},
    {"fchmodat2", EVERY}, {"fchown", EVERY}, {"fchown32", I | R | O}, {"fchownat", EVERY}, {"fcntl", EVERY},
    {"fcntl64", I | R | O}, {"fdatasync", EVERY}, {"fgetxattr", EVERY}, {"file_getattr", EVERY},
    {"file_setattr", EVERY}, {"finit_module", EVERY}, {"flistxattr", EVERY}, {"flock", EVERY},
    {"fork", A | I | X | R | O}, {"fremovexattr", EVERY}, {"fsconfig", EVERY}, {"fsetxattr", EVERY},
    {"fsmount", EVERY}, {"fsopen", EVERY}, {"fspick", EVERY}, {"fstat", EVERY}, {"fstat64", I | R | O},
    {"fstatat64", I | R | O}, {"fstatfs", EVERY}, {"fstatfs64", I | R | O}, {"fsync", EVERY}, {"ftime", I | O},
    {"ftruncate", EVERY}, {"ftruncate64", I | R | O}, {"futex", EVERY}, {"futex_requeue", EVERY},
    {"futex_time64", I | R | O}, {"futex_wait", EVERY}, {"futex_waitv", EVERY}, {"futex_wake", EVERY},
    {"futimesat", A | I | X | R | O}, {"get_kernel_syms", A | I | O}, {"get_mempolicy", EVERY},
    {"get_robust_list", EVERY}, {"get_thread_area", A | I}, {"get_tls", R}, {"getcpu", EVERY}, {"getcwd", EVERY},
    {"getdents", A | I | X | R | O}, {"getdents64", EVERY}, {"getegid", EVERY}, {"getegid32", I | R | O},
    {"geteuid", EVERY}, {"geteuid32", I | R | O}, {"getgid", EVERY}, {"getgid32", I | R | O}, {"getgroups", EVERY},
    {"getgroups32", I | R | O}, {"getitimer", EVERY}, {"getpeername", EVERY}, {"getpgid", EVERY},
    {"getpgrp", A | I | X | R | O}, {"getpid", EVERY}, {"getpmsg", A | I | X | O}, {"getppid", EVERY},
    {"getpriority", EVERY}, {"getrandom", EVERY}, {"getresgid", EVERY}, {"getresgid32", I | R | O},
    {"getresuid", EVERY}, {"getresuid32", I | R | O}, {"getrlimit", A | I | X | G | O}, {"getrusage", EVERY},
    {"getsid", EVERY}, {"getsockname", EVERY}, {"getsockopt", EVERY}, {"gettid", EVERY}, {"gettimeofday", EVERY},
    {"getuid", EVERY}, {"getuid32", I | R | O}, {"getxattr", EVERY}, {"getxattrat", EVERY}, {"gtty", I | O},
    {"idle", I | O}, {"init_module", EVERY}, {"inotify_add_watch", EVERY}, {"inotify_init", A | I | X | R | O},
    {"inotify_init1", EVERY}, {"inotify_rm_watch", EVERY}, {"io_cancel", EVERY}, {"io_destroy", EVERY},
    {"io_getevents", EVERY}, {"io_pgetevents", EVERY}, {"io_pgetevents_time64", I | R | O}, {"io_setup", EVERY},
    {"io_submit", EVERY}, {"io_uring_enter", EVERY}, {"io_uring_register", EVERY}, {"io_uring_setup", EVERY},
    {"ioctl", EVERY}, {"ioperm", A | I | X | O}, {"iopl", A | I | X | O}, {"ioprio_get", EVERY},
    {"ioprio_set", EVERY}, {"ipc", I | O}, {"kcmp", EVERY}, {"kexec_file_load", A | X | G | R | O},
    {"kexec_load", EVERY}, {"keyctl", EVERY}, {"kill", EVERY}, {"landlock_add_rule", EVERY},
    {"landlock_create_ruleset", EVERY}, {"landlock_restrict_self", EVERY}, {"lchown", A | I | X | R | O},
    {"lchown32", I | R | O}, {"lgetxattr", EVERY}, {"link", A | I | X | R | O}, {"linkat", EVERY}, {"listen", EVERY},
    {"listmount", EVERY}, {"listxattr", EVERY}, {"listxattrat", EVERY}, {"llistxattr", EVERY}, {"lock", I | O},
    {"lookup_dcookie", EVERY}, {"lremovexattr", EVERY}, {"lseek", EVERY}, {"lsetxattr", EVERY},
    {"lsm_get_self_attr", EVERY}, {"lsm_list_modules", EVERY}, {"lsm_set_self_attr", EVERY},
    {"lstat", A | I | X | R | O}, {"lstat64", I | R | O}, {"madvise", EVERY}, {"map_shadow_stack", EVERY},
    {"mbind", EVERY}, {"membarrier", EVERY}, {"memfd_create", EVERY}, {"memfd_secret", A | I | X | G | O},
    {"migrate_pages", EVERY}, {"mincore", EVERY}, {"mkdir", A | I | X | R | O}, {"mkdirat", EVERY},
    {"mknod", A | I | X | R | O}, {"mknodat", EVERY}, {"mlock", EVERY}, {"mlock2", EVERY}, {"mlockall", EVERY},
    {"mmap", A | I | X | G | O}, {"mmap2", I | R | O}, {"modify_ldt", A | I | X | O}, {"mount", EVERY},
    {"mount_setattr", EVERY}, {"move_mount", EVERY}, {"move_pages", EVERY}, {"mprotect", EVERY}, {"mpx", I | O},
    {"mq_getsetattr", EVERY}, {"mq_notify", EVERY}, {"mq_open", EVERY}, {"mq_timedreceive", EVERY},
    {"mq_timedreceive_time64", I | R | O}, {"mq_timedsend", EVERY}, {"mq_timedsend_time64", I | R | O},
    {"mq_unlink", EVERY}, {"mremap", EVERY}, {"mseal", EVERY}, {"msgctl", EVERY}, {"msgget", EVERY},
    {"msgrcv", EVERY}, {"msgsnd", EVERY}, {"msync", EVERY}, {"multiplexer", O}, {"munlock", EVERY},
    {"munlockall", EVERY}, {"munmap", EVERY}, {"name_to_handle_at", EVERY}, {"nanosleep", EVERY},
    {"newfstatat", A | X | G | O}, {"nfsservctl", A | I | G | R | O}, {"nice", I | R | O}, {"oldfstat", I | O},
    {"oldlstat", I | O}, {"oldolduname", I | O}, {"oldstat", I | O}, {"olduname", I | O}, {"open", A | I | X | R | O},
    {"open_by_handle_at", EVERY}, {"open_tree", EVERY}, {"open_tree_attr", EVERY}, {"openat", EVERY},
    {"openat2", EVERY}, {"pause", A | I | X | R | O}, {"pciconfig_iobase", R | O}, {"pciconfig_read", R | O},
    {"pciconfig_write", R | O}, {"perf_event_open", EVERY}, {"personality", EVERY}, {"pidfd_getfd", EVERY},
    {"pidfd_open", EVERY}, {"pidfd_send_signal", EVERY}, {"pipe", A | I | X | R | O}, {"pipe2", EVERY},
    {"pivot_root", EVERY}, {"pkey_alloc", EVERY}, {"pkey_free", EVERY}, {"pkey_mprotect", EVERY},
    {"poll", A | I | X | R | O}, {"ppoll", EVERY}, {"ppoll_time64", I | R | O}, {"prctl", EVERY}, {"pread64", EVERY},
    {"preadv", EVERY}, {"preadv2", EVERY}, {"prlimit64", EVERY}, {"process_madvise", EVERY},
    {"process_mrelease", EVERY}, {"process_vm_readv", EVERY}, {"process_vm_writev", EVERY}, {"prof", I | O},
    {"profil", I | O}, {"pselect6", EVERY}, {"pselect6_time64", I | R | O}, {"ptrace", EVERY},
    {"putpmsg", A | I | X | O}, {"pwrite64", EVERY}, {"pwritev", EVERY}, {"pwritev2", EVERY},
    {"query_module", A | I | O}, {"quotactl", EVERY}, {"quotactl_fd", EVERY}, {"read", EVERY}, {"readahead", EVERY},
    {"readdir", I | O}, {"readlink", A | I | X | R | O}, {"readlinkat", EVERY}, {"readv", EVERY}, {"reboot", EVERY},
    {"recv", R | O}, {"recvfrom", EVERY}, {"recvmmsg", EVERY}, {"recvmmsg_time64", I | R | O}, {"recvmsg", EVERY},
    {"remap_file_pages", EVERY}, {"removexattr", EVERY}, {"removexattrat", EVERY}, {"rename", A | I | X | R | O},
    {"renameat", EVERY}, {"renameat2", EVERY}, {"request_key", EVERY}, {"restart_syscall", EVERY},
    {"riscv_flush_icache", O}, {"riscv_hwprobe", O}, {"rmdir", A | I | X | R | O}, {"rseq", EVERY},
    {"rt_sigaction", EVERY}, {"rt_sigpending", EVERY}, {"rt_sigprocmask", EVERY}, {"rt_sigqueueinfo", EVERY},
    {"rt_sigreturn", EVERY}, {"rt_sigsuspend", EVERY}, {"rt_sigtimedwait", EVERY},
    {"rt_sigtimedwait_time64", I | R | O}, {"rt_tgsigqueueinfo", EVERY}, {"rtas", O}, {"s390_guarded_storage", O},
    {"s390_pci_mmio_read", O}, {"s390_pci_mmio_write", O}, {"s390_runtime_instr", O}, {"s390_sthyi", O},
    {"sched_get_priority_max", EVERY}, {"sched_get_priority_min", EVERY}, {"sched_getaffinity", EVERY},
    {"sched_getattr", EVERY}, {"sched_getparam", EVERY}, {"sched_getscheduler", EVERY},
    {"sched_rr_get_interval", EVERY}, {"sched_rr_get_interval_time64", I | R | O}, {"sched_setaffinity", EVERY},
    {"sched_setattr", EVERY}, {"sched_setparam", EVERY}, {"sched_setscheduler", EVERY}, {"sched_yield", EVERY},
    {"seccomp", EVERY}, {"security", A | X}, {"select", A | I | X | O}, {"semctl", EVERY}, {"semget", EVERY},
    {"semop", A | X | G | R | O}, {"semtimedop", A | X | G | R | O}, {"semtimedop_time64", I | R | O},
    {"send", R | O}, {"sendfile", EVERY}, {"sendfile64", I | R | O}, {"sendmmsg", EVERY}, {"sendmsg", EVERY},
    {"sendto", EVERY}, {"set_mempolicy", EVERY}, {"set_mempolicy_home_node", EVERY}, {"set_robust_list", EVERY},
    {"set_thread_area", A | I | O}, {"set_tid_address", EVERY}, {"set_tls", R}, {"setdomainname", EVERY},
    {"setfsgid", EVERY}, {"setfsgid32", I | R | O}, {"setfsuid", EVERY}, {"setfsuid32", I | R | O}, {"setgid", EVERY},
    {"setgid32", I | R | O}, {"setgroups", EVERY}, {"setgroups32", I | R | O}, {"sethostname", EVERY},
    {"setitimer", EVERY}, {"setns", EVERY}, {"setpgid", EVERY}, {"setpriority", EVERY}, {"setregid", EVERY},
    {"setregid32", I | R | O}, {"setresgid", EVERY}, {"setresgid32", I | R | O}, {"setresuid", EVERY},
    {"setresuid32", I | R | O}, {"setreuid", EVERY}, {"setreuid32", I | R | O}, {"setrlimit", EVERY},
    {"setsid", EVERY}, {"setsockopt", EVERY}, {"settimeofday", EVERY}, {"setuid", EVERY}, {"setuid32", I | R | O},
    {"setxattr", EVERY}, {"setxattrat", EVERY}, {"sgetmask", I | O}, {"shmat", EVERY}, {"shmctl", EVERY},
    {"shmdt", EVERY}, {"shmget", EVERY}, {"shutdown", EVERY}, {"sigaction", I | R | O}, {"sigaltstack", EVERY},
    {"signal", I | O}, {"signalfd", A | I | X | R | O}, {"signalfd4", EVERY}, {"sigpending", I | R | O},
    {"sigprocmask", I | R | O}, {"sigreturn", I | R | O}, {"sigsuspend", I | R | O}, {"socket", EVERY},
    {"socketcall", I | O}, {"socketpair", EVERY}, {"splice", EVERY}, {"spu_create", O}, {"spu_run", O},
    {"ssetmask", I | O}, {"stat", A | I | X | R | O}, {"stat64", I | R | O}, {"statfs", EVERY},
    {"statfs64", I | R | O}, {"statmount", EVERY}, {"statx", EVERY}, {"stime", I | O}, {"stty", I | O},
    {"subpage_prot", O}, {"swapcontext", O}, {"swapoff", EVERY}, {"swapon", EVERY}, {"switch_endian", O},
    {"symlink", A | I | X | R | O}, {"symlinkat", EVERY}, {"sync", EVERY}, {"sync_file_range", A | I | X | G | O},
    {"sync_file_range2", O}, {"syncfs", EVERY}, {"sys_debug_setcontext", O}, {"syscall", O},
    {"sysfs", A | I | X | R | O}, {"sysinfo", EVERY}, {"syslog", EVERY}, {"sysmips", O}, {"tee", EVERY},
    {"tgkill", EVERY}, {"time", A | I | X | O}, {"timer_create", EVERY}, {"timer_delete", EVERY},
    {"timer_getoverrun", EVERY}, {"timer_gettime", EVERY}, {"timer_gettime64", I | R | O}, {"timer_settime", EVERY},
    {"timer_settime64", I | R | O}, {"timerfd", O}, {"timerfd_create", EVERY}, {"timerfd_gettime", EVERY},
    {"timerfd_gettime64", I | R | O}, {"timerfd_settime", EVERY}, {"timerfd_settime64", I | R | O}, {"times", EVERY},
    {"tkill", EVERY}, {"truncate", EVERY}, {"truncate64", I | R | O}, {"tuxcall", A | X | O},
    {"ugetrlimit", I | R | O}, {"ulimit", I | O}, {"umask", EVERY}, {"umount", I | O}, {"umount2", EVERY},
    {"uname", EVERY}, {"unlink", A | I | X | R | O}, {"unlinkat", EVERY}, {"unshare", EVERY}, {"uprobe", A},
    {"uretprobe", A}, {"uselib", A | I | R | O}, {"userfaultfd", EVERY}, {"usr26", R}, {"usr32", R},
    {"ustat", A | I | X | R | O}, {"utime", A | I | X | O}, {"utimensat", EVERY}, {"utimensat_time64", I | R | O},
    {"utimes", A | I | X | R | O}, {"vfork", A | I | X | R | O}, {"vhangup", EVERY}, {"vm86", I | O}, {"vm86old", I},
    {"vmsplice", EVERY}, {"vserver", A | I | R | O}, {"wait4", EVERY}, {"waitid", EVERY}, {"waitpid", I | O},
    {"write", EVERY}, {"writev", EVERY},
    /* clang-format on */
};
#define COUNT (sizeof(table) / sizeof(table[0]))

static int compare(const void *key, const void *row)
{
    return dw_slice_compare(*(const struct dw_slice *)key, dw_slice_of(((const struct dw_syscall *)row)->name));
}

const struct dw_syscall *dw_syscall_find(struct dw_slice name)
{
    return bsearch(&name, table, COUNT, sizeof(table[0]), compare);
}

const struct dw_syscall *dw_syscall_at(size_t index)
{
    return index < COUNT ? &table[index] : NULL;
}
