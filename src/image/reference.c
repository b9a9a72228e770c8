/* SPDX-License-Identifier: Apache-2.0
 *
 * References to images, folders and packages. Registry names: the grammar of the distribution project's reference
 * package (host[:port]/path[:tag][@digest]). */
#include "image/image.h"

#include "base/file.h"

#include <fcntl.h>
#include <unistd.h>

enum rest {
    REST_IMAGE,   /* PATH[:TAG|@DIGEST] */
    REST_FOLDER,  /* PATH */
    REST_PURL,
    REST_NAME,    /* a registry reference */
    REST_REFUSED, /* a kind that other tools know and this version does not read */
};

static const struct {
    const char *prefix;
    enum rest rest;
    enum dw_source_kind kind;
} prefixes[] = {
    {"oci:", REST_IMAGE, DW_SOURCE_OCI_LAYOUT},
    {"oci-dir:", REST_IMAGE, DW_SOURCE_OCI_LAYOUT},
    {"docker-archive:", REST_IMAGE, DW_SOURCE_DOCKER_ARCHIVE},
    {"oci-archive:", REST_IMAGE, DW_SOURCE_DOCKER_ARCHIVE},
    {"dir:", REST_FOLDER, DW_SOURCE_FOLDER},
    {"purl:", REST_PURL, DW_SOURCE_PURL},
    {"docker://", REST_NAME, DW_SOURCE_REGISTRY},
    {"docker:", REST_REFUSED, 0},
    {"docker-daemon:", REST_REFUSED, 0},
    {"podman:", REST_REFUSED, 0},
    {"containerd:", REST_REFUSED, 0},
    {"containers-storage:", REST_REFUSED, 0},
    {"sbom:", REST_REFUSED, 0},
};

static bool exists(struct dw_slice path)
{
    DW_CLEANUP(dw_cleanup_free) char *name = dw_copy_string(path);
    return path.len > 0 && access(name, F_OK) == 0;
}

static bool is_folder(struct dw_slice path)
{
    DW_CLEANUP(dw_cleanup_free) char *name = dw_copy_string(path);
    return path.len > 0 && dw_is_folder(name);
}

/* Names in annotations are freer than tags: letters, digits and -._:@/+ (annotations.md, org.opencontainers.image.ref.name). */
static bool is_tag(struct dw_slice tag)
{
    for (size_t i = 0; i < tag.len; i++)
        if (!dw_is_alpha(tag.at[i]) && !dw_is_digit(tag.at[i]) &&
            (tag.at[i] == '\0' || strchr("-._:@/+", tag.at[i]) == NULL))
            return false;
    return tag.len > 0 && (dw_is_alpha(tag.at[0]) || dw_is_digit(tag.at[0]) || tag.at[0] == '_');
}

/* Cuts "@sha256:…" off the end of *TEXT. */
static bool take_digest(struct dw_slice *text, struct dw_slice *digest, struct dw_error *error)
{
    size_t at = dw_slice_find_last(*text, '@');
    struct dw_slice tail = at == SIZE_MAX ? DW_SLICE("") : dw_slice_from(*text, at + 1);
    struct dw_digest parsed;
    *digest = DW_SLICE("");
    if (!dw_slice_starts_with(tail, "sha256:") && !dw_slice_starts_with(tail, "sha512:"))
        return true;
    if (!dw_digest_parse(tail, &parsed))
        return dw_fail(error, DW_ERROR_USAGE, "\"%.*s\" is no digest: sha256: and 64, or sha512: and 128 lower-case "
                       "hexadecimal digits", DW_SLICE_ARG(tail));
    *digest = tail;
    *text = dw_slice_part(*text, 0, at);
    return true;
}

/* PATH[:TAG][@DIGEST]. Paths may hold colons, so the longest part that exists is the path. */
static bool parse_image(struct dw_slice rest, struct dw_reference *reference, struct dw_error *error)
{
    if (!take_digest(&rest, &reference->digest, error))
        return false;
    reference->path = rest;
    reference->tag = DW_SLICE("");
    for (size_t colon = rest.len; !exists(reference->path);) {
        colon = dw_slice_find_last(dw_slice_part(rest, 0, colon), ':');
        if (colon == SIZE_MAX || colon == 0)
            return dw_fail(error, rest.len == 0 || colon == 0 ? DW_ERROR_USAGE : DW_ERROR_INPUT,
                           rest.len == 0 || colon == 0 ? "\"%.*s\" names no path" : "%.*s: no such file or folder",
                           DW_SLICE_ARG(rest.len == 0 || colon == 0 ? reference->text : reference->path));
        reference->path = dw_slice_part(rest, 0, colon);
        reference->tag = dw_slice_from(rest, colon + 1);
    }
    if (reference->path.len < rest.len && !is_tag(reference->tag))
        return dw_fail(error, DW_ERROR_USAGE, "\"%.*s\": \"%.*s\" is no tag", DW_SLICE_ARG(reference->text),
                       DW_SLICE_ARG(reference->tag));
    bool folder = is_folder(reference->path);
    if (reference->kind == DW_SOURCE_OCI_LAYOUT && !folder)
        return dw_fail(error, DW_ERROR_INPUT, "%.*s: is no folder; an archive is named by docker-archive: or oci-archive:",
                       DW_SLICE_ARG(reference->path));
    if (reference->kind == DW_SOURCE_DOCKER_ARCHIVE && folder)
        return dw_fail(error, DW_ERROR_INPUT, "%.*s: is a folder, not an archive; a layout is named by oci:",
                       DW_SLICE_ARG(reference->path));
    return true;
}

