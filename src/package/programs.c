/* SPDX-License-Identifier: Apache-2.0
 *
 * Programs that carry a list of the modules they are made of, which no reader understands yet: Go's build information (Go,
 * src/debug/buildinfo: magic "\xff Go buildinf:") and cargo-auditable's ELF section .dep-v0. They are told as UNSUPPORTED.
 * Which files are programs is a guess by their place; one that is no ELF file costs its first bytes only, and nothing is
 * recorded of a file in which nothing is found. */
#include "package/lines.h"
#include "package/registry.h"

#define WINDOW  65536
#define OVERLAP 32

static const struct mark {
    struct dw_slice bytes;
    const char *what;
} marks[] = {
    {DW_SLICE_INIT("\xff Go buildinf:"), "Go programs are not read: the modules in them are not scanned"},
    {DW_SLICE_INIT("\0.dep-v0\0"), "Rust programs are not read: the crates in them are not scanned"},
};

struct state {
    const struct dw_reader_file *file;
    const struct mark *found;
    size_t filled;
    bool other; /* no ELF file */
    char *window;
    char head[4];
};

static bool wants(struct dw_slice path)
{
    static const char *const folders[] = {"bin", "sbin", "libexec", "app", "ko-app", "srv", "workspace", "opt", ""};
    struct dw_slice folder = dw_path_base(dw_path_parent(path)), name = dw_path_base(path);
    if (name.len == 0 || dw_slice_find(name, '.') != SIZE_MAX)
        return false;
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (dw_slice_is(folder, folders[i]))
            return true;
    return false;
}

static bool wants_name(struct dw_slice name)
{
    (void)name;
    return false;
}

static void *open_file(const struct dw_reader_file *file, struct dw_error *error)
{
    (void)error;
    struct state *state = dw_alloc(1, sizeof(*state));
    state->file = file;
    return state;
}

static void search(struct state *state)
{
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]) && state->found == NULL; i++)
        if (dw_slice_find_slice(dw_slice_make(state->window, state->filled), marks[i].bytes) != SIZE_MAX)
            state->found = &marks[i];
}

static bool feed(void *context, struct dw_slice bytes, struct dw_error *error)
{
    struct state *state = context;
    (void)error;
    while (bytes.len > 0 && !state->other && state->found == NULL) {
        if (state->window == NULL) { /* the first bytes, before memory is taken for a window */
            state->head[state->filled++] = bytes.at[0];
            bytes = dw_slice_from(bytes, 1);
            if (state->filled < sizeof(state->head))
                continue;
            state->other = memcmp(state->head, "\x7f" "ELF", sizeof(state->head)) != 0;
            state->window = state->other ? NULL : dw_alloc(1, WINDOW);
            if (state->window != NULL)
                memcpy(state->window, state->head, sizeof(state->head));
            continue;
        }
        struct dw_slice part = dw_slice_part(bytes, 0, WINDOW - state->filled);
        memcpy(state->window + state->filled, part.at, part.len);
        state->filled += part.len;
        bytes = dw_slice_from(bytes, part.len);
        if (state->filled == WINDOW) {
            search(state);
            memmove(state->window, state->window + WINDOW - OVERLAP, OVERLAP);
            state->filled = OVERLAP;
        }
    }
    return true;
}

static bool finish(void *context, struct dw_error *error)
{
    struct state *state = context;
    (void)error;
    if (state->window != NULL && state->found == NULL)
        search(state);
    if (state->found != NULL)
        state->file->sink->note(state->file->sink->context, DW_NOTE_UNSUPPORTED, dw_slice_of(state->found->what));
    return true;
}

static void close_file(void *context)
{
    struct state *state = context;
    free(state->window);
    free(state);
}

const struct dw_package_reader dw_reader_programs = {
    .name = "programs",
    .version = 1,
    .guess = true,
    .wants = wants,
    .wants_name = wants_name,
    .open = open_file,
    .feed = feed,
    .finish = finish,
    .close = close_file,
};
