/* SPDX-License-Identifier: Apache-2.0
 *
 * Is a file part of the repository, or kept out of it? Answered by git's index (Documentation/gitformat-index, versions 2 and 3,
 * SHA-1). Whatever cannot be told counts as part of it. */
#include "compose/internal.h"

#include "base/file.h"

#define INDEX_BYTES (UINT64_C(64) << 20)
#define HEADER 12
#define ENTRY  62 /* before its name */

static uint32_t big32(const char *at)
{
    const unsigned char *byte = (const unsigned char *)at;
    return (uint32_t)byte[0] << 24 | (uint32_t)byte[1] << 16 | (uint32_t)byte[2] << 8 | byte[3];
}

/* Is PATH among the index's entries? True also where the index is of another form. */
static bool index_has(struct dw_slice index, struct dw_slice path)
{
    if (index.len < HEADER || memcmp(index.at, "DIRC", 4) != 0)
        return true;
    uint32_t version = big32(index.at + 4), count = big32(index.at + 8);
    if (version != 2 && version != 3)
        return true;
    size_t at = HEADER;
    for (uint32_t i = 0; i < count; i++) {
        if (index.len - at < ENTRY + 1)
            return true;
        bool extended = version == 3 && ((unsigned char)index.at[at + 60] & 0x40) != 0;
        size_t name = at + ENTRY + (extended ? 2 : 0);
        const char *end = name < index.len ? memchr(index.at + name, '\0', index.len - name) : NULL;
        if (end == NULL)
            return true;
        size_t length = (size_t)(end - index.at) - name;
        if (dw_slice_equal(dw_slice_part(index, name, length), path))
            return true;
        /* Entries are padded with 1 to 8 NULs to a multiple of 8. */
        at += (name - at + length + 8) & ~(size_t)7;
        if (at > index.len)
            return true;
    }
    return false;
}

bool compose_is_untracked(struct compose_loader *loader, const char *real)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer folder = {0}, path = {0};
    bool added;
    struct dw_map_entry *known = dw_map_insert(&loader->untracked, dw_arena_copy(loader->arena, dw_slice_of(real)), &added);
    if (!added)
        return known->number != 0;
    dw_buffer_append(&folder, dw_path_parent(dw_slice_of(real)));
    while (folder.len > 0) {
        dw_buffer_clear(&path);
        dw_buffer_printf(&path, "%s/.git/index", folder.at);
        if (dw_is_file(path.at)) {
            /* Files of a project are of one repository: its index is read once. */
            struct dw_error error = DW_ERROR_INIT;
            if (!dw_slice_is(loader->index_path, path.at)) {
                loader->index_path = dw_arena_copy(loader->arena, dw_buffer_slice(&path));
                dw_buffer_clear(&loader->index);
                if (!dw_file_read(path.at, INDEX_BYTES, &loader->index, &error))
                    dw_buffer_clear(&loader->index);
            }
            known->number = !index_has(dw_buffer_slice(&loader->index), dw_slice_from(dw_slice_of(real), folder.len + 1));
            return known->number != 0;
        }
        struct dw_slice parent = dw_path_parent(dw_buffer_slice(&folder));
        folder.len = parent.len;
        folder.at[folder.len] = '\0';
    }
    return false;
}
