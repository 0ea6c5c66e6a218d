#include "vulndb/intern.h"

#include "base/arena.h"
#include "base/hash.h"

struct intern {
    struct arena *arena;
    struct hash_map *numbers; /* text to number; its order is the numbers' */
};

struct intern *intern_new(size_t limit)
{
    struct intern *table = calloc(1, sizeof(*table));

    if (!table)
        return NULL;
    table->arena = arena_new(limit);
    table->numbers = hash_map_new();
    if (table->arena && table->numbers)
        return table;
    intern_free(table);
    return NULL;
}

void intern_free(struct intern *table)
{
    if (!table)
        return;
    hash_map_free(table->numbers);
    arena_free(table->arena);
    free(table);
}

bool intern_find(const struct intern *table, struct view text, uint32_t *ret)
{
    uintptr_t number = text.len ? (uintptr_t)hash_map_get(table->numbers, text) : 0;

    if (text.len && !number)
        return false;
    *ret = (uint32_t)number;
    return true;
}

int intern_add(struct intern *table, struct view text, uint32_t *ret, struct error *err)
{
    size_t count = hash_map_count(table->numbers);

    if (intern_find(table, text, ret))
        return 0;
    if (count >= UINT32_MAX - 1)
        return error_set(err, ERROR_LIMIT, "too many different texts");
    text = arena_copy(table->arena, text);
    if (!text.len)
        return arena_failed(table->arena, "the advisories' text", err);
    if (!hash_map_put(table->numbers, text, (void *)(uintptr_t)(count + 1)))
        return error_memory(err);
    *ret = (uint32_t)count + 1;
    return 0;
}

struct view intern_get(const struct intern *table, uint32_t number)
{
    struct view text = VIEW_EMPTY;

    if (number)
        hash_map_at(table->numbers, number - 1, &text);
    return text;
}

uint32_t intern_count(const struct intern *table)
{
    return (uint32_t)hash_map_count(table->numbers) + 1;
}
