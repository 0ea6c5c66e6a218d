/* The nearest of some words to one that was mistyped.
 *
 * Nearness is the number of letters inserted, left out, replaced or swapped
 * with their neighbour (optimal string alignment); more than a third of the
 * word's length, or than 3, is no suggestion.
 */
#pragma once

#include <stddef.h>

enum { SUGGEST_WORD_LIMIT = 48 }; /* longer words have no suggestion */

struct suggestion {
    const char *word;
    const char *best; /* NULL when nothing offered so far is near */
    size_t distance;
};

struct suggestion suggestion_for(const char *word);
void suggestion_offer(struct suggestion *suggestion, const char *candidate);
