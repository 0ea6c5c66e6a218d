#include "rule/program/reduce.h"

#include <stdlib.h>

/* What a node became since rule_reduce_begin(). */
struct reduced {
    uint32_t turn; /* another one's: nothing yet */
    uint32_t reference;
};

struct rule_reduce {
    struct rule_graph *graph;
    size_t count; /* nodes when it was made */
    bool *depends;
    struct reduced *done;
    uint32_t turn;
};

static bool is_joint(const struct rule_node *node)
{
    return node->kind == RULE_NODE_AND || node->kind == RULE_NODE_ONE ||
           node->kind == RULE_NODE_ANY;
}

static bool node_depends(const struct rule_reduce *reduce, const struct rule_node *node)
{
    for (uint32_t i = 0; is_joint(node) && i < node->count; i++)
        if (reduce->depends[reduce->graph->links[node->first + i] / 2])
            return true;
    return false;
}

struct rule_reduce *rule_reduce_new(struct rule_graph *graph, const bool *asked)
{
    _cleanup_(rule_reduce_free_p) struct rule_reduce *reduce = calloc(1, sizeof(*reduce));

    if (!reduce)
        return NULL;
    reduce->graph = graph;
    reduce->count = graph->node_count;
    reduce->depends = calloc(reduce->count + 1, sizeof(*reduce->depends));
    reduce->done = calloc(reduce->count + 1, sizeof(*reduce->done));
    if (!reduce->depends || !reduce->done)
        return NULL;
    for (size_t i = 0; i < reduce->count; i++) /* what a node refers to stands before it */
        reduce->depends[i] = asked[i] || node_depends(reduce, &graph->nodes[i]);
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

void rule_reduce_begin(struct rule_reduce *reduce)
{
    reduce->turn++;
}

void rule_reduce_give(struct rule_reduce *reduce, uint32_t number, uint32_t reference)
{
    reduce->done[number] = (struct reduced){reduce->turn, reference};
}

static uint32_t reduce_links(struct rule_reduce *reduce, uint32_t number)
{
    struct rule_graph *graph = reduce->graph;
    struct rule_node node = graph->nodes[number];
    _cleanup_free_ uint32_t *links = calloc(node.count, sizeof(*links));
    bool changed = false;

    if (!links) {
        graph->failed = true;
        return RULE_FALSE;
    }
    for (uint32_t i = 0; i < node.count; i++) {
        links[i] = rule_reduce(reduce, graph->links[node.first + i]);
        changed |= links[i] != graph->links[node.first + i];
    }
    if (!changed)
        return number * 2;
    if (node.kind == RULE_NODE_AND)
        return rule_graph_and(graph, links, node.count);
    if (node.kind == RULE_NODE_ONE)
        return rule_graph_one(graph, links, node.count);
    return rule_graph_any(graph, node.slot, links[0]);
}

uint32_t rule_reduce(struct rule_reduce *reduce, uint32_t reference)
{
    uint32_t number = reference / 2;

    if (number >= reduce->count || !reduce->depends[number])
        return reference;
    if (reduce->done[number].turn != reduce->turn) {
        bool joint = is_joint(&reduce->graph->nodes[number]);
        uint32_t reduced = joint ? reduce_links(reduce, number) : number * 2;

        rule_reduce_give(reduce, number, reduced);
    }
    return reduce->done[number].reference ^ (reference & 1);
}
