/* SPDX-License-Identifier: Apache-2.0
 *
 * Hand-made records → a database in a temporary folder. */
#ifndef DW_TESTS_ADVISORY_FIXTURE_H
#define DW_TESTS_ADVISORY_FIXTURE_H

#include "advisory/match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct fixture {
    char folder[64]; /* holds feed/ and advisories.db */
    char *feed, *path;
};

void fixture_open(struct fixture *fixture);
/* Writes feed/NAME. */
void fixture_put(const struct fixture *fixture, const char *name, const char *text);
/* Removes everything. */
void fixture_close(struct fixture *fixture);
/* Builds from the records put so far; fails the test on an error. */
struct dw_database *fixture_database(const struct fixture *fixture);
/* Tries to; false with ERROR. */
bool fixture_build(const struct fixture *fixture, struct dw_zygote *zygote, struct dw_error *error);
/* A database of COUNT records given as text. */
struct dw_database *fixture_of(struct fixture *fixture, const char *const *records, size_t count);

#endif
