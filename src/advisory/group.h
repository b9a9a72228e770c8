/* SPDX-License-Identifier: Apache-2.0
 *
 * Which ids mean one vulnerability.
 *
 * Ids are joined by `aliases` (symmetric, transitive), but never so that two CVE ids come together: an
 * advisory that names two backs a finding for each. So CVE ids are no members of what is joined, but what the
 * joined others lead to:
 *   - an id that stands in one alias list with exactly one CVE leads to that CVE;
 *   - a record that names several CVEs leads to each;
 *   - an id that is joined to such ids without naming a CVE itself leads to all CVEs of those it is joined
 * to;
 *   - where there is no CVE, all joined ids lead to one of them: the first GHSA id by bytes, else the first
 * id that is a record, else the first. `upstream` is directed: a record leads to what each of its upstream
 * ids leads to, and joins nothing. A record that is withdrawn joins nothing. What an id leads to is its
 * primary ids; the order in which records come changes nothing. */
#ifndef DW_ADVISORY_GROUP_H
#define DW_ADVISORY_GROUP_H

#include "advisory/advisory.h"
#include "base/map.h"

struct dw_alias_node {
    struct dw_slice id;
    uint32_t parent; /* of the joined set; CVE ids stay alone */
    uint32_t best;   /* of a root: the primary where there is no CVE */
    bool cve, ghsa, record;
};

struct dw_alias_link {
    uint32_t from, cve;
};

/* Zero-initialised is empty. Ids must live as long as it does. */
struct dw_alias_groups {
    struct dw_map map; /* id → index + 1 */
    DW_VECTOR(struct dw_alias_node) nodes;
    DW_VECTOR(struct dw_alias_link) links; /* of ids; after finish also sorted */
    DW_VECTOR(struct dw_alias_link) roots; /* of joined sets, after finish */
};

struct dw_node_list {
    uint32_t *at;
    size_t len, capacity;
};

/* Adds a record's ids; its slices are kept. */
void dw_alias_groups_add(struct dw_alias_groups *groups, const struct dw_advisory *record);
/* After the last record, before the questions below. */
void dw_alias_groups_finish(struct dw_alias_groups *groups);
/* Sets LIST to the nodes of the primary ids of one node (of a record): sorted by id, without doubles. */
void dw_alias_groups_of_node(const struct dw_alias_groups *groups, uint32_t node, struct dw_node_list *list);
void dw_alias_groups_of_record(const struct dw_alias_groups *groups, const struct dw_advisory *record,
                               struct dw_node_list *list);
void dw_alias_groups_free(struct dw_alias_groups *groups);

#endif
