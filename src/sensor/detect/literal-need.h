/* What a condition needs of texts: alternatives, of which one must be found.
 *
 * An alternative asks, of some profiles, for a set of literals of each text, of the
 * path for two (literal-sets.h): "in a container: the path begins with /home/ and
 * holds /.ssh/, and the raw path holds ../". Whenever the condition holds, one of its alternatives
 * that has the call's profile is found; the reverse is not so. An `or` has the alternatives of its
 * parts, an `and` those of the part that needs the rarest, joined with what its others need of
 * other texts.
 */
#pragma once

#include "sensor/detect/condition-weight.h"
#include "sensor/detect/literal-sets.h"

enum { LITERAL_NEED_LIMIT = 24 }; /* alternatives; more are joined */

enum { ALTERNATIVE_SETS = LITERAL_TEXTS + 1, ALTERNATIVE_SECOND_PATH = LITERAL_TEXTS };

struct alternative {
    struct profile_set profiles;
    uint32_t sets[ALTERNATIVE_SETS]; /* by text, then the second; LITERAL_NO_SET: anything */
};

struct literal_need {
    struct alternative *list;
    size_t count; /* 0: the condition never holds */
};

struct literal_needs;

/* NULL without memory. What is given must outlive it. */
struct literal_needs *literal_needs_new(const struct rule_program *program,
                                        struct condition_weights *weights,
                                        struct literal_sets *sets);
void literal_needs_free(struct literal_needs *needs);
DEFINE_CLEANUP(struct literal_needs, literal_needs_free)

/* The call that the following questions are about; what was given goes. */
void literal_needs_call(struct literal_needs *needs, const struct syscall *call);
/* NULL without memory. */
const struct literal_need *literal_need_of(struct literal_needs *needs, uint32_t reference);

/* Joins alternatives of equal profiles that differ in one set: they become one, and
 * nothing more passes. In place. */
void literal_need_merge(struct literal_sets *sets, struct literal_need *need);
/* Drops what others let through anyway; then joins, in ways that may let more through,
 * until there are at most `limit` (at least FILTER_ALTERNATIVES). In place. */
void literal_need_join(struct literal_sets *sets, struct literal_need *need, size_t limit);
