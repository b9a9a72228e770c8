/* SPDX-License-Identifier: Apache-2.0
 *
 * etc/passwd, etc/group and etc/shadow: passwd(5), group(5), shadow(5). Names and ids; of passwords only whether there is one.
 * Lines that are not of the file's form are left to whoever reads them: a program that looks names up skips them too.
 * Limits: package-manifest-bytes. */
#include "package/registry.h"

static const struct kind {
    const char *path;
    enum dw_account_kind kind;
    size_t least, id, group; /* fields there must be; index of id and group, 0: none */
} kinds[] = {
    {"etc/passwd", DW_ACCOUNT_USER, 7, 2, 3},
    {"etc/group", DW_ACCOUNT_GROUP, 3, 2, 0},
    {"etc/shadow", DW_ACCOUNT_SHADOW, 2, 0, 0},
};

static const struct kind *find_kind(struct dw_slice path)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (dw_slice_is(path, kinds[i].path))
            return &kinds[i];
    return NULL;
}

static bool wants(struct dw_slice path)
{
    return find_kind(path) != NULL;
}

static bool wants_name(struct dw_slice name)
{
    return dw_slice_is(name, "passwd") || dw_slice_is(name, "group") || dw_slice_is(name, "shadow");
}

static void read_line(const struct dw_reader_file *file, const struct kind *kind, struct dw_slice line)
{
    struct dw_slice fields[7], rest = line, field;
    size_t count = 0;
    for (bool more = true; dw_slice_split(&rest, ':', &more, &field); count++)
        if (count < 7)
            fields[count] = field;
    if (count < kind->least || fields[0].len == 0 || fields[0].at[0] == '#')
        return;
    struct dw_account account = {.kind = kind->kind,
                                 .name = fields[0],
                                 .id = kind->id > 0 ? fields[kind->id] : DW_SLICE(""),
                                 .group = kind->group > 0 ? fields[kind->group] : DW_SLICE(""),
                                 .no_password = fields[1].len == 0 && kind->kind != DW_ACCOUNT_GROUP,
                                 .path = DW_SLICE("")};
    file->sink->account(file->sink->context, &account);
}

static bool finish(void *context, struct dw_error *error)
{
    struct dw_whole_file *whole = context;
    struct dw_slice rest = dw_whole_file_bytes(whole), line;
    if (memchr(rest.at, '\0', rest.len) != NULL)
        return dw_fail(error, DW_ERROR_INPUT, "holds a NUL byte");
    while (dw_slice_line(&rest, &line))
        read_line(whole->file, find_kind(whole->file->path), line);
    return true;
}

const struct dw_package_reader dw_reader_accounts = {
    .name = "accounts",
    .version = 1,
    .wants = wants,
    .wants_name = wants_name,
    .open = dw_small_file_open,
    .feed = dw_small_file_feed,
    .finish = finish,
    .close = dw_small_file_close,
};
