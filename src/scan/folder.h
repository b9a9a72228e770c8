/* SPDX-License-Identifier: Apache-2.0
 *
 * A folder as a layer: walked beneath its root without following links, and given to the same pass as an image's layer as a
 * tar stream. Only files that readers want carry their bytes. */
#ifndef DW_SCAN_FOLDER_H
#define DW_SCAN_FOLDER_H

#include "model/note.h"
#include "stream/stream.h"

struct dw_folder_note {
    enum dw_note_kind kind;
    char *path, *message;
};

/* A stream of pax records for everything below PATH, in byte order of names. NULL with ERROR if PATH is no folder.
 * Entries that cannot be read are added to NOTES (the caller's; freed with dw_folder_notes_free). */
struct dw_folder_notes {
    DW_VECTOR(struct dw_folder_note) list;
};
struct dw_stream *dw_stream_of_folder(const char *path, const struct dw_limits *limits, struct dw_folder_notes *notes,
                                      struct dw_error *error);
void dw_folder_notes_free(struct dw_folder_notes *notes);

#endif
