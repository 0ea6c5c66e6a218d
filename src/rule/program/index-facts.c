#include <stdlib.h>

#include "rule/condition.h"
#include "rule/program/index.h"
#include "rule/program/reduce.h"

/* A test of which facts decide something. */
struct decided {
    uint32_t node;
    struct rule_fact_set holds, fails;
};

/* Those of a bucket, and which numbers of facts are alike to all of them. */
struct question {
    struct rule_bucket *bucket;
    struct view class;
    struct decided *tests;
    size_t count;
};

struct refining {
    struct rule_graph *graph;
    const struct rule_program *program;
    const struct rule_facts *facts;
    bool *asked;    /* by node: it is a test of some question */
    uint32_t *seen; /* by node: the last question that it was looked at for */
    uint32_t turn;
    size_t rules; /* in refined buckets */
};

static bool has(const struct rule_fact_set *set, unsigned facts)
{
    return set->words[facts / 64] >> (facts % 64) & 1;
}

static bool is_empty(const struct rule_fact_set *set)
{
    uint64_t any = 0;

    for (size_t i = 0; i < RULE_FACTS_LIMIT / 64; i++)
        any |= set->words[i];
    return !any;
}

/* ---- which tests facts decide ---- */

static bool ask(struct refining *r, struct question *question, uint32_t number)
{
    struct decided decided = {.node = number}, *place;
    struct rule_condition test;

    rule_condition_read(r->program, number, &test);
    r->facts->decide(r->program, &test, question->class, &decided.holds, &decided.fails);
    if (is_empty(&decided.holds) && is_empty(&decided.fails))
        return true;
    place = arena_push(r->graph->arena, &question->tests, &question->count, sizeof(*place));
    if (!place)
        return false;
    *place = decided;
    return r->asked[number] = true;
}

static bool collect(struct refining *r, struct question *question, uint32_t number)
{
    const struct rule_node *node = &r->graph->nodes[number];

    if (r->seen[number] == r->turn)
        return true;
    r->seen[number] = r->turn;
    if (node->kind > RULE_NODE_ANY)
        return node->item || ask(r, question, number);
    for (uint32_t i = 0; i < node->count; i++)
        if (!collect(r, question, r->graph->links[node->first + i] / 2))
            return false;
    return true;
}

static bool collect_all(struct refining *r, struct question *question)
{
    r->turn++;
    for (uint32_t i = 0; i < question->bucket->count; i++)
        if (!collect(r, question, question->bucket->roots[i] / 2))
            return false;
    return true;
}

/* ---- buckets for them ---- */

/* Parts the numbers by what each test is with them: alike[facts] is the group's
 * number. Returns how many groups there are. */
static unsigned part(const struct question *question, uint8_t alike[static RULE_FACTS_LIMIT])
{
    enum { OPEN, HOLDS, FAILS, OUTCOMES, FREE = RULE_FACTS_LIMIT };
    unsigned groups = 1;

    memset(alike, 0, RULE_FACTS_LIMIT);
    for (size_t i = 0; i < question->count; i++) {
        uint8_t renamed[RULE_FACTS_LIMIT][OUTCOMES];

        memset(renamed, FREE, sizeof(renamed));
        groups = 0;
        for (unsigned f = 0; f < RULE_FACTS_LIMIT; f++) {
            bool holds = has(&question->tests[i].holds, f);
            bool fails = has(&question->tests[i].fails, f);
            uint8_t *to = &renamed[alike[f]][holds ? HOLDS : fails ? FAILS : OPEN];

            if (*to == FREE)
                *to = (uint8_t)groups++;
            alike[f] = *to;
        }
    }
    return groups;
}

