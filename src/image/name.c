/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of archive members. Docker's archives link a layer.tar to another layer's by "../<id>/layer.tar". */
#include "image/internal.h"

bool dw_member_name(struct dw_slice name, struct dw_slice *clean)
{
    while (dw_slice_starts_with(name, "./"))
        name = dw_slice_from(name, 2);
    while (name.len > 0 && name.at[name.len - 1] == '/')
        name.len--;
    if (name.len == 0 || dw_slice_find(name, '\0') != SIZE_MAX)
        return false;
    struct dw_slice rest = name, part;
    bool more = true;
    while (dw_slice_split(&rest, '/', &more, &part))
        if (part.len == 0 || dw_slice_is(part, ".") || dw_slice_is(part, ".."))
            return false;
    *clean = name;
    return true;
}

bool dw_member_link(struct dw_arena *arena, struct dw_slice name, struct dw_slice target, struct dw_slice *member)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer path = {0};
    if (target.len == 0 || target.at[0] == '/' || dw_slice_find(target, '\0') != SIZE_MAX)
        return false;
    dw_buffer_append(&path, dw_path_parent(name));
    struct dw_slice rest = target, part;
    bool more = true;
    while (dw_slice_split(&rest, '/', &more, &part)) {
        if (part.len == 0 || dw_slice_is(part, "."))
            continue;
        if (dw_slice_is(part, "..")) {
            if (path.len == 0)
                return false;
            path.len = dw_path_parent(dw_buffer_slice(&path)).len;
            continue;
        }
        if (path.len > 0)
            dw_buffer_append_byte(&path, '/');
        dw_buffer_append(&path, part);
    }
    *member = dw_arena_copy(arena, dw_buffer_slice(&path));
    return path.len > 0;
}
