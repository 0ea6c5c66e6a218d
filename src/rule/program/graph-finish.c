#include "rule/program/graph.h"

#include <stdlib.h>

void rule_graph_keep(struct rule_graph *graph, uint32_t reference)
{
    struct rule_node *node = &graph->nodes[reference / 2];

    if (node->kept)
        return;
    node->kept = true;
    if (node->kind == RULE_NODE_MEMBERS && node->other)
        rule_graph_keep(graph, node->other * 2);
    if (node->kind > RULE_NODE_ANY)
        return;
    for (uint32_t i = 0; i < node->count; i++)
        rule_graph_keep(graph, graph->links[node->first + i]);
}

/* A literal and a node it decides. */
struct pair {
    uint32_t literal, node;
};

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *left = a, *right = b;

    if (left->literal != right->literal)
        return left->literal < right->literal ? -1 : 1;
    return (left->node > right->node) - (left->node < right->node);
}

static struct pair *collect(const struct rule_graph *graph, const struct rule_group *group,
                            size_t *ret_count)
{
    struct pair *pairs;
    size_t count = 0;

    for (size_t i = 0; i < group->count; i++)
        if (graph->nodes[group->nodes[i]].kept)
            count += graph->nodes[group->nodes[i]].count;
    pairs = calloc(count + 1, sizeof(*pairs));
    if (!pairs)
        return NULL;
    *ret_count = 0;
    for (size_t i = 0; i < group->count; i++) {
        const struct rule_node *node = &graph->nodes[group->nodes[i]];

        for (uint32_t k = 0; node->kept && k < node->count; k++)
            pairs[(*ret_count)++] = (struct pair){graph->links[node->first + k], group->nodes[i]};
    }
    qsort(pairs, count, sizeof(*pairs), compare_pairs);
    return pairs;
}

static int make_matcher(struct rule_graph *graph, struct rule_group *group, struct error *err)
{
    size_t count = 0, patterns = 0;
    _cleanup_free_ struct pair *pairs = collect(graph, group, &count);
    const struct rule_literal **literals = arena_array(graph->arena, count + 1, sizeof(*literals));
    uint32_t *first = arena_array(graph->arena, count + 2, sizeof(*first));
    uint32_t *nodes = arena_array(graph->arena, count + 1, sizeof(*nodes));

    if (!pairs || !literals || !first || !nodes)
        return error_memory(err);
    for (size_t i = 0; i < count; i++) {
        nodes[i] = pairs[i].node;
        if (i && pairs[i].literal == pairs[i - 1].literal)
            continue;
        first[patterns] = (uint32_t)i;
        literals[patterns++] = graph->literals[pairs[i].literal];
    }
    first[patterns] = (uint32_t)count;
    return rule_matcher_new(group->kind, literals, patterns, first, nodes, graph->arena,
                            &group->matcher, err);
}

/* What a run of a matcher costs, and how often one of its literals is found. */
static const struct estimate {
    float cost, chance;
} match_estimates[RULE_MATCH_KINDS] = {
    [RULE_MATCH_EQUAL] = {8, 0.02F},      [RULE_MATCH_PREFIX] = {8, 0.05F},
    [RULE_MATCH_SUFFIX] = {8, 0.03F},     [RULE_MATCH_CONTAINS] = {60, 0.03F},
    [RULE_MATCH_ICONTAINS] = {80, 0.03F}, [RULE_MATCH_PATH] = {10, 0.05F},
    [RULE_MATCH_NETWORK] = {15, 0.05F},   [RULE_MATCH_REGEX] = {300, 0.05F},
};

static const struct estimate node_estimates[RULE_NODE_KINDS] = {
    [RULE_NODE_TRUE] = {0, 1},           [RULE_NODE_EXISTS] = {1, 0.9F},
    [RULE_NODE_FILLED] = {1, 0.9F},      [RULE_NODE_BOOLEAN] = {1, 0.3F},
    [RULE_NODE_ORDER] = {2, 0.5F},       [RULE_NODE_MEMBERS] = {20, 0.2F},
    [RULE_NODE_GLOB] = {150, 0.05F},     [RULE_NODE_IGLOB] = {200, 0.05F},
    [RULE_NODE_COMPONENTS] = {80, 0.1F}, [RULE_NODE_COMPARE] = {20, 0.2F},
};

enum { READ_COST = 10, TRANSFORM_COST = 40 };

