/* SPDX-License-Identifier: Apache-2.0
 *
 * Package readers: one file and one row of dw_package_readers each. A reader says by a path whether it wants a file,
 * gets the file's bytes piece by piece inside a worker, and tells facts. Layers are merged later, in the parent: a
 * reader sees one file of one layer and nothing else.
 *
 * What is left to the parent, because it needs more than one file:
 * - A package whose path an OS package owns, and an UNSUPPORTED note of such a file, is the OS package's affair. UNSUPPORTED
 *   notes with the same message are one, with the number of files.
 * - Ownership told by …/lib/dpkg/status.d/STEM.md5sums names STEM, the file's name; the package is the one that was
 *   read from …/lib/dpkg/status.d/STEM, whatever it calls itself.
 * - Packages of FOLDER/package-lock.json and FOLDER/npm-shrinkwrap.json (evidence LOCK) count in an image only if there
 *   is no FOLDER/node_modules; npm-shrinkwrap.json goes before package-lock.json.
 * - Packages of node_modules/.package-lock.json (evidence LOCK) have as their path the package.json of the place they speak
 *   of: if an installed package was read from there, they add their checksum and DEVELOPMENT flag to it; else they are
 *   dropped.
 * - PREFIX/include/node/node_version.h tells a version of Node.js too, but is no runtime: it gives the version of a
 *   PREFIX/bin/node that has none (flag NO_VERSION), and is dropped otherwise. */
#ifndef DW_PACKAGE_READER_H
#define DW_PACKAGE_READER_H

#include "base/limits.h"
#include "model/note.h"
#include "model/package.h"

/* Where a reader's facts go; the pointers' targets are copied before the call returns. */
struct dw_fact_sink {
    void *context;
    void (*package)(void *context, const struct dw_package *package);
    /* os-release and its like; one per file. */
    void (*distribution)(void *context, const struct dw_distribution *distribution);
    /* OS package PACKAGE (its name) owns PATH (no leading '/'). Only paths that dw_package_wants() are told. */
    void (*owned)(void *context, struct dw_slice package, struct dw_slice path);
    /* A line of etc/passwd and its like. */
    void (*account)(void *context, const struct dw_account *account);
    /* Something of this file is not scanned or not understood (not errors: those are returned). */
    void (*note)(void *context, enum dw_note_kind kind, struct dw_slice message);
};

struct dw_reader_file {
    struct dw_slice path; /* in the image, without a leading '/' or "./" */
    uint64_t size;
    const struct dw_limits *limits;
    const struct dw_fact_sink *sink;
    struct dw_arena *arena; /* lives until the file is done */
};

struct dw_package_reader {
    const char *name;     /* "dpkg" */
    unsigned version;     /* raised whenever the facts of the same file change: part of the cache key */
    /* Wants paths by a guess at what they may be: nothing is lost where such a file is not at hand (an unreadable file, a link
     * to a file that was not read), and one that tells no facts needs no record. */
    bool guess;
    /* Does this path interest the reader? Cheap: called for every entry of every layer. */
    bool (*wants)(struct dw_slice path);
    /* Could it want a file of this name (last component) in some folder? For dw_package_wants_name. */
    bool (*wants_name)(struct dw_slice name);
    /* State for one file, from the heap; NULL with ERROR set if the file is refused at once (its size). */
    void *(*open)(const struct dw_reader_file *file, struct dw_error *error);
    bool (*feed)(void *state, struct dw_slice bytes, struct dw_error *error);
    /* All bytes were there: tell the facts. */
    bool (*finish)(void *state, struct dw_error *error);
    /* Always called last, also after an error. */
    void (*close)(void *state);
};

extern const struct dw_package_reader *const dw_package_readers[];
extern const size_t dw_package_reader_count;

/* The reader that wants PATH (the first of the table), or NULL. */
const struct dw_package_reader *dw_package_wants(struct dw_slice path);
/* Could a file of this NAME (last component) be wanted under some folder? Used for files whose real folder is not known
 * before layers are merged (parents that are symbolic links). Names that only their folder makes wanted (any file in
 * …/lib/dpkg/status.d) are not among them. */
bool dw_package_wants_name(struct dw_slice name);

/* Readers that need the whole file: state made by dw_whole_file_open (checks LIMIT, from which the error is named),
 * fed by dw_whole_file_feed; then dw_whole_file_bytes. */
struct dw_whole_file {
    const struct dw_reader_file *file;
    enum dw_limit limit;
    struct dw_buffer bytes;
};
bool dw_whole_file_open(struct dw_whole_file *whole, const struct dw_reader_file *file, enum dw_limit limit,
                        struct dw_error *error);
bool dw_whole_file_feed(struct dw_whole_file *whole, struct dw_slice bytes, struct dw_error *error);
static inline struct dw_slice dw_whole_file_bytes(const struct dw_whole_file *whole)
{
    return dw_buffer_slice(&whole->bytes);
}
void dw_whole_file_close(struct dw_whole_file *whole);

/* The same as functions of a reader whose state is the file alone, bounded by package-manifest-bytes: open, feed and close of the row. */
void *dw_small_file_open(const struct dw_reader_file *file, struct dw_error *error);
bool dw_small_file_feed(void *whole, struct dw_slice bytes, struct dw_error *error);
void dw_small_file_close(void *whole);

#endif
