/* The `fix` of a rule about documents, parsed: the steps that repair what the
 * rule found.
 *
 *     fix:
 *       - {set: FIELD, to: VALUE}          # the value, with the mappings on the way
 *       - {remove: FIELD}
 *       - {add: FIELD, value: VALUE}       # an item of a list, unless it is there
 *       - {keep: FIELD, values: [A, B]}    # takes all other items out of a list
 *       - {ask: QUESTION, set: FIELD}      # a value that only a person knows
 *       - {..., when: CONDITION}           # only where it holds (condition.h)
 *       - {ask: QUESTION, when: CONDITION} # changes nothing; what the condition leaves
 *                                          # open is told beside the repair, and asked for
 *
 * FIELD is a tree field of the source (container.securityContext.privileged).
 * Steps that ask are of the questions in answers.h. Fixes of Dockerfiles are
 * dockerfile-edit.h's.
 */
#pragma once

#include "base/arena.h"
#include "config/harden/condition.h"
#include "rule/ruleset.h"

enum { FIX_STEP_LIMIT = 64 /* steps of one fix */ };

enum fix_verb { FIX_SET, FIX_REMOVE, FIX_ADD, FIX_KEEP, FIX_ASK };

struct fix_step {
    enum fix_verb verb;
    struct rule_use use;               /* nothing for ASK */
    const struct document_node *value; /* of SET, ADD, KEEP; NULL: asked for */
    struct view question;              /* empty: nothing is asked */
    const struct fix_condition *when;  /* NULL: always */
};

struct fix {
    const struct fix_step *steps;
    size_t count;
};

/* The steps of a rule's fix; none for a rule without. ERROR_INPUT says which
 * part of the fix is wrong, `*ret_at` where. The rule must outlive the fix. */
int fix_parse(const struct rule *rule, struct arena *arena, struct fix *ret,
              const struct document_node **ret_at, struct error *err);
