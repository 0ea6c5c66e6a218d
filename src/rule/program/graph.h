/* The graph of a program's conditions: and-nodes over tests.
 *
 * A reference is a node's number times two, plus one when it is negated: `not`
 * costs nothing, and `or` is the negated `and` of negated references, so that
 * equal conditions become one node however they were written. Nodes are made
 * by the functions below, which fold constants, flatten, drop duplicates, and
 * join tests of one matcher in an `or` into one test.
 *
 * Test nodes are decided in two ways: MATCH nodes by the matcher of their kind
 * and slot (matcher.h), all others one by one.
 */
#pragma once

#include "rule/program/matcher.h"
#include "rule/program/slot.h"

enum {
    RULE_TRUE = 0, /* references: node 0 is the constant */
    RULE_FALSE = 1,
    RULE_GRAPH_SET_LIMIT = 1 << 12, /* literals of a test that joining may make */
};

enum rule_node_kind {
    RULE_NODE_TRUE,
    RULE_NODE_AND,
    RULE_NODE_ONE,     /* exactly one of its references holds */
    RULE_NODE_ANY,     /* its reference holds for some value of the slot */
    RULE_NODE_MATCH,   /* some value is found by one of the literals */
    RULE_NODE_EXISTS,  /* the slot is there */
    RULE_NODE_FILLED,  /* it is there and has a value */
    RULE_NODE_BOOLEAN, /* some value is true, or false: `want` */
    RULE_NODE_ORDER,   /* some value is below, above... the literal */
    RULE_NODE_MEMBERS, /* it is there, and every value is one of the literals */
    RULE_NODE_GLOB,    /* some value matches the literal */
    RULE_NODE_IGLOB,
    RULE_NODE_COMPONENTS, /* some value's path begins with components that match the literal's globs
                           */
    RULE_NODE_COMPARE,    /* `operator` between the values of two slots */
    RULE_NODE_KINDS,
};

struct rule_node {
    enum rule_node_kind kind;
    enum rule_operator operator; /* of ORDER and COMPARE */
    enum rule_match_kind match;
    bool item; /* depends on the element of a quantifier */
    bool want;
    bool kept; /* something that is evaluated refers to it */
    /* `other`: the right side of COMPARE; of MEMBERS a MATCH node that says the
     * same of a single value, or 0 */
    uint32_t slot, other;
    uint32_t matcher;      /* of MATCH */
    uint32_t first, count; /* AND, ONE, ANY: references; tests: literals, in `links` */
    float cost;            /* nanoseconds, about */
    float chance;          /* that it holds */
};

/* All MATCH nodes of one slot and kind. */
struct rule_group {
    uint32_t slot;
    bool item; /* as of the nodes */
    enum rule_match_kind kind;
    uint32_t *nodes;
    size_t count;
    struct rule_matcher *matcher; /* after rule_graph_finish() */
};

struct rule_graph {
    struct arena *arena;
    struct rule_slots slots;
    struct rule_node *nodes;
    size_t node_count;
    uint32_t *links;
    size_t link_count;
    const struct rule_literal **literals;
    size_t literal_count;
    struct rule_group *groups;
    size_t group_count;
    struct hash_map *by_shape; /* nodes */
    struct hash_map *by_literal;
    struct hash_map *by_group;
    bool failed; /* no memory, or the arena's limit */
};

bool rule_graph_init(struct rule_graph *graph, struct arena *arena);
void rule_graph_done(struct rule_graph *graph);

static inline uint32_t rule_not(uint32_t reference)
{
    return reference ^ 1;
}

uint32_t rule_graph_and(struct rule_graph *graph, const uint32_t *references, size_t count);
uint32_t rule_graph_or(struct rule_graph *graph, const uint32_t *references, size_t count);
uint32_t rule_graph_one(struct rule_graph *graph, const uint32_t *references, size_t count);
uint32_t rule_graph_any(struct rule_graph *graph, uint32_t slot, uint32_t body);
/* A test; kind, operator, match, want, slot and other are read of `node`. */
uint32_t rule_graph_test(struct rule_graph *graph, const struct rule_node *node,
                         const uint32_t *literals, size_t count);
/* The number of a literal, read for values of `type`. */
int rule_graph_literal(struct rule_graph *graph, struct view text, enum rule_type type,
                       uint32_t *ret, struct error *err);

/* Marks a condition as one that is evaluated; matchers decide nodes of these only. */
void rule_graph_keep(struct rule_graph *graph, uint32_t reference);
/* Makes the matchers, and puts references into the order in which they are
 * cheapest to decide. The graph does not change after it. */
int rule_graph_finish(struct rule_graph *graph, struct error *err);
