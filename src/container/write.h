/* SPDX-License-Identifier: Apache-2.0
 *
 * A container as facts. */
#ifndef DW_CONTAINER_WRITE_H
#define DW_CONTAINER_WRITE_H

#include "container/container.h"
#include "document/json_writer.h"

/* Writes CONTAINER as a JSON object; KEY is NULL inside an array. What is unset is left out; a setting that cannot be told is an
 * object with "problem". Values of environment variables are left out: they may be secrets. */
void dw_container_write(const struct dw_container *container, struct dw_json_writer *json, const char *key);
/* Members "path", "line", "column" of the place of NODE, in an object that is open; nothing for NULL. */
void dw_container_write_place(const struct dw_node *node, struct dw_json_writer *json);

#endif
