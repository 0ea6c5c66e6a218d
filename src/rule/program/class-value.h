/* What tests of the class field are when the class is known. */
#pragma once

#include "rule/program/reduce.h"

/* What is known of the class field. */
struct rule_class_value {
    enum {
        RULE_CLASS_IS,    /* `text` */
        RULE_CLASS_OTHER, /* something that no condition compares it with */
        RULE_CLASS_NONE,  /* it is missing */
    } kind;
    struct view text;
};

/* asked[number]: a test of the class field. */
void rule_class_asked(const struct rule_graph *graph, uint32_t class_slot, bool *asked);
/* Begins, and gives what the value decides of those tests. */
void rule_class_give(struct rule_reduce *reduce, const struct rule_graph *graph, const bool *asked,
                     size_t count, const struct rule_class_value *value);
