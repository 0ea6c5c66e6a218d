#include "rule/program/graph.h"

#include <stdlib.h>

#include "base/buf.h"

enum { KEY_LIMIT = 64 << 20 };

bool rule_graph_init(struct rule_graph *graph, struct arena *arena)
{
    struct rule_node *always;

    *graph = (struct rule_graph){.arena = arena};
    graph->by_shape = hash_map_new();
    graph->by_literal = hash_map_new();
    graph->by_group = hash_map_new();
    always = arena_push(arena, &graph->nodes, &graph->node_count, sizeof(*always));
    return rule_slots_init(&graph->slots, arena) && graph->by_shape && graph->by_literal &&
           graph->by_group && always;
}

void rule_graph_done(struct rule_graph *graph)
{
    for (size_t i = 0; i < graph->group_count; i++)
        if (graph->groups[i].matcher)
            rule_matcher_done(graph->groups[i].matcher);
    rule_slots_done(&graph->slots);
    hash_map_free(graph->by_shape);
    hash_map_free(graph->by_literal);
    hash_map_free(graph->by_group);
    graph->by_shape = graph->by_literal = graph->by_group = NULL;
}

static uint32_t fail(struct rule_graph *graph)
{
    graph->failed = true;
    return RULE_FALSE;
}

/* Remembers `number` under a key that must be copied. */
static bool remember(struct rule_graph *graph, struct hash_map *map, struct view key, size_t number)
{
    struct view copy = arena_copy(graph->arena, key);

    return copy.ptr && hash_map_put(map, copy, (void *)(uintptr_t)(number + 1));
}

static bool recall(const struct hash_map *map, struct view key, uint32_t *ret)
{
    void *known = hash_map_get(map, key);

    if (known)
        *ret = (uint32_t)((uintptr_t)known - 1);
    return known != NULL;
}

int rule_graph_literal(struct rule_graph *graph, struct view text, enum rule_type type,
                       uint32_t *ret, struct error *err)
{
    _cleanup_(buf_done) struct buf key = BUF_INIT(KEY_LIMIT);
    struct rule_literal literal, *copy;
    const struct rule_literal **place;
    int status;

    buf_add_char(&key, type == RULE_TIME ? 't' : 'v');
    buf_add(&key, text);
    if (key.failed)
        return buf_failed(&key, "a literal", err);
    status = rule_literal_parse(text, type, &literal, err);
    if (status || recall(graph->by_literal, buf_view(&key), ret))
        return status;
    literal.text = arena_copy(graph->arena, text);
    copy = arena_alloc(graph->arena, sizeof(*copy));
    place = arena_push(graph->arena, &graph->literals, &graph->literal_count, sizeof(*place));
    if (!copy || !place ||
        !remember(graph, graph->by_literal, buf_view(&key), graph->literal_count - 1))
        return error_memory(err);
    *copy = literal;
    *place = copy;
    *ret = (uint32_t)(graph->literal_count - 1);
    return 0;
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

static size_t sort_unique(uint32_t *numbers, size_t count)
{
    size_t kept = 0;

    if (count)
        qsort(numbers, count, sizeof(*numbers), compare_numbers);
    for (size_t i = 0; i < count; i++)
        if (!kept || numbers[kept - 1] != numbers[i])
            numbers[kept++] = numbers[i];
    return kept;
}

/* What makes two nodes equal. */
static void add_shape(struct buf *key, const struct rule_node *node, const uint32_t *links,
                      size_t count)
{
    buf_add_u8(key, (uint8_t)node->kind);
    buf_add_u8(key, (uint8_t)node->operator);
    buf_add_u8(key, (uint8_t)node->match);
    buf_add_u8(key, node->want);
    buf_add_u32(key, node->slot);
    buf_add_u32(key, node->other);
    buf_add(key, view_from(links, count * sizeof(*links)));
}

static bool add_to_group(struct rule_graph *graph, struct rule_node *node, uint32_t number)
{
    char bytes[5] = {(char)node->match};
    struct view key = view_from(bytes, sizeof(bytes));
    struct rule_group *group;
    uint32_t *place;

    memcpy(bytes + 1, &node->slot, sizeof(node->slot));
    if (!recall(graph->by_group, key, &node->matcher)) {
        group = arena_push(graph->arena, &graph->groups, &graph->group_count, sizeof(*group));
        if (!group || !remember(graph, graph->by_group, key, graph->group_count - 1))
            return false;
        group->slot = node->slot;
        group->item = node->item;
        group->kind = node->match;
        node->matcher = (uint32_t)(graph->group_count - 1);
    }
    group = &graph->groups[node->matcher];
    place = arena_push(graph->arena, &group->nodes, &group->count, sizeof(*place));
    if (place)
        *place = number;
    return place != NULL;
}

/* The node of that shape, made when there is none. */
static uint32_t intern(struct rule_graph *graph, const struct rule_node *shape,
                       const uint32_t *links, size_t count)
{
    _cleanup_(buf_done) struct buf key = BUF_INIT(KEY_LIMIT);
    struct rule_node *node;
    uint32_t number;

    add_shape(&key, shape, links, count);
    if (key.failed)
        return fail(graph);
    if (recall(graph->by_shape, buf_view(&key), &number))
        return number * 2;
    number = (uint32_t)graph->node_count;
    node = arena_push(graph->arena, &graph->nodes, &graph->node_count, sizeof(*node));
    if (!node || !remember(graph, graph->by_shape, buf_view(&key), number))
        return fail(graph);
    *node = *shape;
    node->first = (uint32_t)graph->link_count;
    node->count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        uint32_t *link = arena_push(graph->arena, &graph->links, &graph->link_count, sizeof(*link));

        if (!link)
            return fail(graph);
        *link = links[i];
    }
    if (node->kind == RULE_NODE_MATCH && !add_to_group(graph, node, number))
        return fail(graph);
    return number * 2;
}

