/* A set of path patterns, matched component by component.
 *
 * A pattern is a path in normal form (base/path.h) in which a component may
 * hold one '*', which stands for any bytes of that component (at least the
 * component must not be empty). A path is a hit, or lies above what some
 * pattern names (a directory that leads to one), or is of no interest. Where
 * several patterns hit, an exact component wins over one with a star, that
 * over one with a star and less beside it.
 *
 * A '*' in the path that is matched is a plain byte, which a '*' of a pattern
 * covers: so a pattern's own text tells whether another set covers it.
 *
 * The text of patterns is not copied. Adding is for one thread; matching for any.
 */
#pragma once

#include "base/cleanup.h"
#include "base/view.h"

enum pattern_result {
    PATTERN_NONE,
    PATTERN_ABOVE, /* the path is a proper ancestor of some pattern */
    PATTERN_HIT,
};

struct pattern_set;

struct pattern_set *pattern_set_new(void); /* NULL without memory */
void pattern_set_free(struct pattern_set *set);
DEFINE_CLEANUP(struct pattern_set, pattern_set_free)
#define _cleanup_pattern_set_ _cleanup_(pattern_set_free_p)

/* False without memory. */
bool pattern_set_add(struct pattern_set *set, struct view pattern, unsigned value);
/* `*ret_value` is set on a hit only. */
enum pattern_result pattern_set_match(const struct pattern_set *set, struct view path,
                                      unsigned *ret_value);
