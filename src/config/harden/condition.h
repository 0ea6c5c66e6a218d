/* Conditions of steps: `when: NAME` in a fix.
 *
 * What a rule can't say of one finding alone: whether a repair would break
 * what stands beside it.
 */
#pragma once

#include "config/kind.h"

struct fix_condition {
    struct view name;
    bool (*holds)(const struct config_event *event);
    /* What would have to be answered first where it does not hold; may be empty. */
    struct view question;
    const char *open; /* what stays open without an answer, a key of tr(); NULL: nothing */
};

/* NULL: not known. */
const struct fix_condition *fix_condition_find(struct view name);
