/* Conditions with the class of the event put in. */
#pragma once

#include "rule/program/graph.h"

/* What is known of the class field. */
struct rule_class_value {
    enum {
        RULE_CLASS_IS,    /* `text` */
        RULE_CLASS_OTHER, /* something that no condition compares it with */
        RULE_CLASS_NONE,  /* it is missing */
    } kind;
    struct view text;
};

struct rule_reduce;

/* For the nodes the graph has now; NULL without memory. */
struct rule_reduce *rule_reduce_new(struct rule_graph *graph, uint32_t class_slot);
void rule_reduce_free(struct rule_reduce *reduce);
DEFINE_CLEANUP(struct rule_reduce, rule_reduce_free)
/* Sets the class that the following calls put in. */
void rule_reduce_class(struct rule_reduce *reduce, const struct rule_class_value *value);
uint32_t rule_reduce(struct rule_reduce *reduce, uint32_t reference);
/* Does the condition ask for the class at all? */
bool rule_reduce_depends(const struct rule_reduce *reduce, uint32_t reference);
