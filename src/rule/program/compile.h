/* From a condition's expression to the graph.
 *
 * A condition that does not fit its source gets a problem for each place that
 * is wrong, and no reference.
 */
#pragma once

#include "rule/program/graph.h"
#include "rule/ruleset.h"

struct rule_problems {
    struct rule_problem *list;
    size_t count;
};

/* The compiling of one rule. */
struct rule_compile {
    const struct ruleset *set;
    const struct rule *rule;
    struct rule_graph *graph;
    struct arena *arena;
    struct rule_problems *problems;
    struct rule_use *uses; /* in the order they stand */
    size_t use_count;
    bool in_item; /* inside a quantifier */
    bool wrong;   /* something was: the rule is left out */
    bool unknown; /* a field that the source does not have */
};

/* The reference of the condition; RULE_FALSE when something is wrong. */
uint32_t rule_compile_expression(struct rule_compile *c, const struct expression *expression);
uint32_t rule_compile_check(struct rule_compile *c, const struct expression *check);
/* The slot of a term; RULE_NO_SLOT when something is wrong. */
uint32_t rule_compile_term(struct rule_compile *c, const struct rule_term *term);
/* Resolves the field and remembers its use; false: a problem was reported. */
bool rule_compile_use(struct rule_compile *c, struct view text, struct rule_use *ret,
                      struct error *err);

/* The warning about a field that is there for old rules; false: it is not. */
bool rule_compile_is_old(const struct rule_use *use, struct error *err);
/* A problem of the rule at a place of its condition; `err` is its message and hint. */
void rule_compile_problem(struct rule_compile *c, enum rule_problem_level level, size_t offset,
                          size_t length, const struct error *err);
/* The same at a part of one of its texts. */
void rule_compile_text_problem(struct rule_compile *c, enum rule_problem_level level,
                               struct view part, const struct error *err);

/* Types that are compared in the same way. */
enum rule_type_class {
    RULE_CLASS_TEXT,
    RULE_CLASS_NUMBER,
    RULE_CLASS_BOOL,
    RULE_CLASS_NETWORK,
    RULE_CLASS_NODE,
    RULE_CLASS_ANY,
    RULE_CLASS_COUNT,
};

enum rule_type_class rule_type_class(enum rule_type type);
