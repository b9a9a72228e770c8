/* SPDX-License-Identifier: Apache-2.0
 *
 * The Node.js runtime itself: programs called "node" or "nodejs" (ELF), by the version string inside, and include/node/node_version.h.
 *
 * Since 4.x the program holds "node.js/vVERSION" (of its HTTP user agent and its process.release); before 7.0 also "node
 * vVERSION" or the version alone, between NUL bytes. Short strings match by accident: only one distinct version is an
 * answer, and the longer string goes before the shorter. Otherwise the runtime is told without a version, which makes it
 * "not scanned". A file that is no ELF program (a shell completion called "node") is no runtime.
 * The file is searched in windows that overlap by more than the longest version, so memory stays the same for any size. */
#include "package/lines.h"
#include "package/registry.h"

#define WINDOW  65536
#define OVERLAP 128 /* a hit that begins here may not be complete: it is left to the next window */
#define LONGEST 100 /* of a version with what stands around it */
#define VERSIONS_MAX 4

static const struct pattern {
    struct dw_slice before;
    bool nul_after;
    bool old; /* versions 0 to 6 only */
} patterns[] = {
    {DW_SLICE_INIT("node.js/v"), false, false},
    {DW_SLICE_INIT("\0node v"), true, true},
    {DW_SLICE_INIT("\0v"), true, true},
};
#define PATTERNS (sizeof(patterns) / sizeof(patterns[0]))

struct state {
    const struct dw_reader_file *file;
    size_t filled;
    bool elf, started;
    struct {
        struct dw_slice version[VERSIONS_MAX]; /* distinct, in the file's arena */
        size_t count;
    } found[PATTERNS];
    char window[WINDOW];
};

static bool wants(struct dw_slice path)
{
    return dw_path_has_tail(path, "node") || dw_path_has_tail(path, "nodejs");
}

static bool wants_name(struct dw_slice name)
{
    return dw_slice_is(name, "node") || dw_slice_is(name, "nodejs");
}

static void *open_file(const struct dw_reader_file *file, struct dw_error *error)
{
    (void)error; /* a program has no size limit: it is only looked through */
    struct state *state = dw_alloc(1, sizeof(*state));
    state->file = file;
    return state;
}

/* Length of the version at the start of TEXT: three numbers, then "-nightly2024" and the like; 0 if there is none. */
static size_t version_length(struct dw_slice text)
{
    size_t at = 0;
    for (int part = 0; part < 3; part++) {
        size_t start = at;
        while (at < text.len && dw_is_digit(text.at[at]))
            at++;
        if (at == start || at - start > 9 || (part < 2 && (at >= text.len || text.at[at++] != '.')))
            return 0;
    }
    while (at < text.len && (dw_is_digit(text.at[at]) || dw_is_alpha(text.at[at]) || strchr(".-+", text.at[at]) != NULL) &&
           text.at[at] != '\0')
        at++;
    return at < LONGEST - 16 ? at : 0;
}

static void add_version(struct state *state, size_t pattern, struct dw_slice version)
{
    for (size_t i = 0; i < state->found[pattern].count; i++)
        if (dw_slice_equal(state->found[pattern].version[i], version))
            return;
    if (state->found[pattern].count < VERSIONS_MAX)
        state->found[pattern].version[state->found[pattern].count++] = dw_arena_copy(state->file->arena, version);
}

/* Hits that begin in the first STARTS bytes of the window. */
static void search(struct state *state, size_t starts)
{
    struct dw_slice window = dw_slice_make(state->window, state->filled);
    for (size_t p = 0; p < PATTERNS; p++) {
        if (p > 0 && state->found[0].count > 0)
            return; /* what the others find would not be asked for */
        size_t from = 0;
        for (;;) {
            size_t hit = dw_slice_find_slice(dw_slice_from(window, from), patterns[p].before);
            if (hit == SIZE_MAX || (hit += from) >= starts)
                break;
            from = hit + 1;
            struct dw_slice rest = dw_slice_from(window, hit + patterns[p].before.len);
            size_t length = version_length(rest);
            if (length == 0 || (patterns[p].nul_after && (length == rest.len || rest.at[length] != '\0')) ||
                (patterns[p].old && (rest.at[0] > '6' || rest.at[1] != '.')))
                continue;
            add_version(state, p, dw_slice_part(rest, 0, length));
        }
    }
}

