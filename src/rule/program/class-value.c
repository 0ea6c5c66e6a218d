#include "rule/program/class-value.h"

void rule_class_asked(const struct rule_graph *graph, uint32_t class_slot, bool *asked)
{
    for (size_t i = 0; i < graph->node_count; i++)
        asked[i] = graph->nodes[i].kind > RULE_NODE_ONE && graph->nodes[i].slot == class_slot;
}

static bool literal_matches(enum rule_match_kind kind, struct view literal, struct view text,
                            bool *ret_known)
{
    switch (kind) {
    case RULE_MATCH_EQUAL:
        return view_eq(text, literal);
    case RULE_MATCH_PREFIX:
        return view_starts(text, literal);
    case RULE_MATCH_SUFFIX:
        return view_ends(text, literal);
    case RULE_MATCH_CONTAINS:
        return view_find_view(text, literal) >= 0;
    default:
        *ret_known = false;
        return false;
    }
}

/* A match; the node itself when it can't be said. */
static uint32_t match_value(const struct rule_graph *graph, uint32_t number,
                            const struct rule_class_value *value)
{
    const struct rule_node *node = &graph->nodes[number];
    bool known = true;

    if (value->kind == RULE_CLASS_OTHER)
        return node->match == RULE_MATCH_EQUAL ? RULE_FALSE : number * 2;
    for (uint32_t i = 0; i < node->count; i++) {
        struct view literal = graph->literals[graph->links[node->first + i]]->text;

        if (literal_matches(node->match, literal, value->text, &known))
            return RULE_TRUE;
    }
    return known ? RULE_FALSE : number * 2;
}

static uint32_t test_value(const struct rule_graph *graph, uint32_t number,
                           const struct rule_class_value *value)
{
    const struct rule_node *node = &graph->nodes[number];

    if (value->kind == RULE_CLASS_NONE)
        return node->kind == RULE_NODE_ANY ? number * 2 : RULE_FALSE;
    if (node->kind == RULE_NODE_EXISTS || node->kind == RULE_NODE_FILLED)
        return RULE_TRUE;
    return node->kind == RULE_NODE_MATCH ? match_value(graph, number, value) : number * 2;
}

void rule_class_give(struct rule_reduce *reduce, const struct rule_graph *graph, const bool *asked,
                     size_t count, const struct rule_class_value *value)
{
    rule_reduce_begin(reduce);
    for (uint32_t i = 0; i < count; i++)
        if (asked[i])
            rule_reduce_give(reduce, i, test_value(graph, i, value));
}
