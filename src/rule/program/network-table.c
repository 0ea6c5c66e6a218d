#include "rule/program/network-table.h"

#include <stdlib.h>

#include "rule/program/network.h"

enum { NO_PARENT = UINT32_MAX };

struct range {
    unsigned __int128 first, last;
    uint32_t parent;
    uint32_t index; /* the caller's */
    uint8_t prefix;
};

struct rule_network_table {
    struct range *ranges;
    size_t count;
};

static int compare_ranges(const void *a, const void *b)
{
    const struct range *left = a, *right = b;

    if (left->first != right->first)
        return left->first < right->first ? -1 : 1;
    if (left->prefix != right->prefix)
        return left->prefix - right->prefix; /* the larger range first */
    return (left->index > right->index) - (left->index < right->index);
}

static struct range range_of(const struct rule_address *address, uint32_t index)
{
    struct range range = {0, 0, NO_PARENT, index, 0};

    range.first = rule_network_bits(address, &range.prefix);
    range.last = range.first;
    if (range.prefix < 128)
        range.last |= ~(unsigned __int128)0 >> range.prefix;
    return range;
}

static void link_parents(struct rule_network_table *table)
{
    for (uint32_t i = 1; i < table->count; i++) {
        uint32_t around = i - 1;

        while (around != NO_PARENT && table->ranges[around].last < table->ranges[i].first)
            around = table->ranges[around].parent;
        table->ranges[i].parent = around;
    }
}

struct rule_network_table *rule_network_table_new(const struct rule_address *ranges, size_t count,
                                                  struct arena *arena)
{
    struct rule_network_table *table = arena_alloc(arena, sizeof(*table));

    if (!table)
        return NULL;
    table->ranges = arena_array(arena, count + 1, sizeof(*table->ranges));
    if (!table->ranges)
        return NULL;
    table->count = count;
    for (size_t i = 0; i < count; i++)
        table->ranges[i] = range_of(&ranges[i], (uint32_t)i);
    qsort(table->ranges, count, sizeof(*table->ranges), compare_ranges);
    link_parents(table);
    return table;
}

void rule_network_table_find(const struct rule_network_table *table,
                             const struct rule_address *address,
                             void (*found)(void *context, uint32_t range), void *context)
{
    struct rule_address whole = *address;
    uint8_t prefix;
    unsigned __int128 bits;
    size_t low = 0, high = table->count;
    uint32_t at;

    whole.prefix = (uint8_t)(whole.length * 8);
    bits = rule_network_bits(&whole, &prefix);
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (table->ranges[middle].first <= bits)
            low = middle + 1;
        else
            high = middle;
    }
    for (at = low ? (uint32_t)(low - 1) : NO_PARENT; at != NO_PARENT; at = table->ranges[at].parent)
        if (bits <= table->ranges[at].last)
            found(context, table->ranges[at].index);
}
