/* Names of licences, as Debian's copyright files write them, turned into SPDX
 * expressions where SPDX has the licence, and otherwise kept as they are.
 *
 *     "GPL-2+ or Artistic, and Expat" -> "(GPL-2.0-or-later OR Artistic-1.0-Perl) AND MIT"
 *
 * Source of the names: the copyright format 1.0 ("License specification") and
 * the SPDX licence list.
 */
#pragma once

#include "base/buf.h"
#include "base/view.h"

enum {
    LICENSE_NAME_LIMIT = 64,  /* bytes of one licence's name */
    LICENSE_WORDS_LIMIT = 32, /* words of one expression */
};

/* Appends the expression that `text` stands for. False, with nothing appended,
 * when it is no expression but some sentence. */
bool license_expression(struct view text, struct buf *to);

/* Takes the next of the terms that an expression joins by AND, without the
 * brackets around it; an expression of alternatives is one term. Empty at the
 * end. */
struct view license_next_term(struct view *expression);
/* Appends a term behind others, with brackets where it needs them. */
void license_join_term(struct buf *to, struct view term);
