/* What to do next: the package upgrades that fix most. */
#pragma once

#include "base/arena.h"
#include "report/group.h"

enum { ADVICE_PACKAGES = 3 };

/* One line, without its end; empty when no finding has a fix. In `arena`. */
struct view advice_make(const struct groups *groups, struct arena *arena);
