/* SPDX-License-Identifier: Apache-2.0
 *
 * Grammar: distribution/reference, "reference.go" (v0.6): domain, path-component, tag, digest. */
#include "model/image_name.h"

#define NAME_BYTES 255
#define TAG_BYTES  128

static bool is_lower(char c)
{
    return (c >= 'a' && c <= 'z') || dw_is_digit(c);
}

static bool is_alphanumeric(char c)
{
    return dw_is_alpha(c) || dw_is_digit(c);
}

/* path-component: alphanumeric runs joined by ".", "_", "__" or any number of "-". */
static bool is_path_component(struct dw_slice text)
{
    if (text.len == 0 || !is_lower(text.at[0]) || !is_lower(text.at[text.len - 1]))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (is_lower(text.at[i]))
            continue;
        size_t end = i;
        while (!is_lower(text.at[end])) {
            if (text.at[end] != text.at[i])
                return false;
            end++;
        }
        if (text.at[i] != '-' && !(text.at[i] == '.' && end - i == 1) && !(text.at[i] == '_' && end - i <= 2))
            return false;
        i = end;
    }
    return true;
}

/* domain: components of letters, digits and inner "-" joined by ".", or an IPv6 address in brackets; and a port. */
static bool is_registry(struct dw_slice text)
{
    struct dw_slice host = text;
    size_t colon = dw_slice_find_last(text, ':');
    bool bracket = text.len > 0 && text.at[0] == '[';
    if (colon != SIZE_MAX && !(bracket && text.at[text.len - 1] == ']')) {
        struct dw_slice port = dw_slice_from(text, colon + 1);
        for (size_t i = 0; i < port.len; i++)
            if (!dw_is_digit(port.at[i]))
                return false;
        if (port.len == 0)
            return false;
        host = dw_slice_part(text, 0, colon);
    }
    if (bracket) {
        if (host.len < 3 || host.at[host.len - 1] != ']')
            return false;
        for (size_t i = 1; i + 1 < host.len; i++)
            if (strchr("0123456789abcdefABCDEF:", host.at[i]) == NULL)
                return false;
        return true;
    }
    struct dw_slice rest = host, part;
    for (bool more = true; dw_slice_split(&rest, '.', &more, &part);) {
        if (part.len == 0 || !is_alphanumeric(part.at[0]) || !is_alphanumeric(part.at[part.len - 1]))
            return false;
        for (size_t i = 0; i < part.len; i++)
            if (!is_alphanumeric(part.at[i]) && part.at[i] != '-')
                return false;
    }
    return host.len > 0;
}

static bool is_tag(struct dw_slice text)
{
    if (text.len == 0 || text.len > TAG_BYTES)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!is_alphanumeric(text.at[i]) && text.at[i] != '_' && (i == 0 || (text.at[i] != '.' && text.at[i] != '-')))
            return false;
    return true;
}

/* digest: an algorithm of letters and digits joined by one of "-_+.", ":", at least 32 hexadecimal digits. */
static bool is_digest(struct dw_slice text)
{
    size_t colon = dw_slice_find(text, ':');
    if (colon == SIZE_MAX || colon == 0 || text.len - colon - 1 < 32)
        return false;
    bool begin = true;
    for (size_t i = 0; i < colon; i++) {
        bool joint = strchr("-_+.", text.at[i]) != NULL;
        if (joint ? begin : begin ? !dw_is_alpha(text.at[i]) : !is_alphanumeric(text.at[i]))
            return false;
        begin = joint;
    }
    for (size_t i = colon + 1; i < text.len; i++)
        if (!dw_is_digit(text.at[i]) && !(dw_to_lower(text.at[i]) >= 'a' && dw_to_lower(text.at[i]) <= 'f'))
            return false;
    return !begin;
}

static bool is_pin(struct dw_slice digest)
{
    if (!dw_slice_starts_with(digest, "sha256:") || digest.len != 7 + 64)
        return false;
    for (size_t i = 7; i < digest.len; i++)
        if (!dw_is_digit(digest.at[i]) && !(digest.at[i] >= 'a' && digest.at[i] <= 'f'))
            return false;
    return true;
}

static bool has_upper(struct dw_slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] >= 'A' && text.at[i] <= 'Z')
            return true;
    return false;
}