uint32_t rule_graph_test(struct rule_graph *graph, const struct rule_node *node,
                         const uint32_t *literals, size_t count)
{
    _cleanup_free_ uint32_t *sorted = calloc(count + 1, sizeof(*sorted));
    struct rule_node shape = {.kind = node->kind,
                              .operator= node->operator,
                              .match = node->match,
                              .want = node->want,
                              .slot = node->slot,
                              .other = node->other};

    if (!sorted || node->slot == RULE_NO_SLOT || node->other == RULE_NO_SLOT)
        return fail(graph);
    if (count)
        memcpy(sorted, literals, count * sizeof(*sorted));
    count = sort_unique(sorted, count);
    if (node->kind == RULE_NODE_MATCH && !count)
        return RULE_FALSE;
    shape.item = graph->slots.list[node->slot].item ||
                 (node->kind == RULE_NODE_COMPARE && graph->slots.list[node->other].item);
    return intern(graph, &shape, sorted, count);
}

/* References of an and-node while it is made. */
struct terms {
    uint32_t *list;
    size_t count, room;
};

static bool push(struct terms *terms, uint32_t reference)
{
    if (terms->count == terms->room) {
        size_t room = terms->room ? terms->room * 2 : 16;
        uint32_t *grown = reallocarray(terms->list, room, sizeof(*grown));

        if (!grown)
            return false;
        terms->list = grown;
        terms->room = room;
    }
    terms->list[terms->count++] = reference;
    return true;
}

/* The references, with those of and-nodes in their place. */
static bool flatten(const struct rule_graph *graph, const uint32_t *references, size_t count,
                    struct terms *terms)
{
    for (size_t i = 0; i < count; i++) {
        const struct rule_node *node = &graph->nodes[references[i] / 2];

        if (references[i] & 1 || node->kind != RULE_NODE_AND) {
            if (!push(terms, references[i]))
                return false;
            continue;
        }
        for (uint32_t k = 0; k < node->count; k++)
            if (!push(terms, graph->links[node->first + k]))
                return false;
    }
    return true;
}

/* Is it a negated match that may be joined with another of its group? */
static const struct rule_node *joinable(const struct rule_graph *graph, uint32_t reference)
{
    const struct rule_node *node = &graph->nodes[reference / 2];

    return reference & 1 && node->kind == RULE_NODE_MATCH ? node : NULL;
}

static int by_matcher(const void *a, const void *b, void *context)
{
    const struct rule_graph *graph = context;
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    const struct rule_node *l = joinable(graph, left), *r = joinable(graph, right);
    int64_t order = (l ? (int64_t)l->matcher : -1) - (r ? (int64_t)r->matcher : -1);

    if (order)
        return order < 0 ? -1 : 1;
    return (left > right) - (left < right);
}

/* One match with the literals of matches `from` to `to`, negated. */
static uint32_t join(struct rule_graph *graph, const struct terms *terms, size_t from, size_t to)
{
    _cleanup_free_ uint32_t *literals = NULL;
    struct rule_node shape = graph->nodes[terms->list[from] / 2];
    size_t count = 0, at = 0;

    for (size_t i = from; i < to; i++)
        count += graph->nodes[terms->list[i] / 2].count;
    literals = calloc(count, sizeof(*literals));
    if (!literals)
        return fail(graph);
    for (size_t i = from; i < to; i++) {
        const struct rule_node *node = &graph->nodes[terms->list[i] / 2];

        memcpy(literals + at, graph->links + node->first, node->count * sizeof(*literals));
        at += node->count;
    }
    return rule_not(rule_graph_test(graph, &shape, literals, count));
}

/* not a and not b, of one matcher, are not (a or b): one test for both. */
static void join_matches(struct rule_graph *graph, struct terms *terms)
{
    size_t kept = 0;

    if (terms->count)
        qsort_r(terms->list, terms->count, sizeof(*terms->list), by_matcher, graph);
    for (size_t from = 0, to; from < terms->count; from = to) {
        const struct rule_node *node = joinable(graph, terms->list[from]);
        uint32_t joined = terms->list[from];
        size_t literals = node ? node->count : 0;

        for (to = from + 1; node && to < terms->count; to++) {
            const struct rule_node *next = joinable(graph, terms->list[to]);

            if (!next || next->matcher != node->matcher ||
                (literals += next->count) > RULE_GRAPH_SET_LIMIT)
                break;
        }
        if (to - from > 1)
            joined = join(graph, terms, from, to);
        terms->list[kept++] = joined;
    }
    terms->count = kept;
}

