/* Integers that 64 bits do not hold, which JSON allows and simdjson refuses.
 *
 * Rewrites a document so that they become floating-point numbers, by an
 * exponent of zero behind them; all else stays byte by byte.
 */
#pragma once

#include "base/buf.h"
#include "base/view.h"

/* False when there are none; `to` is not filled then. */
bool json_integers_soften(struct view text, struct buf *to);
