/* Text broken into lines, by the columns a terminal needs.
 *
 * Breaks at blanks, and between Chinese characters, but never before a closing
 * mark of punctuation. A word wider than the line gets a line of its own.
 */
#pragma once

#include "base/buf.h"

struct wrap {
    size_t indent; /* blanks before every line but the first */
    size_t width;  /* columns of a line, indent included */
    size_t column; /* where the first line starts */
};

/* Appends the text, without a newline at its end. */
void wrap_add(struct buf *to, struct wrap wrap, struct view text);
