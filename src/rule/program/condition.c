#include "rule/condition.h"

#include "rule/program/evaluation.h"

size_t rule_condition_count(const struct rule_program *program)
{
    return program->graph.node_count;
}

uint32_t rule_condition_root(const struct rule_program *program, size_t rule, struct view class)
{
    const struct rule_index *index = &program->index;
    const struct rule_bucket *bucket;
    size_t at = index->class_count;

    if (index->class_slot != RULE_NO_SLOT) {
        uint32_t found = rule_text_table_find(&index->by_class, class);

        at = found == RULE_TEXT_NONE ? at : found;
    }
    bucket = &index->buckets[program->index_rules[rule].subject * (index->class_count + 2) + at];
    for (uint32_t i = 0; i < bucket->count; i++)
        if (bucket->rules[i] == rule)
            return bucket->roots[i];
    return RULE_FALSE;
}

static const enum rule_condition_test match_tests[RULE_MATCH_KINDS] = {
    [RULE_MATCH_EQUAL] = RULE_TEST_EQUAL,         [RULE_MATCH_PREFIX] = RULE_TEST_PREFIX,
    [RULE_MATCH_SUFFIX] = RULE_TEST_SUFFIX,       [RULE_MATCH_CONTAINS] = RULE_TEST_CONTAINS,
    [RULE_MATCH_ICONTAINS] = RULE_TEST_ICONTAINS, [RULE_MATCH_PATH] = RULE_TEST_PATH,
    [RULE_MATCH_NETWORK] = RULE_TEST_NETWORK,     [RULE_MATCH_REGEX] = RULE_TEST_REGEX,
};

static const enum rule_condition_test node_tests[RULE_NODE_KINDS] = {
    [RULE_NODE_EXISTS] = RULE_TEST_EXISTS,         [RULE_NODE_FILLED] = RULE_TEST_FILLED,
    [RULE_NODE_BOOLEAN] = RULE_TEST_BOOLEAN,       [RULE_NODE_ORDER] = RULE_TEST_ORDER,
    [RULE_NODE_MEMBERS] = RULE_TEST_MEMBERS,       [RULE_NODE_GLOB] = RULE_TEST_GLOB,
    [RULE_NODE_IGLOB] = RULE_TEST_IGLOB,           [RULE_NODE_COMPARE] = RULE_TEST_COMPARE,
    [RULE_NODE_COMPONENTS] = RULE_TEST_COMPONENTS,
};

/* What a slot reads: a field of the event, or a transformer of one. */
static void read_slot(const struct rule_graph *graph, uint32_t number, struct rule_condition *ret)
{
    const struct rule_slot *slot = &graph->slots.list[number];

    ret->text = slot->text;
    if (slot->kind == RULE_SLOT_TRANSFORMED && slot->argument_count == 1) {
        ret->transformed = true;
        ret->transformer = slot->transformer;
        slot = &graph->slots.list[slot->arguments[0]];
    }
    if (slot->kind == RULE_SLOT_FIELD && slot->use.field && !slot->use.step_count)
        ret->use = &slot->use;
}

void rule_condition_read(const struct rule_program *program, uint32_t number,
                         struct rule_condition *ret)
{
    static const enum rule_condition_kind kinds[RULE_NODE_KINDS] = {
        [RULE_NODE_TRUE] = RULE_CONDITION_TRUE,
        [RULE_NODE_AND] = RULE_CONDITION_AND,
        [RULE_NODE_ONE] = RULE_CONDITION_ONE,
        [RULE_NODE_ANY] = RULE_CONDITION_ANY,
    };
    const struct rule_graph *graph = &program->graph;
    const struct rule_node *node = &graph->nodes[number];
    bool test = node->kind > RULE_NODE_ANY;

    *ret = (struct rule_condition){.kind = test ? RULE_CONDITION_TEST : kinds[node->kind]};
    if (!test) {
        ret->parts = graph->links + node->first;
        ret->part_count = node->count;
        return;
    }
    ret->test = node->kind == RULE_NODE_MATCH ? match_tests[node->match] : node_tests[node->kind];
    ret->operator= node->operator;
    ret->want = node->want;
    ret->literals = graph->links + node->first;
    ret->literal_count = node->count;
    read_slot(graph, node->slot, ret);
}

const struct rule_literal *rule_condition_literal(const struct rule_program *program,
                                                  const struct rule_condition *condition, size_t i)
{
    return program->graph.literals[condition->literals[i]];
}
