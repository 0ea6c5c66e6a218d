/* Transformers: functions from values to values.
 *
 * tolower, toupper, b64 (decodes) and basename take each value of a list by
 * itself; len is the length in bytes of one text, or the count of a list or
 * mapping; quantity leaves out what is no quantity. What can't be computed
 * (a missing argument, base64 that is none) is missing; default() alone gives
 * a value for it.
 */
#pragma once

#include "base/arena.h"
#include "rule/expression.h"

struct rule_transform {
    uint8_t least, most; /* arguments; 255: any number */
    enum rule_type type; /* of the result; RULE_ANY: that of the first argument */
    bool each;           /* a list gives a list */
    bool list;           /* always gives a list */
    struct rule_values (*run)(const struct rule_values *const *arguments, size_t count,
                              struct arena *scratch);
};

const struct rule_transform *rule_transform(enum rule_transformer transformer);
