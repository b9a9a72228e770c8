/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of Compose projects share: a folder with files, and one project loaded from it. */
#ifndef COMPOSE_TEST_H
#define COMPOSE_TEST_H

#include "compose/compose.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

extern struct dw_limits limits;
extern struct dw_compose *project;
extern struct dw_error error;

/* A new folder for each test, which is the current one, and gone behind it. */
int compose_setup(void **state);
int compose_teardown(void **state);

void write_file(const char *name, const char *text);
/* Loads "compose.yaml", or PATHS; the project, or NULL with error. Frees the one before. */
bool load_files(const char *const *paths, size_t count, const char *const *environment);
bool load_text(const char *text);
/* Loads TEXT as compose.yaml; fails the test if that fails. */
void load_good(const char *text);
void expect_error(enum dw_error_kind kind, const char *part);
void expect_rejected(const char *text, const char *part);

const struct dw_container *service(const char *name);
/* The text of a node found by keys separated by "/", or by its index in lists; NULL for none. */
const struct dw_node *at(const char *path);
void expect_text(const char *path, const char *text);
void expect_slice(struct dw_slice slice, const char *text);

#endif
