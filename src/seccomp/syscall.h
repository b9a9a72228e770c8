/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of system calls: newer ones than the installed libseccomp knows, too. */
#ifndef DW_SECCOMP_SYSCALL_H
#define DW_SECCOMP_SYSCALL_H

#include "base/slice.h"

/* Architectures that have a call; OTHER: one of MIPS, POWER, RISC-V, s390, LoongArch, PA-RISC. */
enum dw_syscall_architecture {
    DW_SYSCALL_AMD64 = 1,
    DW_SYSCALL_X86 = 2,
    DW_SYSCALL_X32 = 4,
    DW_SYSCALL_ARM64 = 8,
    DW_SYSCALL_ARM = 16,
    DW_SYSCALL_OTHER = 32,
};

struct dw_syscall {
    const char *name;
    unsigned architectures; /* bits of enum dw_syscall_architecture */
};

/* The row of NAME, or NULL: no Linux up to 6.17 has such a call. */
const struct dw_syscall *dw_syscall_find(struct dw_slice name);
/* The row at INDEX in the order of names, or NULL at the end. */
const struct dw_syscall *dw_syscall_at(size_t index);

#endif
