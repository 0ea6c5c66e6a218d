/* Room in a plain array that grows: the builder's tables have millions of
 * rows, and an arena would keep every size they had. */
#pragma once

#include <stddef.h>

#include "base/error.h"

/* Makes `*array` (from malloc, or NULL) hold `need` elements of `size`, doubling
 * `*room`; what was in it stays. The array is the caller's to free. */
int room_for(void *array, size_t *room, size_t need, size_t size, struct error *err);
