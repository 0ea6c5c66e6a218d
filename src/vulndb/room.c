#include "vulndb/room.h"

#include <stdlib.h>

enum { FIRST_ROOM = 1024 };

int room_for(void *array, size_t *room, size_t need, size_t size, struct error *err)
{
    void **items = array, *grown;
    size_t wanted = *room ? *room : FIRST_ROOM;

    if (need <= *room)
        return 0;
    while (wanted < need)
        wanted *= 2;
    grown = reallocarray(*items, wanted, size);
    if (!grown)
        return error_memory(err);
    *items = grown;
    *room = wanted;
    return 0;
}
