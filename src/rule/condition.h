/* Compiled conditions, for those who weigh them before an event is whole.
 *
 * A condition is a graph (rule/program/graph.h): a reference is a node's number
 * times two, plus one when it is negated; equal conditions are one node, and what
 * a node refers to has a smaller number unless reducing made it later. `or` is a
 * negated `and` of negated references.
 *
 *     root = rule_condition_root(program, rule, VIEW("openat"))
 *     rule_condition_read(program, root / 2, &condition)
 *
 * Everything lives as long as the program.
 */
#pragma once

#include "rule/program.h"

enum { RULE_CONDITION_ALWAYS = 0, RULE_CONDITION_NEVER = 1 }; /* references */

enum rule_condition_kind {
    RULE_CONDITION_TRUE,
    RULE_CONDITION_AND,  /* all parts hold */
    RULE_CONDITION_ONE,  /* exactly one does */
    RULE_CONDITION_ANY,  /* its part holds for an element of a list */
    RULE_CONDITION_TEST, /* of a field, or what is made of one */
};

enum rule_condition_test {
    RULE_TEST_EQUAL, /* some value is one of the literals, ... */
    RULE_TEST_PREFIX,
    RULE_TEST_SUFFIX,
    RULE_TEST_CONTAINS,
    RULE_TEST_ICONTAINS,
    RULE_TEST_PATH, /* pmatch */
    RULE_TEST_NETWORK,
    RULE_TEST_REGEX,
    RULE_TEST_EXISTS,
    RULE_TEST_FILLED,  /* is there and has a value */
    RULE_TEST_BOOLEAN, /* some value is `want` */
    RULE_TEST_ORDER,   /* some value is `operator` the literal */
    RULE_TEST_MEMBERS, /* is there, and every value is one of the literals */
    RULE_TEST_GLOB,
    RULE_TEST_IGLOB,
    RULE_TEST_COMPONENTS, /* pmatch with globs */
    RULE_TEST_COMPARE,    /* with another field */
};

struct rule_condition {
    enum rule_condition_kind kind;
    const uint32_t *parts; /* references */
    size_t part_count;
    /* Of tests: */
    enum rule_condition_test test;
    enum rule_operator operator;
    bool want;
    struct view text;           /* what is tested, as people write it */
    const struct rule_use *use; /* the field; NULL: something else is tested */
    bool transformed;           /* not the field itself but `transformer` of it */
    enum rule_transformer transformer;
    const uint32_t *literals; /* for rule_condition_literal() */
    size_t literal_count;
};

struct rule_literal; /* rule/program/literal.h */

/* Nodes of all conditions: numbers are below it. */
size_t rule_condition_count(const struct rule_program *program);
/* The rule's condition for events of that class (evt.type), reduced by it. */
uint32_t rule_condition_root(const struct rule_program *program, size_t rule, struct view class);
void rule_condition_read(const struct rule_program *program, uint32_t number,
                         struct rule_condition *ret);
const struct rule_literal *rule_condition_literal(const struct rule_program *program,
                                                  const struct rule_condition *condition, size_t i);
/* The node as people read it, for tests: "fd.name startswith (/etc/)". */
void rule_condition_write(const struct rule_program *program, uint32_t number, struct buf *to);

/* Decides single nodes over an event: begin, then as many as one likes. */
void rule_condition_begin(struct rule_evaluation *evaluation, const void *event);
bool rule_condition_holds(struct rule_evaluation *evaluation, uint32_t reference);
