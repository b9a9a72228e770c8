/* SPDX-License-Identifier: Apache-2.0
 *
 * From a reference to a subject with its packages: the way of the data up to facts. */
#ifndef DW_SCAN_SCAN_H
#define DW_SCAN_SCAN_H

#include "image/image.h"
#include "scan/cache.h"

struct dw_scan_options {
    struct dw_zygote *zygote;
    const struct dw_limits *limits;
    const struct dw_cache *cache;   /* NULL: none */
    unsigned jobs;                  /* layers read beside each other, at least 1 */
    bool platform_given;
    struct dw_platform platform;
    /* Told of progress from several threads, one at a time; may be NULL. DONE and TOTAL count bytes of blobs. */
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *progress_context;
};

/* Reads an image (layout, archive), a folder, or a package URL. Returns a subject whatever happens to parts of it: what
 * could not be read is a note, or (nothing could be read at all) subject->unreadable with a note; then ERROR tells why too.
 * NULL only for a reference that is not one (USAGE). The reference's text becomes the subject's name. */
struct dw_subject *dw_scan_reference(struct dw_slice reference, const struct dw_scan_options *options,
                                     struct dw_error *error);

#endif
