/* SPDX-License-Identifier: Apache-2.0
 *
 * The database of the OSV sample, for tests that ask it. */
#ifndef DW_TESTS_ADVISORY_SAMPLE_H
#define DW_TESTS_ADVISORY_SAMPLE_H

#include "advisory/database.h"

/* cmocka group set-up and tear-down: build it from ../shared/data/osv (or DOCKWORTHY_TEST_DATA) in a
 * temporary file. */
int sample_build(void **state);
int sample_drop(void **state);
/* The database, or NULL (then "skipped: no test data" was printed and the test is to skip). */
struct dw_database *sample_database(void);

#endif
