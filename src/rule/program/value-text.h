/* Values as text: what text operators see of them, and what outputs print. */
#pragma once

#include "rule/value.h"

enum { RULE_VALUE_TEXT_ROOM = 64 };

/* TEXT, PATH and FLAGS are their text; others of documents what was written,
 * else decimal digits, true or false, an address. A NODE has none. */
bool rule_value_text(const struct rule_value *value, char buffer[static RULE_VALUE_TEXT_ROOM],
                     struct view *ret);
/* A value made of text. */
struct rule_value rule_value_of_text(struct view text);
/* One value, present. `value` is referred to. */
struct rule_values rule_values_of(const struct rule_value *value);
