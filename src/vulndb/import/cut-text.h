/* The beginning of a text. */
#pragma once

#include "base/view.h"

/* At most `size` bytes, and not cut inside a UTF-8 character. */
struct view cut_text(struct view text, size_t size);
