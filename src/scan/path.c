/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/path.h"

bool dw_entry_path_clean(struct dw_slice name, const struct dw_limits *limits, struct dw_buffer *out,
                         struct dw_error *error)
{
    dw_buffer_clear(out);
    dw_buffer_reserve(out, 0);
    if (name.len == 0)
        return dw_fail(error, DW_ERROR_INPUT, "an entry without a name");
    if (dw_slice_find(name, '\0') != SIZE_MAX)
        return dw_fail(error, DW_ERROR_INPUT, "an entry whose name holds a NUL");
    if (!dw_limit_check(limits, DW_LIMIT_PATH_BYTES, name.len, error))
        return dw_context(error, "%.*s…", 64, name.at);
    bool more = true;
    struct dw_slice rest = name, part;
    uint64_t components = 0;
    while (dw_slice_split(&rest, '/', &more, &part)) {
        if (part.len == 0 || dw_slice_is(part, "."))
            continue;
        if (dw_slice_is(part, "..")) {
            if (components == 0)
                return dw_fail(error, DW_ERROR_INPUT, "%.*s: leaves the root of the archive", DW_SLICE_ARG(name));
            size_t slash = dw_slice_find_last(dw_buffer_slice(out), '/');
            out->len = slash == SIZE_MAX ? 0 : slash;
            out->at[out->len] = '\0';
            components--;
            continue;
        }
        if (++components > limits->value[DW_LIMIT_PATH_COMPONENTS]) {
            dw_limit_check(limits, DW_LIMIT_PATH_COMPONENTS, components, error);
            return dw_context(error, "%.*s…", 64, name.at);
        }
        if (out->len > 0)
            dw_buffer_append_byte(out, '/');
        dw_buffer_append(out, part);
    }
    return true;
}

struct dw_slice dw_leftover_of(struct dw_slice path)
{
    static const char *const folders[] = {"var/lib/apt/lists", "var/cache/apt/archives", "var/cache/apk", "var/cache/yum",
                                          "var/cache/dnf",     "root/.cache",            "root/.npm",     "tmp",
                                          "var/tmp"};
    struct dw_slice git = DW_SLICE(".git/HEAD");
    if (dw_slice_ends(path, git) && (path.len == git.len || path.at[path.len - git.len - 1] == '/'))
        return DW_SLICE(".git");
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        size_t len = strlen(folders[i]);
        if (path.len > len + 1 && path.at[len] == '/' && dw_slice_starts_with(path, folders[i]) &&
            !dw_slice_ends_with(path, "/lock"))
            return dw_slice_of(folders[i]);
    }
    return DW_SLICE("");
}
