#include "rule/program/reduce.h"

#include <stdlib.h>

enum { UNKNOWN = UINT32_MAX };

struct rule_reduce {
    struct rule_graph *graph;
    uint32_t class_slot;
    struct rule_class_value value;
    size_t count; /* nodes when it was made */
    bool *depends;
    uint32_t *done; /* by node: its reduced reference for the class, or UNKNOWN */
};

static bool node_depends(const struct rule_reduce *reduce, const struct rule_node *node)
{
    const struct rule_graph *graph = reduce->graph;

    if (node->kind > RULE_NODE_ONE && node->slot == reduce->class_slot)
        return true;
    if (node->kind != RULE_NODE_AND && node->kind != RULE_NODE_ONE && node->kind != RULE_NODE_ANY)
        return false;
    for (uint32_t i = 0; i < node->count; i++)
        if (reduce->depends[graph->links[node->first + i] / 2])
            return true;
    return false;
}

struct rule_reduce *rule_reduce_new(struct rule_graph *graph, uint32_t class_slot)
{
    _cleanup_(rule_reduce_free_p) struct rule_reduce *reduce = calloc(1, sizeof(*reduce));

    if (!reduce)
        return NULL;
    reduce->graph = graph;
    reduce->class_slot = class_slot;
    reduce->count = graph->node_count;
    reduce->depends = calloc(reduce->count, sizeof(*reduce->depends));
    reduce->done = calloc(reduce->count, sizeof(*reduce->done));
    if (!reduce->depends || !reduce->done)
        return NULL;
    for (size_t i = 0; i < reduce->count; i++) /* what a node refers to stands before it */
        reduce->depends[i] = node_depends(reduce, &graph->nodes[i]);
    return take_ptr(&reduce);
}

void rule_reduce_free(struct rule_reduce *reduce)
{
    if (!reduce)
        return;
    free(reduce->depends);
    free(reduce->done);
    free(reduce);
}

void rule_reduce_class(struct rule_reduce *reduce, const struct rule_class_value *value)
{
    reduce->value = *value;
    for (size_t i = 0; i < reduce->count; i++)
        reduce->done[i] = UNKNOWN;
}

bool rule_reduce_depends(const struct rule_reduce *reduce, uint32_t reference)
{
    return reduce->depends[reference / 2];
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

/* A match of the class field; the node itself when it can't be said. */
static uint32_t reduce_match(const struct rule_reduce *reduce, uint32_t number)
{
    const struct rule_graph *graph = reduce->graph;
    const struct rule_node *node = &graph->nodes[number];
    bool known = true;

    if (reduce->value.kind == RULE_CLASS_OTHER)
        return node->match == RULE_MATCH_EQUAL ? RULE_FALSE : number * 2;
    for (uint32_t i = 0; i < node->count; i++) {
        struct view literal = graph->literals[graph->links[node->first + i]]->text;

        if (literal_matches(node->match, literal, reduce->value.text, &known))
            return RULE_TRUE;
    }
    return known ? RULE_FALSE : number * 2;
}

static uint32_t reduce_test(const struct rule_reduce *reduce, uint32_t number)
{
    const struct rule_node *node = &reduce->graph->nodes[number];

    if (reduce->value.kind == RULE_CLASS_NONE)
        return node->kind == RULE_NODE_ANY ? number * 2 : RULE_FALSE;
    if (node->kind == RULE_NODE_EXISTS || node->kind == RULE_NODE_FILLED)
        return RULE_TRUE;
    return node->kind == RULE_NODE_MATCH ? reduce_match(reduce, number) : number * 2;
}

static uint32_t reduce_links(struct rule_reduce *reduce, uint32_t number)
{
    struct rule_graph *graph = reduce->graph;
    struct rule_node node = graph->nodes[number];
    _cleanup_free_ uint32_t *links = calloc(node.count, sizeof(*links));

    if (!links) {
        graph->failed = true;
        return RULE_FALSE;
    }
    for (uint32_t i = 0; i < node.count; i++)
        links[i] = rule_reduce(reduce, graph->links[node.first + i]);
    if (node.kind == RULE_NODE_AND)
        return rule_graph_and(graph, links, node.count);
    if (node.kind == RULE_NODE_ONE)
        return rule_graph_one(graph, links, node.count);
    return rule_graph_any(graph, node.slot, links[0]);
}

uint32_t rule_reduce(struct rule_reduce *reduce, uint32_t reference)
{
    uint32_t number = reference / 2;
    enum rule_node_kind kind = reduce->graph->nodes[number].kind;

    if (!reduce->depends[number])
        return reference;
    if (reduce->done[number] == UNKNOWN) {
        bool test =
            kind > RULE_NODE_ANY ||
            (kind == RULE_NODE_ANY && reduce->graph->nodes[number].slot == reduce->class_slot);

        reduce->done[number] = test ? reduce_test(reduce, number) : reduce_links(reduce, number);
    }
    return reduce->done[number] ^ (reference & 1);
}
