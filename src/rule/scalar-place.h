/* Where a byte of a scalar's value stands in the file.
 *
 * A scalar's value differs from what is written by blanks (folding,
 * indentation, chomping) and escapes only, so the n-th byte that is no blank
 * is the n-th that is written: exact for every style, folded ones too. What a
 * double-quoted escape stands for is counted as it decodes.
 */
#pragma once

#include "codec/document.h"

/* The offset in the file's `text` of the byte at `offset` of node->text; for a
 * blank, and for the end, that behind the byte before it. */
size_t scalar_place(struct view text, const struct document_node *node, size_t offset);
