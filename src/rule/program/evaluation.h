/* One thread's evaluation of a program, as its parts see it. */
#pragma once

#include "rule/program/compiled.h"

enum {
    RULE_SCRATCH_LIMIT = 64 << 20, /* bytes of values of one event */
    RULE_STEP_LIMIT = 8 << 20, /* of globs, elements of quantifiers and pairs of values, an event */
};
#define RULE_NO_STAMP UINT32_MAX

struct rule_slot_state {
    uint32_t stamp;
    struct rule_values values;
};

struct rule_evaluation {
    const struct rule_program *program;
    const void *event;
    struct arena *scratch;
    /* Something was decided for this event when its stamp is the event's, or
     * for this element when it is the element's. */
    uint32_t stamp, item_stamp, last_stamp;
    uint32_t plain_stamp; /* the event's, or, at an element, RULE_NO_STAMP: what is decided by
                             now is seen without a look at whether it rests on the element */
    const struct rule_value *item;
    uint32_t *state;   /* by node: stamp * 2 + holds */
    uint32_t *matched; /* by matcher: stamp * 2 + given up */
    struct rule_slot_state *slots;
    uint32_t *hits;
    uint64_t *candidates, *candidate_words; /* as rule_bucket.always */
    uint32_t *results;
    uint64_t steps; /* left for this event */
    bool gave_up;   /* what is being decided rests on something too costly */
    uint64_t given_up;
    struct rule_evaluation_cost *costs; /* by rule; NULL: not measured */
};

/* Decides anew, or says what was decided before. */
bool rule_decide(struct rule_evaluation *e, uint32_t reference);
void rule_read_slot_anew(struct rule_evaluation *e, uint32_t slot);

static inline const struct rule_values *rule_read_slot(struct rule_evaluation *e, uint32_t slot)
{
    if (e->slots[slot].stamp != e->plain_stamp)
        rule_read_slot_anew(e, slot);
    return &e->slots[slot].values;
}

/* Runs a matcher unless it has been; the nodes it found are in e->hits. */
size_t rule_run_matcher(struct rule_evaluation *e, uint32_t matcher);

/* rule_evaluate() without the index: every rule of the subject is decided. */
const uint32_t *rule_evaluate_all(struct rule_evaluation *e, const void *event, size_t subject,
                                  size_t *ret_count);
