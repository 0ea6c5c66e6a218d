/* Fields: what a reading function of a field gets, and how it answers.
 *
 * Each field of rule/source/syscall.h has a row in fields.c with the function that
 * reads it. Values are made by the functions below; they live in the cache, or in
 * the scratch memory when an event has very many.
 */
#pragma once

#include "sensor/detect/observation.h"

struct reading {
    const struct observation *o;
    struct observation_cache *cache; /* decoded */
    const struct rule_use *use;
    struct arena *scratch;
    int how; /* of the field's row */
};

typedef struct rule_values field_read(const struct reading *r);

/* Not there. */
#define FIELD_MISSING ((struct rule_values){0})
/* What Falco's fields say of names that nobody knows; rules ask for it. */
#define FIELD_UNKNOWN VIEW("<NA>")

struct rule_values field_text(const struct reading *r, struct view text);
/* Missing when it is empty. */
struct rule_values field_filled(const struct reading *r, struct view text);
struct rule_values field_string(const struct reading *r, const char *text); /* NULL: missing */
struct rule_values field_number(const struct reading *r, int64_t number);   /* and times */
struct rule_values field_decimal(const struct reading *r, double decimal);
struct rule_values field_bool(const struct reading *r, bool value);
/* A network's value is the address. `family` 4 or 6. */
struct rule_values field_address(const struct reading *r, uint8_t family, const uint8_t *bytes);
/* Room for values; NULL without memory. */
struct rule_value *field_values(const struct reading *r, size_t count);
/* A list of what field_values() gave. */
struct rule_values field_list(struct rule_value *items, size_t count);
/* Several readings of one value; either may match, outputs write the first. */
struct rule_values field_readings(struct rule_value *items, size_t count);

/* "CAP_CHOWN CAP_KILL", "O_WRONLY|O_CREAT": names of the flags that are set. */

struct view field_flag_names(const struct syscall_name *names, uint64_t value, const char *between,
                             struct arena *scratch);
/* The name of the very value, or NULL. */
const char *field_enum_name(const struct syscall_name *names, uint64_t value);
