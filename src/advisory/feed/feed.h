/* SPDX-License-Identifier: Apache-2.0
 *
 * A feed's file → packed advisory records. */
#ifndef DW_ADVISORY_FEED_FEED_H
#define DW_ADVISORY_FEED_FEED_H

#include "advisory/advisory.h"
#include "base/limits.h"

/* Gets one packed record and the size of its JSON; returns false to stop. */
typedef bool dw_feed_sink(void *context, struct dw_slice packed, uint64_t json_bytes, struct dw_error *error);

/* FD is a zip archive (APPNOTE 6.3, by libarchive, from its central directory) of <ID>.json members. A member
 * that is no JSON record, is encrypted, damaged or larger than DW_LIMIT_ADVISORY_RECORD fails the whole;
 * together they are at most DW_LIMIT_ADVISORY_BYTES. Errors name the member. */
bool dw_feed_read_zip(int fd, const struct dw_limits *limits, dw_feed_sink *sink, void *context,
                      struct dw_error *error);
/* FD is one record in JSON. */
bool dw_feed_read_json(int fd, const struct dw_limits *limits, dw_feed_sink *sink, void *context,
                       struct dw_error *error);
/* One record from memory. */
bool dw_feed_read_record(struct dw_slice json, const struct dw_limits *limits, dw_feed_sink *sink,
                         void *context, struct dw_error *error);

#endif
