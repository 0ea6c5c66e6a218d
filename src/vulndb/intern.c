#include "vulndb/intern.h"

#include "base/arena.h"
#include "base/hash.h"

struct intern {
    struct arena *arena;
    struct hash_map *entries; /* text to struct entry; its order is the numbers' */
};

struct entry {
    uint32_t number;
    char text[];
};

struct intern *intern_new(size_t limit)
{
    struct intern *table = calloc(1, sizeof(*table));

    if (!table)
        return NULL;
    table->arena = arena_new(limit);
    table->entries = hash_map_new();
    if (table->arena && table->entries)
        return table;
    intern_free(table);
    return NULL;
}

void intern_free(struct intern *table)
{
    if (!table)
        return;
    hash_map_free(table->entries);
    arena_free(table->arena);
    free(table);
}

bool intern_find(const struct intern *table, struct view text, uint32_t *ret)
{
    const struct entry *entry = text.len ? hash_map_get(table->entries, text) : NULL;

    if (text.len && !entry)
        return false;
    *ret = entry ? entry->number : 0;
    return true;
}

int intern_add(struct intern *table, struct view text, uint32_t *ret, struct error *err)
{
    size_t count = hash_map_count(table->entries);
    struct entry *entry;

    if (intern_find(table, text, ret))
        return 0;
    if (count >= UINT32_MAX - 1)
        return error_set(err, ERROR_LIMIT, "too many different texts");
    entry = arena_alloc(table->arena, sizeof(*entry) + text.len);
    if (!entry)
        return arena_failed(table->arena, "the advisories' text", err);
    entry->number = (uint32_t)count + 1;
    memcpy(entry->text, text.ptr, text.len);
    if (!hash_map_put(table->entries, view_from(entry->text, text.len), entry))
        return error_memory(err);
    *ret = entry->number;
    return 0;
}

struct view intern_get(const struct intern *table, uint32_t number)
{
    struct view text = VIEW_EMPTY;

    if (number)
        hash_map_at(table->entries, number - 1, &text);
    return text;
}

uint32_t intern_count(const struct intern *table)
{
    return (uint32_t)hash_map_count(table->entries) + 1;
}
