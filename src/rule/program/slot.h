/* Slots: what a program reads of an event, each at most once.
 *
 * A slot is a field, the element of a quantifier, a literal, or a transformer
 * of other slots. Equal ones are one slot. Slots of elements ("item") are read
 * once for each element.
 */
#pragma once

#include "base/arena.h"
#include "base/hash.h"
#include "rule/expression.h"
#include "rule/source.h"

enum { RULE_NO_SLOT = UINT32_MAX };

enum rule_slot_kind {
    RULE_SLOT_FIELD, /* of the event, or below the element */
    RULE_SLOT_ITEM,  /* the element itself */
    RULE_SLOT_CONSTANT,
    RULE_SLOT_TRANSFORMED,
};

struct rule_slot {
    enum rule_slot_kind kind;
    enum rule_type type;
    bool list;          /* may have any number of values */
    bool ends;          /* RULE_FIELD_BOTH_ENDS */
    bool above_zero;    /* RULE_FIELD_ABOVE_ZERO */
    bool item;          /* depends on the element */
    const char *always; /* of struct rule_field */
    struct view text;   /* as people write it */
    struct rule_use use;
    struct rule_value constant;
    enum rule_transformer transformer;
    const uint32_t *arguments;
    size_t argument_count;
};

struct rule_slots {
    struct arena *arena;
    struct hash_map *by_text;
    struct rule_slot *list;
    size_t count;
    bool failed; /* no memory */
};

bool rule_slots_init(struct rule_slots *slots, struct arena *arena);
void rule_slots_done(struct rule_slots *slots);

uint32_t rule_slot_of_use(struct rule_slots *slots, const struct rule_use *use);
uint32_t rule_slot_of_constant(struct rule_slots *slots, struct rule_value value);
/* The arguments' types and number were checked. */
uint32_t rule_slot_of_transform(struct rule_slots *slots, enum rule_transformer transformer,
                                const uint32_t *arguments, size_t count);
