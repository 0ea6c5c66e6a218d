#include "sensor/state/number-map.h"

enum { FIRST_SLOTS = 64 };

static size_t home_of(const struct number_map *map, uint64_t number)
{
    number ^= number >> 32;
    number *= UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio */
    return (number ^ number >> 32) & (map->slot_count - 1);
}

/* The slot of the number, or the free one where it belongs. */
static struct number_slot *slot_of(const struct number_map *map, uint64_t number)
{
    size_t i = home_of(map, number);

    while (map->slots[i].value && map->slots[i].number != number)
        i = (i + 1) & (map->slot_count - 1);
    return &map->slots[i];
}

void number_map_done(struct number_map *map)
{
    free(map->slots);
    *map = NUMBER_MAP_INIT;
}

void *number_map_get(const struct number_map *map, uint64_t number)
{
    return map->slot_count ? slot_of(map, number)->value : NULL;
}

static bool grow(struct number_map *map)
{
    struct number_map larger = {.slot_count = map->slot_count ? map->slot_count * 2 : FIRST_SLOTS,
                                .count = map->count};

    larger.slots = calloc(larger.slot_count, sizeof(*larger.slots));
    if (!larger.slots)
        return false;
    for (size_t i = 0; i < map->slot_count; i++)
        if (map->slots[i].value)
            *slot_of(&larger, map->slots[i].number) = map->slots[i];
    free(map->slots);
    *map = larger;
    return true;
}

bool number_map_put(struct number_map *map, uint64_t number, void *value)
{
    struct number_slot *slot;

    if (map->count + 1 > map->slot_count / 4 * 3 && !number_map_get(map, number) && !grow(map))
        return false;
    slot = slot_of(map, number);
    if (!slot->value)
        map->count++;
    *slot = (struct number_slot){number, value};
    return true;
}

/* Moves what stands behind a freed slot and may not stand there any more. */
static void close_gap(struct number_map *map, size_t gap)
{
    size_t mask = map->slot_count - 1;

    for (size_t i = (gap + 1) & mask; map->slots[i].value; i = (i + 1) & mask) {
        size_t home = home_of(map, map->slots[i].number);

        if (((i - home) & mask) < ((i - gap) & mask))
            continue; /* the gap lies before its home */
        map->slots[gap] = map->slots[i];
        map->slots[i] = (struct number_slot){0, NULL};
        gap = i;
    }
}

void *number_map_remove(struct number_map *map, uint64_t number)
{
    struct number_slot *slot = map->slot_count ? slot_of(map, number) : NULL;
    void *value = slot ? slot->value : NULL;

    if (!value)
        return NULL;
    *slot = (struct number_slot){0, NULL};
    map->count--;
    close_gap(map, (size_t)(slot - map->slots));
    return value;
}

void *number_map_next(const struct number_map *map, size_t *at)
{
    while (*at < map->slot_count) {
        void *value = map->slots[(*at)++].value;

        if (value)
            return value;
    }
    return NULL;
}

size_t number_map_bytes(const struct number_map *map)
{
    return map->slot_count * sizeof(*map->slots);
}