/* Splits "registry/path"; the first part is a registry when it holds "." or ":" or an upper-case letter, or is
 * "localhost". */
static void split_registry(struct dw_slice text, struct dw_image_name *name)
{
    size_t slash = dw_slice_find(text, '/');
    struct dw_slice first = slash == SIZE_MAX ? DW_SLICE("") : dw_slice_part(text, 0, slash);
    name->registry = DW_SLICE("docker.io");
    name->repository = text;
    if (first.len > 0 && (dw_slice_find(first, '.') != SIZE_MAX || dw_slice_find(first, ':') != SIZE_MAX ||
                          has_upper(first) || dw_slice_is(first, "localhost"))) {
        name->registry = dw_slice_is(first, "index.docker.io") ? DW_SLICE("docker.io") : first;
        name->repository = dw_slice_from(text, slash + 1);
    }
}

bool dw_image_name_parse(struct dw_arena *arena, struct dw_slice text, struct dw_image_name *name,
                         struct dw_error *error)
{
    *name = (struct dw_image_name){.tag = DW_SLICE(""), .digest = DW_SLICE("")};
    if (text.len == 0)
        return dw_fail(error, DW_ERROR_INPUT, "an image name is empty");
    struct dw_slice rest = text;
    size_t at = dw_slice_find(rest, '@');
    if (at != SIZE_MAX) {
        name->digest = dw_slice_from(rest, at + 1);
        rest = dw_slice_part(rest, 0, at);
        if (!is_digest(name->digest))
            return dw_fail(error, DW_ERROR_INPUT, "image name \"%.*s\": what follows \"@\" is no digest",
                           DW_SLICE_ARG(text));
        name->pinned = is_pin(name->digest);
        if (dw_slice_starts_with(name->digest, "sha256:") && !name->pinned)
            return dw_fail(error, DW_ERROR_INPUT,
                           "image name \"%.*s\": a sha256 digest has 64 lower-case hexadecimal digits",
                           DW_SLICE_ARG(text));
    }
    size_t colon = dw_slice_find_last(rest, ':'), slash = dw_slice_find_last(rest, '/');
    if (colon != SIZE_MAX && (slash == SIZE_MAX || slash < colon)) {
        name->tag = dw_slice_from(rest, colon + 1);
        rest = dw_slice_part(rest, 0, colon);
        if (!is_tag(name->tag))
            return dw_fail(error, DW_ERROR_INPUT, "image name \"%.*s\": malformed tag", DW_SLICE_ARG(text));
    }
    split_registry(rest, name);
    if (!is_registry(name->registry))
        return dw_fail(error, DW_ERROR_INPUT, "image name \"%.*s\": malformed registry", DW_SLICE_ARG(text));
    struct dw_slice path = name->repository, part;
    for (bool more = true; dw_slice_split(&path, '/', &more, &part);)
        if (!is_path_component(part))
            return dw_fail(error, DW_ERROR_INPUT, "image name \"%.*s\": %s", DW_SLICE_ARG(text),
                           has_upper(part) ? "the repository must be lower case" : "malformed repository");
    if (name->repository.len == 0 || name->registry.len + 1 + name->repository.len > NAME_BYTES)
        return dw_fail(error, DW_ERROR_INPUT, "image name \"%.*s\": %s", DW_SLICE_ARG(dw_slice_part(text, 0, 80)),
                       name->repository.len == 0 ? "no repository" : "more than 255 characters");
    if (dw_slice_is(name->registry, "docker.io") && dw_slice_find(name->repository, '/') == SIZE_MAX)
        name->repository = dw_arena_printf(arena, "library/%.*s", DW_SLICE_ARG(name->repository));
    return true;
}

struct dw_slice dw_image_name_format(struct dw_arena *arena, const struct dw_image_name *name)
{
    return dw_arena_printf(arena, "%.*s/%.*s%s%.*s%s%.*s", DW_SLICE_ARG(name->registry),
                           DW_SLICE_ARG(name->repository), name->tag.len > 0 ? ":" : "", DW_SLICE_ARG(name->tag),
                           name->digest.len > 0 ? "@" : "", DW_SLICE_ARG(name->digest));
}
