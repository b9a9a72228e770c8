/* SPDX-License-Identifier: Apache-2.0
 *
 * Raw facts of one layer, by path: what merging needs and nothing more (architecture.md, section 2). They are the same
 * whether they come from a worker or from the cache: a run of records. */
#ifndef DW_SCAN_FACTS_H
#define DW_SCAN_FACTS_H

#include "base/map.h"
#include "package/reader.h"
#include "worker/record.h"

/* Record types of DW_JOB_SCAN_LAYER, all of version 1. */
enum dw_fact_type {
    DW_FACT_ENTRY = 1,    /* u8 enum dw_entry_kind, path, target */
    DW_FACT_FILE,         /* a file a reader has read: u8 reader, path; the next records up to FILE_END are its */
    DW_FACT_PACKAGE,
    DW_FACT_DISTRIBUTION,
    DW_FACT_OWNED,        /* package, path */
    DW_FACT_NOTE,         /* u8 enum dw_note_kind, path, message; of the file, or outside one of the layer */
    DW_FACT_FILE_END,     /* u8 error kind (0: read well), text */
    DW_FACT_REPLACED,     /* path: a later entry of this layer took the place of a file that was read */
    DW_FACT_HASHES,       /* u8 0: files and links, 1: folders; u32 count, u64 each (dw_path_hash) */
    DW_FACT_ACCOUNT,      /* u8 enum dw_account_kind, u8 no password, name, id, group */
    DW_FACT_SUMMARY,      /* u64 entries, u64 unpacked bytes; always the last record */
};

enum dw_entry_kind {
    DW_ENTRY_WHITEOUT, /* path: what is removed */
    DW_ENTRY_OPAQUE,   /* path: the folder whose lower children are removed */
    DW_ENTRY_SYMLINK,
    DW_ENTRY_HARDLINK, /* only if its path, or its target's, is one that readers want */
    DW_ENTRY_TOOL,     /* a shell or package manager: what distroless images lack */
    DW_ENTRY_NAMED,    /* a file that was not read, but would be if its folder is a link to a known one */
    DW_ENTRY_SPECIAL,  /* a regular file with a setuid or setgid bit, or a hard link that says so; target: its mode in octal */
    DW_ENTRY_LEFTOVER, /* a file that a build usually leaves behind; target: what it belongs to (dw_leftover_of) */
    DW_ENTRY_KIND_COUNT
};

struct dw_entry {
    enum dw_entry_kind kind;
    struct dw_slice path, target;
};

struct dw_owned {
    struct dw_slice package, path;
};

/* A file that a reader has read. */
struct dw_fact_file {
    struct dw_slice path;
    unsigned reader;
    bool replaced;
    bool has_distribution;
    struct dw_distribution distribution;
    DW_VECTOR(struct dw_package) packages;
    DW_VECTOR(struct dw_owned) owned;
    DW_VECTOR(struct dw_account) accounts;
    DW_VECTOR(struct dw_note) notes;
};

struct dw_layer_facts {
    struct dw_arena arena;
    DW_VECTOR(struct dw_entry) entries;
    DW_VECTOR(struct dw_fact_file *) files;
    struct dw_map last_files; /* path → the last of FILES with it */
    DW_VECTOR(struct dw_note) notes;
    DW_VECTOR(uint64_t) hashes[2]; /* of paths of non-folders and of folders; sorted when first asked */
    bool sorted;
    uint64_t entry_count, byte_count;
    bool complete; /* the summary was there */
};

struct dw_layer_facts *dw_layer_facts_new(void);
void dw_layer_facts_free(struct dw_layer_facts *facts);
/* Adds one record, checking every field; strings are copied. Fails with kind CRASH (malformed) or LIMIT. */
bool dw_layer_facts_add(struct dw_layer_facts *facts, struct dw_record *record, const struct dw_limits *limits,
                        struct dw_error *error);
/* All records are there: fails if the summary is missing. */
bool dw_layer_facts_finish(const struct dw_layer_facts *facts, struct dw_error *error);
/* Does the layer hold a file or link (a folder, if FOLDERS) of this path, as it stands in its archive? */
bool dw_layer_facts_holds(struct dw_layer_facts *facts, bool folders, struct dw_slice path);

/* Does the layer hold one path as several kinds of things: as a folder and as something else, or as a link and as another
 * file? What is left of it depends on who unpacks it. *PATH is the link's, or "" (only its hash is known). ALONE: there are
 * no other layers, for which folders and symbolic links matter. */
bool dw_layer_facts_ambiguous(struct dw_layer_facts *facts, bool alone, struct dw_slice *path);

/* The hash of a path as it stands in hash lists: the same in every run, since it is cached. */
uint64_t dw_path_hash(struct dw_slice path);

/* Writers, used inside the worker. */
void dw_fact_put_entry(struct dw_buffer *out, enum dw_entry_kind kind, struct dw_slice path, struct dw_slice target);
void dw_fact_put_file(struct dw_buffer *out, unsigned reader, struct dw_slice path);
void dw_fact_put_file_end(struct dw_buffer *out, const struct dw_error *error);
void dw_fact_put_package(struct dw_buffer *out, const struct dw_package *package);
void dw_fact_put_distribution(struct dw_buffer *out, const struct dw_distribution *distribution);
void dw_fact_put_owned(struct dw_buffer *out, struct dw_slice package, struct dw_slice path);
void dw_fact_put_account(struct dw_buffer *out, const struct dw_account *account);
void dw_fact_put_note(struct dw_buffer *out, enum dw_note_kind kind, struct dw_slice path, struct dw_slice message);
void dw_fact_put_replaced(struct dw_buffer *out, struct dw_slice path);
void dw_fact_put_hashes(struct dw_buffer *out, bool folders, const uint64_t *hashes, size_t count);
void dw_fact_put_summary(struct dw_buffer *out, uint64_t entries, uint64_t bytes);

#endif
