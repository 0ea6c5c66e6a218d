#include "vulndb/import/oval-places.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"

enum { ARENA_LIMIT = 64 << 20 }; /* bytes of the releases looked up */

struct oval_places {
    struct arena *arena;
    struct hash_map *by_name; /* "rhel 9" -> struct place; family NULL: not known */
};

struct oval_places *oval_places_new(void)
{
    struct oval_places *places = calloc(1, sizeof(*places));

    if (!places)
        return NULL;
    places->arena = arena_new(ARENA_LIMIT);
    places->by_name = hash_map_new();
    if (!places->arena || !places->by_name) {
        oval_places_free(places);
        return NULL;
    }
    return places;
}

void oval_places_free(struct oval_places *places)
{
    if (!places)
        return;
    hash_map_free(places->by_name);
    arena_free(places->arena);
    free(places);
}

const struct place *oval_places_find(struct oval_places *places, const struct oval_release *release)
{
    char text[128];
    int len = snprintf(text, sizeof(text), "%.*s %.*s", VIEW_ARG(release->id),
                       VIEW_ARG(release->version));
    struct view key = view_from(text, len > 0 && len < (int)sizeof(text) ? (size_t)len : 0);
    struct place *place = key.len ? hash_map_get(places->by_name, key) : NULL;

    if (!place && key.len) {
        place = arena_alloc(places->arena, sizeof(*place));
        if (!place)
            return NULL;
        place_of_release(release->id, release->version, places->arena, place);
        hash_map_put(places->by_name, arena_copy(places->arena, key), place);
    }
    return place && place->family ? place : NULL;
}
