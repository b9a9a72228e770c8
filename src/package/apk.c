/* SPDX-License-Identifier: Apache-2.0
 *
 * The database of installed packages of apk-tools 2 and 3 (apk-tools, src/database.c and package.c; apk-package(5)):
 * records of lines "K:value", each ended by an empty line. Like apk itself, a line without "K:" makes the whole file
 * unreadable: a reader that guessed on could lose packages.
 * Limits: package-database-bytes, line-bytes. */
#include "base/encoding.h"
#include "package/lines.h"
#include "package/registry.h"

enum field { NAME, VERSION, ARCHITECTURE, ORIGIN, LICENSE, MAINTAINER, CHECKSUM, DEPENDS, PROVIDES, FIELD_COUNT };

static const struct {
    char key;
    enum field field;
} fields[] = {
    {'P', NAME},       {'V', VERSION},  {'A', ARCHITECTURE}, {'o', ORIGIN},   {'L', LICENSE},
    {'m', MAINTAINER}, {'C', CHECKSUM}, {'D', DEPENDS},      {'p', PROVIDES},
};
/* Known keys that say nothing about which packages there are. */
static const char other_keys[] = "SITUirqktcsfMaZFR";

struct state {
    const struct dw_reader_file *file;
    struct dw_lines lines;
    struct dw_fields record;
    struct dw_buffer folder, path, text;
    DW_VECTOR(struct dw_slice) tokens;
    uint64_t total, record_line, packages;
    bool in_record, in_folder, unknown_told;
};

static bool wants(struct dw_slice path)
{
    return dw_path_has_tail(path, "lib/apk/db/installed");
}

static bool wants_name(struct dw_slice name)
{
    return dw_slice_is(name, "installed");
}

static void *open_file(const struct dw_reader_file *file, struct dw_error *error)
{
    if (!dw_limit_check(file->limits, DW_LIMIT_PACKAGE_DATABASE, file->size, error))
        return NULL;
    struct state *state = dw_alloc(1, sizeof(*state));
    state->file = file;
    state->lines.limit = file->limits->value[DW_LIMIT_TEXT_LINE];
    return state;
}

/* "Q1" and base64 of SHA-1, or "Q2" and base64 of SHA-256 -> "sha1:<hex>". False for anything else. */
static bool read_checksum(struct state *state, struct dw_slice value, struct dw_slice *checksum)
{
    static const struct {
        const char *mark, *name;
        size_t len;
    } kinds[] = {{"Q1", "sha1:", 20}, {"Q2", "sha256:", 32}};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer digest = {0};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (dw_slice_starts_with(value, kinds[i].mark) && dw_base64_decode(dw_slice_from(value, 2), &digest) &&
            digest.len == kinds[i].len) {
            dw_buffer_clear(&state->text);
            dw_buffer_append_string(&state->text, kinds[i].name);
            dw_hex_encode(&state->text, dw_buffer_slice(&digest));
            *checksum = dw_buffer_slice(&state->text);
            return true;
        }
    return false;
}

/* Appends the names of a dependency or provides line: "so:libc.musl-x86_64.so.1", "busybox>=1.2" -> "busybox"; what is
 * excluded ("!name") is no dependency. */
static size_t read_tokens(struct state *state, struct dw_slice value)
{
    size_t before = state->tokens.len;
    for (struct dw_slice word; dw_next_word(&value, &word);) {
        size_t end = 0;
        while (end < word.len && memchr("<>=~", word.at[end], 4) == NULL)
            end++;
        if (end > 0 && word.at[0] != '!')
            *dw_vector_push(&state->tokens) = dw_slice_part(word, 0, end);
    }
    return state->tokens.len - before;
}

static bool end_record(struct state *state, struct dw_error *error)
{
    const struct dw_fact_sink *sink = state->file->sink;
    if (!state->in_record)
        return true;
    struct dw_package package = {
        .type = DW_PACKAGE_APK,
        .evidence = DW_EVIDENCE_INSTALLED,
        .name = dw_fields_get(&state->record, NAME),
        .version = dw_fields_get(&state->record, VERSION),
        .architecture = dw_fields_get(&state->record, ARCHITECTURE),
        .source_name = dw_fields_get(&state->record, ORIGIN),
        .license = dw_fields_get(&state->record, LICENSE),
        .supplier = dw_fields_get(&state->record, MAINTAINER),
        .path = state->file->path,
        .layer = -1,
    };
    if (package.name.len == 0)
        return dw_fail(error, DW_ERROR_INPUT, "line %llu: the package that begins here has no name (P:)",
                       (unsigned long long)state->record_line);
    if (package.version.len == 0)
        package.flags |= DW_PACKAGE_NO_VERSION;
    if (package.name.at[0] == '.') /* apk add --virtual .build-deps: an entry without files */
        package.flags |= DW_PACKAGE_VIRTUAL;
    struct dw_slice checksum = dw_fields_get(&state->record, CHECKSUM);
    if (checksum.len > 0 && !read_checksum(state, checksum, &package.checksum)) {
        dw_buffer_clear(&state->text);
        dw_buffer_printf(&state->text, "line %llu: checksum of package %.*s is neither Q1 nor Q2 and base64: left out",
                         (unsigned long long)state->record_line, DW_SLICE_ARG(package.name));
        sink->note(sink->context, DW_NOTE_INFORMATION, dw_buffer_slice(&state->text));
    }
    state->tokens.len = 0;
    package.depend_count = read_tokens(state, dw_fields_get(&state->record, DEPENDS));
    package.provide_count = read_tokens(state, dw_fields_get(&state->record, PROVIDES));
    package.depends = state->tokens.at;
    package.provides = package.provide_count ? state->tokens.at + package.depend_count : NULL;
    sink->package(sink->context, &package);
    state->packages++;
    state->in_record = state->in_folder = false;
    dw_fields_clear(&state->record);
    return true;
}

