/* SPDX-License-Identifier: Apache-2.0
 *
 * The build instruction in a history entry's created_by. BuildKit writes "COPY a b # buildkit" and
 * "RUN |2 A=1 B=2 /bin/sh -c … # buildkit"; the classic builder "/bin/sh -c #(nop) CMD …", "|1 A=1 /bin/sh -c …". */
#include "image/internal.h"

/* Build arguments stand in the clear and may be secrets, so they are cut off. Their values may hold spaces; the shell
 * that follows them is what can be recognised. */
static struct dw_slice without_arguments(struct dw_slice text)
{
    static const char *const shells[] = {" /bin/sh -c ", " /bin/bash -c ", " /bin/ash -c ", " -c ", " -lc ", " -ec ",
                                         " cmd /S /C ", " powershell -Command "};
    for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
        size_t at = dw_slice_find_slice(text, dw_slice_of(shells[i]));
        if (at != SIZE_MAX)
            return dw_slice_trim(dw_slice_from(text, at + strlen(shells[i])));
    }
    return DW_SLICE("(command not shown: it cannot be told from its build arguments)");
}

static bool has_arguments(struct dw_slice text)
{
    return text.len > 1 && text.at[0] == '|' && dw_is_digit(text.at[1]);
}

struct dw_slice dw_instruction_clean(struct dw_arena *arena, struct dw_slice created_by)
{
    static const struct dw_slice shell = DW_SLICE_INIT("/bin/sh -c ");
    struct dw_slice text = dw_slice_trim(created_by);
    if (dw_slice_ends_with(text, "# buildkit"))
        text = dw_slice_trim(dw_slice_part(text, 0, text.len - strlen("# buildkit")));
    bool run = dw_slice_starts_with(text, "RUN ");
    if (run)
        text = dw_slice_trim(dw_slice_from(text, 4));
    if (has_arguments(text)) {
        run = true;
        text = without_arguments(text);
    } else if (dw_slice_starts(text, shell)) {
        run = true;
        text = dw_slice_trim(dw_slice_from(text, shell.len));
    }
    if (dw_slice_starts_with(text, "#(nop)"))
        return dw_arena_copy(arena, dw_slice_trim(dw_slice_from(text, 6)));
    if (run)
        return dw_arena_printf(arena, "RUN %.*s", DW_SLICE_ARG(text));
    return dw_arena_copy(arena, text);
}

bool dw_instruction_is_metadata(struct dw_slice instruction)
{
    static const char *const words[] = {"CMD", "ENV", "LABEL", "ENTRYPOINT", "USER", "EXPOSE", "HEALTHCHECK",
                                        "STOPSIGNAL", "ARG", "ONBUILD", "SHELL", "MAINTAINER", "VOLUME"};
    size_t end = dw_slice_find(instruction, ' ');
    struct dw_slice word = dw_slice_part(instruction, 0, end);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (dw_slice_equal_nocase(word, dw_slice_of(words[i])))
            return true;
    return false;
}
