#include "sensor/alert/group-table.h"

#include <stdlib.h>
#include <sys/random.h>
#include <xxhash.h>

#include "base/clock.h"

enum { BUCKETS = GROUP_LIMIT * 2 }; /* a power of two */

int group_table_init(struct group_table *table, struct error *err)
{
    *table = (struct group_table){0};
    if (getrandom(&table->seed, sizeof(table->seed), GRND_NONBLOCK) < 0)
        table->seed = clock_now_ns();
    table->buckets = calloc(BUCKETS, sizeof(struct group *));
    table->heap = calloc(GROUP_LIMIT, sizeof(struct group *));
    if (table->buckets && table->heap)
        return 0;
    group_table_done(table);
    return error_memory(err);
}

void group_table_done(struct group_table *table)
{
    while (table->oldest)
        group_table_remove(table, table->oldest);
    free(table->buckets);
    free(table->heap);
    *table = (struct group_table){0};
}

/* ---- By key ---- */

static uint64_t hash_key(const struct group_table *table, struct view key)
{
    return XXH3_64bits_withSeed(key.ptr ? key.ptr : "", key.len, table->seed);
}

static struct group **bucket_of(const struct group_table *table, uint64_t hash)
{
    return &table->buckets[hash & (BUCKETS - 1)];
}

struct group *group_table_find(const struct group_table *table, struct view key)
{
    uint64_t hash = hash_key(table, key);
    struct group *group = *bucket_of(table, hash);

    while (group &&
           (group->hash != hash || !view_eq(view_from(group->key, group->key_length), key)))
        group = group->chain;
    return group;
}

/* ---- By due time: a binary heap ---- */

static void put(struct group_table *table, size_t place, struct group *group)
{
    table->heap[place] = group;
    group->place = place;
}

static void swap(struct group_table *table, size_t a, size_t b)
{
    struct group *group = table->heap[a];

    put(table, a, table->heap[b]);
    put(table, b, group);
}

static bool is_before(const struct group_table *table, size_t a, size_t b)
{
    return table->heap[a]->due < table->heap[b]->due;
}

static void settle(struct group_table *table, size_t place)
{
    while (place > 0 && is_before(table, place, (place - 1) / 2)) {
        swap(table, place, (place - 1) / 2);
        place = (place - 1) / 2;
    }
    for (;;) {
        size_t least = place, left = 2 * place + 1, right = left + 1;

        if (left < table->count && is_before(table, left, least))
            least = left;
        if (right < table->count && is_before(table, right, least))
            least = right;
        if (least == place)
            return;
        swap(table, place, least);
        place = least;
    }
}

void group_table_set_due(struct group_table *table, struct group *group, int64_t due)
{
    group->due = due;
    settle(table, group->place);
}

/* ---- By use ---- */

static void unlink_use(struct group_table *table, struct group *group)
{
    *(group->newer ? &group->newer->older : &table->newest) = group->older;
    *(group->older ? &group->older->newer : &table->oldest) = group->newer;
    group->newer = group->older = NULL;
}

static void link_newest(struct group_table *table, struct group *group)
{
    group->older = table->newest;
    *(table->newest ? &table->newest->newer : &table->oldest) = group;
    table->newest = group;
}

void group_table_use(struct group_table *table, struct group *group)
{
    if (table->newest == group)
        return;
    unlink_use(table, group);
    link_newest(table, group);
}

/* ---- Adding and removing ---- */

struct group *group_table_add(struct group_table *table, struct view key, int64_t due)
{
    struct group *group = calloc(1, sizeof(*group) + key.len);
    struct group **bucket;

    if (!group)
        return NULL;
    group->hash = hash_key(table, key);
    group->key_length = key.len;
    if (key.len)
        memcpy(group->key, key.ptr, key.len);
    group->due = due;
    bucket = bucket_of(table, group->hash);
    group->chain = *bucket;
    *bucket = group;
    put(table, table->count++, group);
    settle(table, group->place);
    link_newest(table, group);
    return group;
}

void group_table_remove(struct group_table *table, struct group *group)
{
    struct group **link = bucket_of(table, group->hash);
    size_t place = group->place, last = table->count - 1;

    while (*link != group)
        link = &(*link)->chain;
    *link = group->chain;
    if (place != last)
        swap(table, place, last);
    table->count--;
    if (place != last)
        settle(table, place);
    unlink_use(table, group);
    held_clear(&group->held);
    free(group);
}
