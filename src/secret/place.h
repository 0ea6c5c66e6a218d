/* Lines and columns of a text that streams by. Columns count code points. */
#pragma once

#include "base/view.h"

struct place {
    uint32_t line, column; /* of the next byte; from 1 */
};

#define PLACE_START ((struct place){1, 1})

/* Moves behind the bytes: tens of gigabytes a second. */
void place_advance(struct place *place, struct view bytes);
