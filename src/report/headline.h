/* A finding in one line, for formats that have room for one. */
#pragma once

#include "base/arena.h"
#include "model/finding.h"

/* What is wrong: the message; of a vulnerability, the package, the id and the
 * version that fixes it. In the language of the process; as found, not cleaned. */
struct view headline_make(const struct finding *finding, struct arena *arena);
/* What to do; empty when there is nothing to say. */
struct view headline_remedy(const struct finding *finding, struct arena *arena);
