/* Literals of conditions: a text, and all that it can be compared with. */
#pragma once

#include "base/error.h"
#include "rule/program/number.h"
#include "rule/value.h"

struct rule_literal {
    struct view text;
    bool is_number, is_boolean, is_network;
    struct rule_number number; /* of TIME in nanoseconds */
    bool boolean;
    struct rule_address network;
};

/* Reads a literal that is to be compared with values of `type`; RULE_ANY and
 * texts take every literal. The error says what was expected. */
int rule_literal_parse(struct view text, enum rule_type type, struct rule_literal *ret,
                       struct error *err);
/* What a value of `type` would have to be to equal the literal. */
struct rule_value rule_literal_value(const struct rule_literal *literal, enum rule_type type);
/* Is the value the literal? Texts by bytes, numbers by value, addresses by
 * range; a number of a document equals a literal that is none by what was
 * written. */
bool rule_literal_equals(const struct rule_literal *literal, const struct rule_value *value);