static bool parse_folder(struct dw_slice rest, struct dw_reference *reference, struct dw_error *error)
{
    reference->path = rest;
    if (rest.len == 0)
        return dw_fail(error, DW_ERROR_USAGE, "\"%.*s\" names no path", DW_SLICE_ARG(reference->text));
    if (!exists(rest))
        return dw_fail(error, DW_ERROR_INPUT, "%.*s: no such folder", DW_SLICE_ARG(rest));
    if (!is_folder(rest))
        return dw_fail(error, DW_ERROR_INPUT, "%.*s: is no folder", DW_SLICE_ARG(rest));
    return true;
}

static bool parse_purl(struct dw_slice rest, struct dw_reference *reference, struct dw_error *error)
{
    reference->path = rest;
    if (!dw_slice_starts_with(rest, "pkg:") || rest.len == 4)
        return dw_fail(error, DW_ERROR_USAGE, "\"%.*s\" is no package URL: it does not start with pkg:TYPE/",
                       DW_SLICE_ARG(reference->text));
    return true;
}

/* [a-z0-9]+ parts, joined by ".", "_", "__" or any number of "-". */
static bool is_path_component(struct dw_slice part)
{
    size_t i = 0;
    while (i < part.len) {
        size_t start = i;
        while (i < part.len && (dw_is_digit(part.at[i]) || (part.at[i] >= 'a' && part.at[i] <= 'z')))
            i++;
        if (i == start)
            return false;
        if (i == part.len)
            return true;
        start = i;
        while (i < part.len && part.at[i] == part.at[start] && strchr("._-", part.at[i]) != NULL)
            i++;
        size_t most = part.at[start] == '-' ? SIZE_MAX : part.at[start] == '_' ? 2 : 1;
        if (i == start || i - start > most)
            return false;
    }
    return false;
}

static bool is_host(struct dw_slice host)
{
    size_t colon = dw_slice_find_last(host, ':');
    uint64_t port;
    if (host.len > 0 && host.at[0] == '[') { /* IPv6 */
        size_t end = dw_slice_find(host, ']');
        return end != SIZE_MAX && (end + 1 == host.len || (colon == end + 1 &&
               dw_parse_u64(dw_slice_from(host, colon + 1), &port) && port <= 65535));
    }
    if (colon != SIZE_MAX && (!dw_parse_u64(dw_slice_from(host, colon + 1), &port) || port > 65535))
        return false;
    struct dw_slice name = dw_slice_part(host, 0, colon);
    for (size_t i = 0; i < name.len; i++)
        if (!dw_is_alpha(name.at[i]) && !dw_is_digit(name.at[i]) && name.at[i] != '.' && name.at[i] != '-')
            return false;
    return name.len > 0;
}

static bool is_registry_tag(struct dw_slice tag)
{
    for (size_t i = 0; i < tag.len; i++)
        if (!dw_is_alpha(tag.at[i]) && !dw_is_digit(tag.at[i]) && tag.at[i] != '_' &&
            (i == 0 || (tag.at[i] != '.' && tag.at[i] != '-')))
            return false;
    return tag.len > 0 && tag.len <= 128;
}

static bool is_repository(struct dw_slice name)
{
    struct dw_slice rest = name, part;
    bool more = true, first = true;
    while (dw_slice_split(&rest, '/', &more, &part)) {
        /* As Docker decides: a first part is a host if it has a dot or a colon, or is localhost. */
        bool host = first && more && (dw_slice_find(part, '.') != SIZE_MAX || dw_slice_find(part, ':') != SIZE_MAX ||
                                      dw_slice_is(part, "localhost"));
        if (host ? !is_host(part) : !is_path_component(part))
            return false;
        first = false;
    }
    return name.len <= 255;
}

