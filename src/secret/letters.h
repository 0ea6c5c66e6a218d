/* Letters of base64 (standard and URL), read strictly, into memory of the
 * caller's. */
#pragma once

#include "base/view.h"

/* The bytes, or a negative number: another letter, bits left over, or no room.
 * '=' at the end may be missing. */
ptrdiff_t letters_decode_base64(struct view text, unsigned char *to, size_t room);
