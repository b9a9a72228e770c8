/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes the file of format.h: items first, then the index and the footer. */
#ifndef DW_ADVISORY_DATABASE_WRITER_H
#define DW_ADVISORY_DATABASE_WRITER_H

#include "advisory/database.h"
#include "advisory/format.h"
#include "base/file.h"

struct dw_index_key {
    uint64_t hash;
    struct dw_slice key;
    struct dw_item_reference at;
};

struct dw_database_writer {
    bool open;
    struct dw_file_writer file;
    struct dw_hasher hasher;
    struct dw_buffer item, pending; /* the item being made; bytes not yet written */
    uint64_t offset;                /* of the next byte */
    DW_VECTOR(struct dw_index_key) keys;
};

struct dw_database_footer {
    int64_t built, newest;
    uint64_t records, groups;
    struct dw_item_reference feeds;
};

bool dw_database_writer_open(struct dw_database_writer *writer, const char *path, struct dw_error *error);
/* An item's fields are put with the record writer that this gives. */
struct dw_record_writer dw_database_writer_begin(struct dw_database_writer *writer);
void dw_database_writer_put_reference(struct dw_record_writer *item, struct dw_item_reference at);
/* Finishes the item; AT (may be NULL) tells where it stands. */
bool dw_database_writer_end(struct dw_database_writer *writer, enum dw_item_kind kind,
                            struct dw_item_reference *at, struct dw_error *error);
/* The same for an item that begins with KEY (which lives until commit) and is found by it. */
bool dw_database_writer_end_keyed(struct dw_database_writer *writer, enum dw_item_kind kind,
                                  struct dw_slice key, struct dw_error *error);
/* Writes index and footer and puts the file in its place. */
bool dw_database_writer_commit(struct dw_database_writer *writer, const struct dw_database_footer *footer,
                               struct dw_error *error);
/* Harmless on a zeroed or committed writer. */
void dw_database_writer_abandon(struct dw_database_writer *writer);

#endif