static bool parse_name(struct dw_slice rest, struct dw_reference *reference, struct dw_error *error)
{
    struct dw_slice name = rest;
    reference->kind = DW_SOURCE_REGISTRY;
    reference->path = rest;
    reference->tag = DW_SLICE("");
    if (!take_digest(&name, &reference->digest, error))
        return false;
    size_t colon = dw_slice_find_last(name, ':');
    if (colon != SIZE_MAX && dw_slice_find(dw_slice_from(name, colon), '/') == SIZE_MAX) {
        reference->tag = dw_slice_from(name, colon + 1);
        name = dw_slice_part(name, 0, colon);
        if (!is_registry_tag(reference->tag))
            name = DW_SLICE("");
    }
    if (!is_repository(name))
        return dw_fail(error, DW_ERROR_USAGE, "\"%.*s\" is neither an existing file or folder nor the name of an image",
                       DW_SLICE_ARG(reference->text));
    return true;
}

/* What a bare path is: a layout, any other folder, or an archive. */
static bool recognise(struct dw_reference *reference, struct dw_error *error)
{
    DW_CLEANUP(dw_cleanup_free) char *path = dw_copy_string(reference->path);
    if (dw_is_folder(path)) {
        DW_CLEANUP(dw_cleanup_free) char *layout = dw_path_join(path, "oci-layout");
        reference->kind = dw_is_file(layout) ? DW_SOURCE_OCI_LAYOUT : DW_SOURCE_FOLDER;
        if (reference->kind == DW_SOURCE_FOLDER && reference->tag.len + reference->digest.len > 0)
            return dw_fail(error, DW_ERROR_INPUT, "%s: is a folder, but no OCI layout, so it has no tags or digests", path);
        return true;
    }
    char head[512];
    DW_CLEANUP(dw_cleanup_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    ssize_t got = fd < 0 || !dw_is_file(path) ? -1 : pread(fd, head, sizeof(head), 0);
    if (got < 0)
        return dw_fail(error, DW_ERROR_INPUT, "%s: cannot be read", path);
    struct dw_slice start = dw_slice_make(head, (size_t)got);
    if (dw_compression_detect(start) == DW_COMPRESSION_NONE &&
        !dw_slice_starts_with(dw_slice_from(start, 257), "ustar"))
        return dw_fail(error, DW_ERROR_INPUT, "%s: is neither a folder nor an image archive (tar, or compressed tar)", path);
    reference->kind = DW_SOURCE_DOCKER_ARCHIVE;
    return true;
}

static bool parse_bare(struct dw_reference *reference, struct dw_error *error)
{
    struct dw_slice text = reference->text;
    if (dw_slice_starts_with(text, "pkg:")) {
        reference->kind = DW_SOURCE_PURL;
        return parse_purl(text, reference, error);
    }
    if (exists(text)) {
        reference->path = text;
        return recognise(reference, error);
    }
    /* What can only be a path. */
    if (text.at[0] == '/' || dw_slice_starts_with(text, "./") || dw_slice_starts_with(text, "../")) {
        reference->kind = DW_SOURCE_REGISTRY; /* not yet known: parse_image then asks for neither file nor folder */
        return parse_image(text, reference, error) && recognise(reference, error);
    }
    return parse_name(text, reference, error);
}

bool dw_reference_parse(struct dw_arena *arena, struct dw_slice text, struct dw_reference *reference,
                        struct dw_error *error)
{
    *reference = (struct dw_reference){.text = dw_arena_copy(arena, text), .path = DW_SLICE(""), .tag = DW_SLICE(""),
                                       .digest = DW_SLICE("")};
    if (text.len == 0)
        return dw_fail(error, DW_ERROR_USAGE, "an empty reference");
    if (dw_slice_find(text, '\0') != SIZE_MAX || text.len > 8192)
        return dw_fail(error, DW_ERROR_USAGE, "\"%.100s…\" is no reference", reference->text.at);
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        if (!dw_slice_starts_with(text, prefixes[i].prefix))
            continue;
        /* "docker:26" is also the name of an image, and a file may be called so. */
        if (exists(text))
            break;
        struct dw_slice rest = dw_slice_from(reference->text, strlen(prefixes[i].prefix));
        reference->kind = prefixes[i].kind;
        switch (prefixes[i].rest) {
        case REST_IMAGE:
            return parse_image(rest, reference, error);
        case REST_FOLDER:
            return parse_folder(rest, reference, error);
        case REST_PURL:
            return parse_purl(rest, reference, error);
        case REST_NAME:
            return parse_name(rest, reference, error);
        case REST_REFUSED:
            return dw_fail(error, DW_ERROR_UNSUPPORTED, "\"%.*s\": references of the kind \"%s\" are not read in this "
                           "version; save the image (docker save, skopeo copy) and name the archive or layout",
                           DW_SLICE_ARG(text), prefixes[i].prefix);
        }
    }
    return parse_bare(reference, error);
}
