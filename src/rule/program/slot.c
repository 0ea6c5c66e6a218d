#include "rule/program/slot.h"

#include "base/buf.h"
#include "rule/program/transform.h"

enum { SLOT_TEXT_LIMIT = 1 << 20 };

bool rule_slots_init(struct rule_slots *slots, struct arena *arena)
{
    *slots = (struct rule_slots){.arena = arena, .by_text = hash_map_new()};
    return slots->by_text != NULL;
}

void rule_slots_done(struct rule_slots *slots)
{
    hash_map_free(slots->by_text);
    slots->by_text = NULL;
}

/* The slot of that text, made from `from` when it is new. The text says all
 * about a slot: equal texts are equal slots. */
static uint32_t intern(struct rule_slots *slots, struct view key, const struct rule_slot *from)
{
    void *known = hash_map_get(slots->by_text, key);
    struct rule_slot *slot;

    if (known)
        return (uint32_t)((uintptr_t)known - 1);
    key = arena_copy(slots->arena, key);
    slot = arena_push(slots->arena, &slots->list, &slots->count, sizeof(*slot));
    if (!slot || !key.ptr || !hash_map_put(slots->by_text, key, (void *)(uintptr_t)slots->count)) {
        slots->failed = true;
        return RULE_NO_SLOT;
    }
    *slot = *from;
    slot->text = view_sub(key, 1, key.len);
    if (slot->kind == RULE_SLOT_TRANSFORMED)
        slot->text = view_cut(&slot->text, '\0');
    return (uint32_t)(slots->count - 1);
}

uint32_t rule_slot_of_use(struct rule_slots *slots, const struct rule_use *use)
{
    _cleanup_(buf_done) struct buf key = BUF_INIT(SLOT_TEXT_LIMIT);
    struct rule_slot slot = {.kind = RULE_SLOT_FIELD, .use = *use, .item = use->of_item};

    if (!use->field) {
        slot.kind = use->step_count ? RULE_SLOT_FIELD : RULE_SLOT_ITEM;
        slot.type = RULE_ANY;
        slot.list = true;
    } else {
        slot.type = use->step_count ? RULE_ANY : use->field->type;
        slot.ends = use->field->flags & RULE_FIELD_BOTH_ENDS;
        slot.list = !slot.ends && (use->field->flags & (RULE_FIELD_LIST | RULE_FIELD_TREE));
        slot.above_zero = use->field->flags & RULE_FIELD_ABOVE_ZERO;
        slot.always = use->field->always;
    }
    buf_add_char(&key, 'f');
    buf_add(&key, use->text);
    return key.failed ? RULE_NO_SLOT : intern(slots, buf_view(&key), &slot);
}

uint32_t rule_slot_of_constant(struct rule_slots *slots, struct rule_value value)
{
    _cleanup_(buf_done) struct buf key = BUF_INIT(SLOT_TEXT_LIMIT);
    struct rule_slot slot = {.kind = RULE_SLOT_CONSTANT, .type = value.type, .constant = value};

    buf_add_char(&key, (char)('0' + value.type));
    buf_add(&key, value.text);
    return key.failed ? RULE_NO_SLOT : intern(slots, buf_view(&key), &slot);
}

static void describe(const struct rule_slots *slots, const struct rule_slot *slot, struct buf *to)
{
    buf_addf(to, "t%s(", rule_transformer_name(slot->transformer));
    for (size_t i = 0; i < slot->argument_count; i++) {
        const struct rule_slot *argument = &slots->list[slot->arguments[i]];
        bool constant = argument->kind == RULE_SLOT_CONSTANT;

        buf_add_str(to, i ? ", " : "");
        buf_add_str(to, constant ? "\"" : "");
        buf_add(to, argument->text);
        buf_add_str(to, constant ? "\"" : "");
    }
    buf_add_char(to, ')');
}

uint32_t rule_slot_of_transform(struct rule_slots *slots, enum rule_transformer transformer,
                                const uint32_t *arguments, size_t count)
{
    _cleanup_(buf_done) struct buf key = BUF_INIT(SLOT_TEXT_LIMIT);
    const struct rule_transform *transform = rule_transform(transformer);
    struct rule_slot slot = {.kind = RULE_SLOT_TRANSFORMED,
                             .type = transform->type,
                             .list = transform->list,
                             .transformer = transformer,
                             .argument_count = count};
    uint32_t *copy = arena_array(slots->arena, count, sizeof(*copy));

    for (size_t i = 0; i < count; i++) {
        if (arguments[i] == RULE_NO_SLOT || !copy)
            return RULE_NO_SLOT;
        copy[i] = arguments[i];
        slot.item |= slots->list[copy[i]].item;
    }
    slot.arguments = copy;
    if (transform->each) {
        slot.list |= slots->list[arguments[0]].list;
        slot.ends = slots->list[arguments[0]].ends;
    }
    if (transform->type == RULE_ANY)
        slot.type = slots->list[arguments[0]].type;
    describe(slots, &slot, &key);
    /* a slot's text is a slot's key, so the arguments' numbers tell texts apart
     * that quoting would not */
    buf_add_char(&key, '\0');
    for (size_t i = 0; i < count; i++)
        buf_add_u32(&key, copy[i]);
    return key.failed ? RULE_NO_SLOT : intern(slots, buf_view(&key), &slot);
}
