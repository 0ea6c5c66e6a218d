/* Runs the cases that stand beside rules.
 *
 * A case is one of
 *
 *     bad: INPUT, good: INPUT     the rule fires on the first and not on the second
 *       output: TEXT              what it says on the first (English), the first time
 *       count: N                  how often it fires on the first
 *       kubernetes: VERSION       what the input is judged for; the newest version unless given
 *     input: INPUT                an event, for which
 *       expect: [RULE, ...]       these rules match and no other of the file set does;
 *                                 without it, this rule does
 *       output: TEXT              what this rule says
 *
 * INPUT is a text of the rule's kind of configuration (a manifest, a
 * Dockerfile, ...), or, for sources of events, the event: a mapping, or JSON.
 */
#pragma once

#include "base/arena.h"
#include "rule/program.h"

enum { RULE_TEST_ARENA_LIMIT = 256 << 20 };

struct rule_test_failure {
    struct view file;
    uint32_t line;
    struct view rule;    /* its id */
    struct view message; /* what was wanted and what came */
};

struct rule_test_tally {
    size_t rules;    /* looked at */
    size_t untested; /* of them, without a case */
    size_t cases;
    struct rule_test_failure *failures;
    size_t failure_count;
};

/* Runs the cases of all rules of one program and adds to the tally; failures
 * live in the arena. A case that can't be read is a failure. */
int rule_test_run(const struct rule_program *program, const struct rule_source *source,
                  struct arena *arena, struct rule_test_tally *tally, struct error *err);