/* A match implies that its slot is there and filled: drops what says so. */
static void drop_implied(const struct rule_graph *graph, struct terms *terms)
{
    size_t kept = 0;

    for (size_t i = 0; i < terms->count; i++) {
        const struct rule_node *node = &graph->nodes[terms->list[i] / 2];
        bool weak = !(terms->list[i] & 1) &&
                    (node->kind == RULE_NODE_EXISTS || node->kind == RULE_NODE_FILLED);
        bool implied = false;

        for (size_t k = 0; weak && k < terms->count && !implied; k++) {
            const struct rule_node *other = &graph->nodes[terms->list[k] / 2];

            implied = !(terms->list[k] & 1) && other->slot == node->slot &&
                      (other->kind == RULE_NODE_MATCH || other->kind == RULE_NODE_ORDER ||
                       (node->kind == RULE_NODE_EXISTS && other->kind == RULE_NODE_FILLED));
        }
        if (!implied)
            terms->list[kept++] = terms->list[i];
    }
    terms->count = kept;
}

/* Drops what is always true; false when something can't be. */
static bool drop_constants(struct terms *terms)
{
    size_t kept = 0;

    terms->count = sort_unique(terms->list, terms->count);
    for (size_t i = 0; i < terms->count; i++) {
        if (terms->list[i] == RULE_FALSE ||
            (i && terms->list[i] == rule_not(terms->list[i - 1]) && terms->list[i] > 1))
            return false;
        if (terms->list[i] != RULE_TRUE)
            terms->list[kept++] = terms->list[i];
    }
    terms->count = kept;
    return true;
}

static uint32_t make_and(struct rule_graph *graph, struct terms *terms)
{
    struct rule_node shape = {.kind = RULE_NODE_AND};

    if (!drop_constants(terms))
        return RULE_FALSE;
    join_matches(graph, terms);
    drop_implied(graph, terms);
    if (!drop_constants(terms))
        return RULE_FALSE;
    if (!terms->count)
        return RULE_TRUE;
    if (terms->count == 1)
        return terms->list[0];
    for (size_t i = 0; i < terms->count; i++)
        shape.item |= graph->nodes[terms->list[i] / 2].item;
    return intern(graph, &shape, terms->list, terms->count);
}

uint32_t rule_graph_and(struct rule_graph *graph, const uint32_t *references, size_t count)
{
    struct terms terms = {0};
    uint32_t result;

    result = flatten(graph, references, count, &terms) ? make_and(graph, &terms) : fail(graph);
    free(terms.list);
    return result;
}

uint32_t rule_graph_or(struct rule_graph *graph, const uint32_t *references, size_t count)
{
    _cleanup_free_ uint32_t *negated = calloc(count + 1, sizeof(*negated));

    if (!negated)
        return fail(graph);
    for (size_t i = 0; i < count; i++)
        negated[i] = rule_not(references[i]);
    return rule_not(rule_graph_and(graph, negated, count));
}

/* Exactly one of references that hold no constants. */
static uint32_t make_one(struct rule_graph *graph, const uint32_t *references, size_t count)
{
    struct rule_node shape = {.kind = RULE_NODE_ONE};

    if (count < 2)
        return count ? references[0] : RULE_FALSE;
    for (size_t i = 0; i < count; i++)
        shape.item |= graph->nodes[references[i] / 2].item;
    return intern(graph, &shape, references, count);
}

uint32_t rule_graph_one(struct rule_graph *graph, const uint32_t *references, size_t count)
{
    _cleanup_free_ uint32_t *sorted = calloc(count + 1, sizeof(*sorted));
    size_t kept = 0, holding = 0;

    if (!sorted)
        return fail(graph);
    for (size_t i = 0; i < count; i++) {
        holding += references[i] == RULE_TRUE;
        if (references[i] > RULE_FALSE)
            sorted[kept++] = references[i];
    }
    qsort(sorted, kept, sizeof(*sorted), compare_numbers); /* an equal one counts twice */
    if (!holding)
        return make_one(graph, sorted, kept);
    return holding == 1 ? rule_not(rule_graph_or(graph, sorted, kept)) : RULE_FALSE;
}

uint32_t rule_graph_any(struct rule_graph *graph, uint32_t slot, uint32_t body)
{
    struct rule_node shape = {.kind = RULE_NODE_ANY, .slot = slot};

    if (slot == RULE_NO_SLOT)
        return fail(graph);
    if (body == RULE_FALSE)
        return RULE_FALSE;
    shape.item = graph->slots.list[slot].item;
    return intern(graph, &shape, &body, 1);
}
