/* SPDX-License-Identifier: Apache-2.0
 *
 * Which files a dpkg package owns: …/lib/dpkg/info/NAME[:ARCH].list (one absolute path a line), and in distroless images
 * …/lib/dpkg/status.d/NAME.md5sums (md5sum(1) lines with relative paths). Only paths that some reader wants are told.
 * Limits: package-database-bytes, line-bytes. */
#include "package/lines.h"
#include "package/registry.h"

struct state {
    const struct dw_reader_file *file;
    struct dw_lines lines;
    struct dw_slice package;
    uint64_t total, damaged;
    bool sums; /* of md5sums */
};

static bool is_list(struct dw_slice path)
{
    return dw_slice_ends_with(path, ".list") && dw_path_has_tail(dw_path_parent(path), "lib/dpkg/info");
}

static bool is_sums(struct dw_slice path)
{
    return dw_slice_ends_with(path, ".md5sums") && dw_path_has_tail(dw_path_parent(path), "lib/dpkg/status.d");
}

static bool wants(struct dw_slice path)
{
    return is_list(path) || is_sums(path);
}

static bool wants_name(struct dw_slice name)
{
    return dw_slice_ends_with(name, ".list") || dw_slice_ends_with(name, ".md5sums");
}

static void *open_file(const struct dw_reader_file *file, struct dw_error *error)
{
    if (!dw_limit_check(file->limits, DW_LIMIT_PACKAGE_DATABASE, file->size, error))
        return NULL;
    struct state *state = dw_alloc(1, sizeof(*state));
    struct dw_slice name = dw_path_base(file->path);
    state->file = file;
    state->lines.limit = file->limits->value[DW_LIMIT_TEXT_LINE];
    state->sums = is_sums(file->path);
    if (state->sums) {
        state->package = dw_slice_part(name, 0, name.len - strlen(".md5sums"));
    } else {
        name = dw_slice_part(name, 0, name.len - strlen(".list"));
        state->package = dw_slice_part(name, 0, dw_slice_find(name, ':')); /* "libc6:amd64" */
    }
    return state;
}

static bool read_line(void *context, struct dw_slice line, bool too_long, struct dw_error *error)
{
    struct state *state = context;
    (void)error;
    if (line.len == 0 && !too_long)
        return true;
    /* 32 hexadecimal digits and two spaces, the second a '*' for binary files. */
    bool whole = !too_long && (!state->sums || (line.len > 34 && line.at[32] == ' '));
    struct dw_slice path = dw_slice_from(line, whole && state->sums ? 34 : 0);
    if (whole && dw_slice_starts_with(path, "./"))
        path = dw_slice_from(path, 2);
    while (path.len > 0 && path.at[0] == '/')
        path = dw_slice_from(path, 1);
    if (!whole || memchr(path.at, '\0', path.len) != NULL)
        state->damaged++;
    else if (path.len > 0 && dw_package_wants(path) != NULL)
        state->file->sink->owned(state->file->sink->context, state->package, path);
    return true;
}

static bool feed(void *context, struct dw_slice bytes, struct dw_error *error)
{
    struct state *state = context;
    state->total += bytes.len;
    return dw_limit_check(state->file->limits, DW_LIMIT_PACKAGE_DATABASE, state->total, error) &&
           dw_lines_feed(&state->lines, bytes, read_line, state, error);
}

static bool finish(void *context, struct dw_error *error)
{
    struct state *state = context;
    if (!dw_lines_finish(&state->lines, read_line, state, error))
        return false;
    /* Lost ownership loses no package: what is not known to be owned is matched by itself as well. */
    if (state->damaged > 0)
        state->file->sink->note(state->file->sink->context, DW_NOTE_INFORMATION,
                                dw_arena_printf(state->file->arena, "%llu lines of this list of files are damaged",
                                                (unsigned long long)state->damaged));
    return true;
}

static void close_file(void *context)
{
    struct state *state = context;
    dw_lines_free(&state->lines);
    free(state);
}

const struct dw_package_reader dw_reader_dpkg_files = {
    .name = "dpkg-files",
    .version = 1,
    .wants = wants,
    .wants_name = wants_name,
    .open = open_file,
    .feed = feed,
    .finish = finish,
    .close = close_file,
};
