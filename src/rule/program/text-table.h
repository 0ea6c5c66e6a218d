/* A table from texts to numbers, made once and then only read.
 *
 * Open addressing, at most half full. The texts are the caller's. They come from
 * rules, and an unlucky value costs a probe of one cluster, so the hash needs no
 * seed.
 */
#pragma once

#include "base/arena.h"
#include "base/view.h"

enum { RULE_TEXT_NONE = UINT32_MAX };

struct rule_text_table {
    struct rule_text_slot *slots;
    uint32_t mask; /* slots - 1 */
    uint32_t count;
    uint64_t lengths; /* bit n: a text of n bytes, or of 63 and more */
};

struct rule_text_slot {
    uint64_t hash;
    struct view text;
    uint32_t value; /* RULE_TEXT_NONE: free */
};

/* Room for `count` texts; false without memory. */
bool rule_text_table_init(struct rule_text_table *table, size_t count, struct arena *arena);
/* The number of the text, adding it with `value` when it is new. */
uint32_t rule_text_table_add(struct rule_text_table *table, struct view text, uint32_t value);
uint32_t rule_text_table_find(const struct rule_text_table *table, struct view text);
