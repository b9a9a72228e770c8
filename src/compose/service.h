/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to compose/: making a container of a service. */
#ifndef DW_COMPOSE_SERVICE_H
#define DW_COMPOSE_SERVICE_H

#include "compose/internal.h"

struct compose_service {
    struct compose_loader *loader;
    const struct dw_node *root; /* the project */
    const struct dw_node *node;
    struct dw_container *container;
};

/* What is said of a scalar; unset for NULL. */
struct dw_container_text compose_text_of(struct compose_loader *loader, const struct dw_node *node);
struct dw_container_switch compose_switch_of(struct compose_loader *loader, const struct dw_node *node);
/* Why NODE's value cannot be told; "" if it can. */
struct dw_slice compose_problem(struct compose_loader *loader, const struct dw_node *node);
struct dw_container_item *compose_item(struct dw_container_items *items, struct compose_loader *loader, struct dw_slice name,
                                       struct dw_slice value, const struct dw_node *node);
/* The members of a mapping, or of a list of "NAME=value". */
void compose_pairs(struct dw_container_items *items, struct compose_loader *loader, const struct dw_node *node);
struct dw_slice compose_copy_path(struct compose_loader *loader, char *path); /* frees PATH */

void compose_service_security(struct compose_service *service);
void compose_service_mounts(struct compose_service *service);
/* After the mounts of all services are known: those of volumes_from. */
bool compose_share_mounts(struct compose_loader *loader);
void compose_service_build(struct compose_service *service);

#endif
