#include "sensor/detect/field-value.h"

enum { FLAGS_TEXT_LIMIT = 4096 };

struct rule_value *field_values(const struct reading *r, size_t count)
{
    struct observation_cache *cache = r->cache;

    if (count > OBSERVATION_VALUES - cache->used)
        return arena_array(r->scratch, count, sizeof(struct rule_value));
    cache->used += (uint32_t)count;
    return &cache->values[cache->used - count];
}

struct rule_values field_list(struct rule_value *items, size_t count)
{
    return (struct rule_values){.present = true, .list = true, .items = items, .count = count};
}

struct rule_values field_readings(struct rule_value *items, size_t count)
{
    return (struct rule_values){
        .present = count != 0, .items = items, .count = count, .readings = true};
}

static struct rule_values one(const struct rule_value *value)
{
    return (struct rule_values){.present = value != NULL, .items = value, .count = value != NULL};
}

static struct rule_value *new_value(const struct reading *r)
{
    struct rule_value *value = field_values(r, 1);
    enum rule_type type = r->use->field->type;

    if (value)
        *value = (struct rule_value){.type = type};
    return value;
}

struct rule_values field_text(const struct reading *r, struct view text)
{
    struct rule_value *value = new_value(r);

    if (value) {
        value->text = text;
        if (value->type == RULE_ANY)
            value->type = RULE_TEXT;
    }
    return one(value);
}

struct rule_values field_filled(const struct reading *r, struct view text)
{
    return text.len ? field_text(r, text) : FIELD_MISSING;
}

struct rule_values field_string(const struct reading *r, const char *text)
{
    return text ? field_text(r, view_of(text)) : FIELD_MISSING;
}

struct rule_values field_number(const struct reading *r, int64_t number)
{
    struct rule_value *value = new_value(r);

    if (value) {
        value->number = number;
        if (value->type == RULE_ANY)
            value->type = RULE_NUMBER;
    }
    return one(value);
}

struct rule_values field_decimal(const struct reading *r, double decimal)
{
    struct rule_value *value = new_value(r);

    if (value)
        value->decimal = decimal;
    return one(value);
}

struct rule_values field_bool(const struct reading *r, bool boolean)
{
    struct rule_value *value = new_value(r);

    if (value)
        value->boolean = boolean;
    return one(value);
}

struct rule_values field_address(const struct reading *r, uint8_t family, const uint8_t *bytes)
{
    struct rule_value *value = new_value(r);
    uint8_t length = family == 4 ? 4 : 16;

    if (value) {
        value->address.length = length;
        value->address.prefix = (uint8_t)(length * 8);
        memcpy(value->address.bytes, bytes, length);
    }
    return one(value);
}

/* ---- names ---- */

struct view field_flag_names(const struct syscall_name *names, uint64_t value, const char *between,
                             struct arena *scratch)
{
    char text[FLAGS_TEXT_LIMIT];
    size_t length = 0, gap = strlen(between);

    for (; names->name; names++) {
        uint64_t mask = names->mask ? names->mask : names->value;
        size_t room = strlen(names->name);

        if (!mask || (value & mask) != names->value || length + gap + room > sizeof(text))
            continue;
        if (length) {
            memcpy(text + length, between, gap);
            length += gap;
        }
        memcpy(text + length, names->name, room);
        length += room;
    }
    return length ? arena_copy(scratch, view_from(text, length)) : VIEW_EMPTY;
}

const char *field_enum_name(const struct syscall_name *names, uint64_t value)
{
    for (; names->name; names++)
        if (names->value == value)
            return names->name;
    return NULL;
}
