/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp/capability.h"

#define DOCKER   1
#define BASELINE 2

/* In the order of their numbers. */
static const struct {
    const char *name;
    unsigned sets;
} table[DW_CAPABILITY_COUNT] = {
    {"CHOWN", DOCKER | BASELINE},
    {"DAC_OVERRIDE", DOCKER | BASELINE},
    {"DAC_READ_SEARCH", 0},
    {"FOWNER", DOCKER | BASELINE},
    {"FSETID", DOCKER | BASELINE},
    {"KILL", DOCKER | BASELINE},
    {"SETGID", DOCKER | BASELINE},
    {"SETUID", DOCKER | BASELINE},
    {"SETPCAP", DOCKER | BASELINE},
    {"LINUX_IMMUTABLE", 0},
    {"NET_BIND_SERVICE", DOCKER | BASELINE},
    {"NET_BROADCAST", 0},
    {"NET_ADMIN", 0},
    {"NET_RAW", DOCKER},
    {"IPC_LOCK", 0},
    {"IPC_OWNER", 0},
    {"SYS_MODULE", 0},
    {"SYS_RAWIO", 0},
    {"SYS_CHROOT", DOCKER | BASELINE},
    {"SYS_PTRACE", 0},
    {"SYS_PACCT", 0},
    {"SYS_ADMIN", 0},
    {"SYS_BOOT", 0},
    {"SYS_NICE", 0},
    {"SYS_RESOURCE", 0},
    {"SYS_TIME", 0},
    {"SYS_TTY_CONFIG", 0},
    {"MKNOD", DOCKER | BASELINE},
    {"LEASE", 0},
    {"AUDIT_WRITE", DOCKER | BASELINE},
    {"AUDIT_CONTROL", 0},
    {"SETFCAP", DOCKER | BASELINE},
    {"MAC_OVERRIDE", 0},
    {"MAC_ADMIN", 0},
    {"SYSLOG", 0},
    {"WAKE_ALARM", 0},
    {"BLOCK_SUSPEND", 0},
    {"AUDIT_READ", 0},
    {"PERFMON", 0},
    {"BPF", 0},
    {"CHECKPOINT_RESTORE", 0},
};

const char *dw_capability_name(unsigned number)
{
    return number < DW_CAPABILITY_COUNT ? table[number].name : NULL;
}

bool dw_capability_number(struct dw_slice name, unsigned *number)
{
    if (dw_slice_equal_nocase(dw_slice_part(name, 0, 4), DW_SLICE("CAP_")))
        name = dw_slice_from(name, 4);
    for (unsigned i = 0; i < DW_CAPABILITY_COUNT; i++)
        if (dw_slice_equal_nocase(name, dw_slice_of(table[i].name))) {
            *number = i;
            return true;
        }
    return false;
}

uint64_t dw_capability_bit(struct dw_slice name)
{
    unsigned number;
    return dw_capability_number(name, &number) ? UINT64_C(1) << number : 0;
}

static uint64_t set_of(unsigned which)
{
    uint64_t set = 0;
    for (unsigned i = 0; i < DW_CAPABILITY_COUNT; i++)
        if ((table[i].sets & which) != 0)
            set |= UINT64_C(1) << i;
    return set;
}

uint64_t dw_capabilities_default(void)
{
    return set_of(DOCKER);
}

uint64_t dw_capabilities_baseline(void)
{
    return set_of(BASELINE);
}

void dw_capabilities_text(struct dw_buffer *out, uint64_t set)
{
    const char *before = "";
    if ((set & DW_CAPABILITIES_ALL) == DW_CAPABILITIES_ALL) {
        dw_buffer_append_string(out, "all");
        return;
    }
    for (unsigned i = 0; i < DW_CAPABILITY_COUNT; i++)
        if ((set >> i & 1) != 0) {
            dw_buffer_printf(out, "%s%s", before, table[i].name);
            before = ", ";
        }
    if (*before == '\0')
        dw_buffer_append_string(out, "none");
}
