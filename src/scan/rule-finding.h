/* What a rule says of itself, in a finding. */
#pragma once

#include "model/finding.h"
#include "rule/ruleset.h"

/* Fills in what does not depend on the place: kind, id, severity, texts in the
 * language of the process, tags, references. They live as long as the rule. */
void rule_finding_describe(struct finding *finding, const struct rule *rule);
