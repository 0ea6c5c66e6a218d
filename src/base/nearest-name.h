/* The nearest of some names to one that was mistyped.
 *
 * Nearness counts letters inserted, left out, replaced, or swapped with their
 * neighbour. More than a third of the name's length, or than 4, is no
 * suggestion. Case does not count.
 */
#pragma once

#include "base/view.h"

enum { NEAREST_NAME_LIMIT = 64 }; /* bytes; longer names have no suggestion */

struct nearest_name {
    struct view name;
    struct view best; /* empty when nothing offered so far is near */
    size_t distance;  /* a nearer one must be below it */
};

struct nearest_name nearest_name_for(struct view name);
void nearest_name_offer(struct nearest_name *nearest, struct view candidate);
