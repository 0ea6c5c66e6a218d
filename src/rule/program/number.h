/* Numbers of rules: whole ones of 64 bits, and decimals.
 *
 * A whole number and a decimal of the same value are equal; order is exact on
 * machines whose long double has 64 bits of mantissa, and within a double's
 * precision elsewhere. Written: an optional sign, decimal digits or 0x and hex
 * digits; or digits with a point or exponent.
 */
#pragma once

#include "rule/value.h"

struct rule_number {
    bool whole;
    int64_t integer; /* when whole */
    double decimal;  /* always */
};

bool rule_number_parse(struct view text, struct rule_number *ret);
/* Of NUMBER, TIME and DECIMAL values; false for the others. */
bool rule_number_of(const struct rule_value *value, struct rule_number *ret);
struct rule_number rule_number_whole(int64_t integer);
/* Below, equal to or above 0. A NaN is above everything but itself. */
int rule_number_compare(struct rule_number a, struct rule_number b);
