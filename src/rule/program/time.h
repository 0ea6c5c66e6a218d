/* Times of rules, in nanoseconds: a plain number; a duration such as 90s,
 * 1h30m or 1.5d (ns, us, ms, s, m, h, d); or an instant of RFC 3339, such as
 * 2026-01-31T12:00:00Z, since 1970.
 */
#pragma once

#include "base/view.h"

bool rule_time_parse(struct view text, int64_t *ret);