/* F: folder, R: a file in it. */
static bool read_file_line(struct state *state, char key, struct dw_slice value, struct dw_error *error)
{
    if (key == 'F') {
        dw_buffer_clear(&state->folder);
        dw_buffer_append(&state->folder, value);
        state->in_folder = true;
        return true;
    }
    if (!state->in_folder)
        return dw_fail(error, DW_ERROR_INPUT, "line %llu: a file (R:) before any folder (F:)",
                       (unsigned long long)state->lines.number);
    dw_buffer_clear(&state->path);
    dw_buffer_append(&state->path, dw_buffer_slice(&state->folder));
    if (state->path.len > 0)
        dw_buffer_append_byte(&state->path, '/');
    dw_buffer_append(&state->path, value);
    struct dw_slice path = dw_buffer_slice(&state->path), name = dw_fields_get(&state->record, NAME);
    if (name.len > 0 && dw_package_wants(path) != NULL)
        state->file->sink->owned(state->file->sink->context, name, path);
    return true;
}

static bool read_line(void *context, struct dw_slice line, bool too_long, struct dw_error *error)
{
    struct state *state = context;
    unsigned long long number = state->lines.number;
    if (too_long) {
        dw_limit_check(state->file->limits, DW_LIMIT_TEXT_LINE, UINT64_MAX, error);
        return dw_context(error, "line %llu", number);
    }
    if (line.len == 0)
        return end_record(state, error);
    if (number == 1 && dw_slice_starts_with(line, "ADB"))
        return dw_fail(error, DW_ERROR_UNSUPPORTED, "a binary (ADB) package database is not read; only the text form is");
    if (line.len < 2 || line.at[1] != ':' || memchr(line.at, '\0', line.len) != NULL)
        return dw_fail(error, DW_ERROR_INPUT, "line %llu is no \"K:value\": the package database is damaged", number);
    if (state->lines.unterminated)
        return dw_fail(error, DW_ERROR_INPUT, "line %llu ends without a line feed: the package database is cut off",
                       number);
    if (!state->in_record) {
        state->in_record = true;
        state->record_line = number;
    }
    char key = line.at[0];
    struct dw_slice value = dw_slice_from(line, 2);
    if (key == 'F' || key == 'R')
        return read_file_line(state, key, value, error);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (fields[i].key == key) {
            /* A second name in one record means that a record's end was lost, and a package with it. */
            if (state->record.field[fields[i].field].set)
                return dw_fail(error, DW_ERROR_INPUT, "line %llu: a second \"%c:\" in one package", number, key);
            dw_fields_set(&state->record, fields[i].field, value);
            return true;
        }
    if (strchr(other_keys, key) == NULL && !state->unknown_told) {
        state->unknown_told = true;
        struct dw_slice text = dw_arena_printf(state->file->arena, "line %llu: unknown kind of line ignored", number);
        state->file->sink->note(state->file->sink->context, DW_NOTE_INFORMATION, text);
    }
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
    if (!state->in_record)
        return true;
    unsigned long long line = state->record_line;
    /* apk ends every record with an empty line: what does not may have lost lines, or packages behind it. */
    return end_record(state, error) &&
           dw_fail(error, DW_ERROR_INPUT,
                   "the package that begins at line %llu is not ended by an empty line: the package database is cut off",
                   line);
}

static void close_file(void *context)
{
    struct state *state = context;
    dw_lines_free(&state->lines);
    dw_buffer_free(&state->record.text);
    dw_buffer_free(&state->folder);
    dw_buffer_free(&state->path);
    dw_buffer_free(&state->text);
    dw_vector_free(&state->tokens);
    free(state);
}

const struct dw_package_reader dw_reader_apk = {
    .name = "apk",
    .version = 1,
    .wants = wants,
    .wants_name = wants_name,
    .open = open_file,
    .feed = feed,
    .finish = finish,
    .close = close_file,
};
