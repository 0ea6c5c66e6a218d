/* Why a rule matched: the parts of its condition that decided, each with the
 * value it saw.
 *
 *     evt.type in (open, openat) [openat]
 *     fd.name = /etc/shadow [/etc/shadow]
 *     not container.id = host [3ad7b26ded6d]
 *     none of 93 conditions on proc.name [cat]
 *
 * First what holds, then what must not and doesn't; when that is much, as
 * with Falco's exceptions, it is summed up by field. Long lists are cut.
 *
 * The leaves of a condition are compiled as rules of their own, the first time
 * a rule is asked about, and evaluated on the same event; so the explanation
 * can't disagree with the rule. Of an "or" the first part that holds is told.
 */
#pragma once

#include "base/cleanup.h"
#include "rule/program.h"
#include "sensor/detect/observation.h"

struct explainer;

int explainer_new(const struct rule_program *program, struct explainer **ret, struct error *err);
void explainer_free(struct explainer *explainer);
DEFINE_CLEANUP(struct explainer, explainer_free)

/* `rule` has just matched. Appends nothing where it can't be told. */
void explainer_explain(struct explainer *explainer, size_t rule,
                       const struct observation *observation, struct buf *to);
