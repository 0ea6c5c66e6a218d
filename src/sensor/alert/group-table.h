/* Groups by key, by when they are due, and by how long they are idle.
 *
 * A hash table with a random seed (causes hold what an attacker chose), a heap of
 * due times, and a list in order of use. At most GROUP_LIMIT.
 */
#pragma once

#include "sensor/alert/held.h"

struct group {
    struct group *chain;         /* the next of the same bucket */
    struct group *newer, *older; /* in order of use */
    size_t place;                /* in the heap */
    uint64_t hash;
    int64_t due;     /* nanoseconds since 1970: the end of the window; group_table_set_due() */
    uint32_t window; /* seconds */
    struct held held;
    size_t key_length;
    char key[];
};

struct group_table {
    uint64_t seed;
    struct group **buckets;
    struct group **heap; /* heap[0] is due first */
    size_t count;
    struct group *newest, *oldest;
};

int group_table_init(struct group_table *table, struct error *err);
void group_table_done(struct group_table *table);

/* NULL: there is none. */
struct group *group_table_find(const struct group_table *table, struct view key);
/* A key that is not there, in a table that is not full; NULL without memory. */
struct group *group_table_add(struct group_table *table, struct view key, int64_t due);
void group_table_remove(struct group_table *table, struct group *group); /* frees it */
void group_table_set_due(struct group_table *table, struct group *group, int64_t due);
void group_table_use(struct group_table *table, struct group *group); /* now the newest */
