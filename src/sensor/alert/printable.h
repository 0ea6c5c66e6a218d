/* Untrusted text made harmless for whoever shows it. */
#pragma once

#include "base/buf.h"
#include "base/view.h"

/* Appends `text` on one line: control characters (line feeds too), characters that
 * turn the direction of text, and broken UTF-8 as '?'. */
void printable_add(struct buf *to, struct view text);
/* Appends finished JSON with C1 controls, line separators and direction marks,
 * which RFC 8259 lets stand in strings, as escapes. */
void printable_add_json(struct buf *to, struct view json);
