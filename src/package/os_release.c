/* SPDX-License-Identifier: Apache-2.0
 *
 * Files that say which distribution this is: os-release(5), etc/alpine-release, etc/debian_version, and etc/apk/repositories
 * (apk-repositories(5)), which says which Alpine release packages come from. Each gives one distribution fact with its
 * path; dw_distribution_decide makes one of them. Those of a repositories file have a release only.
 * Limits: package-manifest-bytes. */
#include "package/distribution.h"
#include "package/lines.h"
#include "package/registry.h"

static void read_os_release(const struct dw_reader_file *file, struct dw_slice text, struct dw_distribution *fact);
static void read_alpine_release(const struct dw_reader_file *file, struct dw_slice text, struct dw_distribution *fact);
static void read_debian_version(const struct dw_reader_file *file, struct dw_slice text, struct dw_distribution *fact);
static void read_repositories(const struct dw_reader_file *file, struct dw_slice text, struct dw_distribution *fact);

static const struct kind {
    const char *path;
    void (*read)(const struct dw_reader_file *file, struct dw_slice text, struct dw_distribution *fact);
} kinds[] = {
    {"etc/os-release", read_os_release},          {"usr/lib/os-release", read_os_release},
    {"etc/alpine-release", read_alpine_release},  {"etc/debian_version", read_debian_version},
    {"etc/apk/repositories", read_repositories},
};
static const struct kind more_repositories = {"etc/apk/repositories.d/", read_repositories};

static const struct kind *find_kind(struct dw_slice path)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (dw_slice_is(path, kinds[i].path))
            return &kinds[i];
    if (dw_slice_starts_with(path, more_repositories.path) && dw_slice_ends_with(path, ".list"))
        return &more_repositories;
    return NULL;
}

static bool wants(struct dw_slice path)
{
    return find_kind(path) != NULL;
}

static bool wants_name(struct dw_slice name)
{
    static const char *const names[] = {"os-release", "alpine-release", "debian_version", "repositories"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (dw_slice_is(name, names[i]))
            return true;
    return false;
}

static bool finish(void *context, struct dw_error *error)
{
    struct dw_whole_file *whole = context;
    const struct dw_reader_file *file = whole->file;
    struct dw_distribution fact = {.known = true, .path = file->path};
    struct dw_slice text = dw_whole_file_bytes(whole);
    if (memchr(text.at, '\0', text.len) != NULL)
        return dw_fail(error, DW_ERROR_INPUT, "holds a NUL byte");
    find_kind(file->path)->read(file, text, &fact);
    file->sink->distribution(file->sink->context, &fact);
    return true;
}

/* A value as a shell reads it, without expansion: single quotes, double quotes, backslash escapes; ends at white space
 * outside of quotes. False if a quote does not end. */
static bool unquote(struct dw_slice raw, struct dw_buffer *value)
{
    char quote = 0;
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.at[i];
        if (quote == 0 && (c == ' ' || c == '\t'))
            break;
        if (c == quote) {
            quote = 0;
        } else if (quote == 0 && (c == '"' || c == '\'')) {
            quote = c;
        } else if (c == '\\' && quote != '\'' && i + 1 < raw.len &&
                   (quote == 0 || memchr("\"\\$`", raw.at[i + 1], 4) != NULL)) {
            dw_buffer_append_byte(value, raw.at[++i]);
        } else {
            dw_buffer_append_byte(value, c);
        }
    }
    return quote == 0;
}

static void read_os_release(const struct dw_reader_file *file, struct dw_slice text, struct dw_distribution *fact)
{
    const struct {
        const char *name;
        struct dw_slice *value;
    } keys[] = {{"ID", &fact->id},
                {"ID_LIKE", &fact->id_like},
                {"VERSION_ID", &fact->version_id},
                {"VERSION_CODENAME", &fact->version_codename},
                {"PRETTY_NAME", &fact->pretty_name}};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer value = {0};
    for (struct dw_slice line; dw_slice_line(&text, &line);) {
        line = dw_slice_trim(line);
        size_t equals = dw_slice_find(line, '=');
        if (equals == SIZE_MAX || line.at[0] == '#')
            continue;
        for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
            if (!dw_slice_is(dw_slice_part(line, 0, equals), keys[i].name))
                continue;
            dw_buffer_clear(&value);
            if (!unquote(dw_slice_from(line, equals + 1), &value))
                file->sink->note(file->sink->context, DW_NOTE_INFORMATION,
                                 dw_arena_printf(file->arena, "the quoted value of %s does not end", keys[i].name));
            *keys[i].value = dw_arena_copy(file->arena, dw_buffer_slice(&value)); /* the last one counts */
        }
    }
    fact->distroless = dw_slice_starts_with(fact->pretty_name, "Distroless");
}

static struct dw_slice first_line(struct dw_slice text)
{
    struct dw_slice line = DW_SLICE("");
    while (line.len == 0 && dw_slice_line(&text, &line))
        line = dw_slice_trim(line);
    return line;
}

static void read_alpine_release(const struct dw_reader_file *file, struct dw_slice text, struct dw_distribution *fact)
{
    (void)file;
    fact->id = DW_SLICE("alpine");
    fact->version_id = first_line(text);
}

static void read_debian_version(const struct dw_reader_file *file, struct dw_slice text, struct dw_distribution *fact)
{
    (void)file;
    fact->id = DW_SLICE("debian");
    fact->version_id = first_line(text);
}

/* ".../v3.18/main", ".../edge/community/" -> "3.18", "edge"; empty for anything else. */
static struct dw_slice repository_release(struct dw_slice address)
{
    static const char *const repositories[] = {"main", "community", "testing", "releases"};
    while (dw_slice_ends_with(address, "/"))
        address = dw_slice_part(address, 0, address.len - 1);
    struct dw_slice name = dw_path_base(address), release = dw_path_base(dw_path_parent(address));
    for (size_t i = 0; i < sizeof(repositories) / sizeof(repositories[0]); i++) {
        if (!dw_slice_is(name, repositories[i]))
            continue;
        if (dw_slice_is(release, "edge"))
            return release;
        uint64_t number;
        size_t dot = dw_slice_find(release, '.');
        if (dw_slice_starts_with(release, "v") && dot != SIZE_MAX &&
            dw_parse_u64(dw_slice_part(release, 1, dot - 1), &number) &&
            dw_parse_u64(dw_slice_from(release, dot + 1), &number))
            return dw_slice_from(release, 1);
    }
    return DW_SLICE("");
}

/* One address a line; "#" comments. Those with a tag ("@edge https://…") serve only packages that ask for the tag. */
static void read_repositories(const struct dw_reader_file *file, struct dw_slice text, struct dw_distribution *fact)
{
    (void)file;
    for (struct dw_slice line; dw_slice_line(&text, &line);) {
        line = dw_slice_trim(line);
        if (line.len == 0 || line.at[0] == '#' || line.at[0] == '@')
            continue;
        struct dw_slice release = repository_release(line);
        if (release.len > 0)
            fact->release = dw_alpine_later(release, fact->release);
    }
}

const struct dw_package_reader dw_reader_os_release = {
    .name = "os-release",
    .version = 1,
    .wants = wants,
    .wants_name = wants_name,
    .open = dw_small_file_open,
    .feed = dw_small_file_feed,
    .finish = finish,
    .close = dw_small_file_close,
};
