/* SPDX-License-Identifier: Apache-2.0
 *
 * Time as seconds since 1970-01-01T00:00:00Z. "Now" is always a parameter; only command/ asks the system. */
#ifndef DW_BASE_CLOCK_H
#define DW_BASE_CLOCK_H

#include "base/slice.h"

#define DW_TIME_UNKNOWN INT64_MIN
#define DW_DAY          86400

/* RFC 3339 date-time (section 5.6; fractions are dropped, a leap second counts as the next second), or, where
 * DATE_TOO, a full-date alone, which means its first second in UTC. Years 0001 to 9999. */
bool dw_time_parse(struct dw_slice text, bool date_too, int64_t *time);

#define DW_TIME_TEXT 21
/* "2026-11-24T14:47:21Z" into TEXT. A time outside years 0001–9999 gives "unknown". */
const char *dw_time_format(int64_t time, char text[DW_TIME_TEXT]);
/* "2026-11-24". */
const char *dw_date_format(int64_t time, char text[DW_TIME_TEXT]);

/* "31d", "24h", "15m", "30s", "2w": digits and one unit; 0 is allowed. */
bool dw_duration_parse(struct dw_slice text, int64_t *seconds);

#endif
