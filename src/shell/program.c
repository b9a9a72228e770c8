/* SPDX-License-Identifier: Apache-2.0 */
#include "shell/program.h"

static const struct dw_slice names[DW_PROGRAM_COUNT] = {
    [DW_PROGRAM_UNKNOWN] = DW_SLICE_INIT(""),
#define DW_PROGRAM_ROW(name, text) [DW_PROGRAM_##name] = DW_SLICE_INIT(text),
    DW_SHELL_PROGRAMS(DW_PROGRAM_ROW)
#undef DW_PROGRAM_ROW
};

const char *dw_program_name(enum dw_shell_program program)
{
    return names[program].at;
}

static enum dw_shell_program find_exactly(struct dw_slice name)
{
    size_t low = 1, high = DW_PROGRAM_COUNT;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = dw_slice_compare(name, names[middle]);
        if (order == 0)
            return (enum dw_shell_program)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return DW_PROGRAM_UNKNOWN;
}

enum dw_shell_program dw_program_find(struct dw_slice name)
{
    enum dw_shell_program program = find_exactly(name);
    if (program != DW_PROGRAM_UNKNOWN || name.len == 0 || !dw_is_digit(name.at[name.len - 1]))
        return program;
    /* "python3.11", "pip3.9", "php8.2", "lua5.4" */
    size_t dot = dw_slice_find(name, '.');
    struct dw_slice stem = dw_slice_part(name, 0, dot);
    if (dot != SIZE_MAX && (program = find_exactly(stem)) != DW_PROGRAM_UNKNOWN)
        return program;
    while (stem.len > 0 && dw_is_digit(stem.at[stem.len - 1]))
        stem.len--;
    program = find_exactly(stem);
    bool numbered = program == DW_PROGRAM_PYTHON || program == DW_PROGRAM_PIP || program == DW_PROGRAM_PHP ||
                    program == DW_PROGRAM_LUA || program == DW_PROGRAM_PERL || program == DW_PROGRAM_RUBY;
    return numbered ? program : DW_PROGRAM_UNKNOWN;
}

bool dw_program_is_shell(enum dw_shell_program program)
{
    switch (program) {
    case DW_PROGRAM_SH:
    case DW_PROGRAM_BASH:
    case DW_PROGRAM_DASH:
    case DW_PROGRAM_ASH:
    case DW_PROGRAM_ZSH:
    case DW_PROGRAM_KSH:
    case DW_PROGRAM_MKSH:
        return true;
    default:
        return false;
    }
}
