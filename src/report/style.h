/* Text for a terminal: styles, and untrusted bytes made harmless.
 *
 * Everything that came from a target or an advisory goes through
 * style_clean() or a function that calls it: control characters, direction
 * marks and broken UTF-8 become '?', white space becomes one blank.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "model/severity.h"

enum style {
    STYLE_PLAIN,
    STYLE_BOLD,
    STYLE_DIM,
    STYLE_CRITICAL,
    STYLE_HIGH,
    STYLE_MEDIUM,
    STYLE_LOW,
    STYLE_GOOD,
    STYLE_COUNT,
};

enum style style_of_severity(enum severity severity);
/* "CRITICAL", in the language of the process. */
const char *style_severity_label(enum severity severity);

/* The clean text in `arena`; the empty view without memory. */
struct view style_clean(struct view text, struct arena *arena);
/* The same for one line of code: blanks stay as they are, a tab is four. */
struct view style_clean_code(struct view line, struct arena *arena);

/* Appends text that is clean already, in a style when `color` is set. */
void style_add(struct buf *to, bool color, enum style style, struct view clean);
void style_addf(struct buf *to, bool color, enum style style, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
