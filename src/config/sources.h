/* Every source that rules can be about: configuration, and Falco's. */
#pragma once

#include "rule/source.h"

extern const struct rule_source *const config_sources[];
extern const size_t config_source_count;

/* NULL when there is none of that name. */
const struct rule_source *config_source_find(struct view name);
