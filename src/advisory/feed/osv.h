/* SPDX-License-Identifier: Apache-2.0
 *
 * One record of the OSV schema (ossf.github.io/osv-schema, version 1.7). */
#ifndef DW_ADVISORY_FEED_OSV_H
#define DW_ADVISORY_FEED_OSV_H

#include "advisory/advisory.h"
#include "base/limits.h"

/* Reads the record in JSON; everything is copied to ARENA. null where an array or object belongs counts as
 * absent. Fails with DW_ERROR_INPUT (no JSON, duplicate keys, wrong types, no id, unknown kinds of ranges or
 * events, a range that nothing introduces, a bad time) or DW_ERROR_LIMIT (DW_LIMIT_ADVISORY_RECORD). An
 * unknown ecosystem is no error. Not read, because nothing here is decided by it: details, credits,
 * schema_version, purl (a spelling of ecosystem and name), repo of commit ranges, affected_functions,
 * categories, license. */
bool dw_osv_parse(struct dw_arena *arena, struct dw_slice json, const struct dw_limits *limits,
                  struct dw_advisory *advisory, struct dw_error *error);

#endif
