/* Options of a command line, as getopt(3) reads them.
 *
 * Gives the letters of the options in order, each followed by its value when
 * it has one: getopt(("-n", "-t5"), "nt:") is (n, t, 5). Reading ends at "--"
 * and at the first argument that is no option; long options are passed over.
 * An unknown option gives "?"; so does one whose value is missing, or ":" when
 * the option letters begin with ":".
 */
#pragma once

#include "base/arena.h"
#include "rule/value.h"

struct rule_values rule_getopt(const struct rule_values *arguments, struct view letters,
                               struct arena *scratch);
