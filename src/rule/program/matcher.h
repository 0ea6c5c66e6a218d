/* A matcher: all tests of one kind on one slot, decided together.
 *
 * Its patterns are the distinct literals of those tests; each pattern names
 * the nodes that hold when it is found. Running it over the values of the slot
 * marks these nodes; all its other nodes do not hold. So the cost is one pass
 * over the values and what is found, however many patterns there are.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "rule/program/literal.h"

enum {
    /* Longer values are not searched by CONTAINS, ICONTAINS, REGEX and globs. */
    RULE_MATCH_TEXT_LIMIT = 4 << 20,
};

enum rule_match_kind {
    RULE_MATCH_EQUAL,
    RULE_MATCH_PREFIX,
    RULE_MATCH_SUFFIX,
    RULE_MATCH_CONTAINS,
    RULE_MATCH_ICONTAINS,
    RULE_MATCH_PATH,
    RULE_MATCH_NETWORK,
    RULE_MATCH_REGEX,
    RULE_MATCH_KINDS,
};

const char *rule_match_kind_name(enum rule_match_kind kind); /* "equal", "prefix", ... */

struct rule_matcher;

/* Pattern i is literals[i]; the nodes it decides are nodes[first[i]] to
 * nodes[first[i + 1]], of which the matcher keeps no copy. */
int rule_matcher_new(enum rule_match_kind kind, const struct rule_literal *const *literals,
                     size_t count, const uint32_t *first, const uint32_t *nodes,
                     struct arena *arena, struct rule_matcher **ret, struct error *err);
/* Frees what is not the arena's. */
void rule_matcher_done(struct rule_matcher *matcher);
enum rule_match_kind rule_matcher_kind(const struct rule_matcher *matcher);
size_t rule_matcher_patterns(const struct rule_matcher *matcher);

/* A run, and where it writes: state[node] = mark for each node that holds, and the
 * node into `list` unless it is there. */
struct rule_hits {
    const struct rule_matcher *matcher;
    uint32_t *state, mark;
    uint32_t *list;
    size_t count;
};

/* False: given up, a value is too long. */
bool rule_matcher_run(struct rule_hits *hits, const struct rule_values *values);
