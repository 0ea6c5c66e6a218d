/* Base64 (RFC 4648 section 4), as HTTP's Basic scheme and the files of
 * container tools use it. */
#pragma once

#include "base/buf.h"
#include "base/view.h"

void base64_encode(struct view bytes, struct buf *to);
/* Appends the bytes to `to`. False for another alphabet, a length that cannot
 * be, or bits left over; the padding may be missing. */
bool base64_decode(struct view text, struct buf *to);