static float slot_cost(const struct rule_graph *graph, uint32_t slot)
{
    const struct rule_slot *s = &graph->slots.list[slot];

    return s->kind == RULE_SLOT_TRANSFORMED ? TRANSFORM_COST : READ_COST;
}

static float reference_chance(const struct rule_graph *graph, uint32_t reference)
{
    float chance = graph->nodes[reference / 2].chance;

    return reference & 1 ? 1 - chance : chance;
}

/* The cost per event that is ruled out: the order that decides an and-node
 * soonest sorts by it. */
static float rank(const struct rule_graph *graph, uint32_t reference)
{
    float out = 1 - reference_chance(graph, reference);

    return graph->nodes[reference / 2].cost / (out > 0.01F ? out : 0.01F);
}

static int compare_ranks(const void *a, const void *b, void *context)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    float l = rank(context, left), r = rank(context, right);

    if (l < r || l > r)
        return l < r ? -1 : 1;
    return (left > right) - (left < right);
}

/* What many conditions ask for is said of many events (fd.typechar = f), and so
 * is what is as short as a letter: such a test tells little. */
static float match_chance(const struct rule_graph *graph, const struct rule_node *node,
                          uint32_t users)
{
    float none = 1, chance = match_estimates[node->match].chance;

    for (uint32_t i = 0; i < node->count && i < 64; i++) {
        const struct rule_literal *literal = graph->literals[graph->links[node->first + i]];

        none *= 1 - (literal->text.len > 1 || literal->is_number ? chance : 0.3F);
    }
    return 0.5F - (none - 0.5F) / (1 + 0.1F * (float)(users ? users - 1 : 0));
}

/* Nodes come after what they refer to, so one pass up does it. */
static void estimate(struct rule_graph *graph, struct rule_node *node, uint32_t users)
{
    struct estimate e = node_estimates[node->kind];
    uint32_t *links = node->count ? graph->links + node->first : NULL;

    if (node->kind == RULE_NODE_AND) {
        qsort_r(links, node->count, sizeof(*links), compare_ranks, graph);
        e = (struct estimate){2, 1};
        for (uint32_t i = 0; i < node->count; i++) {
            e.cost += e.chance * graph->nodes[links[i] / 2].cost;
            e.chance *= reference_chance(graph, links[i]);
        }
    } else if (node->kind == RULE_NODE_ONE) {
        e = (struct estimate){2, 0.3F};
        for (uint32_t i = 0; i < node->count; i++)
            e.cost += graph->nodes[links[i] / 2].cost;
    } else if (node->kind == RULE_NODE_ANY) {
        e = (struct estimate){20 + 5 * graph->nodes[links[0] / 2].cost, 0.3F};
    } else if (node->kind == RULE_NODE_MATCH) {
        e = match_estimates[node->match];
        e.chance = match_chance(graph, node, users);
    }
    if (node->kind > RULE_NODE_ONE)
        e.cost += slot_cost(graph, node->slot);
    node->cost = e.cost;
    node->chance = e.chance;
}

/* By node: how many others refer to it. */
static uint32_t *count_users(const struct rule_graph *graph)
{
    uint32_t *users = calloc(graph->node_count, sizeof(*users));

    for (size_t i = 0; users && i < graph->node_count; i++) {
        const struct rule_node *node = &graph->nodes[i];

        if (node->kind > RULE_NODE_ANY || !node->kept)
            continue;
        for (uint32_t k = 0; k < node->count; k++)
            users[graph->links[node->first + k] / 2]++;
    }
    return users;
}

/* The tables of shapes and texts: nothing is added any more. */
static void forget_shapes(struct rule_graph *graph)
{
    hash_map_free(graph->by_shape);
    hash_map_free(graph->by_literal);
    hash_map_free(graph->by_group);
    graph->by_shape = graph->by_literal = graph->by_group = NULL;
    rule_slots_done(&graph->slots);
}

int rule_graph_finish(struct rule_graph *graph, struct error *err)
{
    _cleanup_free_ uint32_t *users = count_users(graph);

    if (graph->failed || graph->slots.failed)
        return arena_failed(graph->arena, "rules", err) ? err->kind : error_memory(err);
    if (!users)
        return error_memory(err);
    for (size_t i = 0; i < graph->node_count; i++)
        estimate(graph, &graph->nodes[i], users[i]);
    for (size_t i = 0; i < graph->group_count; i++) {
        int status = make_matcher(graph, &graph->groups[i], err);

        if (status)
            return status;
    }
    forget_shapes(graph);
    return 0;
}
