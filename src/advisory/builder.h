/* SPDX-License-Identifier: Apache-2.0
 *
 * From packed records to a database file. */
#ifndef DW_ADVISORY_BUILDER_H
#define DW_ADVISORY_BUILDER_H

#include "advisory/database.h"

struct dw_builder;

struct dw_builder *dw_builder_new(void);
void dw_builder_free(struct dw_builder *builder);

/* Starts a feed; records and counts that follow are its own. Texts are copied. */
void dw_builder_feed(struct dw_builder *builder, struct dw_slice name, struct dw_slice path);
/* One record as dw_advisory_pack wrote it, and the size of its JSON. It comes from a worker and is checked
 * whole (kind CRASH if it is malformed). Of several records of one id the one last modified counts; if that
 * does not decide between different ones, all are kept: dropping one could lose a match. */
bool dw_builder_add(struct dw_builder *builder, struct dw_slice packed, uint64_t json_bytes,
                    struct dw_error *error);
/* Sets the digest of the current feed's input. */
void dw_builder_feed_digest(struct dw_builder *builder, const struct dw_digest *digest);
/* Of all feeds, and of the current one. */
uint64_t dw_builder_records(const struct dw_builder *builder);
uint64_t dw_builder_feed_records(const struct dw_builder *builder);

/* Writes the database, atomically. Nothing can be added afterwards. */
bool dw_builder_write(struct dw_builder *builder, const char *output, int64_t now, struct dw_error *error);

#endif
