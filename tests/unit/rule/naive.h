/* A referee for the compiler: decides a condition by walking its tree, with
 * the C library's functions, and shares no comparison with src/rule/program. */
#pragma once

#include "rule/record.h"

bool naive_holds(const struct expression *condition, const struct record *event,
                 struct arena *arena);
