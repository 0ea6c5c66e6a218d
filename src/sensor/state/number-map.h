/* A map from 64-bit numbers to pointers, from which can be removed.
 *
 * For pids, ids of cgroups and hashes. Open addressing with linear probing, at most
 * three quarters full; removing closes the gap, so nothing wears out. Numbers
 * are mixed, not seeded: what an attacker may choose is hashed by the caller with
 * a secret first. One thread.
 */
#pragma once

#include "base/cleanup.h"
#include "base/view.h"

struct number_map {
    struct number_slot *slots;
    size_t slot_count, count;
};

struct number_slot {
    uint64_t number;
    void *value; /* NULL: free */
};

#define NUMBER_MAP_INIT ((struct number_map){NULL, 0, 0})

void number_map_done(struct number_map *map);
/* The value, or NULL. */
void *number_map_get(const struct number_map *map, uint64_t number);
/* Adds or replaces; false without memory. `value` must not be NULL. */
bool number_map_put(struct number_map *map, uint64_t number, void *value);
/* What it was, or NULL. */
void *number_map_remove(struct number_map *map, uint64_t number);
/* The first value in the slot `*at` or behind it, and where to go on; NULL past the
 * last. Who removes it then goes one back, since the next may have moved there; one
 * may be met twice so. */
void *number_map_next(const struct number_map *map, size_t *at);
size_t number_map_bytes(const struct number_map *map);
