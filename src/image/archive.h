/* SPDX-License-Identifier: Apache-2.0
 *
 * What the worker's and the parent's side of outer archives share. */
#ifndef DW_IMAGE_ARCHIVE_H
#define DW_IMAGE_ARCHIVE_H

#include "image/internal.h"

/* Records of DW_JOB_ARCHIVE_INDEX. With the argument "contents" small JSON documents come with their content (of
 * compressed archives, in which the parent cannot seek), until these are DW_ARCHIVE_CONTENTS bytes; the parent unpacks
 * the archive again for others.
 * MEMBER: u8 kind · u64 offset · u64 size · bytes name · bytes link · u8 has content · bytes content
 * END:    u64 bytes of the unpacked archive · u64 bytes after its end, up to the last that is not zero · u64 members
 *         left out */
#define DW_ARCHIVE_RECORD_MEMBER  1
#define DW_ARCHIVE_RECORD_END     2
#define DW_ARCHIVE_RECORD_VERSION 1

#define DW_ARCHIVE_CONTENTS (UINT64_C(64) << 20)

enum dw_archive_kind {
    DW_ARCHIVE_FILE,
    DW_ARCHIVE_SPARSE, /* its bytes do not lie in one piece: not usable */
    DW_ARCHIVE_SYMBOLIC_LINK,
    DW_ARCHIVE_HARD_LINK,
    DW_ARCHIVE_KIND_COUNT
};

struct dw_archive_member {
    enum dw_archive_kind kind;
    uint64_t offset, size; /* of the data, in the unpacked archive */
    struct dw_slice name;  /* as dw_member_name cleans it */
    struct dw_slice link;  /* target, as written */
    bool has_content;
    struct dw_slice content;
};

struct dw_archive_end {
    uint64_t total;    /* bytes of the unpacked archive */
    uint64_t trailing; /* of these after its end, up to the last that is not zero */
    uint64_t ignored;  /* members that are neither told nor folders */
};

struct dw_archive_walk {
    const struct dw_limits *limits;
    bool contents;
    /* Called for each member; its slices hold during the call. False with ERROR ends the walk. */
    bool (*emit)(void *context, const struct dw_archive_member *member, struct dw_error *error);
    void *context;
};

/* Walks the tar archive that UNPACKED gives, to its end. */
bool dw_archive_walk(struct dw_stream *unpacked, const struct dw_archive_walk *request, struct dw_archive_end *end,
                     struct dw_error *error);

#endif
