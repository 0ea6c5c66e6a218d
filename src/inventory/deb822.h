/* Stanzas of "Field: value" lines: Debian's control files (deb822(5)).
 *
 * Stanzas are separated by empty lines; a line that begins with a blank
 * continues the value before it; lines that begin with '#' are comments.
 * The reader hands out one event at a time and never stops at bad input: a
 * line that is none of these is an event of its own.
 */
#pragma once

#include "base/view.h"

enum deb822_event {
    DEB822_END,
    DEB822_FIELD,
    DEB822_STANZA_END, /* behind the last field of every stanza */
    DEB822_BAD_LINE,
};

struct deb822 {
    struct view content, rest;
    struct view name, value; /* of a field: trimmed; further lines with their line ends */
    size_t at;               /* offset of the field, the bad line or the stanza's end */
    bool in_stanza;
    bool cut; /* the field or bad line is the last and has no line end */
};

struct deb822 deb822_read(struct view content);
enum deb822_event deb822_next(struct deb822 *reader);
/* Field names are compared without regard to case. */
bool deb822_is(const struct deb822 *reader, struct view name);
