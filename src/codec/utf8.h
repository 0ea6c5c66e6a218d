/* UTF-8, as Unicode allows it (The Unicode Standard, table 3-7): no overlong
 * forms, no surrogates, nothing above U+10FFFF.
 */
#pragma once

#include "base/view.h"

/* The length of the well-formed sequence that `v` begins with, or 0. */
size_t utf8_length(struct view v);
