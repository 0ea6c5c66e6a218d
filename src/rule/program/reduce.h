/* Conditions with what is known put in: tests that are decided beforehand. */
#pragma once

#include "rule/program/graph.h"

struct rule_reduce;

/* For the nodes the graph has now, of which asked[number] may be given; NULL without
 * memory. */
struct rule_reduce *rule_reduce_new(struct rule_graph *graph, const bool *asked);
void rule_reduce_free(struct rule_reduce *reduce);
DEFINE_CLEANUP(struct rule_reduce, rule_reduce_free)
/* Nothing is known again. */
void rule_reduce_begin(struct rule_reduce *reduce);
/* What the node is: RULE_TRUE or RULE_FALSE. */
void rule_reduce_give(struct rule_reduce *reduce, uint32_t number, uint32_t reference);
uint32_t rule_reduce(struct rule_reduce *reduce, uint32_t reference);
