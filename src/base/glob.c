/* SPDX-License-Identifier: Apache-2.0 */
#include "base/glob.h"

#include "base/memory.h"

enum glob_token { GLOB_BYTE, GLOB_ONE, GLOB_STAR, GLOB_DEEP, GLOB_FOLDERS };

/* Reads the token at GLOB[*AT] and moves on. "**" + '/' counts as any folders only where a component begins.
 */
static enum glob_token glob_next(struct dw_slice glob, size_t *at, char *byte)
{
    size_t i = *at;
    bool begins = i == 0 || glob.at[i - 1] == '/';
    char c = glob.at[i];
    *at = i + 1;
    if (c == '?')
        return GLOB_ONE;
    if (c == '*') {
        size_t end = i;
        while (end < glob.len && glob.at[end] == '*')
            end++;
        *at = end;
        if (end - i == 1)
            return GLOB_STAR;
        if (begins && end < glob.len && glob.at[end] == '/') {
            *at = end + 1;
            return GLOB_FOLDERS;
        }
        return GLOB_DEEP;
    }
    if (c == '\\' && i + 1 < glob.len) {
        c = glob.at[i + 1];
        *at = i + 2;
    }
    *byte = c;
    return GLOB_BYTE;
}

/* ROW[j]: does the glob so far match the first j bytes of PATH? One token changes the row into its successor.
 */
static void glob_step(bool *row, struct dw_slice path, enum glob_token token, char byte)
{
    bool before = row[0]; /* the old row[j - 1] */
    bool any = false;     /* an old row[k] with k < j that the star can start from */
    if (token == GLOB_BYTE || token == GLOB_ONE)
        row[0] = false;
    for (size_t j = 1; j <= path.len; j++) {
        char c = path.at[j - 1];
        bool old = row[j];
        any = (any || before) && (token != GLOB_STAR || c != '/');
        switch (token) {
        case GLOB_BYTE:
            row[j] = before && c == byte;
            break;
        case GLOB_ONE:
            row[j] = before && c != '/';
            break;
        case GLOB_STAR:
        case GLOB_DEEP:
            row[j] = old || any;
            break;
        case GLOB_FOLDERS:
            row[j] = old || (any && c == '/');
            break;
        }
        before = old;
    }
}

bool dw_glob_match(struct dw_slice glob, struct dw_slice path)
{
    while (glob.len > 0 && glob.at[0] == '/')
        glob = dw_slice_from(glob, 1);
    while (path.len > 0 && path.at[0] == '/')
        path = dw_slice_from(path, 1);
    DW_CLEANUP(dw_cleanup_free) char *memory = dw_alloc(path.len + 1, sizeof(bool));
    bool *row = (bool *)memory;
    row[0] = true;
    for (size_t at = 0; at < glob.len;) {
        char byte = 0;
        enum glob_token token = glob_next(glob, &at, &byte);
        glob_step(row, path, token, byte);
    }
    if (glob.len > 0 && glob.at[glob.len - 1] == '/')
        glob_step(row, path, GLOB_DEEP, 0);
    return row[path.len];
}
