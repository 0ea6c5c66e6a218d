/* What the kernel's cheap facts say of a test.
 *
 * A profile (abi/filter.h) tells whether a call failed, whether it may be in a
 * container, and a detail: the access of an open, or what a descriptor is. That
 * narrows what a field can be: "fd.num is at least 0", "fd.l4proto is tcp". A
 * test that no such value passes surely fails; one that all pass surely holds
 * when the field is surely there. What is not in the table is not known.
 */
#pragma once

#include "rule/condition.h"
#include "sensor/detect/profile-set.h"
#include "sensor/syscall/syscall.h"

enum fact { FACT_UNKNOWN, FACT_FAILS, FACT_HOLDS };

/* For which profiles a condition surely holds, and for which it surely fails. */
struct condition_weight {
    struct profile_set holds, fails;
};

/* `condition` is a test. */
struct condition_weight cheap_facts(const struct rule_program *program,
                                    const struct rule_condition *condition,
                                    const struct syscall *call);
/* What a test says of a field that is there and is `text`. */
enum fact cheap_fact_of_text(const struct rule_program *program,
                             const struct rule_condition *condition, const char *text);