static bool feed(void *context, struct dw_slice bytes, struct dw_error *error)
{
    struct state *state = context;
    (void)error;
    while (bytes.len > 0) {
        if (state->started && !state->elf)
            return true;
        struct dw_slice part = dw_slice_part(bytes, 0, WINDOW - state->filled);
        memcpy(state->window + state->filled, part.at, part.len);
        state->filled += part.len;
        bytes = dw_slice_from(bytes, part.len);
        if (!state->started && state->filled >= 4) {
            state->started = true;
            state->elf = memcmp(state->window, "\x7f""ELF", 4) == 0;
        }
        if (state->filled == WINDOW) {
            search(state, WINDOW - OVERLAP);
            memmove(state->window, state->window + WINDOW - OVERLAP, OVERLAP);
            state->filled = OVERLAP;
        }
    }
    return true;
}

static bool finish(void *context, struct dw_error *error)
{
    struct state *state = context;
    const struct dw_fact_sink *sink = state->file->sink;
    (void)error;
    if (!state->elf)
        return true;
    search(state, state->filled);
    struct dw_package package = {
        .type = DW_PACKAGE_GENERIC,
        .evidence = DW_EVIDENCE_BINARY,
        .name = DW_SLICE("node"),
        .path = state->file->path,
        .layer = -1,
    };
    size_t p = 0;
    while (p + 1 < PATTERNS && state->found[p].count == 0)
        p++;
    if (state->found[p].count == 1) {
        package.version = state->found[p].version[0];
    } else {
        package.flags |= DW_PACKAGE_NO_VERSION;
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        dw_buffer_append_string(&text, state->found[p].count == 0
                                           ? "a program called node in which no version of Node.js was found"
                                           : "a program called node that speaks of several versions of Node.js:");
        for (size_t i = 0; i < state->found[p].count; i++)
            dw_buffer_printf(&text, " %.*s", DW_SLICE_ARG(state->found[p].version[i]));
        sink->note(sink->context, DW_NOTE_INFORMATION, dw_buffer_slice(&text));
    }
    sink->package(sink->context, &package);
    return true;
}

static void close_file(void *context)
{
    free(context);
}

const struct dw_package_reader dw_reader_node_runtime = {
    .name = "node-runtime",
    .version = 1,
    .wants = wants,
    .wants_name = wants_name,
    .open = open_file,
    .feed = feed,
    .finish = finish,
    .close = close_file,
};

/* ---- include/node/node_version.h --------------------------------------------------------------------------------- */

static bool header_wants(struct dw_slice path)
{
    return dw_path_has_tail(path, "include/node/node_version.h");
}

static bool header_wants_name(struct dw_slice name)
{
    return dw_slice_is(name, "node_version.h");
}

static bool header_finish(void *context, struct dw_error *error)
{
    static const char *const names[] = {"NODE_MAJOR_VERSION", "NODE_MINOR_VERSION", "NODE_PATCH_VERSION"};
    struct dw_whole_file *whole = context;
    const struct dw_fact_sink *sink = whole->file->sink;
    struct dw_slice text = dw_whole_file_bytes(whole), numbers[3] = {{0}};
    (void)error;
    for (struct dw_slice line, word; dw_slice_line(&text, &line);) {
        if (!dw_next_word(&line, &word) || !dw_slice_is(word, "#define") || !dw_next_word(&line, &word))
            continue;
        for (size_t i = 0; i < 3; i++) {
            struct dw_slice number;
            uint64_t value;
            if (dw_slice_is(word, names[i]) && dw_next_word(&line, &number) && dw_parse_u64(number, &value))
                numbers[i] = number;
        }
    }
    if (numbers[0].len == 0 || numbers[1].len == 0 || numbers[2].len == 0) {
        sink->note(sink->context, DW_NOTE_INFORMATION, DW_SLICE("this header of Node.js does not tell its version"));
        return true;
    }
    struct dw_package package = {
        .type = DW_PACKAGE_GENERIC,
        .evidence = DW_EVIDENCE_INSTALLED,
        .name = DW_SLICE("node"),
        .version = dw_arena_printf(whole->file->arena, "%.*s.%.*s.%.*s", DW_SLICE_ARG(numbers[0]), DW_SLICE_ARG(numbers[1]),
                                   DW_SLICE_ARG(numbers[2])),
        .path = whole->file->path,
        .layer = -1,
    };
    sink->package(sink->context, &package);
    return true;
}

const struct dw_package_reader dw_reader_node_header = {
    .name = "node-header",
    .version = 1,
    .wants = header_wants,
    .wants_name = header_wants_name,
    .open = dw_small_file_open,
    .feed = dw_small_file_feed,
    .finish = header_finish,
    .close = dw_small_file_close,
};
