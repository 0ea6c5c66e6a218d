#define XXH_INLINE_ALL
#include "rule/program/text-table.h"

#include <xxhash.h>

static uint64_t length_bit(struct view text)
{
    return UINT64_C(1) << (text.len < 63 ? text.len : 63);
}

bool rule_text_table_init(struct rule_text_table *table, size_t count, struct arena *arena)
{
    size_t slots = 4;

    while (slots < count * 2)
        slots *= 2;
    *table = (struct rule_text_table){arena_array(arena, slots, sizeof(*table->slots)),
                                      (uint32_t)(slots - 1), 0, 0};
    if (!table->slots)
        return false;
    for (size_t i = 0; i < slots; i++)
        table->slots[i].value = RULE_TEXT_NONE;
    return true;
}

static struct rule_text_slot *slot_of(const struct rule_text_table *table, struct view text,
                                      uint64_t hash)
{
    size_t at = hash & table->mask;

    while (table->slots[at].value != RULE_TEXT_NONE &&
           !(table->slots[at].hash == hash && view_eq(table->slots[at].text, text)))
        at = (at + 1) & table->mask;
    return &table->slots[at];
}

uint32_t rule_text_table_add(struct rule_text_table *table, struct view text, uint32_t value)
{
    uint64_t hash = XXH3_64bits(text.ptr ? text.ptr : "", text.len);
    struct rule_text_slot *slot = slot_of(table, text, hash);

    if (slot->value == RULE_TEXT_NONE) {
        *slot = (struct rule_text_slot){hash, text, value};
        table->count++;
        table->lengths |= length_bit(text);
    }
    return slot->value;
}

uint32_t rule_text_table_find(const struct rule_text_table *table, struct view text)
{
    if (!(table->lengths & length_bit(text)))
        return RULE_TEXT_NONE;
    return slot_of(table, text, XXH3_64bits(text.ptr ? text.ptr : "", text.len))->value;
}
