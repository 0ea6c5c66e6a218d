/* What an event is at once, for rules that are compiled for it (rule/source.h).
 *
 * The facts of an event are those that the kernel's filter knows, too
 * (cheap-facts.h): whether a call failed, whether it was in a container, how it
 * opened, and what its descriptor is. Of an open there is one that only the
 * result tells: whether what was opened counts as a file.
 */
#pragma once

#include "rule/source.h"

extern const struct rule_facts event_facts;
