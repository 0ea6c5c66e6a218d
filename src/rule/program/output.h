/* Output templates, compiled.
 *
 * "%field" prints a field, "%20field" in 20 columns (cut or filled with
 * blanks), "%tolower(field)" what a transformer makes of it, "%%" a percent
 * sign. The longest text that is a field is one. A leading "*" prints <NA> for
 * what is missing; without it, something missing leaves nothing to say. Lists
 * print as (a,b).
 */
#pragma once

#include "rule/program/compile.h"

enum { RULE_OUTPUT_WIDTH_LIMIT = 4096 };

struct rule_output_part {
    struct view text; /* literal, when there is no slot */
    uint32_t slot;    /* RULE_NO_SLOT: literal */
    size_t width;     /* columns; 0: as it comes */
};

struct rule_output {
    struct rule_output_part *parts;
    size_t count;
};

/* False: a problem of the rule was reported. */
bool rule_output_compile(struct rule_compile *c, struct view text, struct rule_output *ret);
/* Prints the values of a part. */
void rule_output_values(const struct rule_values *values, size_t width, struct buf *to);
