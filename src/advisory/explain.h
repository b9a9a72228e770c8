/* SPDX-License-Identifier: Apache-2.0
 *
 * Why an advisory does or does not match: matching.md's table, for a person. */
#ifndef DW_ADVISORY_EXPLAIN_H
#define DW_ADVISORY_EXPLAIN_H

#include "advisory/match.h"

/* Appends to OUT what the database says of ID (any alias, in any case) for the packages of SUBJECT: package
 * and place, look-up, records, filters, ranges with every comparison, fix, severity of all sources; also
 * where nothing matches. PACKAGE (may be empty) narrows to the packages of that name or package URL, and then
 * explains them whether or not a record names them. *KNOWN tells whether the database has the id at all; if
 * not, the text says so. What policy and exceptions make of it is for the caller to add. Bytes of names stand
 * as they came (escape before a terminal). False only if the database is damaged. */
bool dw_match_explain(const struct dw_database *database, const struct dw_subject *subject,
                      struct dw_slice id, struct dw_slice package, struct dw_buffer *out, bool *known,
                      struct dw_error *error);

#endif
