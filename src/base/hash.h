/* Hash maps from views to pointers.
 *
 * Keys are not copied: they must outlive the map (put them in the arena that
 * the values live in). The hash is XXH3 with a random seed per map, so that
 * input can't choose its collisions. Iteration is in insertion order.
 */
#pragma once

#include "base/cleanup.h"
#include "base/view.h"

struct hash_map;

struct hash_map *hash_map_new(void); /* NULL without memory */
void hash_map_free(struct hash_map *map);
DEFINE_CLEANUP(struct hash_map, hash_map_free)

/* The value, or NULL. */
void *hash_map_get(const struct hash_map *map, struct view key);
/* Adds or replaces; false without memory. `value` must not be NULL. */
bool hash_map_put(struct hash_map *map, struct view key, void *value);
/* The slot of `key`, added with a NULL value when it was not there; NULL
 * without memory. Valid until the next addition. */
void **hash_map_slot(struct hash_map *map, struct view key);
size_t hash_map_count(const struct hash_map *map);
/* The i-th pair in insertion order, i < count. */
void *hash_map_at(const struct hash_map *map, size_t i, struct view *ret_key);

/* Unseeded XXH3 of 64 bits: stable across runs, for fingerprints and files. */
uint64_t hash_stable(struct view bytes);

enum { HASH_DIGITS = 16 };

/* The hash in hex, in small letters, without an end. */
void hash_write(uint64_t hash, char to[static HASH_DIGITS]);
