/* What a program is made of: shared by its compiler, evaluation and explanation. */
#pragma once

#include "rule/program.h"
#include "rule/program/compile.h"
#include "rule/program/index.h"
#include "rule/program/output.h"

enum { RULE_PROGRAM_LIMIT = 1 << 30 }; /* bytes */

struct rule_compiled {
    const struct rule *rule;
    struct rule_use *uses;
    size_t use_count;
    struct view *classes;
    size_t class_count;
    struct rule_output outputs[RULE_LANGUAGES];
};

struct rule_program {
    struct arena *arena;
    const struct rule_source *source;
    struct rule_graph graph;
    struct rule_index index;
    struct rule_compiled *rules;
    struct rule_index_rule *index_rules; /* parallel to `rules` */
    size_t rule_count;
    struct rule_problems problems;
    uint32_t match_nodes; /* how many there are: the most a matcher can find */
};
