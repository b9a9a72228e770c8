/* SPDX-License-Identifier: Apache-2.0
 * SipHash-1-3: J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", with one and three rounds. */
#include "base/map.h"

#include "base/memory.h"

#include <sys/random.h>

static uint64_t seed[2];

void dw_hash_seed(void)
{
    if (getrandom(seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
        seed[0] = (uint64_t)(uintptr_t)&seed;
}

static inline uint64_t rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

struct sip {
    uint64_t v0, v1, v2, v3;
};

static inline void sip_round(struct sip *s)
{
    s->v0 += s->v1;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v0 = rotate(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v2 = rotate(s->v2, 32);
}

uint64_t dw_hash_keyed(uint64_t key0, uint64_t key1, struct dw_slice bytes)
{
    struct sip s = {key0 ^ 0x736f6d6570736575u, key1 ^ 0x646f72616e646f6du, key0 ^ 0x6c7967656e657261u,
                    key1 ^ 0x7465646279746573u};
    size_t i = 0;
    for (; i + 8 <= bytes.len; i += 8) {
        uint64_t word;
        memcpy(&word, bytes.at + i, 8);
        s.v3 ^= word;
        sip_round(&s);
        s.v0 ^= word;
    }
    uint64_t last = (uint64_t)bytes.len << 56;
    for (size_t j = 0; i + j < bytes.len; j++)
        last |= (uint64_t)(unsigned char)bytes.at[i + j] << (8 * j);
    s.v3 ^= last;
    sip_round(&s);
    s.v0 ^= last;
    s.v2 ^= 0xff;
    sip_round(&s);
    sip_round(&s);
    sip_round(&s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

uint64_t dw_hash(struct dw_slice bytes)
{
    uint64_t hash = dw_hash_keyed(seed[0], seed[1], bytes);
    return hash == 0 ? 1 : hash;
}

static struct dw_map_entry *slot(struct dw_map_entry *entries, size_t capacity, uint64_t hash,
                                 struct dw_slice key)
{
    size_t i = (size_t)hash & (capacity - 1);
    while (entries[i].hash != 0 && (entries[i].hash != hash || !dw_slice_equal(entries[i].key, key)))
        i = (i + 1) & (capacity - 1);
    return &entries[i];
}

struct dw_map_entry *dw_map_find(const struct dw_map *map, struct dw_slice key)
{
    if (map->len == 0)
        return NULL;
    struct dw_map_entry *entry = slot(map->entries, map->capacity, dw_hash(key), key);
    return entry->hash == 0 ? NULL : entry;
}

struct dw_map_entry *dw_map_insert(struct dw_map *map, struct dw_slice key, bool *added)
{
    if (map->len * 4 >= map->capacity * 3) {
        size_t grown = map->capacity == 0 ? 16 : map->capacity * 2;
        struct dw_map_entry *entries = dw_alloc(grown, sizeof(*entries));
        for (size_t i = 0; i < map->capacity; i++)
            if (map->entries[i].hash != 0)
                *slot(entries, grown, map->entries[i].hash, map->entries[i].key) = map->entries[i];
        free(map->entries);
        map->entries = entries;
        map->capacity = grown;
    }
    uint64_t hash = dw_hash(key);
    struct dw_map_entry *entry = slot(map->entries, map->capacity, hash, key);
    bool fresh = entry->hash == 0;
    if (fresh) {
        entry->hash = hash;
        entry->key = key;
        map->len++;
    }
    if (added != NULL)
        *added = fresh;
    return entry;
}

void *dw_map_get(const struct dw_map *map, struct dw_slice key)
{
    struct dw_map_entry *entry = dw_map_find(map, key);
    return entry == NULL ? NULL : entry->pointer;
}

struct dw_map_entry *dw_map_next(const struct dw_map *map, size_t *at)
{
    while (*at < map->capacity)
        if (map->entries[(*at)++].hash != 0)
            return &map->entries[*at - 1];
    return NULL;
}

void dw_map_free(struct dw_map *map)
{
    free(map->entries);
    *map = (struct dw_map){0};
}
