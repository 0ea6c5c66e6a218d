/* Globs: what fnmatch(pattern, text, 0) of the C locale says, over views.
 *
 * `*` matches any bytes, "/" too, `?` one byte, [...] a set with ranges,
 * classes ([:alpha:]) and negation by ! or ^; a backslash takes the next byte
 * as it is, in sets too. A "[" that is never closed is itself.
 *
 * Matching goes back to the last star only, so it takes at most
 * pattern * text steps; the caller bounds them.
 */
#pragma once

#include "base/arena.h"
#include "base/view.h"

enum rule_glob_result { RULE_GLOB_NO, RULE_GLOB_YES, RULE_GLOB_GIVEN_UP };

/* `nocase` ignores the case of ASCII letters (FNM_CASEFOLD). `steps` is what
 * matching may still cost; it is counted down. */
enum rule_glob_result rule_glob_match(struct view pattern, struct view text, bool nocase,
                                      uint64_t *steps);

/* What a glob is, looked at once. */
struct rule_glob {
    enum {
        RULE_GLOB_EXACT,    /* `literal` itself */
        RULE_GLOB_STARTS,   /* literal* */
        RULE_GLOB_ENDS,     /* *literal */
        RULE_GLOB_CONTAINS, /* *literal*; "*" has an empty literal */
        RULE_GLOB_GENERAL,
    } kind;
    struct view
        literal; /* unescaped; of a general one what every match starts with, or ends with */
    bool literal_ends;
};

struct rule_glob rule_glob_shape(struct view pattern, struct arena *arena);
/* The longest literal that every match contains, unescaped; empty: none is known. */
struct view rule_glob_longest(struct view pattern, struct arena *arena);
