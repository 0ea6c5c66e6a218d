#include "rule/program/text-table.h"

enum { WORD = sizeof(uint64_t) };

static uint64_t word_at(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof(word));
    return word;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

/* All bytes of up to eight: the first and the last four, which may overlap. */
static uint64_t few_bytes(struct view text)
{
    uint32_t first, last;

    if (text.len < sizeof(first))
        return text.len == 0 ? 0
                             : (uint64_t)(uint8_t)text.ptr[0] << 16 |
                                   (uint64_t)(uint8_t)text.ptr[text.len / 2] << 8 |
                                   (uint8_t)text.ptr[text.len - 1];
    memcpy(&first, text.ptr, sizeof(first));
    memcpy(&last, text.ptr + text.len - sizeof(last), sizeof(last));
    return (uint64_t)first << 32 | last;
}

/* Word by word, the last one whole, too. Texts are short: a hash made for long ones
 * takes longer to begin and to end than this. */
static uint64_t hash_of(struct view text)
{
    uint64_t hash = text.len;

    if (text.len < WORD)
        return mix(hash, few_bytes(text));
    for (size_t at = 0; at + WORD < text.len; at += WORD)
        hash = mix(hash, word_at(text.ptr + at));
    return mix(hash, word_at(text.ptr + text.len - WORD));
}

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
    uint64_t hash = hash_of(text);
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
    return slot_of(table, text, hash_of(text))->value;
}