static bool fill(struct refining *r, struct rule_reduce *reduce, const struct question *question,
                 unsigned facts, struct rule_bucket *to)
{
    rule_reduce_begin(reduce);
    for (size_t i = 0; i < question->count; i++) {
        const struct decided *test = &question->tests[i];
        uint32_t itself = test->node * 2;

        rule_reduce_give(reduce, test->node,
                         has(&test->holds, facts)   ? RULE_TRUE
                         : has(&test->fails, facts) ? RULE_FALSE
                                                    : itself);
    }
    for (uint32_t i = 0; i < question->bucket->count; i++) {
        uint32_t root = rule_reduce(reduce, question->bucket->roots[i]);

        if (root == RULE_FALSE)
            continue;
        rule_graph_keep(r->graph, root);
        if (!rule_bucket_add(to, question->bucket->rules[i], root, r->graph->arena))
            return false;
    }
    r->rules += to->count;
    return true;
}

static bool refine(struct refining *r, struct rule_reduce *reduce, const struct question *question)
{
    struct rule_bucket *bucket = question->bucket;
    struct arena *arena = r->graph->arena;
    bool filled[RULE_FACTS_LIMIT] = {false};
    uint8_t *alike = arena_alloc(arena, RULE_FACTS_LIMIT);
    unsigned groups = alike ? part(question, alike) : 0;
    struct rule_bucket *refined = arena_array(arena, groups, sizeof(*refined));

    if (!alike || !refined)
        return false;
    for (unsigned f = 0; f < RULE_FACTS_LIMIT; f++) {
        if (filled[alike[f]])
            continue;
        filled[alike[f]] = true;
        if (!fill(r, reduce, question, f, &refined[alike[f]]))
            return false;
    }
    bucket->by_facts = alike;
    bucket->refined = refined;
    bucket->refined_count = groups;
    return true;
}

static bool refine_all(struct refining *r, struct question *questions, size_t count)
{
    _cleanup_(rule_reduce_free_p) struct rule_reduce *reduce = rule_reduce_new(r->graph, r->asked);
    bool done = reduce != NULL;

    for (size_t i = 0; i < count && done && r->rules < RULE_REFINED_LIMIT; i++)
        if (questions[i].count)
            done = refine(r, reduce, &questions[i]);
    return done;
}

static bool find_questions(struct refining *r, struct rule_index *index, struct question *questions)
{
    for (size_t i = 0; i < rule_index_buckets(index); i++) {
        size_t class = i % (index->class_count + 2);

        if (class >= index->class_count)
            continue;
        questions[i].bucket = &index->buckets[i];
        questions[i].class = index->classes[class];
        if (!collect_all(r, &questions[i]))
            return false;
    }
    return true;
}

static bool number_classes(struct rule_index *index, const struct rule_facts *facts,
                           struct arena *arena)
{
    index->by_number = arena_array(arena, facts->class_count, sizeof(*index->by_number));
    for (unsigned i = 0; index->by_number && i < facts->class_count; i++) {
        struct view name = facts->class_name(i);
        uint32_t class = rule_text_table_find(&index->by_class, name);

        index->by_number[i] = !name.len                 ? (uint32_t)index->class_count + 1
                              : class == RULE_TEXT_NONE ? (uint32_t)index->class_count
                                                        : class;
    }
    return index->by_number != NULL;
}

int rule_index_facts(struct rule_index *index, struct rule_graph *graph,
                     const struct rule_program *program, const struct rule_facts *facts,
                     struct error *err)
{
    size_t nodes = graph->node_count + 1;
    _cleanup_free_ bool *asked = calloc(nodes, sizeof(*asked));
    _cleanup_free_ uint32_t *seen = calloc(nodes, sizeof(*seen));
    _cleanup_free_ struct question *questions =
        calloc(rule_index_buckets(index), sizeof(*questions));
    struct refining refining = {graph, program, facts, asked, seen, 0, 0};

    if (index->class_slot == RULE_NO_SLOT)
        return 0;
    if (!asked || !seen || !questions || !number_classes(index, facts, graph->arena) ||
        !find_questions(&refining, index, questions) ||
        !refine_all(&refining, questions, rule_index_buckets(index)))
        return error_memory(err);
    return 0;
}
