#include "base/hash.h"

#include <stdlib.h>
#include <sys/random.h>
#include <xxhash.h>

enum { FIRST_SLOTS = 16 };

struct entry {
    struct view key;
    void *value;
    uint64_t hash;
};

struct hash_map {
    struct entry *entries; /* in insertion order; room for slots / 2 */
    uint32_t *slots;       /* index into entries plus one; 0 is free */
    size_t count, slot_count;
    uint64_t seed;
};

struct hash_map *hash_map_new(void)
{
    struct hash_map *map = calloc(1, sizeof(*map));

    /* Without entropy the map still works; the seed stays at its address. */
    if (map && getrandom(&map->seed, sizeof(map->seed), GRND_NONBLOCK) < 0)
        map->seed = (uint64_t)(uintptr_t)map;
    return map;
}

void hash_map_free(struct hash_map *map)
{
    if (!map)
        return;
    free(map->entries);
    free(map->slots);
    free(map);
}

static uint32_t *find_slot(const struct hash_map *map, struct view key, uint64_t hash)
{
    size_t mask = map->slot_count - 1;

    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        const struct entry *entry;

        if (map->slots[i] == 0)
            return &map->slots[i];
        entry = &map->entries[map->slots[i] - 1];
        if (entry->hash == hash && view_eq(entry->key, key))
            return &map->slots[i];
    }
}

static bool grow(struct hash_map *map)
{
    size_t slot_count = map->slot_count ? map->slot_count * 2 : FIRST_SLOTS;
    uint32_t *slots;
    struct entry *entries;

    if (slot_count > UINT32_MAX)
        return false;
    entries = realloc(map->entries, slot_count / 2 * sizeof(*entries));
    if (!entries)
        return false;
    map->entries = entries;
    slots = calloc(slot_count, sizeof(*slots));
    if (!slots)
        return false;
    free(map->slots);
    map->slots = slots;
    map->slot_count = slot_count;
    for (size_t i = 0; i < map->count; i++)
        *find_slot(map, entries[i].key, entries[i].hash) = (uint32_t)i + 1;
    return true;
}

static uint64_t hash_key(const struct hash_map *map, struct view key)
{
    return XXH3_64bits_withSeed(key.ptr ? key.ptr : "", key.len, map->seed);
}

void *hash_map_get(const struct hash_map *map, struct view key)
{
    uint32_t *slot;

    if (map->count == 0)
        return NULL;
    slot = find_slot(map, key, hash_key(map, key));
    return *slot ? map->entries[*slot - 1].value : NULL;
}

void **hash_map_slot(struct hash_map *map, struct view key)
{
    uint64_t hash = hash_key(map, key);
    uint32_t *slot = map->slot_count ? find_slot(map, key, hash) : NULL;

    if (slot && *slot)
        return &map->entries[*slot - 1].value;
    if (map->count + 1 > map->slot_count / 2) {
        if (!grow(map))
            return NULL;
        slot = find_slot(map, key, hash);
    }
    map->entries[map->count] = (struct entry){key, NULL, hash};
    *slot = (uint32_t)++map->count;
    return &map->entries[map->count - 1].value;
}

bool hash_map_put(struct hash_map *map, struct view key, void *value)
{
    void **slot = hash_map_slot(map, key);

    if (!slot)
        return false;
    *slot = value;
    return true;
}

size_t hash_map_count(const struct hash_map *map)
{
    return map->count;
}

void *hash_map_at(const struct hash_map *map, size_t i, struct view *ret_key)
{
    if (ret_key)
        *ret_key = map->entries[i].key;
    return map->entries[i].value;
}

uint64_t hash_stable(struct view bytes)
{
    return XXH3_64bits(bytes.ptr ? bytes.ptr : "", bytes.len);
}

void hash_write(uint64_t hash, char to[static HASH_DIGITS])
{
    for (int i = 0; i < HASH_DIGITS; i++)
        to[i] = "0123456789abcdef"[hash >> (60 - 4 * i) & 15];
}
