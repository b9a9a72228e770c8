/* SPDX-License-Identifier: Apache-2.0
 *
 * A hash map from bytes to a pointer or number. Keys come from hostile input, so the hash (SipHash-1-3) is seeded
 * once a process by dw_hash_seed(). */
#ifndef DW_BASE_MAP_H
#define DW_BASE_MAP_H

#include "base/slice.h"

/* Takes a random seed from the kernel; call once, before threads and forks. Without it the seed is zero. */
void dw_hash_seed(void);
uint64_t dw_hash(struct dw_slice bytes);
/* SipHash-1-3 with a key of one's own. */
uint64_t dw_hash_keyed(uint64_t key0, uint64_t key1, struct dw_slice bytes);

struct dw_map_entry {
    uint64_t hash; /* 0: free */
    struct dw_slice key;
    union {
        void *pointer;
        uint64_t number;
    };
};

/* Zero-initialised is empty. The map does not own keys: they must live as long as it does (use an arena). */
struct dw_map {
    struct dw_map_entry *entries;
    size_t capacity, len;
};

/* The entry of KEY, or NULL. */
struct dw_map_entry *dw_map_find(const struct dw_map *map, struct dw_slice key);
/* The entry of KEY, made with a zero value if it was not there (then *ADDED is true; ADDED may be NULL).
 * The pointer holds until the next insertion. */
struct dw_map_entry *dw_map_insert(struct dw_map *map, struct dw_slice key, bool *added);
/* The pointer stored under KEY, or NULL. */
void *dw_map_get(const struct dw_map *map, struct dw_slice key);
/* Walks all entries in an unspecified order: start with *at = 0; NULL at the end. Never let output depend on it. */
struct dw_map_entry *dw_map_next(const struct dw_map *map, size_t *at);
void dw_map_free(struct dw_map *map);

#endif
