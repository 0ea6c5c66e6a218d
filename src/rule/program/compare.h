/* Comparisons of two values that are both read from an event, and tests that
 * no matcher decides. */
#pragma once

#include "base/arena.h"
#include "rule/expression.h"
#include "rule/program/literal.h"

/* One value against another; never RULE_REGEX and the list operators but
 * RULE_PMATCH, where `right` is the prefix. `steps` is what globs may cost. */
bool rule_compare(const struct rule_value *left, enum rule_operator operator,
                  const struct rule_value * right, uint64_t *steps);
/* Values of a slot against values of another: for `in` every left one must be
 * a right one, otherwise one pair must hold. `left_any`: `in` needs one only. */
bool rule_compare_values(const struct rule_values *left, enum rule_operator operator,
                         const struct rule_values * right, bool left_any, uint64_t *steps);
/* -1, 0, 1 and the operator: LESS to GREATER_EQUAL. */
bool rule_order_holds(enum rule_operator operator, int order);
/* Numbers, and texts that are numbers. */
bool rule_order_number(const struct rule_value *value, struct rule_number *ret);
/* Do the first components of `path` match the globs of `pattern`, one by one? */
bool rule_components_match(struct view pattern, struct view path, uint64_t *steps);
