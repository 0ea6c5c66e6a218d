/* Conditions weighed with cheap facts: for which profiles a node of the
 * condition graph surely holds, and for which it surely fails.
 *
 * Three-valued logic over all profiles at once, as sets. Worked out when it is
 * asked for and remembered, for one call at a time.
 */
#pragma once

#include "base/cleanup.h"
#include "sensor/detect/cheap-facts.h"

struct condition_weights;

/* NULL without memory. */
struct condition_weights *condition_weights_new(const struct rule_program *program);
void condition_weights_free(struct condition_weights *weights);
DEFINE_CLEANUP(struct condition_weights, condition_weights_free)

/* The call that the following questions are about. */
void condition_weights_call(struct condition_weights *weights, const struct syscall *call);
struct condition_weight condition_weight(struct condition_weights *weights, uint32_t reference);
